"""What `jixiao verify` says of a published version: each byte that changed since, in files and in what they came from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from jixiao.archive import manifest, verify
from jixiao.archive.inputs import described
from jixiao.archive.publication import Publication
from jixiao.kit.errors import PublishError
from kit import PROJECT, Kit
from test_closing import add_cells, few
from test_figures import lower_department

CELLS = ['report.section("评价")', 'report.prose("平均{evaluation.departments.review_mean}。")']
TABLES = [path for path in (PROJECT / "data" / "2022").iterdir() if path.is_file()]
FILES = (
    12 + 7 + len(TABLES)
)  # what is made, and what it is made from: notebook, five of rules and lock, tables


@pytest.fixture
def sent(built, tmp_path) -> Path:
    """A copy of the published folder, as somebody would send it."""
    return Path(shutil.copytree(built.outputs / "2022", tmp_path / "送来的"))


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Kit:
    """A kit with the same kinds of files as the built one, whose report has few subjects and few lines."""
    kit = few(tmp_path_factory.mktemp("small") / "kit")
    (kit.root / "requirements.lock").write_text("pandas==3\n", encoding="utf-8")
    (kit.root / "params" / "theme.yml").write_text("based_on: gongwen\n", encoding="utf-8")
    add_cells(kit, *CELLS)
    result = kit.run("report", "2022", "--quiet")
    assert result.returncode == 0, result.stderr
    return kit


@pytest.fixture
def copy(small, tmp_path) -> Kit:
    """The small kit with its outputs, copied to be changed."""
    return Kit(Path(shutil.copytree(small.root, tmp_path / "kit")), there=True)


@contextmanager
def tampered(path: Path, number: int) -> Iterator[str]:
    """The file with one byte changed, at the beginning, in the middle or at the end by its number; whole again behind it."""
    content = path.read_bytes()
    at = (0, len(content) // 2, len(content) - 1)[number % 3]
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    yield f"{path.name} at {at}"
    path.write_bytes(content)


def states(verdict: verify.Verdict) -> dict[str, str]:
    """Each file that is not as published, and what is said of it."""
    return {one.name: one.state for one in verdict.files if one.state != verify.IDENTICAL}


def test_one_byte_of_any_published_file_is_named(sent):
    """Whichever file is changed in one byte, kept inputs too, that file is named and no other."""
    names = sorted(path.relative_to(sent).as_posix() for path in sent.rglob("*") if path.is_file())
    assert len(names) == FILES and verify.of_folder(sent).fine
    for number, name in enumerate(names):
        with tampered(sent / name, number) as case:
            if name == manifest.NAME:
                with pytest.raises(PublishError, match=r"manifest.json：内容被改动"):
                    verify.of_folder(sent)
            else:
                assert states(verify.of_folder(sent)) == {name: "发布后被改动"}, case
    assert verify.of_folder(sent).fine


def test_missing_and_extra_files_are_named(sent):
    """A file that was taken out and one that was put in, in a folder of its own, are told apart."""
    (sent / "public" / "annual_report.pdf").unlink()
    (sent / "附件").mkdir()
    (sent / "附件" / "新.txt").write_text("", encoding="utf-8")
    assert states(verify.of_folder(sent)) == {"public/annual_report.pdf": "缺少", "附件/新.txt": "多出"}


def test_a_folder_is_verified_without_any_kit(built, sent):
    """The command reads a path anywhere, says each file in a line, and exits with 1 where something differs."""
    fine = built.run("verify", str(sent))
    (sent / "internal" / "figures.json").write_text("{}", encoding="utf-8")
    wrong = built.run("verify", str(sent))
    assert (fine.returncode, fine.stdout.splitlines()[-1]) == (0, f"共 {FILES} 个文件，未重建，全部一致。")
    assert wrong.returncode == 1
    assert "发布后被改动  internal/figures.json" in wrong.stdout.splitlines()


def test_a_folder_too_large_to_be_a_report_is_not_read(sent):
    """One file of 40 GB among the others is a line; where there is no manifest, that alone is told."""
    with (sent / "backup.img").open("wb") as file:
        file.truncate(40_000_000_000)
    with pytest.raises(PublishError, match=r"^送来的：有 4000[1-5] MB，没有读；应为至多 500 MB；"):
        verify.of_folder(sent)
    (sent / manifest.NAME).unlink()
    with pytest.raises(PublishError, match=r"^送来的/manifest.json：没有这个文件"):
        verify.of_folder(sent)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("2021", "outputs/2021/manifest.json：没有这个文件"),
        ("没有", "没有：没有这个文件夹；请核对路径，或给出年份"),
    ],
)
def test_what_is_not_there_is_one_line(built, target, said):
    """A year without report and a folder that does not exist are told as such, with exit code 1."""
    result = built.run("verify", target)
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert said in result.stderr


def test_one_byte_of_any_input_is_named(copy):
    """Whichever input is changed in one byte, it is named with its role; a new and a lost one too."""
    recorded = json.loads((copy.outputs / "2022" / manifest.NAME).read_text(encoding="utf-8"))["inputs"]
    roles = {one["role"] for one in recorded}
    assert roles == {
        "notebook",
        "params",
        "policy",
        "checks",
        "sampling",
        "theme",
        "published",
        "table",
        "lock",
    }
    assert len(recorded) > len(list(copy.data.glob("*.csv")))
    assert list(verify.changed_inputs(Publication(copy.root, 2022), recorded)) == []
    for number, one in enumerate(recorded):
        with tampered(copy.root / one["name"], number) as case:
            (change,) = verify.changed_inputs(Publication(copy.root, 2022), recorded)
            assert (change.role, change.name) == (one["role"], one["name"]), case
    (copy.data / "units.csv").rename(copy.data / "funds.csv")
    found = [str(change) for change in verify.changed_inputs(Publication(copy.root, 2022), recorded)]
    assert [line.split("  ")[1] for line in found] == ["data/2022/funds.csv", "data/2022/units.csv"]
    assert "原来没有 →" in found[0] and found[1].endswith("→ 现在没有")


def test_a_year_that_can_be_made_again_is_identical(small):
    """Nothing changed: the rebuilt files are the same, exit code 0, one JSON document."""
    result = small.run("verify", "2022", "--json", "--quiet")
    assert (result.returncode, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert (found["identical"], found["rebuilt"], found["changes"], found["failed"]) == (True, True, [], [])
    assert len(found["files"]) == FILES


def test_a_changed_input_is_told_beside_files_that_can_be_made_again(copy):
    """One lower score in the kit: the table is named, exit code 1; what was published still follows from its inputs."""
    copy.change_table("indicators", lower_department)
    result = copy.run("verify", "2022", "--quiet", "--json")
    found = json.loads(result.stdout)
    assert result.returncode == 1
    assert [(one["role"], one["name"]) for one in found["changes"]] == [("table", "data/2022/indicators.csv")]
    assert {one["state"] for one in found["files"]} == {verify.IDENTICAL}


def reseal(folder: Path) -> None:
    """Let the manifest name the files below `folder` as they are now, as somebody would who hides a change."""
    path = folder / manifest.NAME
    content = json.loads(path.read_text(encoding="utf-8"))
    content["files"] = [
        described(one["name"], (folder / one["name"]).read_bytes()) for one in content["files"]
    ]
    path.write_bytes(manifest.sealed(content))


def test_a_forged_input_is_told_figure_by_figure(copy):
    """A kept score lowered behind the back of the report, hashes and all: the rebuild says what it gives."""
    copy.change_table("indicators", lower_department)
    folder = copy.outputs / "2022"
    shutil.copyfile(
        copy.data / "indicators.csv", folder / "internal" / "inputs" / "data" / "2022" / "indicators.csv"
    )
    reseal(folder)
    assert verify.of_folder(folder).fine
    result = copy.run("verify", "2022", "--quiet", "--json")
    found = json.loads(result.stdout)
    assert result.returncode == 1
    files = {one["name"]: one for one in found["files"]}
    assert {name for name, one in files.items() if one["state"] == "重建结果不同"} == {
        name for name in files if name != manifest.NAME and not name.startswith("internal/inputs/")
    }
    details = files["internal/figures.json"]["details"]
    assert "evaluation.departments.review.[85,90) 的 value  发布“6”，重建“5”" in details
    assert "word/document.xml" in files["public/annual_report.docx"]["details"]


def test_another_program_and_environment_are_told_and_no_fault(copy):
    """The code and the packages may have changed: it is said which; the report is the same, so exit code 0."""
    folder = copy.outputs / "2022"
    path = folder / manifest.NAME
    content = json.loads(path.read_text(encoding="utf-8"))
    content["code"]["sha256"] = "0" * 64
    content["environment"]["packages"] |= {"pandas": "2.0.0"}
    path.write_bytes(manifest.sealed(content))
    crate = folder / "ro-crate-metadata.json"
    crate.write_text(crate.read_text(encoding="utf-8").replace("pandas@", "pandas@2.0.0-"), encoding="utf-8")
    reseal(folder)
    result = copy.run("verify", "2022", "--quiet")
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert [line.split("  ")[:2] for line in lines[FILES:-1]] == [
        ["程序已变", "lib/jixiao"],
        ["运行环境已变", "pandas"],
    ]
    assert "2.0.0 →" in lines[FILES + 1]


def smuggled(copy: Kit, name: str, content: bytes) -> None:
    """Put `content` into the published version as its kept input `name`, hashes and all."""
    folder = copy.outputs / "2022"
    (folder / "internal" / "inputs" / name).write_bytes(content)
    path = folder / manifest.NAME
    written = json.loads(path.read_text(encoding="utf-8"))
    listed = {one["name"]: one for one in written["inputs"]}
    listed[name] = {**listed.get(name, {"role": "table"}), **described(name, content)}
    path_of = f"internal/inputs/{name}"
    kept = {one["name"]: one for one in written["files"]} | {path_of: {"name": path_of}}
    path.write_bytes(
        manifest.sealed({**written, "inputs": list(listed.values()), "files": list(kept.values())})
    )
    reseal(folder)


@pytest.mark.parametrize(
    "name",
    [
        "notebooks/annual_report.ipynb",
        "notebooks/pandas.py",
        "params/policies/mof-2020-10.yml",
        "params/theme.yml",
    ],
)
def test_nothing_that_differs_from_the_kit_is_run(copy, name):
    """A kept notebook, policy or theme that is not that of the kit, and a module put beside it, are named and not run."""
    path = copy.root / name
    smuggled(copy, name, (path.read_bytes() if path.exists() else b"") + b" ")
    assert verify.of_folder(copy.outputs / "2022").fine
    result = copy.run("verify", "2022", "--quiet", "--json")
    found = json.loads(result.stdout)
    assert (result.returncode, found["untrusted"], found["rebuilt"]) == (1, [name], False)
    assert (
        f"没有运行  {name} 与本机的不同；看过以后可加 --trust"
        in copy.run("verify", "2022").stdout.splitlines()
    )


def test_what_differs_is_run_if_it_is_trusted(copy):
    """With --trust the kept notebook is run, and the files that it gives are compared."""
    smuggled(copy, "notebooks/annual_report.ipynb", copy.notebook.read_bytes() + b" ")
    found = json.loads(copy.run("verify", "2022", "--quiet", "--json", "--trust").stdout)
    assert (found["untrusted"], found["rebuilt"], found["failed"]) == ([], True, [])


def test_a_kept_file_that_the_manifest_does_not_name_as_input_is_not_unpacked(built):
    """Only inputs by the manifest are taken into the kit in which a version is made again."""
    folder = built.outputs / "2022"
    published = {one.name: one.read_bytes() for one in [folder / manifest.NAME]}
    recorded = manifest.read(published[manifest.NAME], "x")
    names = {one["name"] for one in recorded["inputs"]}
    published |= {f"internal/inputs/{name}": b"" for name in names}
    published["internal/inputs/notebooks/pandas.py"] = b""
    assert set(verify._kept(published, recorded)) == names


def test_a_folder_is_held_against_the_hash_that_was_told(built, sent):
    """The SHA-256 of the manifest, told by another way, says whether it is that version; without one nothing is claimed."""
    told = json.loads(built.run("verify", str(sent), "--json").stdout)["manifest"]
    same = built.run("verify", str(sent), "--sha256", f" {told.upper()}")
    assert (same.returncode, same.stdout.splitlines()[-2]) == (0, "清单就是给出的那一份")
    other = built.run("verify", str(sent), "--sha256", "0" * 64)
    assert other.returncode == 1
    assert other.stdout.splitlines()[-2] == f"清单不是给出的那一份，它的 SHA-256 是 {told}"
    assert (
        built.run("verify", str(sent))
        .stdout.splitlines()[-2]
        .startswith(f"清单的 SHA-256 是 {told}；出自何处无从知道")
    )
    wrong = built.run("verify", str(sent), "--sha256", "abc")
    assert (wrong.returncode, wrong.stderr) == (2, "--sha256：“abc”不是 SHA-256；应为64 位十六进制数\n")


def test_a_folder_is_held_against_the_closed_record(copy, tmp_path):
    """Of a closed year a folder is the version that was closed, or it is told which files are not, hashes and all."""
    assert copy.run("close", "2022").returncode == 0
    sent = Path(shutil.copytree(copy.outputs / "2022", tmp_path / "送来的"))
    closed = copy.run("verify", str(sent))
    assert closed.returncode == 0 and closed.stdout.splitlines()[-2].endswith("封存时一致")
    (sent / "public" / "annual_report.xlsx").write_bytes(b"forged")
    reseal(sent)
    forged = copy.run("verify", str(sent))
    assert forged.returncode == 1
    assert forged.stdout.splitlines()[-2].endswith("封存时不同：public/annual_report.xlsx")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["../x", "/x", "C:x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places_in(value: object, path: tuple = ()) -> Iterator[tuple]:
    """The path to each part of a JSON value."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places_in(inner, (*path, key))


