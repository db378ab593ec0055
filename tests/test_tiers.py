"""Tiers of a year: who gave scores, how the report calls them, and what is counted of each."""

import re
from decimal import Decimal

import pytest

from jixiao.figures import trace
from jixiao.figures.evaluate import evaluate
from jixiao.kit.errors import ParameterError, TableError
from jixiao.report import mimes
from jixiao.report.report import Report
from jixiao.year import params, tiers
from kit import Kit

D = Decimal
SPOT = """  spot:
    name: 抽查评价
    by: 区财政局
    covers: sample
    bands:
      - {band: "[90,100]", name: 一等}
      - {band: "[80,90)", name: 二等}
      - {band: "[70,80)", name: 三等}
      - {band: "[0,70)", name: 四等}
  reevaluation:"""
SCORES = {"P001": "100", "P002": "90", "P003": "89.99", "P004": "70", "P005": "0"}


def scored(subject: str, tier: str, score: str) -> dict[str, str]:
    """A row of scores.csv."""
    return {"subject_id": subject, "tier": tier, "score": score, "evaluator": "", "scored_on": ""}


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Kit:
    """The year 2022 with a third tier: five projects were drawn, only their totals are known."""
    kit = Kit(tmp_path_factory.mktemp("tiers"))
    kit.edit(kit.params, "  reevaluation:", SPOT)
    kit.change_table("scores", lambda rows: rows.extend(scored(s, "spot", n) for s, n in SCORES.items()))
    return kit


@pytest.fixture(scope="module")
def year(kit):
    """It, evaluated."""
    return evaluate(kit.root, params.of_year(kit.root, 2022))


def test_a_tier_with_totals_alone_has_all_figures(year):
    """Counts by named band with their ends included or not, shares, mean, gap to the self-evaluation, money drawn."""
    budgets = year.tables["subjects"].set_index("subject_id")["initial_budget"]
    projects = budgets[budgets.index.str.startswith("P")]
    drawn = sum(projects[list(SCORES)])
    own = year.totals.set_index("subject_id").loc[list(SCORES), "self_total"]
    gaps = [total - D(SCORES[subject]) for subject, total in own.items()]
    found = {
        key.removeprefix("evaluation.projects."): figure.value
        for key, figure in year.figures.items()
        if key.startswith("evaluation.projects.spot")
    }
    given = dict(zip(SCORES, ["优", "优", "良", "中", "差"], strict=True))
    before = year.totals.set_index("subject_id")["self_grade"]
    moved = {
        f"spot_moved.{one}.{other}": sum(before[s] == one and given[s] == other for s in SCORES)
        for one in "优良中差"
        for other in "优良中差"
    }
    assert found == {
        "spot.[90,100]": 2, "spot.[80,90)": 1, "spot.[70,80)": 1, "spot.[0,70)": 1, "spot.other": 0,
        "spot_share.[90,100]": D("40.00"), "spot_share.[80,90)": D("20.00"),
        "spot_share.[70,80)": D("20.00"), "spot_share.[0,70)": D("20.00"),
        "spot_count": 5, "spot_mean": D("70.00"), "spot_declared": 5,
        "spot_mean_gap": round(sum(gaps) / 5, 2), "spot_lowered": sum(gap > 0 for gap in gaps),
        "spot_grade_changed": sum(
            year.totals.set_index("subject_id").at[s, "self_grade"] != grade
            for s, grade in zip(SCORES, ["优", "优", "良", "中", "差"], strict=True)
        ),
        "spot_near_full": 1, "spot_near_full_percent": D("20.00"),
        "spot_best_grade": 2, "spot_best_grade_percent": D("40.00"),
        "spot_drawn": 5, "spot_drawn_percent": round(D(500) / 30, 2), "spot_drawn_wan_yuan": drawn,
        "spot_drawn_money_percent": round(100 * drawn / sum(projects), 2),
        "spot_compared": 5, "spot_compared_self_mean": round(D(70) + sum(gaps) / 5, 2),
        **moved,
    }  # fmt: skip
    assert year.figures["evaluation.projects.spot_mean"].tables == ("scores", "subjects")
    assert "scores.csv" in year.figures["evaluation.projects.spot_mean"].source


