"""A picture of a page made fit to be read: grey, without stamps, level, upright, with a scale."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from extract.content import Flags, Floats
from extract.model import Box
from extract.recognise import Image, Recogniser

_POINTS = 72  # of an inch
_MOST_SKEW = 6.0  # degrees that a page may lie askew
_STEPS = ((_MOST_SKEW, 0.25), (0.25, 0.025))  # degrees to both sides, and from angle to angle
_LEAST_SKEW = 0.04
_ACROSS = 1200  # pixels of the longer side, in which the skew is measured
_MOST_POINTS = 40_000
_SATURATED = 60  # of 255, between the channels of a colour
_STAMP = (0.4, 2.6)  # inches, the sides of a stamp
_STAMP_SHAPE = 2.0  # times as wide as high, at most
_BLACK, _GREY = 50, 0.02  # of 255, that black and white are off; share of a page that may be between
_BETWEEN, _SOFT = 0.05, 0.8  # share of the ink of a page of two levels that is between; pixels of its edges
_SPECK = 1 / 150**2  # square inches
_CURVES = np.outer((1, -2, 1), (1, -2, 1)).astype(np.float32)  # of which only grain has many
_GRAIN, _DENOISED = 3.0, 1.5  # of 255, from which grain is coarse; times of it that pixels alike differ
_LINE = 1.5  # times as long as high, from which a text shows which way it runs
_SAMPLE = 6  # lines read to tell whether a page stands on its head
_SURE = 0.9  # mean score of a line, from which it is upright
_GLYPH = 0.88  # of the height of a detected line, that its characters have
_USUAL_HEIGHT = 9.5  # points of characters, where a picture has no scale
_DARK, _INK = 0.4, 60  # of the way from paper to ink, that ink is dark; of 255, that it differs from paper


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A page ready to be read: its ``image`` (grey), the ``boxes`` (n × 4, pixels) of its lines of text, the
    ``height`` of their characters in pixels, and ``dpi`` pixels an inch."""

    image: Image
    boxes: Floats
    height: float
    dpi: float

    @property
    def scale(self) -> float:
        """Points of a pixel."""
        return _POINTS / self.dpi


def sheet_of(picture: Image, dpi: float | None, recogniser: Recogniser) -> Sheet:
    """The page that ``picture`` (colour or grey) shows, at ``dpi`` if that is known."""
    at = dpi or _guessed_dpi(picture)
    image = level(without_grain(softened(without_specks(without_stamps(picture, at), at))))
    boxes = recogniser.detect(image)
    if _lies_on_its_side(boxes):
        image = np.ascontiguousarray(np.rot90(image))
        boxes = recogniser.detect(image)
    if _stands_on_its_head(image, boxes, recogniser):
        image = np.ascontiguousarray(np.rot90(image, 2))
        width, height = image.shape[1], image.shape[0]
        boxes = np.array([width, height, width, height]) - boxes[:, [2, 3, 0, 1]]
    wide = boxes[(boxes[:, 2] - boxes[:, 0]) > (boxes[:, 3] - boxes[:, 1])]
    lines = wide[:, 3] - wide[:, 1]
    height = _GLYPH * float(np.median(lines)) if len(wide) else _USUAL_HEIGHT * at / _POINTS
    if dpi is None:
        dpi = height * _POINTS / _USUAL_HEIGHT
    return Sheet(image, boxes, height, dpi)


def _guessed_dpi(picture: Image) -> float:
    return float(max(picture.shape[:2])) / 11.7  # inches of the longer side of A4


