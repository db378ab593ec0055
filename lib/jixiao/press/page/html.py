"""An executed notebook in, one self-contained semantic HTML page out, which PDF and DOCX translate."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.kit.errors import ExportError, Fault
from jixiao.press.page import fragments, hints, linebreaks, pieces, plain_tables, table_columns
from jixiao.report import mimes
from jixiao.report.notebook_form import INJECTED, first_line
from jixiao.year.params import RECONSTRUCTION

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).parent / "templates"
HIDDEN = frozenset({"remove", "remove_cell", "remove-cell", "hide", "parameters", "injected-parameters"})
ROOM = 47.0  # em of table text in the column of the page


def to_html(notebook: NotebookNode) -> str:
    """The page of an executed notebook; ExportError when it was not run, or a picture cannot be taken in."""
    _require_run(notebook)
    report = report_data(notebook)
    body = _body(notebook)
    header = _header(body, report)
    plain_tables.translate_size(body)
    _wrap_tables(body)
    linebreaks.keep(body)
    contents = _contents(body)
    explained = hints.lead(body, _figures(notebook))
    return _template().render(
        report=_printable(report) | {"title": _text(header.find(".//h1"))},
        date=header.findtext(".//p[@class='date']") or report.get("published_on", ""),
        reconstruction=report.get("origin") == RECONSTRUCTION,
        style=(TEMPLATES / "page.css").read_text("utf-8"),
        header=_markup(header),
        contents=contents,
        hints=explained,
        body="\n".join(_markup(element) for element in body),
    )


def _require_run(notebook: NotebookNode) -> None:
    """A notebook with code of which no cell was run would make an empty page."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if code and not any(cell.get("outputs") or cell.get("execution_count") for cell in code):
        raise ExportError(Fault("笔记本", "还没有运行过，没有可以导出的内容", remedy="先运行全部单元并保存"))


def report_data(notebook: NotebookNode) -> dict[str, Any]:
    """What the title cell says about the report; empty for a notebook without one."""
    return next((dict(data[mimes.REPORT]) for data in _bundles(notebook) if mimes.REPORT in data), {})


def _printable(report: dict[str, Any]) -> dict[str, Any]:
    return {key: fragments.printable(value) if value else "" for key, value in report.items()}


