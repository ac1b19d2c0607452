"""The reader of OFD: what a page shows, as tables and lines."""

import io
import random
import re
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from extract import EncryptedFile, ExtractError, Page, Table, TooLarge, UnreadableFile
from extract.limits import MAX_PAGES
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract import pdfs
from tests.extract.ofds import (
    NAMESPACE,
    area,
    clips,
    grid,
    line,
    members_of,
    mm,
    ofd_of,
    packed,
    page_xml,
    path,
    picture,
    text,
)
from tests.extract.ofds_from_pdf import ofd_of_pdf
from tests.extract.partitions import Place, partitions, places

WHITE = '<ofd:FillColor Value="255 255 255"/>'


def read_pages(data: bytes) -> tuple[Page, ...]:
    document = read_file(SourceFile("filing.ofd", data))
    assert document.format == "ofd"
    return document.pages


def read_page(*objects: str, **parts: str) -> Page:
    """A page of ``objects``; ``parts`` as in ``members_of``."""
    (page,) = read_pages(packed(members_of([page_xml(objects)], **parts)))
    return page


def read_members(members: Mapping[str, str | bytes]) -> tuple[Page, ...]:
    return read_pages(packed(members))


def only_table(page: Page) -> Table:
    (table,) = page.tables
    return table


def lines(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def boxes(page: Page) -> list[tuple[float, ...] | None]:
    return [line.bbox for line in page.lines]


# Tables


def test_a_table_has_its_cells_edges_and_boxes() -> None:
    page = read_page(grid((50, 150, 300), (40, 70, 90)), text(55, 60, "数量指标"), text(155, 85, "≥90%"))
    assert (page.width, page.height, page.lines, page.notes) == (600, 400, (), ())
    table = only_table(page)
    assert places(table) == [
        (0, 0, 1, 1, "数量指标"),
        (0, 1, 1, 1, ""),
        (1, 0, 1, 1, ""),
        (1, 1, 1, 1, "≥90%"),
    ]
    assert (table.row_edges, table.column_edges) == ((40, 70, 90), (50, 150, 300))
    assert table.cells[3].line_boxes == ((155, 76.2, 182.5, 86.2),)


@settings(max_examples=25, deadline=None)
@given(partitions())
def test_a_printed_table_reads_as_from_the_pdf_that_it_was(cells: list[Place]) -> None:
    content = []
    for row, column, height, width, string in cells:
        left, top, right, bottom = 50 + 60 * column, 40 + 20 * row, 60 * width, 20 * height
        content.append(f"0.5 w {left} {pdfs.HEIGHT - top - bottom} {right} {bottom} re S")
        content.append(pdfs.text(left + 5, top + 14, string))
    data = pdfs.pdf("\n".join(content))
    (before,), (after,) = read_file(SourceFile("filing.pdf", data)).pages, read_pages(ofd_of_pdf(data))
    assert [places(table) for table in after.tables] == [places(table) for table in before.tables]
    assert [table.bbox for table in after.tables] == [table.bbox for table in before.tables]
    assert lines(after) == lines(before)
    assert [box and box[:2] for box in boxes(after)] == [box and box[:2] for box in boxes(before)]


def test_the_lines_of_a_cell_stay_apart_and_lose_nothing() -> None:
    page = read_page(
        grid((50, 110, 200), (40, 90)),
        text(52, 52, "承担全市教育"),  # 60 points wide, up to over the ruling
        text(52, 65, "信息化建设，"),
        text(113, 52, "健全"),
    )
    wrapped, neighbour = only_table(page).cells
    assert (wrapped.lines, wrapped.text) == (("承担全市教育", "信息化建设，"), "承担全市教育\n信息化建设，")
    assert neighbour.text == "健全"


@pytest.mark.parametrize(
    "rulings",
    [
        [
            *(area(50, y, 200, y + 0.5) for y in (40, 60, 80)),
            *(area(x, 40, x + 0.5, 80) for x in (50, 120, 200)),
        ],
        [
            path(
                " ".join(
                    f"{move} {mm(x, 40)} L {mm(x + 1, 40)} L {mm(x + 1, 80)} L {mm(x, 80)} C" for x in xs
                ),
                'Fill="true" Stroke="false"',
                '<ofd:FillColor Value="0 0 0"/>',
            )
            for move, xs in (("M", (50, 120)), ("S", (120, 200)))
        ]
        + [line(50, y, 200, y + 0.5) for y in (40, 60, 80)],
        [
            path(f"M {mm(50, 40)} L {mm(200, 40)} L {mm(200, 80)} L {mm(50, 80)} C"),
            line(120, 40, 120, 80),
            line(50, 60, 200, 60),
        ],
        [
            *(path(f"M {mm(x, 40)} l {mm(x, 80)}") for x in (50, 120, 200)),
            *(path(f"S {mm(50, y)} L {mm(120, y, 200, y)}", 'DashPattern="1 1"') for y in (40, 60, 80)),
        ],
    ],
    ids=["thin areas", "areas of one path", "a frame", "parts of lines"],
)
def test_rulings_are_drawn_in_many_ways(rulings: list[str]) -> None:
    table = only_table(read_page(*rulings, text(55, 55, "甲"), text(125, 75, "乙")))
    assert [(cell.text, cell.open_sides) for cell in table.cells] == [
        ("甲", ()),
        ("", ()),
        ("", ()),
        ("乙", ()),
    ]
    assert [round(edge) for edge in table.column_edges] == [50, 120, 200]


def test_what_is_thick_parts_no_cells() -> None:
    shade, band = area(50, 45, 200, 50, "200 200 200"), line(50, 55, 200, 55, 'LineWidth="1.8"')
    upright = line(80, 40, 80, 80, 'LineWidth="1.8"')
    page = read_page(
        grid((50, 120, 200), (40, 80)), shade, band, upright, text(55, 75, "甲"), text(125, 65, "乙")
    )
    assert places(only_table(page)) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙")]


def test_letters_that_are_drawn_are_no_tables() -> None:
    """Beside its text a letter may stand as the shape of it."""
    shape = "".join(
        f"M {mm(x, 88)} L {mm(x, 102)} M {mm(98, y)} L {mm(122, y)}"
        for x in (98, 110, 122)
        for y in (88, 102)
    )
    curves = (
        f"M {mm(130, 90)} B {mm(131, 91, 132, 92, 133, 93)}",
        f"M {mm(130, 90)} Q {mm(131, 91, 132, 92)}",
        f"M {mm(130, 90)} A 5 5 0 0 1 {mm(132, 92)}",
    )
    (table,) = read_page(path(shape), text(100, 99, "中"), text(112, 99, "国")).tables
    assert [cell.text for cell in table.cells] == ["中", "国"]
    for curve in curves:
        page = read_page(path(shape + curve), text(100, 99, "中"), text(112, 99, "国"))
        assert (page.tables, lines(page)) == ((), ["中国"])


# Characters


@pytest.mark.parametrize(
    ("delta", "right"),
    [
        ('DeltaX="4 4 4"', 16),
        ('DeltaX="g 3 4"', 16),
        ('DeltaX="4 g 2 3"', 14),
        ('DeltaX="g 2 3 4"', 14),
        ('DeltaX="4"', 16),  # the last one goes on
        ('DeltaX="4 4 4 99"', 16),
        ("", 16),  # as wide as ideographs are
        ('DeltaX="0 0 0"', 16),
    ],
)
def test_offsets_place_the_characters_of_a_text(delta: str, right: float) -> None:
    page = read_page(
        f'<ofd:TextObject ID="1" Boundary="10 20 16 5" Font="2" Size="4"><ofd:TextCode X="1" Y="4" {delta}>'
        "绩效目标</ofd:TextCode></ofd:TextObject>"
    )
    assert lines(page) == ["绩效目标"]
    place = 11, 24 - 0.88 * 4, 11 + right, 24 + 0.12 * 4
    assert boxes(page) == [tuple(round(value * 72 / 25.4, 2) for value in place)]


def test_a_wide_offset_parts_texts_and_a_small_one_does_not() -> None:
    assert lines(read_page(text(50, 50, "绩效目标", offsets=(12, 30, 10)))) == ["绩效 目标"]
    assert lines(read_page(text(50, 50, "Web AI", offsets=(9, 5, 5, 3, 6)))) == ["Web AI"]
    assert lines(read_page(text(50, 50, "AI"), text(64, 50, "赋能"))) == ["AI赋能"]


def test_text_codes_go_on_where_the_last_one_stood() -> None:
    page = read_page(
        '<ofd:TextObject ID="1" Boundary="10 20 90 5" Font="2" Size="4"><ofd:TextCode X="0" Y="4">甲'
        '</ofd:TextCode><ofd:TextCode X="20">乙</ofd:TextCode><ofd:TextCode Y="14">丙\n</ofd:TextCode>'
        "</ofd:TextObject>"
    )
    assert lines(page) == ["甲 乙", "丙"]
    assert [round(box[0] / 72 * 25.4) for box in boxes(page) if box] == [10, 30]


def test_a_text_code_may_have_several_lines() -> None:
    page = read_page(
        '<ofd:TextObject ID="1" Boundary="0 0 90 5" Font="2" Size="4"><ofd:TextCode X="1" Y="4"'
        ' DeltaX="4 -4 4" DeltaY="0 6 0">年度目标</ofd:TextCode></ofd:TextObject>'
    )
    assert lines(page) == ["年度", "目标"]
    right = round(9 * 72 / 25.4, 2)
    assert [box[2] for box in boxes(page) if box] == [right, right]


def test_the_layout_of_the_xml_is_no_text() -> None:
    string = text(50, 50, "绩效", offsets=(10,)).replace(">绩效<", ">\n\t\t绩效\n\t<")
    assert (boxes(read_page(string)), lines(read_page(string))) == ([(50, 41.2, 70, 51.2)], ["绩效"])
    assert lines(read_page(text(50, 50, "  绩效", offsets=(5, 5, 10)), text(50, 50, "一"))) == ["一 绩效"]


def test_an_object_has_a_matrix_of_its_own() -> None:
    """As converters from PDF write it: points in the object, its matrix makes millimetres of them."""
    scale = 'CTM="0.35278 0 0 0.35278 0 0"'
    rulings = [
        f'<ofd:PathObject ID="1" Boundary="{mm(50, 40)} 60 60" {scale}><ofd:AbbreviatedData>'
        f"M {x0} {y0} L {x1} {y1}</ofd:AbbreviatedData></ofd:PathObject>"
        for x0, y0, x1, y1 in [(x, 0, x, 20) for x in (0, 60, 150)] + [(0, y, 150, y) for y in (0, 20)]
    ]
    string = (
        f'<ofd:TextObject ID="1" Boundary="{mm(55, 44)} 20 5" Font="2" Size="10" {scale}>'
        '<ofd:TextCode X="0" Y="10" DeltaX="10">数量</ofd:TextCode></ofd:TextObject>'
    )
    table = only_table(read_page(*rulings, string))
    assert places(table) == [(0, 0, 1, 1, "数量"), (0, 1, 1, 1, "")]
    assert table.column_edges == (50, 110, 200)
    assert table.cells[0].line_boxes == ((55, 45.2, 75, 55.2),)


def test_horizontal_scale_makes_characters_narrow() -> None:
    page = read_page(text(50, 50, "绩", size=20, look='HScale="0.5"'))
    assert boxes(page) == [(50, 32.4, 60, 52.4)]


def as_drawing(objects: str) -> str:
    """A resource file with ``objects`` as the drawing 7."""
    unit = f'<ofd:Res xmlns:ofd="{NAMESPACE}"><ofd:CompositeGraphicUnits>'
    return f'{unit}<ofd:CompositeGraphicUnit ID="7"><ofd:Content>{objects}</ofd:Content>' + (
        "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )


@pytest.mark.parametrize(
    ("ctm", "width", "height"),
    [
        (f"0 -1 1 0 0 {mm(600)}", 400, 600),
        (f"0 1 -1 0 {mm(400)} 0", 400, 600),
        (f"-1 0 0 -1 {mm(600, 400)}", 600, 400),
    ],
)
def test_a_page_that_is_turned_is_read_upright(ctm: str, width: float, height: float) -> None:
    objects = grid((50, 150, 300), (40, 60)) + text(55, 54, "数量指标") + text(155, 54, "≥90%")
    reference = f'<ofd:CompositeObject ID="1" ResourceID="7" Boundary="0 0 9 9" CTM="{ctm}"/>'
    members = members_of(
        [page_xml([reference], size=f"0 0 {mm(width, height)}")], "<ofd:DocumentRes>Res.xml</ofd:DocumentRes>"
    )
    (page,) = read_members(members | {"Doc_0/Res.xml": as_drawing(objects)})
    assert (page.width, page.height) == (600, 400)
    assert places(only_table(page)) == [(0, 0, 1, 1, "数量指标"), (0, 1, 1, 1, "≥90%")]


def test_vertical_writing_is_one_character_a_line() -> None:
    down = (
        f'<ofd:TextObject ID="1" Boundary="{mm(60, 50)} 4 20" Font="2" Size="4"><ofd:TextCode X="0" Y="4"'
        ' DeltaY="g 3 4">产出指标</ofd:TextCode></ofd:TextObject>'
    )
    page = read_page(grid((50, 100, 200), (40, 120)), down, text(110, 60, "数量"))
    assert [cell.lines for cell in only_table(page).cells] == [("产", "出", "指", "标"), ("数量",)]
    without_offsets = down.replace(' DeltaY="g 3 4"', "").replace("Size", 'ReadDirection="90" Size')
    assert lines(read_page(without_offsets)) == ["产", "出", "指", "标"]


def test_characters_lie_on_their_side() -> None:
    sideways = text(60, 60, "AB", offsets=(0,), look='CharDirection="90"').replace(
        'DeltaX="0"', f'DeltaY="{mm(7)}"'
    )
    page = read_page(sideways, text(100, 50, "数量指标"))
    assert lines(page) == ["数量指标", "AB"]  # turned to the right, it is read downwards
    assert boxes(page)[1] == (58.8, 60, 68.8, 74.5)


def test_glyphs_are_no_characters() -> None:
    """Offsets stand between glyphs; some characters share one."""
    shared = '<ofd:CGTransform CodePosition="1" CodeCount="2" GlyphCount="1"/>'
    page = read_page(text(50, 50, "afi1", offsets=(5, 6), inner=shared), text(90, 50, "x"))
    assert lines(page) == ["afi1 x"]
    assert boxes(page) == [(50, 41.2, 95, 51.2)]
    (page,) = read_pages(ofd_of([[text(50, 50, "afi1", offsets=(5, 6), inner=shared)]]))
    assert boxes(page) == [(50, 41.2, 66, 51.2)]
    # Places are counted through all texts of the object.
    two = '<ofd:TextCode X="0">xy</ofd:TextCode><ofd:TextCode'
    shared = shared.replace('Position="1"', 'Position="3"')
    string = text(50, 50, "afi1", offsets=(5, 6), inner=shared).replace("<ofd:TextCode", two)
    assert boxes(read_page(string))[-1] == (50, 41.2, 66, 51.2)


def test_characters_that_only_a_font_knows_are_counted() -> None:
    page = read_page(text(50, 50, "甲\ue000\ue123"))
    assert lines(page) == ["甲\ufffd\ufffd"]
    assert page.notes == ("unreadable characters (their font does not say which they are): 2",)


def test_bold_that_is_printed_twice_is_read_once() -> None:
    assert lines(read_page(text(50, 50, "绩效目标"), text(50.4, 50, "绩效目标"))) == ["绩效目标"]


# What can be seen


@pytest.mark.parametrize(
    "invisible",
    [
        text(50, 80, "隐", look='Visible="false"'),
        text(50, 80, "隐", look='Alpha="0"'),
        text(50, 80, "隐", look='Fill="false"'),
        text(50, 80, "隐", inner='<ofd:FillColor Value="0 0 0" Alpha="0"/>'),
        text(50, 80, "隐", inner=WHITE),
        text(50, 80, "隐", inner='<ofd:FillColor Value="#FF #ff #FE"/>'),
        text(50, 80, "隐", inner='<ofd:FillColor Value="0 0 0 0"/>'),  # of four inks none
        text(50, 80, "隐", look='DrawParam="5"'),
        text(50, 80, "隐", inner=clips(100, 0, 200, 20)),
        text(-20, 80, "隐"),
        text(50, 420, "隐"),
    ],
)
def test_what_cannot_be_seen_is_not_read(invisible: str) -> None:
    res = (
        f'<ofd:Res xmlns:ofd="{NAMESPACE}"><ofd:DrawParams><ofd:DrawParam ID="4">{WHITE}</ofd:DrawParam>'
        '<ofd:DrawParam ID="5" Relative="4"/></ofd:DrawParams></ofd:Res>'
    )
    members = members_of(
        [page_xml([text(50, 50, "现"), invisible])], "<ofd:PublicRes>Res.xml</ofd:PublicRes>"
    )
    (page,) = read_members(members | {"Doc_0/Res.xml": res})
    assert (lines(page), page.notes) == (["现"], ())


def test_what_is_white_is_seen_on_what_is_dark() -> None:
    inner = '<ofd:StrokeColor Value="255 255 255"/>'
    rulings = [
        line(50, 60, 200, 60, inner=inner),
        line(120, 40, 120, 80, inner=inner),
        *(line(50, y, 200, y) for y in (40, 80)),
        *(line(x, 40, x, 80) for x in (50, 200)),
    ]
    strings = text(55, 55, "甲", inner=WHITE), text(125, 75, "乙", inner=WHITE)
    dark = read_page(area(50, 40, 200, 80, "0 0 128"), *rulings, *strings)
    assert [cell.text for cell in only_table(dark).cells] == ["甲", "", "", "乙"]
    # Painted later, the area lies over them.
    hidden = read_page(*rulings, *strings, area(50, 40, 200, 80, "0 0 128"))
    assert [cell.text for table in hidden.tables for cell in table.cells] in ([], [""])


def test_the_layer_says_what_its_objects_leave_open() -> None:
    res = f'<ofd:Res xmlns:ofd="{NAMESPACE}"><ofd:DrawParams><ofd:DrawParam ID="4">{WHITE}</ofd:DrawParam>'
    res = res.replace(WHITE, WHITE + WHITE.replace("Fill", "Stroke"))
    layer = '<ofd:Layer ID="3" DrawParam="4"><ofd:PageBlock ID="2">'
    black = text(50, 80, "黑", inner='<ofd:FillColor Value="0 0 0"/>')
    content = page_xml([text(50, 50, "白"), black, grid((40, 70, 100), (60, 90))]).replace(
        '<ofd:Layer ID="1">', layer
    )
    content = content.replace("</ofd:Layer>", "</ofd:PageBlock></ofd:Layer>")
    members = members_of([content], "<ofd:PublicRes>Res.xml</ofd:PublicRes>")
    (page,) = read_members(members | {"Doc_0/Res.xml": res + "</ofd:DrawParams></ofd:Res>"})
    assert (lines(page), page.tables) == (["黑"], ())


def test_parameters_may_go_round_in_circles() -> None:
    res = f'<ofd:Res xmlns:ofd="{NAMESPACE}"><ofd:DrawParams><ofd:DrawParam ID="4" Relative="4"/>'
    members = members_of(
        [page_xml([text(50, 50, "甲", look='DrawParam="4"')])], "<ofd:PublicRes>Res.xml</ofd:PublicRes>"
    )
    (page,) = read_members(members | {"Doc_0/Res.xml": res + "</ofd:DrawParams></ofd:Res>"})
    assert lines(page) == ["甲"]


def test_outlined_text_is_seen() -> None:
    assert lines(read_page(text(50, 50, "甲", look='Fill="false" Stroke="true"'))) == ["甲"]


def test_what_a_clip_hides_of_a_cell_goes_along_with_it() -> None:
    """As a sheet is printed that is wider than the page: texts stand whole on it and are clipped."""
    cut = text(55, 60, "年度总体目标", inner=clips(0, 0, 30, 20))
    cell = only_table(read_page(grid((50, 90), (40, 70)), grid((90, 200), (40, 70)), cut)).cells[0]
    assert cell.text == "年度总"
    assert cell.whole == "年度总体目标"


def test_clips_are_in_the_space_of_the_object() -> None:
    """They overlap to what is left, and a matrix holds for them where they say so."""
    scale = 'CTM="2 0 0 2 0 0"'
    plain, scaled = clips(0, 0, 20, 40), clips(0, 0, 20, 40).replace('TransFlag="false"', 'TransFlag="true"')
    string = text(50, 60, "年度总体目标", size=5, look=scale)
    with_clip = string.replace("<ofd:TextCode", "{}<ofd:TextCode").format
    assert lines(read_page(with_clip(plain))) == ["年度"]
    assert lines(read_page(with_clip(scaled))) == ["年度总体"]
    two = plain.replace("</ofd:Clips>", "") + clips(10, 0, 40, 40).replace(
        '<ofd:Clips TransFlag="false">', ""
    )
    assert lines(read_page(with_clip(two))) == ["度"]
    letters = plain.replace("</ofd:Clip>", "<ofd:Area><ofd:Text/></ofd:Area></ofd:Clip>")
    assert lines(read_page(with_clip(letters))) == ["年度总体目标"]
    half = plain.replace("<ofd:Area>", '<ofd:Area CTM="0.5 0 0 1 0 0">')
    assert lines(read_page(with_clip(half))) == ["年"]
    moved = plain.replace('Boundary="0 0 0 0"', f'Boundary="{mm(10, 0)} 0 0" CTM="1.5 0 0 1 0 0"')
    assert lines(read_page(with_clip(moved))) == ["度总体"]


def test_a_boundary_does_not_clip() -> None:
    """Producers write it too small, or inside out."""
    wrong = re.sub(r'Boundary="(\S+ \S+) \S+ \S+"', r'Boundary="\1 -15 0"', text(50, 50, "1.00"))
    assert lines(read_page(wrong)) == ["1.00"]


# Pages and what they are made of


def test_pages_and_documents_follow_each_other() -> None:
    members = members_of([page_xml([text(50, 50, "第一页")]), page_xml([text(50, 50, "第二页")])])
    other = members_of([page_xml([text(50, 50, "附件")], size="0 0 210 297")])
    for name, data in other.items():
        members.setdefault(name.replace("Doc_0", "Doc_1"), data)
    body = "<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    members["OFD.xml"] = str(members["OFD.xml"]).replace("</ofd:OFD>", body)
    pages = read_members(members)
    assert [(page.number, lines(page)) for page in pages] == [
        (1, ["第一页"]),
        (2, ["第二页"]),
        (3, ["附件"]),
    ]
    assert [(page.width, page.height) for page in pages] == [(600, 400), (600, 400), (595.28, 841.89)]


def test_of_several_versions_the_current_one_is_read() -> None:
    versions = (
        '<ofd:Versions><ofd:Version ID="1" Current="false" BaseLoc="V1.xml"/>'
        '<ofd:Version ID="2" Current="true" BaseLoc="V/V2.xml"/></ofd:Versions>'
    )
    members = members_of([page_xml([text(50, 50, "旧")])], body=versions)
    for name, data in members_of([page_xml([text(50, 50, "新")])]).items():
        members.setdefault(name.replace("Doc_0", "Doc_1"), data)
    version = f'<ofd:DocVersion xmlns:ofd="{NAMESPACE}"><ofd:DocRoot>/Doc_1/Document.xml</ofd:DocRoot>'
    (page,) = read_members(members | {"V/V2.xml": version + "</ofd:DocVersion>"})
    assert lines(page) == ["新"]


TEMPLATES = (
    '<ofd:TemplatePage ID="3" BaseLoc="Tpls/3.xml"/>'
    '<ofd:TemplatePage ID="4" BaseLoc="/Doc_0/Tpls/4.xml" ZOrder="Foreground"/>'
)


def with_templates(before: str, third: str, fourth: str, *objects: str) -> Mapping[str, str | bytes]:
    members = members_of([page_xml(objects, before)] * 2, TEMPLATES)
    return members | {"Doc_0/Tpls/3.xml": third, "Doc_0/Tpls/4.xml": fourth}


def test_templates_lie_below_and_above_their_pages() -> None:
    """White text is seen on what was painted before it alone."""
    dark, white = area(50, 40, 200, 80), text(55, 60, "白", inner=WHITE)
    form = page_xml([grid((50, 120, 200), (40, 80)), text(55, 50, "指标")])
    below, above = '<ofd:Template TemplateID="3"/>', '<ofd:Template TemplateID="3" ZOrder="Foreground"/>'
    pages = read_members(with_templates(below, form, page_xml([]), text(125, 60, "≥90%")))
    assert [places(only_table(page)) for page in pages] == [[(0, 0, 1, 1, "指标"), (0, 1, 1, 1, "≥90%")]] * 2
    assert lines(read_members(with_templates(below, page_xml([dark]), page_xml([]), white))[0]) == ["白"]
    assert lines(read_members(with_templates(above, page_xml([dark]), page_xml([]), white))[0]) == []
    own = '<ofd:Template TemplateID="4"/>'  # of the template itself
    assert lines(read_members(with_templates(own, page_xml([]), page_xml([dark]), white))[0]) == []


def test_layers_lie_above_each_other_by_their_kinds() -> None:
    layers = '</ofd:Layer><ofd:Layer ID="2" Type="Background">'
    dark, white = area(50, 40, 200, 80), text(55, 60, "白", inner=WHITE)
    (page,) = read_members(members_of([page_xml([white, layers, dark])]))
    assert lines(page) == ["白"]


def test_templates_that_refer_to_each_other_are_refused() -> None:
    third = page_xml([], '<ofd:Template TemplateID="4"/>')
    fourth = page_xml([], '<ofd:Template TemplateID="3"/>')
    with pytest.raises(UnreadableFile, match="its template pages refer to each other"):
        read_members(with_templates('<ofd:Template TemplateID="3"/>', third, fourth))


def test_a_template_is_painted_once_a_page() -> None:
    third = page_xml([text(50, 50, "甲")], '<ofd:Template TemplateID="4"/>' * 3000)
    fourth = page_xml([text(80, 50, "乙")])
    pages = read_members(with_templates('<ofd:Template TemplateID="3"/>' * 3000, third, fourth))
    assert [lines(page) for page in pages] == [["甲 乙"]] * 2


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (
            page_xml([], '<ofd:Template TemplateID="9"/>'),
            "page 1 is damaged ('template 9' is missing from it)",
        ),
        (
            page_xml([], '<ofd:Template TemplateID="3"/>'),
            "page 1 is damaged ('Tpls/3.xml' is missing from it)",
        ),
        (
            page_xml(['<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="8"/>']),
            "page 1 is damaged (the drawing '8' is missing from it)",
        ),
    ],
)
def test_a_page_that_lacks_something_is_not_read_in_part(page: str, problem: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_members(members_of([page], TEMPLATES))
    assert caught.value.problem == problem + "; export or upload it again"


def drawing(identity: int, objects: str) -> str:
    content = f"<ofd:Content>{objects}</ofd:Content>"
    return (
        f'<ofd:CompositeGraphicUnit ID="{identity}" Width="9" Height="9">{content}</ofd:CompositeGraphicUnit>'
    )


def composite(identity: int, boundary: str = "0 0 99 99", look: str = "") -> str:
    return f'<ofd:CompositeObject ID="1" ResourceID="{identity}" Boundary="{boundary}" {look}/>'


def with_drawings(page: str, *drawings: str) -> Mapping[str, str | bytes]:
    head = f'<ofd:Res xmlns:ofd="{NAMESPACE}"><ofd:CompositeGraphicUnits>'
    resources = f"{head}{''.join(drawings)}</ofd:CompositeGraphicUnits></ofd:Res>"
    content = page_xml([page], "<ofd:PageRes>../Res.xml</ofd:PageRes>")
    return members_of([content]) | {"Doc_0/Res.xml": resources}


def test_drawings_of_the_resources_are_painted_where_objects_put_them() -> None:
    string = text(5, 20, "数量", inner='<ofd:FillColor Value="0 0 0"/>')
    inner = drawing(7, grid((0, 70, 150), (0, 40)) + string)
    outer = drawing(8, composite(7, look='CTM="0.5 0 0 0.5 0 0"'))
    (page,) = read_members(with_drawings(composite(8, f"{mm(50, 40)} 99 99"), inner, outer))
    table = only_table(page)
    assert (table.column_edges, table.row_edges) == ((50, 85, 125), (40, 60))
    assert (table.cells[0].text, table.cells[0].line_boxes) == ("数量", ((52.5, 45.6, 62.5, 50.6),))
    (page,) = read_members(with_drawings(composite(8, look='Visible="false"'), inner, outer))
    assert (page.tables, page.lines) == ((), ())


def test_drawings_without_an_end_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="its drawings are made of each other"):
        read_members(with_drawings(composite(7), drawing(7, composite(8)), drawing(8, composite(7))))
    bomb = [drawing(k, composite(k + 1) * 40) for k in range(10, 18)]
    with pytest.raises(TooLarge, match="the file paints far more than its pages can show"):
        read_members(with_drawings(composite(10), *bomb, drawing(18, text(0, 0, "甲"))))


