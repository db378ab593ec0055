"""The files of the kit that a publication is made from, with their bytes and SHA-256."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.kit.sealed import sha256
from jixiao.press.paper import themes
from jixiao.year.params import Params

EARLIER = "earlier"  # the role of what earlier years are read from
DISTRICT = "district"  # the role of what a district sent
FOLDER = "inputs"  # of the internal edition: it holds what the version was made from


@dataclass(frozen=True)
class Input:
    """A file of the kit that a run reads: what for, its name from the kit's folder, its bytes."""

    role: str
    name: str
    content: bytes

    @property
    def kept(self) -> str:
        """Where the internal edition of a version keeps it."""
        return f"{FOLDER}/{self.name}"

    def as_json(self) -> dict[str, Any]:
        """Role, name, size and SHA-256."""
        return {"role": self.role, **described(self.name, self.content)}


def read(
    root: Path,
    notebook: str,
    params: Params,
    taken: Mapping[str, bytes],
    years: Iterable[int] = (),
    rows_of: int | None = None,
    *,
    districts: bool = False,
) -> tuple[Input, ...]:
    """Each file of the kit that a run of notebooks/`notebook` under `params` reads, as it is now.

    Of those that were `taken` already it is the bytes that the run has read, which the file may no longer have.
    `years` are earlier years whose figures the notebook mentions, `rows_of` is the one of which it reads indicators too;
    `districts` tells that it reads what the districts of the year sent.
    """
    roles: dict[str, str] = {}
    names = [*_names(root, notebook, params, years, rows_of), *(_sent(root, params) if districts else ())]
    for role, name in names:
        roles.setdefault(name, role)
    return tuple(
        Input(role, name, taken[name] if name in taken else (root / name).read_bytes())
        for name, role in roles.items()
        if name in taken or (root / name).is_file()
    )


def _names(
    root: Path, notebook: str, params: Params, years: Iterable[int], rows_of: int | None
) -> Iterator[tuple[str, str]]:
    """Role and name of every file that a run would read if it were there; a name that comes again has its first role."""
    before = params.report_year - 1
    folder = params.data_folder
    yield "notebook", f"notebooks/{notebook}"
    yield "params", f"params/{params.report_year}.yml"
    yield "policy", f"params/policies/{params.policy}.yml"
    yield "checks", "params/checks.yml"
    yield "sampling", "params/sampling.yml"
    yield "theme", themes.FILE
    yield "published", f"data/{before}/published.yml"
    if folder != str(before):
        yield "published", f"data/{folder}/published.yml"
    for path in sorted((root / "data" / folder).glob("*.csv")):
        yield "table", f"data/{folder}/{path.name}"
    yield "lock", "requirements.lock"
    for year in sorted(years):
        from jixiao.figures import earlier

        yield from ((EARLIER, name) for name in earlier.files(root, year))
    if rows_of is not None:
        from jixiao.figures import earlier
        from jixiao.figures.trends import indicators

        yield from ((EARLIER, name) for name in earlier.table_files(root, rows_of, indicators.TABLES))


def _sent(root: Path, params: Params) -> Iterator[tuple[str, str]]:
    """Role and name of every file that a district of the year sent."""
    from jixiao.figures.province import sources

    yield from ((DISTRICT, name) for name in sources.files(root, params))


def described(name: str, content: bytes) -> dict[str, Any]:
    """Name, size and SHA-256 of one file."""
    return {"name": name, "bytes": len(content), "sha256": sha256(content)}
