"""The report of 2022 end to end: real runs in a copy of the kit, and the files that readers get."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest
from lxml import etree, html

from kit import Kit
from test_closing import add_cells, few
from test_figures import GOLDEN, lower_department
from word_text import shown

NAMES = {
    *(f"public/annual_report.{kind}" for kind in ("html", "pdf", "docx", "xlsx")),
    "public/figures.json",
    *(f"internal/annual_report.{kind}" for kind in ("html", "xlsx", "ipynb")),
    "internal/figures.json",
    "internal/datapackage.json",
    "internal/inputs",
    "ro-crate-metadata.json",
    "manifest.json",
}


@pytest.fixture(scope="module")
def page(built):
    """The built HTML page."""
    return html.fromstring((built.public / "annual_report.html").read_bytes())


@pytest.fixture(scope="module")
def changed(tmp_path_factory) -> Kit:
    """A kit whose report was built with a code for its region, one section left out and one score lowered."""
    kit = Kit(tmp_path_factory.mktemp("changed") / "kit")
    kit.edit(kit.params, "region: 柳州市城中区", 'region: "010203"')
    kit.edit(kit.params, "leave_out: []", "leave_out: [目标集中会审]")
    kit.change_table("indicators", lower_department)
    result = kit.run("report", "2022", "--quiet")
    assert result.returncode == 0, result.stderr
    return kit


@pytest.fixture
def kit(tmp_path) -> Kit:
    """A kit with few subjects, a short notebook and no outputs."""
    return few(tmp_path)


def content(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def squeezed(text: str) -> str:
    """`text` without white space: line ends differ between formats."""
    return re.sub(r"\s+", "", text)


def texts(kit: Kit) -> dict[str, str]:
    """The text of each readable format, that of the PDF in the order of its content."""
    import pdfplumber

    folder = kit.outputs / "2022"
    with pdfplumber.open(folder / "public" / "annual_report.pdf") as pdf:
        pages = "".join(char["text"] for sheet in pdf.pages for char in sheet.chars)
    lines = shown((folder / "public" / "annual_report.docx").read_bytes())
    page = html.fromstring((folder / "public" / "annual_report.html").read_bytes())
    return {
        "pdf": squeezed(pages),
        "docx": squeezed("".join(words for _, words in lines)),
        "html": squeezed(page.find(".//main").text_content()),
    }


def figures(folder: Path) -> dict[str, dict]:
    """figures.json by key."""
    return {
        f["key"]: f
        for f in json.loads((folder / "internal" / "figures.json").read_text(encoding="utf-8"))["figures"]
    }


def test_every_declared_file_is_there_and_nothing_else(built):
    """outputs/2022 holds both editions and what they were made from; no scratch folder, no lock and no failed notebook remains."""
    folder = built.outputs / "2022"
    found = {path.relative_to(folder).as_posix() for path in [*folder.glob("*"), *folder.glob("*/*")]}
    assert found == NAMES | {"public", "internal"}
    assert {path.name for path in built.outputs.iterdir()} == {
        "2022",
        "2022.run.json",
        "index.html",
        "internal.html",
    }


def test_figures_json_lists_every_figure_with_its_definition(built):
    """Key, value, unit, display, label, definition and source; the values are the published ones."""
    found = figures(built.outputs / "2022")
    wanted = {"key", "value", "unit", "display", "label", "definition", "source", "basis"}
    assert [key for key, figure in found.items() if set(figure) - {"withheld"} != wanted] == []
    assert {
        key for key, figure in found.items() if "withheld" in figure
    } == {  # of one department and two agencies
        "target_review.departments.cut_wan_yuan",
        "target_review.departments.cut_percent",
        "agencies.deducted_wan_yuan",
    }
    assert {key: found[key]["value"] for key in GOLDEN} == GOLDEN


CLOSING = re.compile("附录：评分办法和数据说明城中区财政局2023年8月25日")
DRAWN = 9 * 156 / 25.4 / 4.4  # points: the type of a drawing that is enlarged to the width of the page


def numbers_of_body(kit: Kit) -> dict[str, list[str]]:
    """Each number of the text up to the register, in order, without page numbers and words for drawings.

    On paper the date stands behind the text, and before it a list of the attachments: both are left out here, and so
    are the labels of key figures, which stand above or below their numbers, and the words below charts, which on paper
    stand where there is room: each format has them.
    """
    import pdfplumber

    folder = kit.outputs / "2022"
    with pdfplumber.open(folder / "public" / "annual_report.pdf") as pdf:
        foot = pdf.pages[0].height - 35 / 25.4 * 72
        written = [
            char for sheet in pdf.pages for char in sheet.chars if char["top"] < foot and char["upright"]
        ]
        pages = "".join(char["text"] for char in written if abs(char["size"] - DRAWN) > 0.05)
    page = html.fromstring((folder / "public" / "annual_report.html").read_bytes())
    for only_here in page.xpath("//details | //header/p[@class='date']"):  # words and data of a drawing
        only_here.drop_tree()
    parts = [
        page.find(f".//{part}")
        for part in ("header[@class='title-block']", "section[@class='key-points']", "main")
    ]
    found = {
        "pdf": pages,
        "docx": texts(kit)["docx"],
        "html": "".join(part.text_content() for part in parts),
    }
    elsewhere = [
        *parts[1].iter("dt"),
        *parts[2].xpath(
            ".//div[@class='figure-block']//figcaption | .//div[@class='figure-block']/p[@class='note']"
        ),
    ]
    labels = [squeezed(label.text_content()) for label in elsewhere]
    plain = {kind: squeezed(text) for kind, text in found.items()}
    assert [(kind, label) for label in labels for kind, text in plain.items() if label not in text] == []
    for label in labels:
        plain = {kind: text.replace(label, "", 1) for kind, text in plain.items()}
    texts_only = {kind: CLOSING.subn("", text) for kind, text in plain.items()}
    assert {kind: count for kind, (_, count) in texts_only.items()} == {"pdf": 1, "docx": 1, "html": 0}
    bodies = {kind: text.partition("（三）统计数") for kind, (text, _) in texts_only.items()}
    assert [kind for kind, (_, register, _) in bodies.items() if not register] == []
    return {kind: re.findall(r"\d[\d.,]*%?", body) for kind, (body, _, _) in bodies.items()}


def test_all_formats_say_the_same_numbers(built):
    """The numbers of title, text and tables are the same, in the same order, in HTML, DOCX and PDF."""
    found = numbers_of_body(built)
    assert len(found["html"]) > 120
    assert found["docx"] == found["html"]
    assert found["pdf"] == found["html"]


def test_each_data_element_equals_its_figure(built, page):
    """No <data> value of the page differs from figures.json."""
    found = figures(built.outputs / "2022")
    wrong = [
        e.get("data-key") for e in page.iter("data") if e.get("value") != found[e.get("data-key")]["value"]
    ]
    assert wrong == []


def test_the_published_sections_are_there_in_order(page):
    """The five sections of the published report, what follows from them, and an appendix."""
    heads = [squeezed(h.text_content()) for h in page.findall(".//main//h2")]
    assert [re.sub("^.*?、|^附录", "", head) for head in heads] == [
        "制度建设", "多级次评价体系", "目标集中会审", "绩效评价开展情况", "结果应用",
        "存在问题", "下一步工作", "评分办法和数据说明",
    ]  # fmt: skip


def test_the_page_is_one_file_for_everyone(page):
    """One h1, one script, no handler, no address outside, real alternative texts, labelled as reconstruction."""
    assert len(page.findall(".//h1")) == 1
    assert [dict(script.attrib) for script in page.findall(".//script")] == [{}]
    attributes = [(a, v) for e in page.iter(etree.Element) for a, v in e.attrib.items()]
    assert [v for a, v in attributes if a.startswith("on") or re.match(r"(https?:)?//", v)] == []
    names = [picture.get("alt") for picture in page.iter("img")]
    assert len(names) == 4
    assert [name for name in names if len(name) < 20] == []
    assert "重构数据" in page.find(".//main").text_content()


def test_every_exported_file_says_that_data_are_reconstructed(built):
    """The label stands in every format, the notebook and figures.json included."""
    import openpyxl

    folder = built.outputs / "2022"
    said = {kind: "重构数据" in text for kind, text in texts(built).items()}
    for name in ("internal/annual_report.ipynb", "internal/figures.json", "public/figures.json"):
        said[name] = "重构数据" in (folder / name).read_text(encoding="utf-8")
    book = openpyxl.load_workbook(io.BytesIO((folder / "public" / "annual_report.xlsx").read_bytes()))
    for sheet in book:
        said[sheet.title] = any("重构数据" in str(cell.value) for row in sheet for cell in row)
    assert [name for name, fine in said.items() if not fine] == []


def test_no_character_of_the_pdf_is_without_glyph(built):
    """Every character of the PDF maps to a glyph of the embedded font that shows it: no tofu."""
    import pdfplumber

    with pdfplumber.open(built.public / "annual_report.pdf") as pdf:
        chars = [char for sheet in pdf.pages for char in sheet.chars]
    assert {re.sub(r"^[A-Z]{6}\+", "", char["fontname"]).split("-")[0] for char in chars} <= {
        "NotoSerifCJKsc",
        "NotoSansCJKsc",
    }
    assert [char["text"] for char in chars if "(cid:" in char["text"] or "\ufffd" in char["text"]] == []


def test_chromium_makes_no_request_and_prints_nothing(built, browser):
    """Opened in a real browser, the page asks nothing of anyone and leaves the console empty."""
    url = (built.public / "annual_report.html").as_uri()
    asked, said = [], []
    tab = browser.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(url)
    tab.close()
    assert (asked, said) == ([url], [])


# What `python -m papermill` does, without the grammar that nbformat is else imported with.
PAPERMILL = (
    "from jixiao.kit import quick_nbformat; quick_nbformat.load(); "
    "from papermill.cli import papermill; papermill()"
)


def papermill(kit: Kit, out: Path, *arguments: str):
    """Plain papermill on the kit's notebook, with the parameters file; the executed notebook is `out`."""
    return kit.python(
        "-c", PAPERMILL, "notebooks/annual_report.ipynb", str(out), "--no-progress-bar", *arguments
    )


