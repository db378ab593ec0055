"""What every test may use: system programs with the kit's fonts, a browser, the report of 2022 built once.

Also the rule that CI lacks no program, and that random tests are the same each time: hypothesis draws the same examples,
and tests that draw by themselves take `chance`, whose seed is SEED. JIXIAO_TEST_SEED=<number> draws others, for both;
the seed is printed at the head of each run.
"""

import gc
import importlib.util
import os
import random
import shutil
import time
from pathlib import Path

import hypothesis
import pytest

from jixiao.kit import quick_nbformat
from kit import Kit

quick_nbformat.load()  # before a test imports it with a grammar that takes seconds

# Any one of the names will do. tests/install_programs.sh installs the Debian packages that bring them.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "soffice": ("soffice", "libreoffice"),
    "qpdf": ("qpdf",),
}

# Chromium and LibreOffice find the fonts of the kit where the machine has no Chinese ones: the same pages everywhere.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{}</dir>
</fontconfig>
"""

# How the machine of the built report differs from others (tests/test_identity_of_builds.py).
HERE = {
    "TZ": "UTC",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "1",
    "USER": "root",
    "LOGNAME": "root",
}

# The files that take longest, the longest first: begun in this order, two workers end at about the same time.
LONGEST = [
    "report", "closing", "additions", "page", "cluster", "reports", "new_year_page", "publish", "preview", "verify", "lab",
    "public_scan", "limits", "receiving", "runner", "trace", "identity_of_builds", "imports_at_once", "crate", "figures",
    "new_year", "own_figures", "injected_faults", "checks", "exporters", "no_network", "warm", "batch_runs", "variants",
    "batch", "attack", "issuing", "letters",
]  # fmt: skip

SEED = int(os.environ.get("JIXIAO_TEST_SEED", "2022"))
hypothesis.settings.register_profile("same", derandomize=True, print_blob=True, deadline=None)
hypothesis.settings.register_profile("other", derandomize=False, print_blob=True, deadline=None)
hypothesis.settings.load_profile("other" if "JIXIAO_TEST_SEED" in os.environ else "same")


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    """A function that gives the path of a system program, or skips the test where the machine lacks it."""
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    kit = Path(importlib.util.find_spec("mplfonts").origin).parent / "fonts"
    fonts.write_text(FONTS.format(kit), encoding="utf-8")

    def find(name: str) -> str:
        found = [path for path in map(shutil.which, PROGRAMS[name]) if path]
        return found[0] if found else pytest.skip(f"needs {name}")

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FONTCONFIG_FILE", str(fonts))
        yield find


@pytest.fixture(scope="module")
def browser(program):
    """One Chromium for the tests of a file; each opens a context or a tab of its own.

    Not for a whole run: while it is there, asyncio takes this thread for one with a running loop.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Kit:
    """A kit in which the report of 2022 was built, once for all tests of all workers; no test changes anything in it.

    It has a lock and a theme file that asks for the default, so that its version comes from every kind of file; what the
    command told stands in `told.txt`. Whatever can differ between machines and shows in no byte is as in HERE.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of the whole run
    try:
        (folder / "built").mkdir()
    except FileExistsError:
        wait_for(folder / "outcome")
    else:
        build(folder / "built", folder / "outcome")
    assert (folder / "outcome").read_text(encoding="utf-8") == "0"
    return Kit(folder / "built", there=True)


def build(root: Path, outcome: Path) -> None:
    """Make the kit in `root` and build its report; in the end `outcome` says "0", or what went wrong."""
    code = "the build was interrupted"
    try:
        kit = Kit(root)
        (root / "requirements.lock").write_text("pandas==3\n", encoding="utf-8")
        (root / "params" / "theme.yml").write_text("based_on: gongwen\n", encoding="utf-8")
        done = kit.started("report", "2022", **HERE)
        (root / "told.txt").write_text(done.stderr, encoding="utf-8")
        code = done.stderr if done.returncode else "0"
    finally:
        part = outcome.with_suffix(".part")
        part.write_text(code, encoding="utf-8")
        part.rename(outcome)


def wait_for(path: Path) -> None:
    """Return once the file is there."""
    end = time.monotonic() + 600
    while not path.exists():
        assert time.monotonic() < end, f"no {path.name} after ten minutes"
        time.sleep(0.1)


@pytest.fixture
def chance() -> random.Random:
    """What a test draws from; a failure tells the seed."""
    return random.Random(SEED)


def pytest_configure(config):
    """Let hypothesis draw from the seed that was asked for."""
    if "JIXIAO_TEST_SEED" in os.environ and config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(SEED)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Look for no garbage among modules and tests, neither while they are collected nor later: they stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items):
    """Take the longest files first, and all others as they come."""
    ranks = {f"test_{name}": rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


def pytest_report_header():
    """The seed at the head of a run."""
    return f"random tests: JIXIAO_TEST_SEED={SEED}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With JIXIAO_NO_SKIP=1 a test that a missing program would skip fails; a random one that fails tells its seed."""
    report = fail_if_program_missing((yield))
    if report.failed and "chance" in item.fixturenames:
        report.sections.append(("drawn at random", f"JIXIAO_TEST_SEED={SEED}"))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """The same for a module that is skipped as a whole."""
    return fail_if_program_missing((yield))


def fail_if_program_missing(report):
    """Turn a skip whose reason starts with "needs " into a failure; leave every other report as it is."""
    if os.environ.get("JIXIAO_NO_SKIP") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith("needs "):
            report.outcome = "failed"
            report.longrepr = f"JIXIAO_NO_SKIP=1 allows no missing program: {reason}"
    return report
