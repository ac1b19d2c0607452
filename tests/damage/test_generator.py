"""The generator: reproducible, every damage does something, the truth holds nothing that is not printed."""

import html
import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.damage import department, project, standards
from tests.damage.generate import KINDS, STEPS, generate, one, render
from tests.damage.model import Form, truth
from tests.damage.openness import possible
from tests.damage.pages import paginate
from tests.damage.weave import weave

SEED = 20
WIDTHS = {0xFF01 + i: 0x21 + i for i in range(94)}
STANDARD = "".join([*standards.STANDARD_NAMES, *standards.LEVEL1_NAMES, *standards.LEVEL2_NAMES])


def decoded(data: bytes) -> str:
    """The text of a file, whatever its encoding."""
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("no known encoding")


def plain(text: str) -> str:
    """Without tags, entities, white space; half width."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", text)).translate(WIDTHS).split())


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a truth value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)


def test_the_same_seed_gives_the_same_filings() -> None:
    first, again = list(generate(18, SEED)), list(generate(18, SEED))
    assert first == again
    assert [data for _, data, _ in first] != [data for _, data, _ in generate(18, SEED + 1)]


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("family", ["department", "project"])
def test_every_damage_changes_the_text(kind: str, family: str) -> None:
    for seed in range(12):
        texts = []
        for damaged in (False, True):
            form = (department if family == "department" else project).build(Random(seed))
            form.damage = [kind]
            if damaged:
                STEPS[kind](form, Random(seed))
            texts.append(form.text or render(form, Random(0)))
        assert texts[0] != texts[1], (kind, seed)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_invented(kind: str) -> None:
    for name, data, answer in generate(24, SEED, (kind,)):
        printed = plain(decoded(data))
        for table in ("fields", "indicators"):
            for row in answer[table]:
                values = {
                    k: v
                    for k, v in row.items()
                    if k not in ("field", "label", "period", "open", "comparator")
                }
                wanted = plain("".join(texts_of(values)))
                assert set(wanted) <= set(printed + STANDARD), (name, row)
        assert set(plain("".join(texts_of(answer["filing"]["title"])))) <= set(printed), name


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "halves" not in kind and "mixed" not in kind])
def test_names_and_targets_are_printed_whole(kind: str) -> None:
    for name, data, answer in generate(24, SEED, (kind,)):
        printed = plain(decoded(data))
        for row in answer["indicators"]:
            names = row["indicator"]["any"] if isinstance(row["indicator"], dict) else [row["indicator"]]
            assert plain(names[0]) in printed or names[0] in standards.STANDARD_NAMES, (name, row)
            assert plain(row["target"] or "") in printed, (name, row)


def read_clean(text: str) -> list[list[str]]:
    """Rows of the indicator table of a clean whole-department form, labels filled down."""
    found: list[list[str]] = []
    header: list[str] = []
    last: dict[str, str] = {}
    for line in text.splitlines():
        cells = line.split("\t")
        if cells[0] == "一级指标":
            header, last = cells, {}
        elif header and len(cells) > 1:
            last |= {name: cell for name, cell in zip(header, cells, strict=False) if cell and name}
            if cells[header.index("二级指标")]:
                last["重点工作"] = cells[header.index("重点工作")] if "重点工作" in header else ""
            elif "重点工作" in header and cells[header.index("重点工作")]:
                last["重点工作"] = cells[header.index("重点工作")]
            if cells[header.index("三级指标")]:
                found.append(
                    [plain(last.get(n, "")) for n in ("一级指标", "二级指标", "重点工作", "三级指标")]
                )
    return found


def test_the_truth_of_a_clean_form_is_what_is_printed() -> None:
    for seed in range(30):
        form = department.build(Random(seed))
        paginate(form, Random(seed))
        answer = json.loads(json.dumps(truth(form)))
        wanted = [
            [plain(row[c] or "") for c in ("level1", "level2", "key_task", "indicator")]
            for row in answer["indicators"]
            if row["period"] == "full_year"
        ]
        assert read_clean(render(form, Random(seed))) == wanted


def test_sums_add_up_and_half_years_stay_below_full_years() -> None:
    for seed in range(30):
        form = department.build(Random(seed))
        full = [a for a in form.amounts if a.period == "full_year"]
        income = next(a.amount for a in full if a.item == "资金总额")
        spent = sum(a.amount for a in full if a.item in ("基本支出", "项目支出"))
        assert income == pytest.approx(spent)
        parts = [a.amount for a in full if a.parent == "项目支出"]
        assert not parts or sum(parts) == pytest.approx(next(a.amount for a in full if a.item == "项目支出"))
        for indicator in form.indicators:
            half, whole = (indicator.targets[p].value for p in ("half_year", "full_year"))
            assert half is None or whole is None or half <= whole
        other = project.build(Random(seed))
        lines = [a for a in other.amounts if a.section == "subproject"]
        assert sum(a.amount for a in lines[:-1]) == pytest.approx(lines[-1].amount)


def test_order_leaves_only_the_rows_between_open() -> None:
    assert possible(3, 2, lambda k, i, j: i < j) == [{0}, {0, 1}, {1}]
    settled = {0: 0, 3: 1}
    assert possible(4, 2, lambda k, i, j: i < j and all(settled.get(n, k) == k for n in range(i, j))) == [
        {0},
        {0, 1},
        {0, 1},
        {1},
    ]


def test_weaving_keeps_every_character_in_lines_of_one_width() -> None:
    text = "负责市级教育信息化基础设施建设与运维；承担AI平台2026年研发工作，保障网络安全。"
    woven = weave([text], 10, 16)
    assert "".join(a + b for a, b in zip(woven.left, woven.right, strict=True)) == text
    assert woven.left[0] == "负责市级教"
    assert all(len(piece) >= 5 for piece in woven.left[:-1])


def test_a_torn_text_keeps_its_pieces_and_bridges_them() -> None:
    for name, data, answer in generate(30, SEED, ("halves",)):
        printed = plain(decoded(data))
        torn = [f["rewoven"] for f in answer["fields"] if "rewoven" in f]
        assert torn, name
        for text in torn:
            assert plain(text["left"]) in printed and plain(text["right"]) in printed, name
            assert all(set(plain(join)) <= set(plain(text["left"] + text["right"])) for join in text["joins"])


def test_open_rows_accept_the_label_of_their_author_first() -> None:
    form: Form = one(SEED, 0, "labels_moved")
    assert form.family == "project"  # one truth row an indicator
    for indicator, row in zip(form.indicators, truth(form)["indicators"], strict=True):
        for role in row.get("open", []):
            label = indicator.labels[role]
            assert row[role]["any"][0] == label.accepted[0]


def test_a_project_form_in_halves_prints_every_piece() -> None:
    for name, data, answer in generate(30, SEED, ("project_halves",)):
        printed = plain(decoded(data))
        torn = [f["rewoven"] for f in answer["fields"] if "rewoven" in f]
        assert torn, name
        for text in torn:
            assert plain(text["left"]) in printed and plain(text["right"]) in printed, name
        for row in answer["indicators"]:
            assert set(plain(row["indicator"])) <= set(printed), (name, row)


def test_a_text_that_a_page_break_tears_stays_whole_in_the_truth() -> None:
    seen = 0
    for _, data, answer in generate(40, SEED, ("fields",)):
        printed = plain(decoded(data))
        for field in answer["fields"]:
            value = field.get("value")
            if isinstance(value, str) and len(value) > 60:
                seen += plain(value) not in printed
                assert set(plain(value)) <= set(printed)
    assert not seen  # a torn text stands in two rows with nothing but white space between


def test_pushed_targets_are_null_and_their_indicators_stay() -> None:
    for name, data, answer in generate(30, SEED, ("pushed",)):
        printed = plain(decoded(data))
        lost = [row for row in answer["indicators"] if row["target"] is None]
        assert lost, name
        assert all(plain(row["indicator"]) in printed for row in lost), name


def test_another_style_says_the_same() -> None:
    for number in range(20):
        form = one(SEED, number, "style")
        answer = truth(form)
        assert all(row["target"] for row in answer["indicators"])
        assert all(
            abs(amount["amount"]) < 1e6 for amount in answer["amounts"]
        )  # in 万元, whatever is printed
