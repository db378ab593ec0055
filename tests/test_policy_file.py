"""A policy file line by line: what each mistake in it says, and which rules are in force on which day."""

from __future__ import annotations

import datetime as dt

import pytest

from jixiao.kit.errors import JixiaoError, PolicyError
from jixiao.rules import policy, policy_file, policy_values
from jixiao.rules.method_words import Basis
from jixiao.rules.policy import Policy, Rule

WHOLE = """\
id: x
title: 办法
number: ""
issuer: 局
note: 说明
documents:
  甲:
    title: 甲办法
    number: 甲〔2020〕1号
    issued: "2020-02-25"
  乙:
    title: 乙办法
    number: ""
    issued: ""
rules:
  full_mark:
    meaning: 满分
    values:
      "2020-02-25":
        value: 100
        basis: law
        reference: {document: 甲, article: 一, checked: "2026-11-20"}
  weights:
    meaning: 分值
    values:
      "2020-02-25":
        value: {通用: {预算执行率: 10, 产出指标: 90}}
        basis: guidance
        reference: {document: 甲, article: 二, checked: "2026-11-20"}
  grades:
    meaning: 等级
    values:
      "2020-02-25":
        value: {kind: continuous, bands: {优: "[90,100]", 差: "[0,90)"}}
        basis: practice
        reference: {document: 乙, article: 三, checked: "2026-11-20"}
  grade_words:
    meaning: 用词
    values:
      "2020-02-25":
        value: {优秀: 优}
        basis: practice
        reference: {document: 乙, article: 三, checked: "2026-11-20"}
"""


def read(tmp_path, text):
    """The content of a policy file x.yml."""
    path = tmp_path / "x.yml"
    path.write_text(text, encoding="utf-8")
    return policy_file.read(path, "x.yml", "x")


def at(line, said):
    """A line of the message."""
    return f"x.yml 第 {line} 行：{said}"


def new_value(date, value):
    """One more dated value of the rule before."""
    lines = (f'      "{date}":', f"        value: {value}", "        basis: law")
    return "\n".join([*lines, '        reference: {document: 甲, article: 一, checked: "2026-11-20"}\n'])


MARK = "        value: 100\n"
WEIGHTS = "{预算执行率: 10, 产出指标: 90}"
FIRST = '        reference: {document: 甲, article: 一, checked: "2026-11-20"}\n'
SECOND = FIRST.replace("一", "二")
LAST = '        basis: practice\n        reference: {document: 乙, article: 三, checked: "2026-11-20"}\n  grade_words'
DAY = '"2020-02-25" 的写法'
RULES = "改为 full_mark"
TEXT = "应为文字（没有的写空引号）"

DATED = '    values:\n      "2020-02-25":\n' + MARK + "        basis: law\n" + FIRST
NO_DATES = '没有按日期给值；应为"日期": {value, basis, reference}'
BLOCK = "        reference:\n          document: 甲\n          article: 一\n          checked: x\n"
CITED = "law、guidance 或 practice"
BROKEN = '        value: 0\n        basis: x\n        reference: {document: 丙, article: "", checked: "x"}\n'


def graded(date, bands):
    """The end of the rule of grades with other bands from a date on, before the rule of words."""
    later = new_value(date, f"{{kind: continuous, bands: {bands}}}")
    return LAST.replace("\n  grade_words", "\n" + later + "  grade_words")


