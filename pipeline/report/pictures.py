"""Pictures of printed pages, for formats that have some."""

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

from extract.model import Box

RESOLUTION = 110
"""Dots per inch."""
_QUALITY = 55  # of WebP: text stays sharp, a page of a form takes 40 to 80 KB
_MOST_PIXELS = 12_000_000  # of one picture; larger pages are drawn smaller


def pdf_pictures(data: bytes, hidden: Mapping[int, Iterable[Box]], pages: Iterable[int]) -> dict[int, bytes]:
    """WebP pictures of ``pages`` (from 1) of a PDF; what ``hidden`` boxes (in points) cover is painted over.

    Empty where pdfium cannot open the file.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return {}
    pictures: dict[int, bytes] = {}
    try:
        for number in sorted(set(pages)):
            if 1 <= number <= len(document):
                pictures[number] = _picture(document[number - 1], list(hidden.get(number, ())))
    finally:
        document.close()
    return pictures


def _picture(page: pypdfium2.PdfPage, hidden: list[Box]) -> bytes:
    width, height = page.get_size()
    scale = min(RESOLUTION / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    image = page.render(scale=scale).to_pil().convert("RGB")
    return webp(image, [tuple(edge * scale for edge in box) for box in hidden])


def webp(image: Image.Image, hidden: list[tuple[float, ...]]) -> bytes:
    """A picture as WebP, with what is not to be seen painted over."""
    draw = ImageDraw.Draw(image)
    for x0, top, x1, bottom in hidden:
        draw.rectangle((x0, top, x1, bottom), fill="black")
    out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


def picture_name(sha256: str, page: int) -> str:
    """The file of a page's picture, below the report's folder."""
    return str(Path("pages") / f"{sha256[:16]}-{page}.webp")
