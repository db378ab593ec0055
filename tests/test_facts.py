"""Declared facts: what the bureau knows and no table holds stands in facts.csv and becomes a figure with its source."""

from decimal import Decimal

import pytest

from jixiao.archive import new_year
from jixiao.figures import trace
from jixiao.figures.evaluate import evaluate
from jixiao.kit.errors import TableError
from jixiao.year import params
from kit import Kit

HEAD = "key,value,unit,label,definition,source,source_date\n"
ROWS = """\
training.sessions,3,次,培训次数,全年举办的绩效管理培训,培训签到册,2022-11-30
training.persons,"1,250",人次,培训人次,,培训签到册,
platform.name,广西预算绩效平台,,公开平台,,公开指南,2022-03-01
"""


@pytest.fixture
def kit(tmp_path):
    """The kit with three declared facts."""
    own = Kit(tmp_path)
    own.leave_few()
    (own.data / "facts.csv").write_text(HEAD + ROWS, encoding="utf-8")
    return own


def evaluated(kit):
    """The year with its figures."""
    return evaluate(kit.root, params.of_year(kit.root, 2022))


def test_a_declared_fact_is_a_figure_with_its_source(kit):
    """Numbers are exact, texts stay texts; nature and source say that it was declared, by whom and when."""
    figures = evaluated(kit).figures
    sessions = figures["training.sessions"]
    assert (sessions.value, sessions.display, sessions.label) == (Decimal(3), "3次", "培训次数")
    assert (sessions.definition, sessions.basis.value, sessions.invented) == (
        "全年举办的绩效管理培训",
        "申报",
        False,
    )
    assert sessions.source == "facts.csv：培训签到册（2022-11-30）"
    assert (figures["training.persons"].value, figures["training.persons"].definition) == (
        Decimal(1250),
        "培训人次",
    )
    assert figures["training.persons"].source == "facts.csv：培训签到册"
    assert (figures["platform.name"].value, figures["platform.name"].display) == ("广西预算绩效平台",) * 2


def test_a_declared_fact_is_traced_to_its_row(kit):
    """The trace gives the source and the line of facts.csv."""
    lines = list(trace.trace(evaluated(kit), "training.sessions").as_text())
    assert lines[0] == "training.sessions  培训次数 3次"
    assert "  来源：facts.csv：培训签到册（2022-11-30）" in lines
    assert lines[-1] == "  training.sessions 值 3 data/2022/facts.csv 第 2 行 value 列"


def test_a_fact_never_takes_the_place_of_a_figure(kit):
    """Its key is refused, with its row, and the values of the report stay counted."""
    kit.edit(kit.data / "facts.csv", "training.sessions", "evaluation.items")
    with pytest.raises(TableError) as told:
        evaluated(kit)
    assert (
        str(told.value)
        == "data/2022/facts.csv 第 2 行 key 列：“evaluation.items”已是报告的统计数（14个）；请换一个键"
    )


def test_a_fact_stands_in_where_the_data_give_no_value(kit):
    """Without the table the declared number stands under the report's own key and label, as 申报."""
    (kit.data / "target_reviews.csv").unlink()
    kit.edit(kit.data / "facts.csv", "training.sessions,3,次", "target_review.departments,7,个")
    figures = evaluated(kit).figures
    figure = figures["target_review.departments"]
    assert (figure.display, figure.label, figure.basis.value) == ("7个", "会审部门", "申报")
    assert figure.source == "facts.csv：培训签到册（2022-11-30）"
    assert figures["target_review.opinions"].value is None
    assert list(figures).count("target_review.departments") == 1


@pytest.mark.parametrize(("key", "told"), [("target_review.departments", False), ("training.places", True)])
def test_a_table_whose_figures_are_declared_is_not_missing(kit, key, told):
    """F02 asks for the table of a work, unless a fact says one of its figures."""
    (kit.data / "target_reviews.csv").unlink()
    kit.edit(kit.data / "facts.csv", "training.sessions,3,次", f"{key},7,个")
    found = [one.found for one in evaluated(kit).findings if one.rule == "F02"]
    assert found == ["没有这个文件，正文不写绩效目标集中会审"] * told


