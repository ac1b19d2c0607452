"""CJK radicals as the ideographs that they stand for: fonts share their glyphs, and producers mix them up."""

import unicodedata

# Unicode's Equivalent_Unified_Ideograph of U+2E80 to U+2EF3; the two that have none stand for themselves.
_SUPPLEMENT = (
    "⺀厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵\u2e9a旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹"
    "纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐"
    "马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
FIRST_RADICAL, LAST_RADICAL = 0x2E80, 0x2FD5
_IDEOGRAPHS = {FIRST_RADICAL + offset: ideograph for offset, ideograph in enumerate(_SUPPLEMENT)}
_IDEOGRAPHS |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, LAST_RADICAL + 1)}
_IDEOGRAPHS[0x2F3E] = "户"  # the glyph that it shares in the fonts of simplified Chinese


def without_radicals(text: str) -> str:
    """``text`` with every radical replaced by its ideograph; it keeps its length."""
    return text.translate(_IDEOGRAPHS)
