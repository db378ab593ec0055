"""Broken, dangerous and mistaken files give one clear Chinese line each, and neither time nor memory."""

import io
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import docx
import openpyxl
import pytest

from jixiao.forms.files import compound
from jixiao.forms.files.opening import open_workbook, workbook
from jixiao.kit import limits
from jixiao.kit.errors import FormError
from office import converted
from raw_compounds import STYLE, book, single
from raw_workbooks import MAIN, RELATED, edited, package, parts, relations

ROW = "<row><c><v>1</v></c></row>"
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
DAMAGED_FILES = 400
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="limits of memory are a matter of POSIX")


def sheet(xml: str) -> bytes:
    """A workbook whose sheet is this XML."""
    return package(parts("") | {SHEET: xml})


def rows(xml: str, after: str = "") -> bytes:
    """A workbook whose sheet has these rows."""
    return package(parts(xml, around=("", after)))


def with_member(name: str) -> bytes:
    """A workbook with one more part of this name."""
    return package(parts(ROW) | {name: b"x"})


def twice() -> bytes:
    """A workbook in which the sheet is there twice, under names that differ in case."""
    return with_member(SHEET.upper())


def bomb(size: int) -> bytes:
    """A workbook with a sheet of `size` blanks between two tags."""
    return sheet(f"<worksheet {MAIN}>{' ' * size}</worksheet>")


def lying(content: bytes, claim: int) -> bytes:
    """The package with its sheet declared to be `claim` bytes long, wherever its size is written."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    return content.replace(struct.pack("<I", size), struct.pack("<I", claim))


def no_method(content: bytes) -> bytes:
    """The package with a compression that no spreadsheet program uses, by its central directory."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 10] + struct.pack("<H", 12) + content[at + 12 :]


