"""Readings of a recogniser, weighed by what their places expect."""

from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from extract.model import Cell, Document, Line, Page, Reading, Table
from normalize import normalize
from normalize.expected import Knowledge
from normalize.model import Text
from normalize.readings import choose_readings
from normalize.sheets import read_sheets
from normalize.vocabulary import Vocabulary
from tests.normalize.grids import MAPPINGS

KNOWLEDGE = Knowledge(MAPPINGS, Vocabulary(MAPPINGS))
CLEAR, POOR = 0.998, 0.93
TARGETS = """
三级指标|半年指标值|全年指标值
预算编制完整率|≥90%|≥95%
资金到位率|≥92%|≥96%
培训人员合格率|≥80%|≥90%
设备故障修复率|≥91%|≥97%
服务对象满意度|≥85%|{}
"""


def document(
    grid: str,
    sure: float = CLEAR,
    readings: Mapping[str, Sequence[tuple[str, float]]] | None = None,
    doubted: Mapping[str, float] | None = None,
) -> Document:
    """A scan of a grid: every cell as ``sure``, but those of the texts that are ``doubted``; the first cell
    is surer, as cells differ. ``readings`` are the other readings of texts."""
    cells = []
    lines = [line.split("|") for line in grid.strip().split("\n")]
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            others = tuple(Reading(*other) for other in (readings or {}).get(text, ()))
            confidence = (doubted or {}).get(text, 0.9999 if row == column == 0 else sure)
            cells.append(Cell(row, column, text, confidence=confidence, alternatives=others))
    table = Table(tuple(cells), len(lines), max(map(len, lines)))
    return Document("scan", "0", "scan", (Page(1, (table,), (Line("苏州市部门整体绩效目标表"),)),))


def texts(read: Document) -> dict[str, Text]:
    """The chosen texts by what was read."""
    sheets = choose_readings(read_sheets(read), KNOWLEDGE)
    return {cell.text.raw: cell.text for sheet in sheets for table in sheet.tables for cell in table.cells}


def test_what_no_reader_doubts_is_as_it_was() -> None:
    sheets = read_sheets(document(TARGETS.format("290%"), 1.0, doubted={"三级指标": 1.0}))
    assert choose_readings(sheets, KNOWLEDGE) == sheets


def test_a_doubt_that_all_cells_share_is_none_of_their_characters() -> None:
    sheets = read_sheets(document(TARGETS.format("290%"), 0.85, doubted={"三级指标": 0.85}))
    assert choose_readings(sheets, KNOWLEDGE) == sheets


def test_the_reading_that_the_neighbours_bear_out_is_taken() -> None:
    read = document(TARGETS.format("290%"), readings={"290%": [("≥90%", 0.2)]}, doubted={"290%": 0.79})
    text = texts(read)["290%"]
    assert (text.text, text.raw) == ("≥90%", "290%")
    (change,) = text.changes
    assert (change.kind, change.before, change.after) == ("ocr_corrected", "290%", "≥90%")
    assert "290% (0.79)" in change.evidence and "≥90% (0.20)" in change.evidence
    assert change.confidence == text.confidence > 0.9


def test_a_neighbour_that_is_doubted_itself_bears_nothing_out() -> None:
    grid = TARGETS.replace("≥85%", "≥908").format("≥909")
    readings = {"≥908": [("≥90%", 0.4)], "≥909": [("≥90%", 0.2)]}
    found = texts(document(grid, readings=readings, doubted={"≥908": 0.5, "≥909": 0.6}))
    assert [found[text].text for text in ("≥908", "≥909")] == ["≥90%", "≥90%"]


def test_what_no_reading_bears_out_stays_and_is_flagged() -> None:
    text = texts(document(TARGETS.format("290%")))["290%"]
    assert (text.text, text.changes) == ("290%", ())
    assert text.confidence < 0.9


def test_a_value_far_from_one_that_is_doubted_itself_is_not_doubted_for_it() -> None:
    far, near = TARGETS.replace("≥85%", "≥9%"), TARGETS.replace("≥85%", "≥90%")
    sure = texts(document(far.format("≥95%")))["≥95%"].confidence
    assert sure < texts(document(near.format("≥95%")))["≥95%"].confidence
    assert texts(document(far.format("≥95%"), doubted={"≥9%": 0.5}))["≥95%"].confidence > sure


