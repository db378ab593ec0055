"""What a version may not disclose is found in every kind of file, told by its place and masked, and stops publishing."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import struct
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import docx
import duckdb
import openpyxl
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl.comments import Comment

from jixiao.archive import public_scan, published_folder
from jixiao.archive.disclosure import parquet_texts
from jixiao.archive.disclosure.document import Document
from jixiao.archive.publication import Publication
from jixiao.kit import private_data
from jixiao.kit.errors import ParameterError
from jixiao.kit.private_data import Kind, Machine
from kit import Kit

NOWHERE = Machine((), ())
HOME = "/" + "home/zhangsan/绩效/报告.xlsx"  # no tracked file holds such a path in one piece


def id_number(first: str) -> str:
    """An ID number of these 17 digits with its check character."""
    return first + "10X98765432"[sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(first)) % 11]


def card_number(first: str) -> str:
    """A card number of these digits with its check digit."""
    total = 0
    for at, digit in enumerate(reversed(first)):
        value = int(digit) * (1 if at % 2 else 2)
        total += value - 9 if value > 9 else value
    return first + str(-total % 10)


ID = id_number("45020219900307123")
CARD = card_number("622202021234567890")
PHONE = "138" + "0013" + "8000"


def kinds(text: str, here: Machine = NOWHERE) -> list[str]:
    """What is found in a text, in order."""
    return [str(hit.kind) for hit in private_data.found(private_data.plain(text), here)]


DAYS = st.dates(min_value=dt.date(1920, 1, 1), max_value=dt.date(2020, 1, 1))
PLACES = st.sampled_from(["110105", "310115", "450202", "510107", "659001"])
DIGITS = st.text("0123456789", min_size=3, max_size=3)
AROUND = st.sampled_from(["{}", "身份证{}。", "（{}）", "id: {}", "{},", "\n{}\n", "No.{}"])


@given(PLACES, DAYS, DIGITS, AROUND)
def test_an_id_number_is_found_whatever_stands_around_it_and_never_shown_whole(place, day, rest, around):
    """Any place, day and order: told as one finding, of which at most five characters are shown."""
    number = id_number(f"{place}{day:%Y%m%d}{rest}")
    (hit,) = private_data.found(around.format(number), NOWHERE)
    assert hit.kind == Kind.ID_NUMBER
    assert sum(ch != "*" for ch in hit.shown) <= 5 and number not in hit.shown


@given(PLACES, DAYS, DIGITS, st.integers(1, 10))
def test_a_number_with_another_check_character_is_no_id_number(place, day, rest, by):
    """The checksum tells ID numbers from codes that look like them."""
    number = id_number(f"{place}{day:%Y%m%d}{rest}")
    other = "0123456789X"[("0123456789X".index(number[-1]) + by) % 11]
    assert "id_number" not in kinds(number[:-1] + other)


@given(st.sampled_from(["622202", "621700", "436742", "456351", "955880", "601428"]), st.data())
def test_a_bank_card_number_is_found_and_one_with_another_digit_is_not(start, data):
    """The issuer's prefix and Luhn's digit make a card; a wrong digit anywhere unmakes it."""
    rest = data.draw(st.text("0123456789", min_size=12, max_size=12))
    number = card_number(start + rest)
    if not "2010" <= number[6:10] <= "2049":  # as project codes have the year
        assert kinds(f"卡号{number}") == ["bank_card"]
        assert kinds(" ".join(number[at : at + 4] for at in range(0, len(number), 4))) == ["bank_card"]
    at = data.draw(st.integers(0, 18))
    wrong = number[:at] + str((int(number[at]) + data.draw(st.integers(1, 9))) % 10) + number[at + 1 :]
    assert "bank_card" not in kinds(wrong)


@given(st.integers(3, 9), st.text("0123456789", min_size=8, max_size=8))
def test_a_mobile_number_is_found_however_it_is_written(second, rest):
    """With blanks, hyphens, the code of the country, full-width digits or zero-width characters within."""
    number = f"1{second}{rest[0]}{'5' if rest == '0' * 8 else rest[1]}{rest[2:]}0"[:11]
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    for written in (
        number,
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        f"+86 {number[:3]} {number[3:7]} {number[7:]}",
        wide,
        "\u200b".join(number),
    ):
        assert kinds(f"电话{written}，") == ["phone"], written


@given(st.binary(min_size=8, max_size=32), st.decimals(0, 10**6, places=16), st.integers(0, 10**9))
def test_hashes_decimals_and_amounts_are_no_private_numbers(digest, decimal, amount):
    """Digits within a hash, behind a decimal point or with separators alarm nobody."""
    assert kinds(f"sha256:{digest.hex()}f {decimal} {amount:,}.00 {amount}万元") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("450202900307123", ["id_number"]),  # the old form
        ("450202901307123", []),  # month 13
        (id_number("45020219901307123"), []),
        (id_number("45020220900307123"), []),  # born in the future
        (id_number("99020219900307123"), []),  # no such province
        (f"a{ID}", []),
        (f"{ID}0", []),
        (f"0.{ID}", []),
        (f"{ID[:6]} {ID[6:14]} {ID[14:]}", ["id_number"]),
        (f"{ID[:6]} {ID[6:10]} {ID[10:14]} {ID[14:]}", ["id_number"]),
        (" ".join(ID[at : at + 3] for at in range(0, 18, 3)), ["id_number"]),
        ("-".join(ID[at : at + 4] for at in range(0, 18, 4)), ["id_number"]),
        (f"{ID[:6]}\u3000{ID[6:14]}\t{ID[14:]}", ["id_number"]),
        (f"2022 {ID[:6]} {ID[6:14]} {ID[14:]}", ["id_number"]),  # a number stands before it
        (f"sfz{ID}_张三.pdf", ["id_number"]),
        (f"ID{ID}", ["id_number"]),
        (f"{ID[:6]}.{ID[6:14]}.{ID[14:]}", ["id_number"]),
        (f"{ID[:6]}·{ID[6:14]}·{ID[14:]}", ["id_number"]),
        (".".join(ID[at : at + 2] for at in range(0, 18, 2)), []),  # numbers of headings
        (".".join(card_number("622202210501234567")[at : at + 4] for at in range(0, 19, 4)), ["bank_card"]),
        ("见 ~/data/forms/a.xlsx", ["path"]),
        ("80~/85分", []),
        (" ".join(ID), []),  # digits of a table side by side
        ("450202 900307 123", ["id_number"]),
        ("450202-220315-001", []),  # place, day and number of a document
        (card_number("622202200201234567"), ["bank_card"]),  # a card of Guangdong; 6222 is no place
        ("6222\t0221\t0501\t2345\t67" + card_number("622202210501234567")[-1], ["bank_card"]),
        (f"{card_number('622202210501234567')[:6]} {card_number('622202210501234567')[6:]}", ["bank_card"]),
        (PHONE.replace(PHONE[3:7], f".{PHONE[3:7]}."), ["phone"]),
        (f"0{PHONE}", ["phone"]),
        (f"(+86){PHONE}", ["phone"]),
        (f"{PHONE}_张三", ["phone"]),
        (f"{PHONE}元", []),
        (f"￥{PHONE}", []),
        (f"合计 {PHONE} 万元", []),
        (f"编号：{PHONE}", []),
        (f"第{PHONE}号", []),
        ("0772-2812345-801", ["phone"]),
        ("0772—2812345", ["phone"]),
        ("张三@example.gov.cn", ["email"]),
        ("DB_PASSWORD" + "=Abc12345", ["secret"]),
        ("client_secret" + ": 8f3a9b2c1d", ["secret"]),
        ("SECRET_KEY" + "=abc123def456", ["secret"]),
        ("密码 " + "Lz123456", ["secret"]),
        ("密码 20220315", []),
        ("Authorization: Bearer " + "abc123" * 5, ["secret"]),
        ("AIza" + "Sy1" * 11 + "ab", ["secret"]),
        ("/run" + "/user/1000/x", ["path"]),
        ("0772-2812345", ["phone"]),
        ("（0772）2812345", ["phone"]),
        ("010-8888 6666", ["phone"]),
        ("+86 772 2812345", ["phone"]),
        ("电话：07722812345", ["phone"]),
        ("编号07722812345", []),
        ("2022-0772-2812345", []),
        ("财预〔2020〕10号、桂财绩〔2021〕138号", []),
        ("450202221T000000012345", []),  # a project code
        (card_number("450202202200000"), []),  # place and year, as codes begin
        (f"{PHONE}.00", []),
        ("20230825101010123", []),  # a moment
        ("zhang.san@example.gov.cn", ["email"]),
        ("见zhang_san@example.org。a@b.com.", ["email", "email"]),
        ("logo@2x.png", []),
        ("pandas@3.1.1", []),
        ("password: Abc12345", ["secret"]),
        ("登录口令是 a1b2c3d4", ["secret"]),
        ("password=None", []),
        ("取消密码后再报", []),
        ("https://user:pw" + "1@example.org/", ["secret"]),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", ["secret"]),
        ("ghp_" + "a1" * 18, ["secret"]),
        ("C:\\" + "Users\\张三\\报告.xlsx", ["path"]),
        ("D:/绩效/2022", ["path"]),
        ("\\\\server01\\share\\a.xls", ["path"]),
        (HOME, ["path"]),
        (f"见{HOME}", ["path"]),
        ("file:///" + "C:/x", ["path"]),
        ("https://example.org" + HOME, []),
        ("outputs/2022/inputs/data/2022/scores.csv", []),
        ("自评/复核/再评价", []),
        ("1:2 a:b", []),
    ],
)
def test_what_is_found_in_a_text(text, expected):
    """Each kind with its nearest harmless neighbour."""
    assert kinds(text) == expected


def test_names_of_this_machine_are_found_and_common_ones_are_not():
    """The user and the host as words of their own; root and ubuntu say nothing, nor do short names."""
    here = Machine(["zhangsan", "root", "pc1"], ["/srv1/" + "绩效工具/kit"])
    assert kinds("由 ZhangSan 在 root、pc1 上生成", here) == ["machine"]
    assert kinds("zhangsanfeng", here) == []
    assert kinds("见 /srv1/绩效工具/kit/outputs", here) == ["path"]


def png(chunk: bytes, data: bytes) -> bytes:
    """A PNG of one chunk beside its head and end."""

    def chunked(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = chunked(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    rest = chunked(b"IDAT", zlib.compress(b"\0\0")) + chunked(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + (chunked(chunk, data) if chunk else b"") + rest


AUTHORED = png(b"tEXt", b"Author\0Zhang San")
JPEG = b"\xff\xd8\xff\xe1" + struct.pack(">H", 10) + b"Exif\0\0GP" + b"\xff\xd9"


def saved(book) -> bytes:
    """The bytes of a workbook or Word file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(change) -> bytes:
    """A workbook with one sheet, changed."""
    book = openpyxl.Workbook()
    book.active.title = "名单"
    book.properties.creator = "城中区财政局"
    change(book)
    return saved(book)


