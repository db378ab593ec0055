"""The parameters that a running notebook really has, told from its namespace and the cells that were run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.kit import places
from jixiao.kit.errors import Fault, NotebookError, ParameterError
from jixiao.kit.strict_yaml import suggestion
from jixiao.report import declarations
from jixiao.report.declarations import Declared
from jixiao.report.notebook_form import assigned_names
from jixiao.year import params
from jixiao.year.params import NAMES, Params

_INJECTED = "# Parameters"  # the comment papermill opens its injected cell with
_CELL = "笔记本的参数单元"
_YEAR = "report_year"  # the one parameter of the year that every notebook declares


@dataclass(frozen=True)
class InForce:
    """The parameters of the year, and the notebook's own by name."""

    params: Params
    own: Mapping[str, Any]


def effective(namespace: Mapping[str, Any], root: Path) -> InForce:
    """The parameters in `namespace`; those of the year that are None or not declared come from params/<report_year>.yml.

    ParameterError or NotebookError where a name is missing, unknown, mistyped or assigned again behind the
    parameters that papermill injected.
    """
    cells = namespace.get("In", ())
    injected = next((at for at, cell in enumerate(cells) if cell.startswith(_INJECTED)), None)
    declaring = [cell for cell in cells[:injected] if _YEAR in assigned_names(cell)]
    declared = declarations.declared(declaring[-1]) if declaring else {}
    if injected is not None:
        _check_injected(cells[injected:], declared)
    if _YEAR not in namespace:
        remedy = "在带 parameters 标签的单元里补上"
        raise NotebookError(Fault(_CELL, f"没有声明 {_YEAR}", remedy=remedy))
    given = {name: namespace[name] for name in NAMES if namespace.get(name) is not None}
    recorded = params.read(root, places.year_of(given.get(_YEAR, "")))
    typed = params.checked(recorded | given, lambda *key: f"参数 {'.'.join(map(str, key))}".strip())
    bound = {name: namespace[name] for name in declared if name in namespace}
    own, faults = declarations.own_values(declared, bound, _CELL)
    if faults:
        raise ParameterError(*faults)
    return InForce(typed, own)


def _check_injected(cells: Sequence[str], declared: Mapping[str, Declared]) -> None:
    """What papermill's own warning lets pass: unknown names in the injected cell, and later cells that overwrite."""
    known = tuple(dict.fromkeys([*NAMES, *declared]))
    unknown = sorted(assigned_names(cells[0]) - set(known))
    if unknown:
        raise ParameterError(
            *(
                Fault("传入的参数", f"没有名为“{name}”的参数", remedy=suggestion(name, known))
                for name in unknown
            )
        )
    for cell in cells[1:]:
        changed = sorted(assigned_names(cell) & set(known))
        if changed:
            found = f"在传入参数之后又给 {'、'.join(changed)} 赋值"
            remedy = "给参数单元加上 parameters 标签，删去后面的赋值"
            raise NotebookError(Fault(_CELL, found, "带 parameters 标签的单元之后不再改参数", remedy))


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
