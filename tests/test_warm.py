"""Shells forked from a process that has loaded the stack: the bytes of a kernel, nothing of one run in another."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from jixiao.archive.publication import Publication
from jixiao.running import guard, kernel
from jixiao.running.limits import MB
from kit import PROJECT, Kit
from small_notebooks import write
from test_identity_of_builds import sums

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="shells are forked on Linux only")
DRAWN = """import matplotlib.pyplot as plt, pandas as pd, seaborn as sns
frame = pd.DataFrame({"分数段": ["甲", "乙"], "个数": [3, 5]})
display(frame)
axes = sns.barplot(frame, x="分数段", y="个数")"""
LEFT = """import os, sys, pandas as pd
print(pd.get_option("display.max_rows"), hasattr(sys, "left"), os.environ.get("LEFT"), "left" in globals())
pd.set_option("display.max_rows", 7)
sys.left = left = os.environ["LEFT"] = "here"
print(os.getcwd() == os.path.dirname(os.path.abspath("b.ipynb")), __name__, hash("甲"))"""
OPEN = """import os
kinds = {os.readlink(f"/proc/self/fd/{n}").partition(":")[0] for n in map(int, os.listdir("/proc/self/fd"))
         if n > 2 and os.path.exists(f"/proc/self/fd/{n}")}
