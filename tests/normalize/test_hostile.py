"""Whatever rows a table prints, in whatever order: normalize comes to an end, and invents nothing."""

from dataclasses import replace
from functools import lru_cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from extract import Cell, Document, Table, read
from normalize import normalize
from normalize.model import REVIEW_BELOW
from tests.normalize.grids import MAPPINGS, document, ruled_filings
from tests.test_golden import SAMPLES


@lru_cache
def sample(number: int) -> Document:
    return read(sorted(SAMPLES.values())[number])


def mauled(table: Table, rng: Random) -> Table:
    """``table`` with rows dropped, doubled, thinned out, pushed aside and filled with other cells."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    lines = list(rows.values())
    texts = [cell.text for cell in table.cells]
    for _ in range(rng.randint(0, 8)):
        at, by = rng.randrange(len(lines)), rng.randint(1, 3)
        line = lines[at]
        lines[at] = rng.choice(
            [
                [cell for cell in line if rng.random() < 0.6],
                [replace(cell, column=cell.column + by) for cell in line],
                [replace(cell, text=rng.choice(texts)) if rng.random() < 0.3 else cell for cell in line],
            ]
        )
        lines.insert(rng.randrange(len(lines)), line)
    cells = tuple(replace(cell, row=row) for row, line in enumerate(lines) for cell in line)
    return replace(table, cells=cells, row_count=len(lines), column_count=99)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2), st.integers(0, 2**32))
def test_mauled_tables_are_read_to_the_end(number: int, seed: int) -> None:
    whole, rng = sample(number), Random(seed)
    pages = tuple(
        replace(page, tables=tuple(mauled(table, rng) for table in page.tables)) for page in whole.pages
    )
    for filing in normalize(replace(whole, pages=pages), MAPPINGS):
        assert all(0 <= row.confidence <= 1 for row in filing.indicators)
        assert len({(row.row, row.period) for row in filing.indicators}) == len(filing.indicators)


def test_a_row_of_very_many_cells_is_read_in_no_time() -> None:
    wide = "|".join(f"文字{number}" for number in range(60))
    head = "一级指标|二级指标|三级指标|半年指标值|全年指标值"
    row = "决策|计划制定|工作计划制定健全性|健全|健全"
    grid = f"{head}\n{row}\n{wide}\n"
    (filing,) = normalize(
        document("苏州市市级部门整体预算绩效目标表\n单位名称|苏州市某局\n" + grid), MAPPINGS
    )
    assert filing.indicators[0].indicator == "工作计划制定健全性"


def test_a_header_whose_columns_print_something_else_is_none() -> None:
    rows = """
        项目支出绩效目标表
        绩效指标 | 一级指标 | 二级指标 | 三级指标 | ≥1.8TB | 5 lass="target">≥2次 | 6
        ^ | 主管部门及代码 | [173]海洋科学研究院 | < | < | 实施单位 | 近海生态研究所
        ^ | 更新观测设备数量 | ≥12台 | 5<-td> | | |
        ^ | 更新观测设备数量 | ≥12台 | 5 | | |
        ^ | 新增观测数据量 | ≥1.8TB | 5 | | |
        ^ | 更新观测设\x0b��数量 | ≥12台 | 5 | | |
        ^ | 新增观测数据量 | ≥1.8TB | 5 | | |
        ^ | 质量指标 | 观测数据有效率 | ≥95% | 6 | |
        设备验收合格率 | ^ | 100% | 6 | | |
    """
    assert all(row.confidence < REVIEW_BELOW for one in ruled_filings(rows) for row in one.indicators)
