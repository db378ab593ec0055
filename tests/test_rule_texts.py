"""Rules that go by words, held against texts labelled by hand: how often they are wrong, and on what."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from jixiao.checks import goal_texts, reviews, settings
from jixiao.rules import policy
from jixiao.values import notation
from jixiao.values.measure_frame import SCALE
from jixiao.values.measures import parse_target

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = settings.in_force(ROOT, policy.in_force(ROOT, "mof-2020-10", 2021)).values
# Where a text comes from: a real form or the reconstruction, written before the words of the rules were last changed
# (甲), or after (乙: nothing was changed to make these come right).
WRITTEN = ("编写甲", "编写乙")


def sample():
    """The labelled texts."""
    with (ROOT / "tests/data/rule_texts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fires(rule, kind, name, text):
    """Whether a rule's decision on words falls on a text."""
    words = SETTINGS[rule]
    if rule == "G06":
        return goal_texts.vague(text, words)
    if rule == "G07":
        target = parse_target(text)
        high = target.kind == "number" and goal_texts.nearly_all(
            int(target.value * SCALE), target.unit, words
        )
        return high and goal_texts.empty_rate(name, words)
    if rule == "G08":
        return bool(goal_texts.misfiled(kind, name, words))
    return reviews.tells(notation.fold(text), words)


def counts():
    """(rule, origin, should fire, fires) → how many texts."""
    found = Counter()
    for row in sample():
        origin = row["origin"] if row["origin"] in WRITTEN else "真实"
        should = row["should_fire"] == "1"
        fell = fires(row["rule"], row["kind"], row["name"], row["text"])
        found[row["rule"], origin, should, fell] += 1
    return found


COUNTS = counts()
# rule: (false alarms of fair texts, missed of faulty texts) on real, 甲 and 乙
MEASURED = {
    "G06": ((0, 113, 0, 10), (0, 20, 0, 29), (0, 17, 9, 15)),
    "G07": ((0, 50, 0, 6), (0, 7, 0, 9), (0, 5, 1, 3)),
    "G08": ((0, 247, 0, 4), (0, 12, 1, 10), (0, 6, 3, 5)),
    "R05": ((0, 11, 0, 3), (0, 9, 0, 7), (1, 5, 1, 3)),
    "R06": ((0, 13, 0, 1), (0, 3, 0, 5), (0, 2, 1, 2)),
    "R08": ((0, 13, 1, 1), (0, 5, 0, 5), (0, 2, 0, 3)),
}


@pytest.mark.parametrize("rule", MEASURED)
def test_false_alarms_and_misses_are_those_measured(rule):
    """A change of words or of a rule shows here: false alarms, fair texts, misses and faulty texts by origin."""
    found = []
    for origin in ("真实", *WRITTEN):
        fair, alarms = COUNTS[rule, origin, False, False], COUNTS[rule, origin, False, True]
        missed, told = COUNTS[rule, origin, True, False], COUNTS[rule, origin, True, True]
        found.append((alarms, alarms + fair, missed, missed + told))
    assert tuple(found) == MEASURED[rule]


def test_false_alarms_on_real_texts_stay_under_five_per_cent():
    """Of all fair texts of real forms and of the reconstruction, fewer than one in twenty is taken for faulty."""
    alarms = sum(
        n for (_, origin, should, fell), n in COUNTS.items() if origin == "真实" and fell and not should
    )
    fair = sum(n for (_, origin, should, _), n in COUNTS.items() if origin == "真实" and not should)
    print(f"{alarms} false alarms on {fair} fair texts")
    assert fair >= 400 and alarms * 20 < fair


def test_no_text_is_labelled_twice():
    """Every text has one label for a rule."""
    keys = Counter((row["rule"], row["kind"], row["name"], row["text"]) for row in sample())
    assert [key for key, n in keys.items() if n > 1] == []
