"""What a chart of the page shows, as a CSV file that the page carries in itself."""

from __future__ import annotations

import csv
import io
from base64 import b64encode
from typing import Any

from jixiao.report.table import Table
from jixiao.year.table_files import guarded

_MISSING = "—"


def link(table: Table) -> Any:
    """A paragraph with the link that saves the rows of a table: exact numbers, nothing where something is missing."""
    from lxml.html import builder

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(guarded(column.label) for column in table.columns)
    for row in table.as_json()["rows"]:
        texts = ("" if cell["text"] == _MISSING else cell["value"] or cell["text"] for cell in row)
        writer.writerow(map(guarded, texts))
    content = b64encode(f"\ufeff{out.getvalue()}".encode()).decode()  # the mark by which Excel knows UTF-8
    address = f"data:text/csv;charset=utf-8;base64,{content}"
    name = table.caption.removesuffix("（数据）").replace("/", "／") or "数据"
    return builder.P(builder.A("下载为 CSV", href=address, download=f"{name}.csv"), builder.CLASS("save"))
