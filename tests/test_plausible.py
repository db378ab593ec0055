"""What is read right and cannot be: each rule at its threshold, and findings that no order of rows changes."""

import csv
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

import check_examples as examples
from jixiao.checks import catalogue, engine, settings
from jixiao.exchange.importing import receive
from jixiao.rules import policy
from jixiao.year import params
from kit import Kit
from rule_run import ROOT

RULES = policy.in_force(ROOT, "mof-2020-10", 2021)
SETTINGS = settings.in_force(ROOT, RULES).values
TOTAL = {"total_initial_budget": "1000"}


def run(rule, **rows):
    """Everything a rule finds in `rows` under the parameters of a year."""
    example = examples.build(rows, ROOT)
    inspection = engine.inspection_of(example.records, RULES, SETTINGS, example.params)
    return list(catalogue.CHECKS[rule](inspection))


def at(rule, **rows):
    """Where a rule finds something: (row, column)."""
    return [(found.row, found.column) for found in run(rule, **rows)]


def subjects(*budgets, **more):
    """Subjects with these initial budgets."""
    return [{"initial_budget": budget, "name": f"项目{n}", **more} for n, budget in enumerate(budgets)]


@pytest.mark.parametrize(
    ("budgets", "found"),
    [
        (["1000"], []),
        (["1000.01"], [(1, "initial_budget")]),
        (["600", "400"], []),
        (["600", "400.01"], [(None, "initial_budget")]),
        (["600", "1000.01"], [(2, "initial_budget")]),
        (["10000000"], [(1, "initial_budget")]),
    ],
)
def test_no_part_is_more_than_the_whole(budgets, found):
    """F17: each subject and their sum; one that is told is not told again as a sum."""
    changed = subjects(*budgets)
    assert at("F17", subjects=changed, params=TOTAL, forms=[None] * len(changed)) == found


def test_departments_and_projects_are_added_up_apart():
    """F17: projects are parts of departments."""
    both = [*subjects("900"), *subjects("900", kind="project")]
    assert at("F17", subjects=both, forms=[None, None]) == []


def test_without_a_total_no_share_is_known():
    """F17, K08: a total that is null leaves both out."""
    unknown = {"total_initial_budget": None}
    assert at("F17", subjects=subjects("10000000"), params=unknown) == []
    assert at("K08", key_projects=[{"amount": "10000000"}], params=unknown) == []


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        (["1000"], []),
        (["1000.01"], [(1, "amount")]),
        (["500", "500"], []),
        (["500", "500.01"], [(None, "amount")]),
    ],
)
def test_key_projects_are_part_of_the_budget(amounts, found):
    """K08: one of them, and all together."""
    projects = [{"amount": amount, "name": f"项目{n}"} for n, amount in enumerate(amounts)]
    assert at("K08", key_projects=projects) == found


@pytest.mark.parametrize(("last", "found"), [("99999.99", 0), ("100000", 1), ("1000000000", 1)])
def test_an_amount_is_held_against_its_peers(last, found):
    """F18: a thousand times the median of five; the amounts of the same subject agree with each other."""
    many = [
        {"initial_budget": each, "adjusted_budget": each, "executed": each}
        for each in ("100", "100", "100", "100", last)
    ]
    assert (
        at("F18", subjects=many)
        == [(5, c) for c in ("initial_budget", "adjusted_budget", "executed")] * found
    )


def test_few_peers_are_none():
    """F18: of four subjects none is held against the others."""
    many = [
        {"initial_budget": each, "adjusted_budget": each, "executed": each}
        for each in ("100", "100", "100", "100000")
    ]
    assert at("F18", subjects=many) == []


@pytest.mark.parametrize(
    ("executed", "found"), [("0.11", 0), ("0.1", 1), ("0", 0), ("99999.99", 0), ("100000", 1)]
)
def test_amounts_of_one_subject_are_in_one_unit(executed, found):
    """F18: a thousand times each other; nothing spent is no amount."""
    assert len(at("F18", subjects=[{"executed": executed}])) == found


@pytest.mark.parametrize(
    ("day", "found"),
    [("2020-01-01", 0), ("2019-12-31", 1), ("2023-12-31", 0), ("2024-01-01", 1), ("0202-03-01", 1)],
)
def test_days_lie_near_the_year(day, found):
    """F19: from a year before the one evaluated to a year behind the work year."""
    assert at("F19", scores=[{"scored_on": day}]) == [(1, "scored_on")] * found
    assert at("F19", disclosures=[{"published_on": day}]) == [(1, "published_on")] * found
    assert at("F19", received=[{"received_on": day}]) == [(1, "received_on")] * found
    assert at("F19", params={"published_on": day}) == [(None, "published_on")] * found
    assert at("F19", scores=[{"scored_on": day}] * 5) == [(1, "scored_on")] * found  # one for a column


@pytest.mark.parametrize(
    ("month", "found"), [("1", 0), ("12", 0), ("12.0", 0), ("0", 1), ("13", 1), ("7.5", 1), ("-1", 1)]
)
def test_a_month_is_one_of_twelve(month, found):
    """F20: a whole number from 1 to 12."""
    assert at("F20", monitoring=[{"month": month}]) == [(1, "month")] * found


def units(above):
    """Units by their departments."""
    return [{"unit_id": unit, "department_id": department} for unit, department in above.items()]


