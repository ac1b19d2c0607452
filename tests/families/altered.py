"""The composed forms in layouts that nobody has: headers in other words, columns moved, left out or added.

The truth of an altered form is that of the form: a person would read the same indicators from it.
"""

from collections.abc import Callable, Sequence
from random import Random

from tests.families.layouts import FORMS

Grid = list[list[str]]
Alteration = Callable[[Random, Grid, int], bool]

OTHER_WORDS = {
    "一级指标": ["类别", "一级", "指标大类", "维度", "考核大类", "指标分类", ""],
    "二级指标": ["二级", "指标小类", "要素", "考核小类", "指标类型", "分项", ""],
    "三级指标": ["三级", "考核要点", "具体事项", "评价内容", "绩效要素", "任务名称", "内容", ""],
    "指标名称": ["考核要点", "具体事项", "评价内容", "绩效要素", "任务名称", "内容", ""],
    "指标值": ["计划", "预期", "年度任务", "标准值", "目标任务", "计划数", "拟达到水平", "要求", ""],
    "目标值": ["计划", "预期", "年度任务", "标准值", "目标任务", "计划数", "拟达到水平", "要求", ""],
    "年度指标值": ["计划", "预期", "年度任务", "标准值", "目标任务", "计划数", "拟达到水平", "要求", ""],
    "实际完成值": ["年末情况", "落实", "结果", "实绩", "全年情况", "执行结果", ""],
    "完成值": ["年末情况", "落实", "结果", "实绩", "全年情况", "执行结果", ""],
    "分值": ["满分", "标准分", "权数", "占比", "基本分", ""],
    "权重": ["满分", "标准分", "权数", "占比", "基本分", ""],
    "得分": ["自评", "考核得分", "评定", "打分", ""],
    "指标性质": ["符号", "关系", "方向", ""],
    "度量单位": ["计量", "量纲", "单位名", ""],
}
HEADS = tuple(OTHER_WORDS)


