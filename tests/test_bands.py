"""Bands: read from their printed notation, exact at their edges."""

from decimal import Decimal

import pytest

from jixiao.year.bands import Band, check_disjoint, common, members


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("=100", ["100", "100.00"], ["99.99"]),
        ("[95,100)", ["95", "99.99"], ["94.99", "100"]),
        ("[90,100]", ["90", "100"], ["89.99"]),
        ("(60,70]", ["60.01", "70"], ["60", "70.01"]),
        ("[89.5,90)", ["89.5"], ["89.49", "90"]),
    ],
)
def test_edges_belong_where_the_brackets_say(text, inside, outside):
    """A square bracket takes its edge in, a round one leaves it out."""
    band = Band.parse(text)
    assert [score for score in inside if Decimal(score) not in band] == []
    assert [score for score in outside if Decimal(score) in band] == []


@pytest.mark.parametrize("text", ["95-100", "[100,95)", "[95,95]", "=", "[95,100", "95", "[a,b)"])
def test_other_notations_are_refused(text):
    """A band that is not an interval says how bands are written."""
    with pytest.raises(ValueError, match="分数段写作"):
        Band.parse(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("[90,95]", "[95,100)"), ("=100", "[95,100]"), ("[80,90)", "[85,95)"), ("[80,90)", "[80,90)")],
)
def test_bands_that_share_a_score_are_refused(one, other):
    """No score may be counted twice."""
    with pytest.raises(ValueError, match="重叠"):
        check_disjoint([Band.parse(one), Band.parse(other)])


def test_bands_that_only_touch_are_fine():
    """[90,95), [95,100) and =100 count every score once."""
    check_disjoint([Band.parse(text) for text in ("=100", "[95,100)", "[90,95)")])


def test_scores_outside_all_bands_are_counted_apart():
    """Nothing disappears: the row of a score in no band stands under other."""
    bands = [Band.parse("[90,100]"), Band.parse("[80,90)")]
    scores = {2: Decimal("90"), 3: Decimal("79.99"), 7: Decimal("80")}
    assert members(scores, bands) == {"[90,100]": (2,), "[80,90)": (7,), "other": (3,)}


@pytest.mark.parametrize(
    ("lists", "labels"),
    [
        ([["=100", "[95,100)"], ["[90,95)"]], ["100分", "95分（含）至100分", "90分（含）至95分"]),
        (
            [["=100", "[95,100)", "[85,90)"], ["[90,100]", "[80,90)"]],
            ["90分以上（含90分）", "80分（含）至90分"],
        ),
        ([["[80,100]"], ["[60,90)", "[0,60)"]], ["60分以上（含60分）", "60分以下"]),
        ([["=100"], ["=100"]], ["100分"]),
    ],
)
def test_common_bands_hold_those_of_every_list_whole(lists, labels):
    """Bands with a score in common become one, from the lowest end to the highest; the highest comes first."""
    assert [band.label for band in common([[*map(Band.parse, one)] for one in lists])] == labels


def test_common_bands_keep_the_name_that_all_agree_on():
    """A band that only one list calls 一等 keeps it, as does one that all call so; else it goes by its ends."""
    named = Band.parse("[90,100]").named("一等")
    lists = [[named], [named], [Band.parse("[80,90)").named("二等")]]
    assert [band.label for band in common(lists)] == ["一等", "二等"]
    assert [band.label for band in common([[named], [Band.parse("[90,100]")]])] == ["90分以上（含90分）"]
