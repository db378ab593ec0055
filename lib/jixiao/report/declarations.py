"""What the parameters cell of a notebook declares: each name with the type of its values and its default.

The parameters of the year are declared by name alone. Any other is the notebook's own, and is written with its type
or with a default that shows it: `month: int = 6`, `month = 6`, `month: int` (a value must be given), `note: str | None = None`.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jixiao.kit.errors import Fault, one_line
from jixiao.kit.strict_yaml import meant, suggestion
from jixiao.year.params import NAMES

_TYPES: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "int": ("整数", (int,)),
    "float": ("数", (int, float)),
    "str": ("文本", (str,)),
    "bool": ("true 或 false", (bool,)),
    "list": ("列表", (list,)),
    "dict": ("“键: 值”", (dict,)),
}
_FORM = "如 month: int = 6；类型为 int、float、str、bool、list、dict 之一"


@dataclass(frozen=True)
class Declared:
    """A name that the parameters cell declares; `type` is "" where neither annotation nor default says one."""

    name: str
    type: str = ""
    may_be_none: bool = False
    default: Any = None

    @property
    def own(self) -> bool:
        """Whether it is a parameter of the notebook rather than of the year."""
        return self.name not in NAMES

    def fits(self, value: Any) -> bool:
        """Whether `value` is of the declared type; exact types only, so that true is no number."""
        return (value is None and self.may_be_none) or type(value) in _TYPES[self.type][1]


def declared(source: str) -> dict[str, Declared]:
    """What a parameters cell declares, in order: simple assignments at the top of the cell."""
    found: dict[str, Declared] = {}
    for statement in ast.parse(python(source)).body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            found[name] = _annotated(name, statement.annotation, statement.value)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                plain = isinstance(target, ast.Name)
                for node in ast.walk(target):
                    if isinstance(node, ast.Name):
                        found[node.id] = _assigned(node.id, statement.value if plain else None)
    return found


def _assigned(name: str, value: ast.expr | None) -> Declared:
    default = _literal(value)
    return Declared(name, "" if default is None else type(default).__name__, default=default)


def _annotated(name: str, annotation: ast.expr, value: ast.expr | None) -> Declared:
    """`int`, `list[str]` and `int | None`; any other annotation says no type."""
    parts = [part.strip() for part in ast.unparse(annotation).split("|")]
    types = [part.partition("[")[0] for part in parts if part != "None"]
    said = types[0] if len(types) == 1 and types[0] in _TYPES else ""
    return Declared(name, said, "None" in parts, _literal(value))


def _literal(value: ast.expr | None) -> Any:
    """The value that is written out; None where there is none, or an expression to be computed."""
    try:
        return None if value is None else ast.literal_eval(value)
    except ValueError:
        return None


def own_values(
    declared: Mapping[str, Declared], given: Mapping[str, Any], where: str
) -> tuple[dict[str, Any], list[Fault]]:
    """The value of each own parameter, `given` at `where` or its default; and what is unknown, missing or mistyped."""
    faults = list(_unknown(declared, given, where))
    values: dict[str, Any] = {}
    for one in declared.values():
        if not one.own:
            continue
        value = given.get(one.name, one.default)
        values[one.name] = value
        if one.type not in _TYPES:
            close = meant(one.name, NAMES)
            hint = f"；年度的参数请改为 {close}" if close else ""
            faults.append(Fault(f"笔记本的参数 {one.name}", f"没有写类型{hint}", _FORM))
        elif value is None and not one.may_be_none:
            faults.append(Fault(where, f"缺少参数 {one.name}", _TYPES[one.type][0], "写上它的值"))
        elif not one.fits(value):
            found = f"是“{one_line(str(value), 60)}”"
            faults.append(Fault(f"{where} 的 {one.name}", found, _TYPES[one.type][0]))
    return values, faults


def _unknown(declared: Mapping[str, Declared], given: Mapping[str, Any], where: str) -> Iterator[Fault]:
    for name in given:
        if name not in declared:
            remedy = suggestion(name, tuple(declared))
            yield Fault(where, f"笔记本没有声明参数 {one_line(name, 60)}", remedy=remedy)


def python(source: str) -> str:
    """`source` with the syntax of IPython translated; empty when that is no Python, so binds nothing."""
    if _is_python(source):
        return source
    from IPython.core.inputtransformer2 import TransformerManager

    translated = TransformerManager().transform_cell(source)
    return translated if _is_python(translated) else ""


def _is_python(text: str) -> bool:
    try:
        symtable.symtable(text, "<cell>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
