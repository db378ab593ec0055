"""One report of a batch, made in the process of its job, which leaves what became of it in its folder."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from jixiao.archive.build import build
from jixiao.archive.publication import Publication, of_year
from jixiao.batch import keys
from jixiao.batch.jobs import Bounds, Job, Outcome, State, faults_of
from jixiao.kit import commits, places
from jixiao.kit.progress import Progress
from jixiao.running import at_once
from jixiao.running.limits import LIMITS

RESULT = "result.json"  # in the folder of a job: its outcome, once it has ended


def write(job: Job, base: Path, bounds: Bounds, folder: Path) -> None:
    """Make the report of a job, and write its outcome into `folder`, whatever becomes of it."""
    try:
        outcome = _made(job, base, bounds)
    except Exception as error:
        outcome = Outcome(job, State.FAILED, faults_of(error))
    places.write_whole(folder / RESULT, json.dumps(replace(outcome, peak=_peak()).as_json()).encode())


def root_of(job: Job, base: Path) -> Path:
    """The folder of the kit of a job; PlaceError where it is none."""
    root = places.resolved(base / job.kit)
    places.require_root(root, job.kit)
    return root


def publication_of(job: Job, root: Path) -> Publication:
    """What a job publishes in the kit at `root`; NotebookError where that has no such notebook."""
    [found] = of_year(root, job.year, [job.notebook])
    return replace(found, variant=job.variant, given=job.parameters)


def _made(job: Job, base: Path, bounds: Bounds) -> Outcome:
    root = root_of(job, base)
    with places.root_named(root):
        commits.settle_all(root)
        publication = publication_of(job, root)
        nothing = publication.nothing_to_report
        if nothing:
            return Outcome(job, State.EMPTY if job.by_year else State.FAILED, (nothing,))
        key = keys.now(publication)
        remarks = keys.there(publication, key)
        if remarks is not None:
            return Outcome(job, State.UNCHANGED, told=remarks, key=key)
        limits = replace(LIMITS, memory=bounds.memory)
        built = build(replace(publication), Progress(quiet=True), bounds.deadline, limits=limits)
        return Outcome(job, State.DONE, told=built.remarks, key=key)


def _peak() -> int:
    """The most memory that this process or one of those it started held, in bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # on Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return unit * max(resource.getrusage(who).ru_maxrss for who in whose)


def main() -> None:
    """Make the report that the words of the command say: base, bounds and job as JSON, folder."""
    at_once.begin()
    base, bounds, job, folder = sys.argv[1:]
    write(Job.from_json(json.loads(job)), Path(base), Bounds(**json.loads(bounds)), Path(folder))


if __name__ == "__main__":
    main()
