"""The HTML page: one self-contained, semantic file in which nothing is active and nothing is lost."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from jixiao.kit.errors import ExportError
from jixiao.press.page.document import read
from jixiao.press.page.html import to_html
from jixiao.press.page.imprint import Imprint
from jixiao.press.paper import themes, translation
from jixiao.report import mimes
from press_notebook import ATTACKS, CHART, PROSE, TITLE, attacked, drawing, press_notebook


@pytest.fixture(scope="module")
def page() -> str:
    return to_html(press_notebook())


@pytest.fixture(scope="module")
def tree(page):
    return html.document_fromstring(page)


def shown(markup: str) -> str:
    """The text that a reader of a fragment's page sees."""
    notebook = new_notebook(cells=[code_cell({"text/html": markup})])
    return html.document_fromstring(to_html(notebook)).find(".//main").text_content()


def code_cell(data: dict, **other):
    return new_code_cell("secret_code()", outputs=[new_output("display_data", data=data)], **other)


def test_page_has_one_title_and_landmarks(tree):
    """The page is in Chinese, is named as the report is, and has one h1 and each landmark once."""
    assert tree.get("lang") == "zh-CN"
    assert tree.findtext(".//title") == TITLE
    assert [heading.text_content() for heading in tree.iter("h1")] == [TITLE]
    for landmark in ("main", "nav", "footer"):
        assert len(tree.findall(f".//{landmark}")) == 1
    assert tree.find(".//a[@class='skip-link']").get("href") == f"#{tree.find('.//main').get('id')}"


def test_contents_lists_every_section(tree):
    """The table of contents leads to each h2 and h3 of the page, in order, and ids are unique."""
    links = [(link.get("href"), link.text) for link in tree.findall(".//nav//a")]
    assert links == [(f"#{h.get('id')}", h.text_content()) for h in tree.find(".//main").iter("h2", "h3")]
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_headings_tables_and_charts_have_a_link_of_their_own(tree):
    """It leads to them, has a name, and adds no word to the text."""
    links = tree.findall(".//a[@class='permalink']")
    held = [tree.get_element_by_id(link.get("href")[1:]) for link in links]
    assert [
        link for link, one in zip(links, held, strict=True) if one not in (link, *link.iterancestors())
    ] == []
    assert {link.get("aria-label") for link in links} == {"本节链接", "本表链接", "本图链接"}
    assert {link.text_content() for link in links} == {""}


def test_the_foot_says_what_it_is_and_the_bar_what_lies_beside(tree):
    """Version and citation stand on each page; licence, check and files with sizes on one that is published with them."""
    alone = [term.text for term in tree.findall(".//footer//dt")]
    assert (alone, tree.findall(".//section[@class='downloads']")) == (["版本", "引用"], [])
    imprint = Imprint({"a.pdf": 258_000, "a.xlsx": 1_500_000}, "CC-BY-4.0", "照此核对。")
    published = html.document_fromstring(to_html(press_notebook(), imprint))
    said = {term.text: term.getnext().text_content() for term in published.findall(".//footer//dt")}
    version = said["版本"].partition("（")[0]
    assert (said["许可"], said["核验"]) == ("CC-BY-4.0", "照此核对。")
    assert said["引用"] == f"城中区财政局. {TITLE}[R]. 2023-08-25. 版本 {version}."
    notebook = press_notebook()
    mimes.bundle_with(notebook, mimes.REPORT)[mimes.REPORT]["contact"] = "绩效股，2811234"
    foot = html.document_fromstring(to_html(notebook)).find(".//footer")
    assert {one.text: one.getnext().text for one in foot.iter("dt")}["联系"] == "绩效股，2811234"
    links = published.findall(".//section[@class='downloads']//a")
    assert [(link.get("href"), link.text_content()) for link in links] == [
        ("a.pdf", "PDF 252 KB"),
        ("a.xlsx", "Excel 1,465 KB"),
    ]


def test_origin_is_stated(tree):
    """A reconstruction is called one in the title block and at the foot of the page."""
    assert "重建" in tree.find(".//header").text_content()
    assert "示例数据" in tree.find(".//footer").text_content()


def test_nothing_comes_from_outside(page, tree):
    """No address, no handler, and one script, which alone the content security policy allows by its hash."""
    assert re.findall(r"https?:|//\w+\.\w|url\(", page.replace("url(#", "")) == []
    (script,) = tree.findall(".//script")
    named = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    assert dict(script.attrib) == {}
    assert [name for element in tree.iter() for name in element.attrib if name.startswith("on")] == []
    policy = tree.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    start = f"default-src 'none'; script-src 'sha256-{named}'; style-src 'unsafe-inline'; img-src data:;"
    assert policy.startswith(start)


