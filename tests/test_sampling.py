"""Samples for review: what is drawn, what is said of all, and how often what is said is true."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import random
from collections import Counter
from decimal import Decimal

import numpy
import pandas as pd
import pytest
from click.testing import CliRunner

import check_examples as examples
from jixiao.checks import catalogue, engine, settings
from jixiao.commands.cli import cli
from jixiao.figures import sampled
from jixiao.kit.errors import ParameterError, PolicyError
from jixiao.rules import policy
from jixiao.sampling import bounds, estimates
from jixiao.sampling import settings as sampling_settings
from jixiao.sampling.bounds import Stratum
from jixiao.sampling.draw import SMALL, Size, draw, rank
from jixiao.sampling.estimates import Reviewed
from jixiao.sampling.frame import ONE_STRATUM, Candidate, candidates
from jixiao.year import tables
from jixiao.year.schemas import SCHEMAS
from jixiao.year.tables import Tables
from jixiao.year.words import Arm, SubjectKind
from kit import PROJECT, Kit

D = Decimal


def frame(sizes, risks=None):
    """A frame of departments of these sizes: A1, A2, B1 …"""
    names = [f"{letter}{n}" for letter, size in sizes.items() for n in range(1, size + 1)]
    risks = risks or {}
    return [Candidate(one, one[0], one[0], D(10), D(risks.get(one, 0)), "") for one in names]


def ids(drawn, arm=Arm.RANDOM):
    """What an arm drew."""
    return [one.candidate.subject_id for one in drawn.of(arm)]


GOLDEN = ["A4", "A6", "B4", "B6", "C1"]


def test_the_same_seed_draws_the_same_sample_on_any_machine():
    """A sample that was drawn once and written down here; other seeds and years draw others."""
    subjects = frame({"A": 12, "B": 7, "C": 1})
    first = draw(subjects, 2022, 20220415, Size(share=D(15)))
    assert ids(first) == GOLDEN
    again = draw(list(reversed(subjects)), 2022, 20220415, Size(share=D(15)))
    assert sorted(ids(again)) == sorted(GOLDEN)
    assert ids(draw(subjects, 2022, 20220416, Size(share=D(15)))) != GOLDEN
    assert ids(draw(subjects, 2023, 20220415, Size(share=D(15)))) != GOLDEN


def test_a_subject_that_comes_later_leaves_the_order_of_the_others():
    """Those that were drawn from a department stay drawn as long as it draws so many."""
    before = draw(frame({"A": 11}), 2022, 7, Size(count=4))
    after = draw(frame({"A": 12}), 2022, 7, Size(count=4))
    assert len(set(ids(before)) - set(ids(after))) <= 1


@pytest.mark.parametrize(
    ("size", "whole", "expected"),
    [
        (Size(share=D(15)), 1, 1),
        (Size(share=D(15)), 6, 1),
        (Size(share=D(15)), 7, 2),
        (Size(share=D(15)), 20, 3),
        (Size(share=D(100)), 7, 7),
        (Size(count=3), 2, 2),
    ],
)
def test_a_share_is_rounded_up(size, whole, expected):
    """Nobody's department is left without one; of a department with fewer than asked for all are drawn."""
    assert size.of(whole) == expected


def test_a_number_is_spread_by_size_and_small_departments_are_one_stratum():
    """10 of 40: A and B have their parts, C and D are drawn together, and each has a chance."""
    drawn = draw(frame({"A": 20, "B": 14, "C": 3, "D": 3}), 2022, 1, Size(count=10))
    strata = {(one.stratum, one.probability) for one in drawn.of(Arm.RANDOM)}
    assert strata == {("A", D("0.250000")), ("B", D("0.285714")), (SMALL, D("0.166667"))}
    assert len(ids(drawn)) == 10
    assert {one.stratum for one in drawn.frame} == {"A", "B", SMALL}


