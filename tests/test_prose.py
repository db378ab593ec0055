"""Prose: placeholders become <data>, digits typed by hand are refused, text is escaped."""

import re
from decimal import Decimal

import pytest

from jixiao.figures.model import Basis, Figure, Figures, Origin
from jixiao.kit.errors import ProseError
from jixiao.report import prose

CSV = ("定义", "indicators.csv")
FIGURES = Figures(
    [
        Figure("a.count", Decimal(53), "个", "甲", *CSV, basis=Basis.PUBLISHED),
        Figure(
            "a.self.[95,100)",
            Decimal(3),
            "个",
            "自评95分（含）至100分",
            *CSV,
            short="95分（含）至100分",
            basis=Basis.PUBLISHED,
        ),
        Figure("a.self.=100", Decimal(0), "个", "自评100分", *CSV, short="100分", basis=Basis.PUBLISHED),
        Figure("a.self.[90,95)", Decimal(2), "个", "自评90分（含）至95分", *CSV, short="90分（含）至95分"),
        Figure("a.none", None, "分", "无", *CSV),
        Figure("a.full", Decimal(100), "分", "满分", "定义", "《办法》", origin=Origin.STATED),
        Figure("name", "<b>甲</b>单位", "", "名称", *CSV, basis=Basis.PUBLISHED),
    ]
)


def html(text: str, marked: bool = False) -> str:
    """The fragment of `text`, without its line end."""
    return prose.fragment(text, FIGURES, marked=marked).strip()


def test_a_placeholder_becomes_a_data_element():
    """The reader sees number and unit; programs see value and key."""
    assert html("共{a.count}部门。") == '<p>共<data value="53" data-key="a.count">53个</data>部门。</p>'
    assert html("共{a.count:数}家") == '<p>共<data value="53" data-key="a.count">53</data>家</p>'


def test_a_group_lists_what_is_not_zero():
    """{prefix.*} writes label and number of each figure below it, leaving zeros out."""
    assert (
        prose.re.sub("<[^>]+>", "", html("{a.self.*}。")) == "95分（含）至100分的3个、90分（含）至95分的2个。"
    )


def test_a_group_lists_what_has_a_value():
    """Figures without one are passed over beside others that have; where none has, that is told."""
    none = Figures([Figure("b.one", None, "个", "甲", *CSV), Figure("b.two", Decimal(2), "个", "乙", *CSV)])
    assert prose.re.sub("<[^>]+>", "", prose.fragment("{b.*}", none, marked=False)).strip() == "乙的2个"
    with pytest.raises(ProseError, match="没有值"):
        prose.fragment("{b.*}", Figures([Figure("b.one", None, "个", "甲", *CSV)]), marked=False)


def test_unpublished_numbers_of_a_reconstruction_are_marked():
    """A number that follows only from reconstructed rows carries the mark that the note explains."""
    assert html("{a.self.[90,95)}", marked=True).endswith("</data><sup>*</sup></p>")
    assert "<sup>" not in html("{a.count}{a.full}", marked=True)


@pytest.mark.parametrize("text", ["共85个", "共８５个", "占{a.count}的3%", "3年", "½以上", "第Ⅳ类"])
def test_digits_typed_by_hand_are_refused(text):
    """A number in prose must be a figure."""
    with pytest.raises(ProseError, match="手写的数字"):
        html(text)


@pytest.mark.parametrize(
    "text", ["依据财预〔2020〕10号", "依据《政府会计准则第1号》", "城中办发〔2021〕12号文件"]
)
def test_citations_may_hold_digits(text):
    """Document numbers and titles are not figures."""
    assert text in html(text)


@pytest.mark.parametrize(
    ("text", "words"), [("{a.cuont}", "a.count"), ("{a.none}", "没有值"), ("{b.*}", "没有以此开头")]
)
def test_a_placeholder_without_number_is_refused(text, words):
    """Unknown keys, figures without value and empty groups raise with a remedy."""
    with pytest.raises(ProseError, match=words):
        html(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("共{a.count个。", "正文“…共{a.count个。…”：“{”没有闭合；应为{统计数的键}；请补上“}”"),
        (
            "其中{a.self.[95,100)的单位",
            "正文“…其中{a.self.[95,100)的单位…”：“{”没有闭合；应为{统计数的键}；请补上“}”",
        ),
        ("共a.count}个。", "正文“…共a.count}个。…”：多出一个“}”；应为{统计数的键}；请补上前面的“{”，或删去"),
        ("共｛a.count", "正文“…共｛a.count…”：是全角的“｛”；应为{统计数的键}；请改用半角的花括号"),
        (
            "如下：\n\n| 甲 | 个 |\n|---|---|\n| 乙 | 12 |",
            '正文“…| 甲 | 个 |…”：有手写的表格；请改用 report.table(frame, "题目") 列表',
        ),
        ("甲|3|4|\n乙|5|6|", '正文“…甲|3|4|…”：有手写的表格；请改用 report.table(frame, "题目") 列表'),
    ],
)
def test_braces_without_a_key_and_drawn_tables_are_refused(text, said):
    """A line each, which quotes them; the numbers in a drawn table are not told one by one."""
    with pytest.raises(ProseError) as told:
        html(text)
    assert [str(fault) for fault in told.value.faults] == [said]


