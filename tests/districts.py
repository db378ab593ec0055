"""Small provinces for tests: a kit with districts.csv, and for each district a closed record and its rows as Parquet files."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from jixiao.figures.province import row_files, sources
from jixiao.kit.sealed import sealed
from kit import PROJECT

YEAR = 2022
COLUMNS = ("district_id", "name", "initial_budget", "folder", "due", "received_on")
INPUTS = [{"role": "table", "name": "data/2022/subjects.csv", "bytes": 1, "sha256": "0" * 64}]
RULES = {"policy.title": "甲办法", "policy.number": "甲〔2020〕1号", "policy.grades.优": "90"}
OTHER_RULES = {"policy.title": "乙办法", "policy.number": "乙〔2021〕2号", "policy.grades.优": "85"}
REVIEW = {"tiers.review.name": "复核", "tiers.review.by": "财政部门"}
BANDS = {"evaluation.projects.self.[90,100]": "1"}


class Province:
    """A kit that puts districts together; each is given by its id, and called 区 with it."""

    def __init__(self, root: Path) -> None:
        """An empty province in the folder `root`."""
        self.root = root
        (root / "data" / str(YEAR)).mkdir(parents=True)
        (root / "notebooks").mkdir()
        shutil.copy(PROJECT / "notebooks" / "province.ipynb", root / "notebooks")
        shutil.copytree(PROJECT / "params", root / "params", ignore=shutil.ignore_patterns("2*.yml", ".*"))
        text = (PROJECT / "params" / "2022.yml").read_text(encoding="utf-8").partition("notebooks:\n")[0]
        text = text.replace("total_initial_budget: 121590.00", "total_initial_budget: null")
        text = text.replace("region: 柳州市城中区", "region: 示例省")
        (root / "params" / "2022.yml").write_text(f"{text}notebooks:\n  province: {{}}\n", encoding="utf-8")
        self.rows: list[dict[str, str]] = []
        self.listed()

    def listed(self) -> None:
        """Write districts.csv."""
        with (self.root / "data" / str(YEAR) / "districts.csv").open(
            "w", encoding="utf-8", newline=""
        ) as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)

    def add(self, id: str, figures: Mapping[str, str] | None = None, **cells: str) -> None:
        """A district with a closed record of these figures, or one that sent nothing."""
        received = {"received_on": "2023-06-01"} if figures is not None else {}
        row = {
            "district_id": id,
            "name": f"区{id}",
            "due": "2023-06-30",
            "initial_budget": "10000",
            **received,
            **cells,
        }
        self.rows.append({column: row.get(column, "") for column in COLUMNS})
        self.listed()
        if figures is not None:
            self.record(id, figures)

    def folder(self, id: str) -> Path:
        """Where a district lies."""
        return self.root / "districts" / id

    def record(self, id: str, figures: Mapping[str, str], year: int = YEAR, **changed: Any) -> Path:
        """The closed record of a district."""
        said = {"report.region": f"区{id}", **figures}
        listed = {
            key: {"label": key, "value": value, "unit": _unit(key), "display": f"{value}{_unit(key)}", "definition": key, "basis": "推算"}
            for key, value in said.items()
        }  # fmt: skip
        entry = {
            "state": "closed", "day": "2023-05-01", "manifest": "0", "code": {}, "files": [], "inputs": INPUTS,
            "figures": listed, "origin": "reconstruction", "kept": [], **changed,
        }  # fmt: skip
        path = self.folder(id) / "data" / str(YEAR) / "closed.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sealed({"report_year": year, "entries": [entry]}))
        return path

    def send(
        self,
        id: str,
        subjects: Sequence[Sequence[Any]],
        indicators: Sequence[Sequence[Any]] = (),
        said: Mapping[str, str] | None = None,
        without: str = "",
    ) -> Path:
        """The rows of a district: kind, own and other score (and grades) of each subject; kind, level, points of each indicator."""
        folder = self.folder(id) / "outputs" / f"{YEAR}.upward"
        folder.mkdir(parents=True, exist_ok=True)
        totals = [
            [f"S{n}", kind, 100, 100, 90, own, *(grades[:1] or [None]), other, *(grades[1:] or [None])]
            for n, (kind, own, other, *grades) in enumerate(subjects)
        ]
        lines = [
            [f"S{n % max(len(subjects), 1)}", f"I{n}", kind, "产出指标", level, "指标", weight, own, other]
            for n, (kind, level, weight, own, other) in enumerate(indicators)
        ]
        metadata = {
            row_files.YEAR: str(YEAR), row_files.OTHER: "review", row_files.MADE_FROM: sources.made_from(INPUTS), **(said or {}),
        }  # fmt: skip
        for name, rows, types in (
            (sources.TOTALS, totals, row_files.TOTALS),
            (sources.INDICATORS, lines, row_files.INDICATORS),
        ):
            with duckdb.connect() as connection:
                columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
                connection.execute(f"create table t ({columns})")
                if rows:
                    connection.executemany(f"insert into t values ({', '.join('?' * len(types))})", rows)
                if without in types:
                    connection.execute(f"alter table t drop column {without}")
                keys = ", ".join(f"{key}: '{value}'" for key, value in metadata.items())
                connection.execute(f"copy t to '{folder / name}' (format parquet, kv_metadata {{{keys}}})")
        return folder


def _unit(key: str) -> str:
    """The unit of a figure by its key."""
    ends = {"percent": "%", "mean": "分", "gap": "分", "yuan": "万元"}
    return ends.get(key.rpartition("_")[2], "" if key.startswith(("report", "policy", "tiers")) else "个")


def figures(
    rules: Mapping[str, str] = RULES, review: Mapping[str, str] = REVIEW, **values: Any
) -> dict[str, str]:
    """The figures of a district: projects with `own`, `other` means, `count` of them, `share` of its budget, `done` problems."""
    count = str(values.get("count", 20))
    found = {
        **rules,
        **review,
        **BANDS,
        "evaluation.items": count,
        "evaluation.projects.reporting": count,
        "evaluation.projects.self_count": count,
        "evaluation.projects.review_count": count,
        "evaluation.amount_yi_yuan": str(values.get("amount", "0.50")),
        "evaluation.share_of_initial_budget_percent": str(values.get("share", "50.00")),
    }
    for name, key in (("own", "self_mean"), ("other", "review_mean"), ("gap", "mean_gap")):
        if name in values:
            found[f"evaluation.projects.{key}"] = str(values[name])
    return found | values.get("more", {})
