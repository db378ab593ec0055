"""Reports of many districts: one after the other, at once on this machine, on a Dask cluster of it, and that with workers killed.

    .venv/bin/python benchmarks/districts_on_dask.py [--districts 100] [--workers 2] [--kills 10] [--seed 2022]

Each district is a small kit with invented data: the reconstructed data of 2022, cut down to the subjects that a seed chose.
Each way makes all reports anew; printed are reports per minute, ratios, and whether all are there, made once, and equal.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from kit import FEW, Kit

PROGRAM = Path(sys.executable).parent / "jixiao"
YEAR = 2022
MORE = 12  # subjects of a district beside those that every kit needs
REAL = {  # what the published report names has no place beside other numbers
    "柳州市": "示例市",
    "城中区文旅融合试点单位建设": "重构重点项目甲",
    "雷村滨水健身道提升": "重构重点项目乙",
    "沿江廉政文化园建设": "重构重点项目丙",
}
# The one published figure that the text of the report asks for.
PUBLISHED = "key_projects:\n  graded: {优秀: [沿江廉政文化园建设]}\n"


def district(folder: Path, number: int, seed: int) -> None:
    """The kit of the district 示例区<number>, whose subjects a seed chose; all that is in it is reconstructed."""
    kit = Kit(folder)
    kit.leave(_chosen(kit, number, seed).__contains__)
    (kit.data / "published.yml").write_text(PUBLISHED, encoding="utf-8")
    (folder / "data" / "README.md").unlink()
    shutil.copy(ROOT / "requirements.lock", folder)
    names = {**REAL, "城中区": f"示例区{number:03}", "城中办": "示例办"}
    for path in [kit.params, *kit.data.glob("*.*")]:
        text = path.read_text(encoding="utf-8")
        for old, new in names.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8", newline="")


def _chosen(kit: Kit, number: int, seed: int) -> set[str]:
    lines = (kit.data / "subjects.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    others = sorted({line.partition(",")[0] for line in lines} - FEW)
    return FEW | set(random.Random(f"{seed}-{number}").sample(others, MORE))


def one_after_the_other(kits: Sequence[Path]) -> None:
    """`jixiao report` in one kit after the other."""
    for kit in kits:
        environment = {**os.environ, "JIXIAO_ROOT": str(kit)}
        command = [PROGRAM, "report", str(YEAR), "annual_report", "--quiet"]
        subprocess.run(command, cwd=kit, env=environment, check=True, capture_output=True)


def batch(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """`jixiao batch` over all kits, begun."""
    command = [PROGRAM, "batch", "PLAN.yml", "--quiet", *options]
    with (folder / "said.txt").open("wb") as sink:
        return subprocess.Popen(command, cwd=folder, stdout=sink, stderr=sink)


def ended(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for a batch; what it said is shown where it failed."""
    if process.wait():
        sys.exit((folder / "said.txt").read_text(encoding="utf-8", errors="replace"))


def workers_of(process: int) -> list[int]:
    """The worker processes of a command (Linux)."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            words = (path / "cmdline").read_bytes()
            if parent == process and (b"spawn_main" in words or words.startswith(b"dask worker")):
                found.append(int(path.name))
        except (OSError, IndexError):
            continue
    return sorted(found)


def kill(
    process: subprocess.Popen[bytes], moments: Sequence[float], draw: random.Random, killed: list[float]
) -> None:
    """Kill one of the workers of `process` at each of the moments, seconds from now; those that were are noted in `killed`."""
    began = time.monotonic()
    for moment in moments:
        while time.monotonic() - began < moment or not workers_of(process.pid):
            if process.poll() is not None:
                return
            time.sleep(0.05)
        os.kill(draw.choice(workers_of(process.pid)), signal.SIGKILL)
        killed.append(round(time.monotonic() - began, 1))


def outcome(kits: Sequence[Path]) -> dict[str, dict[str, str]]:
    """What lies in each kit now: hashes of its figures and of its whole version, and how its last run ended; then it is cleared."""
    found = {}
    for kit in kits:
        outputs = kit / "outputs"
        version = outputs / str(YEAR)
        record = outputs / f"{YEAR}.run.json"
        if (version / "manifest.json").is_file():
            found[kit.name] = {
                "figures": hashed(version / "internal" / "figures.json"),
                "version": hashed(*sorted(path for path in version.rglob("*") if path.is_file())),
                "run": json.loads(record.read_bytes())["outcome"],
                "twice": str((outputs / f"{YEAR}.previous").exists()),
            }
        shutil.rmtree(outputs)
    return found


def hashed(*paths: Path) -> str:
    """A hash of the contents of files."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def timed(work: Callable[[], None], kits: Sequence[Path]) -> tuple[float, dict[str, dict[str, str]]]:
    """Wall time of `work`, and what it made."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began, outcome(kits)


def said(seconds: float, made: dict[str, dict[str, str]], right: dict[str, dict[str, str]]) -> dict[str, Any]:
    """What is printed of one way; `right` is what the first made."""

    def equal(part: str) -> bool:
        return {name: one[part] for name, one in made.items()} == {
            name: one[part] for name, one in right.items()
        }

    return {
        "seconds": round(seconds, 1),
        "reports_per_minute": round(60 * len(made) / seconds, 1),
        "complete": len(made),
        "published_by_one_run_each": all(
            one["run"] == "published" and one["twice"] == "False" for one in made.values()
        ),
        "figures_equal": equal("figures"),
        "all_files_equal": equal("version"),
    }


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--districts", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=2022)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="districts-") as name:
        folder = Path(name)
        kits = [folder / "districts" / f"示例区{number:03}" for number in range(1, asked.districts + 1)]
        for number, kit in enumerate(kits, 1):
            district(kit, number, asked.seed)
        plan = f'kits: ["districts/*"]\nyears: [{YEAR}]\nnotebooks: [annual_report]\n'
        (folder / "PLAN.yml").write_text(plan, encoding="utf-8")
        at = ("--workers", str(asked.workers))
        one, right = timed(lambda: one_after_the_other(kits), kits)
        here, of_here = timed(lambda: ended(batch(folder), folder), kits)
        shutil.rmtree(folder / "outputs", ignore_errors=True)
        dask, of_dask = timed(lambda: ended(batch(folder, *at), folder), kits)
        shutil.rmtree(folder / "outputs", ignore_errors=True)
        killed: list[float] = []

        def disturbed() -> None:
            process = batch(folder, *at)
            moments = sorted(draw.uniform(0.1 * dask, 0.9 * dask) for _ in range(asked.kills))
            killer = threading.Thread(target=kill, args=(process, moments, draw, killed))
            killer.start()
            ended(process, folder)
            killer.join()

        shot, of_shot = timed(disturbed, kits)
    print(
        json.dumps(
            {
                "districts": asked.districts,
                "workers": asked.workers,
                "one_after_the_other": said(one, right, right),
                "at_once_on_this_machine": said(here, of_here, right),
                "dask_cluster_of_this_machine": said(dask, of_dask, right),
                "dask_cluster_with_workers_killed": {
                    **said(shot, of_shot, right),
                    "killed_at_seconds": killed,
                },
                "times_as_fast_as_one_after_the_other": {
                    "at_once": round(one / here, 2),
                    "dask": round(one / dask, 2),
                    "dask_with_kills": round(one / shot, 2),
                },
                "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
                "versions": {
                    "python": platform.python_version(),
                    **{
                        name: metadata.version(name)
                        for name in ("jixiao", "distributed", "papermill", "pandas")
                    },
                },
            },
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