def test_kinds_that_a_tier_did_not_score_have_its_bands(year):
    """Bands without a kind count for each kind; that no score was recorded is neither 0 nor a sample of none."""
    spot = [one for key, one in year.figures.items() if key.startswith("evaluation.departments.spot")]
    assert len(spot) == 24 + 16  # with the moves from grade to grade
    assert [one.key for one in spot if one.value is not None] == []
    assert (
        Report(year, {})
        .prose("甲[[，抽查{evaluation.departments.spot_drawn}]]。")
        ._repr_mimebundle_()["text/html"]
        == "<p>甲。</p>\n"
    )
    assert "evaluation.departments.department_mean" not in year.figures


def test_bands_are_called_by_their_names(year):
    """一等 in a sentence, with its ends in the register and in the table."""
    figure = year.figures["evaluation.projects.spot.[80,90)"]
    assert (figure.short, figure.label) == ("二等", "项目支出抽查评价二等")
    assert figure.definition == "项目支出抽查评价总分在二等（80分（含）至90分）的个数"
    text = Report(year, {}).prose("{evaluation.projects.spot.*}")._repr_mimebundle_()["text/html"]
    assert re.sub("<.*?>", "", text).replace("*", "") == "一等的2个、二等的1个、三等的1个、四等的1个\n"


def test_tables_and_charts_show_every_tier_with_bands(year):
    """In the order of the parameters; who has totals alone is said; who has no score is left out."""
    report = Report(year, {})
    table = report.table("scores.projects")._repr_mimebundle_()["text/html"]
    names = re.findall(r"<th[^>]*rowspan[^>]*>(.*?)</th>", table)
    assert names == ["单位自评", "第三方机构绩效评价", "抽查评价"]
    assert "一等（90分以上（含90分））" in table
    assert "抽查评价有项目支出总分5个，占比按这一个数计算。抽查评价中5个只报总分，没有指标得分。" in table
    projects, departments = (
        report.chart(f"scores.{kind}")._repr_mimebundle_()[mimes.CHART]["alt"]
        for kind in ("projects", "departments")
    )
    assert (
        "抽查评价90分以上（含90分） 2 个，80分（含）至90分 1 个，70分（含）至80分 1 个，70分以下 1 个。"
        in projects
    )
    assert "抽查评价" not in departments
    assert "抽查评价" not in report.table("scores.departments")._repr_mimebundle_()["text/html"]


def test_a_total_that_is_only_printed_is_traced_to_its_row(year):
    """There are no indicators behind it: the row of scores.csv, and that it is a total alone."""
    found = trace.trace(year, "evaluation.projects.spot.[90,100]")
    assert [rule.name for rule in found.rules] == ["rounding"]  # of weights and execution nothing is known
    (one, two) = found.rows
    assert (one.key, two.key) == ("P001", "P002")
    assert two.values["抽查评价总分"] == "90（优），只报总分"
    row = year.tables["scores"].index[-len(SCORES) + 1]
    assert (two.place, two.parts) == (f"data/2022/scores.csv 第 {row} 行 score 列", ())


def test_an_own_figure_of_totals_alone_is_traced(year):
    """Its rows show every total there is, those of subjects that no indicator was scored of as well."""
    report = Report(year, {})
    scores = report.scores
    drawn = scores[scores["spot_total"].notna()]
    report.figure("own.drawn", len(drawn), "个", "抽查对象", "抽查的对象数", rows=drawn)
    rows = trace.trace(report.evaluation, "own.drawn").rows
    assert [row.key for row in rows] == list(SCORES)
    assert rows[1].values["抽查评价总分"] == "90（优），只报总分"
    assert rows[1].parts == ()
    report.figure("own.every", 115, "个", "全部对象", "抽查和没有抽查的", rows=scores["spot_total"])
    rows = {row.key: row for row in trace.trace(report.evaluation, "own.every").rows}
    assert (len(rows), rows["D001"].values["抽查评价总分"], rows["D001"].parts) == (115, "—（—）", ())


def test_the_actor_is_whom_the_parameters_name(tmp_path):
    """Another name of a tier stands in tables, charts, figures and findings; nothing else names who reviewed."""
    kit = Kit(tmp_path)
    kit.edit(kit.params, "name: 第三方机构绩效评价", "name: 联合评审")
    year = evaluate(kit.root, params.of_year(kit.root, 2022))
    report = Report(year, {})
    shown = [
        report.table("scores.departments"), report.chart("agreement"), report.table("applications", "结果应用"),
        report.prose("{tiers.review.name}平均{evaluation.departments.review_mean}"),
    ]  # fmt: skip
    texts = [str(output._repr_mimebundle_()) for output in shown]
    assert [text for text in texts if "联合评审" not in text] == []
    said = [f"{one.label}{one.definition}" for one in year.figures.values()]
    assert [text for text in [*texts, *said] if "财政复核" in text or "财政部门复核" in text] == []


