"""The report in a real browser: found, looked at, lit up, in both languages, at every width."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.report import site

DOUBTFUL = "日常维护系统数量"  # of the 2024 filing: its targets are not in the export
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site.take_in(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with site.browser() as opened:
        yield opened


@pytest.fixture(params=["zh-CN", "en-US"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(locale=request.param, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def form_id(out: Path, source: str) -> str:
    rows = pq.read_table(out / "filings.parquet").to_pylist()
    return next(str(row["filing_id"]) for row in rows if row["source"] == source)


def test_a_doubtful_row_is_found_and_its_cells_are_lit(out: Path, page: Page) -> None:
    wrong = site.watched(page)
    chinese = page.evaluate("navigator.language").startswith("zh")
    page.goto((out / "report" / "index.html").as_uri())
    assert page.locator("h1").inner_text() == ("本次结果" if chinese else "This run at a glance")
    page.locator("#search").fill("苏州市电化教育馆 2024")
    (link,) = page.locator("#forms tbody a").all()
    link.click()
    row = page.locator("tr.row", has_text=DOUBTFUL).first
    assert row.locator(".sure-mark").get_attribute("class") == "sure-mark weak"
    row.locator(".find").click()
    lit = page.locator(".sheet .lit").all_inner_texts()
    assert DOUBTFUL in lit and "承担“苏州教育E卡通”项目的日常工作" in lit and "履职" in lit
    assert row.locator(".find").get_attribute("aria-pressed") == "true"
    page.locator(".sheet .lit", has_text=DOUBTFUL).click()
    assert page.locator("tr.lit .name").all_inner_texts() == [DOUBTFUL]
    assert wrong == []


def test_a_picture_shows_where_a_row_is_printed(out: Path, page: Page) -> None:
    page.goto((out / "report" / "filings" / f"{form_id(out, 'form.pdf')}.html").as_uri())
    picture = page.locator(".picture img")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 500")
    page.locator("tr.row", has_text="师生满意度").locator(".find").click()
    lit = page.locator(".picture .lit")
    assert lit.count() == 4
    whole = picture.bounding_box()
    assert whole
    scale = whole["width"] / 600  # of a page of 600 × 400 points
    places = sorted((box["x"], box["y"]) for one in lit.all() if (box := one.bounding_box()))
    printed = [((x - whole["x"]) / scale, (y - whole["y"]) / scale) for x, y in places]
    assert printed == [pytest.approx((x, 150), abs=3) for x in (40, 120, 200, 380)]


def test_lists_can_be_sorted_and_narrowed(out: Path, page: Page) -> None:
    page.goto((out / "report" / "index.html").as_uri())
    forms = pq.read_table(out / "filings.parquet").to_pylist()
    assert page.locator("#forms tbody tr").count() == len(forms)
    page.locator("#forms th[data-key=confidence] button").click()
    shown = [float(text) for text in page.locator("#forms tbody .sure-mark").all_inner_texts()]
    assert shown == sorted(shown) and len(set(shown)) > 1
    page.locator("#doubtful").check()
    assert page.locator("#forms tbody tr").count() == sum(form["needs_review"] for form in forms)
    assert "empty.pdf" in page.locator("section", has_text="empty.pdf").last.inner_text()


def test_hostile_texts_are_shown_as_texts(out: Path, page: Page) -> None:
    wrong = site.watched(page)
    for path in ("index.html", f"filings/{form_id(out, 'hostile.txt')}.html"):
        page.goto((out / "report" / path).as_uri())
        page.wait_for_load_state()
        assert page.title() != "run" and page.locator("img[src=x]").count() == 0
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for side in (".sheet", ".published"):
        assert "<script>document.title='run'</script>" in page.locator(side).first.inner_text()
    assert "\u202e" not in page.content()
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_and_everyone_can_use_it(out: Path, browser: Browser, scheme: str) -> None:
    pages = ["index.html", *(f"filings/{form_id(out, name)}.html" for name in ("form.pdf", "hostile.txt"))]
    for width in WIDTHS:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = context.new_page()
        for path in pages:
            page.goto((out / "report" / path).as_uri())
            assert site.overflows(page) == [], (path, width)
            found = Axe().run(page).response["violations"]
            serious = [one for one in found if one["impact"] in ("serious", "critical")]
            assert serious == [], (path, width, json.dumps(serious, ensure_ascii=False)[:2000])
        context.close()


def test_the_next_report_compares_and_keeps_the_pages_of_what_did_not_change(tmp_path: Path) -> None:
    out = site.take_in(tmp_path)
    before = {path.name: path.stat().st_ino for path in (out / "report" / "filings").iterdir()}
    (tmp_path / "in" / "more.txt").write_text(site.hostile_text().replace("≥3个", "≥4个"), encoding="utf-8")
    site.run(tmp_path)
    after = {path.name: path.stat().st_ino for path in (out / "report" / "filings").iterdir()}
    assert len(after) == len(before) + 1
    kept = {name for name in before if before[name] == after[name]}
    assert len(before) - len(kept) <= 1  # the form that the new one may be another upload of
    assert '<span class="change">+1</span>' in (out / "report" / "index.html").read_text(encoding="utf-8")