def test_the_page_has_the_size_that_it_says_or_that_of_its_document() -> None:
    members = members_of([page_xml([], size="10 10 100 200"), page_xml([])])
    assert [(page.width, page.height) for page in read_members(members)] == [(283.46, 566.93), (600, 400)]
    members["Doc_0/Document.xml"] = re.sub(
        "<ofd:PageArea>.*</ofd:PageArea>", "", str(members["Doc_0/Document.xml"])
    )
    with pytest.raises(UnreadableFile, match=re.escape("page 2 is damaged (it has a page without a size)")):
        read_members(members)


# Producers


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (NAMESPACE, "http://www.ofdspec.org"),
        (f' xmlns:ofd="{NAMESPACE}"', f' xmlns="{NAMESPACE}"'),
        (f' xmlns:ofd="{NAMESPACE}"', ""),
        (' Size="', ' size="'),
        ("TextObject", "textObject"),
        ("Boundary", "boundary"),
        ('BaseLoc="Pages/', 'BaseLoc="/Doc_0/Pages/'),
        ('BaseLoc="Pages/', 'BaseLoc="Doc_0/Pages/'),
        ('BaseLoc="Pages/', 'BaseLoc="./PAGES\\'),
        ("Doc_0/Document.xml</", "/Doc_0/Document.xml\n</"),
    ],
)
def test_producers_take_liberties(old: str, new: str) -> None:
    members = {}
    for name, data in members_of([page_xml([text(50, 50, "绩效目标")])]).items():
        changed = str(data).replace(old, new)
        members[name] = changed if "xmlns:ofd" in changed else changed.replace("ofd:", "")
    (page,) = read_members(members)
    assert (lines(page), boxes(page)) == (["绩效目标"], [(50, 41.2, 90, 51.2)])


