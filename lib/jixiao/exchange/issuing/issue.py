"""Self-evaluation forms to fill in: one .xlsx file for each subject of a year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from jixiao.exchange.issuing import drafts, form_sheet
from jixiao.exchange.issuing.drafts import Draft
from jixiao.kit import places, workbooks
from jixiao.kit.workbooks import Book, clean
from jixiao.rules import policy as policy_
from jixiao.rules.policy import Policy
from jixiao.year.params import Params
from jixiao.year.tables import Tables, read

SHEET = "绩效自评表"
_NAME_BYTES = 200  # of a file name without its ending; file systems take 255
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\s]+')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(?=[ .]|$)")


def forms(
    tables: Tables,
    params: Params,
    last_year: Tables | None = None,
    *,
    policy: Policy | None = None,
    filled: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """File name and content of a form for every subject, in the order of subjects.csv.

    Budgets, indicators, targets and weights are printed; with `filled` also what was reported. What was reached
    in `last_year` stands beside the targets. The formulas of points and total follow `policy`, the ministry's
    10 points in proportion without one.
    """
    used: set[str] = set()
    for draft in drafts.drafts(tables, params, last_year, policy, filled):
        yield file_name(draft.code, draft.name, used), workbook(draft)


def write(
    root: Path, params: Params, folder: Path, filled: bool, tick: Callable[[int, int, str], object]
) -> int:
    """Write the forms of a year to a folder and count them; `tick` is told how many of how many, and which."""
    tables = read(root, params.data_folder, needed=("units", "subjects"))
    before = root / "data" / str(params.report_year - 1)
    last_year = read(root, before.name, needed=()) if before.is_dir() else None
    rules = policy_.in_force(root, params.policy, params.evaluated_year)
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, content in forms(tables, params, last_year, policy=rules, filled=filled):
        places.write_whole(folder / name, content)
        count += 1
        tick(count, len(tables["subjects"]), name)
    return count


def workbook(draft: Draft) -> bytes:
    """The .xlsx of one form; the same draft gives the same bytes."""

    def build(book: Book) -> None:
        beside = (form_sheet.BESIDE,) if draft.last_year else ()
        form_sheet.write(book.sheet(SHEET, (*form_sheet.WIDTHS, *beside)), draft)

    title = f"{form_sheet.title(draft)}（{draft.year}年度） {draft.name}"
    return workbooks.workbook(build, title=title, author=draft.issuer, day=date(draft.year, 12, 31))


def file_name(code: str, name: str, used: set[str]) -> str:
    """A file name that Windows and Linux take, never a path, unlike those `used`, to which it is added."""
    whole = unicodedata.normalize("NFC", clean(f"{code} {name}"))
    stem = places.cut(_DEVICES.sub(r"_\1", _FORBIDDEN.sub(" ", whole).strip(" .")), _NAME_BYTES) or "_"
    found = stem
    count = 2
    while found.casefold() in used:
        found = f"{stem}（{count}）"
        count += 1
    used.add(found.casefold())
    return f"{found}.xlsx"
