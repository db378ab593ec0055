"""One run of a notebook through papermill: the executed notebook with the values it was given, or why there is none."""

from __future__ import annotations

import json
import pprint
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.kit import quick_nbformat
from jixiao.kit.errors import Fault, ParameterError, one_line
from jixiao.kit.progress import Progress
from jixiao.report.notebook_form import (
    DECLARED,
    INJECTED,
    check_form,
    first_line,
    read_notebook,
    require_file,
)
from jixiao.running.kernel import Kernel
from jixiao.running.limits import LIMITS, Limits
from jixiao.running.verdict import Record, faults_of_text, judge

if TYPE_CHECKING:
    from nbformat import NotebookNode


def run(
    notebook: Path,
    values: Mapping[str, object],
    scratch: Path,
    deadline: float,
    progress: Progress,
    kernel: Kernel | None = None,
    limits: Limits = LIMITS,
    written: Sequence[tuple[int, Fault]] = (),
    *,
    keep: bool = True,
) -> NotebookNode:
    """Execute `notebook` with the `values` of its parameters in a fresh process of this interpreter within `deadline` seconds.

    It is a shell in a forked process where one can be forked from here (`warm.ready`), else a kernel; both give the same.
    The file itself is never changed; its folder is the working directory. `executed_path` names the executed notebook in
    `scratch`, after an error too; a complete one is left there only to `keep` it. NotebookError and ParameterError come
    before the first cell; after it the input error that a cell raised (see `verdict.input_error`), or RunError for all else.
    `kernel` is one `started` for this run, with limits of its own; it is closed at the end like the run's own.
    A run goes on past what is wrong with a text; at the end ProseError tells it all, with what was `written` wrong
    (cell numbers and faults) before the run, in the order of the cells.
    """
    with started(notebook, scratch, limits=limits) if kernel is None else kernel as kernel:
        timer = kernel.expire_after(deadline)
        try:
            record = _run(kernel, notebook, values, executed_path(notebook, scratch), progress, keep)
        finally:
            timer.cancel()
            timer.join()  # a thread would stand against forking the next run
        told = sorted([*written, *faults_of_text(record, notebook)], key=lambda one: one[0])
        judge(record, kernel, deadline, notebook, [fault for _, fault in told])
        _check_unchanged(values, record.effective, notebook)
    return record.notebook


@contextmanager
def started(
    notebook: Path, scratch: Path, preload: Sequence[str] = (), limits: Limits = LIMITS
) -> Iterator[Kernel]:
    """A kernel for one run of `notebook`, which imports the modules `preload` while the caller does other work."""
    require_file(notebook)
    scratch.mkdir(parents=True, exist_ok=True)
    folder = notebook.resolve().parent
    with _ending_on_signals(), Kernel(folder, scratch / "kernel.log", preload, limits) as kernel:
        yield kernel


def executed_path(notebook: Path, scratch: Path) -> Path:
    """The file in `scratch` where a run leaves the executed notebook, complete or failed."""
    return scratch / notebook.name


def _run(
    kernel: Kernel,
    path: Path,
    values: Mapping[str, object],
    output: Path,
    progress: Progress,
    keep: bool,
) -> Record:
    notebook = read_notebook(path)
    check_form(notebook, values, path)
    if kernel.pipes is None:
        from jixiao.running import session as way
    else:
        from jixiao.running import shell_session as way

    output.unlink(missing_ok=True)
    record = Record(lambda done, total, source: progress.step("运行", done, total, first_line(source)))
    way.execute(_injected(notebook, values), kernel, output if keep else None, record, values)
    if not output.exists() and record.notebook is not None and (keep or record.stopped_by is not None):
        quick_nbformat.load().write(record.notebook, output)
    return record


def _injected(notebook: NotebookNode, values: Mapping[str, object]) -> NotebookNode:
    """`notebook` with the cell of values behind the one that declares them, as Python literals.

    papermill's own rendering escapes Chinese text and takes values it does not know for text.
    """
    from nbformat.v4 import new_code_cell

    lines = [
        f"{name} = {pprint.pformat(value, width=100, sort_dicts=False)}" for name, value in values.items()
    ]
    cell = new_code_cell("\n".join(["# Parameters", *lines]), metadata={"tags": [INJECTED]})
    declaring = next(n for n, old in enumerate(notebook.cells) if DECLARED in old.metadata.get("tags", ()))
    notebook.cells.insert(declaring + 1, cell)
    return notebook


def _check_unchanged(passed: Mapping[str, object], effective: Mapping[str, str | None], path: Path) -> None:
    faults = []
    for name, value in passed.items():
        expected = json.dumps(value, ensure_ascii=False)
        found = effective.get(name)
        if found != expected:
            now = "已不存在" if found is None else f"已成 {one_line(found, 80)}"
            faults.append(Fault(f"{path.name} 参数 {name}", f"运行中被改变，{now}", one_line(expected, 80)))
    if faults:
        raise ParameterError(*faults)


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP leave by way of an exception, so that no kernel and no folder stays behind."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    found = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    mine = [number for number, handler in found.items() if handler is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        mine = []
    try:
        for number in mine:
            signal.signal(number, _leave)
        yield
    finally:
        for number in mine:
            signal.signal(number, found[number])


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)
