"""An archive among the inputs is a folder: its members are sources, read one by one, never unpacked."""

import io
import os
import socket
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from extract import EncryptedFile, UnreadableFile, UnsupportedFormat
from pipeline import inputs, work
from tests.pipeline.examples import find, taken_in


def pack(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def write(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder


def sources(folder: Path) -> list[str]:
    return [found.source for found in find(folder, folder / "out")]


def with_raw_name(data: bytes, old: bytes, new: bytes) -> bytes:
    """``data`` with the name of a member, of the same length, as bytes that say no encoding."""
    assert len(old) == len(new)
    return data.replace(old, new)


def files(folder: Path) -> dict[str, tuple[str, str | None]]:
    """The status and the error of each source."""
    rows = taken_in(folder)["files"].to_pylist()
    return {row["source"]: (row["status"], row["error"]) for row in rows}


def test_members_are_found_as_files_of_a_folder(tmp_path: Path) -> None:
    data = pack(("2024/", b""), ("2024/甲.txt", b"1"), ("b.txt", b"2"), ("a\\c.txt", b"3"))
    write(tmp_path, "a.zip", data)
    write(tmp_path, "z.txt", b"4")
    assert sources(tmp_path) == ["a.zip/2024/甲.txt", "a.zip/a/c.txt", "a.zip/b.txt", "z.txt"]
    loaded = [found.load() for found in find(tmp_path, tmp_path / "out")]
    assert [(file.source, file.data) for file in loaded] == [
        ("a.zip/2024/甲.txt", b"1"),
        ("a.zip/a/c.txt", b"3"),
        ("a.zip/b.txt", b"2"),
        ("z.txt", b"4"),
    ]


def test_an_archive_is_told_by_its_content(tmp_path: Path) -> None:
    write(tmp_path, "a.dat", pack(("b.txt", b"1")))
    write(tmp_path, "b.zip", "单位\t甲".encode())
    write(tmp_path, "c.docx", pack(("word/document.xml", b"")))
    write(tmp_path, "d.zip", pack(("xl/workbook.xml", b"")))
    assert sources(tmp_path) == ["a.dat/b.txt", "b.zip", "c.docx", "d.zip"]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_without_an_encoding_are_utf8_or_gbk(tmp_path: Path, encoding: str) -> None:
    name = "绩效自评表.txt".encode(encoding)
    plain = ("x" * len(name)).encode()
    write(tmp_path, "a.zip", with_raw_name(pack((plain.decode(), b"1")), plain, name))
    (found,) = find(tmp_path, tmp_path / "out")
    assert found.source == "a.zip/绩效自评表.txt"
    assert found.load().data == b"1"


def test_a_name_in_no_known_encoding_is_kept_as_it_stands(tmp_path: Path) -> None:
    write(tmp_path, "a.zip", with_raw_name(pack(("xx.txt", b"1")), b"xx.txt", b"x\xff.txt"))
    assert sources(tmp_path) == ["a.zip/x\\xa0.txt"]


def test_hidden_members_and_folders_are_left_out(tmp_path: Path) -> None:
    names = ("__MACOSX/._a.txt", ".hidden", "a/.git/config", "folder/", "/", "..")
    write(tmp_path, "a.zip", pack(*((name, b"") for name in names), ("a.txt", b"1")))
    assert sources(tmp_path) == ["a.zip/a.txt"]


def test_a_link_in_an_archive_is_told_of_and_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    write(tmp_path, "a.zip", pack((link, b"/etc/passwd")))
    assert files(tmp_path) == {
        "a.zip/link.txt": (
            "unsupported",
            "a symbolic link is no file and is passed over; put the file itself into the folder",
        )
    }


def test_names_that_lead_out_of_the_archive_stay_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder, "a.zip", pack(("../../up.txt", b"1"), ("/etc/root.txt", b"2")))
    assert sources(folder) == ["a.zip/etc/root.txt", "a.zip/up.txt"]
    assert [found.load().data for found in find(folder, folder / "out")] == [b"2", b"1"]
    assert [path.name for path in tmp_path.rglob("*.txt")] == []


def test_members_of_one_name_are_all_read_and_told_apart(tmp_path: Path) -> None:
    names = ("a.doc", "A.doc", "../a.doc", "x/../a.doc", "./x/a.doc", "a (2).doc")
    write(tmp_path, "a.zip", pack(*((name, name.encode()) for name in names)))
    assert {found.source: found.load().data.decode() for found in find(tmp_path, tmp_path / "out")} == {
        "a.zip/A.doc": "A.doc",
        "a.zip/a (2).doc": "a (2).doc",
        "a.zip/a.doc": "a.doc",
        "a.zip/a (3).doc": "../a.doc",
        "a.zip/x/a.doc": "x/../a.doc",
        "a.zip/x/a (2).doc": "./x/a.doc",
    }


def test_names_do_nothing_where_they_are_shown(tmp_path: Path) -> None:
    (tmp_path / "a\nb\u202e.txt").write_bytes(b"1")
    (tmp_path / "a\\nb\\u202e.txt").write_bytes(b"2")
    write(tmp_path, "b.zip", pack(("\x1b[2J\u2028.txt", b"3"), ("长" * 3_000 + ".pdf", b"4")))
    long = f"{'长' * 500}…{'长' * 496}.pdf"
    names = ["a\\nb\\u202e (2).txt", "a\\nb\\u202e.txt", "b.zip/\\x1b[2J\\u2028.txt", f"b.zip/{long}"]
    assert sources(tmp_path) == names
    assert sorted(found.load().data for found in find(tmp_path, tmp_path / "out")) == [b"1", b"2", b"3", b"4"]


def test_what_is_no_file_is_told_of_and_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("绩效目标表", encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "loop").symlink_to("loop")
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        found = files(folder)
    ending = " is no file and is passed over; put the file itself into the folder"
    assert found == {
        "link.txt": ("unsupported", f"a symbolic link{ending}"),
        "loop": ("unsupported", f"a symbolic link{ending}"),
        "pipe.pdf": ("unsupported", f"a named pipe{ending}"),
        "socket": ("unsupported", f"a socket{ending}"),
        "up": ("unsupported", f"a symbolic link{ending}"),
    }


def test_a_file_that_became_a_link_after_the_folder_was_listed_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", b"1")
    write(tmp_path, "b.txt", b"secret")
    found = find(tmp_path, tmp_path / "out")[0]
    path = Path(found.path)
    path.unlink()
    path.symlink_to("b.txt")
    with pytest.raises(UnsupportedFormat, match="a symbolic link"):
        found.load()


def test_a_file_that_changes_while_it_is_read_waits_for_the_next_run(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"1" * 100) / "a.txt"
    with pytest.raises(UnreadableFile, match="changed while"), inputs._opened(path, "a.txt") as file:
        with path.open("ab") as upload:
            upload.write(b"2")
        inputs._read(file)


def test_a_file_beyond_all_measure_is_refused_unread(tmp_path: Path) -> None:
    for name in ("a.txt", "b.zip"):
        with (tmp_path / name).open("wb") as file:
            file.write(b"PK\x03\x04" if name == "b.zip" else b"1")
            file.truncate(2**40)  # a hole: it takes no room on the disk
    problem = "the file is larger than 500 MiB; split it into smaller ones"
    assert files(tmp_path) == dict.fromkeys(("a.txt", "b.zip"), ("failed", problem))


def test_folders_in_folders_without_end_are_gone_through(tmp_path: Path) -> None:
    depth = 1_500
    for level in range(1, depth + 1):
        os.mkdir(f"{tmp_path}{'/d' * level}")
    file = Path(f"{tmp_path}{'/d' * depth}/a.txt")
    file.touch()
    try:
        (found,) = find(tmp_path, tmp_path / "out")
    finally:
        # pytest takes old folders away by recursion, which these would bring to its end.
        file.unlink()
        for level in range(depth, 0, -1):
            os.rmdir(f"{tmp_path}{'/d' * level}")
    assert found.source == "d/" * depth + "a.txt"


def test_members_are_read_and_named_in_the_tables(inbox: Path, tmp_path: Path) -> None:
    filings = sorted(inbox.iterdir())
    alone = taken_in(inbox)
    folder = tmp_path / "zipped"
    folder.mkdir()
    write(folder, "2024.zip", pack(*((f"甲/{path.name}", path.read_bytes()) for path in filings)))
    zipped = taken_in(folder)
    assert zipped["indicators"] == alone["indicators"]
    assert zipped["filings"]["sha256"] == alone["filings"]["sha256"]
    assert zipped["files"]["source"].to_pylist() == [f"2024.zip/甲/{path.name}" for path in filings]
    assert zipped["files"]["bytes"].to_pylist() == [path.stat().st_size for path in filings]


def test_the_same_bytes_are_read_once_in_an_archive_or_out_of_it(inbox: Path, tmp_path: Path) -> None:
    (first, *_) = sorted(inbox.iterdir())
    alone = taken_in(inbox)
    write(inbox, "z.zip", pack(("copy.txt", first.read_bytes())))
    both = taken_in(inbox)
    assert both["filings"] == alone["filings"]
    assert both["files"].num_rows == alone["files"].num_rows + 1


def test_an_encrypted_member_fails_alone(tmp_path: Path) -> None:
    data = bytearray(pack(("a.txt", b"1"), ("b.txt", b"2")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    write(tmp_path, "a.zip", bytes(data))
    with pytest.raises(EncryptedFile):
        find(tmp_path, tmp_path / "out")[0].load()
    assert files(tmp_path) == {
        "a.zip/a.txt": ("failed", "the file is protected by a password; save it without one"),
        "a.zip/b.txt": ("no_form", work.NO_FORM),
    }


def test_a_damaged_member_fails_alone(tmp_path: Path) -> None:
    data = pack(("a.txt", b"1" * 100), ("b.txt", b"2"))
    data = data.replace(zlib.crc32(b"1" * 100).to_bytes(4, "little"), b"\0\0\0\0")
    write(tmp_path, "a.zip", data)
    with pytest.raises(UnreadableFile, match="damaged"):
        find(tmp_path, tmp_path / "out")[0].load()
    assert [status for status, _ in files(tmp_path).values()] == ["failed", "no_form"]


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    write(tmp_path, "a.zip", pack(("b.zip", pack(("c.txt", b"1")))))
    ((source, (status, error)),) = files(tmp_path).items()
    assert (source, status) == ("a.zip/b.zip", "unsupported")
    assert error is not None
    assert "a ZIP archive, which cannot be read" in error


def test_an_archive_that_is_cut_short_is_one_failed_row(tmp_path: Path) -> None:
    data = pack(*((f"{n}.txt", bytes([n] * 100)) for n in range(20)))
    for end in (10, 100, len(data) // 2, len(data) - 1):
        write(tmp_path, "a.zip", data[:end])
        assert files(tmp_path) == {"a.zip": ("failed", inputs._DAMAGED)}


def test_an_archive_without_files_is_one_failed_row(tmp_path: Path) -> None:
    write(tmp_path, "a.zip", pack(("folder/", b""), (".hidden", b"1")))
    assert files(tmp_path) == {"a.zip": ("failed", "no file is in the archive")}


def test_an_archive_that_expands_too_far_is_refused_unread(tmp_path: Path) -> None:
    zeros = bytes(2**20)
    write(tmp_path, "a.zip", pack(*((f"{n}.txt", zeros) for n in range(60))))
    many = pack(*((f"{n}.txt", b"") for n in range(5_001)))
    write(tmp_path, "b.zip", many)
    # What a member claims counts: it is never read to see.
    large = pack(("a.txt", b"1"))
    at = large.index(b"PK\x01\x02") + 24
    write(tmp_path, "c.zip", large[:at] + struct.pack("<I", 501 * 2**20) + large[at + 4 :])
    errors = {source: (status, error or "") for source, (status, error) in files(tmp_path).items()}
    assert {status for status, _ in errors.values()} == {"failed"}
    assert "more than 200 times its size" in errors["a.zip"][1]
    assert "more than 5,000 files" in errors["b.zip"][1]
    assert "more than 500 MiB" in errors["c.zip"][1]


def test_a_member_never_expands_beyond_what_it_claims(tmp_path: Path) -> None:
    data = pack(("a.txt", bytes(2**20)))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at += data.index(mark)
        data = data[:at] + struct.pack("<I", 10) + data[at + 4 :]
    write(tmp_path, "a.zip", data)
    (found,) = find(tmp_path, tmp_path / "out")
    with pytest.raises(UnreadableFile):
        found.load()
