"""Statistics of self-evaluation, held against published examples and values that scipy 1.17 gave."""

from decimal import Decimal

import pytest

from jixiao.analysis import agreement, distributions, funnel, heaping, resampling

D = Decimal
# Peak flow of 17 persons by two meters: Bland and Altman, Lancet 1986, table 1.
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
# Six targets by four judges: Shrout and Fleiss, Psychological Bulletin 1979, table 2.
JUDGED = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
TIED = ([100, 100, 98.5, 97, 95, 95, 95, 92, 90, 88], [90, 85, 88, 85, 91, 80, 79, 85, 70, 75])


def decimals(values):
    return [D(str(value)) for value in values]


def near(value, expected, within="0.000001"):
    return abs(value - D(str(expected))) <= D(within)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (distributions.t_quantile(D("0.975"), 1), 12.706204736),
        (distributions.t_quantile(D("0.975"), 10), 2.228138852),
        (distributions.t_quantile(D("0.975"), 84), 1.988609667),
        (distributions.f_quantile(D("0.975"), 5, 15), 3.576415349),
        (distributions.f_quantile(D("0.975"), 15, 5), 6.427728167),
        (distributions.f_quantile(D("0.975"), 84, 84), 1.538203919),
        (distributions.f_quantile(D("0.975"), 5, 4.79), 7.490103962),
        (distributions.normal_quantile(D("0.999")), 3.090232306),
        (distributions.normal_two_sided(D("-1.3")), 0.193600969),
        (distributions.even_two_sided(3, 20), 0.002576828),
        (distributions.even_two_sided(5, 10), 1),
        (distributions.even_two_sided(12, 14), 0.012939453),
        (distributions.even_two_sided(0, 7), 0.015625),
        (distributions.ten_classes(D("16.919")), 0.049999641),
        (distributions.ten_classes(D("3.2")), 0.955834756),
    ],
)
def test_distributions_are_those_of_scipy(found, expected):
    assert near(found, expected)


def test_limits_of_agreement_are_those_of_the_published_example():
    """Mean difference -2.1 with interval -22.0 to 17.8, standard deviation 38.8; limits at 1.96 of them."""
    found = agreement.limits(decimals(WRIGHT), decimals(MINI))
    assert near(found.bias, -2.117647059)
    assert near(found.spread, 38.765129874)
    assert near(found.bias_low, -22.048837696)
    assert near(found.bias_high, 17.813543579)
    assert near(found.low, "-78.0973", "0.0001") and near(found.high, "73.8620", "0.0001")
    assert near(found.slope, 0.028687445)
    assert (found.n, found.allowed, found.limits_allowed) == (17, True, False)


@pytest.mark.parametrize(
    ("n", "allowed", "limits_allowed"),
    [(9, False, False), (10, True, False), (29, True, False), (30, True, True)],
)
def test_limits_are_given_from_thirty_pairs_and_a_bias_from_ten(n, allowed, limits_allowed):
    found = agreement.limits([D(90 + at % 3) for at in range(n)], [D(85)] * n)
    assert (found.allowed, found.limits_allowed) == (allowed, limits_allowed)


def test_one_pair_has_no_limits_and_equal_scores_no_slope():
    assert agreement.limits([D(90)], [D(80)]) is None
    assert agreement.limits([D(90)] * 3, [D(80)] * 3).slope is None


def test_correlations_are_those_of_the_published_example():
    """ICC(2,1) is .29 and ICC(3,1) .71; their intervals as psych in R has them: .019 to .76, .34 to .95."""
    absolute, consistent = agreement.correlations([decimals(row) for row in JUDGED])
    assert near(absolute.value, 0.2897638, "0.0001")
    assert near(absolute.low, 0.019, "0.001") and near(absolute.high, 0.761, "0.001")
    assert near(consistent.value, 0.7148407, "0.0001")
    assert near(consistent.low, 0.342, "0.001") and near(consistent.high, 0.946, "0.001")


def test_a_bias_takes_agreement_and_leaves_consistency():
    scores = decimals([70, 75, 80, 82, 88, 90])
    absolute, consistent = agreement.correlations(
        [(score + 8 + at % 2, score) for at, score in enumerate(scores)]
    )
    assert consistent.value > D("0.98") > D("0.7") > absolute.value


@pytest.mark.parametrize("scores", [[], [(D(1), D(2))] * 2, [(D(1), D(2))] * 9])
def test_scores_that_do_not_vary_have_no_correlation(scores):
    assert agreement.correlations(scores) is None


def test_ranks_with_ties_are_those_of_scipy():
    found = agreement.ranks(*map(decimals, TIED))
    assert near(found.tau, 0.530158962)
    assert near(found.chance, 0.041908048)
    assert found.tied_percent == D("50.00")  # two at 100, three at 95
    assert (found.n, found.allowed, found.informative) == (10, False, True)


@pytest.mark.parametrize(
    ("own", "other", "bottom", "top"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8], "100.00", "100.00"),
        ([8, 7, 6, 5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8], "0.00", "0.00"),
        ([9] * 8, [1, 2, 3, 4, 5, 6, 7, 8], "25.00", "25.00"),  # drawn by lot
        ([1, 1, 1, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8], "66.67", "100.00"),
    ],
)
def test_the_lowest_and_the_highest_quarter_of_two_orders(own, other, bottom, top):
    found = agreement.ranks(decimals(own), decimals(other))
    assert (found.bottom_percent, found.top_percent, found.blind_percent) == (D(bottom), D(top), D("25.00"))


def test_scores_that_are_all_the_same_have_no_order():
    found = agreement.ranks([D(100)] * 30, [D(at) for at in range(30)])
    assert (found.tau, found.chance, found.allowed, found.informative) == (None, None, False, False)


