"""The texts of a Word file or workbook: what it shows, and what is hidden, noted, linked or attached."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any

from jixiao.archive.disclosure.document import Document, Row
from jixiao.kit.private_data import Kind

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHOWN_BY_WORD = re.compile(r"word/(?:document|header|footer|footnotes|endnotes)[^/]*\.xml")
_BANDS = [f"{{*}}{pages}{band}" for pages in ("odd", "even", "first") for band in ("Header", "Footer")]
_CODES = re.compile(r'&(?:"[^"]*"|[A-Z]|\d+)')  # of the layout of a head or foot of pages
_XML = (".xml", ".rels", ".vml")
_TOLD = ("descr", "Target", "author", "ref")  # attributes that are told with their places
_SHORTEST = 6  # characters of an attribute in which something may stand
_TOLD_WITH_PLACES = ("hyperlink", "dataValidation", "definedName", "sheet")  # elements whose attributes are
_PIECE = 1 << 16  # bytes of a sheet that are read at once
_OF_A_LINK = ("location", "tooltip", "display", "prompt", "error", "promptTitle", "errorTitle")
_TRUE = ("1", "true")


class _Package:
    """The parts of a file in Office Open XML."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self.names = self._archive.namelist()
        self.comment = self._archive.comment
        self.told: set[str] = set()  # parts whose texts are told with their places
        self.beside: dict[
            str, dict[str, None]
        ] = {}  # attributes and remarks of sheets that were read by rows
        self._roots: dict[str, Any] = {}

    def read(self, part: str) -> bytes:
        """The bytes of a part."""
        return self._archive.read(part)

    def xml(self, part: str) -> Any:
        """The root element of a part."""
        from lxml import etree

        if part not in self._roots:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
            self._roots[part] = etree.fromstring(self.read(part), parser)
        return self._roots[part]

    def by_rows(self, part: str, look: Callable[[Any], None]) -> Any:
        """The root element of a sheet without the cells of its rows, each of which `look` is shown before.

        A sheet of a million cells takes half a gigabyte as one tree.
        """
        from lxml import etree

        parser = etree.XMLPullParser(
            events=("end",), tag="{*}row", resolve_entities=False, no_network=True, huge_tree=True
        )

        def show() -> None:
            for _, row in parser.read_events():
                look(row)
                row.clear(keep_tail=True)

        with self._archive.open(part) as file:
            while piece := file.read(_PIECE):
                parser.feed(piece)
                show()
        root = parser.close()
        show()
        return root

    def targets(self, part: str) -> dict[str, str]:
        """The parts that a part is related to, by the ids of the relations."""
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels"
        found = {}
        for element in self.xml(relations) if relations in self.names else ():
            target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))
            found[element.get("Id", "")] = target.lstrip("/")
        return found


def read_word(document: Document, content: bytes) -> None:
    """Add what a Word file says."""
    package = _Package(content)
    _around(document, package)
    for part in filter(_SHOWN_BY_WORD.fullmatch, package.names):
        package.told.add(part)
        stem = PurePosixPath(part).stem
        _word_part(document, package.xml(part), "" if stem == "document" else f"{stem} ")
    _elsewhere(document, package)


def _word_part(document: Document, body: Any, before: str) -> None:
    """One part of a Word file; a paragraph within a table has the place of its row."""
    rows: dict[Any, str] = {}
    for number, table in enumerate(body.iter(f"{_W}tbl"), 1):
        found = []
        for at, row in enumerate(table.iter(f"{_W}tr"), 1):
            place = f"{before}表 {number} 第 {at} 行"
            found.append([(place, _shown(cell)) for cell in row.iter(f"{_W}tc")])
            rows |= dict.fromkeys(row.iter(f"{_W}p"), place)
        if document.tabular:
            document.tables.append(found)
    for number, paragraph in enumerate(body.iter(f"{_W}p"), 1):
        document.add(rows.get(paragraph, f"{before}第 {number} 段"), _shown(paragraph))
    for drawing in body.iter("{*}*"):
        document.add(f"{before}图的说明", drawing.get("descr", ""))
    _hidden_and_changed(document, body, before)


def _hidden_and_changed(document: Document, body: Any, before: str) -> None:
    for mark in body.iter(f"{_W}vanish"):
        if mark.get(f"{_W}val", "1") in (*_TRUE, "on") and _shown(mark.getparent().getparent()).strip():
            document.note(Kind.HIDDEN, f"{before}正文", "隐藏文字")
    for change in body.iter(f"{_W}ins", f"{_W}del", f"{_W}moveFrom"):
        if change.get(f"{_W}author") is not None:
            document.note(Kind.COMMENT, f"{before}正文", "修订")
            document.add(f"{before}修订", change.get(f"{_W}author", ""))


