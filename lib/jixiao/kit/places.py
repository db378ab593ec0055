"""Paths: the kit's root folder, folders that a path may not leave, and files that are written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jixiao.kit.errors import Fault, ParameterError, PlaceError

ROOT_VARIABLE = "JIXIAO_ROOT"
_MARKS = ("params", "data", "notebooks")
_EXPECTED = "含有 params、data、notebooks"
# Characters of a file's name that the name of its part takes over: at most 120 bytes, so that no name grows too long.
_NAMED = 30
_HASHED = 8  # digits at the end of a name that was cut
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)


def find_root(start: Path | None = None) -> Path:
    """The kit's folder: that of JIXIAO_ROOT, or `start` (the current folder) or one above it, or this checkout.

    PlaceError where JIXIAO_ROOT names another folder, or none is found.
    """

    if named := os.environ.get(ROOT_VARIABLE):
        if is_root(Path(named)):
            return Path(named).resolve()
        found = f"“{Path(named)}”不是报告工具的文件夹"
        raise PlaceError(Fault(f"环境变量 {ROOT_VARIABLE}", found, _EXPECTED))
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[3]):
        if is_root(folder):
            return folder
    expected = "含有 params、data、notebooks 的文件夹"
    raise PlaceError(Fault(str(here), "找不到报告工具的文件夹", expected, "进入该文件夹再运行"))


def kit_around(start: Path) -> Path | None:
    """The kit's folder: that of JIXIAO_ROOT, or `start` or one above it; None where there is none."""
    if os.environ.get(ROOT_VARIABLE):
        return find_root()
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if is_root(folder)), None)


def is_root(folder: Path) -> bool:
    """Whether a folder is that of a kit."""
    return all((folder / mark).is_dir() for mark in _MARKS)


def require_root(folder: Path, shown: str) -> None:
    """PlaceError where `folder`, which messages call `shown`, is not that of a kit."""
    if not is_root(folder):
        found = "不是报告工具的文件夹" if folder.is_dir() else "没有这个文件夹"
        raise PlaceError(Fault(shown, found, _EXPECTED, "核对名称"))


@contextmanager
def root_named(root: Path) -> Iterator[None]:
    """Let every process that is started within take `root` for the kit's folder."""
    before = os.environ.get(ROOT_VARIABLE)
    os.environ[ROOT_VARIABLE] = str(root)
    try:
        yield
    finally:
        del os.environ[ROOT_VARIABLE]
        if before is not None:
            os.environ[ROOT_VARIABLE] = before


def year_of(text: str | int) -> int:
    """The report year that a user typed; ParameterError for anything but a year from 1900 to 2099."""
    if not is_year(text):
        raise ParameterError(Fault("年份", f"“{text}”不是年份", "四位数字，如 2022"))
    return int(text)


def is_year(text: str | int) -> bool:
    """Whether it is a year from 1900 to 2099."""
    return bool(_YEAR.fullmatch(str(text)))


def inside(folder: Path, part: str, what: str) -> Path:
    """The path `part` within `folder`; PlaceError if it leads out (by .., an absolute path or a symbolic link).

    `what` names the parameter or the file in the message.
    """
    path = resolved(folder / part)
    whole = resolved(folder)
    if not path.is_relative_to(whole) or path == whole:
        found = f"“{part}”在 {folder.name} 文件夹之外"
        raise PlaceError(Fault(what, found, f"{folder.name}/ 里的名称", "改为文件夹里的名称"))
    return path


def resolved(path: Path) -> Path:
    """`path` without links; a link that leads back to itself stays, and opens as no file."""
    return Path(os.path.realpath(path))


def part_of(path: Path) -> Path:
    """A hidden path beside `path` for a file that will take its place; no other command, thread or run has the same."""
    return path.with_name(f".{path.name[:_NAMED]}.{secrets.token_hex(8)}.part")


def clear_parts(folder: Path, of: str) -> None:
    """Delete the parts (see `part_of`) of the files `of`, a pattern, that killed commands left in `folder`.

    Only for a command that holds the folder alone: the parts of running commands look the same.
    """
    for part in folder.glob(f".{of}.*.part"):
        part.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> Path:
    """Write `content` to the file `path`, whole or not at all, and give the path back."""
    part = part_of(path)
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def cut(name: str, size: int) -> str:
    """`name` in at most `size` bytes of UTF-8, no character halved: file systems take 255 with the ending.

    What is cut off is told by a few digits of the whole name's hash, so that no two long names become one.
    """
    content = name.encode(errors="ignore")  # an unpaired surrogate is no character
    if len(content) <= size:
        return content.decode().rstrip(" .")
    digits = hashlib.sha256(content).hexdigest()[:_HASHED]
    return f"{content[: size - _HASHED - 1].decode(errors='ignore').rstrip(' .')}~{digits}"


def shown_from_here(path: str) -> str:
    """`path` as messages show it where no kit's root is known: its last three parts."""
    return "/".join(Path(path).parts[-3:])


def shown(path: Path, root: Path) -> str:
    """`path` as messages show it: relative to the kit's root, or only its name where it lies elsewhere."""
    path = resolved(path)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def refused(error: OSError) -> Fault:
    """The fault of what the system refused: a file that cannot be read or written, a disk that is full."""
    place = shown_from_here(error.filename if isinstance(error.filename, str) else "文件系统")
    return Fault(place, error.strerror or str(error), remedy="核对路径、权限和磁盘空间")