def test_a_fact_in_another_unit_stands_in_for_no_figure(kit):
    """A sum in 亿元 is never printed as so many 万元: the line names the unit that the report has for the key."""
    (kit.data / "key_projects.csv").unlink()
    kit.edit(kit.data / "facts.csv", "training.sessions,3,次", "key_projects.budget_wan_yuan,1.2,亿元")
    with pytest.raises(TableError) as told:
        evaluated(kit)
    assert str(told.value) == (
        "data/2022/facts.csv 第 2 行 unit 列：“key_projects.budget_wan_yuan”的单位是“亿元”；"
        "应为报告里这个统计数（重点项目金额）的单位“万元”；请换算成这一单位，或换一个键"
    )


def test_a_fact_takes_no_key_of_a_parameter(kit):
    """The notebook's own parameters stand among the figures; a fact under the key of one is refused like any other."""
    kit.edit(kit.data / "facts.csv", "training.sessions", "parameter.month")
    with pytest.raises(TableError, match=r"第 2 行 key 列：“parameter\.month”已是报告的统计数"):
        evaluate(kit.root, params.of_year(kit.root, 2022), {"month": 6})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("training.sessions", "Training", "第 2 行 key 列：是“Training”；应为小写字母开头、用点分段的键"),
        ("training.sessions", "培训", "第 2 行 key 列：是“培训”；应为小写字母开头"),
        ("training.sessions", "a.{b}", "第 2 行 key 列：是“a.{b}”；应为"),
        ("training.sessions", "a..b", "第 2 行 key 列：是“a..b”；应为"),
        ("training.sessions", "training.persons", "第 2 行 key 列：“training.persons”重复；请每个只留一行"),
        (",3,", ",,", "第 2 行 value 列：没有填；请填上"),
        ("培训签到册,2022-11-30", ",2022-11-30", "第 2 行 source 列：没有填；请填上"),
        ("2022-11-30", "去年", "第 2 行 source_date 列：是“去年”；应为日期"),
    ],
)  # fmt: skip
def test_a_fact_that_is_not_whole_is_one_line(kit, old, new, said):
    """Row, column and what is expected, as in every table."""
    kit.edit(kit.data / "facts.csv", old, new)
    with pytest.raises(TableError) as told:
        evaluated(kit)
    assert f"data/2022/facts.csv {said}" in str(told.value)


@pytest.mark.parametrize(
    ("blank", "said"),
    [
        (1, "第 2 行 value 列：没有填；请填上"),
        (2, "第 2、3 行 value 列：2 格没有填；请填上；用不到的，删去整行"),
        (20, f"第 {'、'.join(map(str, range(2, 22)))} 行 value 列：20 格没有填；请填上；用不到的，删去整行"),
        (
            21,
            f"第 {'、'.join(map(str, range(2, 22)))} 行等 value 列：21 格没有填；请填上；用不到的，删去整行",
        ),
    ],
)
def test_blank_values_are_told_by_one_line(kit, blank, said):
    """However many a new year has left blank, with a full-width blank too; at most twenty rows are named."""
    rows = [f"own.fact{n},{'　' if n < blank else 7},个,事实{n},,台账,\n" for n in range(30)]
    (kit.data / "facts.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    with pytest.raises(TableError) as told:
        evaluated(kit)
    assert [str(fault) for fault in told.value.faults] == [f"data/2022/facts.csv {said}"]


def test_a_new_year_brings_the_keys_without_their_values(kit):
    """What was declared is to be declared anew; until then the line says which value is missing."""
    made = new_year.make(kit.root, 2023)
    assert made.facts == 3
    text = (kit.root / "data" / "2023" / "facts.csv").read_text(encoding="utf-8-sig")
    assert text == (
        HEAD + "training.sessions,,次,培训次数,全年举办的绩效管理培训,培训签到册,\n"
        "training.persons,,人次,培训人次,,培训签到册,\nplatform.name,,,公开平台,,公开指南,\n"
    )
    assert any("从 2022 年度带来 3 项事实的键" in line for line in made.lines())


def test_a_reconstructed_fact_is_marked_as_such(kit):
    """One whose source is reconstructed data counts as no published or declared one, and has the mark of such numbers."""
    kit.edit(kit.data / "facts.csv", "培训签到册,2022", "重构数据：培训签到册,2022")
    figures = evaluate(kit.root, params.of_year(kit.root, 2022)).figures
    assert figures["training.sessions"].invented
    assert figures["training.sessions"].basis == "推算"