def test_the_net_disconnect_counts_falls_less_rises_by_number_and_money():
    """Of ten, six fall and one rises: 50 % net; of 1000 of money, 250 fall and 50 rise: 20 % net."""
    own = [*"优优优优优优良良中中"]
    other = [*"良良中良良良优良中中"]
    money = decimals([50, 50, 50, 50, 25, 25, 50, 300, 200, 200])
    found = agreement.disconnect(own, other, "优良中差", money)
    assert (found.n, found.fell, found.rose) == (10, 6, 1)
    assert (found.net_percent, found.net_money_percent) == (D("50.00"), D("20.00"))
    assert found.allowed
    assert not agreement.disconnect(own[1:], other[1:], "优良中差", money[1:]).allowed


def test_scores_pile_up_on_round_numbers():
    scores = decimals([100, "100.00", 95, "95.01", 90, 80, 60, 60, 71, 72])
    found = heaping.masses(scores, decimals([100, 95, 60]))
    assert [(one.count, one.percent, one.allowed) for one in found] == [
        (2, D("20.00"), False),
        (1, D("10.00"), False),
        (2, D("20.00"), False),
    ]
    assert (heaping.round_share(scores).n, heaping.round_share(scores).count) == (8, 5)


@pytest.mark.parametrize(
    ("below", "above", "around", "chance", "allowed", "suspicious"),
    [
        (2, 12, 0, "0.012939453", True, True),
        (12, 2, 0, "0.012939453", True, False),  # fewer above: nobody was lifted
        (5, 5, 0, "1", True, False),
        (0, 7, 0, "0.015625", False, False),  # too few around the limit
        (2, 12, 14, "0.012939453", True, False),  # as uneven at 92, where nothing begins
    ],
)
def test_a_jump_at_a_limit_is_exact_and_held_against_other_limits(
    below, above, around, chance, allowed, suspicious
):
    scores = decimals([89.5] * below + [90] * above + [92] * around)
    found = heaping.jump(scores, D(90))
    assert near(found.chance, chance)
    assert (found.n, found.allowed, found.suspicious) == (below + above, allowed, suspicious)


def test_last_digits_are_held_against_ten_even_classes():
    """Sixty scores, half of which end in 0: chi-square is 96 for what was expected to be six each."""
    scores = decimals([80] * 33 + [f"81.{digit:02}" for digit in range(1, 10) for _ in range(3)])
    found = heaping.last_digits(scores)
    assert found.counts == (33, *[3] * 9)
    assert found.statistic == D("135.0")
    assert found.chance < D("0.000001") and found.allowed
    assert not heaping.last_digits(scores[:49]).allowed
    assert heaping.last_digits([D(100)]) is None


def test_a_funnel_tells_a_department_that_differs_from_small_ones_that_vary():
    """Eleven departments of four around 10 with spread 1 inside; the twelfth lies six above, one of one cannot be named."""
    values = {f"部门{at}": decimals([9, 10, 10, 11]) for at in range(11)}
    values["高"] = decimals([15, 16, 16, 17])
    values["小"] = decimals([30])
    found = funnel.funnel(values)
    assert found.allowed
    assert near(found.spread, "0.8164965809")  # twelve times 2 over 36 degrees of freedom, and its root
    assert near(found.centre, D(534) / 49)
    assert [group.name for group in found.outside(funnel.INNER)] == ["高"]
    assert near(found.reach(4, funnel.INNER), D("1.959963985") * found.spread * found.dispersion.sqrt() / 2)


def test_over_dispersion_widens_the_limits():
    even = {f"部门{at}": decimals([9, 11]) for at in range(10)}
    uneven = {f"部门{at}": decimals([9 + at * 5, 11 + at * 5]) for at in range(10)}
    assert funnel.funnel(even).dispersion == 1
    assert funnel.funnel(uneven).dispersion > 10
    assert funnel.funnel(uneven).outside(funnel.OUTER) == []


@pytest.mark.parametrize("values", [{}, {"部门": [D(1)]}, {"部门": [D(1), D(1)], "另一": [D(2)]}])
def test_what_does_not_vary_has_no_funnel(values):
    assert funnel.funnel(values) is None


def test_nine_departments_are_no_funnel_and_nothing_to_draw_from():
    values = {f"部门{at}": decimals([9, 11]) for at in range(9)}
    assert not funnel.funnel(values).allowed
    assert not resampling.interval(values).allowed


def test_the_interval_of_a_mean_is_that_of_theory():
    """Sixteen departments of one: the error of their mean is the spread of the sixteen over four, as is the interval's."""
    values = {f"部门{at:02}": [D(90 + at % 4) + D("0.25")] for at in range(16)}
    found = resampling.interval(values)
    assert (found.mean, found.n, found.groups, found.allowed) == (D("91.75"), 16, 16, True)
    error = D("1.25").sqrt() / 4
    assert near(found.low, found.mean - D("1.96") * error, "0.08")
    assert near(found.high, found.mean + D("1.96") * error, "0.08")
    assert found == resampling.interval(dict(reversed(values.items())))


def test_departments_whose_units_are_alike_make_a_mean_less_sure():
    alike = {f"部门{at:02}": [D(90 + at % 4)] * 5 for at in range(12)}
    mixed = {f"部门{at:02}": [D(90 + (at + unit) % 4) for unit in range(4)] for at in range(12)}
    apart = [resampling.interval(each) for each in (alike, mixed)]
    assert apart[0].high - apart[0].low > 4 * (apart[1].high - apart[1].low)


def test_nothing_has_no_interval():
    assert resampling.interval({}) is None
    assert resampling.interval({"部门": []}) is None
