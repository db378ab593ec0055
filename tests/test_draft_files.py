"""Drafts are read in every format with the places of their texts; what cannot be read is one line."""

import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest

from drafts import FORMATS, made, markdown, page, pdf, word
from jixiao.kit.errors import DraftError
from jixiao.proofreading.drafts import opening, web_files, word_files
from jixiao.proofreading.drafts.model import Draft, Kind

TITLE = "甲县2023年预算绩效管理工作情况"
LONG = "全年共评价项目12个，其中评为优的3个、评为良的7个、评为中的2个，涉及预算金额1234.56万元，评价结果已反馈各单位并抄送预算科室。"
ROWS = [
    ["部门", "个数", "金额（万元）"],
    ["甲局", "5", "100.50"],
    ["乙局", "7", "1134.06"],
    ["合计", "12", "1234.56"],
]


def read(content: bytes, file: str = "稿") -> Draft:
    return opening.read(content, file)


@pytest.mark.parametrize("suffix", FORMATS)
def test_title_paragraphs_and_tables_are_read_in_every_format(suffix):
    """A paragraph that goes over several lines of a page is one; cells stand at their rows and columns."""
    draft = read(made(suffix, TITLE, [LONG, "第二段。"], ROWS))
    prose = [(one.kind, one.text) for one in draft.prose()]
    assert prose == [(Kind.TITLE, TITLE), (Kind.PARAGRAPH, LONG), (Kind.PARAGRAPH, "第二段。")]
    (table,) = draft.tables
    assert [[table.grid[row, column].text for column in (1, 2, 3)] for row in (1, 2, 3, 4)] == ROWS


def test_a_table_of_a_pdf_without_lines_is_read_by_its_columns():
    """Gaps at the same places make columns."""
    (table,) = read(pdf(TITLE, [LONG], ROWS, grid=False)).tables
    assert [[table.grid[row, column].text for column in (1, 2, 3)] for row in (1, 2, 3, 4)] == ROWS


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_character_of_a_passage_is_known_in_the_file(suffix):
    """What a passage was made of, put together, is its text again."""
    content = made(suffix, TITLE, [LONG], ROWS)
    draft = read(content)
    for passage in draft.passages:
        if passage.kind is not Kind.MARGIN:
            start = passage.text.find("12") if "12" in passage.text else 0
            pieces = passage.pieces_of(start, len(passage.text))
            found = "".join(_source(suffix, content, one) for one in pieces)
            assert _once(found) == _once(passage.text[start:])


def _once(text):
    """A sign for each run of it: boxes of a PDF reach over each other."""
    return re.sub(r"(.)\1+", r"\1", text)


def _source(suffix, content, piece):
    if suffix == ".pdf":
        assert len(piece.boxes) == piece.end - piece.start
        return _text_in(content, piece).replace(" ", "")
    if suffix == ".docx":
        part = zipfile.ZipFile(io.BytesIO(content)).read(piece.part)
        from lxml import etree

        text = list(word_files.text_nodes(etree.fromstring(part)))[piece.node].text
    elif suffix == ".html":
        element, tail = list(web_files.texts(web_files.parsed(content, content.decode())))[piece.node]
        text = element.tail if tail else element.text
    else:
        text = content.decode()
    return text[piece.offset : piece.offset + piece.end - piece.start]


def _text_in(content, piece):
    """What pdfium finds in the boxes of a piece, one by one."""
    import pypdfium2

    text_page = pypdfium2.PdfDocument(content)[piece.node - 1].get_textpage()
    found = ""
    for left, bottom, right, top in piece.boxes:
        found += text_page.get_text_bounded(left + 0.5, bottom, right - 0.5, top)
    return found


def test_places_are_told_as_readers_find_them():
    """Page and paragraph of a PDF, line of a text, row and column of a table."""
    assert [str(one.where) for one in read(pdf(TITLE, [LONG])).prose()] == [
        "第 1 页 第 1 段",
        "第 1 页 第 2 段",
    ]
    draft = read(markdown(TITLE, [LONG], ROWS))
    assert [str(one.where) for one in draft.prose()] == ["第 1 行", "第 3 行"]
    assert str(draft.tables[0].grid[2, 3].where) == "第 6 行 表 1 第 2 行第 3 列"


def test_cells_that_cover_several_stand_at_each():
    """Word and HTML say how far a cell reaches."""
    rows = "<tr><td rowspan=2>甲局</td><td>1</td></tr><tr><td>2</td></tr><tr><td colspan=2>3</td></tr>"
    (table,) = read(f"<body><table>{rows}</table>".encode()).tables
    assert [table.grid[at].text for at in ((1, 1), (2, 1), (2, 2), (3, 1), (3, 2))] == [
        "甲局",
        "甲局",
        "2",
        "3",
        "3",
    ]


