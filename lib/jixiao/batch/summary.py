"""The summary of a batch: a page to look at, a workbook to sort, and JSON for programs."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.archive import failed_run
from jixiao.archive.publication import INTERNAL, PUBLIC, Publication
from jixiao.archive.published_folder import LETTERS
from jixiao.batch.jobs import Job, Outcome, State
from jixiao.batch.plan import HERE, Plan
from jixiao.kit import places, workbooks
from jixiao.kit.errors import JixiaoError
from jixiao.kit.sealed import rendered
from jixiao.kit.workbooks import HEAD, Book, Page, Style, across, cell
from jixiao.letters import index
from jixiao.press.page import batch_page
from jixiao.press.page.batch_page import Group, Head, Shown
from jixiao.running.limits import MB

PAGE = "index.html"
WORKBOOK = "summary.xlsx"
RECORD = "summary.json"
NOT_RUN = "没有运行"
_FOOTER = '&C&"宋体"&9 第 &P 页，共 &N 页'
_FILLS = {State.FAILED: "#F4B183", State.EMPTY: "#FFF2CC"}
Pair = tuple[Job, Outcome | None]


@dataclass(frozen=True)
class Summary:
    """Each job of a plan with what became of it (None: it did not run), and from when to when."""

    plan: Plan
    jobs: tuple[Pair, ...]
    began: dt.datetime
    ended: dt.datetime

    def of(self, state: State | None) -> list[Pair]:
        """The jobs in a state; None for those that did not run."""
        return [pair for pair in self.jobs if (pair[1].state if pair[1] else None) is state]

    @property
    def failed(self) -> list[Outcome]:
        """What failed."""
        return [outcome for _, outcome in self.of(State.FAILED) if outcome]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many there are of each state, in the words of messages; the states that none has are left out."""
        states = (State.FAILED, None, State.EMPTY, State.DONE, State.UNCHANGED)
        found = [(state.words if state else NOT_RUN, len(self.of(state))) for state in states]
        return [(words, number) for words, number in found if number]

    def in_words(self) -> str:
        """The counts in a line."""
        return "，".join([f"共 {len(self.jobs)} 份", *(f"{words} {number}" for words, number in self.counts)])


def write(summary: Summary, folder: Path) -> None:
    """Write the three files of a summary into `folder`."""
    links = _Links(summary.plan, folder)
    places.write_whole(folder / RECORD, rendered(_record(summary, links)))
    places.write_whole(folder / WORKBOOK, _workbook(summary))
    places.write_whole(folder / PAGE, _page(summary, links).encode())