def test_a_share_above_100_is_doubted_where_the_others_are_below() -> None:
    assert texts(document(TARGETS.format("≥198%"), 0.98))["≥198%"].confidence < 0.9
    assert texts(document(TARGETS.format("≥98%"), 0.98))["≥98%"].confidence > 0.9


def test_growth_above_100_is_none_where_the_column_has_more_of_it() -> None:
    grid = "甲|290%\n乙|260%\n丙|250%\n丁|270%\n戊|280%"
    found = texts(document(grid))
    assert all(found[text].confidence > 0.9 for text in ("290%", "260%", "250%"))


def test_a_likely_reading_that_no_place_asks_for_is_not_taken() -> None:
    read = document(TARGETS.format("≥90%"), readings={"≥90%": [("290%", 0.3)]}, doubted={"≥90%": 0.69})
    text = texts(read)["≥90%"]
    assert text.text == "≥90%" and not text.changes
    assert text.confidence > 0.9


def test_digits_are_told_by_no_column() -> None:
    """95 and 96 are expected alike: the reader's doubt stays."""
    read = document(TARGETS.format("≥95%"), readings={"≥95%": [("≥96%", 0.25)]}, doubted={"≥95%": 0.7})
    text = texts(read)["≥95%"]
    assert text.text == "≥95%"
    assert text.confidence < 0.8


def test_a_lost_character_of_a_label_comes_back_if_it_was_read() -> None:
    grid = "{}|二级指标|三级指标\n产出指标|数量指标|培训人数"
    read = document(grid.format("级指标"), readings={"级指标": [("一级指标", 0.3)]}, doubted={"级指标": 0.6})
    assert texts(read)["级指标"].text == "一级指标"
    alone = texts(document(grid.format("级指标")))["级指标"]
    assert (alone.text, alone.changes) == ("级指标", ())


def test_a_label_with_a_character_in_great_doubt_is_no_other() -> None:
    others = [("年年指标值", 0.28), ("辛年指标值", 0.2), ("宰年指标值", 0.1)]
    chosen = texts(document(TARGETS, readings={"半年指标值": others}, doubted={"半年指标值": 0.0}))
    assert chosen["半年指标值"].text == "半年指标值"
    assert not chosen["半年指标值"].changes


def test_signs_of_poor_pictures_are_doubted() -> None:
    column = "\n".join(f"指标{n}|>9{n}%" for n in "12345")
    assert all(text.confidence < 0.9 for raw, text in texts(document(column, POOR)).items() if ">" in raw)
    assert all(text.confidence > 0.9 for raw, text in texts(document(column)).items() if ">" in raw)


def test_a_sign_that_differs_from_all_others_is_doubted_sooner() -> None:
    grid = TARGETS.format(">90%")
    assert texts(document(grid, 0.98))[">90%"].confidence < 0.9
    assert texts(document(grid, 0.98))["≥95%"].confidence > 0.9


def test_signs_read_as_characters() -> None:
    grid = "甲|=3次\n乙|=5次\n丙|=12次\n丁|{}"
    for wrong in ("二8次", "-8次", "一8次"):
        read = document(grid.format(wrong), readings={wrong: [("=8次", 0.1)]}, doubted={wrong: 0.85})
        assert texts(read)[wrong].text == "=8次"
        assert texts(document(grid.format(wrong), 0.98))[wrong].confidence < 0.9


def test_units_that_are_none() -> None:
    grid = "甲|≤300元\n乙|≤500元\n丙|{}"
    read = document(grid.format("≤200兀"), readings={"≤200兀": [("≤200元", 0.2)]}, doubted={"≤200兀": 0.8})
    assert texts(read)["≤200兀"].text == "≤200元"
    assert texts(document(grid.format("≤200兀")))["≤200兀"].confidence < 0.9


def test_letters_in_numbers() -> None:
    grid = "甲|100\n乙|200\n丙|{}"
    read = document(grid.format("3OO"), readings={"3OO": [("300", 0.3)]}, doubted={"3OO": 0.6})
    assert texts(read)["3OO"].text == "300"
    assert texts(document(grid.format("3OO")))["3OO"].confidence < 0.9


