"""Old Word documents, which LibreOffice converts; whether they are whole is looked at before."""

import hashlib
import io
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import docx
import pytest

from extract import Cell, Document, EncryptedFile, ExtractError, UnreadableFile, office, xls
from extract.ole import read_streams
from extract.registry import read_file
from extract.source import SourceFile
from tests.extract.oldoffice import ole

needs_soffice = pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")), reason="LibreOffice is not installed"
)
RTF = rb"{\rtf1\ansi " + rb"\trowd\cellx2000\cellx4000 \{ A\cell 95%\cell\row}"
DAMAGED = "cut short or damaged"


@pytest.fixture(scope="session")
def word() -> bytes:
    """A Word document of the old format, with one table."""
    document = docx.Document()
    document.add_paragraph("绩效目标表")
    table = document.add_table(2, 2)
    for at, value in enumerate(("指标", "目标值", "数量", "≥5")):
        table.cell(at // 2, at % 2).text = value
    document.add_paragraph("注：")  # without one, LibreOffice writes no table
    file = io.BytesIO()
    document.save(file)
    return office.convert(SourceFile("a.docx", file.getvalue()), "doc").data


def cells(document: Document) -> list[tuple[int, int, str]]:
    return [(cell.row, cell.column, cell.text) for cell in document.pages[0].tables[0].cells]


@needs_soffice
@pytest.mark.parametrize(("name", "format"), [("甲.doc", "doc"), ("甲.wps", "wps")])
def test_an_old_document_is_read_as_a_new_one(word: bytes, name: str, format: str) -> None:
    document = read_file(SourceFile(name, word))
    assert (document.source, document.format) == (name, format)
    assert document.sha256 == hashlib.sha256(word).hexdigest()
    assert [line.text for line in document.pages[0].lines] == ["绩效目标表", "注："]
    assert cells(document) == [(0, 0, "指标"), (0, 1, "目标值"), (1, 0, "数量"), (1, 1, "≥5")]


@needs_soffice
def test_rich_text_is_read_as_a_document() -> None:
    document = read_file(SourceFile("a.doc", RTF))
    assert document.format == "doc"
    assert cells(document) == [(0, 0, "{ A"), (0, 1, "95%")]


@needs_soffice
def test_a_workbook_in_xml_is_read_as_a_new_one() -> None:
    data = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="表1"><Table><Row>'
        '<Cell><Data ss:Type="String">甲</Data></Cell></Row></Table></Worksheet></Workbook>'
    ).encode()
    document = xls.read(SourceFile("a.et", data))
    assert document.pages[0].name == "表1"
    assert document.pages[0].tables[0].cells == (Cell(0, 0, "甲", lines=("甲",)),)


@needs_soffice
def test_what_libreoffice_cannot_read_says_so() -> None:
    data = ole("WordDocument", b"no document")
    with pytest.raises(UnreadableFile, match="LibreOffice cannot read the file") as caught:
        read_file(SourceFile("a.doc", data))
    assert "\n" not in caught.value.problem


@needs_soffice
def test_what_a_document_links_to_is_not_fetched() -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        picture = f'<p>text<img src="http://127.0.0.1:{server.server_port}/a.png"></p>'
        converted = office.convert(SourceFile("a.html", f"<html>{picture}</html>".encode()), "pdf")
        server.shutdown()
    assert converted.data.startswith(b"%PDF")
    assert asked == []


def test_without_libreoffice_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableFile) as caught:
        read_file(SourceFile("a.doc", RTF))
    assert caught.value.problem == (
        "LibreOffice (soffice) is needed to read this format; install it, or save the file as docx"
    )


def test_a_conversion_that_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n/bin/sleep 600 &\necho $! > {tmp_path}/pid\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "CONVERT_SECONDS", 0.5)
    with pytest.raises(UnreadableFile, match="did not read the file within"):
        read_file(SourceFile("a.doc", RTF))
    command = ("/bin/ps", "-o", "stat=", "-p", (tmp_path / "pid").read_text().strip())
    states = (subprocess.run(command, capture_output=True, text=True).stdout for _ in range(100))
    assert any(state[:1] in ("", "Z") for state in states)  # gone, or about to be


