"""Several forms in one file: each is found with its own rows, and a book around them is no part of them."""

from textwrap import dedent

import pytest

from extract.model import Document, Line, Page
from normalize import Filing, normalize
from tests.families.layouts import document as laid
from tests.families.layouts import read
from tests.normalize.grids import MAPPINGS, filings, ruled_filings

FORM = """
    {title}
    （2023年度）
    项目名称 | {project} | < | < | <
    主管部门 | 水利局 | < | 实施单位 | 水利站
    年度目标 | 清淤{project}。 | < | < | <
    一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值
    产出指标 | 数量指标 | {project}清淤长度 | ≥12公里 | 13公里
    ^ | 质量指标 | 验收合格率 | 100% | 100%
"""
ACCOUNTS = """
    科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
    205 | 教育支出 | 1200.5 | 1000.5 | 200
    合计 | < | 1200.5 | 1000.5 | 200
"""
PROJECTS = """
    单位代码 | 单位名称 | 项目名称 | 功能科目 | 金额
    101001 | 水利站 | 东河清淤 | 2130305 | 100
    101001 | 水利站 | 西河清淤 | 2130305 | 60
    合计 | < | < | < | 160
"""
CONTENTS = (
    "目录",
    "第一部分 单位概况",
    "一、部门收支总表……3",
    "二、项目支出绩效目标表……8",
    "三、项目支出绩效自评表……9",
)
FRAMEWORK = """
    一级指标 | 二级指标 | 三级指标 | 分值 | 评分标准
    决策 | 项目立项 | 立项依据充分性 | 5 | 依据充分
"""
PROSE = ("第三部分 预算情况说明", "2023年对2个项目实行绩效目标管理，项目支出绩效自评表已按要求公开。")


def form(project: str, title: str = "项目支出绩效自评表") -> str:
    return FORM.format(project=project, title=title)


def page(number: int, lines: tuple[str, ...], grid: str = "") -> Page:
    """A page with lines above a table."""
    tables = laid(read(dedent(grid))).pages[0].tables if grid else ()
    return Page(number, tables, tuple(Line(line) for line in lines))


def book(*pages: tuple[tuple[str, ...], str]) -> tuple[Filing, ...]:
    found = tuple(page(number, lines, grid) for number, (lines, grid) in enumerate(pages, start=1))
    return normalize(Document("book", "0", "pdf", found), MAPPINGS)


def table(project: str) -> str:
    """The table of a form without what stands above it."""
    return "\n".join(line for line in form(project).splitlines() if "|" in line)


def summary(found: tuple[Filing, ...]) -> list[tuple[int, str | None, int, int]]:
    """Ordinal, project, fields and indicators of each form."""
    return [(one.ordinal, one.project_name, len(one.fields), len(one.indicators)) for one in found]


def test_each_title_begins_a_form() -> None:
    found = ruled_filings(form("东河"), form("西河"))
    assert summary(found) == [(1, "东河", 4, 2), (2, "西河", 4, 2)]
    assert [one.pages for one in found] == [1, 1]


def test_each_project_begins_a_form_where_titles_are_not_repeated() -> None:
    head = ("项目支出绩效自评表", "（2023年度）")
    found = book((head, table("东河")), ((), table("西河")), ((), table("南河")))
    assert summary(found) == [(1, "东河", 4, 2), (2, "西河", 4, 2), (3, "南河", 4, 2)]
    assert [one.title for one in found] == ["项目支出绩效自评表", None, None]
    assert {f.value for f in found[1].fields if f.field == "annual_goal"} == {"清淤西河。"}


def test_a_form_begins_with_the_label_that_the_form_above_began_with() -> None:
    """The unit stands above the project's name: it goes with the project below."""
    grid = "主管部门|{0}局||\n项目名称|{0}|实施单位|{0}站\n"
    grid += "一级指标|二级指标|三级指标|指标值\n产出指标|数量指标|{0}长度|≥1公里\n"
    found = filings("项目支出绩效目标表\n\n", grid.format("东河"), grid.format("西河"))
    assert [{f.field: f.value for f in one.fields} for one in found] == [
        {"competent_department": f"{name}局", "project_name": name, "implementing_unit": f"{name}站"}
        for name in ("东河", "西河")
    ]


