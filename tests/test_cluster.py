"""The jobs of a plan on Dask: workers that are alike, that differ, that are not there, that are killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import fsspec
import psutil
import pytest
from distributed import LocalCluster

from jixiao.archive import published_folder
from jixiao.batch import cluster, machines
from jixiao.batch import plan as plans
from jixiao.batch.cluster import Where
from jixiao.batch.jobs import Bounds, Job, State
from jixiao.kit.errors import ParameterError
from kit import PROJECT, Kit
from small_notebooks import write

BOUNDS = Bounds(120, 4 << 30)
BRIEF = (
    "from jixiao.report.report import open_report\nreport = open_report(globals())",
    'report.title("{report.report_year}{report.region}简报", about=["agencies"])',
    'report.section("概况")',
    'report.prose("""\n本年度的情况。\n""")',
)
MARK = "JIXIAO_TEST_CLUSTER"  # in the environment of every process that a test starts
IN_NO_TIME = 60.0  # seconds in which what is broken off has ended, on a busy machine too


def brief(root, *more):
    """A kit with few subjects and a short notebook `brief`."""
    kit = Kit(root)
    kit.leave_few()
    whole = json.loads((PROJECT / "notebooks" / "agencies.ipynb").read_text(encoding="utf-8"))
    declaring = "".join(whole["cells"][0]["source"])
    write(root / "notebooks" / "brief.ipynb", *BRIEF, *more, "report.register()", declaring=declaring)
    return kit


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """A kit whose report was made without any cluster."""
    kit = brief(tmp_path_factory.mktemp("right") / "kit")
    done = kit.run("report", "2022", "brief", "--quiet")
    assert done.returncode == 0, done.stderr
    return kit


def version(root):
    """The files of the report of a kit."""
    return published_folder.contents(root / "outputs" / "2022-brief")


def copies(right, folder, *names):
    """Kits like that of `right`, with nothing made in them yet."""
    for name in names:
        shutil.copytree(right.root, folder / name, ignore=shutil.ignore_patterns("outputs"))


@pytest.fixture(scope="module")
def scheduler():
    """A scheduler without workers; those of a test are gone at its end."""
    with LocalCluster(
        n_workers=0,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False},
    ) as found:
        yield found


@pytest.fixture
def in_process(scheduler):
    """The address of the scheduler with one worker in this process, which sees the stores of its memory."""
    scheduler.scale(1)
    yield scheduler.scheduler_address
    scheduler.scale(0)
    wait_for(lambda: not scheduler.scheduler.workers)


@contextmanager
def worker(scheduler, folder, package):
    """A worker in a process and folder of its own, which finds the program in the folder `package`."""
    home = folder / "home"
    home.mkdir(parents=True)
    name = str(folder)

    def is_there():
        return name in {one.name for one in scheduler.scheduler.workers.values()}

    words = ["--no-nanny", "--nthreads=1", "--no-dashboard", "--host=127.0.0.1", f"--name={name}"]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            scheduler.scheduler_address,
            *words,
            f"--local-directory={home}",
        ],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(package)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(is_there)
        yield process
    finally:
        process.kill()
        process.wait()
        wait_for(lambda: not is_there())


def installed(folder, changed=False):
    """A copy of the package as an installation has it: no checkout around it; perhaps one comment more."""
    shutil.copytree(
        PROJECT / "lib" / "jixiao", folder / "jixiao", ignore=shutil.ignore_patterns("__pycache__")
    )
    if changed:
        with (folder / "jixiao" / "rules" / "grades.py").open("a", encoding="utf-8") as file:
            file.write("# changed\n")
    return folder


def wait_for(there, seconds=IN_NO_TIME):
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it did not come to hold"
        time.sleep(0.05)


def marked(mark):
    """The processes that a test started and that still run, with the words of their commands."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (path / "environ").read_bytes().split(b"\0"):
                found[int(path.name)] = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    ours = ("resource_tracker", str(Path(__file__).with_name("loaded.py")))  # of this process, to its end
    return {
        process: words
        for process, words in found.items()
        if process != os.getpid() and not any(one in words for one in ours)
    }


def workers():
    """The worker processes of a cluster of this process; distributed gives them a title where it can."""
    found = {child.pid: " ".join(child.cmdline()) for child in psutil.Process().children()}
    return sorted(
        one for one, words in found.items() if "spawn_main" in words or words.startswith("dask worker")
    )


def of(kits, *years):
    """A job for each kit and year."""
    return [Job(kit, year, "brief") for kit in kits for year in years or (2022,)]


