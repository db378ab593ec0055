"""Our own definition of a complete run: from what each cell did to the faults that a user is told."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.kit import errors
from jixiao.kit.errors import Fault, JixiaoError, ProseError, RunError, one_line
from jixiao.report import mimes
from jixiao.report.notebook_form import INJECTED, place

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from jixiao.running.kernel import Kernel
    from jixiao.running.limits import Excess, Limits

_INPUT_ERRORS = (
    errors.ParameterError,
    errors.PolicyError,
    errors.TableError,
    errors.PlaceError,
    errors.ProseError,
)
_NOT_RUN = "未运行"
_MENDED = {
    "SystemExit": "删去 sys.exit() 一类的语句：它让其后的单元格都不再运行",
    "CalledProcessError": "在终端里单独运行这条命令，看它为什么失败",
    "MemoryError": "减少一次读入的数据，或换内存更大的机器",
    "ModuleNotFoundError": "按 README 安装依赖后重试",
    "PermissionError": "只写临时文件（tempfile）：运行时报告工具的文件只读，别的进程也不能动",
    "StdinNotImplementedError": "不用 input()：运行时没有人回答",
}
_MEND_CELL = "在 JupyterLab 里打开失败的笔记本，从这个单元格查起"


@dataclass
class Record:
    """What a run did: its cells, the one it is at, the kernel's reply to each, and what broke it off."""

    entered: Callable[[int, int, str], None]
    cells: list[NotebookNode] = field(default_factory=list)
    notebook: NotebookNode | None = None
    current: int | None = None
    replies: dict[int, dict] = field(default_factory=dict)
    effective: dict[str, str | None] = field(default_factory=dict)  # parameters after the last cell, as JSON
    stopped_by: Exception | None = None

    def begin(self, notebook: NotebookNode) -> None:
        """Keep the notebook and its cells: papermill adds others where it reports an error."""
        self.notebook, self.cells = notebook, list(notebook.cells)

    def enter(self, cell: NotebookNode, cell_index: int) -> None:
        """Note the cell that the run comes to."""
        if not _is_code(cell):
            return
        self.current = cell_index
        counted = [_is_code(other) and not _is_injected(other) for other in self.cells]
        if counted[cell_index]:
            self.entered(sum(counted[: cell_index + 1]), sum(counted), cell.source)

    def answer(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        """Note the kernel's reply to a cell."""
        self.replies[cell_index] = execute_reply["content"]


def faults_of_text(record: Record, path: Path) -> Iterator[tuple[int, Fault]]:
    """Each fault of text that the run went on past, with the number of its cell and its place in the notebook."""
    for index, cell in enumerate(record.cells):
        outputs = cell.get("outputs", ())
        for said in (fault for output in outputs for fault in output.get("data", {}).get(mimes.FAULTS, ())):
            fault = Fault(**said)
            where = f"{_where(record, path, index)} {fault.place}"
            yield _number(record, index), replace(fault, place=where)


def judge(record: Record, kernel: Kernel, seconds: float, path: Path, told: Sequence[Fault] = ()) -> None:
    """Return for a complete run; else raise the input error that the notebook raised, or RunError.

    `told` are the faults of its text: they come first, and alone are a ProseError.
    """
    code = kernel.ended()
    if kernel.excess and not kernel.expired:
        excess = _too_much(record, kernel.excess, kernel.limits, path)
        raise RunError(*told, excess) from record.stopped_by
    errors_seen = list(_cell_errors(record))
    for index, ename, evalue in errors_seen:
        if error := input_error(ename, evalue, _where(record, path, index)):
            raise type(error)(*told, *error.faults)
    faults = [_cell_fault(record, path, index, ename, evalue) for index, ename, evalue in errors_seen]
    if kernel.expired:
        faults = [_timeout(record, path, seconds)]
    elif not faults:
        faults = list(_interruption(record, kernel, code, path)) or list(_skipped(record, path))
    if faults:
        raise RunError(*told, *faults) from record.stopped_by
    if told:
        raise ProseError(*told)


def input_error(ename: str, evalue: str, where: str) -> JixiaoError | None:
    """The error of our family that a kernel reported, where it blames the input; its text is the same.

    What is wrong with the text of a cell has its place in the notebook: there `where` comes first.
    """
    for family in _INPUT_ERRORS:
        if family.__name__ == ename:
            before = f"{where} " if family is errors.ProseError else ""
            parts = [line.partition("：") for line in evalue.splitlines() if line.strip()]
            return family(*(Fault(f"{before}{place}", found) for place, _, found in parts))
    return None


def _is_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


def _is_injected(cell: NotebookNode) -> bool:
    return INJECTED in cell.metadata.get("tags", ())


def _cell_errors(record: Record) -> Iterator[tuple[int, str, str]]:
    """Index, name and message of the first error of each failed cell, replied or shown."""
    for index, cell in enumerate(record.cells):
        reply = record.replies.get(index, {})
        shown = [output for output in cell.get("outputs", ()) if output.output_type == "error"]
        if shown:
            yield index, shown[0].ename, shown[0].evalue
        elif reply.get("status", "ok") != "ok":
            yield index, reply.get("ename", reply["status"]), reply.get("evalue", "")


def _where(record: Record, path: Path, index: int | None) -> str:
    """The place of a cell, numbered as in the notebook that the user edits."""
    if index is None:
        return path.name
    return place(path, _number(record, index), record.cells[index].source)


def _number(record: Record, index: int) -> int:
    """Which cell it is in the notebook that the user edits."""
    return sum(not _is_injected(cell) for cell in record.cells[: index + 1])


def _cell_fault(record: Record, path: Path, index: int, ename: str, evalue: str) -> Fault:
    kit = f"{path.resolve().parent.parent}{os.sep}"  # messages show paths relative to it
    found = f"{ename}: {one_line(evalue.replace(kit, ''), 300)}" if evalue else ename
    return Fault(_where(record, path, index), found, remedy=_MENDED.get(ename, _MEND_CELL))


def _timeout(record: Record, path: Path, seconds: float) -> Fault:
    found = f"超时：整本笔记本 {seconds:g} 秒内没有运行完，已终止"
    return Fault(_where(record, path, record.current), found, remedy="查这个单元格是否停不下来，或放宽时限")


def _too_much(record: Record, excess: Excess, limits: Limits, path: Path) -> Fault:
    found = f"{excess.words}超过 {limits.shown(excess)}，已终止"
    return Fault(_where(record, path, record.current), found, remedy=excess.remedy)


def _interruption(record: Record, kernel: Kernel, code: int | None, path: Path) -> Iterator[Fault]:
    """What broke the run off, where no cell reports an error: the kernel ended, or papermill gave up."""
    where = _where(record, path, record.current)
    if record.current is None and record.stopped_by is not None:
        said = one_line(kernel.last_words(), 200)
        yield Fault(
            path.name, f"内核没有启动{'（' + said + '）' if said else ''}", remedy="重新安装 ipykernel 后重试"
        )
    elif code is not None:
        yield Fault(where, *_ending(code))
    elif record.stopped_by is not None:
        found = f"{type(record.stopped_by).__name__}: {one_line(str(record.stopped_by), 200)}"
        yield Fault(where, found, remedy="减少这个单元格的输出后重试")


def _ending(code: int) -> tuple[str, str, str]:
    """What is found, expected and to be done for a kernel that ended with `code`."""
    if code >= 0:
        return f"内核自行退出（返回码 {code}）", "", "删去 exit、quit 或 os._exit 一类的语句"
    name = signal.Signals(-code).name
    if name == "SIGKILL":
        return f"内核被系统强行终止（{name}），是不是内存不足？", "", "减少一次读入的数据，或换内存更大的机器"
    return f"内核崩溃（{name}）", "", "单独运行这个单元格，查它用的程序库"


def _skipped(record: Record, path: Path) -> Iterator[Fault]:
    for index, cell in enumerate(record.cells):
        if _is_code(cell) and index not in record.replies:
            yield Fault(
                _where(record, path, index), _NOT_RUN, remedy="去掉让它跳过的标签（如 skip-execution）"
            )