def locked_member(content: bytes) -> bytes:
    """The package with the flag of encryption at its last part."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 8] + struct.pack("<H", 1) + content[at + 10 :]


def word() -> bytes:
    """A real Word document."""
    made = io.BytesIO()
    docx.Document().save(made)
    return made.getvalue()


CIRCLE = single("Workbook", bytes(20_000))
CELL = (0x203, struct.pack("<HHHd", 0, 0, 0, 7))
# A text of 4000 letters whose reading aid is so long below zero that the next text is the same one again
BACKWARDS = struct.pack("<IIHBi", 1, 100, 4000, 4, -4007) + b"x" * 4001


def circle() -> bytes:
    """An .xls file whose chain of sectors bites its own tail."""
    content = bytearray(CIRCLE)
    entries = struct.unpack_from("<8I", content, 4096)
    last = 4096 + 4 * max(at for at, value in enumerate(entries) if value == 0xFFFFFFFE)
    struct.pack_into("<I", content, last, 3)
    return bytes(content)


# Name of the case, the file, words that its line must hold
CASES: list[tuple[str, Callable[[], bytes], tuple[str, ...]]] = [
    ("zero bytes", lambda: b"", ("空文件", "重新拷贝")),
    ("bomb", lambda: bomb(40_000_000), ("压缩炸弹", "200 倍")),
    ("large bomb", lambda: lying(bomb(10_000), limits.PACKAGE_BYTES + 1), ("压缩炸弹", "300 MB")),
    ("lying bomb", lambda: lying(bomb(1_000_000), 100), ("已损坏",)),
    ("members", lambda: package(parts(ROW) | {f"x{n}": b"" for n in range(3000)}), ("个部件", "2000")),
    ("doctype", lambda: sheet(f"{LAUGHS}<worksheet {MAIN}>&b;</worksheet>"), ("DOCTYPE", "核实来源")),
    ("doctype in relations", lambda: with_doctype("xl/_rels/workbook.xml.rels"), ("DOCTYPE",)),
    ("climbing name", lambda: with_member("../../etc/passwd"), ("文件之外", "核实来源")),
    ("absolute name", lambda: with_member("/etc/passwd"), ("文件之外",)),
    ("drive name", lambda: with_member("C:\\windows\\x"), ("文件之外",)),
    ("same name", twice, ("两个同名",)),
    ("other compression", lambda: no_method(rows(ROW)), ("压缩方式",)),
    ("encrypted part", lambda: locked_member(rows(ROW)), ("密码",)),
    ("cut short", lambda: rows(ROW)[:-100], ("已损坏", "另存为")),
    ("broken XML", lambda: sheet("<worksheet><sheetData>"), ("已损坏", "表.xlsx")),
    (
        "no sheet part",
        lambda: package({k: v for k, v in parts(ROW).items() if k != SHEET}),
        ("缺少", "sheet1"),
    ),
    ("no workbook part", lambda: package({"xl/x.xml": "<x/>"}), ("缺少", "workbook.xml")),
    ("no sheets", lambda: package(empty_book()), ("没有工作表",)),
    ("stray cell", lambda: rows(ROW + '<row><c r="XFD1048576"><v>1</v></c></row>'), ("XFD1048576", "太大")),
    ("beyond the last row", lambda: rows('<row r="1048577"><c><v>1</v></c></row>'), ("已损坏",)),
    ("beyond the last column", lambda: rows('<row><c r="XFE1"><v>1</v></c></row>'), ("已损坏",)),
    ("missing string", lambda: rows('<row><c t="s"><v>7</v></c></row>'), ("已损坏",)),
    ("negative string", lambda: rows('<row><c t="s"><v>-1</v></c></row>'), ("已损坏",)),
    (
        "overlapping areas",
        lambda: rows(ROW * 30, '<mergeCell ref="A1:A30"/><mergeCell ref="A3:A9"/>'),
        ("重叠", "A1:A30"),
    ),
    ("areas without end", lambda: rows(ROW, '<mergeCell ref="A1:"/>' + '<mergeCell ref="x"/>'), ("已损坏",)),
    ("page", lambda: b"<html><body><iframe src='x.htm'></iframe></body></html>", ("网页", "另存为")),
    ("JSON", lambda: '{"code":401,"msg":"登录超时"}'.encode(), ("JSON", "重新登录")),
    ("JSON cut short", lambda: '[{"code":401,"msg":"登'.encode(), ("JSON",)),
    ("other XML", lambda: b"<?xml version='1.0'?><data><a>1</a></data>", ("XML 文件", "另存为")),
    ("page in GB18030", lambda: "  <!DOCTYPE html><p>表".encode("gb18030"), ("网页",)),
    ("XML table", lambda: xml_table(), ("没有工作表",)),
    ("Word", word, ("Word",)),
    ("old Word", lambda: single("WordDocument", b"x"), ("Word",)),
    ("PDF", lambda: b"%PDF-1.7\n1 0 obj", ("PDF",)),
    ("picture", lambda: b"\x89PNG\r\n\x1a\n\0\0", ("图片",)),
    ("RAR", lambda: b"Rar!\x1a\x07\x01\0", ("压缩包",)),
    ("ZIP of forms", lambda: package({"表.xlsx": rows(ROW)}), ("压缩包", "解压")),
    (
        "OpenDocument",
        lambda: package({"mimetype": "x", "content.xml": "<x/>"}),
        ("OpenDocument", "不是工作簿"),
    ),
    ("binary workbook", lambda: package({"xl/workbook.bin": b"x"}), ("xlsb", "另存为")),
    ("random bytes", lambda: random.Random(1).randbytes(5000), ("不是表格文件",)),
    ("protected", lambda: single("EncryptedPackage", b"x"), ("密码", "取消密码")),
    ("protected .xls", lambda: book((0x2F, bytes(54))), ("密码",)),
    (".xls in a circle", circle, ("已损坏",)),
    (".xls that lists a table twice", lambda: listed_twice(book(cells=(CELL,))), ("已损坏",)),
    (".xls of a header", lambda: compound.MAGIC + bytes(20), ("已损坏",)),
    (
        ".xls without end",
        lambda: single("Workbook", struct.pack("<HH", 0x809, 60000)),
        ("已损坏",),
    ),
    (".xls with 2³¹ strings", lambda: book((0xFC, struct.pack("<II", 1, 2**31 - 1))), ("已损坏",)),
    (".xls with a string of negative length", lambda: book((0xFC, BACKWARDS)), ("已损坏",)),
    (".xls with 2¹⁴ styles", lambda: book(*(STYLE,) * 2**14), ("已损坏",)),
    ("other compound file", lambda: single("Other", b"x"), ("已损坏",)),
]


def listed_twice(content: bytes) -> bytes:
    """The compound file with its first table of chains named a second time in the header."""
    return content[:80] + content[76:80] + content[84:]


def with_doctype(part: str) -> bytes:
    """A workbook with entities in one of its parts."""
    return edited(rows(ROW), part, lambda xml: LAUGHS.encode() + xml)


def empty_book() -> dict[str, str | bytes]:
    """The parts of a workbook that lists no sheets."""
    return parts("") | {"xl/workbook.xml": f"<workbook {MAIN} {RELATED}><sheets/></workbook>"}


def xml_table() -> bytes:
    """What Excel 2003 calls an XML spreadsheet."""
    return b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'


def fault(content: bytes, path: Path) -> str:
    """The line that a user sees for this file; an error where there is more than one, or none."""
    path.write_bytes(content)
    with pytest.raises(FormError) as caught:
        open_workbook(path, path.name)
    (found,) = caught.value.faults
    assert str(caught.value) == str(found)
    return str(found)


@pytest.mark.parametrize(("make", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_bad_file_gives_one_line_that_names_it_and_says_what_to_do(make, words, tmp_path):
    """Place, found, expected, remedy: no traceback, no second line."""
    line = fault(make(), tmp_path / "表.xlsx")
    assert line.startswith("表.xlsx")
    assert [word for word in words if word not in line] == []
    assert "请" in line and "\n" not in line


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    """A hundred megabytes (a hole on disk) cost no more than the limit."""
    path = tmp_path / "大.xlsx"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(FormError, match=r"大\.xlsx：文件太大；应为不超过 30 MB"):
        open_workbook(path, path.name)


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path):
    """Neither is a workbook, whatever its name."""
    (tmp_path / "x.xlsx").mkdir()
    with pytest.raises(FormError, match="是文件夹"):
        open_workbook(tmp_path / "x.xlsx", "x.xlsx")
    with pytest.raises(FormError, match="没有这个文件"):
        open_workbook(tmp_path / "y.xlsx", "y.xlsx")


@pytest.mark.skipif(sys.platform != "linux", reason="reads a file of Linux that gives no bytes to anyone")
def test_a_file_that_gives_no_bytes_is_a_fault():
    """An input error of the disk or a missing permission is one line, too."""
    with pytest.raises(FormError, match="打不开"):
        open_workbook(Path("/proc/self/mem"), "表.xlsx")


def test_names_and_texts_with_control_characters_stay_on_one_line():
    """A sheet's name may hold paths and line breaks, a text escape codes: none reaches a terminal."""
    book = workbook(
        package(
            parts(
                '<row hidden="1"><c t="str"><v>甲_x001B_[31m\u202e乙</v></c></row>',
                name="../a&#10;b&#9;\u202ec",
            )
        ),
        "表.xlsx",
    )
    assert book.sheets[0].rows == (("甲[31m乙",),)
    assert book.sheets[0].name == "../a b c"
    assert str(book.remarks[0].place) == "表.xlsx 工作表“../a b c”"


