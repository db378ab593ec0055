"""Headings: numbers follow the order of the page without gaps or doubles, and none stands without text under it."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from jixiao.press.page import document
from jixiao.report import headings, mimes
from jixiao.report.headings import Heading, Level, Numbering

PARTS = st.lists(
    st.one_of(st.none(), st.builds(Heading, st.sampled_from(list(Level)), st.sampled_from("甲乙")))
)


def executed(parts):
    """A notebook that was run, with a cell for each heading, and one with a paragraph for each None."""
    cells = []
    for part in parts:
        shown = (
            {"text/html": "<p>正文</p>"}
            if part is None
            else {"text/html": "<h2>?</h2>", mimes.HEADING: part.as_json()}
        )
        output = nbformat.v4.new_output("execute_result", shown, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("report", outputs=[output], execution_count=1))
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (19, "十九"),
        (20, "二十"),
        (21, "二十一"),
        (99, "九十九"),
    ],
)
def test_numerals(number, numeral):
    """As headings write them."""
    assert headings.numeral(number) == numeral


def test_numbers_of_each_level():
    """Each level counts within the one above, appendices by themselves; the same name again is another heading."""
    order = [
        (Level.SECTION, "甲", "一、甲", "section-1"),
        (Level.SUBSECTION, "子", "（一）子", "section-1-1"),
        (Level.SUBSUBSECTION, "孙", "1.孙", "section-1-1-1"),
        (Level.SUBSUBSECTION, "孙", "2.孙", "section-1-1-2"),
        (Level.SUBSECTION, "子", "（二）子", "section-1-2"),
        (Level.SUBSUBSECTION, "孙", "1.孙", "section-1-2-1"),
        (Level.SECTION, "甲", "二、甲", "section-2"),
        (Level.SUBSECTION, "子", "（一）子", "section-2-1"),
        (Level.APPENDIX, "表", "附录1 表", "appendix-1"),
        (Level.SUBSECTION, "子", "（一）子", "appendix-1-1"),
        (Level.SECTION, "乙", "三、乙", "section-3"),
        (Level.APPENDIX, "表", "附录2 表", "appendix-2"),
    ]  # fmt: skip
    numbers = Numbering()
    assert [numbers.add(Heading(level, name)) for level, name, _, _ in order] == [
        (t, a) for _, _, t, a in order
    ]


def test_a_cell_that_runs_again_keeps_its_number():
    """In a notebook the same name below the same heading is the same heading."""
    numbers = Numbering(again=True)
    names = [(Level.SECTION, "甲"), (Level.SUBSECTION, "子"), (Level.SECTION, "乙"), (Level.SUBSECTION, "子")]
    first = [numbers.add(Heading(*one)) for one in names]
    assert [numbers.add(Heading(*one)) for one in names] == first
    assert [text for text, _ in first] == ["一、甲", "（一）子", "二、乙", "（一）子"]


@given(PARTS)
def test_what_stays_has_something_under_it(parts):
    """Content always stays; a heading stays just when content comes before the next heading of its depth or above."""
    stays = headings.kept(parts)
    for at, part in enumerate(parts):
        rest = parts[at + 1 :]
        end = next(
            (n for n, one in enumerate(rest) if part and one and one.level.depth <= part.level.depth),
            len(rest),
        )
        assert stays[at] == (part is None or None in rest[:end])


@given(PARTS)
def test_numbers_have_no_gap_and_no_double(parts):
    """Whatever cells are added, moved or taken away, sections count one, two, three; an appendix alone has no number."""
    page = document.read(executed(parts))
    found = [one.text for one in html.fragment_fromstring(page.body, "div").iter("h2")] if page.body else []
    for level in (Level.SECTION, Level.APPENDIX, Level.ATTACHMENT):
        kept = [
            p
            for p, stays in zip(parts, headings.kept(parts), strict=True)
            if p and stays and p.level == level
        ]
        expected = [level.numbered(n, one.name) for n, one in enumerate(kept, 1)]
        if level.before and len(kept) == 1:
            expected = [f"{level.before} {kept[0].name}"]
        mark = level.before or "、"
        assert [text for text in found if mark in text] == expected


def test_headings_without_text_are_told_by_cell():
    """The section goes with its empty subsections; what reads them says which cell they were in."""
    parts = [
        Heading(Level.SECTION, "空"),
        Heading(Level.SUBSECTION, "也空"),
        Heading(Level.SECTION, "满"),
        None,
    ]
    notebook = executed(parts)
    assert document.empty_headings(notebook) == ["第 1 个单元格的标题“空”", "第 2 个单元格的标题“也空”"]
    (heading,) = html.fragment_fromstring(document.read(notebook).body, "div").iter("h2", "h3")
    assert (heading.text, heading.get("id"), dict(heading.attrib)) == (
        "一、满",
        "section-1",
        {"id": "section-1"},
    )


def test_the_text_of_a_heading_is_text():
    """A name that looks like markup is shown, not obeyed."""
    page = document.read(executed([Heading(Level.SECTION, "<script>甲</script>"), None]))
    assert "一、&lt;script&gt;甲&lt;/script&gt;" in page.body
    assert mimes.HEADING not in page.body
