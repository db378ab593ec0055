"""A figure by itself: what readers see, what equals a published fact, and what stands on what."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from jixiao.figures import compare, unit_figures, wording
from jixiao.figures.compare import State
from jixiao.figures.evaluate import AREAS, evaluate, with_area
from jixiao.figures.model import Basis, Figure, Figures, Origin, Rows
from jixiao.figures.trends import measures, side_by_side, trend_figures
from jixiao.figures.unit_year import Year
from jixiao.kit.errors import ProseError, TableError
from jixiao.year import params
from kit import PROJECT, Kit

D = Decimal


def figure(value, key: str = "k", unit: str = "分", **more) -> Figure:
    """A figure with this value."""
    return Figure(key, value, unit, "标签", "定义", "来源", **more)


SEEN = [  # value, unit, shown; number, display
    (D("90.50"), "分", "", "90.50", "90.50分"),
    (D("1E+2"), "个", "", "100", "100个"),
    (D("-0.5"), "分", "", "-0.5", "-0.5分"),
    ("优秀", "", "", "优秀", "优秀"),
    ("2023-08-25", "", "2023年8月25日", "2023-08-25", "2023年8月25日"),
    (None, "分", "", "—", "—"),
    (D(0), "个", "", "0", "0个"),
]


@pytest.mark.parametrize(("value", "unit", "shown", "number", "display"), SEEN)
def test_what_readers_see(value, unit, shown, number, display):
    """A number keeps its decimals and takes its unit; what is missing is a dash without unit."""
    found = figure(value, unit=unit, shown=shown)
    assert (found.number, found.display) == (number, display)
    assert found.as_json() == {
        "key": "k", "value": None if value is None else number, "unit": unit, "display": display,
        "label": "标签", "definition": "定义", "source": "来源", "basis": "推算",
    }  # fmt: skip


EQUAL = [
    (D("90.50"), D("90.5"), True),
    (D("90.50"), D("90.51"), False),
    (D(5), "5", False),
    (None, D(0), False),
    (None, "", False),
    ("优", "优", True),
    ("甲、乙", "乙、甲", True),
    ("甲、乙", "甲", False),
    ("甲、甲", "甲", False),
    ("甲、乙", "甲乙", False),
]


@pytest.mark.parametrize(("value", "fact", "equal"), EQUAL)
def test_a_fact_equals_a_figure_by_value(value, fact, equal):
    """Numbers by value, lists whatever their order; nothing equals what is missing."""
    assert figure(value).equals(fact) is equal


def test_makers_of_figures():
    """What parameters say, what rules say, and what counts its rows; braces are filled, also with what has braces itself."""
    one, two, three, four = (
        wording.figure("evaluation_tiers_count", 5, year="2022"),
        wording.figure("policy.weights.{name}", 20, name="甲", meaning="分值", citation="第一条"),
        wording.count("target_review.{status}", Rows("t", (2, 4)), status="adopted", word="已采纳"),
        wording.figure("parameter.{name}", "{x}", name="{y}"),
    )
    assert [(f.key, f.value, f.unit, f.label, f.origin, f.basis, f.rules) for f in (one, two, three, four)] == [
        ("evaluation_tiers_count", D(5), "个", "评价层级数", Origin.STATED, Basis.PARAMETER, ()),
        ("policy.weights.甲", D(20), "分", "甲分值", Origin.STATED, Basis.RULE, ("weights",)),
        ("target_review.adopted", D(2), "条", "已采纳的意见", Origin.COUNTED, Basis.OWN, ()),
        ("parameter.{y}", "{x}", "", "{y}", Origin.STATED, Basis.PARAMETER, ()),
    ]  # fmt: skip
    assert [f.source for f in (one, two, three)] == [
        "params/2022.yml",
        "第一条",
        "target_reviews.csv，status = 已采纳",
    ]
    assert (three.rows, three.short, three.tables) == (Rows("t", (2, 4)), "已采纳", ("target_reviews",))
    assert (one.follows, two.definition) == (("evaluation_tiers",), "分值：甲")
    assert wording.figure("policy.title", None, policy="p").value is None
    assert [f.invented for f in (one, two, three)] == [False, False, True]


def test_no_figure_has_words_in_vain(tmp_path):
    """Each entry of figures.yml is a figure of 2022 with a parameter of its own and a sample, of an area, a unit, or years side by side.

    Those of districts side by side: test_province.py.
    """
    kit = Kit(tmp_path)
    kit.edit(
        kit.params, "  reevaluation:", "  spot: {name: 抽查, by: 财政部门, covers: sample}\n  reevaluation:"
    )
    spot = {"subject_id": "P001", "tier": "spot", "score": "80", "evaluator": "", "scored_on": ""}
    kit.change_table("scores", lambda rows: rows.append(spot))
    evaluation = evaluate(kit.root, params.of_year(kit.root, 2022), {"month": 6})
    compared = list(measures.measures(None, None))
    found = side_by_side.of(compared, {2022: evaluation.figures}, None)
    of_areas = [key for area in AREAS for key in with_area(evaluation, area).figures]
    keys = {one.key for one in trend_figures.figures(found, None)} | {
        *evaluation.figures,
        *of_areas,
        *unit_figures.with_own(Year(evaluation).of("U009")).figures,
    }
    forms = {key: re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(key))) for key in wording.words()}
    forms = {key: form for key, form in forms.items() if not key.startswith("province.")}
    forms["{fact}"] = re.compile(".+")  # no table of facts here; tested in test_facts
    assert [key for key, form in forms.items() if not any(map(form.fullmatch, keys))] == []


def test_a_basis_is_found_from_the_published_facts():
    """Equal to a fact is published; all it follows from equal is computed; one of them not, or none, is our own."""
    stated = {"origin": Origin.STATED, "basis": Basis.PARAMETER}
    figures = Figures([
        figure(D(1), "a"), figure(D(2), "b"), figure(D(3), "c"),
        figure(D(4), "d", follows=("a", "b")), figure(D(5), "e", follows=("a", "c")),
        figure(D(6), "f", follows=("a",)), figure(D(7), "g", **stated), figure(D(8), "h", **stated),
    ])  # fmt: skip
    held = figures.held_against({"a": D("1.0"), "b": D(2), "c": D(9), "f": D(6), "g": D(7), "z": D(0)})
    assert {key: f.basis for key, f in held.items()} == {
        "a": "公布", "b": "公布", "c": "推算", "d": "算得", "e": "推算", "f": "公布", "g": "公布", "h": "参数",
    }  # fmt: skip
    assert [f.invented for f in held.values()] == [False, False, True, False, True, False, False, False]


def test_figures_are_one_of_each_key_in_their_order():
    """A key twice is refused; a missing one suggests those that are near, or the register."""
    figures = Figures([figure(D(1), "key_projects.count"), figure(D(2), "b")])
    assert (list(figures), len(figures), "b" in figures, "c" in figures) == (
        ["key_projects.count", "b"], 2, True, False,
    )  # fmt: skip
    with pytest.raises(ValueError, match="two figures are called b"):
        Figures([figure(D(1), "b"), figure(D(2), "b")])
    with pytest.raises(ProseError) as raised:
        figures["key_projects.cuont"]
    assert (
        str(raised.value)
        == "统计数 {key_projects.cuont}：没有这个统计数；请改为 key_projects.count；申报的事实，在 facts.csv 里补上这一行"
    )
    assert figures.suggestion("完全不同") == "查附录的统计数一览；申报的事实，在 facts.csv 里补上这一行"
    near = Figures([figure(D(1), f"abcd.{n}") for n in range(5)]).suggestion("abcd.")
    assert near.count("、") == 2 and near.startswith("改为 abcd.")


def test_figures_without_some():
    """Without values: the key stays, what it showed goes; without keys: it is gone."""
    figures = Figures([figure("2023", "a", shown="2023年"), figure(D(2), "b")])
    blank = figures.without_values(["a"])
    assert [(f.value, f.display) for f in blank.values()] == [(None, "—"), (D(2), "2分")]
    assert list(figures.without(["a"])) == ["b"]
    assert figures["a"].display == "2023年"


COMPARED = [  # fact; published, computed, equal
    ("a", D("90.5"), ("标签", "90.5", "90.50", True)),
    ("a", D("90.51"), ("标签", "90.51", "90.50", False)),
    ("b", "乙、甲", ("标签", "乙、甲", "甲、乙", True)),
    ("c", D(0), ("标签", "0", None, False)),
    ("z", D("1E+2"), ("", "100", None, False)),
]


@pytest.mark.parametrize(("key", "fact", "expected"), COMPARED)
def test_a_fact_is_compared_with_its_figure(key, fact, expected):
    """Published and computed side by side; without figure, or without value, nothing is computed."""
    figures = Figures([figure(D("90.50"), "a"), figure("甲、乙", "b"), figure(None, "c")])
    (row,) = compare.compare({key: fact}, figures)
    assert (row.key, row.label, row.published, row.computed, row.state == State.EQUAL) == (key, *expected)


PUBLISHED = """\
evaluation:
  items: 115
  amount: 10.810
  empty: null
  topics: [甲, 2, 乙]
  deep: {deeper: {deepest: 文字}}
