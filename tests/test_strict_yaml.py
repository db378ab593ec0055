"""Strict YAML: what two YAML versions would read differently is refused, with the line."""

import pytest
import yaml

from jixiao.kit import strict_yaml
from jixiao.kit.errors import ParameterError


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
        ("a: " + "[" * 3000 + "]" * 3000, ["嵌套太深"]),
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
