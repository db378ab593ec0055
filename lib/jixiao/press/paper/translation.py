"""The document of a report in the form that pandoc translates: the words as HTML, each table as its place and setting."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jixiao.kit.errors import ExportError, Fault, one_line
from jixiao.press.page import document, linebreaks, table_columns
from jixiao.press.page.document import Document
from jixiao.press.paper import gongwen
from jixiao.press.paper.themes import Theme
from jixiao.report.table import Cell, Column, Table

_STYLES = {  # class of a paragraph -> id of the Word style
    "title": "Title",
    "issuer": "ReportIssuer",
    "date": "ReportDate",
    "origin-note": "ReportOrigin",
    "addressee": "ReportAddressee",
    "note": "ReportNote",
    "figure-note": "ReportFigureNote",
    "error": "ReportError",
}
_SIZES = {"plain": "table", "long": "small", "wide": "close"}  # kind of a table -> size of its type
_ACROSS = 3  # key figures beside each other
_TIME_LIMIT = 120  # seconds for one call of pandoc


@dataclass(frozen=True)
class Setting:
    """How a table is set: its kind (points for key points), whether on its side, shares of columns, lines above rows."""

    table: Table
    kind: str
    landscape: bool
    shares: Sequence[float]
    lines: Sequence[
        str
    ]  # "thin" above a subtotal, "hair" above a group and where texts wrap, as in a long table, else ""


def setting(table: Table, theme: Theme) -> Setting:
    """The setting of a table on the pages of a theme: on its side where it would be crowded upright."""
    table = table.printed()
    kind = table_columns.kind(table)
    size = _SIZES[kind]
    landscape = kind == "wide" and table_columns.is_crowded(table, theme.em(size))
    room = theme.em(size, theme.height if landscape else theme.width)
    texts = [column for column in table.columns if column.align == "left"]
    wraps = kind != "plain" or (len(texts) > 1 and table_columns.is_crowded(table, room))
    lines = []
    for number, row in enumerate(table.rows):
        grouped = wraps or any(cell is not None and cell.rows > 1 for cell in row)
        lines.append(
            "" if number == 0 else "thin" if number in table.subtotals else "hair" if grouped else ""
        )
    return Setting(table, kind, landscape, table_columns.shares(table, room), lines)


def title_lines(source: Document, theme: Theme) -> list[str]:
    """The title in lines that end where its sense allows."""
    names = [source.about.get("region", ""), source.about.get("issuer", "")]
    return gongwen.title_lines(source.title, theme.em("title"), names)


def arranged(source: Document, theme: Theme) -> tuple[Any, dict[str, Setting]]:
    """Title block and body in the order of an official document, and by its place the setting of each table.

    What only a screen can disclose is left out; a table that would be crowded upright has a page on its side.
    """
    from lxml import html

    body = html.Element("body")
    body.extend(document.elements_of(f"{source.header}<main>{source.body}</main>"))
    for disclosed in body.xpath(".//details[@class='chart-data']"):
        disclosed.drop_tree()
    linebreaks.hold_marks(body, "whole", lambda number: len(number.text_content()) <= table_columns.UNTORN)
    settings = {}
    for section in body.xpath(f".//section[@class='{document.KEY_POINTS}']"):
        settings |= _key_points(section, theme)
    gongwen.arrange(body, source.about.get("contact", ""))
    for place in body.xpath(f".//div[@{document.PLACE}]"):
        number = place.get(document.PLACE)
        if number in settings:
            continue
        registers = int(number) == source.register and source.main is not None
        settings[number] = setting(source.main if registers else source.tables[int(number)], theme)
        if settings[number].landscape:
            gongwen.turn(place)
    _remarks(body)
    _float(body, settings)
    _hold_together(body, settings)
    return body, settings


def _key_points(section: Any, theme: Theme) -> dict[str, Setting]:
    """Make the key points a block of a title, a table of the numbers above their labels, and the findings."""
    from lxml.html import builder

    section.tag = "div"
    title = section.find("h2")
    section.replace(title, builder.P(builder.STRONG(title.text)))
    terms = section.find("dl")
    if terms is None:
        return {}
    points = [
        [" ".join(part.text_content().split()) for part in term.iterdescendants("dd", "dt")] for term in terms
    ]
    width = min(len(points), _ACROSS)
    rows = []
    for at in range(0, len(points), width):
        across = [*points[at : at + width], *[["", ""]] * width][:width]
        rows += [[Cell(value) for _, value in across], [Cell(label) for label, _ in across]]
    table = Table("", "", [Column("", "center")] * width, rows, head=(), row_heads=0)
    section.replace(terms, builder.DIV(builder.CLASS("table-block"), **{document.PLACE: document.KEY_POINTS}))
    return {document.KEY_POINTS: Setting(table, "points", False, [1 / width] * width, [""] * len(rows))}


def _remarks(body: Any) -> None:
    """The paragraphs of attachments are set as remarks, which all of a report's attachments are."""
    for paragraph in body.xpath(".//p[preceding-sibling::h2[@class='attached']]"):
        if not paragraph.get("class"):
            holder = paragraph.makeelement("div", {"class": "remarks"})
            paragraph.addprevious(holder)
            holder.append(paragraph)


