"""What readers see of an executed notebook, before it takes the form of a page, a paper or a Word file."""

from __future__ import annotations

import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from jixiao.kit.errors import ExportError, Fault
from jixiao.press.page import fragments, plain_tables, svg
from jixiao.report import headings, mimes
from jixiao.report.headings import Heading, Numbering
from jixiao.report.notebook_form import INJECTED, first_line
from jixiao.report.table import Table

if TYPE_CHECKING:
    from nbformat import NotebookNode

HIDDEN = frozenset({"remove", "remove_cell", "remove-cell", "hide", "parameters", "injected-parameters"})
_HEADING = "data-heading"  # what marks, in the body, a heading that has yet to be numbered
PLACE = "data-table"  # what marks, in the body, the place of a table: the number of its value
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_PUBLISHED = (
    "image/svg+xml",
    "text/html",
    "text/markdown",
    *_PICTURES,
)  # the first that an output has is shown
_RESULTS = ("display_data", "execute_result")
KEY_POINTS = "key-points"  # the class of the section of key points
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NO_DATE = date(2000, 1, 1)


@dataclass(frozen=True)
class Document:
    """The title block and the body as clean HTML, with empty elements (see `PLACE`) where the tables stand.

    `about` is what the title cell says of the report, `register` the number of the table of all figures, `drawn`
    the PNG of each chart by the id of its element, `main` the table that paper has in the place of the register.
    """

    about: Mapping[str, str]
    header: str
    body: str
    tables: Sequence[Table]
    register: int | None
    figures: Sequence[Mapping[str, Any]]
    drawn: Mapping[str, bytes]
    main: Table | None = None

    @property
    def title(self) -> str:
        return " ".join(elements_of(self.header)[0].findtext(".//h1", "").split())

    @property
    def published_on(self) -> date:
        """The date of the report, which all dates in the files take; a fixed one where it is not known."""
        return report_day(self.about)

    @property
    def epoch(self) -> int:
        """The start of the date of the report in seconds of the Unix clock."""
        day = self.published_on
        return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def read(notebook: NotebookNode) -> Document:
    """The document of an executed notebook; ExportError when it was not run, or a picture cannot be taken in."""
    from lxml import html

    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if code and not any(cell.get("outputs") or cell.get("execution_count") for cell in code):
        raise ExportError(Fault("笔记本", "还没有运行过，没有可以导出的内容", remedy="先运行全部单元并保存"))
    body = html.Element("body")
    tables: list[Table] = []
    register: int | None = None
    figures: Sequence[Mapping[str, Any]] = ()
    drawn: dict[str, bytes] = {}
    for number, cell in _visible(notebook):
        part = html.Element("div")
        if cell.cell_type == "markdown":
            part.extend(fragments.elements(fragments.from_markdown(_pasted(cell)), where(number)))
            _take_tables(part, tables)
        for at, output in enumerate(_shown(cell), 1):
            if not figures and mimes.FIGURES in output.get("data", {}):
                figures = output.data[mimes.FIGURES]
                register = len(tables) if mimes.TABLE in output.data else None
            if mimes.CHART in output.get("data", {}) and "image/png" in output.data:
                drawn[chart_name(output.data[mimes.CHART]["id"])] = b64decode(output.data["image/png"])
            alt = cell.get("metadata", {}).get("alt")
            part.extend(_elements(output, number, f"cell-{number}-{at}", alt, tables))
        _stand_alone(part, where(number))
        body.extend(part)
    about = {k: fragments.printable(v) if v else "" for k, v in report_data(notebook).items()}
    header = _header(body, about)
    _number_headings(body)
    for heading in body.xpath(".//h1"):  # that of the title block is the only one: others go a level down
        heading.tag = "h2"
    inner = "\n".join(markup(element) for element in body)
    return Document(about, markup(header), inner, tuple(tables), register, figures, drawn, _main(notebook))


def _main(notebook: NotebookNode) -> Table | None:
    """The table that paper has in the place of the register."""
    bundles = (output.get("data", {}) for _, cell in _visible(notebook) for output in _shown(cell))
    said = next((data[mimes.PAPER] for data in bundles if mimes.PAPER in data), None)
    return Table.from_json(_printable(said)) if said else None


def report_day(about: Mapping[str, Any]) -> date:
    """The date of a report by what its title cell says; a fixed one where it says none, so that the bytes are too."""
    try:
        return date.fromisoformat(about.get("published_on", ""))
    except ValueError:
        return _NO_DATE


