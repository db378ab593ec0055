"""An executed notebook in, one self-contained semantic HTML page out, which PDF and DOCX translate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.publishing import fragments, svg, table_columns

if TYPE_CHECKING:
    from nbformat import NotebookNode

REPORT = "application/vnd.jixiao.report+json"
TABLE = "application/vnd.jixiao.table+json"
CHART = "application/vnd.jixiao.chart+json"
TEMPLATES = Path(__file__).parent / "templates"
HIDDEN = frozenset({"remove", "remove_cell", "remove-cell", "hide", "parameters", "injected-parameters"})
ROOM = 47.0  # em of table text in the column of the page
SHORT = {"th": 6, "td": 6, "data": 12}  # characters that stay on one line
RECONSTRUCTION = "reconstruction"
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NO_ALT = "图（未提供文字说明）"


def to_html(notebook: NotebookNode) -> str:
    """The page of an executed notebook; ExportError when a chart or picture cannot be taken into the page."""
    report = report_data(notebook)
    body = _body(notebook)
    header = _header(body, report)
    _wrap_tables(body)
    _keep_on_one_line(body)
    contents = _contents(body)
    return _template().render(
        report={**report, "title": _text(header.find(".//h1"))},
        reconstruction=report.get("origin") == RECONSTRUCTION,
        style=(TEMPLATES / "page.css").read_text("utf-8"),
        header=_markup(header),
        contents=contents,
        body="\n".join(_markup(element) for element in body),
    )


def report_data(notebook: NotebookNode) -> dict[str, Any]:
    """What the title cell says about the report; empty for a notebook without one."""
    return next((dict(data[REPORT]) for data in _bundles(notebook) if REPORT in data), {})


def tables(notebook: NotebookNode) -> list[dict[str, Any]]:
    """The tables of the notebook as data, in reading order."""
    return [data[TABLE] for data in _bundles(notebook) if TABLE in data]


def images(notebook: NotebookNode) -> dict[str, bytes]:
    """chart id -> PNG of every chart of the notebook."""
    from base64 import b64decode

    charts = [data for data in _bundles(notebook) if CHART in data and "image/png" in data]
    return {data[CHART]["id"]: b64decode(data["image/png"]) for data in charts}


def chart_name(chart_id: str) -> str:
    """The id that the figure of a chart has in the page."""
    return "chart-" + re.sub(r"[^\w\-]+", "-", str(chart_id))


def _bundles(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    for cell in notebook.cells:
        for output in () if _hidden(cell) else cell.get("outputs", ()):
            if output.output_type in ("display_data", "execute_result"):
                yield output.data


def _hidden(cell: NotebookNode) -> bool:
    return bool(HIDDEN & set(cell.get("metadata", {}).get("tags", ())))


def _body(notebook: NotebookNode):
    """One `body` element with everything that readers see, in the order of the notebook."""
    from lxml import html

    body = html.Element("body")
    for at, cell in enumerate(notebook.cells, 1):
        if not _hidden(cell):
            body.extend(_cell(cell, f"第 {at} 个单元格"))
    _one_title(body)
    return body


def _cell(cell: NotebookNode, place: str) -> Iterator[Any]:
    if cell.cell_type == "markdown":
        yield from fragments.elements(fragments.from_markdown(cell.source), place)
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            yield _error(output, place)
        elif output.output_type != "stream":
            yield from _output(output.data, place)


def _output(data: dict[str, Any], place: str) -> Iterator[Any]:
    """The elements of one output: chart, HTML, Markdown or picture; plain text stays unseen."""
    if "image/svg+xml" in data:
        yield _chart(_joined(data["image/svg+xml"]), data.get(CHART, {}), place)
    elif "text/html" in data:
        yield from _fragment(_joined(data["text/html"]), data, place)
    elif "text/markdown" in data:
        yield from fragments.elements(fragments.from_markdown(_joined(data["text/markdown"])), place)
    elif "image/png" in data:
        source = "".join(_joined(data["image/png"]).split())
        yield from fragments.elements(
            f'<figure><img src="data:image/png;base64,{source}" alt="{_NO_ALT}"></figure>'
        )


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _fragment(markup: str, data: dict[str, Any], place: str) -> Iterator[Any]:
    for element in fragments.elements(markup, place):
        for table in element.iter("table") if TABLE in data else ():
            table_columns.align(table, data[TABLE].get("columns", ()))
        yield element


def _chart(document: str, chart: dict[str, Any], place: str):
    """A figure with the drawing inline, named and described for those who cannot see it."""
    from lxml.html import builder

    name = chart_name(chart.get("id") or place)
    drawing = svg.clean(document, name)
    drawing.set("role", "img")
    drawing.set("aria-labelledby", f"{name}-title {name}-desc")
    for tag, text in (("desc", chart.get("alt") or _NO_ALT), ("title", chart.get("caption") or _NO_ALT)):
        drawing.insert(0, builder.E(tag, fragments.printable(text), id=f"{name}-{tag}"))
    figure = builder.E.figure(drawing, id=name)
    if chart.get("caption"):
        figure.append(builder.E.figcaption(fragments.printable(chart["caption"])))
    block = builder.E.div(figure, builder.CLASS("figure-block"))
    if chart.get("note"):
        block.append(builder.P(fragments.printable(chart["note"]), builder.CLASS("note")))
    return block


def _error(output: NotebookNode, place: str):
    from lxml.html import builder

    words = _ANSI.sub("", f"{output.get('ename', '')}：{output.get('evalue', '')}")
    title = builder.P(builder.STRONG(f"{place}运行出错，此处内容缺失。"))
    return builder.DIV(title, builder.P(fragments.printable(words)), builder.CLASS("error"))


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
    from lxml.html import builder

    for at, table in enumerate(list(body.iter("table")), 1):
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
        if table_columns.is_crowded(table, ROOM):
            table_columns.lay_out(table, ROOM)
        for cell in table_columns.cells(table):
            _let_break(cell.element)


def _keep_on_one_line(body) -> None:
    """Numbers and short cells are not torn at the end of a line; a figure of many words is."""
    for element in body.iter("data", "th", "td"):
        text = element.text_content().strip()
        if len(text) <= SHORT[element.tag] and (element.tag != "data" or any(map(str.isdecimal, text))):
            element.set("class", f"{element.get('class', '')} short".strip())


def _let_break(cell) -> None:
    for element in cell.iter():
        parts = table_columns.break_points(element.text or "")
        if len(parts) > 1:
            element.text = parts[0]
            for part in reversed(parts[1:]):
                mark = element.makeelement("wbr")
                mark.tail = part
                element.insert(0, mark)


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
