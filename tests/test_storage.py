"""Kits in a store: which there are, what is copied, what is put back, and what an interruption leaves."""

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from jixiao.batch import storage
from jixiao.kit import limits
from jixiao.kit.errors import ParameterError, RunError

VERSION = {
    "public/a.html": b"page",
    "internal/figures.json": b"{}",
    "manifest.json": b"sealed",
}


class Torn(MemoryFileSystem):
    """A store in memory that is lost after `left` files were written; the names it was asked to write are in `asked`."""

    protocol = "torn"
    store = {}  # noqa: RUF012
    pseudo_dirs = [""]  # noqa: RUF012
    left = 1_000_000
    asked = []  # noqa: RUF012

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(path.replace("torn://", "memory://"))

    def pipe_file(self, path, value, mode="overwrite", **more):
        """Write a file, or raise what a driver raises when the network is gone."""
        if Torn.left <= 0:
            raise ConnectionResetError("gone")
        Torn.left -= 1
        Torn.asked.append(path)
        super().pipe_file(path, value, mode, **more)


fsspec.register_implementation("torn", Torn, clobber=True)


@pytest.fixture
def store():
    """An empty store."""
    Torn.store.clear()
    Torn.pseudo_dirs[:] = [""]
    Torn.left = 1_000_000
    Torn.asked.clear()
    return Torn()


def add(store, kit, **more):
    """A small kit in the store."""
    files = {
        "params/2022.yml": b"a: 1",
        "data/2022/units.csv": b"unit_id",
        "notebooks/a.ipynb": b"{}",
        **more,
    }
    for name, content in files.items():
        store.pipe_file(f"/{kit}/{name}", content)


