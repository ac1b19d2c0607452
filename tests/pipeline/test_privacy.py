"""With ``--redact`` nothing that names a person is left of a form, wherever it was printed."""

import csv
import json
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from extract.model import Cell, Document, Line, Page, Table
from normalize.mappings import load
from normalize.maptypes import Form
from normalize.model import Check, Field, Filing, Repair
from pipeline.extraction import LOG
from pipeline.privacy import PAINTED, Personal, personal_of, personal_rows, redacted, redacted_line
from pipeline.schema import TABLES
from tests.hostile.good import printed
from tests.pipeline.examples import PLACE, filing
from tests.render import docx, web, xlsx
from tests.render.sheet import Cell as FormCell
from tests.render.sheet import Look, Sheet

MAPPINGS = load()
FORMS = [form for form in MAPPINGS.forms if form.personal]
FORMATS = ("txt", "docx", "xlsx", "html", "pdf")
_SURNAMES, _NAMES = "赵钱孙冯陈褚卫蒋沈韩", "昶璟瑄翀晗彧珩玥琛祎"


def person(number: int) -> tuple[str, str]:
    """A name and a telephone number that no form prints by chance."""
    first, second = divmod(number, 10)
    return f"{_SURNAMES[second]}{_NAMES[first % 10]}{_NAMES[second]}", f"139{number:08d}"


def field(row: int, key: str, label: str, value: str | None) -> Field:
    return Field(row, key, label, value, value, **PLACE)


def clean(one: Filing) -> Filing:
    """A form, redacted as it is after a way through the store."""
    personal = Personal.unpacked(personal_of([one], MAPPINGS).packed())
    (found,) = redacted([one], personal, MAPPINGS)
    return found


def texts_of(one: object) -> str:
    return repr(one)


def test_values_and_repairs_of_personal_fields_are_left_out() -> None:
    one = clean(filing())
    (leader, overview) = one.fields
    assert (leader.field, leader.label, leader.value, leader.raw) == (
        "project_leader",
        "项目负责人",
        None,
        None,
    )
    assert overview.value == "=1+1\n第二行"
    assert [repair.table for repair in one.repairs] == ["indicators"]


def test_what_a_personal_field_names_is_painted_over_wherever_it_is_printed() -> None:
    told = filing(
        fields=(
            field(1, "project_leader", "项目负责人", "褚昶璟 主任"),
            field(2, "contact_phone", "联系电话", "0512-87654321"),
            field(3, "project_overview", "项目概况", "由褚 昶璟负责，电话051287654321，共3项。"),
            field(4, "other:备注", "备注", "见褚昶璟的说明"),
        ),
        repairs=(
            Repair("filings", 1, "title", "text_lost", "褚昶璟制表", "褚昶璟制表", 1.0, 1, "a line: 褚昶璟"),
            Repair("indicators", 1, "indicator", "wrap_joined", "考\n务", "考务", 1.0, 1, "within a phrase"),
        ),
        checks=(Check("every_text_placed", "fail", "0", "1", "texts under no column: 褚昶璟"),),
    )
    one = clean(told)
    assert "褚" not in texts_of(one)
    assert "7654321" not in texts_of(one)
    assert one.fields[2].value == f"由{PAINTED}负责，电话{PAINTED}，共3项。"
    assert one.fields[3].value == f"见{PAINTED}的说明"
    assert (one.repairs[0].before, one.repairs[0].evidence) == (f"{PAINTED}制表", f"a line: {PAINTED}")
    assert one.repairs[1] == told.repairs[1]
    assert (one.amounts, one.indicators) == (told.amounts, told.indicators)


def test_a_label_that_no_mapping_knows_and_a_text_behind_a_person_are_personal() -> None:
    told = filing(
        fields=(
            field(1, "other:项目经办人", "项目经办人", "韩彧珩"),
            field(2, "preparer", "填报人", "卫翀晗"),
            field(3, "other:沈玥琛", "沈玥琛", None),
            field(4, "other:经费渠道", "经费渠道", None),
            field(5, "annual_goal", "年度目标", "完成"),
            field(6, "other:实施地点", "实施地点", None),
        ),
        checks=(Check("labels_known", "fail", "0", "2", "labels: 项目经办人、沈玥琛、实施地点"),),
        repairs=(),
    )
    assert personal_rows(told, MAPPINGS) == {1, 2, 3, 4}
    one = clean(told)
    assert [f.label for f in one.fields] == ["项目经办人", "填报人", PAINTED, PAINTED, "年度目标", "实施地点"]
    assert one.fields[2].field == f"other:{PAINTED}"
    assert one.checks[0].message == f"labels: 项目经办人、{PAINTED}、实施地点"


