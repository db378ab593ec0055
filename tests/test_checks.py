"""The checks: thresholds to the point, settings and switches, order of rows, and the handbook made of the cards."""

import random
import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from tools import handbook

import check_examples as examples
from jixiao.checks import cards, catalogue, engine, settings
from jixiao.forms.records import records
from jixiao.kit.errors import PolicyError
from jixiao.rules import policy
from jixiao.year import tables
from jixiao.year.words import Severity
from kit import PROJECT, Kit

# Rule, parameter of params/checks.yml or clause, the point just inside, on and beyond it, and where it stands.
BOUNDS = [
    ("S01", "self_score", "indicators", 0, ["19.99", "20"], ["20.01"]),
    ("S01", "self_score", "indicators", 0, ["0.01", "0"], ["-0.01"]),
    ("S02", "total_score", "forms", 0, ["100", "100.01", "99.99"], ["100.02", "99.98"]),
    ("S03", "score", "funds", 0, ["9.95", "9.96", "10"], ["9.94"]),
    ("S04", "adjusted_budget", "subjects", 0, ["0.01"], ["0"]),
    ("S05", "executed", "subjects", 0, ["99.99", "100"], ["100.01"]),
    ("S06", "executed", "subjects", 0, ["95.01", "95"], ["94.99"]),
    ("S07", "executed", "subjects", 0, ["80.01", "80"], ["79.99"]),
    ("S09", "actual", "indicators", 0, ["25.9", "25.99"], ["26", "26.1"]),
    ("S11", "self_score", "indicators", 0, ["20", "19.99"], ["19.98"]),
    ("S21", "score", "key_projects", 0, ["90", "90.01"], ["89.99"]),
    ("D04", "executed", "funds", 1, ["99.5", "100.5", "100"], ["99.4", "100.6"]),
    ("D06", "rate", "funds", 0, ["100%", "1", "1.00", "100.0%"], ["99.9%", "0.99"]),
    ("D13", "issued_on", "rules_issued", 0, ["2022-12-31"], ["2023-01-01"]),
    ("K04", "recommendations", "key_projects", 0, ["规范管理", "规范管理；加快支付"], ["；"]),
]


@cache
def in_force(name, year):
    """A policy and the settings of the checks under it, both frozen."""
    rules = policy.in_force(PROJECT, name, year)
    return rules, settings.in_force(PROJECT, rules)


def found_in(content, rule, **settings_of_rule):
    """The findings of one rule, the others being off, in an example: under the template's policy or the one it names."""
    example = examples.build(content, PROJECT)
    rules, given = in_force(example.policy, example.params.evaluated_year)
    changed = {**given.values, rule: {**given.values.get(rule, {}), **settings_of_rule}}
    others = dict.fromkeys(set(cards.read()) - {rule}, "not asked")
    own = replace(given, values=changed, off=others)
    found = catalogue.find(example.records, rules, own, example.params, example.published)
    return [one for one in found if one.rule == rule]


def with_cell(table, row, column, value):
    """An example that differs from valid rows in one cell."""
    return {table: [*[{}] * row, {column: value}]}


@pytest.mark.parametrize(("rule", "column", "table", "row", "fine", "wrong"), BOUNDS)
def test_a_rule_fires_beyond_its_threshold_and_not_on_it(rule, column, table, row, fine, wrong):
    """Just inside a threshold and on it nothing is said; just beyond it one finding."""
    told = {value: len(found_in(with_cell(table, row, column, value), rule)) for value in (*fine, *wrong)}
    assert told == {**dict.fromkeys(fine, 0), **dict.fromkeys(wrong, 1)}


def test_five_per_cent_below_is_not_more_than_five_per_cent():
    """95 of 100 spent with all points claimed: the gap is 0.05 exactly, which binary fractions miss."""
    assert (1 - 0.95) / 1 > 0.05  # why the checks use decimals
    assert found_in(with_cell("subjects", 0, "executed", "95"), "S06") == []
    assert len(found_in(with_cell("subjects", 0, "executed", "94.999"), "S06")) == 1


