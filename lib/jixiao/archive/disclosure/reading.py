"""Reads the texts of a file by the ending of its name; what cannot be read is told, and looked through as it is."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from jixiao.archive.disclosure import package_texts, parquet_texts, pdf_texts, pictures
from jixiao.archive.disclosure.document import Document, Row
from jixiao.kit.private_data import Kind
from jixiao.report import mimes

_HASH = re.compile(r"\s*--hash=sha256:[0-9a-f]{64}(?: \\)?")  # half of all text is such lines of the lock
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCKS = (
    "p",
    "td",
    "th",
    "li",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "caption",
    "figcaption",
    "summary",
)
_DUMB = ("class", "id", "style", "width", "scope")  # attributes that say nothing
_FORMULA = re.compile(
    r"\s*[=+\-@＝＋－＠].", re.DOTALL
)  # tables of others: those that the kit writes are guarded
_NUMBER = re.compile(r"\s*[+\-－]?[\d.,]+\s*%?\s*", re.ASCII)
_LONG_KEY = 10  # characters: a shorter key of JSON holds no number that is looked for


def read(name: str, content: bytes, known: Sequence[str] = (), tabular: bool = False) -> Document:
    """The texts of the file `name`; see Document for the rest."""
    document = Document(known, tabular)
    reader = _READERS.get(PurePosixPath(name).suffix.lower(), _text)
    try:
        reader(document, content)
    except (
        ValueError,
        LookupError,
        SyntaxError,
        OSError,
        zipfile.BadZipFile,
        csv.Error,
        RecursionError,
    ) as error:
        document.note(Kind.UNREAD, "", type(error).__name__)
        document.add("", content.decode("utf-8", "replace"))
    return document


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8 or GB18030; ValueError for one that is no text."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _text(document: Document, content: bytes) -> None:
    if content.startswith((pictures.PNG, pictures.JPEG)):
        document.picture("", content)
        return
    if b"\0" in content:
        raise ValueError("no text")
    lines = [(f"第 {number} 行", line) for number, line in enumerate(decoded(content).splitlines(), 1)]
    for place, line in lines:
        if not _HASH.fullmatch(line):
            document.add(place, line)
    if document.tabular:
        document.tables.append([[(place, one.strip()) for one in line.split("|")] for place, line in lines])


def _csv(document: Document, content: bytes) -> None:
    rows = csv.reader(io.StringIO(decoded(content), newline=""))
    heads = next(rows, [])
    kept: list[Row] = [[("第 1 行", head) for head in heads]]
    for place, head in kept[0]:
        document.add(place, head)
    for row in rows:
        columns = [*heads, *(f"第 {at}" for at in range(len(heads) + 1, len(row) + 1))]
        cells = [
            (f"第 {rows.line_num} 行 {column} 列", cell) for column, cell in zip(columns, row, strict=False)
        ]
        for place, cell in cells:
            document.add(place, cell)
            if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
                document.note(Kind.FORMULA, place, cell[:1])
        if document.tabular:
            kept.append(cells)
    document.tables.append(kept)


def _json(document: Document, content: bytes) -> None:
    _value(document, "", json.loads(decoded(content)))


def _value(document: Document, place: str, value: Any) -> None:
    """Every text, number and key of a JSON value, by its path."""
    if isinstance(value, dict):
        if document.tabular:
            document.tables.extend(_rows(place, value))
        for key, inner in value.items():
            if len(key) > _LONG_KEY:
                document.add(place, key)
            _value(document, f"{place}.{key}" if place else key, inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            _value(document, f"{place}[{at}]", inner)
    elif value is not None:
        document.add(place, str(value))


def _rows(place: str, value: Mapping[str, Any]) -> Sequence[Sequence[Row]]:
    """A table of the report as rows, and the plain values of an object as a row below its keys."""

    def text(one: Any) -> str:
        return str(one.get("text", one.get("label", ""))) if isinstance(one, dict) else str(one)

    tables: list[Sequence[Row]] = []
    columns, rows = value.get("columns"), value.get("rows")
    if isinstance(columns, list) and isinstance(rows, list):
        below = [
            [(f"{place}.rows[{at}]".lstrip("."), text(one)) for one in row]
            for at, row in enumerate(rows)
            if isinstance(row, list)
        ]
        tables.append([[(place, text(one)) for one in columns], *below])
    plain = {key: str(one) for key, one in value.items() if isinstance(one, (str, int, float))}
    under = [(f"{place}.{key}".lstrip("."), one) for key, one in plain.items()]
    return [*tables, [[(place, key) for key in plain], under]]


def _notebook(document: Document, content: bytes) -> None:
    notebook = json.loads(decoded(content))
    _value(document, "", {name: value for name, value in notebook.items() if name != "cells"})
    for number, cell in enumerate(notebook.get("cells", ()), 1):
        place = f"第 {number} 个单元格"
        document.lines(place, _joined(cell.get("source", "")))
        _value(document, place, {name: value for name, value in cell.items() if name in ("id", "metadata")})
        for name, attached in cell.get("attachments", {}).items():
            _shown(document, f"{place} 的附件 {name}", attached)
        for output in cell.get("outputs", ()):
            said = f"{place} 的输出"
            _shown(document, said, output.get("data", {}))
            _value(document, f"{said} metadata", output.get("metadata", {}))
            for part in ("text", "ename", "evalue", "traceback"):
                document.lines(said, _joined(output.get(part, "")))


def _shown(document: Document, place: str, data: Mapping[str, Any]) -> None:
    """The forms of one output, by their types."""
    for kind, value in data.items():
        if kind == "image/svg+xml":
            document.drawing(place, _joined(value).encode())
        elif kind.startswith("image/"):
            document.picture(place, base64.b64decode(_joined(value)))
        elif kind == "text/html":
            _markup(document, _joined(value), place)
        elif kind.startswith("text/"):
            document.lines(place, _joined(value))
        elif kind == mimes.PUBLIC and isinstance(value, Mapping):
            _shown(document, f"{place}（公开版）", value)
        else:
            _value(document, f"{place} {kind}", value)


def _joined(value: Any) -> str:
    return value if isinstance(value, str) else "".join(map(str, value))


def _svg(document: Document, content: bytes) -> None:
    document.drawing("", content)


def _html(document: Document, content: bytes) -> None:
    _markup(document, decoded(content))


def _markup(document: Document, markup: str, place: str = "") -> None:
    """Texts, attributes and comments of HTML; where there is no place of its own, the lines are."""
    from lxml import etree, html

    if not markup.strip():
        return
    try:
        tree = html.document_fromstring(markup)
    except etree.ParserError:  # nothing but comments
        document.note(Kind.COMMENT, place, "注释")
        document.lines(place, markup)
        return
    within: set[Any] = (
        set()
    )  # of a paragraph or cell, which is one text, for a number or a sentence may go on in a mark
    for element in tree.iter():
        where = place or f"第 {element.sourceline} 行"
        if isinstance(element.tag, str):
            whole = element.tag in _BLOCKS and next(element.iterdescendants(*_BLOCKS), None) is None
            if whole:
                within |= {*element.iterdescendants()}
            own = element.text_content() if whole else "" if element in within else element.text
            _element(document, element, where, own or "")
        elif (element.text or "").strip():
            document.note(Kind.COMMENT, where, "注释")
            document.add(f"{where} 的注释", element.text)
        document.add(where, "" if element in within else element.tail or "")
    for table in tree.iter("table") if document.tabular else ():
        rows = [(place or f"第 {row.sourceline} 行", row) for row in table.iter("tr")]
        document.tables.append(
            [
                [(where, " ".join(cell.text_content().split())) for cell in row.iter("th", "td")]
                for where, row in rows
            ]
        )


def _element(document: Document, element: Any, place: str, own: str) -> None:
    """The own text of an element, its attributes, and whether it is hidden."""
    if element.tag != "style":
        document.add(f"{place} <{element.tag}>", own)
    attributes = element.attrib
    for name, value in attributes.items():
        if name not in _DUMB:
            document.add(f"{place} <{element.tag} {name}>", value)
    hides = "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style", ""))
    if hides and element.text_content().strip():
        document.note(Kind.HIDDEN, place, f"<{element.tag}>")
    if element.tag == "meta" and attributes.get("name", "").lower() in ("author", "creator"):
        document.properties(place, {"creator": attributes.get("content", "")})


_READERS: Mapping[str, Callable[[Document, bytes], None]] = {
    ".csv": _csv,
    ".json": _json,
    ".ipynb": _notebook,
    ".html": _html,
    ".svg": _svg,
    ".pdf": pdf_texts.read,
    ".docx": package_texts.read_word,
    ".xlsx": package_texts.read_workbook,
    ".parquet": parquet_texts.read,
}
