"""Runs on real kernels: what counts as complete, what a failure says, and that nothing is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from lxml import html

import small_notebooks
from jixiao.kit.errors import ExportError, NotebookError, ParameterError, ProseError, RunError, TableError
from jixiao.kit.progress import Progress
from jixiao.press.page.html import to_html
from jixiao.running import kernel
from jixiao.running.canonical import canonical, dumps
from jixiao.running.runner import executed_path, run, started
from jixiao.running.verdict import input_error
from small_notebooks import write

PRETTY = """from IPython.display import display
def pretty(*_, **__):
    display({"text/html": "<pre>pretty</pre>"}, raw=True)
get_ipython().showtraceback = pretty
"""
FIGURE = """import matplotlib.pyplot as plt
from IPython.display import SVG, display
from matplotlib.font_manager import FontProperties
from jixiao.kit.fonts import font_files
figure = plt.figure(figsize=(2, 1))
figure.text(0.1, 0.5, f"{year}年 绩效评价", fontproperties=FontProperties(fname=font_files()["sans"]))
figure.savefig("/dev/null", format="png")
"""
VALUES = {
    "code": "010203",
    "text": "柳州市 \"a\" 'b' {c} \\n\n\t\u2028 %d",
    "number": 10**20,
    "share": 0.1,
    "yes": True,
    "nothing": None,
    "bands": ["[95,100)", 90, [False, None]],
    "section": {"名称": "一", "x": {"y": []}},
}


@pytest.fixture
def scratch(tmp_path):
    """An empty folder for a run."""
    folder = tmp_path / "scratch {run}"
    folder.mkdir()
    return folder


def failure(path, scratch, parameters=None, deadline=60, kind=RunError):
    """The error that a run of `path` raises; its executed notebook must be in `scratch`."""
    with pytest.raises(kind) as caught:
        run(
            path,
            {"year": 2022} if parameters is None else parameters,
            scratch,
            deadline,
            Progress(quiet=True),
        )
    assert kind is type(caught.value)
    assert executed_path(path, scratch).is_file()
    return caught.value


def printed(notebook):
    """All text that the cells printed."""
    return "".join(output.text for cell in notebook.cells for output in cell.outputs if "text" in output)


def left_behind(folder):
    """Files in `folder` for temporary files, and processes whose command names it."""
    return [*folder.iterdir(), *(command for command in _commands() if str(folder) in command)]


def _commands():
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # of one that has just ended
            yield path.read_bytes().decode(errors="replace")


def alive(process):
    """True while the process of this number runs (a zombie does not)."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def driver(path, scratch, temporary, *more):
    """A process that runs the notebook of `path`, with its temporary files in `temporary`."""
    command = [sys.executable, small_notebooks.__file__, str(path), str(scratch), *more]
    environment = {**os.environ, **kernel.fixed(), "TMPDIR": str(temporary)}
    return subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_values_arrive_unchanged_and_the_runs_are_equal(tmp_path, scratch, capfd):
    """Every JSON type reaches the kernel as it is, the input stays as it was, two runs publish equal bytes."""
    show = "import json\nprint(json.dumps([code, text, number, share, yes, nothing, bands, section]))"
    place = (
        "import os, sys\nprint(os.getcwd(), sys.executable, hash('a'))\nprint('w', file=sys.stderr)\nobject"
    )
    declaring = "\n".join(f"{name} = None" for name in VALUES)
    path = write(tmp_path / "n.ipynb", show, place, declaring=declaring)
    before = path.read_bytes()
    first, second = (run(path, VALUES, scratch, 60, Progress(quiet=True)) for _ in range(2))
    assert list(VALUES.values()) == json.loads(printed(first).splitlines()[0])
    assert f"{tmp_path} {sys.executable} " in printed(first)
    assert before == path.read_bytes()
    assert dumps(canonical(first)) == dumps(canonical(second))
    assert [word for word in ("papermill", str(scratch), "T0", '"w') if word in dumps(canonical(first))] == []
    assert canonical(first).cells[1].metadata.tags == ["injected-parameters"]
    assert capfd.readouterr() == ("", "")