def without_stamps(picture: Image, dpi: float) -> Image:
    """``picture`` in grey, without the seals on it: what is coloured, about as high as wide, and large."""
    if picture.ndim == 2:
        return picture
    image: Image = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    high, low = picture.max(axis=2), picture.min(axis=2)
    coloured = (high - low >= _SATURATED).astype(np.uint8)
    if not coloured.any():
        return image
    joint = max(3, int(dpi * 0.06))
    joined = cv2.dilate(coloured, np.ones((joint, joint), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for left, top, width, height, _ in stats[1:].tolist():
        small, large = min(width, height), max(width, height)
        if small >= _STAMP[0] * dpi and large <= _STAMP[1] * dpi and large <= _STAMP_SHAPE * small:
            part = np.s_[top : top + height, left : left + width]
            stamp = joined[part] > 0  # also what is inside of its ring
            ink = float(np.median(high[part][stamp & (coloured[part] > 0)]))
            image[part][stamp] = np.minimum(high[part][stamp] * (255 / max(ink, 1.0)), 255).astype(np.uint8)
    return image


def without_specks(image: Image, dpi: float) -> Image:
    """``image`` without the specks that copiers leave on pages in black and white: what is smaller than the
    points of texts. Pages with shades of grey are as they were."""
    if ((image > _BLACK) & (image < 255 - _BLACK)).mean() > _GREY:
        return image
    dark = (image < 128).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    is_speck = stats[:, cv2.CC_STAT_AREA] <= max(2, round(_SPECK * dpi**2))
    return np.asarray(np.where(is_speck[labels], 255, image).astype(np.uint8))


def softened(image: Image) -> Image:
    """``image`` with soft edges if it has but two levels, as those of pictures are that the models know: the
    strokes of a small ``≥`` are steps of single pixels else."""
    ink = int((image < 255 - _BLACK).sum())
    if ((image > _BLACK) & (image < 255 - _BLACK)).sum() > _BETWEEN * ink:
        return image
    return np.asarray(cv2.GaussianBlur(image, (0, 0), _SOFT))


def without_grain(image: Image) -> Image:
    """``image`` without the grain of a sensor, where that is coarse: alike surroundings are averaged."""
    curves = cv2.filter2D(image, cv2.CV_32F, _CURVES)
    grain = float(np.median(np.abs(curves))) / (0.6745 * float(np.linalg.norm(_CURVES)))
    if grain < _GRAIN:
        return image
    return np.asarray(cv2.fastNlMeansDenoising(image, None, _DENOISED * grain, 3, 7))


def level(image: Image) -> Image:
    """``image`` turned so that its lines are level, or upright where it lies on its side."""
    angle = _skew(image)
    if abs(angle) < _LEAST_SKEW:
        return image
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    paper = int(np.percentile(image, 80))
    return np.asarray(
        cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper), dtype=np.uint8
    )


def _skew(image: Image) -> float:
    """Degrees by which ``image`` is turned to the right: at that angle lines and rulings are sharpest."""
    shrink = min(1.0, _ACROSS / max(image.shape))
    small = cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(small, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 20)
    y, x = np.nonzero(dark)
    if len(y) < 50:
        return 0.0
    step = max(1, len(y) // _MOST_POINTS)
    x, y = x[::step] - x.mean(), y[::step] - y.mean()
    best = 0.0
    for reach, width in _STEPS:
        angles = best + np.arange(-reach, reach + width / 2, width)
        best = float(max(angles, key=lambda angle: _sharpness(x, y, float(np.radians(angle)))))
    return best


def _sharpness(x: Floats, y: Floats, angle: float) -> float:
    """How unevenly ink is spread over rows and columns, once a page is turned back by ``angle``."""
    total = 0.0
    for across in (y * np.cos(angle) - x * np.sin(angle), x * np.cos(angle) + y * np.sin(angle)):
        counts = np.bincount((across - across.min()).astype(np.int64))
        total += float((counts.astype(np.float64) ** 2).sum())
    return total


def _lies_on_its_side(boxes: Floats) -> bool:
    """Whether most of the text runs up or down."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    tall, wide = height > _LINE * width, width > _LINE * height
    return bool((width * height)[tall].sum() > (width * height)[wide].sum())


def _stands_on_its_head(image: Image, boxes: Floats, recogniser: Recogniser) -> bool:
    """Whether lines read better upside down; only those of a few short ones are read."""
    sample = [image[y0:y1, x0:x1] for x0, y0, x1, y1 in _short_lines(boxes)]
    if not sample:
        return False
    upright = _mean_score(recogniser, sample)
    return upright < _SURE and _mean_score(recogniser, [line[::-1, ::-1] for line in sample]) > upright


def _short_lines(boxes: Floats) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of some lines that are long enough to tell, and quickly read, from all over the page."""
    shape = (boxes[:, 2] - boxes[:, 0]) / np.maximum(boxes[:, 3] - boxes[:, 1], 1)
    order = np.argsort(np.abs(shape - 5), kind="stable")[:_SAMPLE]
    for box in boxes[order]:
        x0, y0, x1, y1 = (round(side) for side in box)
        if x1 > x0 and y1 > y0:
            yield x0, y0, x1, y1


def _mean_score(recogniser: Recogniser, lines: list[Image]) -> float:
    scores = [float(line.scores.mean()) if line.text else 0.0 for line in recogniser.read(lines)]
    return float(np.median(scores))


def crop(image: Image, box: Sequence[float]) -> Image:
    """The part of ``image`` in ``box``, at least one pixel of it."""
    x0, y0, x1, y1 = (round(side) for side in box)
    x0, y0 = min(max(x0, 0), image.shape[1] - 1), min(max(y0, 0), image.shape[0] - 1)
    return image[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]


def ink_box(image: Image) -> Box | None:
    """The box around the ink in ``image``, specks left out; None where there is none."""
    if min(image.shape) < 3:
        return None
    y, x = np.nonzero(are_dark(image))
    if not len(x):
        return None
    return float(x.min()), float(y.min()), float(x.max() + 1), float(y.max() + 1)


def are_dark(image: Image) -> Flags:
    """Which pixels are ink; none where nothing is much darker than the paper."""
    smooth = cv2.GaussianBlur(np.ascontiguousarray(image), (3, 3), 0)
    paper, ink = float(np.percentile(smooth, 80)), float(smooth.min())
    limit = paper - _DARK * (paper - ink) if paper - ink >= _INK else -1.0
    return np.asarray(smooth < limit)
