"""OFD that is refused: damaged, locked and hostile files."""

import io
import random
import re
import zipfile

import pytest

from extract import EncryptedFile, ExtractError, TooLarge, UnreadableFile
from extract.limits import MAX_PAGES
from tests.extract.ofds import (
    boxes,
    changed,
    grid,
    members_of,
    mm,
    packed,
    page_xml,
    path,
    read_members,
    read_page,
    read_pages,
    text,
)

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
