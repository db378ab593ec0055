"""Reads the texts of a Parquet file: each different text of each column once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from jixiao.archive.disclosure.document import Document
from jixiao.figures.province import row_files

# A few letters with few digits, as codes of subjects are, hold nothing that is looked for.
_CODE = "[A-Za-z]{0,3}[0-9]{0,9}"


def read(document: Document, content: bytes) -> None:
    """The texts of the file; ValueError for one that is no Parquet."""
    import duckdb

    with row_files.connected() as connection, TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        path.write_bytes(content)
        try:
            rows = connection.read_parquet(str(path))
            for column, kind in zip(rows.columns, rows.types, strict=True):
                if str(kind) == "VARCHAR":
                    name = column.replace('"', '""')
                    chosen = f'"{name}" is not null and not regexp_full_match("{name}", \'{_CODE}\')'
                    found = rows.filter(chosen).project(f'"{name}"').distinct().order(f'"{name}"').fetchall()
                    for (text,) in found:
                        document.add(f"{column} 列", text)
        except duckdb.Error as error:
            raise ValueError("no Parquet") from error
