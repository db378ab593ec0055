"""Small forms whose values were judged wrongly, as files and drawn: what the checks must say of each, and must not.

tests/data/cases/forms has a form for each kind of fault; the drawn ones below are others of the same kind.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from jixiao.checks import catalogue, settings
from jixiao.checks.engine import Finding
from jixiao.commands.cli import cli
from jixiao.exchange.importing import receive
from jixiao.forms.model import Workbook
from jixiao.forms.reading import reading
from jixiao.forms.records import from_forms
from jixiao.kit.errors import natural
from jixiao.rules import policy
from jixiao.year.words import Severity
from text_sheets import LAYOUTS, sheet

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests/data/cases/forms"
INTERNAL = re.compile(r"review_\w+|self_score|level[123]|deviation_reason|measure_unit|\b[PD][0-9]{3}\b")


def of_file(name: str) -> tuple[Finding, ...]:
    """What `jixiao check` finds in a file."""
    asked = receive.Asked(ROOT, (CASES / f"{name}.xlsx",), None, "mof-2020-10")
    return receive.read(asked, lambda *_: None).findings


def drawn(text: str, file: str = "表.xlsx") -> tuple[Finding, ...]:
    """What the checks find in a form drawn as text."""
    found = reading.forms_of(Workbook(file, (sheet(text, file),)), LAYOUTS)
    records = from_forms.records(found.forms)
    records = replace(records, remarks=records.remarks + found.remarks)
    rules = policy.on_date(ROOT, "mof-2020-10", dt.date(2023, 12, 31))
    findings = catalogue.find(records, rules, settings.in_force(ROOT, rules))
    return tuple(one for one in findings if not one.rule.startswith(("C", "K")))


def said(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Rule and cell of the findings that somebody has to answer."""
    return [(one.rule, one.place.cell) for one in findings if one.severity.needs_answer]


HEAD = """
项目支出绩效自评表（2022年度） | < | < | < | < | < | < | < | <
项目名称 | 河道清淤 | < | < | < | 项目编码 | P009 | < | <
主管部门 | 水务局 | < | < | < | 实施单位 | 河道所 | < | <
项目资金（万元） | | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
^ | 年度资金总额 | < | 100 | 100 | 98 | 10 | 98% | 9.8
^ | 其中：当年财政拨款 | < | 100 | 100 | 98 | — | — | —
^ | 上年结转资金 | < | | | | — | | —
^ | 其他资金 | < | | | | — | | —
年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | <
^ | 清淤十公里 | < | < | < | 全部完成 | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
"""
LENGTH = "^ | 产出指标 | 数量指标 | 清淤长度 | ≥10公里 | 10公里 | 15 | 15 |\n"
EARTH = "^ | ^ | ^ | 清运土方 | ≥3000立方米 | 3100 | 15 | 15 |\n"
QUALITY = "^ | ^ | 质量指标 | 验收合格率 | =100% | 95% | 10 | 9.5 | 一段返工\n"
TIME = "^ | ^ | 时效指标 | 按时完工率 | =100% | 100% | 5 | 5 |\n"
COST = "^ | ^ | 成本指标 | 清淤成本 | ≤100万元 | 98万元 | 5 | 5 |\n"
BENEFIT = "^ | 效益指标 | 社会效益指标 | 受益居民 | ≥500户 | 520户 | 15 | 15 |\n"
WATER = "^ | ^ | 生态效益指标 | 水质达标天数 | ≥300天 | 310天 | 15 | 15 |\n"
ASKED = "^ | 满意度指标 | 服务对象满意度指标 | 居民满意度 | ≥90% | 93% | 10 | 10 |\n"
FOOT = "总分 | < | < | < | < | < | 100 | 99.3 |\n"
ROWS = (LENGTH, EARTH, QUALITY, TIME, COST, BENEFIT, WATER, ASKED)


def form(*rows: str, foot: str = FOOT) -> str:
    """A form with these rows of indicators."""
    return HEAD + "".join(rows) + foot


def changed(old: str, new: str) -> str:
    """The usual form with one of its rows another."""
    assert old in ROWS
    return form(*(new if row == old else row for row in ROWS))


def test_the_drawn_form_is_fine() -> None:
    """Nothing is to be mended in the form that the others differ from."""
    assert said(drawn(form(*ROWS))) == []


@pytest.mark.parametrize("name", ["08_na_cost_bushiyong", "08_na_cost_slash"])
def test_a_kind_that_does_not_apply_is_accepted(name: str) -> None:
    """A row of 成本 with 不适用 or / and no points is there for G04, and no other rule asks anything of it."""
    assert said(of_file(name)) == []


