"""The rounds of a preview: after each save the page is made anew, by a kernel that has been waiting for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from watchfiles import Change, watch

from jixiao.archive import build
from jixiao.archive.publication import Publication
from jixiao.figures import closings
from jixiao.kit import places
from jixiao.kit.errors import Fault, JixiaoError
from jixiao.kit.private_folders import private_folder
from jixiao.kit.progress import Progress

_WATCHED = ("notebooks", "params", "data")
_KINDS = (".yml", ".csv")  # of files beside the notebook
_TOGETHER = 50  # milliseconds of quiet after a save before a round begins
_LOOK = 200  # milliseconds without a save after which the watcher says that there was none


@dataclass(frozen=True)
class Round:
    """What came of one round: a page with its remarks, or, where there is none, the faults."""

    html: str | None = None
    remarks: Sequence[str] = ()
    faults: Sequence[Fault] = ()


def rounds(
    publication: Publication, progress: Progress, begun: Callable[[], None]
) -> Generator[Round, None, None]:
    """A round at once, and one after each save; saves during a round lead to one more. `begun` is called as one begins.

    The kernel of a round starts when the round before is over: only the cells remain to be run when a file is saved.
    """
    saved = _saves(publication)
    next(saved)
    first = True
    while True:
        with private_folder() as scratch, build.kernel_of(publication, scratch) as kernel:
            if not first:
                next(saved)
            first = False
            begun()
            try:
                page = build.page(replace(publication), scratch, progress, kernel)
                found = Round(page.html, (*_closed(publication), *page.remarks))
            except JixiaoError as error:
                found = Round(faults=error.faults)
            except OSError as error:
                found = Round(faults=[places.refused(error)])
            yield found


def _closed(publication: Publication) -> Iterator[str]:
    """That what is closed is not made from the files that are shown here."""
    entry = closings.read(publication.root, publication.year, publication.id)
    if entry:
        since = f"{publication.label}已于 {entry['day']} 封存，{publication.command('report')} 用封存时的文件"
        yield f"{since}；这里是现在的，要发布的加 --reopen 写明理由"


def _saves(publication: Publication) -> Iterator[None]:
    """Something at once, when files are watched, and then each time that some were saved since it was last asked."""
    notebook = publication.notebook

    def counts(_: Change, name: str) -> bool:
        path = Path(name)
        hidden = any(part.startswith(".") for part in path.relative_to(publication.root).parts)
        return not hidden and (path == notebook or path.suffix.lower() in _KINDS)

    folders = [publication.root / name for name in _WATCHED]
    watching = watch(*folders, watch_filter=counts, step=_TOGETHER, rust_timeout=_LOOK, yield_on_timeout=True)
    next(watching)  # what is saved from here on is noted
    yield
    yield from (None for changes in watching if changes)
