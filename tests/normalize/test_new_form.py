"""A new province's form is one YAML file and no code."""

import shutil
from pathlib import Path

from normalize.mappings import Mappings, load
from normalize.model import REVIEW_BELOW
from tests.normalize.grids import amounts, fields, filing, filings, kinds, levels, targets

MAPPINGS = Path(__file__).parents[2] / "mappings"
FORM = """
kind: project_target
titles: [专项经费任务书]
fields:
  unit_name: [承担机构]
  project_name: [任务名称]
  competent_department: [归口部门]
  total_score: [自评总分]
  overall_goal: [任务目标]
captions: [任务指标]
amounts:
  - section: funding_source
    captions: [经费来源]
    items: [来源]
    columns: {current_year: [本年经费], prior_year: [去年经费]}
    lines:
      - {item: 经费总计, total: true}
      - {item: 中央补助, parent: 经费总计}
      - {any: true, parent: 经费总计}
indicators:
  columns:
    level1: [指标大类]
    level2: [指标小类]
    indicator: [考核内容]
    half_year: [上半年要求]
    full_year: [全年要求]
"""
GRID = """
    云南省专项经费任务书

    2025年度

    承担机构|昆明市第三中学||归口部门|昆明市教育局
    任务名称|操场修缮|||
    任务目标|修好操场。|||
    自评总|||98|
    经费来源|来源|本年经费|去年经费|
    |经费总计|30|10|
    |中央补|20||
    |学校自筹|10|10|
    指标大类|指标小类|考核内容|上半年要求|全年要求
    产出指标|数量指标|修缮操场面积|≥500平方米|≥1000平方米
    ||修缮跑道长度|≥100米|≥400米
    修缮工程验收合格率|≥90%|≥95%||
    满意度指标|服务对象满意度|家长满意度|≥80%|≥90%
"""


def with_form(folder: Path) -> Mappings:
    """The mappings with one more file."""
    root = shutil.copytree(MAPPINGS, folder / "mappings")
    (root / "forms" / "yunnan_task.yaml").write_text(FORM, encoding="utf-8")
    return load(root)


def test_columns_that_no_mapping_knows_tell_what_they_are() -> None:
    """... and what half their headers say tells the half-year's targets from the year's."""
    (one,) = filings(GRID)
    assert (one.form, one.needs_review) == ("unknown", True)
    assert [
        (row.level2, row.indicator, row.target) for row in one.indicators if row.period == "full_year"
    ] == [
        ("数量指标", "修缮操场面积", "≥1000平方米"),
        ("数量指标", "修缮跑道长度", "≥400米"),
        ("数量指标", "修缮工程验收合格率", "≥95%"),
        ("服务对象满意度", "家长满意度", "≥90%"),
    ]
    assert [row.target for row in one.indicators if row.period == "half_year"][:2] == ["≥500平方米", "≥100米"]


def test_words_and_numbers_alone_are_no_form() -> None:
    assert (
        filings(
            GRID.replace("产出指标", "道路")
            .replace("满意度指标", "桥梁")
            .replace("数量指标", "改建")
            .replace("服务对象满意度", "新建")
        )
        == ()
    )


def test_one_yaml_file_reads_it(tmp_path: Path) -> None:
    one = filing(GRID, mappings=with_form(tmp_path))
    assert (one.form, one.title, one.region) == ("project_target", "云南省专项经费任务书", "云南省")
    assert (one.fiscal_year, one.unit_name, one.project_name) == (2025, "昆明市第三中学", "操场修缮")
    assert fields(one) == {
        "unit_name": "昆明市第三中学",
        "competent_department": "昆明市教育局",
        "project_name": "操场修缮",
        "overall_goal": "修好操场。",
        "total_score": "98",
    }
    assert {key: (a.amount, a.parent) for key, a in amounts(one).items()} == {
        ("经费总计", "current_year"): (30, None),
        ("经费总计", "prior_year"): (10, None),
        ("中央补助", "current_year"): (20, "经费总计"),
        ("学校自筹", "current_year"): (10, "经费总计"),
        ("学校自筹", "prior_year"): (10, "经费总计"),
    }
    assert [(level1, name) for level1, _, name in levels(one)] == [
        ("产出指标", "修缮操场面积"),
        ("产出指标", "修缮跑道长度"),
        ("产出指标", "修缮工程验收合格率"),
        ("满意度指标", "家长满意度"),
    ]
    assert targets(one)["修缮工程验收合格率"] == ("≥90%", "≥95%")


def test_its_damage_is_repaired_by_the_same_means(tmp_path: Path) -> None:
    one = filing(GRID, mappings=with_form(tmp_path))
    assert kinds(one, "fields") == {"label_completed"}
    assert "label_completed" in kinds(one, "amounts", "item")
    assert kinds(one, "indicators") >= {"columns_shifted", "merged_cell_filled"}
    # The form prints no unit for its sums: they want a look.
    assert 0.85 <= min(row.confidence for row in one.amounts) < REVIEW_BELOW


def test_the_forms_that_were_there_are_read_as_before(tmp_path: Path) -> None:
    grid = "苏州市级财政支出项目绩效目标申报表\n\n申报单位名称|某中学|项目名称|修缮\n"
    assert filings(grid, mappings=with_form(tmp_path)) == filings(grid)
    assert len(filings(grid)) == 1
