"""The documentation against the software: its commands run, its tables and names are the real ones.

`python -m tests.test_docs [FILE]` writes anew what comes from elsewhere: docs/data-dictionary.md from the
schema and, from a FILE with the output of tests.bench, the figures in docs/benchmark.md and the READMEs.
"""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract import read
from normalize import normalize
from normalize.mappings import load
from pipeline.schema import SCHEMA_VERSION, TABLES, TIDY_FROM_FILINGS, Column, Table
from tests.damage.generate import KINDS

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
PAGES = (*READMES, "CHANGELOG.md", "samples/README.md", *(f"docs/{p.name}" for p in ROOT.glob("docs/*.md")))
SAMPLE = ROOT / "samples" / "filings" / "003_5faa2bc3c3b6a31c.txt"
CLAIMS = {  # what the READMEs say of the benchmark
    "README.md": "On {count} made-up, damaged filings (`make bench`, seed {seed}) the mean F1 of fully right "
    "indicator rows over all kinds of damage is {mean}; of the rows at 0.9 and above {certain} % are right, "
    "and {recall} % of the right rows are among them.",
    "README.zh.md": "用 {count} 份人工生成并损坏的表单测量（`make bench`，种子 {seed}）：各类损坏下，"
    "整行全对的指标行平均 F1 为 {mean}；置信度 0.9 及以上的行有 {certain}% 是对的，"
    "全部正确的行中有 {recall}% 达到 0.9。",
}
DICTIONARY = """# Data dictionary

Every table and column that is published, for `schema_version` {version}. This page and `datapackage.json`
come from one source, `pipeline/schema.py` (`python -m tests.test_docs` writes it anew); the rules behind
them are in [contract.md](contract.md). *null* marks columns that may be empty.
"""
_ADDED = ", ".join(f"`{column.name}`" for column in TIDY_FROM_FILINGS.values())
TIDY_COLUMNS = f"""All columns of [indicators](#indicators), then these of [filings](#filings):
{_ADDED}.
`filing_confidence` is the form's `confidence`, `confidence` the indicator's.
"""
NEAR = 0.02  # by which a confidence in the README may differ from the run's before it must be written anew


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    """The fenced code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    """The shell commands of a page, without comments."""
    lines = "".join(blocks(page, "sh")).splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.strip()]


def tables(page: str) -> list[list[list[str]]]:
    """The Markdown tables of a page: rows of cells, header first, without the ruling."""
    found: list[list[list[str]]] = [[]]
    for line in text_of(page).splitlines():
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            found[-1].append([cell.strip() for cell in cells])
        elif found[-1]:
            found.append([])
    return [[table[0], *table[2:]] for table in found if table]


def dictionary() -> str:
    """docs/data-dictionary.md: every published table and column, as the schema has them."""
    parts = [DICTIONARY.format(version=SCHEMA_VERSION)]
    for table in TABLES.values():
        key = f" A row is told by {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
        parts.append(f"## {table.name}\n\n{table.title}: {table.description}.{key}\n")
        parts.append(TIDY_COLUMNS if table.name == "tidy" else columns_of(table))
    return "\n".join(parts)


def columns_of(table: Table) -> str:
    """The columns of a published table as Markdown."""
    lines = ["| column | 中文 | type | unit | values | meaning |", "|---|---|---|---|---|---|"]
    for column in table.columns:
        kind = column.type + ("" if column.required else ", null")
        lines.append(
            f"| `{column.name}` | {column.title} | {kind} | {column.unit or ''} | {values_of(column)} "
            f"| {column.description} |"
        )
    return "\n".join(lines) + "\n"


def values_of(column: Column) -> str:
    """What a column may hold, where that is limited."""
    if column.enum:
        return ", ".join(f"`{value}`" for value in column.enum)
    match column.minimum, column.maximum:
        case None, None:
            return ""
        case low, None:
            return f"from {low:g}"
        case low, high:
            return f"{low:g} to {high:g}"


def figures() -> dict[str, str]:
    """What the READMEs say of the run in docs/benchmark.md, rounded down."""
    output = blocks("docs/benchmark.md", "text")[0]
    lines = output.splitlines()
    mean, seed = re.findall(r"kinds: ([\d.]+); seed (\d+)", output)[0]
    names, every = lines[0].split(), next(line for line in lines if line.endswith("  all")).split()
    cells = dict(zip(names, every, strict=True))
    certain, recall = (int(1000 * float(cells[name]) + 1e-6) / 10 for name in ("c.prec", "c.recall"))
    said = {"mean": f"{int(1000 * float(mean) + 1e-6) / 1000:.3f}", "certain": f"{certain:.1f}"}
    return said | {"recall": f"{int(recall)}", "count": cells["filings"], "seed": seed}


def pattern_of(claim: str) -> str:
    """A claim with any figures, broken into lines anywhere."""
    words = re.escape(re.sub(r"\{\w+\}", "\0", claim)).replace("\0", "[0-9.]+")
    return words.replace("\\ ", r"\s+")


def with_figures(page: str) -> str:
    """A README with the figures of docs/benchmark.md."""
    claim = CLAIMS[page]
    text, count = re.subn(pattern_of(claim), lambda _: claim.format(**figures()), text_of(page))
    assert count == 1, f"{page} does not say what came out of the benchmark"
    return text


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the README's command publishes of the samples."""
    folder = tmp_path_factory.mktemp("docs") / "out"
    command = next(line for line in commands("README.md") if "jixiao extract" in line)
    words = command.replace("IN", str(ROOT / "samples" / "filings")).replace("OUT", str(folder)).split()
    assert words.pop(0) == ".venv/bin/jixiao"
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_links_resolve(page: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        target, _, anchor = link.partition("#")
        if target.startswith("https://"):
            continue
        path = (ROOT / page).parent / target if target else ROOT / page
        assert path.exists(), link
        if anchor:
            heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}, link


