"""A review paper as a finance bureau writes it: rows of the tables in, a workbook out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl

HEADS = {
    "unit": "预算单位", "name": "项目名称", "level1": "一级指标", "level2": "二级指标", "level3": "三级指标",
    "target": "年度指标值", "actual": "实际完成值", "weight": "分值", "self_score": "自评得分",
    "review_actual": "复核完成值", "review_score": "复核得分", "review_remark": "复核意见",
}  # fmt: skip
SHEET = "复核"
NUMBERS = ("weight", "self_score", "review_score")


def write(
    path: Path, indicators: Iterable[Mapping[str, str]], units: Mapping[str, str], names: Mapping[str, str]
) -> None:
    """One row for each of `indicators`; `units` and `names` are those of their subjects."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(["2021年度绩效自评复核工作底稿"])
    sheet.append(list(HEADS.values()))
    for row in indicators:
        subject = row["subject_id"]
        target = f"{row['operator']}{row['target']}{row['measure_unit']}"
        said = {**row, "unit": units[subject], "name": names[subject], "target": target}
        said |= {name: float(row[name]) for name in NUMBERS}
        sheet.append([said[name] for name in HEADS])
    book.save(path)
