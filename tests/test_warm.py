"""Kernels forked from a process that has loaded the stack: the same bytes, nothing of one run in another."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jixiao.running import kernel
from small_notebooks import write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
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


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the driver said of five notebooks, forked and plain."""
    folder = tmp_path_factory.mktemp("warm")
    write(folder / "a.ipynb", DRAWN)
    write(folder / "b.ipynb", LEFT)
    write(folder / "c.ipynb", LEFT)
    write(folder / "d.ipynb", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    write(folder / "e.ipynb", OPEN, "1 / 0")
    found = {}
    for how in ("warm", "plain"):
        command = [sys.executable, str(Path(__file__).with_name("warm_runs.py")), str(folder), how]
        done = subprocess.run(
            command, env={**os.environ, **kernel.fixed()}, capture_output=True, text=True, check=True
        )
        found[how] = json.loads(done.stdout)
    return found


def test_forked_and_plain_kernels_give_the_same(told):
    """Texts, tables, drawings, failures: to the byte, in the words of the same errors."""
    warm, plain = told["warm"]["runs"], told["plain"]["runs"]
    assert [name for name, run in warm.items() if not run[0]] == []
    assert [name for name, run in plain.items() if run[0]] == []
    assert {name: run[1:] for name, run in warm.items()} == {name: run[1:] for name, run in plain.items()}
    assert "image/png" in warm["a"][2] and "text/html" in warm["a"][2]


def test_nothing_of_one_run_is_in_the_next(told):
    """Options, modules, environment and names of one notebook are gone in another."""
    runs = told["warm"]["runs"]
    assert "60 False None False" in runs["b"][2]
    assert runs["b"][2] == runs["c"][2]
    assert "退出" in runs["d"][1] or "结束" in runs["d"][1] or "内核" in runs["d"][1]
    assert "ZeroDivisionError" in runs["e"][1]


def test_what_forbids_to_fork(told):
    """Another thread, or a program that is no longer what was loaded: kernels are started anew."""
    assert told["warm"]["forbidden"] == {"as it is": True, "beside a thread": False, "after a change": False}


def test_a_process_that_hashes_at_random_forks_no_kernel():
    """Sets would come out in another order than in a kernel of its own."""
    code = "from jixiao.running import warm; warm.prepare(); print(warm.ready())"
    environment = {**os.environ, **kernel.fixed(), "PYTHONHASHSEED": "random"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout == "False\n"
