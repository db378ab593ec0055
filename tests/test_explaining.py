"""How a form was understood, said label by label: as text, as JSON, and on a marked copy."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from jixiao.commands.cli import cli
from jixiao.exchange.returning import reading_copy
from jixiao.forms.reading import explaining
from jixiao.forms.reading.explaining import Certainty, Explained
from jixiao.year.words import FORM_LABELS
from test_unconfirmed import LIKE, form, write
from test_unknown_columns import NOTES, wider
from text_sheets import LAYOUTS, sheet, workbook

ROOT = Path(__file__).resolve().parents[1]


def explained(text: str) -> Explained:
    """How the only form of a sheet was understood."""
    (one,) = explaining.forms(workbook(sheet(text)), LAYOUTS)
    return one


def by_cell(one: Explained) -> dict[str, tuple[str, str, Certainty, int]]:
    """Of each label the text, what it was taken for, how sure that is, and how many values stand below it."""
    return {each.cell: (each.text, each.meaning, each.certainty, each.values) for each in one.readings}


def command(*words: str) -> Result:
    """`jixiao check --explain-reading` in this process."""
    return CliRunner().invoke(cli, ["check", *words, "--explain-reading"], env={"JIXIAO_ROOT": str(ROOT)})


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    """A file with a form of which one label is guessed."""
    return write(form("道路养护", LIKE), tmp_path / "post/1.xlsx")


def test_every_label_of_a_known_form_is_known() -> None:
    """Of the head, the money and the indicators, each with the number of values that were read below it."""
    one = explained(form("河道清淤"))
    assert one.certain
    assert (one.layout, one.title) == ("mof-2020-10", "项目支出绩效自评表（2021年度）")
    told = by_cell(one)
    assert {each[2] for each in told.values()} <= {Certainty.KNOWN, Certainty.NOT_KEPT}
    assert told["D11"] == ("三级指标", "level3", Certainty.KNOWN, 8)
    assert told["I11"] == ("偏差原因分析及改进措施", "deviation_reason", Certainty.KNOWN, 1)
    assert told["D4"] == ("年初预算数", "initial_budget", Certainty.KNOWN, 2)
    assert told["A2"][:2] == ("项目名称", "name")


def test_a_guess_and_a_column_not_understood_are_told_apart() -> None:
    """With the meaning of the guess and none for the other."""
    one = explained(wider("备忘", NOTES).replace("偏差原因分析及改进措施", LIKE))
    told = by_cell(one)
    assert not one.certain
    assert told["I11"] == (LIKE, "deviation_reason", Certainty.GUESSED, 1)
    assert told["J11"] == ("备忘", "", Certainty.UNKNOWN, 0)


def test_a_label_whose_content_no_table_keeps_is_known() -> None:
    """项目属性 and 备注 need no confirmation."""
    one = explained(wider("备注", NOTES).replace("项目编码", "项目属性"))
    told = by_cell(one)
    assert one.certain
    assert {told["F2"][2], told["J11"][2]} == {Certainty.NOT_KEPT}


def test_the_points_of_a_level_are_known_and_not_kept() -> None:
    """A column whose label is that of another one which is read: it needs no confirmation and is not passed over."""
    one = explained(wider("分值", "100"))
    told = by_cell(one)
    assert (told["G11"][1:3], told["J11"][1:3]) == (("weight", Certainty.KNOWN), ("", Certainty.NOT_KEPT))


def test_the_text_names_cell_label_and_meaning(strange: Path) -> None:
    """A line for the form, and one for each label in the order of the sheet."""
    done = command(str(strange))
    first, *lines = done.output.splitlines()
    assert done.exit_code == 0
    assert [word for word in ("1.xlsx", "Sheet", "有推断的或没有看懂的") if word not in first] == []
    (line,) = [line for line in lines if LIKE in line]
    assert [
        word
        for word in ("指标表", "I11", FORM_LABELS["deviation_reason"], "推断", "1 格")
        if word not in line
    ] == []
    assert sum("认得" in line for line in lines) == len(lines) - 1


def test_the_document_has_the_same(strange: Path) -> None:
    """Names of columns and codes in place of words."""
    told = json.loads(command(str(strange), "--json").stdout)
    ((one,),) = told.values()
    assert (one["layout"], one["certain"], one["kind"]) == ("mof-2020-10", False, "项目支出自评表")
    guessed = [label for label in one["labels"] if label["certainty"] == "guessed"]
    assert guessed == [
        {
            "region": "指标表",
            "cell": "I11",
            "label": LIKE,
            "meaning": "deviation_reason",
            "certainty": "guessed",
            "values": 1,
        }
    ]


def test_a_copy_shows_what_each_label_was_taken_for(strange: Path, tmp_path: Path) -> None:
    """The texts of the form at their cells; a comment at each label, a frame around a guess."""
    done = command(str(strange), "--returns", str(tmp_path / "copies"))
    assert done.exit_code == 0
    (path,) = (tmp_path / "copies").iterdir()
    page = openpyxl.load_workbook(path).active
    assert (page["A2"].value, page["B2"].value, page["I11"].value) == ("项目名称", "道路养护", LIKE)
    assert page["I11"].comment.text.splitlines()[1:] == [f"读作：{FORM_LABELS['deviation_reason']}（推断）"]
    assert page["B2"].comment is None
    assert page["I11"].border.left.style == "medium"
    assert page["D11"].fill.fgColor.rgb != page["I11"].fill.fgColor.rgb


def test_a_file_without_forms_says_so(tmp_path: Path) -> None:
    """One line, and another exit code than a form."""
    letter = tmp_path / "通知.csv"
    letter.write_text("各单位：\n请按时报送。\n", encoding="utf-8")
    done = command(str(letter))
    assert done.exit_code == 1
    assert [word for word in ("通知.csv", "没有找到表", "三级指标") if word not in done.output] == []


def test_nothing_is_judged_and_nothing_written(strange: Path) -> None:
    """No finding is printed, and the folder of the file stays as it was."""
    before = sorted(strange.parent.iterdir())
    assert "F24" not in command(str(strange)).output
    assert sorted(strange.parent.iterdir()) == before


def test_two_sheets_with_names_that_are_alike_get_two_sheets() -> None:
    """In one copy, though Excel has room for 31 characters of each."""
    long = "某某局某某项目支出绩效自评表及有关情况说明附表之第若干号册"
    book = workbook(
        sheet(form("甲"), name=f"{long}（其一）"), sheet(form("乙", LIKE), name=f"{long}（其二）")
    )
    found = list(explaining.forms(book, LAYOUTS))
    copied = openpyxl.load_workbook(io.BytesIO(reading_copy.workbook(found, dt.date(2022, 3, 31))))
    assert len(copied.sheetnames) == 2
    assert [page["B2"].value for page in copied.worksheets] == ["甲", "乙"]


TARGETS = """
项目支出绩效目标申报表（2022年度） | < | < | < | < | <
项目名称 | 修渠 | < | 主管部门 | 水务局 | <
实施单位 | 渠道所 | < | 年度资金总额（万元） | 100 | <
年度目标 | 修好三条渠 | < | < | < | <
一级指标 | 二级指标 | 三级指标 | 指标值 | 分值 | 备注
产出指标 | 数量指标 | 修渠长度 | ≥10公里 | 50 |
效益指标 | 社会效益指标 | 受益人数 | ≥10人 | 40 |
"""


def test_money_without_a_head_of_its_own_is_explained() -> None:
    """A target form names each amount beside it; where the kinds of money head the columns, the rows are named."""
    beside = by_cell(explained(TARGETS))
    assert beside["D3"] == ("年度资金总额（万元）", "initial_budget", Certainty.KNOWN, 1)
    kinds = "资金来源 | 合计 | 财政拨款 | 其他资金\n年初预算数 | 100 | 90 | 10\n全年执行数 | 90 | 80 | 10\n"
    above = TARGETS.replace("目标申报表", "自评表").replace("年度资金总额（万元） | 100", "填报人 | 甲")
    above = above.replace("年度目标 |", kinds + "年度目标 |")
    told = by_cell(explained(above))
    assert [told[cell][1::2] for cell in ("A5", "A6")] == [("initial_budget", 3), ("executed", 3)]


def test_a_sheet_without_a_table_is_told_everywhere(tmp_path: Path) -> None:
    """Text, document and marked copy name the sheet, and what a table needs."""
    book = openpyxl.load_workbook(write(form("道路养护"), tmp_path / "post/1.xlsx"))
    book.create_sheet("测算")["B2"] = "每公里两万元"
    book.create_sheet("底稿").sheet_state = "hidden"
    book.save(tmp_path / "post/1.xlsx")
    done = command(str(tmp_path / "post/1.xlsx"), "--returns", str(tmp_path / "copies"))
    assert done.exit_code == 0
    (line,) = [line for line in done.output.splitlines() if "测算" in line]
    assert [word for word in ("没有找到表", "三级指标") if word not in line] == []
    assert [line for line in done.output.splitlines() if "底稿" in line and "隐藏" in line] != []
    (told,) = json.loads(command(str(tmp_path / "post/1.xlsx"), "--json").stdout).values()
    assert [bool(one["nothing"]) for one in told] == [False, True, True]
    (path,) = (tmp_path / "copies").iterdir()
    copied = openpyxl.load_workbook(path)
    assert copied.sheetnames == ["Sheet", "测算", "底稿"]
    assert [
        word for word in ("没有找到表", "三级指标") if word not in copied["测算"]["A1"].comment.text
    ] == []
