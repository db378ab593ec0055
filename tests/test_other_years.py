"""Figures of earlier years: from closed records or data, in sentences, register and frames, exact, and kept as inputs."""

import json
import re
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest

from jixiao.archive import build
from jixiao.archive.publication import Publication
from jixiao.archive.verify import changed_inputs
from jixiao.figures import closings, earlier
from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import Basis, Figure, Origin
from jixiao.kit import quick_nbformat
from jixiao.kit.errors import JixiaoError, ProseError, RunError, TableError
from jixiao.kit.sealed import sealed
from jixiao.report import mimes
from jixiao.report.notebook_form import earlier_years
from jixiao.report.report import Report
from jixiao.year import params
from kit import PROJECT, Kit
from test_closing import add_cells

MEAN = "evaluation.departments.self_mean"


def figure(key: str, value: object, unit: str = "分", **more: object) -> Figure:
    """A figure of which only key, value and unit matter."""
    return Figure(key, value, unit, "名称", "定义", "来源", **more)


def with_next_year(root: Path) -> Kit:
    """A kit that has 2023 as well, with the tables of 2022."""
    kit = Kit(root)
    text = kit.params.read_text(encoding="utf-8")
    for old, new in (
        ("report_year: 2022", "report_year: 2023"),
        ("evaluated_year: 2021", "evaluated_year: 2022"),
        ("data_origin: reconstruction", "data_origin: recorded"),
    ):
        assert old in text
        text = text.replace(old, new)
    (root / "params" / "2023.yml").write_text(text, encoding="utf-8")
    return kit


def close(kit: Kit, figures: dict, year: int = 2022, notebook: str = "annual_report", **more: object) -> None:
    """Write the record of a closed year with these figures: key -> what it says of each."""
    entry = {"state": "closed", "day": "2024-01-01", "manifest": "", "code": {}, "files": [], "inputs": []}
    entry |= {"figures": figures, **more}
    path = kit.root / closings.place(year, notebook)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(sealed({"report_year": year, "entries": [entry]}))


@pytest.fixture(scope="module")
def open_kit(tmp_path_factory) -> Kit:
    """A kit with 2022 and 2023, none of them closed; no test changes it."""
    return with_next_year(tmp_path_factory.mktemp("open") / "kit")


@pytest.fixture(scope="module")
def evaluation(open_kit):
    """The year 2023."""
    return evaluate(open_kit.root, params.of_year(open_kit.root, 2023))


@pytest.fixture
def report(evaluation):
    """A report of 2023."""
    return Report(evaluation, {})


@pytest.fixture
def closed_kit(tmp_path) -> Kit:
    """A kit in which 2022 is closed with three figures, one of them written by an older program."""
    kit = with_next_year(tmp_path / "kit")
    words = {"definition": "平均", "basis": "公布", "display": "97.00分"}
    figures = {
        MEAN: {"label": "自评平均分", "value": "97.00", "unit": "分", **words},
        "evaluation.items": {"label": "自评数量", "value": "100", "unit": "个"},
        "own.places": {"label": "地点", "value": "甲、乙", "unit": "", "basis": "申报"},
        "last_year:old": {"label": "更早的", "value": "1", "unit": ""},
    }
    close(kit, figures)
    return kit


def report_of(kit: Kit) -> Report:
    """The report of 2023 in this kit."""
    return Report(evaluate(kit.root, params.of_year(kit.root, 2023)), {})


def html(output) -> str:
    """What a cell shows."""
    return output._repr_mimebundle_()["text/html"]


def listed(report: Report) -> dict:
    """The register as programs read it, by key."""
    return {one["key"]: one for one in report.register()._repr_mimebundle_()[mimes.FIGURES]}


