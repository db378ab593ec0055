"""The static form of a notebook: one cell declares the parameters, all of them are passed, none is assigned again."""

import math
from decimal import Decimal

import pytest

from jixiao.kit.errors import NotebookError, ParameterError
from jixiao.report.declarations import declared, own_values
from jixiao.report.notebook_form import assigned_names, check_form, read_notebook
from small_notebooks import write

BINDING = {
    "a = 1": {"a"},
    "a, (b, *c) = x": {"a", "b", "c"},
    "a += 1": {"a"},
    "a: int = 1": {"a"},
    "for a in x: pass": {"a"},
    "with x as a: pass": {"a"},
    "import os.path as a": {"a"},
    "import a.b": {"a"},
    "from x import a, b as c": {"a", "c"},
    "print(a := 1)": {"a"},
    "[y for y in z if (a := y)]": {"a"},
    "def a(): b = 1": {"a"},
    "class a: b = 1": {"a"},
    "def f():\n    global a\n    a = 1": {"a", "f"},
    "del a": {"a"},
    "try: pass\nexcept E as a: pass": {"a"},
    "match x:\n    case [a]: pass": {"a"},
    "a = !ls": {"a"},
    "!ls\na = 1": {"a"},
    "%time a = 1": {"a"},
    "%%time\na = 1": {"a"},
    "%matplotlib inline\na = 1": {"a"},
}
HARMLESS = [
    "a == 1",
    "x.a = 1",
    "f(a=1)",
    "lambda a: a",
    "[a for a in x]",
    "%%bash\na=1",
    "!a=1",
    "a?",
    "a =",
    "nonlocal a",
]


@pytest.mark.parametrize("source", BINDING)
def test_every_way_to_bind_a_name_is_seen(source):
    """A cell's assigned names are those it binds in the notebook's namespace, in IPython's syntax too."""
    assert BINDING[source] == assigned_names(source)


@pytest.mark.parametrize("source", HARMLESS)
def test_code_that_leaves_the_namespace_alone_binds_nothing(source):
    """Comparisons, attributes, keywords, inner scopes, shell text and broken code bind no name."""
    assert set() == assigned_names(source)


def test_declared_names_are_the_assignments_in_order():
    """Plain, annotated, unpacked and multi-line assignments declare; imports and comments do not."""
    source = "import os  # z = 1\nb: int = 1\na = [\n    1,\n]\nc, d = 1, 2\ne: str"
    assert list(declared(source)) == ["b", "a", "c", "d", "e"]


def refusal(path, parameters):
    """The text of the error for a notebook file and the parameters passed to it."""
    with pytest.raises((NotebookError, ParameterError)) as caught:
        check_form(read_notebook(path), parameters, path)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_fitting_notebook_passes(tmp_path):
    """Just the declared names, outputs left in the file, and other names assigned later are fine."""
    path = write(tmp_path / "n.ipynb", "years = year + 1\n!echo {year}")
    notebook = read_notebook(path)
    notebook.cells[1].outputs = [{"output_type": "stream", "name": "stdout", "text": "old"}]
    assert check_form(notebook, {"year": 2022}, path) is None


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({1: []}, ["没有带 parameters 标签的代码单元格", "恰有一个"]),
        ({2: ["parameters"]}, ["第 1、2 个单元格都带有 parameters 标签"]),
        ({2: ["injected-parameters"]}, ["第 2 个单元格「print(1)」", "injected-parameters"]),
    ],
)
def test_the_parameters_cell_must_be_marked_once(tmp_path, tags, words):
    """No parameters cell, two of them, or one left by an earlier run: refused, with the cells' numbers."""
    text = refusal(write(tmp_path / "n.ipynb", "print(1)", tags=tags), {"year": 2022})
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"yaer": 2022, "year": 2022}, ["没有声明参数 yaer", "是否想写 year"]),
        ({"zzz": 1, "year": 2022}, ["没有声明参数 zzz", "应为year 之一"]),
        ({}, ["缺少参数 year"]),
    ],
)
def test_passed_and_declared_names_must_agree(tmp_path, parameters, words):
    """A misspelt, unknown or missing parameter is refused with what is allowed and what was meant."""
    text = refusal(write(tmp_path / "n.ipynb"), parameters)
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    "value", [(1, 2), {1: 2}, {1}, Decimal(1), math.nan, math.inf, [math.nan], b"x", complex(1, 2)], ids=repr
)
def test_values_that_json_would_change_are_refused(tmp_path, value):
    """Tuples, sets, decimals, bytes, keys that are no text, NaN and infinity do not travel unchanged."""
    assert "参数 year" in refusal(write(tmp_path / "n.ipynb"), {"year": value})


