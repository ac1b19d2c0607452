"""Which lines are titles of a form."""

import pytest

from normalize.titles import is_title, title_share
from tests.normalize.grids import MAPPINGS

FORMS = {form.id: form for form in MAPPINGS.forms}
EVALUATION = FORMS["national_project_evaluation"]


@pytest.mark.parametrize(
    "line",
    [
        "项目支出绩效自评表",
        "# 项目支出绩效自评表",
        "某县2022年度项目支出绩效自评表",
        "二十一、项目支出绩效自评表",
        "项目支出绩效自评表（2022年度）",
        "项目支出绩效自评表 2022年度",
        "项目支出绩效自评表（2022年度）（公开）",
        "项目支出绩效自评表-河道清淤项目",
        "项目支出绩效自评表（续）",
        "项 目 支 出 绩 效 自 评 表",
        "部门预算项目（政策）绩效目标自评价表",
        "2021年专项资金绩效情况自评表",
    ],
)
def test_titles(line: str) -> None:
    assert is_title(line, EVALUATION)


@pytest.mark.parametrize(
    "line",
    [
        "三、项目支出绩效自评表……9",
        "项目支出绩效自评表已按要求公开",
        "项目支出，绩效，自评，表",
        "项目支出绩效目标表",
        "项目绩效",
        "",
        "我单位按照要求组织填报了本年度全部项目的绩效情况，并按照规定的时间和格式向财政局报送了自评材料和自评表",
        "项目实施单位负责组织开展年度重点工作，落实各项绩效管理要求，编制自评表",
    ],
)
def test_other_lines(line: str) -> None:
    assert not is_title(line, EVALUATION)


def test_the_more_of_a_title_is_printed_the_more_it_says() -> None:
    line = "苏州市级财政支出项目绩效自评表"
    assert title_share(line, FORMS["suzhou_project_evaluation"]) == len("财政支出项目绩效自评表")
    assert title_share(line, EVALUATION) == len("项目绩效自评表")
    assert title_share(line, FORMS["suzhou_department_target"]) == 0