MISTAKES = [
    ("id: x", "id: z", [at(1, "id 是“z”；应为与文件名相同：x")]),
    ("id: x", "id: 5", [at(1, f"id 是“5”；{TEXT}")]),
    ("title: 办法", "title: 5", [at(2, f"title 是“5”；{TEXT}")]),
    ('number: ""\nissuer', "number: 5\nissuer", [at(3, f"number 是“5”；{TEXT}")]),
    ("issuer: 局", "issuer: null", [at(4, f"issuer 是“None”；{TEXT}")]),
    ("note: 说明", "note: true", [at(5, f"note 是“True”；{TEXT}")]),
    ("note: 说明", "nots: 说明", [at(5, "没有名为“nots”的键；请改为 note"), at(1, "缺少“note”；请补上")]),
    ("id: x\ntitle: 办法", "id: 5\ntitle: 6", [at(1, f"id 是“5”；{TEXT}"), at(2, f"title 是“6”；{TEXT}")]),
    (WHOLE[WHOLE.index("documents:") : WHOLE.index("rules:")], "documents: {}\n", [at(6, "没有列出任何文件；请至少写一份依据文件")]),
    (WHOLE[WHOLE.index("documents:") : WHOLE.index("rules:")], "documents: [甲]\n", [at(6, "没有列出任何文件；请至少写一份依据文件")]),
    ("    title: 甲办法", "    title: 5", [at(7, "title、number、issued 应为文字（没有的写空引号）")]),
    ("    number: 甲〔2020〕1号", "    number: 5", [at(7, "title、number、issued 应为文字（没有的写空引号）")]),
    ('    issued: ""', "    issued: null", [at(11, "title、number、issued 应为文字（没有的写空引号）")]),
    ("    title: 乙办法", "    titel: 乙办法", [at(12, "没有名为“titel”的键；请改为 title"), at(11, "缺少“title”；请补上")]),
    ('issued: "2020-02-25"', 'issued: "2020-02-30"', [at(10, f"“2020-02-30”不是日期；应为{DAY}")]),
    ('issued: "2020-02-25"', 'issued: "二月"', [at(10, f"“二月”不是日期；应为{DAY}")]),
    ('issued: ""', 'issued: "20"', [at(14, f"“20”不是日期；应为{DAY}")]),
    (WHOLE[WHOLE.index("rules:") :], "rules: {}\n", [at(15, "没有列出任何规则；应为规则名: {meaning, values}")]),
    (WHOLE[WHOLE.index("rules:") :], "rules: [full_mark]\n", [at(15, "没有列出任何规则；应为规则名: {meaning, values}")]),
    ("  full_mark:", "  full_mork:", [at(16, f"没有名为“full_mork”的规则；请{RULES}")]),
    ("    meaning: 满分", "    meening: 满分", [at(17, "没有名为“meening”的键；请改为 meaning"), at(16, "缺少“meaning”；请补上")]),
    ("    meaning: 满分", "    meaning: 5", [at(17, "是“5”；应为说明规则的一句话")]),
    (DATED, "    values: {}\n", [at(18, NO_DATES)]),
    (DATED, "    values: 100\n", [at(18, NO_DATES)]),
    ('      "2020-02-25":\n' + MARK, '      "2020-13-01":\n' + MARK, [at(19, f"“2020-13-01”不是日期；应为{DAY}")]),
    (MARK, "        valeu: 100\n", [at(20, "没有名为“valeu”的键；请改为 value"), at(19, "缺少“value”；请补上")]),
    (FIRST, FIRST.replace("article", "artikel"), [at(22, "没有名为“artikel”的键；请改为 article"), at(22, "缺少“article”；请补上")]),
    (FIRST, "        reference: 甲\n", [at(22, "不是“键: 值”的形式；应为键：document、article、checked")]),
    ("basis: law", "basis: laws", [at(21, "basis 是“laws”；应为law、guidance 或 practice")]),
    (FIRST, FIRST.replace("一", '""'), [at(22, "没有写条款（article）；请补上")]),
    (FIRST, FIRST.replace("一", "5"), [at(22, "没有写条款（article）；请补上")]),
    (FIRST, FIRST.replace("document: 甲", "document: 丙"), [at(22, "documents 里没有“丙”；请补上文件或改名")]),
    (FIRST, FIRST.replace("document: 甲", "document: [甲]"), [at(22, "documents 里没有“['甲']”；请补上文件或改名")]),
    (FIRST, FIRST.replace("2026-11-20", "2026-11-31"), [at(22, '“2026-11-31”不是日期；应为"2026-11-20" 的写法')]),
    (FIRST, FIRST.replace('"2026-11-20"', "null"), [at(22, '“None”不是日期；应为"2026-11-20" 的写法')]),
    (FIRST, BLOCK, [at(25, '“x”不是日期；应为"2026-11-20" 的写法')]),
    (MARK, "        value: 0\n", [at(20, "full_mark：应为大于零的整数")]),
    (MARK + "        basis: law\n" + FIRST, BROKEN,
     [at(21, f"basis 是“x”；应为{CITED}"), at(22, "没有写条款（article）；请补上"), at(22, "documents 里没有“丙”；请补上文件或改名"),
      at(22, '“x”不是日期；应为"2026-11-20" 的写法'), at(20, "full_mark：应为大于零的整数")]),
    (WEIGHTS, "{预算执行率: 10, 产出指标: 89}", [at(27, "“通用”的分值合计 99（2020-02-25 起）；应为满分 100")]),
    (WEIGHTS, "{预算执行率: 10, 产出指标: 91}", [at(27, "“通用”的分值合计 101（2020-02-25 起）；应为满分 100")]),
    (WEIGHTS, "{预算执行率: 10, 产出指标: 90}, 其他: {预算执行率: 9}", [at(27, "“其他”的分值合计 9（2020-02-25 起）；应为满分 100")]),
    (FIRST, FIRST + new_value("2024-01-01", 120), [at(29, "“通用”的分值合计 100（2024-01-01 起）；应为满分 120")]),
    (SECOND, SECOND + new_value("2019-01-01", "{通用: {预算执行率: 9}}"), []),
    (SECOND, SECOND + new_value("2021-01-01", "{通用: {预算执行率: 9}}"), [at(31, "“通用”的分值合计 9（2021-01-01 起）；应为满分 100")]),
    (FIRST, FIRST + '      "2024-01-01": null\n', []),
    (SECOND, SECOND + '      "2019-01-01": null\n', []),
    ("{优秀: 优}", "{优秀: 优, 良好: 良}", [at(41, "用词“良好”指向没有的等级“良”；应为2020-02-25 起施行的等级：优、差")]),
    ("{优秀: 优}", "{优秀: 优, 良好: 差}", []),
    (LAST, LAST.replace("\n  grade_words", '\n      "2024-01-01": null\n  grade_words'), []),
    (LAST, graded("2024-01-01", '{好: "[60,100]", 差: "[0,60)"}'),
     [at(45, "用词“优秀”指向没有的等级“优”；应为2024-01-01 起施行的等级：好、差")]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES)
def test_each_mistake_is_told_with_its_line(tmp_path, old, new, said):
    """The whole message: line, what is there, what should be, what to do; nothing where nothing is wrong."""
    assert WHOLE.count(old) == 1
    try:
        read(tmp_path, WHOLE.replace(old, new))
        told = []
    except PolicyError as error:
        told = str(error).splitlines()
    assert told == said


def test_the_content_of_a_fine_file_is_given_back(tmp_path):
    """Values as they are written; nothing is turned into something else."""
    content = read(tmp_path, WHOLE)
    assert [*content] == ["id", "title", "number", "issuer", "note", "documents", "rules"]
    assert content["rules"]["full_mark"]["values"]["2020-02-25"]["value"] == 100
    assert content["documents"]["乙"] == {"title": "乙办法", "number": "", "issued": ""}


def test_other_files_of_this_form_have_rules_of_their_own(tmp_path):
    """Only the names given are rules, and what each says of its value is told."""
    path = tmp_path / "x.yml"
    path.write_text(WHOLE[: WHOLE.index("  weights:")], encoding="utf-8")
    assert policy_file.read(path, "x.yml", "x", {"full_mark": lambda _value: ""})["id"] == "x"
    with pytest.raises(PolicyError) as refused:
        policy_file.read(path, "x.yml", "x", {"full_mark": lambda value: f"不是 {value}"})
    assert str(refused.value) == at(20, "full_mark：不是 100")
    with pytest.raises(PolicyError) as refused:
        policy_file.read(path, "x.yml", "x", {"F07": lambda _value: ""})
    assert str(refused.value) == at(16, "没有名为“full_mark”的规则；请只用这些：F07")


def test_a_file_that_is_no_yaml_is_a_fault_of_policies(tmp_path):
    """What reads YAML raises the error of this module."""
    with pytest.raises(PolicyError, match="不是有效的 YAML"):
        read(tmp_path, "id: [")
    with pytest.raises(PolicyError, match="不是“键: 值”的形式"):
        read(tmp_path, "[1]\n")


@pytest.fixture
def kit(tmp_path):
    """A kit with two policies: a, whose grades change and whose words end, and b, in force from 2023 on."""
    folder = tmp_path / "params" / "policies"
    folder.mkdir(parents=True)
    grades = graded("2022-01-01", '{优: "[80,100]", 差: "[0,80)"}')
    first = WHOLE.replace("id: x", "id: a").replace(LAST, grades)
    (folder / "a.yml").write_text(first + '      "2023-06-01": null\n', encoding="utf-8")
    second = WHOLE.replace("id: x", "id: b").replace('      "2020-02-25"', '      "2023-01-01"')
    (folder / "b.yml").write_text(second, encoding="utf-8")
    (folder / "notes.txt").write_text("no policy", encoding="utf-8")
    return tmp_path


DAYS = [
    ("2020-02-25", {"full_mark": "2020-02-25", "weights": "2020-02-25", "grades": "2020-02-25", "grade_words": "2020-02-25"}),
    ("2021-12-31", {"full_mark": "2020-02-25", "weights": "2020-02-25", "grades": "2020-02-25", "grade_words": "2020-02-25"}),
    ("2022-01-01", {"full_mark": "2020-02-25", "weights": "2020-02-25", "grades": "2022-01-01", "grade_words": "2020-02-25"}),
    ("2023-05-31", {"full_mark": "2020-02-25", "weights": "2020-02-25", "grades": "2022-01-01", "grade_words": "2020-02-25"}),
    ("2023-06-01", {"full_mark": "2020-02-25", "weights": "2020-02-25", "grades": "2022-01-01"}),
    ("2030-01-01", {"full_mark": "2020-02-25", "weights": "2020-02-25", "grades": "2022-01-01"}),
]  # fmt: skip


@pytest.mark.parametrize(("on", "since"), DAYS)
def test_the_value_in_force_is_the_last_one_on_or_before_the_day(kit, on, since):
    """The day before a date the older value, from the day on the newer one; null ends a rule on its day."""
    found = policy.on_date(kit, "a", dt.date.fromisoformat(on))
    assert {name: rule.since.isoformat() for name, rule in found.rules.items()} == since
    assert {name: name in found for name in ("grade_words", "none")} == {
        "grade_words": "grade_words" in since,
        "none": False,
    }


def test_a_rule_in_force_says_where_it_is_written(kit):
    """Its value, date, basis and the document, article and dates of its reference."""
    found = policy.on_date(kit, "a", dt.date(2022, 1, 1))
    assert (found.id, found.title, found.number, found.note, found.on) == (
        "a", "办法", "", "说明", dt.date(2022, 1, 1),
    )  # fmt: skip
    assert found["weights"] == Rule(
        "weights", "分值", {"通用": {"预算执行率": 10, "产出指标": 90}}, dt.date(2020, 2, 25), "guidance",
        "甲办法", "甲〔2020〕1号", "二", "2020-02-25", "2026-11-20",
    )  # fmt: skip
    assert found["weights"].citation == "《甲办法》（甲〔2020〕1号）二"
    assert found["grade_words"].citation == "《乙办法》三"
    assert found["grade_words"].reference() == {
        "title": "乙办法", "number": "", "article": "三", "issued": "", "checked": "2026-11-20",
    }  # fmt: skip
    assert found["grades"].value["bands"] == {"优": "[80,100]", "差": "[0,80)"}


def said(call, *arguments):
    """What an error says."""
    with pytest.raises(JixiaoError) as refused:
        call(*arguments)
    return str(refused.value)


def test_a_policy_or_rule_that_is_not_in_force_is_an_error(kit):
    """The day before its first date, a rule that ended, a name that nobody has: each says what to do."""
    assert said(policy.on_date, kit, "a", dt.date(2020, 2, 24)) == (
        "params/policies/a.yml：2020-02-24 没有任何施行中的规则；请换用当时施行的评分规则"
    )
    found = policy.on_date(kit, "a", dt.date(2023, 6, 1))
    assert said(found.__getitem__, "grade_words") == (
        "评分规则 a：2023-06-01 没有施行中的 grade_words；请补上这条规则或换用别的规则"
    )
    assert said(policy.on_date, kit, "c", dt.date(2022, 1, 1)) == (
        "params/policies/c.yml：没有这个评分规则文件；应为已有：a、b；请改用其中之一"
    )
    assert said(policy.on_date, kit, "../a", dt.date(2022, 1, 1)) == (
        "参数 policy：“../a.yml”在 policies 文件夹之外；应为policies/ 里的名称；请改为文件夹里的名称"
    )


def test_the_policies_of_a_kit_by_day(kit):
    """All files by name; of them those with a rule in force; of a year the last day counts."""
    assert policy.known(kit) == ["a", "b"]
    assert [each.id for each in policy.all_in_force(kit, dt.date(2022, 12, 31))] == ["a"]
    assert [each.id for each in policy.all_in_force(kit, dt.date(2023, 1, 1))] == ["a", "b"]
    assert policy.all_in_force(kit, dt.date(2019, 1, 1)) == []
    assert policy.in_force(kit, "b", 2023).on == dt.date(2023, 12, 31)
    assert "grade_words" not in policy.in_force(kit, "a", 2023)
    assert "2022-12-31" in said(policy.in_force, kit, "b", 2022)


def test_the_rules_of_a_content_are_those_of_its_dates():
    """Dates in any order; a value of null, and a rule that is only null, are not in force."""
    reference = {"document": "甲", "article": "一", "checked": "2026-11-20"}

    def dated(value):
        return {"value": value, "basis": "law", "reference": reference}

    content = {
        "documents": {"甲": {"title": "甲", "number": "", "issued": ""}},
        "rules": {
            "p": {"meaning": "", "values": {"2022-01-01": dated(2), "2021-01-01": dated(1), "2023-01-01": None}},
            "q": {"meaning": "", "values": {"2021-01-01": None}},
            "r": {"meaning": "", "values": {"2021-01-01": dated(0)}},
        },
    }  # fmt: skip
    found = {
        day: {name: rule.value for name, rule in policy.rules_on(content, dt.date.fromisoformat(day))}
        for day in ("2020-12-31", "2021-01-01", "2022-01-01", "2023-01-01")
    }
    assert found == {
        "2020-12-31": {},
        "2021-01-01": {"p": 1, "r": 0},
        "2022-01-01": {"p": 2, "r": 0},
        "2023-01-01": {"r": 0},
    }


def test_the_words_of_the_bases():
    """What stands for each kind of ground in all that is printed."""
    assert {basis.value: basis.words for basis in Basis} == {
        "law": "条文",
        "guidance": "指引",
        "practice": "惯例",
    }
    assert policy_values.EXECUTION == "预算执行率"
    assert Policy("a", "", "", "", dt.date(2022, 1, 1), {}).rules == {}
