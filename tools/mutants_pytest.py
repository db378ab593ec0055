"""What mutmut needs to know of a test run that it does not see by itself; a pytest plugin for tools/mutants.py.

It finds tests by ids that pytest does not take as arguments (with line breaks, for example), counts a function that a
shared fixture calls as reached by each test that uses the fixture, tells which functions run only while modules are
loaded, empties caches of the package before each test so
that a cached function counts again, runs quick tests first, and keeps Hypothesis from searching for the smallest
example, since one that fails is enough.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import defaultdict
from pathlib import Path

import hypothesis
import pytest
from mutmut.state import state

LOADING = Path(
    "called-while-loading.json"
).resolve()  # in the folder where pytest begins; tests may change it
wanted: set[str] = set()  # ids of tests
reached_by_fixture: dict[pytest.FixtureDef, set[str]] = {}


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Collect whole files, since not every id can be given as an argument; take few examples, the same each time."""
    wanted.clear()
    wanted.update(spelled(argument) for argument in config.args if "::" in argument)
    config.args = list(dict.fromkeys(argument.partition("::")[0] for argument in config.args))
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, deadline=None, database=None, phases=phases, max_examples=50
    )
    hypothesis.settings.load_profile("mutants")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that mutmut asked for: files of quick tests first, and in a file the quick ones."""
    if wanted:
        items[:] = [item for item in items if spelled(item.nodeid) in wanted]
    stats = Path("mutmut-stats.json")
    if not stats.is_file():
        return
    measured = json.loads(stats.read_text(encoding="utf-8"))["duration_by_test"]
    seconds = {spelled(name): duration for name, duration in measured.items()}
    by_file: dict[Path, float] = defaultdict(float)
    for item in items:
        by_file[item.path] += seconds.get(spelled(item.nodeid), 0)
    items.sort(key=lambda item: (by_file[item.path], str(item.path), seconds.get(spelled(item.nodeid), 0)))


def spelled(name: str) -> str:
    r"""The id of a test in one spelling: each further pytest run in a process writes \\u4f18 with one more backslash."""
    return re.sub(r"\\+", "/", name)


def pytest_collection_finish() -> None:
    """Set apart the functions that ran while the modules were loaded, which no later switch can change."""
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        LOADING.write_text(json.dumps(sorted(state()._stats)), encoding="utf-8")
    state()._stats.clear()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef):
    """Note which functions a fixture reaches when it is made."""
    before = set(state()._stats)
    state()._stats.clear()
    try:
        return (yield)
    finally:
        reached_by_fixture[fixturedef] = set(state()._stats)
        state()._stats.update(before)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Empty the caches of the package's functions."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "jixiao":
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Add what the fixtures of a test reached, before mutmut reads it."""
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        for definition in definitions:
            state()._stats.update(reached_by_fixture.get(definition, ()))
