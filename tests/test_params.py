"""Parameters: params/<year>.yml read strictly, one clear line a fault."""

import datetime as dt
from decimal import Decimal

import pytest

from jixiao.kit.errors import ParameterError
from jixiao.year import params
from kit import PROJECT, Kit


def test_the_parameters_of_2022():
    """The committed file gives the facts of the published report."""
    values = params.checked(params.read(PROJECT, 2022), lambda *key: "")
    assert (values.report_year, values.evaluated_year) == (2022, 2021)
    assert values.published_on == dt.date(2023, 8, 25)
    assert values.total_initial_budget == Decimal("121590.00")
    own = values.tiers["self"]
    assert [band.text for band in own.bands["departments"]] == ["=100", "[95,100)", "[90,95)"]


BROKEN = [
    ("region: 柳州市城中区", "regoin: 柳州市城中区", ["没有名为“regoin”的参数", "改为 region"]),
    ("region: 柳州市城中区", "", ["缺少参数 region"]),
    ("region: 柳州市城中区", "region: 柳州市城中区\nregion: 鱼峰区", ["第 8 行", "“region”重复"]),
    ("region: 柳州市城中区", "region: 12", ["第 7 行", "region", "一段文字"]),
    ("region: 柳州市城中区", "region: no", ["第 7 行", "引号"]),
    ("report_year: 2022 ", "report_year: '2022' ", ["report_year", "四位年份"]),
    ("report_year: 2022 ", "report_year: 2021 ", ["工作年度是 2021", "2022"]),
    ('published_on: "2023-08-25"', "published_on: 2023-08-25", ["第 9 行", "引号"]),
    ('published_on: "2023-08-25"', 'published_on: "2023-02-30"', ["published_on", "日期"]),
    ("evaluated_year: 2021 ", "evaluated_year: 2031 ", ["第 6 行", "被评价年度 2031 晚于工作年度 2022"]),
    ('"[60,70)"]', '"60-70"]', ["第 35 行", "tiers 的写法不对", "“60-70”"]),
    ("policy: mof-2020-10 ", "policy: ../secret ", ["policy", "params/policies"]),
    ("data_origin: reconstruction", "data_origin: made-up", ["data_origin", "recorded、reconstruction"]),
    ("total_initial_budget: 121590.00", "total_initial_budget: -5", ["total_initial_budget", "大于零"]),
    ("total_initial_budget: 121590.00", "total_initial_budget: 1_000", ["引号"]),
    ('["=100", "[95,100)", "[90,95)"]', '["=100", "[95,100)", "[90,96]"]', ["第 26 行", "tiers", "重叠"]),
    ("leave_out: []", "leave_out: 结果应用", ["leave_out", "一列文字"]),
    ("leave_out: []", "leave_out: [结果应用, 结果应用]", ["leave_out", "不重复"]),
    ("leave_out: []", "not_done: [评价]", ["not_done", "没有做的工作，可以写：rules_issued（印发制度）"]),
    ("leave_out: []", "not_done: key_projects", ["not_done", "一列文字"]),
    ("  annual_report: {}", "  annual_report: 6", ["第 46 行", "notebooks", "annual_report: {参数: 值}"]),
    ("  annual_report: {}", "  ../letter: {}", ["第 46 行", "notebooks", "小写字母"]),
    ("notebooks:\n  annual_report: {}", "notebooks: {}", ["notebooks", "每行一个"]),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN)
def test_one_broken_line_gives_one_clear_line(tmp_path, old, new, words):
    """Each mistake in the file is told with file, line, what was expected and what to do."""
    kit = Kit(tmp_path)
    kit.edit(kit.params, old, new)
    with pytest.raises(ParameterError) as refused:
        params.read(kit.root, 2022)
    message = str(refused.value)
    assert [word for word in ["params/2022.yml", *words] if word not in message] == []
    assert len(refused.value.faults) == 1


def test_an_unknown_total_budget_is_null(tmp_path):
    """null leaves the share out; it is not zero."""
    kit = Kit(tmp_path)
    kit.edit(kit.params, "total_initial_budget: 121590.00", "total_initial_budget: null")
    assert params.checked(params.read(kit.root, 2022), lambda *key: "").total_initial_budget is None


def test_a_year_without_parameters_names_the_years_there_are(tmp_path):
    """A missing file is told with the years that exist."""
    with pytest.raises(ParameterError, match=r"params/2031\.yml.*已有的年度：2022"):
        params.read(Kit(tmp_path).root, 2031)


def test_what_a_file_may_go_without(tmp_path):
    """A file that says nothing of sections and notebooks leaves no section out and has the annual report."""
    kit = Kit(tmp_path)
    before = params.recorded(kit.root, 2022)
    kit.edit(kit.params, "leave_out: []", "")
    kit.edit(kit.params, "notebooks:\n  annual_report: {}", "")
    assert params.recorded(kit.root, 2022) == before
    assert before.typed.leave_out == () and before.typed.notebooks == {"annual_report": {}}
