"""The notebook of a run in a shell of IPython, in a process that was forked for it: the outputs of a kernel, no sockets.

It is the shell of ipykernel with its displays, so that a cell gives the messages that a kernel would send; they go, a JSON
line each, into a pipe, and cells come out of another. `prepare` makes the shell in the process that forks, since that takes
longer than most cells; nothing runs in it there.
"""

from __future__ import annotations

import asyncio
import atexit
import builtins
import getpass
import io
import json
import os
import select
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.eventloops import enable_gui
from ipykernel.jsonutil import json_clean
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import ExecutionResult
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import Session
from traitlets.config import Config

from jixiao.running.options import OPTIONS

REPLY = "execute_reply"  # the message that ends those of a cell
_TICK = 0.2  # seconds after which printed text is sent on, as a kernel does
_PAUSE = 0.002  # seconds in which a program that prints on and on may gather some
_PIECE = 65_536  # bytes that are read, and characters that are kept, at once
_LONGEST_CELL = 1 << 30  # bytes of a request
_made: ZMQInteractiveShell | None = None


def prepare() -> None:
    """Make the shell that the runs forked from this process have; this process keeps its own `__main__` and the rest."""
    global _made
    main = sys.modules["__main__"]
    environment = dict(os.environ)
    names = set(vars(builtins))
    with tempfile.TemporaryDirectory() as folder:
        _made = ZMQInteractiveShell.instance(
            config=Config(OPTIONS), ipython_dir=folder, compiler_class=XCachingCompiler
        )
        extensions: Any = _made.extension_manager
        extensions.load_extension("storemagic")
    atexit.unregister(_made.atexit_operations)
    sys.modules["__main__"] = main
    os.environ.clear()
    os.environ.update(environment)
    for name in vars(builtins).keys() - names:
        delattr(builtins, name)
    del sys.ps1, sys.ps2


def be(environment: Mapping[str, str], requests: int, answers: int, preload: Sequence[str]) -> None:
    """Be the shell of a run: take cells from the pipe `requests` until it ends, and write messages to `answers`."""
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # that of the parent, which has another environment
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in preload:
        with suppress(Exception):
            __import__(name)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # random numbers of its own, as `random` has them after a fork
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    served = loop.create_task(_Run(environment, answers, loop).serve(requests))
    served.add_done_callback(lambda _: loop.stop())
    loop.run_forever()
    if served.done():
        served.result()  # an error of ours
    os._exit(0)  # also where the notebook asked to exit, upon which the shell stops the loop


class _Pipe(Session):
    """What the displays of the shell send messages with: a line of JSON each, into the pipe `answers`."""

    def __init__(self, answers: int) -> None:
        super().__init__(key=b"")
        self._answers = answers
        self._one_at_a_time = threading.Lock()

    def send(self, stream: object, msg_or_type: Any, content: Any = None, *_: object, **__: object) -> None:
        """Send a message, unless this is a process that the notebook forked: the shell is that of its parent."""
        if os.getpid() != self.pid:
            return
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content)
        line = self.pack({"type": message["header"]["msg_type"], "content": message["content"]}) + b"\n"
        with self._one_at_a_time:
            sent = 0
            while sent < len(line):
                sent += os.write(self._answers, line[sent : sent + _PIECE])


