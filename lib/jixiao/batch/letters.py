"""The letters of a batch: those of one year are written together, kept one by one, and put into their folder in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from jixiao.archive import letters_place
from jixiao.archive.publication import LETTER, Publication
from jixiao.batch import work
from jixiao.batch.jobs import Bounds, Job, Outcome, State, faults_of
from jixiao.kit import places
from jixiao.kit.errors import Fault, RunError
from jixiao.letters import batch, mailing
from jixiao.letters.batch import Written
from jixiao.letters.kept import Kept
from jixiao.letters.writing import Order
from jixiao.running.limits import DEADLINE, LIMITS


def run(
    jobs: Sequence[Job], base: Path, bounds: Bounds, workers: int | None, begun: Callable[[Job], object]
) -> Iterator[Outcome]:
    """The outcome of each letter as it is finished and kept; what is wrong with a year is that of all of its letters."""
    for _, some in groupby(jobs, key=lambda job: (job.kit, job.year)):
        of_year = [*some]
        try:
            publication = _prepared(of_year[0], base)
        except Exception as error:
            yield from (Outcome(job, State.FAILED, faults_of(error)) for job in of_year)
            continue
        yield from _written(of_year, publication, bounds, workers, begun)


def finish(outcomes: Sequence[Outcome], base: Path) -> Iterator[Outcome]:
    """Put the letters that are finished into the folders of their years.

    Each folder is made once, in whatever order the outcomes came. Given are the outcomes of those that this failed for, in
    place of the earlier ones; they stay kept for the next command.
    """
    years: dict[tuple[str, int], list[Outcome]] = {}
    for one in outcomes:
        if one.job.unit:
            years.setdefault((one.job.kit, one.job.year), []).append(one)
    for of_year in years.values():
        if all(one.state is State.FAILED for one in of_year):
            continue
        try:
            _gather(of_year, base)
        except Exception as error:
            for one in of_year:
                if one.state is not State.FAILED:
                    yield Outcome(one.job, State.FAILED, faults_of(error), one.told, one.seconds, one.key)


def _prepared(job: Job, base: Path) -> Publication:
    """The notebook of the letters of a year, evaluated once for all of them."""
    root = work.root_of(job, base)
    publication = Publication(root, job.year, LETTER)
    with places.root_named(root):
        publication.require_notebook()
        batch.prepare(root, publication.params)
    return publication


def _written(
    jobs: Sequence[Job],
    publication: Publication,
    bounds: Bounds,
    workers: int | None,
    begun: Callable[[Job], object],
) -> Iterator[Outcome]:
    kept = Kept(publication)
    of = {_order(job, publication, bounds): job for job in jobs}
    left = dict.fromkeys(jobs)
    try:
        with kept.scratch() as scratch:
            for one in batch.write([*of], scratch, lambda order: begun(of[order]), workers, kept):
                job = of[one.order]
                left.pop(job)
                state = State.FAILED if one.faults else State.UNCHANGED if one.unchanged else State.DONE
                yield Outcome(job, state, one.faults, one.told, one.seconds, kept.key(one.order))
    except Exception as error:
        yield from (Outcome(job, State.FAILED, faults_of(error)) for job in left)


def _gather(outcomes: Sequence[Outcome], base: Path) -> None:
    """Gather the letters of one year; RunError where those of other inputs would come in place of the ones that are there."""
    job = outcomes[0].job
    publication = Publication(work.root_of(job, base), job.year, LETTER)
    kept = Kept(publication)
    written = []
    for one in outcomes:
        order = _order(one.job, publication, None)
        found = None if one.state is State.FAILED else kept.find(order)
        if found is None and one.state is not State.FAILED:
            changed = "数据表、参数、笔记本或程序在运行中被改动，以前的函没有改动"
            raise RunError(Fault("写函", changed, remedy="改完后再运行"))
        files = found.files if found else {}
        written.append(Written(order, files, one.faults, one.told, one.state is State.UNCHANGED))
    with letters_place.opened(Publication(publication.root, publication.year)) as place:
        mailing.gather(place, publication, written)


def _order(job: Job, publication: Publication, bounds: Bounds | None) -> Order:
    deadline = bounds.deadline if bounds else DEADLINE
    memory = bounds.memory if bounds else LIMITS.memory
    day = job.reply_by or None
    return Order(publication.root, job.year, job.unit, job.below, day, deadline, memory)