def test_all_that_is_wrong_with_a_text_is_told_at_once():
    """Braces, numbers, keys that are not there, figures without value; what is broken elsewhere is not told again."""
    with pytest.raises(ProseError) as told:
        html("共{a.cuont}，{a.none}，八十家，9个，{a.count")
    assert [fault.found for fault in told.value.faults] == [
        "“{”没有闭合",
        "有用汉字手写的数字“八十家”",
        "有手写的数字“9”",
        "没有这个统计数",
        "没有值（来源：indicators.csv）",
    ]
    assert prose.faults("共{own}、{own:数}", FIGURES, broken={"own"}) == []
    assert prose.fragment("共{own}。", FIGURES, marked=False, broken={"own"}).strip() == "<p>共。</p>"


@pytest.mark.parametrize(
    "text", ["详见“结果应用”。", "见结果应用", "“结果应用”一节说明", "参见本报告的结果应用部分"]
)
def test_a_reference_to_a_section_that_is_left_out_is_told(text):
    """The section is named, with what to do."""
    [fault] = prose.references(text, ["制度建设", "结果应用"])
    assert (fault.found, fault.remedy) == (
        "提到的章节“结果应用”没有写",
        "删去这一处，或从参数 leave_out 里去掉“结果应用”",
    )


def test_words_that_are_also_the_name_of_a_section_are_no_reference():
    """加强制度建设 sends nobody to a section."""
    assert prose.references("加强制度建设，推动结果应用。", ["制度建设", "结果应用"]) == []


def test_text_from_data_is_escaped():
    """A unit's name with markup stays text."""
    assert "&lt;b&gt;甲&lt;/b&gt;单位" in html("{name}")
    assert "<script>" not in html("<script>alert()</script>")


def test_line_ends_leave_no_blanks_between_characters():
    """Prose broken over lines in the notebook reads as one line."""
    assert html("第一行，\n第二行。") == "<p>第一行，第二行。</p>"


def test_whether_a_text_can_be_written():
    """A text whose figures all have values can; one that uses a figure without value cannot."""
    assert prose.has_values("共{a.count}，其中{a.self.*}", FIGURES)
    assert not prose.has_values("平均{a.none}", FIGURES)
    zeros = Figures([make("a.one", "0"), make("a.two", "0")])
    assert not prose.has_values("平均扣减{a.*}", zeros)
    assert prose.has_values("{a.one}", zeros)
    with pytest.raises(ProseError):
        prose.has_values("{a.cuont}", FIGURES)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("共{a.count}[[，平均{a.none}]]。", "共{a.count}。"),
        ("共{a.count}[[，其中{a.full}]]。", "共{a.count}，其中{a.full}。"),
        ("[[甲{a.none}]][[乙{a.full}]]\n[[丙\n{a.count}]]", "乙{a.full}\n丙\n{a.count}"),
        ("[[{a.count}和{a.none}]]", ""),
        ("[[没有数]]。", "没有数。"),
        ("甲。\n[[乙{a.none}。]]\n丙。", "甲。\n丙。"),
        ("甲。\n[[乙{a.none}。]][[丁{a.none}。]]\n丙。", "甲。\n丙。"),
        ("甲。\n\n[[乙{a.none}。]]\n\n丙。", "甲。\n\n\n丙。"),
        ("甲。[[乙{a.none}]][[，丁{a.none}]]。\n[[戊{a.none}]]。[[己{a.full}。]]", "甲。己{a.full}。"),
        ("[[甲{a.none}]][[，乙{a.full}]]，丙。\n\n[[丁{a.none}]]。", "乙{a.full}，丙。\n\n"),
        ("- 甲\n- [[乙{a.none}]]\n- 丙", "- 甲\n- 丙"),
        ("- 甲\n[[- 乙{a.none}\n]]- 丙", "- 甲\n- 丙"),
        ("[[{a.self.[95,100)}]][[{a.self.=100}]]", "{a.self.[95,100)}{a.self.=100}"),
    ],
)
def test_a_clause_without_its_number_is_left_out(text, kept):
    """What stands in [[…]] goes where one of its figures has no value; the rest loses its brackets."""
    assert prose.with_known(text, FIGURES) == kept


