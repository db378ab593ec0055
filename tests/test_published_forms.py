"""The facts of 18 real forms, laid out as their places print them and read back: every value is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import form_sheets
from form_sheets import Facts, Laid, Variant
from jixiao.forms.files import opening
from jixiao.forms.layouts import layouts
from jixiao.forms.model import Form, Sheet, Value, Workbook
from jixiao.forms.reading import reading

ROOT = Path(__file__).resolve().parents[1]
FORMS = form_sheets.all_facts()
LAYOUTS = layouts.read(ROOT)
FUNDS = {"item": "row", "adjusted_budget": "full_year_budget"}
INDICATORS = {"self_score": "score", "deviation_reason": "deviation"}
SPLIT = ("operator", "target", "measure_unit")
SEED = 20221


@pytest.mark.parametrize("name", FORMS)
def test_every_value_of_a_published_form_is_read_back_from_its_workbook(name: str, tmp_path: Path) -> None:
    """A form written as .xlsx in its place's layout gives back its money, its indicators and its total."""
    path = form_sheets.write(form_sheets.lay_out(FORMS[name]), tmp_path / f"{name}.xlsx")

    found = reading.forms_of(opening.open_workbook(path, f"{name}.xlsx"), LAYOUTS)

    assert [form_sheets.layout_of(FORMS[name])] == [form.layout for form in found.forms]
    assert differences(FORMS[name], found.forms[0]) == []


@pytest.mark.parametrize("name", FORMS)
def test_a_form_reads_the_same_however_it_is_laid_out(name: str) -> None:
    """Columns moved or inserted, cells not merged and lines above change nothing of what is read."""
    told = [
        (variant, difference)
        for variant in form_sheets.variants(SEED)
        for difference in differences(FORMS[name], *read(form_sheets.lay_out(FORMS[name], variant).sheet()))
    ]

    assert told == []


def test_forms_under_one_another_are_read_apart() -> None:
    """All forms of all places in one sheet, one below the other, give back each its own values."""
    laid = Laid()
    for facts in FORMS.values():
        form_sheets.stack(laid, facts)

    found = read(laid.sheet())

    assert [form_sheets.layout_of(facts) for facts in FORMS.values()] == [form.layout for form in found]
    pairs = zip(FORMS.values(), found, strict=True)
    assert [text for facts, form in pairs for text in differences(facts, form)] == []


def test_blank_continuation_cells_end_with_their_form() -> None:
    """Forms below one another whose level cells are not merged fill down inside each form only."""
    laid = Laid()
    for facts in FORMS.values():
        form_sheets.stack(laid, facts, Variant(levels="blank"))

    pairs = zip(FORMS.values(), read(laid.sheet()), strict=True)

    assert [text for facts, form in pairs for text in differences(facts, form)] == []


def read(sheet: Sheet) -> tuple[Form, ...]:
    """The forms of a sheet."""
    return reading.forms_of(Workbook(sheet.file, (sheet,)), LAYOUTS).forms


def differences(facts: Facts, *forms: Form) -> list[str]:
    """What a form that was read says otherwise than the facts."""
    if len(forms) != 1:
        return [f"{len(forms)} forms"]
    form = forms[0]
    shape = form_sheets.SHAPES[form_sheets.layout_of(facts)]
    keys = [key for key, _ in shape.funds]
    told = _rows("funds", facts["funds"], [_named(row, FUNDS) for row in form.funds], ["row", *keys])
    keys = [key for key in ("level1", "level2", "level3", "target", "actual", "weight", "score", "deviation")]
    printed = [key for key in keys if key in {key for key, _ in shape.indicators}]
    told += _rows("indicators", _printed(facts), [_indicator(row) for row in form.indicators], printed)
    weight, score, header = form_sheets.total_of(facts)
    totals = {"total_score": score, "header_score": header, "total_weight": weight}
    return told + [
        f"{name}: {text} ≠ {_text(form.fields, name)}"
        for name, text in totals.items()
        if text != _text(form.fields, name) and (name != "total_weight" or "weight" in printed)
    ]


def _printed(facts: Facts) -> list[Facts]:
    """Rows of indicators without what the transcriber noted of a missing column."""
    none = form_sheets.NO_LEVEL
    return [
        {**row, "level1": None if row["level1"] == none else row["level1"]} for row in facts["indicators"]
    ]


def _rows(table: str, expected: list[Facts], found: list[dict[str, str]], keys: list[str]) -> list[str]:
    if len(expected) != len(found):
        return [f"{table}: {len(expected)} ≠ {len(found)} rows"]
    return [
        f"{table} {n} {key}: {row.get(key)!r} ≠ {other.get(key, '')!r}"
        for n, (row, other) in enumerate(zip(expected, found, strict=True))
        for key in keys
        if (row.get(key) or "") != other.get(key, "")
    ]


def _named(row: dict[str, Value], names: dict[str, str]) -> dict[str, str]:
    return {names.get(key, key): value.text for key, value in row.items()}


def _indicator(row: dict[str, Value]) -> dict[str, str]:
    """A row read, by the keys of the facts: split targets joined, 指标性质 of a form without levels as level 2."""
    texts = _named(row, INDICATORS)
    if "level2" not in texts:
        return {**texts, "level2": texts.get("operator", "")}
    if "operator" in texts:
        blank = " " if texts["operator"] == "定性" else ""
        return {**texts, "target": blank.join(texts[name] for name in SPLIT[:2]) + texts["measure_unit"]}
    return texts


def _text(fields: dict[str, Value], name: str) -> str:
    return fields[name].text if name in fields else ""