def report_data(notebook: NotebookNode) -> dict[str, Any]:
    """What the title cell says about the report; empty for a notebook without one."""
    bundles = (output.get("data", {}) for _, cell in _visible(notebook) for output in _shown(cell))
    return next((dict(data[mimes.REPORT]) for data in bundles if mimes.REPORT in data), {})


def tables(notebook: NotebookNode) -> list[dict[str, Any]]:
    """The tables of the notebook as data, in reading order: the report's own, those behind charts, and those that a page shows."""
    found: list[dict[str, Any]] = []
    for number, cell in _visible(notebook):
        markdown = fragments.from_markdown(cell.source) if cell.cell_type == "markdown" else ""
        for data in ({"text/html": markdown}, *(output.get("data", {}) for output in _shown(cell))):
            if own := data.get(mimes.TABLE) or data.get(mimes.POINTS) or _behind(data):
                found.append(own)
            else:
                name = f"表（第{number}个单元格）"
                found += [
                    table.as_json() | {"caption": table.caption or name} for table in _drawn_tables(data)
                ]
    return found


def tables_of(data: Mapping[str, Any]) -> list[Table]:
    """The tables of one output: the report's own, the one behind a chart, and those that a page shows."""
    own = [one for one in (data.get(mimes.TABLE), _behind(data)) if one]
    return [Table.from_json(_printable(one)) for one in own] or _drawn_tables(data)


def _behind(data: Mapping[str, Any]) -> Any:
    """The table behind the chart of an output, as data; None where there is none."""
    return data.get(mimes.CHART, {}).get("data")


def _drawn_tables(data: Mapping[str, Any]) -> list[Table]:
    """The tables in the HTML or Markdown of an output."""
    values: list[Table] = []
    if "<table" in (shown := _html(data)).lower():
        for element in fragments.elements(shown):
            _take_tables(element, values)
    return values


def unpublished(notebook: NotebookNode) -> list[str]:
    """The place of each cell that prints text or gives a result which no document shows: number, first line."""
    return [
        f"{where(number)}「{first_line(cell.source)}」"
        for number, cell in _visible(notebook)
        if not all(output.output_type == "error" or _kind(output) for output in cell.get("outputs", ()))
    ]


@dataclass(frozen=True)
class Foreign:
    """What a document shows though the report did not write it: its cell, what it is, its text."""

    number: int
    first_line: str
    kind: str
    text: str

    @property
    def place(self) -> str:
        """How readers are told of its cell."""
        return f"{where(self.number)}「{self.first_line}」"


def foreign(notebook: NotebookNode) -> Iterator[Foreign]:
    """The results of code that a document shows, and that the report did not write: tables, texts, pictures."""
    for number, cell in _visible(notebook):
        for output in _shown(cell) if cell.cell_type == "code" else ():
            kind = _kind(output)
            if not kind or mimes.OWN in output.data:
                continue
            first = first_line(cell.source)
            if kind.startswith("image/"):
                yield Foreign(number, first, "图", "")
                continue
            shown = fragments.elements(_html(output.data))
            tabular = any(next(one.iter("table"), None) is not None for one in shown)
            text = "\n".join(text for one in shown for text in one.itertext())
            yield Foreign(number, first, "表" if tabular else "文字", text)


