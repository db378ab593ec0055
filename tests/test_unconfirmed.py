"""Forms with columns that nobody taught wait until somebody has confirmed how they are read, once for each layout."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from jixiao.commands.cli import cli
from kit import Kit
from test_value_cases import ASKED, BENEFIT, COST, EARTH, FOOT, HEAD, LENGTH, QUALITY, TIME, WATER
from text_sheets import sheet

CASES = Path(__file__).parent / "data/cases/forms"
TITLE = "偏差原因分析及改进措施"
LIKE = "未完成原因与拟采取的改进措施"  # like the labels of reasons


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """A year without any table."""
    own = Kit(tmp_path)
    for path in own.data.glob("*.csv"):
        path.unlink()
    return own


def form(name: str, reasons: str = TITLE) -> str:
    """A right form of this project whose column of reasons is called so."""
    text = HEAD + "".join((LENGTH, EARTH, QUALITY, TIME, COST, BENEFIT, WATER, ASKED)) + FOOT
    text = (
        text.replace("河道清淤", name)
        .replace("河道所", f"{name}所")
        .replace("P009", "")
        .replace(TITLE, reasons)
    )
    return text.replace("2022年", "2021年")


def write(text: str, path: Path) -> Path:
    """A form drawn as text, as a workbook."""
    drawn = sheet(text)
    book = openpyxl.Workbook()
    page = book.active
    for r, row in enumerate(drawn.rows, 1):
        for c, cell in enumerate(row, 1):
            if cell.replace(".", "", 1).isdigit():
                page.cell(r, c, float(cell))
            elif cell:
                page.cell(r, c, cell).data_type = "s"  # =100% is no formula
    for area in drawn.merged:
        page.merge_cells(None, area.top + 1, area.left + 1, area.bottom + 1, area.right + 1)
    path.parent.mkdir(exist_ok=True)
    book.save(path)
    return path


def run(kit: Kit, *words: str) -> Result:
    """A command in this process."""
    return CliRunner().invoke(cli, words, env={"JIXIAO_ROOT": str(kit.root)})


def deliver(kit: Kit) -> Result:
    """`jixiao import 2022` of the folder of what came."""
    return run(kit, "import", "2022", str(kit.root / "post"), "--received", "2022-03-31", "--quiet")


def rows(kit: Kit, name: str) -> list[dict[str, str]]:
    """The rows of a table of 2022; none where there is no such file."""
    path = kit.data / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def copies(kit: Kit) -> list[str]:
    """The names of the marked copies of forms that wait."""
    return sorted(path.name for path in (kit.outputs / "2022.returns/待确认").glob("*"))


def sheets(kit: Kit) -> list[str]:
    """The names of the return sheets."""
    return sorted(path.name for path in (kit.outputs / "2022.returns").glob("*退回意见*"))


def lines(done: Result) -> list[str]:
    """The lines about forms that wait."""
    return [line for line in done.output.splitlines() if line.startswith("待确认")]


def test_a_form_with_a_strange_column_waits_and_others_are_taken(kit: Kit) -> None:
    """It is neither in the tables nor returned; one copy and one line for two forms with the same labels."""
    write(form("河道清淤"), kit.root / "post/1.xlsx")
    write(form("道路养护", LIKE), kit.root / "post/2.xlsx")
    write(form("桥梁加固", LIKE), kit.root / "post/3.xlsx")

    done = deliver(kit)

    assert done.exit_code == 1
    assert [row["name"] for row in rows(kit, "subjects")] == ["河道清淤"]
    assert [row["status"] for row in rows(kit, "received")] == ["accepted", "unconfirmed", "unconfirmed"]
    assert sheets(kit) == []
    (copy,) = copies(kit)
    (line,) = lines(done)
    assert [word for word in ("2.xlsx 等 2 份", copy, f'- "{Path(copy).stem}"') if word not in line] == []


def test_two_layouts_of_one_file_get_a_copy_and_a_line_each(kit: Kit) -> None:
    """Each copy shows the form that its name stands for; the third form of the file is returned as usual."""
    book = openpyxl.load_workbook(write(form("河道清淤", LIKE), kit.root / "post/1.xlsx"))
    other = openpyxl.load_workbook(write(form("道路养护", f"{LIKE}等"), kit.root / "other.xlsx")).active
    unsaid = form("桥梁加固").replace("（万元）", "")
    wrong = openpyxl.load_workbook(write(unsaid, kit.root / "wrong.xlsx")).active
    for name, page in (("二", other), ("三", wrong)):
        copied = book.create_sheet(name)
        for row in page.iter_rows():
            for cell in row:
                copied[cell.coordinate].value = cell.value
                copied[cell.coordinate].data_type = cell.data_type
    book.save(kit.root / "post/1.xlsx")

    done = deliver(kit)

    told = lines(done)
    assert [line.count("confirmed.yml") for line in told] == [1, 1]
    assert [name for name in copies(kit) if name.removesuffix(".xlsx") not in "".join(told)] == []
    shown = [
        [page["B2"].value for page in openpyxl.load_workbook(kit.outputs / "2022.returns/待确认" / name)]
        for name in copies(kit)
    ]
    assert sorted(shown) == [["河道清淤"], ["道路养护"]]
    assert sheets(kit) == ["桥梁加固所 退回意见.xlsx"]


def test_a_form_is_taken_once_its_layout_is_confirmed(kit: Kit) -> None:
    """With the line of the message in confirmed.yml, for every form with these labels."""
    write(form("道路养护", LIKE), kit.root / "post/2.xlsx")
    deliver(kit)
    (copy,) = copies(kit)
    (kit.root / "params/forms/confirmed.yml").write_text(f'- "{Path(copy).stem}"\n', encoding="utf-8")
    write(form("桥梁加固", LIKE), kit.root / "post/3.xlsx")

    done = deliver(kit)

    assert (done.exit_code, lines(done)) == (0, [])
    assert [row["name"] for row in rows(kit, "subjects")] == ["道路养护", "桥梁加固"]
    assert {row["deviation_reason"] for row in rows(kit, "indicators")} == {"", "一段返工"}


def test_a_reason_in_a_column_that_nobody_understood_is_not_asked_for_once_confirmed(kit: Kit) -> None:
    """Confirming says how a form is read; it says not that what was left unread is not there (S13)."""
    write(form("道路养护", "未达预期情形阐述"), kit.root / "post/2.xlsx")
    deliver(kit)
    (copy,) = copies(kit)
    (kit.root / "params/forms/confirmed.yml").write_text(f'- "{Path(copy).stem}"\n', encoding="utf-8")

    done = deliver(kit)

    assert (done.exit_code, [row["name"] for row in rows(kit, "subjects")]) == (0, ["道路养护"])


def test_a_form_is_taken_once_its_label_is_known(kit: Kit) -> None:
    """With the label in labels.yml, as the finding says."""
    write(form("道路养护", LIKE), kit.root / "post/2.xlsx")
    deliver(kit)
    kit.edit(
        kit.root / "params/forms/labels.yml", "  deviation_reason:\n", f"  deviation_reason:\n    - {LIKE}\n"
    )

    done = deliver(kit)

    assert (done.exit_code, lines(done)) == (0, [])
    assert [row["status"] for row in rows(kit, "received")] == ["unconfirmed", "accepted"]
    assert {row["deviation_reason"] for row in rows(kit, "indicators")} == {"", "一段返工"}


def test_what_was_confirmed_of_one_reading_is_not_of_another(kit: Kit) -> None:
    """The same labels that other contents made something else of wait again: 甲 is points only where it adds up."""
    write(form("道路养护").replace("实际完成值 | 分值 |", "实际完成值 | 甲 |"), kit.root / "post/2.xlsx")
    deliver(kit)
    (copy,) = copies(kit)
    (kit.root / "params/forms/confirmed.yml").write_text(f'- "{Path(copy).stem}"\n', encoding="utf-8")
    other = form("桥梁加固").replace("实际完成值 | 分值 |", "实际完成值 | 甲 |")
    write(other.replace("10公里 | 15 |", "10公里 | 高 |"), kit.root / "post/3.xlsx")

    done = deliver(kit)

    assert [row["name"] for row in rows(kit, "subjects")] == ["道路养护"]
    assert len(lines(done)) == 1


@pytest.mark.parametrize("text", ["3f2a91c04b1d\n", "- 3f2a\n", "- [3f2a91c04b1d]\n", "a: 1\n"])
def test_a_broken_list_of_what_is_confirmed_gives_one_line(kit: Kit, text: str) -> None:
    """With its name, what belongs there, and no traceback."""
    (kit.root / "params/forms/confirmed.yml").write_text(text, encoding="utf-8")
    write(form("河道清淤"), kit.root / "post/1.xlsx")

    done = kit.run("import", "2022", str(kit.root / "post"), "--quiet")

    told = [line for line in (done.stdout + done.stderr).splitlines() if "confirmed.yml" in line]
    assert (done.returncode == 0, len(told)) == (False, 1), done.stderr
    assert "每行一个待确认的编号" in told[0]


def two_documents(kit: Kit, **cells: str | int) -> None:
    """The targets and the self-evaluation of one project in a workbook of the year, with other texts in the second."""
    book = openpyxl.load_workbook(CASES / "02_target_and_self_one_workbook.xlsx")
    for page in book.worksheets:
        page["A2"] = "（2021年度）"
    for cell, text in cells.items():
        book["自评表"][cell] = text
    (kit.root / "post").mkdir()
    book.save(kit.root / "post/1.xlsx")


def test_targets_and_results_of_a_project_are_taken_together(kit: Kit) -> None:
    """One subject, its money once, the targets of the one and the results of the other document."""
    two_documents(kit)

    done = deliver(kit)

    assert done.exit_code == 0, done.output
    assert [row["name"] for row in rows(kit, "subjects")] == ["示例道路养护项目"]
    assert [row["executed"] for row in rows(kit, "funds")] == ["114", "94", "20", "0"]
    assert [(row["target"], row["actual"]) for row in rows(kit, "indicators")][-1] == ("90", "92.5%")
    assert len(rows(kit, "indicators")) == 8


def test_what_two_documents_say_otherwise_is_told(kit: Kit) -> None:
    """A target that the self-evaluation has changed is told with both, and the form is taken all the same."""
    two_documents(kit, E13="≥90公里")

    done = run(kit, "check", str(kit.root / "post"), "--year", "2022", "--quiet")
    taken = deliver(kit)

    (line,) = [line for line in done.output.splitlines() if "F25" in line]
    assert [word for word in ("养护道路长度", "100公里", "90公里") if word not in line] == []
    assert taken.exit_code == 0, taken.output
    assert rows(kit, "indicators")[0]["target"] == "100"


def test_budgets_that_two_documents_print_otherwise_are_told(kit: Kit) -> None:
    """100 among the targets and 110 in the self-evaluation: one warning with both, in 万元."""
    two_documents(kit, D6=110, D7=90)

    done = run(kit, "check", str(kit.root / "post"), "--year", "2022", "--quiet")

    (line,) = [line for line in done.output.splitlines() if "F25" in line]
    assert [word for word in ("年初预算数", "100 万元", "110 万元") if word not in line] == []
