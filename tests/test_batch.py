"""Many files are received in order, on all cores, in bounded memory, whatever one of them does."""

import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter

from jixiao.forms.layouts import layouts
from jixiao.forms.reading import batch
from jixiao.forms.reading.batch import Received
from kit import PROJECT
from raw_workbooks import package, parts

LAYOUTS = layouts.read(PROJECT)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")


def form(path: Path, name: str = "养护项目") -> Path:
    """A small form in the ministry's layout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("自评表")
        rows = [
            ["项目支出绩效自评表"],
            ["项目名称", name],
            ["项目资金", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
            ["", "年度资金总额", 100, 100, 95, 10, 0.95, 9.5],
            ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析"],
            ["产出指标", "数量指标", "养护里程", "≥50公里", "50公里", 90, 90, ""],
        ]
        for row, values in enumerate(rows):
            sheet.write_row(row, 0, values)
    return path


def many(folder: Path, count: int) -> list[Path]:
    """Forms whose names tell their order, each with a project of its own."""
    return [form(folder / f"{number:03}.xlsx", f"项目{number}") for number in range(count)]


def named(results: list[Received]) -> list[str]:
    """The project of each file's one form, or the fault for which it was not read."""
    return [one.fault.found if one.fault else one.forms[0].fields["name"].text for one in results]