known_misprints: {evaluation.items: 印错}
last_year:
  evaluation: {items: 90}
"""


def test_published_facts_are_flat(tmp_path):
    """Nested keys are joined by dots, lists by 、; remarks, blanks and last year's figures are no facts of the year."""
    kit = Kit(tmp_path)
    (kit.data / "published.yml").write_text(PUBLISHED, encoding="utf-8")
    year = params.of_year(kit.root, 2022)
    assert compare.published(kit.root, year) == {
        "evaluation.items": D(115), "evaluation.amount": D("10.81"), "evaluation.topics": "甲、2、乙",
        "evaluation.deep.deeper.deepest": "文字",
    }  # fmt: skip
    assert compare.before(kit.root, year) == ({}, {"evaluation.items": D(90)})
    earlier = kit.root / "data" / "2021"
    earlier.mkdir()
    (earlier / "published.yml").write_text(PUBLISHED.replace("115", "91"), encoding="utf-8")
    before, quoted = compare.before(kit.root, year)
    assert (before["evaluation.items"], "last_year.evaluation.items" in before, len(before)) == (91, False, 4)
    assert quoted == {"evaluation.items": D(90)}
    (kit.data / "published.yml").unlink()
    assert (compare.published(kit.root, year), compare.before(kit.root, year)[1]) == ({}, {})