def test_relations_that_point_out_of_the_package_lead_nowhere():
    """A sheet by an outside address is missing; a path that climbs stays within the package."""
    outside = relations([("1", "worksheet", "http://example.org/s.xml")]).replace(
        "<Relationship ", '<Relationship TargetMode="External" '
    )
    climbing = relations([("1", "worksheet", "../../../../etc/passwd")])
    for listed, words in ((outside, "已损坏"), (climbing, "缺少 etc/passwd")):
        with pytest.raises(FormError, match=words):
            workbook(package(parts(ROW) | {"xl/_rels/workbook.xml.rels": listed}), "表.xlsx")


def name_of(number: int) -> tuple[int, bytes]:
    """The record of a name whose value is that of the name before it, twice."""
    before = struct.pack("<BHH", 0x23, number, 0)  # the name of this number, counted from one
    formula = before + before + b"\x08" if number else b"\x17\x04\0xxxx"
    return 0x18, struct.pack("<HBBHHHIB", 0, 0, 1, len(formula), 0, 0, 0, 0) + b"A" + formula


DOUBLED = [name_of(number) for number in range(60)]
LINK = (
    0x1B8,
    struct.pack("<4H", 0, 65535, 0, 255)
    + bytes.fromhex("D0C9EA79F9BACE118C8200AA004BA90B")
    + struct.pack("<II", 2, 0),
)
AREA = (0xE5, struct.pack("<5H", 1, 0, 65535, 0, 255))
# A last cell and the claim of an extent, over and over
ENDS = ((0x203, struct.pack("<HHHd", 65535, 0, 0, 7)), (0x200, bytes(14))) * 100