def _hold_together(body: Any, settings: Mapping[str, Setting]) -> None:
    """A heading, the one paragraph under it and its table are a block, which stays on one page where it is short."""
    for place in body.xpath(f".//div[@{document.PLACE}]"):
        paragraph = place.getprevious()
        heading = None if paragraph is None else paragraph.getprevious()
        led = heading is not None and re.fullmatch("h[3-6]", str(heading.tag)) and paragraph.tag == "p"
        if led and settings[place.get(document.PLACE)].kind == "plain":
            place.set("class", "table-block")
            holder = place.makeelement("div", {"class": "together"})
            heading.addprevious(holder)
            holder.extend((heading, paragraph, place))


def _float(body: Any, settings: Mapping[str, Setting]) -> None:
    """Mark each table and chart behind a paragraph: text goes on above or below it where it does not fit.

    What stands behind a heading, or beside its like, stays where it is.
    """
    for block in body.xpath(".//div[@class='table-block' or @class='figure-block']"):
        before = block.getprevious()
        number = block.get(document.PLACE)
        short = number is None or settings[number].kind == "plain"
        if before is not None and short and (before.tag == "p" or "floating" in before.get("class", "")):
            block.set("class", f"{block.get('class')} floating")


def prepared(body: Any, picture: Callable[[Any], Any]) -> str:
    """The HTML that pandoc is given: headings one level up, styles as divs, pictures made by `picture`."""
    from lxml import html

    for drawing in list(body.iter("img")):
        made = picture(drawing)
        made.tail = drawing.tail
        drawing.getparent().replace(drawing, made)
    for part in list(body.iter("header", "main")):  # pandoc would read the main part alone
        part.drop_tag()
    _style_paragraphs(body)
    for level in range(2, 7):
        for heading in list(body.iter(f"h{level}")):
            heading.tag = f"h{level - 1}"
    targets = {f"#{heading.get('id')}" for level in range(1, 6) for heading in body.iter(f"h{level}")}
    for link in list(body.iter("a")):  # only links to headings lead anywhere in every format
        if link.get("href") not in targets:
            link.drop_tag()
    return html.tostring(body, encoding="unicode", method="html")


def _style_paragraphs(body: Any) -> None:
    """Name the style of each paragraph in a div around it, whose class pandoc keeps."""
    for paragraph in list(body.iter("p", "h1")):
        name = "title" if paragraph.tag == "h1" else paragraph.get("class", "")
        if name == "note" and "figure-block" in paragraph.getparent().get("class", ""):
            name = "figure-note"
        if name in _STYLES:
            holder = paragraph.makeelement("div", {"class": name})
            paragraph.getparent().replace(paragraph, holder)
            paragraph.tag = "p"
            holder.append(paragraph)
    for holder in body.iter("div"):
        if holder.get("class") in _STYLES:
            holder.set("data-custom-style", _STYLES[holder.get("class")])


def pandoc(markup: str, options: Sequence[str], epoch: int) -> bytes:
    """What pandoc makes of `markup`, without access to files or network; ExportError when it fails."""
    command = [program(), "--sandbox", "--from=html", "--wrap=none", *options]
    environment: Mapping[str, str] = {"SOURCE_DATE_EPOCH": str(epoch), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command,
            input=markup.encode(),
            capture_output=True,
            check=False,
            env=environment,
            timeout=_TIME_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise _failed(f"{_TIME_LIMIT} 秒内没有完成") from error
    except OSError as error:
        raise _failed(error.strerror or type(error).__name__) from error
    if done.returncode:
        raise _failed(done.stderr.decode("utf-8", "replace"))
    return done.stdout


@cache
def program() -> str:
    """The path of pandoc, looked for once; ExportError where there is none."""
    try:
        import pypandoc

        return pypandoc.get_pandoc_path()
    except (ImportError, OSError) as error:
        raise ExportError(
            Fault("文档转换", "找不到 pandoc", "pypandoc-binary 自带的 pandoc", "重新安装 pypandoc-binary")
        ) from error


def _failed(message: str) -> ExportError:
    return ExportError(
        Fault("文档转换", f"pandoc 出错（{one_line(message, 300)}）", remedy="检查报告中的表格和文字")
    )
