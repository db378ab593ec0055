"""Notebooks go into git without their outputs, whatever stands in the file: `python tools/notebook_filter.py install`.

The filter is git's own (gitattributes, "clean"), and nbstripout the program that it calls; it works on what git takes in and
never on the file, so that JupyterLab may save a notebook that was run. `check` says which notebooks that git has hold more
than the filter would leave. `refresh FILE` is for JupyterLab: git takes a file whose size has changed for a changed one, and
does not ask the filter before it is told to look.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PureWindowsPath

from jixiao.kit import quick_nbformat

ROOT = Path(__file__).resolve().parents[1]
FILTER = "jixiao-notebook"  # its name in .gitattributes
_OF_KERNEL = (
    "codemirror_mode",
    "file_extension",
    "mimetype",
    "nbconvert_exporter",
    "pygments_lexer",
    "version",
)
_KEYS = [
    "metadata.papermill",
    "cell.metadata.papermill",
    *(f"metadata.language_info.{key}" for key in _OF_KERNEL),
]
OPTIONS = ["--keep-id", "--extra-keys", " ".join(_KEYS)]


def install() -> None:
    """Tell the git of this folder what its filter is; where there is none, there is nothing to do."""
    if not in_git():
        return
    python = PureWindowsPath(sys.executable).as_posix()  # git calls it by a shell, on Windows too
    words = f'"{python}" "{Path(__file__).relative_to(ROOT).as_posix()}" clean'
    git("config", "--local", f"filter.{FILTER}.clean", words)
    git("config", "--local", f"filter.{FILTER}.smudge", "cat")


def check() -> int:
    """Name the notebooks that hold more than the filter leaves, as git has them, or without git as they lie there."""
    bad = [name for name, content in _notebooks() if cleaned(content) != content]
    for name in bad:
        print(
            f"{name}：有输出或运行痕迹；请运行 python tools/notebook_filter.py install，再 git add",
            file=sys.stderr,
        )
    return 1 if bad else 0


def refresh(path: str) -> None:
    """Let git see that a notebook that was saved is, as the filter leaves it, what git has; an edit stays an edit."""
    if in_git() and not git("diff", "--name-only", "--", path):
        with suppress(subprocess.CalledProcessError):  # git does not know it yet, or is at work
            git("update-index", "--", path)


def clean() -> None:
    """Be nbstripout between standard input and output, without the grammar that jsonschema compiles for seconds."""
    quick_nbformat.load()
    sys.argv = ["nbstripout", *OPTIONS]
    runpy.run_module("nbstripout", run_name="__main__")


def cleaned(content: bytes) -> bytes:
    """A notebook as the filter leaves it."""
    command = [sys.executable, __file__, "clean"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def in_git() -> bool:
    """Whether this folder is the root of a git repository, and git is there."""
    try:
        top = git("rev-parse", "--show-toplevel").decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return False
    return Path(top).resolve() == ROOT


def git(*words: str) -> bytes:
    """What git answers."""
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


def _notebooks() -> Iterator[tuple[str, bytes]]:
    if in_git():
        names = git("ls-files", "-z", "notebooks/*.ipynb").decode().split("\0")
        yield from ((name, git("show", f":{name}")) for name in names if name)
    else:
        paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
        yield from ((path.name, path.read_bytes()) for path in paths)


if __name__ == "__main__":
    sys.exit(
        {"install": install, "clean": clean, "check": check, "refresh": refresh}[sys.argv[1]](*sys.argv[2:])
    )
