"""A label means the same however it is dressed: numbered, marked, bracketed, spaced, with a year, in traditional characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.forms.layouts import labels
from text_sheets import LAYOUTS

WORDS = sorted(LAYOUTS.words)
TRADITIONAL = str.maketrans(
    "项称号码单实预资执数标级产质时间题总额监测评复绩职责计划开说备注电话联系负审见满务对减结余营达采范围类别属据编写报价",
    "項稱號碼單實預資執數標級產質時間題總額監測評複績職責計劃開說備註電話聯繫負審見滿務對減結餘營達採範圍類別屬據編寫報價",
)
DRESSES: dict[str, Callable[[str], str]] = {
    "colon": lambda word: f"{word}：",
    "colon in half width": lambda word: f" {word} : ",
    "number": lambda word: f"1.{word}",
    "number in full width": lambda word: f"２、{word}",
    "number of two levels": lambda word: f"3.2 {word}",
    "number in brackets": lambda word: f"（4）{word}",
    "Chinese number": lambda word: f"五、{word}",
    "Chinese number in brackets": lambda word: f"（十二）{word}",
    "circled number": lambda word: f"⑦{word}",
    "star": lambda word: f"*{word}",
    "mark": lambda word: f"※ {word}",
    "mark and number": lambda word: f"★1.{word}",
    "unit in brackets": lambda word: f"{word}（万元）",
    "unit on a line of its own": lambda word: f"{word}\n(万元)",
    "points in brackets": lambda word: f"{word}（10分）",
    "formula": lambda word: f"{word}（B/A）",
    "square brackets": lambda word: f"{word}【必填】",
    "blanks within": " ".join,
    "wide blanks within": "\u3000".join,
    "line breaks within": lambda word: f"{word[:2]}\n{word[2:]}",
    "traditional": lambda word: word.translate(TRADITIONAL),
    "whole in brackets": lambda word: f"（{word}）",
    "star behind": lambda word: f"{word}*",
}


@pytest.mark.parametrize("dress", DRESSES)
def test_every_known_label_is_known_in_every_dress(dress: str) -> None:
    """All labels of params/forms, one by one."""
    dressed = {word: DRESSES[dress](word) for word in WORDS}
    fit = {word: text for word, text in dressed.items() if len(text) <= labels.LONGEST}
    assert {word: labels.key(text) for word, text in fit.items() if labels.key(text) != word} == {}


@settings(max_examples=300)
@given(
    st.sampled_from(WORDS),
    st.lists(
        st.sampled_from(("colon", "star", "unit in brackets", "circled number", "wide blanks within")),
        max_size=3,
        unique=True,
    ),
)
def test_dresses_over_one_another_change_nothing(word: str, worn: list[str]) -> None:
    """In any order, as long as the text may still be a label."""
    text = word
    for dress in worn:
        text = DRESSES[dress](text)
    if len(text) <= labels.LONGEST:
        assert labels.key(text) == word


@pytest.mark.parametrize("year", ["2022年", "2022年度", "2021-2023年", "2020—2022年度"])
def test_a_year_before_a_label_is_none_of_it(year: str) -> None:
    """2022年指标值 is 指标值; a label that only is a year stays."""
    for word in ("指标值", "实际完成值", "预算数", "执行数"):
        assert labels.key(f"{year}{word}") == word
    assert labels.key("2022年度") == "2022年度"


@given(st.text(max_size=60))
def test_any_text_has_a_key_that_keeps(text: str) -> None:
    """A key is short, has no blanks, and nothing raises; what is too long for a label is none."""
    bare = labels.key(text)
    assert bare == "" or not any(map(str.isspace, bare))
    assert len(text) <= labels.LONGEST or bare == ""


VALUE = st.text(
    st.characters(whitelist_categories=("Lo", "Nd"), max_codepoint=0x9FFF, min_codepoint=0x30),
    min_size=1,
    max_size=12,
).filter(lambda text: unicodedata.normalize("NFKC", text) == text)
FIELDS = sorted(word for word in LAYOUTS.head if len(word) > 2)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.sampled_from(FIELDS), VALUE), min_size=1, max_size=4),
    st.sampled_from((" ", "\u3000\u3000", "\n", "；")),
)
def test_pairs_in_a_cell_are_read_each(pairs: list[tuple[str, str]], between: str) -> None:
    """Whatever stands between them; a value is what stands between its label and the next one."""
    text = between.join(f"{word}：{value}" for word, value in pairs)
    assert list(labels.pairs(text, LAYOUTS.words)) == pairs


@settings(max_examples=300)
@given(st.sampled_from(FIELDS), VALUE, VALUE)
def test_a_value_does_not_change_its_label(word: str, one: str, other: str) -> None:
    """The label of a cell is the same whatever stands behind it."""
    found = [
        [label for label, _ in labels.pairs(f"{word}：{value}", LAYOUTS.words)] for value in (one, other)
    ]
    assert found == [[word], [word]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "填报单位（盖章）：甲单位　填报日期：2022年3月10日",
            [("填报单位", "甲单位"), ("填报日期", "2022年3月10日")],
        ),
        ("项目名称：　项目负责人：张三", [("项目名称", ""), ("项目负责人", "张三")]),
        ("单位：万元", [("单位", "万元")]),
        ("时间：上午9:30", []),
        ("填报单位（盖章）：", [("填报单位", "")]),
        ("填报单位：（公章）", [("填报单位", "")]),
    ],
)
def test_what_pairs_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    """A stamp is no value, and a colon within a value or a time of day heads nothing."""
    assert list(labels.pairs(text, LAYOUTS.words)) == expected
