"""How much of damaged filings comes back: `python -m tests.bench [--count 500] [--seed 7] [--keep DIR]`.

Generates filings, runs the pipeline over them as a user would, and compares what it publishes with the
truth. Texts count without white space and in half width; of several right answers each is right. Indicator
rows are paired by period and name (equal names first, then similar ones); a row is strictly right if all of
STRICT are. A row is certain from a confidence of 0.9. An open row is one whose place the page leaves open:
the truth accepts several labels, and it should not look certain.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rapidfuzz import fuzz

from tests.damage.generate import KINDS, write

STRICT = (
    "level1",
    "level2",
    "key_task",
    "indicator",
    "comparator",
    "value",
    "unit",
    "qualitative",
    "subprojects",
)
AMOUNT = ("section", "item", "parent", "period", "amount")
HEADER = ("form", "title", "region", "fiscal_year", "unit_code", "unit_name", "project_name")
CERTAIN = 0.9
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)
Record = Mapping[str, Any]
Counts = dict[str, list[float]]  # metric: right, published, in the truth
WIDTHS = {
    c: unicodedata.normalize("NFKC", chr(c))
    for c in range(0xFF01, 0xFFEF)
    if unicodedata.decomposition(chr(c)).startswith(("<wide>", "<narrow>"))
}


def fold(value: Any) -> str:
    """Without white space, full width folded."""
    return "".join(str(value).split()).translate(WIDTHS)


def alternatives(want: Any) -> list[Any]:
    """The answers that are right."""
    return list(want["any"]) if isinstance(want, dict) else [want]


def equal(want: Any, got: Any, within: float = 1e-6) -> bool:
    """One answer against what was published; lists are sets, the empty one is null."""
    if isinstance(want, list) or isinstance(got, list):
        return {fold(v) for v in want or []} == {fold(v) for v in got or []}
    if want is None or got is None:
        return want is got
    if isinstance(want, float | int):
        return isinstance(got, float | int) and abs(want - got) <= within * max(1, abs(want))
    return fold(want) == fold(got)


def same(truth: Record, row: Record, column: str) -> bool:
    """Whether the row has one of the right answers in a column."""
    return any(equal(want, row.get(column)) for want in alternatives(truth.get(column)))


def pair(weights: dict[tuple[int, int], float]) -> dict[int, int]:
    """{truth: row} one to one, the heaviest first."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for i, j in sorted(weights, key=lambda k: (-weights[k], abs(k[0] - k[1]), k)):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def is_strict(truth: Record, row: Record) -> bool:
    """Whether every column that places or values the row is right."""
    return all(same(truth, row, c) for c in (*STRICT, *(["value_max"] if "value_max" in truth else [])))


def pair_indicators(truth: list[Record], rows: list[Record]) -> dict[int, int]:
    """Rows of equal period and name, then those with similar names."""

    def columns(i: int, j: int) -> float:
        return 1000.0 * is_strict(truth[i], rows[j]) + sum(same(truth[i], rows[j], c) for c in STRICT)

    near = [(i, j) for i, t in enumerate(truth) for j, row in enumerate(rows) if t["period"] == row["period"]]
    pairs = pair({(i, j): 100 + columns(i, j) for i, j in near if same(truth[i], rows[j], "indicator")})
    ratios = {
        (i, j): max(
            fuzz.ratio(fold(n), fold(rows[j]["indicator"])) for n in alternatives(truth[i]["indicator"])
        )
        for i, j in near
        if i not in pairs and j not in pairs.values()
    }
    return pairs | pair({k: ratio + columns(*k) for k, ratio in ratios.items() if ratio >= 50})


def judge(truth: Record, rows: Mapping[str, list[Record]], add: Any) -> None:
    """Count one form: ``add(metric, right, published, truth)``. A truth judges the tables that it holds."""
    header = rows["filing"][0] if rows["filing"] else {}
    for column in HEADER:
        given = header.get(column) is not None
        hit = given and same(truth["filing"], header, column)
        add("header", hit, given, hit or None not in alternatives(truth["filing"].get(column)))
    wanted, got = truth["indicators"], rows["indicators"]
    pairs = pair_indicators(wanted, got)
    right = {j for i, j in pairs.items() if is_strict(wanted[i], got[j])}
    certain = {j for j, row in enumerate(got) if (row["confidence"] or 0) >= CERTAIN}
    add("strict", len(right), len(got), len(wanted))
    add("certain", len(right & certain), len(certain), len(right))
    for low, high in pairwise(BANDS):
        band = {j for j, row in enumerate(got) if low <= (row["confidence"] or 0) < high}
        add(f"band {low}", len(right & band), len(band), 0)
    is_open = {j for i, j in pairs.items() if wanted[i].get("open")}
    add("open", len(is_open & certain), 0, len(is_open))
    _judge_fields(truth, rows, add)
    if "amounts" not in truth:
        return
    amounts = pair(
        {
            (i, j): 1.0
            for i, t in enumerate(truth["amounts"])
            for j, row in enumerate(rows["amounts"])
            if all(same(t, row, c) for c in AMOUNT)
        }
    )
    add("amounts", len(amounts), len(rows["amounts"]), len(truth["amounts"]))


