"""Several forms of one subject: marks and dates decide which counts, never the names of files or their order."""

import csv
import datetime as dt
import shutil
import tempfile
import time
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from jixiao.commands.cli import cli
from jixiao.exchange.importing import receive
from jixiao.forms.records import ranks
from jixiao.forms.records.ranks import Order, Rank
from jixiao.kit.limits import CELL_TEXT
from jixiao.year import params, table_files
from kit import Kit

MARKS = ("更正", "修订", "修改", "重报", "补报", "替换")
TABLES = ("units", "subjects", "indicators", "funds", "scores", "sources")
SPENT = "F7"  # the cell with what was spent, of the department's form
FIRST = "D001 预算单位001部门整体支出"


def rank(file, sheet="", title="", names=()):
    """The rank of a form by its names."""
    return ranks.of(f"{file}.xlsx", sheet, title, MARKS, names)


@pytest.mark.parametrize(
    ("file", "number", "correction"),
    [
        ("表", (1,), 0),
        ("表 更正", (1,), 1),
        ("表（更正）", (1,), 1),
        ("更正/表", (1,), 1),
        ("表 更正2", (1,), 2),
        ("表 更正稿（2）", (1,), 2),
        ("表 第2次更正", (1,), 2),
        ("表 二次更正", (1,), 2),
        ("表（2次更正）", (1,), 2),
        ("表 更正3月15日", (1,), 1),
        ("表 更正3.15", (1,), 1),
        ("表（更正2处）", (1,), 1),
        ("表（更正前）", (1,), 0),
        ("表（未更正）", (1,), 0),
        ("表 更正前后", (1,), 0),
        ("二次供水表 更正", (1,), 1),
        ("表 二次上报", (2,), 0),
        ("表 三稿", (3,), 0),
        ("表 第十二次更正", (1,), 12),
        ("表 第二稿", (2,), 0),
        ("表 第 2 次", (2,), 0),
        ("表 第2版", (2,), 0),
        ("表(2)", (2,), 0),
        ("表（２）", (2,), 0),
        ("表 (1)", (1,), 0),
        ("表-2", (2,), 0),
        ("表_2", (2,), 0),
        ("表 v2", (2,), 0),
        ("表V1.10", (1, 10), 0),
        ("表 - 副本", (1,), 0),
        ("表 - 副本 (2)", (1,), 0),
        ("D001-2 表", (1,), 0),
        ("2021-2022年度表", (1,), 0),
        ("表 2022-3-2", (1,), 0),
        ("P001-2", (1,), 0),
        ("第三次土壤普查", (1,), 0),
        ("第三次土壤普查 第2次", (2,), 0),
    ],
)
def test_marks_in_the_name_of_a_file(file, number, correction):
    """As people and programs write them; a number in the name of the subject, or of a copy, is no mark."""
    found = rank(file, names=("第三次土壤普查", "P001-2"))
    assert (found.number, found.correction) == (number, correction)


@pytest.mark.parametrize(
    ("file", "day"),
    [
        ("表 2022-03-31", (2022, 3, 31)),
        ("表2022.3.31", (2022, 3, 31)),
        ("表 2022年3月31日", (2022, 3, 31)),
        ("20220331表", (2022, 3, 31)),
        ("表_20220331153000", (2022, 3, 31)),
        ("表 2022-03-01 更正 2022-03-31", (2022, 3, 31)),
        ("表 20220231", None),
        ("表 2022年度", None),
        ("450202203310001", None),
    ],
)
def test_dates_in_the_name_of_a_file(file, day):
    """A day that is none is no date; of two the last counts."""
    assert rank(file).day == (day and dt.date(*day))


def test_sheet_and_title_say_it_as_well_as_the_file():
    """A number at the end of a title is no mark: 附件2."""
    assert rank("表", sheet="自评表 (2)").number == (2,)
    assert rank("表", title="自评表（第2次报送）").number == (2,)
    assert rank("表", title="自评表（更正）").correction == 1
    assert rank("表", title="自评表 附件-2").number == (1,)


@given(
    st.builds(
        Rank,
        st.lists(st.integers(1, 99), min_size=1, max_size=3).map(tuple),
        st.integers(0, 99),
        st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
        st.integers(0, 99),
    )
)
def test_a_rank_is_read_back_from_its_words(one):
    """What received.csv has gives the rank again."""
    assert ranks.read(one.words) == one
    assert ranks.read(None) == Rank()