print(sorted(kind for kind in kinds if kind.endswith((".lock", ".csv", ".yml"))))"""


# What cells show, a cell each.
SHOWN = [
    "import asyncio, logging, os, subprocess, sys, threading, time, warnings\nfrom IPython.display import *",
    "1 + 1",
    "_ + 1",
    "1;",
    "print('a'); display('b'); print('c', flush=True)\n6",
    "display({'text/plain': 'first'}, raw=True, display_id='here')\ndisplay('beside')",
    "update_display('second', display_id='here')",
    "print('gone'); display('gone'); clear_output(); print('kept')",
    "print('gone'); clear_output(wait=True); print('kept too')",
    "print('x', end=''); print('e', file=sys.stderr); sys.stdout.write('y\\n')",
    "!echo sub; echo err >&2",
    "files = !echo listed\nfiles",
    # a kernel takes in what programs print a moment later, the shell before whatever comes next
    "print('before'); os.system('echo system'); subprocess.run(['echo', 'run']); os.write(1, b'raw'); time.sleep(0.5)",
    "subprocess.run([sys.executable, '-c', 'print(1)'], stdout=sys.stdout); 0",
    "%%bash\necho bash",
    "%%capture got\nprint('hidden')",
    "got.show()",
    "%env SET=1",
    "len?",
    "await asyncio.sleep(0)\nprint('awaited')",
    "async def three(): return 3\ntask = asyncio.create_task(three())\nasyncio.get_event_loop().is_running()",
    "await task",
    "from multiprocessing import Pool\nwith Pool(1) as pool: print(pool.map(abs, [-1]))",
    "from multiprocessing import Process\nother = Process(target=print, args=['other']); other.start(); other.join()",
    "thread = threading.Thread(target=print, args=['thread']); thread.start(); thread.join()",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\n_ = plt.plot([1, 2])",
    "plt.plot([1, 3]); plt.show(); plt.plot([2, 3]);",
    "display(HTML('<b>1</b>'), Markdown('*a*'), Latex('$a$'), JSON({'a': [1, None]}), SVG('<svg></svg>'))",
    "display(Image(b'\\x89PNG\\r\\n\\x1a\\n0000IHDR', format='png', width=3))",
    "class Own:\n    def _repr_html_(self): return '<i>a</i>'\n    def __repr__(self): return 'a'\nOwn()",
    "warnings.warn('w'); logging.warning('x')",
    "get_ipython().__class__.__name__, __name__, In[1], sys.path.index(''), os.environ['PAGER'], hasattr(sys, 'ps1')",
    "sys.path[0], sys.stdout.isatty(), sys.stdout.encoding, sys.stdin.read(), sys.stdout.name",
    "get_ipython().set_next_input('x = 1')",
    "import inspect\ndef one(): return 1\nprint(inspect.getsource(one))",
    "import __main__; __main__.set = 9\nset, sorted(globals())",
    "print('lone \\ud800')",
    "print('中文 🙂', 'x' * 100_000)",
]
# What cells fail of, a cell each; the run goes on, and all are told.
FAILING = [
    "1 / 0",
    "x = (",
    "!false",
    "!sleep 1 &",
    "import sys; sys.exit(3)",
    "sys.exit()",
    "input()",
    "import getpass; getpass.getpass()",
    "raise KeyboardInterrupt",
    "raise MemoryError",
    "import asyncio\nawait asyncio.sleep('x')",
    "await asyncio.sleep(0); sys.exit(4)",
    "asyncio.run(asyncio.sleep(0))",
    "raise asyncio.CancelledError()",
    "display({'text/plain': print}, raw=True)",
    "class Own:\n    def __repr__(self): 1 / 0\nOwn()",
    "class Silent(Exception):\n    def __str__(self): 1 / 0\nraise Silent()",
    "%nomagic",
    "%%nocell\nx",
    "open('/nonexistent')",
    "import nosuch",
    "raise BaseException('中文')",
    "get_ipython().showtraceback = print\n1 / 0",
]
# What ends a run, a notebook each: cells, and the tag of the first.
ENDING = {
    "left": (["import os; print('said'); os._exit(3)", "2"], ""),
    "crashed": (["import os; os.kill(os.getpid(), 11)"], ""),
    "exited": (["exit()", "import time; time.sleep(2)", "3"], ""),
    "stopped": (["print('a')\n1 / 0", "print(1)"], ""),
    "skipped": (["print(1)", "print(2)", ""], "skip-execution"),
}


SLEEP = "import subprocess, time\n"
TOO_MUCH = {
    "endless": ("while True: print('x' * 1000)", {"output": MB}, "单元格的输出超过 1 MB，已终止"),
    "large": ("print('x' * 5_000_000)", {"output": MB}, "单元格的输出超过 1 MB，已终止"),
    "programs": ("!yes", {"output": MB}, "单元格的输出超过 1 MB，已终止"),
    "memory": (
        f"{SLEEP}x = bytearray(b'x' * 600_000_000); time.sleep(60)",
        {"memory": 500 * MB},
        "占用的内存超过 500 MB，已终止",
    ),
    "processes": (
        f"{SLEEP}for _ in range(30): subprocess.Popen(['sleep', '60'])\ntime.sleep(60)",
        {"processes": 20},
        "同时运行的进程超过 20 个，已终止",
    ),
    "files": (
        "import tempfile\ntempfile.TemporaryFile().write(b'x' * 3_000_000)",
        {"files": 2 * MB},
        "File too large",
    ),
    "slow": (f"{SLEEP}time.sleep(60)", {"deadline": 3}, "超时：整本笔记本 3 秒内没有运行完，已终止"),
}
if guard.landlock() >= guard.WHOLE:
    TOO_MUCH["writes"] = ("open('new', 'w')", {}, "PermissionError")


def results(folder: Path, hows: Sequence[str] = ("warm", "plain"), **environment: str) -> dict[str, dict]:
    """What the driver said of the notebooks of a folder, run in forked shells and on plain kernels."""
    found = {}
    own = {**os.environ, **kernel.fixed(), **environment}
    del own["PYTEST_CURRENT_TEST"]  # with it a kernel lets what programs print go elsewhere
    for how in hows:
        command = [sys.executable, str(Path(__file__).with_name("warm_runs.py")), str(folder), how]
        done = subprocess.run(command, env=own, capture_output=True, text=True, check=True)
        found[how] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What was said of small notebooks."""
    folder = tmp_path_factory.mktemp("warm")
    write(folder / "a.ipynb", DRAWN)
    write(folder / "b.ipynb", LEFT)
    write(folder / "c.ipynb", LEFT)
    write(folder / "d.ipynb", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    write(folder / "e.ipynb", OPEN, "1 / 0")
    write(folder / "shown.ipynb", *SHOWN)
    allowed = {number: ["raises-exception"] for number in range(2, len(FAILING) + 2)}
    write(folder / "failing.ipynb", *FAILING, tags=allowed)
    for name, (sources, tag) in ENDING.items():
        write(folder / f"{name}.ipynb", *sources, tags={2: [tag]} if tag else {})
    return results(folder)


def cells(notebook: str) -> list[tuple[str, list]]:
    """Source and outputs of each cell; what went before an error, which names files of IPython, is left out."""
    found = json.loads(notebook)["cells"]
    return [
        (one["source"], [{**output, "traceback": []} for output in one.get("outputs", ())]) for one in found
    ]


def test_forked_shells_and_plain_kernels_give_the_same(told):
    """Texts, tables, drawings: to the byte. Failures: in the words of the same errors, with the same cells behind them."""
    warm, plain = told["warm"]["runs"], told["plain"]["runs"]
    assert [name for name, run in warm.items() if not run[0]] == []
    assert [name for name, run in plain.items() if run[0]] == []
    for name, (_, said, notebook) in warm.items():
        assert said.splitlines() == plain[name][1].splitlines(), name
        assert cells(notebook) == cells(plain[name][2]), name
        assert said or notebook == plain[name][2], name
    assert "image/png" in warm["a"][2] and "text/html" in warm["a"][2]
    assert [name for name, run in warm.items() if not run[1]] == ["a", "b", "c", "shown"]
    assert len(warm["failing"][1].splitlines()) == len(FAILING)


def test_every_notebook_of_the_kit_gives_the_same_bytes(tmp_path):
    """As it is run with the parameters of its year."""
    kit = Kit(tmp_path / "kit", whole=True, second=True)
    kit.leave_few()
    folder = kit.notebook.parent
    values = {
        path.stem: dict(Publication(kit.root, 2023 if path.stem == "trends" else 2022, path.stem).parameters)
        for path in folder.glob("*.ipynb")
    }
    (folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
    found = results(folder, JIXIAO_ROOT=str(kit.root))
    assert {path.stem for path in (PROJECT / "notebooks").glob("*.ipynb")} == set(found["warm"]["runs"])
    plain = found["plain"]["runs"]
    for name, (forked, said, notebook) in found["warm"]["runs"].items():
        assert (forked, said, cells(notebook)) == (True, plain[name][1], cells(plain[name][2])), name
        assert said or notebook == plain[name][2], name
    # The kit has no districts: a province ends with the same fault both ways.
    assert {name for name, run in found["warm"]["runs"].items() if run[1]} <= {"province"}


def test_a_forked_shell_is_held_to_the_limits(tmp_path):
    """Output, memory, processes and files, the deadline, and what it may write: each is told with cell and limit."""
    for name, (source, _, _) in TOO_MUCH.items():
        write(tmp_path / f"{name}.ipynb", "1", source)
    bounds = {name: given for name, (_, given, _) in TOO_MUCH.items()}
    (tmp_path / "limits.json").write_text(json.dumps(bounds), encoding="utf-8")
    runs = results(tmp_path, ["warm"])["warm"]["runs"]
    told = {name: (forked, said) for name, (forked, said, _) in runs.items()}
    assert [name for name, (forked, _) in told.items() if not forked] == []
    assert [name for name, (_, said) in told.items() if TOO_MUCH[name][2] not in said] == [], told
    assert [name for name, (_, said) in told.items() if "第 3 个单元格「" not in said] == []


def test_nothing_of_one_run_is_in_the_next(told):
    """Options, modules, environment and names of one notebook are gone in another."""
    runs = told["warm"]["runs"]
    assert "60 False None False" in runs["b"][2]
    assert runs["b"][2] == runs["c"][2]
    assert "退出" in runs["d"][1] or "结束" in runs["d"][1] or "内核" in runs["d"][1]
    assert "ZeroDivisionError" in runs["e"][1]


def test_a_forked_shell_has_random_numbers_and_pipes_of_its_own(tmp_path):
    """Two runs draw different numbers, and what the guard says of a run is out of reach of its notebook."""
    source = """
        import os, signal, numpy, random
        print(numpy.random.random(), random.random())
        print(signal.set_wakeup_fd(-1))
        files = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
        opened = {os.readlink(file) for file in files if os.path.exists(file)}
        print(len([one for one in opened if one.startswith("pipe:")]))
    """
    for name in "ab":
        write(tmp_path / f"{name}.ipynb", textwrap.dedent(source))
    runs = results(tmp_path, ["warm"])["warm"]["runs"]
    printed = []
    for forked, said, notebook in runs.values():
        assert (forked, said) == (True, "")
        (output,) = [one for _, outputs in cells(notebook) for one in outputs]
        lines = "".join(output["text"]).split("\n")
        printed.append(lines[0].split())
        assert lines[1:3] == ["-1", "4"]  # cells, answers, what is printed, what is printed of errors
    assert not {*printed[0]} & {*printed[1]}


def test_what_forbids_to_fork(told):
    """Another thread, or a program that is no longer what was loaded: kernels are started anew."""
    assert told["warm"]["forbidden"] == {"as it is": True, "beside a thread": False, "after a change": False}


def test_a_process_that_hashes_at_random_forks_no_kernel():
    """Sets would come out in another order than in a kernel of its own."""
    code = "from jixiao.running import warm; warm.prepare(); print(warm.ready())"
    environment = {**os.environ, **kernel.fixed(), "PYTHONHASHSEED": "random"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout == "False\n"


MADE = """import hashlib, json, sys
from contextlib import contextmanager
from pathlib import Path
from jixiao.archive import build
from jixiao.archive.publication import Publication
from jixiao.kit.progress import Progress
from jixiao.running import runner, warm
warm.prepare()
root, scratch = map(Path, sys.argv[1:])
pipes = []
began = runner.started
@contextmanager
def started(*given):
    with began(*given) as kernel:
        pipes.append(kernel.pipes)
        yield kernel
runner.started = started
version = build.make(Publication(root, 2022), scratch, Progress(quiet=True), draft=False)
sums = {name: hashlib.sha256(content).hexdigest() for name, content in version.files.items()}
print(json.dumps([None not in pipes and len(pipes), sums]))"""


def test_a_report_made_in_a_loaded_process_is_that_of_the_command(built, tmp_path):
    """Every file of both editions, to the byte."""
    environment = {**os.environ, **kernel.fixed(), "JIXIAO_ROOT": str(built.root)}
    command = [sys.executable, "-c", MADE, str(built.root), str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [1, sums(built)]
