"""What runs the code of a notebook: a kernel or a forked shell of this very interpreter, under a guard that ends all with it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from jixiao.kit import places
from jixiao.kit.private_folders import MARK, end_marked, private_folder
from jixiao.report.notebook_form import GOES_ON
from jixiao.running import options, warm
from jixiao.running.limits import LIMITS, Excess, Limits

if os.name == "nt":
    guard: Any = None
else:
    from jixiao.running import guard

_LAST_WORDS = 10_000  # bytes at the end of the log that are looked at
_PATIENCE = 10.0  # seconds a guard may take to end what the kernel started
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
# IPython runs `!command` in a terminal of its own; processes share memory and locks in /dev/shm.
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/ptmx", "/dev/pts", "/dev/shm")
_PICTURES = "module://matplotlib_inline.backend_inline"  # shows each pyplot figure below its cell
_ROOT = places.ROOT_VARIABLE


class Kernel:
    """A running kernel in its own session under a guard, and its private folder (mode 0700).

    Where a process can be forked from this one (`warm.ready`), it is a shell in such a process, with two `pipes`, for
    what it is asked and for what it answers; else an IPython kernel, with sockets. `folder` is where the notebook's code
    works; `log` takes what the process prints outside of cells; `preload` names modules to import before it answers,
    while the driver is busy with imports of its own. `excess` is what it took too much of, by `limits`; `confined` tells
    whether it can change no file of the kit.
    """

    def __init__(self, folder: Path, log: Path, preload: Sequence[str] = (), limits: Limits = LIMITS) -> None:
        self.expired = False
        self.limits = limits
        self.excess: Excess | None = None
        self.confined = limits.kit_read_only and guard.landlock() >= guard.WHOLE if guard else False
        self._log = log
        self._left = ExitStack()
        try:
            self._home = self._left.enter_context(private_folder())
            self.connection_file = self._home / "c.json"
            self.pipes: tuple[int, int] | None = None
            self._status = -1
            environment = _environment(self._home)
            if guard is not None and warm.ready():
                settings = _settings(self._home, log, limits)
                self.process, self._status, *pipes = _forked(settings, environment, folder, log, preload)
                self.pipes = pipes[0], pipes[1]
                return
            _write_connection(self.connection_file, self._home)
            command = _command(self.connection_file, preload)
            if guard is None:
                self.process = _launched(command, environment, folder, log)
            else:
                settings = {**_settings(self._home, log, limits), "command": command}
                self.process, self._status = _guarded(settings, environment, folder, log)
        except BaseException:
            self._left.close()
            raise

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def listening(self) -> bool:
        """True once all sockets are there to connect to; a kernel on tcp is always said to listen."""
        return os.name == "nt" or all((self._home / f"s-{port}").exists() for port in range(1, 6))

    def expire_after(self, seconds: float) -> threading.Timer:
        """A started timer that kills the kernel with all it started `seconds` from now and sets `expired`."""
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        return timer

    def last_words(self) -> str:
        """The last line that the process printed outside of cells."""
        with suppress(OSError), self._log.open("rb") as file:
            file.seek(max(0, self._log.stat().st_size - _LAST_WORDS))
            lines = file.read().decode(errors="replace").split("\n")
            return next((line for line in reversed(lines) if line.strip()), "")
        return ""

    def stop_for(self, excess: Excess) -> None:
        """Kill the kernel with all it started, which took too much."""
        self.excess = excess
        self.kill()

    def kill(self) -> None:
        """Kill the kernel and all that it started; with a guard they end a moment later."""
        if guard is None:
            self.process.kill()
        elif self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()

    def ended(self) -> int | None:
        """The exit code, below 0 for a signal; None while the kernel runs. What the guard found too much is in `excess`."""
        code = self.process.poll()
        if code is not None and self._status >= 0:
            self._hear()
        return code

    def close(self) -> None:
        """Leave neither processes nor files behind; may be called twice."""
        if self.process.poll() is None:
            self.kill()
            try:
                self.process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._status >= 0:
            self._hear()
        for pipe in self.pipes or ():
            with suppress(OSError):
                os.close(pipe)
        self._left.close()

    def _hear(self) -> None:
        """Take in what the guard said at its end; where it was killed, end what it can no longer end."""
        said = os.read(self._status, 1000).decode().splitlines()
        os.close(self._status)
        self._status = -1
        if guard.CLEARED not in said:
            end_marked(self._home)
        elif said[0] and self.excess is None:
            self.excess = Excess[said[0]]

    def _expire(self) -> None:
        self.expired = True
        self.kill()


def _write_connection(file: Path, home: Path) -> None:
    if os.name == "nt":
        _write_tcp_connection(file)
        return
    ports = {f"{name}_port": n for n, name in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1)}
    known = {
        "transport": "ipc",
        "ip": str(home / "s"),
        "signature_scheme": "hmac-sha256",
        "kernel_name": "python3",
    }
    file.write_text(json.dumps({**known, **ports, "key": secrets.token_hex(32)}), encoding="ascii")


def _write_tcp_connection(file: Path) -> None:
    """Ports of the local machine with an encrypted transport, for systems without ipc sockets."""
    import zmq
    from jupyter_client.connect import write_connection_file

    keys = dict(zip(("curve_publickey", "curve_secretkey"), zmq.curve_keypair(), strict=True))
    write_connection_file(str(file), ip="127.0.0.1", key=secrets.token_hex(32).encode(), **keys)


def _command(connection_file: Path, preload: Sequence[str]) -> list[str]:
    imports = [f"--IPKernelApp.exec_lines=__import__({name!r})" for name in preload]
    given = [*options.words(), "--log-level=ERROR", *imports]
    return [sys.executable, "-m", "ipykernel_launcher", "-f", str(connection_file), *given]


def fixed() -> dict[str, str]:
    """What the environment of every kernel has, so that results are the same; a process that forks kernels began with it."""
    return {**dict.fromkeys(_ONE_THREAD, "1"), "MPLBACKEND": _PICTURES, "PYTHONHASHSEED": "0"}


def _environment(home: Path) -> dict[str, str]:
    """The driver's environment, made the same for every run as far as results can depend on it."""
    own = {GOES_ON: "1", "IPYTHONDIR": str(home / "ipython")}
    if os.environ.get(_ROOT):  # the kernel works in another folder
        own[_ROOT] = str(Path(os.environ[_ROOT]).resolve())
    given = {
        name: value for name, value in os.environ.items() if name != "PYTHONSTARTUP"
    }  # a kernel would run it
    return {**given, **fixed(), **own, "JPY_PARENT_PID": str(os.getpid())}


