"""Pictures in files: decoded to pixels, within limits. Pillow is imported when the first one comes."""

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from extract.errors import TooLarge, UnreadableFile
from extract.limits import MAX_PICTURE_PIXELS, MAX_PICTURES
from extract.recognise import Image
from extract.source import SourceFile

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_LONGEST_SIDE = 3600  # pixels, a little more than A4 has at 300 dpi; recognition gains nothing from more
_DPI = (90, 1300)  # what scanners scan at; 72 is what programs write that do not know
_MILLIONS = MAX_PICTURE_PIXELS // 10**6
_DAMAGED = "the picture is damaged or cut off; scan or upload it again"
_TOO_MANY = "the file has {:,} pictures, more than {:,}; split it into smaller ones"
_TOO_LARGE = f"a picture has more than {_MILLIONS} million pixels; scan it at 300 dpi"


def pictures_of(file: SourceFile) -> Iterator[tuple[Image, float | None]]:
    """The pictures in ``file`` one by one (grey, or blue, green and red), with the pixels an inch if they are
    known. Raises ``TooLarge``, ``UnreadableFile``."""
    import PIL.Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            picture = PIL.Image.open(io.BytesIO(file.data))
        count: int = getattr(picture, "n_frames", 1)
        if count > MAX_PICTURES:
            raise TooLarge(file.source, _TOO_MANY.format(count, MAX_PICTURES))
        for index in range(count):
            picture.seek(index)
            if picture.width * picture.height > MAX_PICTURE_PIXELS:
                raise TooLarge(file.source, _TOO_LARGE)
            yield _decoded(picture)
    except PIL.Image.DecompressionBombError as error:
        raise TooLarge(file.source, _TOO_LARGE) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableFile(file.source, _DAMAGED) from error


def _decoded(picture: "Picture") -> tuple[Image, float | None]:
    """The pixels of ``picture`` as it is to be seen, and its resolution."""
    from PIL import Image, ImageOps

    dpi = _resolution(picture.info)
    if picture.mode.startswith(("I", "F")):  # 16 bits and more
        values = np.asarray(picture, dtype=np.float64)
        picture = Image.fromarray((values * (255 / max(values.max(), 1))).astype(np.uint8))
    picture = ImageOps.exif_transpose(picture)
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    picture = picture.convert("L" if picture.mode in ("1", "L", "LA") else "RGB")
    longest = max(picture.size)
    if longest > _LONGEST_SIDE:
        picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.BOX)
        dpi = dpi and dpi * _LONGEST_SIDE / longest
    pixels = np.asarray(picture, dtype=np.uint8)
    return (pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, ::-1])), dpi


def _resolution(info: dict[Any, Any]) -> float | None:
    """Pixels an inch that a picture names, if both are alike and a scanner's."""
    try:
        x, y = (float(number) for number in info["dpi"])
    except (KeyError, TypeError, ValueError):
        return None
    return x if _DPI[0] <= x <= _DPI[1] and abs(x - y) <= 1 else None