def test_a_worker_needs_the_package_alone_and_an_unlike_one_is_not_used(right, scheduler, tmp_path):
    """Another folder, no checkout: the report is the same to the byte; what is wrong with a job is its outcome."""
    copies(right, tmp_path, "a")
    told = []
    jobs = of(["a"], 2022, 1999)
    one = installed(tmp_path / "one")
    other = installed(tmp_path / "other", changed=True)
    with (
        worker(scheduler, tmp_path / "there", one),
        worker(scheduler, tmp_path / "unlike", other),
    ):
        where = Where(scheduler=scheduler.scheduler_address)
        outcomes = {one.job: one for one in cluster.run(jobs, tmp_path, BOUNDS, where, told.append)}
    assert set(outcomes) == set(jobs)
    assert outcomes[jobs[0]].state is State.DONE, outcomes[jobs[0]].faults
    assert version(tmp_path / "a") == version(right.root)
    assert outcomes[jobs[1]].state is State.FAILED
    assert "1999" in str(outcomes[jobs[1]].faults[0])
    assert [line for line in told if "与本机不同，没有用它：jixiao" in line and "的程序文件" in line] == told
    assert len(told) == 1


def test_no_worker_that_fits_is_a_line(scheduler, tmp_path):
    """One without the program, which stays as it is."""
    where = Where(scheduler=scheduler.scheduler_address)
    without = tmp_path / "without"
    without.mkdir()
    (without / "jixiao.py").write_text('raise ModuleNotFoundError("No module named jixiao", name="jixiao")\n')
    told = []
    with worker(scheduler, tmp_path / "there", without) as process:
        with pytest.raises(ParameterError, match="没有一个工作进程与本机一致"):
            list(cluster.run(of(["a"]), tmp_path, BOUNDS, where, told.append))
        assert process.poll() is None  # it goes on working for others
    assert "没有用它：那里没有能用的 jixiao（" in told[0]


