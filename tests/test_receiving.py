"""Forms come in: what is accepted stands in the tables, what is not goes back, and every delivery is remembered."""

import csv
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from decimal import Decimal

import openpyxl
import pytest
from click.testing import CliRunner

from commit_kills import left, state
from jixiao.commands.cli import cli
from jixiao.exchange.importing import merging, receive
from jixiao.kit import commits
from jixiao.kit.errors import RunError
from jixiao.year import params, tables
from kit import Kit
from test_batch import living

SCORE = "H14"  # of the first indicator of an issued form
FIRST = "D001 预算单位001部门整体支出.xlsx"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The kit with its 115 forms of 2022, filled in, in outputs/2022.forms."""
    kit = Kit(tmp_path_factory.mktemp("filled"))
    done = kit.run("forms", "2022", "--filled", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    return kit


@pytest.fixture
def kit(filled, tmp_path):
    """A kit of its own with the first three forms of departments in the folder `post`."""
    own = Kit(tmp_path)
    own.leave_few()
    (tmp_path / "post").mkdir()
    for path in sorted((filled.outputs / "2022.forms").iterdir())[:3]:
        (tmp_path / "post" / path.name).write_bytes(path.read_bytes())
    return own


def rows(kit, name):
    """The rows of a table of 2022 as dictionaries of texts."""
    with (kit.data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digests(folder):
    """What is in a folder, by name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file()
    }


def change(path, cell, value):
    """Put a value into a cell of a received form; formulas give way to what they last gave."""
    book = openpyxl.load_workbook(path, data_only=True)
    book.active[cell] = value
    book.save(path)


def deliver(kit, *arguments, on="2022-03-31"):
    """`jixiao import 2022` of files in the kit."""
    return run(kit, "import", "2022", *map(str, arguments), "--received", on, "--quiet")


def run(kit, *words):
    """A command in this process: the others have shown that it starts."""
    return CliRunner().invoke(cli, words, env={"JIXIAO_ROOT": str(kit.root)})


def without_self_evaluation(kit):
    """Take from the tables all that the forms bring."""
    blank = {"actual": "", "self_score": "", "deviation_reason": ""}
    kit.change_table("indicators", lambda every: [row.update(blank) for row in every])
    kit.change_table("subjects", lambda every: [row.update(executed="") for row in every])


def test_all_forms_of_a_year_give_back_its_tables_and_figures(filled, tmp_path):
    """Written, read, checked without an error, merged: the same tables by value, and the published figures."""
    kit = Kit(tmp_path)
    without_self_evaluation(kit)
    done = deliver(kit, filled.outputs / "2022.forms")
    assert done.exit_code == 0, done.stdout + done.stderr
    root, known = tmp_path, {}
    for name in ("units", "subjects", "indicators", "scores"):
        known[name] = tables.read(filled.root, "2022")[name]
        now = tables.read(root, "2022")[name]
        assert differing(known[name], now) == []
    compared = run(kit, "compare", "2022", "--json")
    assert json.loads(compared.stdout)["different"] == 0


def differing(before, after):
    """Cells that differ by value: 10 and 10.00 are one number, a date of scoring is on no form."""
    pairs = zip(before.to_dict("records"), after.to_dict("records"), strict=True)
    return [
        (one, other) for row, again in pairs for key, one in row.items() if not same(one, other := again[key])
    ]


def same(one, other):
    """Whether two cells are equal, as numbers where both are."""
    try:
        return Decimal(one) == Decimal(other)
    except (TypeError, ArithmeticError):
        return one == other


def test_a_year_can_begin_with_nothing_but_forms(kit):
    """Without a ledger units, subjects and indicators get ids in the order of the files."""
    for path in kit.data.glob("*.csv"):
        path.unlink()
    done = deliver(kit, kit.root / "post")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert [(row["subject_id"], row["unit_id"]) for row in rows(kit, "subjects")] == [
        ("D001", "U001"),
        ("D002", "U002"),
        ("D003", "U003"),
    ]
    assert {row["subject_id"] for row in rows(kit, "indicators")} == {"D001", "D002", "D003"}


def short(number):
    """D001-02 as somebody may have numbered it: D001-2."""
    return number.replace("-0", "-")


