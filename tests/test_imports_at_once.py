"""Several writers in one data folder: each waits its turn or says that another is writing; no row is lost."""

import json
import os
import re
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner
from tools.reconstruction.__main__ import main as reconstruction

from commit_kills import left
from import_pairs import held
from jixiao.archive import new_year
from jixiao.commands.cli import cli
from jixiao.exchange.importing import receive
from jixiao.exchange.issuing import issue
from jixiao.exchange.returning import return_sheet
from jixiao.kit import commits, locks, places
from jixiao.kit.errors import PublishError, RunError
from jixiao.rules import policy
from jixiao.year import params, tables
from kit import PROJECT, Kit
from publishing_kills import child

# JIXIAO_PAIRS=50 tries as many pairs as were asked for; without the lock the first ones lose rows already.
PAIRS = os.environ.get("JIXIAO_PAIRS", "3")
DRIVER = Path(__file__).with_name("import_pairs.py")
KILLS_DRIVER = Path(__file__).with_name("import_kills.py")
KILLS = os.environ.get("JIXIAO_KILLS", "-12")
SEED = os.environ.get("JIXIAO_TEST_SEED", "1")
BUSY = r"另一个 jixiao 命令（\S+ 上的进程 \d+，\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 起）正在写；请等它结束后再运行"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """A kit whose ledger has two departments that have reported nothing; their filled forms lie in `0` and `1`."""
    kit = Kit(tmp_path_factory.mktemp("ledger"))
    values = params.of_year(PROJECT, 2022)
    rules = policy.in_force(PROJECT, values.policy, values.evaluated_year)
    issued = issue.forms(tables.read(PROJECT, "2022"), values, policy=rules, filled=True)
    for number, (name, content) in enumerate(islice(issued, 2)):
        (kit.root / str(number)).mkdir()
        (kit.root / str(number) / name).write_bytes(content)
    keep(kit, "units", "unit_id", ("U001", "U002"))
    keep(kit, "subjects", "subject_id", ("D001", "D002"), "executed")
    keep(kit, "indicators", "subject_id", ("D001", "D002"), "actual", "self_score", "deviation_reason")
    for path in kit.data.iterdir():
        if path.stem not in ("units", "subjects", "indicators"):
            path.unlink()
    return kit


def keep(kit, table, column, wanted, *blank):
    """Keep the rows of a table that have one of the values in a column; some columns are made blank."""

    def change(rows):
        rows[:] = [row | dict.fromkeys(blank, "") for row in rows if row[column] in wanted]

    kit.change_table(table, change)


@pytest.fixture
def kit(ledger, tmp_path):
    """A copy of it for one test."""
    kit = Kit(tmp_path)
    shutil.rmtree(kit.data)
    for name in ("data/2022", "0", "1"):
        shutil.copytree(ledger.root / name, tmp_path / name)
    return kit


def deliver(kit, *numbers):
    """`jixiao import 2022` of the forms with these numbers, one after the other, in this process."""
    for number in numbers:
        words = ["import", "2022", str(kit.root / number), "--received", "2022-03-31", "--quiet"]
        done = CliRunner().invoke(cli, words, env={"JIXIAO_ROOT": str(kit.root)})
        assert done.exit_code == 0, done.output


def test_two_imports_at_once_lose_no_row(kit):
    """Every table has all rows of both deliveries; or of one, and the other exits 1, saying that another is writing."""
    shutil.copytree(kit.data.parent, kit.root / "template")
    done = kit.python(str(DRIVER), str(kit.root), PAIRS)
    assert done.stderr == ""
    pairs = json.loads(done.stdout)
    assert len(pairs) == int(PAIRS)
    expected = {}
    for pair in pairs:
        taken = [number for number, code in zip("01", pair["codes"], strict=True) if code == 0]
        refused = [said for said, code in zip(pair["said"], pair["codes"], strict=True) if code == 1]
        assert taken and len(taken) + len(refused) == 2, pair
        assert all(re.fullmatch(f"data/2022：{BUSY}\n", said) for said in refused), refused
        if tuple(taken) not in expected:
            shutil.rmtree(kit.data.parent)
            shutil.copytree(kit.root / "template", kit.data.parent)
            deliver(kit, *taken)
            expected[tuple(taken)] = held(kit.data.parent)
        assert expected[tuple(taken)] == pair["files"]


def test_an_import_says_who_is_writing(kit):
    """While another command holds the tables, an import ends with one line that names it, and changes nothing."""
    before = held(kit.root)
    with locks.folder_held(kit.data, "data/2022"):
        done = kit.run("import", "2022", "0", "--json", "--quiet")
    assert (done.returncode, done.stdout) == (1, "")
    said = re.fullmatch(f"data/2022：{BUSY}\n", done.stderr)
    assert said and f"上的进程 {os.getpid()}，" in said[0]
    assert held(kit.root) == before


def test_an_import_that_had_to_wait_reads_what_was_written(kit):
    """Where the other command ends within a second, the import goes on from the tables as that one left them."""
    with ThreadPoolExecutor(1) as pool:
        with locks.folder_held(kit.data, "data/2022"):
            waiting = pool.submit(deliver, kit, "0")
            time.sleep(0.3)
            assert not waiting.done()
            kit.edit(kit.data / "subjects.csv", "预算单位002部门整体支出", "预算单位002部门支出")
        waiting.result()
    assert "预算单位002部门支出" in (kit.data / "subjects.csv").read_text(encoding="utf-8")
    assert (kit.data / "received.csv").is_file()


