"""A province of many districts: a generated one is put together by its notebook, with wall, CPU, peak memory and sizes as JSON.

Every district is a reconstruction (origin: reconstruction) named 示例区001 …; totals follow from the rows, and the figures of
the closed records from the totals. The peak is that of all processes together, as the system counts their shared pages.
    .venv/bin/python benchmarks/province.py [--districts 100] [--rows 1000000] [--rounds 3] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import Figure
from jixiao.figures.province import row_files, sources
from jixiao.kit import numbers
from jixiao.kit.sealed import sealed, sha256
from jixiao.year import params

ROOT = Path(__file__).resolve().parents[1]
YEAR = 2022
DUE = dt.date(2023, 6, 30)
DEPARTMENTS = 60
# Level, second level, points: with 10 of spending they make 100.
POINTS = (
    ("产出指标", "产出数量", 15), ("产出指标", "产出数量", 10), ("产出指标", "产出质量", 10),
    ("产出指标", "产出时效", 10), ("产出指标", "产出成本", 5), ("效益指标", "经济效益", 10),
    ("效益指标", "社会效益", 10), ("效益指标", "生态效益", 5), ("效益指标", "可持续影响", 5),
    ("满意度指标", "服务对象满意度", 10),
)  # fmt: skip
OTHER_POLICY = {
    "policy.title": "示例省预算绩效评价办法",
    "policy.number": "示例〔2021〕1号",
    "policy.grades.良": "75",
}
OTHER_REVIEW = {"tiers.review.name": "财政复核", "tiers.review.by": "财政部门"}
GRADES = ("优", "良", "中", "差")
_SPECIAL = {7: 0.06, 20: -0.05}  # how much more or less the review takes in few districts
_BANDS = ((9500, 10000, "[95,100)"), (9000, 9500, "[90,95)"))
_ENDS = {"departments": "department", "projects": "project"}


@dataclass(frozen=True)
class Drawn:
    """The rows of a district: a frame of totals and one of indicators, points and amounts in hundredths."""

    totals: pd.DataFrame
    indicators: pd.DataFrame


@dataclass(frozen=True)
class Character:
    """What is special to a district: its policy, its reviewer, how full it scores itself, how much the review takes."""

    number: int
    other_policy: bool
    other_review: bool
    full: float
    taken: float
    without_rows: bool
    empty: bool

    @property
    def name(self) -> str:
        """The name of the district."""
        return f"示例区{self.number:03}"

    @property
    def floors(self) -> tuple[int, ...]:
        """From how many hundredths on a total has each of the first grades."""
        return (9000, 7500 if self.other_policy else 8000, 6000)


def characters(count: int, draw: np.random.Generator) -> list[Character]:
    """What is special to each of `count` districts; the last of many is empty, and few send no rows."""
    several = count >= 20
    return [
        Character(
            number,
            bool(several and draw.random() < 0.2),
            bool(several and draw.random() < 0.12),
            float(draw.uniform(0.72, 0.95)),
            float(draw.normal(0.145, 0.008) + _SPECIAL.get(number % 33, 0) * several),
            several and number % 41 == 13,
            several and number == count,
        )
        for number in range(1, count + 1)
    ]


def drawn(one: Character, rows: int, draw: np.random.Generator) -> Drawn:
    """The rows of a district with some `rows` of indicators; totals are the sums of their points and those of spending."""
    subjects = 0 if one.empty else max(round(rows / len(POINTS)), 1)
    departments = min(DEPARTMENTS, max(subjects // 10, 1))
    kinds = np.where(np.arange(subjects) < departments, "department", "project")
    weights = np.array([points * 100 for *_, points in POINTS])
    shape = (subjects, len(POINTS))
    full = draw.random(shape) < np.clip(one.full + draw.normal(0, 0.06, (subjects, 1)), 0.3, 1)
    own = np.where(full, weights, np.round(weights * draw.uniform(0.55, 0.98, shape)).astype(int))
    harsh = np.array([1.3, 1.3, 1.0, 0.8, 1.4, 0.9, 1.1, 0.7, 1.2, 0.6])
    taken = np.clip(one.taken * harsh * draw.gamma(2.0, 0.5, shape), 0, 0.9)
    other = np.round(own * (1 - taken)).astype(int)
    spending = draw.integers(820, 1001, subjects)
    budget = draw.integers(20_00, 800_00, subjects) * np.where(kinds == "department", 6, 1)
    names = np.array([f"S{number:05}" for number in range(1, subjects + 1)])
    totals = pd.DataFrame(
        {
            "subject_id": names,
            "kind": kinds,
            "initial_budget": budget,
            "adjusted_budget": budget,
            "executed": budget * spending // 1000,
            "self_score": own.sum(axis=1) + spending,
            "other_score": other.sum(axis=1) + spending,
        }
    )
    for tier in ("self", "other"):
        totals[f"{tier}_grade"] = np.array(GRADES)[
            np.searchsorted([-floor for floor in one.floors], -totals[f"{tier}_score"], side="left")
        ]
    repeated = np.repeat(np.arange(subjects), len(POINTS))
    of_levels = {
        name: np.tile([line[at] for line in POINTS], subjects) for at, name in enumerate(("level1", "level2"))
    }
    indicators = pd.DataFrame(
        {
            "subject_id": names[repeated] if subjects else [],
            "indicator_id": [f"I{number:06}" for number in range(1, subjects * len(POINTS) + 1)],
            "kind": kinds[repeated] if subjects else [],
            **of_levels,
            "level3": [f"指标{number:03}" for number in draw.integers(1, 400, subjects * len(POINTS))],
            "weight": np.tile(weights, subjects),
            "self_score": own.ravel(),
            "other_score": other.ravel(),
        }
    )
    return Drawn(totals, indicators)


def write_rows(found: Drawn, folder: Path, made_from: str) -> None:
    """The two Parquet files of a district."""
    folder.mkdir(parents=True)
    said = f"report_year: '{YEAR}', other_tier: 'review', made_from: '{made_from}'"
    with row_files.connected() as connection:
        for name, frame, types in (
            (sources.TOTALS, found.totals, row_files.TOTALS),
            (sources.INDICATORS, found.indicators, row_files.INDICATORS),
        ):
            columns = ", ".join(
                f"cast(cast({column} as decimal(18,0)) * 0.01 as {kind}) {column}"
                if kind == row_files.NUMBER
                else f"cast({column} as {kind}) {column}"
                for column, kind in types.items()
            )
            connection.register("given", frame)
            connection.execute(
                f"copy (select {columns} from given) to '{folder / name}' "
                f"(format parquet, compression zstd, kv_metadata {{{said}}})"
            )


def figures(
    one: Character, found: Drawn, budget: Decimal, draw: np.random.Generator
) -> Iterator[tuple[str, str]]:
    """Key and value of each figure that follows from the rows of a district, or is drawn for it."""
    totals = found.totals
    amount = hundredths(totals["initial_budget"].sum())
    yield "evaluation.items", str(len(totals))
    if len(totals):
        yield "evaluation.unit_coverage_percent", "100.00"
    yield "evaluation.amount_yi_yuan", numbers.plain(numbers.rounded(amount / 10000))
    yield "evaluation.share_of_initial_budget_percent", str(numbers.percent(amount, budget))
    for key, kind in _ENDS.items():
        yield from of_kind(f"evaluation.{key}", totals[totals["kind"] == kind])
    problems = int(draw.integers(5, 60))
    done = int(problems * draw.uniform(0.2, 0.95))
    yield from (("problems.count", str(problems)), ("problems.done", str(done)))
    yield "problems.done_percent", str(numbers.percent(done, problems))
    if draw.random() < 0.8 and len(totals):
        chosen = totals[totals["kind"] == "project"].head(int(draw.integers(2, 9)))
        yield "key_projects.count", str(len(chosen))
        yield "key_projects.budget_wan_yuan", str(hundredths(chosen["initial_budget"].sum()))
    if draw.random() < 0.7 and len(totals):
        cut = totals[(totals["kind"] == "project") & (totals["other_score"] < one.floors[1])].head(40)
        yield "results_use.amount_wan_yuan", str(hundredths(cut["initial_budget"].sum() // 5))
        yield "results_use.amount_subjects", str(len(cut))


def of_kind(key: str, rows: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """The figures of the subjects of one kind."""
    yield f"{key}.reporting", str(len(rows))
    for tier, column in (("self", "self"), ("review", "other")):
        yield f"{key}.{tier}_count", str(len(rows))
        if tier == "self":
            yield f"{key}.self.=100", str(int((rows["self_score"] == 10000).sum()))
            for low, high, band in _BANDS:
                yield (
                    f"{key}.self.{band}",
                    str(int(rows["self_score"].between(low, high, inclusive="left").sum())),
                )
        if len(rows):
            best = int((rows[f"{column}_grade"] == GRADES[0]).sum())
            yield f"{key}.{tier}_mean", str(mean(rows[f"{column}_score"]))
            yield f"{key}.{tier}_best_grade", str(best)
            yield f"{key}.{tier}_best_grade_percent", str(numbers.percent(best, len(rows)))
    if len(rows):
        yield f"{key}.mean_gap", str(mean(rows["self_score"] - rows["other_score"]))
        spent = numbers.percent(int(rows["executed"].sum()), int(rows["adjusted_budget"].sum()))
        yield f"{key}.execution_percent", str(spent)


def hundredths(value: Any) -> Decimal:
    """A whole number of hundredths as a decimal."""
    return Decimal(int(value)).scaleb(-2)


def mean(column: pd.Series) -> Decimal:
    """The mean of hundredths, rounded half up to two decimals."""
    return numbers.rounded(numbers.ratio(Decimal(int(column.sum())), Decimal(100 * len(column))))


def record(
    one: Character, found: Drawn, said: Mapping[str, str], template: Mapping[str, Figure]
) -> tuple[bytes, str]:
    """The closed record of a district, and the digest of what its totals follow from."""
    stated = {key: each for key, each in template.items() if key.startswith(("report.", "policy.", "tiers."))}
    own = {"report.region": one.name, "report.issuer": f"{one.name}财政局"}
    own |= OTHER_POLICY if one.other_policy else {}
    own |= OTHER_REVIEW if one.other_review else {}
    listed: dict[str, Any] = {}
    for key, value in {**{key: own.get(key, each.number) for key, each in stated.items()}, **said}.items():
        each = template[key]
        shown = f"{value}{each.unit}"
        listed[key] = {"label": each.label, "value": value, "unit": each.unit, "display": shown}
        listed[key] |= {"definition": each.definition, "basis": each.basis.value}
    digest = sha256(pd.util.hash_pandas_object(found.totals).to_numpy().tobytes())
    inputs = [{"role": "table", "name": f"data/{YEAR}/subjects.csv", "bytes": 1, "sha256": digest}]
    entry = {
        "state": "closed", "day": "2023-06-01", "manifest": digest, "code": {"version": "0", "sha256": digest},
        "files": [], "inputs": inputs, "figures": listed, "origin": params.RECONSTRUCTION, "kept": [],
    }  # fmt: skip
    return sealed({"report_year": YEAR, "entries": [entry]}), sources.made_from(inputs)


def generate(root: Path, districts: int, rows: int, seed: int = 2022) -> None:
    """A kit in `root` whose districts have some `rows` of indicators together."""
    for folder in ("params", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns(".*"))
    data = root / "data" / str(YEAR)
    data.mkdir(parents=True)
    template = evaluate(ROOT, params.of_year(ROOT, YEAR)).figures
    _params(root)
    draw = np.random.default_rng(seed)
    every = characters(districts, draw)
    days = [_received(number, districts, draw) for number in range(1, districts + 1)]
    shares = draw.lognormal(0, 0.45, districts)
    sending = [
        bool(day) and not one.without_rows and not one.empty for one, day in zip(every, days, strict=True)
    ]
    listed = []
    for one, day, share in zip(every, days, shares / shares[sending].sum(), strict=True):
        found = drawn(one, round(rows * share), draw)
        amount = hundredths(found.totals["initial_budget"].sum())
        budget = numbers.rounded(amount / Decimal(str(round(draw.uniform(0.45, 0.98), 3))) + 1000)
        listed.append([f"{one.number:03}", one.name, budget, "", DUE.isoformat(), day])
        if day:
            folder = root / "districts" / f"{one.number:03}"
            content, made_from = record(one, found, dict(figures(one, found, budget, draw)), template)
            path = folder / "data" / str(YEAR) / "closed.json"
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
            if not one.without_rows:
                write_rows(found, folder / "outputs" / f"{YEAR}.upward", made_from)
    with (data / "districts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["district_id", "name", "initial_budget", "folder", "due", "received_on"])
        writer.writerows(listed)


def _received(number: int, districts: int, draw: np.random.Generator) -> str:
    """The day on which a district sent its files; "" for the few of many that did not."""
    if districts >= 20 and number % 29 == 11:
        return ""
    late = districts >= 20 and number % 17 == 4
    days = int(draw.integers(1, 30)) if late else -int(draw.integers(0, 25))
    return (DUE + dt.timedelta(days=days)).isoformat()


def _params(root: Path) -> None:
    """The parameters of the year as a province has them."""
    for path in (root / "params").glob("[0-9]*.yml"):
        if path.stem != str(YEAR):
            path.unlink()
    path = root / "params" / f"{YEAR}.yml"
    text = path.read_text(encoding="utf-8").partition("notebooks:\n")[0]
    for before, after in (
        ("region: 柳州市城中区", "region: 示例省"),
        ("issuer: 城中区财政局", "issuer: 示例省财政厅"),
        ("total_initial_budget: 121590.00", "total_initial_budget: null"),
    ):
        assert before in text
        text = text.replace(before, after)
    path.write_text(f"{text}notebooks:\n  province: {{}}\n", encoding="utf-8")


class Peak(threading.Thread):
    """Looks at the memory of a process and all that it started, ten times a second."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.most = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.1):
            self.most = max(self.most, sum(map(_memory, _family(self.process))))