def test_the_figure_of_a_closed_year(closed_kit):
    """It is as the record says, in the sentence and in the register, with the record and its hash as source."""
    report = report_of(closed_kit)
    said = html(report.prose(f"上年{{last_year:{MEAN}}}，{{last_year:evaluation.items:数}}。"))
    assert f'<data value="97.00" data-key="last_year:{MEAN}">97.00分</data>，' in said
    assert '<data value="100" data-key="last_year:evaluation.items">100</data>。' in said
    one = listed(report)[f"last_year:{MEAN}"]
    digest = earlier._short((closed_kit.data / "closed.json").read_bytes())
    assert one == {
        "key": f"last_year:{MEAN}",
        "value": "97.00",
        "unit": "分",
        "display": "97.00分",
        "label": "2022 工作年度自评平均分",
        "definition": "平均",
        "source": f"2022 工作年度的封存记录 data/2022/closed.json（SHA-256 {digest}）",
        "basis": "公布",
        "earlier": {"year": 2022, "origin": "counted", "reconstructed": False, "follows": []},
    }


@pytest.mark.parametrize("notebook", ["annual_report", "mid_year"])
def test_the_figures_of_an_open_year_are_those_of_its_report(tmp_path, notebook):
    """What the parameters of that year change for its one notebook holds for its figures, and for the files read."""
    kit = with_next_year(tmp_path)
    (kit.root / "data" / "corrected").mkdir()
    for path in kit.data.glob("*.csv"):
        (kit.root / "data" / "corrected" / path.name).write_bytes(path.read_bytes())
    own = f'{notebook}: {{issuer: 另一个局, data_folder: "corrected"}}'
    kit.edit(kit.params, "annual_report: {}", own)
    assert earlier.read(kit.root, 2022)["report.issuer"].value == "另一个局"
    read = earlier.files(kit.root, 2022)
    assert "data/corrected/subjects.csv" in read
    assert "data/2022/subjects.csv" not in read


def test_the_figure_of_a_year_that_is_not_closed(report, evaluation):
    """It is computed from the data of that year; only what a notebook asked for stands in the register."""
    assert [key for key in listed(report) if ":" in key] == []
    said = html(report.prose("上年{last_year:evaluation.items}。"))
    assert '<data value="115" data-key="last_year:evaluation.items">115个</data>。' in said
    one = listed(report)["last_year:evaluation.items"]
    assert one["source"].startswith("2022 工作年度的数据 params/2022.yml、data/2022（SHA-256 ")
    assert one["basis"] == "公布"
    assert report.figures["last_year:evaluation.items"].rows is None  # they are rows of another year's tables


def test_a_cell_that_runs_again_gives_the_change_anew(closed_kit):
    """The figure of this year may have been defined otherwise meanwhile."""
    close(closed_kit, {"own.visits": {"label": "走访", "value": "1", "unit": "次"}})
    report = report_of(closed_kit)
    for visits in (3, 0):
        report.figure("own.visits", visits, "次", "走访", "走访次数", source="记录")
        said = html(report.prose("{change:own.visits}"))
    assert "减少1次" in said and listed(report)["change:own.visits"]["value"] == "-1"


def test_a_number_of_invented_rows_is_marked_in_a_recorded_year_too(report):
    """It has its star, and the notes on the data say what that means; the same number of this year has none."""
    said = html(report.prose(f"上年{{last_year:{MEAN}}}，本年{{{MEAN}}}。"))
    assert said.count("<sup>*</sup>") == 1 and "97.04分</data><sup>*</sup>，" in said
    assert "2022 工作年度的数带 * 的，由那一年的重构数据推算，没有公布过。" in html(report.data_notes())
    assert "不与上年比较" not in html(report.data_notes())


def test_a_year_written_as_a_number_is_last_year_too(report):
    """{2022:KEY} in the report of 2023 is the same figure as {last_year:KEY}."""
    report.prose("{2022:evaluation.items}和{last_year:evaluation.items}")
    assert [key for key in listed(report) if ":" in key] == ["last_year:evaluation.items"]


CHANGES = [
    ("3", "1", "个", "2", "增加2个"),
    ("79.05", "79.50", "分", "-0.45", "减少0.45分"),
    ("9.41", "8.2", "%", "1.21", "增加1.21个百分点"),
    ("5", "5.00", "分", "0.00", "持平"),
    ("0.1", "0.3", "万元", "-0.2", "减少0.2万元"),
]


