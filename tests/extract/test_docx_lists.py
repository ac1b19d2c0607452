"""Numbers of lists in Word documents."""

import pytest

from extract.numbering import number
from tests.extract.docxs import TRANSITIONAL, lines, only_page, p, tbl, tc, tr


def level(depth: int, style: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'<w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


def numbering(levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    abstract = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
    return f'<w:numbering xmlns:w="{TRANSITIONAL}">{abstract}{nums}</w:numbering>'


def item(text: str, depth: int = 0, key: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{key}"/></w:numPr>')


@pytest.mark.parametrize(
    ("style", "text", "label"),
    [
        ("decimal", "%1.", "3. "),
        ("decimal", "（%1）", "（3） "),
        ("chineseCounting", "%1、", "三、 "),
        ("japaneseCounting", "第%1条", "第三条 "),
        ("chineseLegalSimplified", "%1", "叁 "),
        ("decimalEnclosedCircleChinese", "%1", "③ "),
        ("upperRoman", "%1.", "III. "),
        ("lowerLetter", "%1)", "c) "),
        ("ideographTraditional", "%1", "丙 "),
        ("hebrew1", "%1", "3 "),
        ("bullet", "·", ""),
        ("none", "%1", ""),
    ],
)
def test_numbers_of_lists_are_printed(style: str, text: str, label: str) -> None:
    body = item("甲") + tbl(tr(tc(item("乙")))) + item("丙")
    assert lines(body, numbering=numbering(level(0, style, text)))[-1] == f"{label}丙"


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (10, "chineseCounting", "十"),
        (11, "chineseCounting", "十一"),
        (20, "japaneseCounting", "二十"),
        (101, "chineseCountingThousand", "一百零一"),
        (110, "chineseCountingThousand", "一百一十"),
        (3004, "chineseCountingThousand", "三千零四"),
        (10, "chineseLegalSimplified", "壹拾"),
        (20, "ideographDigital", "二〇"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
        (28, "lowerLetter", "bb"),
        (1994, "upperRoman", "MCMXCIV"),
        (20, "decimalEnclosedCircle", "⑳"),
        (21, "decimalEnclosedCircle", "21"),
        (0, "chineseCounting", "0"),
        (-1, "lowerLetter", "-1"),
        (10_000, "upperRoman", "10000"),
    ],
)
def test_numbers(value: int, style: str, text: str) -> None:
    assert number(value, style) == text


def test_a_number_may_be_all_that_a_cell_shows() -> None:
    page = only_page(tbl(tr(tc(item("")), tc("甲"))), numbering=numbering(level(0, "decimal", "%1")))
    assert page.tables[0].cells[0].text == "1"


def test_deeper_levels_begin_anew_and_name_the_upper_ones() -> None:
    levels = level(0, "chineseCounting", "%1、", '<w:suff w:val="nothing"/>')
    levels += level(1, "decimal", "%1.%2", '<w:suff w:val="space"/><w:isLgl/>')
    body = item("a") + item("b", 1) + item("c", 1) + item("d") + item("e", 1)
    texts = lines(body, numbering=numbering(levels))
    assert texts == ["一、a", "1.1 b", "1.2 c", "二、d", "2.1 e"]


def test_lists_of_one_definition_count_on_unless_they_start_anew() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    nums = "".join(
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="0"/>{more}</w:num>'
        for key, more in ((1, ""), (2, ""), (3, start))
    )
    part = numbering(level(0, "decimal", "%1."), nums)
    body = item("a") + item("b", key=2) + item("c", key=3) + item("d", key=3) + item("e", key=9)
    assert lines(body, numbering=part) == ["1. a", "2. b", "5. c", "6. d", "e"]


def test_styles_number_their_paragraphs() -> None:
    styles = (
        f'<w:styles xmlns:w="{TRANSITIONAL}"><w:style w:styleId="base"><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="kind"><w:basedOn w:val="base"/></w:style></w:styles>'
    )
    part = numbering(level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2", '<w:pStyle w:val="base"/>'))
    body = p("a", '<w:pStyle w:val="kind"/>') + p(
        "b", '<w:pStyle w:val="kind"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    )
    assert lines(body, numbering=part, styles=styles) == ["1.1 a", "b"]