BAD = {
    "exit": (
        ["import sys; sys.exit(0)", "print(1)"],
        {},
        ["第 2 个单元格「import sys; sys.exit(0)」", "SystemExit"],
    ),
    "shell": (["print(1)", "!false"], {}, ["第 3 个单元格「!false」", "CalledProcessError", "这条命令"]),
    "pretty": (
        [PRETTY, "1 / 0", "print(1)"],
        {},
        ["第 3 个单元格「1 / 0」", "ZeroDivisionError: division by zero"],
    ),
    "killed": (["import os", "os.kill(os.getpid(), 9)"], {}, ["第 3 个单元格", "SIGKILL", "内存不足？"]),
    "allowed": (
        ["1 / 0", "print(1)"],
        {2: ["raises-exception"]},
        ["第 2 个单元格「1 / 0」", "ZeroDivisionError"],
    ),
    "skipped": (["print(1)"], {2: ["skip-execution"]}, ["第 2 个单元格「print(1)」", "未运行"]),
    "ended": (["import os; os._exit(0)"], {}, ["第 2 个单元格", "内核自行退出（返回码 0）"]),
}


@pytest.mark.parametrize("name", BAD)
def test_an_incomplete_run_is_a_failure_with_cell_and_remedy(tmp_path, scratch, name, capfd):
    """Each way to end early without a usual error gives RunError with cell, reason and remedy in one line."""
    sources, tags, words = BAD[name]
    error = failure(write(tmp_path / "n.ipynb", *sources, tags=tags), scratch)
    assert [word for word in [*words, "请"] if word not in str(error)] == []
    assert (error.exit_code, len(str(error).splitlines())) == (1, 1)
    assert capfd.readouterr() == ("", "")


def test_an_input_error_of_a_cell_comes_out_as_itself(tmp_path, scratch):
    """An error that blames the input keeps its class, text and exit code 2 on the way out of the kernel."""
    faults = "Fault('a.csv 第 3 行', '少了：列 x', '有', '补上'), Fault('b', 'c')"
    path = write(tmp_path / "n.ipynb", f"from jixiao.kit.errors import *\nraise TableError({faults})")
    error = failure(path, scratch, kind=TableError)
    assert str(error) == "a.csv 第 3 行：少了：列 x；应为有；请补上\nb：c"
    assert (error.exit_code, len(error.faults)) == (2, 2)


def test_a_fault_of_the_text_comes_out_with_its_cell(tmp_path, scratch):
    """What is wrong with the prose of a cell is said with the file name, number and first line of the cell."""
    source = "from jixiao.kit.errors import *\nraise ProseError(Fault('正文“5”', '有手写的数字'))"
    error = failure(write(tmp_path / "n.ipynb", "1", source), scratch, kind=ProseError)
    assert str(error) == "n.ipynb 第 3 个单元格「from jixiao.kit.errors import *」 正文“5”：有手写的数字"


def test_messages_name_files_of_the_kit_from_its_root(tmp_path, scratch):
    """The folder that holds the kit is no part of a message."""
    (tmp_path / "notebooks").mkdir()
    path = write(tmp_path / "notebooks" / "n.ipynb", f"open({str(tmp_path / 'data' / 'x.csv')!r})")
    text = str(failure(path, scratch))
    assert "data/x.csv" in text.replace("\\", "/")
    assert "No such file or directory: 'data" in text


def test_a_pyplot_figure_is_published_once(tmp_path, scratch):
    """A shown figure, and one that ends its cell, is a picture of the cell, the same bytes in two runs."""
    show = "import matplotlib.pyplot as plt\nplt.plot([1, 2, 4])\nplt.show()"
    path = write(tmp_path / "n.ipynb", show, "figure, axes = plt.subplots()\nfigure")
    first, second = (canonical(run(path, {"year": 2022}, scratch, 60, Progress(quiet=True))) for _ in "ab")
    assert dumps(first) == dumps(second)
    pictures = html.document_fromstring(to_html(first)).findall(".//main//figure/img")
    assert [picture.get("alt") for picture in pictures] == [
        "分析人员的图，第 2 个单元格",
        "分析人员的图，第 3 个单元格",
    ]
    assert all(picture.get("src").startswith("data:image/png;base64,") for picture in pictures)
    assert all(400 < int(picture.get("width")) < 700 for picture in pictures)


def test_a_relative_root_holds_in_the_kernel(tmp_path, scratch, monkeypatch):
    """JIXIAO_ROOT=. means the folder of the user, not that of the notebook."""
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIXIAO_ROOT", ".")
    path = write(tmp_path / "notebooks" / "n.ipynb", "import os\nprint(os.environ['JIXIAO_ROOT'])")
    assert printed(run(path, {"year": 2022}, scratch, 60, Progress(quiet=True))) == f"{tmp_path}\n"


