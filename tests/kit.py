"""A copy of the kit in a folder of its own, for tests that change data, parameters or the notebook."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


class Kit:
    """The folders a run needs, copied; `run` calls the real command line in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("params", "data", "notebooks"):
            shutil.copytree(PROJECT / folder, root / folder)
        self.data = root / "data" / "2022"
        self.notebook = root / "notebooks" / "annual_report.ipynb"
        self.params = root / "params" / "2022.yml"
        self.outputs = root / "outputs"

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`jixiao` with `arguments`, as a user runs it in the kit's folder."""
        return self.python("-m", "jixiao", *arguments, **environment)

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """This Python with `arguments` in the kit's folder."""
        env = {**os.environ, "JIXIAO_ROOT": str(self.root), "PYTHONUTF8": "1", **environment}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=env,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace the one place in a text file that reads `old`."""
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def change_table(self, name: str, change: Callable[[list[dict[str, str]]], object]) -> None:
        """Let `change` alter the rows of a table in place."""
        path = self.data / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = list(rows[0])
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