def test_members_have_folders_with_either_slash() -> None:
    members = members_of([page_xml([text(50, 50, "甲")])])
    page = members.pop("Doc_0/Pages/0.xml")
    assert lines(read_members(members | {"Doc_0\\Pages\\0.xml": page})[0]) == ["甲"]


# Notes


def test_notes_say_where_seals_stand() -> None:
    signature = (
        f'<ofd:Signature xmlns:ofd="{NAMESPACE}"><ofd:SignedInfo><ofd:StampAnnot ID="1" PageRef="11"'
        f' Boundary="{mm(100, 50, 110, 110)}"/></ofd:SignedInfo></ofd:Signature>'
    )
    signatures = f'<ofd:Signatures xmlns:ofd="{NAMESPACE}"><ofd:Signature ID="1" BaseLoc="Sign_0/S.xml"/>'
    members = members_of(
        [page_xml([]), page_xml([text(120, 80, "公章下的字")])],
        body="<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>",
    ) | {
        "Doc_0/Signs/Signatures.xml": signatures + "</ofd:Signatures>",
        "Doc_0/Signs/Sign_0/S.xml": signature,
    }
    first, second = read_members(members)
    assert (first.notes, second.notes) == ((), ("a seal stands at [100.0, 50.0, 210.0, 160.0]",))
    assert lines(second) == ["公章下的字"]