@pytest.mark.parametrize(("now", "before", "unit", "value", "shown"), CHANGES)
def test_the_change_is_exact_and_says_its_direction(now, before, unit, value, shown):
    """Exact decimals; a difference of percentages is in 个百分点."""
    made = earlier.change(figure("a.b", D(now), unit), figure("a.b", D(before), unit), 2022, 2023)
    assert (made.key, str(made.value), made.display, made.follows) == (
        "change:a.b",
        value,
        shown,
        ("a.b", "last_year:a.b"),
    )


def test_the_change_from_what_has_no_value_has_none():
    """Missing is missing: no number, and no fault of units either."""
    made = earlier.change(figure("a.b", D(1), "分"), figure("a.b", None, ""), 2022, 2023)
    assert (made.value, made.display) == (None, "—")


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Basis.PUBLISHED, Basis.PUBLISHED, Basis.FOLLOWS),
        (Basis.PUBLISHED, Basis.FOLLOWS, Basis.FOLLOWS),
        (Basis.PUBLISHED, Basis.OWN, Basis.OWN),
        (Basis.DECLARED, Basis.DECLARED, Basis.DECLARED),
        (Basis.DECLARED, Basis.PUBLISHED, Basis.OWN),
    ],
)
def test_the_change_is_as_good_as_the_worse_of_the_two(one, other, both):
    """Computed from published ones only where both are."""
    made = earlier.change(figure("a", D(2), basis=one), figure("a", D(1), basis=other), 2022, 2023)
    assert made.basis == both


FAULTS = [
    (
        "{last_year:evaluation.departments.self_maen}",
        "统计数 evaluation.departments.self_maen：2022 工作年度（params/2022.yml）没有这个统计数；"
        "请改用那一年有的键，如 evaluation.departments.self_mean、",
    ),
    ("{last_year:xyz}", "统计数 xyz：2022 工作年度（params/2022.yml）没有这个统计数；请删去这一处"),
    (
        "{change:results_use.linked_to}",
        "统计数 {change:results_use.linked_to}：是文字，不是数，没有变化可算；请",
    ),
    ("{change:evaluation.itemz}", "统计数 {evaluation.itemz}：没有这个统计数；请改为 evaluation.items"),
    ("{last_year:evaluation.*}", "统计数 {last_year:evaluation.*}：别的年度的统计数不能用 .* 一并列出；请"),
    (
        "{2021:evaluation.items}",
        "2021 工作年度：没有封存记录 data/2021/closed.json，也没有参数文件 params/2021.yml；请",
    ),
    ("{2023:evaluation.items}", "report.years[2023]：不是早于 2023 的工作年度；请"),
]


@pytest.mark.parametrize(("text", "said"), FAULTS)
def test_what_cannot_be_said_is_one_line(report, text, said):
    """A key that the year lacks, a text, no such year: what it is, and what to do."""
    with pytest.raises(JixiaoError) as told:
        report.prose(text)
    assert str(told.value).startswith(said) and "\n" not in str(told.value)


def test_units_that_differ_are_refused():
    """A number in 万元 is not taken from one in 亿元."""
    with pytest.raises(ProseError) as told:
        earlier.change(figure("a.b", D(1), "亿元"), figure("a.b", D(1), "万元"), 2022, 2023)
    assert str(told.value).startswith(
        "统计数 {change:a.b}：单位不同：2023 工作年度是“亿元”，2022 工作年度是“万元”；应为两年单位相同的数"
    )


def test_years_in_pandas(closed_kit):
    """A row a year, this one the last; every year's figure stands in the register."""
    report = report_of(closed_kit)
    frame = report.years.frame(MEAN)
    assert frame[["year", "value", "display"]].values.tolist() == [
        [2022, 97.0, "97.00分"],
        [2023, 97.04, "97.04分"],
    ]
    assert (str(frame["value"].dtype), frame["source"][0][:9]) == ("float64", "2022 工作年度")
    assert report.years[2022]["own.places"].value == "甲、乙"
    assert [key for key in listed(report) if ":" in key] == [f"last_year:{MEAN}", "last_year:own.places"]
    assert (list(report.years), list(report.years[2022])) == (
        [2022],
        [MEAN, "evaluation.items", "own.places"],
    )


