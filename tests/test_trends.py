"""Years side by side: breaks of method, what a year lacks, one year alone, and years as they were closed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import nbformat
import pandas as pd
import pytest

from jixiao.archive.publication import Publication
from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import Basis, Figure, Origin
from jixiao.figures.trends import indicators, measures, side_by_side, trend_figures
from jixiao.figures.trends.measures import Area, Method
from jixiao.kit.sealed import sealed
from jixiao.report import charts, prose
from jixiao.report.parts import small_multiples, trends
from jixiao.report.parts.small_multiples import Line, Panel
from jixiao.report.report import Report
from jixiao.year import params
from kit import PROJECT, Kit

MEAN = "evaluation.departments.self_mean"
REVIEWED = "evaluation.departments.review_mean"
EXECUTED = "evaluation.departments.execution_percent"
POLICY = {"policy.number": "财预〔2020〕10号", "policy.grades.优": D(90)}
REVIEW = {"tiers.review.name": "复核", "tiers.review.by": "第三方机构"}
BANDS = {"evaluation.departments.self.[90,100]": D(3)}
METHOD = POLICY | REVIEW | BANDS
UNITS = {MEAN: "分", REVIEWED: "分", EXECUTED: "%"}
ALL = tuple(measures.measures(None, None))
BY_KEY = {one.key: one for one in ALL}


def year(values: dict[str, object], unit: str = "") -> dict[str, Figure]:
    """The figures of a year with these values."""
    return {
        key: Figure(key, value, unit or UNITS.get(key, ""), "名称", "定义", "来源")
        for key, value in values.items()
    }


def beside(*years: tuple[int, dict[str, object]]) -> side_by_side.SideBySide:
    """These years side by side."""
    return side_by_side.of(ALL, {number: year(values) for number, values in years}, None)


def told(found: side_by_side.SideBySide) -> dict[str, Figure]:
    """The figures of trends by key."""
    return {one.key: one for one in trend_figures.figures(found, "复核")}


def test_years_of_one_method_are_joined_and_compared():
    """Three years with one policy are one line; the change is that from last year."""
    found = beside(*((2020 + at, METHOD | {MEAN: D(90 + 3 * at)}) for at in range(3)))
    assert (found.breaks, found.runs(BY_KEY[MEAN])) == ((), [[2020, 2021, 2022]])
    figures = told(found)
    assert (figures["trends.years"].value, figures["trends.span"].value) == (D(3), "2020—2022")
    assert [figures[f"trends.departments_self.{name}"].display for name in ("now", "before", "change")] == [
        "96分", "93分", "增加3.0分",
    ]  # fmt: skip
    assert figures["trends.breaks_say"].value is None


@pytest.mark.parametrize(
    ("years", "marked"), [((2020, 2021), {"before", "change"}), ((2020, 2021, 2022), set())]
)
def test_only_numbers_of_a_reconstructed_year_are_marked(years, marked):
    """Of 2020, which is a reconstruction, and of what is compared with it; not of recorded years beside it."""
    found = {
        number: {
            key: replace(one, origin=Origin.COUNTED, basis=Basis.OWN, reconstructed=number == 2020)
            for key, one in year(METHOD | {MEAN: D(number - 1930)}).items()
        }
        for number in years
    }
    figures = told(side_by_side.of(ALL, found, None))
    names = ("now", "before", "change")
    marks = {name: prose.mark_of(figures[f"trends.departments_self.{name}"], marked=False) for name in names}
    assert {name for name in names if marks[name]} == marked


BREAKS = [  # what the second year says otherwise; the method that breaks; keys that are still compared
    ({"policy.number": "桂财绩〔2022〕1号"}, Method.POLICY, {EXECUTED}),
    ({"policy.grades.优": D(85)}, Method.POLICY, {EXECUTED}),
    ({"tiers.review.by": "财政部门"}, Method.REVIEW, {MEAN, EXECUTED}),
    ({"evaluation.departments.review_drawn": D(4)}, Method.REVIEW, {MEAN, EXECUTED}),
    ({"evaluation.departments.self.[95,100]": D(1)}, Method.BANDS, {MEAN, REVIEWED, EXECUTED}),
    ({"evaluation.departments.self.[90,100]": D(9)}, None, {MEAN, REVIEWED, EXECUTED}),
]


@pytest.mark.parametrize(("other", "method", "compared"), BREAKS)
def test_a_break_of_method_parts_what_rests_on_it(other, method, compared):
    """A measure is not joined, and its change not told, over a break of what it rests on; of others it is."""
    values = {MEAN: D(95), REVIEWED: D(80), EXECUTED: D(97)}
    found = beside((2021, METHOD | values), (2022, METHOD | values | other))
    assert [(one.method, one.known) for one in found.breaks] == ([(method, True)] if method else [])
    assert {key for key in values if len(found.runs(BY_KEY[key])) == 1} == compared
    figures = told(found)
    changes = {key: figures[f"trends.{BY_KEY[key].name}.change"].value for key in values}
    assert {key for key, change in changes.items() if change is not None} == compared


def test_a_year_that_does_not_say_its_method_is_not_joined():
    """An old record without its policy may have had another one."""
    found = beside((2021, REVIEW | BANDS | {MEAN: D(95)}), (2022, METHOD | {MEAN: D(96)}))
    assert [one.says for one in found.breaks] == ["2021 和 2022 年度中有的没有记录评分规则"]
    assert found.runs(BY_KEY[MEAN]) == [[2021], [2022]]


def test_a_year_between_that_is_not_there_parts_the_line():
    """2020 and 2022 are no neighbours, and the report says which year is missing."""
    found = beside((2020, METHOD | {MEAN: D(95)}), (2022, METHOD | {MEAN: D(95)}))
    assert found.runs(BY_KEY[MEAN]) == [[2020], [2022]]
    figures = told(found)
    assert figures["trends.gaps_say"].value == "2021 年"
    assert figures["trends.departments_self.before"].value is None


@pytest.mark.parametrize("values", [{}, {EXECUTED: None}])
def test_what_a_year_lacks_is_said_and_is_no_zero(values):
    """A key that is not there, and one without value: no number, no line, no change, a sentence."""
    found = beside((2021, METHOD | values), (2022, METHOD | {EXECUTED: D(97)}))
    assert found.numbers(BY_KEY[EXECUTED]) == {2022: D(97)}
    figures = told(found)
    assert figures["trends.lacking"].value == D(1)
    assert figures["trends.lacking_say"].value == "2021 年没有“部门整体支出预算执行率”这个数"
    assert figures["trends.departments_execution.change"].value is None


def test_numbers_of_two_units_are_not_compared():
    """An amount in 万元 is not held against one in 亿元."""
    key = "evaluation.amount_yi_yuan"
    years = {2021: year({key: D(9)}, "万元"), 2022: year({key: D(9)}, "亿元")}
    assert side_by_side.of(ALL, years, None).runs(BY_KEY[key]) == [[2021], [2022]]


def test_the_latest_years_are_shown():
    """More than six do not fit beside each other."""
    found = beside(*((number, METHOD | {MEAN: D(95)}) for number in range(2010, 2023)))
    assert found.years == (2017, 2018, 2019, 2020, 2021, 2022)


CHANGES = [  # last year, this year, unit, words
    ("95", "95", "分", "持平"),
    ("95.00", "95.99", "分", "大致持平"),
    ("96", "95", "分", "减少1.0分"),
    ("17.54", "14.61", "分", "减少2.9分"),
    ("3.33", "10.00", "%", "增加6.7个百分点"),
    ("88.5", "88.1", "%", "大致持平"),
    ("115", "24", "个", "减少91个"),
    ("3", "3", "个", "持平"),
    ("10.81", "10.31", "亿元", "减少0.50亿元"),
]


@pytest.mark.parametrize(("before", "now", "unit", "words"), CHANGES)
def test_changes_have_no_false_precision(before, now, unit, words):
    """Points and percentages to one decimal, less than one of them is about the same; counts and amounts exact."""
    key = "evaluation.items"
    years = {2021: year({key: D(before)}, unit), 2022: year({key: D(now)}, unit)}
    assert told(side_by_side.of(ALL, years, None))["trends.items.change"].display == words


def rows(*found: tuple[str, str, str, str, str]) -> dict[str, pd.DataFrame]:
    """Tables of a year: subject, indicator, unit, target and what was reached."""
    columns = ["subject_id", "level3", "measure_unit", "target", "actual"]
    table = pd.DataFrame(found, columns=columns, dtype=object).assign(operator="≥")
    table["indicator_id"] = [f"I{at}" for at in range(len(table))]
    names = {one: f"{one}部门整体支出" for one in table["subject_id"]}
    subjects = pd.DataFrame({"subject_id": list(names), "name": list(names.values())}, dtype=object)
    return {"indicators": table, "subjects": subjects}


def test_indicators_that_go_on():
    """The same subject, name and unit in both years; what is there twice, or has no number, is left out."""
    before = rows(
        ("甲", "培训", "场", "10", "12"), ("甲", "走访", "次", "10", "10"), ("甲", "巡查", "次", "10", "14"),
        ("乙", "培训", "场", "10", "10"), ("甲", "满意度", "%", "90", "95"), ("甲", "宣传", "次", "5", "5"),
        ("甲", "编报", "份", "若干", "5"),
    )  # fmt: skip
    now = rows(
        ("甲", "培训", "场", "11", ""), ("甲", "走访", "次", "10", "9"), ("甲", "巡查", "次", "9", "9"),
        ("甲", "满意度", "分", "90", "95"), ("甲", "宣传", "次", "5", "5"), ("甲", "宣传", "次", "6", "6"),
        ("甲", "培训", "场次", "1", "1"), ("甲", "编报", "份", "5", "5"),
    )  # fmt: skip
    now["indicators"].loc[0, "actual"] = "11"
    found = indicators.stable(now, before, 2022)
    assert list(found.rows["level3"]) == ["培训", "走访", "巡查"]
    named = {name: list(getattr(found, name)["level3"]) for name in ("raised", "kept", "lowered", "below")}
    assert named == {"raised": ["培训"], "kept": ["走访"], "lowered": ["巡查"], "below": ["培训", "巡查"]}
    assert list(indicators.far_below(found)["level3"]) == ["巡查", "培训"]
    figures = {one.key: one.value for one in trend_figures.of_indicators(found)}
    assert figures["trends.indicators.count"] == 3 and figures["trends.indicators.below_percent"] is None
    assert {one.value for one in trend_figures.of_indicators(None)} == {None}


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Kit:
    """A kit of 2021, 2022 and 2023, of which the first two are closed with a few figures; no test changes it."""
    charts.setup()
    kit = Kit(tmp_path_factory.mktemp("three") / "kit", second=True)
    method = {
        key: one.number
        for key, one in evaluate(kit.root, params.of_year(kit.root, 2023)).figures.items()
        if key.startswith("policy.") or key in ("tiers.review.name", "tiers.review.by")
    }
    other = method | {"policy.number": "旧办法〔2015〕1号"}
    close(kit, 2021, other | {MEAN: ("91.00", "分"), "problems.count": ("7", "个")})
    close(
        kit, 2022, method | {MEAN: ("93.00", "分"), REVIEWED: ("88.00", "分"), "problems.count": ("9", "个")}
    )
    return kit


def close(kit: Kit, number: int, figures: dict[str, object]) -> None:
    """Write the record of a closed year."""
    listed = {
        key: dict(zip(("label", "value", "unit"), (key, *(said if isinstance(said, tuple) else (said, ""))), strict=True))
        for key, said in figures.items()
    }  # fmt: skip
    entry = {"state": "closed", "day": "2024-01-01", "manifest": "", "code": {}, "files": [], "inputs": []}
    path = kit.root / "data" / str(number) / "closed.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(sealed({"report_year": number, "entries": [{**entry, "figures": listed}]}))


@pytest.fixture(scope="module")
def report(kit) -> Report:
    """The report of 2023 with the years beside it."""
    made = Report(evaluate(kit.root, params.of_year(kit.root, 2023)), {})
    made.title("历年", about=["trends"])
    made.side_by_side()
    return made


def test_closed_years_are_read_as_they_were_closed(report):
    """Of 2022, whose tables are there, stands what its record says; each number is a figure with the record as source."""
    assert report.evaluation.side_by_side.years == (2021, 2022, 2023)
    assert [report.figures[key].value for key in (f"2021:{MEAN}", f"last_year:{MEAN}")] == [D(91), D(93)]
    assert report.figures[f"last_year:{MEAN}"].source.startswith(
        "2022 工作年度的封存记录 data/2022/closed.json"
    )
    assert report.figures["trends.departments_self.before"].follows == (f"last_year:{MEAN}",)
    assert report.figures["trends.breaks_say"].value.startswith("2021 和 2022 年度的评分规则不同")


def shown(report: Report, name: str) -> list[list[str]]:
    """The rows of a table as texts."""
    table = trends.TABLES[name](report.evaluation)
    return [[cell.text if cell else "" for cell in row] for row in table.rows]


def test_the_table_says_what_is_lacking_and_what_is_not_compared(report):
    """A cell for each year, never an empty one for a number that is lacking, and a note on the break."""
    by_label = {row[1]: row[2:] for row in shown(report, "trends.measures")}
    assert by_label["部门整体支出自评平均分（分）"][:2] == ["91.00", "93.00"]
    assert by_label["部门整体支出复核平均分（分）"][:2] == [trends.LACKING, "88.00"]
    assert by_label["部门整体支出预算执行率（%）"][:2] == [trends.LACKING, trends.LACKING]
    notes = "".join(trends.TABLES["trends.measures"](report.evaluation).notes)
    assert "2021 和 2022 年度的评分规则不同" in notes and "2021 年没有“" in notes


def test_the_chart_is_broken_where_the_method_is(report):
    """Its lines end before the break, which has a mark; the finding above and the words below say what is to be seen."""
    chart = trends.CHARTS["trends.scores"](report.evaluation)
    axes = chart.drawn.axes[0]
    runs = [list(map(int, line.get_xdata())) for line in axes.lines if line.get_marker() == "o"]
    assert runs == [[2021], [2022, 2023]]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "None"] == [2021.5]
    assert [one.get_text() for one in chart.drawn.legends[0].texts] == ["自评", "复核", small_multiples.BREAK]
    assert (
        chart.drawn.get_suptitle()
        == "与上年比，部门整体支出自评平均分增加3.5分*；\n部门整体支出复核平均分减少6.2分*"
    )
    assert "2021 年没有这个数" in chart.alt and "评分规则不同" in chart.note


def test_each_number_of_the_charts_is_in_the_register(report):
    """What programs read has every number of every year that is shown."""
    found = report.evaluation.side_by_side
    listed = {
        one["key"] for one in report.register()._repr_mimebundle_()["application/vnd.jixiao.figures+json"]
    }
    assert {one.key for each in found.measures for one in found.values(each).values()} <= listed


def test_figures_of_years_can_be_traced(report):
    """Each that has a value is listed with the year that it is compared with, so that it is known without its notebook."""
    kinds = "application/vnd.jixiao.figures+json"
    listed = [one for one in report.register()._repr_mimebundle_()[kinds] if one["key"].startswith("trends.")]
    assert [one["key"] for one in listed if one["value"] is not None and not one.get("earlier")] == []


def test_one_year_has_nothing_to_compare():
    """A sentence instead of a crash; no table and no chart."""
    made = Report(evaluate(PROJECT, params.of_year(PROJECT, 2022)), {})
    made.side_by_side()
    said = made.prose("并列{trends.span}。[[口径有变化：{trends.breaks_say}。]]", otherwise="只有一个年度。")
    assert "只有一个年度" in said._repr_mimebundle_()["text/plain"]
    drawn = [*trends.TABLES.values(), *trends.CHARTS.values()]
    assert [one(made.evaluation) for one in drawn] == [None] * len(drawn)


def test_rows_of_a_closed_year_are_inputs_too(kit):
    """Indicators are compared by rows: the version keeps those of the year before, closed or not."""
    one = Publication(kit.root, 2023, "trends")
    earlier = [each.name for each in one.inputs if each.role == "earlier"]
    assert {
        "data/2021/closed.json",
        "data/2022/closed.json",
        "data/2022/indicators.csv",
        "data/2022/subjects.csv",
    } <= {*earlier}
    assert "data/2022/scores.csv" not in earlier
    annual = [each.name for each in Publication(kit.root, 2023).inputs if each.role == "earlier"]
    assert "data/2022/closed.json" in annual and "data/2022/indicators.csv" not in annual


SCALES = [  # unit, numbers, ends
    ("%", ["96.98", "97.00"], (91.99, 101.99)),
    ("分", ["60", "90"], (60, 90)),
    ("个", ["14", "11"], (0, 14)),
    ("个", ["0", "0"], (0, 1)),
]


@pytest.mark.parametrize(("unit", "values", "ends"), SCALES)
def test_scales_make_no_mountain_of_a_molehill(unit, values, ends):
    """Counts and amounts begin at zero; of percentages a panel shows ten points at least."""
    line = Line("", dict(enumerate(map(D, values), 2021)), [[2021, 2022]])
    assert small_multiples._scale(Panel("", unit, [line])) == pytest.approx(ends)


def test_every_table_and_chart_is_made(report):
    """Each name gives one with a caption, where there are years to compare."""
    made = [one(report.evaluation) for one in (*trends.TABLES.values(), *trends.CHARTS.values())]
    assert all(one is not None and one.caption for one in made)


def test_bands_of_other_years(report):
    """A band that a year does not count has no number there."""
    found = {tuple(row[:2]): row[2:] for row in shown(report, "trends.bands")}
    assert found["部门整体支出单位自评", "100分"][:2] == [trends.LACKING, trends.LACKING]


def test_every_area_has_a_chart_of_its_own():
    """The notebook shows each of them once."""
    cells = nbformat.read(PROJECT / "notebooks" / "trends.ipynb", as_version=4).cells
    text = "\n".join(cell.source for cell in cells)
    assert [area.value for area in Area if text.count(f'report.chart("trends.{area.value}")') != 1] == []


def test_what_a_measure_rests_on():
    """Means and best grades on the policy, what the review gave on the reviewer too; counts and execution on neither."""
    rests: dict[tuple[Method, ...], set[str]] = {}
    for one in measures.measures(None, None):
        rests.setdefault(one.rests_on, set()).add(
            one.name.removeprefix("departments_").removeprefix("projects_")
        )
    assert rests == {
        (): {"coverage", "share", "items", "amount", "execution", "problems", "done", "left", "overdue"},
        (Method.POLICY,): {"self", "self_best"},
        (Method.POLICY, Method.REVIEW): {"other", "gap", "other_best"},
    }
