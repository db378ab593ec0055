"""Strict YAML: what two YAML versions would read differently is refused, with the line."""

import os
import sys
from pathlib import Path

import pytest
import yaml

from jixiao.kit import libyaml, strict_yaml
from jixiao.kit.errors import ParameterError

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "scalar",
    [
        "0123",
        "no",
        "Yes",
        "on",
        "off",
        "1_000",
        "2023-08-25",
        "1:30",
        "0x1F",
        "1e5",
        "1.0e3",
        ".inf",
        "-.nan",
        "True",
        "~",
        "",
        "+5",
        "5.",
        "0o17",
    ],
)
def test_mangled_scalars_are_refused_unless_quoted(scalar):
    """A plain scalar that YAML 1.1 and 1.2 read differently names its line and asks for quotation marks."""
    with pytest.raises(ParameterError) as refused:
        strict_yaml.parse(f"a: text\nb: {scalar}\n", "x.yml")
    assert "x.yml 第 2 行" in str(refused.value)
    if scalar and scalar != "~":
        assert "引号" in str(refused.value)
    assert strict_yaml.parse(f'b: "{scalar}"', "x.yml").value == {"b": scalar}


@pytest.mark.parametrize(
    "scalar",
    ["12", "-3", "0", "12.50", "true", "false", "柳州市", "财预〔2020〕10号", "mof-2020-10", "[95,100)x"],
)
def test_what_passes_reads_the_same_for_papermill(scalar):
    """A plain scalar that passes has the very value that papermill's own YAML reader gives."""
    text = f"key: {scalar}\n" if not scalar.startswith("[") else f'key: "{scalar}"\n'
    assert strict_yaml.parse(text, "x.yml").value == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", ["第 3 行", "“a”重复"]),
        ("a: {x: 1, x: 2}\n", ["第 1 行", "“x”重复"]),
        ("a: &anchor 1\nb: 2\n", ["第 1 行", "锚点"]),
        ("a: !!str 1\n", ["第 1 行", "标签"]),
        ("a: [1, 2\n", ["不是有效的 YAML"]),
        ("a: b: c\n", ["第 1 行", "不是有效的 YAML"]),
        ("2022: x\n", ["第 1 行", "键“2022”", "引号"]),
        ("a: 0.12345678901234567890\n", ["第 1 行", "位数太多"]),
        ("a: &x [*x]\n", ["第 1 行", "锚点"]),
        ("a: 1\nb: *x\n", ["第 2 行", "别名", "“x”"]),
        ("a: &x 1\nb: &x 2\nc: !!int 3\n", ["第 1 行", "第 2 行", "第 3 行", "“x”", "标签"]),
        ("a: 1\n---\nb: 2\n", ["第 2 行", "不是有效的 YAML"]),
        ("a: 1\n---\nb: *x\n", ["第 3 行", "别名"]),
        ("", ["文件是空的"]),
    ],
)
def test_one_clear_line_for_each_fault(text, words):
    """Duplicate keys, anchors, tags, broken syntax and lost digits each name their line."""
    with pytest.raises(ParameterError) as refused:
        strict_yaml.parse(text, "x.yml")
    assert [word for word in words if word not in str(refused.value)] == []


def test_all_faults_come_at_once():
    """Three bad values give three lines."""
    with pytest.raises(ParameterError) as refused:
        strict_yaml.parse("a: no\nb: 0123\nc: 2020-01-01\n", "x.yml")
    assert len(refused.value.faults) == 3


def test_lines_of_nested_values_are_known():
    """A message can say where any value stands."""
    document = strict_yaml.parse("a:\n  b:\n    - one\n    - two\n", "x.yml")
    assert document.place("a", "b", 1) == "x.yml 第 4 行"


def test_a_file_that_is_no_utf8_is_refused(tmp_path):
    """A params file saved as GB18030 says so."""
    path = tmp_path / "x.yml"
    path.write_bytes("a: 柳州".encode("gb18030"))
    with pytest.raises(ParameterError, match="UTF-8"):
        strict_yaml.read(path, "x.yml")


def lines_executed(text):
    """How many lines of Python it takes to parse a text, and what is said of it, "" where nothing is."""
    count, before = 0, sys.gettrace()

    def count_line(frame, event, argument):
        nonlocal count
        count += event == "line"
        return count_line

    sys.settrace(count_line)
    try:
        strict_yaml.parse(text, "x.yml")
        said = ""
    except ParameterError as error:
        said = str(error)
    finally:
        sys.settrace(before)
    return count, said


OPENINGS = ["[", "{", "- ", "[{", "- [", "{a: ", "a: [", "- ? ", "? ", "[\n", "- - [{a: ["]


@pytest.mark.parametrize("opening", OPENINGS)
def test_deep_nesting_is_refused_at_its_bound(opening):
    """Fifty thousand levels are refused in as many steps as a hundred, whatever limit Python sets to its calls."""
    few, said = lines_executed(opening * 100)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        many, said_of_many = lines_executed(opening * 50_000)
    finally:
        sys.setrecursionlimit(limit)
    line = 31 if opening == "[\n" else 1
    expected = f"x.yml 第 {line} 行：括号和缩进嵌套超过 30 层；请核对括号是否成对、缩进是否对齐"
    assert [expected, expected] == [said, said_of_many]
    assert abs(few - many) < few / 100  # a collection of garbage may run a line of its own


