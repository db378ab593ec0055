"""Two editions of one run: the public one shows no single unit or project, no finding and no path; the internal one all."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pandas as pd
import pdfplumber
import pikepdf
import pytest
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from jixiao.archive import editions, public_scan
from jixiao.archive.disclosure import reading
from jixiao.archive.inputs import Input
from jixiao.archive.publication import Publication
from jixiao.figures.evaluate import evaluate
from jixiao.kit.errors import DisclosureError, ParameterError, ProseError
from jixiao.report import charts, mimes, own_tables
from jixiao.report.report import INTERNAL_NOTE, Report
from jixiao.year import params
from jixiao.year.params import SINGLE_ROWS
from jixiao.year.schemas import SCHEMAS
from kit import PROJECT, Kit
from test_figures import evaluation_of

NAMED = "城中区文旅"  # a project that the report of 2022 names
NAME, REMARK = "标名局", "标语云"  # what every name and every remark of the marked year has
MARKED = {  # table -> its columns with names, those with remarks
    "units": (("name",), ()),
    "subjects": (("name",), ()),
    "key_projects": (("name",), ("recommendations",)),
    "indicators": ((), ("deviation_reason", "review_remark")),
    "target_reviews": ((), ("opinion", "change")),
    "monitoring": ((), ("reason",)),
    "applications": ((), ("note",)),
    "problems": (("addressee",), ("problem", "recommendation", "evidence")),
}
ADDED = [  # what analysts put into a notebook
    'report.section("逐个列出")',
    'report.table("scores", "各层级得分")',
    'report.table(report.scores[["self_total"]], "逐个得分")',
    'report.table(report.scores[["name", "self_total"]].reset_index(drop=True), "各对象得分")',
    'report.table(report.scores[["self_total"]].reset_index(drop=True), "没有行号的得分")',
    """first = report.scores.head(1)
one = first.groupby("kind")["self_total"].count().reset_index()
report.table(one, "只有" + first["name"].iloc[0] + "的")""",
    'report.table(one, "一个", note="即" + first["name"].iloc[0])',
    """report.figure("best.name", first["name"].iloc[0], "", "居首的", "得分居首的评价对象", rows=first)
report.figure("best.said", 1, "个", "其中" + first["name"].iloc[0] + "的", "居首的评价对象数", rows=first)""",
    "report.scores[['name', 'self_total']].head(3)",
    """import seaborn as sns