@pytest.mark.parametrize("page", PAGES)
def test_named_paths_exist(page: str) -> None:
    rooms = "extract|normalize|mappings|pipeline|samples|tests|docs"
    for name in re.findall(rf"`((?:{rooms})/[\w./*]*)`", text_of(page)):
        if "nanjing" in name or "zunyi" in name:  # what the pages have their reader write
            continue
        assert list(ROOT.glob(name.rstrip("/"))), name


@pytest.mark.parametrize("name", ["report.png", "review.png"])
def test_pictures_are_as_wide_as_said_and_small(name: str) -> None:
    data = (ROOT / "docs" / name).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(data[16:20]) == 1280
    assert len(data) < 250_000


def test_both_readmes_name_the_same_commands() -> None:
    assert commands("README.md") == commands("README.zh.md")
    assert blocks("README.md", "python") == blocks("README.zh.md", "python")


def test_the_test_command_is_that_of_ci() -> None:
    assert "make test" in commands("README.md")
    assert "make test" in text_of(".ci/run").splitlines()


def test_make_targets_exist() -> None:
    targets = {
        line.partition(":")[0] for line in text_of("Makefile").splitlines() if re.match(r"[a-z-]+:", line)
    }
    for page in PAGES:
        assert set(re.findall(r"`make ([a-z-]+)", text_of(page))) <= targets, page
    assert {line.split()[1] for line in commands("README.md") if line.startswith("make")} <= targets


@pytest.mark.parametrize("page", READMES)
def test_readme_names_the_tables(page: str) -> None:
    listed = next(table for table in tables(page) if table[1][0] == "`tidy`")
    assert [row[0].strip("`") for row in listed[1:]] == list(TABLES)


@pytest.mark.parametrize("page", READMES)
def test_readme_shows_what_is_printed(page: str) -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    header, *rows = tables(page)[0]
    assert "\t".join(header) in lines
    at = lines.index("\t".join(rows[0]))
    assert ["\t".join(row) for row in rows] == lines[at : at + 4]


@pytest.mark.parametrize("page", READMES)
def test_readme_shows_what_comes_out(page: str, out: Path) -> None:
    header, *shown = tables(page)[1]
    tidy = pq.read_table(out / "tidy.parquet").to_pylist()
    printed = {text for row in tables(page)[0][1:] for text in row}
    real = [row for row in tidy if row["fiscal_year"] == 2024 and row["indicator"] in printed]
    lines = [[cell(r[name]) for name in header] for r in real]
    assert len({row["row"] for row in real}) == len(tables(page)[0]) - 1
    assert [line[:-1] for line in lines] == [row[:-1] for row in shown]
    for line, row in zip(lines, shown, strict=True):
        assert abs(float(line[-1]) - float(row[-1])) <= NEAR, f"the run says {line[-1]}: {row}"
        assert (float(line[-1]) >= 0.9) == (float(row[-1]) >= 0.9)


def cell(value: object) -> str:
    """A value as the README shows it."""
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def test_the_samples_are_described(out: Path) -> None:
    filings = {row["filing_id"]: row for row in pq.read_table(out / "filings.parquet").to_pylist()}
    indicators = pq.read_table(out / "indicators.parquet").to_pylist()
    for name, filing_id, form, pages, count, _ in tables("samples/README.md")[0][1:]:
        filing = filings.pop(filing_id)
        title, year = form.split(", ")
        assert name.strip("`") == f"filings/{filing['source']}"
        assert filing["title"].endswith(title) and filing["fiscal_year"] == int(year)
        assert filing["pages"] == int(pages)
        assert max(row["row"] for row in indicators if row["filing_id"] == filing_id) == int(count)
    assert not filings


