"""The jobs of a plan run on this machine, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from jixiao.batch.jobs import Bounds, Job, Outcome


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
    raise NotImplementedError


def finish(jobs: Sequence[Job], base: Path) -> Iterator[Outcome]:
    """What is done once all jobs of a plan have ended, under one command: index pages, folders of letters with their index.

    Outcomes of jobs that this failed for, in place of the earlier ones.
    """
    raise NotImplementedError
