"""Mappings are data that people edit: what they write wrong is named, with its file and line."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from normalize.mappings import MappingError, fold, is_unit, load

SHIPPED = Path(__file__).parents[2] / "mappings"
DEPARTMENT = "forms/suzhou_department_target.yaml"
PROJECT = "forms/suzhou_project_target.yaml"
NATIONAL = "forms/national_project_target.yaml"
SHEET = "forms/yunnan_budget_sheet.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped mappings, to be edited."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "mappings"))


def replaced(path: Path, old: str, new: str) -> int:
    """The line of the first ``old`` in a file, which becomes ``new``."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    return text.count("\n", 0, text.index(old)) + 1


FAULTS = [
    # file, what stands there, what a person writes instead, the message
    (DEPARTMENT, "kind: department_target", "kind: department", "unknown kind 'department'"),
    (DEPARTMENT, "kind: department_target\n", "", "key 'kind' is missing"),
    (DEPARTMENT, "kind: department_target", "knid: department_target", "unknown key 'knid'"),
    (DEPARTMENT, "captions: [部门整体资金（万元）", "captions: [", "is no valid YAML"),
    (DEPARTMENT, "personal: [unit_head, preparer, contact_phone]", "personal: unit_head", "is no list"),
    (
        DEPARTMENT,
        "[unit_head, preparer, contact_phone]",
        "[head]",
        "personal field 'head' is none of the form's",
    ),
    (DEPARTMENT, "  preparer: [填报人]", "  preparer: [年度目标]", "label '年度目标' stands twice"),
    (DEPARTMENT, "  preparer: [填报人]", "  preparer: [年度 目标：]", "label '年度 目标：' stands twice"),
    (DEPARTMENT, "  preparer: [填报人]", "  Preparer: [填报人]", "field 'Preparer' is no key"),
    (DEPARTMENT, "  preparer: [填报人]", "  preparer: [2024]", "is no text"),
    (DEPARTMENT, "  preparer: [填报人]", "  preparer: ['']", "is empty"),
    (DEPARTMENT, "  preparer: [填报人]", "  unit_head: [填报人]", "key 'unit_head' stands twice"),
    (DEPARTMENT, "- section: income", "- section: incomes", "unknown section 'incomes'"),
    (DEPARTMENT, "columns: {full_year: [全年预算数", "columns: {year: [全年预算数", "unknown period 'year'"),
    (DEPARTMENT, "{item: 资金总额, total: true}", "{item: 资金总额, total: 是}", "is neither true nor false"),
    (DEPARTMENT, "{item: 小计, parent", "{item: 资金总额, parent", "line '资金总额' stands twice"),
    (DEPARTMENT, "{item: 小计, parent: 财政拨款", "{item: 小计, parent: 拨款", "unknown parent '拨款'"),
    (DEPARTMENT, "{any: true, parent: 项目支出}", "{any: false}", "any is false"),
    (DEPARTMENT, "    key_task: [重点工作", "    task: [重点工作", "unknown key 'task'"),
    (DEPARTMENT, "    key_task: [重点工作", "    key_task: [二级指标", "header '二级指标' stands twice"),
    (PROJECT, "items: [子项目名称]", "items: 子项目名称", "is no list"),
    (PROJECT, "items: [子项目名称]", "items: [预算金额]", "header '预算金额' stands twice"),
    (
        NATIONAL,
        "[project_leader, contact_phone]\n  项",
        "[project_leader]\n  项",
        "a pair is two of the form's",
    ),
    (
        NATIONAL,
        "[project_leader, contact_phone]\n  项",
        "[leader, phone]\n  项",
        "a pair is two of the form's",
    ),
    (NATIONAL, "  联系人及电话: [", "  项目名称: [", "label '项目名称' stands twice"),
    (NATIONAL, "    period: full_year", "    period: year", "unknown period 'year'"),
    (DEPARTMENT, "- section: income", "- period: full_year\n    section: income", "columns or one period"),
    (NATIONAL, "total: true, period: total_investment", "total: true, period: term", "unknown period 'term'"),
    (NATIONAL, "    long_term: [长期绩效指标", "    term: [长期绩效指标", "unknown key 'term'"),
    (NATIONAL, "    full_year: [年度绩效指标", "    full_year: [长期绩效指标", "'长期绩效指标' stands twice"),
    (NATIONAL, "  total: [总分, 合计", "  total: [总分, 总分", "name '总分' stands twice"),
    (SHEET, "    project_name: [", "    project: [", "unknown key 'project'"),
    ("words.yaml", "totals: [", "sums: [", "unknown key 'sums'"),
    ("words.yaml", "typed_heads: [", "heads: [", "unknown key 'heads'"),
    ("words.yaml", "  - [开工, 完工, 竣工]", "  - [开工]", "sets no words against each other"),
    ("words.yaml", "  - [开工, 完工, 竣工]", "  - [开工, 开工]", "word '开工' stands twice"),
    ("levels.csv", "1,投入,", "3,投入,", "unknown level '3'"),
    ("levels.csv", "1,投入,", "1,,", "column 'name' is empty"),
    ("levels.csv", "1,过程,", "1,过程,投入", "level 1 has the parent '投入'"),
    ("levels.csv", "2,资金落实,投入", "2,资金落实,投人", "unknown parent '投人'"),
    ("levels.csv", "2,资金落实,投入", "2,项目立项,投入", "level '2 投入 项目立项' stands twice"),
    ("levels.csv", "level,name,", "level,title,", "unknown column 'title'"),
    ("levels.csv", "level,name,parent,aliases,cues", "level,name,parent,aliases", "column 'cues' is missing"),
    ("levels.csv", "投入指标", "决策", "alias '决策' stands for '决策' already"),
    ("levels.csv", "投入指标", "投入指标|", "has an empty part"),
    ("indicators.csv", "JX0002,", "JX0001,", "id 'JX0001' stands twice"),
    ("indicators.csv", "JX0002,", "2,", "id '2' is none"),
    (
        "indicators.csv",
        "JX0002,绩效目标合理性",
        "JX0002,项目立项规范性",
        "indicator '项目立项规范性 (投入/项目立项)'",
    ),
    ("indicators.csv", "JX0002,绩效目标合理性", "JX0002,", "column 'name' is empty"),
    ("indicators.csv", "合理性,,投入,项目立项", "合理性,,投人,项目立项", "unknown level1 '投人'"),
    ("indicators.csv", "合理性,,投入,项目立项", "合理性,,投入,立项", "unknown level2 '立项' under 投入"),
    (
        "indicators.csv",
        "合理性,,投入,项目立项,,none",
        "合理性,,投入,项目立项,斗升,none",
        "unknown unit '斗升'",
    ),
    ("indicators.csv", "合理性,,投入,项目立项,,none", "合理性,,投入,项目立项,,up", "unknown direction 'up'"),
    ("indicators.csv", "财预〔2013〕53号 附件1,yes", ",yes", "column 'source' is empty"),
    ("indicators.csv", "附件1,yes", "附件1,是", "unknown confirmed '是'"),
    ("indicators.csv", "附件1,yes", "附件1,yes,", "has 12 cells, the header 11"),
    (
        "indicators.csv",
        "合理性,,投入",
        "合理性,资金到位率,投入",
        "alias '资金到位率' stands for '资金到位率' already",
    ),
    ("units.csv", "‰,千分比", "‰,%|千分比", "unit '%' stands twice"),
    ("units.csv", "%,百分比", '"%,百分比', "is no valid CSV"),
    ("units.csv", ",money,0.0001", ",money,", "factor '' is wrong"),
    ("units.csv", ",money,0.0001", ",money,-1", "factor '-1' is wrong"),
    ("units.csv", ",money,0.0001", ",coin,", "unknown kind 'coin'"),
    ("units.csv", "公顷,,area,", "公顷,,area,1", "factor '1' is wrong"),
    ("regions.csv", "苏州市,江苏省,city", "苏州市,江苏,city", "unknown parent '江苏' of a city"),
    ("regions.csv", "苏州市,江苏省,city", "苏州市,江苏省,town", "unknown level 'town'"),
    ("regions.csv", "宿迁市,江苏省,city", "南京市,江苏省,city", "region '江苏省 南京市' stands twice"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS)
def test_a_fault_is_named_with_its_file_and_line(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    line = replaced(folder / file, old, new)
    with pytest.raises(MappingError) as caught:
        load(folder)
    error = caught.value
    assert error.path == folder / file
    assert message in error.message
    assert error.line == line
    assert str(error) == f"{error.path}:{error.line}: {error.message}"


@pytest.mark.parametrize("file", ["levels.csv", "indicators.csv", "units.csv", "regions.csv", "words.yaml"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(MappingError, match="is missing; put the file back") as caught:
        load(folder)
    assert caught.value.path == folder / file


def test_a_folder_without_forms_is_named(folder: Path) -> None:
    shutil.rmtree(folder / "forms")
    with pytest.raises(MappingError, match="holds no form"):
        load(folder)


def test_a_form_whose_file_ends_otherwise_is_named(folder: Path) -> None:
    (folder / PROJECT).rename(folder / "forms" / "project.yml")
    with pytest.raises(MappingError, match=r"project\.yml:1: .*\.yaml"):
        load(folder)


def test_a_table_saved_by_a_spreadsheet_is_read_and_one_in_another_encoding_named(folder: Path) -> None:
    path = folder / "regions.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load(folder).regions == load().regions
    path.write_bytes("name,parent,level\n北京市,,province\n".encode("gb18030"))
    with pytest.raises(MappingError, match=r"regions\.csv:2: is not UTF-8"):
        load(folder)


def test_the_fingerprint_changes_with_every_file_and_with_nothing_else(folder: Path) -> None:
    before = load(folder).fingerprint
    assert before == load().fingerprint
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".csv", ".yaml")):
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert load(folder).fingerprint != before, path.name
        path.write_bytes(content)
        assert load(folder).fingerprint == before
    (folder / PROJECT).rename(folder / "forms" / "renamed.yaml")
    assert load(folder).fingerprint != before


def test_a_new_form_is_one_file(folder: Path) -> None:
    form = """\
kind: project_evaluation
titles: [项目支出绩效自评表]
fields: {project_name: [项目名称], implementing_unit: [实施单位]}
indicators:
  columns: {level1: [一级指标], indicator: [三级指标], full_year: [年度指标值], actual: [实际完成值]}
"""
    (folder / "forms" / "national.yaml").write_text(form, encoding="utf-8")
    mappings = load(folder)
    assert len(mappings.forms) == len(load().forms) + 1
    (new,) = (form for form in mappings.forms if form.id == "national")
    assert (new.kind, new.amounts, new.personal) == ("project_evaluation", (), frozenset())
    assert list(new.columns) == ["level1", "indicator", "full_year", "actual"]


def test_headers_of_two_periods_side_by_side_may_be_equal(folder: Path) -> None:
    replaced(folder / DEPARTMENT, "half_year: [半年指标值, 半年目标值]", "half_year: [指标值]")
    assert load(folder)


def test_the_shipped_vocabulary_holds_together() -> None:
    mappings = load()
    places = Counter((fold(row.name), row.level1, row.level2) for row in mappings.indicators)
    assert max(places.values()) == 1
    first = {level.name for level in mappings.levels if level.level == 1}
    second = {(level.parent, level.name) for level in mappings.levels if level.level == 2}
    assert {parent for parent, _ in second} <= first
    assert {(row.level1, row.level2) for row in mappings.indicators if row.level2} <= second
    assert all(row.unit == "%" for row in mappings.indicators if row.formula)


def test_names_that_look_alike_stay_apart_and_synonyms_together() -> None:
    names = {alias: row.name for row in load().indicators for alias in (row.name, *row.aliases)}
    assert names["预决算信息公开性"] == names["预决算信息公开度"]
    assert names["财政供养人员控制率"] == names["在职人员控制率"]
    assert names["支付进度率"] == names["支付进度符合率"]
    assert names["三公经费变动率"] == names["“三公经费”变动率"] != names["“三公经费”控制率"]
    assert names["预算执行率"] != names["预算完成率"]
    assert names["完成及时率"] != names["完成及时性"]
    assert names["政府采购规范性"] != names["政府采购执行率"]


def test_personal_fields_are_those_of_all_forms() -> None:
    mappings = load()
    assert mappings.personal == frozenset().union(*(form.personal for form in mappings.forms))
    assert {"project_leader", "contact_phone"} <= mappings.personal


def test_units_turn_money_into_wan_and_compounds_are_known_by_rule() -> None:
    units = load().units
    factors = {unit.unit: unit.factor for unit in units if unit.factor}
    assert factors["元"] == 0.0001
    assert factors["万元"] == 1
    assert factors["亿元"] == 10000
    assert all(map(lambda text: is_unit(text, units), ("%", "百分比", "次/年", "元/生/年", "人/次")))
    assert not any(map(lambda text: is_unit(text, units), ("", "斗升", "次/", "次/斗升")))


def test_regions() -> None:
    levels = {region.name: region.level for region in load().regions}
    assert Counter(levels.values())["province"] == 34
    assert (levels["江苏省"], levels["苏州市"], levels["昆山市"]) == ("province", "city", "county")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("项目 名称：", "项目名称"),
        ("预算\n金额（万元）", "预算金额(万元)"),
        ("『三公经费』变动率", '"三公经费"变动率'),
        ("“三公经费”变动率", '"三公经费"变动率'),
        ("ＡＢ１２％　", "AB12%"),
        ("::", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded
