"""The cards of the checks: each is whole, agrees with its function, and its two examples are its tests."""

import dataclasses
import json
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import check_examples as examples
from jixiao.checks import cards, catalogue, engine, files, settings
from jixiao.commands.cli import cli
from jixiao.kit import strict_yaml
from jixiao.kit.errors import JixiaoError
from jixiao.proofreading.rules import cards as proofreading_cards
from jixiao.rules import policy

ROOT = Path(__file__).resolve().parents[1]
CARDS = cards.read()


@cache
def in_force(name, year):
    """A policy and the settings of the checks under it, both frozen."""
    rules = policy.in_force(ROOT, name, year)
    return rules, settings.in_force(ROOT, rules)


def findings(rule, content):
    """What one rule finds in an example, and the inspection."""
    example = examples.build(content, ROOT)
    rules, given = in_force(example.policy, example.params.evaluated_year)
    values = dict(given.values)
    values[rule] = {**values.get(rule, {}), **settings.exact_values(example.settings)}
    inspection = engine.inspection_of(example.records, rules, values, example.params, example.published)
    checks = {rule: catalogue.CHECKS[rule]} if rule in catalogue.CHECKS else {}
    card = {rule: CARDS[rule]}
    return engine.merged(
        engine.run(checks, card, inspection), engine.of_remarks(example.records, card)
    ), inspection


def test_the_cards_are_given_to_programs_whole():
    """`jixiao rules --json` has every part of every card, the severity as its letter."""
    every = json.loads(CliRunner().invoke(cli, ["rules", "--json"]).stdout)
    assert [card["id"] for card in every] == [*CARDS, *proofreading_cards.read()]
    told = every[: len(CARDS)]
    assert {(*card,) for card in told} == {tuple(field.name for field in dataclasses.fields(cards.Card))}
    assert {card["id"]: card["severity"] for card in told} == {
        rule: card.severity.value for rule, card in CARDS.items()
    }


@pytest.mark.parametrize("rule", CARDS)
def test_the_passing_example_gives_no_finding(rule):
    """What a card shows as right is not found by its rule."""
    found, _ = findings(rule, CARDS[rule].passing)
    assert [str(one) for one in found] == []


@pytest.mark.parametrize("rule", CARDS)
def test_the_failing_example_is_found_at_its_place(rule):
    """What a card shows as wrong is found once, by its rule, exactly where the card says; F08 says it of both forms."""
    found, inspection = findings(rule, CARDS[rule].failing)
    place = examples.place(CARDS[rule].failing, inspection)
    if rule == "F08":
        found = [one for one in found if one.place == place]
    assert [(one.rule, str(one.place)) for one in found] == [(rule, str(place))]


def test_functions_and_cards_agree():
    """Every function has a card and every card a function, or is told by the reading of forms."""
    assert set(CARDS) == {*catalogue.CHECKS, *files.READING}


def test_the_template_of_the_examples_has_no_finding():
    """The rows that examples stand over contradict nothing under any rule that is no mere note."""
    example = examples.build({}, ROOT)
    rules = policy.in_force(ROOT, example.policy, example.params.evaluated_year)
    found = catalogue.find(example.records, rules, settings.in_force(ROOT, rules), example.params)
    assert [str(one) for one in found if one.severity != "I"] == []


GOOD = """
F01:
  name: 名称
  severity: E
  meaning: 含义
  why: 理由
  reference: {title: 文件, number: "", article: ""}
  false_positives: 误报
  remedy: 改正
  passing: {}
  failing: {at: [subjects, 1, name]}
"""

BROKEN = [
    ("name: 名称", "nam: 名称", "没有名为“nam”的键"),
    ("  why: 理由\n", "", "缺少“why”"),
    ("severity: E", "severity: X", "E、W 或 I"),
    ("name: 名称", "name: 名称名称名称名称名称名称名", "不超过 12 个字"),
    ("meaning: 含义", 'meaning: ""', "meaning 没有写文字"),
    ('number: ""', 'number: "", page: "1"', "没有名为“page”的键"),
    ("passing: {}", "passing: {subject: []}", "没有名为“subject”的键"),
    ("passing: {}", "passing: {at: [subjects, 1, name]}", "at 只写在 failing 里"),
    ("failing: {at: [subjects, 1, name]}", "failing: {}", "at 只写在 failing 里"),
    ("F01:", "Y01:", "F 加两位数字"),
    ("  why: 理由\n", "  why: 理由\n  why: 又一条\n", "键“why”重复"),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN)
def test_a_card_is_read_strictly(old, new, words):
    """Unknown, missing and repeated keys, bad severities and names are refused with their line."""
    assert [card.id for card in cards.parse(strict_yaml.parse(GOOD, "F.yml"), cards.Family.FILES)] == ["F01"]
    with pytest.raises(JixiaoError, match=words) as refused:
        cards.parse(strict_yaml.parse(GOOD.replace(old, new), "F.yml"), cards.Family.FILES)
    assert "F.yml 第" in str(refused.value)