@pytest.mark.parametrize(
    ("sizes", "count", "expected"),
    [
        ({"A": 20, "B": 10, "C": 10}, 4, {"A": 2, "B": 1, "C": 1}),  # a share of just one is enough
        ({"A": 20, "B": 1}, 5, {"A": 4, "B": 1}),  # one small department alone is drawn from by itself
        (
            {"A": 2, "B": 5, "C": 5, "E": 8},
            9,
            {"A": 1, "B": 2, "C": 2, "E": 4},
        ),  # A has more than its part already
        ({"A": 1, "B": 1}, 1, {SMALL: 1}),
        ({"A": 1}, 9, {"A": 1}),
    ],
)
def test_how_many_each_department_gives(sizes, count, expected):
    """By its size, from just one on by itself."""
    drawn = draw(frame(sizes), 2022, 1, Size(count=count)).of(Arm.RANDOM)
    assert Counter(one.stratum for one in drawn) == expected


def test_nothing_without_risk_is_drawn_for_it():
    """Though more were asked for."""
    drawn = draw(frame({"A": 8}, {"A1": 1, "A2": 1}), 2022, 3, Size(count=1), Size(count=5))
    assert set(ids(drawn, Arm.RISK)) == {"A1", "A2"} - set(ids(drawn))


def test_the_risk_arm_takes_the_highest_risks_of_the_others():
    """Never one that was drawn at random, none without any risk; it has no probability."""
    risks = {"A1": 1, "A2": 5, "A3": 3, "A4": 3}
    drawn = draw(frame({"A": 8}, risks), 2022, 3, Size(count=2), Size(count=3))
    by_chance, by_risk = ids(drawn), ids(drawn, Arm.RISK)
    assert not set(by_chance) & set(by_risk)
    left = sorted((one for one in risks if one not in by_chance), key=lambda one: (-risks[one], one))
    assert sorted(by_risk) == sorted(left[:3])
    assert {one.probability for one in drawn.of(Arm.RISK)} == {None}


def test_every_subject_is_drawn_as_often_as_its_probability_says():
    """Over 2,000 seeds, within four standard errors."""
    subjects = frame({"A": 6, "B": 3})
    counts = dict.fromkeys((one.subject_id for one in subjects), 0)
    for seed in range(2000):
        for one in ids(draw(subjects, 2022, seed, Size(share=D(30)))):
            counts[one] += 1
    for one, count in counts.items():
        chance = 2 / 6 if one[0] == "A" else 1 / 3
        assert abs(count / 2000 - chance) < 4 * (chance * (1 - chance) / 2000) ** 0.5, one


# What is said of all


def sample_of(sizes, true, seed, size):
    """The strata of a draw and the reviews of what was drawn, where `true` are overstated."""
    drawn = draw(frame(sizes), 2022, seed, size)
    strata: dict[str, int] = {}
    for one in drawn.frame:
        strata[one.stratum] = strata.get(one.stratum, 0) + 1
    reviews = [
        Reviewed(one.candidate.subject_id, Arm.RANDOM, one.stratum, one.candidate.subject_id in true)
        for one in drawn.of(Arm.RANDOM)
    ]
    return strata, reviews


def estimate_of(strata, reviews, known):
    """The estimate; the same finds in the same strata are computed once."""
    found = tuple(sorted((one.stratum, one.overstated) for one in reviews))
    if found not in known:
        known[found] = estimates.overstated(strata, reviews, D(95))
    return known[found]


FRAMES = [
    ({"A": 85}, Size(share=D(15)), 0.3),
    ({"A": 30}, Size(count=10), 0.5),
    ({"A": 20, "B": 12, "C": 8}, Size(share=D(15)), 0.4),
    ({"A": 9, "B": 6, "C": 4, "D": 1, "E": 1}, Size(share=D(30)), 0.2),
    ({"A": 12, "B": 12}, Size(count=8), 0.1),
]


@pytest.mark.parametrize(("sizes", "size", "share"), FRAMES)
def test_the_intervals_hold_the_truth_at_least_as_often_as_they_say(sizes, size, share):
    """Over 2,000 seeds. The bounds are exact and so never below 95 %; being of whole numbers they are often above.

    The tolerance is one point below nominal, twice the standard error of 2,000 draws.
    """
    names = [one.subject_id for one in frame(sizes)]
    true = set(random.Random(1).sample(names, round(share * len(names))))
    known: dict = {}
    held = below = above = total = 0
    for seed in range(2000):
        strata, reviews = sample_of(sizes, true, seed, size)
        found = estimate_of(strata, reviews, known)
        held += found.low <= len(true) <= found.high
        below += len(true) < found.low
        above += len(true) > found.high
        total += found.share
    print(f"{sizes} {held / 20:.2f} % hold {len(true)}, below {below / 20:.2f} %, above {above / 20:.2f} %")
    assert held / 2000 >= 0.94
    assert max(below, above) / 2000 <= 0.035
    assert abs(total / 2000 - D(100) * len(true) / len(names)) < 2  # Horvitz-Thompson is without bias


