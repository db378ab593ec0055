"""A batch in which some fail: the others complete, each failure told with its place, and only what is missing done again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from lxml import html

from jixiao.archive import published_folder
from jixiao.archive.publication import LETTER, Publication
from jixiao.batch import carrying_out, ledger, letters, plan
from jixiao.batch.carrying_out import Asked
from jixiao.batch.jobs import Job, Outcome, State
from jixiao.batch.plan import Plan
from jixiao.batch.summary import Summary
from jixiao.commands import batching
from jixiao.kit import quick_nbformat
from jixiao.kit.errors import Fault, ParameterError
from jixiao.kit.progress import Progress
from jixiao.letters.kept import Kept
from jixiao.letters.writing import Order
from kit import Kit

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are forked, and their memory is looked at"
)
UNITS = 50
ERROR, HANG, MEMORY, KILLED, DIGIT = "U003", "U014", "U025", "U036", "U047"
FAILING = {ERROR, HANG, MEMORY, KILLED, DIGIT}
WRONG = f"""
import os, signal, time
if unit == "{ERROR}":
    raise ValueError("算错了")
if unit == "{HANG}":
    time.sleep(600)
if unit == "{MEMORY}":
    held = b"x" * (1 << 30)
    time.sleep(600)
if unit == "{KILLED}":
    os.kill(os.getpid(), signal.SIGKILL)
"""
TYPED = f'report.prose("完成37个项目。" if unit == "{DIGIT}" else "请核对。")'
PLAN = "each: units\nlimits: {deadline: 6, memory_mb: 700}\n"


def leave_units(kit: Kit, count: int) -> None:
    """Leave the first units, and in all tables what is of them alone."""
    with (kit.data / "units.csv").open(encoding="utf-8") as file:
        units = {row["unit_id"] for row in csv.DictReader(file) if int(row["unit_id"][1:]) <= count}

    def kept(rows: list[dict[str, str]]) -> None:
        of = [column for column in ("unit_id", "department_id") if rows and column in rows[0]]
        rows[:] = [row for row in rows if all(not row[column] or row[column] in units for column in of)]

    for path in sorted(kit.data.glob("*.csv")):
        kit.change_table(path.stem, kept)
    with (kit.data / "subjects.csv").open(encoding="utf-8") as file:
        subjects = {row["subject_id"] for row in csv.DictReader(file)}
    kit.leave(lambda subject: subject in subjects and subject <= "D003")


def short_letter(kit: Kit, *more: str) -> None:
    """A letter of a title, a text and the cells `more`."""
    nbformat = quick_nbformat.load()
    path = kit.root / "notebooks" / "unit_letter.ipynb"
    notebook = nbformat.read(path, 4)
    code = nbformat.v4.new_code_cell
    notebook.cells = [*notebook.cells[:3], *(code(source, id=f"m{n}") for n, source in enumerate(more))]
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Kit:
    """A kit of 50 units, with a plan of a letter to each."""
    kit = Kit(tmp_path_factory.mktemp("batch"))
    leave_units(kit, UNITS)
    (kit.root / "letters.yml").write_text(PLAN, encoding="utf-8")
    return kit


def outcomes(kit: Kit, plan: str = "letters") -> dict[str, State]:
    """What became of each job by the ledger, by the last word of its name."""
    written = ledger.read(kit.outputs / "batch" / plan)
    return {name.split()[-1]: one.state for name, one in written.outcomes.items()}


def test_failures_of_five_kinds_stop_no_other(kit):
    """Of 50 jobs 45 complete; five are told with cell and remedy; mended, those five alone are done."""
    short_letter(kit, WRONG, TYPED)
    done = kit.run("batch", "letters.yml", "--quiet")
    assert done.stdout == "outputs/batch/letters/index.html  共 50 份，失败 5，完成 45\n", done.stderr
    assert done.returncode == 1
    told = {line.partition("：")[0].split()[-1]: line for line in done.stderr.splitlines()}
    assert set(told) == FAILING
    cell = "unit_letter.ipynb 第 4 个单元格"
    for unit, words in {
        ERROR: [cell, "ValueError: 算错了", "请在 JupyterLab 里打开"],
        HANG: [cell, "超时：整本笔记本 6 秒内没有运行完", "请查这个单元格"],
        MEMORY: [cell, "占用的内存超过 700 MB", "请减少一次读入的数据"],
        KILLED: [cell, "SIGKILL", "请减少一次读入的数据"],
        DIGIT: ["unit_letter.ipynb 第 5 个单元格", "37", "请"],
    }.items():
        assert [word for word in words if word not in told[unit]] == [], told[unit]
    letters = kit.outputs / "2022" / "letters"
    assert len([*letters.glob("*.pdf")]) == 45
    before = {path.name: path.stat().st_mtime_ns for path in letters.glob("*.pdf")}

    short_letter(kit, TYPED.replace("37", "各"))
    again = kit.run("batch", "letters.yml", "--only", "failed", "--quiet")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == "outputs/batch/letters/index.html  共 50 份，完成 50\n"
    record = json.loads((letters / "letters.json").read_bytes())["letters"]
    new = {one["unit"] for one in record if one["key"] and one["inputs"] == record[2]["inputs"]}
    assert (record[2]["unit"], new) == (ERROR, FAILING)
    assert len([*letters.glob("*.pdf")]) == len(before) + 5
    nothing = kit.run("batch", "letters.yml", "--only", "failed", "--quiet")
    assert (nothing.returncode, nothing.stdout) == (0, again.stdout)


def started(kit: Kit, *words: str, **options: object) -> subprocess.Popen[str]:
    """A batch that has begun, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "jixiao", "batch", *words],
        cwd=kit.root,
        env=kit.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        **options,
    )