def test_reading_alone_prints_json() -> None:
    assert ".venv/bin/python -m extract FILE" in commands("README.md")
    done = subprocess.run(
        [sys.executable, "-m", "extract", str(SAMPLE)], cwd=ROOT, capture_output=True, check=True
    )
    assert json.loads(done.stdout)["format"] == "txt"


def test_csv_marks_formulas_as_said(out: Path) -> None:
    with (out / "tidy.csv").open(encoding="utf-8-sig", newline="") as file:
        assert any(row["target"] == "'=85%" for row in csv.DictReader(file))


def test_the_data_dictionary_is_that_of_the_schema() -> None:
    assert text_of("docs/data-dictionary.md") == dictionary(), "run python -m tests.test_docs"


def test_the_contract_has_every_table() -> None:
    heads = re.findall(r"^## (\w+)$", text_of("docs/contract.md"), re.MULTILINE)
    assert [head for head in heads if head in TABLES] == list(TABLES)


def test_contract_has_the_fields_of_the_mappings() -> None:
    words = set(re.findall(r"[a-z_]+", text_of("docs/contract.md")))
    assert {key for form in load().forms for key in form.fields} <= words


def test_mappings_say_how_many_indicators_are_confirmed() -> None:
    confirmed = [row.confirmed for row in load().indicators]
    share = (
        f"Of the {len(confirmed)} rows {sum(confirmed)} are confirmed ({sum(confirmed) / len(confirmed):.1%})"
    )
    assert share.replace("%", " %") in text_of("docs/mappings.md")


def test_benchmark_names_the_kinds_of_damage() -> None:
    listed = next(table for table in tables("docs/benchmark.md") if table[0][0] == "kind")
    assert set(KINDS) <= {row[0].strip("`") for row in listed[1:]}


def test_benchmark_explains_its_columns() -> None:
    heads = blocks("docs/benchmark.md", "text")[0].splitlines()[0].split()
    listed = next(table for table in tables("docs/benchmark.md") if table[1][0] == "`filings`")
    assert [row[0].strip("`") for row in listed[1:]] == heads[:-1]


@pytest.mark.parametrize("page", READMES)
def test_readme_says_what_was_measured(page: str) -> None:
    assert "".join(with_figures(page).split()) == "".join(text_of(page).split()), "python -m tests.test_docs"


def test_the_example_of_a_form_works(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "mappings", tmp_path / "mappings"))
    example = blocks("docs/mappings.md", "yaml")[0]
    (folder / "forms" / "nanjing_project_target.yaml").write_text(example, encoding="utf-8")
    with (folder / "indicators.csv").open("a", encoding="utf-8") as file:
        file.write(blocks("docs/mappings.md", "csv")[0])
    export = tmp_path / "export.txt"
    export.write_text(blocks("docs/mappings.md", "text")[0], encoding="utf-8")
    (filing,) = normalize(read(export, source="export.txt"), load(folder))
    assert (filing.form, filing.region, filing.fiscal_year) == ("project_target", "南京市", 2025)
    assert (filing.unit_name, filing.project_name) == ("南京市图书馆", "图书馆数字资源采购")
    assert {field.field: field.value for field in filing.fields}["funding_channel"] == "一般公共预算"
    amounts = [(amount.item, amount.parent, amount.amount) for amount in filing.amounts]
    total = "年度资金总额"
    assert amounts == [(total, None, 120.0), ("财政资金", total, 100.0), ("自筹资金", total, 20.0)]
    rows = [(row.level1, row.indicator, row.comparator, row.value, row.unit) for row in filing.indicators]
    assert rows == [
        ("产出指标", "新增电子图书", "≥", 30000.0, "册"),
        ("产出指标", "资源验收合格率", None, 100.0, "%"),
        ("效益指标", "年访问量", ">", 500000.0, "人次"),
        ("满意度指标", "读者满意度", "≥", 90.0, "%"),
    ]
    assert filing.indicators[-1].indicator_id == "JX9001"
    assert not filing.needs_review


def main() -> None:
    """Write anew what comes from elsewhere."""
    (ROOT / "docs" / "data-dictionary.md").write_text(dictionary(), encoding="utf-8")
    if len(sys.argv) > 1:
        output = (
            Path(sys.argv[1]).read_text(encoding="utf-8").strip("\n").replace("; 0", "\n                 0")
        )
        page = ROOT / "docs" / "benchmark.md"
        before, _, rest = text_of("docs/benchmark.md").partition("```text\n")
        page.write_text(
            before + "```text\n" + output + "\n```" + rest.partition("\n```")[2], encoding="utf-8"
        )
        for name in CLAIMS:
            (ROOT / name).write_text(with_figures(name), encoding="utf-8")


if __name__ == "__main__":
    main()