def test_a_clause_with_an_unknown_key_is_a_fault():
    """A misspelt key is not a missing value."""
    with pytest.raises(ProseError, match="没有这个统计数"):
        prose.with_known("[[{a.cuont}]]", FIGURES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲[[乙{a.full}。", "正文“…甲[[乙{a.full}。…”：“[[”没有闭合；应为[[可以略去的话]]；请补上“]]”"),
        ("甲{a.full}]]。", "正文“…甲{a.full}]]。…”：多出一个“]]”；应为[[可以略去的话]]；请补上前面的“[[”，或删去"),
        ("[[甲[[乙]]{a.full}]]", "正文“…[[甲[[乙]]{a.full…”：[[…]] 里又有“[[”；应为一层 [[…]]；请分成两处，或删去一层"),
    ],
)  # fmt: skip
def test_brackets_that_make_no_clause_are_a_fault(text, said):
    """None of them is ever printed: left open, closed twice, or one inside another."""
    with pytest.raises(ProseError) as told:
        html(text)
    assert [str(fault) for fault in told.value.faults] == [said]


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [("3", "3", "均"), ("2", "3", "有2个"), ("0", "3", "没有"), ("0", "0", "没有")],
)
@pytest.mark.parametrize("word", ["均", "全部"])
def test_all_some_or_none_of_a_whole(part, whole, written, word):
    """{part:均 whole} says how much of the whole it is; each keeps the number for programs."""
    known = Figures([make("a.part", part), make("a.whole", whole)])
    said = prose.fragment(f"评价后{{a.part:{word} a.whole}}低于自评。", known, marked=False)
    shown = word if written == "均" else written
    assert said.strip() == f'<p>评价后<data value="{part}" data-key="a.part">{shown}</data>低于自评。</p>'


@pytest.mark.parametrize(("part", "written"), [("3", "全部"), ("2", "其中的")])
def test_of_which_or_all(part, written):
    """{part:其中 whole} is 其中的2个, or 全部3个 where it is all of them."""
    known = Figures([make("a.part", part), make("a.whole", "3")])
    said = prose.fragment("评价了{a.part:其中 a.whole}，", known, marked=False)
    assert said.strip() == f'<p>评价了{written}<data value="{part}" data-key="a.part">{part}个</data>，</p>'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2.67", '降低<data value="2.67" data-key="a.gap">2.67个</data>'),
        ("-2.67", '提高<data value="-2.67" data-key="a.gap">2.67个</data>'),
        ("0.00", '<data value="0.00" data-key="a.gap">持平</data>'),
    ],
)
def test_a_difference_says_which_way_it_goes(value, written):
    """{key:降低} has no number with a sign."""
    said = prose.fragment("平均{a.gap:降低}。", Figures([make("a.gap", value)]), marked=False)
    assert said.strip() == f"<p>平均{written}。</p>"


def test_the_greatest_of_a_list_stands_with_its_label():
    """{prefix.*:最多} names one figure; the clause goes where the list has nothing."""
    known = Figures([make("a.one", "2"), make("a.two", "7"), make("b.one", "0")])
    said = prose.fragment("因{a.*:最多}", known, marked=False)
    assert said.strip() == '<p>因a.two（<data value="7" data-key="a.two">7个</data>）</p>'
    assert prose.with_known("甲[[，因{b.*:最多}]]。", known) == "甲。"


def test_a_clause_about_nothing_is_left_out():
    """{key:非零} writes the number, and has no value where it is zero."""
    known = Figures([make("a.none", "0"), make("a.some", "2")])
    assert prose.with_known("甲[[，共{a.none:非零}]]。", known) == "甲。"
    assert not prose.has_values("共{a.none:非零}", known)
    said = prose.fragment(prose.with_known("甲[[，共{a.some:非零}]]。", known), known, marked=False)
    assert re.sub("<[^>]+>", "", said).strip() == "甲，共2个。"


def test_the_whole_must_be_a_figure_too():
    """One that does not exist or has no value is told, and a clause with it is left out."""
    known = Figures([make("a.part", "3"), make("a.none", None)])
    assert [fault.found for fault in prose.faults("{a.part:均 a.whole}", known)] == ["没有这个统计数"]
    assert "没有值" in prose.faults("{a.part:全部 a.none}", known)[0].found
    assert prose.with_known("甲[[，{a.part:全部 a.none}]]", known) == "甲"


def make(key, value):
    """A counted figure in 个."""
    return Figure(key, None if value is None else Decimal(value), "个", key, key, "subjects.csv")


def test_a_list_of_zeros_says_nothing():
    """A clause with it is left out, as if it had no value; one figure that is not zero is enough."""
    known = Figures([make("a.one", "0"), make("a.two", "0"), make("b.one", "0"), make("b.two", "2")])
    assert prose.with_known("甲[[，扣减{a.*}]]。", known) == "甲。"
    assert prose.with_known("甲[[，扣减{b.*}]]。", known) == "甲，扣减{b.*}。"


@pytest.mark.parametrize(
    ("way", "written"),
    [("", "53个"), (":数", "53"), (":有", "有53个"), (":略", ""), (":均 a.count", "均")],
)
def test_a_title_takes_every_way_of_writing_a_figure(way, written):
    """A number that a paragraph would not write stands in no title either."""
    assert prose.line(f"甲{{a.count{way}}}<乙>", FIGURES) == f"甲{written}<乙>"