def after(process: subprocess.Popen[str], count: int, seconds: float) -> None:
    """Wait until so many jobs have ended, and then for some seconds."""
    for line in process.stderr:
        if line.startswith(f"批量 {count}/"):
            break
    time.sleep(seconds)


def left(root: Path) -> list[int]:
    """The processes that still work for the kit, once they had time to end."""
    mark = f"JIXIAO_ROOT={root}".encode()
    until = time.monotonic() + 10
    while True:
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
            except OSError:
                continue
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.05)


@pytest.fixture(scope="module")
def short(tmp_path_factory) -> Kit:
    """A kit of eight units with a short letter, and a plan."""
    kit = Kit(tmp_path_factory.mktemp("short"))
    leave_units(kit, 8)
    short_letter(kit, 'report.prose("请核对。")')
    (kit.root / "letters.yml").write_text("each: units\n", encoding="utf-8")
    return kit


def test_a_batch_goes_on_after_any_kill(short, tmp_path, chance):
    """Ended, killed at moments drawn at random, run once more: nothing is half-written, done twice, or other than undisturbed.

    Meanwhile a second command for the same plan is told so in a line.
    """
    kept = short.outputs / ".2022.letters.kept"
    seen: dict[str, int] = {}

    def look() -> None:
        """What is kept is whole, and what was there stays as it was."""
        there = {path.name: path for path in kept.glob("[0-9a-f]*/")}
        assert set(seen) <= set(there)
        for name, path in there.items():
            assert {"result.json", "letter.pdf", "letter.docx", "letter.xlsx"} <= {
                one.name for one in path.iterdir()
            }
            assert seen.setdefault(name, path.stat().st_mtime_ns) == path.stat().st_mtime_ns

    for number, end in ((2, signal.SIGTERM), (4, signal.SIGKILL), (5, signal.SIGKILL)):
        process = started(short, "letters.yml", "--jobs", "2")
        after(process, number, chance.random() * 0.2)
        if end == signal.SIGTERM:
            process.send_signal(signal.SIGSTOP)  # so that it is still at work when the other one begins
            second = short.run("batch", "letters.yml")
            process.send_signal(signal.SIGCONT)
            assert second.returncode == 1
            assert second.stderr.startswith("outputs/batch/letters：另一个 jixiao 命令（"), second.stderr
        process.send_signal(end)
        _, said = process.communicate(timeout=60)
        assert left(short.root) == []
        if end == signal.SIGTERM:
            assert process.returncode == 130
            told = "已中断，没有只做一半的报告；再运行 jixiao batch letters.yml 接着做，做好的不重做"
            assert said.splitlines()[-1] == told
            page = (short.outputs / "batch" / "letters" / "index.html").read_text("utf-8")
            assert "没有运行" in page
        look()
        assert not (short.outputs / "2022" / "letters").exists()
        refused = short.run("batch", "letters.yml", "--only", "failed")
        assert (refused.returncode, "上一次没有运行完" in refused.stderr) == (2, True)
    there = len(seen)
    assert there >= 5
    done = short.run("batch", "letters.yml", "--quiet")
    made = f"完成 {8 - there}，" if there < 8 else ""
    assert done.stdout == f"outputs/batch/letters/index.html  共 8 份，{made}没有变化 {there}\n", done.stderr
    assert not kept.exists()
    letters = published_folder.contents(short.outputs / "2022" / "letters")
    again = short.run("letters", "2022", "--quiet")
    assert again.stdout == "outputs/2022/letters/index.html  8 份函，其中 8 份早先已写好，内容没有变化\n"
    assert published_folder.contents(short.outputs / "2022" / "letters") == letters

    other = Kit(tmp_path / "undisturbed")
    leave_units(other, 8)
    short_letter(other, 'report.prose("请核对。")')
    assert other.run("letters", "2022", "--quiet").returncode == 0
    undisturbed = published_folder.contents(other.outputs / "2022" / "letters")
    assert {
        name: content for name, content in letters.items() if letters[name] != undisturbed.get(name)
    } == {}