def test_a_new_year_and_a_reconstruction_wait_too(kit, monkeypatch):
    """Both write into the folder of a year, and neither does while another command holds it."""
    before = held(kit.root)
    with locks.folder_held(kit.root / "data" / "2023", "data/2023"):
        with pytest.raises(PublishError, match=f"^data/2023：{BUSY}$"):
            new_year.make(kit.root, 2023)
        published = PROJECT / "data" / "2022" / "published.yml"
        words = ["2023", "--published", str(published), "--departments", "10", "--projects", "30"]
        monkeypatch.chdir(kit.root)
        done = CliRunner().invoke(reconstruction, words)
    assert done.exit_code == 1
    assert re.search(f"data/2023：{BUSY}", done.output)
    assert held(kit.root) == before


def test_a_reconstruction_writes_all_its_tables_or_none(kit, monkeypatch):
    """Where one table cannot take its place, the others stay as well."""
    published = PROJECT / "data" / "2022" / "published.yml"
    words = ["2022", "--published", str(published), "--departments", "10", "--projects", "30"]
    monkeypatch.chdir(kit.root)
    blocked = kit.data / "scores.csv"
    blocked.unlink(missing_ok=True)
    blocked.mkdir()
    before = held(kit.root)
    assert CliRunner().invoke(reconstruction, words).exit_code == 1
    assert held(kit.root) == before


def test_two_names_of_one_folder_have_one_lock(kit):
    """A folder of data that is a link is held with the folder that it leads to."""
    link = kit.root / "data" / "2023"
    link.symlink_to(kit.data)
    with (
        locks.folder_held(kit.data, "data/2022"),
        pytest.raises(PublishError, match=f"^data/2023：{BUSY}$"),
        locks.folder_held(link, "data/2023"),
    ):
        raise AssertionError("both have the folder")


def test_a_table_saved_during_an_import_is_not_overwritten(kit):
    """What a person saved stands; the import says which table it was, exit code 1, and writes no file."""
    values = params.of_year(kit.root, 2022)
    asked = receive.Asked(kit.root, (kit.root / "0",), values, values.policy)
    delivery = receive.prepared(asked, values.published_on, lambda *_: None)
    kit.edit(kit.data / "subjects.csv", "预算单位002部门整体支出", "预算单位002部门支出")
    (kit.data / "funds.csv").write_text("subject_id\n", encoding="utf-8")
    before = held(kit.data)
    with pytest.raises(RunError) as refused:
        receive.store(asked, delivery)
    assert [str(fault) for fault in refused.value.faults] == [
        f"data/2022/{name}.csv：在运行中被改动，什么也没有写入；请存好并关闭这个文件，再运行"
        for name in ("subjects", "funds")
    ]
    assert refused.value.exit_code == 1
    assert held(kit.data) == before


def test_a_refused_import_leaves_what_earlier_ones_wrote(kit, monkeypatch):
    """Where a table was saved meanwhile, overview, return sheets and kept files stay those of the import before."""
    deliver(kit, "0")
    returns = kit.outputs / "2022.returns"
    sheet = returns / issue.file_name("预算单位002", return_sheet.FRONT, set())
    sheet.write_bytes(b"earlier")
    prepared = receive.prepared

    def saved_meanwhile(*given):
        delivery = prepared(*given)
        kit.edit(kit.data / "subjects.csv", "预算单位001部门整体支出", "预算单位001部门支出")
        return delivery

    def files():
        folders = (returns, kit.data / "forms")
        return {path: path.read_bytes() for folder in folders for path in folder.rglob("*")}

    before = files()
    monkeypatch.setattr(receive, "prepared", saved_meanwhile)
    words = ["import", "2022", str(kit.root / "1"), "--quiet"]
    done = CliRunner().invoke(cli, words, env={"JIXIAO_ROOT": str(kit.root)})
    assert isinstance(done.exception, RunError)
    assert files() == before


def test_what_a_killed_writer_left_is_cleared_by_the_next(kit):
    """What it had staged and its lock are gone after the next command of any kind, and the parts of earlier versions."""
    before = tables.read(kit.root, "2022")["units"]

    def contents():
        yield "data/2022/units.csv", b"half"
        os.kill(os.getpid(), signal.SIGKILL)

    def killed() -> None:
        with commits.held(kit.root, kit.data):
            commits.write(kit.root, kit.data, "import 2022", contents())

    assert os.WIFSIGNALED(os.waitpid(child(killed), 0)[1])
    assert left(kit.root)
    assert tables.read(kit.root, "2022")["units"].equals(before)
    assert left(kit.root) == []
    (kit.data / "forms").mkdir()
    places.part_of(kit.data / "forms" / "表.xlsx").write_bytes(b"half")
    deliver(kit, "0")
    assert left(kit.root) == []


def test_a_killed_import_is_all_there_or_none(kit):
    """Tables, kept forms, return sheets and overview are those of before or those of after; JIXIAO_KILLS asks for more kills."""
    kit.outputs.mkdir(exist_ok=True)
    call = [str(KILLS_DRIVER), str(kit.root), str(kit.root / "0"), KILLS, SEED]
    done = kit.python(*call)
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert set(found["outcomes"]) == {"earlier", "later"}


def test_many_writers_of_one_file_never_meet(tmp_path):
    """Each writes under a name of its own, and the file is always one of the contents, whole."""
    path = tmp_path / ("长" * 80)
    failed = []

    def write(letter: bytes) -> None:
        try:
            for _ in range(40):
                places.write_whole(path, letter * 5000)
                assert len(set(path.read_bytes())) == 1
        except (OSError, AssertionError) as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b", b"c", b"d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
