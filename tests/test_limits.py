"""A notebook cannot hurt its publisher: limits of a run, a kit that is read-only, and nothing that outlives the command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jixiao.archive import build
from jixiao.archive.publication import Publication
from jixiao.kit import private_folders
from jixiao.kit.errors import JixiaoError, ParameterError, RunError
from jixiao.kit.progress import Progress
from jixiao.running import guard, limits
from jixiao.running.limits import MB, Limits
from jixiao.running.runner import run
from kit import Kit
from small_notebooks import write
from test_runner import alive, driver, printed

# A process in a session of its own, started by one that ends at once; its number is printed.
DAEMON = (
    "import subprocess, sys\n"
    'start = \'import subprocess; print(subprocess.Popen(["sleep", "300"], start_new_session=True, stdout=-3).pid)\'\n'
    "print(subprocess.run([sys.executable, '-c', start], stdout=subprocess.PIPE, text=True, start_new_session=True).stdout)"
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows and bounds processes")
confined = pytest.mark.skipif(guard.landlock() < guard.WHOLE, reason="needs Landlock 3 (Linux 6.2)")


@pytest.fixture
def temporary(monkeypatch) -> Iterator[Path]:
    """An empty folder for temporary files of this test alone, with a path short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder)


def outcome(tmp_path: Path, *sources: str, deadline: float = 60, **given: int) -> str:
    """What a run of the cells `sources` within the limits `given` prints, or the text of its error."""
    path = write(tmp_path / "n.ipynb", *sources)
    try:
        return printed(
            run(path, {"year": 2022}, tmp_path / "s", deadline, Progress(quiet=True), limits=Limits(**given))
        )
    except JixiaoError as error:
        assert type(error) is RunError and len(error.faults) == 1
        return str(error)


ENDLESS = "while True: print('x' * 1000)"
EXCESSES = {
    "endless output": (ENDLESS, {"output": MB}, "单元格的输出超过 1 MB，已终止；请少打印一些"),
    "one large output": ("print('x' * 5_000_000)", {"output": MB}, "单元格的输出超过 1 MB，已终止"),
    "a large reply": ("raise ValueError('x' * 5_000_000)", {"output": MB}, "单元格的输出超过 1 MB，已终止"),
    "many pictures": (
        "from IPython.display import *\nfor _ in range(99): display(Image(b'x' * 50_000, format='png'))",
        {"output": MB},
        "单元格的输出超过 1 MB，已终止",
    ),
    "memory": (
        "x = bytearray(b'x' * 200_000_000)\nimport time; time.sleep(60)",
        {"memory": 150 * MB},
        "占用的内存超过 150 MB，已终止；请减少一次读入的数据",
    ),
    "processes": (
        "import subprocess, time\nfor _ in range(30): subprocess.Popen(['sleep', '60'])\ntime.sleep(60)",
        {"processes": 20},
        "同时运行的进程超过 20 个，已终止",
    ),
    "temporary files": (
        "import tempfile, pathlib, time\np = pathlib.Path(tempfile.mkdtemp())\n"
        "for n in range(5): (p / str(n)).write_bytes(b'x' * 900_000)\ntime.sleep(60)",
        {"files": 2 * MB},
        "写入的临时文件超过 2 MB，已终止",
    ),
    "one file": (
        "import tempfile\ntempfile.TemporaryFile().write(b'x' * 3_000_000)",
        {"files": 2 * MB},
        "File too large",
    ),
}


@linux
@pytest.mark.parametrize("name", EXCESSES)
def test_a_run_that_takes_too_much_is_ended_with_cell_and_limit(tmp_path, name):
    """Output, memory, processes and files have a limit each; the line names the cell, the limit and what to do."""
    source, given, said = EXCESSES[name]
    text = outcome(tmp_path, "1", source, **given)
    assert f"n.ipynb 第 3 个单元格「{source.splitlines()[0]}」："[:40] in text
    assert said in text


def test_output_up_to_the_limit_is_kept_whole(tmp_path):
    """A text of almost the limit arrives as it was printed."""
    assert outcome(tmp_path, "print('x' * 990_000)", output=MB) == "x" * 990_000 + "\n"


@linux
def test_output_costs_the_command_no_more_memory_than_the_limit(tmp_path):
    """200 MB that a cell prints at once are refused before they are taken in."""
    outcome(tmp_path, "1")  # loads all that a run loads
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the most memory so far is forgotten
    before = memory("VmHWM")
    assert "单元格的输出超过 32 MB" in outcome(tmp_path, "print('x' * 200_000_000)")
    assert memory("VmHWM") - before < 100 * MB


