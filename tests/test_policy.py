"""Policy files: dated rules with references; anything else is refused, and no rule in force is an error."""

import contextlib
import copy
import datetime as dt
import functools

import pytest
import yaml

from jixiao.kit.errors import PolicyError
from jixiao.rules import policy_file
from jixiao.rules.policy import in_force, known, on_date
from kit import PROJECT, Kit

ID = "mof-2020-10"
SCHEMES = [
    "bonds-2021-61",
    "hubei-2020",
    "hunan-departments",
    "mof-2020-10",
    "mof-2021-101",
    "platform-caps",
    "sichuan",
    "zhengzhou",
]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_committed_scheme_is_in_force_for_2022(scheme):
    """Each scheme loads, and each of its rules says its value, document, article and date checked."""
    policy = in_force(PROJECT, scheme, 2022)
    assert {"full_mark", "quantitative", "grades", "rounding"} <= set(policy.rules)
    blank = [
        rule.name for rule in policy.rules.values() if not (rule.title and rule.article and rule.checked)
    ]
    assert blank == []
    assert known(PROJECT) == SCHEMES


def test_what_is_only_practice_says_so():
    """The ministry's measure fixes no execution formula and no rounding: those are labelled practice."""
    policy = in_force(PROJECT, ID, 2021)
    assert policy["grades"].citation == "《项目支出绩效评价管理办法》（财预〔2020〕10号）第十八条"
    practice = {rule.name for rule in policy.rules.values() if rule.basis == "practice"}
    assert {"execution", "rounding", "reverse", "dates"} <= practice
    assert {"weights", "quantitative", "qualitative", "grades"}.isdisjoint(practice)
    assert in_force(PROJECT, "mof-2021-101", 2021)["execution"].basis == "guidance"


def test_before_the_first_date_no_rule_is_in_force():
    """2019 has no rules under a measure of 2020: an error, never a zero."""
    with pytest.raises(PolicyError, match="2019-12-31 没有任何施行中的规则"):
        in_force(PROJECT, ID, 2019)


def test_the_date_decides_to_the_day():
    """101号 was issued on 18 August 2021: not in force the day before."""
    assert on_date(PROJECT, "mof-2021-101", dt.date(2021, 8, 18)).rules
    with pytest.raises(PolicyError):
        on_date(PROJECT, "mof-2021-101", dt.date(2021, 8, 17))


def later(kit: Kit, rule: str, text: str) -> None:
    """Append a dated value to a rule of the kit's copy of the ministry's policy."""
    path = kit.root / "params" / "policies" / f"{ID}.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index(f"  {rule}:")
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].strip()), len(lines))
    path.write_text("\n".join([*lines[:end], text, *lines[end:]]) + "\n", encoding="utf-8")


def test_a_dated_null_repeals_a_rule(tmp_path):
    """After its end a rule is not in force; before it, it is."""
    kit = Kit(tmp_path)
    later(kit, "reverse", '      "2024-01-01": null')
    assert "reverse" in in_force(kit.root, ID, 2023)
    with pytest.raises(PolicyError, match="2024-12-31 没有施行中的 reverse"):
        in_force(kit.root, ID, 2024)["reverse"]


def test_weights_must_sum_to_the_full_mark_of_every_year(tmp_path):
    """A full mark that changes in a later year leaves the weights short from that date on."""
    kit = Kit(tmp_path)
    reference = '{document: 办法, article: 第十六条, checked: "2026-11-20"}'
    later(kit, "full_mark", f'      "2025-01-01": {{value: 120, basis: law, reference: {reference}}}')
    with pytest.raises(PolicyError, match=r"“通用”的分值合计 100（2025-01-01 起）；应为满分 120"):
        in_force(kit.root, ID, 2022)


def added(rule: str, value: str) -> tuple[str, str]:
    """What to replace, and by what, so that a policy file has one more rule."""
    dated = (
        f'value: {value}, basis: law, reference: {{document: 办法, article: 第一条, checked: "2026-11-20"}}'
    )
    return "rules:\n", f'rules:\n  {rule}:\n    meaning: 试\n    values: {{"2020-02-25": {{{dated}}}}}\n\n'