_RANKS = st.builds(
    Rank, st.sampled_from([(1,), (1, 5), (2,)]), st.integers(0, 2),
    st.none() | st.dates(dt.date(2022, 1, 1), dt.date(2022, 1, 3)), st.integers(0, 1),
)  # fmt: skip


@given(_RANKS, _RANKS)
def test_of_two_forms_one_is_later_for_both(one, other):
    """What is later than another, is the other earlier than; sorting follows it."""
    reverse = {Order.LATER: Order.EARLIER, Order.EARLIER: Order.LATER}
    order = one.against(other)
    assert other.against(one) is reverse.get(order, order)
    if order is Order.LATER:
        assert one.position > other.position


def small(root):
    """A kit with few rows."""
    kit = Kit(root)
    kit.leave_few()
    return kit


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """The first issued form of 2022, and one of the same subject that spent another sum."""
    kit = small(tmp_path_factory.mktemp("issued"))
    assert kit.run("forms", "2022", "--filled", "--quiet").returncode == 0
    folder = kit.outputs / "2022.forms"
    for name, spent in (("other", 865.95), ("third", 865.96)):
        book = openpyxl.load_workbook(folder / f"{FIRST}.xlsx", data_only=True)
        book.active[SPENT] = spent
        book.save(kit.root / f"{name}.xlsx")
    shutil.copyfile(folder / f"{FIRST}.xlsx", kit.root / "first.xlsx")
    both = openpyxl.load_workbook(kit.root / "first.xlsx", data_only=True)
    again = both.copy_worksheet(both.active)
    again.title = f"{both.active.title} (2)"
    again[SPENT] = 865.95
    both.move_sheet(again, -1)
    both.save(kit.root / "both.xlsx")
    return kit.root


def put(kit, issued, folder, files):
    """Files in a folder of the kit, by name the form that they are copies of; the folder."""
    target = kit.root / folder
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for name, form in files.items():
        shutil.copyfile(issued / f"{form}.xlsx", target / f"{name}.xlsx")
    return target


def deliver(kit, *paths, on="2022-03-31"):
    """`jixiao import 2022` in this process."""
    words = ("import", "2022", *map(str, paths), "--received", on, "--quiet")
    return CliRunner().invoke(cli, words, env={"JIXIAO_ROOT": str(kit.root)})


def rows(kit, name):
    """The rows of a table of 2022."""
    path = kit.data / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def spent(kit):
    """What D001 spent by the tables."""
    return rows(kit, "subjects")[0]["executed"]


def data(kit):
    """All files below the data of the year."""
    return {path.name: path.read_bytes() for path in kit.data.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("original", "correction"), [("a", "b 更正"), ("b", "a 更正"), ("表", "0 第2次")])
def test_a_correction_counts_whatever_the_names_sort_to(issued, tmp_path, original, correction):
    """Both are journalled, the original first; the folder again changes nothing, also with other names."""
    kit = small(tmp_path)
    folder = put(kit, issued, "post", {original: "first", correction: "other"})
    assert deliver(kit, folder).exit_code == 0
    assert spent(kit) == "865.95"
    assert [(row["file"], row["status"], row["version"]) for row in rows(kit, "received")] == [
        (f"{original}.xlsx", "accepted", "1"),
        (f"{correction}.xlsx", "accepted", "2"),
    ]
    before = data(kit)
    again = deliver(kit, put(kit, issued, "again", {"z 更正": "first", "y": "other"}), on="2022-05-01")
    assert (again.exit_code, data(kit)) == (0, before)
    assert "已由" in again.stdout


def test_the_last_version_is_later_than_the_plain_one_only():
    """最终版 counts before a form without marks; whether it came before or after a correction nobody can know."""
    last = rank("表 最终版")
    assert last.against(rank("表")) is Order.LATER
    assert rank("表（终稿2）").against(last) is Order.LATER
    for other in ("表 更正", "表 第2次", "表(2)", "表 v2"):
        assert (last.against(rank(other)), rank(other).against(last)) == (Order.SILENT, Order.SILENT)


def test_ranks_of_long_texts_take_time_in_line_with_them():
    """A sheet or title of nothing but marks, as long as a cell may be, takes no second."""
    begun = time.perf_counter()
    for text in ("更正", "二次更正", "第", "最终1"):
        rank("表", sheet=(text * CELL_TEXT)[:CELL_TEXT], title=(text * CELL_TEXT)[:CELL_TEXT])
    assert time.perf_counter() - begun < 20  # squared time would be minutes


