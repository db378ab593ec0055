"""The pages outputs/index.html and outputs/internal.html, which lead to every report of every year."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from jixiao.archive import manifest
from jixiao.archive.publication import INTERNAL, PUBLIC
from jixiao.kit import locks, places
from jixiao.press.page import index_page
from jixiao.press.page.imprint import FORMATS, shown_size
from jixiao.press.page.index_page import Shown
from jixiao.year.params import DEFAULT_NOTEBOOK, RECONSTRUCTION

PUBLIC_PAGE = "index.html"
INTERNAL_PAGE = "internal.html"
_PUBLICATION = re.compile(r"\d{4}(?:-(?P<id>[^@.]+)(?:@(?P<variant>[^@.]+))?)?")
_FIGURES = "figures.json"
_PATIENCE = 10.0  # seconds; another run writes the pages in far less


def write(outputs: Path) -> None:
    """Write both pages anew from what is published below `outputs`; the public one names public files alone."""
    with locks.held(outputs / ".index.lock", f"{outputs.name}/{PUBLIC_PAGE}", _PATIENCE):
        for name, edition, note in (
            (PUBLIC_PAGE, PUBLIC, ""),
            (INTERNAL_PAGE, INTERNAL, "内部版：所列报告含单个单位、项目的得分，不对外公开。"),
        ):
            page = index_page.to_html("预算绩效管理报告", note, list(_shown(outputs, edition))).encode()
            path = outputs / name
            places.clear_parts(outputs, name)
            if not path.is_file() or path.read_bytes() != page:
                places.write_whole(path, page)


def _shown(outputs: Path, edition: str) -> Iterator[Shown]:
    """What is published of an edition, the latest year first, its annual report before the others."""
    found = []
    for folder in outputs.iterdir():
        name = _PUBLICATION.fullmatch(folder.name)
        page = folder / edition / f"{name['id'] or DEFAULT_NOTEBOOK}.html" if name else None
        if page and page.is_file() and (folder / manifest.NAME).is_file():
            found.append(_of(page, outputs))
    yield from sorted(found, key=lambda one: (-one.year, one.href.partition("/")[0]))


def _of(page: Path, outputs: Path) -> Shown:
    """A report by what its figures.json says of it; one without that has the name of its folder."""
    folder = page.relative_to(outputs).parts[0]
    about = _about(page.with_name(_FIGURES))
    variant = folder.partition("@")[2]
    invented = "含重构数据" if about.get("origin") == RECONSTRUCTION else ""
    return Shown(
        year=int(folder[:4]),
        title=about.get("title", folder),
        href=page.relative_to(outputs).as_posix(),
        issuer=about.get("issuer", ""),
        published_on=about.get("published_on", ""),
        remark="，".join(filter(None, (variant, invented))),
        files=[
            (path.relative_to(outputs).as_posix(), FORMATS[path.suffix], shown_size(path.stat().st_size))
            for path in map(page.with_suffix, FORMATS)
            if path.is_file()
        ],
    )


def _about(path: Path) -> Mapping[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # verify says what is wrong with it
        return {}
    return (
        {name: each for name, each in found.items() if isinstance(each, str)}
        if isinstance(found, dict)
        else {}
    )
