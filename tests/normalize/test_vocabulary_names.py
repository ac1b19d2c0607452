"""Names as forms print them against the shipped vocabulary: what they stand for, and what they only resemble.

A wrong match is worse than none: most of the near misses share a head, a base or all but one character with
a canonical name.
"""

from collections import Counter

import pytest

from normalize.mappings import load
from normalize.vocabulary import Match, Vocabulary

VOCABULARY = Vocabulary(load())

# name | level 2 | the canonical name; the same level 2 holds for the lines below it until another is given
MEANT = """
培训班次 | 数量指标 | 组织培训班次
举办培训班次 | | 组织培训班次
会议次数 | | 组织召开会议次数
参训人数 | | 培训参加人数
培训参加人数（人） | | 培训参加人数
参加培训的人数 | | 培训参加人数
培训人次 | | 培训人次
培训人次（万人次） | | 培训人次
参会人数 | | 与会人数
采购数量 | | 购置数量
采购设备数量 | | 设备购置数量
设备购置的数量（台套） | | 设备购置数量
论文发表数量 | | 发表论文数
调研报告数量 | | 完成调研报告数量
设备购置数 | | 设备购置数量
造林面积（万亩） | | 造林面积
造林面积（平方公里） | | 造林面积
道路清扫保洁面积 | | 清扫保洁道路面积
森林抚育面积 | | 森林抚育（营林）面积
资助人数 | | 享受资助人数
普法宣传活动场次 | | 开展普法宣传活动场次
专利授权数量 | | 专利授权数
培训合格率 | 质量指标 | 培训人员合格率
培训合格率（%） | | 培训人员合格率
培训合格率% | | 培训人员合格率
参训人员的合格率 | | 培训人员合格率
项目工程验收合格率 | | 项目（工程）验收合格率
项目（工程）验收合格率（％） | | 项目（工程）验收合格率
系统运行正常率 | | 系统正常运行率
补助资金发放准确率 | | 补助发放准确率
抽验合格率 | | 抽检合格率
儿童中医药健康管理率 | | 0-36个月儿童中医药健康管理率
0－36个月儿童中医药健康管理率 | | 0-36个月儿童中医药健康管理率
地方病防治任务完成率 | | 地方病防治工作任务完成率
按期完成率 | 时效指标 | 按时完成率
及时发放率 | | 发放及时率
按时发放率 | | 发放及时率
补助及时发放率 | | 补助资金发放及时率
补贴发放及时率 | | 补贴资金发放及时率
资金及时拨付率 | | 资金拨付及时率
资金到位及时率 | | 到位及时率
按期开工率 | | 开工及时率
按时开工率 | | 开工及时率
及时（按期）开工率 | | 开工及时率
及时（按期）完工率 | | 完工及时率
项目按期完成率 | | 项目完成及时率
项目完成及时性 | | 项目完成的及时性
故障及时处理率 | | 故障处理及时率
投诉处理及时率 | | 投诉处理及时率
报告提交及时性 | | 提交报告及时性
项目完成时间 | | 项目完成时间
完成及时性 | 产出时效 | 完成及时性
成本节约率 | 成本指标 | 成本节约率
成本控制率 | | 成本控制率
采购节支率 | | 政府采购节支率
项目总成本（元） | | 项目总成本
经济成本指标 | 经济成本指标 | 经济成本
生态环境成本指标 | 生态成本指标 | 生态环境成本
业务保障能力提升 | 社会效益指标 | 业务保障能力提升情况
政策知晓率 | | 政策知晓率
受益脱贫（含监测对象）户人口数 | | 受益脱贫（监测）人口数
林业有害生物成灾率 | 生态效益指标 | 主要林业有害生物成灾率
空气质量优良天数比率 | 环境效益 | 空气质量优良天数比例
工程设计使用年限 | 可持续影响指标 | 工程设计使用年限
学生满意度 | 服务对象满意度指标 | 学生满意度
学生的满意度 | | 学生满意度
学生家长满意度 | | 家长满意度
社会公众满意度 | | 公众满意度
参训人员满意度 | | 受训学员满意度
参会人员满意度 | | 与会人员满意度
培训（参会）人员满意度 | | 培训（参会）人员满意度
公众对药品监管满意度 | | 公众对药品监管工作满意度
救助对象对救助工作的满意度 | | 受助对象满意度
服务对象满意度 | | 服务对象满意度
服务对象满意度指标 | | None
社会公众或服务对象满意度 | 项目效益 | 社会公众或服务对象满意度
满意度 | | 满意度
财政供养人员控制率 | 预算配置 | 在职人员控制率
三公经费变动率 | | “三公经费”变动率
"三公经费"控制率 | 预算执行 | “三公经费”控制率
预决算信息公开性 | 预算管理 | 预决算信息公开度
支付进度率 | 预算执行 | 支付进度符合率
资产管理规范度 | 资产管理 | 资产管理规范性
预算执行率（%） | 资金管理 | 预算执行率
预算的执行率 | | 预算执行率
"""