def letter(change) -> bytes:
    """A Word file of one paragraph and a table, changed."""
    document = docx.Document()
    document.core_properties.author = "城中区财政局"
    document.core_properties.comments = ""
    document.add_paragraph("第一段")
    document.add_table(1, 2)
    change(document)
    return saved(document)


def notebook(*cells: dict) -> bytes:
    """A notebook of these cells."""
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def shown(data: dict) -> bytes:
    """A notebook whose only cell shows this."""
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    return notebook({"cell_type": "code", "source": "", "metadata": {}, "outputs": [output]})


def put(at: str, value):
    """A change that writes a value into a cell of the first sheet."""
    return lambda book: book.active.__setitem__(at, value)


def hidden_sheet(book) -> None:
    """A second sheet that does not show."""
    book.create_sheet("底稿").sheet_state = "hidden"


def hidden_row(book) -> None:
    """A row that does not show."""
    book.active["A2"] = "甲"
    book.active.row_dimensions[2].hidden = True


def hidden_column(book) -> None:
    """A column that does not show."""
    book.active.column_dimensions["C"].hidden = True


def commented(book) -> None:
    """A comment with a phone number."""
    book.active["A1"].comment = Comment(f"问 {PHONE}", "张三")


def linked(book) -> None:
    """A link to a file of the machine."""
    book.active["A1"].hyperlink = "file:///" + "C:/x"


