"""What an analyst adds: a notebook with parameters of its own, a section with a table of its own; few files are touched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from lxml import html

from kit import PROJECT, Kit
from test_closing import few

pytestmark = pytest.mark.xdist_group("additions")
OPEN = "from jixiao.report.report import open_report\n\nreport = open_report(globals())"
MID_YEAR = [
    "report_year = 2022\nmonth: int = 6\npublished_on = None",
    OPEN,
    'report.title("{report.report_year}{report.region}绩效运行监控情况", about=["parameter"])',
    'report.section("监控情况")',
    'report.prose("监控截至{parameter.month}月，涉及{evaluation.items}评价对象。")',
    'report.table("units", "预算单位", ["unit_id", "name"])',
    "report.register()",
]
LINE = "  annual_report: {}\n"


def state(*folders: Path) -> dict[str, bytes]:
    """Every file below the folders by its path from the kit."""
    return {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def touched(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """The files that are new or no longer the same."""
    return {name for name, content in after.items() if before.get(name) != content}


def write_notebook(path: Path, sources: list[str]) -> None:
    """A notebook of code cells, the first of which declares the parameters."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number:02}",
            "metadata": {} if number else {"tags": ["parameters"]},
            "outputs": [],
            "execution_count": None,
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def insert_cells(path: Path, before: str, *sources: str) -> None:
    """Put code cells before the one that begins with `before`."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    at = next(n for n, cell in enumerate(notebook["cells"]) if "".join(cell["source"]).startswith(before))
    cells = [
        {
            "cell_type": "code",
            "id": f"new-{number}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    notebook["cells"][at:at] = cells
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


@pytest.fixture(scope="module")
def annual(tmp_path_factory) -> Kit:
    """A kit with a short annual report, which was published; tests leave it as it is."""
    kit = few(tmp_path_factory.mktemp("annual") / "kit")
    result = kit.run("report", "2022", "--quiet")
    assert result.returncode == 0, result.stderr
    return kit


@pytest.fixture
def kit(annual, tmp_path) -> Kit:
    """The kit with its published report, copied to be changed."""
    return Kit(Path(shutil.copytree(annual.root, tmp_path / "kit")), there=True)


def add_mid_year(kit: Kit, own: str = "{month: 9}", sources: list[str] | None = None) -> None:
    """Add the notebook mid_year to the year."""
    write_notebook(kit.root / "notebooks" / "mid_year.ipynb", sources or MID_YEAR)
    kit.edit(kit.params, LINE, f"{LINE}  mid_year: {own}\n")


def test_a_notebook_is_added_by_its_file_and_a_line_of_parameters(kit):
    """Two files are touched; the annual report is made as before, the other stands beside it, with its own parameter."""
    folders = [kit.root / name for name in ("params", "data", "notebooks")]
    kit_before = state(*folders)
    annual_before = state(kit.outputs / "2022")

    add_mid_year(kit)
    assert touched(kit_before, state(*folders)) == {"params/2022.yml", "notebooks/mid_year.ipynb"}
    result = kit.run("report", "2022", "--quiet")

    assert result.returncode == 0, result.stderr
    kept = {"internal/annual_report.ipynb", "internal/inputs/params/2022.yml"}
    recorded = {f"2022/{name}" for name in ("manifest.json", "ro-crate-metadata.json", *kept)}
    assert touched(annual_before, state(kit.outputs / "2022")) == recorded
    folder = kit.outputs / "2022-mid_year"
    assert {path.name for path in (folder / "public").iterdir()} == {
        *(f"mid_year.{kind}" for kind in ("html", "pdf", "docx", "xlsx")),
        "figures.json",
    }
    assert (folder / "internal" / "mid_year.ipynb").is_file()
    page = html.fromstring((folder / "public" / "mid_year.html").read_bytes())
    assert page.find(".//h1").text_content() == "2022年柳州市城中区绩效运行监控情况"
    assert "监控截至9月，涉及14个评价对象。" in page.find(".//main").text_content()
    assert json.loads((folder / "manifest.json").read_bytes())["publication"] == "mid_year"
    assert "2022-mid_year.run.json" in {path.name for path in kit.outputs.iterdir()}


def test_a_notebook_may_be_run_without_being_named_in_the_parameters(kit):
    """Its defaults hold; nothing of the annual report is touched; a path from the shell will do."""
    write_notebook(kit.root / "notebooks" / "mid_year.ipynb", MID_YEAR)
    before = state(kit.outputs / "2022")
    result = kit.run("report", "2022", "notebooks/mid_year.ipynb", "--quiet")
    assert result.returncode == 0, result.stderr
    assert "监控截至6月" in "".join(
        html.fromstring((kit.outputs / "2022-mid_year" / "public" / "mid_year.html").read_bytes()).itertext()
    ).replace("\n", "")
    assert state(kit.outputs / "2022") == before


def test_a_second_publication_is_verified_closed_and_fails_on_its_own(kit):
    """Its record, its failed run and its versions lie beside those of the annual report, which stay as they are."""
    add_mid_year(kit)
    assert kit.run("report", "2022", "mid_year", "--quiet").returncode == 0
    before = state(kit.outputs / "2022")
    for words in (("verify", "2022", "mid_year", "--quiet"), ("close", "2022", "mid_year")):
        result = kit.run(*words)
        assert result.returncode == 0, result.stdout + result.stderr
    assert "data/2022/closed-mid_year.json" in result.stdout
    kept = sorted(path.name for path in kit.data.glob("closed*"))
    assert kept == ["closed-mid_year", "closed-mid_year.json"]

    kit.edit(kit.params, "{month: 9}", "{month: 10}")
    kept = kit.run("report", "2022", "mid_year", "--quiet")  # made from what was kept
    assert kept.returncode == 0, kept.stderr
    assert "现在的 params/2022.yml 与它不同" in kept.stderr
    both = kit.run("report", "2022", "--reopen", "监控时点改了", "--quiet")
    assert (both.returncode, both.stderr.strip()) == (
        2,
        "--reopen：要生成几份报告（annual_report、mid_year），不知道重开哪一份；请写明笔记本",
    )
    opened = kit.run("report", "2022", "mid_year", "--reopen", "监控时点改了", "--quiet")
    assert opened.returncode == 0, opened.stderr
    assert "2022 工作年度（mid_year）已重开" in opened.stderr
    assert "jixiao close 2022 mid_year" in opened.stderr

    write_notebook(kit.root / "notebooks" / "mid_year.ipynb", [*MID_YEAR, "1 / 0"])
    failed = kit.run("report", "2022", "mid_year", "--quiet")
    assert failed.returncode == 1
    assert "outputs/2022-mid_year.failed/mid_year.ipynb" in failed.stderr
    assert state(kit.outputs / "2022") == before
    names = {path.name for path in kit.outputs.iterdir()}
    assert names == {
        "2022", "2022.run.json", "index.html", "internal.html",
        "2022-mid_year", "2022-mid_year.previous", "2022-mid_year.failed", "2022-mid_year.run.json",
    }  # fmt: skip


def test_a_parameter_of_the_year_may_differ_for_a_notebook(kit):
    """A day of publication under the notebook's name holds for it alone."""
    add_mid_year(kit, '{month: 9, published_on: "2022-10-15"}')
    result = kit.run("report", "2022", "mid_year", "--quiet")
    assert result.returncode == 0, result.stderr
    content = json.loads((kit.outputs / "2022-mid_year" / "internal" / "figures.json").read_bytes())
    assert content["published_on"] == "2022-10-15"


