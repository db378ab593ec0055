"""The page of the PDF: geometry and type of an official document (GB/T 9704—2012), measured."""

from __future__ import annotations

import re
from itertools import pairwise

import lxml.html
import pytest

from jixiao.press.paper import gongwen
from pdf_sheets import (
    BOTTOM,
    FIRST,
    LEFT,
    MM,
    NO_END,
    NO_START,
    PITCH,
    RIGHT,
    SANS,
    SERIF,
    STEP,
    TOP,
    opened,
    pages_of,
    shown,
    slot,
)
from press_notebook import table_output, words

PROSE = (
    "本年度组织对5个部门开展绩效目标集中会审（2021年），审核范围包括部门整体支出绩效目标及其全部项目支出绩效目标；"
    "涉及金额10.81亿元，占年初预算的88.91%，其中预算金额752.11万元的项目30个；平均得分97.04分，"
    "“优秀”的16个、95分（含）至100分的53个，《项目支出绩效评价管理办法》（财预〔2020〕10号）规定：满分100分。"
)
PLAIN = "预算绩效管理工作开展情况部门整体支出项目支出评价结果应用"


@pytest.fixture(scope="module")
def report(built) -> list:
    """The PDF of 2022."""
    told = (built.root / "told.txt").read_text(encoding="utf-8")
    assert "PDF 字体：标题、正文、二级标题、页码用 Noto Serif CJK SC；一级标题、表格用 Noto Sans" in told
    return opened((built.public / "annual_report.pdf").read_bytes())


@pytest.fixture(scope="module")
def prose() -> list:
    """Pages full of text whose lines end at every place of it."""
    cut = [f"现{PROSE[at:]}{PROSE[:at] * (at % 3)}" for at in range(0, 150, 3)]
    return pages_of(shown("".join(f"<p>{text}</p>" for text in cut)))


def test_a_full_page_has_22_lines_at_one_pitch(prose):
    """Every line of every full page is on one of the same 22 baselines, 28.99 pt apart."""
    for sheet in prose[1:-1]:
        baselines = [at for at, _ in sheet.body()]
        assert len(baselines) in (21, 22)  # 21 where a single line would have been left
        assert all(abs(b - a - PITCH) < 0.1 for a, b in pairwise(baselines))
        assert baselines[0] == pytest.approx(FIRST, abs=0.1)
    assert sum(len(sheet.body()) == 22 for sheet in prose) >= 3


def test_a_full_line_has_28_characters():
    """A line of Chinese characters holds 28, the first of a paragraph 26, from edge to edge of the type area."""
    (sheet,) = pages_of(shown(f"<p>{PLAIN * 6}</p>"))
    rows = [chars for _, chars in sheet.lines if abs(chars[0]["size"] - 16) < 0.1]
    assert [len(row) for row in rows[:6]] == [26, 28, 28, 28, 28, 28]
    for row in rows[1:6]:
        assert row[0]["x0"] == pytest.approx(LEFT, abs=MM)
        assert row[-1]["x1"] == pytest.approx(RIGHT, abs=MM)
        assert all(b["x0"] - a["x0"] == pytest.approx(STEP, abs=0.02) for a, b in pairwise(row))
    assert rows[0][0]["x0"] == pytest.approx(LEFT + 2 * STEP, abs=0.1)


def test_the_report_keeps_to_the_grid(report):
    """After headings, tables, charts and notes the lines of the body are on the same 22 baselines."""
    found = [slot(at) for sheet in report for at, _ in sheet.body()]
    assert len(found) > 60
    assert [place for place in found if abs(place - round(place)) * PITCH > 0.15] == []
    assert {round(place) for place in found} <= set(range(22))


def test_text_after_broken_tables_keeps_to_the_grid():
    """However many tables go over the foot of a page, the line after each is on the grid again."""
    outputs = []
    for count in (13, 22, 41, 19, 30, 25, 17, 33):
        rows = [[words(f"第{at}项"), words("项目支出" * (at % 12))] for at in range(count)]
        columns = [{"label": "项", "align": "left"}, {"label": "说明", "align": "left"}]
        table = {"id": f"t{count}", "caption": "表", "columns": columns, "rows": rows, "notes": ["注：无。"]}
        outputs += [table_output(table), shown(f"<p>{PLAIN * 3}</p>")]
    found = [slot(at) for sheet in pages_of(*outputs) for at, _ in sheet.body()]
    assert len(found) == 8 * 4
    assert [place for place in found if abs(place - round(place)) * PITCH > 0.15] == []