def scored(book) -> None:
    """A unit with its score, below the heads."""
    for row in (["单位", "得分"], ["城中区水利局", 88]):
        book.active.append(row)


def scored_in_word(document) -> None:
    """The same in the table of a Word file."""
    table = document.tables[0]
    for row, texts in ((table.rows[0], ("单位", "得分")), (table.add_row(), ("城中区水利局", "88"))):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


SHOWN_TABLE = {
    "columns": [{"label": "单位"}, {"label": "得分"}],
    "rows": [[{"text": "城中区水利局"}, {"text": "88.00"}]],
}


def told(name: str, content: bytes) -> list[tuple[str, str]]:
    """Kind and place of all that a file discloses."""
    known = ("城中区财政局",)
    return [(str(one.kind), one.place) for one in public_scan.of_file(name, content, NOWHERE, known)]


CELL = {"cell_type": "markdown", "metadata": {}}
PLANTED = [
    ("表.csv", f"name,note\n甲,无\n乙,{ID}\n".encode(), [("id_number", "第 3 行 note 列")]),
    ("表.csv", f"name,note\n乙,电话{PHONE}\n".encode("gb18030"), [("phone", "第 2 行 note 列")]),
    ("表.csv", f"name\n甲,{ID}\n".encode(), [("id_number", "第 2 行 第 2 列")]),
    ("表.csv", b"name,note\na,=1+1\nb,-5\nc,-\nd,'=1\ne, +1%\n", [("formula", "第 2 行 note 列")]),
    ("a.json", json.dumps({"a": [{"b": "x"}, {"b": CARD}]}).encode(), [("bank_card", "a[1].b")]),
    ("a.json", json.dumps({"a": int(ID[:17]) * 0 + int(PHONE)}).encode(), [("phone", "a")]),
    ("a.json", json.dumps({f"键{ID}": ""}).encode(), [("id_number", "")]),
    ("a.md", f"# 题\n\n{ID}\n".encode(), [("id_number", "第 3 行")]),
    ("params/2022.yml", f"a: 1\nb: {HOME}\n".encode(), [("path", "第 2 行")]),
    ("a.html", f"<div>\n<b title='{PHONE}'>{ID}</b></div>".encode(), [("id_number", "第 2 行 <b>"), ("phone", "第 2 行 <b title>")]),
    ("a.html", f"<p>a</p><!-- {PHONE} -->".encode(), [("comment", "第 1 行"), ("phone", "第 1 行 的注释")]),
    ("a.html", f"<!-- {PHONE} -->".encode(), [("comment", ""), ("phone", "")]),
    ("a.html", f"<p>电话<b>{PHONE[:3]}</b>{PHONE[3:]}</p>".encode(), [("phone", "第 1 行 <p>")]),
    ("a.html", b"<p hidden>abcdef</p>", [("hidden", "第 1 行")]),
    ("a.html", b"<p style='display: none'>abcdef</p>", [("hidden", "第 1 行")]),
    ("a.html", "<meta name='author' content='张三'>".encode(), [("property", "第 1 行")]),
    ("a.html", b"<a href='mailto:a.b@example.org'>x</a>", [("email", "第 1 行 <a href>")]),
    (
        "a.html",
        b"<img src='data:image/png;base64," + base64.b64encode(AUTHORED) + b"'>",
        [("picture", "第 1 行 <img src> 的图")],
    ),
    ("a.xlsx", sheet(put("B3", ID)), [("id_number", "工作表“名单” B3")]),
    ("a.xlsx", sheet(put("B3", int(PHONE))), [("phone", "工作表“名单” B3")]),
    ("a.xlsx", sheet(hidden_sheet), [("hidden", "工作表“底稿”")]),
    ("a.xlsx", sheet(hidden_row), [("hidden", "工作表“名单” 第 2 行")]),
    ("a.xlsx", sheet(hidden_column), [("hidden", "工作表“名单” 第 3 列")]),
    ("a.xlsx", sheet(commented), [("comment", "批注 A1"), ("phone", "批注 A1")]),
    ("a.xlsx", sheet(lambda book: setattr(book.properties, "creator", "张三")), [("property", "文档属性")]),
    ("a.xlsx", sheet(linked), [("path", "链接 rId1")]),
    ("a.docx", letter(lambda one: one.paragraphs[0].add_run(ID)), [("id_number", "第 1 段")]),
    ("a.docx", letter(lambda one: one.tables[0].cell(0, 1).paragraphs[0].add_run(ID)), [("id_number", "表 1 第 1 行")]),
    ("a.docx", letter(lambda one: one.sections[0].header.paragraphs[0].add_run(PHONE)), [("phone", "header1 第 1 段")]),
    ("a.docx", letter(lambda one: setattr(one.core_properties, "last_modified_by", "张三")), [("property", "文档属性")]),
    ("a.docx", letter(lambda one: one.add_comment(one.paragraphs[0].add_run("x"), "再核对一下", "张三")), [("comment", "批注 0")]),
    ("a.docx", letter(lambda one: setattr(one.paragraphs[0].add_run("看不见").font, "hidden", True)), [("hidden", "正文")]),
    ("a.docx", letter(lambda one: one.add_picture(io.BytesIO(AUTHORED))), [("picture", "图 image1.png")]),
    ("a.ipynb", notebook({**CELL, "source": ["题\n", ID]}), [("id_number", "第 1 个单元格")]),
    ("a.ipynb", shown({"text/plain": ["a\n", PHONE]}), [("phone", "第 1 个单元格 的输出")]),
    ("a.ipynb", shown({"text/html": f"<p>{ID}</p>"}), [("id_number", "第 1 个单元格 的输出 <p>")]),
    ("a.ipynb", shown({"application/x+json": {"a": ID}}), [("id_number", "第 1 个单元格 的输出 application/x+json.a")]),
    ("a.ipynb", shown({"image/png": base64.b64encode(AUTHORED).decode()}), [("picture", "第 1 个单元格 的输出")]),
    ("a.ipynb", shown({"image/svg+xml": f"<svg><path d='M {CARD}'/><text>{PHONE}</text></svg>"}), [("phone", "第 1 个单元格 的输出")]),
    ("a.png", AUTHORED, [("picture", "")]),
    ("a.png", png(b"zTXt", b"Comment\0\0" + zlib.compress(PHONE.encode())), [("picture", ""), ("phone", "（Comment）")]),
    ("a.png", png(b"eXIf", b"MM\0*"), [("picture", "")]),
    ("a.png", png(b"tEXt", b"Software\0Matplotlib"), []),
    ("a.png", png(b"tEXt", b"Software\0" + PHONE.encode()), [("phone", "（Software）")]),
    ("a.png", png(b"eXIf", b"MM\0*" + f" {PHONE}".encode("utf-16-le")), [("picture", ""), ("phone", "（Exif）")]),
    ("a.png", png(b"prVt", PHONE.encode()), [("picture", ""), ("phone", "（prVt）")]),
    ("a.png", AUTHORED + PHONE.encode(), [("picture", ""), ("picture", ""), ("phone", "（图后面的内容）")]),
    ("a.jpg", b"\xff\xd8\xff\xff\xe3\0\x0d" + PHONE.encode() + b"\xff\xda\0\2\xff\xd9", [("picture", ""), ("phone", "（APP3）")]),
    ("a.jpg", b"\xff\xd8\xff\xda\0\2\xff\xd9" + PHONE.encode(), [("picture", ""), ("phone", "（图后面的内容）")]),
    ("a.svg", f"<svg><text><tspan>{PHONE[:3]}</tspan><tspan>{PHONE[3:]}</tspan></text></svg>".encode(), [("phone", "")]),
    ("a.csv", f"name,phone\n甲,{PHONE}.0\n".encode(), [("phone", "第 2 行 phone 列")]),
    ("a.csv", f"name\n{PHONE}\n".encode("utf-16"), [("unread", ""), ("phone", "")]),
    ("a.ipynb", notebook({**CELL, "source": "", "id": PHONE}), [("phone", "第 1 个单元格.id")]),
    ("a.ipynb", json.dumps({"cells": [], "author": PHONE}).encode(), [("phone", "author")]),
    ("a.ipynb", shown({"text/plain": f"\x1b[31m{PHONE[:5]}\x1b[0m{PHONE[5:]}"}), [("phone", "第 1 个单元格 的输出")]),
    ("a.xlsx", sheet(lambda book: setattr(book.worksheets[0].oddHeader.center, "text", PHONE)), [("phone", "工作表“名单” 页眉页脚")]),
    ("a.jpg", JPEG, [("picture", "")]),
    ("a.bin", b"\0\1\2" + PHONE.encode(), [("unread", ""), ("phone", "")]),
    ("a.xlsx", b"PK no workbook", [("unread", "")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "expected"), PLANTED, ids=[f"{at}-{one[0]}" for at, one in enumerate(PLANTED)]
)
def test_what_is_planted_in_a_file_is_told_by_its_place(name, content, expected):
    """File by file: the place that a person can go to, and nothing else."""
    assert told(name, content) == expected


def with_part(package: bytes, part: str, content: str) -> bytes:
    """A file in Office Open XML with one part more."""
    with zipfile.ZipFile(file := io.BytesIO(package), "a") as archive:
        archive.writestr(part, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "part", "content"),
    [
        ("a.docx", "word/charts/chart9.xml", f"<c><v>{PHONE}</v></c>"),
        ("a.docx", "word/diagrams/data9.xml", f"<c><t x='{PHONE}'/></c>"),
        ("a.docx", "word/glossary/document.xml", f"<c><!-- {PHONE} --></c>"),
        ("a.docx", "word/vbaProject.bin", PHONE),
        ("a.xlsx", "xl/charts/chart9.xml", f"<c><v>{PHONE}</v></c>"),
        ("a.xlsx", "xl/drawings/drawing9.xml", f"<c descr='{PHONE}'/>"),
        ("a.xlsx", "xl/externalLinks/externalLink9.xml", f"<c><v>{PHONE}</v></c>"),
        ("a.xlsx", "xl/pivotCache/pivotCacheDefinition9.xml", f"<c><s v='{PHONE}'/></c>"),
        ("a.xlsx", "xl/worksheets/sheet9.xml", f"<c><is><t>{PHONE}</t></is></c>"),
        ("a.xlsx", "xl/drawings/vmlDrawing9.vml", f"<c>{PHONE}</c>"),
        ("a.xlsx", "xl/printerSettings/printerSettings9.bin", f"\0{PHONE}\0"),
    ],
)
def test_every_part_of_a_package_is_looked_through(name, part, content):
    """Charts, caches, sheets that no workbook lists, macros: told by the name of the part."""
    package = letter(lambda _: None) if name == "a.docx" else sheet(lambda _: None)
    assert told(name, with_part(package, part, content)) == [("phone", part)]


