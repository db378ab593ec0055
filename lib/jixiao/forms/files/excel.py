"""Opens an .xlsx package: its sheets, the strings and formats they share, and what was left out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.forms.files import cell_text, grids, sheet_xml, xml_pass
from jixiao.forms.files.grids import Grid
from jixiao.forms.files.packages import Package, damaged, left_out
from jixiao.forms.model import Remark, Sheet, Workbook
from jixiao.kit.errors import Fault, FormError, Place, one_line

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


@dataclass
class _Listing:
    """The sheets that a workbook part names: name, relation, state; and how it counts days."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    since_1904: bool = False

    def sheet(self, attributes: xml_pass.Attributes) -> None:
        name = one_line(attributes.get("name", ""), 255)
        relation = xml_pass.by_local_name(attributes, "id")
        self.sheets.append((name, relation, attributes.get("state", "visible")))

    def settings(self, attributes: xml_pass.Attributes) -> None:
        self.since_1904 = attributes.get("date1904") in _TRUE


def read(package: Package) -> Workbook:
    """The workbook in a package; FormError when it is damaged, has too many sheets or a sheet is too large."""
    targets = _relations(package, "_rels/.rels", "")
    main = next((target for kind, target in targets.values() if kind == "officeDocument"), _WORKBOOK)
    listing = _Listing()
    starts = {"sheet": listing.sheet, "workbookPr": listing.settings}
    xml_pass.run(package.read(main), package.shown, starts)
    folder, name = posixpath.split(main)
    related = _relations(package, f"{folder}/_rels/{name}.rels", folder)
    book = _shared(package, related, listing.since_1904)
    sheets: list[Sheet] = []
    remarks = list(_left_out(package))
    for sheet, said in _sheets(package, listing, related, book):
        sheets.append(sheet)
        remarks.extend(said)
    if not sheets:
        raise FormError(Fault(package.shown, "工作簿里没有工作表", "至少一张填好的表", "重新导出后再报"))
    return Workbook(package.shown, tuple(sheets), tuple(remarks))


def _sheets(
    package: Package, listing: _Listing, related: dict[str, tuple[str, str]], book: sheet_xml.Book
) -> Iterator[tuple[Sheet, tuple[Remark, ...]]]:
    for name, relation, state in listing.sheets:
        kind, target = related.get(relation, ("", ""))
        if kind and kind != "worksheet":
            continue  # charts hold no form; macro sheets are remarked on by their folder
        if not target:
            raise damaged(str(Place(package.shown, name)))
        grid = Grid(package.shown, name, hidden=state != "visible")
        sheet_xml.read(package.read(target), grid, book)
        yield grids.sheet(grid)


def _relations(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Relation id → its kind (last word of the type) and the part it points to, within the package only."""
    found: dict[str, tuple[str, str]] = {}

    def relation(attributes: xml_pass.Attributes) -> None:
        if attributes.get("TargetMode", "").lower() != "external":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.join("/", folder, attributes.get("Target", "").replace("\\", "/"))
            found[attributes.get("Id", "")] = kind, posixpath.normpath(target).lstrip("/")

    if part in package:
        xml_pass.run(package.read(part), package.shown, {"Relationship": relation})
    return found


def _shared(package: Package, related: dict[str, tuple[str, str]], since_1904: bool) -> sheet_xml.Book:
    parts = {kind: target for kind, target in related.values() if target in package}
    strings = _strings(package, parts["sharedStrings"]) if "sharedStrings" in parts else []
    formats = _formats(package, parts["styles"]) if "styles" in parts else []
    return sheet_xml.Book(strings, formats, since_1904)


def _strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    inside = [False, False]  # in the text of a run; in the reading aid of a run, which is not shown

    def start(_: xml_pass.Attributes) -> None:
        pieces.clear()

    def end() -> None:
        strings.append(cell_text.text(cell_text.unescaped("".join(pieces))))

    def switch(which: int, on: bool) -> None:
        inside[which] = on

    starts = {"si": start, "t": lambda _: switch(0, True), "rPh": lambda _: switch(1, True)}
    ends = {"si": end, "t": lambda: switch(0, False), "rPh": lambda: switch(1, False)}
    xml_pass.run(
        package.read(part), package.shown, starts, ends,
        lambda piece: pieces.append(piece) if inside[0] and not inside[1] else None,
    )  # fmt: skip
    return strings


def _formats(package: Package, part: str) -> list[tuple[cell_text.Format, ...]]:
    """The sections of the number format of each cell style, in the order of the styles."""
    codes: dict[str, str] = {}
    used: list[str] = []
    inside = [False]  # among the styles of cells, not those of which they are made

    def form(attributes: xml_pass.Attributes) -> None:
        codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def style(attributes: xml_pass.Attributes) -> None:
        if inside[0]:
            used.append(attributes.get("numFmtId", "0"))

    def switch(on: bool) -> None:
        inside[0] = on

    starts = {"numFmt": form, "cellXfs": lambda _: switch(True), "xf": style}
    xml_pass.run(package.read(part), package.shown, starts, {"cellXfs": lambda: switch(False)})
    return [_sections(number, codes) for number in used]


def _sections(number: str, codes: dict[str, str]) -> tuple[cell_text.Format, ...]:
    if number in codes:
        return cell_text.format_of(codes[number])
    built_in = cell_text.BUILT_IN.get(int(number)) if number.isdecimal() and len(number) < 6 else None
    return (built_in or cell_text.GENERAL,)


def _left_out(package: Package) -> Iterator[Remark]:
    for prefix, what in _LEFT_OUT.items():
        if package.under(prefix):
            yield left_out(what, Place(package.shown))
