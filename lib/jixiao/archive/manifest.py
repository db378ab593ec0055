"""The manifest of a published version: every file, what it was made from, and with what; the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

import jixiao
from jixiao.archive.inputs import Input, described
from jixiao.archive.publication import MANIFEST, Publication
from jixiao.kit.errors import Fault, PublishError
from jixiao.kit.sealed import rendered, sealed, sha256

NAME = MANIFEST
_HASH = re.compile(r"[0-9a-f]{64}")
_CODE = Path(jixiao.__file__).parent


def code() -> dict[str, str]:
    """Version of the program and one SHA-256 over the names and contents of its files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in _CODE.rglob("*") if path.is_file()):
        if "__pycache__" not in path.parts:
            digest.update(f"{sha256(path.read_bytes())}  {path.relative_to(_CODE).as_posix()}\n".encode())
    return {"version": jixiao.__version__, "sha256": digest.hexdigest()}


def environment(fonts: Iterable[str]) -> dict[str, Any]:
    """System, Python, the fonts of the PDF, and the version of every package that the program needs."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "fonts": sorted(set(fonts)),
        "packages": dict(sorted(_versions())),
    }


def _versions() -> Iterator[tuple[str, str]]:
    """Name and version of each package that `jixiao` needs, directly or through others, and that is installed."""
    waiting = [jixiao.__name__]
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # needed on other systems only
        version, requires = _said(package)
        if name != jixiao.__name__:
            yield name, version
        needed = {_plain(one) for one in requires if "extra ==" not in one}
        waiting.extend(needed - seen)
        seen |= needed


def _said(package: metadata.Distribution) -> tuple[str, list[str]]:
    """Version and requirements of a package; its description, the most of its metadata, is not parsed."""
    head, _, _ = (package.read_text("METADATA") or "").partition("\n\n")
    lines = head.splitlines()
    versions = [line.removeprefix("Version: ") for line in lines if line.startswith("Version: ")]
    if not versions:
        return package.version, list(package.requires or ())
    return versions[0], [
        line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")
    ]


def _plain(requirement: str) -> str:
    """The name in a requirement, as every tool spells it."""
    name = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else ""


@dataclass(frozen=True)
class Sources:
    """All that a version is made from: the inputs, the program, the environment."""

    inputs: tuple[Input, ...]
    code: Mapping[str, str]
    environment: Mapping[str, Any]

    def kept(self) -> dict[str, bytes]:
        """The inputs by their names in the published version."""
        return {one.kept: one.content for one in self.inputs}


def render(publication: Publication, files: Mapping[str, bytes], sources: Sources) -> bytes:
    """The manifest of the `files` of a publication, made from `sources`."""
    return sealed(
        {
            **_whose(publication),
            "files": [described(name, content) for name, content in sorted(files.items())],
            **_made_from(sources),
        }
    )


def key(publication: Publication, sources: Sources) -> str:
    """The SHA-256 of all that a version depends on: which publication, its parameters, inputs, program and environment."""
    return sha256(rendered({**_whose(publication), **_made_from(sources)}))


def key_of(recorded: Mapping[str, Any]) -> str:
    """The key (see `key`) of the version that a manifest describes."""
    return sha256(
        rendered({name: each for name, each in recorded.items() if name not in ("files", "sha256")})
    )


def _whose(publication: Publication) -> dict[str, Any]:
    """Which publication it is; of a variant its name, and the values that it was run with."""
    said: dict[str, Any] = {"report_year": publication.year, "publication": publication.id}
    if publication.variant:
        said |= {"variant": publication.variant, "parameters": dict(publication.given)}
    return said


def _made_from(sources: Sources) -> dict[str, Any]:
    inputs = [one.as_json() for one in sources.inputs]
    return {"inputs": inputs, "code": sources.code, "environment": sources.environment}


def read(content: bytes | None, place: str) -> dict[str, Any]:
    """A manifest as written; PublishError when it is missing, not as it was written, or none that this program writes."""
    where = f"{place}/{NAME}"
    if content is None:
        raise PublishError(Fault(where, "没有这个文件", remedy="用 jixiao report 重新生成"))
    try:
        found = json.loads(content)
        intact = isinstance(found, dict) and sealed(found) == content
    except (ValueError, TypeError, RecursionError):
        intact = False
    if not intact:
        raise PublishError(Fault(where, "内容被改动，与自身的校验值不符", remedy="取原来的文件"))
    if not _is_manifest(found):
        raise PublishError(Fault(where, "不是本程序写的清单", remedy="取原来的文件"))
    return found


def _is_manifest(found: Mapping[str, Any]) -> bool:
    """Whether every part is there and of its form; what may come to be added does not matter."""
    code = found.get("code")
    environment = found.get("environment")
    return (
        _fit(found, {"report_year": int, "publication": str, "files": list, "inputs": list})
        and _are_files(found["files"], {})
        and _are_files(found["inputs"], {"role": str})
        and isinstance(code, dict)
        and _fit(code, {"version": str, "sha256": str})
        and isinstance(environment, dict)
        and _fit(environment, {"system": str, "python": str, "fonts": list, "packages": dict})
        and all(isinstance(one, str) for one in environment["fonts"])
        and all(isinstance(one, str) for one in environment["packages"].values())
    )


def _are_files(listed: list[Any], more: Mapping[str, type]) -> bool:
    """Whether each is a file with a path below a folder, all different."""
    form = {"name": str, "bytes": int, "sha256": str, **more}
    if not all(
        isinstance(one, dict) and _fit(one, form) and _HASH.fullmatch(one["sha256"]) for one in listed
    ):
        return False
    names = [PurePosixPath(one["name"]) for one in listed]
    return len({*names}) == len(names) and all(
        name.parts
        and not name.is_absolute()
        and ".." not in name.parts
        and not set(one["name"]) & set("\\:\0")  # which lead elsewhere on Windows
        and name.as_posix() == one["name"]
        for name, one in zip(names, listed, strict=True)
    )


def _fit(found: Mapping[str, Any], form: Mapping[str, type]) -> bool:
    return all(type(found.get(key)) is kind for key, kind in form.items())