def test_computed_totals_go_before_printed_ones(tmp_path):
    """A total of scores.csv stands in only for a subject of which no indicator was scored."""
    kit = Kit(tmp_path)

    def blank(rows):
        for row in rows:
            if row["subject_id"] in ("P001", "P002"):
                row["self_score"] = ""
        next(row for row in rows if row["subject_id"] == "P002")["self_score"] = "1"

    kit.change_table("indicators", blank)
    kit.change_table(
        "scores", lambda rows: [row.update(score="12.5") for row in rows if row["tier"] == "self"]
    )
    totals = evaluate(kit.root, params.of_year(kit.root, 2022)).totals.set_index("subject_id")
    assert (totals.at["P001", "self_total"], totals.at["P001", "self_declared"]) == (D("12.5"), True)
    assert (totals.at["P002", "self_total"], totals.at["P002", "self_declared"]) == (None, False)
    assert (totals.at["P003", "self_total"] > 80, totals.at["P003", "self_declared"]) == (True, False)
    assert list(totals.loc[["P001", "P002"], "reported"]) == [True, True]


def test_a_year_of_totals_alone_is_counted(tmp_path):
    """No indicators at all: what the tiers printed is counted, and comes from scores.csv."""
    kit = Kit(tmp_path)
    (kit.data / "facts.csv").unlink()  # which would tell a year without any rows
    kit.change_table("indicators", lambda rows: rows.clear())
    kit.change_table("target_reviews", lambda rows: rows.clear())
    kit.change_table("monitoring", lambda rows: rows.clear())
    figures = evaluate(kit.root, params.of_year(kit.root, 2022)).figures
    assert figures["evaluation.departments.reporting"].value == 85
    assert figures["evaluation.departments.self.[95,100)"].value == 53
    assert figures["evaluation.departments.self_declared"].value == 85
    assert figures["evaluation.departments.self_mean"].tables == ("scores", "subjects")
    assert figures["evaluation.items"].tables == ("subjects", "scores")
    assert "indicators" not in figures["evaluation.unit_coverage_percent"].source


def test_who_has_a_total_alone_needs_no_amounts(tmp_path):
    """S03 and S04 are about the points for the execution rate, which no indicator asks for here."""
    kit = Kit(tmp_path)
    kit.change_table("indicators", lambda rows: rows.clear())
    kit.change_table("target_reviews", lambda rows: rows.clear())
    kit.change_table("monitoring", lambda rows: rows.clear())
    kit.change_table(
        "subjects", lambda rows: [row.update(adjusted_budget="", executed="") for row in rows[:3]]
    )
    kit.change_table("subjects", lambda rows: rows[4].update(executed=""))
    findings = evaluate(kit.root, params.of_year(kit.root, 2022)).findings
    assert [one for one in findings if one.rule in ("S03", "S04")] == []


def test_a_tier_that_nobody_declared_is_named(kit):
    """File, row and the tiers there are, what to do; before anything is counted."""
    kit.change_table("scores", lambda rows: rows.append(scored("P006", "reveiw", "80")))
    with pytest.raises(TableError) as refused:
        evaluate(kit.root, params.of_year(kit.root, 2022))
    kit.change_table("scores", lambda rows: rows.pop())
    (fault,) = refused.value.faults
    assert re.fullmatch(
        r"data/2022/scores\.csv 第 \d+ 行 tier 列：层级是“reveiw”，参数 tiers 里没有；应为self（单位自评）、.*"
        r"；请核对；确有这一层级的，写进 params/2022\.yml 的 tiers",
        str(fault),
    )


