"""The parameters that a running notebook really has: its namespace and history in, one `Params` out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jixiao.kit import places
from jixiao.kit.errors import Fault, NotebookError, ParameterError
from jixiao.kit.strict_yaml import suggestion
from jixiao.report.notebook_form import assigned_names
from jixiao.year import params
from jixiao.year.params import NAMES, Params

_INJECTED = "# Parameters"  # the comment papermill opens its injected cell with
_CELL = "笔记本的参数单元"


def effective(namespace: Mapping[str, Any], root: Path) -> Params:
    """The parameters in `namespace`, those left None taken from params/<report_year>.yml.

    ParameterError or NotebookError where a name is missing, unknown, mistyped or assigned again behind the
    parameters that papermill injected.
    """
    _check_history(namespace.get("In", ()))
    absent = [name for name in NAMES if name not in namespace]
    if absent:
        raise NotebookError(
            Fault(_CELL, f"没有声明 {'、'.join(absent)}", remedy="在带 parameters 标签的单元里补上")
        )
    given = {name: namespace[name] for name in NAMES if namespace[name] is not None}
    recorded = params.read(root, places.year_of(given.get("report_year", "")))
    return params.checked(recorded | given, lambda *key: f"参数 {'.'.join(map(str, key))}".strip())


def _check_history(cells: Sequence[str]) -> None:
    """What papermill's own warning lets pass: unknown names, and values that the notebook overwrites."""
    injected = next((at for at, cell in enumerate(cells) if cell.startswith(_INJECTED)), None)
    if injected is None:
        return
    unknown = sorted(assigned_names(cells[injected]) - set(NAMES))
    if unknown:
        raise ParameterError(
            *(
                Fault("传入的参数", f"没有名为“{name}”的参数", remedy=suggestion(name, NAMES))
                for name in unknown
            )
        )
    for cell in cells[injected + 1 :]:
        changed = sorted(assigned_names(cell) & set(NAMES))
        if changed:
            found = f"在传入参数之后又给 {'、'.join(changed)} 赋值"
            raise NotebookError(
                Fault(
                    _CELL,
                    found,
                    "带 parameters 标签的单元之后不再改参数",
                    "给参数单元加上 parameters 标签，删去后面的赋值",
                )
            )


def unchanged(namespace: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """NotebookError when a parameter no longer has the value that the report was opened with."""
    changed = [name for name, value in before.items() if namespace.get(name) != value]
    if changed:
        raise NotebookError(
            Fault(
                f"参数 {'、'.join(changed)}",
                "在打开报告之后被改动",
                remedy="改在参数单元里，然后从头运行全部单元",
            )
        )
