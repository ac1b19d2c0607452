"""What scanning does to a printed page: pictures in, pictures out.

A picture is RGB, 8 bits a channel. A damage gets the picture, its dots per inch and random numbers.
"""

import subprocess
from collections.abc import Callable
from functools import cache
from io import BytesIO
from math import cos, pi, sin

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.uint8]
Damage = Callable[[Picture, int, np.random.Generator], Picture]
WHITE = (255, 255, 255)
SEAL = "苏州市某某管理局专用章"


def _bytes(values: npt.ArrayLike) -> Picture:
    clipped: Picture = np.clip(np.asarray(values), 0, 255).astype(np.uint8)
    return clipped


def skewed(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """Turned by 0.3 to 3 degrees."""
    angle = rng.uniform(0.3, 3.0) * rng.choice([-1, 1])
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return _bytes(cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=WHITE))


def noisy(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """The grain of a sensor: normal, 8 to 20 of 255."""
    grain = rng.normal(0, rng.uniform(8, 20), picture.shape[:2]).astype(np.float32)
    return _bytes(picture + grain[..., None])


def blurred(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """Out of focus: 0.003 to 0.005 inches, 0.6 to 1 dot at 200 dpi."""
    return _bytes(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.003, 0.005) * dpi))


def faded(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """A weak toner on grey paper."""
    ink, paper = rng.uniform(60, 120), rng.uniform(215, 240)
    return _bytes(ink + picture.astype(np.float32) * ((paper - ink) / 255))


def compressed(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """Through JPEG of quality 50 to 90."""
    packed = BytesIO()
    Image.fromarray(picture).save(packed, "JPEG", quality=int(rng.integers(50, 91)))
    return np.asarray(Image.open(packed).convert("RGB"))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    command = ["fc-match", "-f", "%{file}", "Noto Serif CJK SC:bold"]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return ImageFont.truetype(found.stdout, size)


def sealed(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """A round red seal, 40 mm wide, anywhere over the middle of the page."""
    size = round(40 / 25.4 * dpi)
    middle, ring, glyph = size / 2, size / 2 - size / 30, size // 9
    seal = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(seal)
    draw.ellipse((size / 60, size / 60, size - size / 60, size - size / 60), outline=255, width=size // 30)
    star = [
        (middle + r * sin(k * pi / 5), middle - r * cos(k * pi / 5))
        for k, r in enumerate([size / 7, size / 18] * 5)
    ]
    draw.polygon(star, fill=255)
    for k, char in enumerate(SEAL):
        turn = (k - (len(SEAL) - 1) / 2) * 24
        one = Image.new("L", (glyph * 2, glyph * 2), 0)
        ImageDraw.Draw(one).text((glyph, glyph), char, font=_font(glyph), fill=255, anchor="mm")
        one = one.rotate(-turn)
        radius = ring - glyph
        x, y = middle + radius * sin(turn * pi / 180), middle - radius * cos(turn * pi / 180)
        seal.paste(255, (round(x - glyph), round(y - glyph)), one)
    ink = np.asarray(seal.rotate(rng.uniform(-15, 15)), dtype=np.float32)[..., None] / 255
    ink *= rng.uniform(0.6, 0.95)
    height, width = picture.shape[:2]
    top = int(rng.uniform(0.2, 0.8) * (height - size))
    left = int(rng.uniform(0.2, 0.8) * (width - size))
    sealed = picture.astype(np.float32)
    place = sealed[top : top + size, left : left + size]
    red = np.array([215, 40, 40], dtype=np.float32) / 255
    place *= 1 - ink * (1 - red)  # transparent: text shows through
    return _bytes(sealed)


def faxed(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """Black and white alone, with specks."""
    grey = picture.mean(axis=2) + rng.normal(0, 10, picture.shape[:2])
    black = grey < rng.uniform(145, 200)
    specks = rng.random(black.shape)
    black = (black | (specks < 0.0005)) & (specks < 0.9995)
    return np.repeat(np.where(black, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def shaded(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """Light that falls off to a side and into a corner, as of a photographed page."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * pi)
    slope = (x - 0.5) * cos(angle) + (y - 0.5) * sin(angle)
    corner = np.hypot(x - rng.integers(0, 2), y - rng.integers(0, 2))
    light = 0.85 + 0.3 * slope - 0.25 * np.clip(0.5 - corner, 0, None)
    return _bytes(picture * light[..., None])


def turned(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """On its side, or upside down."""
    return np.ascontiguousarray(np.rot90(picture, int(rng.integers(1, 4))))


def dirty(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """Punch holes, specks of dirt, and the dark edge of a page that lay askew."""
    page = picture.copy()
    height, width = page.shape[:2]
    for y in (0.36, 0.64):
        hole = (round(12 / 25.4 * dpi), round(y * height))
        cv2.circle(page, hole, round(3 / 25.4 * dpi), (40, 40, 40), -1)
    for _ in range(int(rng.integers(40, 160))):
        spot = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        shade = int(rng.integers(30, 150))
        cv2.circle(page, spot, int(max(1, rng.exponential(0.006 * dpi))), (shade,) * 3, -1)
    page[:, width - int(rng.uniform(0, 4) / 25.4 * dpi) - 1 :] = 60
    return page


def shown_through(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """The back of the sheet shows through: the page itself, mirrored and soft."""
    back = cv2.GaussianBlur(picture[:, ::-1], (0, 0), 0.006 * dpi).astype(np.float32)
    return _bytes(picture - rng.uniform(0.06, 0.16) * (255 - back))


def _rulings(picture: Picture, dpi: int) -> npt.NDArray[np.bool_]:
    """Where rulings are: dark runs longer than 8 mm, and what touches them sideways."""
    dark = (picture.mean(axis=2) < 215).astype(np.uint8)
    length = round(8 / 25.4 * dpi)
    found = np.zeros(dark.shape, dtype=bool)
    for shape in ((length, 1), (1, length)):
        run = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        found |= cv2.dilate(run, np.ones((3, 3), np.uint8)) > 0
    return found


def broken(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """Rulings that are faint everywhere and gone in places."""
    height, width = picture.shape[:2]
    rulings = _rulings(picture, dpi)
    grain = (-(-height * 10 // dpi), -(-width * 10 // dpi))  # patches of a tenth of an inch
    gone = cv2.resize((rng.random(grain) < 0.15).astype(np.uint8), (width, height), interpolation=0) > 0
    page = picture.copy()
    page[rulings] = np.maximum(page[rulings], int(rng.integers(120, 190)))
    page[rulings & gone] = 255
    return page


def unruled(picture: Picture, dpi: int, rng: np.random.Generator) -> Picture:
    """Without any ruling: a table whose columns only stand under each other."""
    page = picture.copy()
    page[_rulings(picture, dpi)] = 255
    return page


KINDS: dict[str, tuple[Damage, ...]] = {
    "clean": (),
    "skew": (skewed,),
    "noise": (noisy,),
    "blur": (blurred,),
    "faded": (faded,),
    "jpeg": (compressed,),
    "seal": (sealed,),
    "fax": (faxed,),
    "shade": (shaded,),
    "turned": (turned,),
    "dirt": (dirty,),
    "through": (shown_through,),
    "broken": (broken,),
    "unruled": (unruled,),
    "poor": (skewed, blurred, faded, noisy, compressed),
    "mixed": (skewed,),  # every second page is a picture
    "layer": (noisy,),  # with the invisible text of a bad recognition
}