@pytest.mark.parametrize(
    ("above", "rows"),
    [
        ({"U001": "U001", "U002": "U001", "U003": "U002"}, []),
        ({"U001": "U002", "U002": "U001"}, [1]),
        ({"U001": "U002", "U002": "U003", "U003": "U002"}, [2]),
        ({"U001": "U002", "U002": "U003", "U003": "U001"}, [1]),
        ({"U001": "U002", "U002": "U001", "U003": "U004", "U004": "U003"}, [1, 3]),
        ({"U001": "nobody"}, []),
    ],
)
def test_units_lead_to_a_department(above, rows):
    """F21: each circle once, at its first unit; a unit below a circle is no part of it."""
    assert [row for row, _ in at("F21", units=units(above))] == rows


def test_a_long_chain_of_units_is_walked_once():
    """F21: 20,000 units one above the other, in a circle; the finding names a few."""
    above = {f"U{n}": f"U{(n + 1) % 20_000}" for n in range(20_000)}
    (found,) = run("F21", units=units(above))
    assert found.found.count("→") == 5


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdef")), st.randoms())
def test_circles_do_not_depend_on_the_order_of_units(above, random):
    """F21: whoever stands first, as many circles are told, and a chain that ends is none."""
    shuffled = list(above.items())
    random.shuffle(shuffled)
    counts = [len(run("F21", units=units(each))) for each in (above, dict(shuffled))]
    circles = set()
    for start in above:
        seen = []
        unit = start
        while unit in above and unit not in seen and above[unit] != unit:
            seen.append(unit)
            unit = above[unit]
        if unit in seen:
            circles.add(frozenset(seen[seen.index(unit) :]))
    assert counts == [len(circles)] * 2


@pytest.mark.parametrize(
    ("second", "found"),
    [({}, 1), ({"name": "甲 单位部门整体支出"}, 1), ({"name": "校舍维修"}, 0), ({"unit_id": "U002"}, 0)],
)
def test_two_subjects_of_a_unit_have_two_names(second, found):
    """F22: in the tables; a form that comes twice is for F08."""
    both = {"subjects": [{}, second]}
    assert at("F22", **both, forms=[None, None]) == [(2, "name")] * found
    assert at("F22", **both) == []


@pytest.mark.parametrize(
    ("amount", "told"), [("0.1", True), ("0.11", False), ("100000", True), ("99999", False), ("", False)]
)
def test_an_amount_is_held_against_last_year(tmp_path, amount, told):
    """F18: a thousand times more or less than the subject of the same name had, in tables and in no invented year."""
    kit = Kit(tmp_path)
    shutil.copytree(kit.data, kit.root / "data" / "2021")
    text = kit.params.read_text(encoding="utf-8").replace("reconstruction", "recorded", 1)
    for old, new in (
        ("report_year: 2022", "report_year: 2021"),
        ("evaluated_year: 2021", "evaluated_year: 2020"),
        ('"2022"', '"2021"'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    (kit.root / "params" / "2021.yml").write_text(text, encoding="utf-8")
    last = kit.root / "data" / "2021" / "subjects.csv"
    rows = list(csv.DictReader(last.open(encoding="utf-8")))
    rows[0].update(initial_budget="100", adjusted_budget="", executed="")
    with last.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    kit.change_table(
        "subjects",
        lambda rows: rows[0].update(
            initial_budget=amount or rows[0]["initial_budget"], adjusted_budget="", executed=""
        ),
    )
    found = [
        str(one)
        for one in receive.of_year(kit.root, params.of_year(kit.root, 2022), lambda *_: None)
        if one.rule == "F18" and "上年是" in one.found
    ]
    assert [f"年初预算数是 {amount}，上年是 100" in one for one in found] == ([True] if told else [])
    (kit.root / "params" / "2021.yml").write_text(
        text.replace("recorded", "reconstruction", 1), encoding="utf-8"
    )
    assert receive.last_year(kit.root, params.of_year(kit.root, 2022)) is None


ID_NUMBER = "11010519491231002X"


@pytest.mark.parametrize("forms", [[{}], [None]], ids=["form", "table"])
@pytest.mark.parametrize(
    ("text", "shown", "grave"),
    [
        (f"联系人{ID_NUMBER}", "写有身份证号码 110*************2X", True),
        ("110105 19491231 002x", "写有身份证号码 110***************2x", True),
        ("卡６２２２０２０２００１１２２３３４", None, False),
        ("电话13800138000", "写有电话号码 138******00", False),
        ("110105194912310021", None, False),
        ("1101051949123100", None, False),
    ],
)
def test_numbers_of_persons_are_told_masked(forms, text, shown, grave):
    """F23: a form with one goes back, but for phones; in tables it is to be explained, for it is scanned once more."""
    found = run("F23", indicators=[{"deviation_reason": text}], forms=forms)
    told = [(one.table, one.row, one.column, one.found, one.severity) for one in found]
    severity = "E" if grave and forms != [None] else "W"
    assert told == [("indicators", 1, "deviation_reason", shown, severity)] * bool(shown)


def test_numbers_and_codes_are_looked_at_and_left():
    """F23: a mobile number in a column of amounts is one too; a project's code may look like one."""
    assert at("F23", subjects=[{"executed": "10800138000"}]) == []
    assert at("F23", subjects=[{"executed": "13800138000"}]) == [(1, "executed")]
    assert at("F23", forms=[{"code": ID_NUMBER}]) == []
    assert at("F23", forms=[{"goal": ID_NUMBER}]) == [(1, "goal")]
    assert at("F23", scores=[{"scored_on": "2022-12-31"}]) == []