@pytest.mark.parametrize(
    "strata", [[(5, 2)], [(7, 3)], [(4, 2), (3, 1)], [(3, 3), (4, 2)], [(2, 1), (2, 1), (2, 1)]]
)
def test_no_state_of_the_frame_is_held_less_often_than_nominal(strata):
    """Every division of every number over small strata, every draw counted: none below the level, exactly."""
    level = D("0.8")
    side = (1 - level) / 2
    intervals = {}
    for found in itertools.product(*(range(drawn + 1) for _, drawn in strata)):
        own = [Stratum(size, drawn, x) for (size, drawn), x in zip(strata, found, strict=True)]
        intervals[found] = (bounds.least(own, side), bounds.most(own, side))
    for held in itertools.product(*(range(size + 1) for size, _ in strata)):
        covered = 0.0
        for found, (low, high) in intervals.items():
            chance = 1.0
            for (size, drawn), has, x in zip(strata, held, found, strict=True):
                chance *= dict(bounds._hypergeometric(Stratum(size, drawn, 0), has)).get(x, 0.0)
            covered += chance * (low <= sum(held) <= high)
        assert covered >= float(level) - 1e-9, held


def test_bounds_of_one_stratum_are_those_of_the_textbook():
    """None of 3 from 10 (Buonaccorsi 1987): at a side of 5 % up to 6 of 10 may be; all drawn is known."""
    assert bounds.most([Stratum(10, 3, 0)], D("0.05")) == 5
    assert bounds.least([Stratum(10, 3, 3)], D("0.05")) == 5
    assert (bounds.least([Stratum(4, 4, 1)], D("0.05")), bounds.most([Stratum(4, 4, 1)], D("0.05"))) == (1, 1)


def test_a_chance_of_just_the_level_is_not_above_it():
    """One of ten drawn, and found: with one in all the chance is a tenth."""
    assert [bounds.least([Stratum(10, 1, 1)], D(level)) for level in ("0.1", "0.099")] == [2, 1]