def test_a_letter_that_somebody_changed_is_written_again(short):
    """What stands in the folder counts as written only where it is as it was written."""
    short.run("letters", "2022", "--unit", "U001", "--quiet")
    [path] = (short.outputs / "2022" / "letters").glob("U001*.pdf")
    before = path.read_bytes()
    path.write_bytes(b"changed")
    done = short.run("letters", "2022", "--unit", "U001", "--unit", "U002", "--quiet")
    assert "2 份函，其中 1 份早先已写好" in done.stdout
    assert path.read_bytes() == before


def test_a_chunk_ends_with_its_input(short):
    """Jobs that run for another process are told line by line, and none outlives it."""
    jobs = [{"kit": ".", "year": 2022, "notebook": "unit_letter", "unit": f"U00{n}"} for n in range(1, 7)]
    bounds = {"deadline": 600, "memory": 4 << 30}
    asked = {"base": str(short.root), "bounds": bounds, "workers": 1, "jobs": jobs}
    for job in jobs:  # another letter than those that are there
        job["reply_by"] = "2023-11-30"
    process = subprocess.Popen(
        [sys.executable, "-m", "jixiao.batch.chunk"],
        env=short.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    first = Outcome.from_json(json.loads(process.stdout.readline()))
    assert (first.job.unit, first.state) == ("U001", State.DONE)
    process.stdin.close()
    assert process.wait(30) != 0
    assert left(short.root) == []
    process.stdout.close()


def keep(kit: Kit, *units: str) -> list[Outcome]:
    """Letters to units of a kit as a batch keeps them once they are finished, and their outcomes."""
    kept = Kept(Publication(kit.root, 2022, LETTER))
    for unit in units:
        folder = kept.folder / kept.key(Order(kit.root, 2022, unit))
        folder.mkdir(parents=True)
        for kind in ("pdf", "docx", "xlsx"):
            (folder / f"letter.{kind}").write_bytes(unit.encode())
        (folder / "result.json").write_text('{"faults": [], "told": []}', encoding="utf-8")
    return [outcome(Job(kit.root.name, 2022, LETTER, unit=unit)) for unit in units]


@pytest.mark.parametrize("left", [b"", b"[]", b'{"faults": []}'])
def test_a_kept_letter_that_is_broken_is_none(tmp_path, left):
    """As a loss of power may leave it; the one that is written anew takes its place."""
    kit = Kit(tmp_path / "kit")
    keep(kit, "U001")
    kept = Kept(Publication(kit.root, 2022, LETTER))
    order = Order(kit.root, 2022, "U001")
    folder = kept.folder / kept.key(order)
    assert kept.find(order).told == ()
    (folder / "result.json").write_bytes(left)
    assert kept.find(order) is None
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "result.json").write_text('{"faults": [], "told": ["a"]}', encoding="utf-8")
    kept.put(order, tmp_path / "made")
    assert kept.find(order).told == ("a",)


def listed(kit: Kit) -> dict[str, int]:
    """How many files each letter has that the index of a kit names."""
    said = json.loads((kit.outputs / "2022" / "letters" / "letters.json").read_bytes())
    return {one["unit"]: len(one["files"]) for one in said["letters"]}