@pytest.mark.parametrize("count", [17, 18, 19])
def test_no_page_is_blank(count):
    """A table that ends at the very foot of a page leaves no empty page behind it."""
    columns = [{"label": "项", "align": "left"}, {"label": "说明", "align": "left"}]
    rows = [[words(f"第{at}项"), words("项目支出" * (at % 12))] for at in range(count)]
    table = {"id": "t", "caption": "表", "columns": columns, "rows": rows, "notes": []}
    assert all(sheet.lines for sheet in pages_of(table_output(table)))


def test_the_report_keeps_to_the_type_area(report):
    """Nothing but the page number stands outside the 156 × 225 mm."""
    for sheet in report:
        chars = [char for _, row in sheet.lines for char in row if char["text"] not in f" {NO_START}{NO_END}"]
        assert min(char["x0"] for char in chars) >= LEFT - MM
        assert max(char["x1"] for char in chars) <= RIGHT + MM
        assert min(char["top"] for char in chars) >= TOP - MM
        assert max(at for at, _ in sheet.lines) <= BOTTOM
        assert len(sheet.foot) == 1


def test_page_numbers_stand_outside(report):
    """Between dashes whose upper edge is 7 mm below the type area, odd at the right, even at the left."""
    for number, sheet in enumerate(report, 1):
        ((baseline, chars),) = sheet.foot
        assert "".join(char["text"] for char in chars) == f"— {number} —"
        assert {round(char["size"], 1) for char in chars} == {14.0}
        assert baseline - 0.301 * 14 == pytest.approx(BOTTOM + 7 * MM, abs=0.2)  # ink of the dash in the font
        edge = chars[-1]["x1"] if number % 2 else chars[0]["x0"]
        assert edge == pytest.approx(RIGHT - 14 if number % 2 else LEFT + 14, abs=1.5)


@pytest.mark.parametrize(
    ("text", "family", "size"),
    [
        ("预算绩效管理工作开展情况", SERIF, 22),
        ("一、制度建设", SANS, 16),
        ("（一）部门整体支出", SERIF, 16),
        ("现将有关情况说明如下", SERIF, 16),
        ("图1部门整体支出单位自评、第三方机构绩效评价得分分布", SANS, 12),
        ("附录", SANS, 16),
    ],
)
def test_each_level_has_its_type(report, text, family, size):
    """Title 22 pt, headings and body 16 pt; 黑体 is set in Noto Sans, 小标宋, 楷体 and 仿宋 in Noto Serif."""
    rows = [chars for sheet in report for _, chars in sheet.lines]
    said = [("".join(c["text"] for c in row if c["text"] != " "), row) for row in rows]
    row = next(row for words, row in said if (words == text if text == "附录" else text in words))
    assert {char["fontname"].partition("+")[2] for char in row if char["text"] in text} == {family}
    assert row[0]["size"] == pytest.approx(size, abs=0.05)


def lines_of(sheets) -> list[str]:
    """The lines of paragraphs, mark of a number that is not published on its line included."""
    return [text.strip() for sheet in sheets for _, text in sheet.body()]


def test_punctuation_keeps_its_side(prose, report):
    """No line of text starts with a closing mark or ends with an opening one."""
    lines = lines_of(prose) + lines_of(report)
    assert len(lines) > 200
    assert [line for line in lines if line[0] in NO_START or line[-1] in NO_END] == []


def test_numbers_stay_with_their_units(prose, report):
    """No line ends inside 752.11万元, 88.91%, 2021年, 95（含）or 10号."""
    for sheets in (prose, report):
        text = "\n".join(lines_of(sheets))
        assert re.findall(r"[\d.]\n(?:[\d.万亿元%年个分条号（〕])|[万亿]\n元|〔\n|〕\n", text) == []
        assert len(re.findall(r"\d(?:万元|亿元|%|年)", text)) > 5


