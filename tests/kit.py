"""A copy of the kit in a folder of its own, for tests that change data, parameters or the notebook."""

from __future__ import annotations

import csv
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from jixiao.running import kernel

PROJECT = Path(__file__).resolve().parents[1]
TIMEOUT = 300  # seconds a command may take
# Departments and projects of 2022 that stand for all: the first ones, the three best ones, and those whose score is used.
FEW = {
    "D001", "D002", "D003", "D008", "D016", "D030", "D044", "D053", "D054", "P001", "P002", "P003", "P004", "P014",
}  # fmt: skip


class Loaded:
    """A process that has loaded the command line, for all commands of this run of the tests (loaded.py).

    Each command is `jixiao.commands.cli.main` in a process of its own, with its own folder, environment, output and exit code;
    the start of Python and the imports, most of what a short command costs, are paid once.
    """

    def __init__(self, before: Sequence[str] = ()) -> None:
        """Start the process, by the words `before`."""
        self._server = subprocess.Popen(
            [*before, sys.executable, str(Path(__file__).with_name("loaded.py"))],
            env={**os.environ, **kernel.fixed(), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(
        self, words: Sequence[str], folder: Path, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """`jixiao` with `words`; TimeoutExpired, and no more commands, where it does not end."""
        with TemporaryDirectory(prefix="said-") as said:
            paths = [Path(said) / name for name in ("out", "err")]
            print(
                json.dumps([words, str(folder), environment, *map(str, paths)]),
                file=self._server.stdin,
                flush=True,
            )
            if not select.select([self._server.stdout], [], [], TIMEOUT)[0]:
                os.killpg(self._server.pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(["jixiao", *words], TIMEOUT)
            code = int(self._server.stdout.readline())
            return subprocess.CompletedProcess(
                ["jixiao", *words], code, *(path.read_text(encoding="utf-8") for path in paths)
            )


@cache
def loaded() -> Loaded:
    """The one loaded process of this worker."""
    return Loaded()


class Kit:
    """The folders a run needs; `run` and `started` call the real command line in them."""

    def __init__(self, root: Path, there: bool = False, whole: bool = False, second: bool = False) -> None:
        """Copy the folders into `root`, unless a kit is `there` already.

        The copy lists the annual report alone, which most tests are about; the `whole` kit has all notebooks of the year.
        Only a kit with a `second` year has 2023 beside 2022.
        """
        self.root = root
        others = (".*",) if second else (".*", "2023", "2023.yml")
        for folder in () if there else ("params", "data", "notebooks"):
            shutil.copytree(PROJECT / folder, root / folder, ignore=shutil.ignore_patterns(*others))
        self.data = root / "data" / "2022"
        self.notebook = root / "notebooks" / "annual_report.ipynb"
        self.params = root / "params" / "2022.yml"
        self.outputs = root / "outputs"
        self.public = self.outputs / "2022" / "public"
        self.internal = self.outputs / "2022" / "internal"
        if not there and not whole:
            self._list_the_annual_report_alone()

    def _list_the_annual_report_alone(self) -> None:
        """Take the lines of the other notebooks, which are the last of the parameters, out."""
        before, line, _others = self.params.read_text(encoding="utf-8").partition("  annual_report: {}\n")
        assert line, f"no annual report in {self.params.name}"
        self.params.write_text(before + line, encoding="utf-8")

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`jixiao` with `arguments`, run in the kit's folder by a process of its own that is loaded already.

        Where `environment` is given, which Python may read as it starts, it is `started` as a user does it.
        """
        if environment or not hasattr(os, "fork"):
            return self.started(*arguments, **environment)
        return loaded().run(arguments, self.root, self.environment)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command in this kit."""
        return {**os.environ, "JIXIAO_ROOT": str(self.root), "PYTHONUTF8": "1"}

    def started(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`jixiao` with `arguments`, as a user starts it in the kit's folder."""
        return self.python("-m", "jixiao", *arguments, **environment)

    def python(
        self, *arguments: str, before: Sequence[str] = (), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """This Python with `arguments` in the kit's folder, started by the words `before`."""
        env = self.environment | environment
        return subprocess.run(
            [*before, sys.executable, *arguments],
            cwd=self.root,
            env=env,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT,
        )

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace the one place in a text file that reads `old`."""
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def leave(self, keeps: Callable[[str], object]) -> None:
        """Leave in all tables the rows of the subjects that `keeps` is true of, and those that speak of no subject."""

        def kept(rows: list[dict[str, str]]) -> None:
            rows[:] = [row for row in rows if not row["subject_id"] or keeps(row["subject_id"])]

        for path in sorted(self.data.glob("*.csv")):
            with path.open(encoding="utf-8-sig") as file:
                of_subjects = "subject_id" in file.readline().strip().split(",")
            if of_subjects:
                self.change_table(path.stem, kept)

    def leave_few(self) -> None:
        """Leave the subjects in FEW: what reads the tables takes a third as long."""
        self.leave(FEW.__contains__)

    def change_table(self, name: str, change: Callable[[list[dict[str, str]]], object]) -> None:
        """Let `change` alter the rows of a table in place."""
        path = self.data / f"{name}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            columns = list(reader.fieldnames or ())
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            returns = any("\r" in cell for row in rows for cell in row.values())
            quoting = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
            writer = csv.DictWriter(file, columns, lineterminator="\n", quoting=quoting)
            writer.writeheader()
            writer.writerows(rows)
