"""Letters to single units: nothing of another unit in any format, one that fails stops no other, no swap loses them."""

from __future__ import annotations

import json
import os
import re
import zipfile
from html import unescape
from pathlib import Path

import pypdfium2
import pytest

from jixiao.archive import letters_place, publication, published_folder
from jixiao.archive.publication import Publication
from jixiao.kit.errors import NotebookError, ParameterError
from jixiao.letters import batch, index, recipients
from jixiao.letters.index import Entry
from jixiao.letters.writing import KINDS, Order
from jixiao.running.at_once import Ended, Task
from jixiao.year import tables
from kit import PROJECT, Kit
from publishing_kills import killed_at_line, publish, version

pytestmark = pytest.mark.skipif(os.name == "nt", reason="processes are forked")
ALONE, DEPARTMENT, BROKEN = "U009 预算单位009", "U001 预算单位001", "U010"
WHOLE = f"{DEPARTMENT}（含所属单位）"
BELOW = "预算单位002"  # belongs to DEPARTMENT
OWN = {"U001", "U002", "U009", "D001", "D002", "D009", "P001"}  # units with letters, and their subjects
OTHER = "他方"  # in every name and every text of other units
POINTS = (
    ".73"  # the decimals of scores and amounts of other units; those that get letters have none with them
)
TEXTS = ("level3", "deviation_reason", "review_remark", "problem", "note")
AMOUNTS = ("score", "self_score", "review_score", "amount", "initial_budget", "adjusted_budget", "executed")


def text_of(file: Path) -> str:
    """What a file says: of a PDF its text and metadata, of the others the texts of all parts."""
    if file.suffix == ".pdf":
        document = pypdfium2.PdfDocument(file.read_bytes())
        pages = [page.get_textpage().get_text_bounded() for page in document]
        return re.sub(r"\s", "", f"{''.join(pages)}{document.get_metadata_dict()}")
    with zipfile.ZipFile(file) as parts:
        whole = "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    lines = re.sub(r"</(w:p|t|v|c)>", "\n", whole)
    said = unescape(re.sub(r"<[^>]*>", "", lines))
    return re.sub(r"\d+\.\d{6,}", lambda number: f"{float(number[0]):.9g}", said)  # 74.489999999999995


def mark(rows: list[dict[str, str]]) -> None:
    """Mark the rows of other units; what the units with letters wrote speaks of others from then on."""
    for row in rows:
        code = row.get("subject_id") or row.get("unit_id")
        for column in [column for column, cell in row.items() if cell and code]:
            row[column] = beside(column, row[column]) if code in OWN else marked(column, row[column], code)


def beside(column: str, cell: str) -> str:
    """A cell of a unit with a letter."""
    return f"{cell}（同{OTHER}U030、{OTHER}P003，见U030的表、P003）" if column in TEXTS[1:] else cell


def marked(column: str, cell: str, code: str) -> str:
    """A cell of another unit."""
    if column == "name":
        return f"{OTHER}{code}"
    if column in AMOUNTS:
        return f"{max(int(cell.partition('.')[0]) - 1, 0)}{POINTS}"
    return f"{cell}{OTHER}" if column in TEXTS else cell


def phone(rows: list[dict[str, str]]) -> None:
    """Let one unit write the number of a person into each reason."""
    for row in rows:
        if row["subject_id"] == "D009" and row["deviation_reason"]:
            row["deviation_reason"] += "，联系人手机13800005555"


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Kit:
    """A kit in which all that is of other units is marked, and whose notebook fails for one unit."""
    kit = Kit(tmp_path_factory.mktemp("letters"))
    kit.edit(kit.params, "data_origin: reconstruction", "data_origin: recorded")
    for table in ("units", "subjects", "indicators", "scores", "applications"):
        kit.change_table(table, mark)
    kit.change_table("indicators", phone)
    kit.edit(
        kit.params, "  annual_report: {}\n", "  annual_report: {}\n  unit_letter: {reply_by: '2023-10-31'}\n"
    )
    path = kit.root / "notebooks" / "unit_letter.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][2]["source"].insert(0, f'assert unit != "{BROKEN}"\n')
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return kit


@pytest.fixture(scope="module")
def folder(kit) -> Path:
    """The letters of three units, of which one fails, and then one to a department; what was told is beside them."""
    units = [word for stem in (ALONE, DEPARTMENT, BROKEN) for word in ("--unit", stem[:4])]
    first = kit.run("letters", "2022", *units)
    second = kit.run(
        "letters", "2022", "--departments", "--unit", DEPARTMENT[5:], "--reply-by", "2023-11-30", "--quiet"
    )
    assert (second.returncode, second.stderr) == (0, "")
    (kit.root / "told.json").write_text(json.dumps([first.returncode, first.stdout, first.stderr]), "utf-8")
    return kit.outputs / "2022" / "letters"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stem", [ALONE, DEPARTMENT, WHOLE])
