"""What the generator of scans does to pages, and how it writes them."""

from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from extract import read
from tests.extract.pdfs import area, grid, pdf, text
from tests.scans.containers import write_pdf, write_picture, write_tiff
from tests.scans.damage import KINDS, Picture, broken, faxed, sealed, skewed, turned, unruled
from tests.scans.generate import Scan, damaged, drawn, scan

DPI = 100
TABLE = (grid((50, 200, 350), (50, 90, 130)), text(60, 75, "产出指标"), area(210, 60, 220, 75))
PAGE = pdf("\n".join(TABLE))


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    """A page with a table of two by two cells, twice."""
    one = tmp_path / "one.pdf"
    one.write_bytes(PAGE)
    both = pypdfium2.PdfDocument.new()
    for _ in range(2):
        both.import_pages(pypdfium2.PdfDocument(one))
    both.save(tmp_path / "form.pdf")
    return tmp_path / "form.pdf"


@pytest.fixture
def page(printed: Path) -> Picture:
    """The first of them as a picture."""
    return drawn(printed, DPI)[0]


def dark(picture: Picture) -> int:
    return int((picture.mean(axis=2) < 128).sum())


@pytest.mark.parametrize("kind", KINDS)
def test_damage_comes_from_the_names_alone(page: Picture, kind: str) -> None:
    how = Scan(kind, DPI)
    once, again = damaged(page, how, "form"), damaged(page, how, "form")
    assert np.array_equal(once, again)
    assert once.dtype == np.uint8 and once.shape[2] == 3
    assert (kind == "clean") == np.array_equal(once, page)


def test_a_turned_page_has_all_of_its_ink(page: Picture) -> None:
    assert dark(turned(page, DPI, np.random.default_rng(1))) == dark(page)


def test_skew_is_within_three_degrees(page: Picture) -> None:
    for seed in range(5):
        found = skewed(page, DPI, np.random.default_rng(seed))
        y, x = np.nonzero((found.mean(axis=2) < 200)[: found.shape[0] // 2])
        edges = cv2.minAreaRect(np.column_stack((x, y)).astype(np.float32))
        angle = min(edges[2] % 90, 90 - edges[2] % 90)
        assert 0.2 < angle < 3.3


def test_rulings_go_and_text_stays(page: Picture) -> None:
    bare = unruled(page, DPI, np.random.default_rng(1))
    rulings = dark(page) - dark(bare)
    assert rulings > 0.9 * (3 * 300 + 3 * 80) / 72 * DPI
    height = 90 * DPI // 72
    assert dark(bare[:height]) > 0
    gaps = broken(page, DPI, np.random.default_rng(1))
    assert dark(bare) <= dark(gaps) < dark(page)


def test_a_seal_is_red_and_a_fax_has_two_colours(page: Picture) -> None:
    seal = sealed(page, DPI, np.random.default_rng(1))
    red = (seal[..., 0].astype(int) - seal[..., 1]) > 100
    assert red.sum() > 1000
    assert set(np.unique(faxed(seal, DPI, np.random.default_rng(1)))) == {0, 255}


def test_pictures_keep_their_resolution(page: Picture, tmp_path: Path) -> None:
    for suffix in ("png", "jpg"):
        write_picture(page, DPI, tmp_path / f"page.{suffix}")
        with Image.open(tmp_path / f"page.{suffix}") as image:
            assert round(image.info["dpi"][0]) == DPI
            assert image.size == (page.shape[1], page.shape[0])
    fax = faxed(page, DPI, np.random.default_rng(1))
    write_tiff([fax, fax], DPI, tmp_path / "fax.tiff")
    with Image.open(tmp_path / "fax.tiff") as image:
        assert (image.mode, image.info["compression"]) == ("1", "group4")
        image.seek(1)
        assert image.tell() == 1


def test_a_pdf_of_pictures_and_text(printed: Path, tmp_path: Path) -> None:
    picture = drawn(printed, DPI)[0]
    write_pdf([picture, None], DPI, tmp_path / "mixed.pdf", printed)
    document = pypdfium2.PdfDocument(tmp_path / "mixed.pdf")
    assert [page.get_textpage().get_text_range().strip() != "" for page in document] == [False, True]
    assert [tuple(map(round, page.get_size())) for page in document] == [(600, 400)] * 2


def test_a_layer_is_invisible_and_wrong(printed: Path, tmp_path: Path) -> None:
    pictures = drawn(printed, DPI)
    write_pdf([*pictures], DPI, tmp_path / "layer.pdf", printed, read(printed).pages)
    page = pypdfium2.PdfDocument(tmp_path / "layer.pdf")[0]
    assert "产" in page.get_textpage().get_text_range()
    assert "产出指标" in page.get_textpage().get_text_range()
    again = np.array(page.render(scale=DPI / 72, rev_byteorder=True).to_numpy()[..., :3])
    assert abs(dark(again) - dark(pictures[0])) < 0.02 * dark(pictures[0])


def test_a_scan_tells_what_it_is(printed: Path, tmp_path: Path) -> None:
    name, told = scan(printed, Scan("fax", DPI), tmp_path)
    assert (tmp_path / name).exists()
    assert told["damage"] == ["fax"] and told["dpi"] == DPI and told["printed"] == "form.pdf"
