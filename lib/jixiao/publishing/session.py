"""papermill on a kernel that already runs: the notebook goes in, each cell's reply and the notebook come out."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from papermill import execute_notebook
from papermill.engines import NBClientEngine, papermill_engines
from traitlets import Any

from jixiao.publishing.kernel import Kernel

_ENGINE = "jixiao"
_START = 120  # seconds a kernel may take to answer
_REPLY = 30  # seconds it may take to give the parameters back

# Papermill and nbclient log each failure beside raising it; the fault says it once, to the user.
logging.getLogger("papermill").addHandler(logging.NullHandler())
logging.getLogger("papermill").propagate = False


@dataclass
class Record:
    """What a run did: the notebook as executed, the cell it was at, and the kernel's reply to each cell."""

    notebook: NotebookNode | None = None
    current: int | None = None
    replies: dict[int, dict] = field(default_factory=dict)

    def begun(self, notebook: NotebookNode) -> None:
        """Keep the notebook that cells will be executed in."""
        self.notebook = notebook.copy()
        self.notebook.cells = list(notebook.cells)  # papermill adds cells when it reports an error

    def entered(self, cell: NotebookNode, cell_index: int) -> None:
        """Note the cell about to be executed."""
        self.current = cell_index

    def answered(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        """Note the reply to a cell."""
        self.replies[cell_index] = execute_reply["content"]


class Engine(NBClientEngine):
    """papermill's own engine, which gives away the notebook it manages before it starts."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, record, **settings) -> None:
        """Execute all cells; papermill calls this."""
        nb_man.nb.metadata.papermill["input_path"] = None  # else the whole notebook, as one was given
        record.begun(nb_man.nb)
        super().execute_managed_notebook(nb_man, kernel_name, **settings)


class Client(AsyncKernelClient):
    """A client without heartbeat that is ready as soon as it hears the kernel, not a fifth of a second later."""

    listening = Any()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return once both the replies and the broadcasts of the kernel arrive; RuntimeError if it is dead."""
        end = time.monotonic() + (timeout or _START)
        while not await self._answers():
            if not await self.is_alive() or time.monotonic() > end:
                raise RuntimeError("kernel did not start")

    async def _answers(self) -> bool:
        self.kernel_info()
        try:
            await self.get_iopub_msg(timeout=1)
            await self.get_shell_msg(timeout=1)
        except Empty:
            return False
        return True

    def start_channels(self, shell=True, iopub=True, stdin=False, hb=False, control=False) -> None:
        """Connect the two channels that a run uses."""
        super().start_channels(shell, iopub, stdin=False, hb=False, control=False)


class Session:
    """The connection to one kernel, as nbclient expects it of a kernel manager it does not own."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        provisioner = LocalProvisioner()
        provisioner.process, provisioner.pid, provisioner.pgid = kernel.process, kernel.process.pid, kernel.process.pid
        self._manager = AsyncKernelManager(connection_file=str(kernel.connection_file))
        self._manager.load_connection_file()
        self._manager.provisioner = provisioner
        self._manager.client_factory = Client
        self._client = None