@pytest.mark.parametrize(
    ("actual", "operator", "count"), [("39.9", "≥", 0), ("40", "≥", 1), ("40", "≤", 0), ("40", "", 0)]
)
def test_results_of_forms_without_points_are_held_to_twice_their_target(actual, operator, count):
    """A form that scores nothing has no rule of points: from twice a least value on a reason is asked for."""
    row = {"target": "20", "operator": operator, "actual": actual, "self_score": None}
    unscored = [row, *[{"self_score": None}] * 6]
    assert len(found_in({"indicators": unscored}, "S09")) == count
    assert found_in({"indicators": [{**row, "deviation_reason": "新增任务"}, *unscored[1:]]}, "S09") == []
    assert found_in({"indicators": unscored, "policy": "mof-2021-101"}, "S09") == []


RATE = {"level3": "预算执行率"}


@pytest.mark.parametrize(
    ("columns", "kind", "row", "count"),
    [
        ("level3 target actual weight self_score", "project", {}, 1),
        ("level3 target actual weight self_score", "project", RATE, 0),
        ("level3 target actual weight self_score deviation_reason", "project", RATE, 1),
        ("level3 target actual weight self_score reasons", "project", RATE, 1),
        ("level3 standard weight self_score", "project", {}, 0),
        ("level3 target actual weight self_score", "scores", {}, 0),
        ("level3 target actual weight self_score deviation_reason", "scores", {}, 1),
        ("", "project", {}, 1),
    ],
)
def test_a_reason_is_asked_for_where_there_is_a_place_for_it(columns, kind, row, count):
    """Without a place only what holds results against targets is asked, and not of the execution of the budget."""
    fallen = {"self_score": "18", "actual": "18", **row}
    content = {"indicators": [fallen], "forms": [{"columns": columns, "kind": kind}]}
    assert len(found_in(content, "S13")) == count


@pytest.mark.parametrize(
    ("executed", "total", "count"),
    [("80", "98", 0), ("79.99", "89", 0), ("79.99", "89.01", 1), ("49.99", "59", 0), ("49.99", "59.01", 1)],
)
def test_totals_are_held_to_the_cap_of_their_execution_rate(executed, total, count):
    """Under a policy with caps a total on its cap is fine; under one without caps there is none."""
    content = {"subjects": [{"executed": executed}], "forms": [{"total_score": total}]}
    assert len(found_in({**content, "policy": "platform-caps"}, "S08")) == count
    assert found_in(content, "S08") == []


def test_more_than_the_budget_is_an_error_only_where_it_brought_points():
    """Overspending is to be explained; 12 points of 10 for it are wrong."""
    spent = {"subjects": [{"executed": "120"}], "funds": [{"executed": "120"}]}
    paid = {**spent, "funds": [{"executed": "120", "score": "12"}]}
    assert [one.severity for one in found_in(spent, "S05")] == ["W"]
    assert [one.severity for one in found_in(paid, "S05")] == ["E", "W"]
    assert found_in(paid, "S01") == found_in(paid, "S03") == []


@pytest.mark.parametrize(
    ("points", "count"),
    [({}, 1), ({"self_score": None}, 1), ({"self_score": None, "review_score": None}, 0)],
)
def test_what_was_spent_is_asked_for_once_somebody_gave_points(points, count):
    """While targets are reviewed and monitored no year is over: the ledger has no amount spent, and needs none."""
    content = {"subjects": [{"executed": None}], "indicators": [points] * 7, "forms": [None]}
    assert len(found_in(content, "S03")) == count


@pytest.mark.parametrize(
    ("points", "budget", "count"),
    [({}, None, 1), ({"self_score": None}, None, 0), ({"self_score": None}, "0", 1)],
)
def test_a_blank_budget_is_asked_for_once_somebody_gave_points(points, budget, count):
    """S04: while targets are reviewed the final budget is not known yet; one that is zero is told."""
    content = {
        "subjects": [{"adjusted_budget": budget}],
        "indicators": [{"review_score": None} | points] * 7,
        "forms": [None],
    }
    assert len(found_in(content, "S04")) == count


def test_a_form_that_is_cut_off_is_held_to_what_it_lost():
    """Without its last indicators a form cannot be added up, but points given away stay away."""
    cut = [{}, {}, {}, {"self_score": "6"}, {}, None, None]
    assert found_in({"indicators": cut, "forms": [{"total_score": "96"}]}, "S02") == []
    (finding,) = found_in({"indicators": cut, "forms": [{"total_score": "97"}]}, "S02")
    assert finding.expected == "不超过 96（各项已扣 4 分）"