class _Printed(io.TextIOBase):
    """Standard output or error of the notebook: what Python prints, and what programs write to the file of this number."""

    encoding = "UTF-8"

    def __init__(self, pipe: _Pipe, name: str, number: int) -> None:
        self.name = name
        self._pipe = pipe
        self._owner = os.getpid()
        self._kept = io.StringIO()
        self._lock = threading.RLock()
        self._number = number
        self._outside = os.dup(number)  # the log, which a kernel gives to programs that ask for this file
        self.source, sink = os.pipe()
        os.dup2(sink, number)
        os.close(sink)
        os.set_blocking(self.source, False)

    def fileno(self) -> int:
        """The file of the log."""
        return self._outside

    def isatty(self) -> bool:
        """It is no terminal."""
        return False

    def writable(self) -> bool:
        """It takes text."""
        return True

    def write(self, text: str) -> int:
        """Keep `text` until it is sent; a process that the notebook forked hands it to its parent."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._owner:
            os.write(self._number, text.encode(errors="replace"))
            return len(text)
        with self._lock:
            self._take()
            self._kept.write(text)
            if self._kept.tell() > _PIECE:
                self._send()
        return len(text)

    def flush(self) -> None:
        """Send what was printed."""
        if os.getpid() == self._owner:
            with self._lock:
                self._take()
                self._send()

    def _take(self) -> None:
        """Take in what programs have written so far."""
        with suppress(BlockingIOError):
            while piece := os.read(self.source, _PIECE):
                self._kept.write(piece.decode(errors="replace"))
                if self._kept.tell() > _PIECE:
                    self._send()

    def _send(self) -> None:
        if text := self._kept.getvalue():
            self._kept = io.StringIO()
            with suppress(UnicodeEncodeError):  # half a character, at which a kernel too lets the text go
                self._pipe.send(None, "stream", {"name": self.name, "text": text})


class _Run:
    """The shell at work. To the shell it is the kernel, of which it asks for the loop of events alone."""

    eventloop: Any = None

    def __init__(self, environment: Mapping[str, str], answers: int, loop: asyncio.AbstractEventLoop) -> None:
        assert _made is not None
        self.shell = _made
        self.io_loop = loop
        self._pipe = _Pipe(answers)
        sys.stdout = _Printed(self._pipe, "stdout", 1)
        sys.stderr = _Printed(self._pipe, "stderr", 2)
        self._settle(environment["IPYTHONDIR"])
        threading.Thread(target=_watch, args=[(sys.stdout, sys.stderr)], daemon=True).start()

    def _settle(self, folder: str) -> None:
        """Give the shell what is of this process: folder, `__main__`, names, displays that send."""
        shell = self.shell
        shell.ipython_dir = folder
        shell.profile_dir = ProfileDir.create_profile_dir_by_name(folder, "default")
        shell.init_environment()
        shell.init_builtins()
        shell.init_prompts()
        sys.modules["__main__"] = shell.user_module
        _like_a_kernel(sys.path)
        shell.kernel = self
        vars(shell)["enable_gui"] = lambda gui=None: enable_gui(gui, self)
        for shown, topic in ((shell.displayhook, b"execute_result"), (shell.display_pub, b"display_data")):
            shown.session = self._pipe
            shown.topic = topic

    async def serve(self, requests: int) -> None:
        """Answer requests until there are no more, or the notebook asked to exit."""
        reader = asyncio.StreamReader(limit=_LONGEST_CELL)
        pipe = os.fdopen(requests, "rb", buffering=0)
        await self.io_loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        while line := await reader.readline():
            request = json.loads(line)
            if "code" in request:
                reply = await self._cell(request["code"])
            else:
                reply = self.shell.user_expressions(request["expressions"])
            sys.stdout.flush()
            sys.stderr.flush()
            self._pipe.send(None, REPLY, json_clean(reply))

    async def _cell(self, code: str) -> dict[str, Any]:
        """Run a cell and give the reply of a kernel to it."""
        self._pipe.send(None, "execute_input", {"execution_count": self.shell.execution_count})
        read, asked = builtins.input, getpass.getpass
        builtins.input, getpass.getpass = _refusing("raw_input"), _refusing("getpass")
        try:
            result = await self._result(code)
        finally:
            builtins.input, getpass.getpass = read, asked
        reply: dict[str, Any] = {"status": "ok", "execution_count": self.shell.execution_count - 1}
        failed = getattr(self.shell, "_last_traceback_during_displayhook", False)
        if failed or not result.success:
            error = result.error_before_exec or result.error_in_exec
            traceback = self.shell._last_traceback or []
            reply |= {
                "status": "error",
                "ename": type(error).__name__,
                "evalue": str(error),
                "traceback": traceback,
            }
        payloads: Any = self.shell.payload_manager
        reply["payload"] = payloads.read_payload()
        payloads.clear_payload()
        return reply

    async def _result(self, code: str) -> ExecutionResult:
        """What became of a cell; one that awaits something shares the loop of events, as in a kernel."""
        shell = self.shell
        failed = None
        try:
            transformed = shell.transform_cell(code)
        except Exception:
            transformed = code
            failed = sys.exc_info()
        given = {"transformed_cell": transformed, "preprocessing_exc_tuple": failed}
        if not shell.should_run_async(code, **given):
            return shell.run_cell(code, store_history=True)
        result = None
        try:
            result = await asyncio.ensure_future(shell.run_cell_async(code, store_history=True, **given))
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
        return result


def _watch(printed: Sequence[_Printed]) -> None:
    """Send on what is printed while a cell goes on, and let no program wait until its output is taken."""
    while True:
        ready, _, _ = select.select([one.source for one in printed], [], [], _TICK)
        for one in printed:
            one.flush()
        if ready:
            time.sleep(_PAUSE)


def _refusing(name: str) -> Callable[..., str]:
    def refuse(*_: object, **__: object) -> str:
        raise StdinNotImplementedError(
            f"{name} was called, but this frontend does not support input requests."
        )

    return refuse


def _like_a_kernel(path: list[str]) -> None:
    """Look for modules where a kernel does: in the folder of the notebook before the installed ones, not beside the command."""
    if sys.flags.safe_path:
        return
    del path[0]  # the folder of the script that this process was, or where it began
    if "" not in path:
        installed = [
            number for number, one in enumerate(path) if Path(one).name in ("site-packages", "dist-packages")
        ]
        path.insert(installed[0] if installed else 0, "")
