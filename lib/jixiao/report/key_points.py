"""The key points of a report: a few figures under short labels, and what was found in a sentence each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from typing import Any

from jixiao.figures.model import Figure, Figures
from jixiao.report import mimes, prose
from jixiao.report.parts import cells
from jixiao.report.table import Column, Table, shown, text

NAME = "要点"


def bundle(
    numbers: Sequence[tuple[Figure, str]],
    findings: Sequence[str],
    figures: Figures,
    *,
    marked: bool,
    broken: Collection[str] = (),
) -> dict[str, Any]:
    """The key points as a notebook output: a section of the page, and the same as a table."""
    said = [
        prose.fragment(one, figures, marked=marked, broken=broken)
        .strip()
        .removeprefix("<p>")
        .removesuffix("</p>")
        for one in findings
    ]
    terms = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{prose.data(figure, '分', marked=marked)}</dd></div>"
        for figure, label in numbers
    )
    listed = "".join(f"<li>{one}</li>" for one in said)
    markup = (
        f'<section class="key-points"><h2>{NAME}</h2>{f"<dl>{terms}</dl>" if terms else ""}'
        f"{f'<ul>{listed}</ul>' if listed else ''}</section>"
    )
    rows = [[text(label), cells.number(figure, marked=marked, unit=True)] for figure, label in numbers]
    table = Table(
        "key-points", NAME, [Column("指标"), Column("数值", "right")], rows, [shown(one) for one in said]
    )
    return {"text/html": markup, "text/plain": NAME, mimes.POINTS: table.as_json()}
