"""What is named .xls or .xlsx and is another kind of file: web pages, workbooks in one XML file, ods, encrypted ones."""

import base64
import time

import pytest

from jixiao.forms.files.opening import workbook
from jixiao.forms.model import Merged
from jixiao.kit import limits
from jixiao.kit.errors import FormError
from raw_encrypted import encrypted, encrypted_xls
from raw_workbooks import package

EXCEL = "urn:schemas-microsoft-com:office:spreadsheet"


def only(content: bytes | str):
    """The one sheet of a file."""
    (sheet,) = workbook(content.encode() if isinstance(content, str) else content, "表.xls").sheets
    return sheet


def remarks(content: bytes | str) -> list[tuple[str, str, str]]:
    """Rule, sheet and cell of what is told of a file."""
    book = workbook(content.encode() if isinstance(content, str) else content, "表.xls")
    return [(one.rule, one.place.sheet, one.place.cell) for one in book.remarks]


def test_cells_of_a_page_that_span_rows_and_columns_are_merged_areas():
    """What stands beside and below them keeps its place, as in a browser."""
    sheet = only(
        "<table><tr><td rowspan=2 colspan='2'>甲<td>乙</tr><tr><td>丙<td rowspan=0>丁</tr><tr><th>戊<td>己</table>"
    )
    assert sheet.rows == (("甲", "", "乙", ""), ("", "", "丙", "丁"), ("戊", "己", "", ""))
    assert (Merged(0, 0, 1, 1),) == sheet.merged


def test_texts_around_tables_and_several_tables_stand_one_under_the_other():
    """As Excel opens a page: titles, captions and the texts between tables are rows."""
    sheet = only(
        "自评表<br>（2022年度）<table><caption>表一</caption><tr><td>甲</td><td>1,000</td></tr></table><p>单位：万元</p>"
        "<div><table><tr><td>乙<br>丙&nbsp;<p>丁</p></td></tr></table>注：无</div>"
    )
    assert [row[0] for row in sheet.rows] == [
        "自评表",
        "（2022年度）",
        "表一",
        "甲",
        "单位：万元",
        "乙\n丙\n丁",
        "注：无",
    ]
    assert sheet.rows[3] == ("甲", "1,000")


def test_tables_within_tables_are_texts_of_a_cell_or_tables_of_their_own():
    """One row or one column frames a text; a larger table is one that the outer one only places."""
    inner = "<table><tr><td>里</td><td>面</td></tr></table>"
    assert only(f"<table><tr><td>甲{inner}</td><td>乙</td></tr></table>").rows == (("甲\n里\n面", "乙"),)
    data = "<table><tr><td>1</td><td rowspan=2>2</td></tr><tr><td>3</td></tr></table>"
    sheet = only(f"<table><tr><td rowspan=9>栏</td><td>题{data}</td></tr><tr><td>尾</td></tr></table>")
    assert sheet.rows == (("栏", "题"), ("1", "2"), ("3", ""), ("尾", ""))
    assert (Merged(1, 1, 2, 1),) == sheet.merged


def test_what_a_page_does_not_show_is_not_read():
    """Scripts, styles, hidden parts, choices that were not made; what somebody typed into a field is seen."""
    sheet = only(
        "<html><head><style>td{}</style><title>题</title></head><script>if (1 < 2) x()</script><table><tr>"
        "<td>甲<span style='display: none'>藏</span></td><td style='display:none'>藏</td><td><input value='5'></td>"
        "<td><select><option>一</option><option selected>二</option></select></td><!-- 藏 --></tr>"
        "<tr style='display:none'><td>行</td></tr></table></html>"
    )
    assert sheet.rows == (("甲", "5", "二"), ("行", "", ""))
    assert frozenset({1}) == sheet.hidden_rows


