"""The review in a real browser: rows decided by keyboard alone, and found decided by the next run."""

import csv
import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pipeline import decisions
from pipeline.csvfile import unguarded
from tests.report import site


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    site.take_in(folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with site.browser() as opened:
        yield opened


@contextmanager
def served(out: Path, *options: str) -> Iterator[str]:
    """The address of the review of ``out``."""
    command = [sys.executable, "-m", "pipeline.cli", "review", str(out), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().split()[0].rstrip("/")
        finally:
            server.terminate()


def say(page: Page, number: int, keys: str) -> None:
    """Press keys on the page of a row, once it is there."""
    expect(page.locator(".legend")).to_contain_text(f" {number} / ")
    expect(page.locator("#save")).to_be_focused()  # the page listens
    for key in keys:
        page.keyboard.press(key)


def test_decisions_by_keyboard_count_in_the_next_run(folder: Path, browser: Browser) -> None:
    out = folder / "out"
    with served(out) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        wrong = site.watched(page)
        page.goto(f"{address}/row/0")
        assert page.locator(".sheet .lit").count() >= 3
        other = page.locator(".choice").first.get_attribute("data-text")
        say(page, 1, "1a")  # what else it may be
        say(page, 2, "a")  # as proposed
        say(page, 3, "e")
        page.keyboard.press("Control+A")
        page.keyboard.type("履职尽责")
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        say(page, 4, "l")
        say(page, 5, "p")  # nothing is decided by moving on
        expect(page.locator(".legend")).to_contain_text("✓")
        page.goto(address)
        assert page.locator("b.done").count() == 4 and wrong == []
        page.close()
    kept = decisions.read_records(decisions.place_of(out))
    assert sorted(record["decision"] for record in kept) == ["accept", "correct", "correct", "lost"]
    site.run(folder)
    repairs = pq.read_table(out / "repairs.parquet").to_pylist()
    manual = [repair for repair in repairs if repair["kind"] == "manual"]
    assert {repair["after"] for repair in manual} >= {other, "履职尽责", None}
    sure = {
        (row["filing_id"], row["row"])
        for row in pq.read_table(out / "indicators.parquet").to_pylist()
        if row["confidence"] == 1
    }
    assert {
        (repair["filing_id"], repair["row"]) for repair in manual if repair["table"] == "indicators"
    } <= sure
    checks = pq.read_table(out / "checks.parquet").to_pylist()
    assert {c["status"] for c in checks if c["check"] == "decisions_applied"} == {"pass"}


def test_a_queue_is_filled_in_offline_and_taken_back(folder: Path, tmp_path: Path) -> None:
    out, file = folder / "out", tmp_path / "decisions.csv"
    for name in ("queue.csv", "queue.xlsx"):
        queue = tmp_path / name
        jixiao(out, "--queue", str(queue), "--decisions", str(file))
        assert queue.stat().st_size
    records = [row | {"decision": "接受"} for row in everything(tmp_path / "queue.csv")]
    decisions.write_records(tmp_path / "queue.csv", records)
    jixiao(out, "--take", str(tmp_path / "queue.csv"), "--decisions", str(file))
    taken = decisions.read_records(file)
    assert len(taken) == len(records) > 20 and {record["decision"] for record in taken} == {"accept"}
    fill_in(tmp_path / "queue.xlsx", "更正")
    jixiao(out, "--take", str(tmp_path / "queue.xlsx"), "--decisions", str(file))
    again = decisions.read_records(file)
    assert {record["decision"] for record in again} == {"correct"}
    assert [row | {"decision": ""} for row in again] == [row | {"decision": ""} for row in taken]


def jixiao(out: Path, *options: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "review", str(out), *options], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def everything(queue: Path) -> list[decisions.Record]:
    """The lines of a queue, whether decided or not."""
    with queue.open(encoding="utf-8-sig", newline="") as file:
        return [{k: unguarded(v) for k, v in row.items()} for row in csv.DictReader(file)]


def fill_in(workbook: Path, word: str) -> None:
    """Write a decision into every line, as a person does in Excel."""
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    column = [cell.value for cell in sheet[1]].index("decision") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column, word)
    book.save(workbook)


def test_other_origins_and_hosts_are_refused(folder: Path) -> None:
    with served(folder / "out") as address:
        place = urlsplit(address)
        assert place.hostname == "127.0.0.1"

        def ask(method: str, path: str, **headers: str) -> int:
            body = "verdict=lost" if method == "POST" else None
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            server = http.client.HTTPConnection(str(place.hostname), int(place.port or 0), timeout=60)
            with closing(server) as connection:
                connection.request(method, path, body, kind | headers)
                return connection.getresponse().status

        before = decisions.place_of(folder / "out")
        kept = before.read_bytes() if before.exists() else b""
        assert ask("GET", "/") == 200
        assert ask("GET", "/", Host="evil.example") == 400
        assert ask("POST", "/row/0") == 403
        assert ask("POST", "/row/0", Origin="http://evil.example") == 403
        assert ask("POST", "/row/0", Origin="null") == 403
        assert ask("POST", "/row/0", Origin=address, Host="evil.example") == 400
        assert ask("POST", "/names", Origin="http://127.0.0.1:1") == 403
        assert (before.read_bytes() if before.exists() else b"") == kept
        assert ask("GET", "/row/99999") == 404
        assert ask("GET", "/../pyproject.toml") == 404


def test_a_decision_that_cannot_be_written_is_none(folder: Path, tmp_path: Path) -> None:
    """As where Excel has the file open; here a folder stands in its place."""
    file = tmp_path / "decisions.csv"
    with served(folder / "out", "--decisions", str(file)) as address:
        place = urlsplit(address)

        def lost(row: int) -> tuple[int, str]:
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": address}
            server = http.client.HTTPConnection(str(place.hostname), int(place.port or 0), timeout=60)
            with closing(server) as connection:
                connection.request("POST", f"/row/{row}", "verdict=lost", headers)
                answer = connection.getresponse()
                return answer.status, answer.read().decode()

        file.mkdir()
        status, said = lost(0)
        assert status == 503 and said.startswith(f"Not decided: {file} cannot be replaced (Is a directory)")
        file.rmdir()
        assert lost(1)[0] == 303
        assert [record["decision"] for record in decisions.read_records(file)] == ["lost"]
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_and_everyone_can_use_it(folder: Path, browser: Browser, width: int) -> None:
    with served(folder / "out") as address:
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
            )
            page = context.new_page()
            for path in ("/", "/row/0", "/names"):
                page.goto(address + path)
                assert site.overflows(page) == [], (path, scheme)
                found = Axe().run(page).response["violations"]
                serious = [one for one in found if one["impact"] in ("serious", "critical")]
                assert serious == [], (path, scheme, json.dumps(serious, ensure_ascii=False)[:2000])
            context.close()
