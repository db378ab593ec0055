"""The form a notebook must have to be run with parameters, read from the file before any kernel starts."""

from __future__ import annotations

import ast
import difflib
import json
import math
import re
import symtable
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.kit import characters
from jixiao.kit.errors import Fault, NotebookError, ParameterError, one_line
from jixiao.report.declarations import Declared, declared, python

if TYPE_CHECKING:
    from nbformat import NotebookNode

DECLARED = "parameters"  # tag of the cell that declares the parameters
GOES_ON = "JIXIAO_GOES_ON"  # set in a run that tells what is wrong with its text at the end, all at once
INJECTED = "injected-parameters"  # tag of the cell that a run puts behind it

_RUNS_PYTHON = ("time", "prun", "capture")  # magics whose text is Python run in the notebook's namespace
# What nbformat raises for JSON of another shape depends on where it first stumbles.
_OTHER_SHAPE = (AttributeError, TypeError, LookupError, RecursionError)
_UNREADABLE = (OSError, ValueError, *_OTHER_SHAPE)
_OF_YEAR = re.compile(r"\{\s*(last_year|change|[12][0-9]{3})\s*:")
_REASSIGNED = "先删去这一赋值，或换一个变量名"


def read_notebook(path: Path) -> NotebookNode:
    """The notebook of a file as nbformat 4; NotebookError when it is no notebook."""
    return notebook_of(content_of(path), path)


def content_of(path: Path) -> bytes:
    """The bytes of the file of a notebook; NotebookError when it cannot be read."""
    require_file(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _no_notebook(path, error) from None


def notebook_of(content: bytes, path: Path) -> NotebookNode:
    """The notebook whose file at `path` has this `content`, as nbformat 4; NotebookError when it is no notebook."""
    from jixiao.kit import quick_nbformat

    nbformat = quick_nbformat.load()
    try:
        notebook = nbformat.convert(nbformat.reader.reads(content.decode("utf-8-sig")), 4)
        notebook = nbformat.validator.normalize(notebook)[1]
        nbformat.validate(notebook)
        if wrong := characters.no_text(json.dumps(notebook, ensure_ascii=False)):
            raise ValueError(f"有不能用的字符 {wrong}")
    except (*_UNREADABLE, nbformat.ValidationError) as error:
        raise _no_notebook(path, error) from None
    return notebook


def _no_notebook(path: Path, error: Exception) -> NotebookError:
    said = getattr(error, "strerror", None) or str(error)  # the text of an OSError names the whole path
    why = "内容不是一本笔记本" if isinstance(error, _OTHER_SHAPE) else one_line(said, 120)
    found = f"不能作为笔记本读取（{why}）"
    return NotebookError(Fault(path.name, found, "Jupyter 笔记本（.ipynb）"))


def require_file(path: Path) -> None:
    """NotebookError unless `path` is a file."""
    if not path.is_file():
        raise NotebookError(Fault(path.name, "找不到这个笔记本", remedy="核对文件名"))


def check_form(notebook: NotebookNode, values: Mapping[str, object], path: Path) -> None:
    """Refuse `notebook` unless `values` are of just the parameters it declares, and no cell assigns them again.

    NotebookError or ParameterError name each fault. Outputs left in it are tolerated: a run drops them.
    """
    cell = _parameters_cell(notebook, path)
    names = list(declared(cell.source))
    faults = [*_unfit_values(values), *_name_faults(names, values, path)]
    if faults:
        raise ParameterError(*faults)
    changed = list(_reassignments(notebook, cell, names, path))
    if changed:
        raise NotebookError(*changed)


def parameters_of(notebook: NotebookNode, path: Path) -> dict[str, Declared]:
    """What `notebook` declares in the one cell that is tagged for it; NotebookError when there is no such cell."""
    return declared(_parameters_cell(notebook, path).source)


def sections(notebook: NotebookNode) -> Iterator[str]:
    """The names of sections that `notebook` writes out: "制度建设" of report.section("制度建设")."""
    for cell in notebook.cells:
        source = python(cell.source) if cell.cell_type == "code" else ""
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(func=ast.Attribute(attr="section"), args=[ast.Constant(value=str(name)), *_]):
                    yield name


def earlier_years(notebook: NotebookNode, report_year: int, known: Sequence[int]) -> set[int]:
    """The years before `report_year` whose figures `notebook` mentions; all that are `known` where it does not say which.

    A year is mentioned in a text ({last_year:KEY}, {change:KEY}, {2020:KEY}), by report.years[2020], or by
    report.years.frame(KEY, [2020, 2021]). report.side_by_side() mentions them all.
    """
    found: set[int] = set()
    for cell in notebook.cells:
        tree = ast.parse(python(cell.source) if cell.cell_type == "code" else "")
        said = set()  # uses of report.years that say which year
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)):
                    years = _OF_YEAR.findall(text)
                    found |= {int(year) if year.isdigit() else report_year - 1 for year in years}
                case ast.Subscript(
                    value=ast.Attribute(attr="years") as used, slice=ast.Constant(value=int(year))
                ):
                    found.add(year)
                    said.add(used)
                case ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="years") as used, attr="frame"),
                    args=[_, ast.List(elts=listed)],
                ) if all(isinstance(one, ast.Constant) for one in listed):
                    found |= {int(ast.unparse(one)) for one in listed if ast.unparse(one).isdigit()}
                    said.add(used)
                case ast.Attribute(attr="years") if node not in said:
                    found |= set(known)
                case ast.Attribute(attr="side_by_side"):
                    found |= set(known)
    return {year for year in found if year < report_year}


def is_side_by_side(notebook: NotebookNode) -> bool:
    """Whether `notebook` puts years side by side, for which rows of the year before are read too."""
    return _calls(notebook, "side_by_side")


