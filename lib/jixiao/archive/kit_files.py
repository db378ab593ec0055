"""Which files of the kit change while a notebook runs; needed where the system cannot keep the notebook from it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jixiao.kit.errors import Fault, JixiaoError, one_line

_ROOMS = ("params", "data", "notebooks", "lib", "outputs")
_NOT_CONTENT = ("__pycache__", ".ipynb_checkpoints")
_MOST = 10  # names that are told one by one

State = tuple[int, int, int, int]


@contextmanager
def watched(root: Path, confined: bool) -> Iterator[list[str]]:
    """A list that gets a remark at the end if files of the kit changed within; an error within gets it as a fault.

    Nothing is looked at where the notebook is `confined`. Size, times and number on the disk stand for the content:
    the time of the last change cannot be set by a program.
    """
    said: list[str] = []
    before = {} if confined else dict(_states(root))
    try:
        yield said
    except JixiaoError as error:
        faults = [] if confined else list(_faults(root, before))
        raise (type(error)(*error.faults, *faults) if faults else error) from error.__cause__
    if not confined:
        said.extend(map(str, _faults(root, before)))


def _faults(root: Path, before: dict[str, State]) -> Iterator[Fault]:
    after = dict(_states(root))
    changed = sorted(name for name in before | after if before.get(name) != after.get(name))
    if changed:
        rest = f" 等 {len(changed)} 个文件" if len(changed) > _MOST else ""
        found = f"{'、'.join(one_line(name, 80) for name in changed[:_MOST])}{rest} 有改动"
        yield Fault(
            "笔记本运行期间", found, remedy="核对；不是你自己或别的命令改的，就是笔记本改的，应恢复原来的文件"
        )


def _states(root: Path) -> Iterator[tuple[str, State]]:
    """Name and state of each file of the kit, but for locks, the workshops of commands and what Python caches."""
    for room in _ROOMS:
        for folder, folders, files in os.walk(root / room):
            hidden = room == "outputs" and Path(folder) == root / room
            folders[:] = [
                one for one in folders if one not in _NOT_CONTENT and not (hidden and one.startswith("."))
            ]
            for file in files:
                path = Path(folder, file)
                if not (file.startswith(".") and file.endswith(".lock")):
                    try:
                        found = path.lstat()
                    except FileNotFoundError:
                        continue
                    state = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
                    yield path.relative_to(root).as_posix(), state
