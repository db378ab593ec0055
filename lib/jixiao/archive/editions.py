"""The two editions of a publication: its executed notebook comes in, and the one that the public documents show goes out.

The internal edition shows the executed notebook itself. The public one shows no row of a single unit or project, no
finding, no path of a file: what an output says of it (`mimes.PUBLIC`: True as it stands, False not at all, or other
data in its place) holds; of tables and charts that say nothing, those go that name a unit or project anywhere in them.
Texts that name one are told by `naming`, and stand against publishing.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from jixiao.archive.disclosure import reading
from jixiao.archive.inputs import Input
from jixiao.figures.model import Basis
from jixiao.kit import quick_nbformat
from jixiao.press.page import document
from jixiao.report import mimes
from jixiao.report.table import Cell, Row, Table
from jixiao.year.params import Params
from jixiao.year.single_names import TABLES as single_tables
from jixiao.year.single_names import SingleNames

if TYPE_CHECKING:
    from nbformat import NotebookNode

_CAPTION = re.compile(r"(表|图)\d+(?= )")
_NAMED = re.compile(rf'(<span class="{mimes.NUMBERED}">)(图\d+)(</span>)')
_DRAWN = re.compile(r"<text[^>]*>([^<]*)</text>")  # a line of text in a drawing
_HIDDEN = "不公开"
_LINES = 3  # over which a drawing breaks a name
_PATH = re.compile(r"(?:[A-Za-z0-9_.-]+/)+(?=[^\s/、，；。：]+\.(?:csv|yml|json|ipynb|xlsx?)(?![A-Za-z0-9]))")
_FOR_ALL = (  # what the title cell says to readers of every edition
    *(
        "title",
        "region",
        "issuer",
        "report_year",
        "evaluated_year",
        "published_on",
        "contact",
        "origin",
        "origin_note",
    ),
)


def public(notebook: NotebookNode, params: Params, inputs: Iterable[Input]) -> NotebookNode:
    """The notebook of the public edition; its tables and charts are counted anew where some are not in it."""
    names = single_names(inputs, params)
    hidden = _withheld_keys(notebook)
    counts: Counter[str] = Counter()
    renumbered: dict[str, str] = {}

    def shown(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
        said = data.get(mimes.PUBLIC)
        if said is False or (said is None and _is_of_single_ones(data, names)):
            return None
        if isinstance(said, Mapping):
            data = said
        chart = data.get(mimes.CHART)
        if _is_withheld(data, hidden):
            return None
        data = _cleaned({key: value for key, value in data.items() if key != mimes.PUBLIC}, hidden, counts)
        if chart:
            before, after = (_CAPTION.match(one["caption"]) for one in (chart, data[mimes.CHART]))
            renumbered.update({before[0]: after[0]} if before and after else {})
        return data

    found = _with_outputs(notebook, shown)
    numbers = {before: after for before, after in renumbered.items() if before != after}
    return _with_outputs(found, lambda data: _renumbered(data, numbers)) if numbers else found


def _renumbered(data: Mapping[str, Any], numbers: Mapping[str, str]) -> Mapping[str, Any]:
    """A text with the numbers that the charts which it names have in this edition."""
    if "text/html" not in data or mimes.TABLE in data:
        return data
    markup = _NAMED.sub(
        lambda found: f"{found[1]}{numbers.get(found[2], found[2])}{found[3]}", data["text/html"]
    )
    return {**data, "text/html": markup}


def withheld(notebook: NotebookNode, public: NotebookNode) -> Iterator[str]:
    """A line that names the tables and charts which only the internal edition has."""
    captions = [_captions(one) for one in (notebook, public)]
    names = [{_CAPTION.sub("", caption).strip() for caption in found} for found in captions]
    missing = [caption for caption in captions[0] if _CAPTION.sub("", caption).strip() not in names[1]]
    if missing:
        listed = "、".join(f"“{caption}”" for caption in missing)
        yield f"{listed} 有单个单位、项目的行或名称，只在内部版里；可以公开的，写 public=True 或参数 public_rows"
    if own := _withheld_keys(notebook, own=True):
        listed = "、".join(sorted(own))
        yield f"统计数 {listed} 写有单位、项目的名称，只在内部版里；可以公开的，在参数 public_rows 里列出其数据表"


def naming(public: NotebookNode, params: Params, inputs: Iterable[Input]) -> Iterator[tuple[str, str]]:
    """Place and name of each unit or project that a text of the public edition names: title, headings, paragraphs, key points.

    Tables and charts are not looked through again: those that name one are internal, or were said to be public.
    """
    names = single_names(inputs, params)
    for place, text in document.texts(public):
        if name := names.first(text):
            yield place, name


def single_names(inputs: Iterable[Input], params: Params) -> SingleNames:
    """Names and ids of all units and projects in the tables of this year and earlier ones, but for those that `params` allow."""
    rows: dict[str, list[dict[str, str | None]]] = {name: [] for name in single_tables}
    for one in inputs:
        table = PurePosixPath(one.name).stem
        if one.name.endswith(".csv") and table in rows:
            rows[table] += csv.DictReader(io.StringIO(reading.decoded(one.content)))
    return SingleNames.of(rows, params.public_rows, (params.issuer,))


def figures_json(figures: Mapping[str, Any], public: NotebookNode) -> dict[str, Any]:
    """What figures.json of the public edition holds of what the internal one does."""
    listed = mimes.bundle_with(public, mimes.FIGURES)
    return {key: figures[key] for key in _FOR_ALL if key in figures} | {"figures": listed[mimes.FIGURES]}


def _withheld_keys(notebook: NotebookNode, *, own: bool = False) -> frozenset[str]:
    """Keys of the figures that the public edition does not have, for they name units or projects; or of `own` ones alone."""
    listed = mimes.bundle_with(notebook, mimes.FIGURES).get(mimes.FIGURES, ())
    return frozenset(
        one["key"]
        for one in listed
        if one.get("withheld") and (not own or "own" in one or one["basis"] == Basis.DECLARED)
    )


def _with_outputs(notebook: NotebookNode, shown: Any) -> NotebookNode:
    """A copy of the notebook in which each output has the data that `shown` gives for them; None leaves it out."""
    nbformat = quick_nbformat.load()
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            outputs = []
            for output in cell.outputs:
                data = shown(output["data"]) if "data" in output else {}
                if data is not None:
                    outputs.append({**output, "data": data} if "data" in output else output)
            cell = {**cell, "outputs": outputs}
        cells.append(cell)
    return nbformat.from_dict({**notebook, "cells": cells})


def _is_of_single_ones(data: Mapping[str, Any], names: SingleNames) -> bool:
    """Whether a table or drawing in it names a unit or project: in a cell, a head, the caption, a note or a line of text."""
    if mimes.FIGURES in data:
        return False  # the register, whose figures are looked at one by one
    said = []
    for table in document.tables_of(data):
        said += [cell.text for _, cell in table.cells() if cell.value is None]
        said += [table.caption, *table.notes, *(column.label for column in table.columns)]
    chart = data.get(mimes.CHART, {})
    said += [str(chart.get(key) or "") for key in ("caption", "alt", "note")]
    drawn = [unescape(text).strip() for text in _DRAWN.findall(data.get("image/svg+xml", ""))]
    said += ["".join(drawn[at:end]) for at in range(len(drawn)) for end in range(at + 1, at + 1 + _LINES)]
    return any(map(names.first, said))


def _is_withheld(data: Mapping[str, Any], hidden: frozenset[str]) -> bool:
    """Whether a chart draws a figure that the edition does not have, or a table has nothing else."""
    if mimes.CHART in data:
        drawn = data[mimes.CHART].get("data")
        return bool(drawn) and any(cell.key in hidden for _, cell in Table.from_json(drawn).cells())
    rows = Table.from_json(data[mimes.TABLE]).rows if mimes.TABLE in data else []
    return bool(rows) and not any(_kept(row, hidden) for row in rows)


def _cleaned(data: dict[str, Any], hidden: frozenset[str], counts: Counter[str]) -> dict[str, Any]:
    """The data of an output without what is internal in it: rows behind figures, findings, names, paths of files."""
    if mimes.REPORT in data:
        about = data[mimes.REPORT]
        data |= {mimes.REPORT: {key: about[key] for key in _FOR_ALL if key in about}}
    if mimes.TABLE in data:
        table = _cleaned_table(data[mimes.TABLE], hidden, counts)
        data |= table.bundle()
    if mimes.PAPER in data:
        before = counts.copy()
        before["表"] -= 1  # it has the number of the table in whose place it stands
        data |= {mimes.PAPER: _cleaned_table(data[mimes.PAPER], hidden, before).as_json()}
    if mimes.CHART in data:
        chart = dict(data[mimes.CHART])
        caption = str(chart.get("caption", ""))
        numbered = _counted(caption, counts)
        chart["caption"] = numbered
        if chart.get("data"):
            chart["data"] = {**chart["data"], "caption": f"{numbered}（数据）" if caption else ""}
        data |= {mimes.CHART: chart, "text/plain": numbered}
    if mimes.FIGURES in data:
        kept = [one for one in data[mimes.FIGURES] if one["key"] not in hidden]
        data |= {mimes.FIGURES: [_public_figure(one) for one in kept]}
        data.pop(mimes.DIFFERENCES, None)
        data.pop(mimes.TOTALS, None)
    return data


def _cleaned_table(said: Mapping[str, Any], hidden: frozenset[str], counts: Counter[str]) -> Table:
    table = Table.from_json(said).printed()
    kept = (_kept(row, hidden) for row in table.rows)
    rows = [[cell and _without_paths(cell) for cell in row] for row in kept if row]
    return replace(table, rows=rows, caption=_counted(table.caption, counts))


def _kept(row: Row, hidden: frozenset[str]) -> Row:
    """A row with a word in the place of figures that the edition does not have; an empty one where it has no other."""
    keys = {cell.key for cell in row if cell is not None and cell.key}
    if not keys & hidden:
        return row
    if keys <= hidden:
        return []
    return [
        replace(cell, text=_HIDDEN, value=None, key=None, mark="") if cell and cell.key in hidden else cell
        for cell in row
    ]


def _without_paths(cell: Cell) -> Cell:
    return replace(cell, text=_PATH.sub("", cell.text))


def _public_figure(figure: Mapping[str, Any]) -> dict[str, Any]:
    """A figure without its rows, and with the name of a file in the place of its path."""
    said = {key: value for key, value in figure.items() if key not in ("own", "earlier", "withheld")}
    return {key: _PATH.sub("", value) if isinstance(value, str) else value for key, value in said.items()}


def _counted(caption: str, counts: Counter[str]) -> str:
    """A caption with the number that it has among those of the edition."""
    match = _CAPTION.match(caption)
    if not match:
        return caption
    counts[match[1]] += 1
    return f"{match[1]}{counts[match[1]]}{caption[match.end() :]}"


def _captions(notebook: NotebookNode) -> list[str]:
    """The captions of the report's own tables and charts in their order."""
    bundles = (output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ()))
    found = (data.get(mimes.TABLE) or data.get(mimes.CHART) for data in bundles)
    return [str(one.get("caption", "")) for one in found if one]
