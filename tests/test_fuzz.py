"""The tool that changes inputs at random: the same seed gives the same inputs, and what should not be is told."""

from __future__ import annotations

import time

import pytest
from tools import fuzz
from tools.fuzz import Case

from jixiao.kit.errors import Fault, FormError


@pytest.fixture(scope="module")
def known() -> tuple[Case, ...]:
    """All kinds of inputs."""
    return fuzz.cases()


def test_every_genuine_input_is_read(known):
    """A kind whose own inputs are refused would find nothing."""
    refused = {case.name: fuzz.outcome(case, content) for case in known for content in case.genuine[:1]}
    assert {name: word for name, (word, _) in refused.items() if word != "read"} == {}


def test_a_seed_gives_the_same_inputs_again(known):
    """Number and seed make an input, whichever process reads it; another seed makes others."""
    made = [[fuzz.input_of(seed, number, known) for number in range(30)] for seed in (3, 3, 4)]
    assert [(case.name, content) for case, content in made[0]] == [
        (c.name, content) for c, content in made[1]
    ]
    assert made[0] != made[2]
    assert len({case.name for case, _ in made[0]}) > 5


def raising(error: BaseException) -> Case:
    """A kind of input whose reader ends with this error."""

    def read(_: bytes) -> object:
        raise error

    return Case("x", (b"x",), fuzz.flipped, read)


def test_what_should_not_be_is_told_apart():
    """An error that is not the kit's, an error without a line, one of two lines; a line is as it should be."""
    said = Fault("表.xlsx", "有毛病", remedy="改正")
    assert fuzz.outcome(raising(FormError(said)), b"") == ("refused", "")
    assert fuzz.outcome(raising(FormError()), b"")[0] == "no line"
    word, lines = fuzz.outcome(raising(KeyError("甲")), b"")
    assert (word, lines.splitlines()[-1]) == ("crash", "KeyError: '甲'")


def busy(_: bytes) -> object:
    """Work for twenty seconds."""
    end = time.process_time() + 20
    while time.process_time() < end:
        pass
    return None


def test_what_takes_too_long_is_stopped(monkeypatch):
    """An input is given up after the seconds that it may take."""
    monkeypatch.setattr(fuzz, "SLOW", 1)
    assert fuzz.outcome(Case("x", (), fuzz.flipped, busy), b"")[0] == "slow"