def outputs_of(notebook: Path, mime: str) -> list:
    """The outputs of one type in an executed notebook."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [o["data"][mime] for c in cells for o in c.get("outputs", ()) if mime in o.get("data", {})]


def test_plain_papermill_gives_the_same_figures(built, tmp_path):
    """The same notebook and file, run by papermill itself, lists the very same figures."""
    result = papermill(built, tmp_path / "out.ipynb", "-f", "params/2022.yml")
    assert result.returncode == 0, result.stderr
    (found,) = outputs_of(tmp_path / "out.ipynb", "application/vnd.jixiao.figures+json")
    assert found == list(figures(built.outputs / "2022").values())


def test_plain_papermill_refuses_a_misspelt_parameter(kit):
    """-p reprot_year 2022 ends with one clear line, not with a report."""
    result = papermill(kit, kit.root / "out.ipynb", "-f", "params/2022.yml", "-p", "reprot_year", "2022")
    assert result.returncode != 0
    last = result.stderr.strip().splitlines()[-1]
    assert last == "ParameterError: 传入的参数：没有名为“reprot_year”的参数；请改为 report_year"


def test_a_code_keeps_its_zeros_or_is_refused(changed, tmp_path):
    """010203 survives the file, plain papermill and the page; a number in the file is refused (of a tool: test_parameters)."""
    page = (changed.public / "annual_report.html").read_text(encoding="utf-8")
    assert "2022年010203预算绩效管理" in page
    kit, out = few(tmp_path / "kit"), tmp_path / "out.ipynb"
    raw = papermill(kit, out, "-f", "params/2022.yml", "-r", "region", "010204")
    assert raw.returncode == 0, raw.stderr
    about = outputs_of(out, "application/vnd.jixiao.report+json")
    assert about[0]["region"] == "010204"
    kit.edit(kit.params, "region: 柳州市城中区", "region: 010203")
    refused = kit.run("report", "2022")
    assert refused.returncode == 2
    assert "引号" in refused.stderr


def test_a_changed_score_changes_prose_table_chart_and_compare(changed):
    """One lower review score in indicators.csv is seen in every place that speaks of its band."""
    folder = changed.outputs / "2022"
    key = "evaluation.departments.review.[85,90)"
    assert figures(folder)[key]["value"] == "7"
    page = html.fromstring((folder / "public" / "annual_report.html").read_bytes())
    places = [element for element in page.iter("data") if element.get("data-key") == key]
    assert {element.get("value") for element in places} == {"7"}
    assert len(places) == 3  # prose, data of the chart, register
    charts = outputs_of(folder / "internal" / "annual_report.ipynb", "application/vnd.jixiao.chart+json")
    assert [chart["id"] for chart in charts if "85分（含）至90分 7 个" in chart["alt"]] == [
        "chart-departments"
    ]
    assert "审核发现R18" in squeezed((changed.internal / "annual_report.html").read_text(encoding="utf-8"))
    assert "R18" not in texts(changed)["html"]  # findings speak of single units
    result = changed.run("compare", "2022", "--json")
    different = [row["key"] for row in json.loads(result.stdout)["figures"] if not row["equal"]]
    lower = "evaluation.departments.review.[80,85)"
    assert (result.returncode, different) == (1, ["report.region", key, lower])


def add_cell(kit: Kit, source: str) -> None:
    """Put a code cell behind the title of the kit's notebook."""
    notebook = json.loads(kit.notebook.read_text(encoding="utf-8"))
    at = next(n for n, cell in enumerate(notebook["cells"]) if cell["source"][0].startswith("report.title("))
    cell = {
        "cell_type": "code",
        "id": "extra",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }
    notebook["cells"].insert(at + 1, cell)
    kit.notebook.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


