"""A few jobs run for another process: JSON comes in, a line of JSON for each outcome goes out.

`python -m jixiao.batch.chunk` reads one line {"base": FOLDER, "bounds": {"deadline", "memory"}, "workers": N or null,
"jobs": […]} from its standard input, which stays open: once that is closed, it ends with all that it started.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from jixiao.batch import runs
from jixiao.batch.jobs import Bounds, Job
from jixiao.running import at_once

_PATIENCE = 10.0  # seconds it may take to clear away


def main() -> None:
    """Run the jobs that are asked for on standard input."""
    at_once.restart_if_needed(__name__ if __spec__ is None else __spec__.name)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    asked = json.loads(_line())
    if sys.platform == "linux":
        _watched_by_a_process()
    else:
        threading.Thread(target=_end_with_input, args=(os.getpid(),), daemon=True).start()
    jobs = [Job.from_json(one) for one in asked["jobs"]]
    for outcome in runs.run(jobs, Path(asked["base"]), Bounds(**asked["bounds"]), asked["workers"]):
        print(json.dumps(outcome.as_json()), flush=True)


def _line() -> bytes:
    """The first line of standard input, and nothing of what comes after it."""
    found = bytearray()
    while not found.endswith(b"\n"):
        read = os.read(0, 1)
        if not read:
            break
        found += read
    return bytes(found)


def _watched_by_a_process() -> None:
    """Start a process that ends this one with its input; a thread would stand against forking the jobs."""
    parent = os.getpid()
    if os.fork():
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), 0)  # the process alone holds the pipe now
        return
    try:
        at_once.end_with(parent)
        os.closerange(1, 3)
        _end_with_input(parent)
    finally:
        os._exit(0)


def _end_with_input(process: int) -> None:
    """Ask `process` to end once standard input is closed, and end it where it does not."""
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
        time.sleep(_PATIENCE)
        os.kill(process, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


if __name__ == "__main__":
    main()
