"""Names that attack: a whole report of hostile units and projects, in which every format shows plain text.

The forty texts (hostile_texts.py) stand in remarks, and as far as names may hold them are the names of units, subjects
and key projects; each of
the eight outputs is read as those who get it read it.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from lxml import etree, html

from hostile_texts import CONTROL, TURNING, seen
from hostile_texts import HOSTILE as TEXTS
from jixiao.kit import characters
from jixiao.year import tables
from jixiao.year.table_files import guarded
from kit import Kit

# Names in which nothing hides: those with other characters are refused before anything is made of them (test_tables).
HOSTILE = tuple(text for text in TEXTS if not characters.unseen(text))


def rename(rows: list[dict[str, str]]) -> None:
    """Give the first rows the hostile names, as many of them as there are rows."""
    for row, name in zip(rows, HOSTILE, strict=False):
        row["name"] = guarded(name)


def many_projects(rows: list[dict[str, str]]) -> None:
    """A key project for each hostile name."""
    rows[:] = [{**rows[0], "subject_id": ""} for _ in HOSTILE]
    rename(rows)


def remark(rows: list[dict[str, str]]) -> None:
    """Hostile reasons, names of indicators and values of which checks speak."""
    for row, text in zip(rows, TEXTS, strict=False):
        row["deviation_reason"] = row["actual"] = guarded(text)
        if not characters.unseen(text):
            row["level3"] = guarded(text)


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Kit:
    """A kit of which the report was published from data with hostile names, as recorded, for a reconstruction shows no names."""
    kit = Kit(tmp_path_factory.mktemp("kit"))
    kit.edit(kit.params, "data_origin: reconstruction", "data_origin: recorded")
    kit.change_table("units", rename)
    kit.change_table("subjects", rename)
    kit.change_table("key_projects", many_projects)
    kit.change_table("indicators", remark)
    allowed = [f"{kind}=名称都是攻击文字" for kind in ("unit_score", "path")]
    result = kit.run("report", "2022", "--draft", *(word for one in allowed for word in ("--allow", one)))
    assert result.returncode == 0, result.stderr
    (kit.root / "told.txt").write_text(result.stdout + result.stderr, encoding="utf-8")
    return kit


@pytest.fixture(scope="module")
def folder(kit):
    """What the command published."""
    return kit.outputs / "2022"


def missing(shown) -> list[str]:
    """The names that none of the texts shows as they are written."""
    found = {seen(text) for text in shown}
    return [name[:40] for name in HOSTILE if seen(name) not in found]


def absent(text: str) -> list[str]:
    """The names that a running text does not show as they are written."""
    return [name[:40] for name in HOSTILE if seen(name) not in seen(text)]


def leads_out(address: str | None) -> bool:
    """Whether a link goes anywhere but to a place of the same file."""
    return bool(address) and not address.startswith(("#", "data:text/csv;"))


def test_the_page_shows_hostile_names_as_text(folder, browser):
    """In HTML each name is the text of a cell, also in the data of a chart; nothing runs, turns, widens or leads out."""
    file = folder / "internal" / "annual_report.html"
    tree = html.fromstring(file.read_bytes())
    cells = [cell.text_content() for cell in tree.findall(".//table[@id='key-projects']//th")]
    assert missing(cells) == []
    assert absent("".join(part.text_content() for part in tree.findall(".//details"))) == []
    text = file.read_text(encoding="utf-8")
    assert TURNING.findall(text) + CONTROL.findall(text) == []
    beside = ["annual_report.xlsx"]  # what the internal edition has beside its page
    assert [link for link in tree.xpath("//@href") if leads_out(link)] == ["data:,", *beside]  # no icon
    assert [source for source in tree.xpath("//@src") if not source.startswith("data:image/")] == []
    assert (
        tree.xpath("//body/*//script|//iframe|//object|//form|//base|//*[@onload or @onerror or @onclick]")
        == []
    )
    said = []
    tab = browser.new_page(viewport={"width": 360, "height": 800})
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("request", lambda request: said.append(request.url) if "data:" not in request.url[:5] else None)
    tab.goto(file.as_uri())
    sideways = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    widest = tab.evaluate("document.getElementById('key-projects').scrollWidth")
    tab.close()
    assert (said, sideways) == ([file.as_uri()], 0)
    assert widest < 2 * 360


def test_the_pdf_shows_hostile_names_as_text(folder):
    """In the PDF each name is whole, none runs off its page, and no link or action leads out of it."""
    import pdfplumber
    import pikepdf

    with pdfplumber.open(folder / "public" / "annual_report.pdf") as pdf:
        chars = [(char, sheet.width) for sheet in pdf.pages for char in sheet.chars]
    text = "".join(char["text"] for char, _ in chars)
    assert absent(text) == []
    assert TURNING.findall(text) + CONTROL.findall(text) == []
    assert [char["text"] for char, width in chars if char["x1"] > width or char["x0"] < 0] == []
    with pikepdf.open(folder / "public" / "annual_report.pdf") as pdf:
        dictionaries = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
    actions = {"/URI", "/Launch", "/GoToR", "/JavaScript", "/SubmitForm", "/ImportData"}
    assert [one for one in dictionaries if str(one.get("/S", "")) in actions] == []
    assert [note for note in notes if "/A" in note and str(note.A.get("/S")) != "/GoTo"] == []


def test_the_word_file_shows_hostile_names_as_text(folder):
    """In DOCX each name is the text of a cell; no field, no link and no page break came from one."""
    import docx

    file = folder / "public" / "annual_report.docx"
    tables_ = docx.Document(str(file)).tables
    assert missing(cell.text for table in tables_ for cell in table.columns[0].cells) == []
    with zipfile.ZipFile(file) as archive:
        content = archive.read("word/document.xml")
        relations = [archive.read(name) for name in archive.namelist() if name.endswith(".rels")]
    fields = etree.fromstring(content).xpath("//*[local-name()='instrText']/text()")
    codes = {field.split("\\")[0].strip() for field in fields}
    assert {code for code in codes if not code.startswith("REF _Ref")} <= {"PAGE", "SEQ 表", "SEQ 图"}
    assert TURNING.findall(content.decode()) + CONTROL.findall(content.decode()) == []
    assert [one for one in relations if b"External" in one] == []


def test_the_workbook_shows_hostile_names_as_text(folder):
    """In XLSX each name is a string, none a formula or a link out of the workbook, and entering it again runs nothing."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "public" / "annual_report.xlsx")
    cells = [cell for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)]
    assert missing(cell.value for cell in cells) == []
    assert [
        cell.value for cell in cells if cell.data_type == "f" or (cell.hyperlink and cell.hyperlink.target)
    ] == []
    assert [cell.value for cell in cells if TURNING.search(cell.value) or CONTROL.search(cell.value)] == []
    executable = [cell for cell in cells if cell.value.lstrip()[:1] in tuple("=+-@＝＋－＠")]
    assert len(executable) > 8
    assert [cell.value for cell in executable if not cell.quotePrefix] == []
    with zipfile.ZipFile(folder / "public" / "annual_report.xlsx") as archive:
        assert [name for name in archive.namelist() if "external" in name.lower()] == []


