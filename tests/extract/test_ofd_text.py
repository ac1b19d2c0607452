"""Characters of OFD, and what of them can be seen."""

import re

import pytest

from tests.extract.ofds import (
    NAMESPACE,
    WHITE,
    area,
    boxes,
    clips,
    grid,
    line,
    lines,
    members_of,
    mm,
    ofd_of,
    only_table,
    page_xml,
    read_members,
    read_page,
    read_pages,
    text,
)
from tests.extract.partitions import places

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