def memory(kind: str) -> int:
    """Bytes of memory of this process by their name in its status."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{kind}:"))


@linux
def test_a_daemon_ends_with_the_run(tmp_path):
    """A process in a session of its own, whose parent is gone, does not outlive a run that succeeds."""
    process = int(outcome(tmp_path, DAEMON))
    assert not alive(process)


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_a_killed_command_leaves_no_process(tmp_path, temporary, number):
    """Kernel and daemons end by themselves when the command is gone; its private folder is cleared at the next clearing."""
    marker = "import os, sys\nprint(os.getpid(), file=sys.stderr, flush=True)"
    path = write(tmp_path / "n.ipynb", DAEMON.replace("300", "301"), marker, "import time; time.sleep(60)")
    process = driver(path, tmp_path / "s", temporary, "60")
    said = [process.stderr.readline() for _ in range(4)]
    assert said[3].startswith("运行 4/4")
    belonging = [
        int(entry.parent.name)
        for entry in Path("/proc").glob("[0-9]*/environ")
        if os.access(entry, os.R_OK) and f"={temporary}/jixiao-".encode() in read(entry)
    ]
    assert len(belonging) >= 2
    process.send_signal(number)
    process.wait(timeout=20)
    process.stderr.close()
    process.stdout.close()
    end = time.monotonic() + 10
    while any(map(alive, belonging)) and time.monotonic() < end:
        time.sleep(0.02)
    assert [one for one in belonging if alive(one)] == []
    if number == signal.SIGKILL:
        assert list(temporary.iterdir()) != []
        private_folders.clear()
    assert list(temporary.iterdir()) == []


def read(path: Path) -> bytes:
    """The content of a file of a process; nothing where that has just ended."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


