"""Writes tables as CSV that can be read back exactly, and in which no spreadsheet finds a formula."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from jixiao.kit import numbers, places
from jixiao.kit.errors import Fault, RunError

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


def text(value: Any) -> str | None:
    """`value` as the text that a CSV has; None for blank."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return numbers.plain(value) if isinstance(value, Decimal) else str(value)


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of the files of those of the tables `names` that are in `folder`, by name."""
    paths = {name: folder / f"{name}.csv" for name in names}
    return {n: hashlib.sha256(path.read_bytes()).hexdigest() for n, path in paths.items() if path.is_file()}


def write(
    frames: Mapping[str, pd.DataFrame], folder: Path, read: Mapping[str, str] | None = None
) -> list[Path]:
    """Write the frames to `folder`; all are on the disk before the first takes the place of an earlier file.

    The caller holds the folder (`locks.folder_held`). `read` are the `digests` of the tables from which the frames
    were made: RunError when somebody has saved one of them since, and then nothing is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    places.clear_parts(folder, "*.csv")
    parts = {name: places.part_of(folder / f"{name}.csv") for name in frames}
    try:
        for name, frame in frames.items():
            with parts[name].open("w", encoding="utf-8", newline="") as file:
                file.write(csv_text(frame))
                file.flush()
                os.fsync(file.fileno())
        if read is not None:
            refuse_changed(frames, folder, read)
        for name, part in parts.items():
            part.replace(folder / f"{name}.csv")
        return [folder / f"{name}.csv" for name in frames]
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def refuse_changed(names: Collection[str], folder: Path, read: Mapping[str, str]) -> None:
    """RunError when one of the tables `names` in `folder` is no longer the one of the digests `read`."""
    now = digests(folder, names)
    changed = [f"{folder.name}/{name}.csv" for name in names if now.get(name) != read.get(name)]
    if changed:
        found = "在运行中被改动，各表都没有写入"
        remedy = "存好并关闭这张表，再运行"
        raise RunError(*(Fault(f"data/{name}", found, remedy=remedy) for name in changed))