def test_a_store_in_memory(right, in_process, tmp_path):
    """The kit is fetched, the report put back; the second time nothing is written."""
    store = fsspec.filesystem("memory")
    store.store.clear()
    copies(right, tmp_path, "a")
    store.put(f"{tmp_path}/a", "/district", recursive=True)
    jobs = [Job("memory://district", 2022, "brief"), Job("memory://lost", 2022, "brief")]
    where = Where(scheduler=in_process)
    first = {one.job: one for one in cluster.run(jobs, tmp_path, BOUNDS, where)}
    assert [first[job].state for job in jobs] == [State.DONE, State.FAILED]
    prefix = "/district/outputs/2022-brief/"
    made = {name.removeprefix(prefix): store.cat_file(name) for name in store.find(prefix)}
    assert made == version(right.root)
    written = {name: info["created"] for name, info in store.find("/district/outputs", detail=True).items()}
    [again] = cluster.run(jobs[:1], tmp_path, BOUNDS, where)
    assert again.state is State.UNCHANGED
    assert again.key == first[jobs[0]].key
    assert written == {
        name: info["created"] for name, info in store.find("/district/outputs", detail=True).items()
    }


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(
    right, tmp_path, chance, monkeypatch, capfd
):
    """Each job has one outcome and the files of an undisturbed run; all that the workers started is gone; no log is printed."""
    mark = f"{os.getpid()}-killed"
    monkeypatch.setenv(MARK, mark)
    names = ["a", "b"]
    copies(right, tmp_path, *names)
    killed = []

    def kill():
        for _ in range(2):
            wait_for(lambda: any("jixiao.batch.chunk" in words for words in marked(mark).values()), 60)
            time.sleep(chance.uniform(0, 3))
            killed.append(chance.choice(workers()))
            os.kill(killed[-1], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    outcomes = list(cluster.run(of(names), tmp_path, BOUNDS, Where(workers=2)))
    killer.join()
    assert len(killed) == 2
    assert sorted(one.job.kit for one in outcomes) == names
    assert {one.state for one in outcomes} <= {State.DONE, State.UNCHANGED}, outcomes
    for name in names:
        assert version(tmp_path / name) == version(right.root)
        assert [path.name for path in (tmp_path / name / "outputs").glob(".*")] == []
    wait_for(lambda: not marked(mark))
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@pytest.mark.parametrize("deaths", [0, 5])
def test_a_job_whose_workers_always_die_is_given_up(right, tmp_path, monkeypatch, deaths):
    """It is told, and the others are done: by Dask, or where all workers are lost before Dask would give it up."""
    mark = f"{os.getpid()}-always"
    monkeypatch.setenv(MARK, mark)
    monkeypatch.setattr(cluster, "_DEATHS", deaths)
    monkeypatch.setattr(cluster, "_MOST_LOST", 0)
    copies(right, tmp_path, "a")

    def kill():
        wait_for(lambda: any("jixiao.batch.chunk" in words for words in marked(mark).values()), 60)
        os.kill(workers()[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    [outcome] = cluster.run(of(["a"]), tmp_path, BOUNDS, Where(workers=1))
    killer.join()
    assert outcome.state is State.FAILED
    assert (
        str(outcome.faults[0]) == "Dask 工作进程：运行这份报告的工作进程一再中断；请看它的日志和内存，再运行"
    )
    wait_for(lambda: not marked(mark))


def test_whoever_stops_asking_ends_all(right, in_process, tmp_path, monkeypatch):
    """Also on workers that stay: what a job started is gone soon."""
    mark = f"{os.getpid()}-stopped"
    monkeypatch.setenv(MARK, mark)
    brief(tmp_path / "a", "import time\ntime.sleep(100)")
    outcomes = cluster.run(of(["a"], 1999, 2022), tmp_path, BOUNDS, Where(scheduler=in_process))
    assert next(outcomes).state is State.FAILED
    if sys.platform == "linux":
        wait_for(lambda: len(marked(mark)) > 2, 60)  # chunk, job, kernel
    outcomes.close()
    wait_for(lambda: not marked(mark))
    assert not (tmp_path / "a" / "outputs" / "2022-brief").exists()


def test_a_cluster_without_workers_is_told_and_waited_for(scheduler, tmp_path, monkeypatch):
    """Once; when a worker comes the work goes on."""
    monkeypatch.setattr(cluster, "_SILENCE", 0.1)
    told = []

    def hear(line):
        told.append(line)
        scheduler.scale(1)

    where = Where(scheduler=scheduler.scheduler_address)
    [outcome] = cluster.run([Job("nowhere", 2022, "brief")], tmp_path, BOUNDS, where, hear)
    scheduler.scale(0)
    assert outcome.state is State.FAILED
    assert told == [
        "Dask：没有能用的工作进程，在等（dask worker 调度器地址）",
        "Dask：有工作进程了，继续",
    ]
    wait_for(lambda: not scheduler.scheduler.workers)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "tcp://127.0.0.1:9",
            "--scheduler：tcp://127.0.0.1:9 没有应答；请核对地址，确认调度器（dask scheduler）已经启动",
        ),
        ("carrier-pigeon://a:1", "--scheduler：“carrier-pigeon://a:1”不能用（unknown address scheme"),
        ("here", "--scheduler：“here”不能用（missing port number"),
    ],
)
def test_an_address_that_does_not_answer_is_a_line(address, said, tmp_path, monkeypatch):
    """Within the time that is set; addresses of no known form at once."""
    monkeypatch.setattr(cluster, "_ANSWER", 0.5)
    with pytest.raises(ParameterError) as caught:
        list(cluster.run(of(["a"]), tmp_path, BOUNDS, Where(scheduler=address)))
    assert str(caught.value).startswith(said)


def test_a_port_at_which_something_else_listens_is_a_line(tmp_path, monkeypatch):
    """Something that accepts and never says a word."""
    monkeypatch.setattr(cluster, "_ANSWER", 0.5)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(ParameterError, match="没有应答"):
            list(cluster.run(of(["a"]), tmp_path, BOUNDS, Where(scheduler=address)))
        assert time.monotonic() - began < 5


def test_the_cluster_of_this_machine_is_for_its_command_alone(monkeypatch):
    """It listens on 127.0.0.1, and nobody gets in without the keys that were made for it."""
    monkeypatch.setattr(cluster, "_ANSWER", 0.5)
    with cluster._connected(Where(workers=1)) as (client, _):
        address = client.scheduler.address
        family = [psutil.Process(), *psutil.Process().children(recursive=True)]
        listening = [
            one.laddr.ip for each in family for one in each.net_connections() if one.status == "LISTEN"
        ]
        assert set(listening) == {"127.0.0.1"}
        assert address.startswith("tls://127.0.0.1:")
        for scheme in ("tcp", "tls"):
            with pytest.raises(ParameterError):
                cluster._answered(address.replace("tls", scheme))