def test_numbers_of_a_page_are_exact_where_the_page_has_them():
    """Excel and LibreOffice write the number beside the text that rounds it."""
    page = (
        "<table><tr><td x:num='0.79274'>79.27%</td><td x:num>12</td><td sdval='1000000'>100.0万元</td>"
        "<td sdval='0'>#DIV/0!</td><td>4.502E+19</td></tr></table>"
    )
    sheet = only(page)
    assert sheet.rows == (("79.274%", "12", "100万元", "", "4.502E+19"),)
    assert sheet.stored == {(0, 0): "0.79274", (0, 2): "1000000"}
    assert remarks(page) == [("F32", "", "D1"), ("F33", "", "E1"), ("F31", "", "C1")]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("gb18030", "gb2312"),
        ("gb18030", ""),
        ("utf-8", "gb2312"),
        ("big5", "big5"),
        ("utf-16", ""),
    ],
)
def test_a_page_is_read_in_its_encoding(encoding, declared):
    """UTF-8 where it is that, whatever it declares; else what it declares, else GB18030."""
    meta = f"<meta http-equiv=Content-Type content='text/html; charset={declared}'>" if declared else ""
    page = f"<html><head>{meta}</head><body><table><tr><td>資金</td></tr></table></body></html>"
    assert only(page.encode(encoding)).rows == (("資金",),)


def mhtml(*pages: tuple[str, str, str], index: str = "") -> bytes:
    """An MHTML file of pages: address, encoding of the transfer, text."""
    made = 'From: <Saved by WPS>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="--=_x"\n\n'
    for place, how, text in (("file:///C:/0/表.htm", "8bit", index), *pages):
        raw = text.encode("gb18030")
        body = {
            "base64": base64.encodebytes(raw).decode(),
            "quoted-printable": "".join(f"={byte:02X}" for byte in raw),
            "8bit": text if text.isascii() else "",
        }[how]
        made += f"----=_x\nContent-Location: {place}\nContent-Transfer-Encoding: {how}\n"
        made += f'Content-Type: text/html; charset="gb2312"\n\n{body}\n\n'
    return (made + "----=_x--\n").encode()


def test_each_page_of_an_mhtml_file_is_a_sheet_by_its_name():
    """Quoted-printable and base64, names from the index of the sheets; a hidden one is told and not read."""
    named = "".join(
        f"<x:ExcelWorksheet><x:Name>{name}</x:Name><x:WorksheetSource HRef='x.files/{file}'/>{more}</x:ExcelWorksheet>"
        for name, file, more in (
            ("A", "sheet001.htm", ""),
            (
                "B",
                "sheet002.htm",
                "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>",
            ),
            ("C", "sheet003.htm", ""),
        )
    )
    page = "<html><table><tr><td>第{}张</td></tr></table></html>"
    content = mhtml(
        ("file:///C:/x.files/sheet001.htm", "quoted-printable", page.format("一")),
        ("file:///C:/x.files/sheet002.htm", "base64", page.format("二")),
        ("file:///C:/x.files/sheet003.htm", "base64", page.format("三")),
        index=f"<html><xml>{named}</xml><frameset></frameset></html>",
    )
    book = workbook(content, "表.xls")
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [
        ("A", (("第一张",),)),
        ("C", (("第三张",),)),
    ]
    assert remarks(content) == [("F11", "B", "")]
    assert workbook("导出的表\n".encode() + content, "表.xls") == book
    after_first_line = content[content.index(b"MIME") :].replace(b"\n", b"\r\n")
    assert workbook(b"\xef\xbb\xbf" + after_first_line, "表.xls") == book


def flat(rows: str, more: str = "", options: str = "") -> str:
    """A workbook in one XML file with these rows, further sheets, and options of the first sheet."""
    styles = "".join(
        f'<Style ss:ID="{name}"{parent}><NumberFormat ss:Format="{code}"/></Style>'
        for name, code, parent in (("p", "Percent", ""), ("w", "0!.0000", ""), ("d", "yyyy/m/d", ""))
    )
    return (
        f'<?xml version="1.0" encoding="GBK"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{EXCEL}" '
        f'xmlns:ss="{EXCEL}" xmlns:x="urn:schemas-microsoft-com:office:excel"><Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="甲"><Table>{rows}</Table>{options}</Worksheet>{more}</Workbook>'
    )