def test_folders_are_walked_in_order_and_locks_left_out(tmp_path):
    """Files of other kinds are listed too, each file once, and what names nothing is a fault."""
    for name in (
        "b/2.xlsx",
        "b/1.xls",
        "a.csv",
        "b/c/x.pdf",
        "b/~$1.xls",
        ".hidden.xlsx",
        "Thumbs.db",
        "__MACOSX/y",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = batch.files([tmp_path / "b" / "2.xlsx", tmp_path, tmp_path / "none.xlsx"])
    assert [path.relative_to(tmp_path).as_posix() for path in found.files] == [
        "b/2.xlsx",
        "a.csv",
        "b/1.xls",
        "b/c/x.pdf",
    ]
    assert [(fault.found, fault.place.endswith("none.xlsx")) for fault in found.faults] == [
        ("没有这个文件或文件夹", True)
    ]


def test_a_circle_of_links_is_not_walked(tmp_path):
    """A link to the folder above would give its files for ever."""
    form(tmp_path / "a.xlsx")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert batch.files([tmp_path]).files == (tmp_path / "a.xlsx",)


def test_files_are_called_by_their_path_below_what_holds_them_all(tmp_path):
    """One file by its name; forms of the same name in folders of units by unit and name; never more than three parts."""
    paths = [tmp_path / part for part in ("甲局/自评表.xlsx", "乙局/自评表.xlsx", "乙局/a/b/c/d.xlsx")]
    assert batch.names(paths[:1]) == ["自评表.xlsx"]
    assert batch.names(paths) == ["甲局/自评表.xlsx", "乙局/自评表.xlsx", "b/c/d.xlsx"]
    assert batch.names([]) == []


@LINUX
def test_a_name_in_the_bytes_of_chinese_windows_is_shown_as_text():
    """What an unpacked archive leaves on Linux can be printed."""
    assert batch.names([Path(os.fsdecode("自评表.xlsx".encode("gb18030")))]) == ["自评表.xlsx"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_files_with_their_digests(tmp_path, jobs):
    """One process or two give the same; a bad file is a fault in its place, and each file is ticked."""
    paths = many(tmp_path, 30)
    paths[7].write_bytes(b"%PDF-1.7")
    paths[8].unlink()
    ticks: list[int] = []
    results = list(batch.read(paths, LAYOUTS, jobs, ticks.append))
    expected = [f"项目{number}" for number in range(30)]
    expected[7:9] = ["是 PDF 文件", "没有这个文件"]
    assert named(results) == expected
    assert [one.file for one in results] == [path.name for path in paths]
    content = paths[0].read_bytes()
    assert (results[0].digest, results[0].size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (results[8].digest, results[8].size) == ("", 0)
    assert ticks == [1] * 30


def test_remarks_of_opening_and_of_finding_forms_arrive(tmp_path):
    """A macro is remarked once, and a file without a form is no fault but a remark."""
    path = tmp_path / "a.xlsm"
    path.write_bytes(package(parts("<row><c><v>1</v></c></row>") | {"xl/vbaProject.bin": "x"}))
    (received,) = batch.read([path], LAYOUTS)
    assert (received.forms, received.fault) == ((), None)
    assert [remark.rule for remark in received.remarks].count("F11") == 1


def test_a_single_file_starts_no_process(tmp_path):
    """Starting one would take longer than reading."""
    reading = batch.read([form(tmp_path / "a.xlsx")], LAYOUTS, jobs=2)
    assert named([next(reading)]) == ["养护项目"]
    assert multiprocessing.active_children() == []


def test_few_files_are_under_way_at_a_time(tmp_path):
    """What is read ahead of the one who takes the results is bounded: files deleted meanwhile are still missed."""
    paths = many(tmp_path, 90)
    reading = batch.read(paths, LAYOUTS, jobs=2)
    first = next(reading)
    time.sleep(0.5)
    for path in paths[75:]:
        path.unlink()
    results = [first, *reading]
    assert [one.fault.found for one in results[75:]] == ["没有这个文件"] * 15
    assert [one.fault for one in results[: 2 * batch.AHEAD * batch.CHUNK]] == [None] * 48


def test_an_abandoned_reading_leaves_no_process(tmp_path):
    """Closing the iterator ends the workers."""
    reading = batch.read(many(tmp_path, 40), LAYOUTS, jobs=2)
    next(reading)
    assert multiprocessing.active_children() != []
    reading.close()
    assert multiprocessing.active_children() == []


@POSIX
def test_files_under_way_in_a_killed_process_are_read_again(tmp_path):
    """When the system kills a worker, nothing is lost that can be read."""
    reading = batch.read(many(tmp_path, 60), LAYOUTS, jobs=2)
    results = [next(reading)]
    os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)
    results += reading
    assert named(results) == [f"项目{number}" for number in range(60)]


@LINUX
def test_a_file_that_kills_its_process_is_a_fault_and_the_rest_goes_on(tmp_path):
    """A process that works too long is killed here, as a system short of memory kills one that holds too much."""
    paths = many(tmp_path, 20)
    cells = "<c><v>1</v></c>" * 1000
    paths[9].write_bytes(package(parts(f"<row>{cells}</row>" * 1250)))
    stop = threading.Event()
    killer = threading.Thread(target=kill_busy_children, args=(stop,))
    killer.start()
    try:
        results = list(batch.read(paths, LAYOUTS, jobs=2))
    finally:
        stop.set()
        killer.join()
    expected = [f"项目{number}" for number in range(20)]
    expected[9] = "读它的进程中断了，可能是内存不够"
    assert named(results) == expected


def kill_busy_children(stop: threading.Event) -> None:
    """Kill each child of this process that has worked for more than 1.2 seconds."""
    ticks = os.sysconf("SC_CLK_TCK") * 1.2
    while not stop.wait(0.02):
        for child in multiprocessing.active_children():
            try:
                numbers = (
                    Path(f"/proc/{child.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
                )
            except OSError:
                continue
            if int(numbers[11]) + int(numbers[12]) > ticks:
                with suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGKILL)


INTERRUPTED = """
import sys
from pathlib import Path
from jixiao.forms.layouts import layouts
from jixiao.forms.reading import batch
if __name__ == "__main__":
    try:
        for one in batch.read(batch.files([Path(sys.argv[1])]).files * 300, layouts.read(Path(sys.argv[2])), jobs=2):
            print("reading", flush=True)
    except KeyboardInterrupt:
        print("stopped")
"""


@LINUX
def test_an_interrupt_ends_the_workers_without_a_word(tmp_path):
    """Ctrl-C goes to all processes of the terminal; only the one that the user started answers."""
    many(tmp_path / "forms", 40)
    script = tmp_path / "read.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, script, tmp_path / "forms", PROJECT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    process.stdout.readline()  # and no more: it cannot end before the interrupt, for its words fill the pipe
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert (output.splitlines()[-1], errors, process.returncode) == ("stopped", "", 0)
    deadline = time.monotonic() + 10
    while (left := living(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


@LINUX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_workers_end_with_the_process_that_started_them(tmp_path, number):
    """Killed, or told to stop, it cannot tell them any more: they see that it is gone."""
    many(tmp_path / "forms", 40)
    script = tmp_path / "read.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    call = [sys.executable, script, tmp_path / "forms", PROJECT]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    assert len(living(process.pid)) > 1
    process.send_signal(number)
    process.wait(20)
    process.stdout.close()
    deadline = time.monotonic() + 10
    while (left := living(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def living(group: int) -> list[str]:
    """The processes of a group that have not ended, by what /proc says of them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of) == group and state != "Z":
            found.append(path.parent.name)
    return found
