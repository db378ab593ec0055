"""jixiao explain and jixiao policies: text for people, JSON for programs, one line for a bad question."""

import json

import pytest
from click.testing import CliRunner

from jixiao.commands import cli
from jixiao.kit.errors import JixiaoError


def asked(*words: str) -> str:
    """The output of a command of this process."""
    result = CliRunner().invoke(cli.cli, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_an_indicator_is_explained_for_people():
    """Points, arithmetic, rule, article and rounding, a line each."""
    text = asked(
        "explain", "--policy", "mof-2020-10", "--weight", "8", "--target", "≥50个", "--actual", "45个"
    )
    assert text.splitlines() == [
        "指标得分：7.20 分",
        "算式：8 × 45 ÷ 50 = 7.20",
        "规则：定量指标：达到目标得满分，未达到按实际值与目标值之比得分（quantitative）",
        "依据：《项目支出绩效评价管理办法》（财预〔2020〕10号）第十六条（条文）",
        "舍入：保留 2 位小数，四舍五入，只舍入一次（惯例）",
    ]


def test_an_indicator_is_explained_for_programs():
    """The JSON document holds points, formula, rule, article and warnings."""
    words = [
        "--weight",
        "10",
        "--target",
        "2021年6月底前",
        "--actual",
        "2021年8月",
        "--claimed",
        "10",
        "--json",
    ]
    document = json.loads(asked("explain", "--on", "2021-12-31", *words))
    assert document["points"] is None
    assert document["rule"] == "dates"
    assert document["article"].endswith("第十六条（条文未定）")
    assert document["warnings"] == ["逾期完成，规则没有规定如何得分，不给分"]


HUNAN = ["--policy", "hunan-departments", "--weight", "5", "--name"]
GUIDE = ["--policy", "mof-2021-101", "--execution-rate", "95%", "--finished"]
CAPS = ["--policy", "platform-caps", "--execution-rate", "0.75"]
REVIEW = ["--policy", "zhengzhou", "--goal-review"]
CASES = [
    (["--execution", "100", "85", "--unfinished", "--policy", "mof-2021-101"], "7.00 分", "10 × 70% = 7.00"),
    (["--execution", "100", "120"], "10.00 分", "执行数大于预算数"),
    (["--execution", "0", "5"], "不给分", "全年预算数为零"),
    (["--execution-rate", "95%"], "9.50 分", "执行率 95%"),
    (["--total", "95", "--execution-rate", "0.75", "--policy", "platform-caps"], "89.00 分", "总分上限 89"),
    (["--total", "95", "--execution-rate", "85%", "--policy", "platform-caps"], "95.00 分", "没有适用的上限"),
    ([*HUNAN, "在职人员控制率", "--target", "≤100%", "--actual", "105%"], "2.50 分", "超过 100% 的 5 个百分点"),
    ([*HUNAN, "预算控制率", "--target", "≤0%", "--actual", "30.01%"], "0.00 分", "5 × 0%"),
    (["--weight", "4", "--target", "是", "--actual", "是", "--policy", "mof-2021-101"], "4.00 分", "得满分"),
    (["--weight", "4", "--target", "是", "--actual", "否", "--policy", "mof-2021-101"], "0.00 分", "不得分"),
    (["--weight", "10", "--elements", "2", "3", "--policy", "zhengzhou"], "6.67 分", "10 × 2 ÷ 3"),
    (["--execution", "100", "85", "--policy", "mof-2021-101"], "不给分", "要看项目是否完成"),
    (["--total", "95", "--policy", "platform-caps"], "不给分", "请给出 --execution-rate"),
    (["--weight", "10", "--target", "≥100", "--actual", "130", "--policy", "platform-caps"], "8.00 分", "自评操作手册"),
    ([*REVIEW, "完整性=18，相关性=27，适当性=25.55，可行性=18"], "等级为良", "= 88.6，属于“良”"),
    ([*GUIDE, "--groups", "产出指标=48/50，效益指标=24/30"], "90.00 分", "加到效益指标 8（24 × 10 ÷ 30） = 90.00"),
    ([*GUIDE, "--groups", "产出指标=48/50"], "不给分（规则未定）", "没有指标可以接受"),
    ([*CAPS, "--groups", "产出指标=50/50、效益指标=29/35"], "89.00 分", "− 总分上限 2.1471"),
    (["--groups", "产出指标=48/50,效益指标=24/30"], "不给分", "没有全年执行数"),
    (["--grade", "89.995"], "等级为优", "舍入为 90.00"),
    (["--grade", "89.5", "--policy", "zhengzhou"], "等级为无", "落在两个等级之间"),
    (["--weight", "10", "--target", "≥90%", "--actual", "85%", "--satisfaction", "--policy", "mof-2021-101"], "8.00 分", "80% 档"),
    (["--weight", "5", "--target", "10", "--unit", "个", "--actual", "9", "--claimed", "5"], "4.50 分", "相差 0.50 分"),
    (["--weight", "10", "--target", "达成", "--actual", "达成年度指标", "--nature", "定性"], "8.00分（含）至10.00分（含）", "达成"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "result", "said"), CASES, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_each_kind_of_question(words, result, said):
    """Execution, totals, grades, satisfaction, claims and judgements are answered with their arithmetic."""
    text = asked("explain", *words)
    assert result in text.splitlines()[0]
    assert said in text


MISTAKES = [
    ([], "没有说要算什么"),
    (["--grade", "abc"], "“abc”不是数字"),
    (["--grade", "101"], "0 到 100 之间"),
    (["--weight", "8", "--target", "5"], "缺少 --weight 或 --actual"),
    (["--weight", "8", "--elements", "4", "3", "--policy", "zhengzhou"], "符合几项 共几项"),
    (["--weight", "8", "--elements", "2", "3"], "没有施行中的 elements"),
    ([*REVIEW, "完整性=18,相关性=27"], "满分写作 完整性=20，相关性=30"),
    ([*REVIEW, "完整性=21,相关性=27,适当性=25,可行性=18"], "0 到 20 之间"),
    (["--groups", "产出指标=48"], "写作 产出指标=48/50"),
    (["--groups", "=48/50"], "每个一级指标一次"),
    (["--groups", "产出指标=1/2,产出指标=1/2"], "每个一级指标一次"),
    (["--groups", "产出指标=51/50"], "0 到 50 之间"),
    (["--groups", "产出指标=51/101"], "0 到 100 之间"),
    (["--grade", "90", "--total", "90"], "一次问一件事"),
    (["--grade", "90", "--policy", "mof-2019"], "没有这个评分规则文件"),
    (["--grade", "90", "--on", "2019-01-01"], "没有任何施行中的规则"),
    (["--grade", "90", "--on", "昨天"], "“昨天”不是日期"),
    (["--grade", "90", "--policy", "../../x"], "文件夹之外"),
    (["--weight", "8.00001", "--target", "5", "--actual", "5"], "--weight"),
]


@pytest.mark.parametrize(("words", "said"), MISTAKES)
def test_a_bad_question_is_one_line(words, said):
    """What is missing or unreadable is told; exit code 2."""
    with pytest.raises(JixiaoError) as refused:
        asked("explain", *words)
    assert said in str(refused.value)
    assert refused.value.exit_code == 2


def test_policies_are_listed_with_values_and_references():
    """All schemes by name; one scheme with each value, article, basis and dates."""
    listed = asked("policies", "--on", "2022-12-31")
    assert [line.split()[0] for line in listed.splitlines() if not line.startswith(" ")] == [
        "bonds-2021-61", "hubei-2020", "hunan-departments", "mof-2020-10", "mof-2021-101", "platform-caps", "sichuan", "zhengzhou",
    ]  # fmt: skip
    text = asked("policies", "mof-2020-10", "--on", "2021-12-31")
    assert "grades：优 [90,100]，良 [80,90)，中 [60,80)，差 [0,60)" in text
    assert "第十八条，条文，2020-02-25 印发，自 2020-02-25 施行，核对于 2026-11-20" in text
    (document,) = json.loads(asked("policies", "mof-2020-10", "--on", "2021-12-31", "--json"))
    assert document["rules"]["weights"]["value"] == {
        "通用": {"预算执行率": 10, "产出指标": 50, "效益指标": 30, "满意度指标": 10}
    }


def test_policies_not_yet_in_force_are_left_out_of_the_list():
    """On a day before its date a scheme is not listed, and asking for it is an error."""
    assert "mof-2021-101" not in asked("policies", "--on", "2020-06-30")
    with pytest.raises(JixiaoError):
        asked("policies", "mof-2021-101", "--on", "2020-06-30")
