"""Where things stand: the kit's root folder and the folders that paths may not leave."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from jixiao.kit.errors import Fault, ParameterError, PlaceError

ROOT_VARIABLE = "JIXIAO_ROOT"
_MARKS = ("params", "data", "notebooks")
_NAMED = (
    30  # characters of a file's name in that of its part: at most 120 bytes, so that no name grows too long
)
_YEAR = re.compile(r"(19|20)\d\d")


def find_root(start: Path | None = None) -> Path:
    """The kit's folder: named by JIXIAO_ROOT, or above `start` (the current folder), or of this checkout."""
    named = os.environ.get(ROOT_VARIABLE)
    if named:
        return _checked_root(Path(named))
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[3]):
        if all((folder / mark).is_dir() for mark in _MARKS):
            return folder
    raise PlaceError(
        Fault(
            str(here), "找不到报告工具的文件夹", "含有 params、data、notebooks 的文件夹", "进入该文件夹再运行"
        )
    )


def _checked_root(folder: Path) -> Path:
    if not all((folder / mark).is_dir() for mark in _MARKS):
        raise PlaceError(
            Fault(
                f"环境变量 {ROOT_VARIABLE}", f"“{folder}”不是报告工具的文件夹", "含有 params、data、notebooks"
            )
        )
    return folder.resolve()


def year_of(text: str | int) -> int:
    """A report year from what the user typed; ParameterError for anything but four digits."""
    if not _YEAR.fullmatch(str(text)):
        raise ParameterError(Fault("年份", f"“{text}”不是年份", "四位数字，如 2022"))
    return int(text)


def inside(folder: Path, part: str, what: str) -> Path:
    """`folder`/`part`, refused when it lies outside `folder` (by .., an absolute path or a symbolic link)."""
    path = (folder / part).resolve()
    if not path.is_relative_to(folder.resolve()) or path == folder.resolve():
        raise PlaceError(
            Fault(
                what, f"“{part}”在 {folder.name} 文件夹之外", f"{folder.name}/ 里的名称", "改为文件夹里的名称"
            )
        )
    return path


def part_of(path: Path) -> Path:
    """A new hidden name beside `path` for what is to take its place: no other command, thread or later run has it."""
    return path.with_name(f".{path.name[:_NAMED]}.{secrets.token_hex(8)}.part")


def clear_parts(folder: Path, of: str) -> None:
    """Take away what killed commands left in `folder` of the files `of` (a pattern).

    Only for a command that nobody may write these files beside: parts of living commands look the same.
    """
    for part in folder.glob(f".{of}.*.part"):
        part.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> Path:
    """Put `content` into the file `path`, whole or not at all; the path is given back."""
    part = part_of(path)
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def write_new(path: Path, content: bytes) -> bool:
    """Put `content` into the file `path`, whole or not at all, unless something is there: whether it was put."""
    part = part_of(path)
    try:
        part.write_bytes(content)
        os.link(part, path)  # unlike renaming, this never replaces a file
    except FileExistsError:
        return False
    except OSError:  # the file system has no links
        if os.path.lexists(path):
            return False
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return True


def shown_from_here(path: str) -> str:
    """`path` as messages show it outside of any kit: the last three parts at most."""
    return "/".join(Path(path).parts[-3:])


def shown(path: Path, root: Path) -> str:
    """`path` as messages show it: relative to the kit's root, with forward slashes."""
    path = path.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