@pytest.mark.parametrize(
    ("rate", "told"),
    [("0.958", "应为"), ("0.959", ""), ("95.9%", ""), ("95.86", "没有百分号"), ("96%", ""), ("-", "")],
)
def test_a_printed_rate_is_judged_to_its_last_digit(rate, told):
    """27.8 of 29 is 0.95862…: 0.959 is rounded, 0.958 cut off; a rate without sign is told apart from a share."""
    funds = [{"adjusted_budget": "29", "executed": "27.8", "rate": rate}]
    assert [told in str(one) for one in found_in({"funds": funds}, "D06")] == ([True] if told else [])


def test_rows_inside_other_rows_are_not_added_twice():
    """Where 其中 stands twice some of the rows make up the total; a total that none do is told."""
    nested = [
        {"item": "其中：财政拨款", "executed": "80"},
        {"item": "其中：中央补助", "executed": "50"},
        {"item": "省级补助", "executed": "30"},
        {"item": "其他资金", "executed": "20"},
    ]
    blank = {"initial_budget": None, "adjusted_budget": None, "subject_id": "D001"}
    funds = [{}, *({**row, **blank} for row in nested)]
    assert found_in({"funds": funds}, "D04") == []
    assert len(found_in({"funds": [{"executed": "95"}, *funds[1:]]}, "D04")) == 1


def test_points_printed_behind_a_level_are_held_to_their_rows():
    """产出指标（50分） over rows of 60 is told, over rows of 50 not."""
    printed = [{"level1": "产出指标（50分）"}] * 4
    assert found_in({"indicators": printed}, "D04") == []
    (finding,) = found_in(
        {"indicators": [{"level1": "产出指标（50分）", "weight": "30"}, *printed[1:]]}, "D04"
    )
    assert (finding.found, finding.expected) == ("“产出指标（50分）”各项分值合计 60", "50")


def test_a_rule_that_the_policy_switches_off_is_silent(tmp_path):
    """`not_used` with its reason silences a rule; another place's number takes the default's place."""
    root = Kit(tmp_path).root
    path = root / "params/policies/mof-2020-10.yml"
    own = (
        "\n  checks:\n    meaning: 本地的审核做法\n    values:\n"
        '      "2020-02-25":\n        value: {not_used: {S14: 本地不看, S05: 另有办法}, S07: {share: 30}}\n'
        "        basis: practice\n"
        '        reference: {document: 办法, article: 条文未定, checked: "2026-11-20"}\n'
    )
    content = examples.build({"subjects": [{"executed": "70"}]}, PROJECT)
    before = told(PROJECT, content)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + own, encoding="utf-8")
    after = told(root, content)
    assert {"S07", "S14"} <= before
    assert before - after == {"S07", "S14"}


def told(root, example):
    """The rules that find something in an example under a kit's own parameters."""
    rules = policy.in_force(root, example.policy, example.params.evaluated_year)
    found = catalogue.find(example.records, rules, settings.in_force(root, rules), example.params)
    return {one.rule for one in found}


OWN = [
    ("{not_used: {X99: 没有这条}}", "没有规则 X99"),
    ("{S07: {part: 30}}", "规则 S07 没有参数 part"),
    ("{S07: {share: [三十]}}", "参数 share 写法不对"),
    ('{not_used: {S07: ""}}', "not_used 应为"),
    ("{}", "应为 {not_used:"),
]


@pytest.mark.parametrize(("value", "words"), OWN)
def test_a_policy_changes_only_what_there_is(tmp_path, value, words):
    """Unknown rules and parameters, values of another kind and reasons left out are refused."""
    root = Kit(tmp_path).root
    path = root / "params/policies/mof-2020-10.yml"
    own = f'\n  checks:\n    meaning: 做法\n    values:\n      "2020-02-25":\n        value: {value}\n'
    own += '        basis: practice\n        reference: {document: 办法, article: 条文未定, checked: "2026-11-20"}\n'
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + own, encoding="utf-8")
    with pytest.raises(PolicyError, match=re.escape(words)):
        settings.in_force(root, policy.in_force(root, "mof-2020-10", 2021))