def test_every_number_keeps_its_value_and_key(tree):
    """Each `<data>` of the prose arrives with value, key and text."""
    wanted = [(d.get("value"), d.get("data-key"), d.text) for d in html.fromstring(PROSE).iter("data")]
    found = {(d.get("value"), d.get("data-key"), d.text) for d in tree.iter("data")}
    assert wanted and [item for item in wanted if item not in found] == []


def test_tables_have_caption_scope_and_alignment(tree):
    """Each table has a caption, scoped heads, and cells aligned as its columns, also beside merged cells."""
    tables = tree.findall(".//table")
    assert [bool(table.findtext("caption")) for table in tables] == [True] * 4
    assert {head.get("scope") for table in tables for head in table.iter("th")} == {"col", "row"}
    row = tables[1].findall("tbody/tr")[1]
    assert ["left" in row[0].get("class"), "right" in row[1].get("class")] == [True, True]
    assert [region.get("tabindex") for region in tree.findall(".//div[@class='table-scroll']")] == ["0"] * 4


def content(picture) -> str:
    """The SVG document that an `img` of a page shows."""
    kind, _, data = picture.get("src").partition(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(data).decode()


def test_chart_is_named_and_described(tree):
    """A chart is a picture in the page with its caption below it and its alternative text for those who cannot see it."""
    picture = tree.find(".//figure[@id='chart-departments']/img")
    assert picture.get("alt").startswith("柱形图：")
    assert picture.getparent().findtext("figcaption") == "图1 部门整体支出自评得分与复核得分分布"
    assert (picture.get("width"), picture.get("height")) == ("576", "307")
    assert "<metadata" not in content(picture) and "<path" in content(picture)


def test_hostile_drawing_is_disarmed():
    """Scripts, handlers, foreign content, outside references and style sheets do not survive in a chart."""
    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" '
        'xmlns:ink="urn:ink" ink:export-filename="/ho'
        'me/me/x.png" onload="a()"><script>a()</script>'
        '<metadata>me</metadata><foreignObject><p>b</p></foreignObject><style>@import "x"; p{c:d}</style>'
        '<a xlink:href="javascript:a()"><path d="M0 0"/></a><image href="http://x.y/z.png" width="1" height="1"/>'
        '<use xlink:href="http://x.y/z#q"/><path id="p" d="M0 0" style="fill:url(http://x.y);stroke:url(#p)"/>'
        '<path fill="url(#p)" d="M1 1"/></svg>'
    )
    page = to_html(
        new_notebook(cells=[code_cell({"image/svg+xml": hostile, CHART: {"id": "c", "alt": "甲"}})])
    )
    svg = content(html.document_fromstring(page).find(".//figure/img"))
    for word in ("script", "onload", "foreign", "import", "x.y", "<a", "/home", "metadata"):
        assert word not in svg
    assert 'fill="url(#p)"' in svg


def test_broken_drawing_is_an_error():
    """An SVG that is not well-formed stops the export and names the chart."""
    with pytest.raises(ExportError, match="chart-c"):
        to_html(new_notebook(cells=[code_cell({"image/svg+xml": "<svg><g></svg>", CHART: {"id": "c"}})]))


@pytest.mark.parametrize(
    "size",
    ['viewBox="0 0 0 9"', 'viewBox="0 0 9 -1"', 'viewBox="0 0 nan 9"', 'viewBox="0,0,9,inf"', 'viewBox="nan 0 9 9"',
     'width="0" height="9"', 'viewBox="0 0 .1 .1"', 'viewBox="0 0 1e9 9"'],
)  # fmt: skip
def test_a_drawing_without_extent_is_an_error(size):
    """A picture that has no width or height, or one that is no number, is one line that names the chart."""
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="M0 0"/></svg>'
    with pytest.raises(ExportError, match=r"^图 chart-c：SVG 的 viewBox 为 .*，宽和高不是 1 到 14400 的数"):
        to_html(new_notebook(cells=[code_cell({"image/svg+xml": drawn, CHART: {"id": "c"}})]))


@pytest.mark.parametrize(
    "markup",
    [
        "<p onclick='a()'>甲</p>",
        "<p style='color:red'>甲</p>",
        "<script>bad()</script><p>甲</p>",
        "<iframe src='x'></iframe><p>甲</p>",
        "<a href='javascript:bad()'>甲</a>",
        "<a href='https://example.com'>甲</a>",
        "<form action='x'><p>甲</p></form>",
        "<svg onload='bad()'></svg><p>甲</p>",
    ],
)
def test_foreign_html_is_cleaned(markup):
    """Of other HTML only the words and the allowed elements stay."""
    page = to_html(new_notebook(cells=[code_cell({"text/html": markup})]))
    main = page[page.index("<main") : page.index("</main>")]
    assert "甲" in main
    assert re.findall(r"onclick|style=|script|iframe|https:|form|onload", main) == []


