"""The order of an official document: titles, appendices, tables on their side, numbers in one piece."""

from __future__ import annotations

import pytest

from jixiao.press.paper import gongwen
from jixiao.press.paper.pdf import to_pdf
from pdf_sheets import LEFT, MM, RIGHT, STEP, opened, pages_of, shown
from press_notebook import press_notebook, table_output, words


def test_a_wide_table_lies_on_its_side():
    """Its pages are turned, its heading with it, and the number stands where the bound sheets have theirs."""
    columns = [{"label": f"第{at}列", "align": "left"} for at in range(9)]
    rows = [[words(f"项目支出绩效{row}-{at}") for at in range(9)] for row in range(60)]
    table = table_output({"id": "t", "caption": "表1 宽", "columns": columns, "rows": rows, "notes": []})
    sheets = pages_of(shown("<p>前文。</p><h2>一、标题</h2>"), table, shown("<p>后文。</p>"))
    turned = [sheet for sheet in sheets if sheet.width > sheet.height]
    assert len(sheets) == len(turned) + 2 and len(turned) >= 2
    assert "一、标题" in str(turned[0].body())
    for number, sheet in enumerate(turned, 2):
        outside = [c for _, row in [*sheet.lines, *sheet.foot] for c in row if c["x1"] < 35 * MM]
        assert sorted(c["text"] for c in outside if c["text"] != " ") == sorted(f"—{number}—")
        assert all(c["matrix"][1] < 0 for c in outside)  # written from the top down
        middle = sum(c["top"] + c["bottom"] for c in outside) / 2 / len(outside)
        assert (middle > sheet.height / 2) is (number % 2 == 1)
        assert max(c["x1"] for _, row in sheet.lines for c in row) <= (297 - 37) * MM + 1


def test_a_table_of_few_columns_stays_upright():
    """Six short columns fit across the page."""
    columns = [{"label": f"第{at}列", "align": "left"} for at in range(6)]
    table = {"id": "t", "caption": "表", "columns": columns, "rows": [[words("甲")] * 6] * 3, "notes": []}
    (sheet,) = pages_of(table_output(table))
    assert sheet.width < sheet.height


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("2022年柳州市城中区预算绩效管理工作开展情况", ["2022年柳州市城中区", "预算绩效管理工作开展情况"]),
        ("柳州市城中区2022年预算绩效管理工作开展情况", ["柳州市城中区2022年", "预算绩效管理工作开展情况"]),
        (
            "关于印发某某市财政局项目支出绩效评价管理办法的通知",
            ["关于印发某某市财政局项目支出", "绩效评价管理办法的通知"],
        ),
        ("绩效报告", ["绩效报告"]),
        ("甲" * 41, ["甲" * 14, "甲" * 13, "甲" * 14]),
    ],
)
def test_titles_are_divided_by_meaning(title, lines):
    """Lines of about the same length, no word or name divided."""
    assert gongwen.title_lines(title, 20.1, ["柳州市城中区"]) == lines


PIECES = {
    "占<data value='88.91'>88.91</data>%，": ["88.91%"],
    "有<data value='17'>17个</data><sup>*</sup>对象": ["17个"],
    "95分（含）至100分的": ["95分（含）至100分"],
    "90分以上（含90分）的": ["90分以上（含90分）"],
    "<strong>第3条</strong>和（2021年）": ["第3条", "2021年"],
    "共30个；涉及2万～5万元": ["30个；", "2万～5万元"],
    "按<data value='x'>财预〔2020〕10号</data>计分": ["财预〔2020〕", "10号"],
    "2023年8月26日": ["2023年", "8月", "26日"],
    "mof-2020-11.yml": ["mof-2020-11.yml"],
    "按城中办发〔2021〕12号办": ["办发〔2021〕12号"],
}


def test_a_number_and_its_unit_are_one_piece():
    """Wherever a line ends, it divides no number from its unit or mark, also where elements stand between."""
    paddings = range(12, 26)
    sheets = pages_of(shown("".join(f"<p>{'甲' * n}{text}</p>" for text in PIECES for n in paddings)))
    lines = ["".join(char["text"] for char in row) for sheet in sheets for _, row in sheet.lines]
    pieces = [piece for pieces in PIECES.values() for piece in pieces]
    assert {piece: sum(piece in line for line in lines) for piece in pieces} == dict.fromkeys(
        pieces, len(paddings)
    )
    marks = [char for sheet in sheets for _, row in sheet.lines for char in row if char["text"] == "*"]
    assert len(marks) == len(paddings) and min(char["x0"] for char in marks) > LEFT + 2 * STEP


def test_what_has_no_end_is_divided():
    """A number of eighty digits goes on in the next line, inside the type area, and none of it is lost."""
    sheets = pages_of(shown(f"<p>{'1' * 80}</p>"))
    rows = [row for sheet in sheets for _, row in sheet.lines if any(char["text"] == "1" for char in row)]
    assert [sum(len(row) for row in rows), len(rows)] == [80, 2]
    assert max(char["x1"] for row in rows for char in row) <= RIGHT + 1


def test_without_title_block_nothing_is_signed():
    """A notebook that is no report has neither issuer nor appendices to tell of."""
    (sheet,) = pages_of(shown("<h2>一、标题</h2><p>正文。</p>"))
    assert [text for _, text in sheet.body()] == ["一、标题", "正文。"]


def test_an_appendix_on_its_side_leaves_no_empty_page():
    """The heading of an appendix goes with its wide table; no page is blank."""
    sheets = opened(to_pdf(press_notebook()))
    assert all(
        "".join(c["text"] for _, row in sheet.lines for c in row if c["x0"] > 35 * MM) for sheet in sheets
    )
    first = next(sheet for sheet in sheets if sheet.width > sheet.height)
    texts = ["".join(char["text"] for char in row if char["x0"] > 35 * MM) for _, row in first.lines]
    assert [text for text in texts if text][:2] == ["附录", "统计数登记表"]


def test_a_note_never_leaves_its_table():
    """Wherever a long table ends, the page with its note has a row of it."""
    columns = [{"label": "项", "align": "left"}, {"label": "说明", "align": "left"}]
    for count in range(41, 45):
        rows = [[words(f"第{at}项"), words("项目支出")] for at in range(count)]
        table = {"id": "t", "caption": "表", "columns": columns, "rows": rows, "notes": ["注：甲。", "乙。"]}
        sheets = pages_of(table_output(table))
        for sheet in sheets:
            texts = ["".join(char["text"] for char in row) for _, row in sheet.lines]
            assert texts[-2:] == ["注：甲。", "乙。"] and any("第" in text for text in texts)
    assert len(sheets) == 2  # so that one of them ended just before the foot