def _settings(home: Path, log: Path, limits: Limits) -> dict[str, Any]:
    """What a guard is told of the run that it watches."""
    (home / "tmp").mkdir()
    return {
        "command_process": os.getpid(),
        "environment": {MARK: str(home), "TMPDIR": str(home / "tmp")},
        "folder": str(home),
        "log": str(log),
        "memory": limits.memory,
        "processes": limits.processes,
        "files": limits.files,
        "writable": _writable(home) if limits.kit_read_only and guard.landlock() else [],
    }


def _guarded(
    settings: Mapping[str, Any], environment: dict[str, str], folder: Path, log: Path
) -> tuple[Any, int]:
    """The guard of a kernel, started, and the pipe on which it says how it ended."""
    heard, status = os.pipe()
    try:
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, json.dumps({**settings, "status": status})],
                env=environment,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                pass_fds=[status],
            )
    except BaseException:
        os.close(heard)
        raise
    finally:
        os.close(status)
    return process, heard


def _forked(
    settings: Mapping[str, Any], environment: dict[str, str], folder: Path, log: Path, preload: Sequence[str]
) -> tuple[Any, int, int, int]:
    """The guard of a shell, forked; the pipe on which it says how it ended; and those to ask the shell and to hear it."""
    heard, status = os.pipe()
    requests, asked = os.pipe()
    heard_of_shell, answers = os.pipe()

    def guarded() -> None:
        from jixiao.running import shell

        os.environ.clear()
        os.environ.update(environment)
        be = lambda _command, own: shell.be(own, requests, answers, preload)  # noqa: E731
        guard.guard({**settings, "command": [], "status": status}, be)

    try:
        process = warm.Forked(guarded, folder, log, [status, requests, answers])
    except BaseException:
        for pipe in (heard, asked, heard_of_shell):
            os.close(pipe)
        raise
    finally:
        for pipe in (status, requests, answers):
            os.close(pipe)
    return process, heard, asked, heard_of_shell


def _writable(home: Path) -> list[str]:
    """Where a confined kernel can write: its private folder, matplotlib's list of fonts, devices."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matplotlib"
    fonts = Path(os.environ.get("MPLCONFIGDIR") or base)
    with suppress(OSError):
        fonts.mkdir(parents=True, exist_ok=True)
    return [str(home), str(fonts), *_DEVICES]


def _launched(
    command: list[str], environment: dict[str, str], folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    """A kernel without a guard, for Windows."""
    from jupyter_client.launcher import launch_kernel

    with log.open("wb") as sink:
        return launch_kernel(command, env=environment, cwd=str(folder), stdout=sink, stderr=sink)
