"""What a notebook calls: titles and sections are its own, tables and charts are asked for by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import Figures
from jixiao.kit.errors import ParameterError, ProseError
from jixiao.report import charts, mimes, report_charts, report_tables
from jixiao.report.report import NO_YEAR_BEFORE, Report
from jixiao.year import params
from jixiao.year.words import Work
from kit import PROJECT
from small_notebooks import write


@pytest.fixture(scope="module")
def evaluation():
    """The year 2022, evaluated."""
    return evaluate(PROJECT, params.of_year(PROJECT, 2022))


@pytest.fixture
def report(evaluation) -> Report:
    """A report in which nothing was written yet."""
    charts.setup()
    return Report(evaluation, {})


def plain(output) -> str | None:
    """What a call shows, as plain text."""
    return output and output._repr_mimebundle_()["text/plain"]


def table(output) -> dict:
    """A table as programs read it."""
    return output._repr_mimebundle_()[mimes.TABLE]


def test_the_title_is_the_notebook_s(report):
    """Figures stand in it with their unit or without; a number typed by hand does not pass."""
    assert plain(report.title("{report.report_year}{report.region}（{evaluation.items:数}）")) == (
        "2022年柳州市城中区（115）"
    )
    with pytest.raises(ProseError, match=r"标题“…共85个的报告…”：有手写的数字“85”"):
        report.title("共85个的报告")


def test_sections_are_the_notebook_s_and_numbered_as_written(report):
    """Any name will do; a cell that runs again keeps its number, and subsections begin anew in each section."""
    assert plain(report.section("培训")) == "一、培训"
    assert plain(report.subsection("甲")) == "（一）甲"
    assert plain(report.section("结果应用")) == "二、结果应用"
    assert plain(report.subsection("乙")) == "（一）乙"
    assert plain(report.section("培训")) == "一、培训"
    assert plain(report.section("丙")) == "三、丙"


def test_what_is_left_out_takes_no_number(evaluation):
    """Heading, text, tables and charts of a section that the parameters leave out are passed over."""
    charts.setup()
    report = Report(replace(evaluation, params=replace(evaluation.params, leave_out=("甲",))), {})
    assert [report.section("甲"), report.subsection("一"), report.prose("正文")] == [None] * 3
    assert [report.table("rules_issued"), report.chart("scores.projects")] == [None] * 2
    assert plain(report.section("乙")) == "一、乙"
    assert plain(report.table("scores.projects")) == "表1 项目支出得分分布"
    assert plain(report.chart("scores.projects")) == "图1 项目支出单位自评、第三方机构绩效评价得分分布"


SECTIONS = ["制度建设", "多级次评价体系", "目标集中会审", "绩效评价开展情况", "结果应用"]


def leaving_out(evaluation, *names: str, **changed) -> Report:
    """A report that leaves sections out, in which all sections of the annual report were asked for."""
    values = replace(evaluation.params, leave_out=names, **changed)
    report = Report(replace(evaluation, params=values), {})
    for name in SECTIONS:
        report.section(name)
    return report


def slips(title: str) -> set[str]:
    """`title` with one character replaced, left out, doubled, or changing places with the next."""
    return {
        slip
        for at, ch in enumerate(title)
        for slip in (
            f"{title[:at]}某{title[at + 1 :]}",
            f"{title[:at]}{title[at + 1 :]}",
            f"{title[:at]}{ch}{title[at:]}",
            f"{title[:at]}{title[at + 1 : at + 2]}{ch}{title[at + 2 :]}",
        )
    } - {title}


@pytest.mark.parametrize("title", ["制度建设", "结果应用", "目标集中会审"])
def test_a_section_misspelt_under_leave_out_is_refused_with_its_name(evaluation, title):
    """Any slip of one character, in a title of four characters too; the word that one expects in its place as well."""
    misspelt = slips(title) | ({"结果运用"} if title == "结果应用" else set())
    for name in misspelt:
        with pytest.raises(ParameterError) as refused:
            leaving_out(evaluation, name).register()
        assert str(refused.value) == f"参数 leave_out：没有名为“{name}”的章节；请改为 {title}"


def test_a_name_under_leave_out_that_is_no_section_is_refused_with_those_there_are(evaluation):
    """However little it is like one; each name is a line."""
    with pytest.raises(ParameterError) as refused:
        leaving_out(evaluation, "结果应用", "附表", "甲乙").register()
    known = "、".join(name for name in SECTIONS if name != "结果应用")
    assert [fault.found for fault in refused.value.faults] == [
        f"没有名为“{name}”的章节" for name in ("附表", "甲乙")
    ]
    assert refused.value.faults[0].remedy.startswith(f"只用这些：{known}")


def test_what_is_left_out_of_another_notebook_is_no_fault(evaluation, tmp_path):
    """A section of any notebook of the year may be left out; where its file is missing, nothing is said of it."""
    (tmp_path / "notebooks").mkdir()
    other = tmp_path / "notebooks" / "mid_year.ipynb"
    write(other, 'report.section("监控情况")')
    there = replace(evaluation, root=tmp_path)
    assert plain(leaving_out(there, "监控情况", notebooks={"mid_year": {}}).register()) == "表1 统计数一览"
    with pytest.raises(ParameterError, match="没有名为“监控状况”的章节；请改为 监控情况"):
        leaving_out(there, "监控状况", notebooks={"mid_year": {}}).register()
    other.unlink()
    assert plain(leaving_out(there, "监控情况", notebooks={"mid_year": {}}).register()) == "表1 统计数一览"


def test_the_register_may_run_before_the_sections(evaluation):
    """Cell by cell in any order: what the file of the notebook has is a section, though it was not asked for yet."""
    report = Report(replace(evaluation, params=replace(evaluation.params, leave_out=("结果应用",))), {})
    assert plain(report.register()) == "表1 统计数一览"


def test_every_table_and_chart_of_the_mappings_is_made(evaluation):
    """Each name gives a table or chart of 2022 with a caption; single key projects of a reconstruction are not listed.

    Those of years or districts side by side have nothing to show of one year (test_trends.py, test_province.py), and no
    form of 2022 went back.
    """
    tables, drawn = (
        {name for name in names if not name.startswith(("trends.", "province."))}
        for names in (report_tables.TABLES, report_charts.CHARTS)
    )
    made = {name: report_tables.of(evaluation, name) for name in tables}
    charts = {name: report_charts.of(evaluation, name) for name in drawn}
    without_rows = {name for found in (made, charts) for name, one in found.items() if one is None}
    assert {name for name in without_rows if not name.startswith("quality.returns")} == {"key_projects"}
    listed = [*made.items(), *charts.items()]
    assert [name for name, one in listed if one is not None and not one.caption] == []


@pytest.mark.parametrize(
    ("kind", "finding"),
    [
        ("departments", "单位自评全部85个达到90分；第三方机构绩效评价没有达到90分的"),
        ("projects", "单位自评有27个达到90分，占90.00%；第三方机构绩效评价有1个达到90分"),
    ],
)
def test_what_a_chart_finds_can_be_seen_in_its_bands(evaluation, kind, finding):
    """Both tiers by the same 90分, where a common band begins."""
    assert f"。{finding}。" in report_charts.of(evaluation, f"scores.{kind}").alt


def test_a_text_names_a_chart_by_its_number(evaluation):
    """In the order in which they are named or drawn; the chart has the number that the text said."""
    charts.setup()
    report = Report(evaluation, {})
    first = report.prose("甲[[，见{图:losses}]]。")._repr_mimebundle_()
    assert first["text/html"] == '<p>甲，见<span class="numbered">图1</span>。</p>\n'
    assert first["text/plain"] == "甲，见{图:losses}。"
    assert plain(report.chart("losses")) == "图1 第三方机构绩效评价扣分的原因"
    assert "图2" in report.prose("见{图:scores.projects}。")._repr_mimebundle_()["text/html"]


def test_a_chart_with_nothing_to_show_is_not_named(evaluation):
    """Its clause goes; without a clause, under another name, or without its cell it is refused."""
    none = {key: None for key in evaluation.figures if "_cause." in key}
    figures = Figures(
        replace(one, value=None) if key in none else one for key, one in evaluation.figures.items()
    )
    report = Report(replace(evaluation, figures=figures), {})
    assert "甲。" in report.prose("甲[[，见{图:losses}]]。")._repr_mimebundle_()["text/html"]
    with pytest.raises(ProseError, match="这张图没有可画的"):
        report.prose("甲，见{图:losses}。")
    with pytest.raises(ProseError, match="没有这张图"):
        report.prose("甲，见{图:lossess}。")
    report.prose("甲，见{图:scores.projects}。")
    with pytest.raises(ProseError, match="笔记本里没有这张图"):
        report.register()


def test_any_table_of_the_year_is_listed_under_its_own_words(report):
    """Heads are what data/README.md says of the columns, with their unit; amounts are numbers; invented rows are said."""
    found = table(report.table("subjects", "评价对象", ["name", "initial_budget"]))
    assert [column["label"] for column in found["columns"]] == ["名称", "年初预算数（万元）"]
    assert [column["align"] for column in found["columns"]] == ["left", "right"]
    assert found["caption"] == "表1 评价对象"
    assert len(found["rows"]) == 115
    assert found["rows"][0][1]["value"] == found["rows"][0][1]["text"]
    assert found["notes"] == ["注：各行为重构数据，不反映任何单位或项目的实际得分。"]


def test_codes_are_listed_in_the_words_of_readers(report):
    """Kinds, tiers and yes or no stand in a listing as in the rest of the report; texts as they were written."""

    def column(name: str, *columns: str) -> set[tuple[str, ...]]:
        rows = table(report.table(name, "一览", columns))["rows"]
        return {tuple(cell["text"] for cell in row) for row in rows}

    assert column("subjects", "kind", "is_new") == {
        ("部门整体支出", "否"),
        ("项目支出", "否"),
        ("项目支出", "是"),
    }
    assert column("scores", "tier") == {("单位自评",), ("第三方机构绩效评价",)}
    assert column("target_reviews", "status") == {("已采纳",), ("部分采纳",), ("未采纳",)}


def test_a_table_without_rows_is_not_shown(report):
    """Nothing was recorded, so nothing is listed and no number is taken."""
    assert report.table("funds", "资金") is None
    assert plain(report.table("rules_issued")) == "表1 制度建设情况"


REFUSED = [
    (("rules_isued",), "表“rules_isued”：没有这张表；请改为 rules_issued"),
    (("units",), '表“units”：没有题目；请写成 report.table("units", "题目")'),
    (("units", "单位", ["nam"]), "表“units”的列“nam”：没有这一列；请改为 name"),
    (
        ("scores.departments", "得分", ["x"]),
        '表“scores.departments”：这张表的列是固定的，不能另选；请写成 report.table("scores.departments")',
    ),
    (
        ("key_projects", "重点项目", ["name", "score"]),
        '表“key_projects”：重构数据的得分不与项目名称并列；请写成 report.table("key_projects")',
    ),
]


@pytest.mark.parametrize(("asked", "said"), REFUSED)
def test_a_table_that_cannot_be_shown_is_one_line(report, asked, said):
    """A name or column that is not there, a list without caption, and invented scores beside real names are refused."""
    with pytest.raises(ProseError) as refused:
        report.table(*asked)
    assert str(refused.value) == said


def test_a_chart_that_is_not_there_is_one_line(report):
    """An unknown chart names the ones there are."""
    with pytest.raises(ProseError, match=r"图“agrement”：没有这张图；请改为 agreement"):
        report.chart("agrement")


def without_rules(evaluation, *undone: Work) -> Report:
    """A report of a year without rules issued, whose parameters say what was not done."""
    keys = [key for key in evaluation.figures if key.startswith("rules_issued.")]
    figures = evaluation.figures.without_values(keys)
    values = replace(evaluation.params, not_done=undone)
    return Report(replace(evaluation, params=values, figures=figures), {})


def test_only_the_parameters_say_that_something_was_not_done(evaluation):
    """Without rows nothing is written; with `not_done` the other text; with rows the text, whatever the parameters say."""
    call = ("印发{rules_issued.count}", "没有印发制度。", "rules_issued")
    assert without_rules(evaluation).prose(*call) is None
    assert plain(without_rules(evaluation, Work.RULES).prose(*call)) == "没有印发制度。"
    assert without_rules(evaluation, Work.KEY_PROJECTS).prose(*call) is None
    assert plain(Report(evaluation, {}).prose(*call)) == "印发{rules_issued.count}"


def test_work_that_is_none_is_refused(evaluation):
    """The word that was meant stands in the line."""
    with pytest.raises(ProseError, match="没有这项工作；请改为 rules_issued"):
        Report(evaluation, {}).prose("正文", "没有。", "rule_issued")


def test_another_text_needs_no_work(evaluation):
    """Where it claims nothing of what was done, it just stands in the place of the first."""
    assert (
        plain(without_rules(evaluation).prose("{rules_issued.count}", "按上年的办法。")) == "按上年的办法。"
    )


def test_a_heading_without_text_is_a_fault(report):
    """A number alone is no heading."""
    with pytest.raises(ProseError, match="标题：没有文字；请写上标题，或删去这个单元格"):
        report.section("  ")


def test_what_is_given_to_the_report_s_own_tables_and_charts_is_used_or_told(report):
    """A note stands below a table; caption and alt of a chart, and units, are the report's own: nothing is passed over."""
    assert table(report.table("rules_issued", note="注：甲。"))["notes"][-1] == "注：甲。"
    with pytest.raises(ProseError) as told:
        report.table("rules_issued", units={"级别": "级"})
    assert str(told.value) == (
        "表“rules_issued”：units 是报告自有的，不能另写；请删去，或用 frame 自己列表、画图"
    )
    with pytest.raises(ProseError, match="图“agreement”：caption、alt、note 是报告自有的"):
        report.chart("agreement", "我的题目", "说明", note="注")
    assert plain(report.chart("scores.projects")).startswith("图1 ")


def test_clauses_and_the_text_instead(evaluation):
    """A text of which no clause is left is as one without value: the other text stands for it, its own clauses seen to."""
    report = Report(
        replace(evaluation, figures=evaluation.figures.without_values(["target_review.opinions"])), {}
    )
    gone = "[[提出意见{target_review.opinions}。]]"
    assert report.prose(gone) is None
    assert plain(report.prose(gone, "没有记录[[，共{target_review.opinions}]]。")) == "没有记录。"
    assert report.prose(gone, "没有开展。", work="target_reviews") is None


def test_the_notes_say_to_all_that_there_is_no_year_to_compare_with(report):
    """In both editions: a reader of the public one asks how it was last year, too."""
    bundle = report.data_notes()._repr_mimebundle_()
    assert NO_YEAR_BEFORE in bundle["text/plain"]
    assert NO_YEAR_BEFORE in bundle[mimes.PUBLIC]["text/plain"]
