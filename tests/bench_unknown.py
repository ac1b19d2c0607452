"""Layouts that no mapping knows: `python -m tests.bench_unknown [--seeds 10] [--first 0] [--show N]`.

Every composed form with one header is altered (families/altered.py) and read, as a grid with spans and as
text. Of its indicators: the share that is strictly right, and how many of those that look certain are.
`--show` prints so many forms with rows that are wrong and look certain.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from extract.model import Document
from extract.source import SourceFile
from extract.txt import read as read_text
from normalize import normalize
from normalize.mappings import load
from normalize.model import REVIEW_BELOW
from tests.families.altered import altered
from tests.families.layouts import NAMES, document, plain, read, truth

STRICT = ("level1", "level2", "key_task", "indicator", "period", "comparator", "value", "unit", "qualitative")
Row = dict[str, Any]


def key(row: Row) -> tuple[Any, ...]:
    """What of a row has to be right, without white space."""
    return tuple("".join(v.split()) if isinstance(v := row.get(column), str) else v for column in STRICT)


def tally(rows: Sequence[Row], wanted: Sequence[Row]) -> tuple[Counter[str], list[Row]]:
    """The counts of a form's rows, and those that are wrong and look certain."""
    left = Counter(map(key, wanted))
    counts: Counter[str] = Counter(want=len(wanted), got=len(rows))
    wrong = []
    for row in rows:
        right, certain = left[key(row)] > 0, row["confidence"] >= REVIEW_BELOW
        left[key(row)] -= right
        counts.update(right=right, certain=certain, trusted=right and certain)
        if certain and not right:
            wrong.append(row)
    return counts, wrong


def readings(text: str) -> dict[str, Document]:
    """A form as readers see it."""
    form = read(text)
    return {
        "grid": document(form),
        "text": read_text(SourceFile("form.txt", plain(form).encode())),
    }


def main() -> None:
    """Parse the command line, read all forms and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    mappings, shown = load(), 0
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name in NAMES:
        answer = truth(name)
        wanted = [row for form in answer.get("forms", [answer]) for row in form["indicators"]]
        for seed in range(options.first, options.first + options.seeds):
            if not (made := altered(name, seed)):
                continue
            text, how = made
            for kind, document_ in readings(text).items():
                rows = [asdict(row) for one in normalize(document_, mappings) for row in one.indicators]
                own, wrong = tally(rows, wanted)
                for group in (*how, "all"):
                    counts[kind, group] += own
                if wrong and shown < options.show:
                    shown += 1
                    print(f"{name}, seed {seed}, {kind}, {', '.join(how)}\n{text}")
                    print(*([row[column] for column in STRICT] for row in wrong), "", sep="\n")
    for (kind, group), own in sorted(counts.items()):
        f1 = 2 * own["right"] / max(1, own["want"] + own["got"])
        precision, recall = own["trusted"] / max(1, own["certain"]), own["trusted"] / max(1, own["right"])
        print(
            f"{kind}  {group:12}{own['want']:6} rows, strict F1 {f1:.4f}, "
            f"certain precision {precision:.4f}, recall {recall:.4f}"
        )


if __name__ == "__main__":
    main()
