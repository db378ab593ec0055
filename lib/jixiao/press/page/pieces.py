"""One cell of an executed notebook in; the elements that readers see of it, out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from jixiao.press.page import fragments, hints, svg, table_columns
from jixiao.report import mimes

if TYPE_CHECKING:
    from nbformat import NotebookNode

PICTURES = ("image/png", "image/jpeg", "image/gif")
PUBLISHED = (
    "image/svg+xml",
    "text/html",
    "text/markdown",
    *PICTURES,
)  # the first that an output has is shown
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def pieces(cell: NotebookNode, number: int) -> Iterator[Any]:
    """The elements of cell `number`: its Markdown, and of each output chart, HTML, Markdown or picture.

    A figure that ends a cell is shown by its cell and by pyplot: the same output again is left out.
    """
    place = where(number)
    if cell.cell_type == "markdown":
        yield from fragments.elements(fragments.from_markdown(_pasted(cell)), place)
    seen: list[dict] = []
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            yield _error(output, place)
        elif output.output_type != "stream" and not (output.data in seen and is_picture(output.data)):
            yield from _output(
                output, place, f"cell-{number}-{len(seen) + 1}", cell.get("metadata", {}).get("alt")
            )
            seen.append(output.data)


def where(number: int) -> str:
    """How readers are told of a cell."""
    return f"第 {number} 个单元格"


def is_published(output: NotebookNode) -> bool:
    """Whether readers see an output: printed text and results that are only plain text stay unseen."""
    return output.output_type == "error" or any(kind in output.get("data", {}) for kind in PUBLISHED)


def is_picture(data: dict[str, Any]) -> bool:
    """Whether a picture is what readers see of an output."""
    return next((kind for kind in PUBLISHED if kind in data), "").startswith("image/")


def chart_name(chart_id: str) -> str:
    """The id that the figure of a chart has in the page: ASCII, for references inside a drawing are no text."""
    return "chart-" + re.sub(r"[^A-Za-z0-9_\-]", lambda match: f"-{ord(match[0]):x}", str(chart_id))


def markup(source: NotebookNode) -> str:
    """The HTML of a Markdown cell or of an output that has HTML or Markdown, not yet cleaned; else nothing."""
    if "data" not in source:
        return fragments.from_markdown(source.source) if source.cell_type == "markdown" else ""
    if "text/html" in source.data:
        return _joined(source.data["text/html"])
    return fragments.from_markdown(_joined(source.data.get("text/markdown", "")))


def _output(output: NotebookNode, place: str, name: str, alt: str | None) -> Iterator[Any]:
    data = output.data
    kind = next((kind for kind in PUBLISHED if kind in data), "")
    if kind in ("text/html", "text/markdown"):
        yield from _fragment(output, place)
    elif kind:
        about = {**output.get("metadata", {}), **output.get("metadata", {}).get(kind, {})}
        about["alt"] = about.get("alt") or alt or _unnamed(place)
        content = _joined(data[kind])
        if kind == "image/svg+xml":
            yield _chart(content, {"id": name, **about, **data.get(mimes.CHART, {})})
        else:
            yield _picture(kind, content, about)


def _unnamed(place: str) -> str:
    return f"分析人员的图，{place}"


def _pasted(cell: NotebookNode) -> str:
    """The Markdown of a cell, the pictures pasted into it in place of their names."""
    text = cell.source
    for name, bundle in cell.get("attachments", {}).items():
        kind = next((kind for kind in PICTURES if kind in bundle), None)
        if kind:
            text = text.replace(
                f"(attachment:{name})", f"(data:{kind};base64,{_joined(bundle[kind]).strip()})"
            )
    return text


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _fragment(output: NotebookNode, place: str) -> Iterator[Any]:
    columns = output.data.get(mimes.TABLE, {}).get("columns", ())
    for element in fragments.elements(markup(output), place):
        for table in element.iter("table") if columns else ():
            table_columns.align(table, columns)
            if mimes.FIGURES in output.data:
                table.set("class", f"{table.get('class', '')} {hints.REGISTER}".strip())
        yield element


def stand_alone(body: Any, place: str) -> None:
    """A picture that is a paragraph of its own becomes a figure; each picture says in words what it is."""
    from lxml.html import builder

    for picture in list(body.iter("img")):
        picture.set("alt", picture.get("alt") or _unnamed(place))
        holder = picture.getparent()
        if holder.tag == "p" and len(holder) == 1 and not holder.text_content().strip():
            picture.tail = None
            block = builder.E.div(builder.E.figure(picture), builder.CLASS("figure-block"))
            holder.getparent().replace(holder, block)


def _picture(kind: str, content: str, about: dict[str, Any]) -> Any:
    from lxml.html import builder

    source = f"data:{kind};base64,{''.join(content.split())}"
    size = f' width="{about["width"]}"' if str(about.get("width", "")).isdecimal() else ""
    (figure,) = fragments.elements(
        f'<figure><img src="{source}" alt="{escape(str(about["alt"]))}"{size}></figure>'
    )
    return builder.E.div(figure, builder.CLASS("figure-block"))


def _chart(document: str, chart: dict[str, Any]) -> Any:
    """A figure with the drawing inline, named and described for those who cannot see it."""
    from lxml.html import builder

    name, alt = chart_name(chart["id"]), chart["alt"]
    drawing = svg.clean(document, name)
    drawing.set("role", "img")
    drawing.set("aria-labelledby", f"{name}-title")
    drawing.set("aria-describedby", f"{name}-desc")
    for tag, text in (("desc", alt), ("title", chart.get("caption") or alt)):
        drawing.insert(0, builder.E(tag, fragments.printable(text), id=f"{name}-{tag}"))
    figure = builder.E.figure(drawing, id=name)
    if chart.get("caption"):
        figure.append(builder.E.figcaption(fragments.printable(chart["caption"])))
    block = builder.E.div(figure, builder.CLASS("figure-block"))
    if chart.get("note"):
        block.append(builder.P(fragments.printable(chart["note"]), builder.CLASS("note")))
    if chart.get("data"):
        block.append(_chart_data(chart["data"], chart.get("caption", "")))
    return block


def _chart_data(table: str, caption: str) -> Any:
    """What a chart shows, as a table behind a disclosure; the other formats leave it out."""
    from lxml.html import builder

    name = next(iter(fragments.printable(caption).split()), "图")
    details = builder.E.details(builder.E.summary(f"{name}的数据"), builder.CLASS("chart-data"))
    details.extend(fragments.elements(table))
    return details


def _error(output: NotebookNode, place: str) -> Any:
    from lxml.html import builder

    words = _ANSI.sub("", f"{output.get('ename', '')}：{output.get('evalue', '')}")
    title = builder.P(builder.STRONG(f"{place}运行出错，此处内容缺失。"))
    return builder.DIV(title, builder.P(fragments.printable(words)), builder.CLASS("error"))