@pytest.mark.parametrize(
    ("mark", "weight"),
    [
        *(("不适用", weight) for weight in ("", "0", "/", "—", "不适用")),
        *((mark, "") for mark in ("无", "/", "—", "－", "N/A", "本项目不适用", "不涉及", "不适应")),
    ],
)
def test_whatever_says_that_a_kind_does_not_apply(mark: str, weight: str) -> None:
    """Each word and stroke, without points, in every cell or beside a name; its points went to another row."""
    row = f"^ | ^ | 成本指标 | {{}} | {mark} | {{}} | {weight} | {weight} | \n"
    more = EARTH.replace("15 | 15", "20 | 20")
    for name, actual in ((mark, mark), ("清淤成本", mark), ("清淤成本", "")):
        rows = form(LENGTH, more, QUALITY, TIME, row.format(name, actual), BENEFIT, WATER, ASKED)
        assert said(drawn(rows)) == []


def test_points_of_a_first_level_that_does_not_apply_are_shared_out() -> None:
    """Without satisfaction the benefits may have 40, or the outputs their points: G02 follows the remedy of G04."""
    asked = "^ | 满意度指标 | 服务对象满意度指标 | 不适用 | 不适用 | 不适用 | 0 | | \n"
    for more, points in ((BENEFIT, "15"), (LENGTH, "15")):
        shared = more.replace(f"{points} | {points}", f"{int(points) + 10} | {int(points) + 10}")
        rows = [shared if row == more else asked if row == ASKED else row for row in ROWS]
        assert said(drawn(form(*rows))) == []


def test_a_row_left_blank_is_no_row_that_does_not_apply() -> None:
    """A template's row without anything is passed over, and its kind is still missing."""
    blank = "^ | ^ | 成本指标 | | | | | | \n"
    more = EARTH.replace("15 | 15", "20 | 20")
    assert said(drawn(form(LENGTH, more, QUALITY, TIME, blank, BENEFIT, WATER, ASKED))) == [("G04", "C12")]


def test_half_of_what_was_asked_is_told_as_such() -> None:
    """0.5 against ≥95% is read as 50 %, which misses the target and cannot have full points."""
    found = of_file("13_bare_fraction_against_percent")
    assert said(found) == [("G15", "F15"), ("S11", "H15"), ("S13", "I15")]
    assert "读作50%" in found[0].found


def test_a_fraction_that_reaches_its_target_is_told_and_judged_no_further() -> None:
    """0.96 against ≥95% is 96 %; of several such values the form is told once."""
    rows = form(
        *(LENGTH, EARTH, QUALITY.replace("95%", "0.95"), TIME.replace("100% | 5", "1 | 5")),
        *(COST, BENEFIT, WATER, ASKED.replace("93%", "0.93")),
    )
    (found,) = [one for one in drawn(rows) if one.severity.needs_answer]
    assert (found.rule, found.severity) == ("G15", Severity.WARNING)
    assert "另有 2 项" in found.found


def test_the_number_of_a_day_is_read_as_that_day() -> None:
    """44895 for a dated target is 2022-11-30, in time or late, and told."""
    row = "^ | ^ | 时效指标 | 完工时间 | {}前 | 44895 | 5 | 5 | \n"
    assert said(drawn(changed(TIME, row.format("2022年12月底")))) == [("G15", "F15")]
    late = said(drawn(changed(TIME, row.format("2022年10月底"))))
    assert {rule for rule, _ in late} == {"G15", "S13", "S18"}


def test_a_day_without_a_year_is_one_of_the_year_of_its_form() -> None:
    """10月底前 on a form of 2022 is October 2022, whatever year it is checked in."""
    row = "^ | ^ | 时效指标 | 完工时间 | 10月底前 | {} | 5 | 5 | \n"
    assert said(drawn(changed(TIME, row.format("2022年10月")))) == []
    late = said(drawn(changed(TIME, row.format("2022年11月"))))
    assert {rule for rule, _ in late} == {"S13", "S18"}


def test_a_bare_zero_is_reached_by_zero_alone() -> None:
    """0起 against 1起 is missed: full points are off the rule, and a reason is missing."""
    found = of_file("r01_zero_target_missed_full_points")
    assert said(found) == [("S11", "G12"), ("S13", "H12")]


@pytest.mark.parametrize(("target", "actual"), [("0", "2"), ("0次", "1次"), ("0起", "3"), ("0%", "2%")])
def test_any_bare_zero_is_missed_by_more(target: str, actual: str) -> None:
    """However it is written, and whatever the indicator is called; nothing at all reaches it."""
    row = f"^ | 效益指标 | 社会效益指标 | 溺水事故数 | {target} | {{}} | 15 | 15 | \n"
    assert {rule for rule, _ in said(drawn(changed(BENEFIT, row.format(actual))))} == {"S11", "S13"}
    assert said(drawn(changed(BENEFIT, row.format("0")))) == []


def test_a_finding_stands_at_the_row_of_its_indicator() -> None:
    """Without a column for reasons it stands at the indicator's name, and calls it by that name."""
    found = [one for one in of_file("r05_wrong_cell_no_reason_column") if one.rule == "S13"]
    assert [one.place.cell for one in found] == ["C10"]
    assert "“培训完成时间”" in found[0].found


def test_a_target_missed_is_told_without_any_points() -> None:
    """On a form that has no points 120 of ≥200 without a reason is told, and nothing else that was reached."""
    found = of_file("r06_official_unscored_regional")
    judged = [(one.rule, one.place.cell) for one in found if one.rule.startswith("S")]
    assert judged == [("S13", "G18")]
    assert "“持证上岗人数”" in next(one.found for one in found if one.rule == "S13")