def test_letters_of_years_that_ended_in_turn_are_gathered_year_by_year(tmp_path):
    """As those of a cluster do; one that failed is listed too. What changed in the end leaves the letters that were there."""
    kits = [Kit(tmp_path / name) for name in "ab"]
    (one, two), (other,) = keep(kits[0], "U001", "U002"), keep(kits[1], "U001")
    wrong = outcome(Job("a", 2022, LETTER, unit="U003"), State.FAILED)
    assert [*letters.finish([one, two, other, wrong], tmp_path)] == []
    assert listed(kits[0]) == {"U001": 3, "U002": 3, "U003": 0}
    assert listed(kits[1]) == {"U001": 3}

    [again] = keep(kits[1], "U002")
    before = published_folder.contents(kits[1].outputs / "2022" / "letters")
    kits[1].change_table("units", lambda rows: rows.pop(0))
    told = [*letters.finish([other, again], tmp_path)]
    assert [one.job.unit for one in told] == ["U001", "U002"]
    assert {str(one.faults[0]) for one in told} == {
        "写函：数据表、参数、笔记本或程序在运行中被改动，以前的函没有改动；请改完后再运行"
    }
    assert published_folder.contents(kits[1].outputs / "2022" / "letters") == before


def outcome(job: Job, state: State = State.DONE, **more: object) -> Outcome:
    """What became of a job, in a second."""
    faults = (Fault("笔记本", "错了", remedy="改好"),) if state is State.FAILED else ()
    return Outcome(job, state, faults, seconds=1.0, **more)


@pytest.fixture
def reports(tmp_path) -> Plan:
    """A plan of four reports in a kit that has nothing else."""
    for room in ("params", "data", "notebooks"):
        (tmp_path / "<区>" / room).mkdir(parents=True)
    path = tmp_path / "p.yml"
    path.write_text('kits: ["<*"]\nyears: [2022]\nnotebooks: [a, b, c, d]', encoding="utf-8")
    return plan.read(path)


def carried_out(what: Plan, states: str, asked: Asked = Asked(), said: list[str] | None = None) -> Summary:  # noqa: B008
    """The plan with jobs that end as the letters say: d done, u unchanged, f failed; `said` gets the jobs that ran."""
    words = {"d": State.DONE, "u": State.UNCHANGED, "f": State.FAILED}

    def run(jobs, _base, _bounds, _workers):
        for job, state in zip(jobs, states, strict=False):
            if said is not None:
                said.append(job.notebook)
            yield outcome(job, words[state])

    shown = io.StringIO()
    with Progress(stream=shown) as progress:
        found = carrying_out.carry_out(what, asked, progress, run, lambda *_: iter(()))
    if said is not None:
        said += shown.getvalue().splitlines()
    return found


def test_progress_tells_how_long_it_will_take(reports):
    """By the median of what was done, of the processes that are still needed; what was there already says nothing."""
    said: list[str] = []
    carried_out(reports, "uddd", Asked(workers=2), said)
    assert said[4:] == [
        "批量 0/4",
        "批量 1/4 <区> 2022 a",
        "批量 2/4 还要约 5 秒 <区> 2022 b",
        "批量 3/4 还要约 5 秒 <区> 2022 c",
        "批量 4/4 <区> 2022 d",
    ]


def test_the_first_failure_ends_a_batch_where_that_is_asked_for(reports):
    """What did not run is told apart, and done with what failed by the next one."""
    found = carried_out(reports, "dfdd", Asked(up_to_a_failure=True))
    assert found.in_words() == "共 4 份，失败 1，没有运行 2，完成 1"
    said: list[str] = []
    found = carried_out(reports, "ddd", Asked(failed=True), said)
    assert (found.in_words(), said[:3]) == ("共 4 份，完成 4", ["b", "c", "d"])


def test_a_kit_that_cannot_be_named_is_a_failure_too(reports):
    """Where the first failure ends all, nothing is begun then."""
    text = reports.path.read_text("utf-8").replace('"<*"', '"<*", gone')
    reports.path.write_text(text, encoding="utf-8")
    found = carried_out(plan.read(reports.path), "dddd", Asked(up_to_a_failure=True))
    assert found.in_words() == "共 5 份，失败 1，没有运行 4"
    assert carried_out(plan.read(reports.path), "dddd").in_words() == "共 5 份，失败 1，完成 4"


def test_progress_tells_how_many_turn_out_to_run_at_once(reports):
    """On a cluster nobody says so beforehand: here jobs that took 100 seconds each end in no time, so all ran at once."""

    def run(jobs, *_):
        yield from (Outcome(job, State.DONE, seconds=100.0) for job in jobs)

    shown = io.StringIO()
    with Progress(stream=shown) as progress:
        carrying_out.carry_out(reports, Asked(), progress, run, lambda *_: iter(()))
    assert shown.getvalue().splitlines()[2] == "批量 2/4 还要约 100 秒 <区> 2022 b"


