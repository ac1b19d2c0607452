"""Small filings by the thousand: `python -m tests.small OUT --count 10000`.

Project target forms of a page, as text exports, each another project: for what hangs on the number of files
and not on what is in them.
"""

import argparse
from pathlib import Path
from random import Random

UNITS = ("苏州市教育考试院", "苏州市图书馆", "苏州市疾病预防控制中心", "苏州市园林和绿化管理局")
WORKS = ("信息系统运维", "设备更新", "业务培训", "宣传服务", "房屋修缮", "数据采集")
NAMES = (
    "系统故障处理及时率",
    "服务对象满意度",
    "培训人次",
    "设备验收合格率",
    "完成采集数量",
    "项目按期完成率",
)
LEVELS = (
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("效益指标", "社会效益指标"),
    ("满意度指标", "服务对象满意度指标"),
)


def filing(number: int, each: int = 2) -> str:
    """The form with that number, with so many indicators of each kind; the same each time."""
    random = Random(number)
    unit, work = random.choice(UNITS), random.choice(WORKS)
    total = random.randrange(20, 900)
    lines = [
        "苏州市市级预算项目绩效目标表",
        f"（{2021 + number % 4}年度）",
        f"项目名称\t{work}{number:06d}",
        f"主管部门\t{unit}\t实施单位\t{unit}",
        f"年度资金总额\t{total}",
        f"其中：财政拨款\t{total}",
        f"年度目标\t完成{work}工作，保障{unit}正常运转",
        "一级指标\t二级指标\t三级指标\t指标值",
    ]
    for level1, level2 in LEVELS:
        for name in random.sample(NAMES, each):
            lines.append(f"{level1}\t{level2}\t{name}\t≥{random.randrange(50, 100)}%")
    return "\n".join(lines).replace("\\\t", "\t") + "\n"


def write(folder: Path, numbers: range, each: int = 2) -> None:
    """Write the forms with these numbers, a thousand a folder."""
    for number in numbers:
        path = folder / f"{number // 1000:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(filing(number, each), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    write(options.out, range(options.count))


if __name__ == "__main__":
    main()
