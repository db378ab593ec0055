"""LibreOffice for tests: it opens documents and saves them in another format."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


def converted(program: Callable[[str], str], files: Sequence[Path], to: str, folder: Path) -> list[Path]:
    """The files, each opened without any question and saved as `to` (pdf, xlsx) in `folder`, in one run."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [program("soffice"), f"-env:UserInstallation={Path(_profile().name).as_uri()}", "--headless"]
    command += ["--convert-to", to, "--outdir", str(folder), *map(str, files)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=180, check=True)
    made = [folder / f"{file.stem}.{to}" for file in files]
    if (
        not any(path.is_file() for path in made)
        and "could not be loaded" in done.stderr
        and not _has_calc(command[:3], folder)
    ):
        pytest.skip("needs LibreOffice Calc")
    assert [path.name for path in made if not path.is_file()] == []
    return made


@cache
def _profile() -> TemporaryDirectory:
    """The settings of the program: made by its first run, which takes as long again, and kept for the others."""
    return TemporaryDirectory(prefix="office-")


def _has_calc(command: Sequence[str], folder: Path) -> bool:
    """Whether it reads the plainest of tables."""
    table = folder / "plain.csv"
    table.write_text("1,2\n", encoding="utf-8")
    said = subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(folder), str(table)],
        capture_output=True,
        timeout=120,
    )
    return said.returncode == 0 and table.with_suffix(".pdf").is_file()
