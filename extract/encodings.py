"""In which encoding bytes read as text, if in any."""

import re
from codecs import getincrementaldecoder
from itertools import islice

_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_UNMARKED = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")

_CONTROL_CHARACTERS = "\x00-\x08\x0e-\x1f\x7f"
_CONTROL = re.compile(f"[{_CONTROL_CHARACTERS}]")
# Characters that stand for bytes no text has.
UNREADABLE = re.compile(f"[\ufffd{_CONTROL_CHARACTERS}]")
_MOST_UNREADABLE = 0.01  # of all characters; binary data has many times as many

_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_SAMPLE = 10_000  # non-ASCII characters are plenty to tell Chinese from noise

# GB18030 and UTF-16 decode almost anything into something, so that decoding alone proves nothing. What
# proves it is that the text consists of usual characters: the 3,755 of GB 2312's first level, and its signs
# (rows 1 to 3). In the sample filings all are such; in text read in a wrong encoding (also in Big5 read as
# GB18030) less than 20 %.
_USUAL_ROWS = (0xA1, 0xA2, 0xA3, *range(0xB0, 0xD8))
_USUAL_BYTES = b"".join(bytes((row, column)) for row in _USUAL_ROWS for column in range(0xA1, 0xFF))
_USUAL = frozenset(_USUAL_BYTES.decode("gb2312", "ignore"))
_LEAST_USUAL = 0.7


def detect_encoding(data: bytes) -> str | None:
    """The codec name under which ``data`` reads as text, None where it is binary or in an unknown encoding.

    A few damaged places do not make a text binary: it may still fail to decode strictly.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding if _is_clean(data.decode(encoding, "replace")) else None
    for encoding in _UNMARKED:
        text = data.decode(encoding, "replace")
        if _is_clean(text) and _usual_share(text) >= _LEAST_USUAL:
            return encoding
    # Last, because the bytes of a short GB18030 text may happen to be valid UTF-8.
    return "utf-8" if _is_utf8(data) else None


def _is_utf8(data: bytes) -> bool:
    """Whether ``data`` is a text in UTF-8, whatever its characters; its end may cut one."""
    try:
        text = getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return bool(text) and not _CONTROL.search(text)


def _is_clean(text: str) -> bool:
    most = int(len(text) * _MOST_UNREADABLE)
    return sum(1 for _ in islice(UNREADABLE.finditer(text), most + 1)) <= most


def _usual_share(text: str) -> float:
    """The share of usual characters among the non-ASCII ones, 0..1; 1 where all is ASCII."""
    sample = [match.group() for match in islice(_NON_ASCII.finditer(text), _SAMPLE)]
    return sum(character in _USUAL for character in sample) / len(sample) if sample else 1.0