@pytest.mark.parametrize("order", [("表", "表 更正"), ("表 更正", "表")])
def test_in_two_batches_the_correction_counts_whichever_comes_first(issued, tmp_path, order):
    """An original that comes after its correction is journalled and told, and changes no table."""
    kit = small(tmp_path)
    folder = put(kit, issued, "post", {"表": "first", "表 更正": "other"})
    done = [deliver(kit, folder / f"{name}.xlsx", on=f"2022-04-0{n + 1}") for n, name in enumerate(order)]
    assert [one.exit_code for one in done] == [0, 0]
    assert spent(kit) == "865.95"
    assert [row["status"] for row in rows(kit, "received")] == ["accepted"] * 2
    assert ("早于" in done[1].stdout) == (order[0] == "表 更正")
    before = data(kit)
    assert deliver(kit, folder).exit_code == 0
    assert data(kit) == before


def test_without_marks_the_form_that_comes_in_a_later_batch_counts(issued, tmp_path):
    """Also where both then lie in one folder."""
    kit = small(tmp_path)
    folder = put(kit, issued, "post", {"b": "first"})
    deliver(kit, folder)
    put(kit, issued, "post", {"a": "other", "b": "first"})
    assert deliver(kit, folder).exit_code == 0
    assert spent(kit) == "865.95"
    put(kit, issued, "post", {"a": "other", "b": "first", "0": "third"})
    assert deliver(kit, folder).exit_code == 0
    assert spent(kit) == "865.96"
    assert [row["version"] for row in rows(kit, "received")] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "names", [("a", "b"), ("表 更正 2022-03-01", "表 2022-03-31"), ("表 更正", "表 第2次"), ("更正", "终稿")]
)
def test_what_is_not_clear_goes_back_with_both_names(issued, tmp_path, names):
    """No table changes; the return sheet is one for the unit, and importing again changes nothing."""
    kit = small(tmp_path)
    before = spent(kit)
    folder = put(kit, issued, "post", dict(zip(names, ("first", "other"), strict=True)))
    found = CliRunner().invoke(
        cli, ["check", str(folder), "--year", "2022", "--quiet"], env={"JIXIAO_ROOT": str(kit.root)}
    )
    told = [line for line in found.stdout.splitlines() if "[F08]" in line]
    assert [all(f"{name}.xlsx" in line for name in names) for line in told] == [True, True]
    assert deliver(kit, folder).exit_code == 1
    assert [row["status"] for row in rows(kit, "received")] == ["returned"] * 2
    assert spent(kit) == before
    state = data(kit)
    assert (deliver(kit, folder).exit_code, data(kit)) == (1, state)


def test_marks_and_dates_that_disagree_with_the_journal_go_back(issued, tmp_path):
    """A form that is marked as a correction and dated before the one that was accepted."""
    kit = small(tmp_path)
    folder = put(kit, issued, "post", {"表 2022-03-31": "first", "表 更正 2022-03-01": "other"})
    assert deliver(kit, folder / "表 2022-03-31.xlsx").exit_code == 0
    before = spent(kit)
    assert deliver(kit, folder / "表 更正 2022-03-01.xlsx").exit_code == 1
    assert [row["status"] for row in rows(kit, "received")] == ["accepted", "returned"]
    assert spent(kit) == before


def test_two_sheets_of_one_file_are_two_forms(issued, tmp_path):
    """The sheet that a program numbered (2) counts, though it stands first; again nothing changes."""
    kit = small(tmp_path)
    folder = put(kit, issued, "post", {"表": "both"})
    done = deliver(kit, folder)
    assert done.exit_code == 0, done.stdout
    assert spent(kit) == "865.95"
    assert [(row["version"], row["mark"]) for row in rows(kit, "received")] == [("1", ""), ("2", "第2稿")]
    before = data(kit)
    assert (deliver(kit, folder).exit_code, data(kit)) == (0, before)


def test_where_the_correction_has_errors_the_original_counts(issued, tmp_path):
    """The correction goes back and is journalled last."""
    kit = small(tmp_path)
    book = openpyxl.load_workbook(issued / "other.xlsx")
    book.active["H14"] = 99
    folder = put(kit, issued, "post", {"b": "third"})
    book.save(folder / "a 更正.xlsx")
    assert deliver(kit, folder).exit_code == 1
    assert spent(kit) == "865.96"
    assert [(row["file"], row["status"]) for row in rows(kit, "received")] == [
        ("b.xlsx", "accepted"),
        ("a 更正.xlsx", "returned"),
    ]
    before = data(kit)
    assert (deliver(kit, folder).exit_code, data(kit)) == (1, before)


