"""Every published table and column: the one place that says its name, type, unit, meaning and constraints.

The Arrow schemas and the Frictionless data package come from here; tests hold it against the contract.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import pyarrow as pa

from normalize.model import RepairKind

SCHEMA_VERSION = "1"
LIST_SEPARATOR = "; "
"""What joins a list's members in CSV."""

FORMATS = ("pdf", "scan", "docx", "doc", "wps", "xlsx", "xls", "et", "ofd", "html", "txt")
FORMS = ("project_target", "department_target", "project_evaluation", "department_evaluation", "unknown")
SECTIONS = ("income", "expenditure", "subproject", "funding_source")
AMOUNT_PERIODS = (
    "full_year",
    "half_year",
    "prior_year",
    "current_year",
    "total_investment",
    "initial",
    "executed",
)
INDICATOR_PERIODS = ("full_year", "half_year", "long_term")
COMPARATORS = ("=", "≥", "≤", ">", "<", "range")
REPAIRED_TABLES = ("filings", "fields", "amounts", "indicators")
CHECK_STATUSES = ("pass", "fail", "skipped")
FILE_STATUSES = ("ok", "needs_review", "no_form", "failed", "unsupported")

Type = Literal["string", "integer", "number", "boolean", "list"]
_ARROW: dict[Type, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.string()),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A published column. ``required`` means never null; minimum and maximum belong to the range."""

    name: str
    type: Type
    title: str
    description: str
    required: bool = False
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A published table; ``key`` names the columns that tell its rows apart, where some do."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in published order."""
        return tuple(column.name for column in self.columns)

    @property
    def arrow(self) -> Any:
        """The pyarrow schema, without metadata."""
        return pa.schema(
            pa.field(column.name, _ARROW[column.type], nullable=not column.required)
            for column in self.columns
        )

    def to_arrow(self, rows: list[dict[str, Any]]) -> Any:
        """``rows`` (column → value) as an Arrow table; a value that does not fit raises ``ValueError``."""
        try:
            table = pa.Table.from_pylist(rows, schema=self.arrow)
        except (pa.ArrowException, TypeError, OverflowError) as error:
            raise ValueError(f"a value does not fit the table {self.name}: {error}") from error
        for column in self.columns:
            if column.required and table[column.name].null_count:
                raise ValueError(f"{self.name}.{column.name} must not be null")
        return table


def _text(name: str, title: str, description: str, **constraints: Any) -> Column:
    return Column(name, "string", title, description, **constraints)


def _number(name: str, title: str, description: str, **constraints: Any) -> Column:
    return Column(name, "number", title, description, **constraints)


def _count(name: str, title: str, description: str, **constraints: Any) -> Column:
    return Column(name, "integer", title, description, **({"minimum": 1} | constraints))


def _choice(name: str, title: str, description: str, enum: tuple[str, ...], required: bool = True) -> Column:
    return Column(name, "string", title, description, required=required, enum=enum)


FILING_ID = _text(
    "filing_id",
    "表单编号",
    "First 16 hex digits of the source file's SHA-256, '-', and the 1-based ordinal of the form in that file",
    required=True,
)
ROW = _count("row", "行号", "Counts from 1 per filing and table", required=True)
PAGE = _count("page", "页码", "Printed page on which the row's own text begins", required=True)
LOCATION = _text(
    "location",
    "位置",
    "Where the text is printed: 'p3 [x0,top,x1,bottom]' in points, 'Sheet1!C12', or 'p2 t1 r14 c3'",
    required=True,
)
RAW = _text(
    "raw",
    "原文",
    "The text as read, before any repair; the pieces of a rejoined text stand on lines of their own",
)
CONFIDENCE = _number(
    "confidence",
    "置信度",
    "Estimated chance that the row is right where it is placed and valued; review what is under 0.9",
    required=True,
    minimum=0,
    maximum=1,
)