@pytest.mark.parametrize("found", [0, 1, 4, 10, 16, 19, 20])
def test_where_the_arithmetic_is_too_long_a_wider_bound_is_given(monkeypatch, found):
    """Two strata alike, few found or few not: the bounds without it lie outside those with it."""
    strata = [Stratum(60, 10, found // 2), Stratum(60, 10, found - found // 2)]
    level = D("0.025")
    exact = bounds.least(strata, level), bounds.most(strata, level)
    monkeypatch.setattr(bounds, "_MOST_STEPS", 0)
    low, high = bounds.least(strata, level), bounds.most(strata, level)
    assert found <= low <= exact[0] and exact[1] <= high <= 120 - (20 - found)


def test_none_found_in_a_large_sample_bounds_the_rest_sharply():
    """300 of 1,800 from 60 departments: at most as many as leave a Poisson count of none its chance (ln 20 times six)."""
    assert bounds.most([Stratum(30, 5, 0)] * 60, D("0.05")) == 17
    assert bounds.least([Stratum(30, 5, 5)] * 60, D("0.05")) == 1800 - 17


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("alike", [True, False])
def test_intervals_of_a_large_sample_hold_the_truth_as_often_as_they_say(share, alike):
    """300 of 1,800 from 60 departments, 2,000 seeds: 95 % with a tolerance of one point, twice the standard error.

    `alike` tells that the departments have the same share, which is the least favourable.
    """
    chance = numpy.random.default_rng(7)
    sizes = numpy.full(60, 30)
    true = round(share * 1800)
    held = sizes * true // 1800 if alike else chance.multivariate_hypergeometric(sizes, true)
    finds = chance.hypergeometric(held, sizes - held, 5, (2000, 60)).sum(axis=1)
    known = {}
    for count in map(int, set(finds)):
        strata = [Stratum(30, 5, count // 60 + (at < count % 60)) for at in range(60)]
        known[count] = bounds.least(strata, D("0.025")), bounds.most(strata, D("0.025"))
    covered = sum(known[int(count)][0] <= true <= known[int(count)][1] for count in finds) / 2000
    print(f"{share} {'alike' if alike else 'at random'} {100 * covered:.2f} %")
    assert abs(covered - 0.95) <= 0.01


def test_an_interval_has_half_of_the_doubt_on_each_side_and_a_bound_all_of_it():
    """Of 10 drawn from 50 five were found."""
    sample = [Reviewed(f"A{n}", Arm.RANDOM, "A", n < 5) for n in range(10)]
    found = estimates.overstated({"A": 50}, sample, D(95))
    half, whole = (
        (bounds.least([Stratum(50, 10, 5)], D(one)), bounds.most([Stratum(50, 10, 5)], D(one)))
        for one in ("0.025", "0.05")
    )
    assert half[0] < whole[0] and half[1] > whole[1]
    assert (found.low, found.high, found.at_most) == (*half, whole[1])


def test_risk_and_random_arms_are_never_mixed():
    """A subject of the risk arm in an estimate is refused in a line."""
    mixed = [Reviewed("A1", Arm.RANDOM, "A", True), Reviewed("A2", Arm.RISK, "A", True)]
    with pytest.raises(ParameterError, match="A2 是风险抽取的"):
        estimates.overstated({"A": 9}, mixed, D(95))


@pytest.mark.parametrize(
    ("sample", "words"),
    [([], "没有随机抽取的对象"), ([Reviewed("A1", Arm.RANDOM, "B", True)], "抽样框里没有层“B”")],
)
def test_what_cannot_be_estimated_is_refused(sample, words):
    """Nothing drawn, or drawn from nowhere."""
    with pytest.raises(ParameterError, match=words):
        estimates.overstated({"A": 9}, sample, D(95))


def test_what_is_not_reviewed_yet_widens_the_interval():
    """It may turn out either way; the estimate rests on those reviewed, and there is none without one in each stratum."""
    known = [Reviewed(f"A{n}", Arm.RANDOM, "A", n == 1) for n in range(1, 5)]
    whole = estimates.overstated({"A": 20}, known, D(95))
    partly = estimates.overstated({"A": 20}, [*known[:3], Reviewed("A4", Arm.RANDOM, "A", None)], D(95))
    assert (whole.reviewed, whole.found, whole.share) == (4, 1, D("25.00"))
    assert (partly.reviewed, partly.found, partly.share) == (3, 1, D("33.33"))
    assert partly.low <= whole.low
    assert partly.high > whole.high
    two = estimates.overstated({"A": 20, "B": 3}, known, D(95))
    assert two.share is None
    assert two.high >= whole.high + 3


# The command


def run(kit, *words):
    """A command in this process."""
    return CliRunner().invoke(cli, words, env={"JIXIAO_ROOT": str(kit.root)})


def rows(kit, name):
    """The rows of a table of 2022 as dictionaries of texts."""
    with (kit.data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def kit(tmp_path):
    """A kit of 2022 in which nothing has been drawn yet."""
    own = Kit(tmp_path)
    for name in ("samples", "sample_frame"):
        (own.data / f"{name}.csv").unlink()
    return own


def test_a_sample_is_written_with_all_that_draws_it_again(kit):
    """Frame, seed, rule and probability stand in the tables; the same seed gives the same rows; undo takes them away."""
    asked = ("sample", "2022", "--share", "15%", "--risk", "5%", "--seed", "2022", "--kind", "project")
    done = run(kit, *asked)
    assert done.exit_code == 0, done.output
    drawn, whole = rows(kit, "samples"), rows(kit, "sample_frame")
    committed = tables.read(PROJECT, "2022")["samples"]
    projects = committed[committed["subject_id"].str.startswith("P")]
    assert [(row["subject_id"], row["arm"]) for row in drawn] == list(
        projects[["subject_id", "arm"]].itertuples(index=False, name=None)
    )
    assert len(whole) == 30
    assert {row["seed"] for row in drawn if row["arm"] == "random"} == {"2022"}
    assert all(row["rule"] and row["drawn_on"] for row in drawn)
    again = kit.run(*asked)
    assert again.returncode == 2
    assert "--again" in again.stderr
    assert run(kit, *asked, "--again", "漏了三个单位").exit_code == 0
    assert [row["note"] for row in rows(kit, "samples")] == ["重抽：漏了三个单位"] * len(drawn)
    assert [row["subject_id"] for row in rows(kit, "samples")] == [row["subject_id"] for row in drawn]
    assert run(kit, "undo", "2022").exit_code == 0
    assert rows(kit, "samples") == drawn


def test_whole_departments_are_one_stratum_beside_the_projects(kit):
    """The second kind is added to the first; each draws from its own."""
    for kind in ("project", "department"):
        done = run(kit, "sample", "2022", "--count", "9", "--seed", "5", "--kind", kind, "--json")
        assert done.exit_code == 0, done.output
        assert len(json.loads(done.stdout)["drawn"]) == 9
    strata = {row["stratum"] for row in rows(kit, "samples") if row["subject_id"].startswith("D")}
    assert strata == {ONE_STRATUM}
    assert len(rows(kit, "samples")) == 18


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "没有说随机抽取多少"),
        (("--share", "15"), "0 到 100 之间的百分数"),
        (("--share", "0%"), "0 到 100 之间的百分数"),
        (("--share", "15%", "--count", "3"), "只写一个"),
        (("--share", "15%", "--again", "重来"), "还没有抽取过"),
        (("--share", "15%", "--again", "\u200b"), "没有写理由"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_line(kit, words, said):
    """Exit code 2, and nothing is written."""
    done = kit.run("sample", "2022", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (kit.data / "samples.csv").exists()


# The checks

ONE = {
    "subject_id": "D001",
    "arm": "random",
    "stratum": "U001",
    "inclusion_probability": "1",
    "rule": "抽",
    "seed": "7",
}
BY_RISK = {"subject_id": "D001", "arm": "risk", "stratum": "U001", "rule": "按风险分"}
FRAMED = {"subject_id": "D001", "stratum": "U001"}


def found_in(rule, **content):
    """Where a rule finds something in rows over valid ones: (row, column)."""
    example = examples.build(content, PROJECT)
    rules = policy.in_force(PROJECT, example.policy, example.params.evaluated_year)
    limits = settings.in_force(PROJECT, rules).values
    inspection = engine.inspection_of(example.records, rules, limits, example.params)
    return [(found.row, found.column) for found in catalogue.CHECKS[rule](inspection)]


@pytest.mark.parametrize(
    ("drawn", "whole", "found"),
    [(1, 6, []), (1, 7, [(1, "stratum")]), (3, 20, []), (2, 20, [(1, "stratum")])],
)
def test_a_stratum_with_just_the_share_drawn_is_fine(drawn, whole, found):
    """C01: 15 % of the frame; what was reviewed is not counted where a sample was drawn."""
    subjects = [{"subject_id": f"D{n:03d}"} for n in range(1, whole + 1)]
    framed = [{"subject_id": one["subject_id"], "stratum": "U001"} for one in subjects]
    samples = [ONE | {"subject_id": one["subject_id"]} for one in subjects[:drawn]]
    assert found_in("C01", subjects=subjects, sample_frame=framed, samples=samples) == found


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({}, []),
        ({"seed": None}, [(1, "seed")]),
        ({"rule": None}, [(1, "rule")]),
        ({"inclusion_probability": None}, [(1, "inclusion_probability")]),
        ({"stratum": "U002"}, [(1, "stratum")]),
        (BY_RISK | {"seed": None, "inclusion_probability": None}, []),
        (BY_RISK | {"rule": None, "seed": None}, [(1, "rule")]),
    ],
)
def test_a_sample_has_frame_seed_and_rule(row, found):
    """C02: each asked for in the random arm; the risk arm has a rule and a frame."""
    assert found_in("C02", samples=[ONE | row], sample_frame=[FRAMED]) == found


def test_a_subject_that_the_seed_did_not_draw_is_found():
    """C02: of three subjects the one with the smallest rank is drawn; any other was put there by hand."""
    subjects = [{"subject_id": f"D00{n}"} for n in (1, 2, 3)]
    framed = [one | {"stratum": "U001"} for one in subjects]
    year = examples.build({}, PROJECT).params.report_year
    first = min(subjects, key=lambda one: rank(year, 7, one["subject_id"]))
    for one in subjects:
        found = found_in("C02", subjects=subjects, sample_frame=framed, samples=[ONE | one])
        assert found == ([] if one == first else [(1, "subject_id")])


@pytest.mark.parametrize(
    ("arms", "text", "found"),
    [
        ([BY_RISK], "自评质量总体不高", [(1, "problem")]),
        ([BY_RISK], "抽到的1个对象没有佐证", []),
        ([BY_RISK, ONE], "自评质量总体不高", []),
        ([], "自评质量总体不高", []),
    ],
)
def test_only_a_random_arm_speaks_of_all(arms, text, found):
    """C03: with the risk arm alone no sentence may speak of all subjects."""
    problem = {"problem_id": "W1", "tier": "review", "problem": text}
    assert found_in("C03", samples=arms, sample_frame=[FRAMED], problems=[problem]) == found


# The frame and its risks

RISK = {
    "low_execution": {"below": D(80), "points": D(3)},
    "all_full": {"points": D(2)},
    "soft_targets": {"share": D(130), "points": D(1), "most": D(3)},
    "last_gap": {"above": D(10), "points": D(3)},
    "size": {"largest": D(20), "points": D(2)},
}


def table(name, *given):
    """Rows of a table, blank where they say nothing."""
    columns = list(SCHEMAS[name].columns)
    return pd.DataFrame(
        [{column: row.get(column) for column in columns} for row in given], columns=columns, dtype=object
    )


def risks(signal, subjects, indicators=(), gaps=None):
    """The risk of each project by one signal alone."""
    units = table("units", {"unit_id": "U1", "name": "甲", "department_id": "U1"})
    rows = [
        {"subject_id": f"P{n}", "kind": "project", "unit_id": "U1", "name": f"项目{n}"} | one
        for n, one in enumerate(subjects, 1)
    ]
    data = {
        "units": units,
        "subjects": table("subjects", *rows),
        "indicators": table(
            "indicators",
            *(
                {"subject_id": "P1", "indicator_id": f"P1-{n}", "level3": f"指标{n}"} | one
                for n, one in enumerate(indicators, 1)
            ),
        ),
    }
    everybody = pd.DataFrame({"reported": [True] * len(rows)})
    chosen = {signal: RISK[signal]}
    return [
        one.risk for one in candidates(Tables("", data), everybody, SubjectKind.PROJECT, chosen, gaps or {})
    ]


@pytest.mark.parametrize(("spent", "points"), [("79.99", 3), ("80", 0), ("0", 3), (None, 0)])
def test_little_spending_is_a_risk(spent, points):
    """Below 80 % of the budget; nothing is said where the spending is not known."""
    assert risks("low_execution", [{"adjusted_budget": D(100), "executed": spent and D(spent)}]) == [points]


@pytest.mark.parametrize(("scores", "points"), [(["10", "10"], 2), (["10", "9.99"], 0), (["10", None], 0)])
def test_all_points_given_are_a_risk(scores, points):
    """Every indicator has its full points."""
    given = [{"weight": D(10), "self_score": score and D(score)} for score in scores]
    assert risks("all_full", [{}], given) == [points]


@pytest.mark.parametrize(
    ("operator", "actuals", "points"),
    [("≥", ["130"], 1), ("≥", ["129.99"], 0), ("≤", ["130"], 0), ("≥", ["130"] * 5, 3), ("≥", ["很多"], 0)],
)
def test_targets_that_were_set_low_are_a_risk(operator, actuals, points):
    """Each indicator that reached 130 % of a target of which more is better, up to three."""
    given = [
        {"nature": "定量", "operator": operator, "target": "100", "measure_unit": "人", "actual": one}
        for one in actuals
    ]
    assert risks("soft_targets", [{}], given) == [points]


def test_a_target_of_0_was_not_set_low():
    """No result is a multiple of it."""
    rows = [
        {"nature": "定量", "operator": "≥", "target": "0", "measure_unit": "人", "actual": one}
        for one in ("0", "9")
    ]
    assert risks("soft_targets", [{}], rows) == [0]


@pytest.mark.parametrize(("gap", "points"), [("10", 0), ("10.01", 3)])
def test_what_the_review_took_last_year_is_a_risk(gap, points):
    """More than ten points."""
    assert risks("last_gap", [{}], gaps={"P1": D(gap)}) == [points]


def test_the_largest_fifth_is_a_risk():
    """Rounded up; of equal amounts the first id."""
    amounts = [{"initial_budget": D(one)} for one in (10, 30, 30, 20, 5, 1)]
    assert risks("size", amounts) == [0, 2, 2, 0, 0, 0]
    assert risks("size", [{"initial_budget": D(7)}, {"initial_budget": D(7)}]) == [2, 0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{below: 80, points: 3}", "{below: 80}", "low_execution 应为 {below、points}"),
        ("low_execution:", "low_spending:", "应为 low_execution"),
        ("confidence: 95", "confidence: 100", "confidence 应在 0 和 100 之间"),
        ("confidence: 95", "confidence: -1", "应为 {overstated、confidence}"),
    ],
)
def test_settings_at_fault_are_refused(tmp_path, old, new, said):
    """The file, the rule and what it should be."""
    text = (PROJECT / "params" / "sampling.yml").read_text(encoding="utf-8")
    values = text[text.index("rules:") :]
    assert values.count(old) == 1
    (tmp_path / "params").mkdir()
    content = text[: text.index("rules:")] + values.replace(old, new)
    (tmp_path / "params" / "sampling.yml").write_text(content, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        sampling_settings.in_force(tmp_path, dt.date(2021, 12, 31))
    assert said in str(error.value)


# The figures

YEAR = tables.read(PROJECT, "2022")
ENDS = ("estimate_percent", "low", "high", "low_percent", "high_percent", "at_most_percent")


def figures_of(review=None, samples=YEAR["samples"]):
    """The figures of the projects of 2022, where `review` is what the review gave to each subject and `samples` was drawn."""
    totals = YEAR["subjects"][["subject_id", "kind"]].assign(self_total=D(95), review_total=D(80))
    if review is not None:
        totals["review_total"] = [review.get(one) for one in totals["subject_id"]]
    data = Tables("", {**YEAR.frames, "samples": samples})
    in_force = sampling_settings.in_force(PROJECT, dt.date(2021, 12, 31))
    found = sampled.figures(data, totals, in_force)
    return {one.key.removeprefix("sampling.projects."): one.value for one in found if ".projects." in one.key}


def test_the_risk_arm_does_not_touch_the_estimate():
    """Whatever the review found of it, and even without it, the ends of the interval are the same."""
    by_risk = set(YEAR["samples"].loc[YEAR["samples"]["arm"] == "risk", "subject_id"])
    review = {
        one: D(94 if int(one[1:]) % 3 == 1 else 80) for one in YEAR["subjects"]["subject_id"] if one[0] == "P"
    }
    whole = figures_of(review)
    other = figures_of(review | dict.fromkeys(by_risk, D(95)))
    without = figures_of(review, YEAR["samples"][YEAR["samples"]["arm"] == "random"])
    assert (
        [whole[name] for name in ENDS] == [other[name] for name in ENDS] == [without[name] for name in ENDS]
    )
    assert whole["risk_overstated"] != other["risk_overstated"]


def test_a_gap_of_just_the_points_is_not_overstated():
    """More than ten points: 85 beside 95 is not, 84.99 is."""
    subjects = YEAR["subjects"]["subject_id"]
    assert figures_of(dict.fromkeys(subjects, D(85)))["random_overstated"] == 0
    assert figures_of(dict.fromkeys(subjects, D("84.99")))["random_overstated"] == 17


def test_where_none_was_found_a_bound_says_how_many_there_may_be():
    """One-sided, and narrower than the upper end of the interval; not given where any was found."""
    none = figures_of(dict.fromkeys(YEAR["subjects"]["subject_id"], D(90)))
    assert none["low"] == 0
    assert 0 < none["at_most_percent"] <= none["high_percent"]
    assert figures_of()["at_most_percent"] is None


def test_before_the_review_nothing_is_said_of_all():
    """No estimate, no interval; of the subjects drawn only how many they are."""
    found = figures_of({})
    assert [found[name] for name in ENDS] == [None] * len(ENDS)
    assert (found["random_drawn"], found["random_reviewed"], found["random_overstated"]) == (17, 0, None)
    assert found["all_overstated_percent"] is None


def test_without_a_sample_no_figure_has_a_value():
    """An empty table is no sample of nothing."""
    assert set(figures_of(samples=tables.empty("samples")).values()) == {None}