def test_indicators_keep_their_ids_whatever_these_look_like(kit):
    """A form prints no ids: an indicator is known by its name."""
    for table in ("indicators", "target_reviews", "monitoring"):
        kit.change_table(
            table, lambda every: [row.update(indicator_id=short(row["indicator_id"])) for row in every]
        )
    before = [(row["indicator_id"], row["level3"]) for row in rows(kit, "indicators")]
    first = next((kit.root / "post").glob("D001*"))

    assert deliver(kit, first).exit_code == 0
    assert [(row["indicator_id"], row["level3"]) for row in rows(kit, "indicators")] == before


def test_every_value_taken_in_names_its_cell(kit):
    """sources.csv tells file, sheet and cell; a finding about the table then names the form."""
    deliver(kit, kit.root / "post")
    source = next(row for row in rows(kit, "sources") if row["key"] == "D001-01")
    cells = dict(pair.split(":") for pair in source["cells"].split(";"))
    sheet = openpyxl.load_workbook(kit.data / "forms" / source["file"])[source["sheet"]]
    kept = next(row for row in rows(kit, "indicators") if row["indicator_id"] == "D001-01")
    assert str(sheet[cells["level3"]].value) == kept["level3"]
    assert Decimal(str(sheet[cells["self_score"]].value)) == Decimal(kept["self_score"])
    kit.change_table("indicators", lambda every: every[0].update(self_score="0.01"))
    said = run(kit, "check", "2022", "--json").stdout
    places = {(one["file"], one["cell"]) for one in json.loads(said)["findings"] if one["subject"] == "D001"}
    assert (f"data/2022/forms/{source['file']}", cells["self_score"]) in places


def test_a_form_with_an_error_goes_back_and_the_others_are_taken(kit):
    """Its rows do not reach the tables; the return sheet marks the cell; exit code 1; the file stays as it was."""
    without_self_evaluation(kit)
    change(kit.root / "post" / FIRST, SCORE, 99)
    before = digests(kit.root / "post")
    done = deliver(kit, kit.root / "post")
    assert done.exit_code == 1
    assert f"退回 {FIRST}" in done.stdout
    assert digests(kit.root / "post") == before
    scored = {row["subject_id"] for row in rows(kit, "indicators") if row["self_score"]}
    assert scored == {"D002", "D003"}
    status = {row["subject_id"]: (row["status"], row["rules"]) for row in rows(kit, "received")}
    assert status == {"D001": ("returned", "S01 S02"), "D002": ("accepted", ""), "D003": ("accepted", "")}
    (sheet,) = kit.outputs.glob("2022.returns/*退回意见.xlsx")
    book = openpyxl.load_workbook(sheet)
    assert SCORE in {cell.coordinate for row in book.worksheets[1] for cell in row if cell.comment}
    assert (kit.outputs / "2022.returns" / "收表总表.html").is_file()


def test_a_form_that_lacks_what_the_tables_need_goes_back(kit):
    """One blank target does not stop the batch: F13 names its cell, the other forms are taken."""
    change(kit.root / "post" / FIRST, "D14", None)
    done = deliver(kit, kit.root / "post", "--json")
    found = {(one["rule"], one["cell"]) for one in json.loads(done.stdout)["findings"]}
    assert ("F13", "D14") in found
    assert [row["status"] for row in rows(kit, "received")] == ["returned", "accepted", "accepted"]


def test_a_form_sent_back_unfilled_does_not_empty_the_tables(kit, filled):
    """A form as it was issued asks for scores and actual values; what the tables had stays."""
    before = rows(kit, "indicators")
    kit.run("forms", "2022", "--to", str(kit.root / "issued"), "--quiet")
    done = deliver(kit, kit.root / "issued" / FIRST, "--json")
    assert {one["cell"] for one in json.loads(done.stdout)["findings"] if one["rule"] == "F13"} >= {
        "F14",
        "H14",
    }
    assert rows(kit, "indicators") == before


def test_a_review_stays_with_its_indicator_or_is_void(kit):
    """Points that fall below what a review gave end that review; the batch goes on."""
    reviewed = next(row for row in rows(kit, "indicators") if row["indicator_id"] == "D001-02")
    weight = Decimal(reviewed["review_score"]) / 2
    frames = {name: tables.read(kit.root, "2022")[name] for name in tables.SCHEMAS}
    new = frames["indicators"][frames["indicators"]["subject_id"] == "D001"].copy()
    first, second = new.index[:2]
    new.loc[[first, second], ["level2", "level3"]] = new.loc[[second, first], ["level2", "level3"]].to_numpy()
    new.at[first, "weight"] = weight
    records = merging.Records({**frames, "indicators": new}, lambda *_: None)
    merged = merging.merged(frames, records, {"D001": ("department",)})["indicators"].set_index(
        "indicator_id"
    )
    assert merged.at["D001-01", "review_score"] is None
    assert (
        merged.at["D001-02", "review_score"]
        == frames["indicators"].set_index("indicator_id").at["D001-01", "review_score"]
    )