def test_a_letter_tells_of_no_other_unit(folder, stem, kind):
    """No name, code, text, score or amount of others, also where the unit's own texts speak of them."""
    said = text_of(folder / f"{stem}.{kind}")
    codes = set(re.findall(r"(?<![0-9A-Za-z])[UDP]\d{3}(?!\d)", said))
    own = {"U009", "D009", "P001"} if stem == ALONE else {"U001", "D001"}
    below = {"U002", "D002"} if stem == WHOLE else set()
    assert (OTHER in said, POINTS in said) == (False, False)
    assert codes - own - below == set()
    assert (BELOW in said) is (stem == WHOLE)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("pdf", ["预算单位009：", "74.49", "95.87", "83.77", "98.05", "2023年10月31日前", "签约项目落地数", "特此函告"]),
        ("docx", ["预算单位009：", "74.49", "95.87", "83.77", "98.05", "其他单位（项目）", "签约项目落地数", "特此函告"]),
        ("xlsx", ["预算单位009", "74.49", "95.87", "83.77", "98.05", "签约项目落地数", "只发给一个单位"]),
    ],
)  # fmt: skip
def test_a_letter_tells_all_of_its_unit(folder, kind, words):
    """Its scores by each tier, its losses, and by when it is to answer; others stand there as others."""
    said = text_of(folder / f"{ALONE}.{kind}")
    assert [word for word in words if word not in said] == []


def test_a_letter_that_fails_is_listed_and_stops_no_other(folder, kit):
    """One line and exit code 1; the index has all that were asked for, with links that lead to files."""
    code, printed, told = json.loads((kit.root / "told.json").read_text("utf-8"))
    lines = told.splitlines()
    assert (code, printed) == (1, "outputs/2022/letters/index.html  2 份函\n")
    assert lines[0] == "核对数据表 …"
    assert [line for line in lines if line.startswith("写函 3/3")] != []
    private, failed = lines[4:]
    assert (
        private.startswith("U009 预算单位009：函里有电话号码（XLSX 工作表“指标” ")
        and "13800005555" not in private
    )
    assert failed.partition("：")[0] == f"U010 {OTHER}U010的函没有写成"
    listed = {f"{stem}.{kind}" for stem in (ALONE, DEPARTMENT, WHOLE) for kind in KINDS}
    assert {path.name for path in folder.iterdir()} == {*listed, index.PAGE, index.RECORD}
    page = (folder / index.PAGE).read_text("utf-8")
    assert "共 4 份，写成 3 份" in page and "没有写成 1 份" in page and "AssertionError" in page
    assert len(re.findall(r"<a href=", page)) == len(listed)


