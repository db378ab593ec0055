"""Known advisories about the packages of the lock, by a database that was fetched before: nothing is asked of the network.

`python tools/audit.py --database all.zip` reads records of the Open Source Vulnerability format for PyPI: their zip file, or
a folder of JSON files. It prints a line for each package of requirements.lock that one speaks of, and exits with 1 if there
is any, with 2 if there is no database to ask.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
HOW = "先取得 OSV 的 PyPI 全库（all.zip），再运行 make audit DATABASE=all.zip"


def pinned(lock: str) -> dict[str, Version]:
    """Name -> version of each package in the text of a lock."""
    return {canonicalize_name(name): Version(version) for name, version in PINNED.findall(lock)}


def records(database: Path) -> Iterator[Mapping[str, Any]]:
    """Each record of a database, a zip file or a folder."""
    if database.is_dir():
        for path in sorted(database.rglob("*.json")):
            yield json.loads(path.read_bytes())
        return
    with zipfile.ZipFile(database) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def speaks_of(affected: Mapping[str, Any], name: str, version: Version) -> bool:
    """Whether a part of a record speaks of this version of a package: it is listed, or lies in a range."""
    package = affected.get("package", {})
    if package.get("ecosystem") != "PyPI" or canonicalize_name(package.get("name", "")) != name:
        return False
    listed = {parsed(one) for one in affected.get("versions", ())}
    ranges = [one["events"] for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM"]
    return version in listed or any(within(events, version) for events in ranges)


def within(events: list[Mapping[str, str]], version: Version) -> bool:
    """Whether `version` lies between the event that introduced a fault and the one that fixed it, or was the last with it."""
    found = False
    points = [(parsed(value), kind) for event in events for kind, value in event.items() if kind != "limit"]
    for point, kind in sorted(points, key=lambda one: one[0]):
        if kind == "introduced":
            found = found or version >= point
        elif version > point or (kind == "fixed" and version == point):
            found = False
    return found


def parsed(text: str) -> Version:
    """A version; one that is none, as old records have it, counts as the first of all."""
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


def fixes(affected: Mapping[str, Any]) -> list[str]:
    """The versions that a part of a record names as mended."""
    events = [
        event
        for one in affected.get("ranges", ())
        if one.get("type") == "ECOSYSTEM"
        for event in one["events"]
    ]
    return [event["fixed"] for event in events if "fixed" in event]


def audit(lock: str, database: Path) -> tuple[list[str], str]:
    """A line for each advisory about a package of the lock, and the day of the newest record."""
    packages = pinned(lock)
    lines: set[str] = set()
    newest = ""
    for record in records(database):
        newest = max(newest, record.get("modified", "")[:10])
        if "withdrawn" in record:
            continue
        for affected in record.get("affected", ()):
            name = canonicalize_name(affected.get("package", {}).get("name", ""))
            if name in packages and speaks_of(affected, name, packages[name]):
                mended = "、".join(fixes(affected)) or "还没有修复的版本"
                known = "、".join([record["id"], *record.get("aliases", ())])
                said = " ".join(record.get("summary", "").split())
                lines.add(f"{name} {packages[name]}：{known} {said}；修复于 {mended}")
    return sorted(lines), newest


def main(arguments: list[str] | None = None) -> int:
    """Print what the database says of the lock; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, help="zip file or folder of OSV records for PyPI")
    parser.add_argument("--lock", type=Path, default=LOCK)
    given = parser.parse_args(arguments)
    lock = given.lock.read_text(encoding="utf-8")
    if given.database is None or not given.database.exists():
        print(f"没有漏洞库，没有核对 {given.lock.name} 的 {len(pinned(lock))} 个包；{HOW}", file=sys.stderr)
        return 2
    try:
        lines, newest = audit(lock, given.database)
    except (ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        print(f"{given.database.name}：不是 OSV 的漏洞库（{type(error).__name__}）；{HOW}", file=sys.stderr)
        return 2
    if not newest:
        print(f"{given.database.name}：里面没有漏洞记录；{HOW}", file=sys.stderr)
        return 2
    for line in lines:
        print(line)
    print(f"核对了 {len(pinned(lock))} 个包，漏洞库最新的记录是 {newest} 的，已知漏洞 {len(lines)} 条。")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