NEAR = """
培训计划人次 | 数量指标 | another base
培训会议次数 | | two things in one
参训率 | | a share, not a count
参训人员数量和满意度 | | two heads
培训人次（次） | | another unit
培训参加人数（人次） | | another unit
设备数量 | | not what was bought
设备购置金额 | | another head
采购设备 | | no head: number or cost
设备购置完成率 | | another head
购置车辆数量 | | another base
调研报告数量完成率 | | another head
研究报告完成及时率 | | another head
造林面积（公里） | | another kind of unit
退耕还林面积 | | another base
新造林面积占比 | | another head
论文引用次数 | | another base
受助学生人次 | | another head
资助人数完成率 | | another head
学生资助人次 | | another head
培训合格人数 | 质量指标 | another head
培训合格率（人） | | another kind of unit
培训达标率 | | 合格 and 达标 may differ
培训优秀率 | | another measure
培训考勤率 | | another measure
培训人员出勤合格率 | | another base
验收合格率 | | of what
验收通过率 | | of what
合格率 | | of what
工程质量验收合格率 | | another base
项目验收及时率 | | another measure
项目、工程验收合格率 | | two bases
设备完工率 | | another measure
设备完成率 | | 完好 is not 完成
系统正常率 | | another measure
系统运行故障率 | | another base
系统故障修复率 | | the opposite of a fault
系统故障次数 | | another head
故障响应及时率 | | another head
补助发放准确性 | | another head
补助发放覆盖率 | | another measure
补贴发放率 | | another measure
补助准确率 | | another base
救助准确率 | | another base
抽检不合格率 | | the opposite
抽检完成率 | | another measure
抽检覆盖率 | | another measure
案件办理率 | | another measure
案件办结及时率 | | another measure
案件结案率 | | another measure
森林覆盖增长率 | | another measure
开工率 | 时效指标 | of a time or not
完工率 | | of a time or not
竣工及时率 | | 竣工 is not 完工
未完工及时率 | | the opposite
完成率 | | of what
及时率 | | of what
完成及时率 | | a change here, a share there
工作完成及时性 | | another base
完成及时程度 | | another head
资金支付及时率 | | 支付 is not 拨付
资金拨付率 | | without the time
资金拨付及时性 | | another head
到位及时性 | | another head
资金到位时间 | | another head
发放及时性 | | another head
发放率 | | without the time
补助发放及时性 | | another head
救助金发放及时率 | | another base
投诉处理率 | | without the time
投诉处理满意率 | | another measure
故障处理时间 | | another head
故障响应次数 | | another head
项目完成率 | | without the time
项目完成及时数 | | another head
报告提交率 | | another head
成本超支率 | 成本指标 | the opposite
成本节约额 | | another head
成本增长率 | | another measure
成本控制数 | | another head
成本控制情况 | | another head
人均培训费用控制率 | | 费用 is not 成本
单位培训成本 | | another base
人均成本 | | of what
项目成本 | | 总 is missing
项目单位成本 | | another base
政府采购成本节支率 | | another base
社会经济成本 | 社会成本 | another base
就业培训率 | 社会效益指标 | another measure
培训就业率 | | the same words in another order
就业人数 | | another base
新增就业人数 | | 城镇 is missing
农村新增就业人数 | | another base
政策知晓度 | | another head
政策满意度 | | another measure
受益人次 | | another head
受益贫困户数 | | another base
受益人口覆盖率 | | another measure
安全事故发生起数下降率 | | another measure
投诉次数 | | 有效 is missing
设备使用率 | | in use is not made use of
固定资产使用率 | | in use is not made use of
空气质量优良天数 | 生态效益指标 | a count, not a share
空气质量不良天数比例 | | the opposite
污水排放率 | | the opposite
污水处理达标率 | | another measure
水质不达标率 | | the opposite
工程实际使用年限 | 可持续影响指标 | another base
学校满意度 | 服务对象满意度指标 | another base
学生和家长满意度 | | two bases
学生、教师满意度 | | two bases
学生对教师满意度 | | another base
教师对学生满意度 | | another base
学生满意率 | | another head
学生满意人数 | | another head
学生不满意度 | | the opposite
学生投诉率 | | the opposite
退休职工满意度 | | another base
参训教师满意度 | | another base
培训工作人员满意度 | | 工作人员 is a word of its own
培训满意度 | | of whom
受益对象覆盖率 | | another measure
受益群众满意率 | | another head
服务满意度 | | of whom
预算完成率和执行率 | 预算执行 | two measures
预算完成进度 | | another head
预算控制率 | | another measure
结转结余变动额 | | another head
结转结余控制率 | | another measure
公用经费变动率 | | 变动 is not 控制
“三公经费”增长率 | | another measure
“三公经费”执行率 | | another measure
政府采购完成率 | | 完成 is not 执行
政府采购合规性 | | 合规 is not 规范
支付进度 | | no head
编外人员控制率 | 预算配置 | the opposite of the establishment
退休人员控制率 | | another base
资产管理有效性 | 资产管理 | another measure
固定资产闲置率 | | the opposite
预算管理制度有效性 | 预算管理 | another measure
管理制度执行有效性 | 组织实施 | another base
项目立项规范程度 | 项目立项 | another head
绩效目标明确性 | 绩效目标 | 目标 is not 指标
绩效指标合理性 | | 指标 is not 目标
资金分配科学性 | 资金投入 | another measure
"""


