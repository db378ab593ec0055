"""outputs/<year> appears whole or not at all: kills, a full disk, folders that cannot be written, two runs at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jixiao.archive import manifest, published_folder, verify
from jixiao.kit import locks
from jixiao.kit.errors import PublishError
from kit import Kit
from publishing_kills import publish, version

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills and limits of POSIX")
DRIVER = Path(__file__).with_name("publishing_kills.py")
SHOW = """
from IPython.display import display
about = {"title": region, "findings": []}
display({"application/vnd.jixiao.report+json": about, "text/plain": ""}, raw=True)
display({"application/vnd.jixiao.figures+json": [], "text/plain": ""}, raw=True)
"""


def quick(root: Path) -> Kit:
    """A kit whose notebook shows no more than a title, so that a run is short."""
    kit = Kit(root)
    notebook = json.loads(kit.notebook.read_text(encoding="utf-8"))
    declaring, first, *_ = notebook["cells"]
    notebook["cells"] = [declaring, first | {"source": SHOW}]
    kit.notebook.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    return kit


@pytest.fixture
def kit(tmp_path) -> Kit:
    """A kit with a short run and nothing published."""
    return quick(tmp_path / "kit")


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Kit:
    """A kit with a short run, published once; no test may change what is published."""
    kit = quick(tmp_path_factory.mktemp("published") / "kit")
    assert kit.run("report", "2022", "--quiet").returncode == 0
    return kit


def rename(kit: Kit, region: str) -> None:
    """Let the next report differ from the last."""
    text = kit.params.read_text(encoding="utf-8")
    kit.params.write_text(re.sub("region: .*", f"region: {region}", text), encoding="utf-8")


def run_limited(
    kit: Kit, limit: Callable[[], None], word: str = "report"
) -> subprocess.CompletedProcess[str]:
    """`jixiao report 2022`, or another command, in a process that `limit` was called in."""
    env = {**os.environ, "JIXIAO_ROOT": str(kit.root)}
    command = [sys.executable, "-B", "-m", "jixiao", word, "2022", "--quiet"]
    return subprocess.run(
        command, cwd=kit.root, env=env, preexec_fn=limit, capture_output=True, encoding="utf-8", timeout=120
    )


@pytest.mark.parametrize(
    ("way", "kills"), [("lines", 90), ("two-steps", 180), ("moments", 60), ("command", 6)]
)
def test_a_kill_at_any_moment_leaves_a_complete_version(tmp_path, chance, way, kills):
    """After each kill the published files agree with their manifest, and the next command leaves no trace of it."""
    kit = quick(tmp_path / "kit")
    with tempfile.TemporaryDirectory(prefix="q") as scratch:  # takes the sockets of killed kernels along
        env = {"TMPDIR": scratch, "PYTHONPATH": os.pathsep.join([*sys.path])}
        given = [str(kit.outputs), way, str(kills), str(chance.randrange(10**9))]
        done = kit.python(str(DRIVER), *given, **env)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["kills"] >= kills


def test_the_earlier_version_is_kept_once(tmp_path):
    """A different report takes the place of the last, which is kept beside it; the one before that goes."""
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    for number in (1, 2, 3):
        publish(outputs, number)
    assert published_folder.contents(outputs / "2022") == version(3)
    assert published_folder.contents(outputs / "2022.previous") == version(2)
    assert {path.name for path in outputs.iterdir()} == {"2022", "2022.previous"}


def test_the_same_report_again_changes_nothing(published):
    """A second run with the same inputs leaves the published folder alone and says so in its record."""
    folder = published.outputs / "2022"
    before = folder.stat().st_ino, folder.stat().st_mtime_ns
    assert published.run("report", "2022", "--quiet").returncode == 0
    assert (folder.stat().st_ino, folder.stat().st_mtime_ns) == before
    assert not (published.outputs / "2022.previous").exists()
    record = json.loads((published.outputs / "2022.run.json").read_text(encoding="utf-8"))
    assert record["outcome"] == "unchanged"


def test_the_record_of_a_run_tells_times_and_no_machine(published):
    """run.json names the manifest it came to, when it began and each step; no path, host or process."""
    text = (published.outputs / "2022.run.json").read_text(encoding="utf-8")
    record = json.loads(text)
    content = (published.outputs / "2022" / manifest.NAME).read_bytes()
    assert record["manifest"] == hashlib.sha256(content).hexdigest()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", record["started"])
    assert 0 < record["log"][-1]["at"] <= record["seconds"] < 120
    assert [entry["step"] for entry in record["log"]][-1] == "发布"
    assert [word for word in (str(published.root), socket.gethostname(), sys.prefix) if word in text] == []


def test_what_an_older_program_published_is_kept_too(tmp_path):
    """A published folder without a manifest makes room and becomes the previous version."""
    outputs = tmp_path / "outputs"
    (outputs / "2022").mkdir(parents=True)
    (outputs / "2022" / "annual_report.html").write_text("earlier", encoding="utf-8")
    publish(outputs, 1)
    assert published_folder.contents(outputs / "2022") == version(1)
    assert published_folder.contents(outputs / "2022.previous") == {"annual_report.html": b"earlier"}


SIZES = [0, 2_000, 11_500]  # bytes: less than the lock, the executed notebook and the Word file need


@pytest.mark.parametrize("size", SIZES)
def test_a_full_disk_is_one_line_and_changes_nothing(published, size):
    """Where files cannot be written to their end, the earlier version stays and the message says why."""
    import resource

    before = published_folder.contents(published.outputs / "2022")
    text = published.params.read_text(encoding="utf-8")
    rename(published, "满")
    result = run_limited(published, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    published.params.write_text(text, encoding="utf-8")
    assert result.returncode == 1, result.stderr
    assert result.stderr.strip().splitlines() == [
        "outputs：文件超出系统允许的大小，没有写成，已发布的版本没有改动；请放宽限制（ulimit -f）"
    ]
    assert published_folder.contents(published.outputs / "2022") == before
    assert [path.name for path in published.outputs.iterdir() if path.name.startswith(".")] == []


def test_an_outputs_folder_that_is_read_only_is_one_line(published):
    """Without the right to write, the earlier version stays, can still be verified, and the message says why."""
    before = published_folder.contents(published.outputs / "2022")
    published.outputs.chmod(0o555)
    try:
        result = run_limited(published, without_privilege)
        verified = run_limited(published, without_privilege, "verify")
    finally:
        published.outputs.chmod(0o755)
    assert result.returncode == 1
    assert result.stderr.strip().splitlines() == [
        "outputs：没有写的权限，没有写成，已发布的版本没有改动；请改好文件夹的权限"
    ]
    assert published_folder.contents(published.outputs / "2022") == before
    assert verified.returncode == 0, verified.stdout + verified.stderr


def without_privilege() -> None:
    """Let even root be held to the modes of files in what is run next."""
    import ctypes

    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def test_a_second_run_is_told_who_is_writing(published):
    """While one process holds the year, another ends with one line that names it, exit code 1."""
    path = published.outputs / ".2022.lock"
    with locks.held(path, "outputs/2022"):
        since = path.read_text(encoding="utf-8").splitlines()[2]
        result = published.run("report", "2022", "--quiet")
    assert dt.timedelta() <= dt.datetime.now() - dt.datetime.fromisoformat(since) < dt.timedelta(minutes=5)
    who = f"{socket.gethostname()} 上的进程 {os.getpid()}，{since} 起"
    said = f"outputs/2022：另一个 jixiao 命令（{who}）正在写；请等它结束后再运行"
    assert (result.returncode, result.stderr.strip()) == (1, said)
    assert not path.exists()


def test_two_runs_at_once_leave_one_complete_version(kit):
    """Of two commands started together one publishes; the other waits its turn or says that it cannot."""
    command = [sys.executable, "-m", "jixiao", "report", "2022", "--quiet"]
    env = {**os.environ, "JIXIAO_ROOT": str(kit.root)}
    given = {"env": env, "stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "encoding": "utf-8"}
    runs = [subprocess.Popen(command, **given) for _ in range(2)]
    said = [run.communicate(timeout=120)[1] for run in runs]
    codes = [run.returncode for run in runs]
    assert 0 in codes and set(codes) <= {0, 1}
    assert ["正在写" in text for text in said] == [code == 1 for code in codes]
    assert verify.of_folder(kit.outputs / "2022").fine
    assert {path.name for path in kit.outputs.iterdir()} == {
        "2022",
        "2022.run.json",
        "index.html",
        "internal.html",
    }


def test_the_lock_of_a_dead_process_is_free(tmp_path):
    """A lock file that a killed process left holds nobody up."""
    path = tmp_path / "lock"
    source = (
        "import os, sys; from pathlib import Path; from jixiao.kit import locks\n"
        "with locks.held(Path(sys.argv[1]), '某年'): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", source, str(path)]).returncode == -9
    assert path.exists()
    with locks.held(path, "某年"):
        assert path.read_text(encoding="utf-8").splitlines()[:2] == [str(os.getpid()), socket.gethostname()]
    assert not path.exists()


def test_a_lock_is_held_by_one_at_a_time(tmp_path):
    """Many that come and go, each taking the file away in the end, are never two at once."""
    inside, most = [], []

    def enter() -> None:
        for _ in range(30):
            try:
                with locks.held(tmp_path / "lock", "某年"):
                    inside.append(1)
                    most.append(len(inside))
                    inside.pop()
            except PublishError:
                most.append(0)

    threads = [threading.Thread(target=enter) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) <= {0, 1} and most.count(1) > 30
