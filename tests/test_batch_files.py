"""Files of a batch at the edges: which are taken, what they are called, and what is said of one that fails."""

from __future__ import annotations

import hashlib
import signal
import sys
from pathlib import Path

import pytest

from jixiao.forms.layouts import layouts
from jixiao.forms.reading import batch
from jixiao.forms.reading.batch import Listing, Received
from jixiao.kit.errors import Fault
from kit import PROJECT

LAYOUTS = layouts.read(PROJECT)


class Failing(type(Path())):
    """A path whose file raises what its name says."""

    def is_file(self) -> bool:
        """Raise the error."""
        raise {"memory": MemoryError(), "value": ValueError("坏\n了"), "rights": PermissionError()}[self.stem]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("memory", "memory.xlsx：内存不够，没有读完；请拆成几个文件"),
        ("value", "value.xlsx：程序读这个文件时出错（ValueError）；请把文件发给程序的维护者"),
        ("rights", "rights.xlsx：打不开，没有权限或磁盘出错；应为可读的文件；请检查权限，或重新拷贝"),
    ],
)
def test_a_file_that_fails_is_one_line(name, said):
    """Whatever it raises; there is no digest where nothing was read."""
    (received,) = batch.read([Failing(f"/x/{name}.xlsx")], LAYOUTS)
    assert (str(received.fault), received.digest, received.size) == (said, "", 0)
    assert (received.forms, received.remarks) == ((), ())


def test_a_file_that_was_opened_has_its_digest(tmp_path):
    """Also where it is no workbook."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    (received,) = batch.read([path], LAYOUTS)
    assert received == Received(
        "a.pdf", hashlib.sha256(b"%PDF-1.7").hexdigest(), 8,
        fault=Fault("a.pdf", "是 PDF 文件", "Excel 工作簿（.xlsx、.xls）或 CSV", "报送填好的 .xlsx"),
    )  # fmt: skip


def test_forms_and_remarks_are_received(tmp_path):
    """What reading gives; a tick for each file, and none is needed."""
    path = tmp_path / "a.csv"
    path.write_text("项目名称,年初预算数,全年预算数,全年执行数\n甲,1,2,3\n", encoding="utf-8")
    ticks = []
    (received,) = batch.read([path], LAYOUTS, tick=ticks.append)
    assert ([form.fields["name"].text for form in received.forms], received.fault, ticks) == (
        ["甲"],
        None,
        [1],
    )
    assert received.size == path.stat().st_size
    path.write_text("封面\n", encoding="utf-8")
    (received,) = batch.read([path], LAYOUTS, 5)
    assert ([remark.rule for remark in received.remarks], received.forms) == (["F01"], ())
    assert list(batch.read([], LAYOUTS)) == []


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/a/x.xlsx", "/a/x.xlsx"], ["x.xlsx", "x.xlsx（2）"]),
        (["/a/x.xlsx", "/a/x.xlsx", "/a/x.xlsx"], ["x.xlsx", "x.xlsx（2）", "x.xlsx（3）"]),
        (["/a/1/2/3/4/x.xlsx", "/b/1/2/3/4/x.xlsx"], ["3/4/x.xlsx", "3/4/x.xlsx（2）"]),
        (["/a/x.xlsx", "/a/b/x.xlsx", "/a/y.xlsx"], ["x.xlsx", "b/x.xlsx", "y.xlsx"]),
        (["/a/x\ny.xlsx"], ["x y.xlsx"]),
        (["/x.xlsx"], ["x.xlsx"]),
        ([], []),
    ],
)
def test_no_two_files_have_one_name(paths, names):
    """A number is put behind a name that was used; names are one line."""
    assert batch.names([Path(path) for path in paths]) == names


TAKEN = [
    ("a.xlsx", True), ("a.pdf", True), ("thumbs.db", False), ("Thumbs.DB", False), ("desktop.ini", False),
    ("~$a.xlsx", False), ("~a.xlsx", True), ("$a.xlsx", True), (".a.xlsx", False), ("a.b.xlsx", True),
    ("__MACOSX/a.xlsx", False), ("MACOSX/a.xlsx", True), (".git/a.xlsx", False), ("b/c/a.xlsx", True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "taken"), TAKEN)
def test_which_files_of_a_folder_are_taken(tmp_path, name, taken):
    """All kinds; not what systems and office programs leave behind."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert batch.files([tmp_path]) == Listing((path,) if taken else ())
    assert batch.files([path]) == Listing((path,))


def test_links_are_taken_in_only_from_within(tmp_path):
    """A link to a file of the folder is a file of it, one to another folder's is not; folders behind links are none."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    for name in ("in/a.xlsx", "out/b.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "in" / "again.xlsx").symlink_to(tmp_path / "in" / "a.xlsx")
    (tmp_path / "in" / "other.xlsx").symlink_to(tmp_path / "out" / "b.xlsx")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out", target_is_directory=True)
    assert [path.name for path in batch.files([tmp_path / "in"]).files] == ["a.xlsx", "again.xlsx"]


def test_what_names_nothing_is_a_fault(tmp_path):
    """The argument as given; the rest is listed in order, each once."""
    for name in ("b.xlsx", "a.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    found = batch.files([tmp_path / "b.xlsx", tmp_path / "没有", tmp_path])
    assert [path.name for path in found.files] == ["b.xlsx", "a.xlsx"]
    assert [str(fault) for fault in found.faults] == [
        f"{tmp_path / '没有'}：没有这个文件或文件夹；请检查路径"
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_what_is_started_meanwhile_hears_no_interrupt():
    """Held back within, and again as before afterwards, also after an error."""

    def blocked():
        return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())

    with pytest.raises(ValueError), batch._interrupts_held_back():
        assert blocked()
        raise ValueError
    assert not blocked()


def test_a_link_that_leads_back_to_itself_does_not_stop_the_others(tmp_path):
    """It is told as a file that is not there."""
    (tmp_path / "a.csv").write_text("a,b\n", encoding="utf-8")
    (tmp_path / "b.xlsx").symlink_to(tmp_path / "b.xlsx")
    listing = batch.files([tmp_path])
    found = list(batch.read(listing.files, layouts.read(PROJECT), 1))
    assert [bool(one.fault) for one in found] == [False, True]