def listed(text: str) -> list[tuple[str, str, str]]:
    """(name, level 2, what the last column says) of each line."""
    found, level2 = [], ""
    for line in text.strip().splitlines():
        name, level, last = (part.strip() for part in line.split("|"))
        level2 = level or level2
        found.append((name, level2, last))
    return found


@pytest.mark.parametrize(("name", "level2", "wanted"), listed(MEANT))
def test_what_a_printed_name_stands_for(name: str, level2: str, wanted: str) -> None:
    match = VOCABULARY.match(name, None, level2)
    assert (match.canonical if match else "None") == wanted


@pytest.mark.parametrize(("name", "level2", "_why"), listed(NEAR))
def test_a_near_miss_is_no_match(name: str, level2: str, _why: str) -> None:
    for level1 in (None, "产出指标", "过程"):
        match = VOCABULARY.match(name, level1, level2)
        assert match is None, match


def test_names_are_listed_once() -> None:
    names = [name for name, _, _ in (*listed(MEANT), *listed(NEAR))]
    assert len(names) >= 200
    assert max(Counter(names).values()) == 1


@pytest.mark.parametrize(
    ("name", "level1", "level2", "id"),
    [
        ("管理制度健全性", "过程", "业务管理", "JX0006"),
        ("管理制度健全性", "过程", "财务管理", "JX0009"),
        ("管理制度健全性", "过程", "预算管理", "JX0034"),
        ("管理制度健全性", "过程", "资产管理", "JX0038"),
        ("管理制度健全性", "过程", "组织实施", "JX0058"),
        ("绩效目标合理性", "投入", "项目立项", "JX0002"),
        ("绩效目标合理性", "投入", "目标设定", "JX0021"),
        ("绩效目标合理性", "决策", "绩效目标", "JX0051"),
        ("绩效目标合理性", "决策", "目标设定", "JX0091"),
        ("资金到位率", "投入", "资金落实", "JX0004"),
        ("资金到位率", "过程", "资金管理", "JX0055"),
        ("完成及时率", "产出", "项目产出", "JX0013"),
        ("完成及时率", "产出", "职责履行", "JX0042"),
        ("质量达标率", "产出", "产出质量指标", "JX0061"),
        ("经济效益", "效果", "履职效益", "JX0045"),
        ("预算执行率", "投入", None, "JX0076"),
        ("“三公经费”变动率", "过程", "预算执行", "JX0097"),
        ("在职人员控制率", "过程", "人员管理", "JX0109"),
    ],
)
def test_one_name_is_another_indicator_under_another_level(
    name: str, level1: str, level2: str | None, id: str
) -> None:
    assert VOCABULARY.match(name, level1, level2) == Match(name, id, 100.0)


@pytest.mark.parametrize("level2", [None, "质量指标", "别的"])
def test_a_name_of_several_things_is_left_open_where_no_level_tells(level2: str | None) -> None:
    assert VOCABULARY.match("管理制度健全性", "过程", level2) is None
    assert VOCABULARY.match("完成及时率", "产出指标", level2) is None
