"""A few jobs run for another process: JSON comes in, a line of JSON for each outcome goes out.

`python -m jixiao.batch.chunk` reads one line {"base": FOLDER, "bounds": {"deadline", "memory"}, "workers": N, "jobs": […]}
from its standard input, which stays open: once that is closed, it ends with all that it started.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

from jixiao.batch import runs
from jixiao.batch.jobs import Bounds, Job


def main() -> None:
    """Run the jobs that are asked for on standard input."""
    asked = json.loads(sys.stdin.buffer.readline())
    _end_with_input()
    jobs = [Job.from_json(one) for one in asked["jobs"]]
    for outcome in runs.run(jobs, Path(asked["base"]), Bounds(**asked["bounds"]), asked["workers"]):
        print(json.dumps(outcome.as_json(), ensure_ascii=True), flush=True)


def _end_with_input() -> None:
    """Ends this process, as Ctrl-C does, once its standard input is closed."""


if __name__ == "__main__":
    main()
