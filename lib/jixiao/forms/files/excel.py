"""The workbook in an .xlsx package: its sheets, the strings and formats they share, and what is left out."""

from __future__ import annotations

import posixpath
from typing import TypeVar

from jixiao.forms.files import cell_text, number_formats, sheet_xml, xml_pass
from jixiao.forms.files.grids import Gathered, Grid
from jixiao.forms.files.packages import Package, damaged, hostile, left_out
from jixiao.forms.model import Workbook
from jixiao.kit import limits
from jixiao.kit.errors import Place, one_line

T = TypeVar("T")
_TRUE = ("1", "true")
_WORKBOOK = "xl/workbook.xml"
# Parts and folders of a package that are never read
_LEFT_OUT = {
    "xl/vbaproject.bin": "macros",
    "xl/macrosheets/": "macro sheets",
    "xl/externallinks/": "links",
    "xl/embeddings/": "embedded",
    "xl/activex/": "controls",
    "xl/connections.xml": "connections",
}


def read(package: Package) -> Workbook:
    """The workbook in a package; FormError when it is damaged, has too many sheets or a sheet is too large."""
    targets = _relations(package, "_rels/.rels", "").values()
    main = next((target for kind, target in targets if kind == "officeDocument"), _WORKBOOK)
    listed: list[xml_pass.Attributes] = []
    settings: xml_pass.Attributes = {}

    def sheet(attributes: xml_pass.Attributes) -> None:
        listed.append(_bounded(package, attributes, len(listed), limits.SHEETS, "张工作表"))

    xml_pass.run(package.read(main), package.file, {"sheet": sheet, "workbookPr": settings.update})
    folder, name = posixpath.split(main)
    related = _relations(package, f"{folder}/_rels/{name}.rels", folder)
    parts = {kind: target for kind, target in related.values() if target in package}
    strings = _strings(package, parts["sharedStrings"]) if "sharedStrings" in parts else []
    codes, formats = _formats(package, parts["styles"]) if "styles" in parts else ({}, [])
    made = [number_formats.sections(number, codes) for number in formats]
    texts = {
        str(style): form
        for style, number in enumerate(formats)
        if number in codes and (form := number_formats.text_format_of(codes[number])) is not None
    }
    book = sheet_xml.Book(strings, made, texts, settings.get("date1904") in _TRUE)
    there = (what for prefix, what in _LEFT_OUT.items() if package.under(prefix))
    return _sheets(package, listed, related, book).workbook(
        [left_out(what, Place(package.file)) for what in there]
    )


def _bounded(package: Package, what: T, count: int, most: int, unit: str) -> T:
    """`what` comes after `count` of its kind; FormError where that makes more than `most`."""
    if count >= most:
        raise hostile(package.file, f"文件里有 {most} {unit}以上", f"不超过 {most} {unit}")
    return what


def _sheets(
    package: Package,
    listed: list[xml_pass.Attributes],
    related: dict[str, tuple[str, str]],
    book: sheet_xml.Book,
) -> Gathered:
    gathered = Gathered(package.file)
    for attributes in listed:
        name = one_line(attributes.get("name", ""), 255)
        kind, target = related.get(xml_pass.by_local_name(attributes, "id"), ("", ""))
        if kind and kind != "worksheet":
            continue  # charts hold no form; macro sheets are remarked on by their folder
        if attributes.get("state", "visible") != "visible":
            gathered.pass_over(name)
            continue

        def fill(grid: Grid, target: str = target) -> None:
            if not target:
                raise damaged(str(Place(package.file, grid.name)))
            sheet_xml.read(package.read(target), grid, book)

        gathered.add(name, fill)
    return gathered


def _relations(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Relation id → its kind (last word of the type) and the part it points to, within the package only."""
    found: dict[str, tuple[str, str]] = {}

    def relation(attributes: xml_pass.Attributes) -> None:
        if attributes.get("TargetMode", "").lower() != "external":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.join("/", folder, attributes.get("Target", "").replace("\\", "/"))
            key = _bounded(package, attributes.get("Id", ""), len(found), limits.RELATIONS, "处关系")
            found[key] = kind, posixpath.normpath(target).lstrip("/")

    if part in package:
        xml_pass.run(package.read(part), package.file, {"Relationship": relation})
    return found


def _strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    runs: list[str] = []  # of the string being read
    inside: set[str] = set()  # "t": the text of a run; "rPh": the reading aid of a run, which is not shown
    size = 0  # characters of all strings

    def end() -> None:
        text = cell_text.text(cell_text.unescaped("".join(runs)))
        strings.append(_bounded(package, text, len(strings), limits.STRINGS, "段共用文本"))

    starts = {
        "si": lambda _: runs.clear(),
        "t": lambda _: inside.add("t"),
        "rPh": lambda _: inside.add("rPh"),
    }
    ends = {"si": end, "t": lambda: inside.discard("t"), "rPh": lambda: inside.discard("rPh")}

    def keep(text: str) -> None:
        nonlocal size
        if inside == {"t"}:
            size += len(text)
            runs.append(_bounded(package, text, size, limits.FILE_TEXT, "字的共用文本"))

    xml_pass.run(package.read(part), package.file, starts, ends, keep)
    return strings


def _formats(package: Package, part: str) -> tuple[dict[str | int, str], list[str]]:
    """The codes of number formats by their number, and the number of that of each cell style, in the order of the styles."""
    codes: dict[str | int, str] = {}
    used: list[str] = []
    inside: set[str] = set()  # among the styles of cells, not those of which they are made

    def form(attributes: xml_pass.Attributes) -> None:
        code = attributes.get("formatCode", "")
        key = _bounded(package, attributes.get("numFmtId", ""), len(codes), limits.STYLES, "种数字格式")
        codes[key] = code if len(code) <= limits.FORMAT_CODE else ""

    def style(attributes: xml_pass.Attributes) -> None:
        if inside:
            number = attributes.get("numFmtId", "0")
            used.append(_bounded(package, number, len(used), limits.STYLES, "种单元格样式"))

    starts = {"numFmt": form, "cellXfs": lambda _: inside.add("cellXfs"), "xf": style}
    xml_pass.run(package.read(part), package.file, starts, {"cellXfs": inside.clear})
    return codes, used
