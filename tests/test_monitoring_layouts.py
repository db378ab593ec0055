"""Real layouts of monitoring forms: drawn with a value under each label, and read back as what the label means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from jixiao.forms.files import opening
from jixiao.forms.layouts import layouts
from jixiao.forms.model import Form, FormKind
from jixiao.forms.reading import reading

ROOT = Path(__file__).resolve().parents[1]
FACTS: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    (ROOT / "tests/data/layouts/monitoring.yml").read_text(encoding="utf-8")
)
ROWS = (
    {
        "level1": "产出指标", "level2": "数量指标", "level3": "培训场次", "operator": "≥", "target": "20", "measure_unit": "场",
        "actual": "8", "forecast": "20", "deviation_reason": "招标推迟", "cause": "政府采购程序", "cause_funding": "√",
        "cause_rules": "√", "possible": "√", "possibility": "有可能", "measure": "三季度补招", "state": "整改中",
        "subject_id": "P001", "name": "某某项目", "unit": "某某单位", "initial_budget": "100", "adjusted_budget": "90",
        "executed": "40", "serial": "1",
    },
    {
        "level1": "效益指标", "level2": "社会效益指标", "level3": "新增就业人数", "operator": "≥", "target": "300", "measure_unit": "人",
        "actual": "180", "forecast": "300", "certain": "√", "possibility": "确定能", "subject_id": "P001", "name": "某某项目",
        "unit": "某某单位", "initial_budget": "100", "adjusted_budget": "90", "executed": "40", "serial": "2",
    },
)  # fmt: skip
ASIDE = ("other", "serial", "rate")
AMOUNTS = {"initial_budget": "100", "executed": "40", "rate": "40%", "forecast": "95"}


def pair(said: str) -> tuple[str, str]:
    """Label and meaning."""
    label, _, meaning = said.rpartition(" = ")
    return label, meaning


def leaves(columns: list[Any]) -> Iterator[tuple[str, str, str]]:
    """Upper label, lower one ("" for none) and meaning of each column."""
    for said in columns:
        if isinstance(said, str):
            label, meaning = pair(said)
            yield label, "", meaning
        else:
            ((upper, below),) = said.items()
            for at, each in enumerate(below):
                label, meaning = pair(each)
                yield upper if at == 0 else "", label, meaning


def drawn(facts: Mapping[str, Any], path: Path) -> None:
    """A sheet with all labels of a layout, and ROWS below its columns."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([facts["title"]])
    for label, meaning in map(pair, facts.get("head", ())):
        sheet.append([label, ROWS[0].get(meaning, "某某部门")])
    if funds := facts.get("funds"):
        named = [pair(said) for said in funds["columns"]]
        sheet.append([funds["label"], "", *(label for label, _ in named)])
        for item in funds["rows"]:
            sheet.append(["", item, *(AMOUNTS[meaning] for _, meaning in named)])
    if goal := facts.get("goal"):
        sheet.append([goal, "培训二十场"])
    found = list(leaves(facts["columns"]))
    sheet.append([upper for upper, _, _ in found])
    if any(lower for _, lower, _ in found):
        sheet.append([lower for _, lower, _ in found])
    for row in ROWS[: 1 if facts.get("list") == "projects" else None]:
        sheet.append([row.get(meaning, "") for _, _, meaning in found])
    book.save(path)


def read(id: str, folder: Path) -> tuple[list[Form], list[str]]:
    """The forms of a drawn layout, and what was told while they were read."""
    path = folder / f"{id}.xlsx"
    drawn(FACTS[id], path)
    found = reading.forms_of(opening.open_workbook(path, path.name), layouts.read(ROOT))
    remarks = [f"{one.rule} {one.found}" for form in found.forms for one in form.remarks]
    return list(found.forms), [*remarks, *(f"{one.rule} {one.found}" for one in found.remarks)]


@pytest.mark.parametrize("id", FACTS)
def test_each_label_is_read_as_what_it_means(id: str, tmp_path: Path) -> None:
    """Nothing is read under another meaning, and every value that a table keeps is there."""
    (form,), _ = read(id, tmp_path)
    assert form.kind == FormKind.MONITORING
    assert form.fields["month"].text
    meanings = [meaning for _, _, meaning in leaves(FACTS[id]["columns"]) if meaning not in ASIDE]
    for row, cells in zip(ROWS, form.indicators, strict=False):
        said = {name: cells[name].text for name in cells if cells[name].text}
        wanted = {meaning: row[meaning] for meaning in meanings if row.get(meaning)}
        assert said == wanted
    for label, meaning in map(pair, FACTS[id].get("head", ())):
        assert form.fields[meaning].text == ROWS[0].get(meaning, "某某部门"), label


def test_the_money_table_of_the_ministry_is_read(tmp_path: Path) -> None:
    """Its labels begin with the months."""
    (form,), _ = read("H088", tmp_path)
    assert [{name: cell.text for name, cell in row.items()} for row in form.funds] == [
        {"item": item, **AMOUNTS} for item in FACTS["H088"]["funds"]["rows"]
    ]