def texts(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Place and text of all that a document says, but for the tables and charts of code: title, headings, paragraphs."""
    for number, cell in _visible(notebook):
        place = f"{where(number)}「{first_line(cell.source)}」"
        shown = [fragments.from_markdown(cell.source)] if cell.cell_type == "markdown" else []
        for output in _shown(cell) if cell.cell_type == "code" else ():
            if not {mimes.TABLE, mimes.CHART}.intersection(output.get("data", {})):
                shown.append(_html(output.get("data", {})))
        for element in (one for said in shown for one in fragments.elements(said)):
            tables = list(element.iter("table"))
            if cell.cell_type == "markdown":
                yield from (
                    (place, part.text_content()) for table in tables for part in table.iter("td", "th")
                )
            for table in tables:
                table.clear(keep_tail=True)
            yield place, element.text_content()


def where(number: int) -> str:
    """How readers are told of a cell."""
    return f"第 {number} 个单元格"


def chart_name(chart_id: str) -> str:
    """The id that the figure of a chart has in the page: ASCII, as references want it."""
    return "chart-" + re.sub(r"[^A-Za-z0-9_\-]", lambda match: f"-{ord(match[0]):x}", str(chart_id))


def elements_of(clean: str) -> list[Any]:
    """The elements of HTML that a document holds."""
    from lxml import html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    return list(html.fragment_fromstring(clean, create_parent="body", parser=parser))


def embedded(picture: Any) -> tuple[str, bytes]:
    """The kind (svg, png, jpeg or gif) and the bytes of a picture that a document carries in itself."""
    head, _, data = picture.get("src").partition(",")
    return re.split(r"[/+;]", head)[1], b64decode(data)


def markup(element: Any) -> str:
    """The HTML of an element."""
    from lxml import html

    return html.tostring(element, encoding="unicode", method="html", with_tail=False).replace("</wbr>", "")


def _visible(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """The cells that readers see, numbered as in the notebook that the user edits."""
    number = 0
    for cell in notebook.cells:
        tags = set(cell.get("metadata", {}).get("tags", ()))
        number += INJECTED not in tags
        if not HIDDEN & tags:
            yield number, cell


def _shown(cell: NotebookNode) -> list[NotebookNode]:
    """Errors and results of a cell; a figure that ends a cell is shown by its cell and by pyplot, but counts once."""
    shown: list[NotebookNode] = []
    for output in cell.get("outputs", ()):
        again = _kind(output).startswith("image/") and any(output.data == one.get("data") for one in shown)
        if output.output_type in (*_RESULTS, "error") and not again:
            shown.append(output)
    return shown


def _kind(output: NotebookNode) -> str:
    """Which of its forms readers see of an output; nothing of printed text and of results in plain text."""
    return next((kind for kind in _PUBLISHED if kind in output.get("data", {})), "")


def _html(data: Mapping[str, Any]) -> str:
    """The HTML of an output that has HTML or Markdown, not yet cleaned; else nothing."""
    if "text/html" in data:
        return _joined(data["text/html"])
    return fragments.from_markdown(_joined(data.get("text/markdown", "")))


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _pasted(cell: NotebookNode) -> str:
    """The Markdown of a cell, the pictures pasted into it in place of their names."""
    text = cell.source
    for name, bundle in cell.get("attachments", {}).items():
        kind = next((kind for kind in _PICTURES if kind in bundle), None)
        if kind:
            data = f"(data:{kind};base64,{_joined(bundle[kind]).strip()})"
            text = text.replace(f"(attachment:{name})", data)
    return text


def _elements(
    output: NotebookNode, number: int, name: str, alt: str | None, tables: list[Table]
) -> Iterator[Any]:
    """What readers see of an output: an error, a table, HTML or Markdown, a chart or a picture."""
    from lxml.html import builder

    place = where(number)
    if output.output_type == "error":
        words = _ANSI.sub("", f"{output.get('ename', '')}：{output.get('evalue', '')}")
        title = builder.P(builder.STRONG(f"{place}运行出错，此处内容缺失。"))
        yield builder.DIV(title, builder.P(fragments.printable(words)), builder.CLASS("error"))
        return
    kind = _kind(output)
    if mimes.HEADING in output.data:
        heading = Heading.from_json(_printable(output.data[mimes.HEADING]))
        yield builder.E(heading.level.tag, heading.name, **{_HEADING: heading.level.word})
    elif mimes.TABLE in output.data:
        yield _placed(Table.from_json(_printable(output.data[mimes.TABLE])), tables)
    elif kind.startswith("text/"):
        part = builder.DIV(*fragments.elements(_html(output.data), place))
        _take_tables(part, tables)
        yield from part
    elif kind:
        about = {**output.get("metadata", {}), **output.get("metadata", {}).get(kind, {})}
        about["alt"] = about.get("alt") or alt or _unnamed(place)
        content = _joined(output.data[kind])
        if kind == "image/svg+xml":
            yield _chart(content, {"id": name, **about, **output.data.get(mimes.CHART, {})}, tables)
        else:
            source = f"data:{kind};base64,{''.join(content.split())}"
            width = str(about.get("width", ""))
            size = f' width="{width}"' if width.isdecimal() else ""
            said = f'<figure><img src="{source}" alt="{escape(str(about["alt"]))}"{size}></figure>'
            yield builder.E.div(*fragments.elements(said), builder.CLASS("figure-block"))


def _number_headings(body: Any) -> None:
    """Give the report's headings their numbers in the order of the page; those with nothing under them go.

    An appendix that is alone has no number (GB/T 9704—2012, 7.3.4).
    """
    parts = [_heading_of(element) for element in body]
    kept = headings.kept(parts)
    levels = Counter(part.level for part, stays in zip(parts, kept, strict=True) if stays and part)
    numbers = Numbering(alone=[level for level, count in levels.items() if count == 1])
    for element, heading, stays in zip(list(body), parts, kept, strict=True):
        if not stays:
            body.remove(element)
        elif heading is not None:
            element.attrib.pop(_HEADING)
            element.text, anchor = numbers.add(heading)
            element.set("id", anchor)


def _heading_of(element: Any) -> Heading | None:
    """The heading that an element of the page is, not yet numbered; None for any other."""
    level = element.get(_HEADING)
    return Heading.from_json({"level": level, "name": element.text or ""}) if level else None


def empty_headings(notebook: NotebookNode) -> list[str]:
    """The place and name of each heading of the report that no document has, for there is nothing under it."""
    places: list[str] = []
    parts: list[Heading | None] = []
    for number, cell in _visible(notebook):
        shown = [output for output in _shown(cell) if output.output_type == "error" or _kind(output)]
        found = [output.data[mimes.HEADING] for output in shown if mimes.HEADING in output.get("data", {})]
        parts += [Heading.from_json(one) for one in found]
        places += [where(number)] * len(found)
        if cell.cell_type == "markdown" or len(shown) > len(found):
            parts.append(None)
            places.append("")
    kept = zip(places, parts, headings.kept(parts), strict=True)
    return [f"{place}的标题“{part.name}”" for place, part, stays in kept if part and not stays]


def _unnamed(place: str) -> str:
    return f"分析人员的图，{place}"


def _printable(data: Any) -> Any:
    """JSON whose texts are as readers may see them, each on one line."""
    if isinstance(data, dict):
        return {key: _printable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_printable(value) for value in data]
    return fragments.printable(data).replace("\n", " ") if isinstance(data, str) else data


def _take_tables(part: Any, tables: list[Table]) -> None:
    """Read the tables of `part` into values, which leave their places; one without a cell is a line of text."""
    for table in [one for one in part.iter("table") if next(one.iterancestors("table"), None) is None]:
        place = _placed(plain_tables.read(table), tables)
        place.tail = table.tail
        table.getparent().replace(table, place)


def _placed(table: Table, tables: list[Table]) -> Any:
    """The place of a table in the body, with those of its cells that hold more than text."""
    from lxml import html
    from lxml.html import builder

    if not table.columns:
        return builder.P(fragments.printable(table.caption))
    place = builder.DIV(builder.CLASS("table-block"), **{PLACE: str(len(tables))})
    tables.append(table)
    place.extend(html.fragment_fromstring(c.markup, "div") for _, c in table.cells() if c.markup)
    return place


def _chart(drawing: str, chart: Mapping[str, Any], tables: list[Table]) -> Any:
    """A figure that shows the drawing, with what it shows as a table behind a disclosure."""
    from lxml.html import builder

    name = chart_name(chart["id"])
    alt, caption, note = (fragments.printable(chart.get(key) or "") for key in ("alt", "caption", "note"))
    figure = builder.E.figure(builder.E.img(alt=alt, **svg.picture(drawing, name)), id=name)
    if caption:
        figure.append(builder.E.figcaption(caption))
    block = builder.E.div(figure, builder.CLASS("figure-block"))
    if note:
        block.append(builder.P(note, builder.CLASS("note")))
    if chart.get("data"):
        summary = builder.E.summary(f"{next(iter(caption.split()), '图')}的数据")
        data = _placed(Table.from_json(_printable(chart["data"])), tables)
        block.append(builder.E.details(summary, data, builder.CLASS("chart-data")))
    return block


def _stand_alone(part: Any, place: str) -> None:
    """A picture that is a paragraph of its own becomes a figure; each picture says in words what it is."""
    from lxml.html import builder

    for picture in list(part.iter("img")):
        picture.set("alt", picture.get("alt") or _unnamed(place))
        holder = picture.getparent()
        if holder.tag == "p" and len(holder) == 1 and not holder.text_content().strip():
            picture.tail = None
            block = builder.E.div(builder.E.figure(picture), builder.CLASS("figure-block"))
            holder.getparent().replace(holder, block)


def _header(body: Any, about: Mapping[str, str]) -> Any:
    """The title block taken out of the body, or one made of what is known."""
    from lxml.html import builder

    header = body.find(".//header[@class='title-block']")
    if header is not None and header.find(".//h1") is not None:
        header.getparent().remove(header)
        return header
    parts = [builder.H1(about.get("title") or "未命名报告")]
    for kind, key in (("issuer", "issuer"), ("date", "published_on"), ("origin-note", "origin_note")):
        if about.get(key):
            parts.append(builder.P(about[key], builder.CLASS(kind)))
    return builder.E.header(*parts, builder.CLASS("title-block"))
