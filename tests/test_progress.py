"""What a run tells while it goes: lines elsewhere, one bar on a terminal, nothing when quiet."""

import io

import pytest

from jixiao.kit.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Always."""
        return True


def told(stream, **settings):
    """What a short run tells on `stream`."""
    with Progress(stream=stream, **settings) as progress:
        progress.step("计分")
        progress.step("运行", 3, 24, "report.title()\n" + "x" * 99)
    return stream.getvalue()


def test_elsewhere_each_step_is_a_plain_line(capfd):
    """A log shows one line a step, without times or control characters, and standard output stays empty."""
    first, second = told(io.StringIO()).splitlines()
    assert first == "计分 …"
    assert second.startswith("运行 3/24 report.title() xxx") and len(second) < 60
    assert capfd.readouterr() == ("", "")


def test_a_terminal_shows_one_bar_that_goes_away():
    """On a terminal the step and its count are drawn over each other, and the bar is taken off at the end."""
    drawn = told(Terminal())
    assert "运行 3/24" in drawn and "report.title()" in drawn
    assert "\n" not in drawn
    assert drawn.endswith("\r")


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_quiet_tells_nothing(stream):
    """Quiet is quiet on a terminal as well."""
    assert told(stream, quiet=True) == ""