def test_a_known_misprint_counts_as_what_is_right(tmp_path):
    """The figure must equal what is right; what was printed is said beside it, with the reason."""
    kit = Kit(tmp_path)
    text = "a: {printed: 13.24, right: 13.25, because: 截断}\nb: {c: {printed: 甲, right: [乙, 丙], because: 漏字}}\nd: 1\n"
    (kit.data / "published.yml").write_text(text, encoding="utf-8")
    year = params.of_year(kit.root, 2022)
    facts = compare.published(kit.root, year)
    assert facts == {"a": D("13.25"), "b.c": "乙、丙", "d": D(1)}
    figures = Figures([figure(D("13.25"), "a"), figure("乙、丙", "b.c"), figure(D(2), "d")])
    rows = compare.compare(facts, figures, compare.misprints(kit.root, year))
    assert [(row.key, row.published, row.state, row.because) for row in rows] == [
        ("a", "13.24", State.MISPRINT, "截断"), ("b.c", "甲", State.MISPRINT, "漏字"), ("d", "1", State.DIFFERENT, ""),
    ]  # fmt: skip
    printed = Figures([figure(D("13.24"), "a")])
    (row,) = compare.compare({"a": D("13.25")}, printed, compare.misprints(kit.root, year))
    assert row.state == State.DIFFERENT


FORM = "；应为{printed: 印的, right: 正确的, because: 原因}"
MALFORMED = [
    ("a: {printed: 1, right: 2}\n", "data/2022/published.yml 第 1 行：缺少“because”；请补上"),
    (
        "a: {printed: 1, right: 2, because: 印错, more: 1}\n",
        "data/2022/published.yml 第 1 行：没有名为“more”的键；请只用这些：printed、right、because",
    ),
    (
        "a: {printed: 1, right: 2, because: ' '}\n",
        "data/2022/published.yml 第 1 行：没有写误印的原因（because）" + FORM,
    ),
    (
        "a: {printed: 1, right: {b: 2}, because: 印错}\n",
        "data/2022/published.yml 第 1 行：误印的写法不对" + FORM,
    ),
    (
        "a: {printed: true, right: 1, because: 印错}\n",
        "data/2022/published.yml 第 1 行：误印的写法不对" + FORM,
    ),
    (
        "a: {printed: 2, right: 2, because: 印错}\n",
        "data/2022/published.yml 第 1 行：printed 和 right 相同；应为印错的和正确的",
    ),
    ("- a\n", "data/2022/published.yml 第 1 行：是“['a']”；应为“键: 值”，值为数、文字或文字的列表"),
    ("a: true\n", "data/2022/published.yml 第 1 行：是“True”；应为“键: 值”，值为数、文字或文字的列表"),
    ("a: 1\nb:\n  c: [[1], 2]\n", "data/2022/published.yml 第 3 行：列表里不是文字；应为[文字, 文字]"),
    ("a: 1\nlast_year: 5\n", "data/2022/published.yml 第 2 行：不是“键: 值”的形式；应为统计数的键: 上年数"),
]


@pytest.mark.parametrize(("text", "message"), MALFORMED)
def test_malformed_facts_are_one_line_each(tmp_path, text, message):
    """The line, what stands there and what is expected."""
    kit = Kit(tmp_path)
    (kit.data / "published.yml").write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as raised:
        compare.published(kit.root, params.of_year(kit.root, 2022))
    assert str(raised.value) == message


def test_the_published_facts_of_2022_are_those_of_the_figures():
    """The facts of the committed year, by value."""
    facts = compare.published(PROJECT, params.of_year(PROJECT, 2022))
    assert (facts["evaluation.items"], facts["key_projects.mean_score"]) == (D(115), D("90.5"))
    assert not {key for key in facts if key.startswith(("known_misprints", "last_year"))}


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("evaluation.items", True),
        ("evaluation.projects.review_share.[90,100]", True),
        ("evaluation.items.more", False),
        ("x.evaluation.items", False),
        ("lectures.sessions", False),
    ],
)
def test_keys_of_the_report_are_those_that_have_words(key, known):
    """A key with the parts that figures.yml leaves open filled in is one; with more before or behind it is none."""
    assert wording.is_of_the_report(key) is known