def grid_of(name: str) -> tuple[list[str], Grid]:
    """The lines of a form above its grid, and the grid."""
    lines = (FORMS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    grid = [[cell.strip() for cell in line.split("|")] for line in lines if "|" in line]
    return [line for line in lines if "|" not in line], grid


def text_of(above: Sequence[str], grid: Grid) -> str:
    """A form as layouts.py reads it."""
    return "\n".join([*above, *("|".join(row) for row in grid)]) + "\n"


def header_of(grid: Grid) -> int | None:
    """The row of the only header of indicators; None where there are several, or none."""
    rows = [i for i, row in enumerate(grid) if {"三级指标", "指标名称"} & set(row)]
    if len(rows) != 1 or any(
        row[k] == "^" for row in grid[rows[0] : rows[0] + 1] for k in range(1, len(row))
    ):
        return None
    named = [k for k, text in enumerate(grid[rows[0]]) if text in ("三级指标", "指标名称")]
    below = grid[rows[0] + 1] if rows[0] + 1 < len(grid) else []
    return rows[0] if len(named) == 1 and below and below[named[0]] not in ("^", "<") else None


def reworded(rng: Random, grid: Grid, head: int) -> bool:
    """A header in words that no mapping has; a blank one too."""
    known = [k for k, text in enumerate(grid[head]) if text in HEADS]
    some = rng.sample(known, min(len(known), rng.choice((1, 1, 2, 3, 9))))
    for k in some:
        grid[head][k] = rng.choice(OTHER_WORDS[grid[head][k]])
    return bool(some)


def swapped(rng: Random, grid: Grid, head: int) -> bool:
    """Two neighbouring columns behind the indicators in the other order."""
    row = grid[head]
    name = next((k for k, text in enumerate(row) if text in ("三级指标", "指标名称")), len(row))
    free = [
        k
        for k in range(name + 1, len(row) - 1)
        if not any(
            "^" in (line[k], line[k + 1]) or (line[k] == "<") != (line[k + 1] == "<") for line in grid[head:]
        )
        and not any(k + 2 < len(line) and line[k + 2] == "<" and line[k + 1] != "<" for line in grid[head:])
    ]
    if not free:
        return False
    k = rng.choice(free)
    for line in grid[head:]:
        line[k], line[k + 1] = line[k + 1], line[k]
    return True


def _years_before(rng: Random, text: str) -> str:
    return rng.choice(("", "—", "85%", "92%", "3项", "12次", "1200人次", "良好", "98.5%", "6个", "完成"))


ADDED: dict[str, Callable[[Random, str], str]] = {
    "上年完成值": _years_before,
    "历史水平": _years_before,
    "行业标准": _years_before,
    "前三年平均": _years_before,
    "责任科室": lambda rng, _: rng.choice(("办公室", "规划财务科", "业务一科", "项目办", "信息中心")),
    "指标编号": lambda rng, _: str(rng.randint(101, 399)),
    "完成率": lambda rng, _: rng.choice(("100%", "98%", "105%", "87.5%")),
    "评分规则": lambda rng, _: rng.choice(("达标得满分，否则按比例扣分。", "每少1项扣0.5分，扣完为止。")),
    "指标要求说明": lambda rng, _: rng.choice(("反映任务完成的数量。", "按实际发生数与计划数之比计算。")),
    "是否核心": lambda rng, _: rng.choice(("是", "否")),
    "完成进度": lambda rng, _: rng.choice(("已完成", "进行中", "100%")),
    "基准": lambda rng, _: str(rng.randint(2, 90)),
    "": _years_before,
}


def _is_sum(line: Sequence[str]) -> bool:
    return any(text.startswith(("合计", "总分", "总计")) for text in line)


def widened(rng: Random, grid: Grid, head: int) -> bool:
    """A column more behind the indicators, which no mapping knows."""
    row = grid[head]
    name = next((k for k, text in enumerate(row) if text in ("三级指标", "指标名称")), None)
    if name is None:
        return False
    free = [k for k in range(name + 1, len(row) + 1) if k == len(row) or row[k] not in ("<", "^")]
    at, header = rng.choice(free), rng.choice(list(ADDED))
    for i, line in enumerate(grid):
        if i < head or line[name] == "<" or (at < len(line) and line[at] == "<"):
            line.insert(at, "<")
        elif i == head:
            line.insert(at, header)
        elif line[name] == "" or _is_sum(line):
            line.insert(at, "")
        else:
            line.insert(at, ADDED[header](rng, line[name]))
    return True


def repeated(rng: Random, grid: Grid, head: int) -> bool:
    """Levels printed in every row in place of merged cells, or only in the first of them."""
    fill, changed = rng.random() < 0.5, False
    for k in range(len(grid[head])):
        if grid[head][k] in ("一级指标", "二级指标"):
            for i in range(head + 1, len(grid)):
                if grid[i][k] == "^":
                    grid[i][k] = grid[i - 1][k] if fill and grid[i - 1][k] != "<" else ""
                    changed = True
    return changed


def lengthened(rng: Random, grid: Grid, head: int) -> bool:
    """Rows under the table that are no indicators."""
    width = len(grid[0])
    wide = rng.choice(("注：得分按完成比例计算，最高不超过该项分值。", "填表说明：指标值应与批复一致。"))
    rows = [
        ["合计", *["<"] * (width - 2), rng.choice(("100", "96.5"))],
        [wide, *["<"] * (width - 1)],
        ["填报人：", *["<"] * (width // 2 - 1), "联系电话：", *["<"] * (width - width // 2 - 1)],
        ["备注", *["<"] * (width - 2), "无"],
        ["自评结论", *["<"] * (width - 2), rng.choice(("优", "良"))],
    ]
    grid += [rows[k] for k in sorted(rng.sample(range(len(rows)), rng.choice((1, 1, 2))))]
    return True


ALTERATIONS: dict[str, Alteration] = {
    "reworded": reworded,
    "swapped": swapped,
    "widened": widened,
    "repeated": repeated,
    "lengthened": lengthened,
}


def altered(name: str, seed: int) -> tuple[str, tuple[str, ...]] | None:
    """A form altered one to three times, and how; None where it cannot be."""
    above, grid = grid_of(name)
    head = header_of(grid)
    if head is None:
        return None
    rng = Random(f"{name}:{seed}")
    how = rng.sample(sorted(ALTERATIONS), rng.choice((1, 1, 2, 3)))
    done = tuple(one for one in how if ALTERATIONS[one](rng, grid, head))
    return (text_of(above, grid), done) if done else None