def test_scores_outside_the_bands_of_any_tier_are_told(tmp_path):
    """D01 names the parameter of the tier at fault."""
    kit = Kit(tmp_path)
    kit.edit(
        kit.params, "  reevaluation:", '  spot: {name: 抽查, by: 某局, bands: ["[90,100]"]}\n  reevaluation:'
    )
    kit.change_table("scores", lambda rows: rows.append(scored("P001", "spot", "89.99")))
    found = [
        str(one) for one in evaluate(kit.root, params.of_year(kit.root, 2022)).findings if one.rule == "D01"
    ]
    assert found == [
        "params/2022.yml 的 tiers.spot.bands.projects：[D01] 有 1 个项目支出的抽查总分不在所列分数段；"
        "请核对分数，或补上分数段"
    ]


REFUSED = [  # what stands under `tiers`, where the fault is, words of it
    ("[self]", (), "每行一个层级"),
    ("{}", (), "每行一个层级"),
    ("{Self: {name: 甲, by: 乙}}", ("Self",), "小写字母"),
    ("{self_share: {name: 甲, by: 乙}}", ("self_share",), "_share"),
    ("{self: 单位自评}", ("self",), "{name: 名称"),
    ("{self: {name: 甲}}", ("self",), "by 是一段文字"),
    ("{self: {name: '', by: 乙}}", ("self", "name"), "name 是一段文字"),
    ('{self: {name: "甲\\u202e", by: 乙}}', ("self", "name"), "name 是一段文字"),
    ("{self: {name: 甲, by: 乙, who: 丙}}", ("self", "who"), "name、by、covers、bands"),
    ("{self: {name: 甲, by: 乙, covers: 一半}}", ("self", "covers"), "all"),
    ("{self: {name: 甲, by: 乙}, other: {name: 甲, by: 丙}}", ("self", "name"), "不重复"),
    ("{self: {name: 甲, by: 乙, bands: []}}", ("self", "bands"), "不统计分数段的，不写"),
    ("{self: {name: 甲, by: 乙, bands: {units: ['=100']}}}", ("self", "bands"), "departments"),
    ("{self: {name: 甲, by: 乙, bands: ['90-100']}}", ("self", "bands"), "90-100"),
    ("{self: {name: 甲, by: 乙, bands: ['=100', '=100']}}", ("self", "bands"), "不重复"),
    ("{self: {name: 甲, by: 乙, bands: {projects: ['[90,100]', '=100']}}}", ("self", "bands", "projects"), "重叠"),
    ("{self: {name: 甲, by: 乙, bands: [{band: '=100'}]}}", ("self", "bands"), "有名称的写作"),
    ("{self: {name: 甲, by: 乙, bands: [{band: '=100', name: 3}]}}", ("self", "bands"), "有名称的写作"),
    ("{self: {name: 甲, by: 乙, bands: [{band: '=100', name: 好}, {band: '=90', name: 好}]}}", ("self", "bands"), "名称不重复"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "path", "words"), REFUSED)
def test_what_is_no_tier_is_refused_at_its_place(written, path, words):
    """One fault, where it stands, in words that say what is expected."""
    from jixiao.kit import strict_yaml

    value = strict_yaml.of_bytes(f"tiers: {written}\n".encode(), "p.yml").value["tiers"]
    with pytest.raises(tiers.Misfit) as refused:
        tiers.parsed(value)
    assert (refused.value.path, words in str(refused.value)) == (path, True), str(refused.value)


def test_the_keys_of_earlier_versions_say_what_replaced_them(tmp_path):
    """A params file of before: each old key is one line with what to write in its place."""
    kit = Kit(tmp_path)
    kit.edit(kit.params, "leave_out: []", "bands: {}\nevaluation_tiers: [单位自评]\nsections: [甲]")
    with pytest.raises(ParameterError) as refused:
        params.read(kit.root, 2022)
    assert [fault.remedy for fault in refused.value.faults] == [
        "分数段写进 tiers 里各层级的 bands",
        "各层级的名称写进 tiers，每个层级一行",
        "不写的章节写进 leave_out",
    ]


def test_work_of_a_tier_may_be_said_not_to_be_done(tmp_path):
    """Its key is the kind and the tier; a tier that is not declared is no work."""
    kit = Kit(tmp_path)
    kit.edit(kit.params, "leave_out: []", "not_done: [departments.finance]")
    assert params.of_year(kit.root, 2022).not_done == ("departments.finance",)
    kit.edit(kit.params, "departments.finance", "departments.spot")
    with pytest.raises(ParameterError, match=r"departments\.finance（部门整体支出财政部门审核）"):
        params.of_year(kit.root, 2022)