BROKEN = [
    ("  S07:\n", "  S77:\n", "没有名为“S77”的规则"),
    ("value: {share: 20}", "value: {part: 20}", "S07：应为 {share}"),
    ("value: {share: 20}", "value: {share: -1}", "S07：share 应为不小于 0 的数"),
    ("value: {share: 20}", 'value: {share: "二十"}', "S07：share 应为不小于 0 的数"),
    ("value: {share: 20}", "value: {share: [甲, 甲]}", "S07：share 应为"),
    ("value: {share: 20}\n        basis: practice", "value: {share: 20}\n        basis: habit", "basis 是“habit”"),
    ('  S07:\n    meaning: 结余过大：没有执行的预算占全年预算数的百分数\n    values:\n      "2015-01-01"',
     '  S07:\n    meaning: 结余过大：没有执行的预算占全年预算数的百分数\n    values:\n      "2030-01-01"',
     "没有施行中的 S07"),
    ("id: checks", "id: check", "id 是“check”"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), BROKEN)
def test_the_file_of_parameters_is_read_strictly(tmp_path, old, new, words):
    """One mistake each in params/checks.yml: refused, with what is wrong and where."""
    kit = Kit(tmp_path)
    kit.edit(kit.root / "params/checks.yml", old, new)
    with pytest.raises(PolicyError, match=re.escape(words)) as refused:
        settings.in_force(kit.root, policy.in_force(kit.root, "mof-2020-10", 2021))
    assert "params/checks.yml" in str(refused.value)


def test_without_the_file_of_parameters_nothing_is_checked(tmp_path):
    """No defaults are made up where params/checks.yml is missing."""
    kit = Kit(tmp_path)
    (kit.root / "params/checks.yml").unlink()
    with pytest.raises(PolicyError, match=r"params/checks.yml：没有这个文件"):
        settings.in_force(kit.root, policy.in_force(kit.root, "mof-2020-10", 2021))


@pytest.fixture(scope="module")
def faulty():
    """The committed rows with a fault in every eleventh indicator and every seventh subject."""
    given = records.of_tables(tables.read(PROJECT, "2022"))
    frames = {name: frame.copy() for name, frame in given.frames.items()}
    indicators, subjects = frames["indicators"], frames["subjects"]
    for row in indicators.index[::11]:
        indicators.loc[row, ["self_score", "deviation_reason"]] = [indicators.at[row, "weight"] / 2, None]
    subjects.loc[subjects.index[::7], "adjusted_budget"] = None
    return replace(given, frames=frames)


@pytest.mark.parametrize("seed", range(5))
def test_findings_do_not_depend_on_the_order_of_rows(faulty, seed):
    """Rows shuffled in every table give the same findings in the same order, places included."""
    rules = policy.in_force(PROJECT, "mof-2020-10", 2021)
    given = settings.in_force(PROJECT, rules)
    shuffled = {name: frame.loc[order(frame, seed)] for name, frame in faulty.frames.items()}
    expected = catalogue.find(faulty, rules, given)
    assert len({one.rule for one in expected}) >= 4
    assert list(expected) == list(catalogue.find(replace(faulty, frames=shuffled), rules, given))


def order(frame, seed):
    """The row numbers of a frame, shuffled."""
    rows = list(frame.index)
    random.Random(seed).shuffle(rows)
    return rows


def test_findings_come_in_order_of_place():
    """Cells of a sheet are ordered as a reader meets them: row 9 before row 12, column F before H."""
    places = [("F12", 12, "B"), ("H9", 9, "A"), ("F9", 9, "C"), ("AA9", 9, "D")]
    findings = [
        engine.Finding(rule, Severity.ERROR, "", engine.Place("表.xlsx", "自评表", cell, row), "说")
        for cell, row, rule in places
    ]
    assert [one.place.cell for one in engine.merged(tuple(findings))] == ["F9", "H9", "AA9", "F12"]


