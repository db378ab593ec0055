"""A plan carried out: its jobs run, each outcome written down as it comes, and a summary in the end."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jixiao.batch import ledger, plan, runs, summary
from jixiao.batch.jobs import Bounds, Job, Outcome, State
from jixiao.batch.ledger import Ledger
from jixiao.batch.plan import Plan
from jixiao.batch.summary import Summary
from jixiao.kit import disk, locks
from jixiao.kit.errors import Fault, ParameterError
from jixiao.kit.progress import Progress, time_left

_LOCK = ".lock"
Run = Callable[[Sequence[Job], Path, Bounds, int | None], Iterator[Outcome]]
Finish = Callable[[Sequence[Outcome], Path], Iterator[Outcome]]


@dataclass(frozen=True)
class Asked:
    """How a plan is carried out: `failed` jobs of the last time alone, up to the first failure, how many at once."""

    failed: bool = False
    up_to_a_failure: bool = False
    workers: int | None = None


def carry_out(
    what: Plan, asked: Asked, progress: Progress, run: Run = runs.run, finish: Finish = runs.finish
) -> Summary:
    """Carry out a plan, and leave the summary in its folder; PublishError where another command is at it.

    `run` and `finish` are what runs the jobs: on this machine, or elsewhere. Whatever ends this early, the outcomes that came are
    written down, and the next call does what is missing.
    """
    with disk.faults(what.shown):
        what.folder.mkdir(parents=True, exist_ok=True)
        with locks.held(what.folder / _LOCK, what.shown, patience=0):
            batch = _Batch(what, asked, _named(what))
            try:
                batch.run(run, progress)
                batch.finish(finish)
            finally:
                found = batch.summary()
                summary.write(found, what.folder)
            return found


def _named(what: Plan) -> list[Job | Outcome]:
    """The jobs of a plan; ParameterError where two are one, since both would be published in one place."""
    found = plan.jobs(what)
    seen: set[str] = set()
    for one in found:
        name = (one.job if isinstance(one, Outcome) else one).name
        if name in seen:
            raise ParameterError(Fault(what.name, f"“{name}”有两份", remedy="核对 kits、years、notebooks"))
        seen.add(name)
    return found


@dataclass
class _Batch:
    """A batch on its way: the jobs by name, what became of those that have ended, and when it began."""

    plan: Plan
    asked: Asked
    named: Sequence[Job | Outcome]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    mine: dict[str, Outcome] = field(default_factory=dict)  # of this time
    began: dt.datetime = field(default_factory=lambda: dt.datetime.now().astimezone())

    def __post_init__(self) -> None:
        self.jobs = [one for one in self.named if isinstance(one, Job)]
        told = [one for one in self.named if isinstance(one, Outcome)]
        if self.asked.failed:
            self._take_over()
        self.outcomes |= {one.job.name: one for one in told}
        if self.asked.up_to_a_failure and any(one.state is State.FAILED for one in told):
            self.jobs = []
        self.ledger = Ledger(self.plan.folder, self.outcomes.values())

    def _take_over(self) -> None:
        """Take what became of the jobs last time, and leave to be done those that failed, did not begin, or are others by now.

        A job is another one where the plan has changed what it is made with, though it may be called the same.
        """
        before = ledger.read(self.plan.folder)
        if not before.finished:
            found = "上一次没有运行完" if before.outcomes else "还没有运行过"
            remedy = "去掉 --only 再运行一次，做好的不重做"
            raise ParameterError(Fault("--only failed", f"{self.plan.name} {found}", remedy=remedy))
        fine = {name: one for name, one in before.outcomes.items() if one.state is not State.FAILED}
        same = [job for job in self.jobs if job.name in fine and fine[job.name].job == job]
        self.outcomes = {job.name: fine[job.name] for job in same}
        self.jobs = [job for job in self.jobs if job.name not in self.outcomes]

    def run(self, run: Run, progress: Progress) -> None:
        """Run the jobs; after the first failure no other where that is asked for."""
        times: list[float] = []
        began = time.monotonic()
        progress.step("批量", 0, len(self.jobs))
        stream: Any = run(self.jobs, self.plan.base, self.plan.bounds, self.asked.workers)
        with closing(stream):
            for outcome in stream:
                self._note(outcome)
                if outcome.state is not State.UNCHANGED:
                    times.append(outcome.seconds)
                rest = len(self.jobs) - len(self.mine)
                at_once = self.asked.workers or sum(times) / max(time.monotonic() - began, 0.001)
                left = _left(times, rest, at_once) if times and rest else 0.0
                progress.step("批量", len(self.mine), len(self.jobs), _detail(outcome, left))
                if self.asked.up_to_a_failure and outcome.state is State.FAILED:
                    break

    def finish(self, finish: Finish) -> None:
        """Do what is to be done once the jobs have ended."""
        for outcome in finish([*self.mine.values()], self.plan.base):
            self._note(outcome)
        self.ledger.finish()

    def summary(self) -> Summary:
        """What became of all jobs so far, in the order of the plan."""
        jobs = [one.job if isinstance(one, Outcome) else one for one in self.named]
        ended = dt.datetime.now().astimezone()
        pairs = [(job, self.outcomes.get(job.name)) for job in jobs]
        return Summary(self.plan, tuple(pairs), self.began, ended)

    def _note(self, outcome: Outcome) -> None:
        self.outcomes[outcome.job.name] = outcome
        self.mine[outcome.job.name] = outcome
        self.ledger.add(outcome)


def _left(times: Sequence[float], rest: int, at_once: float) -> float:
    """The seconds that the `rest` of the jobs will take, by the times of those that were done."""
    return statistics.median(times) * rest / min(max(at_once, 1.0), rest)


def _detail(outcome: Outcome, left: float) -> str:
    """What the progress shows: how long it will still take, and what has just ended."""
    failed = f" {State.FAILED.words}" if outcome.state is State.FAILED else ""
    rest = f"还要{time_left(left)}  " if left else ""
    return f"{rest}{outcome.job.name}{failed}"