def _figures(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Every figure of the report with its definition; none for a notebook without the register."""
    return next((data[mimes.FIGURES] for data in _bundles(notebook) if mimes.FIGURES in data), [])


def tables(notebook: NotebookNode) -> list[dict[str, Any]]:
    """The tables of the notebook as data, in reading order: the report's own, and those that a page shows."""
    found: list[dict[str, Any]] = []
    for number, cell in _visible(notebook):
        for source in (cell, *_shown(cell)):
            if mimes.TABLE in source.get("data", {}):
                found.append(source.data[mimes.TABLE])
            elif "<table" in (markup := pieces.markup(source)).lower():
                found += _plain_tables(markup, f"表（第{number}个单元格）")
    return found


def unpublished(notebook: NotebookNode) -> list[str]:
    """The place of each cell that prints text or gives a result which no document shows: number, first line."""
    return [
        f"{pieces.where(number)}「{first_line(cell.source)}」"
        for number, cell in _visible(notebook)
        if not all(map(pieces.is_published, cell.get("outputs", ())))
    ]


def images(notebook: NotebookNode) -> dict[str, bytes]:
    """chart id -> PNG of every chart of the notebook."""
    from base64 import b64decode

    charts = [data for data in _bundles(notebook) if mimes.CHART in data and "image/png" in data]
    return {data[mimes.CHART]["id"]: b64decode(data["image/png"]) for data in charts}


def _plain_tables(markup: str, name: str) -> Iterator[dict[str, Any]]:
    for element in fragments.elements(markup):
        for table in plain_tables.outermost(element):
            plain_tables.tidy(table)
            if plain_tables.has_cells(table):
                yield plain_tables.data(table, name)


def _bundles(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    for _, cell in _visible(notebook):
        yield from (output.data for output in _shown(cell))


def _shown(cell: NotebookNode) -> list[NotebookNode]:
    kinds = ("display_data", "execute_result")
    return [output for output in cell.get("outputs", ()) if output.output_type in kinds]


def _visible(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """The cells that readers see, numbered as in the notebook that the user edits."""
    number = 0
    for cell in notebook.cells:
        tags = set(cell.get("metadata", {}).get("tags", ()))
        number += INJECTED not in tags
        if not HIDDEN & tags:
            yield number, cell


def _body(notebook: NotebookNode):
    """One `body` element with everything that readers see, in the order of the notebook."""
    from lxml import html

    body = html.Element("body")
    for number, cell in _visible(notebook):
        part = html.Element("div")
        part.extend(pieces.pieces(cell, number))
        pieces.stand_alone(part, pieces.where(number))
        body.extend(part)
    _one_title(body)
    return body


def _one_title(body) -> None:
    """The h1 of the title block is the only one: others go one level down, with their sections."""
    title = body.find(".//header[@class='title-block']//h1")
    for heading in [h for h in body.iter("h1") if h is not title]:
        heading.tag = "h2"


def _header(body, report: dict[str, Any]):
    """The title block taken out of the body, or one made of what is known."""
    from lxml.html import builder

    header = body.find(".//header[@class='title-block']")
    if header is not None and header.find(".//h1") is not None:
        header.getparent().remove(header)
        return header
    parts = [builder.H1(fragments.printable(report.get("title") or "未命名报告"))]
    for kind, key in (("issuer", "issuer"), ("date", "published_on"), ("origin-note", "origin_note")):
        if report.get(key):
            parts.append(builder.P(fragments.printable(report[key]), builder.CLASS(kind)))
    return builder.E.header(*parts, builder.CLASS("title-block"))


def _wrap_tables(body) -> None:
    """Every table scrolls inside its own region, reachable by keyboard; long keys may break."""
    for table in plain_tables.outermost(body):
        plain_tables.tidy(table)
        if not plain_tables.has_cells(table):
            _only_caption(table)
    for at, table in enumerate(list(body.iter("table")), 1):
        _wrap(table, at)
        if table_columns.is_crowded(table, ROOM):
            table_columns.lay_out(table, ROOM)
        for cell in table_columns.cells(table):
            linebreaks.allow(cell.element)


def _only_caption(table) -> None:
    """A table without a cell is but a line of text."""
    table.tag = "p"
    table.text = _text(table)
    for child in list(table):
        table.remove(child)


def _wrap(table, at: int) -> None:
    from lxml.html import builder

    region = builder.DIV(builder.CLASS("table-scroll"), role="region", tabindex="0")
    caption = table.find("caption")
    if caption is None:
        region.set("aria-label", f"表格 {at}")
    else:
        caption.set("id", f"table-caption-{at}")
        region.set("aria-labelledby", f"table-caption-{at}")
    table.addprevious(region)
    region.append(table)
    table.set("class", f"{table.get('class', '')} {table_columns.kind(table)}".strip())
    if "table-block" not in {
        name for up in region.iterancestors("div") for name in up.get("class", "").split()
    }:
        block = builder.DIV(builder.CLASS("table-block"))
        region.addprevious(block)
        block.append(region)


def _contents(body) -> list[dict[str, Any]]:
    """The sections of the table of contents: each h2 with its h3; headings get ids that are theirs alone."""
    sections: list[dict[str, Any]] = []
    used = {element.get("id") for element in body.iter() if element.tag not in ("h2", "h3")}
    for at, heading in enumerate(body.iter("h2", "h3"), 1):
        if not heading.get("id") or heading.get("id") in used:
            heading.set("id", f"section-{at}")
        used.add(heading.get("id"))
        entry = {"id": heading.get("id"), "text": _text(heading), "parts": []}
        if heading.tag == "h3" and sections:
            sections[-1]["parts"].append(entry)
        else:
            sections.append(entry)
    return sections


def _text(element) -> str:
    return " ".join(element.text_content().split())


def _markup(element) -> str:
    from lxml import html

    return html.tostring(element, encoding="unicode", method="html", with_tail=False).replace("</wbr>", "")


@cache
def _template():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return loader.get_template("page.html.j2")