class _Links:
    """Where the files of jobs lie, as addresses from the folder of the summary; each index of letters is read once."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._letters: dict[tuple[str, int], Mapping[tuple[str, bool], Sequence[str]]] = {}

    def of(self, job: Job, outcome: Outcome | None) -> list[tuple[str, str]]:
        """Address and words of each file of a job that is there to be looked at."""
        if not job.year or not job.notebook or "://" in job.kit:
            return []
        root = places.resolved(self._plan.base / job.kit)
        found = self._letter(job, root) if job.is_letter else _report(job, root, outcome)
        return [(address, words) for path, words in found if (address := self._address(path))]

    def _letter(self, job: Job, root: Path) -> Iterator[tuple[Path, str]]:
        folder = Publication(root, job.year).folder / LETTERS
        key = (job.kit, job.year)
        if key not in self._letters:
            self._letters[key] = _files_of_letters(folder)
        for name in self._letters[key].get((job.unit, job.below), ()):
            yield folder / name, Path(name).suffix[1:].upper()

    def _address(self, path: Path) -> str:
        """The way from the folder to a file; "" where none leads there or the file is not there."""
        try:
            return Path(os.path.relpath(path, self._folder)).as_posix() if path.is_file() else ""
        except ValueError:  # on another drive
            return ""


def _files_of_letters(folder: Path) -> dict[tuple[str, bool], Sequence[str]]:
    path = folder / index.RECORD
    try:
        entries = index.read({index.RECORD: path.read_bytes()} if path.is_file() else {}, LETTERS)
    except JixiaoError:  # the next command that writes letters says so
        return {}
    return {(one.unit, one.below): one.files for one in entries}


def _report(job: Job, root: Path, outcome: Outcome | None) -> Iterator[tuple[Path, str]]:
    publication = Publication(root, job.year, job.notebook, variant=job.variant)
    if outcome is not None and outcome.state is State.FAILED:
        failed = publication.folder.with_name(f"{publication.name}{failed_run.SUFFIX}")
        yield failed / f"{job.notebook}.ipynb", "失败的笔记本"
        yield publication.folder / INTERNAL / f"{job.notebook}.html", "以前的内部版"
        return
    yield publication.folder / PUBLIC / f"{job.notebook}.html", "公开版"
    yield publication.folder / PUBLIC / f"{job.notebook}.pdf", "PDF"
    yield publication.folder / PUBLIC / f"{job.notebook}.docx", "DOCX"
    yield publication.folder / INTERNAL / f"{job.notebook}.html", "内部版"


def _record(summary: Summary, links: _Links) -> dict[str, Any]:
    return {
        "plan": summary.plan.name,
        "began": summary.began.isoformat(timespec="seconds"),
        "ended": summary.ended.isoformat(timespec="seconds"),
        "jobs": len(summary.jobs),
        "counts": dict(Counter(_code(outcome) for _, outcome in summary.jobs)),
        "outcomes": [_described(job, outcome, links) for job, outcome in summary.jobs],
    }


def _described(job: Job, outcome: Outcome | None, links: _Links) -> dict[str, Any]:
    said = outcome.as_json() if outcome else {"job": job.as_json()}
    faults = [*map(str, outcome.faults)] if outcome else []
    files = [address for address, _ in links.of(job, outcome)]
    return {"name": job.name, **said, "state": _code(outcome), "lines": faults, "files": files}


def _code(outcome: Outcome | None) -> str:
    return outcome.state.code if outcome else "not_run"


def _page(summary: Summary, links: _Links) -> str:
    def shown(pairs: Iterable[Pair]) -> list[Shown]:
        return [
            Shown(
                job.name,
                _about(outcome),
                [*map(str, outcome.faults)] if outcome else [],
                outcome.told if outcome else [],
                links.of(job, outcome),
            )
            for job, outcome in pairs
        ]

    head = Head(
        f"批量运行：{summary.plan.name}", [_when(summary)], [("共", len(summary.jobs)), *summary.counts]
    )
    groups = [Group(State.FAILED.words, True, shown(summary.of(State.FAILED)))]
    groups.append(Group(NOT_RUN, False, shown(summary.of(None))))
    groups.append(Group(State.EMPTY.words, False, shown(summary.of(State.EMPTY))))
    there: dict[str, list[Pair]] = {}
    for pair in summary.jobs:
        if pair[1] and pair[1].state in (State.DONE, State.UNCHANGED):
            there.setdefault(_heading(pair[0]), []).append(pair)
    groups += [Group(heading, False, shown(pairs)) for heading, pairs in there.items()]
    return batch_page.to_html(head, [group for group in groups if group.jobs])


def _heading(job: Job) -> str:
    kit = "" if job.kit == HERE else f"{job.kit}　"
    return f"{kit}{job.year} 工作年度"


def _when(summary: Summary) -> str:
    form = "%Y-%m-%d %H:%M"
    return f"{summary.began:{form}} 至 {summary.ended:{form}}"


def _about(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    memory = f"内存 {outcome.peak / MB:.0f} MB" if outcome.peak else ""
    time = f"用时 {outcome.seconds:.1f} 秒" if outcome.seconds else ""
    return "　".join(filter(None, (outcome.state.words, time, memory)))


_COLUMNS: Sequence[tuple[str, float, Callable[[Job, Outcome], Any]]] = (
    ("文件夹", 20, lambda job, _: "" if job.kit == HERE else job.kit),
    ("年度", 7, lambda job, _: str(job.year or "")),
    ("笔记本", 22, lambda job, _: job.notebook),
    ("变体", 10, lambda job, _: job.variant),
    ("单位", 12, lambda job, _: f"{job.unit}{'（含所属单位）' if job.below else ''}"),
    ("用时（秒）", 9, lambda _, one: Decimal(f"{one.seconds:.1f}") if one.seconds else ""),
    ("内存（MB）", 9, lambda _, one: Decimal(one.peak // MB) if one.peak else ""),
    ("失败的原因", 60, lambda _, one: "\n".join(map(str, one.faults))),
    ("提示", 40, lambda _, one: "\n".join(one.told)),
)


def _workbook(summary: Summary) -> bytes:
    def build(book: Book) -> None:
        _front(book.sheet("汇总", (16, 10, 44)), summary)
        _all(book.sheet("各项", (10, *(width for _, width, _ in _COLUMNS))), summary)

    title = f"批量运行：{summary.plan.name}"
    return workbooks.workbook(build, title=title, author="", day=summary.ended.date())


def _front(page: Page, summary: Summary) -> None:
    page.put_across(
        0, f"批量运行：{summary.plan.name}", least=34, font_name=HEAD, font_size=16, align="center"
    )
    page.put_across(1, _when(summary), least=20, align="center")
    for row, (words, number) in enumerate((("共", len(summary.jobs)), *summary.counts), 3):
        page.put(cell(row, 0), words, least=20, border=1, align="center", font_name=HEAD)
        page.put(cell(row, 1), Decimal(number), border=1, align="center")
    page.put(across(4 + len(summary.counts), 0, 2), "各项见第二张表，失败的在前。", font_size=9)
    page.finish(footer=_FOOTER)


def _all(page: Page, summary: Summary) -> None:
    """A row for each job, those that failed first."""
    order = (State.FAILED, None, State.EMPTY, State.DONE, State.UNCHANGED)
    pairs = [pair for state in order for pair in summary.of(state)]
    page.heads(0, ["状态", *(name for name, _, _ in _COLUMNS)], len(pairs), "各项")
    for row, (job, outcome) in enumerate(pairs, 1):
        known = outcome or Outcome(job, State.FAILED)
        state = outcome.state if outcome else None
        fill: Style = {"bg_color": _FILLS[state]} if state in _FILLS else {}
        top: Style = {"valign": "top"}
        page.put(cell(row, 0), state.words if state else NOT_RUN, **top, **fill)
        for column, (_, _, value) in enumerate(_COLUMNS, 1):
            page.put(cell(row, column), value(job, known), **top)
    page.raw.freeze_panes(1, 1)
    page.finish(footer=_FOOTER, repeat=(0, 0), landscape=True)
