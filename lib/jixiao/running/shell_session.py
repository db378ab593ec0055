"""A notebook run by a shell in a forked process; what each cell did is written to a record.

What becomes of a message is told by nbclient, and how a failed notebook is marked by papermill, as on a kernel.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from jixiao.running import session  # first: it makes papermill ready

# isort: split

from ipykernel.ipkernel import IPythonKernel
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.execute import raise_for_execution_errors
from papermill.log import logger

from jixiao.kit import quick_nbformat
from jixiao.running.kernel import Kernel
from jixiao.running.limits import Excess
from jixiao.running.shell import REPLY
from jixiao.running.verdict import Record

_PIECE = 1 << 20  # bytes that are read at once
_TICK = 0.1  # seconds between two looks whether the process has ended
_PATIENCE = 10.0  # seconds until a process whose pipe is closed has ended


class Talk:
    """What is asked of a forked shell, and the messages that it answers with, up to the kernel's limit of output."""

    def __init__(self, kernel: Kernel) -> None:
        assert kernel.pipes is not None
        self._kernel = kernel
        self._requests, self._answers = kernel.pipes
        self._received = 0
        self._arriving: list[bytes] = []  # pieces of a line that has not ended
        self._arrived: deque[bytes] = deque()

    def answers(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The messages that answer a request, the reply last; DeadKernelError where the process ends before."""
        self._ask(json.dumps(request).encode() + b"\n")
        while (line := self._line()) is not None:
            message = json.loads(line.decode(errors="replace"))
            yield message
            if message["type"] == REPLY:
                return
        raise self._dead()

    def _ask(self, line: bytes) -> None:
        try:
            while line:
                line = line[os.write(self._requests, line) :]
        except BrokenPipeError:
            raise self._dead() from None

    def _line(self) -> bytes | None:
        """The line that arrives next, None once the process has ended."""
        while not self._arrived:
            if not (piece := self._piece()):
                return None
            first, *others = piece.split(b"\n")
            self._arriving.append(first)
            for other in others:
                self._arrived.append(b"".join(self._arriving))
                self._arriving = [other]
        return self._arrived.popleft()

    def _piece(self) -> bytes:
        """What arrives next, b"" once the process has ended; RuntimeError where it is more than may come."""
        while not self._there(_TICK):
            if self._kernel.ended() is not None and not self._there(0):
                return b""
        piece = os.read(self._answers, _PIECE)
        self._received += len(piece)
        if self._received > self._kernel.limits.output:
            self._kernel.stop_for(Excess.OUTPUT)
            raise RuntimeError("too much output")
        return piece

    def _there(self, seconds: float) -> bool:
        return bool(select.select([self._answers], [], [], seconds)[0])

    def _dead(self) -> DeadKernelError:
        """The error of a process that has ended, once it has."""
        with suppress(subprocess.TimeoutExpired):
            self._kernel.process.wait(_PATIENCE)
        return DeadKernelError("Kernel died")


class Client(NotebookClient):
    """nbclient's client of a kernel: what becomes of messages is its own, cells and replies go by pipe."""

    def __init__(self, notebook, record: Record, talk: Talk) -> None:
        super().__init__(
            notebook, on_cell_start=record.enter, on_cell_executed=record.answer, record_timing=False
        )
        self.log = logger
        self._talk = talk

    def run(self) -> None:
        """Execute the cells, up to the first that fails and may not."""
        self.reset_execution_trackers()
        for index, cell in enumerate(self.nb.cells):
            try:
                self.execute_cell(cell, index)
            except CellExecutionError:
                cell.metadata["papermill"] = {"exception": True}
                break
        self.nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        self.set_widgets_metadata()

    def execute_cell(self, cell, cell_index, *_, **__):
        """Execute a cell, or pass over one that a kernel would not be given."""
        self.on_cell_start(cell=cell, cell_index=cell_index)
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        self.code_cells_executed += 1
        cell.outputs = []
        self.clear_before_next_output = False
        for message in self._talk.answers({"code": cell.source}):
            kind = message["type"]
            if kind == REPLY:
                reply = {"content": message["content"]}
            else:
                as_received = {"msg_type": kind, "header": {"msg_type": kind}, "parent_header": {}}
                self.process_message({**as_received, "content": message["content"]}, cell, cell_index)
        self.on_cell_executed(cell=cell, cell_index=cell_index, execute_reply=reply)
        if reply["content"]["status"] == "error":
            run_sync(self._check_raise_for_error)(cell, cell_index, reply)
        return cell


def execute(notebook, kernel: Kernel, output: Path | None, record: Record, names: Iterable[str]) -> None:
    """Run all cells and write the notebook to `output`, if there is one; whatever goes wrong is left in `record`."""
    talk = Talk(kernel)
    record.begin(notebook)
    try:
        Client(notebook, record, talk).run()
        raise_for_execution_errors(notebook, None if output is None else str(output))
        if output is not None:
            quick_nbformat.load().write(notebook, output)
        record.effective = _values(talk, names)
    except Exception as error:
        record.stopped_by = error


def _values(talk: Talk, names: Iterable[str]) -> dict[str, str | None]:
    """name -> its value in the shell as JSON text; None for one that is gone or no longer fits JSON."""
    asked = session.asked(names)
    *_, reply = talk.answers({"expressions": asked})
    return session.texts(asked, reply["content"])
