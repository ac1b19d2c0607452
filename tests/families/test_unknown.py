"""Forms of families that no mapping knows: what labels and headers tell comes out, and the doubt with it."""

import shutil
from pathlib import Path

import pytest

from normalize import Filing, normalize
from normalize.mappings import FOLDER, Mappings, load
from normalize.model import REVIEW_BELOW
from tests.families.layouts import document, read, sheet, truth

EVALUATIONS = (
    "national_project_evaluation",
    "split_value_evaluation",
    "hunan_fund_evaluation",
    "national_department_evaluation",
)
NO_MAPPING_HAS = """
# 财政资金使用情况考评表
2022年度
钱款名称|<|渔港疏浚工程尾款|<|责任单位|渔业管理处|<
考核大类|考核小类|考核内容|考核目标|实绩|满分|考评得分
产出指标|数量指标|疏浚航道长度|≥3.2公里|3.3公里|20|20
^|^|加固护岸长度|≥860米|872米|10|10
^|质量指标|工程验收合格率|100%|100%|20|20
效益指标|社会效益指标|进出港等候时间缩短|≥20分钟|25分钟|20|20
满意度指标|服务对象满意度指标|渔民满意度|≥90%|94%|10|10
"""


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Mappings:
    """The mappings without those of evaluations, but for Suzhou's."""
    folder: Path = tmp_path_factory.mktemp("mappings") / "mappings"
    shutil.copytree(FOLDER, folder)
    for name in EVALUATIONS:
        (folder / "forms" / f"{name}.yaml").unlink()
    return load(folder)


def names(one: Filing) -> list[tuple[str | None, ...]]:
    return [(row.level1, row.level2, row.indicator, row.target) for row in one.indicators]


@pytest.mark.parametrize(
    "name", ["evaluation_xinjiang_project", "evaluation_hubei_department", "evaluation_guizhou_project"]
)
def test_a_form_whose_mapping_is_missing_gives_its_indicators(name: str, others: Mappings) -> None:
    (one,) = normalize(document(sheet(name)), others)
    wanted = [
        (row["level1"], row["level2"], row["indicator"], row["target"]) for row in truth(name)["indicators"]
    ]
    assert names(one) == wanted
    assert one.needs_review
    told = next(check for check in one.checks if check.check == "labels_known")
    assert told.status != "pass" and "mappings/forms" in told.message


def test_headers_that_no_mapping_has_are_told_by_their_columns() -> None:
    (one,) = normalize(document(read(NO_MAPPING_HAS)), load())
    assert [(row.level2, row.indicator, row.target, row.actual) for row in one.indicators] == [
        ("数量指标", "疏浚航道长度", "≥3.2公里", "3.3公里"),
        ("数量指标", "加固护岸长度", "≥860米", "872米"),
        ("质量指标", "工程验收合格率", "100%", "100%"),
        ("社会效益指标", "进出港等候时间缩短", "≥20分钟", "25分钟"),
        ("服务对象满意度指标", "渔民满意度", "≥90%", "94%"),
    ]
    assert [row.score for row in one.indicators] == [20, 10, 20, 20, 10]
    assert max(row.confidence for row in one.indicators) < 0.97  # each column that was told leaves a doubt
    assert one.form == "unknown" and one.needs_review


def test_columns_that_may_be_another_are_doubted() -> None:
    """Two columns of what can be targets, under headers that say nothing: the one taken may be the other."""
    grid = NO_MAPPING_HAS.replace("考核目标|实绩", "甲栏|乙栏")
    (one,) = normalize(document(read(grid)), load())
    assert [row.target for row in one.indicators][:2] == ["≥3.2公里", "≥860米"]
    assert [row.actual for row in one.indicators][:2] == [None, None]
    assert max(row.confidence for row in one.indicators) < REVIEW_BELOW


def test_what_no_mapping_knows_lands_under_other() -> None:
    (one,) = normalize(document(read(NO_MAPPING_HAS)), load())
    assert {field.label: field.value for field in one.fields} == {
        "钱款名称": "渔港疏浚工程尾款",
        "责任单位": "渔业管理处",
    }
    assert all(field.field.startswith("other:") for field in one.fields)
