"""The pages of the PDF of 2022: how many, how full, no line torn, links that lead somewhere."""

from __future__ import annotations

import io
import random
from itertools import pairwise

import pikepdf
import pytest

from jixiao.press.paper import themes, translation
from jixiao.report.table import Column, Table, text
from kit import PROJECT
from pdf_sheets import BOTTOM, LEFT, MM, PITCH, TOP, forbidden_breaks, opened, pages_of, shown, slot
from press_notebook import table_output, words


@pytest.fixture(scope="module")
def document(built) -> bytes:
    """The PDF of 2022."""
    return (built.public / "annual_report.pdf").read_bytes()


@pytest.fixture(scope="module")
def report(document) -> list:
    """Its pages."""
    return opened(document)


def test_the_report_has_eight_pages_at_most(report):
    """The register of figures is not in it, the main figures are."""
    text = "".join(char["text"] for sheet in report for _, chars in sheet.lines for char in chars)
    assert len(report) <= 8
    assert "主要指标" in text and "evaluation.items" not in text


def test_pages_are_full(report):
    """Each reaches two thirds of the type area at least; the last of the body and of the appendix, a third."""
    filled = [(sheet.lines[-1][0] - TOP) / (BOTTOM - TOP) for sheet in report]
    starts = [at for at, sheet in enumerate(report) if sheet.body() and sheet.body()[0][1].startswith("附录")]
    ends = {*(at - 1 for at in starts), len(report) - 1}
    assert [
        (at + 1, round(part, 2)) for at, part in enumerate(filled) if part < (1 / 3 if at in ends else 2 / 3)
    ] == []


def test_tables_and_charts_are_on_the_page_of_their_text(report):
    """The page with the caption has text of the subsection that leads to it, or is the next one and begins with it."""
    texts = [
        "".join(char["text"] for _, chars in sheet.lines for char in chars).replace(" ", "")
        for sheet in report
    ]
    pairs = {
        "图1部门": "70分（含）至75分的6个", "图2项目": "60分（含）至70分的2个",
        "图3各": "（三）自评与评价的差异", "图4第三方": "六、存在问题",
    }  # fmt: skip
    pages = {
        at: next(n for n, text in enumerate(texts) if at in text)
        - next(n for n, text in enumerate(texts) if lead in text)
        for at, lead in pairs.items()
    }
    assert pages == {"图1部门": 0, "图2项目": 1, "图3各": 1, "图4第三方": 1}


def test_no_line_of_the_report_is_torn(report):
    """No line ends or starts with 至 or ～, inside a number, between a number and its unit, mark or bracket."""
    lines = [text.strip() for sheet in report for _, text in sheet.body()]
    assert len(lines) > 60
    assert forbidden_breaks(lines) == []


def test_lines_are_spaced_evenly_around_numbers(report):
    """In a line of text no gap between two characters is two points wider than another, marks and punctuation apart."""
    marks = set("，。；：、（）《》“”〔〕—* ")
    for sheet in report:
        raised = [char["x0"] for _, chars in sheet.lines for char in chars if char["text"] == "*"]
        for _, chars in sheet.lines:
            row = sorted(chars, key=lambda char: char["x0"])
            pairs = [pair for pair in pairwise(row) if not marks & {pair[0]["text"], pair[1]["text"]}]
            gaps = [
                b["x0"] - a["x1"]
                for a, b in pairs
                if a["size"] == b["size"] == 16 and not any(a["x1"] - 1 < at < b["x0"] for at in raised)
            ]
            assert not gaps or max(gaps) - min(gaps) < 2, "".join(char["text"] for char in row)


def test_what_holds_a_number_together_is_not_copied(report):
    """No character without width is in the text of the PDF."""
    said = "".join(char["text"] for sheet in report for _, chars in sheet.lines for char in chars)
    assert "85个" in said and not set("\u2060\u200b\ufeff") & set(said)


def test_no_generated_line_is_torn():
    """The same over paragraphs of ranges, amounts and document numbers that end at every place."""
    draw = random.Random(2022)
    pieces = (
        "95分（含）至100分的", "90分以上（含90分）的", "占88.91%，", "财预〔2020〕10号", "2万～5万元", "涉及752.11万元、",
        "2023年8月25日", "第3条", "增加1.20个百分点；", "（城中办发〔2021〕12号）", "“满意度”（指标）、", "《办法》：",
        "70分以下；", "0.5%～1.5%，", "“优秀”的16个；", "90（不含）～95（含）分、", "10.81亿元，",
        "<data value='17' data-key='k'>17个</data><sup>*</sup>对象",
    )  # fmt: skip
    paragraphs = [
        "".join(f"{'甲' * draw.randint(1, 6)}{draw.choice(pieces)}" for _ in range(9)) + "等。"
        for _ in range(60)
    ]
    lines = [
        text
        for sheet in pages_of(shown("".join(f"<p>{one}</p>" for one in paragraphs)))
        for _, text in sheet.body()
    ]
    assert len(lines) >= 200
    assert forbidden_breaks(lines) == []


