"""What is wrong with the text of a notebook before it runs: in Markdown cells, and in texts that its code shows.

A text that code shows is one that stands in the source inside HTML(…), Markdown(…), print(…) or display(…), or in a
heading, caption, note or alternative text of the report; what code puts into it is no number typed by hand. What code
makes itself is seen after the run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.kit.errors import Fault
from jixiao.report import digits, prose
from jixiao.report.declarations import python
from jixiao.report.notebook_form import INJECTED, place

if TYPE_CHECKING:
    from nbformat import NotebookNode

_SHOWN = ("HTML", "Markdown", "Latex", "print", "display", "display_html", "display_markdown")
_HEADINGS = ("section", "subsection", "subsubsection", "appendix")
# Of report.table and report.chart; caption and alt may stand at these places.
_WORDS = ("caption", "note", "alt")
_AT = {"table": {1: "caption"}, "chart": {1: "caption", 2: "alt"}}
_FRAME_AT = {"table": (0, 1), "chart": (3, 4)}
_MAKES_FRAMES = ("DataFrame", "Series", "from_dict", "from_records")
_NAMES = {"caption": "题目", "note": "注", "alt": "替代文字"}
_MARKUP = re.compile(
    r"<(style|script)\b.*?</\1\s*>|<!--.*?-->|</?[A-Za-z][^>]*>|&#?\w+;", re.DOTALL | re.IGNORECASE
)


_TARGET = re.compile(r"(?<=\])\([^)\s]*\)")  # where a link leads, the bytes of a picture


def faults(notebook: NotebookNode, path: Path, left_out: Sequence[str]) -> list[tuple[int, Fault]]:
    """Each fault with the number of its cell; `left_out` are the sections that the year does not write."""
    cells = [cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", ())]
    assigned = _assigned(cells)
    told: list[tuple[int, Fault]] = []
    for number, cell in enumerate(cells, 1):
        if cell.cell_type == "markdown":
            found = _of_markdown(cell.source, left_out)
        elif cell.cell_type == "code":
            found = _of_code(cell.source, assigned)
        else:
            continue
        where = place(path, number, cell.source)
        for fault in dict.fromkeys(found):
            told.append((number, Fault(f"{where} {fault.place}", fault.found, fault.expected, fault.remedy)))
    return told


def typed_frames(notebook: NotebookNode) -> list[tuple[int, str]]:
    """Number and source of each cell that gives report.table or report.chart a frame with numbers typed in the code."""
    cells = [cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", ())]
    assigned = _assigned(cells)
    found = []
    for number, cell in enumerate(cells, 1):
        source = python(cell.source) if cell.cell_type == "code" else ""
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        given = [frame for call in calls for frame in _frames(call)]
        if any(_holds_numbers(frame, assigned) for frame in given):
            found.append((number, cell.source))
    return found


def _frames(call: ast.Call) -> Iterator[ast.expr]:
    """The frames that a call of report.table or report.chart is given."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _FRAME_AT:
        yield from call.args[slice(*_FRAME_AT[call.func.attr])]
        yield from (one.value for one in call.keywords if one.arg in ("what", "data"))


def _holds_numbers(node: ast.expr, assigned: Mapping[str, ast.expr], seen: Collection[str] = ()) -> bool:
    """Whether an expression is a frame made of numbers that stand in the code, or a method of one, or a name for one."""
    match node:
        case ast.Name(id=name) if name in assigned and name not in seen:
            return _holds_numbers(assigned[name], assigned, (*seen, name))
        case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called), args=args, keywords=words) if (
            called in _MAKES_FRAMES
        ):
            return any(map(_typed_number, [*args, *(one.value for one in words)]))
        case ast.Call(func=ast.Attribute(value=value)):
            return _holds_numbers(value, assigned, seen)
    return False


def _typed_number(node: ast.expr | None) -> bool:
    """Whether a literal is a number, or a list or dictionary that holds one."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ast.UnaryOp(operand=operand):
            return _typed_number(operand)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Dict(values=parts):
            return any(map(_typed_number, parts))
    return False


def _of_markdown(source: str, left_out: Sequence[str]) -> Iterator[Fault]:
    """Text is held to what `report.prose` is held to, but takes no figures."""
    for match in prose.PLACEHOLDER.finditer(source):
        remedy = '把这段文字写进 report.prose("""…""")'
        yield Fault(f"正文“…{match[0]}…”", "Markdown 单元格里不能用统计数", remedy=remedy)
    readable = digits.cover(_TARGET, digits.cover(_MARKUP, source))
    yield from dict.fromkeys([*prose.table_faults(source, "正文"), *prose.written_faults(readable, "正文")])
    yield from prose.references(source, left_out)


def _of_code(source: str, assigned: Mapping[str, ast.expr]) -> Iterator[Fault]:
    calls = [node for node in ast.walk(ast.parse(python(source))) if isinstance(node, ast.Call)]
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in _SHOWN:
            for text in (text for argument in call.args for text in _texts(argument, assigned)):
                yield from _of_shown(text, name)
        else:
            for words, text in _said(call, name):
                yield from digits.found(text, words, digits.cover(_MARKUP, text))
                for match in prose.PLACEHOLDER.finditer(text):
                    remedy = f"写成 f\"…{{report.figures['{match[1]}'].display}}…\""
                    yield Fault(f"{words}“…{match[0]}…”", f"{words}里不填统计数", remedy=remedy)


def _of_shown(text: str, called: str) -> Iterator[Fault]:
    masked = digits.cover(_MARKUP, text)
    if called not in ("print", "display"):
        drawn = prose.table_faults(text, f"{called} 的文字")
        yield from drawn
        if drawn:
            return
    yield from digits.found(text, f"{called} 的文字", masked)


def _said(call: ast.Call, called: str) -> Iterator[tuple[str, str]]:
    """The texts typed in a call for a heading, caption, note or alternative text, and what each is."""
    if called in _HEADINGS and call.args:
        yield from (("标题", text) for text in _texts(call.args[0], {}))
    if called in _AT:
        given = {_AT[called][n]: one for n, one in enumerate(call.args) if n in _AT[called]}
        given |= {one.arg: one.value for one in call.keywords if one.arg in _WORDS}
        for word, argument in given.items():
            yield from ((_NAMES[word], text) for text in _texts(argument, {}))


def _texts(node: ast.expr, assigned: Mapping[str, ast.expr], seen: Collection[str] = ()) -> Iterator[str]:
    """The texts that stand in an expression, or in what its names are `assigned`; NO_NUMBER where code puts a value in."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            pieces = [str(one.value) if isinstance(one, ast.Constant) else digits.NO_NUMBER for one in parts]
            yield "".join(pieces)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            sides = [list(_texts(side, assigned, seen)) or [digits.NO_NUMBER] for side in (left, right)]
            yield "".join(text for side in sides for text in side)
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text))):
            yield re.sub(r"%[-+ #0-9.]*[a-zA-Z]", digits.NO_NUMBER, text)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            yield re.sub(r"\{[^{}]*\}", digits.NO_NUMBER, text)
        case ast.Name(id=name) if name in assigned and name not in seen:
            yield from _texts(assigned[name], assigned, (*seen, name))


def _assigned(cells: Sequence[NotebookNode]) -> dict[str, ast.expr]:
    """name -> the last expression that a cell assigns to it."""
    found: dict[str, ast.expr] = {}
    for cell in cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(python(cell.source))):
                if isinstance(node, ast.Assign):
                    found |= {one.id: node.value for one in node.targets if isinstance(one, ast.Name)}
    return found
