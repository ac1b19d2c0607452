"""Indicators over the years: what is one series, what is none, and that ids stay."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.mappings import load
from normalize.vocabulary import Vocabulary
from pipeline import published
from pipeline.series import FILING_COLUMNS, INDICATOR_COLUMNS, Link, links, scopes
from pipeline.store import opened
from tests.pipeline import examples

VOCABULARY = Vocabulary(load())
Row = dict[str, Any]


def filing(filing_id: str, year: int | None, **given: Any) -> Row:
    """A filing of one unit, for the whole of it."""
    row = dict.fromkeys(FILING_COLUMNS) | {"filing_id": filing_id, "fiscal_year": year}
    return row | {"form": "department_target", "region": "苏州市", "unit_name": "苏州市电化教育馆"} | given


def indicator(filing_id: str, row: int, name: str | None, **given: Any) -> Row:
    """An indicator that nothing is doubtful about."""
    empty = dict.fromkeys(INDICATOR_COLUMNS)
    return empty | {"filing_id": filing_id, "row": row, "indicator": name, "confidence": 1.0} | given


def drawn(filings: list[Row], indicators: Sequence[Row]) -> list[Link]:
    """The links of all scopes."""
    return [
        link
        for scope in scopes(filings)
        for link in links(
            scope,
            [row for row in indicators if row["filing_id"] in {one["filing_id"] for one in scope}],
            VOCABULARY,
        )
    ]


def found(*indicators: Row, filings: list[Row] | None = None) -> list[set[tuple[str, int]]]:
    """The series of ``indicators``, as sets of filing and row; filings a, b, c are of 2024, 2025, 2026."""
    filings = filings or [filing("a", 2024), filing("b", 2025), filing("c", 2026)]
    series: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for link in drawn(filings, indicators):
        series[link.series_id].add((link.filing_id, link.row))
    return sorted(series.values(), key=sorted)


AB = [{("a", 1), ("b", 1)}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"indicator": "学生满意度"}, {"indicator": "学生的满意度"}),
        ({"indicator": "案件按期办结率"}, {"indicator": "案件办结及时率"}),
        ({"level1": "过程", "level2": "预算执行"}, {"level1": "过程", "level2": "预算管理"}),
        ({"level1": "产出指标", "level2": "成本指标"}, {"level1": "成本指标", "level2": "经济成本指标"}),
        ({"key_task": "保障视频会议正常运行"}, {"key_task": "保障视频会议日常运行"}),
        ({"key_task": "保障视频会议正常运行"}, {"key_task": None}),
        ({"unit": "人"}, {"unit": "人次"}),
        ({"unit": "%"}, {"unit": None}),
    ],
)
def test_one_indicator_in_two_years_is_a_series(one: Row, other: Row) -> None:
    rows = (indicator("a", 1, "活动上座率") | one, indicator("b", 1, "活动上座率") | other)
    assert found(*rows) == AB


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"indicator": "项目开工及时率"}, {"indicator": "项目完工及时率"}),
        ({"indicator": "系统维护数量"}, {"indicator": "系统维护合格率"}),
        ({"indicator": "视频会议系统运维服务人员"}, {"indicator": "视频会议运维服务人员"}),
        ({"key_task": "保障视频会议正常运行"}, {"key_task": "开展信息技术能力大赛"}),
        ({"unit": "%"}, {"unit": "个"}),
        ({"indicator": None}, {"indicator": None}),
        (
            {"indicator": "管理制度健全性", "level2": "财务管理"},
            {"indicator": "管理制度健全性", "level2": "资产管理"},
        ),
    ],
)
def test_two_indicators_are_none(one: Row, other: Row) -> None:
    rows = (indicator("a", 1, "活动上座率") | one, indicator("b", 1, "活动上座率") | other)
    assert found(*rows) == []


TASK = {"key_task": "保障教育系统视频会议正常运行", "level1": "履职", "unit": "人"}


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ({}, {}, True),
        ({"key_task": None}, {}, False),
        ({"key_task": "保障会议正常运行"}, {}, False),  # 系统 is not said
        ({"level1": "效益指标"}, {}, False),
        ({"unit": "次"}, {}, False),
        ({"confidence": 0.89}, {}, False),
        ({"indicator": "视频会议系统与运维服务人员"}, {}, False),
        ({"indicator": "系统视频运维服务人员"}, {}, False),  # another order
        ({"indicator": "视频会议系统运维服务人员数"}, {}, False),
    ],
)
def test_a_name_may_leave_out_what_its_key_task_says(one: Row, other: Row, is_one: bool) -> None:
    rows = (
        indicator("a", 1, "视频会议系统运维服务人员") | TASK | one,
        indicator("b", 1, "视频会议运维服务人员") | TASK | other,
    )
    assert found(*rows) == (AB if is_one else [])
    if is_one:
        assert {link.series_score for link in drawn([filing("a", 1999), filing("b", 2001)], rows)} == {75.0}


def test_opposites_said_by_the_key_task_still_keep_names_apart() -> None:
    task = {"key_task": "开展教师和学生培训"}
    assert found(indicator("a", 1, "教师培训人数") | task, indicator("b", 1, "培训人数") | task) == []


def test_the_project_says_what_a_name_leaves_out() -> None:
    filings = [
        filing(key, year, form="project_target", project_name=f"{year}年公共图书馆开放")
        for key, year in (("a", 2024), ("b", 2025))
    ]
    rows = indicator("a", 1, "公共图书馆接待人次"), indicator("b", 1, "接待人次")
    assert found(*rows, filings=filings) == AB


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ({}, {"form": "department_evaluation"}, True),
        ({}, {"unit_name": " 苏州市电化教育馆（"}, False),
        ({}, {"unit_name": None}, False),
        ({"unit_name": None, "unit_code": "12"}, {"unit_name": None, "unit_code": "12"}, True),
        ({"unit_code": "12"}, {"unit_code": None}, True),
        ({"unit_code": "12"}, {"unit_code": "13"}, False),
        ({"region": None}, {}, True),
        ({"region": "无锡市"}, {}, False),
        ({}, {"fiscal_year": None}, False),
        ({}, {"superseded_by": "c"}, False),
        ({}, {"form": "project_target", "project_name": "信息化"}, False),
        ({"form": "project_target"}, {"form": "project_target"}, False),  # of which project is lost
        ({"form": "unknown"}, {"form": "unknown"}, False),
        (
            {"form": "project_target", "project_name": "2024年信息化建设"},
            {
                "form": "project_evaluation",
                "project_name": "信息化建设（2025年度）".replace("（2025年度）", ""),
            },
            True,
        ),
        (
            {"form": "project_target", "project_name": "信息化建设一期"},
            {"form": "project_target", "project_name": "信息化建设二期"},
            False,
        ),
        (
            {"form": "project_target", "project_name": "2024年"},
            {"form": "department_target", "project_name": None},
            False,
        ),
    ],
)
def test_which_filings_are_of_one_unit(one: Row, other: Row, is_one: bool) -> None:
    filings = [filing("a", 2024) | one, filing("b", 2025) | other]
    rows = indicator("a", 1, "活动上座率"), indicator("b", 1, "活动上座率")
    assert found(*rows, filings=filings) == (AB if is_one else [])


def test_units_of_one_name_in_two_regions_have_series_of_their_own() -> None:
    filings = [
        filing(f"{year}{region}", year, region=region, unit_name="财政局")
        for region in ("苏州市", "无锡市")
        for year in (2024, 2025)
    ] + [filing("x", 2026, region=None, unit_name="财政局")]  # of which of them?
    rows = [indicator(one["filing_id"], 1, "预算执行率") for one in filings]
    series = found(*rows, filings=filings)
    assert series == [{("2024无锡市", 1), ("2025无锡市", 1)}, {("2024苏州市", 1), ("2025苏州市", 1)}]


def test_what_fits_two_equally_well_fits_none() -> None:
    twice = [indicator("b", row, "故障响应及时性") for row in (1, 2)]
    assert found(indicator("a", 1, "故障响应及时性"), *twice) == []
    assert found(*(row | {"filing_id": "a"} for row in twice), *twice) == []
    either = [indicator("b", 1, "故障及时响应率"), indicator("b", 2, "故障按时响应率")]
    assert found(indicator("a", 1, "故障如期响应率"), *either) == []
    under = [row | {"key_task": task} for row, task in zip(twice, ("保障网络运行", "举办大赛"), strict=True)]
    assert found(indicator("a", 1, "故障响应及时性", key_task="保障网络运行"), *under) == AB


def test_the_better_pair_is_joined_and_the_rest_may_be() -> None:
    rows = [
        indicator("a", 1, "案件办结及时率"),
        indicator("a", 2, "案件按期办结率"),
        indicator("b", 1, "案件按时办结率"),
        indicator("b", 2, "案件办结及时率"),
    ]
    assert found(*rows) == [{("a", 1), ("b", 2)}, {("a", 2), ("b", 1)}]


def test_a_series_may_pass_over_a_year_and_holds_targets_and_evaluations() -> None:
    filings = [filing("c", 2026), filing("a", 2024, form="department_evaluation"), filing("b", 2024)]
    rows = [indicator(key, 7, "活动上座率") for key in "abc"]
    assert found(*rows, filings=filings) == [{("a", 7), ("b", 7), ("c", 7)}]


def test_what_is_doubtful_is_joined_by_an_equal_name_alone() -> None:
    doubtful = indicator("b", 1, "活动的上座率", confidence=0.5)
    assert found(indicator("a", 1, "活动上座率"), doubtful) == []
    rows = (
        indicator("a", 1, "活动上座率"),
        doubtful | {"indicator": "活动上座率"},
        indicator("c", 1, "活动的上座率"),
    )
    filings = [filing("a", 2024), filing("b", 2025), filing("c", 2026)]
    assert {link.filing_id: link.series_score for link in drawn(filings, rows)} == {
        "a": 50.0,
        "b": 50.0,
        "c": 90.91,  # as it is to the last row that is sure
    }


def test_the_periods_of_an_indicator_are_one() -> None:
    rows = [indicator(key, 1, "活动上座率", unit="%") for key in "aab"]
    assert found(*rows) == AB


NAMES = [
    "活动上座率",
    "活动的上座率",
    "案件按期办结率",
    "案件办结及时率",
    "案件办结率",
    "接待人次",
    "接待人数",
    "读者接待人次",
]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.sampled_from([None, "甲项工作", "乙种任务"]), st.sampled_from([1.0, 0.7])
    ),
    max_size=6,
)
HISTORY = st.lists(ROWS, min_size=1, max_size=5)


def history(years: list[list[tuple[str, str | None, float]]]) -> tuple[list[Row], list[Row]]:
    filings = [filing(f"f{year}", 2020 + year) for year in range(len(years))]
    rows = [
        indicator(f"f{year}", number, name, key_task=task, confidence=confidence)
        for year, some in enumerate(years)
        for number, (name, task, confidence) in enumerate(some, start=1)
    ]
    return filings, rows


@given(HISTORY, st.randoms(use_true_random=False))
def test_the_order_of_filings_and_rows_does_not_matter(
    years: list[list[tuple[str, str | None, float]]], chance: random.Random
) -> None:
    filings, rows = history(years)
    wanted = drawn(filings, rows)
    chance.shuffle(filings)
    chance.shuffle(rows)
    assert drawn(filings, rows) == wanted


@given(HISTORY)
def test_a_series_has_one_row_of_a_filing_and_two_at_least(
    years: list[list[tuple[str, str | None, float]]],
) -> None:
    filings, rows = history(years)
    found = drawn(filings, rows)
    assert len({(link.filing_id, link.row) for link in found}) == len(found)
    assert all(count == 1 for count in Counter((link.series_id, link.filing_id) for link in found).values())
    assert all(count > 1 for count in Counter(link.series_id for link in found).values())
    assert all(0 < link.series_score <= 100 for link in found)


@given(HISTORY, ROWS)
@settings(max_examples=200)
def test_a_later_year_changes_nothing_of_the_earlier_ones(
    years: list[list[tuple[str, str | None, float]]], later: list[tuple[str, str | None, float]]
) -> None:
    before = drawn(*history(years))
    after = drawn(*history([*years, later]))
    assert set(before) <= set(after)


def test_series_that_begin_alike_have_two_ids() -> None:
    filings = [filing(key, year) for year, key in enumerate("abcd", start=2024)]
    units = {"a": "%", "b": "个", "c": "%", "d": "个"}
    rows = [indicator(key, 1, "示范点", unit=unit) for key, unit in units.items()]
    assert found(*rows, filings=filings) == [{("a", 1), ("c", 1)}, {("b", 1), ("d", 1)}]


def test_an_id_stays_from_release_to_release() -> None:
    rows = indicator("a", 1, "活动上座率"), indicator("b", 1, "活动的上座率")
    (one, _) = drawn([filing("a", 2024), filing("b", 2025)], rows)
    assert one == Link("a", 1, "39e1e7eb7547f821", 90.91)


def test_the_store_publishes_series_of_all_its_filings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "NAMES_AT_ONCE", 1)
    with opened(None) as store:
        for number, (year, project) in enumerate([(2024, "甲"), (2025, "甲"), (2024, "乙"), (2026, "乙")]):
            names = ("考务人数", "考点数量") if year == 2024 else ("考点数", "监考人数")
            rows = tuple(examples.indicator(row, indicator=name) for row, name in enumerate(names, start=1))
            form = examples.filing(fiscal_year=year, project_name=project, indicators=rows)
            examples.store_file(store, form, source=f"{number}.txt", sha256=str(number) * 64)
        tables = examples.all_tables(store)
    for name in ("indicators", "tidy"):
        linked = [row for row in tables[name].to_pylist() if row["series_id"]]
        assert [(row["filing_id"][0], row["row"]) for row in linked] == [
            ("0", 2),
            ("1", 1),
            ("2", 2),
            ("3", 1),
        ]
        assert [linked[0]["series_id"], linked[2]["series_id"]] == [linked[i]["series_id"] for i in (1, 3)]
        assert len({row["series_id"] for row in linked}) == 2
        assert {row["series_score"] for row in linked} == {85.71}


def test_a_filing_that_is_superseded_is_in_no_series() -> None:
    with opened(None) as store:
        for number, year in enumerate([2024, 2025, 2025]):
            rows = (examples.indicator(1, indicator="考务人数"),)
            form = examples.filing(fiscal_year=year, indicators=rows)
            examples.store_file(store, form, source=f"{number}.txt", sha256=str(number) * 64)
        tables = examples.all_tables(store)
    older = [row["filing_id"] for row in tables["filings"].to_pylist() if row["superseded_by"]]
    assert len(older) == 1
    series = {row["filing_id"]: row["series_id"] for row in tables["indicators"].to_pylist()}
    assert [filing_id for filing_id, series_id in series.items() if series_id is None] == older
