"""Notations as real forms have them: what each is read as, and whether the actual value reaches the target.

tests/data/notations.csv: a target and its reading; tests/data/notation_pairs.csv: a target with what was reached,
whether that is enough (unknown where the two cannot be compared), and what the reader is told of a guess.
"""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.checks import self_scores
from jixiao.forms.records import targets
from jixiao.kit import numbers
from jixiao.rules import points, policy
from jixiao.values.measure_frame import parse_frame
from jixiao.values.measures import (
    Blank,
    Day,
    Interval,
    Measure,
    Number,
    UnreadableCell,
    Words,
    comparable,
    parse_actual,
    parse_target,
)

ROOT = Path(__file__).resolve().parents[1]
YEAR = 2022


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of notations."""
    with (ROOT / "tests/data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


NOTATIONS, PAIRS = table("notations.csv"), table("notation_pairs.csv")


def shown(measure: Measure) -> str:
    """A measure as the table writes it: comparison, value and unit; a day; words in quotation marks."""
    match measure:
        case Number():
            return f"{measure.operator}{numbers.plain(measure.value.normalize())}{measure.unit}"
        case Interval():
            low, high = (numbers.plain(end.normalize()) for end in (measure.low, measure.high))
            return f"{low}{measure.unit}～{high}{measure.unit}"
        case Day():
            return f"{measure.operator}{measure.last.isoformat()}"
        case Words():
            return f"“{measure.words}”"
        case Blank():
            return measure.status or "无"
    return "读不了"


def test_each_notation_is_read_as_it_is_meant() -> None:
    """Numbers with any comparison, unit and words around them, dates, words, and what means nothing or too much."""
    read = {row["text"]: shown(parse_target(row["text"], year=YEAR)) for row in NOTATIONS}
    assert [(t, r) for t, r in read.items() if r != {x["text"]: x["reading"] for x in NOTATIONS}[t]] == []
    assert len(read) >= 150


def test_a_number_within_a_sentence_is_told() -> None:
    """What is taken out of a sentence, or is no exact number, has a note that says how it was read."""
    for text, note in (("建成1座", "读作1座"), ("1200余人", "读作1200人"), ("下降5%", "读作≤-5%")):
        assert note in parse_target(text).note


def rows_of(pairs: list[dict[str, str]]) -> pd.DataFrame:
    """Pairs as rows of indicators."""
    frame = pd.DataFrame(pairs).rename(columns={"unit": "measure_unit", "name": "level3"})
    return frame[["level3", "target", "measure_unit", "actual"]]


def test_each_pair_is_judged_as_it_is_meant() -> None:
    """Reached, missed, or not to be compared; a guess is told in words."""
    parsed = parse_frame(rows_of(PAIRS), YEAR)
    missed = self_scores.missed(parsed)
    wrong = []
    for row, problem, doubt, short in zip(PAIRS, parsed["problem"], parsed["doubt"], missed, strict=True):
        outcome = "unknown" if problem else "missed" if short else "reached"
        if outcome != row["outcome"] or row["doubt"] not in doubt or bool(row["doubt"]) > bool(doubt):
            wrong.append((row, outcome, problem, doubt))
    assert wrong == []


def test_a_target_in_columns_is_judged_like_one_in_a_cell() -> None:
    """What a form prints in one cell stands in the tables as operator, number and unit, and says the same there."""
    parsed = parse_frame(rows_of(PAIRS), YEAR)
    split = pd.DataFrame([targets.split(row["target"])._asdict() for row in PAIRS])
    frame = rows_of(PAIRS).assign(operator=split["operator"], target=split["target"])
    frame["measure_unit"] = frame["measure_unit"].where(frame["measure_unit"] != "", split["measure_unit"])
    apart = parse_frame(frame, YEAR)
    told = zip(
        parsed["problem"] != "",
        self_scores.missed(parsed),
        apart["problem"] != "",
        self_scores.missed(apart),
        strict=True,
    )
    assert [
        (row["target"], row["actual"], apart["problem"].iloc[number])
        for number, (row, (unknown, short, unknown_apart, short_apart)) in enumerate(
            zip(PAIRS, told, strict=True)
        )
        if (unknown, short) != (unknown_apart, short_apart)
    ] == []


def test_nearly_all_plain_numbers_are_computed() -> None:
    """Of the targets that are numbers at least 97 % get points by the rule, when as much as was asked is reached."""
    rules = policy.on_date(ROOT, "mof-2020-10", dt.date(2023, 12, 31))
    texts = [row["text"] for row in NOTATIONS if any(sign.isdigit() for sign in row["text"])]
    plain = [text for text in texts if not isinstance(parse_target(text, year=YEAR), Day | Interval)]
    frame = pd.DataFrame({"target": plain, "actual": plain})
    # Strict and approximate targets (>50, about 50) have no points by any clause, however well they are read.
    parsed = parse_frame(frame, YEAR)
    left_open = parsed["operator"].isin([">", "<", "≈"]).to_numpy()
    scored = points.score(
        parsed,
        pd.Series([100_000] * len(frame)),
        pd.Series([False] * len(frame)),
        rules,
        pd.Series([""] * len(frame)),
    )
    meant = [x["reading"] != "读不了" for x in NOTATIONS if x["text"] in plain]
    asked = [
        text for text, open_, plain_ in zip(plain, left_open, meant, strict=True) if plain_ and not open_
    ]
    computed = set(frame.loc[(scored["status"] == "scored").to_numpy(), "target"])
    share = Decimal(len(computed.intersection(asked))) / len(asked)
    print(f"\n{len(asked)} plain numbers, {share:.1%} computed; not: {sorted(set(asked) - computed)}")
    assert share >= Decimal("0.97")


HEADS = ("", "全年", "举办培训", "建成", "完成", "覆盖率", "共", "总成本", "满意度达到", "累计", "发放补助")
SIGNS = {"": "", "不少于": "≥", "不超过": "≤", "至少": "≥", "≥": "≥", "大于等于": "≥", "不超": "≤"}
UNITS = {
    "个": (1, "个"),
    "万元": (10_000, "元"),
    "%": (1, "%"),
    "场次": (1, "场次"),
    "万人次": (10_000, "人次"),
    "": (1, ""),
}
PERIODS = {"": "", "每月": "/月", "每季度": "/季度", "每年": "/年"}


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, str, Decimal, str]:
    """A sentence with one number: its text, comparison, value and unit."""
    head, word = draw(st.sampled_from(HEADS)), draw(st.sampled_from(list(SIGNS)))
    unit = draw(st.sampled_from(list(UNITS)))
    period = draw(st.sampled_from(list(PERIODS))) if unit else ""
    value = draw(st.decimals(0, 10**6, places=draw(st.integers(0, 3))))
    about = draw(st.sampled_from(("", "余"))) if unit and value else ""
    scale, base = UNITS[unit]
    text = f"{period}{head}{word}{draw(st.sampled_from(('', ' ')))}{value}{about}{unit}"
    return text, SIGNS[word], value * scale, base + PERIODS[period]


@given(sentences())
def test_a_number_is_found_in_any_sentence(case: tuple[str, str, Decimal, str]) -> None:
    """Words before the number, the part of the year, the comparison and 余 behind it do not change the number."""
    text, sign, value, unit = case
    assert parse_target(text) == Number(sign, value, unit)


LENGTHS = {"米": 1, "m": 1, "公里": 1000, "km": 1000, "千米": 1000}
AREAS = {"平方米": 1, "㎡": 1, "m²": 1, "平米": 1}
BELOW = ("元/人·月", "元/人*月", "元/月/人", "元/人/月", "元/人、月", "元/人月")


@given(
    st.sampled_from((LENGTHS, AREAS)).flatmap(
        lambda units: st.tuples(st.sampled_from(list(units.items())), st.sampled_from(list(units.items())))
    ),
    st.integers(1, 10**6),
)
def test_units_of_one_kind_are_compared(pair: tuple[tuple[str, int], tuple[str, int]], value: int) -> None:
    """However a length or an area is written, as much of it reaches the target, and its value is the same."""
    (asked, many), (done, of_them) = pair
    target = parse_target(f"≥{value * of_them}{asked}")
    actual = parse_actual(f"{value * many}{done}", target)
    assert comparable(target, actual) == ""
    assert actual.value == target.value


@given(st.sampled_from(BELOW), st.sampled_from(BELOW), st.integers(1, 10**6))
def test_what_stands_below_the_stroke_may_stand_in_any_order(asked: str, done: str, value: int) -> None:
    """Months and people below a stroke are the same with *, ·, 、 or a second stroke."""
    target = parse_target(f"{value}{asked}")
    assert comparable(target, parse_actual(f"{value}{done}", target)) == ""


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31)), st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31))
)
def test_a_day_is_the_same_as_its_number(asked: dt.date, done: dt.date) -> None:
    """A dated target and the number that a spreadsheet keeps for a day, either way round."""
    epoch = dt.date(1899, 12, 30)
    day, serial = f"{asked.isoformat()}", str((done - epoch).days)
    frame = pd.DataFrame(
        {"target": [f"≤{day}", str((asked - epoch).days)], "actual": [serial, done.isoformat()]}
    )
    parsed = parse_frame(frame, YEAR)
    assert list(parsed["problem"]) == ["", ""]
    assert list(self_scores.missed(parsed)) == [done > asked] * 2
    assert all("序号" in doubt for doubt in parsed["doubt"])


@given(st.integers(2, 100), st.integers(1, 100))
def test_a_bare_fraction_is_the_per_cent_that_it_shows(asked: int, done: int) -> None:
    """0.95 against a floor in per cent is 95 %, and the reader is told."""
    target = parse_target(f"≥{asked}%")
    text = numbers.plain((Decimal(done) / 100).normalize())
    actual = parse_actual(text, target)
    assert (actual.value, actual.unit, comparable(target, actual)) == (done, "%", "")
    assert actual.doubt == f"“{text}”没有写%，读作{done}%"


@pytest.mark.parametrize("text", ["第3名", "未完成50个", "3个、5个", "分3批完成", "超上年2%"])
def test_a_number_that_is_not_the_value_is_refused(text: str) -> None:
    """A rank, what was not done, several numbers, parts of a plan and a comparison without a base."""
    assert isinstance(parse_target(text), UnreadableCell)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("≥80%且≤100%", "80~100%"),
        ("不低于80%，不高于100%", "80~100%"),
        ("≤5起且≥1起", "1~5起"),
        ("≥80 且 ≤100", "80~100"),
        ("≥3个且≤3个", "3~3个"),
        ("30±2处", "28~32处"),
        ("95%±2%", "93~97%"),
    ],
)
def test_two_ends_and_a_middle_with_its_width_are_intervals(text, expected):
    """Both ends count, whichever is written first; the unit may stand at one of them."""
    found = parse_target(text)
    assert isinstance(found, Interval)
    assert f"{found.low}~{found.high}{found.unit}" == expected


@pytest.mark.parametrize("text", ["≥3个且≤2个", "≥3个≥2个", ">5且<9", "30±5%", "≤30±2处", "≥80%且≤100次"])
def test_what_may_mean_another_interval_is_not_read(text):
    """Ends that are not in order, of different units, or left out, and a width that may be a share."""
    assert isinstance(parse_target(text), UnreadableCell)
