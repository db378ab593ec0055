"""Changes of many files of a year, all or none: one commit point, and at any later start the rest of what it decided.

The files of `data/<folder>`, and what is derived with them, change in four steps beside that folder:

1. `.<folder>.new-XXXX/` gets the new content of each file, the present one of those that it replaces, and
   `record.json`, which names them with their digests. All of it is on the disk before the next step.
2. The folder is renamed to `.<folder>.commit`: the commit point. A kill before it changes nothing.
3. Each new file takes its place. A kill among these leaves the folder, and the next command does the rest.
4. The folder becomes `.<folder>.undo`: it holds what was there before, until the next commit.

Readers take no lock: `consistent` reads again where a commit came in between.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from jixiao.kit import disk, locks, places
from jixiao.kit.errors import Fault, JixiaoError, ParameterError, RunError

SOURCES = "data"
DERIVED = "outputs"  # what a commit changes there can be made again, and replaces whatever stands there
_ROOMS = (SOURCES, "params", DERIVED)  # of the kit; a commit changes nothing elsewhere
_RECORD = "record.json"
_NEW = "new"
_OLD = "old"
_LEFT = ("new-*", "lock")  # beside the folder, of a command that writes or was killed before it had decided
_WAIT = 10.0  # seconds that a reader waits while another command writes what it has decided

Content = (
    bytes | Path | None
)  # what a file is to hold: bytes, the content of another file, or None for no file
T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """One file of a commit: its path from the kit's root, and its SHA-256 before and after, None for no file."""

    name: str
    before: str | None
    after: str | None

    @property
    def derived(self) -> bool:
        """Whether the file follows from others, so that nothing is lost with it."""
        return self.name.startswith(f"{DERIVED}/")


@dataclass(frozen=True)
class Commit:
    """What one command changed: an id, the command as users know it, when, each file, and where contents are kept.

    One that is `final`, as closing a year is, is not taken back by `undo`, nor is what came before it. `undoes` is the
    command that this one took back, "" for any other.
    """

    id: str
    command: str
    at: str
    changes: tuple[Change, ...]
    folder: Path
    final: bool = False
    undoes: str = ""

    def earlier(self, change: Change) -> Path | None:
        """The content that a file had before; None where there was no file."""
        return self.folder / _OLD / self._numbers[change.name] if change.before else None

    def later(self, change: Change) -> Path:
        """Where new content lies until it takes its place."""
        return self.folder / _NEW / self._numbers[change.name]

    def undone(self) -> Iterator[str]:
        """What a user reads after it was taken back: each file, and how to have it again."""
        if self.undoes:
            yield f"已取消 {self.at} 的撤销，{self.undoes} 又生效："
        else:
            yield f"已撤销 {self.at} 的 {self.command}："
        for change in self.changes:
            if not change.derived:
                yield f"{'恢复' if change.before else '移走'}  {change.name}"
        derived = sum(change.derived for change in self.changes)
        if derived:
            yield f"{DERIVED} 里由它生成的 {derived} 个文件也回到以前"
        if self.undoes:
            yield f"再运行一次 jixiao undo，就又撤销 {self.undoes}。"
        else:
            yield "再运行一次 jixiao undo，就又回到撤销以前；更早的导入不能再撤销。"

    def as_json(self) -> dict[str, Any]:
        """Id, command, time and files, for JSON."""
        return {
            "id": self.id,
            "command": self.command,
            "at": self.at,
            "changes": [asdict(one) for one in self.changes],
            **({"final": True} if self.final else {}),
            **({"undoes": self.undoes} if self.undoes else {}),
        }

    @cached_property
    def _numbers(self) -> Mapping[str, str]:
        return {change.name: f"{number:05}" for number, change in enumerate(self.changes)}


@contextmanager
def held(root: Path, folder: Path) -> Iterator[None]:
    """Hold the folder of a year's tables, as every command does that writes there; what a killed one left is mended.

    Hold it from before the tables are read until they are written.
    """
    where = places.shown(folder, root)
    with ExitStack() as stack:
        with disk.faults(where, "什么也没有改动"):
            stack.enter_context(locks.folder_held(folder, where))
        _mend(root, folder)
        yield


def write(
    root: Path,
    folder: Path,
    command: str,
    contents: Iterable[tuple[str, Content]],
    read: Mapping[str, str | None] | None = None,
    since: str = "在运行中被改动",
    *,
    final: bool = False,
    undoes: str = "",
) -> Commit | None:
    """Give files of the kit new contents, all or none; None where every one has its content already.

    The caller holds `folder`. `contents` are names from the root, each once, which may be made while they are
    written. `read` has the digests of files from which the contents were made: RunError says which one somebody
    has changed `since`, and then nothing is written. What is `final` is not taken back by `undo`; what `undoes` a
    command takes back that one.
    """
    staged = _beside(folder, f"new-{secrets.token_hex(8)}")
    try:
        with disk.faults(places.shown(folder, root), "什么也没有改动"):
            commit = _staged(root, staged, command, contents, final, undoes)
            if not commit.changes:
                return None
            _synced(staged)
        _refuse_changed(root, commit, read or {}, since)
        staged.rename(
            _beside(folder, "commit")
        )  # decided: from here on the rest is done, now or at the next start
        _sync_folder(folder.parent)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return _finish(root, folder)