def test_an_unknown_unit_is_one_line(folder, kit):
    """Nothing is written."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = kit.run("letters", "2022", "--unit", "U900", "--quiet")
    assert done.returncode == 2
    assert done.stderr == "--unit U900：没有这个单位；应为units.csv 里的 unit_id 或 name；请核对代码或名称\n"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_day_that_the_command_gives_counts_before_that_of_the_params(folder):
    """The first letters have the day of the params, that to the department the one of the command."""
    assert "2023年11月30日前" in text_of(folder / f"{WHOLE}.pdf")


def test_the_letter_is_no_report(kit):
    """`jixiao report` makes it neither with the others of the year, where the params give it values, nor alone."""
    assert [one.id for one in publication.of_year(kit.root, 2022)] == ["annual_report"]
    assert publication.named(kit.root, 2022).id == "annual_report"
    with pytest.raises(NotebookError, match="不作为报告；请运行 jixiao letters 2022"):
        publication.of_year(kit.root, 2022, ["unit_letter"])


def units_of(*rows: tuple[str, str, str]):
    """units.csv with rows of code, name and department."""
    frame = tables.empty("units")
    for row in rows:
        frame.loc[len(frame)] = [*row, None]
    return frame


EVERYONE = recipients.of_year(
    units_of(("U1", "教育局", "U1"), ("U2", "一小", "U1"), ("U3", "一小", "U3"), ("U4", "文/旅", "U4"))
)


def test_files_are_called_by_code_and_name():
    """Of a unit and of a department with its units; no name is a path."""
    assert [one.stem for one in EVERYONE] == [
        "U1 教育局", "U2 一小", "U3 一小", "U4 文 旅", "U1 教育局（含所属单位）", "U3 一小（含所属单位）", "U4 文 旅（含所属单位）",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "below", "units"),
    [
        ((), False, ["U1", "U2", "U3", "U4"]),
        ((), True, ["U1", "U3", "U4"]),
        (("U2", "教育局", "U2"), False, ["U2", "U1"]),
        (("一小",), True, ["U3"]),
        (("一小",), False, "有2个单位叫这个名称；请写代码：U2、U3"),
        (("U2",), True, "不是预算部门，没有所属单位；请去掉 --departments"),
        (
            ("U9", "U8"),
            False,
            "--unit U9：没有这个单位；应为units.csv 里的 unit_id 或 name；请核对代码或名称\n--unit U8",
        ),
    ],
)
def test_who_gets_a_letter(wanted, below, units):
    """All, or those asked for by code or name, each once; what is none of them is told, each on its line."""
    try:
        found = [one.unit for one in recipients.chosen(EVERYONE, wanted, below=below)]
    except ParameterError as error:
        assert isinstance(units, str) and units in str(error)
    else:
        assert found == units


def test_a_process_that_dies_is_a_fault_of_its_letter(tmp_path):
    """Where it left no result, its last words are told."""
    ended = Ended(Task(print, [], tmp_path), -9, 1.0, False, False, "Killed")
    found = batch._result(Order(tmp_path, 2022, "U1"), ended)
    assert (found.files, str(found.faults[0])) == ({}, "程序：写这份函的进程中途结束（Killed）；请重新运行")


def test_a_letter_is_written_by_a_python_of_its_own_where_nothing_is_forked(tmp_path):
    """As on Windows; its faults come back from there."""
    [found] = batch.write([Order(PROJECT, 2022, "U900")], tmp_path, lambda *_: None)
    assert [str(fault).partition("；")[0] for fault in found.faults] == ["参数 unit：没有单位“U900”"]


@pytest.mark.parametrize("inputs", ["now", "before"])
def test_the_index_marks_letters_from_earlier_data(inputs):
    """A letter that was made from other files than there are now is to be written again."""
    entry = Entry("U1", "教育局", False, ("U1 教育局.pdf",), (), inputs)
    page = index.files([entry], 2022, "某局", "now")[index.PAGE].decode()
    assert ("用的是较早的数据" in page) is (inputs == "before")
    assert index.read(index.files([entry], 2022, "某局", "now"), "x")[0].name == "教育局"


def test_a_new_version_of_the_report_takes_the_letters_along(tmp_path):
    """Whether the report or the letters were there first; they are no part of a version, nor of the earlier one."""
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    report = Publication(tmp_path, 2022)
    with letters_place.opened(report) as place:
        place.replace({"U1 教育局.pdf": b"1"})
    for number in (1, 2):
        publish(outputs, number)
        assert published_folder.contents(outputs / "2022") == version(number)
        assert published_folder.contents(outputs / "2022" / "letters") == {"U1 教育局.pdf": b"1"}
    assert {path.name for path in (outputs / "2022.previous").iterdir()} == set(version(1))
    assert {path.name for path in outputs.iterdir()} == {"2022", "2022.previous"}


@pytest.mark.parametrize("exchanged", [True, False])
def test_a_kill_leaves_the_letters_as_they_were_or_all_new(tmp_path, monkeypatch, exchanged):
    """At each line of replacing them, in one step or in two; nothing else is left once the next command has begun."""
    if not exchanged:
        monkeypatch.setattr(published_folder, "_renameat2", lambda: None)
    report = Publication(tmp_path, 2022)
    outputs = tmp_path / "outputs"

    def replaced(number: int) -> None:
        with letters_place.opened(report) as place:
            place.replace(
                {
                    **published_folder.contents(place.target),
                    "甲.pdf": b"%d" % number,
                    "乙.pdf": b"%d" % number,
                }
            )

    replaced(0)
    at = 1
    while killed_at_line(lambda at=at: replaced(at), at, {letters_place.__file__, published_folder.__file__}):
        letters_place.settle_all(outputs)
        found = published_folder.contents(outputs / "2022" / "letters")
        assert len(found) == 2 and len(set(found.values())) == 1, at
        assert {path.name for path in outputs.iterdir()} - {".2022.lock", ".2022.letters.lock"} == {"2022"}, (
            at
        )
        at += 1
    assert at > 40
    assert set(published_folder.contents(outputs / "2022" / "letters").values()) == {b"%d" % at}