def test_no_heading_at_the_foot(report):
    """A heading moves to the next page with text, a table or a chart that follows it."""
    for sheet in report:
        last = "".join(char["text"] for char in sheet.lines[-1][1])
        assert not re.match(r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）", last)
    table = table_output(
        {
            "id": "t",
            "caption": "表1 表",
            "columns": [{"label": "列", "align": "left"}],
            "rows": [[words("甲")]] * 5,
            "notes": [],
        }
    )
    for count in (17, 19, 20):
        filler = "".join(f"<p>第{at}段。</p>" for at in range(count))
        sheets = pages_of(shown(f"{filler}<h2>二、标题</h2><h3>（一）标题</h3>"), table)
        assert [i for i, s in enumerate(sheets) if "标题" in str(s.body())] == [1]


def test_no_line_stands_alone(prose):
    """No page starts with the last line of a paragraph or ends with the first one."""
    for before, after in pairwise(prose):
        first = after.lines[0][1]
        second = after.lines[1][1]
        starts = first[0]["x0"] > LEFT + STEP
        assert starts or second[0]["x0"] < LEFT + STEP  # two lines at least go over
        last, last_but_one = before.lines[-1][1], before.lines[-2][1]
        assert last[0]["x0"] < LEFT + STEP or last_but_one[0]["x0"] > LEFT + STEP or starts


def test_the_report_ends_like_a_letter(report):
    """After the body the names of the appendices, then issuer and date, no nearer to the edge than 2 characters."""
    sheet = next(s for s in report if any("附录：" in text for _, text in s.body()))
    texts = [text for _, text in sheet.body()]
    at = texts.index("附录：评分办法和数据说明")
    assert texts[at : at + 3] == ["附录：评分办法和数据说明", "城中区财政局", "2023年8月25日"]
    slots = [round(slot(baseline)) for baseline, _ in sheet.body()]
    assert [slots[at + n + 1] - slots[at + n] for n in range(-1, 2)] == [2, 2, 1]
    assert sheet.chars("附录：")[0]["x0"] == pytest.approx(LEFT + 2 * STEP, abs=0.1)
    name, date = sheet.chars("城中区财政局"), sheet.chars("2023年8月25日")
    assert date[-1]["x1"] == pytest.approx(RIGHT - 2 * STEP, abs=1)
    assert date[0]["x0"] - name[0]["x0"] == pytest.approx(2 * STEP, abs=1)


@pytest.mark.parametrize(
    ("contact", "said"), [("绩效股，2811234", ["（联系方式：绩效股，2811234）"]), ("", [])]
)
def test_whom_readers_may_ask_stands_in_brackets_below_the_date(contact, said):
    """Where the params name somebody, and nothing where they do not."""
    header = "<header class='title-block'><p class='issuer'>甲局</p><p class='date'>今日</p></header>"
    body = lxml.html.fromstring(f"<body>{header}<main><p>文。</p></main></body>")
    gongwen.arrange(body, contact)
    texts = [one.text_content() for one in body.find_class("closing")[0].iter("p")]
    assert texts == ["文。", "甲局", "今日", *said]


def test_appendices_are_listed_below_each_other():
    """Of several appendices each has a number, the numbers one below the other, and leads to its page."""
    (first, *_) = pages_of(shown("<p>文。</p><h2>附录一 甲</h2><p>甲文。</p><h2>附录二 乙</h2><p>乙文。</p>"))
    assert [text for _, text in first.body()] == ["文。", "附录：1.甲", "2.乙"]
    assert first.chars("附录：1.")[0]["x0"] == pytest.approx(LEFT + 2 * STEP, abs=0.1)
    assert first.chars("2.乙")[0]["x0"] == pytest.approx(LEFT + 5 * STEP, abs=0.1)


def test_each_appendix_starts_a_page(report):
    """The mark at the upper left of the first line, the name in the middle of the third."""
    pages = [sheet for sheet in report if sheet.body() and sheet.body()[0][1].startswith("附录")]
    assert ["".join(c["text"] for c in sheet.lines[0][1]) for sheet in pages] == ["附录"]
    for sheet in pages:
        assert sheet.lines[0][1][0]["x0"] == pytest.approx(LEFT, abs=0.5)
        baseline, name = sheet.lines[1]
        assert slot(baseline - 0.38 * 6) == pytest.approx(
            2, abs=0.01
        )  # larger type in the middle of its line
        middle = (name[0]["x0"] + name[-1]["x1"]) / 2
        assert middle == pytest.approx((LEFT + RIGHT) / 2, abs=1)