def consistent(root: Path, folder: Path, read: Callable[[], T]) -> T:
    """What `read` reads from `folder` while no commit changes it: it is called again where one did."""
    while True:
        settle(root, folder)
        before = _state(folder)
        try:
            found = read()
        except (JixiaoError, OSError):
            if before is not None and before == _state(folder):
                raise
            continue
        if before is not None and before == _state(folder):
            return found


def settle(root: Path, folder: Path) -> None:
    """Finish what a killed command decided for `folder`, and clear away what it left before it had decided."""
    decided = _beside(folder, "commit").is_dir()
    if not decided and not any(next(folder.parent.glob(f".{folder.name}.{left}"), None) for left in _LEFT):
        return
    try:
        with locks.folder_held(folder, places.shown(folder, root), _WAIT if decided else 0):
            _mend(root, folder)
    except (JixiaoError, OSError) as error:  # somebody writes just now, or nobody can, or only we cannot
        if isinstance(error, PermissionError):
            _wait_for_others(folder)
        if decided and _beside(folder, "commit").is_dir():
            raise


def _wait_for_others(folder: Path) -> None:
    """Let the command that writes finish: a notebook, for which the kit is read-only, cannot do so itself."""
    until = time.monotonic() + _WAIT
    while _beside(folder, "commit").is_dir() and time.monotonic() < until:
        time.sleep(0.02)


def settle_all(root: Path) -> None:
    """`settle` for every folder of tables of the kit: each command does so first."""
    data = root / SOURCES
    for ending in ("commit", *_LEFT):
        for path in sorted(data.glob(f".*.{ending}")):
            settle(root, data / path.name[1:].rpartition(".")[0])


def latest(folder: Path) -> Commit | None:
    """The last commit of `folder`, which `undo` would take back; None where there is none."""
    return _recorded(_beside(folder, "undo"))


def undo(root: Path, folder: Path) -> Commit:
    """Put back what the last commit changed, all or none, and tell what that was; doing so twice restores it.

    What restores a command that was taken back is that command again. The caller holds `folder`. ParameterError where
    there is nothing to take back; RunError where a file was changed since, which would be lost, or where what it had
    before is not there as it was kept.
    """
    last = latest(folder)
    if last is None or last.final:
        found = "没有可以撤销的导入"
        raise ParameterError(Fault(places.shown(folder, root), found, remedy="核对年份"))
    contents = [(change.name, last.earlier(change)) for change in last.changes]
    lost = [one.name for one in last.changes if (kept := last.earlier(one)) and digest(kept) != one.before]
    if lost:
        found = "留作撤销的旧内容缺失或已损坏，什么也没有写入"
        raise RunError(*(Fault(name, found, remedy="从备份恢复这个文件") for name in lost))
    read = {change.name: change.after for change in last.changes if not change.derived}
    write(
        root,
        folder,
        last.undoes or f"undo {last.command}",
        contents,
        read,
        f"在 {last.at} 的 {last.command} 之后又有改动",
        undoes="" if last.undoes else last.command,
    )
    return last