FILINGS = Table(
    "filings",
    "表单",
    "One row per form",
    (
        FILING_ID,
        _text("source", "来源文件", "Path relative to the input folder, '/'-separated", required=True),
        _text("sha256", "文件校验值", "SHA-256 of the source file, in hex", required=True),
        _choice("format", "文件格式", "Kind of the source file; 'scan' where OCR read a page of it", FORMATS),
        _choice("form", "表单类型", "Kind of the form", FORMS),
        _text("title", "标题", "Title as repaired and rejoined"),
        _text("region", "地区", "Province or city named by the title or the unit"),
        Column("fiscal_year", "integer", "预算年度", "Budget year", minimum=1949, maximum=2200, unit="year"),
        _text("unit_code", "单位代码", "Code of the unit"),
        _text("unit_name", "单位名称", "Name of the unit: 实施单位, 填报单位 or 主管部门"),
        _text("project_name", "项目名称", "Name of the project; null on a whole-department form"),
        _count("pages", "页数", "Printed pages of the form", required=True, minimum=0),
        _text("superseded_by", "被取代", "filing_id of a later upload of the same form, else null"),
        replace(CONFIDENCE, description="The lowest confidence of what the form's rows carry"),
        Column(
            "needs_review",
            "boolean",
            "需复核",
            "A check failed, a confidence is under 0.9, or no mapping knows the form's family",
            required=True,
        ),
    ),
    key=("filing_id",),
)

FIELDS = Table(
    "fields",
    "填报项",
    "One row per labelled field of a form",
    (
        FILING_ID,
        ROW,
        _text("field", "字段", "Key of the field; 'other:<label>' where unknown", required=True),
        _text("label", "标签", "The printed label, as repaired", required=True),
        _text("value", "内容", "The printed value, as repaired; null where left blank"),
        RAW,
        PAGE,
        LOCATION,
        CONFIDENCE,
    ),
    key=("filing_id", "row"),
)

AMOUNTS = Table(
    "amounts",
    "金额",
    "One row per printed amount",
    (
        FILING_ID,
        ROW,
        _choice("section", "部分", "Block of the form in which the amount stands", SECTIONS),
        _text("item", "项目", "Name of the line, as repaired", required=True),
        _text("parent", "上级项目", "The item that this one is a part of; null at the top"),
        Column("is_total", "boolean", "是否合计", "A 合计, 小计 or 资金总额 line", required=True),
        _choice("period", "期间", "What the amount covers", AMOUNT_PERIODS),
        _number("amount", "金额", "The amount, whatever unit the form prints", required=True, unit="万元"),
        RAW,
        PAGE,
        LOCATION,
        CONFIDENCE,
    ),
    key=("filing_id", "row"),
)

INDICATORS = Table(
    "indicators",
    "绩效指标",
    "One row per indicator and period",
    (
        FILING_ID,
        replace(ROW, description="Counts indicators from 1; the periods of one indicator share it"),
        _text("level1", "一级指标", "First-level category, filled down over merged cells"),
        _text("level2", "二级指标", "Second-level category, filled down over merged cells"),
        _text("key_task", "重点工作", "Key task, where the form has it"),
        Column("subprojects", "list", "对应子项目", "The subprojects it belongs to; null where none"),
        _text("indicator", "指标名称", "Name of the indicator, as complete as the source allows"),
        _text("canonical", "规范名称", "Canonical name from the vocabulary; null where none fits"),
        _text("indicator_id", "指标编码", "The vocabulary's stable id of the canonical name"),
        _number("match_score", "匹配分", "How well name and canonical name agree", minimum=0, maximum=100),
        _choice("period", "期间", "Period of the target", INDICATOR_PERIODS),
        _text("target", "目标值", "The target's text, as repaired; null where it is blank or lost"),
        _choice("comparator", "比较符", "Comparator of the target; null where none", COMPARATORS, False),
        _number("value", "数值", "The target's number in `unit`; 万 and 亿 multiplied out, 85% is 85"),
        _number("value_max", "数值上限", "Upper end of the target, where the comparator is 'range'"),
        _text("unit", "计量单位", "Unit of `value`; null where none is printed"),
        _text("qualitative", "定性目标", "The target where it is words"),
        _text("explanation", "指标解释", "Explanation of the indicator"),
        _text("evidence_source", "目标值来源", "Where the target comes from"),
        _text("actual", "实际完成值", "What was reached, as text"),
        _number("actual_value", "实际数值", "What was reached, in `actual_unit`, parsed like a target"),
        _text("actual_unit", "实际计量单位", "Unit of `actual_value`"),
        _number("weight", "分值", "Points that the indicator carries", unit="points"),
        _number("score", "得分", "Points that were given", unit="points"),
        _text("deviation_reason", "偏差原因", "Why the target was missed, and what is done about it"),
        _text(
            "initial_target", "年初指标值", "First target of the year, where an adjusted one is the target"
        ),
        _text(
            "series_id",
            "序列编号",
            "One id for an indicator of a unit (and project) over the years; null where it stands alone",
        ),
        _number(
            "series_score",
            "序列匹配分",
            "How surely it is the same as another row of its series",
            minimum=0,
            maximum=100,
        ),
        replace(RAW, required=True),
        PAGE,
        LOCATION,
        CONFIDENCE,
    ),
    key=("filing_id", "row", "period"),
)