def test_a_document_under_a_password_says_so() -> None:
    with pytest.raises(EncryptedFile):
        read_file(SourceFile("a.doc", ole("WordDocument", b"\xec\xa5" + bytes(8) + b"\x00\x13")))


# Whether a container is whole


def test_a_whole_container_passes() -> None:
    for size in (0, 4_096, 5_000, 100_000):
        read_streams(SourceFile("a.doc", ole("WordDocument", bytes(size))))


def test_a_container_that_is_cut_short_is_refused_wherever() -> None:
    data = ole("WordDocument", bytes(range(256)) * 300)
    for end in [*range(0, 600, 7), *range(600, len(data), 211), len(data) - 1]:
        with pytest.raises(UnreadableFile, match=DAMAGED):
            read_streams(SourceFile("a.doc", data[:end]))


def test_the_last_sector_may_end_with_its_stream() -> None:
    """Some programs do not fill it up."""
    data = bytearray(ole("WordDocument", bytes(4_608)))
    size = data.index(b"W\0o\0r\0d\0D\0") + 120
    data[size : size + 4] = (4_096 + 100).to_bytes(4, "little")
    # The stream's last sector moves to the end of the file.
    table = len(data) - 512
    data[table + 4 * 7 : table + 4 * 8] = (11).to_bytes(4, "little")
    data[table + 4 * 11 : table + 4 * 12] = b"\xfe\xff\xff\xff"
    whole = bytes(data) + bytes(100)
    read_streams(SourceFile("a.doc", whole))
    with pytest.raises(UnreadableFile, match=DAMAGED):
        read_streams(SourceFile("a.doc", whole[:-1]))


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (0x1E, 0xFFFF),  # the size of sectors
        (0x2C, 0x7FFFFFFF),  # how many hold the table
        (0x48, 0x7FFFFFFF),  # ... and the list of those
        (0x30, 0x00FFFFFF),  # where the directory begins
        (0x40, 0x00FFFFFF),  # how many hold the small table
    ],
)
def test_a_header_that_lies_is_damage(at: int, value: int) -> None:
    data = bytearray(ole("WordDocument", bytes(5_000)))
    data[at : at + 4] = value.to_bytes(4, "little")
    with pytest.raises(UnreadableFile, match=DAMAGED):
        read_streams(SourceFile("a.doc", bytes(data)))


def test_a_chain_that_comes_back_is_damage() -> None:
    data = bytearray(ole("WordDocument", bytes(5_000)))
    directory = 10
    data[-512 + 4 * directory : -512 + 4 * directory + 4] = directory.to_bytes(4, "little")
    with pytest.raises(UnreadableFile, match="its table is broken"):
        read_streams(SourceFile("a.doc", bytes(data)))


@pytest.mark.parametrize("end", [-1, -4, 30])
def test_rich_text_that_is_cut_short_is_refused(end: int) -> None:
    with pytest.raises(ExtractError, match="cut short"):
        read_file(SourceFile("a.doc", RTF[:end]))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_what_converts_ends_with_the_process_that_wants_it(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    code = (
        "import sys; from pathlib import Path; from extract import office\n"
        "shell = ('sh', '-c', 'sleep 600 & echo $! > pid.new; mv pid.new pid; wait')\n"
        "office._run(shell, Path(sys.argv[1]))"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=Path(__file__).parents[2]) as worker:
        until(lambda: (folder / "pid").exists())
        started = int((folder / "pid").read_text())
        worker.kill()
    until(lambda: not Path(f"/proc/{started}").exists())
    assert not folder.exists()


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process does; a minute is more than enough."""
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


@pytest.mark.skipif(not office._without_network(), reason="the kernel does not let users make namespaces")
def test_whoever_converts_has_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5)"
        code = f"open('begun', 'w').close()\n{code}\nopen('called', 'w').close()"
        office._run((sys.executable, "-c", code), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["begun"]
