"""CSV files of the bureau's own in the folder of the year's tables, and what a notebook shows without a source."""

import json
from decimal import Decimal as D

import pytest
from lxml import html

from jixiao.archive.publication import Publication
from jixiao.figures.evaluate import evaluate
from jixiao.kit.errors import PlaceError, ProseError, TableError
from jixiao.report import own_data
from jixiao.report.report import Report
from jixiao.year import params
from kit import PROJECT, Kit
from test_closing import add_cells, few

TEXT = '科室,场次,代码\n甲,3,001\n,"1,200.50",002\n'


@pytest.fixture
def root(tmp_path):
    """A folder of data with one file."""
    (tmp_path / "data" / "2022").mkdir(parents=True)
    (tmp_path / "data" / "2022" / "培训.csv").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_as_the_tables_are(root, encoding):
    """In each encoding: texts, None for blank, the rows of the spreadsheet; exact decimals where they are asked for."""
    (root / "data" / "2022" / "培训.csv").write_text(TEXT, encoding=encoding)
    frame = own_data.read(root, "2022", "培训.csv", ["场次"])
    assert frame.reset_index().to_dict("list") == {
        "行": [2, 3],
        "科室": ["甲", None],
        "场次": [D("3"), D("1200.50")],
        "代码": ["001", "002"],
    }
    assert own_data.read(root, "2022", "培训.csv", ())["场次"].tolist() == ["3", "1,200.50"]
    assert own_data.read(root, "2022", "培训.csv", "场次")["场次"].tolist() == [D("3"), D("1200.50")]


@pytest.mark.parametrize(
    "name", ["../2021/a.csv", "/etc/passwd", "sub/a.csv", "published.yml", "..", "", "a.CSV"]
)
def test_the_name_is_of_a_csv_file_in_that_folder(root, name):
    """Anything else is refused in a line, whether it is there or not."""
    with pytest.raises(PlaceError) as told:
        own_data.read(root, "2022", name, ())
    assert str(told.value) == (
        f"report.data(“{name}”)：不是这个文件夹里的文件；应为data/2022/ 里 .csv 文件的名称；请只写文件名，如 培训.csv"
    )


def test_a_link_that_leads_out_is_refused(root, tmp_path):
    """Its name is in the folder, its content is not."""
    (tmp_path / "out.csv").write_text("a\n1\n", encoding="utf-8")
    (root / "data" / "2022" / "in.csv").symlink_to(tmp_path / "out.csv")
    with pytest.raises(PlaceError, match="在 2022 文件夹之外"):
        own_data.read(root, "2022", "in.csv", ())


@pytest.mark.parametrize(
    ("name", "numbers", "said"),
    [
        ("培圳.csv", [], "data/2022/培圳.csv：没有这个文件；请改为 培训.csv"),
        (
            "培训.csv",
            ["场数"],
            "report.data(“培训.csv”) 的 numbers：没有“场数”列；请只用这些：科室、场次、代码",
        ),
        ("培训.csv", ["科室"], "data/2022/培训.csv 第 2 行 科室 列：是“甲”；应为数；请改正这一格"),
    ],
)
def test_what_cannot_be_read_is_a_line(root, name, numbers, said):
    """A file that is not there, a column that is not there, a cell that is no number."""
    with pytest.raises(TableError) as told:
        own_data.read(root, "2022", name, numbers)
    assert str(told.value) == said


def test_a_figure_of_its_rows_names_file_and_rows(root):
    """Some of the rows, or a column of them; rows of another frame are none of the file's."""
    report = Report(evaluate(PROJECT, params.of_year(PROJECT, 2022)), {})
    frame = own_data.read(root, "2022", "培训.csv", ["场次"])
    report.figure(
        "training.first", frame["场次"].iloc[0], "场", "甲的培训", "甲办的", rows=frame[frame["科室"] == "甲"]
    )
    report.figure("training.all", frame["场次"].sum(), "场", "培训", "全年的", rows=frame["场次"])
    assert report.figures["training.first"].source == "data/2022/培训.csv 第 2 行"
    assert report.figures["training.all"].source == "data/2022/培训.csv 第 2、3 行"
    with pytest.raises(ProseError, match="rows 里一行也没有"):
        report.figure("training.none", 1, "场", "无", "无", rows=frame[frame["科室"] == "丙"])
    for other in (frame.groupby("代码").first(), frame.iloc[[1]].reset_index(drop=True)):
        with pytest.raises(ProseError, match="认不出原来的行"):
            report.figure("training.none", 1, "场", "无", "无", rows=other)


