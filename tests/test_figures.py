"""Figures of 2022: equal to the published report, computed from the rows, each with its definition."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.figures import compare, counted
from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import Basis
from jixiao.kit.errors import JixiaoError, ProseError, TableError
from jixiao.report.report import Report
from jixiao.year import params
from kit import PROJECT, Kit


def evaluation_of(root):
    """The evaluation of 2022 in a kit."""
    return evaluate(root, params.checked(params.read(root, 2022), lambda *key: ""))


@pytest.fixture(scope="module")
def committed():
    """The evaluation of the committed data."""
    return evaluation_of(PROJECT)


GOLDEN = {
    "evaluation.departments.reporting": "85",
    "evaluation.projects.reporting": "30",
    "evaluation.items": "115",
    "evaluation.amount_yi_yuan": "10.81",
    "evaluation.share_of_initial_budget_percent": "88.91",
    "evaluation.unit_coverage_percent": "100",
    "evaluation.departments.self.=100": "16",
    "evaluation.departments.self.[95,100)": "53",
    "evaluation.departments.self.[90,95)": "16",
    "evaluation.departments.review.[85,90)": "8",
    "evaluation.departments.review.[80,85)": "27",
    "evaluation.departments.review.[75,80)": "44",
    "evaluation.departments.review.[70,75)": "6",
    "evaluation.projects.self.=100": "17",
    "evaluation.projects.self.[95,100)": "9",
    "evaluation.projects.self.[90,95)": "1",
    "evaluation.projects.self.[85,90)": "3",
    "evaluation.projects.review.[90,100]": "1",
    "evaluation.projects.review.[80,90)": "22",
    "evaluation.projects.review.[70,80)": "5",
    "evaluation.projects.review.[60,70)": "2",
    "target_review.departments": "5",
    "key_projects.count": "5",
    "key_projects.budget_wan_yuan": "752.11",
    "key_projects.mean_score": "90.50",
    "key_projects.grades.优秀": "2",
    "key_projects.grades.良好": "3",
    "key_projects.named.沿江廉政文化园建设": "优秀",
    "results_use.disclosed_with": "部门决算",
}


@pytest.mark.parametrize(("key", "number"), GOLDEN.items())
def test_the_published_numbers(committed, key, number):
    """Every number of the published report follows from the rows, as it was printed."""
    assert committed.figures[key].number == number


def test_every_published_fact_has_an_equal_figure(committed):
    """No fact of published.yml is without figure, and none differs."""
    facts = compare.published(PROJECT, committed.params)
    rows = compare.compare(facts, committed.figures)
    assert [row for row in rows if row.state == compare.State.DIFFERENT] == []
    assert len(rows) >= 35


def test_the_committed_data_contradict_themselves_nowhere(committed):
    """The reconstruction has no error: measures whose numbers were not published, and totals of 100, are told."""
    told = Counter((finding.rule, finding.severity) for finding in committed.findings)
    assert told == {("D13", "W"): 4, ("S14", "I"): 33, ("M01", "I"): 12, ("M02", "I"): 3}


def news(changed, committed):
    """The rules of the findings that the committed data do not have, wherever these stand now."""
    known = {(finding.rule, finding.found) for finding in committed.findings}
    return [finding.rule for finding in changed.findings if (finding.rule, finding.found) not in known]


def test_every_figure_says_what_it_is(committed):
    """Key, label, definition and source are never empty; the units are those of the field."""
    figures = list(committed.figures.values())
    assert [f.key for f in figures if not (f.label and f.definition and f.source)] == []
    units = {"", "万元", "亿元", "人次", "个百分点", *"个家项条份套篇人次组分位年月天%"}
    assert {f.unit for f in figures} <= units


def test_shares_are_rounded_each_on_its_own(committed):
    """16, 53 and 16 of 85 are 18.82, 62.35 and 18.82 per cent; nobody nudges them to 100."""
    keys = ("=100", "[95,100)", "[90,95)")
    shares = [committed.figures[f"evaluation.departments.self_share.{key}"].value for key in keys]
    assert shares == [Decimal("18.82"), Decimal("62.35"), Decimal("18.82")]


def test_an_unknown_figure_suggests_a_close_one(committed):
    """A misspelt key is told with the keys that look like it."""
    with pytest.raises(ProseError, match=r"key_projects\.count"):
        committed.figures["key_projects.cuont"]


def lower_department(rows):
    """Lower a review score so that the best department falls from [85,90) into the band below."""
    scores = {}
    for row in rows:
        if row["subject_id"].startswith("D"):
            scores.setdefault(row["subject_id"], []).append(row)
    best = max(scores.values(), key=lambda subject: sum(Decimal(row["review_score"]) for row in subject))
    richest = max(best, key=lambda row: Decimal(row["review_score"]))
    richest["review_score"] = str(Decimal(richest["review_score"]) - Decimal("4.5"))
    richest["review_remark"] = "按抽查情况酌情扣分"


def test_a_changed_score_moves_the_counts_and_is_found(tmp_path, committed):
    """One lower review score moves a department down a band; compare and the findings follow."""
    kit = Kit(tmp_path)
    kit.change_table("indicators", lower_department)
    changed = evaluation_of(kit.root)
    review = {
        key: changed.figures[f"evaluation.departments.review.{key}"].number for key in ("[85,90)", "[80,85)")
    }
    assert review == {"[85,90)": "7", "[80,85)": "28"}
    rows = compare.compare(compare.published(kit.root, changed.params), changed.figures)
    assert [row.key for row in rows if row.state == compare.State.DIFFERENT] == [
        "evaluation.departments.review.[85,90)",
        "evaluation.departments.review.[80,85)",
    ]
    assert news(changed, committed) == ["R18"]


def test_a_total_outside_all_bands_is_told(tmp_path, committed):
    """A department that falls below the lowest band is counted apart, with a finding."""
    kit = Kit(tmp_path)

    def ruin(rows):
        for row in rows:
            if row["subject_id"] == "D001":
                row["review_score"] = "0"

    kit.change_table("indicators", ruin)
    changed = evaluation_of(kit.root)
    assert changed.figures["evaluation.departments.review.other"].number == "1"
    assert {"R18", "D01"} <= set(news(changed, committed))


FINDINGS = [
    ("subjects", 2, "adjusted_budget", "0", "S04", "不能计算执行率得分"),
    ("subjects", 2, "executed", "", "S03", "没有填全年执行数"),
    ("indicators", 2, "self_score", "", "S02", "这一项没有，不能计算总分"),
    ("indicators", 2, "level1", "效益指标", "G02", "D001 的一级指标分值为 效益指标 37"),
    ("indicators", 2, "weight", "9", "G01", "D001 的指标分值合计"),
    ("indicators", 2, "review_score", "", "R01", "这一项没有，不能计算总分"),
    ("key_projects", 2, "grade", "优秀", "S21", "第十八条"),
    ("key_projects", 2, "grade", "甲等", "K01", "优、良、中、差"),
    ("scores", 2, "score", "12.34", "S02", "印作 12.34"),
]


@pytest.mark.parametrize(("table", "row", "column", "value", "rule", "words"), FINDINGS)
def test_a_contradiction_is_a_finding_with_its_place(tmp_path, table, row, column, value, rule, words):
    """Each contradiction in valid tables is found by its rule, with file, row and column."""
    kit = Kit(tmp_path)
    kit.leave_few()
    kit.change_table(table, lambda rows: rows[row - 2].__setitem__(column, value))
    found = [str(finding) for finding in evaluation_of(kit.root).findings if finding.rule == rule]
    assert len(found) == 1
    assert f"data/2022/{table}.csv 第 {row} 行 {column} 列" in found[0]
    assert words in found[0]


def test_a_missing_table_is_not_counted_as_zero(tmp_path):
    """Without target_reviews.csv nobody counted opinions: no figure, and text that needs one says so."""
    kit = Kit(tmp_path)
    kit.leave_few()
    (kit.data / "target_reviews.csv").unlink()
    figures = evaluation_of(kit.root).figures
    assert figures["target_review.opinions"].value is None
    assert figures["target_review.departments"].value is None
    assert figures["key_projects.count"].number == "4"


def test_years_that_do_not_belong_together_are_told(tmp_path, committed):
    """Parameters left over from the year before: evaluated year, data folder and date each give F10."""
    kit = Kit(tmp_path)
    for old, new in (("evaluated_year: 2021", "evaluated_year: 2020"), ('"2023-08-25"', '"2022-08-25"')):
        kit.edit(kit.params, old, new)
    assert news(evaluation_of(kit.root), committed) == ["F10", "F10"]


def test_a_missing_file_is_told_with_what_the_text_will_say(tmp_path):
    """Without key_projects.csv the text says nothing of them: the maker is told (F02)."""
    kit = Kit(tmp_path)
    kit.leave_few()
    (kit.data / "key_projects.csv").unlink()
    (finding,) = (finding for finding in evaluation_of(kit.root).findings if finding.rule == "F02")
    assert (finding.rule, finding.severity) == ("F02", "W")
    assert "data/2022/key_projects.csv：[F02] 没有这个文件，正文不写重点项目再评价；请补上这张表" in str(
        finding
    )
    assert finding.remedy.endswith("把 key_projects 写进参数 not_done")


def test_a_table_that_has_only_its_header_is_told_like_a_missing_one(tmp_path, committed):
    """rules_issued.csv as a new year begins with it, not filled in: F02; not where the parameters say that there was none."""
    kit = Kit(tmp_path)
    kit.leave_few()
    kit.change_table("rules_issued", lambda rows: rows.clear())
    (finding,) = (finding for finding in evaluation_of(kit.root).findings if finding.rule == "F02")
    assert "data/2022/rules_issued.csv：[F02] 只有表头，正文不写印发制度" in str(finding)
    kit.edit(kit.params, "leave_out: []", "not_done: [rules_issued]")
    assert "F02" not in news(evaluation_of(kit.root), committed)


def test_work_that_was_not_done_has_no_rows(tmp_path):
    """What the parameters say and what the tables hold cannot both be right: F02 names both."""
    kit = Kit(tmp_path)
    kit.edit(kit.params, "leave_out: []", "not_done: [applications, departments.review]")
    found = [one.found for one in evaluation_of(kit.root).findings if one.rule == "F02"]
    count = len(evaluation_of(kit.root).tables["applications"])
    assert found == [
        f"参数 not_done 说没有开展评价结果应用，表里却有 {count} 行",
        "参数 not_done 说没有开展部门整体支出第三方机构绩效评价，却有 85 个总分",
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", ["项目支出没有一个第三方机构绩效评价得分，正文不写项目支出第三方机构绩效评价"]),
        ("projects.review", []),
    ],
)
def test_a_review_that_nobody_gave_is_told(tmp_path, said, expected):
    """Projects without any review score: F02, unless the parameters say that there was no review."""
    kit = Kit(tmp_path)
    kit.leave_few()
    kit.edit(kit.params, "leave_out: []", f"not_done: [{said}]")

    def clear(rows):
        for row in rows:
            if row["subject_id"].startswith("P"):
                row.update(review_score="", review_actual="", review_remark="")

    def keep_self(rows):
        rows[:] = [row for row in rows if row["tier"] == "self"]

    kit.change_table("indicators", clear)
    kit.change_table("scores", keep_self)
    assert [one.found for one in evaluation_of(kit.root).findings if one.rule == "F02"] == expected


@pytest.mark.parametrize(
    ("column", "lost"),
    [("amount", ["budget_wan_yuan"]), ("score", ["mean_score"]), ("grade", [])],
)
def test_what_a_key_project_lacks_is_not_added_up_from_the_others(tmp_path, column, lost):
    """One without amount or score: no sum, no mean; the count stays, and grades are counted where they are given."""
    kit = Kit(tmp_path)
    kit.change_table("key_projects", lambda rows: rows[0].__setitem__(column, ""))
    year = evaluation_of(kit.root)
    found = {key: year.figures[f"key_projects.{key}"].value for key in ("budget_wan_yuan", "mean_score")}
    assert [key for key, value in found.items() if value is None] == lost
    assert year.figures["key_projects.count"].value == 5
    graded = sum(year.figures[f"key_projects.grades.{word}"].value for word in ("优秀", "良好"))
    assert graded == (4 if column == "grade" else 5)
    assert [one for one in year.findings if one.rule in ("K01", "K02", "S21")] == []


def test_key_projects_may_have_names_alone(tmp_path):
    """Neither amount, score nor grade: they are counted and listed, and nothing else is said of them."""
    kit = Kit(tmp_path)
    blank = dict.fromkeys(("amount", "score", "grade", "agency"), "")
    kit.change_table("key_projects", lambda rows: [row.update(blank) for row in rows])
    year = evaluation_of(kit.root)
    given = {key: f.value for key, f in year.figures.items() if key.startswith("key_projects.")}
    assert {key: value for key, value in given.items() if value is not None} == {
        "key_projects.count": 5,
        "key_projects.names": "城中区文旅融合试点单位建设、雷村滨水健身道提升、沿江廉政文化园建设",
    }
    recorded = replace(year, params=replace(year.params, data_origin="recorded"))
    table = Report(recorded, {}).table("key_projects")._repr_mimebundle_()["text/html"]
    assert (table.count("—"), "合计" in table) == (15, False)
    assert Report(year, {}).table("key_projects") is None  # invented rows without names


def test_invented_grades_do_not_stand_beside_real_names(tmp_path, committed):
    """Of the named projects a reconstruction gives only the published grade; recorded data give all."""
    named = [key for key in committed.figures if key.startswith("key_projects.named.")]
    assert named == ["key_projects.named.沿江廉政文化园建设"]
    kit = Kit(tmp_path)
    kit.edit(kit.params, "data_origin: reconstruction", "data_origin: recorded")
    recorded = evaluation_of(kit.root).figures
    assert sum(key.startswith("key_projects.named.") for key in recorded) == 3


def test_a_missing_budget_leaves_the_subject_without_total(tmp_path):
    """Without budget there are no execution points and no total, but the subject did report."""
    kit = Kit(tmp_path)
    kit.change_table("subjects", lambda rows: rows[0].__setitem__("adjusted_budget", ""))
    changed = evaluation_of(kit.root).figures
    assert changed["evaluation.departments.reporting"].number == "85"
    assert changed["evaluation.departments.self_count"].number == "84"


def test_a_subject_without_any_score_is_told(tmp_path, committed):
    """Who did not report is counted out everywhere alike, with a finding."""
    kit = Kit(tmp_path)
    kit.change_table(
        "indicators", lambda rows: rows.__delitem__(slice(0, sum(r["subject_id"] == "D001" for r in rows)))
    )
    kit.change_table("scores", lambda rows: rows.pop(0))
    kit.change_table("target_reviews", lambda rows: rows.__delitem__(slice(0, 69)))
    kit.change_table("monitoring", lambda rows: rows.__delitem__(slice(0, 29)))
    changed = evaluation_of(kit.root)
    numbers = [
        changed.figures[f"evaluation.{key}"].number
        for key in ("items", "departments.reporting", "projects.reporting")
    ]
    assert numbers == ["114", "84", "30"]
    assert Counter(news(changed, committed)) == {"D03": 1, "C05": 1, "M06": 29}  # nor were most monitored


def test_the_basis_of_a_figure_is_its_value_not_its_key(tmp_path):
    """A figure that differs from the published one is our own, and the difference is listed."""
    kit = Kit(tmp_path)
    kit.edit(kit.data / "published.yml", "mean_score: 90.50", "mean_score: 90.51")
    changed = evaluation_of(kit.root)
    assert changed.figures["key_projects.mean_score"].basis == Basis.OWN
    assert changed.figures["key_projects.count"].basis == Basis.PUBLISHED
    assert changed.figures["evaluation.departments.self_share.=100"].basis == Basis.FOLLOWS
    assert [row.key for row in changed.differences] == ["key_projects.mean_score"]


def test_the_order_of_a_list_is_no_difference(tmp_path):
    """Rows of applications.csv in another order name the same uses."""
    kit = Kit(tmp_path)
    kit.change_table("applications", lambda rows: rows.reverse())
    assert evaluation_of(kit.root).differences == ()


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", "文字\n", "evaluation:\n  items: true\n", "evaluation: [[1], 2]\n", "a: [b"]
)
def test_malformed_published_facts_are_one_line(tmp_path, text):
    """published.yml of another shape names its line, without a traceback."""
    kit = Kit(tmp_path)
    (kit.data / "published.yml").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=r"data/2022/published.yml 第 \d+ 行"):
        evaluation_of(kit.root)


def test_grades_of_key_projects_are_counted_by_grade(tmp_path):
    """优 and 优秀 are one grade, and a grade that nobody has is there with 0."""
    kit = Kit(tmp_path)
    kit.change_table("key_projects", lambda rows: [row.__setitem__("grade", row["grade"][0]) for row in rows])
    figures = evaluation_of(kit.root).figures
    found = {word: figures[f"key_projects.grades.{word}"].number for word in ("优秀", "良好", "中", "差")}
    assert found == {"优秀": "2", "良好": "3", "中": "0", "差": "0"}


def test_totals_without_a_grade_have_not_changed_theirs(committed):
    """A policy may leave scores between two bands without a grade: none by self and by review is no change."""
    totals = committed.totals.copy()
    at = totals.index[0]
    for tier in ("self", "review"):
        totals[f"{tier}_grade"] = totals[f"{tier}_grade"].where(totals.index != at, None)
    found = counted.figures(committed.params, committed.tables, committed.policy, totals)
    key = "evaluation.departments.grade_changed"
    assert found[key].value == committed.figures[key].value - 1


def test_the_checks_run_only_for_those_who_ask(tmp_path):
    """Settings of the checks that cannot be read stand against findings, not against figures and what compares them."""
    kit = Kit(tmp_path)
    (kit.root / "params" / "checks.yml").write_text("{}", encoding="utf-8")
    found = evaluation_of(kit.root)
    assert found.figures["evaluation.items"].number == "115"
    assert found.differences == ()
    with pytest.raises(JixiaoError, match=r"checks\.yml"):
        assert found.findings
