"""What every test may use: a fixture that finds a system program; and the rule that CI lacks none of them."""

import os
import shutil

import pytest

# Any one of the names will do. tests/install_programs.sh installs the Debian packages that bring them.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "soffice": ("soffice", "libreoffice"),
    "qpdf": ("qpdf",),
}


@pytest.fixture(scope="session")
def program():
    """A function that gives the path of a system program, or skips the test where the machine lacks it."""

    def find(name: str) -> str:
        found = [path for path in map(shutil.which, PROGRAMS[name]) if path]
        return found[0] if found else pytest.skip(f"needs {name}")

    return find


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With JIXIAO_NO_SKIP=1 a test that a missing program would skip fails."""
    return fail_if_program_missing((yield))


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