@linux
def test_folder_and_processes_of_a_killed_command_are_cleared_by_the_next(built, temporary):
    """Even where guard and command are gone at once, any next command ends what is marked and takes the folder away."""
    hold = (
        "import os, subprocess, sys, tempfile\nfrom jixiao.kit import private_folders as p\n"
        "manager = p.private_folder()\nfolder = manager.__enter__()\n(folder / 'c.json').write_text('key')\n"
        "mark = {**os.environ, p.MARK: str(folder)}\n"
        "print(subprocess.Popen(['sleep', '302'], env=mark, stdout=-3, start_new_session=True).pid, folder, flush=True)\n"
        "sys.stdin.read()"
    )
    environment = {**os.environ, "TMPDIR": str(temporary)}
    holder = subprocess.Popen(
        [sys.executable, "-c", hold],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process, folder = holder.stdout.readline().split()
    assert built.run("policies", TMPDIR=str(temporary)).returncode == 0
    assert alive(int(process)) and Path(folder, "c.json").exists(), (
        "the folder of a running command is cleared"
    )
    holder.kill()
    holder.communicate()
    assert built.run("policies", TMPDIR=str(temporary)).returncode == 0
    assert (alive(int(process)), list(temporary.iterdir())) == (False, [])


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_a_report_that_is_killed_or_stopped_leaves_nothing(built, tmp_path, temporary, number):
    """SIGTERM clears private folder and workshop at once, with exit code 130; after SIGKILL the next command does."""
    kit = Kit(tmp_path / "kit")
    write(kit.notebook, "import time; time.sleep(60)", declaring="report_year = 0")
    environment = {**os.environ, "JIXIAO_ROOT": str(kit.root), "TMPDIR": str(temporary), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "jixiao", "report", "2022"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        while "运行 2/2" not in process.stderr.readline():
            assert process.poll() is None
        assert len(list(temporary.glob("jixiao-*"))) == 2 and list(kit.outputs.glob(".2022.*/"))
        process.send_signal(number)
        process.communicate()
    if number == signal.SIGTERM:
        assert process.returncode == 130
    else:
        time.sleep(0.5)
        assert kit.run("policies", TMPDIR=str(temporary)).returncode == 0
    assert [*temporary.iterdir(), *kit.outputs.iterdir()] == []


def test_only_folders_with_our_names_are_cleared(temporary):
    """What merely begins like a private folder stays."""
    others = ["jixiao-mine", "jixiao-0123456789abcdef0", "0123456789abcdef"]
    for name in [*others, "jixiao-0123456789abcdef"]:
        (temporary / name).mkdir()
    private_folders.clear()
    assert sorted(others) == sorted(path.name for path in temporary.iterdir())


def test_a_workshop_of_a_killed_report_is_cleared_by_any_command(built, tmp_path):
    """A folder in which a version was being made is gone after the next command, of whatever kind; others stay."""
    kit = Kit(tmp_path / "kit")
    for name in (".2022-mid_year.new-abcdefgh/scratch", ".my.backup", ".2022.backup"):
        (kit.outputs / name).mkdir(parents=True)
    assert kit.run("rules").returncode == 0
    assert sorted(path.name for path in kit.outputs.iterdir()) == [".2022.backup", ".my.backup"]


@confined
@pytest.mark.parametrize(
    "source",
    [
        "open('n.ipynb', 'a')",
        "open('new', 'w')",
        "import os; os.truncate('n.ipynb', 0)",
        "import os; os.remove('n.ipynb')",
        "import os; os.mkdir('new')",
        "import os, tempfile; os.link('n.ipynb', tempfile.mkdtemp() + '/x')",
        pytest.param(
            "import os; os.kill(os.getppid(), 9)",
            marks=pytest.mark.skipif(
                guard.landlock() < 6, reason="signals are bounded by Landlock 6 (Linux 6.12)"
            ),
        ),
    ],
)
def test_a_notebook_changes_nothing_but_temporary_files(tmp_path, source):
    """Files of the kit are read-only for the run, whoever owns them, and other processes cannot be killed."""
    text = outcome(tmp_path, source)
    assert "Error: [Errno" in text and "n.ipynb 第 2 个单元格" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.ipynb", "s"]


@confined
def test_a_notebook_may_use_temporary_files_processes_and_commands(tmp_path):
    """What notebooks do in earnest still works: temporary files, pools of processes, commands of the shell."""
    use = (
        "import multiprocessing, tempfile\nwith tempfile.TemporaryFile('w') as file: file.write('x')\n"
        "with multiprocessing.Pool(1) as pool: print(pool.map(abs, [-1]))\n!echo 2"
    )
    assert outcome(tmp_path, use).split() == ["[1]", "2"]


def test_changed_files_of_the_kit_are_told_where_they_cannot_be_protected(built, tmp_path):
    """A notebook that changes data, outputs of others or the library is told by the names of the files, and if it fails too."""
    kit = Kit(tmp_path / "kit")
    for name in ("data/2021/x.csv", "outputs/2021/figures.json", "params/old.yml"):
        (kit.root / name).parent.mkdir(parents=True, exist_ok=True)
        (kit.root / name).write_text("x", encoding="utf-8")
    source = (
        "import pathlib, os\nroot = pathlib.Path(os.environ['JIXIAO_ROOT'])\n(root / 'data/2021/x.csv').write_text('y')\n"
        "(root / 'params/new.yml').touch()\n(root / 'params/old.yml').unlink()\n(root / 'outputs/2021/figures.json').write_text('y')"
    )
    write(kit.notebook, source, "1 / 0", declaring="report_year = 0")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JIXIAO_ROOT", str(kit.root))
        with pytest.raises(RunError) as caught:
            build.make(
                Publication(kit.root, 2022),
                tmp_path / "s",
                Progress(quiet=True),
                draft=True,
                limits=Limits(kit_read_only=False),
            )
    first, told = str(caught.value).splitlines()
    assert "ZeroDivisionError" in first
    assert told.startswith(
        "笔记本运行期间：data/2021/x.csv、outputs/2021/figures.json、params/new.yml、params/old.yml 有改动"
    )


@pytest.mark.parametrize(
    "text", ["inf", "-inf", "nan", "0", "-1", "0.5", "1e300", "86401", "十", "", "1_0 0"]
)
def test_a_deadline_that_is_none_is_refused(text):
    """What is not a number of seconds between one second and a day is refused in one line."""
    with pytest.raises(ParameterError) as caught:
        limits.seconds_of(text)
    assert str(caught.value) == f"--deadline：“{text}”不能作时限；应为1 到 86400 之间的秒数，如 600"


@pytest.mark.parametrize(("text", "seconds"), [("1", 1), ("600", 600), ("1.5", 1.5), ("86400", 86400)])
def test_a_deadline_within_its_bounds_is_taken(text, seconds):
    """The bounds themselves are allowed."""
    assert limits.seconds_of(text) == seconds


def test_the_limits_stand_in_the_documents():
    """docs/security.md has a line for each limit, with its number."""
    page = (Path(__file__).parent.parent / "docs" / "security.md").read_text(encoding="utf-8")
    shown = [limits.LIMITS.shown(excess).removesuffix(" 个") for excess in limits.Excess]
    assert [one for one in [*(f"| {one}" for one in shown), f"{limits.LONGEST} s"] if one not in page] == []
