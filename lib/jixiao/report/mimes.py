"""The types of notebook outputs that only this kit knows: what a piece of the report is, beside what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

REPORT = "application/vnd.jixiao.report+json"  # title cell: whose report, of which year, from what data
TABLE = "application/vnd.jixiao.table+json"  # a table with exact values
CHART = (
    "application/vnd.jixiao.chart+json"  # id, caption, alternative text, note and data (a table) of a drawing
)
POINTS = (
    "application/vnd.jixiao.points+json"  # the key points of a report as a table, the findings as its notes
)
PAPER = (
    "application/vnd.jixiao.paper+json"  # the table that paper has in the place of the register of figures
)
TOTALS = "application/vnd.jixiao.totals+json"  # each subject's totals and grades by tier, for the internal workbook
HEADING = (
    "application/vnd.jixiao.heading+json"  # level and name of a heading; its number follows from its place
)
DIFFERENCES = "application/vnd.jixiao.differences+json"  # published facts that the figures do not equal
OWN = "application/vnd.jixiao.own+json"  # marks what the report itself wrote; no published notebook has it
FAULTS = "application/vnd.jixiao.faults+json"  # what is wrong with a call of the report, where a run goes on
PUBLIC = "application/vnd.jixiao.public+json"  # what the public edition has in the place of an output (see editions)
NUMBERED = "numbered"  # the class of a number of a chart in a text
FIGURES = "application/vnd.jixiao.figures+json"  # every figure of the report with its definition


def bundle_with(notebook: NotebookNode, mime: str) -> Mapping[str, Any]:
    """The data of the first output of an executed notebook that has some of this type; empty where none has."""
    bundles = (output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ()))
    return next((data for data in bundles if mime in data), {})