def test_a_finding_for_programs_has_its_place_in_parts():
    """Rule, severity, place, words and subject; file, sheet and cell apart as well."""
    place = engine.Place("甲.xlsx", "自评表", "F12")
    finding = engine.Finding("S04", "E", "P001", place, "是 0", "大于 0 的数", "补上")
    assert finding.as_json() == {
        "rule": "S04", "severity": "E", "place": "甲.xlsx 工作表“自评表” F12", "found": "是 0",
        "expected": "大于 0 的数", "remedy": "补上", "subject": "P001",
        "file": "甲.xlsx", "sheet": "自评表", "cell": "F12",
    }  # fmt: skip
    assert str(finding) == "甲.xlsx 工作表“自评表” F12：[S04] 是 0；应为大于 0 的数；请补上"


def test_a_mean_is_held_to_the_published_counts():
    """Two 优 and three 良 give a mean from 84 to 94, whatever the scores; 84.00 and 94.00 may be."""
    counts = {"key_projects.grades.优秀": "2", "key_projects.grades.良好": "3"}
    told = {
        mean: len(found_in({"published": {**counts, "key_projects.mean_score": mean}}, "D02"))
        for mean in ("83.99", "84.00", "90.50", "94.00", "94.01")
    }
    assert told == {"83.99": 1, "84.00": 0, "90.50": 0, "94.00": 0, "94.01": 1}


def test_the_year_before_is_held_to_what_was_published(tmp_path):
    """A figure quoted from last year's report that is not the one printed there is told; others are not."""
    from jixiao.figures import compare
    from jixiao.figures.evaluate import evaluate
    from jixiao.year import params

    kit = Kit(tmp_path)
    (kit.root / "data/2021").mkdir()
    (kit.root / "data/2021/published.yml").write_text("evaluation: {items: 110}\n", encoding="utf-8")
    path = kit.data / "published.yml"
    quoted = "\nlast_year:\n  evaluation: {items: 111, amount_yi_yuan: 9.5}\n"
    path.write_text(path.read_text(encoding="utf-8") + quoted, encoding="utf-8")
    year = params.checked(params.read(kit.root, 2022), lambda *key: "")
    found = [str(one) for one in evaluate(kit.root, year).findings if one.rule == "D12"]
    assert found == [
        "data/2022/published.yml 的 last_year.evaluation.items：[D12] 上年数写作 111；应为上年公布的 110；"
        "请改为上年公布的数，或注明更正"
    ]
    assert "last_year.evaluation.items" not in compare.published(kit.root, year)


def test_every_remark_of_the_reading_has_a_card():
    """What the reading of forms tells under a rule's id can be looked up."""
    sources = [path.read_text(encoding="utf-8") for path in (PROJECT / "lib/jixiao/forms").rglob("*.py")]
    named = {rule for source in sources for rule in re.findall(r'"([A-Z]\d\d)"', source)}
    assert named and sorted(named - set(cards.read())) == []


def test_the_handbook_is_what_the_cards_give():
    """docs/rules.md is made anew by tools/handbook.py whenever a card or a default changes."""
    assert (PROJECT / "docs/rules.md").read_text(encoding="utf-8").splitlines() == handbook.page(
        PROJECT
    ).splitlines()


def test_every_rule_of_the_catalogue_is_decided_or_explained():
    """Each id that a bureau's catalogue names has a card, or a reason why the tables cannot decide it."""
    most = {"F": 10, "G": 20, "M": 7, "S": 25, "R": 18, "C": 6, "K": 7, "D": 14}
    catalogue = {f"{family}{n:02d}" for family, count in most.items() for n in range(1, count + 1)}
    undecided = {rule for ids in handbook.NOT_DECIDED for rule in ids.split()}
    assert sorted(catalogue - set(cards.read())) == sorted(undecided)


def test_a_card_as_text_says_everything_about_its_rule():
    """The terminal shows what the card says, with the parameter in force."""
    text = cards.as_text(cards.read()["S07"], settings.defaults(PROJECT, policy_date())["S07"])
    assert text.splitlines()[0] == "S07 结余过大（要说明）"
    assert "参数 share：没有执行的预算超过全年预算数的此百分数，现为 20" in text
    assert "错的例子：subjects 第 1 行 executed=79.99 → subjects 第 1 行 executed" in text


def policy_date():
    """The date on which the year 2021 is judged."""
    return policy.in_force(PROJECT, "mof-2020-10", 2021).on


