"""What a spreadsheet shows of a number: each case as Excel shows it."""

import pytest

from extract.numfmt import BUILT_IN, FormatError, shown, shown_text

DATE = 45356.6  # 2024-03-05 14:24, a Tuesday
ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-5, "-5"),
        (0.1 + 0.2, "0.3"),
        (0.28999999999999998, "0.29"),
        (1234567.891, "1234567.891"),
        (99999999999, "99999999999"),
        (123456789012, "1.23457E+11"),
        (1234567890.123, "1234567890"),
        (99999999999.5, "1E+11"),
        (1 / 3, "0.333333333"),
        (-1 / 3, "-0.333333333"),
        (0.00012345678, "0.000123457"),
        (0.00001, "0.00001"),
        (0.000012345678, "1.23457E-05"),
        (1e-10, "1E-10"),
        (1.234565e15, "1.23457E+15"),  # half up, as everywhere
        (1e300, "1E+300"),
    ],
)
def test_general_takes_no_more_than_eleven_characters(value: float, text: str) -> None:
    assert shown(value, "General") == text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("0%", 0.95, "95%"),
        ("0.00%", 0.12345, "12.35%"),
        ("0%", 0.285, "29%"),  # 28.499… as a float, 0.285 with the digits that are kept
        ("#,##0.00", 1234567.891, "1,234,567.89"),
        ("#,##0", 999.5, "1,000"),
        ("#,##0", 12, "12"),
        ("0.00", 1.005, "1.01"),
        ("000000", 123, "000123"),
        ("#.##", 1, "1."),
        ("0.0#", 1.5, "1.5"),
        ("#", 0, ""),
        (".0", 12.34, "12.3"),
        ("0,", 1234567, "1235"),
        ("0.0,,", 1234567, "1.2"),
        ('0\\.0,"万"', 123456, "12.3万"),
        ("000-0000", 5551234, "555-1234"),
        ("0.00E+00", 12345, "1.23E+04"),
        ("##0.0E+0", 12345, "12.3E+3"),
        ("0E-0", 0.00095, "1E-3"),
        ("# ?/?", 1.5, "1 1/2"),
        ("# ??/??", 123.45, "123  9/20"),
        ("# ?/8", 0.3, "2/8"),
        ("# ?/?", 3, "3"),
        ("?/?", 0.75, "3/4"),
    ],
)
def test_digits_stand_in_their_places(code: str, value: float, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ('"≥"0', 5, "≥5"),
        ('0.0"万元"', 12.34, "12.3万元"),
        ("0.0万元", 12.34, "12.3万元"),
        ('0"%"', 5, "5%"),
        ("0_ ", 5.4, "5"),
        ("0.00_);(0.00)", -5, "(5.00)"),
        ("* 0.0", 5, "5.0"),
        (ACCOUNTING, 1234.5, "1,234.50"),
        (ACCOUNTING, -1234.5, "-1,234.50"),
        (ACCOUNTING, 0, "-"),
        ("[$¥-804]#,##0.00", 1234, "¥1,234.00"),
        ("[$USD] 0", 5, "USD 5"),
        ('General"元"', -5, "-5元"),
        ("@", 12.5, "12.5"),
        ("", 12.5, ""),
    ],
)
def test_what_stands_around_a_number(code: str, value: float, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("[Red]-0.0;[Blue]0.0", -3, "3.0"),
        ("0;-0;零", 0, "零"),
        ("0;-0;零", 0.4, "0"),
        ("0.0", -0.01, "0.0"),
        ("0.0;-0.0", -0.01, "-0.0"),
        ('"负"', -1, "-负"),
        (";;;", 5, ""),
        ("0;;", -5, ""),
        ('[>=10000]0.0,"千";0', 12345, "12.3千"),
        ('[>=10000]0.0,"千";0', 123, "123"),
        ('[>=10000]0.0,"千";0', -123, "-123"),
        ('[=1]"是";[=0]"否";0', 0, "否"),
        ("[<0]0;0", -5, "5"),
        ("[>100]0", 5, "5"),
        ("[>100]0;[<0]0", 5, "########"),
    ],
)
def test_the_section_is_chosen_by_the_number(code: str, value: float, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ('yyyy"年"m"月"d"日"', DATE, "2024年3月5日"),
        ("yyyy年m月d日", DATE, "2024年3月5日"),
        ('[$-804]yyyy"年"m"月"d"日";@', DATE, "2024年3月5日"),
        ("[$-F800]dddd, mmmm dd, yyyy", DATE, "2024年3月5日"),
        ("[$-F400]h:mm AM/PM", DATE, "14:24:00"),
        ("m/d/yyyy", DATE, "3/5/2024"),
        ("yy-mm-dd", DATE, "24-03-05"),
        ("d-mmm-yy", DATE, "5-Mar-24"),
        ("mmmm mmmmm", DATE, "March M"),
        ("ddd dddd", DATE, "Tue Tuesday"),
        ("[$-804]dddd aaaa aaa ddd mmm mmmm", DATE, "星期二 星期二 二 周二 3月 三月"),
        ("[$-zh-CN]dddd", DATE, "星期二"),
        ("e", DATE, "2024"),
        ("h:mm", DATE, "14:24"),
        ("hh:mm:ss AM/PM", DATE, "02:24:00 PM"),
        ("h:mm a/p", 0.25, "6:00 a"),
        ("h AM/PM", 0, "12 AM"),
        ('上午/下午h"时"mm"分"', DATE, "下午2时24分"),
        ("[$-804]h AM/PM", DATE, "2 下午"),
        ("m:ss", 0.51, "14:24"),  # minutes beside seconds
        ("h m", DATE, "14 24"),
        ("mm:ss.00", 0.1234567, "57:46.66"),
        ("[h]:mm", 1.5, "36:00"),
        ("[mm]:ss", 0.5, "720:00"),
        ("[ss]", 0.001, "86"),
        ("yyyy-mm-dd hh:mm:ss", 45356.9999999, "2024-03-06 00:00:00"),
        ("yyyy-m-d", 60, "1900-2-29"),
        ("yyyy-m-d", 59, "1900-2-28"),
        ("yyyy-m-d", 61, "1900-3-1"),
        ("yyyy-m-d", 0, "1900-1-0"),
        ("yyyy-m-d", 2958465, "9999-12-31"),
        ("yyyy-m-d", 2958466, "########"),
        ("yyyy-m-d", -1, "########"),
        ('[DBNum1][$-804]yyyy"年"m"月"d"日"', 45646, "二〇二四年十二月二十日"),
        ('[DBNum3]yyyy"年"m"月"', DATE, "２０２４年３月"),
    ],
)
def test_dates_and_times(code: str, value: float, text: str) -> None:
    assert shown(value, code) == text


