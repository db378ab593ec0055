"""The notebook as it is published: of an executed one, only what two equal runs have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jixiao.kit import quick_nbformat
from jixiao.kit.visible import escaped
from jixiao.report import mimes

if TYPE_CHECKING:
    from nbformat import NotebookNode

_LANGUAGE = {
    "name": "python",
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "pygments_lexer": "ipython3",
}
_KERNEL = {"name": "python3", "language": "python", "display_name": "Python 3"}
_OF_A_RUN = ("papermill", "execution", "widgets")  # metadata of a notebook or cell that differ between runs


def canonical(executed: NotebookNode) -> NotebookNode:
    """A new notebook without times, paths and random ids; equal for equal runs. `executed` stays as it is.

    Warnings on standard error are left out: they name files of the machine, and are for the analyst.
    """
    nbformat = quick_nbformat.load()
    cells = [_cell(nbformat.from_dict(cell), number) for number, cell in enumerate(executed.cells)]
    metadata = {**_stable(executed.metadata), "kernelspec": _KERNEL, "language_info": _LANGUAGE}
    return nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def dumps(notebook: NotebookNode) -> str:
    """The text of a canonical notebook as a file: keys sorted, Chinese readable, one newline at the end."""
    return escaped(quick_nbformat.load().writes(notebook)).rstrip("\n") + "\n"


def _cell(cell: NotebookNode, number: int) -> NotebookNode:
    cell.metadata = _stable(cell.metadata)
    if not cell.metadata.get("tags", True):
        del cell.metadata["tags"]
    cell.id = hashlib.sha256(f"{number}\n{cell.source}".encode()).hexdigest()[:16]
    if cell.cell_type == "code":
        cell.outputs = _outputs(cell.outputs)
    return cell


def _outputs(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """`outputs` with all printed text in one piece where it began: how it is cut up depends on the moment."""
    kept = [output for output in outputs if output.get("name") != "stderr"]
    printed = [output for output in kept if output.output_type == "stream"]
    if printed:
        printed[0].text = "".join(output.text for output in printed)
    for output in kept:
        output.get("data", {}).pop(mimes.OWN, None)
    return [output for output in kept if output.output_type != "stream" or output is printed[0]]


def _stable(metadata: NotebookNode) -> NotebookNode:
    return type(metadata)((key, value) for key, value in metadata.items() if key not in _OF_A_RUN)