def test_scores_are_compared_as_they_are_printed() -> None:
    """19 of 20 for 18.97 is right at whole points, and 14 for 13.75."""
    assert said(of_file("r12_rounding_S11")) == []


@pytest.mark.parametrize(
    ("score", "told"),
    [("9.5", False), ("10", False), ("9", True), ("9.4", True), ("9.50", False), ("9.52", True)],
)
def test_the_tolerance_of_a_score_follows_its_decimals(score: str, told: bool) -> None:
    """For 9.50 by the rule 9.5 and 10 are that score at one and at no decimal, 9 and 9.4 are not."""
    row = QUALITY.replace("9.5 | 一段返工", f"{score} | ")
    assert ("S11" in {rule for rule, _ in said(drawn(changed(QUALITY, row)))}) == told


def test_costs_without_a_comparison_are_told_once() -> None:
    """Of a control and a cost without ≤ nobody knows which way is better: one line of the form names both."""
    bare = [
        re.sub("[≥≤=](?=[0-9])", "", row)
        .replace("按时完工率 | 100% | 100%", "预算控制率 | 95% | 97%")
        .replace("清淤成本", "清淤费用")
        for row in ROWS
    ]
    found = [one for one in drawn(form(*bare)) if one.severity.needs_answer]
    assert [(one.rule, one.severity) for one in found] == [("G11", Severity.WARNING)]
    assert "“预算控制率”、“清淤费用” 2 项" in found[0].found


def test_other_units_are_told_and_not_passed_over() -> None:
    """人次 against 户 cannot be compared, and that is said."""
    found = drawn(changed(BENEFIT, BENEFIT.replace("520户", "520人次")))
    assert said(found) == [("G22", "F17")]


def test_one_line_tells_of_several_heavy_indicators() -> None:
    """Two indicators above the share of the points are one finding of the form."""
    rows = form(
        LENGTH.replace("15 | 15", "30 | 30"),
        *("^ | ^ | 质量指标 | 验收合格率 | =100% | 100% | 5 | 5 |\n", TIME),
        *(COST.replace("5 | 5", "10 | 10"), BENEFIT.replace("15 | 15", "40 | 40")),
        foot="总分 | < | < | < | < | < | 100 | 99 |\n",
    )
    assert [one.rule for one in drawn(rows) if one.rule == "G05"] == ["G05"]


def test_numbers_that_are_all_text_are_one_line() -> None:
    """A form whose numbers were all kept as text is told once, with how many cells and which."""
    text = re.sub(r"\| ([0-9.]+)(?= \|)", r"| '\1", form(*ROWS))
    found = [one for one in drawn(text) if one.rule == "F06"]
    assert len(found) == 1
    assert len(found[0].also) > 15
    assert f"另有 {len(found[0].also)} 格" in found[0].found


@pytest.mark.parametrize("name", sorted(path.stem for path in CASES.glob("*.xlsx")))
def test_no_text_of_a_finding_has_an_internal_name(name: str) -> None:
    """A unit reads the words of its form: no name of a column, and no number that the program gave it."""
    texts = [f"{one.found}；{one.expected}；{one.remedy}" for one in of_file(name)]
    assert [text for text in texts if INTERNAL.search(text)] == []


def test_places_are_in_the_order_of_their_numbers() -> None:
    """表2 comes before 表10, and 2022年3号 before 2022年12号."""
    names = ["表10.xlsx", "表2.xlsx", "2022年12号", "2022年3号", "表", "1"]
    assert sorted(names, key=natural) == ["1", "2022年3号", "2022年12号", "表", "表2.xlsx", "表10.xlsx"]


def test_errors_come_first_and_hints_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What must be mended is printed before what is to be explained; notes are one line."""
    monkeypatch.chdir(ROOT)
    files = [
        str(CASES / f"{name}.xlsx")
        for name in ("13_bare_fraction_against_percent", "r01_zero_target_missed_full_points")
    ]
    lines = CliRunner().invoke(cli, ["check", *files, "--quiet"]).output.splitlines()
    words = [line.split(" ")[0] for line in lines if line.split(" ")[0] in ("错误", "要说明", "提示")]
    assert words == ["错误", "错误", "要说明", "要说明", "要说明", "提示"]
    assert "提示 S14 1 处（--json 逐条列出）" in lines


def test_nothing_read_is_not_nothing_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without any form ends with 2 and says so; a form without findings ends with 0."""
    monkeypatch.chdir(ROOT)
    letter = tmp_path / "通知.csv"
    letter.write_text("各单位：\n请按时报送。\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["check", str(letter), "--quiet"])
    assert (done.exit_code, "没有读到一张表，什么也没有审核。" in done.output) == (2, True)
    done = CliRunner().invoke(cli, ["check", str(CASES / "08_na_cost_slash.xlsx"), "--quiet"])
    assert (done.exit_code, done.output.splitlines()[0]) == (0, "没有发现问题。")
