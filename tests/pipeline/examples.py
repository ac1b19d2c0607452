"""Small forms made by hand, for tests of what happens after normalize."""

from pathlib import Path
from typing import Any

from extract import Document
from normalize.mappings import load
from normalize.model import Amount, Check, Field, Filing, Indicator, Repair
from pipeline import batch
from pipeline.documents import pack
from pipeline.inputs import Found, expand, walk
from pipeline.pool import Here
from pipeline.publish import publish
from pipeline.published import Published
from pipeline.schema import TABLES
from pipeline.store import Key, Store, opened
from pipeline.tables import form_tables
from pipeline.work import Looked, Settings, Taken

SHA256 = "0123456789abcdef" * 4
KEY = Key("readers", "mappings")
PLACE: dict[str, Any] = {"page": 1, "location": "p1 t1 r2 c3", "confidence": 1.0}


def document(source: str = "a/b.txt", sha256: str = SHA256) -> Document:
    return Document(source, sha256, "txt", ())


def indicator(row: int, period: str = "full_year", **given: Any) -> Indicator:
    values: dict[str, Any] = dict.fromkeys(Indicator.__slots__)
    return Indicator(**values | PLACE | {"row": row, "period": period, "raw": f"指标{row}"} | given)


def filing(ordinal: int = 1, **given: Any) -> Filing:
    """A form with a row or two in every table; keyword arguments replace attributes."""
    values: dict[str, Any] = {
        "form": "project_target",
        "title": "项目绩效目标表",
        "region": "苏州市",
        "fiscal_year": 2024,
        "unit_code": None,
        "unit_name": "苏州市教育考试院",
        "project_name": "考试经费",
        "pages": 2,
        "confidence": 0.8,
        "needs_review": True,
        "fields": (
            Field(1, "project_leader", "项目负责人", "张三", "张 三", **PLACE),
            Field(2, "project_overview", "项目概况", "=1+1\n第二行", "=1+1\n第二行", **PLACE),
        ),
        "amounts": (
            Amount(1, "income", "资金总额", None, True, "full_year", 1234.5, "1,234.50", **PLACE),
            Amount(
                2, "income", "一般公共预算资金", "资金总额", False, "full_year", 1234.5, "1,234.50", **PLACE
            ),
        ),
        "indicators": (
            indicator(
                1, "half_year", indicator="考务人数", target="≥50人", comparator="≥", value=50.0, unit="人"
            ),
            indicator(1, indicator="考务人数", target="=80%", comparator="=", value=80.0, unit="%"),
            indicator(
                2, indicator="制度", subprojects=("信息化", "-运维"), qualitative="健全", confidence=0.8
            ),
        ),
        "repairs": (
            Repair("indicators", 2, "indicator", "wrap_joined", "制\n度", "制度", 1.0, 1, "within a phrase"),
            Repair("fields", 1, "value", "wrap_joined", "张 三", "张三", 1.0, 1, "within a phrase"),
        ),
        "checks": (Check("income_total", "fail", "1", "2", "income lines make 1, the total says 2"),),
    }
    return Filing(ordinal=ordinal, **values | given)


def store_file(store: Store, *filings: Filing, source: str = "a/b.txt", sha256: str = SHA256) -> None:
    """Take a file that holds ``filings`` into ``store``, as if it came with a run of its own."""
    run = store.begin_run()
    store.record([Looked(source, source, None, 3, sha256)], {source: "stamp"}, run, KEY)
    read = document(source, sha256)
    of_forms = form_tables(read, filings)
    store.take_in([(Taken(sha256, "ok", None, "txt", len(filings), of_forms, pack(read)), True)], run, KEY)


def all_tables(store: Store) -> dict[str, Any]:
    """All published tables of ``store`` (Arrow, by name)."""
    published = Published(store)
    return {name: published.table(name) for name in TABLES}


def tables(*filings: Filing) -> dict[str, Any]:
    """All published tables of one file that holds ``filings``."""
    with opened(None) as store:
        store_file(store, *filings)
        return all_tables(store)


def published(out: Path, *filings: Filing) -> Path:
    """``out`` after ``filings`` (by default one) were published there."""
    with opened(None) as store:
        store_file(store, *filings or [filing()])
        publish(store, out, "fingerprint-of-mappings", Here(None))
    return out


def taken_in(folder: Path, *, redact: bool = False) -> dict[str, Any]:
    """All published tables (Arrow, by name) of the files in ``folder``, read in this process."""
    with opened(None) as store:
        batch.run(folder, [folder / "out"], store, Here(Settings(load(), redact)), KEY)
        return all_tables(store)


def find(folder: Path, out: Path) -> list[Found]:
    """The sources in ``folder`` but for those in ``out``, by name."""
    found = [one for entry in walk(folder, [out]) for one in expand(entry)]
    return sorted(found, key=lambda one: one.source)
