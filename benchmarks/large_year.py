"""What a year of many subjects costs: time, memory and size of each command, and growth beside a year of fewer.

The kits are made by the seeded reconstruction of 2022 at these sizes, ten indicators a subject: invented rows, labelled so.
Each command is a process of its own. "growth" is the processor time for a subject in the largest year over that in the year before
it: 1.0 is linear, less that what is done once for all weighs less. "further" leaves out what is done once: the time for each subject
that the largest year has more than the one before, over that of the step before; it needs three sizes, the smallest for what is done once.
    .venv/bin/python benchmarks/large_year.py [--sizes 50 500 5000] [--only check report …] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.reconstruction import reconstruct

from jixiao.kit import strict_yaml
from jixiao.year import table_files

YEAR = "2022"
SEED = 2022
DEPARTMENTS, PROJECTS = 85, 30  # of 2022: their proportion stays
FOLDERS = ("params", "notebooks")
LISTED = ("numpy", "pandas", "papermill", "nbconvert", "matplotlib", "typst", "openpyxl")

# The commands in the order in which they need each other; codes of exit that are no failure of the command.
COMMANDS: dict[str, tuple[list[str], set[int]]] = {
    "check": (["check", YEAR], {0, 1}),
    "report": (["report", YEAR, "annual_report", "--quiet"], {0}),
    "verify": (["verify", YEAR, "--quiet"], {0}),
    "report of all notebooks": (["report", YEAR, "--quiet"], {0}),
    "forms": (["forms", YEAR, "--quiet"], {0}),
    "forms --filled": (["forms", YEAR, "--filled", "--to", "filled", "--quiet"], {0}),
    "import": (["import", YEAR, "filled", "--received", "2022-03-31", "--quiet"], {0, 1}),
}


@dataclass(frozen=True)
class Cost:
    """What one command took: seconds on the clock and of processors, MB of all its processes at their most together."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    exit_code: int


def made(root: Path, subjects: int) -> int:
    """Write a kit with so many subjects; the number of its indicators is returned."""
    departments = round(subjects * DEPARTMENTS / (DEPARTMENTS + PROJECTS))
    published = strict_yaml.read(ROOT / "data" / YEAR / "published.yml", "published.yml").value
    frames = reconstruct(published, SEED, departments, subjects - departments)
    _name_no_real_project(frames)
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, root / folder)
    for other in (root / "params").glob("20*.yml"):
        if other.stem != YEAR:
            other.unlink()
    data = root / "data" / YEAR
    data.mkdir(parents=True)
    for name, frame in frames.items():
        (data / f"{name}.csv").write_bytes(table_files.csv_text(frame).encode())
    shutil.copy(ROOT / "data" / YEAR / "facts.csv", data)
    budget = frames["subjects"]["initial_budget"].astype(float).sum()
    params = root / "params" / f"{YEAR}.yml"
    text = params.read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("total_initial_budget:"))
    params.write_text(text.replace(line, f"total_initial_budget: {budget * 1.1:.2f}"), "utf-8")
    return len(frames["indicators"])


def _name_no_real_project(frames: dict[str, pd.DataFrame]) -> None:
    """Let invented projects stand where 2022 has names that were published."""
    keys = frames["key_projects"]
    taken = set(keys["subject_id"])
    projects = frames["subjects"].query("kind == 'project'")["subject_id"]
    free = (one for one in projects if one not in taken)
    for row, name in keys.loc[keys["name"] != "", "name"].items():
        keys.loc[row, ["subject_id", "name"]] = [next(free), ""]
        contracts = frames["agencies"]["subjects"]
        frames["agencies"]["subjects"] = contracts.str.replace(name, keys.loc[row, "subject_id"], regex=False)


def cost(root: Path, words: list[str], fine: set[int]) -> Cost:
    """Run `jixiao` with `words` in the kit; RuntimeError with what it said where it fails."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "jixiao", *words],
            cwd=root,
            env=os.environ | {"JIXIAO_ROOT": str(root), "PYTHONUTF8": "1"},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        peak = 0
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, held(process.pid))
            time.sleep(0.1)
        wall = time.perf_counter() - start
        process.returncode = code = os.waitstatus_to_exitcode(ended[1])
        if code not in fine:
            said.seek(0)
            raise RuntimeError(f"jixiao {' '.join(words)}: {code}\n{said.read().decode()[-3000:]}")
    spent = ended[2]
    peak_mb = max(peak / 2**20, spent.ru_maxrss / 1024)
    return Cost(round(wall, 2), round(spent.ru_utime + spent.ru_stime, 2), round(peak_mb), code)


def held(process: int) -> int:
    """The bytes of a process and all that it started, pages that several share counted once."""
    total = 0
    try:
        parent = psutil.Process(process)
        for one in (parent, *parent.children(recursive=True)):
            total += _own(one)
    except psutil.Error:
        pass
    return total


def _own(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0
    return getattr(full, "pss", full.uss)


def sizes(root: Path) -> dict[str, float]:
    """The published files of the annual report and their MB."""
    folder = root / "outputs" / YEAR
    return {
        str(path.relative_to(folder)): round(path.stat().st_size / 1e6, 3)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.stat().st_size > 20_000
    }


def measured(root: Path, subjects: int, only: set[str]) -> dict[str, Any]:
    """All that one size costs."""
    indicators = made(root, subjects)
    costs: dict[str, Any] = {}
    for name, (words, fine) in COMMANDS.items():
        if not only or name in only:
            costs[name] = asdict(cost(root, words, fine))
            print(f"{subjects:>6}  {name:24}{costs[name]}", file=sys.stderr, flush=True)
    files = sizes(root)
    return {"subjects": subjects, "indicators": indicators, "costs": costs, "files_mb": files}


def growth(small: dict[str, Any], large: dict[str, Any]) -> dict[str, float]:
    """Processor time for a subject in the larger year over that in the smaller one, for each command."""
    times = large["subjects"] / small["subjects"]
    return {
        name: round(found["cpu_s"] / small["costs"][name]["cpu_s"] / times, 2)
        for name, found in large["costs"].items()
    }


def further(years: list[dict[str, Any]]) -> dict[str, float | None]:
    """Processor time for each further subject in the last step over that in the step before, for each command."""
    least, small, large = years[-3:]

    def slope(name: str, one: dict[str, Any], other: dict[str, Any]) -> float:
        more: float = other["costs"][name]["cpu_s"] - one["costs"][name]["cpu_s"]
        return more / (other["subjects"] - one["subjects"])

    slopes = {name: (slope(name, least, small), slope(name, small, large)) for name in large["costs"]}
    return {
        name: round(after / before, 2) if before > 0 else None for name, (before, after) in slopes.items()
    }


def main() -> None:
    """Print one JSON document."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", metavar="N", default=[50, 500, 5000])
    arguments.add_argument("--only", nargs="+", default=[], choices=list(COMMANDS))
    arguments.add_argument("--keep", type=Path, help="leave the kits in this folder, which is not there yet")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        results = [measured(folder / str(size), size, set(asked.only)) for size in asked.sizes]
    result = {
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "versions": {name: version(name) for name in LISTED},
        },
        "seed": SEED,
        "years": results,
        "growth": growth(results[-2], results[-1]),
        "further": further(results) if len(results) > 2 else {},
        "public_html_mb": results[-1]["files_mb"].get("public/annual_report.html"),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