def test_the_notebook_holds_hostile_names_as_text(folder):
    """In IPYNB the outputs show them as text; no markup leads out or runs; a terminal that prints the file obeys none."""
    content = (folder / "internal" / "annual_report.ipynb").read_text(encoding="utf-8")
    assert TURNING.findall(content) + CONTROL.findall(content) == []
    outputs = [output for cell in json.loads(content)["cells"] for output in cell.get("outputs", ())]
    markup = ["".join(one["data"]["text/html"]) for one in outputs if "text/html" in one.get("data", {})]
    trees = [html.fromstring(f"<div>{one}</div>") for one in markup]
    assert missing(cell.text_content() for tree in trees for cell in tree.iter("th", "td")) == []
    assert [link for tree in trees for link in tree.xpath("//@href|//@src") if leads_out(link)] == []
    assert [
        one
        for tree in trees
        for one in tree.xpath("//script|//style|//img|//svg|//iframe|//@onerror|//@onload")
    ] == []


@pytest.mark.parametrize(
    "name",
    [
        "public/figures.json",
        "internal/figures.json",
        "internal/datapackage.json",
        "manifest.json",
        "ro-crate-metadata.json",
    ],
)
def test_json_files_steer_no_terminal(folder, name):
    """What is in them stays the same when they are read, and shows nothing that steers when they are printed."""
    content = (folder / name).read_text(encoding="utf-8")
    assert json.loads(content)
    assert TURNING.findall(content) + CONTROL.findall(content) == []


