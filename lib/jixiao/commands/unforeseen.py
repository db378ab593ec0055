"""What is done about an error that nobody foresaw: one line for the user, and a file for whoever mends the program.

The file names the kind of error, the places in the program and the versions; it holds no value, no text of a message, no
argument and no folder of the user, so that it can be sent to anybody.
"""

from __future__ import annotations

import datetime as dt
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from jixiao import __version__
from jixiao.kit import places
from jixiao.kit.errors import Fault, PlaceError

EXIT_CODE = 3
_PACKAGES = (
    "pandas",
    "numpy",
    "PyYAML",
    "xlrd",
    "xlsxwriter",
    "click",
    "nbclient",
    "nbconvert",
    "papermill",
)
_MOST_FRAMES = 60  # of a call that calls itself: those at both ends
_ELSEWHERE = re.compile(r'^  File "([^"\n]+)", line (\d+), in ([\w<>.]+)$', re.MULTILINE)


def told(error: BaseException, commands: list[str]) -> Fault:
    """Write the file for `error`, which ended one of `commands`, and give the line that says where it lies."""
    command = next((word for word in sys.argv[1:] if word in commands), "")
    text = "\n".join([*_head(command), *_chain(error)]) + "\n"
    kind = type(error).__name__
    place = f"jixiao {command}".strip()
    found = f"程序自己出错了（{kind}），没有做完；数据表和已发布的版本没有只改一半的"
    try:
        path = _written(text)
    except OSError:
        return Fault(place, found, remedy="换一台电脑或清出磁盘空间再试，并告诉维护者")
    return Fault(place, found, remedy=f"把 {path} 发给程序的维护者（里面没有数据）")


def _head(command: str) -> Iterator[str]:
    yield f"jixiao {__version__} {command}".strip()
    yield f"Python {platform.python_version()} {platform.system()} {platform.machine()}"
    from importlib import metadata  # takes long, and is hardly ever needed

    for package in _PACKAGES:
        try:
            yield f"{package} {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            continue


def _chain(error: BaseException | None) -> Iterator[str]:
    """The error and those that it came from, each with its places in the program, the outermost call first."""
    while error is not None:
        yield ""
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        frames = _frames(error)
        half = _MOST_FRAMES // 2
        for at, (file, line, name) in enumerate(frames):
            if at < half or at >= len(frames) - half:
                yield f"  {_within(file)}:{line} {name}"
            elif at == half:
                yield f"  … {len(frames) - _MOST_FRAMES}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(error: BaseException) -> Sequence[tuple[str, int | str, str]]:
    """File, line and function of each call; those in another process are known by the text that came with its error."""
    if type(error).__name__ == "_RemoteTraceback":
        return _ELSEWHERE.findall(str(error))
    return [(one.filename, one.lineno or 0, one.name) for one in traceback.extract_tb(error.__traceback__)]


def _within(filename: str) -> str:
    """A file of the program without the folders above it, which tell whose machine it is."""
    parts = Path(filename).parts
    for folder in ("site-packages", "lib"):
        if folder in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(folder) :])
    return parts[-1] if parts else ""


def _written(text: str) -> Path:
    """The file in outputs/ of the kit, or where there is no kit among the temporary files."""
    name = f"error-{dt.datetime.now():%Y%m%d-%H%M%S}"
    try:
        folder = places.find_root() / "outputs"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        return Path("outputs", path.name)
    except (PlaceError, OSError):
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix=f"jixiao-{name}-", suffix=".txt", delete=False
        ) as file:
            file.write(text)
        return Path(file.name)
