"""Pages of OFD: what they are made of, who makes them, and what is said of them."""

import re
from collections.abc import Mapping

import pytest

from extract import TooLarge, UnreadableFile
from tests.extract.ofds import (
    NAMESPACE,
    WHITE,
    area,
    boxes,
    grid,
    lines,
    members_of,
    mm,
    only_table,
    page_xml,
    picture,
    read_members,
    read_page,
    text,
)
from tests.extract.partitions import places

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