def test_differences_of_machines_are_said_in_words():
    """What differs in program, Python, fonts and packages; the first packages by name."""
    ours = machines.identity()
    assert machines.differences(ours, ours) == ""
    theirs = {
        "code": {"version": "0.0.1", "sha256": "0"},
        "system": ours["system"],
        "python": "CPython 3.9.0",
        "fonts": ["宋体"],
        "packages": {
            **ours["packages"],
            **dict.fromkeys(("click", "jinja2", "lxml", "numpy", "pandas"), "0"),
        },
    }
    said = machines.differences(ours, theirs)
    assert said.startswith(f"jixiao 0.0.1，本机 {ours['code']['version']}、Python CPython 3.9.0，本机 ")
    assert "字体 宋体，本机 Noto" in said
    assert f"click 0，本机 {ours['packages']['click']}" in said
    assert said.endswith("另有 2 个包的版本")


def plan(folder, text):
    """A plan in a folder, and `jixiao batch` of it with options, in a Python of its own."""
    (folder / "PLAN.yml").write_text(text, encoding="utf-8")

    def run(*options, before=""):
        words = ["jixiao", "batch", "PLAN.yml", *options]
        code = f"import sys; {before}sys.argv = {words!r}; from jixiao.commands.cli import main; main()"
        return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, encoding="utf-8")

    return run


def test_the_command_says_no_more_of_a_wrong_address(tmp_path):
    """One line, at once: nothing of Dask that would be closed, and waited for, when the program ends."""
    for part in ("params", "data", "notebooks"):
        (tmp_path / "a" / part).mkdir(parents=True)
    began = time.monotonic()
    done = plan(tmp_path, "kits: [a]\nyears: [2022]\n")("--scheduler", "here", "--quiet")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith("--scheduler：“here”不能用（")
    assert time.monotonic() - began < cluster._ANSWER


def test_without_the_extra_it_is_said_how_to_install_it(tmp_path):
    """In a line, for the cluster and for a store."""
    said = "Dask、fsspec：没有安装；请安装可选依赖 cluster：pip install -e '.[cluster]'\n"
    run = plan(tmp_path, "kits: [a]\nyears: [2022]\n")
    done = run("--workers", "1", before="sys.modules['dask'] = None; ")
    assert (done.returncode, done.stdout, done.stderr.splitlines(True)[-1]) == (2, "", said)
    run = plan(tmp_path, 'kits: ["s3://a/*"]\nyears: [2022]\n')
    done = run("--workers", "1", "--quiet", before="sys.modules['fsspec'] = None; ")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_options_that_do_not_go_together_are_told(tmp_path):
    """As is a store without a cluster."""
    run = plan(tmp_path, 'kits: ["s3://a/*"]\n')
    done = run("--workers", "1", "--scheduler", "tcp://a:1")
    assert (done.returncode, done.stderr) == (2, "--workers、--scheduler：不能一起写；请只写一个\n")
    done = run()
    said = "PLAN.yml 的 kits：有 fsspec 地址，只有 Dask 集群能做；请加 --workers N，或 --scheduler 地址\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_the_command_tells_what_failed_on_its_cluster(right, tmp_path):
    """As without a cluster: a line each, the summary, exit code 1; nothing of Dask's logs."""
    copies(right, tmp_path, "a")
    done = plan(tmp_path, "kits: [a]\nyears: [1998, 1999]\nnotebooks: [brief]\n")("--workers", "1", "--quiet")
    assert done.returncode == 1
    assert [line.split("：")[0] for line in done.stderr.splitlines()] == ["a 1998 brief", "a 1999 brief"]
    assert done.stdout.endswith("共 2 份，失败 2\n")


def test_a_plan_finds_what_it_leaves_open_in_a_store(right, tmp_path):
    """Years and notebooks of each kit; letters are told to belong into a folder."""
    store = fsspec.filesystem("memory")
    store.store.clear()
    for name in ("k2", "k10"):
        store.put(f"{right.root}/params", f"/districts/{name}/params", recursive=True)
        store.put(f"{right.root}/notebooks", f"/districts/{name}/notebooks", recursive=True)
        store.makedirs(f"/districts/{name}/data")
    path = tmp_path / "PLAN.yml"
    path.write_text('kits: ["memory://districts/*"]\n', encoding="utf-8")
    found = plans.jobs(plans.read(path))
    assert found == [
        Job(f"memory://districts/{name}", 2022, "annual_report", by_year=True) for name in ("k2", "k10")
    ]
    path.write_text('kits: ["memory://districts/k2"]\neach: units\n', encoding="utf-8")
    [outcome] = plans.jobs(plans.read(path))
    assert [str(fault) for fault in outcome.faults] == [
        "memory://districts/k2：函写不进存储，只写进文件夹；请把这个文件夹放到共享文件夹里"
    ]
