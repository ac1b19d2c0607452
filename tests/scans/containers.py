"""Pictures of pages as files: PNG, JPEG, TIFF, PDF of pictures, PDF of pictures and text."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import pypdfium2
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from extract.model import Page
from tests.scans.damage import Picture

ALIKE = dict(zip("率量成本数目项人大未土日己政益满≥", "牵里戊木教日顷入太末士曰已攻盖潇2", strict=True))
INVISIBLE = 3  # text render mode


def _image(picture: Picture) -> Image.Image:
    """Black and white with one bit a dot, grey with eight, else in colour."""
    if (picture == picture[..., :1]).all():
        image = Image.fromarray(picture[..., 0])
        return image.convert("1") if np.isin(picture[..., 0], (0, 255)).all() else image
    return Image.fromarray(picture)


def write_picture(picture: Picture, dpi: int, path: Path) -> None:
    """One page as PNG or JPEG."""
    image = _image(picture)
    if path.suffix == ".jpg":
        image.convert("RGB" if image.mode == "RGB" else "L").save(path, quality=85, dpi=(dpi, dpi))
    else:
        image.save(path, dpi=(dpi, dpi))


def write_tiff(pictures: Sequence[Picture], dpi: int, path: Path) -> None:
    """The pages of one TIFF; black and white as fax machines pack them."""
    images = [_image(picture) for picture in pictures]
    fax = all(image.mode == "1" for image in images)
    images[0].save(
        path,
        save_all=True,
        append_images=images[1:],
        dpi=(dpi, dpi),
        compression="group4" if fax else "tiff_lzw",
    )


def write_pdf(
    pictures: Sequence[Picture | None], dpi: int, path: Path, printed: Path, layer: Sequence[Page] = ()
) -> None:
    """A PDF whose pages are pictures, or those of ``printed`` where there is None. ``layer``: the pages whose
    texts lie invisible over the pictures, as a poor recognition left them."""
    packed = BytesIO()
    canvas = Canvas(packed, pageCompression=1, invariant=1)
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    for number, picture in enumerate(pictures):
        if picture is None:
            continue
        height, width = (side * 72 / dpi for side in picture.shape[:2])
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(_image(picture)), 0, 0, width, height)
        if layer:
            _lay(canvas, layer[number], height, Random(f"{path.name}:{number}"))
        canvas.showPage()
    canvas.save()
    scans, texts = pypdfium2.PdfDocument(packed.getvalue()), pypdfium2.PdfDocument(printed)
    whole, drawn = pypdfium2.PdfDocument.new(), 0
    for number, picture in enumerate(pictures):
        if picture is None:
            whole.import_pages(texts, [number])
        else:
            whole.import_pages(scans, [drawn])
            drawn += 1
    whole.save(path)


def _lay(canvas: Canvas, page: Page, height: float, rng: Random) -> None:
    """The texts of a page's cells, one character in four another."""
    for cell in (cell for table in page.tables for cell in table.cells if cell.bbox):
        assert cell.bbox
        for at, line in enumerate(cell.text.split("\n")):
            wrong = "".join(ALIKE.get(char, char) if rng.random() < 0.8 else char for char in line)
            text = canvas.beginText(cell.bbox[0] + 2, height - cell.bbox[1] - 10 - 11 * at)
            text.setFont("STSong-Light", 9)
            text.setTextRenderMode(INVISIBLE)
            text.textLine(wrong)
            canvas.drawText(text)
