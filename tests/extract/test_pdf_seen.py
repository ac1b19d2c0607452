"""What can be seen of a page of a PDF, and pages without text."""

from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from extract.registry import read_file
from extract.source import SourceFile
from tests.extract.pdfs import (
    HEIGHT,
    WHITE,
    area,
    clipped,
    grid,
    line,
    lines,
    only_table,
    pdf,
    read_page,
    read_pages,
    stream,
    text,
    texts,
)

# What can be seen


def test_faked_bold_is_read_once() -> None:
    twice = [text(50 + shift, 50, "合计100万元") for shift in (0, 0.3)]
    four_times = [text(50 + x, 80 + y, "小计", 12) for x in (0, 0.4) for y in (0, 0.4)]
    assert lines(read_page(*twice, *four_times)) == ["合计100万元", "小计"]


def test_characters_that_are_printed_beside_each_other_stay() -> None:
    assert lines(read_page(text(50, 50, "1111ll"), text(50, 70, "好好"))) == ["1111ll", "好好"]


def test_radicals_are_read_as_ideographs() -> None:
    assert lines(read_page(text(50, 50, "部⻔⻓⼾⼀⻅⻛"))) == ["部门长户一见风"]


def test_characters_of_symbol_fonts_are_the_signs_that_they_show() -> None:
    unicode = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <00> <FF> <F000> endbfrange"
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /FirstChar 0 /LastChar 255 /ToUnicode 4 0 R"
        b" /Widths [" + b"500 " * 256 + b"] >>"
    )
    objects = [stream(unicode), font % b"ABCDEF+Wingdings2", font % b"Wingdings-Regular", font % b"Ours"]
    drawn = " ".join(f"BT /S{number} 10 Tf 50 {350 - 20 * number} Td <52FE> Tj ET" for number in (5, 6, 7))
    fonts = " ".join(f"/S{number} {number} 0 R" for number in (5, 6, 7))
    (page,) = read_pages(pdf(drawn, fonts=fonts, objects=objects))
    assert lines(page) == ["☑\ufffd", "\ufffd☑", "\uf052\uf0fe"]


@pytest.mark.parametrize("half", ["d83d", "de68"])
def test_half_a_character_is_none_that_can_be_read(half: str) -> None:
    code = "7ee9" + half + "6548"
    page = read_page(f"BT /F 10 Tf 50 350 Td <{code}> Tj ET")
    assert lines(page) == ["绩\ufffd效"]


@pytest.mark.parametrize("look", ["1 g", "1 1 1 rg", "0.99 g", "0 0 0 0 k", "3 Tr", "7 Tr", "1 Tr 1 G"])
def test_what_has_no_colour_is_not_read(look: str) -> None:
    assert lines(read_page(text(50, 50, "看不见", before=look), text(50, 80, "看得见"))) == ["看得见"]


def test_white_text_on_dark_is_read() -> None:
    page = read_page(
        area(40, 40, 100, 60, "0 0 1 rg"),
        text(50, 54, "表头", before=WHITE),
        text(150, 54, "无", before=WHITE),
    )
    assert lines(page) == ["表头"]


def test_white_text_on_white_on_dark_is_not_read() -> None:
    page = read_page(
        area(40, 40, 100, 60, "0 g"), area(40, 40, 100, 60, WHITE), text(50, 54, "白", before=WHITE)
    )
    assert lines(page) == []


@pytest.mark.parametrize("look", ["1 g", "0 g", "1 1 0 rg"])
def test_text_under_an_area_that_was_painted_over_it_is_left_out_and_noted(look: str) -> None:
    page = read_page(text(20, 30, "原值"), area(15, 15, 45, 35, look), text(20, 60, "健全"))
    assert lines(page) == ["健全"]
    assert page.notes == ("text under an area that was painted over it left out: 原值",)


def test_text_under_what_can_be_seen_through_is_read() -> None:
    marked = area(15, 15, 45, 35, "/G gs 1 1 0 rg")
    for state in ("/ca 0.4", "/BM /Multiply"):
        resources = f"/ExtGState << /G << {state} >> >>"
        page = read_page(text(20, 30, "原值"), marked, resources=resources)
        assert (lines(page), page.notes) == (["原值"], ())


def test_a_superscript_is_no_digit_of_the_number_before_it() -> None:
    page = read_page(text(20, 30, "≥10"), text(40, 26, "12", 6), text(20, 60, "5m"), text(30, 56.5, "2", 6))
    assert lines(page) == ["≥10¹²", "5m²"]


@pytest.mark.parametrize(("x", "y", "size"), [(40, 30, 6), (40, 26, 10), (46, 26, 6), (40, 12, 6)])
def test_a_digit_on_the_line_or_of_full_size_or_far_off_is_no_superscript(
    x: float, y: float, size: float
) -> None:
    page = read_page(text(20, 30, "≥10"), text(x, y, "3", size))
    assert "³" not in "".join(lines(page)) and "3" in "".join(lines(page))


def test_white_rulings_rule_on_dark_only() -> None:
    ruled = [grid((50, 150, 300), (40, 70), "0.5 w 1 G"), text(60, 60, "甲")]
    assert read_page(*ruled).tables == ()
    assert len(only_table(read_page(area(45, 35, 305, 75, "0.8 g"), *ruled)).cells) == 2


def test_text_off_the_page_or_clipped_away_is_not_read() -> None:
    page = read_page(
        text(580, 50, "看不见了"),
        text(-50, 50, "左"),
        clipped(50, 60, 74, 100, text(50, 80, "一二三四")),
        clipped(50, 90, 60, 100, text(50, 120, "五")),
    )
    assert lines(page) == ["看不", "一二"]