REPAIRS = Table(
    "repairs",
    "修复记录",
    "One row per change made to what was read",
    (
        FILING_ID,
        _choice("table", "表", "Table of the row that was repaired", REPAIRED_TABLES),
        _count("row", "行号", "That row's number in its table", required=True, minimum=0),
        _text("column", "列", "That row's column", required=True),
        _choice("kind", "修复类型", "What was done", get_args(RepairKind)),
        _text("before", "修复前", "The text before the change"),
        _text("after", "修复后", "The text after the change; the same as before where text is lost for good"),
        replace(CONFIDENCE, description="Estimated chance that the change is right"),
        replace(PAGE, description="Printed page of the text that was changed"),
        _text("evidence", "依据", "Why the change was made, and the other possibilities", required=True),
    ),
)

CHECKS = Table(
    "checks",
    "校验",
    "One row per check of a form",
    (
        FILING_ID,
        _text("check", "校验项", "Name of the check", required=True),
        _choice("status", "结果", "Outcome of the check", CHECK_STATUSES),
        _text("expected", "应为", "What the check expects"),
        _text("actual", "实为", "What the form says"),
        _text("message", "说明", "The outcome in words", required=True),
    ),
)

FILES = Table(
    "files",
    "文件",
    "One row per input file, also those that failed",
    (
        _text("source", "来源文件", "Path relative to the input folder, '/'-separated", required=True),
        _text("sha256", "文件校验值", "SHA-256 of the file, in hex; null where it could not be read"),
        _count("bytes", "大小", "Size of the file; null where it could not be read", minimum=0, unit="bytes"),
        _choice("format", "文件格式", "Kind of the file; null where no reader took it", FORMATS, False),
        _choice("status", "状态", "What became of it; 'no_form': read, but no form is in it", FILE_STATUSES),
        _text("error", "问题", "What is wrong and what to do, in one line"),
        _count("forms", "表单数", "Forms found in the file", required=True, minimum=0),
    ),
    key=("source",),
)


ORIGINS = Table(
    "origins",
    "出处",
    "One row per printed text that a published row was made of",
    (
        FILING_ID,
        _choice("table", "表", "Table of the row", REPAIRED_TABLES),
        _count("row", "行号", "That row's number in its table", required=True, minimum=0),
        _text("column", "列", "The column that the text gives it", required=True),
        PAGE,
        LOCATION,
    ),
)

ALTERNATIVES = Table(
    "alternatives",
    "其他可能",
    "One row per other reading of a column of a published row",
    (
        FILING_ID,
        _choice("table", "表", "Table of the row", REPAIRED_TABLES),
        _count("row", "行号", "That row's number in its table", required=True, minimum=0),
        _text("column", "列", "The column that it would stand in", required=True),
        _text("text", "文字", "What it may say", required=True),
        _number("chance", "可能性", "Its chance", required=True, minimum=0, maximum=1),
    ),
)

KEPT = {table.name: table for table in (ORIGINS, ALTERNATIVES)}
"""Tables that stay in the store, for the report and the review."""


def _of_filing(column: Column) -> Column:
    """A filings column as it stands in ``tidy``: one whose name an indicators column has gets a prefix."""
    clash = column.name in INDICATORS.names
    return replace(column, name=f"filing_{column.name}") if clash else column


TIDY_FROM_FILINGS = {column.name: _of_filing(column) for column in FILINGS.columns[1:]}
"""Columns of ``filings`` that ``tidy`` adds to an indicator, by their name in ``filings``.

Both tables have a ``confidence``: the indicator's keeps its name, the form's is ``filing_confidence``."""

TIDY = Table(
    "tidy",
    "整洁总表",
    "Indicators with the columns of their filings, without superseded filings: what most analysts want",
    (*INDICATORS.columns, *TIDY_FROM_FILINGS.values()),
    key=INDICATORS.key,
)

TABLES = {table.name: table for table in (TIDY, FILINGS, FIELDS, AMOUNTS, INDICATORS, REPAIRS, CHECKS, FILES)}
