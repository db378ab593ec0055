"""Bar charts that Word draws itself from a workbook in the file, where a clerk can change their numbers.

A scatter stays a picture: its strips that count marks on one another and its table of grades have no like in Word, and
a workbook behind it would carry the scores of single subjects into a file that is passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from jixiao.kit import workbooks
from jixiao.kit.workbooks import Book, ems
from jixiao.press.page import document
from jixiao.press.page.document import Document
from jixiao.press.paper.themes import Theme
from jixiao.press.word.ooxml import R, element, from_template
from jixiao.report.table import Table

MARK = "ReportChartMark"  # the style of the paragraph in whose place a chart is put
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PACKAGE = f"{R}/package"
_EMU = 36000  # in a millimetre
_FIRST_ID = 5000  # above the ids of pictures
_SHEET = "数据"
_UNIT = re.compile(r".*（(.+)）")
_FOUND = re.compile(r"[^。]+。([^。]+)。")  # the words of a chart: its kind, what is to be seen, its numbers
# Colour and pattern of each series: those of the drawings (jixiao.report.charts.SERIES)
FILLS = (("1F3B57", ""), ("7B8FA4", ""), ("FFFFFF", "wdUpDiag"), ("FFFFFF", "pct25"), ("1F3B57", "openDmnd"))
_ROOM = 0.5  # of a page that a chart may take at most
_TITLE_ROOM = 0.75  # of the width of a chart: Word breaks a longer line of its title
_POINT = 25.4 / 72


@dataclass(frozen=True)
class Bars:
    """Bars by label from top to bottom, those of a label for each series below each other; None where not known."""

    labels: Sequence[str]
    series: Mapping[str, Sequence[Decimal | None]]
    unit: str
    title: str
    alt: str

    @property
    def beside(self) -> bool:
        """Whether a label has bars of two series, so that each needs a row of its own."""
        return any(sum(map(bool, at)) > 1 for at in zip(*self.series.values(), strict=True))


def of(source: Document) -> dict[str, Bars]:
    """The charts of a document that Word can draw, by the ids of their figures."""
    found = {}
    for block in document.elements_of(f"<main>{source.body}</main>")[0].iter("figure"):
        behind = block.getparent().find(f"details/div[@{document.PLACE}]")
        if behind is not None:
            table = source.tables[int(behind.get(document.PLACE))]
            bars = _bars(table, block.find("img").get("alt", ""))
            if bars is not None:
                found[block.get("id")] = bars
    return found


def _bars(table: Table, alt: str) -> Bars | None:
    """What a table of series, label and count says; None for another one."""
    if [column.align for column in table.columns] != ["left", "left", "right"]:
        return None
    groups: dict[str, dict[str, Decimal | None]] = {}
    name = ""
    for row in table.rows:
        first, label, count = row
        name = name if first is None else first.text
        value = None if count is None else _number(count.value)
        if label is None or count is None or (value is None and count.value is not None):
            return None
        if label.text in groups.setdefault(name, {}):
            return None
        groups[name][label.text] = value
    labels = list(dict.fromkeys(label for group in groups.values() for label in group))
    if not groups or len(groups) > len(FILLS) or min(map(len, groups.values())) < 2:
        return None
    series = {name: [group.get(label) for label in labels] for name, group in groups.items()}
    unit = _UNIT.fullmatch(table.columns[2].label)
    said = _FOUND.match(alt)
    return Bars(labels, series, unit[1].replace('"', "") if unit else "", said[1] if said else "", alt)


def _number(value: str | None) -> Decimal | None:
    try:
        number = Decimal(value or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def place(body: Any, charts: Mapping[str, Bars]) -> list[Bars]:
    """Put marks in the place of the pictures that Word draws itself; returns these in the order of the text."""
    from lxml.html import builder

    placed = []
    for figure in [one for one in body.iter("figure") if one.get("id") in charts]:
        said = "".join(part.text_content() for part in figure.iter("figcaption"))
        placed.append(charts[figure.get("id")])
        mark = builder.DIV(builder.P(str(len(placed))), **{"data-custom-style": MARK})
        figure.addprevious(mark)
        if said:
            figure.addprevious(builder.DIV(builder.P(said), **{"data-custom-style": "ImageCaption"}))
        figure.drop_tree()
    return placed


def inline(number: int, bars: Bars, theme: Theme) -> Any:
    """The drawing that shows a chart as wide as the page."""
    from lxml import etree

    size = {"cx": str(round(theme.width * _EMU)), "cy": str(round(_height(bars, theme) * _EMU))}
    made = etree.Element(f"{{{_WP}}}inline", {f"dist{side}": "0" for side in "TBLR"})
    etree.SubElement(made, f"{{{_WP}}}extent", size)
    about = {"id": str(_FIRST_ID + number), "name": f"图表 {number}", "descr": bars.alt}
    etree.SubElement(made, f"{{{_WP}}}docPr", about)
    etree.SubElement(made, f"{{{_WP}}}cNvGraphicFramePr")
    graphic = etree.SubElement(made, f"{{{_A}}}graphic", nsmap={"a": _A})
    data = etree.SubElement(graphic, f"{{{_A}}}graphicData", uri=C)
    etree.SubElement(data, f"{{{C}}}chart", {f"{{{R}}}id": _relation(number)}, nsmap={"c": C})
    return element("drawing", made)


def _height(bars: Bars, theme: Theme) -> float:
    """In mm: a row for each bar, the lines of the title and the legend."""
    size = _size(theme) * _POINT
    rows = len(bars.labels) * (0.4 + 1.35 * len(bars.series) if bars.beside else 1.8)
    title = len(_title(bars, theme)) * 1.3 + 0.8
    legend = 2.2 if len(bars.series) > 1 else 0.5
    return min((rows + title + legend) * size, _ROOM * theme.height)


def _title(bars: Bars, theme: Theme) -> list[str]:
    """What is to be seen in lines of the chart: in one where it fits, else a line for each half of the sentence."""
    if ems(bars.title) * _size(theme) * _POINT <= _TITLE_ROOM * theme.width:
        return [bars.title] if bars.title else []
    return re.findall("[^；]+；?", bars.title)


def _size(theme: Theme) -> float:
    """The type of a chart: between that of tables and that of their notes."""
    return (theme.sizes["table"] + theme.sizes["small"]) / 2


def parts(charts: Sequence[Bars], theme: Theme, faces: Mapping[str, str], day: date) -> dict[str, bytes]:
    """The parts of the charts with their relations and workbooks."""
    made = {}
    for number, bars in enumerate(charts, 1):
        rows = len(bars.labels) + 1
        made[f"word/charts/chart{number}.xml"] = from_template(
            "chart.xml.j2",
            bars=bars,
            title=_title(bars, theme),
            sheet=_SHEET,
            rows=rows,
            columns=list("BCDEFGH"),
            fills=FILLS,
            half=round(_size(theme) * 100),
            faces=faces,
        )
        made[f"word/charts/_rels/chart{number}.xml.rels"] = from_template(
            "chart_relations.xml.j2", kind=_PACKAGE, target=f"../embeddings/chart{number}.xlsx"
        )
        made[f"word/embeddings/chart{number}.xlsx"] = _workbook(bars, day)
    return made


def _workbook(bars: Bars, day: date) -> bytes:
    """The numbers of a chart: a row for each label, a column for each series."""

    def build(book: Book) -> None:
        page = book.sheet(_SHEET, [24, *[16] * len(bars.series)])
        for across, (name, counts) in enumerate(bars.series.items(), 1):
            page.put(workbooks.cell(0, across), name)
            for down, count in enumerate(counts, 1):
                page.put(workbooks.cell(down, across), count)
        for down, label in enumerate(bars.labels, 1):
            page.put(workbooks.cell(down, 0), label)

    return workbooks.workbook(build, title="", author="", day=day)


def types(charts: Sequence[Bars]) -> list[dict[str, str]]:
    """The kinds of the parts, as the list of parts names them."""
    numbers = range(1, len(charts) + 1)
    return [
        *({"PartName": f"/word/charts/chart{at}.xml", "ContentType": _CHART} for at in numbers),
        *({"PartName": f"/word/embeddings/chart{at}.xlsx", "ContentType": _WORKBOOK} for at in numbers),
    ]


def relations(charts: Sequence[Bars]) -> Iterator[dict[str, str]]:
    """The relations of the main part to the charts."""
    for at in range(1, len(charts) + 1):
        yield {"Id": _relation(at), "Type": f"{R}/chart", "Target": f"charts/chart{at}.xml"}


def _relation(number: int) -> str:
    return f"rIdChart{number}"
