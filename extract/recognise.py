"""Recognition of characters: where a picture has lines of text (detection), and what they say.

The models are those of PP-OCRv6 in RapidOCR's wheel; nothing is downloaded. RapidOCR's detector is used as it
is. Of its recogniser only the model: beside the best reading of a line we need where each character stands,
how sure it is, and what else it may be.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from multiprocessing import parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from extract.content import Floats
from extract.model import Reading

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# onnxruntime keeps a number of the device in the user's home and reports to its maker, unless told not to
# before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

Image = NDArray[Any]
"""A picture of bytes: h × w × 3 (blue, green, red), or h × w (grey)."""

PACKAGES = ("rapidocr", "onnxruntime", "cv2", "PIL")
_MODELS = {
    "PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
_HEIGHT = 48  # pixels, to which the recogniser wants a line scaled
_LEAST_WIDTH = 160  # pixels of its input; shorter lines are padded
_LONGEST_SIDE = 2000  # pixels of a picture in which lines are looked for
_BLANK = 0  # of the recogniser's alphabet: no character
_POSSIBLE = 0.005  # probability from which a character takes part in other readings
_BEAM = 16
_MOST_READINGS = 8
_FULL, _HALF = "（）：；，％＋－＝＜＞～！？", "():;,%+-=<>~!?"  # one sign in two widths: no two readings
_FOLDED = str.maketrans(_FULL, _HALF)


class WrongModel(RuntimeError):
    """A model is missing or is not the one that the figures of benchmarks.md were measured with."""


@dataclass(frozen=True, slots=True, eq=False)
class LineRead:
    """A line as read: ``text``, of each character (n) the ``scores`` in 0..1 and the ``places`` of its middle
    as a share of the line's width, and the likeliest other ``readings`` of the whole."""

    text: str
    scores: Floats
    places: Floats
    readings: tuple[Reading, ...] = ()

    @property
    def score(self) -> float:
        """The score of the least certain character; 0 for an empty line."""
        return float(self.scores.min()) if len(self.scores) else 0.0


def folded(text: str) -> str:
    """``text`` with signs that come in two widths in the narrow one, and without blanks."""
    return "".join(text.translate(_FOLDED).split())


def is_installed() -> bool:
    """Whether all packages of the extra ``ocr`` are there."""
    return all(find_spec(name) is not None for name in PACKAGES)


@cache
def recogniser() -> "Recogniser":
    """The recogniser of this process; its models are loaded once. Raises ``WrongModel``.

    A worker process has one thread, as it has others beside it; a process that works alone has all cores.
    """
    return Recogniser(1 if parent_process() else os.cpu_count() or 1)


class Recogniser:
    """The two models, loaded, with ``threads`` threads each."""

    def __init__(self, threads: int) -> None:
        import onnxruntime
        from rapidocr import RapidOCR

        detector, reader = (_model(name, digest) for name, digest in _MODELS.items())
        settings = {
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": _LONGEST_SIDE,
            "Det.model_path": str(detector),
            "Rec.model_path": str(reader),
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,  # it would keep half a gigabyte
        }
        self._rapid: Any = RapidOCR(params=settings)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.enable_mem_pattern = False  # lines are of all lengths
        provider = ("CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})
        self._session: InferenceSession = onnxruntime.InferenceSession(
            str(reader), options, providers=[provider]
        )
        self._input: str = self._session.get_inputs()[0].name
        alphabet = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._alphabet = ["", *alphabet, " "]
        places = {character: index for index, character in enumerate(self._alphabet)}
        pairs = [pair for pair in zip(_FULL, _HALF, strict=True) if places.keys() >= set(pair)]
        self._twins = {places[a]: places[b] for pair in pairs for a, b in (pair, pair[::-1])}

    def detect(self, image: Image) -> Floats:
        """Where ``image`` (grey) has lines of text: boxes in its pixels, n × 4 (x0, top, x1, bottom)."""
        import cv2

        found = self._rapid(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), use_rec=False, use_cls=False)
        if found.boxes is None or not len(found.boxes):
            return np.zeros((0, 4))
        corners = np.asarray(found.boxes, dtype=np.float64)
        return np.column_stack((corners.min(axis=1), corners.max(axis=1)))

    def read(self, lines: Sequence[Image]) -> list[LineRead]:
        """What pictures (grey) of single lines say."""
        return [self._read(line) for line in lines]

    def _read(self, line: Image) -> LineRead:
        import cv2

        height, width = line.shape
        scaled = max(1, round(width * _HEIGHT / height))
        filled = np.zeros((1, 3, _HEIGHT, max(scaled, _LEAST_WIDTH)), dtype=np.float32)
        way = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_LINEAR
        resized = cv2.resize(line, (scaled, _HEIGHT), interpolation=way)
        filled[0, :, :, :scaled] = resized.astype(np.float32) / 127.5 - 1
        chances = self._session.run(None, {self._input: filled})[0][0]
        return _decoded(chances, self._alphabet, self._twins, filled.shape[3] / scaled)


