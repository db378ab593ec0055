"""Policy files: dated rules with references; anything else is refused, and no rule in force is an error."""

import pytest

from jixiao.errors import PolicyError
from jixiao.evaluation.policy import in_force
from kit import PROJECT, Kit

ID = "mof-2020-10"


def test_rules_in_force_carry_their_reference():
    """Each rule says its value, its article and its document."""
    policy = in_force(PROJECT, ID, 2021)
    assert policy["grades"].value == {"优": 90, "良": 80, "中": 60, "差": 0}
    assert policy["grades"].citation == "《项目支出绩效评价管理办法》（财预〔2020〕10号）第十八条"
    assert policy["execution"].basis == "practice"


def test_before_the_first_date_no_rule_is_in_force():
    """2019 has no rules under a measure of 2020: an error, never a zero."""
    with pytest.raises(PolicyError, match="2019-12-31 没有任何施行中的规则"):
        in_force(PROJECT, ID, 2019)


def test_a_dated_null_repeals_a_rule(tmp_path):
    """After its end a rule is not in force; before it, it is."""
    kit = Kit(tmp_path)
    path = kit.root / "params" / "policies" / f"{ID}.yml"
    kit.edit(path, "value: linear_capped", "value: linear_capped")
    text = path.read_text(encoding="utf-8")
    marker = "  grades:\n    meaning"
    path.write_text(text.replace(marker, f'      "2024-01-01": null\n\n{marker}'), encoding="utf-8")
    assert in_force(kit.root, ID, 2023)["execution"].value == "linear_capped"
    with pytest.raises(PolicyError, match="2024-12-31 没有施行中的 execution"):
        in_force(kit.root, ID, 2024)["execution"]


BROKEN = [
    ("  grade_words:", "  grade_wrds:", ["没有名为“grade_wrds”的规则", "grade_words"]),
    (
        "value: {优: 90, 良: 80, 中: 60, 差: 0}",
        "value: {优: 90, 良: 80, 中: 85, 差: 0}",
        ["grades", "从高到低"],
    ),
    ("value: {优: 90, 良: 80, 中: 60, 差: 0}", "value: {优: 90, 良: 80, 中: 60}", ["最末一级的下限应为 0"]),
    ("{预算执行率: 10, 产出指标: 50,", "{预算执行率: 20, 产出指标: 50,", ["weights", "合计 100"]),
    ("value: linear_capped", "value: linear", ["execution 是“linear”", "linear_capped"]),
    ("how: half_up", "how: banker", ["rounding", "half_up"]),
    ("id: mof-2020-10", "id: mof-2020", ["id 是“mof-2020”", "与文件名相同"]),
    ('issued: "2020-02-25"', 'isued: "2020-02-25"', ["没有名为“isued”的键", "issued"]),
    ("issuer: 财政部\n", "issuer: 财政部\nissuer: 省财政厅\n", ["“issuer”重复"]),
    ("article: 第十八条, ", "", ["缺少“article”"]),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN)
def test_one_mistake_gives_a_line_with_its_place(tmp_path, old, new, words):
    """Each broken policy file names the file, the line and what is expected."""
    kit = Kit(tmp_path)
    kit.edit(kit.root / "params" / "policies" / f"{ID}.yml", old, new)
    with pytest.raises(PolicyError) as refused:
        in_force(kit.root, ID, 2021)
    message = str(refused.value)
    assert [word for word in [f"params/policies/{ID}.yml 第", *words] if word not in message] == []


def test_an_unknown_policy_names_those_there_are():
    """A misspelt policy lists the files."""
    with pytest.raises(PolicyError, match=r"已有：.*mof-2020-10"):
        in_force(PROJECT, "mof-2020-11", 2021)
