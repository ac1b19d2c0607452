"""Names against the vocabulary: what is one thing comes together, what is two stays apart."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.mappings import CanonicalIndicator, load
from normalize.vocabulary import Match, Printed, Vocabulary

MAPPINGS = load()
VOCABULARY = Vocabulary(MAPPINGS)
LEVELS = {name for level in MAPPINGS.levels for name in (level.name, *level.aliases)}
FIXED = {label for form in MAPPINGS.forms for label in form.fixed}


def canonical(name: str, level1: str | None = None, level2: str | None = None) -> str | None:
    match = VOCABULARY.match(name, level1, level2)
    return match.canonical if match else None


def row(number: int, name: str, **given: Any) -> CanonicalIndicator:
    """A row of a vocabulary made for a test."""
    empty = replace(
        MAPPINGS.indicators[0], aliases=(), level1="", level2="", definition="", formula="", source=""
    )
    return replace(empty, id=f"T{number:04}", name=name, **given)


def vocabulary(*rows: CanonicalIndicator) -> Vocabulary:
    return Vocabulary(replace(MAPPINGS, indicators=rows))


def test_every_name_is_known_and_matched_where_it_stands() -> None:
    for entry in MAPPINGS.indicators:
        assert entry in VOCABULARY.known(entry.name) or entry.name in LEVELS
        assert VOCABULARY.match(entry.name, entry.level1, entry.level2) == Match(entry.name, entry.id, 100.0)


def test_the_name_of_a_level_is_not_known_but_matched() -> None:
    assert VOCABULARY.known("社会效益") == ()
    assert canonical("社会效益", "效果", "项目效益") == "社会效益"
    assert VOCABULARY.completions("服务对象满意度") == ()  # a level, not a cut 社会公众或服务对象满意度


def test_every_alias_is_matched() -> None:
    names = {entry.name for entry in MAPPINGS.indicators}
    for entry in MAPPINGS.indicators:
        for alias in entry.aliases:
            match = VOCABULARY.match(alias, entry.level1, entry.level2)
            assert match and (match.canonical == entry.name or alias in names)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("预决算信息公开性", "预决算信息公开度"),
        ("支付进度率", "支付进度符合率"),
        ("财政供养人员控制率", "在职人员控制率"),
        ("三公经费变动率", "“三公经费”变动率"),
        ("『三公经费』变动率", "“三公经费”变动率"),
        ('"三公经费"控制率', "“三公经费”控制率"),
        ("预算 执行\n率", "预算执行率"),
    ],
)
def test_aliases_and_quotes(name: str, wanted: str) -> None:
    assert canonical(name) == wanted
    assert VOCABULARY.known(name)[0].name == wanted


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("政府采购规范性", "政府采购执行率"),
        ("预算执行率", "预算完成率"),
        ("“三公经费”变动率", "“三公经费”控制率"),
        ("完成及时率", "完成及时性"),
        ("结转结余率", "结转结余变动率"),
        ("资产管理规范性", "资产管理安全性"),
        ("项目管理制度健全性", "项目管理制度执行规范性"),
        ("开工及时率", "完工及时率"),
        ("合格率", "达标率"),
        ("普及率", "普率"),
        ("工作计划制定健全性", "计划制定健全性"),
        ("党员和群众满意度", "党员群众满意度"),
        ("制度制定、执行有效性", "制度制定执行有效性"),
        ("教师对学生满意度", "教师学生满意度"),
        ("固定资产利用率", "固定资产利用情况"),
    ],
)
def test_two_things_stay_apart(name: str, other: str) -> None:
    for one, two in ((name, other), (other, name)):
        match = vocabulary(row(1, one)).match(two, None, None)
        assert match is None, match
    assert canonical(name) in (None, name)
    assert canonical(other) in (None, other)


@pytest.mark.parametrize(
    "name",
    [
        "视频会议续保完成率",
        "信息化项目验收合格率",
        "固定资产利用情况报告",
        "预算执行",
        "非税收入完成率",
        "满意",
        "",
        "率",
        "。",
    ],
)
def test_extra_words_that_change_the_object_match_nothing(name: str) -> None:
    assert canonical(name) is None


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("组织建设及时完成率", "组织建设工作及时完成率"),
        ("业务学习和培训及时完成率", "业务学习与培训及时完成率"),
        ("业务学习、培训及时完成率", "业务学习与培训及时完成率"),
        ("资金使用的合规性", "资金使用合规性"),
        ("固定资产的利用率", "固定资产利用率"),
    ],
)
def test_function_words_do_not_matter(name: str, wanted: str) -> None:
    match = VOCABULARY.match(name, None, None)
    assert match and match.canonical == wanted
    assert 80 <= match.score < 98


def test_opposites_of_the_mappings_keep_names_apart() -> None:
    rows = (row(1, "学习与培训完成率"),)
    assert Vocabulary(replace(MAPPINGS, indicators=rows)).match("学习和培训完成率", None, None)
    words = replace(MAPPINGS.words, opposites=(("学习与培训", "学习和培训"),))
    assert not Vocabulary(replace(MAPPINGS, indicators=rows, words=words)).match(
        "学习和培训完成率", None, None
    )


def test_level2_then_level1_decides_between_rows_of_one_name() -> None:
    names = vocabulary(
        row(1, "预算执行率", level1="投入", source="甲"),
        row(2, "预算执行率", level1="过程", level2="资金管理", source="乙"),
        row(3, "预算执行率", level1="过程", level2="预算执行", source="丙"),
    )
    assert names.match("预算执行率", "过程", "预算执行") == Match("预算执行率", "T0003", 100.0)
    assert names.match("预算执行率", "产出", "预算执行") == Match("预算执行率", "T0003", 100.0)
    assert names.match("预算执行率", "投入指标", None) == Match("预算执行率", "T0001", 100.0)
    assert names.match("预算执行率", "过程", "别的") == Match("预算执行率", "T0002", 95.0)
    assert names.match("预算执行率", None, None) == Match("预算执行率", "T0001", 95.0)


def test_a_name_that_one_framework_uses_twice_is_left_open_without_its_level() -> None:
    names = vocabulary(
        row(1, "管理制度健全性", level2="业务管理", source="甲", definition="业务制度"),
        row(2, "管理制度健全性", level2="财务管理", source="甲", definition="财务制度"),
    )
    assert names.match("管理制度健全性", None, None) is None
    assert names.match("管理制度健全性", None, "财务管理") == Match("管理制度健全性", "T0002", 100.0)


def test_a_name_of_several_bases_is_left_open_without_its_level() -> None:
    share, change = ("产出", "职责履行"), ("产出", "项目产出")
    assert VOCABULARY.match("完成及时率", "产出指标", "时效指标") is None
    assert {VOCABULARY.match("完成及时率", *share), VOCABULARY.match("完成及时率", *change)} == {
        Match("完成及时率", "JX0042", 100.0),
        Match("完成及时率", "JX0013", 100.0),
    }
    assert canonical("成本节约率", "产出指标", "成本指标") == "成本节约率"  # one base in both frameworks


def test_the_printed_names_of_a_level_are_one_level() -> None:
    names = vocabulary(
        row(1, "环境改善率", level1="效益指标", level2="社会效益", source="甲"),
        row(2, "环境改善率", level1="效益指标", level2="生态效益", source="乙"),
    )
    for level2 in ("生态效益", "生态效益指标", "环境效益", "生态环境效益指标"):
        assert names.match("环境改善率", None, level2) == Match("环境改善率", "T0002", 100.0), level2
    assert names.match("环境改善率", None, "社会效益目标") == Match("环境改善率", "T0001", 100.0)
    assert names.match("环境改善率", "效益指标", None) == Match("环境改善率", "T0001", 95.0)


def same(one: str, other: str, level2: str | None = None, other_level2: str | None = None) -> float:
    return VOCABULARY.same(Printed(one, None, level2), Printed(other, None, other_level2 or level2))


@pytest.mark.parametrize(
    ("one", "other", "level2", "other_level2", "low", "high"),
    [
        ("线上教育名师直播课", "线上教育名师直播课", None, None, 100, 100),
        ("绿地养护面积（公顷）", "绿地养护面积", None, None, 97, 97),
        ("绿地养护面积（公顷）", "绿地养护面积（亩）", None, None, 97, 97),
        ("绿地养护面积（公顷）", "绿地养护面积（米）", None, None, 0, 0),
        ("名师直播课的按时开课率", "名师直播课开课及时率", None, None, 80, 97),
        ("视频会议系统运维服务人员", "视频会议运维服务人员", None, None, 0, 0),
        ("开工及时率", "按期开工率", None, None, 98, 98),
        ("开工及时率", "完工及时率", None, None, 0, 0),
        ("资金使用合规性", "资金使用合规性", "资金管理", "预算管理", 100, 100),
        ("管理制度健全性", "管理制度健全性", "资产管理", "财务管理", 0, 0),
        ("管理制度健全性", "管理制度健全性", "文档管理", "财务管理", 0, 0),
        ("管理制度健全性", "管理制度健全性", "文档管理", "档案管理", 0, 0),
        ("管理制度健全性", "管理制度健全性", "文档管理", "文档管理", 100, 100),
        ("管理制度健全性", "资产管理制度健全性", "资产管理", None, 98, 100),
        ("完成及时率", "完成及时率", "项目产出", "职责履行", 0, 0),
        ("预算执行率", "预算完成率", "预算执行", None, 0, 0),
    ],
)
def test_how_surely_two_printed_names_are_one(
    one: str, other: str, level2: str | None, other_level2: str | None, low: float, high: float
) -> None:
    assert low <= same(one, other, level2, other_level2) <= high
    assert same(other, one, other_level2 or level2, level2) == same(one, other, level2, other_level2)


def test_a_name_that_has_the_form_of_two_is_left_open() -> None:
    one, two = row(1, "按时结题率", aliases=("结题按时率",)), row(2, "结题及时率")
    assert vocabulary(one).match("如期结题率", None, None) == Match("按时结题率", "T0001", 80.0)
    assert vocabulary(one, two).match("如期结题率", None, None) is None


def test_a_name_may_be_printed_with_its_level() -> None:
    assert canonical("财务管理制度健全性", "过程", "财务管理") == "管理制度健全性"
    match = VOCABULARY.match("业务管理制度健全性", "过程", None)
    assert match == Match("管理制度健全性", "JX0006", 98.0)


@pytest.mark.parametrize(
    ("unit", "name", "matched"),
    [
        ("%", "培训合格率（%）", True),
        ("%", "培训合格率%", True),
        ("%", "培训合格率(百分比)", True),
        ("%", "培训的合格率（％）", True),
        ("%", "培训合格率（人）", False),
        ("%", "培训合格率（含补考）", False),
        ("%", "培训合格率%%", False),
        ("人", "培训合格率（万人）", True),
        ("人", "培训合格率（人次）", False),
        ("亩", "培训合格率（万亩）", True),
        ("亩", "培训合格率（平方米）", True),
        ("亩", "培训合格率（米）", False),
        ("元/人", "培训合格率（元/人）", True),
        ("元/人", "培训合格率（元）", False),
        ("", "培训合格率（%）", True),
        ("", "培训合格率（年中）", False),
        ("%", "（%）", False),
    ],
)
def test_a_unit_printed_behind_a_name_must_be_its_own(unit: str, name: str, matched: bool) -> None:
    match = vocabulary(row(1, "培训合格率", unit=unit)).match(name, None, None)
    assert bool(match) is matched
    assert not match or match.score <= 97


@pytest.mark.parametrize(
    ("cut", "wanted"),
    [
        ("业务学习与培训及时完成", ("业务学习与培训及时完成率",)),
        ("纪检监察工作有", ("纪检监察工作有效性",)),
        ("三公经费”变动", ("“三公经费”变动率",)),
        ("长期规划制定健全性", ("中长期规划制定健全性",)),
        ("预算执行率", ()),  # known
        ("预算", ()),  # too short
        ("在职人员", ("在职人员控制率",)),
        ("预算执行", ("预算执行率",)),  # a level too, but none that says what is measured
        ("活动上座", ()),
    ],
)
def test_completions(cut: str, wanted: tuple[str, ...]) -> None:
    assert VOCABULARY.completions(cut) == wanted


def test_completions_name_all_that_may_be_meant_once() -> None:
    rows = (row(1, "质量达标率"), row(2, "质量达标数"), row(3, "质量达标数", level2="项目管理"))
    names = vocabulary(*(replace(entry, level1="过程") for entry in rows))
    assert names.completions("质量达标") == ("质量达标数", "质量达标率")


def test_completions_name_much_longer_ones_too_where_a_nearer_one_is_there() -> None:
    near, far = row(1, "预算完成率", level1="过程"), row(2, "非税收入预算完成率", level1="过程")
    assert vocabulary(near).completions("算完成率") == ("预算完成率",)
    assert vocabulary(near, far).completions("算完成率") == ("非税收入预算完成率", "预算完成率")
    assert vocabulary(far).completions("完成率") == ()


def test_names_that_authors_choose_freely_complete_nothing() -> None:
    for level1, wanted in (("过程", ("培训人员合格率",)), ("产出指标", ())):
        assert vocabulary(row(1, "培训人员合格率", level1=level1)).completions("培训人员合格") == wanted


@given(
    st.sampled_from([entry.name for entry in MAPPINGS.indicators if entry.level1 in FIXED]),
    st.integers(1, 5),
    st.booleans(),
)
def test_a_cut_name_is_among_its_completions(name: str, missing: int, head: bool) -> None:
    cut = name[missing:] if head else name[:-missing]
    plain = name.replace("“", "").replace("”", "")
    rest = cut.replace("“", "").replace("”", "")
    if len(rest) >= 3 and 2 * len(rest) >= len(plain) and not VOCABULARY.known(cut) and cut not in LEVELS:
        assert name in VOCABULARY.completions(cut)


def test_cues() -> None:
    assert VOCABULARY.cue_score("学生满意度", "满意度指标") == 2
    assert VOCABULARY.cue_score("线上教育长效管理机制", "可持续影响") == 2
    assert VOCABULARY.cue_score("线上教育长效管理机制", "生态效益") == -1
    assert VOCABULARY.cue_score("自制新闻", "生态效益") == 0
    assert VOCABULARY.cue_score("自制新闻", "没有这一级") == 0


@given(st.text(max_size=30), st.none() | st.text(max_size=8))
def test_any_text_may_be_asked_for(name: str, level: str | None) -> None:
    VOCABULARY.match(name, level, level)
    VOCABULARY.known(name)
    assert list(VOCABULARY.completions(name)) == sorted(set(VOCABULARY.completions(name)))
    assert VOCABULARY.cue_score(name, level or "") in (-1.0, 0.0, 2.0)


SAMPLE_NAMES = [
    "中长期规划制定健全性",
    "“三公经费”变动率",
    "非税收入管理合规性",
    "线上教育平台系统运维事故",
    "线上教育客服响应及时性",
    "线上教育平台新增微课数量",
    "日常维护信息系统数量",
    "系统日常维护合格率",
    "视频会议续保完成率",
    "信息化项目验收合格率",
    "信息化服务使用率",
    "教育城域网直属学校覆盖率",
    "学生满意度",
    "活动上座率",
    "线上教育长效管理机制",
    "视频会议运维服务满意度",
    "E卡通城区覆盖率",
    "运行状态虚拟机无代理杀毒覆盖率",
    "购买信息化服务数量",
    "信息化建设及时性",
    "活动参与率",
]


def test_the_dictionary_is_not_loaded_for_names_that_need_none() -> None:
    code = (
        "import sys\n"
        "from normalize.mappings import load\n"
        "from normalize.vocabulary import Vocabulary\n"
        "vocabulary = Vocabulary(load())\n"
        f"found = [vocabulary.match(name, None, None) for name in {SAMPLE_NAMES!r}]\n"
        "assert any(found) and not all(found)\n"
        "assert 'jieba' not in sys.modules\n"
        "assert vocabulary.match('固定资产的利用率', None, None)\n"
        "assert 'jieba' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