def test_a_kernel_may_be_started_before_the_run(tmp_path, scratch):
    """A kernel started early has imported what it was asked to, binds no name for it, and ends with the run."""
    path = write(tmp_path / "n.ipynb", "import sys\nprint('wave' in sys.modules, 'wave' in globals())")
    with started(path, scratch, ["wave", "no.such.module"]) as kernel:
        notebook = run(path, {"year": 2022}, scratch, 60, Progress(quiet=True), kernel)
        assert not alive(kernel.process.pid)
    assert printed(notebook) == "True False\n"


def test_a_refused_notebook_leaves_nothing_behind(tmp_path, monkeypatch):
    """A missing file, or a form that is refused while the kernel starts, ends the run before the first cell."""
    temporary = tmp_path / "t"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with pytest.raises(NotebookError, match="找不到"):
        run(tmp_path / "none" / "n.ipynb", {}, tmp_path / "s", 60, Progress(quiet=True))
    path = write(tmp_path / "n.ipynb", "open('touched', 'w')")
    with pytest.raises(ParameterError, match="是否想写 year"):
        run(path, {"yaer": 2022, "year": 2022}, tmp_path / "s", 60, Progress(quiet=True))
    assert not (tmp_path / "touched").exists()
    assert left_behind(temporary) == []


def test_only_input_errors_are_taken_over():
    """Other names, and errors of our family that do not blame the input, stay failures of the run."""
    assert [input_error(name, "x", "n") for name in ("ValueError", ExportError.__name__)] == [None, None]


def test_a_parameter_changed_in_the_kernel_is_refused(tmp_path, scratch):
    """What no reading of the source shows is found by asking the kernel after the last cell."""
    path = write(
        tmp_path / "n.ipynb", "bands.append(2)\nglobals().pop('year')", declaring="bands, year = [], 0"
    )
    text = str(failure(path, scratch, {"bands": [1], "year": "2022"}, kind=ParameterError))
    assert [
        word for word in ("参数 bands", "已成 [1, 2]", "应为[1]", "参数 year", "已不存在") if word not in text
    ] == []


def test_many_short_cells_end_at_the_deadline_with_their_children(tmp_path, scratch):
    """The limit is for the whole run; it ends cells that ignore interrupts and processes that they started."""
    start = "import signal, subprocess, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)"
    child = "print(subprocess.Popen(['sleep', '300']).pid)"
    path = write(tmp_path / "n.ipynb", start, child, *["time.sleep(0.1)"] * 200)
    begun = time.monotonic()
    text = str(failure(path, scratch, deadline=6))
    assert [word for word in ("超时", "6 秒", "「time.sleep(0.1)」") if word not in text] == []
    assert 6 <= time.monotonic() - begun < 18
    executed = json.loads(executed_path(path, scratch).read_text(encoding="utf-8"))
    assert not alive(int(executed["cells"][3]["outputs"][0]["text"][0]))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_stopped_driver_leaves_nothing_behind(tmp_path, number):
    """After SIGTERM or Ctrl-C in the middle of a run no kernel, no child of it and no folder is left."""
    temporary = tmp_path / "t"
    temporary.mkdir()
    path = write(tmp_path / "n.ipynb", f"!sleep 300 {temporary}")
    process = driver(path, tmp_path / "scratch", temporary, "60")
    assert ["运行 1/2 year = 2022", f"运行 2/2 !sleep 300 {temporary}"[:46]] == [
        process.stderr.readline().strip()[:46] for _ in range(2)
    ]
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "Task was destroyed" not in said
    assert left_behind(temporary) == []


def test_parallel_runs_in_one_folder_all_succeed(tmp_path):
    """Kernels of processes that share one working directory never meet, and leave no socket, folder or process.

    Eight that begin at the same moment, forked with their kernels by one that has loaded all, are nearer to each other
    than fifty of which six run at a time, each as soon as Python has started.
    """
    temporary = tmp_path / "t"
    temporary.mkdir()
    path = write(tmp_path / "n.ipynb", FIGURE)
    output, _ = driver(path, tmp_path / "scratch", temporary, "120", "8").communicate(timeout=200)
    expected = ["运行 1/2 year = 2022\n运行 2/2 import matplotlib.pyplot as plt\n", 0]
    assert json.loads(output) == [expected] * 8
    assert sorted(file.name for file in tmp_path.iterdir()) == ["n.ipynb", "scratch", "t"]
    assert left_behind(temporary) == []
