"""Number formats: what Excel shows of a number is what is read, and what is stored is kept beside it."""

import pytest

from jixiao.forms.files import cell_text
from jixiao.forms.files.cell_text import Shown
from jixiao.forms.files.number_formats import TEXT, format_of, text_format_of

ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '
WAN_OR_YUAN = '[>=10000]0!.0000"万元";0"元"'
# Format, the number stored, the text read, and whether it is another number than the one that is stored
SHOWN = [
    ("0!.0000", "1000000", "100", True),
    (r"0\.0000", "1234567.89", "123.456789", True),
    ('0"."0000', "0", "0", False),
    ("0!.0,", "1000000", "100", True),
    ('0"."0,"万元"', "1000000", "100万元", True),
    ('0.0,"万"', "1000000", "1000万", True),
    ("#,##0.00,", "1000000", "1000", True),
    ("#,##0,.00", "1000000", "1000", True),
    ("0.00,,", "1000000000", "1000", True),
    ('0.00,"千元"', "5000", "5千元", True),
    ('0.00"元"', "1000000", "1000000元", False),
    ("0.00元", "100", "100元", False),
    ('#,##0.00"万元"', "100", "100万元", False),
    (WAN_OR_YUAN, "1000000", "100万元", True),
    (WAN_OR_YUAN, "500", "500元", False),
    (WAN_OR_YUAN, "-500", "-500元", False),
    ('"≥"0"%"', "95", "≥95%", False),
    ('"≥"0%', "0.95", "≥95%", False),
    ("0%", "0.95", "95%", False),
    ("0%", "95", "9500%", False),
    ("0.00%", "0.79274", "79.274%", False),
    ('"约"0', "5", "约5", False),
    ('General"件"', "5", "5件", False),
    ('G/通用格式"件"', "5", "5件", False),
    ('#"万元"', "0", "0万元", False),
    (ACCOUNTING, "0", "0", False),
    (ACCOUNTING, "-5.5", "-5.5", False),
    ("0.00_);(0.00)", "-3", "-3", False),
    ("0.00_);[Red]0.00", "-3", "-3", False),
    ("0;0", "-3", "3", True),
    ('"增长"0%;"下降"0%', "-0.05", "下降5%", False),
    ("+0%;-0%", "0.5", "50%", False),
    (";;;", "5", "", True),
    (";;;", "0", "0", False),
    ("0;-0;;@", "0", "0", False),
    ("0;-0;@", "0", "0", False),
    ('[=1]"是";[=0]"否"', "1", "是", True),
    ("[DBNum2]", "5", "5", False),
    ("[DBNum1][$-804]General", "5", "5", False),
    ("[$¥-804]#,##0.00", "100", "100", False),
    ('0000"年"00"月"', "202103", "2021年03月", False),
    ("0000-00-00", "20221230", "2022-12-30", False),
    ('0"万"0000', "123456", "12万3456", False),
    ('0"0000"', "2.5", "25000", True),
    ("0.E+00", "12345", "12345", False),
    ("# ?/?", "0.5", "0.5", False),
    ('"a;b"0', "5", "a;b5", False),
    ("", "5", "5", False),
]


@pytest.mark.parametrize(("code", "raw", "text", "apart"), SHOWN)
def test_a_number_is_read_as_its_format_shows_it(code, raw, text, apart):
    """Scaling, units, comparison and signs count, rounding does not; another number than the stored one is told."""
    found = cell_text.shown(raw, format_of(code))
    assert (found.text, found.apart) == (text, apart)
    assert (raw if text != raw else None) == found.stored


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('"≥"@', f"≥{TEXT}"),
        ('0;0;0;"※"@', f"※{TEXT}"),
        (";;;", ""),
        ('0;0;0;"无"', "无"),
        ("@", None),
        ("0.00", None),
    ],
)
def test_a_format_may_add_to_texts_or_hide_them(code, words):
    """The fourth section is for texts, or a last one with @."""
    assert words == text_format_of(code)


@pytest.mark.parametrize(
    ("text", "stored", "shown"),
    [
        ("79.27%", "0.79274", Shown("79.274%", "0.79274")),
        ("￥1,000.00", "1000", Shown("1000")),
        ("(5.00)", "-5", Shown("-5")),
        ("下降5%", "-0.05", Shown("下降5%", "-0.05")),
        ("100.0万元", "1000000", Shown("100万元", "1000000", True)),
        ("000012", "12", Shown("000012", "12")),
        ("-", "0", Shown("0")),
        ("", "5", Shown("", "5", True)),
        ("12", "15", Shown("12", "15", True)),
        ("4.50E+19", "45020021000112299999", Shown("45020021000112300000")),
    ],
)
def test_a_text_that_a_program_made_of_a_number_gets_its_digits(text, stored, shown):
    """Files that hold both, as ods does, are read as those that hold number and format."""
    assert shown == cell_text.refined(text, stored)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("123456789012345", False),
        ("1234567890123456", True),
        ("4.502E+19", True),
        ("4.5E+03", False),
        ("1E+11", True),
    ],
)
def test_a_code_of_more_digits_than_a_number_has_is_known(text, cut):
    """Fifteen digits are whole; programs that write texts shorten a number from twelve on."""
    assert cut is cell_text.is_cut_off(text)
