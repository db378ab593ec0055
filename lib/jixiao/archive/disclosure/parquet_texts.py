"""Reads the texts of a Parquet file: each different text of each column once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from jixiao.archive.disclosure.document import Document
from jixiao.figures.province import row_files

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A few letters with few digits, as codes of subjects are, hold nothing that is looked for.
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
                if kind == "VARCHAR":
                    name = '"' + column.replace('"', '""') + '"'
                    query = (
                        f"select distinct {name} from read_parquet($1) "
                        f"where {name} is not null and not regexp_full_match({name}, '{_CODE}') order by 1"
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
