"""The layer under all workbooks: what a cell holds, how high rows are, how a sheet is set on paper."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from jixiao.kit.workbooks import Area, Formula, across, cell, lines, on_band, sheet_name, workbook


def made(fill, widths=(10, 10), **style):
    """The one sheet that `fill` writes, as openpyxl reads it back."""
    content = workbook(
        lambda book: fill(book.sheet("表", widths)), title="题", author="局", day=date(2022, 3, 30), **style
    )
    return load_workbook(io.BytesIO(content))["表"]


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("", 5, 1),
        ("四个汉字", 4, 1),
        ("四个汉字", 3.9, 2),  # lines are filled by half characters: 3.5
        ("三个汉ab", 4.3, 2),
        ("五个汉字。", 4, 2),
        ("八个汉字八个汉字", 4, 3),  # of several lines each may end half a character early
        ("abcdefgh", 4.5, 1),
        ("一\n二\n三", 9, 3),
        ("一二", 0.1, 2),
    ],
)
def test_lines_of_a_text_in_its_room(text, room, expected):
    """A Chinese character is one em, a letter about half; a new line is one."""
    assert lines(text, room) == expected


@pytest.mark.parametrize(
    ("value", "kind", "held", "shown_as"),
    [
        (Decimal("90.50"), "n", 90.5, "0.00"),
        (Decimal("53"), "n", 53, "0"),
        (Decimal("123456789012345"), "n", 123456789012345, "0"),
        (Decimal("1234567890123456"), "s", "1234567890123456", "0"),
        (Formula("=1+1", Decimal(2)), "f", "=1+1", "General"),
        ("=1+1", "s", "=1+1", "General"),
        ("010203", "s", "010203", "General"),
        ("", "n", None, "General"),
        (None, "n", None, "General"),
    ],
)
def test_a_cell_holds_what_was_put(value, kind, held, shown_as):
    """Numbers up to 15 digits are numbers with their own decimals, formulas are the kit's own, texts are texts."""
    found = made(lambda page: page.put(cell(0, 0), value))["A1"]
    assert [found.data_type, found.value, found.number_format] == [kind, held, shown_as]


def test_rows_are_as_high_as_the_highest_of_their_texts():
    """One line of 10 points, three lines over two columns, and at least what is asked for."""

    def fill(page):
        page.put(cell(0, 0), "一行")
        page.put(across(1, 0, 1), "一\n二\n三")
        page.put(cell(1, 2), "一行")
        page.put(cell(2, 0), "一行", least=40)
        page.put(Area(3, 0, 4, 0), "一\n二\n三\n四", text_wrap=True)
        page.finish(footer="")

    sheet = made(fill, widths=(10, 10, 10))
    heights = [sheet.row_dimensions[row].height for row in range(1, 6)]
    expected = [13.3 + 4, 3 * 13.3 + 4, 40, 57.2 / 2, 57.2 / 2]
    assert heights == pytest.approx(expected, abs=0.4)  # heights are kept in pixels


def test_a_sheet_is_set_on_paper():
    """A4 across, a repeated head, no lines around empty cells; one page where the rows are low enough."""

    def long(page):
        page.put(cell(0, 0), "一行", least=60)
        page.finish(footer="&C&P", landscape=True, repeat=(0, 0), last=(1, 1), one_page=50)

    def short(page):
        page.put(cell(0, 0), "一行", least=40)
        page.finish(footer="&C&P", repeat=(0, 0), one_page=50)

    sheet = made(long)
    assert [sheet.page_setup.orientation, sheet.page_setup.fitToHeight] == ["landscape", 0]
    assert [sheet.print_title_rows, sheet.print_area] == ["$1:$1", "'表'!$A$1:$B$2"]
    assert [int(sheet.page_setup.paperSize), sheet.sheet_view.showGridLines] == [9, False]
    sheet = made(short)
    assert [sheet.page_setup.fitToHeight or 1, sheet.print_title_rows] == [1, None]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "＝1", " =1+1", "\n@A1"])
def test_a_text_stays_a_text_when_its_cell_is_entered_again(text):
    """Put or linked: the cell has the mark of a text; other texts have none."""

    def fill(page):
        page.put(cell(0, 0), text)
        page.link(1, 0, text, ("表", 0, 0))
        page.link(2, 0, "A1", ("表", 0, 0))

    sheet = made(fill)
    assert [sheet.cell(row, 1).quotePrefix for row in (1, 2, 3)] == [True, True, False]


def test_a_link_leads_to_a_cell_of_the_workbook():
    """An apostrophe in the name of a sheet is doubled; the text stays a text."""
    sheet = made(lambda page: page.link(0, 0, "=1+1", ("甲'乙", 2, 3)))
    assert [sheet["A1"].hyperlink.location, sheet["A1"].value, sheet["A1"].data_type] == [
        "'甲''乙'!D3",
        "=1+1",
        "s",
    ]


@pytest.mark.parametrize(
    ("wanted", "used", "expected"),
    [
        ("a/b:c", [], "a b c"),
        ("名" * 40, [], "名" * 31),
        ("名" * 40, ["名" * 31], "名" * 25 + "（2）"),
        ("ABC", ["abc", "abc（2）"], "ABC（3）"),
        ("history", [], "history（2）"),
        ("'", [], "工作表"),
    ],
)
def test_names_of_sheets(wanted, used, expected):
    """Forbidden characters go, names are short and unlike those used whatever their case."""
    assert sheet_name(wanted, used) == expected


def test_received_text_in_a_header_gives_no_commands():
    """An ampersand would begin a code of the header; a new line would end it."""
    assert on_band("甲&P\n乙" + "长" * 90) == "甲&&P 乙" + "长" * 55


def test_names_of_sheets_fit_as_excel_counts():
    """At most 31 units of UTF-16, an emoji is two and never halved; a thousand of one name stay apart."""
    used: list[str] = []
    for _ in range(1200):
        used.append(sheet_name("自评表" + "😀" * 40, used))
    assert max(len(name.encode("utf-16-le")) // 2 for name in used) == 31
    assert (used[0], len(set(used))) == ("自评表" + "😀" * 14, 1200)


@pytest.mark.parametrize("text", ["<r>甲</r>", "<r></r>", "<r>&<b></r>"])
def test_a_text_like_markup_of_a_workbook_is_a_text(text):
    """Between the tags that XlsxWriter writes as they are; the workbook opens and holds it."""
    assert made(lambda page: page.put(cell(0, 0), text))["A1"].value.rstrip() == text