def test_a_workbook_in_one_xml_file_is_read_with_its_places_and_formats():
    """Skipped rows and columns, merged cells, styles, comments, dates, errors, formulas without result; any encoding."""
    data = '<Data ss:Type="{}">{}</Data>'
    rows = (
        f'<Column ss:Index="2" ss:Hidden="1"/><Row><Cell ss:MergeAcross="1" ss:MergeDown="1">{data.format("String", "题")}</Cell>'
        f'<Cell ss:StyleID="p">{data.format("Number", "0.79274")}</Cell></Row>'
        f'<Row ss:Index="3" ss:Hidden="1"><Cell ss:Index="2" ss:StyleID="w">{data.format("Number", "1000000")}'
        f'<Comment><ss:Data>批注</ss:Data></Comment></Cell><Cell ss:StyleID="d">'
        f"{data.format('DateTime', '2022-12-30T00:00:00.000')}</Cell></Row>"
        f'<Row><Cell>{data.format("Error", "#N/A")}</Cell><Cell ss:Formula="=SUM(A1)"/><Cell>'
        f"{data.format('Boolean', '1')}</Cell></Row>"
    )
    hidden = '<Worksheet ss:Name="藏"><Table/><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>'
    second = f'<Worksheet ss:Name="乙"><Table><Row><Cell>{data.format("String", "文")}</Cell></Row></Table></Worksheet>'
    content = flat(rows, hidden + second).encode("gb18030")
    first, other = workbook(content, "表.xls").sheets
    assert first.rows == (("题", "", "79.274%"), ("", "", ""), ("", "100", "2022-12-30"), ("", "", "TRUE"))
    assert (Merged(0, 0, 1, 1),) == first.merged
    assert {2} == first.hidden_rows
    assert (other.name, other.rows) == ("乙", (("文",),))
    assert remarks(content) == [
        ("F11", "甲", ""), ("F11", "甲", ""), ("F12", "甲", "B4"), ("F32", "甲", "A4"), ("F31", "甲", "B3"), ("F11", "藏", ""),
    ]  # fmt: skip


CELL = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'