def test_a_stop_where_thousands_have_a_comma_is_doubted() -> None:
    grid = "甲|≥150次\n乙|≥300次\n丙|{}"
    assert texts(document(grid.format("≥1.500次")))["≥1.500次"].confidence < 0.9
    for value in ("≥1.5次", "≥1.50次", "≥1,500次", "≥0.500次", "≥1.5000次"):
        assert texts(document(grid.format(value)))[value].confidence > 0.9


def test_three_decimals_are_none_of_thousands_where_the_column_prints_them() -> None:
    grid = "甲|2.125\n乙|12.345\n丙|103.450\n丁|{}"
    assert texts(document(grid.format("15.325")))["15.325"].confidence > 0.9
    read = document(grid.format("15.325"), readings={"15.325": [("15,325", 0.29)]}, doubted={"15.325": 0.7})
    assert texts(read)["15.325"].text == "15.325"


def test_a_per_mille_sign_in_pieces_is_doubted() -> None:
    grid = "甲|≤3%\n乙|≤2%\n丙|{}"
    assert texts(document(grid.format("≤3%0")))["≤3%0"].confidence < 0.9
    assert texts(document(grid.format("≤3‰")))["≤3‰"].confidence > 0.9


def test_a_reading_that_differs_in_its_sign_alone_is_never_certain() -> None:
    grid = "甲|≥5人\n乙|≥8人\n丙|≥4人\n丁|{}"
    read = document(grid.format(">7人"), readings={">7人": [("≥7人", 0.7)]}, doubted={">7人": 0.25})
    assert (texts(read)[">7人"].text, texts(read)[">7人"].confidence) == ("≥7人", 0.8499)
    # ... and one that prints words has no sign that is rare.
    grid = "甲|≥90%\n乙|≥80%\n丙|≥70%\n丁|{}"
    sign, word = (texts(document(grid.format(text)))[text].confidence for text in (">60%", "超过60%"))
    assert sign < 0.8 < word


def test_names_that_the_mappings_know_are_surer_than_others() -> None:
    grid = "二级指标|三级指标\n社会效益指标|某某某某某某"
    found = texts(document(grid, 0.9))
    assert found["社会效益指标"].confidence > 0.97
    assert found["某某某某某某"].confidence < 0.91


def test_readings_that_differ_in_width_alone_are_one() -> None:
    read = document(
        "甲|测试（万元）乙",
        readings={"测试（万元）乙": [("测试(万元)乙", 0.39)]},
        doubted={"测试（万元）乙": 0.6},
    )
    text = texts(read)["测试（万元）乙"]
    assert not text.changes and text.confidence > 0.98


def test_characters_that_forms_do_not_print_are_no_readings() -> None:
    name = "受益脱贫人口数"
    read = document(f"甲|{name}", readings={name: [("受益脫贫人口数", 0.15)]}, doubted={name: 0.84})
    assert texts(read)[name].confidence > 0.97
    lone = document("甲|≥", readings={"≥": [("W", 0.2), ("V", 0.1)]}, doubted={"≥": 0.7})
    assert texts(lone)["≥"].confidence > 0.95


def test_words_tell_characters_apart() -> None:
    read = document(
        "甲|村千部评价", readings={"村千部评价": [("村干部评价", 0.4)]}, doubted={"村千部评价": 0.55}
    )
    assert texts(read)["村千部评价"].text == "村干部评价"


def test_words_tell_characters_apart_between_signs_too() -> None:
    misread, right = "研究与实践，开展数智賦能校园", "研究与实践，开展数智赋能校园"
    grid = f"二级指标|三级指标\n{misread}|验收合格率"
    found = texts(document(grid, readings={misread: [(right, 0.06)]}, doubted={misread: 0.86}))
    assert found[misread].text == right
    other = right.replace("，", "、")  # another sign as well
    found = texts(document(grid, readings={misread: [(other, 0.01)]}, doubted={misread: 0.86}))
    assert found[misread].text == misread


def test_a_column_confirms_little() -> None:
    """All of a column may be misread alike: 1 for the / of lines that have no value."""
    grid = "甲|12\n乙|15\n丙|19\n丁|14\n戊|1"
    read = document(grid, readings={"1": [("/", 0.3)]}, doubted={"1": 0.68})
    assert texts(read)["1"].confidence < 0.9


