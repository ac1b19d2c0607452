"""Characters that look otherwise than they are stored: in symbol fonts, which hold signs in the places of
letters (R in Wingdings 2 is ☑), and raised ones (the ³ of 10³ is stored as a 3)."""

UNKNOWN = "\ufffd"
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")

_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_SYMBOL = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_HIGH = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"
_WINGDINGS = (
    {0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x78: "☒"}
    | {0x80 + place: character for place, character in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿")}
    | {0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xD8: "➢"}
    | {0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"}
)
_FONTS: dict[str, dict[int, str]] = {
    "symbol": dict(zip(range(0x20, 0x7F), _SYMBOL, strict=True))
    | dict(zip(range(0xA0, 0xA0 + len(_SYMBOL_HIGH)), _SYMBOL_HIGH, strict=True)),
    "wingdings": _WINGDINGS,
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□"},
    "wingdings 3": {},
    "webdings": {0x61: "✓", 0x63: "□", 0x67: "■", 0x72: "✗"},
}


def is_symbol_font(font: str | None) -> bool:
    return font is not None and font.lower() in _FONTS


def in_font(text: str, font: str) -> str:
    """``text`` as it looks in a symbol font; what is not known of the font becomes U+FFFD.

    Such fonts hold the places below 256, which are also written from U+F000 on. Other characters are taken
    from another font.
    """
    signs = _FONTS[font.lower()]
    return "".join(_sign(character, signs) for character in text)


def raised(text: str) -> str:
    """``text`` as it looks as a superscript, as far as there are characters for it."""
    return text.translate(_RAISED)


def _sign(character: str, signs: dict[int, str]) -> str:
    code = ord(character)
    place = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    return character if place > 0xFF or character.isspace() else signs.get(place, UNKNOWN)