def _model(name: str, digest: str) -> Path:
    """The path of a model of RapidOCR's wheel, checked by its SHA-256 ``digest``."""
    import rapidocr

    path = Path(rapidocr.__file__).parent / "models" / name
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise WrongModel(f"the model {name} is not the one that belongs here; install the extra `ocr` anew")
    return path


def _decoded(
    chances: NDArray[np.float32], alphabet: Sequence[str], twins: Mapping[int, int], stretch: float
) -> LineRead:
    """The line that ``chances`` (steps × characters) say. Steps with the same character in a row are one; a
    blank parts two. ``twins`` are characters that differ in width alone. ``stretch`` is the width of the
    input by that of the line in it."""
    best = chances.argmax(axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=_BLANK))
    starts = starts[best[starts] != _BLANK]
    text, scores, places = [], [], []
    for start in starts.tolist():
        end = start + 1
        while end < len(best) and best[end] == best[start]:
            end += 1
        text.append(alphabet[best[start]])
        chance = chances[start:end, best[start]]
        if best[start] in twins:
            chance = chance + chances[start:end, twins[int(best[start])]]
        scores.append(min(float(chance.max()), 1.0))
        places.append((start + end) / 2 / len(best) * stretch)
    characters = "".join(text)
    repeated = [index for index, part in enumerate(text) for _ in part]
    readings = _readings(chances, alphabet) if scores and min(scores) < 1 - _POSSIBLE else ()
    return LineRead(
        characters,
        np.array(scores, dtype=np.float64)[repeated],
        np.clip(np.array(places, dtype=np.float64)[repeated], 0, 1),
        tuple([reading for reading in readings if folded(reading.text) != folded(characters)]),
    )


def _readings(chances: NDArray[np.float32], alphabet: Sequence[str]) -> tuple[Reading, ...]:
    """The likeliest readings with their probabilities: prefixes are kept as long as they are among the best,
    each with the chance that it ends in a blank and that it does not."""
    beam: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for step in chances:
        possible = np.flatnonzero(step >= _POSSIBLE).tolist()
        following: dict[tuple[int, ...], list[float]] = {}
        for prefix, (blank, inked) in beam.items():
            for code in possible:
                chance = float(step[code])
                if code == _BLANK:
                    following.setdefault(prefix, [0.0, 0.0])[0] += (blank + inked) * chance
                    continue
                repeats = bool(prefix) and prefix[-1] == code
                if repeats:
                    following.setdefault(prefix, [0.0, 0.0])[1] += inked * chance
                longer = following.setdefault((*prefix, code), [0.0, 0.0])
                longer[1] += (blank if repeats else blank + inked) * chance
        kept = sorted(following.items(), key=lambda item: -sum(item[1]))[:_BEAM]
        beam = {prefix: (chance[0], chance[1]) for prefix, chance in kept}
    found = sorted(((sum(chance), prefix) for prefix, chance in beam.items()), reverse=True)
    return tuple(
        Reading("".join(alphabet[code] for code in prefix), round(min(chance, 1.0), 4))
        for chance, prefix in found[:_MOST_READINGS]
        if chance >= _POSSIBLE
    )
