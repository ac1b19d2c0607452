"""Forms of every family, composed in its layout, each with its truth."""
