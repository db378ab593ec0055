"""The quality of self-evaluation of a year: analyses with known answers, their figures, and what a small year holds back."""

from decimal import Decimal

import pytest

from jixiao.analysis import copied_texts, coverage, hardness, quadrants, weighting
from jixiao.analysis.quadrants import Point
from jixiao.sampling import bounds
from jixiao.sampling.bounds import Stratum

D = Decimal


def decimals(values):
    return [D(str(value)) for value in values]


@pytest.mark.parametrize(
    ("size", "drawn", "found", "low", "high"),
    [(70, 10, 0, None, "22.86"), (70, 10, 5, "21.43", "78.57"), (850, 128, 0, None, "2.12")],
)
def test_what_is_said_of_those_not_reviewed(size, drawn, found, low, high):
    """10 of 70 without a wrong one: up to 23 % are; 5 wrong: 21 to 79 %; 128 of 850 without one: 2.1 % at most."""
    sample = [Stratum(size, drawn, found)]
    level = D("0.05") if low is None else D("0.025")
    assert round(D(bounds.most(sample, level)) * 100 / size, 2) == D(high)
    if low is not None:
        assert round(D(bounds.least(sample, level)) * 100 / size, 2) == D(low)


def test_the_district_mean_of_one_stratum_is_the_textbook_one():
    """Cochran: mean 80, variance 250 / 9, ten of a hundred; t of nine degrees of freedom is 2.262157."""
    scores = decimals([75, 75, 75, 75, 75, 85, 85, 85, 85, 85])
    found = weighting.district_mean({"全": 100}, {"全": scores})
    reach = D("2.262157163") * (D("0.9") * D(250) / 9 / 10).sqrt()
    assert (found.mean, found.plain, found.n, found.size, found.allowed) == (80, 80, 10, 100, True)
    assert abs(found.high - 80 - reach) < D("0.000001") and abs(80 - found.low - reach) < D("0.000001")


def test_strata_count_with_their_size_and_not_with_what_was_drawn():
    found = weighting.district_mean(
        {"大": 90, "小": 10}, {"大": decimals([80, 82]), "小": decimals([60] * 8)}
    )
    assert (found.mean, found.plain) == (D("78.9"), D("64.2"))
    assert not weighting.district_mean({"小": 10}, {"小": decimals([60] * 9)}).allowed


def test_strata_drawn_whole_are_sure_and_single_ones_borrow_their_spread():
    whole = weighting.district_mean({"甲": 2, "乙": 2}, {"甲": decimals([70, 80]), "乙": decimals([90, 90])})
    assert whole.low == whole.mean == whole.high == D("82.5")
    single = weighting.district_mean({"甲": 2, "乙": 2}, {"甲": decimals([70]), "乙": decimals([90])})
    # each adds 4 × 1/2 × 200 to the variance of the total of four; t of one degree is 12.706205
    assert abs(single.high - 80 - D("12.706204736") * D(50).sqrt()) < D("0.00001")


@pytest.mark.parametrize(
    ("sizes", "scores"),
    [
        ({}, {}),
        ({"甲": 5, "乙": 5}, {"甲": [D(80)] * 3}),
        ({"甲": 5, "乙": 1}, {"甲": [D(80)], "乙": [D(90)]}),
    ],
)
def test_a_stratum_without_scores_or_spread_gives_no_district_mean(sizes, scores):
    assert weighting.district_mean(sizes, scores) is None


@pytest.mark.parametrize(
    ("reached", "whole", "expected"),
    [
        (["A", "B"], 1000, (2, 400, "40.00", 0)),
        (["A", "A"], 1000, (1, 100, "10.00", 0)),
        (["A", "C"], 1000, (2, None, None, 1)),  # a part is not the whole
        (["A"], None, (1, 100, None, 0)),
        ([], 1000, (0, 0, "0.00", 0)),
    ],
)
def test_the_money_that_a_step_reached(reached, whole, expected):
    amounts = {"A": D(100), "B": D(300), "C": None}
    found = coverage.reach(amounts, reached, whole and D(whole))
    percent = None if expected[2] is None else D(expected[2])
    assert (found.n, found.amount, found.percent, found.unknown) == (*expected[:2], percent, expected[3])
    assert found.allowed == (found.amount is not None)


def test_execution_and_results_make_four_kinds_and_limits_belong_to_the_upper_one():
    points = [
        Point(*each)
        for each in [
            ("a", D(90), D(80)),
            ("b", D(95), D("79.99")),
            ("c", D("89.99"), D(80)),
            ("d", D(10), D(20)),
            ("e", D(100), D(30)),
        ]
    ]
    found = quadrants.quadrants(points, D(80))
    names = [
        [point.name for point in own]
        for own in (found.both, found.spent_only, found.served_only, found.neither)
    ]
    assert names == [["a"], ["b", "e"], ["c"], ["d"]]
    assert [point.name for point in found.contradictions()] == ["e", "b", "c"]
    assert (found.n, found.allowed) == (5, False)
    many = quadrants.quadrants(points * 5, D(80))
    assert many.allowed and len(many.contradictions()) == 10


def test_targets_met_exactly_and_passed_by_far():
    pairs = [(D(10), D(9)), (D(10), D("10.0")), (D(10), D(13)), (D(10), D("13.01")), (D(0), D(5))]
    found = hardness.hardness(pairs)
    assert (found.below, found.exact, found.above, found.soft, found.n) == (1, 1, 2, 1, 4)
    assert (found.exact_percent, found.soft_percent) == (D("25.00"), D("25.00"))
    assert (found.allowed, found.may_be_named) == (False, False)
    assert hardness.hardness(pairs * 8).allowed and hardness.hardness(pairs * 3).may_be_named


REASON = "受采购流程延后影响，设备{}台推迟到下年到货，下一步提前编制采购计划并按月督促"


def test_explanations_that_differ_in_numbers_alone_are_alike():
    texts = [
        ("U1", REASON.format(3)),
        ("U2", REASON.format("12.5")),
        ("U3", "天气原因使现场工作推迟，已经在年底前全部补做完成"),
    ]
    found = copied_texts.copies(texts)
    assert [(one.places, one.units) for one in found.clusters] == [((0, 1), 2)]
    assert (found.n, found.copied, found.percent, found.allowed) == (3, 2, D("66.67"), False)
    assert copied_texts.copies(texts * 10).allowed


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (REASON, REASON.replace("设备", "车辆"), False),  # 4 of 31 pieces on each side: 27 of 35 are shared
        (REASON, REASON + "落实", True),
        (REASON, REASON.replace("，", "；"), True),
        ("完成较好，无偏差", "完成较好，无偏差", False),  # too short to say anything
    ],
)
def test_how_much_two_explanations_must_share(one, other, alike):
    found = copied_texts.copies([("U1", one), ("U2", other)])
    assert bool(found.clusters) is alike


def test_what_one_unit_repeats_is_no_copy():
    assert copied_texts.copies([("U1", REASON)] * 5).clusters == ()