def test_a_number_is_traced_and_compared_under_the_parameters_of_its_notebook(kit):
    """A policy named for a notebook alone holds in trace and compare as in its report; so do its own parameters."""
    mid_year = [MID_YEAR[0] + "\npolicy = None", *MID_YEAR[1:]]
    add_mid_year(kit, "{month: 9, policy: mof-2021-101}", mid_year)

    def said(*words: str) -> tuple[int, dict | str]:
        result = kit.run(*words, "--json")
        return result.returncode, json.loads(result.stdout) if result.stdout else result.stderr

    def policy(*notebook: str) -> str:
        return said("trace", "2022", "policy.number", *notebook)[1]["value"]

    assert [policy(), policy("annual_report"), policy("mid_year")] == [
        "财预〔2020〕10号",
        "财预〔2020〕10号",
        "财预〔2021〕101号",
    ]
    code, month = said("trace", "2022", "parameter.month", "mid_year")
    assert (code, month["value"], month["basis"]) == (0, "9", "参数")
    assert said("trace", "2022", "parameter.month")[0] == 2
    with (kit.data / "published.yml").open("a", encoding="utf-8") as file:
        file.write("policy:\n  number: 财预〔2021〕101号\n")

    def equal(*notebook: str) -> list[bool]:
        rows = said("compare", "2022", *notebook)[1]["figures"]
        return [row["equal"] for row in rows if row["key"] == "policy.number"]

    assert [equal(), equal("mid_year")] == [[False], [True]]

    for command in (("trace", "2022", "policy.number"), ("compare", "2022")):
        assert said(*command, "mid_yaer") == (
            2,
            "notebooks/mid_yaer.ipynb：没有这个笔记本；请改为 mid_year\n",
        )


def test_the_annual_report_may_have_a_policy_of_its_own(kit):
    """Without a word for the notebook trace answers by the policy that the annual report is made under."""
    kit.edit(kit.params, LINE, "  annual_report: {policy: mof-2021-101}\n")
    traced = kit.run("trace", "2022", "policy.number")
    assert "财预〔2021〕101号" in traced.stdout.splitlines()[0]


