"""Workbooks from raw parts, for tests of what no spreadsheet program would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP package of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def parts(
    rows: str,
    *,
    around: tuple[str, str] = ("", ""),
    strings: str = "",
    styles: str = "",
    name: str = "表",
    settings: str = "",
) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet: its rows, what stands before and after them, and shared parts."""
    kinds = [("1", "worksheet", "worksheets/sheet1.xml")]
    found: dict[str, str | bytes] = {
        "_rels/.rels": relations([("1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f"<workbook {MAIN} {RELATED}>{settings}"
        f'<sheets><sheet name="{name}" sheetId="1" r:id="1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}>{around[0]}<sheetData>{rows}</sheetData>{around[1]}</worksheet>",
    }
    for number, (kind, content) in enumerate((("sharedStrings", strings), ("styles", styles)), 2):
        if content:
            kinds.append((str(number), kind, f"{kind}.xml"))
            root = "sst" if kind == "sharedStrings" else "styleSheet"
            found[f"xl/{kind}.xml"] = f"<{root} {MAIN}>{content}</{root}>"
    return found | {"xl/_rels/workbook.xml.rels": relations(kinds)}


def relations(kinds: list[tuple[str, str, str]]) -> str:
    """The XML of relations: id, last word of the type, target."""
    lines = (f'<Relationship Id="{i}" Type="{RELATION}/{kind}" Target="{to}"/>' for i, kind, to in kinds)
    return f"<Relationships {PACKAGE}>{''.join(lines)}</Relationships>"


def edited(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A package with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = {one: archive.read(one) for one in archive.namelist()}
    return package(found | {name: change(found[name])})
