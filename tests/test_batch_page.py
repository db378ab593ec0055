"""The page of a batch in a real browser: read by everybody on every screen, searched, and harmless whatever texts say."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from jixiao.press.page import batch_page
from jixiao.press.page.batch_page import Group, Head, Shown
from test_index_pages import HOSTILE, LEVELS

HEAD = Head(
    "批量运行：spring.yml", ["2026-03-01 09:00 至 2026-03-01 09:20"], [("共", 5), ("失败", 1), ("完成", 4)]
)
LONG = "districts/" + "very_long_name_without_a_blank_" * 3
FAULTS = [
    f"notebooks/annual_report.ipynb 第 7 个单元格「{HOSTILE}」：ValueError: 算错了；请从这个单元格查起",
    LONG,
]
GROUPS = [
    Group(
        "失败", True, [Shown(LONG, "失败　用时 1.0 秒", FAULTS, [], [("../a b/失败.ipynb", "失败的笔记本")])]
    ),
    Group(
        "甲区　2022 工作年度",
        False,
        [
            Shown(f"甲区 2022 {name}", "完成", [], ["提示一", LONG], [(f"{name}.html", "公开版")])
            for name in "abcd"
        ],
    ),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """The page of a batch with a failure and four reports."""
    path = tmp_path_factory.mktemp("batch page") / "index.html"
    path.write_text(batch_page.to_html(HEAD, GROUPS), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_barrier(browser, page, width):
    """In light and dark, with the remarks unfolded; nothing is wider than the screen, nothing is asked for."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 800})
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        found = Axe().run(tab, options={"runOnly": LEVELS}).response["violations"]
        assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(asked) == 1
    context.close()


def test_a_job_is_found_by_words(browser, page):
    """Also by those of its faults; remarks count as part of their job."""
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(page.as_uri())
    tab.locator("input").fill("valueerror 算错")
    shown = "[...document.querySelectorAll('h3')].filter((one) => one.checkVisibility()).length"
    assert (tab.evaluate(shown), tab.locator("output").text_content()) == (1, "1份")
    tab.locator("input").fill("甲区 提示一")
    assert (tab.evaluate(shown), tab.locator("output").text_content()) == (4, "4份")
    context.close()


def test_texts_of_others_are_texts(page):
    """Markup in a fault is shown; addresses are written so that they lead to their files."""
    tree = html.parse(str(page))
    assert tree.xpath("//li//script") == []
    assert HOSTILE in tree.xpath("//p[@class='fault']")[0].text_content()
    assert tree.xpath("//a[text()='失败的笔记本']/@href") == ["../a%20b/%E5%A4%B1%E8%B4%A5.ipynb"]


def test_no_job_is_said():
    """A plan of nothing has a page too."""
    assert "没有要做的。" in batch_page.to_html(HEAD, [])