def test_annotations_are_left_out_and_said() -> None:
    def annotation(look: str, content: str) -> str:
        box = mm(10, 20, 30, 40)
        return f'<ofd:Annot {look}><ofd:Appearance Boundary="{box}">{content}</ofd:Appearance></ofd:Annot>'

    annotations = (
        annotation('Type="Watermark"', text(0, 9, "仅供参考") * 2)
        + annotation('Type="Stamp"', picture(0, 0, 30, 40))
        + annotation('Type="Highlight" Visible="false"', text(0, 9, "隐"))
    )
    pages = '<ofd:Page PageID="10"><ofd:FileLoc>A/0.xml</ofd:FileLoc></ofd:Page><ofd:Page PageID="11"/>'
    members = members_of(
        [page_xml([text(50, 50, "甲")])], document="<ofd:Annotations>Annots.xml</ofd:Annotations>"
    ) | {
        "Doc_0/Annots.xml": f'<ofd:Annotations xmlns:ofd="{NAMESPACE}">{pages}</ofd:Annotations>',
        "Doc_0/A/0.xml": f'<ofd:PageAnnot xmlns:ofd="{NAMESPACE}">{annotations}</ofd:PageAnnot>',
    }
    (page,) = read_members(members)
    assert lines(page) == ["甲"]
    assert page.notes == (
        "a seal stands at [10.0, 20.0, 40.0, 60.0]",
        "text of annotations left out: 仅供参考",
    )


