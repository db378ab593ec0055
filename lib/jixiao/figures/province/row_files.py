"""The files of rows that a district sends up: their columns, and what their metadata say of the district and the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jixiao.kit.errors import Fault, ParameterError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PLACES = 6  # decimals that a number of these files has at most
NUMBER = f"DECIMAL(18,{PLACES})"
_TEXT = "VARCHAR"
# What a row has, by the name of the file: column -> type.
TOTALS: Mapping[str, str] = {
    "subject_id": _TEXT,
    "kind": _TEXT,
    "initial_budget": NUMBER,
    "adjusted_budget": NUMBER,
    "executed": NUMBER,
    "self_score": NUMBER,
    "self_grade": _TEXT,
    "other_score": NUMBER,
    "other_grade": _TEXT,
}
INDICATORS: Mapping[str, str] = {
    "subject_id": _TEXT,
    "indicator_id": _TEXT,
    "kind": _TEXT,
    "level1": _TEXT,
    "level2": _TEXT,
    "level3": _TEXT,
    "weight": NUMBER,
    "self_score": NUMBER,
    "other_score": NUMBER,
}
# What the metadata of each file say: the year, the tier of the columns other_…, and the digest of what totals follow from.
YEAR = "report_year"
OTHER = "other_tier"
MADE_FROM = "made_from"
_SETTINGS: Mapping[str, Any] = {
    "threads": 2,
    "memory_limit": "1GB",
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def connected(**settings: Any) -> DuckDBPyConnection:
    """A database in memory that loads nothing from elsewhere; ParameterError where DuckDB is not installed."""
    try:
        import duckdb
    except ImportError:
        remedy = "运行 pip install 'jixiao[province]'"
        raise ParameterError(Fault("区县明细（Parquet）", "没有安装 DuckDB", remedy=remedy)) from None
    return duckdb.connect(config={**_SETTINGS, **settings})