top = report.scores.nlargest(3, "self_total")
report.chart(sns.barplot(top, x="self_total", y="name"), "居前的", alt="横条。", data=top[["name", "self_total"]])""",
    'report.section("分类")',
    'report.table(report.scores.groupby("kind")["self_total"].mean().round(2).reset_index(), "各类平均")',
    'report.prose("居首的有{evaluation.items}中的一个[[，即{best.name}]][[，{best.said}]]。")',
]


@pytest.fixture(scope="module")
def marked(tmp_path_factory) -> Kit:
    """A recorded year whose names and remarks are marked, published without any --allow; told.txt has what was said."""
    kit = Kit(tmp_path_factory.mktemp("marked"))
    kit.edit(kit.params, "data_origin: reconstruction", "data_origin: recorded")
    kit.edit(kit.params, "public_rows: [key_projects]", "public_rows: []")
    for table, (names, remarks) in MARKED.items():

        def mark(rows, names=names, remarks=remarks):
            for number, row in enumerate(rows, 1):
                row.update({column: f"{NAME}第{number}{row[column]}" for column in names if row[column]})
                row.update({column: f"{REMARK}{row[column]}" for column in remarks if row[column]})
                row.update({"subject_id": f"D{number:03}"} if "problem" in row else {})

        kit.change_table(table, mark)
    notebook = json.loads(kit.notebook.read_text(encoding="utf-8"))
    made = [{**notebook["cells"][-1], "id": f"added-{at}", "source": text} for at, text in enumerate(ADDED)]
    notebook["cells"][-1:-1] = made
    kit.notebook.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    done = kit.run("report", "2022", "--quiet")
    assert done.returncode == 0, done.stderr
    (kit.root / "told.txt").write_text(done.stderr, encoding="utf-8")
    return kit


def everything(name: str, content: bytes) -> str:
    """All text that is in a file: shown, in its properties, parts, attachments and pictures."""
    found = [content.decode("utf-8", "replace")]
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                inner = archive.read(part)
                found += [
                    part,
                    everything(part, inner),
                    re.sub(r"<[^>]*>", "", inner.decode("utf-8", "replace")),
                ]
    if name.endswith(".pdf"):
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            found += ["".join(char["text"] for char in page.chars) for page in pdf.pages]
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert not pdf.attachments
            found += [text for one in pdf.objects for text in strings(one)]
            found.append(str(pdf.open_metadata()))
    if name.endswith(".html"):
        page = html.fromstring(content)
        found += [page.text_content(), *page.xpath("//@*")]
        found += [  # drawings write their text as &#…;
            unescape(base64.b64decode(one).decode("utf-8", "replace"))
            for one in re.findall(rb"base64,([\w+/=]+)", content)
        ]
    return "\n".join(found)


def strings(one, depth: int = 0):
    """The texts in an object of a PDF, and in its streams."""
    if isinstance(one, pikepdf.Stream):
        with suppress(pikepdf.PdfError):
            yield one.read_bytes().decode("utf-8", "replace")
    parts: list = []
    if isinstance(one, pikepdf.String):
        yield str(one)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        parts = [value for _, value in one.items()]
    elif isinstance(one, pikepdf.Array):
        parts = list(one)
    for part in parts if depth < 8 else ():
        if not (isinstance(part, pikepdf.Object) and part.is_indirect):  # those come by themselves
            yield from strings(part, depth + 1)


def shown(name: str, content: bytes) -> str:
    """What readers see of a file, without its drawings."""
    document = reading.read(name, content)
    return "\n".join(text for place, text in document.texts if "图" not in place and "base64" not in text)


def public_files(kit: Kit) -> dict[str, bytes]:
    """The files of the public edition of 2022."""
    return {path.name: path.read_bytes() for path in sorted(kit.public.iterdir())}


def test_no_name_remark_or_score_of_the_data_is_in_any_public_file(marked):
    """Names and remarks of all units and projects nowhere in the bytes, single totals nowhere in the text; no ids either."""
    totals = evaluation_of(marked.root).totals
    single = {str(score) for tier in ("self", "review") for score in totals[f"{tier}_total"].dropna()}
    files = public_files(marked)
    assert sorted(files) == [
        "annual_report.docx",
        "annual_report.html",
        "annual_report.pdf",
        "annual_report.xlsx",
        "figures.json",
    ]
    figures = {one["value"] for one in json.loads(files["figures.json"])["figures"]}
    single = {score for score in single if re.fullmatch(r"\d+\.\d*[1-9]", score)} - figures
    assert len(single) > 100
    for name, content in files.items():
        text = everything(name, content)
        assert [mark for mark in (NAME, REMARK) if mark in text] == [], name
        seen = shown(name, content)
        assert single & set(re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", seen)) == set(), name
        assert re.findall(r"(?<![A-Z0-9])[DPU]\d{3}(?!\d)", seen) == [], name


def test_the_marks_are_found_where_they_are(marked):
    """The internal page has names, remarks in its inputs, findings and rows; so the test above could have seen them."""
    page = (marked.internal / "annual_report.html").read_bytes()
    assert NAME in everything("a.html", page) and 'class="evidence"' in page.decode()
    assert REMARK in (marked.internal / "inputs/data/2022/indicators.csv").read_text(encoding="utf-8-sig")
    book = everything("a.xlsx", (marked.internal / "annual_report.xlsx").read_bytes())
    assert NAME in book and INTERNAL_NOTE in book
    assert INTERNAL_NOTE in page.decode()
    assert INTERNAL_NOTE not in (marked.public / "annual_report.html").read_text(encoding="utf-8")


SINGLE = {
    "各层级得分",
    "逐个得分",
    "各对象得分",
    "没有行号的得分",
    "居前的",
    "重点项目再评价情况",
    "只有",
    "一个",
}


def captions(folder) -> list[str]:
    """The captions of the tables and charts of a page, without those of the data behind charts."""
    page = html.fromstring((folder / "annual_report.html").read_bytes())
    found = [" ".join(one.text_content().split()) for one in page.iter("caption", "figcaption")]
    return [one for one in found if one and not one.endswith("（数据）")]


def test_the_public_edition_counts_its_own_tables_and_charts(marked):
    """Without a gap; what is missing, and nothing else, is named on the terminal; a heading with nothing below is gone."""
    found = captions(marked.public)
    for kind in "表图":
        numbers = [one.split()[0] for one in found if one.startswith(kind)]
        assert numbers == [f"{kind}{at}" for at in range(1, len(numbers) + 1)]
    names = [
        {one.partition(" ")[2] for one in captions(folder)} for folder in (marked.internal, marked.public)
    ]
    unmarked = {re.sub(f"{NAME}.*", "", one) for one in names[0] - names[1]}
    assert unmarked == SINGLE
    assert "各类平均" in names[1] and "各评价对象单位自评与第三方机构绩效评价得分和等级" in names[1]
    told = (marked.root / "told.txt").read_text(encoding="utf-8")
    line, figures = [one for one in told.splitlines() if "只在内部版里" in one]
    assert [one.split()[1].partition(NAME)[0] for one in re.findall("“([^”]*)”", line)] == [
        "重点项目再评价情况", "各层级得分", "逐个得分", "各对象得分", "没有行号的得分", "只有", "一个", "居前的",
    ]  # fmt: skip
    assert "统计数 best.name、best.said 写有单位、项目的名称" in figures and "public_rows" in figures
    page = (marked.public / "annual_report.html").read_text(encoding="utf-8")
    heads = [head.text or "" for head in html.fromstring(page).iter("h2", "h3")]
    assert any(head.endswith("分类") for head in heads) and not any("逐个列出" in head for head in heads)


def test_a_text_names_a_chart_by_its_number_in_each_edition():
    """A chart that only the internal edition has does not count in the public one, nor where a text speaks of another."""

    def chart(caption, **more):
        return {
            mimes.CHART: {"id": "x", "caption": caption, "alt": "", "note": ""},
            "text/plain": caption,
            **more,
        }

    said = f'<p>见<span class="{mimes.NUMBERED}">图2</span>，不见图2。</p>'
    outputs = [chart("图1 甲", **{mimes.PUBLIC: False}), {"text/html": said}, chart("图2 乙")]
    cells = [new_code_cell("", outputs=[new_output("display_data", data=one)]) for one in outputs]
    found = editions.public(new_notebook(cells=cells), params.of_year(PROJECT, 2022), [])
    _, text, shown = (cell.outputs[0].data if cell.outputs else None for cell in found.cells)
    assert shown[mimes.CHART]["caption"] == "图1 乙"
    assert text["text/html"] == said.replace(">图2<", ">图1<")


def test_public_figures_are_the_internal_ones_without_names_and_paths(marked, built):
    """The same keys and values, no rows, no finding, no difference; no amounts of few; names of key projects only where params allow."""
    own = {"best.name", "best.said"}
    few = {
        "agencies.deducted_wan_yuan",
        *(f"target_review.departments.{one}" for one in ("cut_wan_yuan", "cut_percent")),
    }
    for kit, hidden in ((marked, 8 + len(own)), (built, 0)):
        public, internal = (
            json.loads((folder / "figures.json").read_bytes()) for folder in (kit.public, kit.internal)
        )
        assert set(public) <= {*editions._FOR_ALL, "figures"}
        values = {one["key"]: one["value"] for one in public["figures"]}
        others = {one["key"]: one["value"] for one in internal["figures"]}
        assert values.items() <= others.items()
        missing = set(others) - set(values)
        assert few <= missing  # amounts of fewer than three
        missing -= few
        assert len(missing) == hidden and all(key.startswith("key_projects.") for key in missing - own)
        assert not any({"own", "earlier"} & set(one) for one in public["figures"])


@pytest.mark.parametrize(
    "name",
    ["annual_report.html", "annual_report.pdf", "annual_report.docx", "annual_report.xlsx", "figures.json"],
)
def test_no_public_file_has_a_path_a_row_or_a_finding(built, name):
    """Of the tables and parameters readers are told the names, not where they lie; nothing leads into the internal edition."""
    content = (built.public / name).read_bytes()
    text = shown(name, content)
    assert re.findall(r"(?<![\w.-])(?:data|params|inputs|internal|outputs|notebooks)/", text) == []
    assert "审核发现" not in text.replace("列为审核发现", "") and "依据同" not in text
    registers = name.endswith((".html", ".xlsx", ".json"))
    assert ("2022.yml" in text) is registers  # the name of the file is there


def test_names_of_key_projects_stand_where_the_parameters_allow_it(marked, built):
    """In the sentence that was published; without leave the sentence goes on without the clause."""
    said, silent = (
        "".join(html.fromstring((kit.public / "annual_report.html").read_bytes()).find(".//main").itertext())
        for kit in (built, marked)
    )
    assert "额外选取城中区文旅融合试点单位建设、雷村滨水健身道提升" in said
    assert "额外选取5个重点项目，委托第三方机构实施再评价" in silent


# in one process


def table(*rows: list[str], caption: str = "表1 甲", heads: str = "单位") -> dict:
    """The data of an output that shows a table of texts."""
    report = pd.DataFrame(rows, columns=[heads, *"乙丙"[: len(rows[0]) - 1]])
    made = own_tables.of_frame(report, caption, {}, "", invented=False)
    assert made
    return made.bundle()


UNITS = Input("table", "data/2022/units.csv", "unit_id,name\nU1,甲局\nU2,乙 局\nU3,'-丙\n".encode())
YEAR = params.of_year(PROJECT, 2022)


def public(*outputs: dict, allowed: tuple[str, ...] = (), inputs: Sequence[Input] = (UNITS,)) -> list[dict]:
    """The data of the outputs that the public edition has."""
    cells = [new_code_cell("x", outputs=[new_output("display_data", data=one)]) for one in outputs]
    made = editions.public(new_notebook(cells=cells), replace(YEAR, public_rows=allowed), inputs)
    return [dict(output.data) for cell in made.cells for output in cell.outputs]


@pytest.mark.parametrize(
    ("data", "stays"),
    [
        (table(["甲局", "x"]), False),
        (table(["合计", "U2"]), False),
        (table(["乙  局"]), False),
        (table(["-丙"]), False),
        (table(["甲局等三家"]), True),
        (table(["全部"]), True),
        (table(["全部"]) | {mimes.PUBLIC: False}, False),
        (table(["甲局"]) | {mimes.PUBLIC: True}, True),
        ({"text/html": "<table><tr><td>甲局<td>3</table>"}, False),
        ({"text/html": "<table><tr><td>各局<td>3</table>"}, True),
        ({"text/markdown": "|单位|数|\n|---|---|\n|甲局|3|"}, False),
        ({"text/html": "<p>甲局牵头。</p>"}, True),
        ({"image/svg+xml": '<svg><text style="font: 9px x">甲局</text></svg>'}, False),
        ({"image/svg+xml": "<svg><text>甲局等</text></svg>"}, True),
        ({"image/svg+xml": "<svg><text>90</text><text>甲</text><text>&#23616;</text></svg>"}, False),
        (
            {
                "image/svg+xml": "<svg/>",
                mimes.CHART: {"id": "a", "caption": "图1 甲", "data": table(["甲局"])[mimes.TABLE]},
            },
            False,
        ),
    ],
)
def test_a_table_that_names_a_unit_in_a_cell_of_its_own_is_internal(data, stays):
    """Names and ids, in tables of any origin and behind charts, unless the output says otherwise; prose may name units."""
    assert bool(public(data)) is stays
    assert mimes.PUBLIC not in (public(data) or [{}])[0]


LONG = Input(
    "table",
    "data/2022/units.csv",
    "unit_id,name\nU1,城南街道办事处\nU2,教育局\nU3,预算单位001\nU4,城中区财政局\nU5,-1\nU6,民政\n".encode(),
)
PROJECTS = Input(
    "table", "data/2022/subjects.csv", "subject_id,name\nP1,培训经费\nP2,滨河公园改造二期\n".encode()
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("城南街道办事处牵头。", "城南街道办事处"),
        ("只有滨河公园改造二期没有完成", "滨河公园改造二期"),
        ("（预算单位001部门整体支出）", "预算单位001"),
        ("预算单位0012", ""),
        ("牵头：教育局、民政局", "教育局"),
        ("国家教育局由教育局改", ""),  # three characters are a part of too many words
        ("培训经费较上年减少", ""),
        ("培训经费", "培训经费"),
        ("城中区财政局紧跟上级部署", ""),  # whose report it is
        ("降低-1分", ""),
        ("牵头：民政、财政", ""),
        ("各街道办事处", ""),
    ],
)
def test_a_name_is_found_in_a_text_where_it_is_no_part_of_other_words(text, name):
    """Long names anywhere, those of three characters between marks, short ones where they are all there is."""
    assert editions.single_names([LONG, PROJECTS], replace(YEAR, public_rows=())).first(text) == name
    assert not editions.single_names(
        [LONG, PROJECTS], replace(YEAR, public_rows=("units", "subjects"))
    ).first(text)


NAMING = "城南街道办事处得分最低"


@pytest.mark.parametrize(
    "data",
    [
        table(["一家", "3"], caption=f"表1 {NAMING}"),
        table([NAMING, "3"]),
        table(["一家", "3"], heads=NAMING),
        {mimes.TABLE: table(["一家"])[mimes.TABLE] | {"notes": [NAMING]}},
        {"image/svg+xml": "<svg/>", mimes.CHART: {"id": "a", "caption": "图1 甲", "alt": NAMING}},
        {"image/svg+xml": "<svg/>", mimes.CHART: {"id": "a", "caption": "图1 甲", "note": NAMING}},
        {"image/svg+xml": f"<svg><text>{NAMING}</text></svg>"},
    ],
    ids=["caption", "cell", "head", "note", "alt", "note of a chart", "drawn"],
)
def test_a_table_or_chart_that_names_a_unit_anywhere_is_internal(data):
    """In its caption, heads, cells, notes, alternative text or drawing; `public=True` keeps it."""
    assert public(data, inputs=[LONG]) == []
    assert len(public(data | {mimes.PUBLIC: True}, inputs=[LONG])) == 1


def test_a_text_that_names_a_unit_is_told_by_its_cell():
    """Of headings, paragraphs, results and Markdown; tables of code are looked at as tables."""
    outputs = [{"text/html": f"<p>{NAMING}。</p>"}, {"text/html": "<p>全部完成。</p>"}, table([NAMING])]
    cells = [new_code_cell("甲", outputs=[new_output("display_data", data=one)]) for one in outputs]
    cells += [
        new_markdown_cell(f"| 单位 | 数 |\n|---|---|\n| 教育局 | 3 |\n\n{NAMING}"),
        new_markdown_cell("全部"),
    ]
    found = list(editions.naming(new_notebook(cells=cells), YEAR, [LONG]))
    assert found == [
        ("第 1 个单元格「甲」", "城南街道办事处"),
        ("第 4 个单元格「| 单位 | 数 |」", "教育局"),
        ("第 4 个单元格「| 单位 | 数 |」", "城南街道办事处"),
    ]


def test_a_text_that_names_a_unit_is_not_published_without_a_reason():
    """One line says the cell, as much of the name as may be shown, and what to do."""
    publication = Publication(PROJECT, 2022)
    named = [("第 5 个单元格「甲」", "城南街道办事处")]
    with pytest.raises(
        DisclosureError, match=r"public 第 5 个单元格「甲」.*\[unit_name\] 有单位、项目的名称：城南…"
    ) as told:
        public_scan.checked(publication, {}, {}, named)
    assert "public_rows；确要公开的，加 --allow unit_name=理由" in str(told.value)
    assert len(public_scan.checked(publication, {}, {"unit_name": "会审小组成员"}, named).found) == 1


def test_names_that_the_parameters_allow_make_no_table_internal():
    """With `public_rows: [units]` the list of units is public."""
    assert len(public(table(["甲局"]), allowed=("units",))) == 1


def test_what_takes_the_place_of_an_output_is_shown_and_counted():
    """A chart drawn anew keeps its place in the numbering; tables behind one that is gone are counted anew."""
    first = table(["甲局"], caption="表1 甲") | {mimes.PUBLIC: False}
    found = public(
        first,
        table(["全部"], caption="表2 乙"),
        table(["甲局"], caption="表3 丙") | {mimes.PUBLIC: table(["三家"], caption="表3 丙")},
    )
    assert [one[mimes.TABLE]["caption"] for one in found] == ["表1 乙", "表2 丙"]
    assert "三家" in found[1]["text/html"]


def test_paper_keeps_the_number_of_the_table_in_whose_place_it_has_another():
    """The register is counted anew, and the table of main figures with it; neither has a path."""
    main = table(["params/2022.yml"], caption="表2 主要指标")[mimes.TABLE]
    register = table(["params/2022.yml"], caption="表2 统计数一览") | {mimes.PAPER: main}
    first, second, third = public(register | {mimes.FIGURES: []}, register, table(["全部"], caption="表9 甲"))
    for one, number in ((first, 1), (second, 2)):
        assert one[mimes.TABLE]["caption"] == f"表{number} 统计数一览"
        assert one[mimes.PAPER]["caption"] == f"表{number} 主要指标"
        assert [cell["text"] for row in one[mimes.PAPER]["rows"] for cell in row] == ["2022.yml"]
    assert third[mimes.TABLE]["caption"] == "表3 甲"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("来源：params/2022.yml", "来源：2022.yml"),
        ("params/policies/mof-2020-10.yml、data/2022/培训.csv 第 3 行", "mof-2020-10.yml、培训.csv 第 3 行"),
        (
            "indicators.csv、subjects.csv，kind = department",
            "indicators.csv、subjects.csv，kind = department",
        ),
        ("是/否，见2022/3/17", "是/否，见2022/3/17"),
    ],
)
def test_of_a_path_the_name_of_the_file_is_left(said, expected):
    """In definitions and sources; what only looks like a path stays."""
    assert editions._PATH.sub("", said) == expected


SCORES = pd.DataFrame(
    {"kind": ["a", "b", "a", "b"], "total": [1.5, 2.5, 3.7, 4.5]}, index=pd.Index([2, 3, 4, 5], name="行")
)
SCORES.attrs = {"table": "totals"}


@pytest.mark.parametrize(
    ("frame", "single"),
    [
        (SCORES, True),
        (SCORES[["total"]].sort_values("total"), True),
        (SCORES.groupby("kind")["total"].mean().reset_index(), False),
        (SCORES.groupby("kind").mean(), False),
        (SCORES[SCORES["total"] > 9], False),
        (SCORES.reset_index(drop=True), True),
        (SCORES[["total"]].sort_values("total", ignore_index=True), True),
        (SCORES.nlargest(1, "total").reset_index(drop=True).rename(columns={"total": "得分"}), True),
        (SCORES.set_index("total")[["kind"]], True),
        (pd.concat([SCORES, SCORES[["total"]].sum().to_frame().T], ignore_index=True), True),
        (SCORES[["kind"]].reset_index(drop=True), False),
        (SCORES.groupby("kind", as_index=False)["total"].count(), False),
        (pd.DataFrame({"a": [1]}, index=pd.Index([2], name="行")), False),
    ],
    ids=[
        *("all", "some", "grouped", "indexed", "none", "reset", "reset column", "renamed", "another index"),
        "with a row of totals",
        *("kinds", "counted", "own"),
    ],
)
def test_rows_of_the_report_s_frames_are_known(frame, single):
    """By their index, and by their values where it was thrown away; what was grouped is no single row."""
    assert own_tables.has_single_rows(frame, SINGLE_ROWS, SCORES) is single
    assert not own_tables.has_single_rows(frame, ["units", "subjects"], SCORES)


@pytest.fixture(scope="module")
def evaluation():
    """The year 2022, in which no project may be named."""
    charts.setup()
    return evaluate(PROJECT, replace(YEAR, public_rows=()))


def test_a_sentence_that_cannot_do_without_a_name_is_refused(evaluation):
    """One line says where, and what to do; in [[…]] the clause is left out; other projects' figures pass."""
    report = Report(evaluation, {})
    for text in (
        "选取{key_projects.names}。",
        "选取{key_projects.names:数}",
        "{key_projects.named.*}",
    ):
        with pytest.raises(ProseError, match=r"写出单个项目的名称.*public_rows 里列出 key_projects"):
            report.prose(text)
    said = report.prose("选取[[{key_projects.names}等]]{key_projects.count}项目。")._repr_mimebundle_()
    assert NAMED in said["text/html"]
    assert said[mimes.PUBLIC]["text/plain"] == "选取{key_projects.count}项目。"
    assert "5个" in said[mimes.PUBLIC]["text/html"]
    assert mimes.PUBLIC not in report.prose("共{key_projects.count}项目。")._repr_mimebundle_()
    allowed = Report(replace(evaluation, params=YEAR), {})
    assert mimes.PUBLIC not in allowed.prose("选取{key_projects.names}。")._repr_mimebundle_()