LIMITED = """
import resource, sys
from pathlib import Path
from jixiao.kit import limits
from jixiao.kit.errors import FormError
from jixiao.forms.files.opening import open_workbook
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]) << 20,) * 2)
for name in sys.argv[2:]:
    try:
        print(sum(len(sheet.rows) for sheet in open_workbook(Path(name), "表").sheets))
    except FormError as error:
        print(error)
"""


def in_limits(megabytes: int, files: list[Path]) -> list[str]:
    """What a process with so much memory makes of each file: how many rows it has, or its fault."""
    command = [sys.executable, "-c", LIMITED, str(megabytes), *map(str, files)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def old(program, tmp_path_factory) -> bytes:
    """An .xls file of two rows as LibreOffice writes it."""
    folder = tmp_path_factory.mktemp("old")
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B2"], book.active["C2"] = "甲", 0.5, "=A1&1"
    book.active["A2"].hyperlink = "https://example.org/"
    book.active.merge_cells("D1:E2")
    book.save(folder / "r.xlsx")
    return converted(program, [folder / "r.xlsx"], "xls", folder)[0].read_bytes()


def placed(folder: Path, contents: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Files of these endings and contents, by number."""
    paths = []
    for number, (ending, content) in enumerate(contents):
        paths.append(folder / f"{number}.{ending}")
        paths[-1].write_bytes(content)
    return paths


def several(*sheets: str) -> bytes:
    """A workbook of sheets with this XML, called 1, 2, …"""
    names = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="{n}"/>' for n in names)
    found = parts("") | {
        "xl/workbook.xml": f"<workbook {MAIN} {RELATED}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            [(str(n), "worksheet", f"worksheets/sheet{n}.xml") for n in names]
        ),
    }
    for n, xml in zip(names, sheets, strict=True):
        found[f"xl/worksheets/sheet{n}.xml"] = f"<worksheet {MAIN}>{xml}"
    return package(found)


def test_a_sheet_that_cannot_be_read_never_loses_the_others():
    """Broken, too large, or merged over one another: told by name, while the sheets before and behind are read."""
    good = f"<sheetData>{ROW}</sheetData></worksheet>"
    large = '<sheetData><row r="150000"><c r="T150000"><v>1</v></c></row></sheetData></worksheet>'
    merged = f'<sheetData>{ROW * 3}</sheetData><mergeCell ref="A1:A2"/><mergeCell ref="A2:A3"/></worksheet>'
    book = workbook(several(good, "<sheetData><row>", large, merged, good), "表.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["1", "5"]
    assert [(one.rule, one.place.sheet) for one in book.remarks] == [("F34", "2"), ("F34", "3"), ("F34", "4")]
    words = ("已损坏", "T150000", "A1:A2、A2:A3")
    assert [word for word, one in zip(words, book.remarks, strict=True) if word not in one.found] == []


def test_a_workbook_of_sheets_that_are_all_too_large_is_not_read_on_and_on():
    """After a few of them what is left of the file's room is not given back."""
    large = '<sheetData><row r="90000"><c r="T90000"><v>1</v></c></row></sheetData></worksheet>'
    larger = large.replace("90000", "150000")
    book = workbook(several(large, *[larger] * 4, large), "表.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["1"]
    assert len(book.remarks) == 5


@POSIX
def test_claims_of_size_cost_no_memory(old, tmp_path):
    """Whole sheets as dimensions, areas or links, stray last cells and names that double are a matter of 500 MB."""
    claim = '<dimension ref="A1:XFD1048576"/>'
    area = '<mergeCell ref="A1:XFD1048576"/>'
    cases = [
        ("xlsx", package(parts(ROW, around=(claim, area)))),
        ("xlsx", rows('<row r="1048576"><c><v>1</v></c></row>')),
        ("xlsx", rows(ROW + '<row><c r="XFD1048576"><v>1</v></c></row>')),
        ("xls", claiming(old)),
        ("xls", book(*DOUBLED, cells=(LINK, AREA, CELL))),
        ("xls", book(cells=(*ENDS, CELL))),
    ]
    lines = in_limits(500, placed(tmp_path, cases))
    assert lines[:2] == ["1", "1048576"]
    assert "表格太大" in lines[2]
    assert lines[3:] == ["2", "1", "65536"]


@POSIX
def test_damaged_xls_files_cost_neither_time_nor_memory(old, tmp_path, chance):
    """Three hundred files with changed bytes anywhere, cut short or not, at random: rows or one fault each."""
    cuts = [chance.choice((None, None, chance.randrange(1, len(old)))) for _ in range(300)]
    files = [damaged(old, chance)[:cut] for cut in cuts]
    lines = in_limits(500, placed(tmp_path, (("xls", content) for content in files)))
    assert len(lines) == 300
    assert [line for line in lines if not line.isdecimal() and not line.startswith("表")] == []
    assert len([line for line in lines if line == "2"]) > 20


def test_an_xls_within_the_stream_of_an_xls_is_not_opened(old, tmp_path):
    """xlrd would read it with its own reader of compound files, which some of them cost all memory."""
    assert "已损坏" in fault(single("Workbook", old), tmp_path / "表.xls")


def claiming(content: bytes) -> bytes:
    """The .xls file with the largest extent that its record can claim."""
    stream = compound.open_compound(content).stream("Workbook")
    at = stream.index(struct.pack("<HH", 0x200, 14))
    claim = struct.pack("<IIHH", 0, 2**32 - 1, 0, 2**16 - 1)
    return single("Workbook", stream[: at + 4] + claim + stream[at + 16 :])


def test_damaged_bytes_never_give_anything_but_a_workbook_or_a_fault(old, chance):
    """Some hundred files with changed, missing and doubled bytes, in both formats, at random."""
    stream = compound.open_compound(old).stream("Workbook")
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    strings = "<si><t>甲</t></si>"
    row = '<row><c t="s"><v>0</v></c><c s="1"><v>0.5</v></c><c><f>1+1</f><v>2</v></c></row>'
    new = package(parts(row, strings=strings, styles=styles))
    inner = [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
    outcomes = set()
    for number in range(DAMAGED_FILES):
        if number % 4 == 0:
            content = damaged(new, chance)
        elif number % 2:
            content = single("Workbook", damaged(stream, chance))
        else:
            content = edited(new, chance.choice(inner), lambda part: damaged(part, chance))
        try:
            outcomes.add(type(workbook(content, "表")).__name__)
        except FormError as error:
            outcomes.add(error.faults[0].found[:2])
    assert {"Workbook", "文件"} <= outcomes


def damaged(content: bytes, draw: random.Random) -> bytes:
    """`content` with a few bytes set, taken away, doubled or cut off."""
    broken = bytearray(content)
    for _ in range(draw.choice((1, 2, 8))):
        at, how = draw.randrange(len(broken)), draw.random()
        if how < 0.6:
            broken[at] = draw.choice((0, 1, 127, 128, 255, draw.randrange(256)))
        elif how < 0.75:
            broken[at : at + 4] = draw.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", bytes(4)))
        elif how < 0.85:
            del broken[at : at + draw.randrange(1, 40)]
        else:
            broken[at:at] = broken[max(0, at - 40) : at]
    return bytes(broken)


def test_the_limits_leave_room_for_a_real_large_list(tmp_path):
    """A list of 20,000 rows and 13 columns is read whole."""
    cells = "<c><v>12345.67</v></c>" * 13
    path = tmp_path / "清单.xlsx"
    path.write_bytes(rows(f"<row>{cells}</row>" * 20_000))
    assert path.stat().st_size < limits.FILE_BYTES
    assert len(open_workbook(path, "清单").sheets[0].rows) == 20_000