def test_offices_amounts_and_the_names_of_the_form_itself_are_no_persons() -> None:
    told = filing(
        fields=(
            field(1, "project_leader", "项目负责人", "财务科 2024 教育考试院"),
            field(2, "project_overview", "项目概况", "财务科在2024年拨付"),
        ),
        repairs=(),
    )
    one = clean(told)
    assert one.fields[1].value == "财务科在2024年拨付"
    assert one.unit_name == "苏州市教育考试院"


@pytest.mark.parametrize(
    ("text", "painted"),
    [
        ("填报人：褚昶璟  联系电话：0512-87654321", "填报人：***  联系电话：***"),
        ("单位负责人(签字)：褚 昶 填报日期：2024年", "单位负责人(签字)：*** 填报日期：2024年"),
        ("项目负责人：褚昶璟联系电话：87654321", "项目负责人：***联系电话：***"),
        ("the file holds 13912345678 and a@b.cn", "the file holds *** and ***"),
        ("身份 320502199001011234 有误", "身份 *** 有误"),
        ("项目负责人对资金负责", "项目负责人对资金负责"),
        ("代码 320502202312345678901，2024年1390万元", "代码 320502202312345678901，2024年1390万元"),
    ],
)
def test_what_labels_and_shapes_tell_is_painted_over_in_any_line(text: str, painted: str) -> None:
    assert redacted_line(text, MAPPINGS) == painted


def test_boxes_are_those_of_values_and_of_texts_that_name_somebody() -> None:
    boxes = [(0.0, 10.0 * n, 50.0, 10.0 * n + 9) for n in range(5)]
    texts = ("联系电话", "8765", "8765", "由褚昶璟负责", "数量")
    cells = tuple(Cell(n, 0, text, bbox=boxes[n]) for n, text in enumerate(texts))
    page = Page(1, (Table(cells, 5, 1),), (Line("填报人：褚昶璟", bbox=(0.0, 90.0, 50.0, 99.0)),))
    document = Document("a.pdf", "0", "pdf", (page,))
    told = filing(
        fields=(
            replace(field(1, "contact_phone", "联系电话", "8765"), location="p1 [0.0,10.0,50.0,19.0]"),
            field(2, "preparer", "填报人", "褚昶璟"),
        )
    )
    personal = personal_of([told], MAPPINGS)
    assert list(personal.boxes(document)) == [(1, boxes[1]), (1, boxes[3]), (1, (0.0, 90.0, 50.0, 99.0))]
    (shown,) = personal.document(document).pages
    assert [cell.text for cell in shown.tables[0].cells] == [
        "联系电话",
        PAINTED,
        "8765",
        f"由{PAINTED}负责",
        "数量",
    ]
    assert shown.lines[0].text == f"填报人：{PAINTED}"