# One that the kernel tells and one that it cannot; test_runner has the others.
FAILURES = [
    ("1 / 0", ["第 4 个单元格", "1 / 0", "ZeroDivisionError"]),
    ("import os; os.kill(os.getpid(), 9)", ["第 4 个单元格", "os.kill"]),
]


def test_a_failing_notebook_leaves_the_published_version(kit):
    """Each kind of failure: exit 1, few lines, the earlier outputs/2022 untouched, the failed notebook kept apart."""
    published = kit.outputs / "2022"
    published.mkdir(parents=True)
    (published / "annual_report.html").write_text("earlier", encoding="utf-8")
    original = kit.notebook.read_text(encoding="utf-8")
    for source, words in FAILURES:
        add_cell(kit, source)
        result = kit.run("report", "2022", "--quiet")
        assert result.returncode == 1, source
        assert [
            word for word in [*words, "outputs/2022.failed/annual_report.ipynb"] if word not in result.stderr
        ] == []
        assert len(result.stderr.strip().splitlines()) <= 4
        assert "Traceback" not in result.stderr
        assert content(published) == {"annual_report.html": b"earlier"}
        assert {path.name for path in kit.outputs.iterdir()} == {"2022", "2022.failed"}
        kit.notebook.write_text(original, encoding="utf-8")