def test_the_run_record_steers_no_terminal(kit):
    """Remarks and steps are single lines, with nothing in them that does not show."""
    content = (kit.outputs / "2022.run.json").read_text(encoding="utf-8")
    record = json.loads(content)
    assert TURNING.findall(content) + CONTROL.findall(content) == []
    assert [
        line
        for line in (*record["remarks"], *(one["step"] for one in record["log"]))
        if not line.isprintable()
    ] == []


def test_tables_keep_hostile_names_and_run_none(kit):
    """In CSV that is read back each name is what it was; as a spreadsheet reads it, none begins a formula."""
    whole = tables.parse((kit.data / "units.csv").read_bytes(), "units.csv")
    assert [seen(name) for name in whole["name"][: len(HOSTILE)]] == [seen(name) for name in HOSTILE]
    published = kit.internal / "inputs" / "data" / "2022" / "units.csv"
    rows = list(csv.reader(io.StringIO(published.read_text(encoding="utf-8"), newline="")))
    assert [cell for row in rows for cell in row if cell.lstrip()[:1] in tuple("=+-@＝＋－＠")] == []


def test_messages_of_the_run_steer_no_terminal(kit):
    """Progress, remarks and what was disclosed: lines of what can be seen, none of which a name has begun."""
    refuse_steering((kit.root / "told.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "words",
    [
        ("check", "2022"),
        ("check", "2022", "--json"),
        ("trace", "2022", "evaluation.items"),
        ("trace", "2022", "evaluation.items", "--json"),
        ("report", "2022", "--quiet"),
        ("trace", "2022", TEXTS[28]),
        ("rules", TEXTS[29]),
        ("report", TEXTS[30]),
        ("check", f"{TEXTS[28]}.xlsx"),
        ("verify", TEXTS[29]),
        ("explain", "--target", TEXTS[28], "--actual", TEXTS[30], "--weight", "\x1b[31m5"),
        (TEXTS[28],),
        ("report", f"--{TEXTS[28]}"),
        ("report", "2022", "--allow", f"{TEXTS[28]}=x"),
        ("import", "2022", "--received", TEXTS[28], "x"),
    ],
    ids=lambda words: words[0][:8].encode("ascii", "replace").decode(),
)
def test_no_command_lets_a_name_steer_the_terminal(kit, words):
    """Whatever a command prints, JSON and its own mistakes included."""
    result = kit.run(*words)
    assert "Traceback" not in result.stderr
    refuse_steering(result.stdout + result.stderr)
    if "--json" in words:
        assert json.loads(result.stdout)


def test_names_of_files_steer_no_terminal(kit, tmp_path):
    """Files that are no forms, under every hostile name that a file can have: a line each, which names the file."""
    names = [text for text in TEXTS if "/" not in text and len(text.encode()) < 200]
    for name in names:
        (tmp_path / f"{name}.xlsx").write_bytes(b"%PDF")
    result = kit.run("check", str(tmp_path), "--quiet")
    assert (result.returncode, len(names)) == (2, len(result.stderr.splitlines()))
    refuse_steering(result.stderr)
    refuse_steering(kit.run("check", str(tmp_path), "--json").stdout)


def refuse_steering(said: str) -> None:
    """Every line can be printed as it is, and none begins within a name."""
    lines = said.split("\n")
    assert lines[0]
    assert [line for line in lines if not line.isprintable()] == []
    assert [line for line in lines if line.startswith(("第二行", "乙", "红", "2J"))] == []