def test_two_values_in_a_cell_are_two_rows() -> None:
    """A ruling was not found: lines that fill no cell, or numbers below each other, or was a letter."""
    for lines in (("5", "好"), ("90", "90"), ("在职人员控制率", "T")):
        cells = [
            Cell(0, 0, "甲", confidence=0.9999),
            Cell(
                0,
                1,
                "\n".join(lines),
                lines=lines,
                line_boxes=((10.0, 10.0, 20.0, 20.0), (10.0, 24.0, 20.0, 34.0)),
                bbox=(0.0, 0.0, 80.0, 40.0),
                confidence=CLEAR,
            ),
            Cell(1, 1, "≥95%", confidence=CLEAR),
        ]
        read = Document("scan", "0", "scan", (Page(1, (Table(tuple(cells), 2, 2),)),))
        assert texts(read)["\n".join(lines)].confidence < 0.5
        assert texts(read)["≥95%"].confidence > 0.95


def test_a_doubt_about_the_table_stays_beside_that_about_characters() -> None:
    """A table without rulings: no cell of it is surer than its columns are."""
    grid = "二级指标|三级指标\n社会效益指标|某某某某某某"
    found = texts(document(grid, 0.85, doubted={"二级指标": 0.85, "某某某某某某": 0.6}))
    assert found["社会效益指标"].confidence <= 0.85
    assert found["某某某某某某"].confidence <= 0.6


def test_rows_carry_the_doubt_and_the_repair() -> None:
    body = """
一级指标|二级指标|三级指标|年度指标值
产出指标|数量指标|培训人数|≥100人
产出指标|质量指标|培训合格率|≥90%
产出指标|质量指标|课程完成率|295%
满意度指标|服务对象满意度指标|学员满意度|≥91%
"""
    read = document(
        body, readings={"295%": [("≥95%", 0.2)]}, doubted={"295%": 0.75, "≥100人": 0.7, "学员满意度": 0.6}
    )
    (filing,) = normalize(read, MAPPINGS)
    rows = {row.indicator: row for row in filing.indicators}
    assert (rows["课程完成率"].comparator, rows["课程完成率"].value) == ("≥", 95.0)
    assert rows["课程完成率"].raw == "课程完成率\n295%"
    assert rows["培训合格率"].confidence > 0.9
    assert rows["培训人数"].confidence < 0.9
    assert rows["学员满意度"].confidence < 0.9
    (repair,) = [repair for repair in filing.repairs if repair.kind == "ocr_corrected"]
    assert (repair.table, repair.column, repair.before, repair.after) == (
        *("indicators", "target", "295%", "≥95%"),
    )


def test_a_sign_that_recognition_overlooked_is_missed() -> None:
    body = """
一级指标|二级指标|三级指标|指标性质|指标值|度量单位
产出指标|数量指标|培训人数|≥|100|人
产出指标|质量指标|培训合格率||90|%
"""
    rows = {row.indicator: row for filing in normalize(document(body), MAPPINGS) for row in filing.indicators}
    assert rows["培训人数"].confidence > 0.9 > rows["培训合格率"].confidence
    sure = normalize(document(body, 1.0, doubted={"一级指标": 1.0}), MAPPINGS)
    assert all(row.confidence > 0.9 for filing in sure for row in filing.indicators)


CELL = st.sampled_from(["≥90%", "290%", "90%", "一级指标", "级指标", "产出指标", "=3", "二3", "健全", ""])


@settings(deadline=None)  # a dictionary may be loaded
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5),
    st.dictionaries(CELL, st.lists(st.tuples(CELL, st.floats(0, 1)), max_size=3)),
    st.dictionaries(CELL, st.floats(0, 1)),
)
def test_nothing_is_taken_that_was_not_read(
    grid: list[list[str]], readings: dict[str, list[tuple[str, float]]], doubted: dict[str, float]
) -> None:
    read = document("\n".join("|".join(line) for line in grid), 0.97, readings, doubted)
    for raw, text in texts(read).items():
        assert text.text in {raw, *(other for other, _ in readings.get(raw, ()))}
        assert (text.text != raw) == any(change.kind == "ocr_corrected" for change in text.changes)
        assert 0 <= text.confidence <= 1