def test_names_titles_and_remarks_in_a_word_file_are_looked_through():
    """A remark within the XML is no element and ends nothing."""

    def planted(document) -> None:
        paragraph = document.paragraphs[0]._p
        paragraph.append(etree.Comment(PHONE))
        paragraph.append(etree.Element("docPr", title=CARD))

    assert told("a.docx", letter(planted)) == [
        ("bank_card", "word/document.xml"),
        ("phone", "word/document.xml"),
    ]


def test_a_text_that_no_cell_shows_any_more_is_looked_through():
    """Excel keeps what was deleted among the shared texts."""
    texts = f"<sst><si><t>{PHONE}</t></si></sst>"
    found = with_part(sheet(lambda _: None), "xl/sharedStrings.xml", texts)
    assert told("a.xlsx", found) == [("phone", "没有显示的文字")]


@pytest.mark.parametrize(
    "cell", ["'电话13912345678'", "['13912345678']", "{'电话': 13912345678}", "13912345678"]
)
def test_every_kind_of_column_of_a_parquet_file_is_looked_through(tmp_path, cell):
    """Texts, lists, structures and whole numbers; the names of columns too."""
    path = tmp_path / "rows.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 1.5::decimal(9,2) a, {cell} b, 1 \"电话13900000000\") to '{path}' (format parquet)"
        )
    document = Document()
    parquet_texts.read(document, path.read_bytes())
    assert any("13912345678" in text for place, text in document.texts if place == "b 列")
    assert ("列名", "电话13900000000") in document.texts


