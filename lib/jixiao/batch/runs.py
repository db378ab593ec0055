"""The jobs of a plan run on this machine, each in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from jixiao.archive import index_pages
from jixiao.batch import letters, work
from jixiao.batch.jobs import Bounds, Job, Outcome, State, faults_of
from jixiao.kit.errors import JixiaoError
from jixiao.kit.private_folders import private_folder
from jixiao.letters.batch import load
from jixiao.running import at_once
from jixiao.running.at_once import Ended, Task

_EXPORTS = 300.0  # seconds a job has for all beside its notebook: checks, documents, publishing


def run(
    jobs: Sequence[Job],
    base: Path,
    bounds: Bounds,
    workers: int | None = None,
    begun: Callable[[Job], object] = lambda _: None,
) -> Iterator[Outcome]:
    """Give the outcome of each job as it ends; kits are folders from `base`. `begun` is told as each begins.

    What was there already, made from the same, is UNCHANGED. Letters are kept until `finish` puts them into their folder.
    Whoever stops asking ends all that are at work.
    """
    for are_letters, some in groupby(jobs, key=lambda job: job.is_letter):
        way = letters.run if are_letters else _reports
        yield from way([*some], base, bounds, workers, begun)


def finish(outcomes: Sequence[Outcome], base: Path) -> Iterator[Outcome]:
    """What one command does once all jobs have ended: index pages, folders of letters with their index.

    Given are the outcomes of jobs that this failed for, in place of the earlier ones.
    """
    yield from letters.finish([one for one in outcomes if one.job.is_letter], base)
    reports = [
        one for one in outcomes if not one.job.is_letter and one.state in (State.DONE, State.UNCHANGED)
    ]
    for kit in dict.fromkeys(one.job.kit for one in reports):
        try:
            index_pages.write(base / kit / "outputs")
        except (JixiaoError, OSError) as error:
            for one in reports:
                if one.job.kit == kit:
                    yield Outcome(one.job, State.FAILED, faults_of(error), one.told, one.seconds, one.key)


def _reports(
    jobs: Sequence[Job], base: Path, bounds: Bounds, workers: int | None, begun: Callable[[Job], object]
) -> Iterator[Outcome]:
    """The outcomes of jobs that are no letters."""
    from jixiao.archive import build  # noqa: F401

    load()
    with private_folder() as folder:
        of: dict[Path, Job] = {}

        def tasks() -> Iterator[Task]:
            for number, job in enumerate(jobs):
                place = folder / f"job-{number}"
                place.mkdir()
                of[place] = job
                begun(job)
                yield _task(job, base, bounds, place)

        for ended in at_once.run(tasks(), workers):
            yield _outcome(of[ended.task.folder], bounds, ended)


def _task(job: Job, base: Path, bounds: Bounds, folder: Path) -> Task:
    said = [json.dumps({"deadline": bounds.deadline, "memory": bounds.memory}), json.dumps(job.as_json())]
    return Task(
        partial(work.write, job, base, bounds, folder),
        ["-m", work.__name__, str(base), *said, str(folder)],
        folder,
        bounds.deadline + _EXPORTS,
        bounds.memory,
    )


def _outcome(job: Job, bounds: Bounds, ended: Ended) -> Outcome:
    """What a process that has ended left, or how it ended before it was done."""
    path = ended.task.folder / work.RESULT
    if path.is_file():
        found = Outcome.from_json(json.loads(path.read_bytes()))
        return Outcome(job, found.state, found.faults, found.told, ended.seconds, found.key, found.peak)
    return Outcome(job, State.FAILED, (ended.fault("生成这份报告"),), seconds=ended.seconds)
