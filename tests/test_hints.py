"""The numbers of a page: where each leads, what it says of itself, and where the line may end beside it."""

from __future__ import annotations

from lxml import html
from nbformat.v4 import new_notebook

from jixiao.press.page.html import to_html
from press_notebook import FIGURES as FIGURES_TYPE
from press_notebook import TABLE, press_notebook
from test_html import code_cell

FIGURES = [
    {"key": "a.b", "label": "甲数", "display": "53个", "definition": "甲\u202e的个数", "source": "a.csv"},
    {"key": "a.c", "label": "乙事", "display": "预算安排", "definition": "乙", "source": "b.csv"},
]
REGISTER = {
    "caption": "统计数一览",
    "columns": [{"label": "数"}],
    "rows": [
        [{"text": "53个", "value": "53", "key": "a.b"}],
        [{"text": "预算安排", "value": None, "key": "a.c"}],
    ],
}


def with_register(markup: str) -> str:
    """The page of a notebook with `markup` and a register of two figures."""
    register = {TABLE: REGISTER, FIGURES_TYPE: FIGURES}
    return to_html(new_notebook(cells=[code_cell({"text/html": markup}), code_cell(register)]))


def test_each_number_leads_to_its_definition():
    """A number is a link to its row of the register and names its hint; only the first is a stop of the tab key."""
    number = "<data value='53' data-key='a.b'>53个</data>"
    unknown = "<data value='7' data-key='x'>7</data>"
    tree = html.document_fromstring(with_register(f"<p>共{number}<sup>*</sup>，{unknown}，{number}。</p>"))
    links = tree.findall(".//a[@class='number']")
    assert [link.text_content() for link in links] == ["53个", "53个"]
    assert [link.get("tabindex") for link in links] == [None, "-1"]
    assert {tree.get_element_by_id(link.get("href")[1:]).text_content() for link in links} == {
        "53个见 正文开头"
    }
    (hint,) = tree.xpath("//footer//div[@popover='hint']")
    assert {link.get("interestfor") for link in links} == {hint.get("id")}
    assert hint.text_content() == "甲数 53个甲的个数。来源：a.csv"
    assert tree.find(".//main/p/span[@class='short']").text_content() == "53个*"
    assert tree.find(".//main/p").text_content() == "共53个*，7，53个。"


def test_a_fact_in_words_is_no_link():
    """Words that are a figure stay words; without a register no number is a link."""
    words = "<p><data value='预算安排' data-key='a.c'>预算安排</data></p>"
    assert 'class="number"' not in with_register(words)
    assert 'class="number"' not in to_html(press_notebook())


def test_lines_end_where_they_may():
    """A mark holds on to its number, a range to its sign; a word too long for a column may break."""
    rows = "".join(f"<tr><th>甲</th><td>{cell}</td></tr>" for cell in ("A" * 40, "短"))
    markup = f"<p>自评<data value='5'>5分</data><sup>*</sup>，95分（含）至100分。</p><table>{rows}</table>"
    tree = html.document_fromstring(to_html(new_notebook(cells=[code_cell({"text/html": markup})])))
    held = [span.text_content() for span in tree.findall(".//main/p/span[@class='short']")]
    assert held == ["5分*", "95分（含）至100分"]
    assert tree.find(".//main/p").text_content() == "自评5分*，95分（含）至100分。"
    assert ["endless" in cell.get("class", "") for cell in tree.iter("td")] == [True, False]
