"""A driver: `python reopening_kills.py FOLDER STEPS` opens a closed year again, killed at each line of that in turn.

STEPS is 2 for a system that cannot exchange two folders at once, else 1. Prints as JSON how many kills there were, whether
the year was still closed after them, and everything that was not as it must be. It is a process of its own, because a
small one is forked in a fraction of the time that one with all of pytest takes.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from jixiao.archive import closed_record, manifest, published_folder
from jixiao.archive.publication import Publication
from jixiao.kit.errors import JixiaoError
from jixiao.kit.sealed import sha256

YEAR = 2022
REASON = "更正一个部门的复核得分"
TRACED = (closed_record.__file__, published_folder.__file__)


def figure(key: str, value: str | None, unit: str = "个") -> dict:
    """A figure as figures.json lists it, as far as it matters here."""
    return {"key": key, "label": f"{key}的名称", "value": value, "unit": unit}


def version(*figures: dict, more: bytes = b"") -> dict[str, bytes]:
    """A small version with these figures and its manifest."""
    text = json.dumps({"findings": [], "figures": figures}, ensure_ascii=False)
    files = {"internal/figures.json": text.encode(), "more.bin": more}
    sources = manifest.Sources((), {"version": "1", "sha256": ""}, {})
    return files | {manifest.NAME: manifest.render(Publication(Path(), YEAR), files, sources)}


def closing_files(root: Path, files: dict[str, bytes]) -> None:
    """Publish `files` in `root` and close the year with them."""
    (root / "data" / "2022").mkdir(parents=True)
    (root / "outputs").mkdir()
    with published_folder.opened(Publication(root, YEAR)) as place:
        place.publish(files)
        listed = json.loads(files[manifest.NAME])
        content = closed_record.settled(Publication(root, YEAR)).with_entry(
            "closed",
            manifest=sha256(files[manifest.NAME]),
            code=listed["code"],
            files=listed["files"],
            inputs=[],
            figures=closed_record.figures(files),
        )
        (root / "data" / "2022" / "closed.json").write_bytes(content)


def reopen(root: Path, files: dict[str, bytes], reason: str = REASON) -> None:
    """What `jixiao report` does with the files of a closed year."""
    with published_folder.opened(Publication(root, YEAR)) as place:
        found = closed_record.settled(Publication(root, YEAR))
        closed_record.publish(place, found, files, reason if found.closed else "")


def in_child(work: Callable[[], object]) -> int:
    """`work` in a process of its own; how that ended."""
    pid = os.fork()
    if not pid:
        try:
            work()
        except JixiaoError as error:
            os.write(2, str(error).encode())
            os._exit(1)
        finally:
            os._exit(2 if sys.exc_info()[0] else 0)
    return os.waitpid(pid, 0)[1]


def killed_at(line: int, work: Callable[[], object]) -> bool:
    """Whether `work` was killed at the line counted `line` from where it opens the year on; False when it ended before."""
    left, begun = [line], [False]

    def count(frame, event, _):
        begun[0] = begun[0] or frame.f_code.co_name == closed_record._reopened.__name__
        if not begun[0] or frame.f_code.co_filename not in TRACED:
            return None
        left[0] -= event == "line"
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return count

    def traced() -> None:
        sys.settrace(count)
        work()

    return os.WIFSIGNALED(in_child(traced))


def faults(root: Path, old: dict[str, bytes], new: dict[str, bytes]) -> list[str]:
    """What is wrong after the next command has begun: the new version and its reason are there, or neither is."""
    with published_folder.opened(Publication(root, YEAR)) as place:
        state = closed_record.settled(Publication(root, YEAR))
        files = published_folder.contents(place.target)
    names = sorted(path.name for path in (root / "data" / "2022").iterdir() if path.name != "closed.json")
    wrong = [f"left over: {names}"] if names else []
    if state.closed:
        return wrong + ([] if files == old else ["changed without a word"])
    entry = state.entries[-1]
    return wrong + ([] if files == new and entry["reason"] == REASON else ["recorded without a version"])


def at_each_line(folder: Path, steps: int) -> dict[str, object]:
    """One kill a line, each in a closed year of its own."""
    if steps == 2:
        published_folder._renameat2 = lambda: None
    old, new = version(figure("甲", "1")), version(figure("甲", "2"))
    closing_files(folder / "closed", old)
    wrong, ends, line = [], set(), 1
    while True:
        root = shutil.copytree(folder / "closed", folder / str(line))
        if not killed_at(line, lambda: reopen(root, new)):  # noqa: B023  # called at once
            break
        publication = Publication(root, YEAR)
        before = closed_record.read(publication, closed_record.published_manifest(publication))
        wrong += [f"line {line}: {fault}" for fault in faults(root, old, new)]
        after = closed_record.read(publication, None)
        ends.add(bool(after.closed))
        if (
            steps == 1 and before != after
        ):  # in two steps the next command may have to put the old version back
            wrong.append(f"line {line}: not settled at once")
        line += 1
    return {"kills": line - 1, "closed": sorted(ends), "wrong": wrong + faults(root, old, new)}


if __name__ == "__main__":
    print(json.dumps(at_each_line(Path(sys.argv[1]), int(sys.argv[2])), ensure_ascii=False))