def test_digits_in_a_markdown_cell_are_refused(kit):
    """A number typed into a Markdown cell does not reach the report either."""
    notebook = json.loads(kit.notebook.read_text(encoding="utf-8"))
    cell = {"cell_type": "markdown", "id": "typed", "metadata": {}, "source": "本年共评价999个对象。"}
    notebook["cells"].append(cell)
    kit.notebook.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    result = kit.run("report", "2022", "--quiet")
    assert result.returncode == 2
    assert "有手写的数字“999”" in result.stderr


def test_a_run_past_its_deadline_fails(kit):
    """A notebook that never ends is killed at the deadline of the whole run."""
    add_cell(kit, "import time\nwhile True: time.sleep(0.1)")
    result = kit.run("report", "2022", "--quiet", "--deadline", "4")
    assert result.returncode == 1
    assert "超时" in result.stderr
    assert not (kit.outputs / "2022").exists()


def test_bad_tables_are_input_errors(kit):
    """Faults of the tables end with exit code 2, one line each, and leave nothing behind."""
    kit.change_table("indicators", lambda rows: rows[0].__setitem__("weight", "八分"))
    kit.change_table("scores", lambda rows: rows[0].__setitem__("subject_id", "X1"))
    result = kit.run("report", "2022", "--quiet")
    assert result.returncode == 2
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 2
    assert "data/2022/indicators.csv 第 2 行 weight 列：是“八分”" in lines[0]
    assert list(kit.outputs.iterdir()) == []


