"""The page of 2022 in a real browser: barriers, keyboard, small screens, paper, and life without scripts."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from lxml import html

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SOME = {
    "exclude": [[".register-group ~ .register-group"], ["tbody tr:nth-child(n + 9)"]]
}  # others are like these
AXE = {"resultTypes": ["violations"]}  # those with all their places, what passes by name
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # the rules of axe that look at colours
PLACES = """() => [...document.querySelectorAll("*")].map(element => [element.tagName, element.checkVisibility(),
    Object.values(element.getBoundingClientRect().toJSON())])"""
LIMIT = 600_000  # bytes of the page
OPEN_HINTS = "[...document.querySelectorAll('.hint:popover-open')].map(hint => hint.id)"
STOPS = """() => [...document.querySelectorAll("a[href], summary, button, input, [tabindex]")]
    .filter(element => element.tabIndex >= 0 && element.checkVisibility())
    .map((element, at) => { element.dataset.stop = at; return at })"""
FOCUSED = """() => { const style = getComputedStyle(document.activeElement);
    const box = document.activeElement.getBoundingClientRect();
    return { stop: Number(document.activeElement.dataset.stop ?? -1),
      ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth } }"""
MARK_ROWS = """() => document.querySelectorAll("tbody tr").forEach((row, at) => row.querySelectorAll("th, td")
    .forEach(cell => { for (const [where, word] of [["afterbegin", `x${at}x `], ["beforeend", ` x${at}x`]])
        cell.insertAdjacentHTML(where, `<i style="white-space: nowrap">${word}</i>`) }))"""

WHOLE = r"（[^（）《》]{1,12}〔\d{4}〕\d+号）|\d[\d.,]*(?:亿元|万元|年度?|个|分|条|项|月|日|%)"  # what no line divides
TORN = """wanted => [...document.querySelectorAll("h1, p, li, dd, dt, caption, td, th")].flatMap(block => {
    if (!block.checkVisibility() || block.querySelector("p, li")) return []
    const letters = [], walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) for (let at = 0; at < walker.currentNode.length; at++) letters.push([walker.currentNode, at])
    const text = letters.map(([node, at]) => node.data[at]).join("")
    const box = ([node, at]) => { const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + 1)
        return range.getBoundingClientRect() }
    return [...text.matchAll(new RegExp(wanted, "g"))].filter(found => {
        const [first, last] = [letters[found.index], letters[found.index + found[0].length - 1]].map(box)
        return last.top >= first.bottom || first.top >= last.bottom }).map(found => found[0]) })"""
LINES = """() => { const lines = [], range = document.createRange(), walker = document.createTreeWalker(
    document.querySelector("h1"), NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) for (let at = 0; at < walker.currentNode.length; at++) {
        range.setStart(walker.currentNode, at); range.setEnd(walker.currentNode, at + 1)
        const top = range.getBoundingClientRect().top
        if (!lines.length || Math.abs(lines.at(-1).top - top) > 4) lines.push({ top, text: "" })
        lines.at(-1).text += walker.currentNode.data[at] }
    return lines.map(line => line.text) }"""


@pytest.fixture(scope="module")
def page(built) -> Path:
    """The page of 2022, built by the command."""
    return built.public / "annual_report.html"


@pytest.fixture(scope="module")
def bare(page, tmp_path_factory) -> Path:
    """The same page without its script, which tools that are scripts themselves can look at."""
    text, count = re.subn(r"<script>.*</script>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert count == 1
    path = tmp_path_factory.mktemp("bare") / page.name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def show(browser, page, bare):
    """A function that opens the page in a tab of a width, scheme and other settings; the tabs are closed at the end."""
    contexts = []

    def opened(width: int = 1280, scheme: str = "light", script: bool = True, **settings):
        size = {"viewport": {"width": width, "height": 800}}
        still = {"reduced_motion": "reduce", "color_scheme": scheme}
        contexts.append(browser.new_context(**size | still | settings))
        tab = contexts[-1].new_page()
        tab.asked, tab.said = [], []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.goto((page if script else bare).as_uri())
        return tab

    yield opened
    for context in contexts:
        context.close()


def open_everything(tab) -> None:
    """Disclose the contents, the data of each chart and each group of the register, and show one hint."""
    tab.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    tab.locator("a.number").nth(3).hover()
    tab.locator(".hint:popover-open").wait_for()


@pytest.mark.parametrize(
    ("width", "script"),
    [(360, True), (1280, True), (360, False)],  # wide, the page looks the same without it (below)
    ids=["360", "1280", "360-none"],
)
def test_axe_finds_no_barrier(show, width, script):
    """With its script or without, all disclosed and a hint shown, axe-core has nothing to say, in light and dark.

    Nothing is asked for or logged. In the dark every element is seen in the same place, so that axe is asked once more about colours alone.
    """
    from axe_playwright_python.sync_playwright import Axe

    tab = show(width, "light", script=script)
    open_everything(tab)
    places = tab.evaluate(PLACES)
    found = Axe().run(tab, context=SOME, options=AXE | {"runOnly": LEVELS}).response
    assert [(each["id"], each["nodes"][0]["target"]) for each in found["violations"]] == []
    assert {"color-contrast", "target-size", "landmark-one-main", "region"} <= {
        e["id"] for e in found["passes"]
    }
    tab.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert tab.evaluate(PLACES) == places
    found = Axe().run(tab, context=SOME, options=AXE | {"runOnly": OF_COLOURS}).response
    assert [(each["id"], each["nodes"][0]["target"]) for each in found["violations"]] == []
    assert "color-contrast" in {e["id"] for e in found["passes"]}
    assert (tab.asked, tab.said) == ([tab.url], [])


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_the_page_never_scrolls_sideways(show, width):
    """What is too wide scrolls in a named region of its own that the keyboard reaches."""
    tab = show(width)
    open_everything(tab)
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    wide = tab.evaluate("""[...document.querySelectorAll("main *")].filter(element => element.scrollWidth >
        element.clientWidth && getComputedStyle(element).overflowX === "auto").map(element =>
        [element.role, element.tabIndex, Boolean(element.getAttribute("aria-labelledby"))])""")
    assert [region for region in wide if region != ["region", 0, True]] == []
    assert bool(wide) == (width < 768)


@pytest.mark.parametrize("width", [320, 360, 768])
def test_no_line_ends_within_a_number(show, width):
    """Neither between a number and its unit, nor within the number of a document, in text and tables."""
    tab = show(width)
    open_everything(tab)
    assert len(re.findall(WHOLE, tab.locator("main").inner_text())) > 200
    assert tab.evaluate(TORN, WHOLE) == []


def test_the_title_is_divided_between_its_words(show):
    """On a phone its two lines are the place and the work."""
    tab = show(360)
    assert tab.evaluate(LINES) == ["2022年柳州市城中区", "预算绩效管理工作开展情况"]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(show, width):
    """Tab leads first to the skip link, then in order to each link, region and disclosure; each has a visible ring."""
    tab = show(width)
    wanted = tab.evaluate(STOPS)
    walked = []
    for _ in wanted:
        tab.keyboard.press("Tab")
        walked.append(tab.evaluate(FOCUSED))
    assert [step["stop"] for step in walked] == wanted
    assert [step["stop"] for step in walked if not (step["ring"] and step["seen"])] == []
    assert len(wanted) < 150


def test_the_skip_link_leads_to_the_text(show):
    """After the skip link the next stop is in the main part, not in the contents."""
    tab = show()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip-link"
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")


def test_a_number_says_what_it_is_on_hover_and_focus(show):
    """The hint gives name, definition and source; Escape takes it away; Enter leads to the row of the register."""
    tab = show()
    link = tab.locator("a.number[href]").nth(2)
    wanted = [link.get_attribute("interestfor")]
    link.hover()
    tab.locator(".hint:popover-open").wait_for()
    assert tab.evaluate(OPEN_HINTS) == wanted
    assert "来源：" in tab.locator(f"#{wanted[0]}").inner_text()
    tab.keyboard.press("Escape")
    assert tab.evaluate(OPEN_HINTS) == []
    tab.mouse.move(0, 0)
    tab.locator(".contents a").last.focus()
    tab.keyboard.press("Tab")
    tab.locator(".hint:popover-open").wait_for()
    target = tab.evaluate("document.activeElement.hash")
    tab.keyboard.press("Enter")
    assert tab.url.endswith(target)
    assert tab.locator(f"tr{target}").is_visible()


def test_nothing_needs_a_script(show):
    """With scripts switched off the browser paints the very same page, and at once."""
    high = {"width": 1280, "height": 2400}
    tabs = [show(viewport=high, java_script_enabled=enabled) for enabled in (True, False)]
    assert len({tab.screenshot(animations="disabled") for tab in tabs}) == 1
    assert len({tab.locator("main").inner_text() for tab in tabs}) == 1
    assert len({tab.locator("main").text_content() for tab in tabs}) == 1


def test_the_first_key_figure_is_seen_at_once(show):
    """On a small phone it stands above the lower edge of the screen."""
    tab = show(viewport={"width": 360, "height": 640})
    box = tab.locator(".key-points dd").first.bounding_box()
    assert box["y"] + box["height"] <= 640


@pytest.mark.parametrize("script", [True, False], ids=["script", "none"])
def test_the_contents_are_folded_on_phones_only(show, script):
    """There one key opens them; where there is room they stand open, without a script too."""
    phone = show(360, script=script)
    first = phone.locator(".contents li a").first
    assert not first.is_visible()
    phone.locator(".contents summary").press("Enter")
    assert first.is_visible()
    wide = show(script=script)
    assert wide.locator(".contents li a").first.is_visible()
    assert not wide.locator(".contents summary").is_visible()


def test_the_contents_mark_where_the_reader_is(show):
    """The link to the section that is read is the current one."""
    tab = show()
    assert tab.locator(".contents a[aria-current]").count() == 0
    tab.locator(".contents a[href='#section-3']").press("Enter")
    tab.locator(".contents a[href='#section-3'][aria-current='location']").wait_for()
    assert tab.locator(".contents a[aria-current]").count() == 1


def test_the_register_is_searched_by_keyboard(show):
    """Words leave the rows that have all of them, in open groups, and their number; Escape brings all back."""
    tab = show()
    rows = tab.locator(".register tbody tr:visible")
    field = tab.locator(".register-groups input")
    assert rows.count() == 0
    field.press_sequentially("覆盖率 unit_coverage")
    assert rows.count() == 1
    assert tab.locator(".register-groups output").inner_text() == "1行"
    field.press("Escape")
    assert (rows.count(), field.input_value()) == (0, "")
    assert tab.locator(".register-group:visible").count() > 8


def test_a_table_is_sorted_by_keyboard(show):
    """Numbers by their size, up, then down, then as they were."""
    tab = show()
    data = tab.locator("details.chart-data:has(thead button)").first
    data.locator("summary").press("Enter")
    rows = data.locator("tbody tr")
    before = rows.all_inner_texts()
    head = data.locator("thead th").nth(2)
    found = []
    for _ in range(3):
        head.locator("button").press("Enter")
        amounts = [float(text.split("\t")[2]) for text in rows.all_inner_texts()]
        way = "up" if amounts == sorted(amounts) else "down" if amounts == sorted(amounts)[::-1] else "other"
        found.append((head.get_attribute("aria-sort"), way))
    assert found[:2] == [("ascending", "up"), ("descending", "down")]
    assert (found[2][0], rows.all_inner_texts()) == (None, before)


def test_the_register_leads_back_by_keyboard(show):
    """From a number to its row, which is unfolded, and from there to each place where it is said."""
    tab = show()
    tab.locator(".key-points a.number").first.press("Enter")
    row = tab.locator("tr:target")
    assert row.is_visible()
    back = row.locator(".said a")
    assert back.first.inner_text() == "要点"
    assert back.count() > 1
    back.first.press("Enter")
    assert tab.evaluate("document.querySelector(':target').closest('.key-points') !== null")


def test_the_page_is_light(page):
    """All of it, charts and definitions included, stays under the limit."""
    assert page.stat().st_size < LIMIT


@pytest.fixture(scope="module")
def paper(browser, page):
    """The text of each printed page; each cell starts and ends with the mark of its row."""
    tab = browser.new_page()
    tab.goto(page.as_uri())
    tab.evaluate(MARK_ROWS)
    printed = tab.pdf(prefer_css_page_size=True)
    tab.close()
    sheets = [*pypdfium2.PdfDocument(printed)]
    assert {tuple(map(round, sheet.get_size())) for sheet in sheets} == {(595, 842)}
    return [re.sub(r"\s+", " ", sheet.get_textpage().get_text_range()) for sheet in sheets]


def test_no_printed_row_is_cut(paper, page):
    """Each row of each table is on one sheet, whole."""
    sheets: dict[str, set[int]] = {}
    for at, text in enumerate(paper):
        for mark in re.findall(r"x\d+x", text):
            sheets.setdefault(mark, set()).add(at)
    rows = html.parse(page).xpath("//tbody/tr[not(ancestor::details[@class='chart-data'])]")
    assert len(sheets) == len(rows)
    assert [mark for mark, places in sheets.items() if len(places) > 1] == []


def test_printed_tables_repeat_their_heads(paper):
    """Every sheet with rows of the register has its heads; sheets are numbered as official documents are."""
    register = [text for text in paper if "evaluation.projects" in text]
    assert len(register) > 1
    assert [text for text in register if "定义与来源" not in text] == []
    assert [text.partition(" — ")[0] for text in paper] == [f"— {at}" for at in range(1, len(paper) + 1)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_can_be_read_on_their_ground(show, scheme):
    """The two colours of bars have a contrast of three to their ground, which is that of the page."""
    from PIL import Image

    tab = show(scheme=scheme)
    paper = re.findall(r"\d+", tab.evaluate("getComputedStyle(document.body).backgroundColor"))
    for drawing in tab.locator("figure img").all()[:2]:
        picture = Image.open(io.BytesIO(drawing.screenshot())).convert("RGB")
        (ground, _), *others = Counter(picture.get_flattened_data()).most_common(5)
        assert max(abs(a - int(b)) for a, b in zip(ground, paper, strict=True)) <= 3
        bars = [color for color, count in others[:2] if count > 1500]
        assert len(bars) == 2
        assert [color for color in bars if contrast(color, ground) < 3] == []


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The contrast of two colours as WCAG reckons it."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: tuple[int, ...]) -> float:
    """The relative luminance of a colour of sRGB."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in color)]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
