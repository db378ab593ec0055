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

    with TemporaryDirectory() as folder, _connection().cursor() as cursor:
        path = Path(folder) / "rows.parquet"
        path.write_bytes(content)
        try:
            described = cursor.execute("describe select * from read_parquet($1)", [str(path)]).fetchall()
            for column, kind, *_ in described:
                document.add("列名", column)
                if not _NUMBERS.fullmatch(kind):
                    text_of = '"' + column.replace('"', '""') + '"::VARCHAR'
                    query = (
                        f"select distinct {text_of} from read_parquet($1) where {text_of} is not null "
                        f"and not regexp_full_match({text_of}, '{_CODE}') order by 1"
                    )
                    for (text,) in cursor.execute(query, [str(path)]).fetchall():
                        document.add(f"{column} 列", text)
        except duckdb.Error as error:
            raise ValueError("no Parquet") from error


@cache
def _connection() -> DuckDBPyConnection:
    """One connection for all files, since to make one takes longer than to read a file; each reads by a cursor of its own.

    Files are looked through in several threads where they cannot be in forks, and a connection serves one at a time.
    """
    return row_files.connected(threads=1)