def test_a_text_that_its_cell_hides_in_part_is_evidence() -> None:
    page = read_page(
        grid((50, 100, 200), (40, 60, 80)),
        clipped(50, 40, 90, 60, text(52, 52, "前面的文字") + text(52, 64, "第二行")),
        clipped(100, 40, 200, 60, text(105, 54, "完整")),
        clipped(50, 60, 100, 80, text(52, 94, "全在外面")),
        text(105, 74, "没有"),
    )
    cells = only_table(page).cells
    assert [cell.text for cell in cells] == ["前面的文", "完整", "", "没有"]
    assert [cell.whole for cell in cells] == ["前面的文字\n第二行", None, "全在外面", None]


def test_a_text_that_the_page_cuts_is_evidence_where_it_begins() -> None:
    page = read_page(
        *(line(500, y, 600, y) for y in (40, 60)), line(500, 40, 500, 60), text(560, 54, "承担全市教育")
    )
    (cell,) = only_table(page).cells
    assert (cell.text, cell.open_sides) == ("承担全市", ("right",))
    assert cell.whole == "承担全市教育"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_upright(turn: int) -> None:
    content = [grid((50, 150, 300), (40, 70, 90)), text(55, 60, "数量指标"), text(155, 85, "≥90%")]
    matrix = {90: f"0 1 -1 0 {HEIGHT} 0", 180: f"-1 0 0 -1 600 {HEIGHT}", 270: "0 -1 1 0 0 600"}[turn]
    box = f"0 0 600 {HEIGHT}" if turn == 180 else f"0 0 {HEIGHT} 600"
    drawn = f"q {matrix} cm " + "\n".join(content) + " Q"
    upright = read_page(*content)
    assert read_page(drawn, page=f"/Rotate {turn}", box=box) == upright  # turned back by the page
    assert read_page(drawn, box=box) == upright  # turned as it lies, its text tells


def test_a_label_that_is_turned_in_its_cell_is_read_along() -> None:
    page = read_page(
        grid((50, 90, 300), (40, 120)),
        text(65, 110, "产出", turn="0 1 -1 0"),  # upwards, the next line to the right
        text(80, 110, "指标", turn="0 1 -1 0"),
        text(100, 60, "数量指标值"),
        text(200, 60, "下", turn="0 -1 1 0"),
    )
    assert texts(page) == ["产出\n指标", "数量指标值\n下"]


def test_a_page_may_begin_anywhere() -> None:
    page = read_page(text(150, 150, "甲"), page=f"/CropBox [100 50 400 {HEIGHT - 100}]")
    assert (page.width, page.height) == (300, HEIGHT - 150)
    assert page.lines[0].bbox == (50, 41.2, 60, 51.2)


def test_what_is_filled_into_a_form_is_read() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 400))
    canvas.drawString(50, 345, "Budget")
    canvas.acroForm.textfield(name="budget", value="1234.5", x=100, y=340, width=200, height=20)
    canvas.save()
    assert lines(read_pages(buffer.getvalue())[0]) == ["Budget 1234.5"]


def test_slanted_text_is_left_out_and_noted() -> None:
    page = read_page(text(50, 50, "正文"), text(100, 200, "草稿", 40, turn="0.7 0.7 -0.7 0.7"))
    assert lines(page) == ["正文"]
    assert page.notes == ("slanted text left out: 草稿",)


# Pages without text


def picture(name: str = "I") -> tuple[str, dict[str, object]]:
    image = stream(
        b"\x00",
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
    )
    return f"q 600 0 0 400 0 0 cm /{name} Do Q", {
        "resources": f"/XObject << /{name} 4 0 R >>",
        "objects": [image],
    }


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ("", "the page is a picture without text; to be read, it must be recognized (OCR)"),
        (
            text(50, 50, "第1页"),
            "most of the page is a picture; what it shows was not read, it must be recognized (OCR)",
        ),
        (
            text(50, 50, "识别", before="3 Tr"),
            "the page is a picture over invisible text of a recognition, which was not read",
        ),
        ("\n".join(text(10, 20 + 12 * row, "正文" * 20) for row in range(10)), None),
    ],
)
def test_a_page_that_is_a_picture_says_so(more: str, note: str | None) -> None:
    drawn, entries = picture()
    data = pdf(drawn + "\n" + more, **entries)  # type: ignore[arg-type]
    (page,) = read_file(SourceFile("filing.pdf", data, ocr=False)).pages
    assert page.notes == ((note,) if note else ())


def test_letters_that_are_drawn_are_noted() -> None:
    curves = "\n".join(f"{x} 100 m {x} 120 {x + 9} 120 {x + 9} 100 c f" for x in range(50, 550, 10))
    (page,) = read_file(SourceFile("filing.pdf", pdf(curves), ocr=False)).pages
    assert page.notes == (
        "the page has drawings, but no text; letters that are drawn must be recognized (OCR)",
    )
    assert read_page(curves).notes == ("no text was found on the page: it is blank, or a photograph",)


def test_rulings_may_be_painted_as_pictures() -> None:
    _, entries = picture()
    strips = [
        (50, 300, 100, 0.5),
        (50, 280, 100, 0.5),
        (50, 280, 0.5, 20),
        (100, 280, 0.5, 20),
        (150, 280, 0.5, 20),
    ]
    drawn = "\n".join(f"q {width} 0 0 {height} {x} {y} cm /I Do Q" for x, y, width, height in strips)
    (page,) = read_pages(pdf(drawn + "\n" + text(55, 114, "甲"), **entries))  # type: ignore[arg-type]
    assert texts(page) == ["甲", ""]


def test_an_empty_page_is_a_page() -> None:
    first, second = read_pages(pdf("", text(50, 50, "甲")))
    assert (first.tables, first.lines, first.notes) == ((), (), ())
    assert (second.number, lines(second)) == (2, ["甲"])
