"""Forms with random content, damaged as real exports are, each with the truth of what is left.

Stands alone: nothing of the normalizer or its mappings is imported, the word lists are its own. A yardstick
that shared the code it measures would share its mistakes.
"""