def test_what_is_planted_in_a_pdf_is_told_by_its_page():
    """Text, author, link and note of a PDF."""
    source = f'#set document(author: "张三")\n第一页\n#pagebreak()\n{ID}\n#link("mailto:a.b@example.org")[信]'
    assert told("a.pdf", typst.compile(source.encode())) == [
        ("property", "文档属性"),
        ("id_number", "第 2 页"),
        ("email", "第 2 页的链接"),
    ]


UNITS = ("城中区教育局", "城中区水利局")
SCORES = [
    ("a.csv", "unit,得分\n城中区教育局,92.5\n合计,90\n".encode(), ["第 2 行 得分 列"]),
    ("a.csv", "unit,amount\n城中区教育局,92.5\n".encode(), []),
    ("a.csv", "unit,得分\n合计,92.5\n".encode(), []),
    ("a.html", "<table><tr><th>单位<th>自评得分<tr><td>城中区教育局<td>92.5</table>".encode(), ["第 1 行"]),
    ("a.html", "<table><tr><th>单位<th>个数<tr><td>城中区教育局<td>92</table>".encode(), []),
    ("a.html", "<p>其中城中区教育局得92.5分。</p>".encode(), ["第 1 行 <p>"]),
    ("a.html", "<p>其中城中区教育局得<data value='92.5'>92.5</data>分。</p>".encode(), ["第 1 行 <p>"]),
    ("a.ipynb", shown({"text/html": "<p>城中区教育局<b>92.5</b>分</p>"}), ["第 1 个单元格 的输出 <p>"]),
    ("a.pdf", typst.compile("#set page(width: 6cm)\n第一段说到城中区教育局的自评工作，复核得分是92.5分。".encode()), ["第 1 页"]),
    ("a.html", "<p>城中区教育局已整改。全区平均92.5分。</p>".encode(), []),
    ("a.html", "<p>城中区教育局完成100%，占三分之一</p>".encode(), []),
    ("a.md", "| 单位 | 总分 |\n| 城中区水利局 | 88 |".encode(), ["第 2 行"]),
    ("a.json", json.dumps({"unit": "城中区水利局", "score": 88}).encode(), ["score"]),
    ("a.json", json.dumps(SHOWN_TABLE).encode(), ["rows[0]"]),
    ("a.xlsx", sheet(scored), ["工作表“名单” B2"]),
    ("a.docx", letter(scored_in_word), ["表 1 第 2 行"]),
    ("a.pdf", typst.compile("单位 得分\n\n城中区水利局 88.00".encode()), ["第 1 页"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "places"), SCORES, ids=[f"{at}-{one[0]}" for at, one in enumerate(SCORES)]
)
def test_a_score_beside_the_name_of_a_unit_is_told(name, content, places):
    """In a row below a head that says score, and in a sentence; counts and means of all are not."""
    found = public_scan.of_file(name, content, NOWHERE, ("城中区财政局",), UNITS)
    assert [one.place for one in found if one.kind == Kind.UNIT_SCORE] == places


def test_the_report_of_2022_discloses_nothing(built):
    """No alarm at all, neither to be mended nor to be told: its units are invented, and say so."""
    publication = Publication(built.root, 2022)
    files = published_folder.contents(publication.folder)
    assert len(files) > 20
    assert list(public_scan.checked(publication, files, {}).remarks()) == []
    assert json.loads((built.outputs / "2022.run.json").read_text("utf-8"))["allowed"] == []


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Kit:
    """A recorded year with an ID number, a phone, a card, a path in what it publishes, and the scores of its units."""
    kit = Kit(tmp_path_factory.mktemp("kit"))
    kit.leave_few()
    kit.edit(kit.params, "data_origin: reconstruction", "data_origin: recorded")
    kit.change_table("indicators", lambda rows: rows[0].update(deviation_reason=f"见{HOME}"))
    names = "  names: [城中区文旅融合试点单位建设, 雷村滨水健身道提升, 沿江廉政文化园建设]\n"
    kit.edit(
        kit.data / "published.yml", names, ""
    )  # a difference would be told with the name that was planted
    kit.change_table("key_projects", lambda rows: rows[0].update(name=f"道路提升（联系人{PHONE}）"))
    kit.change_table("applications", lambda rows: rows[0].update(note=f"退款至{CARD}"))
    source = json.loads(kit.notebook.read_text("utf-8"))
    source["cells"][-1]["source"] = [*source["cells"][-1]["source"], f"\n# 经办人 {ID}"]
    scores = 'report.scores[["name", "self_total"]].rename(columns={"self_total": "自评得分"})'
    cell = dict(
        source["cells"][-1], id="listed", source=[f'report.table({scores}, "各单位得分", public=True)']
    )
    source["cells"].insert(-1, cell)
    kit.notebook.write_text(json.dumps(source, ensure_ascii=False), encoding="utf-8")
    return kit


ALLOWED = [
    word
    for kind in ("id_number", "bank_card", "phone", "path", "unit_score")
    for word in ("--allow", f"{kind}=各单位已同意公开{kind}")
]


def test_a_recorded_year_with_private_data_is_not_published(planted):
    """Everything is told by file and place, no number is printed whole, and nothing is published."""
    result = planted.run("report", "2022", "--quiet")
    said = result.stdout + result.stderr
    assert result.returncode == 1, said
    assert [word for word in (ID, CARD, PHONE, HOME) if word in said] == []
    for place in (
        "internal/inputs/data/2022/indicators.csv 第 2 行 deviation_reason 列：[path]",
        "internal/inputs/data/2022/applications.csv 第 2 行 note 列：[bank_card]",
        "internal/inputs/data/2022/key_projects.csv 第 2 行 name 列：[phone]",
        "internal/inputs/notebooks/annual_report.ipynb 第 ",
        "public/annual_report.pdf 第 ",
        "public/annual_report.docx 表 ",
        "public/annual_report.xlsx 工作表",
        "public/annual_report.html 第 ",
        "public/figures.json",
    ):
        assert place in said, place
    assert "[unit_score] 有单个单位的得分" in said
    assert "没有发布" in said and "--allow id_number=理由" in said
    assert not (planted.outputs / "2022").exists()


def test_one_reason_too_few_stops_it_all_the_same(planted):
    """A reason counts for its own kind only."""
    result = planted.run("report", "2022", "--quiet", *ALLOWED[2:])
    assert result.returncode == 1
    assert "[id_number]" in result.stderr and "[phone]" not in result.stderr
    assert not (planted.outputs / "2022").exists()


def test_with_a_reason_for_each_kind_it_is_published_and_the_reasons_are_kept(planted):
    """The run record says what was allowed, why, how often and in which files, and no number."""
    result = planted.run("report", "2022", "--quiet", *ALLOWED, "--allow", "secret=没有")
    assert result.returncode == 0, result.stderr
    record = (planted.outputs / "2022.run.json").read_text("utf-8")
    kept = {one["kind"]: one for one in json.loads(record)["allowed"]}
    assert sorted(kept) == ["bank_card", "id_number", "path", "phone", "unit_score"]
    assert kept["phone"]["reason"] == "各单位已同意公开phone"
    assert "internal/inputs/data/2022/key_projects.csv" in kept["phone"]["files"]
    assert [word for word in (ID, CARD, PHONE) if word in record + result.stderr] == []
    assert "没有密钥或口令，--allow secret 没有用上" in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["phones=值班"], "请改为 phone"),
        (["phone"], "没有写理由"),
        (["phone= \n"], "没有写理由"),
        (["phone=a", "phone=b"], "写了两次"),
    ],
)
def test_an_allowance_needs_a_kind_and_a_reason(options, words):
    """One line that says what is missing."""
    with pytest.raises(ParameterError, match=words):
        public_scan.allowances(options)