def _judge_fields(truth: Record, rows: Mapping[str, list[Record]], add: Any) -> None:
    if "fields" not in truth:
        return
    fields = pair(
        {
            (i, j): 1.0 + same(t, row, "value")
            for i, t in enumerate(truth["fields"])
            for j, row in enumerate(rows["fields"])
            if t["field"] == row["field"]
        }
    )
    plain = {i for i, t in enumerate(truth["fields"]) if "value" in t}
    found = [same(truth["fields"][i], rows["fields"][j], "value") for i, j in fields.items() if i in plain]
    add("fields", sum(found), len(found) + len(rows["fields"]) - len(fields), len(plain))
    for i, t in enumerate(truth["fields"]):
        if "rewoven" in t:
            value = fold(rows["fields"][fields[i]]["value"] or "") if i in fields else ""
            phrases = t["rewoven"]["joins"]
            add("joins", sum(fold(phrase) in value for phrase in phrases), len(phrases), len(phrases))


def published(out: Path) -> dict[str, dict[str, list[Record]]]:
    """{stem of the source: {table: rows}} of the filings published."""
    found: dict[str, dict[str, list[Record]]] = {}
    stems = {}
    for filing in pq.read_table(out / "filings.parquet").to_pylist():
        stems[filing["filing_id"]] = Path(filing["source"]).stem
        tables: dict[str, list[Record]] = {"filing": [], "fields": [], "amounts": [], "indicators": []}
        found.setdefault(Path(filing["source"]).stem, tables)["filing"].append(filing)
    for table in ("fields", "amounts", "indicators"):
        for row in pq.read_table(out / f"{table}.parquet").to_pylist():
            found[stems[row["filing_id"]]][table].append(row)
    return found


def score(folder: Path, out: Path) -> dict[str, Counts]:
    """{kind: counts}, with all filings under ""."""
    forms = published(out)
    totals: dict[str, Counts] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for path in sorted((folder / "truth").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))

        def add(metric: str, *counts: float, kinds: tuple[str, ...] = ("", *truth["damage"])) -> None:
            for kind in kinds:
                totals[kind][metric] = [a + b for a, b in zip(totals[kind][metric], counts, strict=True)]

        add("filings", path.stem in forms, path.stem in forms, 1)
        nothing: dict[str, list[Record]] = {"filing": [], "fields": [], "amounts": [], "indicators": []}
        judge(truth, forms.get(path.stem, nothing), add)
    return totals


def rate(counts: list[float], which: str = "f1") -> str:
    """Precision, recall or F1, or a dash where there is nothing to count."""
    right, out, truth = counts
    base = {"f1": (out + truth) / 2, "precision": out, "recall": truth}[which]
    return f"{right / base:9.4f}" if base else f"{'-':>9}"


def report(totals: dict[str, Counts], seed: int, seconds: float) -> None:
    """Print the table by kind, the mean, the reliability line and the throughput."""
    heads = (
        "filings",
        "found",
        "header",
        "strict",
        "c.prec",
        "c.recall",
        "open.crt",
        "fields",
        "joins",
        "amounts",
    )
    print("".join(f"{head:>9}" for head in heads) + "  damage")
    for kind in [*(k for k in KINDS if k in totals), ""]:
        t = totals[kind]
        cells = [
            f"{t['filings'][2]:9.0f}",
            rate(t["filings"]),
            rate(t["header"]),
            rate(t["strict"]),
            rate(t["certain"], "precision"),
            rate(t["certain"], "recall"),
            rate(t["open"], "recall"),
            rate(t["fields"]),
            rate(t["joins"]),
            rate(t["amounts"]),
        ]
        print("".join(cells) + f"  {kind or 'all'}")
    kinds = [
        2 * t["strict"][0] / (t["strict"][1] + t["strict"][2])
        for k, t in totals.items()
        if k and t["strict"][2]
    ]
    print(f"\nmean strict F1 over kinds: {sum(kinds) / len(kinds):.4f}; seed {seed}")
    bands = [(low, totals[""][f"band {low}"]) for low in BANDS[:-1]]
    print(
        "confidence from: "
        + "; ".join(
            f"{low:g} {rows[1]:.0f} rows{rate([rows[0], rows[1], 0], 'precision')} right"
            for low, rows in bands
        )
    )
    count = totals[""]["filings"][2]
    print(f"{count:.0f} filings in {seconds:.1f} s, {count / seconds:.0f} a second")


def main() -> None:
    """Generate, run, compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--keep", type=Path, help="keep filings, truths and output here, a new or empty folder"
    )
    options = parser.parse_args()
    if options.keep and options.keep.exists() and any(options.keep.iterdir()):
        parser.error(f"{options.keep} is not empty: what an earlier run left would count as well")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        write(folder, options.count, options.seed)
        start = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "pipeline.cli",
            "extract",
            str(folder / "filings"),
            "-o",
            str(folder / "out"),
        ]
        status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
        if status not in (0, 1) or not (folder / "out" / "filings.parquet").exists():
            sys.exit(f"the pipeline ended with {status} and nothing to compare")
        seconds = time.perf_counter() - start
        report(score(folder, folder / "out"), options.seed, seconds)


if __name__ == "__main__":
    main()