def test_a_frame_of_two_units_is_refused(closed_kit):
    """Numbers of two units in one column would be compared by mistake."""
    report = report_of(closed_kit)
    figures = {MEAN: {"label": "自评平均分", "value": "97.00", "unit": "万元"}}
    close(closed_kit, figures, 2021)
    with pytest.raises(ProseError, match="2021 工作年度是单位“万元”、2022 工作年度是单位“分”"):
        report.years.frame(MEAN)
    assert report.years.frame(MEAN, [2022])["year"].tolist() == [2022, 2023]


def test_figures_json_gives_them_back(closed_kit):
    """What a command reads from figures.json is what the notebook had."""
    report = report_of(closed_kit)
    report.prose(f"{{change:{MEAN}}}{{last_year:own.places}}")
    written = listed(report)
    used = [written[key] for key in (f"last_year:{MEAN}", f"change:{MEAN}", "last_year:own.places")]
    assert [earlier.from_json(json.loads(json.dumps(one))) for one in used] == [
        report.figures[one["key"]] for one in used
    ]


def test_a_reopened_year_speaks_through_its_data(closed_kit):
    """Its record no longer holds; a damaged one is told and never passed over."""
    path = closed_kit.data / "closed.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    reopened = {"state": "reopened", "day": "", "manifest": "", "reason": "改", "files": [], "figures": []}
    path.write_bytes(sealed({**written, "entries": [*written["entries"], reopened]}))
    assert earlier.read(closed_kit.root, 2022)["evaluation.items"].value == D(115)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(TableError, match=r"data/2022/closed\.json：封存记录已损坏"):
        earlier.read(closed_kit.root, 2022)


def test_what_is_closed_of_another_notebook_adds_its_keys(closed_kit):
    """The annual report comes first; the year's data stand in for one that is not closed, never another notebook."""
    more = {"half.rate": {"label": "进度", "value": "50.1", "unit": "%"}}
    close(
        closed_kit,
        {"evaluation.items": {"label": "", "value": "1", "unit": "个"}, **more},
        notebook="mid_year",
    )
    found = earlier.read(closed_kit.root, 2022)
    assert (found["evaluation.items"].value, found["half.rate"].value) == (D(100), D("50.1"))
    (closed_kit.data / "closed.json").unlink()
    closed_kit.edit(closed_kit.params, "  annual_report: {}", "  mid_year: {}\n  annual_report: {}")
    found = earlier.read(closed_kit.root, 2022)
    assert (found["evaluation.items"].value, found["half.rate"].value) == (D(115), D("50.1"))
    closed_kit.edit(closed_kit.params, "\n  annual_report: {}", "")
    assert earlier.read(closed_kit.root, 2022)["evaluation.items"].value == D(1)


def test_a_clause_without_that_year_is_left_out(closed_kit):
    """In [[…]], where there are no data of the year or it had no such figure; a key that no year has is told."""
    report = report_of(closed_kit)
    assert "共115个，比上年增加15个。" in plain(
        report.prose("共{evaluation.items}[[，比上年{change:evaluation.items}]]。")
    )
    for gone in (
        "{2019:evaluation.items}",
        "{change:evaluation.amount_yi_yuan}",
        "{last_year:report.issuer:数}",
    ):
        assert plain(report.prose(f"共{{evaluation.items}}[[，{gone}]]。")) == "共115个。"
    with pytest.raises(ProseError, match=r"no\.key：2022 工作年度.*没有这个统计数"):
        report.prose("共{evaluation.items}[[，{last_year:no.key}]]。")


def plain(output) -> str:
    """The text of what a cell shows, without marks."""
    return re.sub(r"<[^>]+>|[\s*]", "", html(output))