@pytest.mark.parametrize(
    "part",
    [
        "a@",
        "@",
        "password:",
        "eyJaaaaaaaaaaaa-",
        "a://b",
        "1 ",
        "13800-",
        PHONE + " ",
        ID + "\n",
        "/" + "tmp/a",
        "data:image/png;base64,",
        "[(",
        "%",
        "\u200b1",
    ],
)
def test_a_long_text_takes_its_length_in_time(part):
    """Twice as much of what keeps a pattern busy takes about twice as long; 600 KB are a matter of seconds."""
    begin = time.process_time()
    list(public_scan.of_file("a.md", (part * (600_000 // len(part))).encode(), NOWHERE))
    assert time.process_time() - begin < 6


def test_a_place_shows_no_number_either():
    """The name of a sheet or a key may hold one."""
    found = list(public_scan.of_file(f"{PHONE}.md", ID.encode(), NOWHERE))
    assert [PHONE in str(one.fault) for one in found] == [False]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"证件{ID}。", f"证件450*************{ID[-2:]}。"),
        (f"{ID}，{ID}", f"450*************{ID[-2:]}，450*************{ID[-2:]}"),
        ("无，450202202201150018", "无，450202202201150018"),
        ("电话１３８００１３８０００", "电话138******00"),
        ("预算１２３万元", "预算１２３万元"),
        ("", ""),
    ],
)
def test_messages_mask_the_numbers_of_persons(text, shown):
    """What is said of a text holds no such number; a text without one stays as it was written."""
    assert private_data.hidden(text) == shown


def test_whom_readers_may_ask_alarms_nobody():
    """A phone number and an address that the params name as contact are there to be read; others are told."""
    page = f"<p>联系方式：绩效股，{PHONE}，jx@example.org；另有{PHONE[:-1]}9、a@example.org。</p>".encode()
    contact = f"绩效股，{PHONE}，jx@example.org"
    found = list(public_scan.of_file("a.html", page, NOWHERE, contact=contact))
    assert sorted(one.kind for one in found) == [Kind.EMAIL, Kind.PHONE]
    assert len(list(public_scan.of_file("a.html", page, NOWHERE))) == 4


def test_rows_of_several_files_are_read_at_once(tmp_path):
    """Parquet files that are looked through in threads each give their own texts, also beside a column `said`."""
    names = [f"{at}/rows.parquet" for at in range(12)]
    files = {}
    with duckdb.connect() as connection:
        for name in names:
            path = tmp_path / "rows.parquet"
            rows = f"select '{PHONE} {name} ' || i note, null::varchar said from range(200) t(i)"
            connection.execute(f"copy ({rows}) to '{path}' (format parquet)")
            files[name] = path.read_bytes()

    def look(name):
        document = public_scan.reading.read(name, files[name])
        return document.notes, {text.split()[1] for _, text in document.texts}, len(document.texts)

    with ThreadPoolExecutor(len(names)) as threads:
        found = list(threads.map(look, names))
    assert found == [([], {name}, 200) for name in names]