def test_the_same_content_twice_is_one_delivery(kit):
    """A copy under another name is told and not read as a second form."""
    copy = kit.root / "post" / "副本" / "再报.xlsx"
    copy.parent.mkdir()
    copy.write_bytes((kit.root / "post" / FIRST).read_bytes())
    done = deliver(kit, kit.root / "post")
    assert done.exit_code == 0
    assert "内容相同，只收一份" in done.stdout
    assert len(rows(kit, "received")) == 3


def test_returns_that_cannot_be_written_leave_the_tables(kit):
    """The tables change only when the return sheets and the overview stand."""
    before = digests(kit.data)
    (kit.root / "outputs").mkdir()
    (kit.root / "outputs" / "2022.returns").write_text("in the way", encoding="utf-8")
    done = kit.run("import", "2022", "post", "--quiet")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert digests(kit.data) == before


def test_a_list_without_ids_speaks_of_the_indicators_of_its_names(kit):
    """In another order and without actual values: only what it has is taken, row by row of the same name."""
    before = {row["indicator_id"]: row for row in rows(kit, "indicators") if row["subject_id"] == "P003"}
    name = next(row["name"] for row in rows(kit, "subjects") if row["subject_id"] == "P003")
    lines = ["项目名称,一级指标,二级指标,三级指标,年度指标值,分值"]
    for row in reversed(before.values()):
        target = (row["operator"] or "") + row["target"] + (row["measure_unit"] or "")
        lines.append(",".join([name, row["level1"], row["level2"], row["level3"], target, row["weight"]]))
    (kit.root / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = deliver(kit, kit.root / "list.csv")
    after = {row["indicator_id"]: row for row in rows(kit, "indicators") if row["subject_id"] == "P003"}
    assert (done.exit_code, after) == (0, before), done.stdout


def test_files_of_the_same_name_deep_below_stay_apart(kit):
    """Two units that call all their folders alike are two deliveries."""
    for unit, path in zip("甲乙", sorted((kit.root / "post").iterdir()), strict=False):
        target = kit.root / "in" / unit / "报送" / "终稿" / "自评" / "表.xlsx"
        target.parent.mkdir(parents=True)
        target.write_bytes(path.read_bytes())
    assert deliver(kit, kit.root / "in").exit_code == 0
    assert len({(row["subject_id"], row["digest"]) for row in rows(kit, "received")}) == 2
    assert len({row["file"] for row in rows(kit, "sources")}) == 2


def test_an_earlier_file_sent_again_is_told_and_changes_nothing(kit):
    """First, second, first: one line says what replaced it and how to have it back; nothing at all changes."""
    path = kit.root / "post" / FIRST
    first = path.read_bytes()
    deliver(kit, path)
    change(path, "F7", 865.95)
    deliver(kit, path, on="2022-04-06")
    before = digests(kit.data), digests(kit.data / "forms"), digests(kit.root / "outputs" / "2022.returns")
    path.rename(path.with_name("另一个名字（更正）.xlsx"))
    path.with_name("另一个名字（更正）.xlsx").write_bytes(first)
    done = deliver(kit, kit.root / "post" / "另一个名字（更正）.xlsx", on="2022-04-06")
    assert done.exit_code == 0
    (line,) = [line for line in done.stdout.splitlines() if "D001" in line]
    assert "2022-04-06 第 2 次" in line
    assert "更正，另存后再收" in line
    after = digests(kit.data), digests(kit.data / "forms"), digests(kit.root / "outputs" / "2022.returns")
    assert [one.keys() ^ other.keys() for one, other in zip(before, after, strict=True)] == [set()] * 3
    assert before[:2] == after[:2]


def test_a_project_that_the_ledger_lacks_goes_back(kit):
    """It is no new project until the bureau has one of that name."""
    path = kit.root / "post" / FIRST
    for cell, text in (("I3", None), ("B4", "不在台账的部门整体支出")):
        change(path, cell, text)
    done = deliver(kit, path, "--json")
    assert ("F14", "E") in {(one["rule"], one["severity"]) for one in json.loads(done.stdout)["findings"]}
    assert [(row["subject_id"], row["status"]) for row in rows(kit, "received")] == [("", "returned")]


def test_a_form_of_another_year_goes_back(kit):
    """What was printed as 2020 is not taken for the fiscal year 2021."""
    change(kit.root / "post" / FIRST, "A2", "（2020年度）")
    done = deliver(kit, kit.root / "post", "--json")
    told = [one for one in json.loads(done.stdout)["findings"] if one["severity"] == "E"]
    assert [(one["rule"], one["cell"], one["subject"]) for one in told] == [("F10", "A2", "D001")]


def test_a_file_that_cannot_be_read_does_not_stop_the_batch(kit):
    """One line names it; the journal has it; the forms beside it are taken."""
    (kit.root / "post" / "坏.xlsx").write_bytes(b"PK\x03\x04 half a file")
    done = deliver(kit, kit.root / "post")
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("坏.xlsx：")
    assert [row["status"] for row in rows(kit, "received")] == ["accepted"] * 3 + ["unreadable"]


def test_a_second_delivery_replaces_the_first_and_says_what_changed(kit):
    """The tables have the new values, changes.csv both, and the first file is kept beside the second."""
    deliver(kit, kit.root / "post")
    path = kit.root / "post" / FIRST
    change(path, "I14", "补充说明：按实际完成数核对")
    change(path, "F7", 865.95)
    assert deliver(kit, kit.root / "post", on="2022-04-06").exit_code == 0
    changed = {(row["table"], row["column"]): (row["before"], row["after"]) for row in rows(kit, "changes")}
    assert changed["indicators", "deviation_reason"][1] == "补充说明：按实际完成数核对"
    assert changed["subjects", "executed"] == ("865.94", "865.95")
    assert {row["version"] for row in rows(kit, "changes")} == {"2"}
    assert [row["version"] for row in rows(kit, "received") if row["subject_id"] == "D001"] == ["1", "2"]
    assert {"D001 预算单位001部门整体支出.xlsx", "D001 预算单位001部门整体支出（2）.xlsx"} <= set(
        digests(kit.data / "forms")
    )


def test_a_form_with_the_number_of_a_person_goes_back(kit):
    """Neither tables nor changes.csv nor what is printed hold it; the others of the batch are taken in."""
    number = "11010519491231002X"
    path = kit.root / "post" / FIRST
    change(path, "I14", f"经办人证件{number}")
    result = deliver(kit, kit.root / "post")
    assert result.exit_code == 1
    assert f"退回 {FIRST}：错误 1 处" in result.output
    statuses = {row["subject_id"]: row["status"] for row in rows(kit, "received")}
    assert (statuses.pop("D001"), set(statuses.values())) == ("returned", {"accepted"})
    written = [path.read_text("utf-8") for path in kit.data.glob("*.csv")]
    assert not any(number in text for text in [result.output, *written])


def test_tables_keep_the_mark_of_utf_8(kit):
    """One that Excel saved with it has it after an import, and again nothing else; one without gets none."""
    path = kit.data / "subjects.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert deliver(kit, kit.root / "post").exit_code == 0
    starts = {
        name: (kit.data / f"{name}.csv").read_bytes()[:4] for name in ("subjects", "indicators", "sources")
    }
    assert starts == {"subjects": b"\xef\xbb\xbfs", "indicators": b"subj", "sources": b"tabl"}
    before = digests(kit.data)
    assert deliver(kit, kit.root / "post").exit_code == 0
    assert digests(kit.data) == before


def test_the_same_delivery_again_changes_nothing(kit):
    """Neither tables nor journal nor the kept files."""
    deliver(kit, kit.root / "post")
    before = digests(kit.data), digests(kit.data / "forms")
    assert deliver(kit, kit.root / "post", on="2022-05-01").exit_code == 0
    assert (digests(kit.data), digests(kit.data / "forms")) == before


def test_a_delivery_again_says_what_it_writes_over(kit):
    """A value typed since its form came is another one once that form comes again: changes.csv has both."""
    deliver(kit, kit.root / "post")
    kit.change_table("subjects", lambda every: every[0].update(executed="865.95"))
    result = deliver(kit, kit.root / "post")
    assert "新收 0，与上次相比改动 1 处" in result.output
    assert rows(kit, "changes") == [
        {"subject_id": "D001", "version": "1", "table": "subjects", "key": "D001", "column": "executed"}
        | {"before": "865.95", "after": "865.94"}
    ]


def test_the_order_of_files_changes_nothing(kit, tmp_path_factory):
    """A batch named file by file, backwards, gives the same tables as its folder."""
    other = Kit(tmp_path_factory.mktemp("other"))
    other.leave_few()
    deliver(kit, kit.root / "post")
    deliver(other, *reversed(sorted((kit.root / "post").iterdir())))
    names = ("units", "subjects", "indicators", "funds", "scores")
    assert [name for name in names if rows(kit, name) != rows(other, name)] == []


def test_only_dates_and_years_that_are_some_are_taken(kit):
    """Mistyped options are told in one Chinese line."""
    done = kit.run("import", "2022", "post", "--received", "三月")
    assert done.returncode == 2
    assert done.stderr.startswith("用法不对：--received 的值不对")
    assert kit.run("check", "2022", "--policy", "mof-2020-10").returncode == 2
    missing = kit.run("import", "2022", "nowhere", "--quiet")
    assert (missing.returncode, missing.stderr.splitlines()) == (
        1,
        ["nowhere：没有这个文件或文件夹；请检查路径"],
    )


def test_undo_takes_back_an_import_and_says_what(kit):
    """Tables, kept forms and overview are as before; again, and they are as after; a table edited since stops it."""

    def files():
        found = [path for folder in (kit.data, kit.outputs) for path in folder.rglob("*") if path.is_file()]
        return {path: path.read_bytes() for path in found}

    before = files()
    assert deliver(kit, kit.root / "post").exit_code == 0
    imported = files()
    done = run(kit, "undo", "2022")
    assert done.exit_code == 0
    assert done.output.splitlines()[0].endswith("的 import 2022：")
    assert f"移走  data/2022/forms/{FIRST}" in done.output
    assert files() == before
    assert done.output.splitlines()[-1] == (
        "再运行一次 jixiao undo，就又回到撤销以前；更早的导入不能再撤销。"
    )
    again = run(kit, "undo", "2022")
    assert again.exit_code == 0
    lines = again.output.splitlines()
    assert lines[0].startswith("已取消 ") and lines[0].endswith(" 的撤销，import 2022 又生效：")
    assert lines[-1] == "再运行一次 jixiao undo，就又撤销 import 2022。"
    assert f"恢复  data/2022/forms/{FIRST}" in lines
    assert files() == imported
    third = run(kit, "undo", "2022").output.splitlines()
    assert third[0].startswith("已撤销 ") and third[0].endswith(" 的 import 2022：")
    assert files() == before
    run(kit, "undo", "2022")
    kit.change_table("received", lambda every: every[0].update(version="9"))
    refused = kit.run("undo", "2022")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("data/2022/received.csv：在 ")
    assert refused.stderr.endswith("之后又有改动，什么也没有写入；请存好并关闭这个文件，再运行\n")


def test_undo_with_nothing_to_take_back(kit):
    """One line, exit code 2."""
    done = kit.run("undo", "2022")
    assert (done.returncode, done.stderr) == (2, "data/2022：没有可以撤销的导入；请核对年份\n")


def test_a_folder_imported_again_changes_nothing(kit):
    """No table, no kept form, and what undo would take back is still the first import."""
    assert deliver(kit, kit.root / "post").exit_code == 0
    before = digests(kit.data) | digests(kit.data / "forms")
    kept = (kit.root / "data" / ".2022.undo" / "record.json").read_bytes()
    assert deliver(kit, kit.root / "post").exit_code == 0
    assert digests(kit.data) | digests(kit.data / "forms") == before
    assert (kit.root / "data" / ".2022.undo" / "record.json").read_bytes() == kept


@pytest.mark.parametrize("accepted", [False, True], ids=["nothing accepted", "one accepted"])
def test_a_table_whose_rows_stay_is_not_written(kit, accepted):
    """However a spreadsheet saved it, in whatever order its rows stand; with nothing accepted only the journal grows."""
    for path in kit.data.glob("*.csv"):
        head, *others = path.read_text("utf-8-sig").splitlines()
        order = others if accepted else reversed(others)
        path.write_bytes("\r\n".join(["\ufeff" + head, *order, ""]).encode())
        os.utime(path, (1, 1))
    before = digests(kit.data)
    path = kit.root / "post" / FIRST
    if not accepted:
        change(path, SCORE, 999)
    result = deliver(kit, path)
    assert result.exit_code == (0 if accepted else 1)
    now = digests(kit.data)
    altered = {name for name in now if now[name] != before.get(name)}
    assert altered == {"received.csv", *(["funds.csv", "sources.csv"] if accepted else [])}
    written = {path.name for path in kit.data.glob("*.csv") if path.stat().st_mtime != 1}
    assert written == altered
    assert ("没有一张表收进数据表，各表的数据没有改动。" in result.output) != accepted


@pytest.mark.parametrize("lost", ["changed", "deleted", "renamed"])
def test_a_kept_form_that_was_changed_or_lost_is_put_back_when_it_comes_again(kit, lost):
    """F15 asks to send it again: also under another name it gets the name by which the journal knows it."""
    assert deliver(kit, kit.root / "post").exit_code == 0
    before = digests(kit.data) | digests(kit.data / "forms")
    kept = kit.data / "forms" / FIRST
    again = kit.root / "post" / "再报一次.xlsx"
    (kit.root / "post" / FIRST).rename(again)
    if lost == "changed":
        kept.write_bytes(b"other")
    elif lost == "deleted":
        kept.unlink()
    else:
        again = kept.rename(kept.with_name("又改的名.xlsx"))
    assert deliver(kit, again).exit_code == 0
    again.unlink()
    assert digests(kit.data) | digests(kit.data / "forms") == before


def test_the_name_of_a_lost_form_is_not_given_to_another(kit):
    """The journal would name a file of another content."""
    assert deliver(kit, kit.root / "post" / FIRST).exit_code == 0
    (kit.data / "forms" / FIRST).unlink()
    change(kit.root / "post" / FIRST, SCORE, 1)
    deliver(kit, kit.root / "post" / FIRST)
    assert [path.name for path in (kit.data / "forms").iterdir()] == [FIRST.replace(".", "（2）.")]


def test_a_form_in_a_folder_within_the_kept_ones_is_kept_among_them(kit):
    """Somebody put what came into data/2022/forms/三月/: the journal knows names without folders only."""
    below = kit.data / "forms" / "三月"
    below.mkdir(parents=True)
    (kit.root / "post" / FIRST).rename(below / FIRST)
    assert deliver(kit, below).exit_code == 0
    assert (kit.data / "forms" / FIRST).read_bytes() == (below / FIRST).read_bytes()


def test_a_file_changed_while_it_was_read_is_not_kept(kit):
    """What would be kept must be what was read and judged."""
    values = params.of_year(kit.root, 2022)
    asked = receive.Asked(kit.root, (kit.root / "post",), values, values.policy)
    delivery = receive.prepared(asked, values.published_on, lambda *_: None)
    (kit.root / "post" / FIRST).write_bytes(b"other")
    before = digests(kit.data)
    with pytest.raises(RunError, match=rf"^{FIRST}：在读取以后又被改动，什么也没有写入；请再运行一次$"):
        receive.store(asked, delivery)
    assert digests(kit.data) == before


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_a_whole_import_that_is_stopped_leaves_no_process_and_no_mixture(filled, tmp_path, number):
    """Told to stop, or killed, at a moment of JIXIAO_TEST_SEED: workers end, files are as before or as after, the next works."""
    kit = Kit(tmp_path)
    kit.outputs.mkdir()
    forms = str(filled.outputs / "2022.forms")
    environment = {**os.environ, "JIXIAO_ROOT": str(kit.root), "PYTHONUTF8": "1"}
    call = [sys.executable, "-m", "jixiao", "import", "2022", forms, "--received", "2022-03-31", "--quiet"]
    before = state(kit.root)
    process = subprocess.Popen(call, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    chance = random.Random(os.environ.get("JIXIAO_TEST_SEED", "1") + number.name)
    time.sleep(chance.uniform(1, 6))
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    deadline = time.monotonic() + 10
    while (orphans := living(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert orphans == []
    if number == signal.SIGTERM and process.returncode == 130:
        assert said.decode().strip() == "已中断；已发布的版本和数据表没有只改一半的"
    commits.settle_all(kit.root)
    now = state(kit.root)
    assert deliver(kit, forms).exit_code == 0
    assert now in (before, state(kit.root))
    assert left(kit.root) == []
