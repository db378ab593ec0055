"""A few processes at once: one that fails in any way stops no other, and none outlives whoever asked for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jixiao.running import at_once
from jixiao.running.at_once import Ended, Task
from jixiao.running.limits import MB
from test_batch import living

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
HANG = "import time; time.sleep(600)"


def tasks(
    folder: Path, *programs: str, deadline: float | None = None, memory: int | None = None
) -> list[Task]:
    """A task for each program, in a folder of its own."""
    found = []
    for number, program in enumerate(programs):
        place = folder / str(number)
        place.mkdir(parents=True)
        found.append(Task(print, ["-c", program], place, deadline, memory))
    return found


def by_folder(ended: list[Ended]) -> dict[str, Ended]:
    """How each ended, by the number of its program."""
    return {one.task.folder.name: one for one in ended}


def test_each_way_to_end_is_told_and_stops_no_other(tmp_path):
    """By itself, with an error, killed, after its time, with too much memory; each has its line."""
    grow = "held = b'x' * (200 << 20); import time; time.sleep(600)"
    programs = [
        "print('fine')",
        "import sys; sys.exit('gone wrong')",
        "import os; os.kill(os.getpid(), 9)",
        grow,
    ]
    asked = [*tasks(tmp_path / "a", *programs, memory=100 * MB), *tasks(tmp_path / "b", HANG, deadline=0.2)]
    ended = [*at_once.run(asked, 2)]
    fine, wrong, killed, grown = (
        by_folder([one for one in ended if one.task in asked[:4]])[n] for n in "0123"
    )
    [hung] = [one for one in ended if one.task is asked[4]]
    assert (fine.code, fine.last_words, wrong.code, killed.code) == (0, "fine", 1, -signal.SIGKILL)
    assert str(wrong.fault("做")) == "程序：做的进程中途结束（gone wrong）；请重新运行"
    assert str(killed.fault("做")) == "程序：做的进程中途结束；请重新运行"
    assert (
        str(grown.fault("做")) == "程序：做的进程占用的内存超过 100 MB，已终止；请放宽内存的限制，或减少数据"
    )
    assert str(hung.fault("做")).startswith("程序：做的进程 0.2 秒内没有做完，已终止；")
    assert (grown.swollen, hung.expired, fine.swollen, fine.expired) == (True, True, False, False)


def test_no_more_run_at_once_than_were_asked_for(tmp_path):
    """The next task is taken only when a process is free for it."""
    taken: list[int] = []

    def waiting():
        for number, task in enumerate(tasks(tmp_path, *["pass"] * 5)):
            taken.append(number)
            yield task

    for count, _ in enumerate(at_once.run(waiting(), 2), 1):
        assert len(taken) <= count + 1  # those that ended, and one beside the one that has just ended
    assert taken == [0, 1, 2, 3, 4]


def test_whoever_stops_asking_ends_all(tmp_path):
    """Those at work are asked to end, and killed where they do not."""
    stubborn = (
        f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); {HANG}"
    )
    asked = tasks(tmp_path, "pass", stubborn)
    running = at_once.run(asked, 2)
    next(running)
    while not (tmp_path / "1" / "process.log").read_bytes():
        time.sleep(0.01)
    patience = at_once._PATIENCE
    at_once._PATIENCE = 0.2
    try:
        running.close()
    finally:
        at_once._PATIENCE = patience
    assert [path for path in Path("/proc").glob("[0-9]*/cwd") if _leads_to(path, tmp_path)] == []


def _leads_to(path: Path, folder: Path) -> bool:
    try:
        return path.readlink().is_relative_to(folder)
    except OSError:
        return False


KILLED = """
import subprocess, sys
BEGUN = "from jixiao.running import at_once; at_once.begin(); print('on', flush=True); "
if __name__ == "__main__":
    child = subprocess.Popen([sys.executable, "-c", BEGUN + sys.argv[1]])
    child.wait()
"""


def test_a_process_ends_with_the_one_that_started_it(tmp_path):
    """Also where that was killed and could ask nobody to end."""
    script = tmp_path / "start.py"
    script.write_text(KILLED, encoding="utf-8")
    process = subprocess.Popen([sys.executable, script, HANG], stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout.readline() == b"on\n"
    assert len(living(process.pid)) == 2
    process.kill()
    process.wait(20)
    process.stdout.close()
    until = time.monotonic() + 10
    while living(process.pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert living(process.pid) == []


@pytest.mark.parametrize(
    ("cores", "free", "most"),
    [(2, None, 2), (8, 8 * 600 * MB, 8), (8, 8 * 600 * MB - 1, 7), (8, 1, 1)],
)
def test_how_many_fit_side_by_side(monkeypatch, cores, free, most):
    """One for each core as long as there is memory, one at least; all cores where the system does not tell its memory."""
    monkeypatch.setattr(at_once, "cores", lambda: cores)
    monkeypatch.setattr(at_once, "_free", lambda: free)
    assert at_once.most() == most


@pytest.mark.parametrize(("words", "whose"), [(["-P"], "program"), ([], "folder")])
def test_a_command_that_starts_again_finds_its_modules_where_it_did(tmp_path, words, whose):
    """What lies in the current folder is not run in place of a module, unless it was looked for there before."""
    (tmp_path / "jixiao_again.py").write_text("print('folder')", encoding="utf-8")
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "jixiao_again.py").write_text("print('program')", encoding="utf-8")
    code = "from jixiao.running import at_once; at_once.restart_if_needed('jixiao_again')"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "program"), "PYTHONHASHSEED": "1"}
    done = subprocess.run(
        [sys.executable, *words, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.stdout, done.stderr) == (f"{whose}\n", "")