def test_slanted_text_is_left_out_and_said() -> None:
    page = read_page(text(50, 50, "甲"), text(90, 90, "仅供参考", look='CTM="0.7 -0.7 0.7 0.7 0 0"'))
    assert (lines(page), page.notes) == (["甲"], ("slanted text left out: 仅供参考",))


@pytest.mark.parametrize(
    ("objects", "note"),
    [
        ((picture(0, 0, 600, 400),), "the page is a picture without text; to be read, it must be recog"),
        ((picture(0, 0, 600, 400), text(5, 9, "1")), "most of the page is a picture; what it shows was n"),
        (
            (picture(0, 0, 600, 400), text(5, 9, "甲", look='Visible="false"')),
            "the page is a picture over invisible text of a recognition, which was not read",
        ),
    ],
)
def test_a_page_that_is_a_picture_says_so(objects: tuple[str, ...], note: str) -> None:
    (said,) = read_page(*objects).notes
    assert said.startswith(note)


# What is refused

SMALL = members_of([page_xml([grid((50, 120, 200), (40, 80)), text(55, 60, "指标")])])


def test_an_encrypted_file_says_so() -> None:
    with pytest.raises(EncryptedFile, match="the file is protected by a password; save it without one"):
        read_members(SMALL | {"Encryptions.xml": "<Encryptions/>"})


