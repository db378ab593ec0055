"""What every test may use: system programs, with the kit's fonts; and the rule that CI lacks none of them."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

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