def test_long_names_of_files_are_kept_apart(issued, tmp_path):
    """Two forms whose names have the longest that a file system takes, and differ at the end alone, are both kept."""
    kit = small(tmp_path)
    folder = put(kit, issued, "post", {})
    for end, form in (("甲.xlsx", "first"), ("乙更正.xlsx", "other")):
        path = folder / ("长" * ((255 - len(end.encode())) // 3) + end)
        shutil.copyfile(issued / f"{form}.xlsx", path)
    done = deliver(kit, folder)
    assert done.exit_code == 0, done.stdout + done.stderr
    kept = {path.name for path in (kit.data / "forms").iterdir()}
    assert kept == {row["file"] for row in rows(kit, "received")}
    assert len(kept) == 2
    assert spent(kit) == "865.95"


@pytest.mark.parametrize(
    ("day", "code"),
    [("2020-01-01", 0), ("2019-12-31", 1), ("2099-01-01", 1), (dt.date.today().isoformat(), 0)],
)
def test_forms_come_from_the_review_of_targets_on_and_not_tomorrow(issued, tmp_path, day, code):
    """--received is a day from the year before the evaluated one up to today; else one line and nothing is written."""
    kit = small(tmp_path)
    before = data(kit)
    done = deliver(kit, put(kit, issued, "post", {"a": "first"}), on=day)
    assert (done.exit_code, "--received：收到日期是" in str(done.exception)) == (code, bool(code))
    assert (data(kit) == before) == bool(code)


REVIEW = [
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "自评得分",
    "复核得分",
    "复核意见",
]


def paper(kit, path):
    """A reviewer's work paper about D001, as a list of its columns: all points stand."""
    book = openpyxl.Workbook()
    book.active.append(["绩效自评复核底稿"])
    book.active.append(["项目名称", rows(kit, "subjects")[0]["name"]])
    book.active.append(REVIEW)
    for row in rows(kit, "indicators"):
        if row["subject_id"] == "D001":
            levels = [row[level] for level in ("level1", "level2", "level3")]
            target = f"{row['operator']}{row['target']}{row['measure_unit']}"
            actual = f"{row['actual']}{row['measure_unit']}"
            points = [float(row[column]) for column in ("weight", "self_score", "self_score")]
            book.active.append([*levels, target, actual, *points, "经查属实"])
    book.save(path)


FORMS = {"first": "", "other": " 更正", "third": " 第2次更正", "review": ""}
LETTERS = str.maketrans("abcd", "xxxx")


def outcome(issued, root, order, arguments):
    """The tables of D001 after these forms, named in their order and given as `arguments`; names are left out."""
    kit = small(root)
    folder = put(kit, issued, "post", {})
    paths = [folder / f"{letter}{FORMS[form]}.xlsx" for letter, form in zip("abcd", order, strict=True)]
    for path, form in zip(paths, order, strict=True):
        if form == "review":
            paper(kit, path)
        else:
            shutil.copyfile(issued / f"{form}.xlsx", path)
    values = params.of_year(kit.root, 2022)
    asked = receive.Asked(kit.root, tuple(paths[n] for n in arguments), values, values.policy)
    made = receive.prepared(asked, dt.date(2022, 3, 31), lambda *_: None)
    fates = [(fate.kind, fate.status, fate.mark) for fate in made.fates]
    texts = {name: table_files.csv_text(made.tables[name]).translate(LETTERS) for name in TABLES}
    reviewed = made.tables["indicators"].set_index("indicator_id").at["D001-01", "review_remark"]
    return str(made.tables["subjects"].iloc[0]["executed"]), reviewed, fates, texts


@pytest.fixture(scope="module")
def usual(issued):
    """What the forms give in the order of FORMS."""
    with tempfile.TemporaryDirectory() as folder:
        return outcome(issued, Path(folder), list(FORMS), range(4))


@settings(max_examples=5, deadline=None, phases=[Phase.generate])
@given(st.permutations(list(FORMS)), st.permutations(range(4)))
def test_any_order_of_names_and_arguments_gives_the_same_tables(issued, usual, order, arguments):
    """Original, correction, second correction and review paper: one result, which keeps the review."""
    with tempfile.TemporaryDirectory() as folder:
        found = outcome(issued, Path(folder), order, arguments)
        forms = [("department", "accepted", mark) for mark in (None, "更正", "更正2")]
        assert found[:3] == ("865.96", "经查属实", [*forms, ("review", "accepted", None)])
        assert found == usual
