"""Forms of monitoring to fill in: one .xlsx file for each subject of a year, for the months up to one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from jixiao.exchange.issuing import drafts, issue, monitoring_sheet
from jixiao.exchange.issuing.drafts import Draft
from jixiao.kit import places, workbooks
from jixiao.kit.workbooks import Book
from jixiao.year.params import Params
from jixiao.year.tables import Tables, read

SHEET = "绩效运行监控表"


def forms(tables: Tables, params: Params, month: int) -> Iterator[tuple[str, bytes]]:
    """File name and content of a form for every subject, in the order of subjects.csv."""
    used: set[str] = set()
    for draft in drafts.drafts(tables, params, None, None, filled=False):
        name = f"{draft.name} 监控{monitoring_sheet.span(month)}"
        yield issue.file_name(draft.code, name, used), workbook(draft, month)


def write(
    root: Path, params: Params, folder: Path, month: int, tick: Callable[[int, int, str], object]
) -> int:
    """Write the forms of a year to a folder and count them; `tick` is told how many of how many, and which."""
    tables = read(root, params.data_folder, needed=("units", "subjects"))
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, content in forms(tables, params, month):
        places.write_whole(folder / name, content)
        count += 1
        tick(count, len(tables["subjects"]), name)
    return count


def workbook(draft: Draft, month: int) -> bytes:
    """The .xlsx of one form; the same draft gives the same bytes."""

    def build(book: Book) -> None:
        monitoring_sheet.write(book.sheet(SHEET, monitoring_sheet.WIDTHS), draft, month)

    title = f"{monitoring_sheet.TITLES[draft.kind]}（{draft.year}年度） {draft.name}"
    return workbooks.workbook(build, title=title, author=draft.issuer, day=date(draft.year, 12, 31))
