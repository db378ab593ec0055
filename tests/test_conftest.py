"""The rule of conftest.py that a missing program is a failure in CI, seen from outside in runs of pytest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CASES = """
import pytest

def test_in_the_body():
    pytest.skip("needs a program")

@pytest.mark.skipif(True, reason="needs a program")
def test_by_mark():
    pass

def test_another_reason():
    pytest.skip("only on Windows")

@pytest.mark.xfail(reason="needs a fix")
def test_known_fault():
    assert False
"""
WHOLE_MODULE = """
import pytest
pytest.skip("needs a program", allow_module_level=True)
"""


def outcome(folder: Path, source: str, no_skip: str) -> str:
    """The last line of a pytest run over `source`."""
    for name in ("conftest.py", "kit.py"):
        shutil.copy(Path(__file__).with_name(name), folder)
    (folder / "test_cases.py").write_text(source, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--color=no",
        "-p",
        "no:cacheprovider",
        "--rootdir=.",
        ".",
    ]
    run = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"JIXIAO_NO_SKIP": no_skip, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )
    return run.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("source", "no_skip", "expected"),
    [
        (CASES, "", "3 skipped, 1 xfailed"),
        (CASES, "1", "1 failed, 1 skipped, 1 xfailed, 1 error"),
        (WHOLE_MODULE, "", "1 skipped"),
        (WHOLE_MODULE, "1", "1 error"),
    ],
)
def test_missing_program_fails_only_when_no_skip_is_set(tmp_path, source, no_skip, expected):
    """Skips for want of a program fail under JIXIAO_NO_SKIP=1, and other skips stay skips."""
    assert expected in outcome(tmp_path, source, no_skip)
