"""The data package of a published version, datapackage.json: what the tables hold that it was made from.

It follows the Data Package and Table Schema of frictionlessdata.io; `model` follows their Fiscal Data Package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from jixiao.archive import licences
from jixiao.archive.inputs import Input
from jixiao.archive.publication import Heading
from jixiao.kit.sealed import rendered

NAME = "datapackage.json"
_YUAN_PER_WAN = 10000
_PHASES = {"initial_budget": "approved", "adjusted_budget": "adjusted", "executed": "executed"}
_LEDGER = "subjects"


def render(heading: Heading, inputs: Sequence[Input]) -> bytes:
    """datapackage.json of the tables among `inputs`."""
    from jixiao.year import table_schema
    from jixiao.year.schemas import SCHEMAS

    found = {PurePosixPath(one.name).stem: one for one in inputs if one.role == "table"}
    tables = {name: found[name] for name in SCHEMAS if name in found}
    invented = {"description": heading.note} if heading.note else {}
    resources = [
        {**table_schema.described(name, one.content, tables), **_file(one), **invented}
        for name, one in tables.items()
    ]
    content = {**_head(heading), "model": _model(tables), "resources": resources}
    return rendered(content)


def _head(heading: Heading) -> dict[str, Any]:
    params = heading.params
    licence = params.license
    address = licences.address(licence)
    evaluated = params.evaluated_year
    return {
        "name": f"performance-report-{heading.name}",
        "title": f"{heading.title}：数据表",
        "description": heading.note or f"{params.region}{params.report_year}工作年度报告所依据的数据表。",
        "licenses": [{"name": licence, "path": address} if address else {"name": "other", "title": licence}],
        "contributors": [{"title": params.issuer, "role": "publisher"}],
        "countryCode": "CN",
        "fiscalPeriod": {"start": f"{evaluated}-01-01", "end": f"{evaluated}-12-31"},
        "granularity": "aggregated",
    }


def _model(tables: Mapping[str, Input]) -> dict[str, Any]:
    """Which columns are public money, in which phase of the budget, and whose it is."""
    if _LEDGER not in tables:
        return {}
    money = {"resource": _LEDGER, "currency": "CNY", "factor": _YUAN_PER_WAN, "direction": "expenditure"}
    measures = {name: {"source": name, **money, "phase": phase} for name, phase in _PHASES.items()}
    dimensions = {
        "subject": _dimension("subject_id", "activity"),
        "unit": _dimension("unit_id", "administrator"),
    }
    return {"measures": measures, "dimensions": dimensions}


def _dimension(key: str, kind: str) -> dict[str, Any]:
    attributes = {key: {"source": key, "resource": _LEDGER}}
    return {"dimensionType": kind, "primaryKey": key, "attributes": attributes}


def _file(one: Input) -> dict[str, Any]:
    known = one.as_json()
    return {"path": one.kept, "bytes": known["bytes"], "hash": f"sha256:{known['sha256']}"}
