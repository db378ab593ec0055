"""Reads the texts of a Parquet file: the names of its columns, and each different text of each column once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from jixiao.archive.disclosure.document import Document
from jixiao.figures.province import row_files

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Columns of these hold nothing that is looked for; lists, structures and whole numbers are read as DuckDB writes them.
_NUMBERS = re.compile(r"DECIMAL\([\d,]+\)|DOUBLE|BOOLEAN|DATE")
# A few letters with few digits, as codes of subjects are, hold nothing either.
_CODE = "[A-Za-z]{0,3}[0-9]{0,9}"


def read(document: Document, content: bytes) -> None:
    """The texts of the file; ValueError for one that is no Parquet."""
    import duckdb

    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        path.write_bytes(content)
        try:
            described = (
                _connection().execute("describe select * from read_parquet($1)", [str(path)]).fetchall()
            )
            for column, kind, *_ in described:
                document.add("列名", column)
                if not _NUMBERS.fullmatch(kind):
                    name = column.replace('"', '""')
                    query = (
                        f'select distinct "{name}"::VARCHAR said from read_parquet($1) '
                        f"where said is not null and not regexp_full_match(said, '{_CODE}') order by said"
                    )
                    for (text,) in _connection().execute(query, [str(path)]).fetchall():
                        document.add(f"{column} 列", text)
        except duckdb.Error as error:
            raise ValueError("no Parquet") from error


@cache
def _connection() -> DuckDBPyConnection:
    """One connection for all files, since to make one takes longer than to read a file."""
    return row_files.connected(threads=1)