def _shown(element: Any) -> str:
    """The text below an element of a Word file, deleted text and fields with it."""
    return "".join(one.text or "" for one in element.iter("{*}t", f"{_W}delText", f"{_W}instrText"))


def read_workbook(document: Document, content: bytes) -> None:
    """Add what a workbook says."""
    package = _Package(content)
    _around(document, package)
    book = package.xml("xl/workbook.xml")
    targets = package.targets("xl/workbook.xml")
    strings = "xl/sharedStrings.xml"
    items = package.xml(strings) if strings in package.names else ()
    shared = ["".join(one.text or "" for one in item.iter() if _local(one) == "t") for item in items]
    package.told |= {strings, "xl/workbook.xml"}
    used: set[int] = set()
    for element in book.iter():
        if _local(element) == "definedName":
            name = element.get("name", "")
            document.add(f"名称 {name}", f"{name} {element.text or ''}")
        if _local(element) == "sheet":
            place = f"工作表“{element.get('name', '')}”"
            document.add(place, element.get("name", ""))
            if element.get("state", "visible") != "visible":
                document.note(Kind.HIDDEN, place, "隐藏的工作表")
            relation = next(value for name, value in element.attrib.items() if name.endswith("}id"))
            package.told.add(targets[relation])
            used |= _sheet(document, package, targets[relation], place, shared)
    for number, text in enumerate(shared):
        if number not in used:
            document.add("没有显示的文字", text)
    _elsewhere(document, package)


def _sheet(document: Document, package: _Package, part: str, place: str, shared: Sequence[str]) -> set[int]:
    """Add what a sheet says; the numbers of the `shared` texts that it shows are returned."""
    used: set[int] = set()
    table: list[Row] = []
    values: dict[str, None] = {}
    says_more = _saying_more()

    def look(row: Any) -> None:
        cells = list(_cells(row, place, shared, used))
        for where, text in cells:
            document.add(where, text)
        if document.tabular:
            table.append(cells)
        if row.get("hidden") in _TRUE:
            document.note(Kind.HIDDEN, f"{place} 第 {row.get('r')} 行", "隐藏的行")
        if says_more(row):
            values.update(_values(row.iter(), _TOLD, texts=False))

    sheet = package.by_rows(part, look)
    package.beside[part] = values | _values(sheet.iter(), _TOLD, texts=False)
    if document.tabular:
        document.tables.append(table)
    _around_the_rows(document, sheet, place)
    return used


def _around_the_rows(document: Document, sheet: Any, place: str) -> None:
    for element in sheet.iter("{*}col"):
        if element.get("hidden") in _TRUE:
            document.note(Kind.HIDDEN, f"{place} 第 {element.get('min')} 列", "隐藏的列")
    for element in sheet.iter(*_BANDS):
        document.add(f"{place} 页眉页脚", _CODES.sub(" ", element.text or ""))
    for element in sheet.iter("{*}formula", "{*}formula1", "{*}formula2"):
        document.add(f"{place} 的条件或选项", element.text or "")
    for element in sheet.iter("{*}hyperlink", "{*}dataValidation"):
        document.add(f"{place} 的提示或链接", " ".join(element.get(name, "") for name in _OF_A_LINK))


def _saying_more() -> Callable[[Any], bool]:
    """Tells of a row whether it has a long attribute, a remark or an instruction, which hardly any has."""
    from lxml import etree

    inner = "descendant::comment() | descendant::processing-instruction()"
    return etree.XPath(f"boolean(descendant-or-self::*/@*[string-length() >= {_SHORTEST}] | {inner})")


def _cells(row: Any, place: str, shared: Sequence[str], used: set[int]) -> Iterator[tuple[str, str]]:
    """Place and text of each cell; the numbers of the `shared` texts that they show are added to `used`."""
    for cell in row:
        inline: list[str] = []
        texts: list[str] = []
        for part in cell.iter():
            name = _local(part)
            if name == "t":
                inline.append(part.text or "")
            elif name == "v" and cell.get("t") == "s":
                used.add(int(part.text))
                texts.append(shared[int(part.text)])
            elif name in ("v", "f"):
                texts.append(part.text or "")
        yield f"{place} {cell.get('r', '')}", " ".join(filter(None, ("".join(inline), *texts)))