def test_a_title_that_the_next_page_repeats_begins_no_form() -> None:
    head = ("项目支出绩效自评表", "（2023年度）")
    rest = """
    一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值
    效益指标 | 社会效益指标 | 受益人口 | ≥1万人 | 1.1万人
    """
    (one,) = book((head, table("东河")), (head, rest))
    assert len(one.indicators) == 3 and one.indicators[-1].indicator == "受益人口"


def test_forms_at_the_end_of_a_book_are_found_without_it() -> None:
    found = book(
        (CONTENTS, ""),
        (("部门支出总表", "单位：万元"), ACCOUNTS),
        (("项目支出表", "单位：万元"), PROJECTS),
        (PROSE, ""),
        (("附件1", "项目支出绩效自评表", "（2023年度）"), table("东河")),
        (("附件2", "项目支出绩效自评表", "（2023年度）"), table("西河")),
        (("第五部分 名词解释", "一、财政拨款收入：从财政取得的预算资金。"), ""),
        (("附表", "一般公共预算支出表"), ACCOUNTS),
    )
    assert summary(found) == [(1, "东河", 4, 2), (2, "西河", 4, 2)]
    assert all(not f.field.startswith("other:") for one in found for f in one.fields)
    assert [one.amounts for one in found] == [(), ()]


def test_a_form_of_a_book_whose_title_nobody_knows_begins_at_its_title() -> None:
    found = book(
        (("项目支出表", "单位：万元"), PROJECTS),
        (("河道整治专项任务表", "（2023年度）"), table("东河")),
    )
    assert summary(found) == [(1, "东河", 4, 2)]
    assert (found[0].title, found[0].needs_review) == ("河道整治专项任务表", True)


@pytest.mark.parametrize(
    "pages",
    [
        [(CONTENTS, "")],
        [(PROSE, "")],
        [(("项目支出表",), PROJECTS)],
        [(("项目支出绩效目标表",), PROJECTS), (("部门支出总表",), ACCOUNTS)],
        [(CONTENTS, ""), (("部门支出总表",), ACCOUNTS), (PROSE, "")],
        [(("部门整体支出绩效目标表", "本单位无此项内容，本表为空。"), "")],
        [(("绩效评价指标体系",), FRAMEWORK)],
        [(("项目支出绩效目标表",), "一级指标 | 二级指标 | 三级指标 | 指标值\n | | |\n")],
        [(("项目支出绩效目标表",), "项目名称 | | 实施单位 |\n年度目标 | | 主管部门 |\n")],
        [
            (
                ("项目支出绩效目标表",),
                "单位名称、项目名称 | 项目年度绩效目标 | 一级指标 | 二级指标 | 三级指标 | 指标值\n"
                "说明：本单位无此项预算，空表公开。 | < | < | < | < | <\n",
            )
        ],
    ],
)  # fmt: skip
def test_what_only_speaks_of_goals_is_no_form(pages: list[tuple[tuple[str, ...], str]]) -> None:
    assert book(*pages) == ()


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("2022年省级部门预算项目支", "出绩效自评表"), "2022年省级部门预算项目支出绩效自评表"),
        (("附件3", "项目支出绩效自评表"), "项目支出绩效自评表"),
        (("某县水利局2022年", "项目支出绩效自评表"), "项目支出绩效自评表"),
        (("填报单位：东河项目", "绩效自评表"), "绩效自评表"),
    ],
)
def test_a_title_may_take_two_lines(lines: tuple[str, ...], title: str) -> None:
    (one,) = book((lines, table("东河")))
    assert one.title == title


BOOK = """
    目录
    一、收支总表
    十、“三公”经费支出表
    十一、项目支出绩效目标表
    第三部分 情况说明

    项目支出表
    类型|项目名称|项目单位|合计|本年拨款
    特定目标类|水库加固|某县水利局|300|300

    政府采购预算表
    项目名称|采购品目|计量单位|数量|资金性质
    设备购置|计算机|台|12|一般公共预算
"""
APPRAISAL = """
    员工绩效考核表
    部门：综合科
    考核指标|权重|目标值|完成值|得分
    出勤率|20|≥98%|99%|20
    工作完成率|50|100%|98%|49
"""


@pytest.mark.parametrize("grid", [BOOK, APPRAISAL])
def test_names_of_forms_and_tables_of_other_things_are_none(grid: str) -> None:
    assert filings(grid) == ()
