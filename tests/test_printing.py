"""What commands print: nothing steers the terminal, columns stand under each other, JSON is one document."""

import json

import pytest

from jixiao.commands import printing
from jixiao.kit.errors import Fault

STEERING = "甲\x1b[31m\x9b2J\r\n\u202e\udcff乙"


def test_a_line_stays_a_line(capsys):
    """Control characters, marks of direction and broken names become blanks, on both streams."""
    printing.line(STEERING)
    printing.line(STEERING, error=True)
    out, err = capsys.readouterr()
    assert out == err == "甲 [31m 2J    乙\n"


def test_json_keeps_every_character_without_showing_those_that_steer(capsys):
    """The document says the same when read, and holds only characters that can be seen."""
    printing.document({"name": STEERING, "更": ["多", 1, None]})
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": STEERING, "更": ["多", 1, None]}
    assert "".join(out.split("\n")).isprintable() and "甲" in out and out.endswith("}\n")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([("一致", "a", 1), ("不一致", "bcd", 20)], ["一致    a    1", "不一致  bcd  20"]),
        ([("ａ", "x"), ("ab", "y"), ("", "z")], ["ａ  x", "ab  y", "    z"]),
        ([("a", ""), ("bb", "")], ["a", "bb"]),
        ([("甲\x1b乙", "x"), ("甲\u3000", "y"), ("abcdef", "z")], ["甲 乙   x", "甲      y", "abcdef  z"]),
    ],
)
def test_columns_stand_under_each_other(rows, expected):
    """A full-width character counts as two, one that is printed as a blank as one; no line ends in blanks."""
    assert [
        "".join(ch if ch.isprintable() else " " for ch in line) for line in printing.aligned(rows)
    ] == expected


def test_of_very_many_faults_the_first_are_printed(capsys):
    """200 lines on standard error, then how many more there are; nothing on standard output."""
    printing.faults([Fault(f"第{at}处", "不对") for at in range(202)])
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert (out, len(lines), lines[199]) == ("", 201, "第199处：不对")
    assert lines[200] == "另有 2 处错误，改好以上各处后再看"
