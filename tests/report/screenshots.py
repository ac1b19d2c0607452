"""``python -m tests.report.screenshots docs``: pictures of the report and the review, from the samples.

With ``--all``, at both widths, light and dark, and of more pages: to look at what the tests cannot judge.
"""

import argparse
import io
import shutil
import tempfile
from pathlib import Path
from typing import Literal

import pyarrow.parquet as pq
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.report import site
from tests.review.test_review import served

DOUBTFUL = "日常维护系统数量"
_COLORS = 128  # enough for text and marks; a third of the bytes
_HEIGHTS = {1280: 760, 390: 844}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.report.screenshots")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, site.browser() as browser:
        shutil.copytree(site.SAMPLES, Path(scratch) / "in")
        out = site.run(Path(scratch))
        with served(out) as address:
            if not given.all:
                _shoot(browser, out, address, given.folder, 1280, "light")
                return
            for width in _HEIGHTS:
                for scheme in ("light", "dark"):
                    folder = given.folder / f"{width}-{scheme}"
                    folder.mkdir(parents=True, exist_ok=True)
                    _shoot(browser, out, address, folder, width, "dark" if scheme == "dark" else "light")


def _shoot(
    browser: Browser, out: Path, address: str, folder: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    """Pictures of the report (a doubtful row lit), its index and the review in ``folder``."""
    context = browser.new_context(
        viewport={"width": width, "height": _HEIGHTS[width]}, color_scheme=scheme, locale="en-US"
    )
    page = context.new_page()
    filings = pq.read_table(out / "filings.parquet").to_pylist()
    (form,) = [filing["filing_id"] for filing in filings if filing["fiscal_year"] == 2024]
    page.goto((out / "report" / "filings" / f"{form}.html").as_uri())
    page.locator("tr.row", has_text=DOUBTFUL).first.locator(".find").click()
    _save(page, folder / "report.png")
    page.goto(f"{address}/row/0")
    page.locator(".sheet .lit").first.wait_for()
    _save(page, folder / "review.png")
    if folder.name != "docs":
        page.goto((out / "report" / "index.html").as_uri())
        _save(page, folder / "index.png")
        page.goto(address)
        _save(page, folder / "queue.png")
    context.close()


def _save(page: Page, path: Path) -> None:
    """What the window shows, as a small PNG."""
    page.wait_for_load_state()
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(_COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