def test_a_job_that_the_plan_makes_otherwise_by_now_is_done_with_those_that_failed(reports):
    """Values of parameters are no part of its name; what stayed as it was is not done again."""
    variants = (
        "kits: ['<*']\nyears: [2022]\nnotebooks: [a]\nparameters: {june: {month: 6}, july: {month: %d}}"
    )
    reports.path.write_text(variants % 8, encoding="utf-8")
    carried_out(plan.read(reports.path), "dd")
    reports.path.write_text(variants % 7, encoding="utf-8")
    said: list[str] = []
    found = carried_out(plan.read(reports.path), "d", Asked(failed=True), said)
    assert [job.parameters for job, _ in found.jobs] == [{"month": 6}, {"month": 7}]
    assert said[-1] == "批量 1/1 <区> 2022 a@july"


def test_only_what_failed_needs_a_last_time(reports):
    """Before any, and after one that was broken off, there is a line."""
    with pytest.raises(ParameterError, match=r"p\.yml 还没有运行过；请去掉 --only 再运行一次"):
        carried_out(reports, "", Asked(failed=True))


def test_a_ledger_is_read_after_any_kill(reports):
    """A line that was left half-written does not count, and the last line of a job does."""
    carried_out(reports, "dfff")
    path = reports.folder / ledger.FILE
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], lines[2][:-20]]))
    written = ledger.read(reports.folder)
    assert [(name[-1], one.state) for name, one in written.outcomes.items()] == [
        ("a", State.DONE),
        ("b", State.FAILED),
    ]
    assert not written.finished
    later = ledger.Ledger(reports.folder, written.outcomes.values())
    later.add(outcome(Job("<区>", 2022, "b")))
    later.finish()
    written = ledger.read(reports.folder)
    assert (written.finished, written.outcomes["<区> 2022 b"].state) == (True, State.DONE)


def test_the_summary_tells_all_in_three_forms(reports):
    """Failures first, texts of others harmless, the workbook with numbers as numbers, JSON for programs."""
    carried_out(reports, "dfud")
    page = html.parse(str(reports.folder / "index.html")).getroot()
    assert [one.text_content() for one in page.xpath("//h2")] == ["失败", "<区>　2022 工作年度"]
    assert [
        one.text_content() for one in page.xpath("//section[contains(@class, 'failed')]//p[@class='fault']")
    ] == ["笔记本：错了；请改好"]
    assert page.xpath("//dd/text()") == ["4", "1", "2", "1"]
    book = openpyxl.load_workbook(io.BytesIO((reports.folder / "summary.xlsx").read_bytes()))
    front, rows = book.worksheets
    assert [cell.value for cell in rows[1]][:3] == ["状态", "文件夹", "年度"]
    assert [(row[0].value, row[3].value, row[6].value) for row in rows.iter_rows(min_row=2)] == [
        ("失败", "b", 1), ("完成", "a", 1), ("完成", "d", 1), ("没有变化", "c", 1),
    ]  # fmt: skip
    assert (front["A4"].value, front["B4"].value) == ("共", 4)
    said = json.loads((reports.folder / "summary.json").read_bytes())
    assert (said["jobs"], said["counts"]) == (4, {"done": 2, "failed": 1, "unchanged": 1})
    assert said["outcomes"][1]["lines"] == ["笔记本：错了；请改好"]


def test_two_jobs_that_would_be_one_are_told(reports):
    """They would be published in the same place."""
    (reports.base / "<2").symlink_to(reports.base / "<区>", target_is_directory=True)
    assert [one.notebook for one in plan.jobs(reports)] == ["a", "b", "c", "d"]


def test_of_very_many_reasons_the_first_are_told(reports, capsys):
    """The others stand in the summary, and are counted."""
    jobs = [Job("<区>", 2022, f"n{number}") for number in range(203)]
    pairs = tuple((job, Outcome(job, State.FAILED, (Fault(job.notebook, "错了"),))) for job in jobs)
    day = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    batching._tell(Summary(reports, pairs, day, day))
    told = capsys.readouterr()
    assert told.err.splitlines()[-2:] == [
        "<区> 2022 n199：n199：错了",
        "另有 3 行，见 outputs/batch/p/index.html",
    ]
    assert told.out == "outputs/batch/p/index.html  共 203 份，失败 203\n"
