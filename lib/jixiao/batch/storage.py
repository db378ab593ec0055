"""Kits in a store that fsspec reaches (S3, memory, a web folder): copied for a run, and what was published put back.

A store has no locks and no way to change a folder at once. So the manifest of a version is taken away first and put back
last: whatever was interrupted between is seen by its absence, and done again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from jixiao.archive import manifest, run_record
from jixiao.kit import limits
from jixiao.kit.errors import Fault, ParameterError, RunError, one_line
from jixiao.kit.private_folders import private_folder

PARTS = ("params", "data", "notebooks")  # the folders of a kit that reports are made from
_FILES = ("requirements.lock",)
_AS_RECEIVED = "forms"  # data/<year>/forms/: what units sent in, from which no report is made
_OUTPUTS = "outputs"
_AT_ONCE = 8  # files on their way at a time
_PIECE = 1024 * 1024
_ELSEWHERE = re.compile(
    r'[\\:*?"<>|\x00-\x1f\x7f]'
)  # in a name they lead elsewhere, or are refused, on some system


def is_url(kit: str) -> bool:
    """Whether a kit of a plan is a URL and no folder."""
    return "://" in kit


def shown(url: str) -> str:
    """`url` as messages show it: without a name and password in it; what is none to read is not shown."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"{url.partition('://')[0]}://…"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


def kits(pattern: str) -> list[str]:
    """The URLs of the kits that `pattern`, a URL with *, means; ParameterError where there is none or the store cannot be read."""
    head, star, _ = pattern.partition("*")
    fixed = head[: max(head.rfind("/"), head.find("://") + 2) + 1] if star else f"{pattern.rstrip('/')}/"
    with _told(pattern):
        system, start = _opened(fixed)
        rest = pattern[len(fixed) :].strip("/")
        found = [system._strip_protocol(one) for one in system.glob(f"{start}/{rest}")] if rest else [start]
        there = [one for one in sorted(found) if all(system.isdir(f"{one}/{part}") for part in PARTS)]
    if not there:
        raise ParameterError(Fault(shown(pattern), "那里没有报告工具的文件夹", f"含有 {'、'.join(PARTS)}"))
    return [f"{fixed}{one.removeprefix(start).lstrip('/')}".rstrip("/") for one in there]