def names(root):
    """The files below a folder."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def make(root, name="2022", version=VERSION):
    """A published version in the outputs of a copy, with the record of its run."""
    for part, content in version.items():
        path = root / "outputs" / name / part
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (root / "outputs" / f"{name}.run.json").write_bytes(b"run")


def test_kits_are_those_that_a_pattern_means(store):
    """In order; a folder that is no kit is none."""
    add(store, "province/b")
    add(store, "province/a")
    store.pipe_file("/province/notes/params/readme.txt", b"")
    assert storage.kits("torn://province/*") == ["torn://province/a", "torn://province/b"]
    assert storage.kits("torn://province/a/") == ["torn://province/a"]
    assert storage.kits("torn://*/b") == ["torn://province/b"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("torn://nowhere/*", "torn://nowhere/*：那里没有报告工具的文件夹；应为含有 params、data、notebooks"),
        ("no-such-store://a", "no-such-store://a：打不开"),
        (
            "memory://me:secret@host/a",
            "memory://host/a：地址里有口令；应为没有口令的地址；请写进 fsspec 的配置文件或环境变量",
        ),
        ("simplecache::memory://a", "是几层相套的地址"),
        ("memory://[me:secret@a/*", "memory://…：打不开（"),
        ("abfs://bucket/a", "adlfs"),
    ],
)
def test_what_is_no_kit_is_a_line(store, url, said):
    """Also a store whose package is not installed: the line names it."""
    with pytest.raises(ParameterError) as caught:
        storage.kits(url)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_url_is_shown_without_its_password():
    """As messages name it."""
    assert storage.shown("s3://key:secret@bucket/a") == "s3://bucket/a"


def test_a_copy_has_what_reports_are_made_from(store):
    """Not the forms as they were received, nor hidden files, nor what is published of others."""
    aside = {"data/2022/forms/a.xlsx": b"x", "data/.git/a": b"x", "lib/a.py": b"x", "outputs/2021/a": b"x"}
    taken = {"requirements.lock": b"l", "outputs/2022/a": b"x", "outputs/2022.run.json": b"r"}
    add(store, "k", **aside, **taken)
    with storage.fetched("torn://k", ["2022", "2022-other"]) as copy:
        base = {"params/2022.yml", "data/2022/units.csv", "notebooks/a.ipynb"}
        assert names(copy.root) == base | set(taken)
        assert (copy.root / "data/2022/units.csv").read_bytes() == b"unit_id"
        assert copy.root.parent.stat().st_mode & 0o777 == 0o700
    assert not copy.root.exists()


@pytest.mark.parametrize(
    "name",
    ["data/../../../evil", "data//evil", "data/a\\..\\b", "data/c:evil", "data/a\nb", "data/" + "x" * 1100],
)
def test_names_that_lead_elsewhere_are_refused(store, name):
    """Before anything is copied."""
    add(store, "k")
    Torn.store[f"/k/{name}"] = next(iter(Torn.store.values()))
    with pytest.raises(RunError, match="不能用"), storage.fetched("torn://k"):
        pass


def test_a_kit_has_its_bounds(store, monkeypatch):
    """In files and in bytes: those that come, not those that are announced."""
    add(store, "k")
    monkeypatch.setattr(limits, "STORE_FILES", 2)
    with pytest.raises(RunError, match="有 3 个文件"), storage.fetched("torn://k"):
        pass
    monkeypatch.setattr(limits, "STORE_FILES", 3)
    monkeypatch.setattr(limits, "STORE_BYTES", 12)
    with pytest.raises(RunError, match="内容太多"), storage.fetched("torn://k"):
        pass
    monkeypatch.setattr(limits, "STORE_BYTES", 13)
    with storage.fetched("torn://k") as copy:
        assert len(names(copy.root)) == 3


def test_a_version_is_put_back_with_its_manifest_last(store):
    """Once: the same again is not written; files of an earlier version are gone."""
    add(store, "k", **{"outputs/2022/public/old.html": b"old", "outputs/2022/manifest.json": b"earlier"})
    with storage.fetched("torn://k", []) as copy:
        make(copy.root)
        Torn.asked.clear()
        assert copy.put("2022")
        assert Torn.asked[-1] == "/k/outputs/2022/manifest.json"
        assert {name: store.cat_file(f"/k/outputs/2022/{name}") for name in VERSION} == VERSION
        assert not store.exists("/k/outputs/2022/public/old.html")
        assert store.cat_file("/k/outputs/2022.run.json") == b"run"
        Torn.asked.clear()
        assert not copy.put("2022")
        assert Torn.asked == []


@pytest.mark.parametrize("left", range(4))
def test_an_interrupted_version_is_seen_and_done_again(store, left):
    """Wherever it was interrupted there is no manifest; the next one puts all."""
    add(store, "k", **{"outputs/2022/manifest.json": b"earlier"})
    with storage.fetched("torn://k") as copy:
        make(copy.root)
        Torn.left = left
        with pytest.raises(RunError, match="存储出错（ConnectionResetError：gone）"):
            copy.put("2022")
        assert not store.exists("/k/outputs/2022/manifest.json")
        Torn.left = 100
        assert copy.put("2022")
        assert {name: store.cat_file(f"/k/outputs/2022/{name}") for name in VERSION} == VERSION


def test_a_version_of_which_a_file_is_lost_is_put_again(store):
    """A manifest alone does not say that all is there."""
    add(store, "k")
    with storage.fetched("torn://k") as copy:
        make(copy.root)
        copy.put("2022")
        store.rm_file("/k/outputs/2022/public/a.html")
        assert copy.put("2022")
        assert store.cat_file("/k/outputs/2022/public/a.html") == b"page"


def test_a_folder_is_a_store_too(tmp_path):
    """By a file URL, as a shared folder without locks may be used."""
    kit = tmp_path / "shared" / "k"
    for part in ("params", "data", "notebooks"):
        (kit / part).mkdir(parents=True)
        (kit / part / "a").write_bytes(b"a")
    url = f"file://{tmp_path.as_posix()}/shared"
    assert storage.kits(f"{url}/*") == [f"{url}/k"]
    with storage.fetched(f"{url}/k") as copy:
        make(copy.root)
        assert copy.put("2022")
        assert names(kit / "outputs/2022") == set(VERSION)
        assert not copy.put("2022")
