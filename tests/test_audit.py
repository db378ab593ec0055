"""The lock against known advisories: which versions a record speaks of, and what is said where no database is there."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from packaging.version import Version
from tools import audit

LOCK = (
    "Jinja2==3.1.2 ; python_version > '3' \\\n    --hash=sha256:00\nnumpy==2.3.0 \\\n    --hash=sha256:00\n"
)


def record(name: str, *events: dict[str, str], **more: object) -> dict[str, object]:
    """A record about the package `name` with one range."""
    package = {"ecosystem": "PyPI", "name": name}
    affected = {"package": package, "ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}
    known = {"id": "GHSA-1", "aliases": ["CVE-1"], "modified": "2026-11-01T00:00:00Z", "summary": "a\nb"}
    return {**known, "affected": [affected], **more}


def said(tmp_path: Path, capsys, *found: dict[str, object], zipped: bool = False) -> tuple[int, list[str]]:
    """Exit code and lines for a database of the records `found`."""
    (tmp_path / "lock").write_text(LOCK, encoding="utf-8")
    database = tmp_path / ("all.zip" if zipped else "all")
    if zipped:
        with zipfile.ZipFile(database, "w") as archive:
            for number, one in enumerate(found):
                archive.writestr(f"{number}.json", json.dumps(one))
    else:
        database.mkdir()
        for number, one in enumerate(found):
            (database / f"{number}.json").write_text(json.dumps(one), encoding="utf-8")
    code = audit.main(["--lock", str(tmp_path / "lock"), "--database", str(database)])
    return code, "".join(capsys.readouterr()).splitlines()


@pytest.mark.parametrize(
    ("events", "vulnerable"),
    [
        ([{"introduced": "0"}, {"fixed": "3.1.3"}], True),
        ([{"introduced": "0"}, {"fixed": "3.1.2"}], False),
        ([{"introduced": "3.1.2"}, {"fixed": "3.1.3"}], True),
        ([{"introduced": "3.1.3"}], False),
        ([{"introduced": "0"}, {"last_affected": "3.1.2"}], True),
        ([{"introduced": "0"}, {"last_affected": "3.1.1"}], False),
        ([{"introduced": "0"}, {"fixed": "2"}, {"introduced": "3.1"}, {"fixed": "3.1.10"}], True),
        ([{"fixed": "3.1.10"}, {"introduced": "3.1.9"}], False),
    ],
)
def test_a_version_lies_in_a_range_from_its_beginning_to_before_its_end(events, vulnerable):
    """Versions are compared as numbers; the fixed one is out, the last affected one is in."""
    assert audit.within(events, Version("3.1.2")) is vulnerable


@pytest.mark.parametrize("zipped", [False, True])
def test_each_advisory_about_the_lock_is_a_line(tmp_path, capsys, zipped):
    """A record about a pinned version, in whatever spelling of its name, is a line with the fix, and the exit code is 1."""
    hit = record("jinja2", {"introduced": "0"}, {"fixed": "3.1.3"})
    other = record("numpy", {"introduced": "0"}, {"fixed": "2.0"})
    code, lines = said(tmp_path, capsys, hit, other, record("absent", {"introduced": "0"}), zipped=zipped)
    assert (code, lines) == (
        1,
        [
            "jinja2 3.1.2：GHSA-1、CVE-1 a b；修复于 3.1.3",
            "核对了 2 个包，漏洞库最新的记录是 2026-11-01 的，已知漏洞 1 条。",
        ],
    )


def test_versions_that_are_listed_count_and_withdrawn_records_do_not(tmp_path, capsys):
    """A record may list versions without a range; one that was taken back says nothing."""
    listed = {"package": {"ecosystem": "PyPI", "name": "numpy"}, "versions": ["2.3", "odd"]}
    withdrawn = record("jinja2", {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z")
    code, lines = said(tmp_path, capsys, record("x", affected=[listed]), withdrawn)
    assert (code, lines[0]) == (1, "numpy 2.3.0：GHSA-1、CVE-1 a b；修复于 还没有修复的版本")


def test_a_lock_without_known_faults_is_fine(tmp_path, capsys):
    """Exit code 0, and the age of the database."""
    code, lines = said(tmp_path, capsys, record("jinja2", {"introduced": "4"}))
    assert (code, lines) == (0, ["核对了 2 个包，漏洞库最新的记录是 2026-11-01 的，已知漏洞 0 条。"])


def test_without_a_database_it_says_that_it_cannot(tmp_path, capsys):
    """No database, an empty one, one that is none: exit code 2, one line each that says how to get it."""
    (tmp_path / "broken.zip").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    for given in ([], ["--database", str(tmp_path / "broken.zip")], ["--database", str(tmp_path / "empty")]):
        assert audit.main(given) == 2
        (line,) = "".join(capsys.readouterr()).splitlines()
        assert "make audit DATABASE=all.zip" in line


def test_the_whole_lock_is_read():
    """As many packages are asked about as the lock pins."""
    lock = audit.LOCK.read_text(encoding="utf-8")
    assert len(audit.pinned(lock)) == len(re.findall(r"^[a-z0-9].*==", lock, re.MULTILINE)) > 200