CELLS = [
    'training = report.data("培训.csv", numbers=["场次"])\n'
    'report.figure("training.sum", training["场次"].sum(), "场", "培训场次", "全年的培训", rows=training)\n'
    'report.table(training[["科室", "场次"]], "各科室培训", units={"场次": "场"})',
    'report.prose("全年培训{training.sum}，{evaluation.projects.self.*}。")',
    "from IPython.display import HTML, Markdown, display\nn = len(training)\ndisplay(Markdown(f'共 {n} 科室'))",
    "training",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "HTML('<p>没有数的话</p>')",
    'import pandas as pd\nreport.table(pd.DataFrame({"个数": [54]}), "手写的表")',
    "report.data_notes()",
]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A kit whose report has a table of its own file, and results of code that the report did not write."""
    kit = few(tmp_path_factory.mktemp("own") / "kit")
    (kit.data / "培训.csv").write_text(TEXT, encoding="gb18030")
    add_cells(kit, *CELLS)
    done = kit.run("report", "2022", "--quiet")
    assert done.returncode == 0, done.stderr
    (kit.root / "told.txt").write_text(done.stderr, encoding="utf-8")
    return kit


def test_the_file_is_an_input_of_the_version(published: Kit):
    """It is kept as it was, hashed in the manifest, looked through like every file, and the figure names its rows."""
    folder = published.outputs / "2022"
    name = "data/2022/培训.csv"
    content = (published.root / name).read_bytes()
    assert (folder / "internal" / "inputs" / name).read_bytes() == content
    [kept] = [one for one in Publication(published.root, 2022).inputs if one.name == name]
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    assert (kept.role, kept.as_json()["sha256"] in manifest) == ("table", True)
    figures = json.loads((folder / "internal" / "figures.json").read_text(encoding="utf-8"))
    [figure] = [one for one in figures["figures"] if one["key"] == "training.sum"]
    assert (figure["display"], figure["source"]) == ("1203.50场", f"{name} 第 2、3 行")
    page = html.fromstring((folder / "public" / "annual_report.html").read_bytes())
    assert "表1 各科室培训" in [" ".join(one.text_content().split()) for one in page.iter("caption")]


def test_what_has_no_source_is_published_told_and_marked(published: Kit):
    """Text, table and picture of code; not what the report wrote, nor a text without numbers."""
    places = [
        (
            "第 6 个单元格「from IPython.display import HTML, Markdown, display」",
            "文字",
            "report.prose 和统计数",
        ),
        ("第 7 个单元格「training」", "表", 'report.table(frame, "题目")'),
        (
            "第 8 个单元格「import matplotlib.pyplot as plt」",
            "图",
            'report.chart(图, "题目", alt="…", data=frame)',
        ),
        ("第 10 个单元格「import pandas as pd」", "代码", "report.tables、report.data 的数据"),
    ]
    told = (published.root / "told.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in told if "没有来源" in line] == [
        f"annual_report.ipynb {place}：{kind}里的数没有来源，已照原样发布；请改用 {instead}"
        for place, kind, instead in places
    ]
    figures = json.loads((published.internal / "figures.json").read_text(encoding="utf-8"))
    assert figures["untraced"] == [{"place": place, "kind": kind} for place, kind, _ in places]
    notebook = (published.internal / "annual_report.ipynb").read_text(encoding="utf-8")
    assert "jixiao.own" not in notebook


def test_a_report_without_such_results_has_no_mark(built):
    """figures.json of the annual report is as it was."""
    figures = json.loads((built.internal / "figures.json").read_text(encoding="utf-8"))
    assert "untraced" not in figures
