"""The provenance of a run, read by the validator of RO-Crate, and held against the files themselves."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from crate_contexts import cached
from jixiao.archive import crate, manifest
from jixiao.archive.inputs import Input
from jixiao.archive.publication import Heading
from jixiao.year import params
from kit import PROJECT, Kit

VALIDATOR = Path(sys.executable).with_name("rocrate-validator")
HEADING = Heading("2022", "题目", "", "2023-08-25", params.of_year(PROJECT, 2022))
SOURCES = manifest.Sources(
    (Input("table", "data/2022/甲 乙.csv", b"a\n"),),
    {"version": "1", "sha256": "0" * 64},
    {"system": "Linux x86_64", "python": "CPython 3.13.1", "fonts": [], "packages": {"pandas": "3.0"}},
)


def with_params(**changes: str) -> Heading:
    """The heading with other parameters."""
    return replace(HEADING, params=replace(HEADING.params, **changes))


@pytest.fixture(scope="module")
def published(built, tmp_path_factory) -> Kit:
    """A kit in which 2022 was published, and a later run failed."""
    kit = Kit(Path(shutil.copytree(built.root, tmp_path_factory.mktemp("crate") / "kit")), there=True)
    notebook = json.loads(kit.notebook.read_text(encoding="utf-8"))
    notebook["cells"][2]["source"] = "1 / 0"
    kit.notebook.write_text(json.dumps(notebook), encoding="utf-8")
    assert kit.run("report", "2022", "--quiet").returncode == 1
    return kit


@pytest.fixture(scope="module")
def contexts(tmp_path_factory) -> Path:
    """The cache from which the validator takes what it would fetch."""
    return cached(tmp_path_factory.mktemp("contexts"))


def issues(folder: Path, contexts: Path) -> list[str]:
    """What the validator requires of a Process Run Crate and does not find in `folder`; it asks no network."""
    report = contexts.parent / "report.json"
    profile = ["-p", "process-run-crate-0.5", "-l", "REQUIRED", "--offline", "--cache-path", str(contexts)]
    command = [str(VALIDATOR), "-y", "--disable-color", "validate", *profile, "--no-paging"]
    done = subprocess.run(
        [*command, "-f", "json", "-o", str(report), str(folder)], capture_output=True, text=True, timeout=120
    )
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (done.returncode == 0) == found["passed"], done.stderr
    return [one["message"] for one in found["issues"]]


def graph(folder: Path) -> dict[str, dict]:
    """The entities of a crate by their ids."""
    content = json.loads((folder / crate.NAME).read_text(encoding="utf-8"))
    return {one["@id"]: one for one in content["@graph"]}


@pytest.mark.parametrize("name", ["2022", "2022.failed"])
def test_the_validator_finds_nothing_missing(published, contexts, name):
    """A published version and a failed run meet all that the profile requires."""
    assert issues(published.outputs / name, contexts) == []


@pytest.mark.parametrize(
    ("entity", "lost", "words"),
    [
        ("#run", "instrument", "instrument"),
        ("./", "license", "license"),
        ("./", "conformsTo", "CreativeWork entity"),
    ],
)
def test_the_validator_finds_what_is_taken_out(published, contexts, tmp_path, entity, lost, words):
    """The validator sees a crate without its program, licence or profile."""
    folder = Path(shutil.copytree(published.outputs / "2022", tmp_path / "2022"))
    content = json.loads((folder / crate.NAME).read_text(encoding="utf-8"))
    del next(one for one in content["@graph"] if one["@id"] == entity)[lost]
    (folder / crate.NAME).write_text(json.dumps(content), encoding="utf-8")
    assert [message for message in issues(folder, contexts) if words in message] != []


def test_every_file_stands_in_the_crate_with_size_and_hash(published):
    """All files below the folder are its parts; the manifest, which bears its own hash, and the crate have none."""
    folder = published.outputs / "2022"
    entities = graph(folder)
    parts = {unquote(part["@id"]) for part in entities["./"]["hasPart"]}
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert parts == files.keys() - {crate.NAME}
    for name in parts - {manifest.NAME}:
        content, one = files[name].read_bytes(), entities[name]
        assert (one["sha256"], one["contentSize"]) == (hashlib.sha256(content).hexdigest(), str(len(content)))
    assert "sha256" not in entities[manifest.NAME]


def test_the_run_says_what_was_made_from_what_with_what(published):
    """Inputs, results, program with its packages, agent; completed, and no time in it."""
    entities = graph(published.outputs / "2022")
    run, program = entities["#run"], entities[entities["#run"]["instrument"]["@id"]]
    assert {one["@id"].startswith("internal/inputs/") for one in run["object"]} == {True}
    assert {"public/annual_report.pdf", "internal/figures.json", "internal/datapackage.json"} <= {
        one["@id"] for one in run["result"]
    }
    assert run["actionStatus"] == {"@id": "http://schema.org/CompletedActionStatus"}
    assert {"startTime", "endTime", "error"} & run.keys() == set()
    needed = {entities[one["@id"]]["name"] for one in program["softwareRequirements"]}
    assert {"CPython", "pandas", "papermill", "typst"} <= needed
    assert program["sha256"] == manifest.code()["sha256"]
    assert entities["./"]["publisher"] == run["agent"] == {"@id": "#publisher"}
    assert entities["#publisher"]["name"] == "城中区财政局"
    assert "重构数据" in entities["./"]["description"]


def test_a_failed_run_is_recorded_as_failed(published):
    """Its crate has the error, when it began and ended, what it read; the published version stays."""
    folder = published.outputs / "2022.failed"
    run = graph(folder)["#run"]
    assert run["actionStatus"] == {"@id": "http://schema.org/FailedActionStatus"}
    assert "ZeroDivisionError" in run["error"]
    assert run["startTime"] < run["endTime"]
    assert (folder / "inputs" / "data" / "2022" / "subjects.csv").is_file()
    assert published.run("verify", str(published.outputs / "2022")).returncode == 0


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("Apache-2.0", {"@id": "https://spdx.org/licenses/Apache-2.0"}),
        ("https://example.org/licence", {"@id": "https://example.org/licence"}),
        ("依政府信息公开条例公开", "依政府信息公开条例公开"),
    ],
)
def test_the_licence_comes_from_the_parameters(licence, expected):
    """An SPDX identifier and an address are links, other words are kept as they are."""
    content = json.loads(crate.render(with_params(license=licence), SOURCES, crate.Run({"a.html": b""})))
    root = next(one for one in content["@graph"] if one["@id"] == "./")
    assert root["license"] == expected


def test_names_and_words_of_any_kind_are_data():
    """Quotes, markup and blanks stay what they are; a path is percent-encoded."""
    hostile = '"}]<script>\u202e\x00\n'
    heading = replace(with_params(issuer=hostile), title=hostile)
    content = json.loads(crate.render(heading, SOURCES, crate.Run({"a.html": b""})))
    entities = {one["@id"]: one for one in content["@graph"]}
    assert (entities["#publisher"]["name"], entities["./"]["name"]) == (hostile, hostile)
    assert "inputs/data/2022/%E7%94%B2%20%E4%B9%99.csv" in entities


def test_the_same_run_gives_the_same_crate():
    """No moment and no random id gets in."""
    run = crate.Run({"a.html": b"", "b.pdf": b""})
    assert crate.render(HEADING, SOURCES, run) == crate.render(HEADING, SOURCES, run)