def digest(path: Path) -> str | None:
    """The SHA-256 of a file; None where there is no file."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _staged(
    root: Path,
    folder: Path,
    command: str,
    contents: Iterable[tuple[str, Content]],
    final: bool,
    undoes: str,
) -> Commit:
    """Write new and present contents into `folder`, of those files that change; the record of them last."""
    (folder / _NEW).mkdir(parents=True)
    (folder / _OLD).mkdir()
    changes: list[Change] = []
    for name, content in contents:
        number = f"{len(changes):05}"
        target = _target(root, name)
        new = folder / _NEW / number
        if isinstance(content, Path):
            shutil.copyfile(content, new)
        elif content is not None:
            new.write_bytes(content)
        change = Change(name, digest(target), digest(new))
        if change.before == change.after:
            new.unlink(missing_ok=True)
            continue
        _refuse_unwritable(target, name)
        if change.before:
            shutil.copyfile(target, folder / _OLD / number)
        changes.append(change)
    at = dt.datetime.now().isoformat(" ", "seconds")
    commit = Commit(secrets.token_hex(16), command, at, tuple(changes), folder, final, undoes)
    (folder / _RECORD).write_text(json.dumps(commit.as_json(), ensure_ascii=False), encoding="utf-8")
    return commit


def _refuse_unwritable(target: Path, name: str) -> None:
    """RunError where a file cannot take its place, as long as nothing has been decided."""
    above = next(folder for folder in target.parents if os.path.lexists(folder))
    found = ""
    if not above.is_dir():
        found = f"{above.name} 不是文件夹"
    elif not os.access(above, os.W_OK | os.X_OK):
        found = f"{above.name} 文件夹不能写"
    elif target.exists():
        try:
            with target.open("r+b"):  # Windows refuses it while Excel has the file open
                pass
        except OSError:
            found = "不能改写"
    if found:
        remedy = "关闭打开它的程序，或改好权限，再运行"
        raise RunError(Fault(name, f"{found}，什么也没有写入", remedy=remedy))


def _refuse_changed(root: Path, commit: Commit, read: Mapping[str, str | None], since: str) -> None:
    """RunError for each file that is no longer as it was read, or as it was kept for `undo`."""
    changed = [
        change.name
        for change in commit.changes
        if not change.derived
        and {change.before, digest(_target(root, change.name))} != {read.get(change.name, change.before)}
    ]
    if changed:
        remedy = "存好并关闭这个文件，再运行"
        raise RunError(*(Fault(name, f"{since}，什么也没有写入", remedy=remedy) for name in changed))


def _mend(root: Path, folder: Path) -> None:
    """Finish what was decided and clear away what was not; the caller holds `folder`."""
    if _beside(folder, "commit").is_dir():
        _finish(root, folder)
    for staged in folder.parent.glob(f".{folder.name}.new-*"):
        shutil.rmtree(staged, ignore_errors=True)
    shutil.rmtree(_beside(folder, "undo") / _NEW, ignore_errors=True)
    for place in (folder, folder / "forms"):  # written by versions before there were commits, or by a tool
        places.clear_parts(place, "*")


def _finish(root: Path, folder: Path) -> Commit:
    """Put every file of the commit that is decided in its place, and keep what was there for `undo`."""
    decided = _beside(folder, "commit")
    commit = _recorded(decided)
    where = places.shown(folder, root)
    if commit is None:
        remedy = f"从备份恢复 {where}，再删去 {SOURCES}/{decided.name}"
        raise RunError(Fault(where, "上次写入中断，留下的记录已损坏", remedy=remedy))
    _refuse_overwriting(root, commit)
    for change in commit.changes:
        _put(root, commit, change)
    for parent in {_target(root, change.name).parent for change in commit.changes}:
        _sync_folder(parent)
    earlier = _beside(folder, "undo")
    if earlier.exists():
        earlier.rename(_beside(folder, f"new-{secrets.token_hex(8)}"))
    decided.rename(earlier)
    _sync_folder(folder.parent)
    for aside in (earlier / _NEW, *folder.parent.glob(f".{folder.name}.new-*")):
        shutil.rmtree(aside, ignore_errors=True)
    return replace(commit, folder=earlier)


def _refuse_overwriting(root: Path, commit: Commit) -> None:
    """RunError for files that somebody has changed since the command was killed, and that it has yet to replace."""
    changed = [
        change.name
        for change in commit.changes
        if not change.derived
        and (commit.later(change).exists() or change.after is None)
        and digest(_target(root, change.name)) not in (change.before, change.after, None)
    ]
    if changed:
        found = f"{commit.at} 的 {commit.command} 写到一半中断，此后这个文件又有改动"
        remedy = "把它移到别处，再运行一次，补完后再把改动并进去"
        raise RunError(*(Fault(name, found, remedy=remedy) for name in changed))


def _put(root: Path, commit: Commit, change: Change) -> None:
    """Put one new file in its place, or take one away; where that was done already nothing happens."""
    target = _target(root, change.name)
    new = commit.later(change)
    try:
        if change.after is None:
            target.unlink(missing_ok=True)
        elif new.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _moved(new, target)
    except OSError as error:
        found = f"新内容还没有写到位（{error.strerror or error}）"
        remedy = "关闭打开它的程序，或改好权限，再运行任一命令，就会补完"
        raise RunError(Fault(change.name, found, remedy=remedy)) from error


def _moved(new: Path, target: Path) -> None:
    """Put the file `new` in the place of `target`, by way of a copy where that is on another file system."""
    try:
        new.replace(target)
    except PermissionError:
        raise
    except OSError:
        places.write_whole(target, new.read_bytes())
        new.unlink()


def _recorded(folder: Path) -> Commit | None:
    """The commit whose contents lie in `folder`; None where there is none, or its record is damaged."""
    try:
        written: dict[str, Any] = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        changes = tuple(Change(**change) for change in written.pop("changes"))
        return Commit(changes=changes, folder=folder, **written)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None


def _state(folder: Path) -> str | None:
    """The id of the last commit; None while one is being written.

    What is being written is asked for first: a commit that ends after that has begun after that, or has its id here.
    """
    if _beside(folder, "commit").is_dir():
        return None
    last = latest(folder)
    return last.id if last else ""


def _target(root: Path, name: str) -> Path:
    room, _, rest = name.partition("/")
    if room not in _ROOMS:
        raise ValueError(f"a commit does not change {name}")
    return places.inside(root / room, rest, name)


def _beside(folder: Path, state: str) -> Path:
    return folder.with_name(f".{folder.name}.{state}")


def _synced(folder: Path) -> None:
    """Wait until all files of `folder` are on the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())
    for path in (folder / _NEW, folder / _OLD, folder, folder.parent):
        _sync_folder(path)


def _sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk, where the system can tell."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