MENTIONS = [
    ('report.prose("{last_year:a.b}")', {2022}),
    ('report.prose(f"{{change:{key}}}")', {2022}),
    ('report.title("{2019:a}和{2024:a}")', {2019}),
    ('x = report.years[2020]["a"]', {2020}),
    ('report.years.frame("a", [2020, 2021])', {2020, 2021}),
    ('report.years.frame("a")', {2018, 2020, 2021, 2022}),
    ("for year in report.years: pass", {2018, 2020, 2021, 2022}),
    ("report.years[year]", {2018, 2020, 2021, 2022}),
    ('report.prose("{a.last_year}")  # {last_year:a}', set()),
    ("no python at all", set()),
]


@pytest.mark.parametrize(("source", "years"), MENTIONS)
def test_years_that_a_notebook_mentions(source, years):
    """Told from the text of its cells; where it does not say which year, all there are."""
    nbformat = quick_nbformat.load()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    assert earlier_years(notebook, 2023, (2018, 2020, 2021, 2022)) == years


def test_what_another_year_was_read_from_is_an_input(closed_kit):
    """The closed record alone; of a year that is open its parameters, policy, published numbers and tables; else nothing."""
    text = closed_kit.notebook.read_text(encoding="utf-8")
    closed_kit.notebook.write_text(text.replace("{change:", "{"), encoding="utf-8")
    assert earlier_inputs(closed_kit) == []
    add_cells(closed_kit, 'report.prose("{last_year:evaluation.items}")')
    assert earlier_inputs(closed_kit) == ["data/2022/closed.json"]
    (closed_kit.data / "closed.json").unlink()
    closed_kit.edit(closed_kit.root / "params" / "2023.yml", 'data_folder: "2022"', 'data_folder: "2023"')
    (closed_kit.root / "data" / "2023").mkdir()
    names = earlier_inputs(closed_kit)
    assert names[0] == "params/2022.yml"
    assert {"data/2022/units.csv", "data/2022/indicators.csv"} <= {*names}
    every = [one.name for one in Publication(closed_kit.root, 2023).inputs]
    assert len({*every}) == len(every) and "data/2022/published.yml" in every


def earlier_inputs(kit: Kit) -> list[str]:
    """The inputs of the annual report of 2023 that are of earlier years alone."""
    return [one.name for one in Publication(kit.root, 2023).inputs if one.role == "earlier"]


def test_stated_figures_stay_stated(closed_kit):
    """A declared fact of the year before is no number of invented rows."""
    assert earlier.read(closed_kit.root, 2022)["own.places"].origin is Origin.STATED


def test_closing_the_year_that_was_cited_changes_nothing(closed_kit):
    """A version made from its data stays as it is; another record, or other data, are told."""
    add_cells(closed_kit, 'report.prose("{last_year:evaluation.items}")')
    record = closed_kit.data / "closed.json"
    content = record.read_bytes()
    record.unlink()
    one = Publication(closed_kit.root, 2023)
    from_data = [each.as_json() for each in one.inputs]
    record.write_bytes(content)
    assert list(changed_inputs(replace(one), from_data)) == []
    from_record = [each.as_json() for each in replace(one).inputs]
    close(closed_kit, {})
    assert [change.name for change in changed_inputs(replace(one), from_record)] == ["data/2022/closed.json"]
    closed_kit.edit(closed_kit.params, "issuer: 城中区财政局", "issuer: 别的局")
    assert [change.name for change in changed_inputs(replace(one), from_data)] == ["params/2022.yml"]


def test_figures_of_a_year_that_no_text_names_are_refused():
    """What they were made from would not be kept with the version."""
    listed = {"figures": [{"key": "last_year:a", "earlier": {"year": 2022}}, {"key": "b"}]}
    files = {"internal/figures.json": json.dumps(listed).encode()}
    one = Publication(PROJECT, 2022)
    with pytest.raises(RunError) as told:
        build._refuse_years_not_kept(one, files)
    assert str(told.value) == (
        "annual_report.ipynb：用到 2022 工作年度的统计数，从单元格的文字里却看不出来，不会随报告存下；"
        "请直接写出，如 {2022:键} 或 report.years[2022]"
    )
