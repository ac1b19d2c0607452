"""Texts from outside on a terminal."""


def shown(text: str) -> str:
    """``text`` with what a terminal would act on escaped: control and direction characters, line ends."""
    return "".join(
        char if char.isprintable() or char == "\u3000" else char.encode("unicode_escape").decode()
        for char in text
    )