def test_a_note_is_not_larger_than_its_table():
    """Below a close table the note has the type of the table, not that of other notes."""
    columns = [{"label": f"第{at}列", "align": "left"} for at in range(6)]
    rows = [[words("格")] * 6] * 3
    table = {"id": "t", "caption": "表", "columns": columns, "rows": rows, "notes": ["注：无。"]}
    (sheet,) = pages_of(table_output(table))
    note, cell = (sheet.chars(text)[0]["size"] for text in ("注：", "格"))
    assert note <= cell + 0.01


def test_text_goes_on_where_a_table_does_not_fit():
    """The table stands at the top of the next page, and the page before it is full of the text behind it."""
    rows = [[words(f"第{at}行")] for at in range(8)]
    table = {
        "id": "t",
        "caption": "表",
        "columns": [{"label": "列", "align": "left"}],
        "rows": rows,
        "notes": [],
    }
    before, after = ("".join(f"<p>{name}{at}段。</p>" for at in range(16)) for name in ("前", "后"))
    first, second = pages_of(shown(before), table_output(table), shown(after))
    assert [round(slot(at), 2) for at, _ in first.body()] == [*range(2, 22)]  # behind the title
    assert "".join(char["text"] for char in second.lines[0][1]) == "表"
    assert all(abs(slot(at) - round(slot(at))) * PITCH < 0.15 for at, _ in second.body())


def test_a_table_with_room_stays_in_its_place():
    """Between the paragraph before it and the one behind it."""
    table = {
        "id": "t",
        "caption": "表",
        "columns": [{"label": "列", "align": "left"}],
        "rows": [[words("格")]],
        "notes": [],
    }
    (sheet,) = pages_of(shown("<p>前。</p>"), table_output(table), shown("<p>后。</p>"))
    lines = ["".join(char["text"] for char in chars) for _, chars in sheet.lines]
    assert lines[1:] == [  # behind the title
        "前。",
        "表",
        "列",
        "格",
        "后。",
    ]


def test_links_lead_inside_the_file(document):
    """The list of attachments, and each number of a sentence that a table shows, lead to a page of the file."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        pages = {page.objgen for page in pdf.pages}
        links = [note for page in pdf.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
        named = pikepdf.NameTree(pdf.Root.Names.Dests)
        places = [
            link.Dest if isinstance(link.Dest, pikepdf.Array) else named[str(link.Dest)] for link in links
        ]
        ends = [place[0].objgen for place in places]
    assert len(ends) > 10
    assert [end for end in ends if end not in pages] == []
    assert len(set(ends)) >= 2  # the appendix, the main figures


def test_a_chart_is_as_wide_as_the_page_and_its_words_are_text(report):
    """They can be found, in the type of the tables or a little more, in the font that comes along."""
    rows = [chars for sheet in report[1:] for _, chars in sheet.lines]
    (chars,) = [row for row in rows if "单位自评全部85个达到90分" in "".join(char["text"] for char in row)]
    assert {round(char["size"], 1) for char in chars} == {12.6}
    assert {char["fontname"].partition("+")[2] for char in chars} == {"NotoSansCJKsc-Regular"}
    assert chars[0]["x0"] == pytest.approx(LEFT, abs=2 * MM)


@pytest.mark.parametrize(
    ("align", "cell", "lines"),
    [
        ("left", "指标设置不具考核性，未说明计算口径，完成值难以据此判断" * 2, ["", "hair"]),
        ("left", "没有写明原因", ["", ""]),  # nothing wraps
        (
            "right",
            "指标设置不具考核性，未说明计算口径，完成值难以据此判断" * 2,
            ["", ""],
        ),  # one column of texts only
    ],
)
def test_rows_of_texts_that_wrap_are_ruled(align, cell, lines):
    """Else nobody sees where a row ends; where only the names at the left wrap, the numbers show it."""
    columns = [Column("指标"), Column("扣分原因", align)]
    table = Table("losses", "逐项扣分", columns, [[text("办件合格率"), text(cell)]] * 2)
    assert translation.setting(table, themes.of(PROJECT)).lines == lines