def test_a_later_cell_may_not_assign_a_parameter(tmp_path):
    """The message says which cell by number and first line, and which parameter it assigns."""
    text = refusal(write(tmp_path / "n.ipynb", "print(1)", "\n# set\nyear = 2021"), {"year": 2022})
    assert "n.ipynb 第 3 个单元格「# set」：改写了参数 year" in text


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "1", '{"cells": 1}', '{"nbformat": 4, "cells": [{"cell_type": "code"}]}', "\udcff"],
)
def test_a_file_that_is_no_notebook_is_refused_in_one_line(tmp_path, content, capfd):
    """Broken JSON, other JSON and bytes that are no UTF-8 give one line with the file's name."""
    path = tmp_path / "n.ipynb"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(NotebookError, match=r"n\.ipynb") as caught:
        read_notebook(path)
    assert len(str(caught.value).splitlines()) == 1
    assert capfd.readouterr() == ("", "")
    with pytest.raises(NotebookError, match="找不到"):
        read_notebook(tmp_path / "none.ipynb")


def test_half_a_character_in_a_notebook_is_one_line(tmp_path):
    """No file can hold it, so that the run could not even keep its notebook."""
    path = tmp_path / "n.ipynb"
    cell = '{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "甲\\ud800"}'
    path.write_text(
        f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}', encoding="utf-8"
    )
    with pytest.raises(NotebookError, match=r"n\.ipynb：不能作为笔记本读取（有不能用的字符 U\+D800）"):
        read_notebook(path)


@pytest.mark.parametrize("content", ["[" * 100_000, "[]", "5", '{"cells": 5, "nbformat": 4, "metadata": {}}'])
def test_json_of_another_shape_is_no_notebook(tmp_path, content):
    """One line that names the file and says what it is not, without folder and without words of Python."""
    path = tmp_path / "n.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NotebookError) as caught:
        read_notebook(path)
    assert (
        str(caught.value) == "n.ipynb：不能作为笔记本读取（内容不是一本笔记本）；应为Jupyter 笔记本（.ipynb）"
    )


DECLARED = {
    "a: int = 6": ("int", False, 6),
    "a = 6": ("int", False, 6),
    "a = '六'": ("str", False, "六"),
    "a = [1, 'x']": ("list", False, [1, "x"]),
    "a: list[str] = ['x']": ("list", False, ["x"]),
    "a: float": ("float", False, None),
    "a: str | None = None": ("str", True, None),
    "a = None": ("", False, None),
    "a: date = 6": ("", False, 6),
    "a: int | str = 6": ("", False, 6),
    "a = 2 * 3": ("", False, None),
    "a = (1, 2)": ("tuple", False, (1, 2)),
}


@pytest.mark.parametrize("source", DECLARED)
def test_a_declaration_says_type_and_default(source):
    """The annotation says the type, else the default; what is computed is no default."""
    one = declared(source)["a"]
    assert (one.type, one.may_be_none, one.default) == DECLARED[source]


FILLED = [
    ("a: int = 6", {}, 6),
    ("a: int = 6", {"a": 7}, 7),
    ("a: float = 6.5", {"a": 7}, 7),
    ("a: str | None = None", {}, None),
    ("a: str | None = 'x'", {"a": None}, None),
    ("a: dict", {"a": {"x": 1}}, {"x": 1}),
]


@pytest.mark.parametrize(("source", "given", "value"), FILLED)
def test_a_value_that_is_given_replaces_the_default(source, given, value):
    """A whole number passes for float, null where the annotation allows it."""
    assert own_values(declared(source), given, "名下") == ({"a": value}, [])


UNFIT = [
    ("a: int = 6", {"a": "7"}, "名下 的 a：是“7”；应为整数"),
    ("a: int = 6", {"a": True}, "名下 的 a：是“True”；应为整数"),
    ("a: int = 6", {"a": 7.5}, "名下 的 a：是“7.5”；应为整数"),
    ("a: int = 6", {"a": None}, "名下：缺少参数 a；应为整数；请写上它的值"),
    ("a: int", {}, "名下：缺少参数 a；应为整数；请写上它的值"),
    ("month: int = 6", {"mnth": 7}, "名下：笔记本没有声明参数 mnth；请改为 month"),
    ("a: date = 6", {}, "笔记本的参数 a：没有写类型；应为如 month: int = 6；"),
    ("regoin = None", {}, "笔记本的参数 regoin：没有写类型；年度的参数请改为 region；"),
    ("a = (1, 2)", {}, "笔记本的参数 a：没有写类型；"),
]


@pytest.mark.parametrize(("source", "given", "said"), UNFIT)
def test_a_value_that_does_not_fit_is_one_line(source, given, said):
    """Mistyped, missing and unknown ones are told with what is expected; so is a parameter without a type."""
    _, faults = own_values(declared(source), given, "名下")
    assert len(faults) == 1
    assert str(faults[0]).startswith(said)
