"""Word lists as running text: quicker to read and to add to than lists of quoted strings."""


def listed(text: str) -> list[str]:
    """The words, parted by white space."""
    return text.split()


def by_key(text: str) -> dict[str, list[str]]:
    """Words in groups: a line `KEY:` opens a group."""
    found: dict[str, list[str]] = {}
    for word in text.split():
        if word.endswith(":"):
            found[word.removesuffix(":")] = group = []
        else:
            group.append(word)
    return found
