"""The HTML page of a report in; its parts in the form that pandoc translates to other formats, out."""

from __future__ import annotations

import subprocess
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from jixiao.kit.errors import ExportError, Fault, one_line
from jixiao.press.page import table_columns

_NO_DATE = date(2000, 1, 1)
_STYLES = {  # class of a paragraph -> id of the Word style
    "title": "Title",
    "issuer": "ReportIssuer",
    "date": "ReportDate",
    "origin-note": "ReportOrigin",
    "note": "ReportNote",
    "figure-note": "ReportFigureNote",
    "error": "ReportError",
}
_TIME_LIMIT = 120  # seconds for one call of pandoc


@dataclass(frozen=True)
class Page:
    """A page read back: what it says of itself, and its readable part as an lxml element."""

    title: str
    meta: Mapping[str, str]
    body: Any = field(repr=False)

    @property
    def author(self) -> str:
        return self.meta.get("author", "")

    @property
    def published_on(self) -> date:
        """The date of the report, which all dates in the files take; a fixed one where it is not known."""
        try:
            return date.fromisoformat(self.meta.get("dcterms.issued", ""))
        except ValueError:
            return _NO_DATE

    @property
    def epoch(self) -> int:
        """The start of the date of the report in seconds of the Unix clock."""
        day = self.published_on
        return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())

    @property
    def text(self) -> str:
        return "\n".join(part for part in self.body.itertext() if part.strip())


def read(page: str) -> Page:
    """The page that `to_html` made: title block and main part, without what only a screen can disclose."""
    from lxml import html

    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    body = html.Element("body")
    for part in (root.find(".//header[@class='title-block']"), root.find(".//main")):
        if part is not None:
            body.append(part)
    for disclosed in body.xpath(".//*[@class='chart-data' or @class='behind']"):
        disclosed.drop_tree()
    for link in body.xpath(".//a[@class='number']"):
        link.drop_tag()
    meta = {item.get("name"): item.get("content", "") for item in root.iter("meta") if item.get("name")}
    return Page(title=(root.findtext(".//title") or "").strip(), meta=meta, body=body)


def prepare(page: Page, picture: Callable[[Any], Any], rooms: Mapping[str, float]) -> str:
    """The HTML that pandoc is given: headings one level up, styles as divs, svg and img made by `picture`.

    `rooms` is the width of a line in em of the text of each kind of table.
    """
    from lxml import html

    body = page.body
    for drawing in list(body.iter("svg", "img")):
        made = picture(drawing)
        made.tail = drawing.tail
        drawing.getparent().replace(drawing, made)
    for table in list(body.iter("table")):
        turned = [name for name in table.get("class", "").split() if name in rooms][-1:]
        _lay_out(table, rooms[turned[0] if turned else table_columns.kind(table)])
    _style_paragraphs(body)
    _raise_headings(body)
    _drop_dead_links(body)
    return html.tostring(body, encoding="unicode", method="html")


def embedded(picture: Any) -> tuple[str, bytes]:
    """The kind (png, jpeg or gif) and the bytes of a picture that the page carries in itself."""
    head, _, data = picture.get("src").partition(",")
    return head.removeprefix("data:image/").removesuffix(";base64"), b64decode(data)


def described(drawing: Any) -> str:
    """What a drawing says in words."""
    return drawing.findtext("desc") or drawing.findtext("title") or ""


def pandoc(markup: str, options: Sequence[str], epoch: int) -> bytes:
    """What pandoc makes of `markup`, without access to files or network; ExportError when it fails."""
    command = [_program(), "--sandbox", "--from=html", "--wrap=none", *options]
    environment = {"SOURCE_DATE_EPOCH": str(epoch), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
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
def _program() -> str:
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


def _lay_out(table, room: float) -> None:
    """Column widths and alignments as pandoc reads them; the scrolling region around the table goes."""
    region = table.getparent()
    if "table-scroll" in region.get("class", "").split():
        region.getparent().replace(region, table)
    for mark in list(table.iter("wbr")):
        mark.drop_tag()
    table_columns.lay_out(table, room)
    for cell in table_columns.cells(table):
        wanted = table_columns.alignment(cell.element)
        if wanted:
            cell.element.set("style", f"text-align:{wanted}")


def _style_paragraphs(body) -> None:
    """pandoc keeps classes of divs but not of paragraphs."""
    for part in list(body.iter("header", "main")):  # pandoc would read the main part alone
        part.drop_tag()
    for paragraph in list(body.iter("p", "h1")):
        name = _style_class(paragraph)
        if name in _STYLES:
            holder = paragraph.makeelement("div", {"class": name})
            paragraph.getparent().replace(paragraph, holder)
            paragraph.tag = "p"
            holder.append(paragraph)
    for holder in body.iter("div"):
        if holder.get("class") in _STYLES:
            holder.set("data-custom-style", _STYLES[holder.get("class")])


def _style_class(paragraph) -> str:
    if paragraph.tag == "h1":
        return "title"
    name = paragraph.get("class", "")
    in_figure = paragraph.getparent().get("class") == "figure-block"
    return "figure-note" if name == "note" and in_figure else name


def _raise_headings(body) -> None:
    for level in range(2, 7):
        for heading in list(body.iter(f"h{level}")):
            heading.tag = f"h{level - 1}"


def _drop_dead_links(body) -> None:
    """Only links to headings lead anywhere in every format."""
    targets = {f"#{heading.get('id')}" for level in range(1, 6) for heading in body.iter(f"h{level}")}
    for link in list(body.iter("a")):
        if link.get("href") not in targets:
            link.drop_tag()