def test_text_that_is_deleted_or_hidden_is_not_read():
    """What Word strikes out and a browser does not show claims nothing."""
    body = "<body><p>5个<span hidden>6个</span><script>7个</script><style>8个</style></p>".encode()
    draft = read(body)
    assert [one.text for one in draft.passages] == ["5个"]
    assert [str(one) for one in draft.remarks] == ["稿：网页里有 <script>，没有读取，也不会运行"]
    content = _changed(
        word(TITLE, ["甲"]),
        ">甲<",
        ">乙</w:t></w:r><w:del><w:r><w:delText>丙</w:delText></w:r></w:del><w:r><w:t><",
    )
    assert [one.text for one in read(content).prose()] == [TITLE, "乙"]


def _changed(content: bytes, old: str, new: str) -> bytes:
    """A Word file with a text of its body replaced."""
    return _with(content, "word/document.xml", lambda xml: xml.replace(old.encode(), new.encode()))


def _with(content: bytes, part: str, change) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return stream.getvalue()


def _pdf(change=None, **saving) -> bytes:
    with pikepdf.open(io.BytesIO(pdf(TITLE, [LONG]))) as document:
        if change:
            change(document)
        stream = io.BytesIO()
        document.save(stream, **saving)
        return stream.getvalue()


def _scan(document):
    document.pages[0].Contents = document.make_stream(b"q 500 0 0 700 0 0 cm /I Do Q")
    picture = document.make_stream(
        b"\0", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1
    )
    picture.ColorSpace = pikepdf.Name.DeviceGray
    picture.BitsPerComponent = 8
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))


def _crowded(document):
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    document.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=document.make_indirect(font)))
    document.pages[0].Contents = document.make_stream(b"BT /F 9 Tf 9 9 Td " + b"(12) Tj " * 30_000 + b"ET")


def _many_pages() -> bytes:
    """A PDF whose pages are all the same one, ten thousand times."""
    pages = b"3 0 R " * 10_000
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 10000/Kids[%s]>>" % pages,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    body = b"".join(b"%d 0 obj%sendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 4>>\n%%EOF"


BOMB = b"<w:document xmlns:w='x'>" + b" " * 60_000_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: _pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "PDF 有密码"),
        (lambda: _pdf()[:900], "PDF 已损坏"),
        (lambda: _pdf(_scan), "是扫描件或图片"),
        (_many_pages, "PDF 有 10000 页；应为不超过 2000 页"),
        (lambda: _pdf(_crowded), "页有 60000 字；应为不超过 50000 字"),
        (lambda: word(TITLE, [LONG])[:2000], "文件已损坏"),
        (lambda: _with(word(TITLE, []), "word/document.xml", lambda _: BOMB), "疑为压缩炸弹"),
        (lambda: _with(word(TITLE, []), "word/document.xml", lambda xml: xml[:500]), "文件已损坏"),
        (lambda: _changed(word(TITLE, []), "<w:document ", "<!DOCTYPE a [<!ENTITY b 'c'>]><w:document "), "DOCTYPE"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "文件有密码"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧的 Word 文档"),
        (lambda: b"\x89PNG\r\n", "是图片"),
        (lambda: b"<html><!-- --><p> </p>", "没有文字"),
        (lambda: b"a\0b", "不是文字"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line(content, words):
    """Locked, damaged, scanned, far too long, a bomb, another kind of file."""
    with pytest.raises(DraftError) as refused:
        read(content(), "稿.x")
    (fault,) = refused.value.faults
    assert str(fault).startswith("稿.x：") and words in str(fault) and "\n" not in str(fault)


def test_files_and_scripts_within_a_draft_are_told_and_not_read():
    """A remark each; the text is read all the same."""

    def change(document):
        document.attachments["a.txt"] = b"1"
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        names = pikepdf.Array([pikepdf.String("x"), document.make_indirect(action)])
        document.Root.Names.JavaScript = pikepdf.Dictionary(Names=names)

    draft = read(_pdf(change))
    assert [fault.found for fault in draft.remarks] == [
        "PDF 里附有 1 个文件，没有读取", "PDF 里有脚本，没有读取，也不会运行",
    ]  # fmt: skip
    assert draft.title == TITLE


def test_a_missing_file_a_folder_and_an_empty_one_are_one_line(tmp_path):
    """Before anything of them is read."""
    (tmp_path / "空.md").write_bytes(b" \n")
    for path, words in (
        (tmp_path / "无.docx", "没有这个文件"),
        (tmp_path, "是文件夹"),
        (tmp_path / "空.md", "是空文件"),
    ):
        with pytest.raises(DraftError, match=words):
            opening.open_draft(Path(path), path.name)


def test_chinese_texts_in_the_older_encoding_are_read():
    """GB18030, as older programs write it."""
    assert read("共评价项目12个。".encode("gb18030")).title == "共评价项目12个。"
    assert re.search("12个", read(page(TITLE, ["共12个"])).passages[1].text)
