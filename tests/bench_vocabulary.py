"""How well names are told apart and brought together: `python -m tests.bench_vocabulary [--split tune]`.

A pair of names counts as one where `Vocabulary.same` gives it a score, that is where both have one canonical
name or, unknown to the vocabulary, one wording. Precision: of the pairs taken as one, those labelled `same`;
recall: of those labelled `same`, the ones taken as one. What is missed or taken wrongly is listed, of the
held-out half too, since the figures are worth nothing without; nothing is tuned on that half.
Then the time that a thousand names take to be matched against ten thousand canonical ones, on one core.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from normalize.mappings import Mappings, load
from normalize.vocabulary import Printed, Vocabulary
from tests.vocabulary.pairs import SPLITS, Pair, labelled


def taken(vocabulary: Vocabulary, pair: Pair) -> bool:
    """Whether the vocabulary takes a pair as one indicator."""
    one = Printed(pair.one, None, pair.one_level2)
    return vocabulary.same(one, Printed(pair.other, None, pair.other_level2)) > 0


def measure(vocabulary: Vocabulary, pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair], int]:
    """The pairs taken wrongly, those missed, and how many were taken rightly."""
    found = [pair for pair in pairs if taken(vocabulary, pair)]
    wrong = [pair for pair in found if pair.label != "same"]
    missed = [pair for pair in pairs if pair.label == "same" and pair not in found]
    return wrong, missed, len(found) - len(wrong)


def large(mappings: Mappings, count: int) -> Mappings:
    """``mappings`` with ``count`` indicators, made of two characters and an end as names have them."""
    ends = (
        "验收合格率",
        "完成及时率",
        "购置数量",
        "使用人员满意度",
        "工作的覆盖率",
        "发放人数",
        "情况",
        "建设里程",
    )
    things = (f"{chr(0x4E00 + 7 * i)}{chr(0x5E00 + 3 * i)}" for i in range(count))
    rows = (
        replace(mappings.indicators[0], id=f"JX{i:05}", name=thing + end, aliases=())
        for i, (thing, end) in enumerate(product(things, ends), start=10_000)
    )
    return replace(mappings, indicators=tuple(row for row, _ in zip(rows, range(count), strict=False)))


def speed(mappings: Mappings) -> str:
    """Seconds to index ten thousand canonical names and to match a thousand names against them."""
    many = large(mappings, 10_000)
    asked = [
        name
        for row in many.indicators[:2000:8]
        for name in (
            row.name,
            f"按时{row.name}",
            f"{row.name[:2]}的验收通过率（%）",
            row.name.replace("工作的", ""),
        )
    ]
    start = time.perf_counter()
    vocabulary = Vocabulary(many)
    indexed = time.perf_counter()
    found = sum(vocabulary.match(name, "产出指标", None) is not None for name in asked)
    end = time.perf_counter()
    return (
        f"{len(asked)} names against {len(many.indicators)} canonical ones: {end - start:.2f} s "
        f"({indexed - start:.2f} s to index them, {end - indexed:.2f} s to match), {found} matched"
    )


def main() -> None:
    """Print the figures of both halves and what went wrong, and the speed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_vocabulary", description=__doc__)
    parser.add_argument(
        "--split", choices=SPLITS, help="only this half: what a matcher is tuned on is `tune`"
    )
    options = parser.parse_args()
    mappings = load()
    vocabulary = Vocabulary(mappings)
    for split in [options.split] if options.split else SPLITS:
        pairs = [pair for pair in labelled() if pair.split == split]
        wrong, missed, right = measure(vocabulary, pairs)
        precision, recall = right / (right + len(wrong)), right / (right + len(missed))
        print(f"{split}: {len(pairs)} pairs, precision {precision:.4f}, recall {recall:.4f}")
        for what, some in (("taken wrongly", wrong), ("missed", missed)):
            for pair in some:
                print(f"  {what}: {pair.one} | {pair.other} ({pair.label})")
    print(speed(mappings))


if __name__ == "__main__":
    main()
