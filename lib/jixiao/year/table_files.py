"""Writes tables as CSV that can be read back exactly, and in which no spreadsheet finds a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from jixiao.kit import numbers
from jixiao.kit.sealed import sha256

MARK = "\ufeff"  # without it Excel and WPS on Windows open a UTF-8 table as GBK; reading takes it away

# A spreadsheet takes such a text for a formula, some also behind blanks and what does not show; numbers and a lone
# operator are harmless.
_OPERATOR = r"[\s\x00-\x1f\xad\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠](?=.)"
_FORMULA = re.compile(rf"'*{_OPERATOR}", re.DOTALL)
_APOSTROPHE = re.compile(rf"'+{_OPERATOR}", re.DOTALL)


def guarded(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it as a formula."""
    if not _FORMULA.match(text):
        return text
    try:
        numbers.parse(text)  # a negative number is no formula
    except ValueError:
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """`text` without the apostrophe that `guarded` puts before it."""
    return text[1:] if _APOSTROPHE.match(text) else text


def csv_text(frame: pd.DataFrame) -> str:
    """`frame` as CSV with a header row: nothing for None, exact decimals, true and false, ISO dates."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    quoting = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False, name=None):
        cells = ["" if (written := text(value)) is None else guarded(written) for value in row]
        # Python before 3.13 leaves a lone carriage return without quotes, and readers take it for the end of the row.
        (quoting if any("\r" in cell for cell in cells) else writer).writerow(cells)
    return out.getvalue()


def texts(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with every value as the text that its CSV has, None for blank."""
    return frame.map(text).astype(object).where(lambda cells: cells.notna(), None)


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of `frame` as values by column, None for what is missing.

    Column by column: `to_dict` of pandas asks of each cell whether it is a number of NumPy, which took most of its time.
    """
    names = list(frame.columns)
    columns = [[None if value is pd.NA else value for value in frame[name].tolist()] for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def text(value: Any) -> str | None:
    """`value` as the text that a CSV has; None for blank."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return numbers.plain(value) if isinstance(value, Decimal) else str(value)


def mark_of(path: Path) -> str:
    """The mark with which a table in UTF-8 begins that Excel wrote, "" where there is none or no file."""
    return MARK if path.is_file() and path.read_bytes().startswith(MARK.encode()) else ""


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of the files of those of the tables `names` that are in `folder`, by name."""
    paths = {name: folder / f"{name}.csv" for name in names}
    return {n: sha256(path.read_bytes()) for n, path in paths.items() if path.is_file()}
