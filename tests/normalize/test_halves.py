"""Halves of pages: found by the two sides of a header, paired in their order, and found nowhere else."""

import pytest

from normalize.halves import Halves, find_halves
from normalize.pages import rejoin
from tests.normalize.grids import MAPPINGS, rows

LEFT = "一级指标|二级指标|\n决策|计划制定|\n过程|预算执行|\n"
RIGHT = "三级指标|半年指标值|全年指标值\n中长期规划制定健全性|健全|健全\n预算调整率|=0%|=0%\n"
WHOLE = "一级指标|二级指标|三级指标|全年指标值\n过程|预算执行|预算调整率|=0%\n"


def found(*pages: str) -> Halves | None:
    """How the pages were cut."""
    return find_halves(rows(*(page + "\n" for page in pages)), MAPPINGS.forms)


def test_halves_are_found_by_their_headers() -> None:
    halves = found("单位名称||\n" + LEFT, "某中学||\n" + RIGHT)
    assert halves and halves.pages == ((1, 2),)
    assert halves.left_roles == {"level1", "level2"} and halves.form.kind == "department_target"


def test_names_may_be_on_the_left() -> None:
    halves = found(
        "一级指标|二级指标|三级指标\n过程|预算执行|预算调整率\n", "半年指标值|全年指标值\n=0%|=5%\n"
    )
    assert halves and halves.left_roles == {"level1", "level2", "indicator"}


def test_pages_are_paired_in_their_order() -> None:
    halves = found(
        LEFT, "|预算管理|\n|资产管理|\n", RIGHT, "资金使用合规性|合规|合规\n固定资产利用率|=1%|=1%\n"
    )
    assert halves and halves.pages == ((1, 3), (2, 4))


@pytest.mark.parametrize(
    "pages",
    [
        (WHOLE,),
        (WHOLE, WHOLE),
        (LEFT,),
        (LEFT, LEFT),
        (RIGHT, LEFT),
        (LEFT, "单位名称|某中学|\n"),
        ("单位名称|某中学\n", "年度目标|办好学校\n"),
    ],
    ids=[
        "one page",
        "two whole pages",
        "no right",
        "twice left",
        "right first",
        "no right header",
        "no table",
    ],
)
def test_halves_are_found_nowhere_else(pages: tuple[str, ...]) -> None:
    assert found(*pages) is None
    read = rows(*(page + "\n" for page in pages))
    assert rejoin(read, MAPPINGS) == read