def test_attacks_are_plain_text():
    """Hostile names and sentences are shown as they are written."""
    tree = html.document_fromstring(to_html(attacked()))
    assert [p.text for p in tree.findall(".//main/p")][1 : 1 + len(ATTACKS)] == list(ATTACKS)
    names = [cell.text_content() for cell in tree.findall(".//table[@id='attack']/tbody/tr/td")]
    assert names == list(ATTACKS)


def test_only_results_are_shown(page):
    """Neither code, nor what a cell prints, nor a cell marked for removal is in the page."""
    for hidden in ("report.title()", "computing", "只给分析人员看"):
        assert hidden not in page


def test_markdown_is_rendered(tree):
    """Markdown becomes elements; Chinese lines are joined without a blank."""
    assert tree.find(".//main//strong").text == "分析人员"
    assert [item.text for item in tree.findall(".//main/ol/li")] == ["事前绩效评估管理", "绩效运行监控管理"]
    notebook = new_notebook(cells=[new_markdown_cell("# 甲\n第一行，\n第二行")])
    tree = html.document_fromstring(to_html(notebook))
    assert [tree.find(".//h1").text_content(), tree.findtext(".//h2")] == ["未命名报告", "甲"]
    assert tree.findtext(".//main/p") == "第一行，第二行"


def test_picture_outside_the_file_is_an_error():
    """A picture that would be missing on another machine stops the export."""
    with pytest.raises(ExportError, match="甲图"):
        to_html(new_notebook(cells=[new_markdown_cell("![甲图](../logo.png)")]))


def test_error_output_is_visible():
    """A failed cell shows in an exported page, without its traceback."""
    error = new_output("error", ename="ValueError", evalue="\x1b[31m坏值\x1b[0m", traceback=["someone"])
    page = to_html(new_notebook(cells=[new_code_cell("x", outputs=[error])]))
    block = html.document_fromstring(page).find(".//div[@class='error']").text_content()
    assert "第 1 个单元格运行出错" in block and "ValueError：坏值" in block
    assert "someone" not in page


def test_control_characters_are_replaced():
    """No control character reaches the page, and none that turns the direction of writing."""
    assert shown("<p>甲\x07乙\x00</p>").strip() == "甲\u25a1乙\u25a1"
    assert shown("<p>甲\u202e乙\u2066丙\u200f</p>").strip() == "甲乙丙"


def test_same_notebook_same_page(page):
    """Two exports of the same notebook are the same text."""
    assert to_html(press_notebook()) == page


def test_images_are_the_charts_as_png():
    """Each chart's PNG is found by the chart's id."""
    assert read(press_notebook()).drawn == {"chart-departments": drawing()[1]}


@pytest.mark.parametrize("width", [360, 1280])
def test_browser_shows_the_page_without_asking_for_anything(page, tmp_path, browser, width):
    """In a real browser no request leaves, the console stays empty and the page never scrolls sideways."""
    file = tmp_path / "报告.html"
    file.write_text(page, encoding="utf-8")
    asked, said = [], []
    tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark")
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(file.as_uri())
    tab.wait_for_timeout(300)
    sideways = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    tab.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert len(asked) <= 2 and said == [] and sideways <= 0


def test_a_notebook_that_was_not_run_is_refused():
    """Exported by hand before it was run, the report says so instead of making an empty page."""
    import nbformat

    from kit import PROJECT

    source = nbformat.read(PROJECT / "notebooks/annual_report.ipynb", as_version=4)
    with pytest.raises(ExportError, match="还没有运行过"):
        to_html(source)


def test_the_data_of_a_chart_stand_behind_a_disclosure():
    """They are a clean table with caption in a region of its own; PDF and DOCX, which show the chart, leave it out."""
    cell = {"text": "<script>y()</script>", "value": None, "key": None}
    table = {"id": "' onclick='x()", "caption": "图1（数据）", "columns": [{"label": "甲"}], "rows": [[cell]]}
    chart = {"id": "c", "caption": "图1 某图", "alt": "甲", "data": table}
    notebook = new_notebook(cells=[code_cell({"image/svg+xml": drawing()[0], CHART: chart})])
    page = to_html(notebook)
    details = html.document_fromstring(page).find(".//details")
    assert details.findtext("summary") == "图1的数据"
    assert details.find(".//div[@role='region']/table/caption").text == "图1（数据）"
    link = details.find("p/a")
    assert (link.get("download"), link.text) == ("图1.csv", "下载为 CSV")
    _, _, saved = link.get("href").partition("data:text/csv;charset=utf-8;base64,")
    assert base64.b64decode(saved).decode() == "\ufeff甲\r\n<script>y()</script>\r\n"
    assert "onclick" not in page and page.count("<script") == 1
    assert details.find(".//tbody/tr/th").text_content() == "<script>y()</script>"
    body, _ = translation.arranged(read(notebook), themes.default())
    assert (body.findall(".//details"), len(body.findall(".//img"))) == ([], 1)
