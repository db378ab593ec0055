"""Pieces of work at once: what they give, in which order, and what becomes of their errors."""

import subprocess
import sys
import textwrap
import threading
import time

import pytest

from jixiao.kit.errors import ExportError, Fault
from jixiao.running import at_once, forks


def test_results_stand_in_the_order_of_the_work():
    """Whatever is done first, each result stands where its work stood; no work gives none."""
    assert forks.results([lambda n=n: n * n for n in range(7)]) == [0, 1, 4, 9, 16, 25, 36]
    assert forks.results([]) == []


def test_an_error_comes_back_as_it_was_raised():
    """The faults of a piece of work reach whoever asked for it."""

    def fail():
        raise ExportError(Fault("图", "画不出", remedy="检查数据"))

    with pytest.raises(ExportError) as raised:
        forks.results([lambda: 1, fail])
    assert raised.value.faults == (Fault("图", "画不出", remedy="检查数据"),)


def test_an_error_in_a_fork_is_told_with_its_place():
    """Whoever mends the program learns where it happened, also of an error that cannot be sent between processes."""
    code = """
        from lxml import etree
        from jixiao.commands import unforeseen
        from jixiao.running import forks
        def read():
            etree.fromstring(b"<secret>")
        def look():
            {}["secret"]
        for work in (read, look):
            try:
                forks.results([work, list])
            except Exception as error:
                told = "\\n".join(unforeseen._chain(error))
                print(f":{work.__code__.co_firstlineno + 1} {work.__name__}" in told, "secret" in told)
    """
    assert run(code) == ["True", "False"] * 2


def test_threads_are_no_more_than_the_cores():
    """Beside another thread work waits for a core, however much of it there is."""
    most = []

    def count():
        most.append(threading.active_count())
        time.sleep(0.01)

    wait = threading.Event()
    other = threading.Thread(target=wait.wait)
    other.start()
    before = threading.active_count()
    forks.results([count] * (at_once.cores() + 5))
    wait.set()
    assert max(most) <= before + at_once.cores()


def run(code):
    """What a Python of its own prints, which has one thread as a command has."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="forks only on Linux")
def test_work_is_done_in_forks_again_and_again():
    """With one thread each round of work leaves this process, also right after another; with a second thread it stays."""
    code = """
        import os, threading
        from jixiao.running import forks
        for _ in range(3):
            print(os.getpid() not in forks.results([os.getpid, os.getpid]))
        wait = threading.Event()
        other = threading.Thread(target=wait.wait)
        other.start()
        print(set(forks.results([os.getpid, os.getpid])) == {os.getpid()})
        wait.set()
    """
    assert run(code) == ["True"] * 4


@pytest.mark.skipif(sys.platform != "linux", reason="forks only on Linux")
def test_a_fork_that_is_killed_is_a_fault():
    """Where the system ends a fork, as for want of memory, a line says so."""
    code = """
        import os, signal
        from jixiao.kit.errors import RunError
        from jixiao.running import forks
        try:
            forks.results([lambda: os.kill(os.getpid(), signal.SIGKILL), os.getpid])
        except RunError as error:
            print(error)
    """
    (line,) = run(code)
    assert "被系统结束" in line


@pytest.mark.skipif(sys.platform != "linux", reason="forks only on Linux")
def test_a_thread_that_was_joined_forbids_no_fork():
    """The system lists a thread for a moment after it was joined; it is waited for."""
    code = """
        import threading
        from jixiao.running import warm
        missed = 0
        for _ in range(1000):
            timer = threading.Timer(60, print)
            timer.start()
            timer.cancel()
            timer.join()
            missed += not warm.one_thread()
        print(missed)
    """
    assert run(code) == ["0"]


@pytest.mark.skipif(sys.platform != "linux", reason="forks only on Linux")
def test_numpy_begins_no_threads_once_forks_are_prepared():
    """A command that has loaded pandas can still be forked."""
    code = """
        import os
        from jixiao.running import forks
        forks.prepare()
        import pandas
        print(len(os.listdir("/proc/self/task")))
    """
    assert run(code) == ["1"]


@pytest.mark.skipif(sys.platform != "linux", reason="forks only on Linux")
def test_forks_end_with_their_parent():
    """A command that is killed leaves no fork behind."""
    code = """
        import os, sys, time
        from jixiao.running import forks
        def work():
            print(os.getpid(), flush=True)
            time.sleep(60)
        forks.results([work, work])
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        parent.stdout.readline()
        killed = time.monotonic()
        parent.kill()
        parent.stdout.read()  # ends once nobody holds the other end
    assert time.monotonic() - killed < 30
