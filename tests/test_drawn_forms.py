"""Forms of any place, drawn from the facts of its layout, are read as they were drawn or told as not understood."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

import drawn_forms
import reading_quality
from jixiao.forms.layouts import layouts
from reading_quality import RIGHT, SILENT

KNOWN = layouts.read(reading_quality.ROOT)
NUMBERS = sorted(drawn_forms.layouts())
SEEDS = st.integers(0, 2**32)
WHOLE = ("H001", "H012", "H025", "H029")  # layouts near those of params/forms


@pytest.mark.parametrize("number", NUMBERS)
def test_what_was_drawn_stands_in_its_cells(number: str) -> None:
    """Each value that a reader is asked for stands where it is said to stand, and so does each label."""
    made = drawn_forms.drawn(number, 7)
    sheet = made.book[made.sheet]

    lines = [*made.indicators, *made.funds]
    cells = [(line.row, line.columns[m], text) for line in lines for m, text in line.values.items()]
    cells += [(label.row, label.column, label.text) for label in made.labels]

    assert [cell for cell in cells if not stands(sheet, *cell)] == []
    facts = drawn_forms.layouts()[number]
    assert bool(made.indicators) == (facts["kind"] != "none" and "untabled" not in facts)


def stands(sheet: Worksheet, row: int, column: int, text: str) -> bool:
    """Whether a cell, the cell that covers it, or that above it where a level goes on, holds a text or its number."""
    merged = [area for area in sheet.merged_cells.ranges if (row + 1, column + 1) in area.cells]
    top, left = merged[0].bounds[1::-1] if merged else (row + 1, column + 1)
    while sheet.cell(top, left).value is None and top > 1 and column < 4 and text:
        top -= 1
    cell = sheet.cell(top, left)
    if cell.number_format != "General":
        return isinstance(cell.value, (int, float))
    held = (
        "".join(str("" if cell.value is None else cell.value).split()).replace("(", "（").replace(")", "）")
    )
    return "".join(text.split()).replace("(", "（").replace(")", "）") in held


def test_the_same_seed_draws_the_same_form() -> None:
    """A form is known by its layout and its seed."""
    one, two = (drawn_forms.drawn("H004", 3) for _ in range(2))

    assert (one.indicators, one.funds, one.fields) == (two.indicators, two.funds, two.fields)
    assert one.indicators != drawn_forms.drawn("H004", 4).indicators


def test_rows_of_layouts_near_the_known_ones_are_read_today() -> None:
    """Without number formats, which are not read yet, all rows of these are right: the drawing is one that can be read."""
    plain = [(number, seed) for number in WHOLE for seed in range(6) if is_plain(number, seed)]
    with TemporaryDirectory() as folder:
        verdicts = [reading_quality.one(*each, KNOWN, Path(folder)) for each in plain]

    assert len(plain) > 10
    assert [verdict.failures for verdict in verdicts if set(verdict.rows) != {RIGHT}] == []


def is_plain(number: str, seed: int) -> bool:
    """Whether no number format of the form has words or a factor of its own, and no label a mark that is not known."""
    made = drawn_forms.drawn(number, seed)
    cells = [cell for row in made.book[made.sheet].iter_rows() for cell in row]
    return not any(
        '"' in cell.number_format or "!" in cell.number_format or "※" in str(cell.value) for cell in cells
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_a_form_of_each_layout_is_read_or_told(number: str) -> None:
    """One form of each, the same every time."""
    held(number, 5)


@settings(
    max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)  # a seed has no smaller form
@given(st.sampled_from(NUMBERS), SEEDS)
def test_a_form_of_any_layout_is_read_or_told(number: str, seed: int) -> None:
    """And others of any seed; 2,000 of them: python tests/reading_quality.py."""
    held(number, seed)


def held(number: str, seed: int) -> None:
    """Nothing is read otherwise than drawn without a word, and a right form has no finding of severity E."""
    with TemporaryDirectory() as folder:
        verdict = reading_quality.one(number, seed, KNOWN, Path(folder))

    assert [failure for failure in verdict.failures if failure.verdict == SILENT] == []
    assert [(one.rule, one.found) for one in verdict.errors] == []
    assert verdict.columns[SILENT] == 0