def test_error_findings_stand_against_publishing(kit):
    """A budget of zero is a finding of severity E: no report, exit 1, the place named; a draft can be had."""
    add_cells(kit, "report.data_notes()")
    kit.change_table("subjects", lambda rows: rows[0].__setitem__("adjusted_budget", "0"))
    refused = kit.run("report", "2022", "--quiet")
    assert refused.returncode == 1
    assert "data/2022/subjects.csv 第 2 行 adjusted_budget 列：[S04]" in refused.stderr
    assert not (kit.outputs / "2022").exists()
    assert kit.run("report", "2022", "--quiet", "--draft").returncode == 0
    assert "审核发现S04" in squeezed((kit.internal / "annual_report.html").read_text(encoding="utf-8"))
    page = (kit.public / "annual_report.html").read_text(encoding="utf-8")
    assert "（草稿：有1处错误级审核发现）" in page


def test_a_reassigned_parameter_is_refused_before_running(kit):
    """A later cell that sets the year anew never runs."""
    add_cell(kit, "report_year = 2023")
    result = kit.run("report", "2022", "--quiet")
    assert result.returncode == 2
    assert "report_year" in result.stderr


@pytest.mark.parametrize("font", ["NotoSansCJKsc-Regular.otf", "NotoSerifCJKsc-Regular.otf"])
def test_without_a_font_the_run_fails(kit, font):
    """A font file removed: no boxes in charts or PDF, but a failed run that names the file."""
    import mplfonts

    real = Path(mplfonts.__file__).parent
    fake = kit.root / "site" / "mplfonts"
    (fake / "fonts").mkdir(parents=True)
    (fake / "__init__.py").write_text("", encoding="utf-8")
    for path in (real / "fonts").iterdir():
        if path.name != font:
            (fake / "fonts" / path.name).symlink_to(path)
    path = os.pathsep.join([str(fake.parent), *sys.path])
    result = kit.started("report", "2022", "--quiet", PYTHONPATH=path)
    assert result.returncode == 1
    assert font in result.stderr
    assert not (kit.outputs / "2022").exists()


def test_sections_left_out_are_not_written(changed):
    """Without 目标集中会审 its heading and text are gone and the later sections move up."""
    heads = [
        h.text_content()
        for h in html.fromstring((changed.public / "annual_report.html").read_bytes()).iter("h2")
    ]
    assert "三、绩效评价开展情况" in heads
    assert not [head for head in heads if "会审" in head]
