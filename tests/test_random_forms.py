"""Subjects made up at random: their forms, written, filled and read back, are the tables they were written from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.exchange.issuing import issue
from jixiao.forms.files import opening
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.year import params, tables
from jixiao.year.tables import Tables
from test_issued_forms_read import KNOWN, REVIEW, ROOT, differences
from text_sheets import LAYOUTS

PARAMS = params.checked(params.read(ROOT, 2022), lambda *_: "")
LEVELS = (
    ("产出指标", "数量指标"), ("产出指标", "质量指标"), ("产出指标", "时效指标"), ("产出指标", "成本指标"),
    ("效益指标", "社会效益指标"), ("效益指标", "可持续影响指标"), ("满意度指标", "服务对象满意度指标"),
)  # fmt: skip
UNITS = ("个", "人次", "%", "万元", "公里", "天", None)
CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NAMES = st.text(CHINESE, min_size=1, max_size=30).map("办理{}事项".format)
PROSE = st.text(CHINESE | st.sampled_from("=+-@'\"<>&，。（）|{}%12.5 "), min_size=1, max_size=60)
AMOUNTS = st.decimals(0, 100000, places=2, allow_nan=False)
WORDS = {"operator": None, "measure_unit": None, "nature": "定性", "target": "印发方案并公布名单"}


@st.composite
def figures(draw: st.DrawFn) -> dict[str, Any]:
    """A target in figures, and what was reached."""
    number, reached = draw(AMOUNTS), draw(AMOUNTS)
    sign, unit = draw(st.sampled_from(("≥", "≤", "=", None))), draw(st.sampled_from(UNITS))
    goal = {"nature": "定量", "operator": sign, "target": str(number), "measure_unit": unit}
    return goal | {"actual": str(reached)}


JUDGED = st.sampled_from(("达成年度指标", "部分达成并具有一定效果")).map(
    lambda word: WORDS | {"actual": word}
)


@st.composite
def indicators(draw: st.DrawFn, subject: str) -> list[dict[str, Any]]:
    """One to eight indicators of a subject, each under any level."""
    rows = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        level1, level2 = draw(st.sampled_from(LEVELS))
        weight = draw(st.integers(1, 30))
        row = {"indicator_id": f"{subject}-{number:02d}", "subject_id": subject}
        row |= {"level1": level1, "level2": level2, "level3": draw(NAMES), "weight": Decimal(weight)}
        row |= draw(figures() | JUDGED)
        row |= {"self_score": draw(st.decimals(0, weight, places=2))}
        rows.append(row | {"deviation_reason": draw(PROSE).strip() or None})
    return rows


@st.composite
def years(draw: st.DrawFn) -> Tables:
    """One to three projects of one unit, and nothing else."""
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    units = [
        {"unit_id": "U001", "name": "主管部门甲", "department_id": "U001"},
        {"unit_id": "U002", "name": "实施单位乙", "department_id": "U001"},
    ]
    subjects = [
        {
            "subject_id": f"P{number:03d}", "kind": "project", "unit_id": "U002", "name": name,
            "initial_budget": draw(AMOUNTS), "adjusted_budget": draw(st.none() | AMOUNTS),
            "executed": draw(st.none() | AMOUNTS), "finished": True, "is_new": False,
        }
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    rows = [row for subject in subjects for row in draw(indicators(subject["subject_id"]))]
    made = {"units": units, "subjects": subjects, "indicators": rows}
    frames = {name: filled(name, made.get(name, [])) for name in KNOWN.frames}
    return replace(KNOWN, frames=frames)


def filled(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A table with these rows; what they do not say is None."""
    columns = list(tables.empty(name).columns)
    return pd.DataFrame([[row.get(c) for c in columns] for row in rows], columns=columns, dtype=object)


@settings(max_examples=15)
@given(years())
def test_forms_of_random_subjects_give_back_their_tables(year: Tables) -> None:
    """Names, goals, values, points, reasons and money of any subjects come back as they were written."""
    forms = []
    with TemporaryDirectory() as folder:
        for name, content in issue.forms(year, PARAMS, filled=True):
            path = Path(folder) / name
            path.write_bytes(content)
            forms += reading.forms_of(opening.open_workbook(path, name), LAYOUTS).forms
    records = from_forms.records(forms)
    assert records.remarks == ()
    for name in ("units", "subjects"):
        assert differences(name, records, year[name]) == []
    assert differences("indicators", records, year["indicators"].assign(**dict.fromkeys(REVIEW))) == []