@pytest.mark.parametrize(("share", "count"), [("49.99", 0), ("50", 0), ("50.01", 1)])
def test_a_department_with_just_the_share_reviewed_is_fine(share, count):
    """One of two subjects reviewed is 50 %: enough where 50 % are asked for."""
    one_of_two = {"subjects": [{}, {}], "indicators": [*[{}] * 7, {"review_score": None}]}
    assert len(found_in(one_of_two, "C01", share=Decimal(share))) == count


def test_points_given_away_with_a_reason_stand():
    """A claim below the rule's points is told without a reason, and accepted with one; above it no reason helps."""
    low, high = {"self_score": "18"}, {"actual": "18", "self_score": "19"}
    assert len(found_in({"indicators": [low]}, "S11")) == 1
    assert found_in({"indicators": [{**low, "deviation_reason": "两场改为线上"}]}, "S11") == []
    assert len(found_in({"indicators": [{**high, "deviation_reason": "两场改为线上"}]}, "S11")) == 1


def test_a_name_that_may_mean_less_is_better_is_not_judged_without_a_direction():
    """结余率 2 % and 0 reached: without ≤ nobody knows; with ≥ nothing was reached, and has points."""
    rate = {"level3": "结转结余率", "target": "2", "measure_unit": "%", "actual": "0"}
    unknown, upward = ({"indicators": [{**rate, "operator": sign}]} for sign in ("", "≥"))
    assert [len(found_in(unknown, rule)) for rule in ("S10", "S11", "S13")] == [0, 0, 0]
    assert [len(found_in(upward, rule)) for rule in ("S10", "S11", "S13")] == [1, 1, 1]


def test_a_mean_may_be_rounded_beyond_its_bounds():
    """Two scores from 80 and one from 90 have a mean of at least 83.333…, printed as 83.3 but never as 83.2."""
    counts = {"evaluation.departments.self.[80,90)": "2", "evaluation.departments.self.[90,100]": "1"}
    means = {mean: {**counts, "evaluation.departments.self_mean": mean} for mean in ("83.3", "83.2", "83.33")}
    assert [len(found_in({"published": facts}, "D02")) for facts in means.values()] == [0, 1, 0]


@pytest.mark.parametrize(
    "odd",
    [
        {"evaluation.projects.self.[90,100]": "一百"},
        {"evaluation.projects.self.[90": Decimal(3)},
        {"evaluation.projects.self.": Decimal(3)},
        {"key_projects.grades.优秀": "不少"},
    ],
)
def test_published_figures_of_another_kind_are_no_mean(odd):
    """A text where a number of subjects is expected, or a key that is no band: nothing to hold a mean against."""
    means = {"evaluation.projects.self_mean": Decimal(50), "key_projects.mean_score": Decimal(50)}
    assert found_in({"published": {**means, **odd}}, "D02") == []


def test_late_with_points_off_is_not_told_again():
    """Finished late with all the points is an error; with some taken off it is not."""
    late = {"operator": "", "target": "2021年6月底前", "measure_unit": "", "actual": "2021年7月1日"}
    assert len(found_in({"indicators": [late]}, "S18")) == 1
    assert found_in({"indicators": [{**late, "self_score": "19"}]}, "S18") == []


def test_a_form_without_any_points_asks_for_no_execution_rate():
    """S04: no budget stops the total of a form that gives points, be it only for spending."""
    bare = {"weight": None, "self_score": None}
    content = {"subjects": [{"adjusted_budget": None}], "indicators": [bare] * 7}
    unscored = content | {"funds": [{"weight": None, "score": None, "adjusted_budget": None}]}
    assert [len(found_in(each, "S04")) for each in (content, unscored)] == [1, 0]


def test_a_word_of_completion_is_judged_whatever_the_indicator_is_called():
    """S12: 部分达成 with full points is outside its band, also where the name speaks of complaints."""
    judged = {
        "nature": "定性",
        "operator": "",
        "measure_unit": "",
        "target": "逐件登记",
        "actual": "部分达成",
    }
    named = [{"level3": name, **judged} for name in ("培训台账", "重复投诉处理")]
    assert [len(found_in({"indicators": [row]}, "S12")) for row in named] == [1, 1]