def test_key_points_go_without_names_in_public(evaluation):
    """A clause, a sentence or a number that names projects is left out there; without any left, so are all."""
    report = Report(evaluation, {})
    findings = ["共{key_projects.count}[[，如{key_projects.names}]]。", "有{key_projects.names}。"]
    said = report.key_points({"key_projects.names": "项目", "key_projects.count": "数"}, findings)
    said = said._repr_mimebundle_()
    assert (len(said[mimes.POINTS]["rows"]), len(said[mimes.POINTS]["notes"])) == (2, 2)
    points = said[mimes.PUBLIC][mimes.POINTS]
    assert [row[0]["text"] for row in points["rows"]] == ["数"]
    assert points["notes"] == ["共5个。"]
    assert NAMED not in json.dumps(said[mimes.PUBLIC], ensure_ascii=False) and NAMED in said["text/html"]
    alone = report.key_points({"key_projects.names": "项目"})._repr_mimebundle_()
    assert alone[mimes.PUBLIC] is False
    assert mimes.PUBLIC not in report.key_points({"key_projects.count": "数"})._repr_mimebundle_()


def test_the_chart_of_agreement_is_counted_by_bands_in_public(evaluation):
    """Every subject is in one cell; both scores of a cell lie in its bands."""
    shown = Report(evaluation, {}).chart("agreement")._repr_mimebundle_()[mimes.PUBLIC]
    totals = evaluation.totals.dropna(subset=["self_total", "review_total"])
    rows = shown[mimes.CHART]["data"]["rows"]
    counted = sum(int(cell["text"]) for row in rows for cell in row[2:])
    assert counted == len(totals) == 115
    inside = sum(
        Decimal(95) <= one.self_total < 100 and Decimal(75) <= one.review_total < 80
        for one in totals.itertuples()
    )
    cell = next(row for row in rows if [row[0]["text"], row[1]["text"]] == ["95～100", "75～80"])
    assert sum(int(one["text"]) for one in cell[2:]) == inside


