"""One IPython kernel of this very interpreter: started at once, killed with everything it started itself."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from jixiao.kit import places

PREFIX = "jixiao-"  # of the private folders in the folder for temporary files
_LONGEST = 90  # bytes of a socket's folder: systems allow about 104 for the whole name
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_PICTURES = "module://matplotlib_inline.backend_inline"  # shows each pyplot figure below its cell
_ROOT = places.ROOT_VARIABLE
_OPTIONS = (
    "--InteractiveShell.system_raise_on_error=True",  # a failing `!command` is an error
    "--InteractiveShell.colors=NoColor",
    "--HistoryManager.enabled=False",
    "--InlineBackend.figure_formats={'retina'}",  # pictures sharp enough for print
    "--log-level=ERROR",
)


class Kernel:
    """A running kernel process in its own session, and the private folder of its sockets (mode 0700).

    `folder` is where the notebook's code works; `log` takes what the process prints outside of cells;
    `preload` names modules to import before it answers, while the driver is busy with imports of its own.
    """

    def __init__(self, folder: Path, log: Path, preload: Sequence[str] = ()) -> None:
        self.expired = False
        self._log = log
        self._home = Path(_private_folder())
        try:
            self.connection_file = self._home / "c.json"
            _write_connection(self.connection_file, self._home)
            self.process = _launch(
                _command(self.connection_file, preload), _environment(self._home), folder, log
            )
        except BaseException:
            shutil.rmtree(self._home, ignore_errors=True)
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
        """A started timer that kills the whole process group `seconds` from now and sets `expired`."""
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        return timer

    def last_words(self) -> str:
        """The last line that the process printed outside of cells."""
        with suppress(OSError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
            return next((line for line in reversed(lines) if line.strip()), "")
        return ""

    def kill(self) -> None:
        """Kill the kernel and all processes of its group at once."""
        if os.name == "nt":
            self.process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Leave neither processes nor files behind; may be called twice."""
        if self._home.exists():
            self.kill()
            self.process.wait()
            shutil.rmtree(self._home, ignore_errors=True)

    def _expire(self) -> None:
        self.expired = True
        self.kill()


def _private_folder() -> str:
    folder = tempfile.gettempdir()
    if os.name != "nt" and len(os.fsencode(folder)) > _LONGEST - 20:
        folder = "/tmp"
    return tempfile.mkdtemp(prefix=PREFIX, dir=folder)


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
    return [sys.executable, "-m", "ipykernel_launcher", "-f", str(connection_file), *_OPTIONS, *imports]


def _environment(home: Path) -> dict[str, str]:
    """The driver's environment, made the same for every run as far as results can depend on it."""
    own = {"MPLBACKEND": _PICTURES, "PYTHONHASHSEED": "0", "IPYTHONDIR": str(home / "ipython")}
    if os.environ.get(_ROOT):  # the kernel works in another folder
        own[_ROOT] = str(Path(os.environ[_ROOT]).resolve())
    return {**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), **own, "JPY_PARENT_PID": str(os.getpid())}


def _launch(
    command: list[str], environment: dict[str, str], folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    with log.open("wb") as sink:
        if os.name == "nt":
            from jupyter_client.launcher import launch_kernel

            return launch_kernel(command, env=environment, cwd=str(folder), stdout=sink, stderr=sink)
        given = {"stdin": subprocess.DEVNULL, "stdout": sink, "stderr": sink, "start_new_session": True}
        return subprocess.Popen(command, env=environment, cwd=folder, **given)