@hypothesis.given(st.data())
@hypothesis.settings(max_examples=300)
def test_a_malformed_manifest_is_one_line_whatever_its_shape(valid_manifest, data):
    """Any part replaced, left out or doubled and sealed again: it is refused in one line, or all that reads it can."""
    whole = json.loads(valid_manifest)
    *path, last = data.draw(st.sampled_from([one for one in places_in(whole) if one]))
    part = whole
    for key in path:
        part = part[key]
    change = data.draw(st.sampled_from(["replace", "remove", "double"]))
    if change == "remove":
        del part[last]
    elif change == "double" and isinstance(part, list):
        part.append(part[last])
    else:
        part[last] = data.draw(JSON)
    try:
        content = manifest.sealed(whole)
    except ValueError:  # no text can be made of it, such as of a half character
        return
    try:
        recorded = manifest.read(content, "x")
    except PublishError as error:
        assert str(error).count("\n") == 0 and "manifest.json" in str(error)
        return
    list(verify.intact({}, recorded))
    list(verify._changes(recorded, json.loads(valid_manifest)))
    assert not any(name.startswith(("/", "..")) for name in verify._kept({}, recorded))


@pytest.fixture(scope="module")
def valid_manifest(built) -> str:
    """The manifest that was published."""
    return (built.outputs / "2022" / manifest.NAME).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["/x", "../x", "a/../x", "a/./x", "a//x", "", ".", "C:x", "a\\x", "a\0x"])
