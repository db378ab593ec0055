"""A process between the command and the kernel: it watches what the kernel takes and ends whatever the kernel started.

It is run as a script of its own (`python -I -S guard.py SETTINGS`) and imports nothing of the package, so that it is
there in 30 milliseconds; or it is forked from a process that has loaded what the kernel needs (warm.py). Its standard
input is a pipe that the command holds: once that is closed, for whatever reason, or the command is gone, the guard kills
the kernel and all its descendants. On Linux it is their reaper, so that none can leave it by becoming a daemon, and the
kernel itself can write only where it is told (Landlock). It ends as the kernel ended; what was too much, and that all is
cleared, it writes to the pipe `status`.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

_TICK = 0.1  # seconds between two looks
_SHARE = 20  # a look at all processes of the machine takes at most one part in so many of the time
_PATIENCE = 5.0  # seconds until processes that do not die are left alone
CLEARED = "cleared"

_SUBREAPER, _DEATH_SIGNAL, _NO_NEW_PRIVILEGES = 36, 1, 38  # options of prctl
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # system calls, the same on all machines
_WRITE, _TRUNCATE, _REFER = 1 << 1, 1 << 14, 1 << 13
_CHANGES = _WRITE | sum(
    1 << bit for bit in range(4, 13)
)  # remove and make files, folders, sockets, links, devices
_SCOPES = 3  # signals and abstract sockets reach no process outside
WHOLE = 3  # the version of Landlock from which it covers every way to change the content of a file


def landlock() -> int:
    """The version of Landlock that the system has, 0 where it has none."""
    if sys.platform != "linux":
        return 0
    return max(0, _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def main() -> None:
    """Start the kernel in a Python of its own, watch it, and end as it does."""
    guard(json.loads(sys.argv[1]), _start)


def guard(settings: dict, be_kernel: Callable[[list[str], dict[str, str]], None]) -> None:
    """Fork a process that is confined and becomes the kernel by `be_kernel`, watch it, and end as it does."""
    os.set_inheritable(settings["status"], False)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _control(_SUBREAPER, 1)
    wakened, waken = os.pipe()
    os.set_blocking(waken, False)
    signal.set_wakeup_fd(waken, warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)  # they end the wait
    parent = os.getpid()
    kernel = os.fork()
    if not kernel:
        signal.set_wakeup_fd(-1)
        for pipe in (wakened, waken, settings["status"]):  # the guard's own: the kernel may be a fork of it
            os.close(pipe)
        _become_kernel(settings, parent, be_kernel)
    ended, excess = _watch(kernel, settings, wakened)
    killed = _end_all(kernel)
    os.write(settings["status"], f"{excess}\n{CLEARED}\n".encode())
    _end_like(killed if ended is None else ended)


def die_with(parent: int) -> None:
    """Let the system kill this process as soon as its parent is gone; for Linux."""
    _control(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _start(command: list[str], environment: dict[str, str]) -> None:
    """Start Python with the command of the kernel in place of this process."""
    os.execve(command[0], command, environment)


def _become_kernel(
    settings: dict, parent: int, be_kernel: Callable[[list[str], dict[str, str]], None]
) -> None:
    """Be the kernel: in a session of its own, confined, dead when the guard dies."""
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        resource.setrlimit(resource.RLIMIT_FSIZE, (settings["files"], settings["files"]))
        if sys.platform == "linux":
            die_with(parent)
        if settings["writable"]:
            _confine(settings["writable"])
        environment = {**os.environ, **settings["environment"], "JPY_PARENT_PID": str(parent)}
        be_kernel(settings["command"], environment)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(1)


def _watch(kernel: int, settings: dict, wakened: int) -> tuple[int | None, str]:
    """How the kernel ended, None where it is to be ended; and what it took too much of, or ""."""
    looked = took = 0.0
    family = [kernel]
    while True:
        ready, _, _ = select.select([0, wakened], [], [], _TICK)
        if wakened in ready:
            os.read(wakened, 4096)
        if 0 in ready or os.getppid() != settings["command_process"]:
            return None, ""
        if (status := _reaped(kernel)) is not None:
            return status, ""
        began = time.monotonic()
        due = began - looked > took * _SHARE
        family = list(_descendants(os.getpid())) if due else family
        if excess := _excess(family, due, settings):
            return None, excess
        if due:
            looked, took = began, time.monotonic() - began


def _excess(family: list[int], thorough: bool, settings: dict) -> str:
    """What the processes of `family` take too much of, or ""; files are looked at only if it is to be `thorough`."""
    if len(family) > settings["processes"]:
        return "PROCESSES"
    if _too_large(family, settings["memory"]):
        return "MEMORY"
    written = _size_of(settings["folder"]) + _size_of(settings["log"]) if thorough else 0
    return "FILES" if written > settings["files"] else ""


def _reaped(kernel: int) -> int | None:
    """The wait status of the kernel if it has ended; whoever else has ended is reaped with it."""
    found = None
    with suppress(ChildProcessError):
        while True:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                break
            found = status if process == kernel else found
    return found


def _end_all(kernel: int) -> int:
    """Kill all descendants, also those that are just being started; the wait status of the kernel, or that of a kill.

    They are stopped first: who forks faster than it is killed would never end.
    """
    found = int(signal.SIGKILL)
    until = time.monotonic() + _PATIENCE
    with suppress(OSError):
        os.killpg(kernel, signal.SIGKILL)
    while time.monotonic() < until:
        stopped: set[int] = set()
        while new := set(_descendants(os.getpid())) - stopped:
            _send(new, signal.SIGSTOP)
            stopped |= new
        _send(stopped, signal.SIGKILL)
        try:
            while True:
                process, status = os.waitpid(-1, os.WNOHANG)
                if not process:
                    break
                found = status if process == kernel else found
        except ChildProcessError:
            break
        time.sleep(0.002)
    return found


def _send(processes: set[int], number: int) -> None:
    for process in processes:
        with suppress(OSError):
            os.kill(process, number)


def _end_like(status: int) -> None:
    """End with the exit code or the signal of a wait status."""
    if os.WIFSIGNALED(status):
        with suppress(OSError):
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status) & 255)


def _descendants(ancestor: int) -> Iterator[int]:
    """The processes below `ancestor`, none where the system does not show them."""
    children: dict[int, list[int]] = {}
    with suppress(FileNotFoundError):
        for name in filter(str.isdigit, os.listdir("/proc")):
            with suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                parent = int(file.read().rpartition(b")")[2].split()[1])
                children.setdefault(parent, []).append(int(name))
    waiting = children.get(ancestor, [])
    while waiting:
        process = waiting.pop()
        yield process
        waiting.extend(children.get(process, ()))


def _too_large(family: list[int], most: int) -> bool:
    """Whether the processes hold more than `most` bytes of memory; what they share is counted once, if need be."""
    if sum(map(_resident, family)) <= most:
        return False
    return sum(map(_proportional, family)) > most


def _resident(process: int) -> int:
    with suppress(OSError, IndexError), open(f"/proc/{process}/statm", "rb") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
    return 0


def _proportional(process: int) -> int:
    with suppress(OSError, ValueError), open(f"/proc/{process}/smaps_rollup", "rb") as file:
        for line in file:
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    return _resident(process)


def _size_of(path: str) -> int:
    """Bytes on the disk of a file or of all files below a folder; an empty one counts too."""
    size = 0
    waiting = [path]
    while waiting:
        with suppress(OSError):
            one = waiting.pop()
            found = os.lstat(one)
            size += max(found.st_blocks * 512, 4096)
            if os.path.isdir(one) and not os.path.islink(one):
                waiting.extend(os.path.join(one, name) for name in os.listdir(one))
    return size


def _confine(writable: list[str]) -> None:
    """Let this process and its descendants change files only below the folders, and in the files, of `writable`."""
    libc = _libc()
    version = landlock()
    handled = _CHANGES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    attributes = struct.pack("=QQQ", handled, 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 8
    rules = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    if rules < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    for path in writable:
        with suppress(FileNotFoundError):
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = handled if os.path.isdir(path) else handled & (_WRITE | _TRUNCATE)
            rule = struct.pack("=Qi", allowed, place)
            if libc.syscall(_ADD_RULE, rules, 1, rule, ctypes.c_uint32(0)):
                raise OSError(ctypes.get_errno(), f"landlock_add_rule {path}")
            os.close(place)
    _control(_NO_NEW_PRIVILEGES, 1)
    if libc.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)):
        raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    os.close(rules)


def _control(option: int, value: int) -> None:
    """Set an option of this process; the system reads all of its arguments as long numbers."""
    _libc().prctl(option, *(ctypes.c_ulong(one) for one in (value, 0, 0, 0)))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    main()