def _family(process: int) -> Iterator[int]:
    """A process and its descendants."""
    yield process
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _family(int(child))
    except OSError:
        return


def _memory(process: int) -> int:
    """The bytes of a process, its part of shared pages among them; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def measured(root: Path) -> dict[str, Any]:
    """One run of the notebook: seconds of wall and CPU, peak memory, the sizes of what is published."""
    shutil.rmtree(root / "outputs", ignore_errors=True)
    before = os.times()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "jixiao", "report", str(YEAR), "province", "--draft"],
        cwd=root,
        env={**os.environ, "JIXIAO_ROOT": str(root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    peak = Peak(process.pid)
    peak.start()
    _, told = process.communicate()
    wall = time.perf_counter() - began
    peak.over.set()
    if process.returncode:
        raise SystemExit(told)
    after = os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    published = root / "outputs" / f"{YEAR}-province"
    sizes = {
        path.relative_to(published).as_posix(): path.stat().st_size
        for path in sorted(published.glob("*/*"))
        if path.is_file()
    }
    return {"wall": round(wall, 2), "cpu": round(cpu, 2), "peak_mb": round(peak.most / 1e6), "sizes": sizes}


def main() -> None:
    """Generate a province, put it together some times, print what that took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--districts", type=int, default=100)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="leave the kit in this folder, which must not be there yet")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = given.keep or Path(scratch) / "province"
        root.mkdir(parents=True)
        began = time.perf_counter()
        generate(root, given.districts, given.rows)
        generated = time.perf_counter() - began
        sent = sorted((root / "districts").rglob("*.*"))
        runs = [measured(root) for _ in range(given.rounds)]
    print(
        json.dumps(
            {
                "districts": given.districts,
                "rows": given.rows,
                "generated_seconds": round(generated, 2),
                "sent_bytes": {
                    kind: sum(path.stat().st_size for path in sent if path.suffix == kind)
                    for kind in (".json", ".parquet")
                }
                if given.keep
                else None,
                "runs": runs,
                "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
                "python": platform.python_version(),
                **{name: metadata.version(name) for name in ("duckdb", "pandas", "numpy")},
            },
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