@dataclass(frozen=True)
class Copy:
    """A copy of the kit `url` in the folder `root`, for one run."""

    url: str
    root: Path
    system: Any
    start: str  # the path of the kit in the store

    def put(self, name: str) -> bool:
        """Put the version outputs/<name>/ and the record of its run into the store; False where it is there already.

        The manifest goes first and comes last. RunError where the store takes it not.
        """
        folder = self.root / _OUTPUTS / name
        target = f"{self.start}/{_OUTPUTS}/{name}"
        last = f"{target}/{manifest.NAME}"
        with _told(self.url, RunError):
            local = {
                path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
            }
            stored = {name: info["size"] for name, info in self._listed(target)}
            sizes = {name: path.stat().st_size for name, path in local.items()}
            seal = local.pop(manifest.NAME)
            if stored == sizes and self.system.cat_file(last) == seal.read_bytes():
                return False
            if manifest.NAME in stored:
                self.system.rm_file(last)
            record = folder.with_name(f"{name}{run_record.SUFFIX}")
            pairs = [(path, f"{target}/{name}") for name, path in sorted(local.items())]
            self._upload([*pairs, (record, f"{self.start}/{_OUTPUTS}/{record.name}")])
            for gone in sorted(stored.keys() - local.keys() - {manifest.NAME}):
                self.system.rm_file(f"{target}/{gone}")
            self._upload([(seal, last)])
        return True

    def _upload(self, pairs: Iterable[tuple[Path, str]]) -> None:
        def one(pair: tuple[Path, str]) -> None:
            path, target = pair
            self.system.makedirs(target.rpartition("/")[0], exist_ok=True)
            self.system.pipe_file(target, path.read_bytes())

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(one, pairs))

    def _listed(self, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Name from `path` and what the store says of each file below it."""
        self.system.invalidate_cache()
        if self.system.exists(path):
            for full, info in self.system.find(path, detail=True).items():
                yield full.removeprefix(f"{path}/"), info

    def _fetch(self, parts: Iterable[str], published: Iterable[str]) -> None:
        """Copy what lies in the folders `parts`, and the versions and records of the names `published`."""
        names = [name for part in parts for name in self._below(part) if not _is_aside(name)]
        names += [name for name in _FILES if self.system.isfile(f"{self.start}/{name}")]
        for one in published:
            names += self._below(f"{_OUTPUTS}/{one}")
            record = f"{_OUTPUTS}/{one}{run_record.SUFFIX}"
            names += [record] if self.system.isfile(f"{self.start}/{record}") else []
        if len(names) > limits.STORE_FILES:
            raise RunError(
                Fault(shown(self.url), f"有 {len(names)} 个文件", f"不超过 {limits.STORE_FILES} 个")
            )
        targets = [(name, self.root / name) for name in names]
        left = _Room(self.url)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda pair: self._download(pair[0], pair[1], left), targets))
        for part in (*PARTS, _OUTPUTS):
            (self.root / part).mkdir(exist_ok=True)

    def _below(self, part: str) -> list[str]:
        """The files below a folder, by their names from the kit; RunError where one leads elsewhere."""
        return [checked(f"{part}/{name}", self.url) for name, _ in self._listed(f"{self.start}/{part}")]

    def _download(self, name: str, place: Path, left: _Room) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        with self.system.open(f"{self.start}/{name}", "rb") as source, place.open("xb") as sink:
            while piece := source.read(_PIECE):
                left.take(len(piece))
                sink.write(piece)


class _Room:
    """How many bytes of a kit may still come; what a store says of sizes beforehand is not relied on."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._left = limits.STORE_BYTES

    def take(self, size: int) -> None:
        """Count `size` bytes; RunError where they are too many."""
        self._left -= size
        if self._left < 0:
            raise RunError(Fault(shown(self._url), "内容太多", f"不超过 {limits.STORE_BYTES:,} 字节"))


@contextmanager
def fetched(url: str, published: Iterable[str] = (), parts: Iterable[str] = PARTS) -> Iterator[Copy]:
    """A copy of the kit `url` in a private folder, with the versions `published` of its outputs, as far as they are there.

    It has the folders `parts` of the kit alone; the others are empty.

    RunError where the store cannot be read, or holds what no kit may hold: names that lead out of it, too much.
    """
    with private_folder() as home:
        root = home / "kit"
        root.mkdir()
        with _told(url, RunError):
            copy = Copy(url, root, *_opened(url.rstrip("/")))
            copy._fetch(parts, published)
        yield copy


def checked(name: str, url: str) -> str:
    """The name of a file of the kit `url`, which stays in its folder on every system; RunError for any other."""
    path = PurePosixPath(name)
    plain = path.as_posix() == name and not path.is_absolute() and ".." not in path.parts
    if not plain or _ELSEWHERE.search(name) or len(name.encode(errors="replace")) > limits.STORE_NAME:
        raise RunError(
            Fault(shown(url), f"文件名“{one_line(name, 80)}”不能用", "文件夹里的普通名称", "改名或删去")
        )
    return name


def _is_aside(name: str) -> bool:
    """Whether a file is hidden, or a form as it was received: no report is made from it."""
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") for part in parts) or (parts[0] == "data" and _AS_RECEIVED in parts[2:-1])


def _opened(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise ParameterError(missing()) from error
    if "::" in url:
        raise ParameterError(Fault(shown(url), "是几层相套的地址", "一层的，如 s3://桶/区县"))
    try:
        if ":" in urlsplit(url).netloc.rpartition("@")[0]:
            remedy = "写进 fsspec 的配置文件或环境变量"  # here it would stand in every summary
            raise ParameterError(Fault(shown(url), "地址里有口令", "没有口令的地址", remedy))
        system, path = url_to_fs(url)
    except ImportError as error:  # fsspec says which package the store needs
        raise ParameterError(Fault(shown(url), one_line(str(error), 200), remedy="安装它")) from error
    except ValueError as error:
        raise ParameterError(
            Fault(shown(url), f"打不开（{one_line(str(error), 200)}）", "fsspec 认识的地址，如 s3://桶/区县")
        ) from error
    return system, path.rstrip("/")


def missing() -> Fault:
    """The fault that the packages for clusters and stores are not installed."""
    return Fault("Dask、fsspec", "没有安装", remedy="安装可选依赖 cluster：pip install -e '.[cluster]'")


@contextmanager
def _told(url: str, kind: type[RunError] | type[ParameterError] = ParameterError) -> Iterator[None]:
    """Whatever the driver of a store raises, each its own kinds, becomes a line about `url`."""
    try:
        yield
    except (ParameterError, RunError):
        raise
    except Exception as error:
        said = one_line(f"{type(error).__name__}：{error}", 200)
        raise kind(Fault(shown(url), f"存储出错（{said}）", remedy="核对地址、权限和网络后再运行")) from error