def test_days_may_count_from_1904() -> None:
    assert shown(43894, "yyyy-m-d", epoch_1904=True) == "2024-3-5"
    assert shown(1.5, "[h]", epoch_1904=True) == "36"


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("[DBNum1][$-804]General", 1005, "一千零五"),
        ("[DBNum2][$-804]G/通用格式", 12345.6, "壹万贰仟叁佰肆拾伍.陆"),
        ("[DBNum2]General", 100000005, "壹亿零伍"),
        ("[DBNum2]General", 0, "零"),
        ("[DBNum1]0", 2024, "二〇二四"),
        ("[DBNum3]0.0", 1.5, "１.５"),
    ],
)
def test_chinese_numerals(code: str, value: float, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("General", "甲 "),
        ("0.00", "甲 "),
        ("@", "甲 "),
        (ACCOUNTING, "甲 "),
        ('0;0;0;"前"@', "前甲 "),
        (";;;", ""),
        ("@@", "甲 甲 "),
    ],
)
def test_texts_have_a_section_of_their_own(code: str, text: str) -> None:
    assert shown_text("甲 ", code) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((1, "45357"), (9, "4535660%"), (14, "2024/3/5"), (22, "2024/3/5 14:24"), (31, "2024年3月5日")),
        *((34, "下午2时24分"), (40, "45,356.60"), (43, "45,356.60"), (47, "24:00.0"), (49, "45356.6")),
        (58, "3月5日"),
    ],
)
def test_formats_that_have_a_number_alone(number: int, text: str) -> None:
    assert shown(DATE, BUILT_IN[number]) == text


@pytest.mark.parametrize(
    "code",
    [
        '"open',
        "0;0;0;0;0",
        "@;@",
        "yyyy 0",
        "kg0",
        "0E+",
        "General0",
        "0/0E+0",
        "[NatNum12]0",
        "[$-1130000]yyyy",
        "# ?/????????",
        "0" * 1_001,
    ],
)
def test_a_code_that_is_not_understood_says_so(code: str) -> None:
    with pytest.raises(FormatError):
        shown(1, code)
