"""What a worker of a Dask cluster does: a few jobs of a batch, by a process of its own that ends with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from jixiao.archive import published_folder
from jixiao.archive.publication import Publication
from jixiao.batch import machines, storage
from jixiao.batch.jobs import Bounds, Job, Outcome, State
from jixiao.kit import places
from jixiao.kit.errors import Fault, JixiaoError, one_line
from jixiao.kit.private_folders import private_folder
from jixiao.running import kernel

_CHUNK = "jixiao.batch.chunk"
_LOOK = 0.5  # seconds between two looks whether the jobs are still wanted
_PATIENCE = 15.0  # seconds the process may take to end all that it started
_LAST_WORDS = 10_000  # bytes at the end of its log that are looked at


def work(topic: str, ours: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """Run the jobs that are `asked` for, and tell each outcome under `topic` as soon as it is there.

    {"base": FOLDER, "bounds": {…}, "jobs": [[NUMBER, {…}], …]}. Whatever is wrong with a job is its outcome, never an
    exception. A worker that is not as the machine `ours` says so and does nothing.
    """
    from distributed import get_worker

    worker = get_worker()
    unlike = machines.differences(ours, machines.identity())
    if unlike:
        worker.log_event(topic, {"worker": worker.address, "unlike": unlike})
        return
    task = worker.get_current_task()
    jobs = [(number, Job.from_json(said)) for number, said in asked["jobs"]]
    bounds = Bounds(**asked["bounds"])

    def wanted() -> bool:
        state = worker.state.tasks.get(task)
        return state is not None and state.state == "executing"

    for number, outcome in _outcomes(jobs, Path(asked["base"]), bounds, wanted):
        worker.log_event(topic, {"number": number, "outcome": outcome.as_json()})


def _outcomes(
    jobs: Sequence[tuple[int, Job]], base: Path, bounds: Bounds, wanted: Callable[[], bool]
) -> Iterator[tuple[int, Outcome]]:
    """Number and outcome of each job; kits in a store are copied first, and what is made from them put back."""
    with ExitStack() as left:
        copies: dict[str, storage.Copy] = {}
        here: dict[int, Job] = {}
        for number, job in jobs:
            try:
                if storage.is_url(job.kit) and job.kit not in copies:
                    names = [_folder_of(one) for _, one in jobs if one.kit == job.kit]
                    copies[job.kit] = left.enter_context(storage.fetched(job.kit, dict.fromkeys(names)))
            except JixiaoError as error:
                yield number, Outcome(job, State.FAILED, tuple(error.faults))
                continue
            here[number] = replace(job, kit=str(copies[job.kit].root)) if job.kit in copies else job
        of = dict(jobs)
        for job in here.values():
            _wait_for_its_lock(job, base)
        for number, made in _run(here, base, bounds, wanted):
            yield number, _put(copies.get(of[number].kit), replace(made, job=of[number]))


def _folder_of(job: Job) -> str:
    """The folder below outputs/ in which a job publishes."""
    return Publication(Path(), job.year, job.notebook, variant=job.variant).name


def _wait_for_its_lock(job: Job, base: Path) -> None:
    """Wait for whoever writes the report of `job`: a process of a worker that was lost may just be ending."""
    one = Publication(base / job.kit, job.year, job.notebook, variant=job.variant)
    if (one.outputs / f".{one.name}.lock").exists():
        with suppress(JixiaoError, OSError), published_folder.held(one, _PATIENCE):  # else the job says so
            pass


def _put(copy: storage.Copy | None, outcome: Outcome) -> Outcome:
    """`outcome` once what was made is in the store; a failure where it could not be put there."""
    if copy is None or outcome.state is not State.DONE:
        return outcome
    try:
        copy.put(_folder_of(outcome.job))
    except JixiaoError as error:
        return replace(outcome, state=State.FAILED, faults=tuple(error.faults))
    return outcome


def _run(
    jobs: Mapping[int, Job], base: Path, bounds: Bounds, wanted: Callable[[], bool]
) -> Iterator[tuple[int, Outcome]]:
    """Number and outcome of each of the jobs, run by a process of their own as long as they are wanted."""
    if not jobs:
        return
    left = dict(jobs)
    asked = {
        "base": str(base),
        "bounds": {"deadline": bounds.deadline, "memory": bounds.memory},
        "workers": 1,
        "jobs": [job.as_json() for job in jobs.values()],
    }
    with private_folder() as home:
        log = home / "log"
        process = _started(home, log)
        try:
            for line in _lines(process, json.dumps(asked), wanted):
                outcome = Outcome.from_json(json.loads(line))
                number = next(number for number, job in left.items() if job == outcome.job)
                del left[number]
                yield number, outcome
        finally:
            _end(process)
        for number, job in left.items() if wanted() else ():
            fault = Fault("程序", f"运行这份报告的进程中途结束{_last_words(log)}", remedy="重新运行")
            yield number, Outcome(job, State.FAILED, (fault,))


def _started(home: Path, log: Path) -> subprocess.Popen[bytes]:
    """The process, in the environment from which kernels can be forked, and in no folder of any kit."""
    environment = {**os.environ, **kernel.fixed()}
    environment.pop(places.ROOT_VARIABLE, None)
    with log.open("wb") as sink:
        return subprocess.Popen(
            [sys.executable, "-m", _CHUNK],
            cwd=home,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=sink,
            start_new_session=True,  # Ctrl-C on a terminal is for the command alone
        )


def _lines(process: subprocess.Popen[bytes], asked: str, wanted: Callable[[], bool]) -> Iterator[bytes]:
    """The lines that the process writes, until it has ended or its work is no longer wanted."""
    assert process.stdin is not None and process.stdout is not None
    said: Queue[bytes | None] = Queue()
    stdout = process.stdout

    def listen() -> None:
        for line in stdout:
            said.put(line)
        said.put(None)

    threading.Thread(target=listen, daemon=True).start()
    with suppress(BrokenPipeError):
        process.stdin.write(f"{asked}\n".encode())
        process.stdin.flush()
    while True:
        try:
            line = said.get(timeout=_LOOK)
        except Empty:
            if not wanted():
                return
            continue
        if line is None:
            return
        yield line


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the input of the process, at which it ends with all that it started."""
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_words(log: Path) -> str:
    said = log.read_bytes()[-_LAST_WORDS:].decode(errors="replace").strip().splitlines()
    return f"（{one_line(said[-1], 200)}）" if said else ""
