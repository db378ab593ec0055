"""papermill on a kernel that already runs; what each cell did is written to a record."""

from __future__ import annotations

import ast
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from queue import Empty

from jixiao.kit import quick_nbformat
from jixiao.running.kernel import Kernel
from jixiao.running.limits import Excess
from jixiao.running.verdict import Record

nbformat = quick_nbformat.load()  # before papermill imports it

from jupyter_client.asynchronous import AsyncKernelClient  # noqa: E402
from jupyter_client.channels import AsyncZMQSocketChannel  # noqa: E402
from jupyter_client.manager import AsyncKernelManager  # noqa: E402
from jupyter_client.provisioning import LocalProvisioner  # noqa: E402
from jupyter_core.utils import run_sync  # noqa: E402
from papermill import execute_notebook  # noqa: E402
from papermill.engines import NBClientEngine, papermill_engines  # noqa: E402
from traitlets import Type  # noqa: E402
from zmq import EVENT_DISCONNECTED  # noqa: E402
from zmq.asyncio import Socket  # noqa: E402

_ENGINE = "jixiao"
_START = 120  # seconds a kernel may take to answer
_REPLY = 30  # seconds it may take to give the parameters back

# papermill and nbclient log each failure beside raising it; the user is told once, by the fault.
logging.getLogger("papermill").addHandler(logging.NullHandler())
logging.getLogger("papermill").propagate = False


class Engine(NBClientEngine):
    """papermill's own engine; it shows the notebook it manages to the record before the first cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, record: Record, **settings) -> None:
        """Execute all cells; papermill calls this."""
        nb_man.nb.metadata.papermill["input_path"] = None  # else the notebook once more, for a node was given
        record.begin(nb_man.nb)
        super().execute_managed_notebook(nb_man, kernel_name, **settings)


papermill_engines.register(_ENGINE, Engine)


class Channel(AsyncZMQSocketChannel):
    """A channel that counts what it receives, and gives no more once that is too much."""

    count: Callable[[int], None]

    async def _recv(self, **settings):
        parts = await self.socket.recv_multipart(**settings)
        self.count(sum(map(len, parts)))
        return self.session.deserialize(self.session.feed_identities(parts)[1])


class Client(AsyncKernelClient):
    """A client that is ready once it hears the kernel; jupyter_client waits a fifth of a second more.

    It receives no more than the kernel's limit of output: a message that is larger alone is not even taken in, the system
    of sockets hangs up on whoever sends it.
    """

    shell_channel_class = Type(Channel)
    iopub_channel_class = Type(Channel)
    kernel: Kernel
    received = 0
    _hung_up: Sequence[Socket] = ()

    def listen_to(self, kernel: Kernel) -> None:
        """Connect to `kernel`, and count against its limit."""
        self.kernel = kernel
        self.context.maxmsgsize = kernel.limits.output
        channels = (self.shell_channel, self.iopub_channel)
        for channel in channels:
            channel.count = self._count
        self._hung_up = [channel.socket.get_monitor_socket(EVENT_DISCONNECTED) for channel in channels]

    def _count(self, size: int) -> None:
        self.received += size
        if self.received > self.kernel.limits.output:
            self.kernel.stop_for(Excess.OUTPUT)
            raise RuntimeError("too much output")

    async def is_alive(self) -> bool:
        """Whether the kernel runs and has not been hung up on, which only happens for a message that is too large."""
        hung_up = any([await socket.poll(0) for socket in self._hung_up])
        if hung_up and self.kernel.excess is None and self.kernel.ended() is None:
            self.kernel.stop_for(Excess.OUTPUT)
        return await super().is_alive()

    def leave(self) -> None:
        """Close all sockets."""
        for channel in (self.shell_channel, self.iopub_channel):
            if channel.is_alive():  # nbclient closes them itself after an error
                channel.socket.disable_monitor()
        for socket in self._hung_up:
            socket.close(linger=0)
        self.stop_channels()
        self.context.destroy(linger=0)

    def start_channels(self, shell=True, iopub=True, stdin=False, hb=False, control=False) -> None:
        """Connect the two channels that a run uses."""
        super().start_channels(shell, iopub, stdin=False, hb=False, control=False)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return once broadcasts and replies of the kernel arrive; RuntimeError when it is dead."""
        end = time.monotonic() + (timeout or _START)
        while not await self._answers():
            if time.monotonic() > end or not await self.is_alive():
                raise RuntimeError("the kernel does not answer")

    async def evaluate(self, expressions: dict[str, str]) -> dict[str, dict]:
        """The kernel's answers to `expressions` by name."""
        asked = {"silent": True, "user_expressions": expressions, "reply": True, "timeout": _REPLY}
        return (await self.execute("", **asked))["content"].get("user_expressions", {})

    async def _answers(self) -> bool:
        self.kernel_info()
        try:
            await self.get_iopub_msg(timeout=1)
            await self.get_shell_msg(timeout=1)
        except Empty:
            return False
        return True


class Manager(AsyncKernelManager):
    """The manager of a kernel started elsewhere, with one client for papermill and for us."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(connection_file=str(kernel.connection_file), client_class=f"{__name__}.Client")
        self.load_connection_file()
        self.provisioner = LocalProvisioner()
        self.provisioner.process = kernel.process
        self.provisioner.pid = self.provisioner.pgid = kernel.process.pid
        self._kernel = kernel
        self._only: Client | None = None

    def client(self, **settings) -> Client:
        """The client, connected as soon as the kernel listens."""
        end = time.monotonic() + _START
        while not self._kernel.listening and self._kernel.process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        if self._only is None:
            self._only = super().client(**settings)
            self._only.listen_to(self._kernel)
        return self._only

    def values(self, names: Iterable[str]) -> dict[str, str | None]:
        """name -> its value in the kernel as JSON text; None for one that is gone or no longer fits JSON."""
        given = asked(names)
        return texts(given, run_sync(self._only.evaluate)(given))

    def leave(self) -> None:
        """Close the connection."""
        if self._only is not None:
            self._only.leave()


def execute(notebook, kernel: Kernel, output: Path, record: Record, names: Iterable[str]) -> None:
    """Run all cells and write the notebook to `output`; whatever goes wrong is left in `record`."""
    manager = Manager(kernel)
    settings = {
        "raise_on_iopub_timeout": True,
        "record_timing": False,
        "on_cell_start": record.enter,
        "on_cell_executed": record.answer,
    }
    try:
        papermill(notebook, output, _ENGINE, km=manager, record=record, **settings)
        record.effective = manager.values(names)
    except Exception as error:
        record.stopped_by = error
    finally:
        manager.leave()


def papermill(notebook, output: Path, engine: str, **settings) -> None:
    """Let papermill execute `notebook` by the engine of that name, and write it to `output`."""
    execute_notebook(
        notebook,
        _literal(output),
        kernel_name="python3",
        engine_name=engine,
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        **settings,
    )


def asked(names: Iterable[str]) -> dict[str, str]:
    """name -> the expression whose value is that of the name as JSON text."""
    return {name: f"__import__('json').dumps({name}, ensure_ascii=False)" for name in names}


def texts(names: Iterable[str], given: Mapping[str, dict]) -> dict[str, str | None]:
    """name -> the JSON text that a kernel gave for its expression, None for an error."""
    return {name: _text(given.get(name, {})) for name in names}


def _literal(path: Path) -> str:
    """`path` for papermill, which fills in parameters between braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _text(answer: dict) -> str | None:
    return ast.literal_eval(answer["data"]["text/plain"]) if answer.get("status") == "ok" else None