WRONG = [
    ("{mnth: 9}", "笔记本没有声明参数 mnth；请改为 month"),
    ('{month: "9"}', "params/2022.yml 的 notebooks.mid_year 的 month：是“9”；应为整数"),
    ("{month: null}", "params/2022.yml 的 notebooks.mid_year：缺少参数 month；应为整数；请写上它的值"),
    ("{region: 他区}", "params/2022.yml 的 notebooks.mid_year：笔记本没有声明参数 region"),
    ("{report_year: 2021}", "report_year 是整个年度的参数；请不写在笔记本名下"),
    (
        "{evaluated_year: 2023}",
        "params/2022.yml 的 notebooks.mid_year 的 evaluated_year：被评价年度 2023 晚于工作年度 2022；应为不晚于工作年度",
    ),
    (
        '{published_on: "不久"}',
        "params/2022.yml 的 notebooks.mid_year 的 published_on：published_on 是“不久”",
    ),
]


@pytest.mark.parametrize(("own", "said"), WRONG)
def test_a_wrong_parameter_of_a_notebook_is_one_line(kit, own, said):
    """Unknown, mistyped, missing ones and those of the whole year: exit code 2, one line, nothing published."""
    add_mid_year(kit, own)
    result = kit.run("report", "2022", "mid_year", "--quiet")
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    assert said in result.stderr
    assert not (kit.outputs / "2022-mid_year").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mid_yaer", "notebooks/mid_yaer.ipynb：没有这个笔记本；请"),
        ("../data", "笔记本“../data”：名称不对；应为notebooks/ 里的文件名"),
    ],
)
def test_a_notebook_that_is_not_there_is_one_line(annual, name, said):
    """A name that no file has, or that leads elsewhere."""
    result = annual.run("report", "2022", name)
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    assert said in result.stderr


TABLE = """trainings:
  row: 一行一次培训
  columns:
    topic: {type: string, title: 培训主题}
    held_on: {type: date, blank: true, title: 培训日期}
    people: {type: number, expected: 人数, title: 参加人数, unit: 人}

units:
"""
WORDS = """- shared: {tables: [trainings]}
  figures:
    trainings.count: {unit: 次, label: 培训次数, says: 当年举办培训的次数}

- shared: {tables: [disclosures]}
"""
FIGURES = """    yield from results_use(tables)
    yield count("trainings.count", Rows.of("trainings", tables["trainings"], "topic"))
"""
CELLS = [
    'report.section("绩效培训")',
    'report.prose("全年举办培训{trainings.count}。")',
    'report.table("trainings", "绩效培训情况", ["topic", "people"])',
]
TRAININGS = "topic,held_on,people\n绩效目标填报,2022-03-10,120\n绩效自评,2022-09-15,98\n"


def test_a_section_with_its_table_takes_schema_figures_and_a_cell(tmp_path):
    """Four files are touched (the table, its figures and their words, the notebook); it is in every format and traced."""
    kit = few(tmp_path / "kit")
    lib = kit.root / "lib"
    # What is compiled need not be once more, except what another test is just writing.
    compiled_now = shutil.ignore_patterns("*.pyc.*")
    shutil.copytree(PROJECT / "lib" / "jixiao", lib / "jixiao", ignore=compiled_now)
    folders = [kit.root / name for name in ("params", "notebooks", "lib")]
    before = state(*folders)

    year = lib / "jixiao" / "year"
    kit.edit(year / "tables.yml", "\nunits:\n", f"\n{TABLE}")
    kit.edit(lib / "jixiao" / "figures" / "figures.yml", "- shared: {tables: [disclosures]}\n", WORDS)
    kit.edit(lib / "jixiao" / "figures" / "stated.py", "    yield from results_use(tables)\n", FIGURES)
    insert_cells(kit.notebook, "report.register", *CELLS)
    (kit.data / "trainings.csv").write_text(TRAININGS, encoding="utf-8")
    path = {"PYTHONPATH": str(lib)}
    result = kit.run("report", "2022", "--quiet", **path)

    assert result.returncode == 0, result.stderr
    assert touched(before, state(*folders)) == {
        "lib/jixiao/year/tables.yml",
        "lib/jixiao/figures/figures.yml",
        "lib/jixiao/figures/stated.py",
        "notebooks/annual_report.ipynb",
    }
    folder = kit.outputs / "2022"
    page = html.fromstring((folder / "public" / "annual_report.html").read_bytes())
    assert "一、绩效培训" in [head.text_content() for head in page.iter("h2")]
    listed = page.get_element_by_id("trainings")
    assert [cell.text_content() for cell in listed.iter("th", "td")] == [
        "培训主题", "参加人数（人）", "绩效目标填报", "120", "绩效自评", "98",
    ]  # fmt: skip
    figures = {
        one["key"]: one for one in json.loads((folder / "internal" / "figures.json").read_bytes())["figures"]
    }
    assert figures["trainings.count"]["display"] == "2次"
    book = openpyxl.load_workbook(folder / "public" / "annual_report.xlsx")
    values = [cell.value for sheet in book for row in sheet for cell in row]
    assert {"绩效目标填报", 120} <= set(values)
    package = json.loads((folder / "internal" / "datapackage.json").read_bytes())
    assert "trainings" in [one["name"] for one in package["resources"]]
    traced = kit.run("trace", "2022", "trainings.count", **path)
    assert "data/2022/trainings.csv 第 2 行" in traced.stdout