def ods(body: str, *, kind: str = "application/vnd.oasis.opendocument.spreadsheet", start: str = "") -> bytes:
    """An ods file with these tables."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    styles = (
        '<office:automatic-styles><style:style style:name="h"><style:table-properties table:display="false"/>'
        "</style:style></office:automatic-styles>"
    )
    xml = f"<office:document-content {spaces}>{styles}<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    return package({"mimetype": kind, "content.xml": f"{start}{xml}</office:document-content>"})


def table(rows: str, name: str = "甲", style: str = "") -> str:
    """A table of rows in an ods file."""
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'


def test_an_ods_file_is_read_as_it_shows_its_numbers():
    """Exact digits in the place of rounded ones, units, repeats, merged cells, comments left out, hidden sheets told."""
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" '
        'office:value-type="string"><text:p>甲<text:span>乙</text:span><text:s text:c="2"/>丙</text:p><text:p>丁</text:p>'
        "<office:annotation><text:p>批注</text:p></office:annotation></table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="9"><table:table-cell/></table:table-row><table:table-row>'
        + CELL.format("percentage", 'office:value="0.79274"', "79.27%")
        + CELL.format("float", 'office:value="1000000"', "100.0万元")
        + '<table:table-cell office:value-type="float" office:value="5"/>'
        + CELL.format("date", 'office:date-value="2022-12-01"', "2022年12月")
        + CELL.format("string", "", "Err:502")
        + '<table:table-cell table:formula="of:=SUM([.A1])"/>'
        + "</table:table-row>"
        + '<table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="2" '
        'table:number-rows-spanned="1"><text:p>题</text:p></table:table-cell><table:covered-table-cell/></table:table-row>'
    )
    content = ods(table("<table:table-row/>", "藏", "h") + table(rows))
    sheet = only(content)
    assert sheet.rows[:2] == (("甲乙  丙\n丁", "甲乙  丙\n丁", "", "", "", ""),) * 2
    assert sheet.rows[11:] == (("79.274%", "100万元", "5", "2022年12月", "", ""), ("题", "", "", "", "", ""))
    assert (Merged(12, 0, 12, 1),) == sheet.merged
    assert remarks(content) == [
        ("F11", "藏", ""),
        ("F12", "甲", "F12"),
        ("F32", "甲", "E12"),
        ("F31", "甲", "B12"),
    ]


def test_another_document_of_that_family_is_told():
    """A text document is a ZIP package with a content.xml as well."""
    with pytest.raises(FormError, match="OpenDocument 文档，不是工作簿"):
        workbook(ods("", kind="application/vnd.oasis.opendocument.text"), "表.xls")


@pytest.mark.parametrize("make", [encrypted, encrypted_xls])
def test_a_workbook_that_opens_without_asking_is_read(make):
    """Excel encrypts a protected or read-only workbook with a password that all programs know."""
    assert only(make("VelvetSweatshop")).rows == (("7",),)
    with pytest.raises(FormError, match="文件有密码"):
        workbook(make("另一个"), "表.xlsx")


def test_an_encrypted_workbook_that_is_damaged_is_told_as_that():
    """Its password is the known one, and no other would help."""
    with pytest.raises(FormError, match="已损坏"):
        workbook(encrypted("VelvetSweatshop")[:-6000] + bytes(6000), "表.xlsx")


def test_a_key_that_takes_long_to_derive_is_not_derived():
    """Ten million rounds are half a minute."""
    content = encrypted("VelvetSweatshop")
    spins = b'spinCount="100000"'
    assert content.count(spins) == 1
    slow = content.replace(spins, spins.replace(b"100000", b"900000"))
    begun = time.process_time()
    with pytest.raises(FormError, match="文件有密码"):
        workbook(slow, "表.xlsx")
    assert time.process_time() - begun < 1


def page(cell: str, count: int = 1) -> bytes:
    return f"<table><tr>{cell * count}</tr></table>".encode()


LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a '"
    + "ha" * 50
    + "'>"
    + "".join(f"<!ENTITY a{n} '{'&a;' * 9}'>" for n in range(9))
    + "]>"
)
BLANK = "<table:table-row><table:table-cell/></table:table-row>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: page("<td colspan=16384>1</td>", 2), "表格太大"),
        (lambda: page("<tr><td colspan=16000>1</td></tr>", 1000), "表格太大"),
        (lambda: page("<table><tr><td>" * 25), "表格套了 20 层以上"),
        (lambda: page(f"<td>{'字' * (limits.CELL_TEXT + 1)}</td>"), "不超过 32767 字"),
        (lambda: flat('<Row ss:Index="1048577"><Cell/></Row>').encode("gb18030"), "已损坏"),
        (lambda: flat('<Row ss:Index="x"><Cell/></Row>').encode("gb18030"), "已损坏"),
        (lambda: flat("<Row>").encode("gb18030"), "已损坏"),
        (lambda: flat("").replace("<Workbook", LAUGHS + "<Workbook").encode("gb18030"), "DOCTYPE"),
        (lambda: ods("", start=LAUGHS), "DOCTYPE"),
        (
            lambda: ods(
                table(BLANK.replace("<table:table-row", '<table:table-row table:number-rows-repeated="x"'))
            ),
            "已损坏",
        ),
        (
            lambda: ods(
                table(
                    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated='
                    '"16384" office:value-type="string"><text:p>甲</text:p></table:table-cell></table:table-row>'
                )
            ),
            "表格太大",
        ),
        (
            lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\n--x--",
            "里面没有表格",
        ),
    ],
)
def test_pages_and_workbooks_made_to_hurt_give_one_line(content, words):
    """Spans and repeats without end, entities, depth: told in a line, in little time and memory."""
    with pytest.raises(FormError, match=words):
        workbook(content(), "表.xls")


def test_blank_rows_that_are_repeated_a_million_times_cost_nothing():
    """LibreOffice ends each sheet so."""
    blank = BLANK.replace("<table:table-row", '<table:table-row table:number-rows-repeated="1048570"')
    assert only(
        ods(table(blank + f"<table:table-row>{CELL.format('string', '', '甲')}</table:table-row>"))
    ).rows[-1] == ("甲",)
