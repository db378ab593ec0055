"""An .xlsx package in, its workbook out: which sheets there are, the strings and formats they share, what is left out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.errors import Fault, FormError, Place, one_line
from jixiao.intake.forms import cells, grids, shown, xml_pass
from jixiao.intake.forms.grids import Grid
from jixiao.intake.forms.model import Remark, Sheet, Workbook
from jixiao.intake.forms.packages import Package, damaged

_TRUE = ("1", "true")
_WORKBOOK = "xl/workbook.xml"
# Folders and parts of a package that are never read, and what their presence is called
LEFT_OUT = (
    ("xl/vbaproject.bin", "文件里有宏，没有读取也不会运行", "另存为不带宏的 .xlsx"),
    ("xl/macrosheets/", "文件里有宏表，没有读取也不会运行", "删去宏表，另存为 .xlsx"),
    ("xl/externallinks/", "公式引用了别的文件，没有读取，只用已存下的结果", "把引用粘贴为数值"),
    ("xl/embeddings/", "文件里嵌有别的文档，没有读取", "把附件另行报送"),
    ("xl/activex/", "文件里有控件，没有读取也不会运行", "删去控件"),
    ("xl/connections.xml", "文件连接外部数据，没有读取，只用已存下的数", "把数据粘贴为数值"),
)


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
    package: Package, listing: _Listing, related: dict[str, tuple[str, str]], book: cells.Book
) -> Iterator[tuple[Sheet, tuple[Remark, ...]]]:
    for name, relation, state in listing.sheets:
        kind, target = related.get(relation, ("", ""))
        if kind and kind != "worksheet":
            continue  # charts hold no form; macro sheets are remarked on by their folder
        if not target:
            raise damaged(str(Place(package.shown, name)))
        grid = Grid(package.shown, name, hidden=state != "visible")
        cells.read(package.read(target), grid, book)
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


def _shared(package: Package, related: dict[str, tuple[str, str]], since_1904: bool) -> cells.Book:
    parts = {kind: target for kind, target in related.values() if target in package}
    strings = _strings(package, parts["sharedStrings"]) if "sharedStrings" in parts else []
    formats, quoted = _styles(package, parts["styles"]) if "styles" in parts else ([], frozenset())
    return cells.Book(strings, formats, quoted, since_1904)


def _strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    inside = [False, False]  # in the text of a run; in the reading aid of a run, which is not shown

    def start(_: xml_pass.Attributes) -> None:
        pieces.clear()

    def end() -> None:
        strings.append(shown.text(shown.unescaped("".join(pieces))))

    def switch(which: int, on: bool) -> None:
        inside[which] = on

    starts = {"si": start, "t": lambda _: switch(0, True), "rPh": lambda _: switch(1, True)}
    ends = {"si": end, "t": lambda: switch(0, False), "rPh": lambda: switch(1, False)}
    xml_pass.run(
        package.read(part), package.shown, starts, ends,
        lambda piece: pieces.append(piece) if inside[0] and not inside[1] else None,
    )  # fmt: skip
    return strings


def _styles(package: Package, part: str) -> tuple[list[tuple[shown.Format, ...]], frozenset[int]]:
    """The sections of the number format of each cell style, in order; and the styles that quote their texts."""
    codes: dict[str, str] = {}
    used: list[tuple[str, bool]] = []
    inside = [False]

    def form(attributes: xml_pass.Attributes) -> None:
        codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def style(attributes: xml_pass.Attributes) -> None:
        if inside[0]:
            used.append((attributes.get("numFmtId", "0"), attributes.get("quotePrefix") in _TRUE))

    def switch(on: bool) -> None:
        inside[0] = on

    starts = {"numFmt": form, "cellXfs": lambda _: switch(True), "xf": style}
    xml_pass.run(package.read(part), package.shown, starts, {"cellXfs": lambda: switch(False)})
    quoted = frozenset(n for n, (_, quotes) in enumerate(used) if quotes)
    return [_sections(number, codes) for number, _ in used], quoted


def _sections(number: str, codes: dict[str, str]) -> tuple[shown.Format, ...]:
    if number in codes:
        return shown.format_of(codes[number])
    built_in = shown.BUILT_IN.get(int(number)) if number.isdecimal() and len(number) < 6 else None
    return (built_in or shown.GENERAL,)


def _left_out(package: Package) -> Iterator[Remark]:
    for prefix, found, remedy in LEFT_OUT:
        if package.under(prefix):
            yield Remark("F11", Place(package.shown), found, "只有表格的工作簿", remedy)