def is_of_districts(notebook: NotebookNode) -> bool:
    """Whether `notebook` puts districts side by side, for which all is read that they sent."""
    return _calls(notebook, "districts")


def _calls(notebook: NotebookNode, name: str) -> bool:
    """Whether a cell calls the method `name` of the report."""
    sources = [python(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    nodes = (node for source in sources for node in ast.walk(ast.parse(source)))
    return any(isinstance(node, ast.Attribute) and node.attr == name for node in nodes)


def areas(notebook: NotebookNode) -> tuple[str, ...]:
    """What the title of a report says that it is about: title("…", about=["agencies"]); nothing for one on the whole year."""
    for cell in notebook.cells:
        if cell.cell_type != "code" or "about" not in cell.source:
            continue
        for node in ast.walk(ast.parse(python(cell.source))):
            match node:
                case ast.Call(func=ast.Attribute(attr="title"), keywords=given):
                    for one in given:
                        if one.arg == "about" and isinstance(one.value, ast.List):
                            return tuple(
                                each.value
                                for each in one.value.elts
                                if isinstance(each, ast.Constant) and isinstance(each.value, str)
                            )
    return ()


def place(path: Path, number: int, source: str) -> str:
    """How a message names cell `number` of the notebook: its file, number and first line."""
    return f"{path.name} 第 {number} 个单元格「{first_line(source)}」"


def first_line(source: str) -> str:
    """The first line of `source` that is not blank, cut to what a message can carry."""
    return one_line(next((line for line in source.splitlines() if line.strip()), ""), 60)


def assigned_names(source: str) -> set[str]:
    """Names that running `source` as a cell binds, rebinds or deletes in the notebook's namespace."""
    text = python(source)
    names = set().union(*map(assigned_names, _magic_bodies(ast.parse(text))))
    module = symtable.symtable(text, "<cell>", "exec")
    names.update(symbol.get_name() for symbol in module.get_symbols() if _binds(symbol))
    for table in _inner_scopes(module):
        names.update(s.get_name() for s in table.get_symbols() if s.is_declared_global() and _binds(s))
    return names


def _parameters_cell(notebook: NotebookNode, path: Path) -> NotebookNode:
    tagged = [(number, cell) for number, cell in enumerate(notebook.cells, 1) if DECLARED in _tags(cell)]
    for number, cell in enumerate(notebook.cells, 1):
        if INJECTED in _tags(cell):
            fault = Fault(place(path, number, cell.source), f"带有 {INJECTED} 标签，是以前运行留下的")
            raise NotebookError(
                Fault(fault.place, fault.found, remedy="用未运行过的原始笔记本，或删去这个单元格")
            )
    if len(tagged) == 1 and tagged[0][1].cell_type == "code":
        return tagged[0][1]
    numbers = "、".join(str(number) for number, _ in tagged)
    found = (
        f"第 {numbers} 个单元格都带有 {DECLARED} 标签"
        if len(tagged) > 1
        else f"没有带 {DECLARED} 标签的代码单元格"
    )
    raise NotebookError(
        Fault(path.name, found, "恰有一个", f"给声明参数的那个单元格（只给它）加上 {DECLARED} 标签")
    )


def _tags(cell: NotebookNode) -> Sequence[str]:
    return cell.metadata.get("tags", ())


def _unfit_values(values: Mapping[str, object]) -> Iterator[Fault]:
    for name, value in values.items():
        if not _is_json(value):
            expected = "文本、整数、有限小数、真假、空值，或由它们组成的列表与字典"
            yield Fault(
                f"参数 {name}",
                f"{one_line(repr(value), 80)}（{type(value).__name__}）不能原样传给笔记本",
                expected,
            )


def _is_json(value: object) -> bool:
    """True for values that JSON gives back unchanged: exact types only, so no numpy scalar and no tuple."""
    kind = type(value)
    if kind is list:
        return all(map(_is_json, value))
    if kind is dict:
        return all(type(key) is str for key in value) and all(map(_is_json, value.values()))
    return math.isfinite(value) if kind is float else kind in (str, int, bool, type(None))


def _name_faults(declared: Sequence[str], passed: Mapping[str, object], path: Path) -> Iterator[Fault]:
    for name in passed:
        if name not in declared:
            close = difflib.get_close_matches(name, declared, 1)
            hint = f"是否想写 {close[0]}" if close else "在参数单元格里声明它，或不再传入"
            found = f"笔记本没有声明参数 {one_line(name, 60)}"
            yield Fault(path.name, found, f"{'、'.join(declared) or '（无参数）'} 之一", f"核对：{hint}")
    for name in declared:
        if name not in passed:
            yield Fault(path.name, f"缺少参数 {name}", remedy="在 params 文件里写明它的值")


def _reassignments(
    notebook: NotebookNode, declaring: NotebookNode, declared: Sequence[str], path: Path
) -> Iterator[Fault]:
    later = notebook.cells.index(declaring) + 1
    for number, cell in enumerate(notebook.cells[later:], later + 1):
        if cell.cell_type == "code":
            for name in sorted(assigned_names(cell.source) & set(declared)):
                yield Fault(
                    place(path, number, cell.source),
                    f"改写了参数 {name}",
                    "参数在整本笔记本里不变",
                    _REASSIGNED,
                )


def _magic_bodies(tree: ast.AST) -> Iterator[str]:
    """Python code handed as text to the magics that run it in the notebook's namespace."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in (
            "run_line_magic",
            "run_cell_magic",
        ):
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if texts and texts[0] in _RUNS_PYTHON:
                yield texts[-1]


def _inner_scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner_scopes(child)


def _binds(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
