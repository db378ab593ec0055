"""The workbook in an .xlsx package: its sheets, the strings and formats they share, and what is left out."""

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
    remarks = [
        left_out(what, Place(package.shown)) for prefix, what in _LEFT_OUT.items() if package.under(prefix)
    ]
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
    runs: list[str] = []  # of the string being read
    inside: set[str] = set()  # "t": the text of a run; "rPh": the reading aid of a run, which is not shown

    def end() -> None:
        strings.append(cell_text.text(cell_text.unescaped("".join(runs))))

    starts = {
        "si": lambda _: runs.clear(),
        "t": lambda _: inside.add("t"),
        "rPh": lambda _: inside.add("rPh"),
    }
    ends = {"si": end, "t": lambda: inside.discard("t"), "rPh": lambda: inside.discard("rPh")}

    def keep(text: str) -> None:
        if inside == {"t"}:
            runs.append(text)

    xml_pass.run(package.read(part), package.shown, starts, ends, keep)
    return strings


def _formats(package: Package, part: str) -> list[tuple[cell_text.Format, ...]]:
    """The sections of the number format of each cell style, in the order of the styles."""
    codes: dict[str | int, str] = {}
    used: list[str] = []
    inside: set[str] = set()  # among the styles of cells, not those of which they are made

    def form(attributes: xml_pass.Attributes) -> None:
        codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def style(attributes: xml_pass.Attributes) -> None:
        if inside:
            used.append(attributes.get("numFmtId", "0"))

    starts = {"numFmt": form, "cellXfs": lambda _: inside.add("cellXfs"), "xf": style}
    xml_pass.run(package.read(part), package.shown, starts, {"cellXfs": inside.clear})
    return [cell_text.sections(number, codes) for number in used]