def test_deep_indents_are_refused_at_their_line():
    """Mappings within each other, a line each: the line that passes the bound is named."""
    _, said = lines_executed("".join(" " * level + "a:\n" for level in range(1000)))
    assert said.startswith("x.yml 第 31 行：括号和缩进嵌套超过 30 层")


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("[", "]"), ("- ", ""), ("{a: ", "}"), ("[a: ", "]")],
    ids=["brackets", "list", "braces", "pairs in brackets"],
)
def test_thirty_levels_are_read(opening, closing):
    """The bound itself is allowed: only what lies behind it is refused."""
    assert lines_executed(opening * 30 + "x" + closing * 30)[1] == ""
    assert "嵌套超过 30 层" in lines_executed(opening * 31 + "x" + closing * 31)[1]


@pytest.mark.parametrize(
    "entry",
    ["- x\n", '- "x"\n', "- [a, {b: c}]\n", "- a: x\n  b:\n    - z\n", "- >\n  x\n  y\n"],
    ids=["words", "quoted", "brackets", "mappings", "texts"],
)
def test_a_long_file_costs_as_much_as_its_parts(entry):
    """Four times the entries take four times the steps."""
    some, _ = lines_executed(entry * 30)
    more, said = lines_executed(entry * 120)
    assert said == ""
    assert more / some < 4.2


def test_one_long_line_costs_as_much_as_its_parts():
    """Four times the entries between two brackets take four times the steps, be there ever so many in a line.

    350 fill the 1,024 characters that PyYAML looks back for a key.
    """
    some, _ = lines_executed("[" + "x, " * 350 + "]")
    more, said = lines_executed("[" + "x, " * 1400 + "]")
    assert said == ""
    assert more / some < 4.2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: " + "9" * 5000, ["第 1 行", "位数太多", "整数部分至多 15 位"]),
        ("a: " + "9" * 300 + ".0", ["第 1 行", "位数太多"]),
        ('a: "\\ud800"', ["第 1 行", "U+D800"]),
        ('a: "\\0"', ["第 1 行", "U+0000"]),
        ('"a\\u200b": 1', ["第 1 行", "看不见的字符 U+200B"]),
        ('a: "\\Uffffffff"', ["转义"]),
        ("a: " + "字" * 40_000, ["第 1 行", "40000 字", "32767"]),
        ("? " + "字" * 1000 + "\n: 1", ["第 1 行", "1000 字", "200"]),
        ("# " + "x" * 300_000, ["文件太大", "300 KB"]),
    ],
)
def test_what_no_file_of_the_kit_holds_is_one_line(text, words):
    """Long numbers, texts, keys and files, and characters that are none, with the limit and what to do."""
    with pytest.raises(ParameterError) as refused:
        strict_yaml.of_bytes(text.encode(), "x.yml")
    (fault,) = refused.value.faults
    assert [word for word in [*words, "x.yml", "请"] if word not in str(fault)] == []
    assert len(str(fault)) <= 600


@pytest.mark.parametrize("kind", ["folder", "pipe", "loop"])
def test_what_is_no_file_is_told_in_a_line(tmp_path, kind):
    """A pipe would be waited for without end."""
    path = tmp_path / "a.yml"
    {"folder": path.mkdir, "pipe": lambda: os.mkfifo(path), "loop": lambda: path.symlink_to(path)}[kind]()
    with pytest.raises(ParameterError, match=r"^a.yml：不是文件，打不开；应为YAML 文件；请换成这个文件$"):
        strict_yaml.read(path, "a.yml")


def _alike(one, other):
    """Whether two nodes have the same kinds, lines, styles and texts throughout."""
    if type(one) is not type(other) or one.start_mark.line != other.start_mark.line:
        return False
    if isinstance(one, yaml.ScalarNode):
        return one.value == other.value and (one.style or None) == (other.style or None)
    parts = [[part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
             for node in (one, other)]  # fmt: skip
    return len(parts[0]) == len(parts[1]) and all(map(_alike, *parts))


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML without libyaml")
def test_libyaml_reads_what_the_reader_in_python_reads(chance):
    """Sound or spoilt, a text that libyaml takes has the very nodes that PyYAML's own reader gives it."""
    whole = [path.read_text("utf-8") for path in sorted((ROOT / "params").rglob("*.yml"))]
    spoilt = "\t :-?,[]{}#|>'\"%@\\\r\n\x85\u2028\ufeffa1"
    texts = list(whole)
    for _ in range(300):
        text = chance.choice(whole)[:1500]
        at = chance.randrange(len(text) + 1)
        texts.append(text[:at] + chance.choice(spoilt) + text[at + chance.randrange(3) :])
    taken = [(text, node) for text in texts if (node := libyaml.node(text)) is not None]
    assert len(taken) >= len(whole)
    assert [
        text for text, node in taken if not _alike(node, strict_yaml._BoundedLoader(text).get_single_node())
    ] == []


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML without libyaml")
@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\n",
        "a: !!str 1\n",
        "a:\t1\n",
        "a: [b?: 1]\n",
        "a: |#1 text\n",
        "a: >2-#text\n  more\n",
        "[" * 31 + "]" * 31,
        "a: [",
        "a: 1\n---\nb: 2\n",
    ],
)
def test_libyaml_leaves_what_is_doubtful_to_the_reader_in_python(text):
    """Anchors, tags, tabs, deep nesting and broken syntax are judged and worded in one place."""
    assert libyaml.node(text) is None
