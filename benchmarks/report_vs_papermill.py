"""Wall time of `jixiao report` of the annual report (every format) against papermill and `jupyter nbconvert --to html` (HTML only).

Both run the committed notebook with the same parameters, in turn, in one session; the ratio is what counts:
    .venv/bin/python benchmarks/report_vs_papermill.py [--rounds 7]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent


def seconds(*commands: list[str | Path]) -> float:
    """Wall time of `commands` one after the other."""
    start = time.perf_counter()
    for command in commands:
        subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, env=os.environ | {"JIXIAO_ROOT": str(ROOT)}
        )
    return time.perf_counter() - start


def ours() -> float:
    """Check, run, export HTML, PDF, DOCX, XLSX, publish."""
    return seconds([PROGRAMS / "jixiao", "report", "2022", "annual_report", "--quiet"])


def stock(folder: Path) -> float:
    """The plain tools: run, then one HTML page."""
    executed = folder / "out.ipynb"
    run = [PROGRAMS / "papermill", "notebooks/annual_report.ipynb", executed, "-f", "params/2022.yml"]
    return seconds(run, [PROGRAMS / "jupyter", "nbconvert", "--to", "html", "--no-input", executed])


def main() -> None:
    """Print one JSON document with medians and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        ours(), stock(Path(folder))  # warm the caches of both
        pairs = [(ours(), stock(Path(folder))) for _ in range(rounds)]
    mine, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratios = sorted(a / b for a, b in pairs)
    result = {
        "rounds": rounds,
        "jixiao_all_formats_s": round(mine, 2),
        "papermill_nbconvert_html_s": round(theirs, 2),
        "ratio_of_medians": round(mine / theirs, 2),
        "ratio_lowest_highest": [round(ratios[0], 2), round(ratios[-1], 2)],
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