@pytest.mark.parametrize(
    ("member", "data", "problem"),
    [
        ("OFD.xml", "<OFD/>", "the file has no pages; export or upload it again"),
        ("OFD.xml", "<OFD><DocBody/></OFD>", "the file is damaged ('' is missing from it); export or upload"),
        ("Doc_0/Pages/0.xml", None, "page 1 is damaged ('Pages/0.xml' is missing from it); export or upload"),
        ("Doc_0/Document.xml", None, "the file is damaged ('Doc_0/Document.xml' is missing from it); expo"),
        ("Doc_0/Pages/0.xml", "<Page><Cont", "the file is damaged ("),
        (
            "Doc_0/Pages/0.xml",
            page_xml(['<ofd:TextObject Boundary="0 0 x 9" Size="3"/>']),
            "page 1 is damaged ('0 0 x 9' are no numbers); export or upload it again",
        ),
        (
            "Doc_0/Pages/0.xml",
            page_xml([text(5, 5, "甲", look='CTM="1 0 0 1 nan 0"')]),
            "page 1 is damaged ('1 0 0 1 nan 0' are not the numbers that are due); export or upload it again",
        ),
        (
            "Doc_0/Pages/0.xml",
            page_xml(['<ofd:TextObject Boundary="0 0 9 9"><ofd:TextCode>甲</ofd:TextCode></ofd:TextObject>']),
            "page 1 is damaged (it has a text without a size); export or upload it again",
        ),
        (
            "Doc_0/Pages/0.xml",
            page_xml([path("M 0 0 L 1 1", 'CTM="1e9 0 0 1e9 0 0"')]),
            "page 1 is damaged (its objects stand far off the page); export or upload it again",
        ),
        (
            "Doc_0/Pages/0.xml",
            page_xml([path("M 0 0 L 1")]),
            "page 1 is damaged (the path 'M 0 0 L 1' breaks off within L); export or upload it again",
        ),
        (
            "Doc_0/Pages/0.xml",
            page_xml([path("M 0 0 X 1")]),
            "page 1 is damaged (the path 'M 0 0 X 1' has an unknown command X); export or upload it again",
        ),
        (
            "Doc_0/Pages/0.xml",
            page_xml([], size="0 0 90000 90000"),
            "page 1 is 255118 × 255118 points large, more than 14,400; save it on a smaller page",
        ),
    ],
)
def test_what_is_damaged_is_refused(member: str, data: str | None, problem: str) -> None:
    members = dict(SMALL)
    if data is None:
        del members[member]
    else:
        members[member] = data
    with pytest.raises(UnreadableFile) as caught:
        read_members(members)
    assert caught.value.problem.startswith(problem)
    assert "\n" not in caught.value.problem


