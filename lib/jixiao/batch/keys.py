"""Whether what a job would make is there already: made from the same, and whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jixiao.archive import build, closed_kit, manifest, published_folder, run_record, verify
from jixiao.archive.publication import Publication
from jixiao.kit.errors import JixiaoError
from jixiao.kit.sealed import sha256


def now(publication: Publication) -> str:
    """The key (see `manifest.key`) of the version that would be made now, of a closed publication from what was kept."""
    with closed_kit.in_force(publication) as (source, _):
        return manifest.key(source, build.sources_of(source))


def there(publication: Publication, key: str) -> tuple[str, ...] | None:
    """The remarks on the published version of this `key`, if it is whole; None where it has to be made.

    A draft, or what was published for a reason given by hand, is no version that a batch would make.
    """
    if not (publication.folder / manifest.NAME).is_file():
        return None
    published = published_folder.read(publication)
    try:
        recorded = manifest.read(published.get(manifest.NAME), publication.place)
    except JixiaoError:  # what is damaged is made anew
        return None
    whole = all(one.state == verify.IDENTICAL for one in verify.intact(published, recorded))
    said = _run(publication)
    same = said.get("manifest") == sha256(published[manifest.NAME])
    if not whole or not same or said.get("allowed") or said.get("draft") or manifest.key_of(recorded) != key:
        return None
    return tuple(map(str, said.get("remarks", ())))


def _run(publication: Publication) -> Mapping[str, Any]:
    """The record of the run that made a version; empty where there is none, or a damaged one."""
    path = publication.outputs / f"{publication.name}{run_record.SUFFIX}"
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
