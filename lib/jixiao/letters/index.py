"""The index of the letters that stand in a folder: a page for people, and a record for the next command."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from jixiao.kit import templates
from jixiao.kit.errors import Fault, PublishError
from jixiao.kit.sealed import rendered

PAGE = "index.html"
RECORD = "letters.json"
_TEMPLATE = Path(__file__).with_name("templates") / "index.html.j2"


@dataclass(frozen=True)
class Entry:
    """What became of the letter to one unit: its files, or what kept it from being written.

    `inputs` is the SHA-256 of the files that it was made from, `key` that of all it was made from (see `kept`), `digests`
    those of its own files by their names; `told` is what its makers were told of it.
    """

    unit: str
    name: str
    below: bool
    files: Sequence[str]
    faults: Sequence[str]
    inputs: str
    key: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    told: Sequence[str] = ()


def read(files: Mapping[str, bytes], place: str) -> list[Entry]:
    """The entries of the folder whose files are given; PublishError where its record is no longer one."""
    if RECORD not in files:
        return []
    try:
        return [Entry(**one) for one in json.loads(files[RECORD])["letters"]]
    except (ValueError, LookupError, TypeError) as error:
        remedy = f"删去 {place} 后重新运行"
        raise PublishError(Fault(f"{place}/{RECORD}", "文件已损坏", remedy=remedy)) from error


def files(entries: Sequence[Entry], year: int, issuer: str, inputs: str) -> dict[str, bytes]:
    """The two files of the index; letters that were made from other `inputs` than there are now are marked on the page."""
    page = templates.template(_TEMPLATE).render(entries=entries, year=year, issuer=issuer, inputs=inputs)
    record = {"report_year": year, "letters": [asdict(one) for one in entries]}
    return {PAGE: page.encode(), RECORD: rendered(record)}
