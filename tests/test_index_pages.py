"""The pages that lead to all reports: what they list, in which order, and how they are used in a real browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from lxml import html

from jixiao.archive import index_pages

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOSTILE = '<script>alert("甲")</script>&{{ 7 * 7 }}'
PUBLISHED = {  # folder: its year and title
    "2022": (2022, "二二年度报告"),
    "2022-mid_year": (2022, HOSTILE),
    "2021": (2021, "二一年度报告"),
    "2023-trends": (2023, "历年情况"),
    "2023": (2023, "二三年度报告"),
}


@pytest.fixture(scope="module")
def outputs(built, tmp_path_factory) -> Path:
    """A folder of several publications, each the report of 2022 under another year and title, and the pages."""
    folder = tmp_path_factory.mktemp("index") / "输出 outputs"
    for name, (year, title) in PUBLISHED.items():
        shutil.copytree(built.outputs / "2022", folder / name, ignore=shutil.ignore_patterns("inputs"))
        for edition in ("public", "internal"):
            for file in (folder / name / edition).glob("annual_report.*"):
                file.rename(file.with_stem((name.partition("-")[2]) or "annual_report"))
            path = folder / name / edition / "figures.json"
            about = json.loads(path.read_text("utf-8")) | {"report_year": year, "title": title}
            path.write_text(json.dumps(about), encoding="utf-8")
    for name in ("2022.previous", "2022.failed", ".2022.new-1", "2022.returns"):
        shutil.copytree(folder / "2022", folder / name)
    (folder / "2020" / "public").mkdir(parents=True)  # a folder that is no publication
    index_pages.write(folder)
    return folder


def listed(page: Path) -> list[tuple[str, str]]:
    """Folder and text of each report that a page leads to, in its order."""
    links = html.parse(str(page)).xpath("//a[@class='report']")
    return [(link.get("href").partition("/")[0], link.text_content()) for link in links]


@pytest.mark.parametrize("page", ["index.html", "internal.html"])
def test_the_latest_year_is_first_and_its_annual_report_before_others(outputs, page):
    """Every publication is there once; earlier, failed and unfinished versions are not."""
    names = ["2023", "2023-trends", "2022", "2022-mid_year", "2021"]
    assert listed(outputs / page) == [(name, PUBLISHED[name][1]) for name in names]


@pytest.mark.parametrize(("page", "edition"), [("index.html", "public"), ("internal.html", "internal")])
def test_every_link_leads_to_a_file_of_its_edition(outputs, page, edition):
    """A link works from the file system; the public page knows nothing of the internal edition."""
    links = [
        link.get("href") for link in html.parse(str(outputs / page)).xpath("//a[not(@class='skip-link')]")
    ]
    assert [link for link in links if not (outputs / link).is_file()] == []
    assert {link.split("/")[1] for link in links} == {edition}
    assert len(links) == len(PUBLISHED) * {"public": 4, "internal": 2}[edition]
    assert ("internal" in (outputs / page).read_text("utf-8")) == (edition == "internal")


def test_the_same_reports_make_the_same_bytes(outputs):
    """A page that would not change is not written; nothing else is left in the folder."""
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in outputs.glob("*.html")}
    index_pages.write(outputs)
    assert before == {
        path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in outputs.glob("*.html")
    }
    assert list(outputs.glob(".*.part")) + list(outputs.glob(".index*")) == []


def test_no_report_is_said(tmp_path):
    """A folder without publications has a page that says so."""
    index_pages.write(tmp_path)
    assert "还没有报告。" in (tmp_path / "index.html").read_text("utf-8")


@pytest.mark.parametrize("content", ["", "[]", '{"title": 6}', None])
def test_a_report_that_says_nothing_of_itself_has_the_name_of_its_folder(tmp_path, content):
    """A damaged or missing figures.json stops no run; the report can still be opened."""
    folder = tmp_path / "2022" / "public"
    folder.mkdir(parents=True)
    (tmp_path / "2022" / "manifest.json").touch()
    (folder / "annual_report.html").touch()
    if content is not None:
        (folder / "figures.json").write_text(content, encoding="utf-8")
    index_pages.write(tmp_path)
    assert listed(tmp_path / "index.html") == [("2022", "2022")]


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_barrier(browser, outputs, width):
    """In light and dark axe-core has nothing to say, nothing is wider than the screen, nothing is asked for."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 800})
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((outputs / "internal.html").as_uri())
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        found = Axe().run(tab, options={"runOnly": LEVELS}).response["violations"]
        assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(asked) == 1
    context.close()


def test_a_report_is_found_and_opened_by_keyboard(browser, outputs):
    """Words leave the reports that hold all of them, Escape brings the rest back, Enter opens one."""
    context = browser.new_context()
    tab = context.new_page()
    tab.goto((outputs / "index.html").as_uri())
    tab.keyboard.press("Tab")  # the skip link
    tab.keyboard.press("Tab")
    tab.keyboard.type("2022 报告")
    shown = "[...document.querySelectorAll('.report')].filter(one => one.checkVisibility()).map(one => one.textContent)"
    assert tab.evaluate(shown) == [PUBLISHED["2022"][1]]
    assert tab.locator("output").text_content() == "1份"
    tab.keyboard.press("Escape")
    assert len(tab.evaluate(shown)) == len(PUBLISHED)
    tab.keyboard.type("二一")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/2021/public/annual_report.html")
    context.close()


def test_all_links_are_there_without_a_script(browser, outputs):
    """The search is not shown where it could not work."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((outputs / "index.html").as_uri())
    assert (tab.locator("input").count(), tab.locator(".report").count()) == (0, len(PUBLISHED))
    context.close()


def test_an_earlier_version_of_a_variant_is_not_listed(tmp_path):
    """Neither is a failed one: the pages lead to what is published now."""
    for name in ("2022-mid_year@june", "2022-mid_year@june.previous", "2022-mid_year@june.failed"):
        (tmp_path / name / "public").mkdir(parents=True)
        (tmp_path / name / "manifest.json").touch()
        (tmp_path / name / "public" / "mid_year.html").touch()
    index_pages.write(tmp_path)
    assert [name for name, _ in listed(tmp_path / "index.html")] == ["2022-mid_year%40june"]