def with_people(form: Form) -> tuple[Sheet, list[str]]:
    """A form of a mapping with a marker in each of its personal fields, some in lines and texts around them
    too; and the markers."""
    keys = sorted(form.personal)
    people = {key: person(number)[key.endswith("phone")] for number, key in enumerate(keys)}
    pairs = [(names[0], people[key]) for key, names in form.fields.items() if key in people]
    pairs += [
        (label, " ".join(people.get(key, "13") for key in two))
        for label, two in form.pairs.items()
        if any(key in people for key in two)
    ]
    some = next(iter(people.values()))
    pairs += [("项目概况", f"本项目由{some}负责，按期完成。"), ("审核人员", person(88)[0])]
    rows = [[label, value, "", ""] for label, value in pairs]
    columns = {
        role: names[0] for role, names in form.columns.items() if role in ("level1", "level2", "indicator")
    }
    target = next(
        form.columns[role][0] for role in ("full_year", "half_year", "long_term") if role in form.columns
    )
    head = [*columns.values(), target]
    rows.append(head)
    for names, aim in (
        (("产出指标", "数量指标", "采购图书数量"), "≥300册"),
        (("", "质量指标", f"{some}验收合格率"), "100%"),
    ):
        rows.append([*names[3 - len(columns) :], aim])
    rows += [[f"填报人：{person(89)[0]} 联系电话：{person(89)[1]}", "", "", ""]]
    rows = [[*texts, "", "", ""][:4] for texts in rows]
    cells = [
        FormCell(row, column, text, kind="header" if row == len(pairs) else "text")
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    title = form.titles[0].replace("*", "")
    sheet = Sheet(title, [f"制表：{some}"], cells, [3.0, 4.0, 5.0, 4.0], len(rows))
    sheet.body = list(range(len(pairs), len(rows)))
    return sheet, [*people.values(), *person(88)[:1], *person(89)]


def rendered(sheet: Sheet, format: str) -> bytes:
    rng = Random(format)
    if format == "txt":
        rows = ["\t".join(cell.text for cell in sheet.row(number)) for number in range(sheet.row_count)]
        return "\n".join([sheet.title, *sheet.above, "", *rows, ""]).encode()
    if format == "pdf":
        return printed(sheet)
    return {"docx": docx.render, "xlsx": xlsx.render, "html": web.render}[format]([sheet], Look(), rng)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Every family in every format, with people in every personal field; and the markers."""
    folder = tmp_path_factory.mktemp("people")
    (folder / "in").mkdir()
    markers: set[str] = set()
    for form in FORMS:
        sheet, people = with_people(form)
        markers.update(people)
        for format in FORMATS:
            (folder / "in" / f"{form.id}.{format}").write_bytes(rendered(sheet, format))
    broken = f"填报人：{person(77)[0]} 电话：{person(77)[1]}".encode() + b"\xff\xfe\x81"
    (folder / "in" / "broken.txt").write_bytes(broken)
    return folder, sorted(markers | set(person(77)))


def extract(folder: Path, *options: str) -> tuple[Path, str]:
    out = folder / f"out{'-'.join(options[:1])}"
    command = [sys.executable, "-m", "pipeline.cli", "extract", str(folder / "in"), "-o", str(out), *options]
    run = subprocess.run(command, capture_output=True, cwd=Path(__file__).parents[2], timeout=600)
    assert run.returncode in (0, 1), run.stderr.decode()
    return out, (run.stdout + run.stderr).decode()


def everything(out: Path) -> Iterator[tuple[str, str]]:
    """Name and text of all that is published, and of the log."""
    for path in sorted(out.rglob("*")):
        if path.suffix == ".parquet":
            yield path.name, json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False)
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield path.name, "".join(book.read(name).decode() for name in book.namelist())
        elif path.is_file():
            yield path.name, path.read_bytes().decode("utf-8", "replace")
    log = out.with_name(f"{out.name}.store") / LOG
    if log.is_file():
        yield log.name, log.read_text(encoding="utf-8")


def test_no_byte_of_a_redacted_run_names_anybody(folder: tuple[Path, list[str]]) -> None:
    place, markers = folder
    plain, _ = extract(place)
    published = "".join(text for _, text in everything(plain))
    unseen = {marker for marker in markers if marker not in published}
    assert unseen <= set(person(77))  # so that the search below could find something
    out, said = extract(place, "--redact")
    assert {"index.html", "filings.xlsx", "tidy.csv", LOG} <= {name for name, _ in everything(out)}
    for name, text in [*everything(out), ("terminal", said)]:
        assert [marker for marker in markers if marker in text] == [], name
    for name in TABLES:
        assert pq.read_table(out / f"{name}.parquet").num_rows > 0 or name == "amounts"


def test_what_is_not_personal_is_published_as_without_redaction(folder: tuple[Path, list[str]]) -> None:
    place, _ = folder
    tables = [
        pq.read_table(place / name / "indicators.parquet").to_pylist() for name in ("out", "out--redact")
    ]
    assert len(tables[0]) == len(tables[1]) > 0
    for plain, clean in zip(*tables, strict=True):
        changed = {key for key, value in plain.items() if clean[key] != value}
        assert changed <= {"indicator", "raw"}
        assert not changed or PAINTED in clean["indicator"]
    with (place / "out--redact" / "fields.csv").open(encoding="utf-8-sig", newline="") as file:
        fields = list(csv.DictReader(file))
    personal = [row for row in fields if row["field"] in MAPPINGS.personal]
    assert personal
    assert {row["value"] + row["raw"] for row in personal} == {""}


def test_every_family_has_people_in_it() -> None:
    for form in FORMS:
        sheet, people = with_people(form)
        assert len(people) >= 4, form.id
        text = rendered(sheet, "txt").decode()
        assert all(marker in text for marker in people), form.id


def test_what_was_taken_in_without_redaction_is_made_anew(tmp_path: Path) -> None:
    """Also of files that are gone from the folder; the store is nobody else's."""
    sheet, markers = with_people(FORMS[0])
    files = {"a.txt": rendered(sheet, "txt"), "b.txt": rendered(sheet, "txt") + b"\n"}
    (tmp_path / "in").mkdir()
    for file, data in files.items():
        (tmp_path / "in" / file).write_bytes(data)
    plain, _ = extract(tmp_path)
    assert any(marker in text for _, text in everything(plain) for marker in markers)
    (tmp_path / "in" / "b.txt").unlink()
    store = ("--store", str(tmp_path / "out.store"))
    out, _ = extract(tmp_path, "--redact", *store)
    assert pq.read_table(out / "filings.parquet").num_rows == 2
    assert [name for name, text in everything(out) if any(marker in text for marker in markers)] == []
    assert stat.S_IMODE((tmp_path / "out.store").stat().st_mode) == 0o700
