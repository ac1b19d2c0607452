"""A small published folder to look at in a browser: real filings, a PDF, and hostile texts."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from typer.testing import CliRunner

from pipeline.cli import app
from tests.extract.pdfs import grid, pdf, text
from tests.render.pdf import chromium

SAMPLES = Path(__file__).parents[2] / "samples" / "filings"
ENTITIES = "系统&lt;script&gt;document.title='run'&lt;/script&gt;"  # what comes of it is text
HOSTILE = "<script>document.title='run'</script>\"'><img src=x onerror=\"document.title='run'\">\u202etxt"
_COLUMNS, _ROWS = (40.0, 120.0, 200.0, 380.0, 560.0), (60.0, 90.0, 120.0, 150.0, 180.0)
_CELLS = (
    ("一级指标", "二级指标", "三级指标", "年度指标值"),
    ("产出指标", "数量指标", "修缮校舍面积", "≥3200平方米"),
    ("产出指标", "质量指标", "验收合格率", "100%"),
    ("满意度指标", "服务对象满意度指标", "师生满意度", "≥95%"),
)


def form_pdf() -> bytes:
    """A form of one page."""
    texts = [
        text(x + 4, y + 20, words)
        for y, line in zip(_ROWS, _CELLS, strict=False)
        for x, words in zip(_COLUMNS, line, strict=False)
    ]
    return pdf("\n".join([text(200, 40, "项目支出绩效目标表", 14), grid(_COLUMNS, _ROWS), *texts]))


def hostile_text() -> str:
    """A form whose texts would run in a page that does not escape them."""
    rows = (
        ("项目名称", HOSTILE),
        ("年度目标", "javascript:alert(1)"),
        ("一级指标", "二级指标", "三级指标", "年度指标值"),
        ("产出指标", "数量指标", HOSTILE, "≥3个"),
        ("产出指标", "数量指标", ENTITIES, "≥4个"),
        ("产出指标", "质量指标", "合格率", HOSTILE),
    )
    return "项目支出绩效目标表\n\n" + "".join("\t".join(row) + "\n" for row in rows)


def take_in(folder: Path) -> Path:
    """The output folder of a run over real filings, a PDF and a hostile form, all below ``folder``."""
    inbox = shutil.copytree(SAMPLES, folder / "in")
    (inbox / "form.pdf").write_bytes(form_pdf())
    (inbox / "hostile.txt").write_text(hostile_text(), encoding="utf-8")
    (inbox / "empty.pdf").touch()
    return run(folder)


def run(folder: Path) -> Path:
    """The output folder after a run."""
    out = folder / "out"
    result = CliRunner().invoke(app, ["extract", str(folder / "in"), "-o", str(out), "-j", "1"])
    assert result.exit_code in (0, 1), result.output
    return out


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    program = chromium()
    if program is None:
        pytest.skip("chromium is not installed")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=flags)
        yield opened
        opened.close()


def watched(page: Page) -> list[str]:
    """What goes wrong on a page from now on, and what it loads from elsewhere."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda r: (
            wrong.append(r.url) if not r.url.startswith(("file:", "data:", "http://127.0.0.1:")) else None
        ),
    )
    return wrong


def overflows(page: Page) -> list[str]:
    """Elements whose text is cut off, and whether the page is wider than its window."""
    found: list[str] = page.evaluate(
        """() => {
            const names = "button, th, dt, dd, label, h1, h2, h3, li, kbd, summary";
            const texts = document.querySelectorAll(names);
            const cut = [...texts].filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1
                && getComputedStyle(e).display !== "inline");
            const wide = document.documentElement.scrollWidth > innerWidth;
            return [...cut.map((e) => e.outerHTML.slice(0, 80)), ...(wide ? ["the page"] : [])];
        }"""
    )
    return found