def test_every_table_is_of_single_ones_or_known_not_to_be():
    """A new table is thought of."""
    assert set(SCHEMAS) - set(SINGLE_ROWS) == {"rules_issued", "facts", "districts"}
    with pytest.raises(ParameterError, match=r"public_rows 是“.*应为一列数据表的名称"):
        params.checked({**params.read(PROJECT, 2022), "public_rows": ["key_project"]}, lambda *key: "x")


def test_scores_of_units_are_looked_for_in_the_public_edition_alone():
    """The same page is refused in public/ and no alarm in internal/; private numbers are told in both."""
    page = "<table><tr><th>单位<th>自评得分<tr><td>城中区教育局<td>92.5</table>".encode()
    phone = f"<p>{'138' + '0013' + '8000'}</p>".encode()
    units = {"internal/inputs/data/2022/units.csv": "unit_id,name\nU1,城中区教育局\n".encode()}

    class Recorded(Publication):
        params = replace(YEAR, data_origin="recorded")

    publication = Recorded(PROJECT, 2022)
    assert not public_scan.checked(publication, {**units, "internal/a.html": page}, {}).found
    for name, content, kind in (
        ("public", page, "unit_score"),
        ("public", phone, "phone"),
        ("internal", phone, "phone"),
    ):
        with pytest.raises(DisclosureError, match=rf"{name}/a.html .*\[{kind}\]"):
            public_scan.checked(publication, {**units, f"{name}/a.html": content}, {})