GRADES = '{优: "[90,100]", 良: "[80,90)", 中: "[60,80)", 差: "[0,60)"}'
BROKEN = [
    ("  grade_words:", "  grade_wrds:", ["没有名为“grade_wrds”的规则", "grade_words"]),
    (GRADES, '{优: "[90,100]", 良: "[80,90)", 中: "[85,88)", 差: "[0,60)"}', ["grades", "重叠"]),
    (GRADES, '{优: "[90,100]", 良: "[80,90)", 中: "[65,80)", 差: "[0,60)"}', ["grades", "空档"]),
    (GRADES, '{优: "[90,100]", 良: "[80,90)", 中: "[60,80)"}', ["grades", "从 100（含）到 0（含）"]),
    (GRADES, '{优: "90-100", 良: "80-89"}', ["grades", "分数段写作"]),
    ("kind: continuous", "kind: whole", ["grades", "continuous 或 integer"]),
    ("kind: continuous", "kind: integer", ["grades", "空档或顺序不对"]),
    ("{预算执行率: 10, 产出指标: 50,", "{预算执行率: 20, 产出指标: 50,", ["“通用”的分值合计 110", "满分 100"]),
    ("{预算执行率: 10, 产出指标: 50,", "{预算执行率: 10.5, 产出指标: 50,", ["weights", "分值为整数"]),
    ("value: {method: linear_capped}", "value: {method: linear}", ["execution", "linear_capped"]),
    ("value: {method: linear_capped}", "value: {method: tiers}", ["execution", "finished、method、unfinished"]),
    ("value: {method: linear_capped}", "value: linear_capped", ["execution", "{method: …}"]),
    ("{method: explain, from: 130}", "{method: deduct, from: 130}", ["over_achievement", "points"]),
    ("{method: explain, from: 130}", "{method: explain, from: 90}", ["over_achievement", "from 应大于 100"]),
    ("value: {method: ratio}\n        basis: law", "value: {method: gate, gate: 100}\n        basis: law", ["quantitative", "0 到 100"]),
    ("部分达成: 部分达成", "部分达成: 大部分达成", ["qualitative", "用词“部分达成”指向没有的档"]),
    ("how: half_up", "how: banker", ["rounding", "half_up"]),
    ("places: 2", "places: 7", ["rounding", "0 到 4"]),
    ('{tolerance: "0.01"}', '{tolerance: "-1"}', ["claimed_difference", "不小于 0"]),
    ("id: mof-2020-10", "id: mof-2020", ["id 是“mof-2020”", "与文件名相同"]),
    ('issued: "2020-02-25"', 'isued: "2020-02-25"', ["没有名为“isued”的键", "issued"]),
    ('issued: "2020-02-25"', 'issued: "2020-02-30"', ["“2020-02-30”不是日期"]),
    ("issuer: 财政部\n", "issuer: 财政部\nissuer: 省财政厅\n", ["“issuer”重复"]),
    ("issuer: 财政部\n", "", ["缺少“issuer”"]),
    ("article: 第十八条, ", "", ["缺少“article”"]),
    ("{document: 办法, article: 第十八条,", "{document: 旧办法, article: 第十八条,", ["documents 里没有“旧办法”"]),
    ('        reference: {document: 办法, article: 第十八条, checked: "2026-11-20"}\n', "", ["缺少“reference”"]),
    ("{method: explain, from: 130}", "{method: explain, from: nan}", ["over_achievement", "from 应大于 100"]),
    ("{method: explain, from: 130}", "{method: explain, from: Infinity}", ["over_achievement", "from 应大于 100"]),
    ("{method: explain, from: 130}", "{method: explain, from: 130.125}", ["“130.125”最多写两位小数"]),
    ('{tolerance: "0.01"}', "{tolerance: nan}", ["claimed_difference", "不小于 0"]),
    (*added("named", "{某率: {method: steps, limit: 100, per_point: 0.125}}"), ["named", "最多写两位小数"]),
    (*added("named", "{某率: {method: steps, limit: 100, per_point: 101}}"), ["“某率”", "不超过 100"]),
    (*added("named", "{某率: {method: table, rows: [{to: 0, share: 100, at: 1}]}}"), ["“某率”的 rows"]),
    (*added("named", "{某率: {method: table, rows: [{to: 0, share: 120}]}}"), ["“某率”的 rows", "0 到 100"]),
    (*added("named", "{某率: {method: table, rows: [{to: 0, share: 9}, {to: 1, share: -1}]}}"), ["“某率”的 rows"]),
    (f"kind: continuous, bands: {GRADES}", 'kind: integer, bands: {优: "[90,100]", 差: "[0,89)"}', ["两端都含"]),
    (f"kind: continuous, bands: {GRADES}", 'kind: integer, bands: {优: "[89.5,100]", 差: "[0,88.5]"}', ["是整数"]),
    (*added("total_cap", "[{below: 50, cap: 69}, {below: 60, cap: 59}]"), ["total_cap", "从低到高"]),
    (*added("total_cap", "[{below: 50, cap: 59}, {below: 60, cap: 59}]"), ["total_cap", "从低到高"]),
    (*added("total_cap", "[{below: 50, cap: 59}, {below: 50, cap: 69}]"), ["total_cap", "从低到高"]),
    (*added("total_cap", "[{below: 50, cap: 59}, {below: 160, cap: 69}]"), ["total_cap", "0 到 100"]),
    (*added("direct", "{met: 是的, missed: [否]}"), ["direct", "met: [用词…]"]),
    (*added("direct", "{met: [1], missed: [否]}"), ["direct", "用词是文字"]),
    ("{优秀: 优, 良好: 良}", "{优秀: 优, 良好: 好}", ["用词“良好”指向没有的等级“好”", "优、良、中、差"]),
    (*added("goal_review", "{elements: {完整性: 20, 相关性: 30}, bands: {优: 90, 差: 0}}"), ["合计 50", "应为 100"]),
    (*added("goal_review", "{elements: {完整性: 100}, bands: {优: 60, 中: 90, 差: 0}}"), ["从高到低"]),
    (*added("goal_review", "{elements: {完整性: 100}, bands: {优: 90, 中: 60}}"), ["最末一档为 0"]),
    (*added("goal_review", "{elements: {完整性: 100.0}, bands: {优: 90, 差: 0}}"), ["goal_review", "分值为整数"]),
    ("{预算执行率: 10, 产出指标: 50,", "{产出指标: 60,", ["“通用”没有“预算执行率”的分值"]),
]  # fmt: skip


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


def places_in(value: object, path: tuple = ()) -> list[tuple]:
    """The path of everything inside a nested value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [each for key, child in inner for each in [(*path, key), *places_in(child, (*path, key))]]


class Plain(yaml.SafeDumper):
    """Writes values out in full, without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def test_no_mistake_in_a_policy_file_is_a_traceback(tmp_path, chance):
    """Anything in any place of a policy file is either read or refused in lines of our own."""
    original = yaml.safe_load((PROJECT / "params/policies/mof-2021-101.yml").read_text(encoding="utf-8"))
    path = tmp_path / "mof-2021-101.yml"
    for place in chance.sample(places_in(original), 120):
        changed = copy.deepcopy(original)
        parent = functools.reduce(lambda value, key: value[key], place[:-1], changed)
        parent[place[-1]] = chance.choice([None, [], {}, "x", 5, -1, True, [1], {"a": 1}])
        path.write_text(yaml.dump(changed, Dumper=Plain, allow_unicode=True), encoding="utf-8")
        with contextlib.suppress(PolicyError):
            policy_file.read(path, "x.yml", "mof-2021-101")
