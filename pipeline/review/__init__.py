"""The review: doubtful rows beside what they were read from, for a person to decide."""