def test_too_many_pages_are_refused_before_any_is_read() -> None:
    places = "".join(f'<ofd:Page ID="{k}" BaseLoc="missing.xml"/>' for k in range(MAX_PAGES + 1))
    document = str(SMALL["Doc_0/Document.xml"])
    document = re.sub("<ofd:Pages>.*</ofd:Pages>", f"<ofd:Pages>{places}</ofd:Pages>", document)
    with pytest.raises(TooLarge, match="the file has more than 1,000 pages or documents"):
        read_members(SMALL | {"Doc_0/Document.xml": document})
    document = re.sub("<ofd:Pages>.*</ofd:Pages>", "", str(SMALL["Doc_0/Document.xml"]))
    body = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>" * (MAX_PAGES + 1)
    bodies = re.sub("<ofd:DocBody>.*</ofd:DocBody>", body, str(SMALL["OFD.xml"]))
    with pytest.raises(TooLarge, match="the file has more than 1,000 pages or documents"):
        read_members(SMALL | {"OFD.xml": bodies, "Doc_0/Document.xml": document})


def test_a_run_of_offsets_is_no_longer_than_the_text() -> None:
    string = text(50, 50, "绩效").replace(f'DeltaX="{mm(10)}"', f'DeltaX="g 900000000 {mm(10)}"')
    assert boxes(read_page(string)) == [(50, 41.2, 70, 51.2)]


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "甲"><!ENTITY c "&b;&b;&b;">]>' + page_xml([text(50, 50, "&")])
    with pytest.raises(UnreadableFile):
        read_members(SMALL | {"Doc_0/Pages/0.xml": bomb.replace("&amp;", "&c;")})


def test_a_file_cut_off_anywhere_is_refused() -> None:
    data = packed(SMALL)
    for length in range(4, len(data)):  # shorter ones could be anything
        with pytest.raises(ExtractError):
            read_pages(data[:length])


def test_mutated_files_are_read_or_refused() -> None:
    rng = random.Random(33190)
    for _ in range(400):
        data = mutated(rng, packed(SMALL))
        try:
            read_pages(data)
        except ExtractError as error:
            assert "\n" not in str(error)
        except AssertionError:
            pass  # it became another format


def mutated(rng: random.Random, data: bytes) -> bytes:
    """``data`` with a few bytes changed: of the file, or of one of its members."""
    if rng.random() < 0.3:
        return changed(rng, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(members))
    return packed(members | {name: changed(rng, members[name])})


def changed(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(out))
        end = min(len(out), start + rng.choice((0, 1, 1, 3, 20)))
        middle = rng.choice(
            (b"", b"0", b"-", b"9" * 30, b"<", b'"', b"g ", b"nan", bytes([rng.randrange(256)]))
        )
        out[start:end] = middle + bytes(out[start:end]) * rng.choice((0, 1, 2))
    return bytes(out)