@pytest.mark.parametrize("part", ["files", "inputs"])
def test_a_manifest_names_only_files_below_its_folder(valid_manifest, part, name):
    """A name that leads elsewhere, on whatever system, makes a manifest one that this program does not write."""
    whole = json.loads(valid_manifest)
    whole[part][0]["name"] = name
    with pytest.raises(PublishError, match=r"manifest.json：不是本程序写的清单"):
        manifest.read(manifest.sealed(whole), "x")


def test_a_manifest_names_each_file_once(valid_manifest):
    """Of two entries for one file nobody could tell which one counts."""
    whole = json.loads(valid_manifest)
    whole["files"].append(whole["files"][0])
    with pytest.raises(PublishError, match="不是本程序写的清单"):
        manifest.read(manifest.sealed(whole), "x")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"1",
        b'"x"',
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"sha256": "\\ud800"}',
        b"1" * 5000,
    ],
    ids=range(11),
)
def test_what_is_no_manifest_at_all_is_one_line(sent, content):
    """JSON of another kind, no JSON, and JSON that nests without end."""
    (sent / manifest.NAME).write_bytes(content)
    with pytest.raises(PublishError, match=r"送来的/manifest\.json：内容被改动") as caught:
        verify.of_folder(sent)
    assert len(caught.value.faults) == 1


def test_inputs_that_no_longer_give_a_report_are_told(copy):
    """A kept table that is gone: the rebuild fails with its reason, and the files are still held against the manifest."""
    (copy.internal / "inputs" / "data" / "2022" / "subjects.csv").unlink()
    result = copy.run("verify", "2022", "--quiet")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "无法重建  data/2022/subjects.csv：没有这个文件；请补上这张表" in result.stdout
    assert "缺少  internal/inputs/data/2022/subjects.csv" in result.stdout.splitlines()
    assert "一致  public/annual_report.pdf" in result.stdout.splitlines()


@pytest.mark.parametrize(
    "content",
    [
        {"report_year": 2022},
        {"files": "index.html"},
        {"files": [{"bytes": 1}]},
        {"files": ["index.html"]},
        {"files": [], "environment": []},
    ],
)
def test_a_sealed_file_of_another_kind_is_no_manifest(tmp_path, content):
    """Anybody can seal anything; one line says that it is no list of this program's."""
    (tmp_path / manifest.NAME).write_bytes(manifest.sealed(content))
    with pytest.raises(PublishError, match="不是本程序写的清单"):
        verify.of_folder(tmp_path)