def _around(document: Document, package: _Package) -> None:
    """What either file has beside its pages: properties, addresses of links, pictures, comments, other files."""
    for part in package.names:
        folder = PurePosixPath(part).parts[:-1]
        if part.endswith(".rels"):
            _addresses(document, package.xml(part))
        elif "docProps" in folder and part.endswith(".xml"):
            package.told.add(part)
            _properties(document, package.xml(part), part)
        elif "comment" in part.lower() and part.endswith(".xml"):
            package.told.add(part)
            _comments(document, package.xml(part))
        elif "media" in folder:
            look = document.drawing if part.endswith(".svg") else document.picture
            look(f"图 {PurePosixPath(part).name}", package.read(part))
        elif {"embeddings", "persons", "customXml"} & {*folder}:
            package.told.add(part)
            _attached(document, package, part, embedded="embeddings" in folder)


def _attached(document: Document, package: _Package, part: str, *, embedded: bool) -> None:
    """What another file within the file says; an embedded one does not show, unless a chart shows all of it."""
    if not _behind_a_chart(document, package, part):
        document.add(part, package.read(part).decode("utf-8", "replace"))
        if embedded:
            document.note(Kind.HIDDEN, part, "嵌入的文件")


def _behind_a_chart(document: Document, package: _Package, part: str) -> bool:
    """Add what a workbook within the file says, and tell whether charts show every cell of it."""
    content = package.read(part)
    if not part.endswith(".xlsx") or not zipfile.is_zipfile(io.BytesIO(content)):
        return False
    inside = Document(document.known, tabular=True)
    read_workbook(inside, content)
    document.texts += [(f"{part} {place}", text) for place, text in inside.texts]
    document.notes += [(kind, f"{part} {place}", what) for kind, place, what in inside.notes]
    if document.tabular:
        document.tables += inside.tables
    charts = [package.xml(name) for name in package.names if "/charts/" in name and name.endswith(".xml")]
    shown = {_plain(value.text or "") for chart in charts for value in chart.iter("{*}v")}
    return all(_plain(text) in shown for rows in inside.tables for row in rows for _, text in row if text)


def _plain(text: str) -> str:
    """A text, a number without zeros at its end: a chart has 38.10 where its workbook has 38.1."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return str(number.normalize()) if number.is_finite() else text


def _elsewhere(document: Document, package: _Package) -> None:
    """What stands where nothing is told yet: charts, settings, names of bookmarks, other parts, remarks of the archive."""
    document.add("压缩包的注释", package.comment.decode("utf-8", "replace"))
    for part in package.names:
        folder = PurePosixPath(part).parts[:-1]
        if part.endswith(_XML):
            _other_texts(document, package, part)
        elif "media" not in folder and part not in package.told:
            document.add(part, package.read(part).decode("utf-8", "replace"))


def _other_texts(document: Document, package: _Package, part: str) -> None:
    """Each attribute and remark of a part once, and its texts unless they are told."""
    told = part in package.told
    known = _TOLD if told else ("Target",) if part.endswith(".rels") else ()
    values = package.beside.get(part)
    if values is None:
        values = _values(package.xml(part).iter(), known, texts=not told)
    for value in values:
        document.add(part, value)


def _values(elements: Iterable[Any], known: Sequence[str], *, texts: bool) -> dict[str, None]:
    """The attributes of elements but for those that are `known`, their remarks, and, if asked for, their texts.

    Most cells have none that is long enough, which is asked first.
    """
    values: dict[str, None] = {}
    for element in elements:
        name = _local(element)
        text = element.text
        if text and len(text) >= _SHORTEST and (texts or not name):
            values[text] = None
        long = [(key, value) for key, value in element.attrib.items() if len(value) >= _SHORTEST]
        if long and name not in _TOLD_WITH_PLACES:
            values |= dict.fromkeys(value for key, value in long if key.rpartition("}")[2] not in known)
    return values


def _addresses(document: Document, relations: Any) -> None:
    for element in relations:
        if element.get("TargetMode") == "External":
            document.add(f"链接 {element.get('Id', '')}", element.get("Target", ""))


def _properties(document: Document, properties: Any, part: str) -> None:
    found: dict[str, str] = {}
    for element in properties.iter():
        if len(element) == 0 and element.text:
            found.setdefault(_local(element), element.text)
    document.properties("文档属性", found)
    if found and part.endswith("custom.xml"):
        document.note(Kind.PROPERTY, "文档属性", "自定义属性")


def _comments(document: Document, comments: Any) -> None:
    for element in comments.iter():
        if _local(element) in ("comment", "threadedComment"):
            place = " ".join(filter(None, ("批注", element.get("ref") or element.get(f"{_W}id"))))
            document.note(Kind.COMMENT, place, "批注")
            document.add(place, " ".join([element.get(f"{_W}author", ""), *element.itertext()]))
        elif _local(element) == "author":
            document.add("批注的作者", element.text or "")


def _local(element: Any) -> str:
    """The name of an XML element without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
