"""The section of the final accounts: its notebook is run, and becomes a Word file and a plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.archive import editions, public_scan
from jixiao.archive.publication import PUBLIC, Publication
from jixiao.kit.progress import Progress
from jixiao.report.headings import Level

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOK = "final_accounts"
_BODY = ("h2", "h3", "h4", "p", "li")


@dataclass(frozen=True)
class Section:
    """The section in each format by the ending of its file, and what its maker should know of it."""

    files: Mapping[str, bytes]
    remarks: tuple[str, ...]


def written(root: Path, year: int, scratch: Path, progress: Progress) -> Section:
    """Run the notebook of the section, and write what the public may read of it.

    NotebookError where the kit has no such notebook; DisclosureError for what no reader may find in it.
    """
    from jixiao.press.paper import themes
    from jixiao.press.word import docx
    from jixiao.running import canonical, limits, runner

    publication = Publication(root, year, NOTEBOOK)
    publication.require_notebook()
    inputs = publication.inputs
    executed = runner.run(publication.notebook, publication.parameters, scratch, limits.DEADLINE, progress)
    notebook = editions.public(canonical.canonical(executed), publication.params, inputs)
    files = {"docx": docx.to_docx(notebook, themes.of(root)), "txt": plain(notebook).encode()}
    named = tuple(editions.naming(notebook, publication.params, inputs))
    looked_at = {f"{PUBLIC}/{NOTEBOOK}.{kind}": content for kind, content in files.items()}
    scanned = public_scan.checked(publication, looked_at, {}, named)
    return Section(files, tuple(scanned.remarks()))


def plain(notebook: NotebookNode) -> str:
    """Title, headings and paragraphs of the section as lines, without its appendices; ready to be pasted elsewhere."""
    return "".join(f"{line}\n" for line in _lines(notebook))


def _lines(notebook: NotebookNode) -> Iterator[str]:
    from jixiao.press.page import document

    source = document.read(notebook)
    yield source.title
    if note := source.about.get("origin_note"):
        yield f"（{note}）"
    for element in document.elements_of(source.body):
        for part in element.iter(*_BODY):
            if part.get("id", "").startswith(f"{Level.APPENDIX.word}-"):
                return
            text = " ".join(part.text_content().split())
            if text:
                yield text
