"""The evaluated year that the letters of one batch share: kernels are forked from a process that has it already."""

from __future__ import annotations

from pathlib import Path

from jixiao.figures.evaluate import evaluate
from jixiao.figures.unit_year import Year
from jixiao.kit import commits
from jixiao.year.params import Params

_prepared: tuple[Path, Params, frozenset[tuple[str, int, int]], Year] | None = None


def year(root: Path, params: Params) -> Year:
    """The evaluated year of `params`: what this process has prepared where nothing has changed since, else made now."""
    if _prepared and _prepared[:2] == (root, params) and _prepared[2] == _state(root, params):
        return _prepared[3]
    return Year(evaluate(root, params))


def prepare(root: Path, params: Params) -> None:
    """Evaluate the year once, with all that the letters share; what is wrong with its tables is raised here."""
    global _prepared
    before = commits.consistent(root, root / "data" / params.data_folder, lambda: _state(root, params))
    made = Year(evaluate(root, params))
    _ = made.evaluation.findings, made.names, made.peers
    if before == _state(root, params):
        _prepared = (root, params, before, made)


def _state(root: Path, params: Params) -> frozenset[tuple[str, int, int]]:
    """Name, time and size of each file that the year is evaluated from."""
    found = set()
    folders = [
        root / "data" / params.data_folder,
        root / "data" / str(params.report_year - 1),
        root / "params",
    ]
    for path in [path for folder in folders for path in folder.rglob("*") if path.suffix in (".csv", ".yml")]:
        status = path.stat()
        found.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(found)
