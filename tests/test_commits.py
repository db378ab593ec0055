"""Changes of a year's files are all there or none, whenever the writer is killed; readers see no mixture."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from commit_kills import TABLES, after, left, state, take_back, version, write
from jixiao.kit import commits
from jixiao.kit.errors import JixiaoError, ParameterError, PlaceError, PublishError, RunError
from publishing_kills import child

DRIVER = Path(__file__).with_name("commit_kills.py")
# JIXIAO_KILLS=300 kills at each line, and as often at random; without it some lines are enough.
ASKED = int(os.environ.get("JIXIAO_KILLS", "0"))
EVERY = 1 if ASKED else 23
MANY = ASKED or 13
SEED = os.environ.get("JIXIAO_TEST_SEED", "1")


@pytest.fixture
def root(tmp_path):
    """A kit's folders with one version written."""
    (tmp_path / "data" / "2022").mkdir(parents=True)
    (tmp_path / "outputs").mkdir()
    write(tmp_path, 0)
    return tmp_path


@pytest.mark.parametrize(
    ("way", "kills"), [("lines", EVERY), ("undo", EVERY), ("two-steps", MANY), ("moments", MANY)]
)
def test_a_killed_commit_is_all_there_or_none(tmp_path, way, kills):
    """After each kill the next command finds the earlier files or the later ones, clears up, and works."""
    call = [sys.executable, str(DRIVER), str(tmp_path), way, str(kills), SEED]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["kills"] >= min(MANY // 3, 10)
    if way in ("lines", "undo"):
        assert set(found["outcomes"]) == {"earlier", "later"}


def test_readers_see_no_mixture(root):
    """What is read while versions are written has one number throughout."""
    stop = threading.Event()
    mixed = []

    def read():
        texts = {(root / "data/2022" / f"{name}.csv").read_bytes() for name in ("units", "indicators")}
        return len(texts)

    def reader():
        while not stop.is_set():
            mixed.append(commits.consistent(root, root / "data" / "2022", read) - 1)

    thread = threading.Thread(target=reader)
    thread.start()
    for number in range(1, 30):
        write(root, number)
    stop.set()
    thread.join()
    assert len(mixed) > 10
    assert sum(mixed) == 0


def test_what_is_read_while_a_commit_is_written_is_read_again(root):
    """Also where it was not yet decided as the reader began, and none other came before."""
    folder = root / "data" / "2022"
    seen = []

    def read():
        if not seen:
            interrupted(root)
        seen.append({(folder / f"{name}.csv").read_bytes() for name in TABLES})
        return seen[-1]

    assert commits.consistent(root, folder, read) == {version(1)["data/2022/units.csv"]}
    assert seen[0] == {version(0)["data/2022/units.csv"]}


def test_a_file_saved_while_the_others_are_made_ready_is_not_replaced(root):
    """What was kept of it for undo is not what would be lost."""
    table = root / "data" / "2022" / "units.csv"

    def contents():
        yield "data/2022/units.csv", b"new"
        table.write_bytes(b"by hand")
        yield "data/2022/subjects.csv", b"new"

    with pytest.raises(RunError, match=r"^data/2022/units.csv：在运行中被改动，什么也没有写入；"):
        commits.write(root, root / "data" / "2022", "import", contents())
    assert table.read_bytes() == b"by hand"
    assert left(root) == []


def test_a_file_changed_meanwhile_is_not_replaced(root):
    """Whoever saved it keeps it; nothing else is written either, and a line names the file."""
    name = "data/2022/units.csv"
    read = {name: commits.digest(root / name)}
    (root / name).write_bytes(b"by hand")
    before = state(root)
    with pytest.raises(
        RunError, match=rf"^{name}：在运行中被改动，什么也没有写入；请存好并关闭这个文件，再运行$"
    ):
        commits.write(root, root / "data" / "2022", "import", version(1).items(), read)
    assert state(root) == before
    assert left(root) == []


def test_a_file_that_came_meanwhile_is_not_replaced(root):
    """A name that was free when it was chosen, and is no longer when all is written."""

    def contents():
        yield "data/2022/forms/new.xlsx", b"mine"
        (root / "data/2022/forms/other.xlsx").write_bytes(b"by hand")

    folder = root / "data" / "2022"
    (root / "data/2022/forms/new.xlsx").write_bytes(b"by hand")
    with pytest.raises(RunError, match=r"forms/new.xlsx：在运行中被改动"):
        commits.write(root, folder, "import", contents(), {"data/2022/forms/new.xlsx": None})


def test_undo_takes_back_the_last_commit_and_undo_again_restores_it(root):
    """Tables, kept forms and sheets are as they were before; then as they were after."""
    earlier = state(root)
    write(root, 1)
    later = state(root)
    assert later == after(earlier, 1)
    take_back(root)
    assert state(root) == earlier
    take_back(root)
    assert state(root) == later


def test_undo_refuses_to_lose_what_was_changed_since(root):
    """A table edited after the import stands; the line says after which command it was changed."""
    write(root, 1)
    (root / "data/2022/units.csv").write_bytes(b"by hand")
    before = state(root)
    with pytest.raises(
        RunError, match=r"^data/2022/units.csv：在 \S+ \S+ 的 import 1 之后又有改动，什么也没有写入"
    ):
        take_back(root)
    assert state(root) == before


def test_undo_puts_back_only_what_was_kept(root):
    """Where earlier contents are damaged or gone it names their files, and changes nothing."""
    write(root, 1)
    now = state(root)
    kept = sorted((root / "data" / ".2022.undo" / "old").iterdir())
    kept[0].write_bytes(b"damaged")
    kept[1].unlink()
    with pytest.raises(RunError) as told:
        take_back(root)
    assert [str(fault).partition("，")[0] for fault in told.value.faults] == [
        "data/2022/units.csv：留作撤销的旧内容缺失或已损坏",
        "data/2022/subjects.csv：留作撤销的旧内容缺失或已损坏",
    ]
    assert state(root) == now


def test_undo_without_a_commit(tmp_path):
    """There is nothing to take back."""
    (tmp_path / "data" / "2022").mkdir(parents=True)
    with pytest.raises(ParameterError, match=r"^data/2022：没有可以撤销的导入"):
        commits.undo(tmp_path, tmp_path / "data" / "2022")


def test_the_same_contents_again_change_nothing(root):
    """No commit is made of them, and the last one can still be taken back."""
    last = commits.latest(root / "data" / "2022")
    again = {name: content for name, content in version(0).items() if content is not None}
    assert commits.write(root, root / "data" / "2022", "import", again.items()) is None
    assert commits.latest(root / "data" / "2022") == last


def interrupted(root: Path) -> None:
    """Leave a commit that was decided and of which nothing has been put in its place."""

    def work() -> None:
        commits._put = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        write(root, 1)

    assert os.WIFSIGNALED(os.waitpid(child(work), 0)[1])
    assert (root / "data" / ".2022.commit").is_dir()


def test_recovery_never_overwrites_what_was_changed_since(root):
    """The line names the file; once it is moved away, the next command does the rest."""
    interrupted(root)
    table = root / "data" / "2022" / "units.csv"
    table.write_bytes(b"by hand")
    with pytest.raises(
        RunError, match=r"^data/2022/units.csv：\S+ \S+ 的 import 1 写到一半中断，此后这个文件又有改动"
    ):
        commits.settle_all(root)
    assert table.read_bytes() == b"by hand"
    table.rename(root / "aside.csv")
    commits.settle_all(root)
    assert table.read_bytes() == version(1)["data/2022/units.csv"]
    assert left(root) == []


def test_a_damaged_record_is_told(root):
    """What to do stands in the line; nothing is put anywhere."""
    interrupted(root)
    (root / "data" / ".2022.commit" / "record.json").write_text("{", encoding="utf-8")
    before = state(root)
    with pytest.raises(RunError, match=r"^data/2022：上次写入中断，留下的记录已损坏；请从备份恢复"):
        commits.settle_all(root)
    assert state(root) == before


def test_a_record_cannot_lead_out_of_the_kit(root):
    """A record with another path, as a kit from elsewhere may hold, writes nothing there."""
    interrupted(root)
    record = root / "data" / ".2022.commit" / "record.json"
    record.write_text(
        record.read_text().replace("data/2022/units.csv", "data/../../out.csv"), encoding="utf-8"
    )
    with pytest.raises(PlaceError):
        commits.settle_all(root)
    assert not (root.parent / "out.csv").exists()


@pytest.mark.parametrize("blocked", ["outputs/2022.returns", "data/2022/forms"])
def test_what_cannot_be_put_in_its_place_is_told_before_anything_is(root, blocked):
    """A file where a folder has to be: one line, and nothing is changed."""
    for path in (root / blocked).iterdir():
        path.unlink()
    (root / blocked).rmdir()
    (root / blocked).write_bytes(b"in the way")
    before = state(root)
    with pytest.raises(RunError, match=r"不是文件夹，什么也没有写入"):
        write(root, 1)
    assert state(root) == before
    assert left(root) == []


def refused(root: Path, work) -> str:
    """What the error of `work`, done in a process of its own, says; that process must end with one."""
    said = root / "said.txt"

    def tell() -> None:
        try:
            work()
        except JixiaoError as error:
            said.write_text(str(error), encoding="utf-8")

    assert os.waitpid(child(tell), 0)[1] == 0
    found = said.read_text(encoding="utf-8")
    said.unlink()
    return found


@pytest.mark.parametrize("size", [400, 5000, 20_000])
def test_a_file_larger_than_the_system_allows_changes_nothing(root, size):
    """As with `ulimit -f`: one line, whatever file is the first that does not fit."""
    before = state(root)

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        write(root, 1234567)

    said = refused(root.parent, limited)
    assert said == "data/2022：文件超出系统允许的大小，没有写成，什么也没有改动；请放宽限制（ulimit -f）"
    assert state(root) == before
    assert left(root) == []


def test_a_full_disk_changes_nothing(tmp_path):
    """A file system of 200 KB: commits of larger and larger files work until one line says that there is no room."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", tmp_path], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        (tmp_path / "data" / "2022").mkdir(parents=True)
        folder = tmp_path / "data" / "2022"
        contents = {f"data/2022/{name}.csv": b"" for name in TABLES}
        said = ""
        for size in range(1000, 200_000, 1000):
            before = state(tmp_path)
            contents = {name: bytes([65 + size // 1000 % 26]) * size for name in contents}
            try:
                with commits.held(tmp_path, folder):
                    commits.write(tmp_path, folder, "import", contents.items())
            except JixiaoError as error:
                said = str(error)
                break
        assert said == "data/2022：磁盘空间不够，没有写成，什么也没有改动；请腾出空间"
        assert state(tmp_path) == before
        assert left(tmp_path) == []
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_folder_that_cannot_be_written_changes_nothing(root):
    """Whoever may not write to data/ is told so in one line."""
    (root / "data").chmod(0o555)
    before = state(root)

    def work() -> None:
        if os.geteuid() == 0:
            os.seteuid(65534)  # root may write anywhere
        write(root, 1)

    with pytest.raises(PublishError) as told:
        try:
            work()
        finally:
            if os.getuid() == 0:
                os.seteuid(0)
            (root / "data").chmod(0o755)
    assert str(told.value) == "data/2022：没有写的权限，没有写成，什么也没有改动；请改好文件夹的权限"
    assert state(root) == before
