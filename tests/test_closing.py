"""A closed year: what is recorded, that no figure of it changes without a reason, and that no record is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from jixiao.archive import closed_kit, closed_record, closing, manifest, published_folder
from jixiao.archive.inputs import described
from jixiao.archive.publication import Publication, named, of_year, one_of_year
from jixiao.kit import commits, locks, places
from jixiao.kit.errors import ClosingError, NotebookError, PublishError, TableError
from kit import Kit
from reopening_kills import REASON, YEAR, closing_files, figure, in_child, reopen, version
from test_figures import lower_department

DRIVER = Path(__file__).with_name("reopening_kills.py")
# What `few` has published.
PUBLISHED = """evaluation:
  items: 14
  departments:
    review: {"[85,90)": 6, "[80,85)": 0}
"""
ESCAPE = "\x1b[31m\n\x9b"
# What one review score of a department, lowered by 4.5, changes: six of nine in the band become five, and so on.
LOWERED = {
    "evaluation.departments.review.[85,90)": ["6个", "5个"],
    "evaluation.departments.review_share.[85,90)": ["66.67%", "55.56%"],
    "evaluation.departments.review.[80,85)": ["0个", "1个"],
    "evaluation.departments.review_share.[80,85)": ["0.00%", "11.11%"],
    "evaluation.departments.review_mean": ["83.35分", "82.85分"],
    "evaluation.departments.mean_gap": ["14.79分", "15.29分"],
    "evaluation.departments.review_cut": ["46项", "47项"],
    "evaluation.departments.review_taken.效益指标": ["3.42分", "3.92分"],
    "evaluation.departments.review_cause.佐证材料不充分": ["31.40%", "30.37%"],
    "evaluation.departments.review_cause.指标设置不具考核性": ["30.34%", "29.35%"],
    "evaluation.departments.review_cause.未提供佐证材料": ["21.79%", "21.08%"],
    "evaluation.departments.review_cause.完成值核减": ["16.47%", "15.93%"],
    "evaluation.departments.review_cause.其他原因": ["0.00%", "3.27%"],
}


def short(root: Path, area: str = "report") -> Kit:
    """A kit whose notebook has all figures and little else, so that a run is short; readers see those of an area."""
    kit = Kit(root)
    notebook = json.loads(kit.notebook.read_text(encoding="utf-8"))
    calls = ("# 参数", "from jixiao", "report.title", "report.register")
    notebook["cells"] = [c for c in notebook["cells"] if "".join(c["source"]).startswith(calls)]
    (title,) = (c for c in notebook["cells"] if "".join(c["source"]).startswith("report.title"))
    title["source"] = ["".join(title["source"]).rstrip().removesuffix(")") + f', about=["{area}"])']
    kit.notebook.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    return kit


def few(root: Path) -> Kit:
    """The short kit with few rows and published numbers that fit them: its report takes two thirds of the time."""
    kit = short(root)
    (kit.data / "published.yml").write_text(PUBLISHED, encoding="utf-8")
    kit.leave_few()
    return kit


def add_cells(kit: Kit, *sources: str) -> None:
    """Add code cells to the notebook behind the one of the title."""
    notebook = json.loads(kit.notebook.read_text(encoding="utf-8"))
    at = next(n for n, cell in enumerate(notebook["cells"]) if "report.title" in "".join(cell["source"])) + 1
    for number, source in enumerate(sources):
        cell = {
            "cell_type": "code",
            "id": f"own{number}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        notebook["cells"].insert(at + number, cell | {"source": source.strip()})
    kit.notebook.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


@pytest.fixture(scope="module")
def closed(tmp_path_factory) -> Kit:
    """A kit whose year 2022 was published and closed; tests leave it as it is."""
    kit = few(tmp_path_factory.mktemp("closed") / "kit")
    for words in (("report", "2022", "--quiet"), ("close", "2022")):
        result = kit.run(*words)
        assert result.returncode == 0, result.stderr
    return kit


@pytest.fixture
def copy(closed, tmp_path) -> Kit:
    """The closed kit, copied to be changed."""
    return Kit(Path(shutil.copytree(closed.root, tmp_path / "kit")), there=True)


@pytest.fixture
def lowered(copy) -> Kit:
    """The closed kit in which one review score was changed afterwards."""
    copy.change_table("indicators", lower_department)
    return copy


def record(kit: Kit) -> dict:
    """What closed.json says."""
    return json.loads((kit.data / "closed.json").read_text(encoding="utf-8"))


def published(kit: Kit) -> dict[str, bytes]:
    """The published files."""
    return published_folder.contents(kit.outputs / "2022")


def told(stderr: str) -> dict[str, list[str]]:
    """Key -> the two values in quotation marks, of each line that tells a changed figure."""
    lines = [line.split("：", 1) for line in stderr.splitlines() if "，封存时" in line]
    return {key: re.findall("“([^”]*)”", rest) for key, rest in lines}


def test_closing_records_files_inputs_and_figures(closed):
    """The entry holds what the manifest and figures.json say, and the day; nothing waits beside it."""
    (entry,) = record(closed)["entries"]
    listed = json.loads(published(closed)[manifest.NAME])
    assert [entry[part] for part in ("files", "inputs", "code")] == [
        listed[part] for part in ("files", "inputs", "code")
    ]
    figures = json.loads(published(closed)["internal/figures.json"])["figures"]
    assert {key: one["value"] for key, one in entry["figures"].items()} == {
        one["key"]: one["value"] for one in figures
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["day"])
    assert [path.name for path in closed.data.iterdir() if path.name.startswith(".")] == []


def test_closing_again_changes_nothing(closed):
    """The same version is closed once; the second time says so, with exit code 0."""
    before = (closed.data / "closed.json").read_bytes()
    result = closed.run("close", "2022")
    assert result.returncode == 0
    assert "data/2022/closed.json 没有改动" in result.stdout
    assert (closed.data / "closed.json").read_bytes() == before


def test_a_year_is_not_closed_while_its_tables_are_written(copy):
    """Closing holds the tables, which it compares with those of the report; a year that is closed already needs no lock."""
    left = places.part_of(copy.data / "closed.json")
    left.write_bytes(b"half")  # by a command that was killed
    with locks.folder_held(copy.data, "data/2022"):
        assert closing.close(Publication(copy.root, YEAR)).new is False
        (copy.data / "closed.json").unlink()
        with pytest.raises(PublishError, match=r"^data/2022：另一个 jixiao 命令"):
            closing.close(Publication(copy.root, YEAR))
        assert not (copy.data / "closed.json").exists()
    assert closing.close(Publication(copy.root, YEAR)).new is True
    assert not left.exists()


@pytest.mark.parametrize("held", ["tables", "2022"])
def test_tables_in_another_folder_than_that_of_the_record_are_held_too(copy, held):
    """Where data_folder is not the report year, an import into either folder keeps the year from being closed."""
    shutil.copytree(copy.data, copy.root / "data" / "tables")
    copy.edit(copy.root / "params" / "2022.yml", 'data_folder: "2022"', 'data_folder: "tables"')
    (copy.data / "closed.json").unlink()
    with (
        locks.folder_held(copy.root / "data" / held, f"data/{held}"),
        pytest.raises(PublishError, match=rf"^data/{held}：另一个 jixiao 命令"),
    ):
        closing.close(Publication(copy.root, YEAR))


def test_a_closed_year_is_reported_and_verified_as_before(closed):
    """closed.json is no input: the next report is the same to the byte, and verify says that it is as closed."""
    before = published(closed)
    assert closed.run("report", "2022", "--quiet").returncode == 0
    assert published(closed) == before
    result = closed.run("verify", "2022", "--json", "--quiet")
    found = json.loads(result.stdout)
    assert (result.returncode, found["closed"]["different"], found["changes"]) == (0, [], [])


def test_a_changed_figure_is_refused_and_told(lowered):
    """Exactly the figures that the tables now give otherwise are told; nothing is published; exit code 1."""
    files = published(lowered)
    result = lowered.run("report", "2022", "--quiet")
    assert result.returncode == 1
    assert told(result.stderr) == LOWERED
    assert "有 13 个统计数与封存时不同，没有发布" in result.stderr
    assert published(lowered) == files


def test_a_clone_without_outputs_is_held_to_the_record_too(lowered):
    """The record alone is enough to refuse: outputs/ may be gone."""
    shutil.rmtree(lowered.outputs)
    result = lowered.run("report", "2022", "--quiet")
    assert result.returncode == 1
    assert told(result.stderr) == LOWERED
    assert not (lowered.outputs / "2022").exists()


def test_a_reason_opens_the_year_and_stays_in_the_record(lowered):
    """With a reason the report is published and recorded; then the year can be closed again."""
    first = record(lowered)["entries"]
    result = lowered.run("report", "2022", "--quiet", "--reopen", REASON + ESCAPE + "D053")
    assert result.returncode == 0, result.stderr
    assert f"2022 工作年度已重开（{REASON} [31m D053）；核对后" in result.stderr
    kept, entry = record(lowered)["entries"]
    assert ([kept], entry["reason"]) == (first, f"{REASON} [31m D053")
    assert {one["key"]: [one["before"], one["after"]] for one in entry["figures"]} == LOWERED
    assert "internal/figures.json" in entry["files"]
    again = lowered.run("report", "2022", "--quiet", "--reopen", "再改")
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert "已于" in again.stderr and "不必重开" in again.stderr
    assert json.loads(lowered.run("verify", "2022", "--json", "--quiet").stdout)["closed"] is None
    unexplained = lowered.run("close", "2022")
    assert unexplained.returncode == 1
    assert (
        "evaluation.departments.review.[85,90)：公布 6，计算 5，没有说明；请改正数据；确是误印的"
        in unexplained.stderr
    )
    for old, new in (('"[85,90)": 6', 5), ('"[80,85)": 0', 1)):
        key, _, printed = old.partition(": ")
        right = f"{key}: {{printed: {printed}, right: {new}, because: 公布后更正}}"
        lowered.edit(lowered.data / "published.yml", old, right)
    assert lowered.run("report", "2022", "--quiet").returncode == 0
    assert lowered.run("close", "2022").returncode == 0
    assert [one["state"] for one in record(lowered)["entries"]] == ["closed", "reopened", "closed"]


def test_another_table_with_the_same_figures_is_published_and_told(copy):
    """Files that are no longer as closed are named: by report, by verify with exit code 1, and by close."""
    change_input(copy)
    result = copy.run("report", "2022", "--quiet")
    assert result.returncode == 0, result.stderr
    (line,) = (line for line in result.stderr.splitlines() if "不再是" in line)
    assert "inputs/data/2022/units.csv" in line and "figures.json" not in line
    verified = copy.run("verify", "2022", "--quiet")
    assert verified.returncode == 1
    assert re.search(r"与 \S+ 封存时不同：.*inputs/data/2022/units\.csv", verified.stdout)
    refused = copy.run("close", "2022")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "封存，此后发布的这些文件不同：" in refused.stderr


def test_closing_keeps_what_the_version_was_made_from(closed):
    """Notebook, parameters, policy and settings lie beside the record, which has their hashes; tables stay where they are."""
    folder = closed.data / "closed"
    kept = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert sorted(kept) == [
        "notebooks/annual_report.ipynb",
        "params/2022.yml",
        "params/checks.yml",
        "params/policies/mof-2020-10.yml",
        "params/sampling.yml",
    ]
    (entry,) = record(closed)["entries"]
    assert entry["kept"] == [described(name, kept[name].read_bytes()) for name in sorted(kept)]
    assert entry["origin"] == "reconstruction"
    last = commits.latest(closed.data)
    assert (last.final, {change.name for change in last.changes}) == (
        True,
        {"data/2022/closed.json", *(f"data/2022/closed/{name}" for name in kept)},
    )


def edited(kit: Kit) -> Kit:
    """The kit, with notebook, parameters and policy changed as for another year."""
    add_cells(kit, 'report.section("给别的年度")', 'report.prose("{report.report_year}另说一句。")')
    kit.edit(kit.params, "issuer: 城中区财政局", "issuer: 别的局")
    kit.edit(kit.root / "params" / "policies" / "mof-2020-10.yml", "\ntitle: ", "\ntitle: 改过的")
    return kit


CHANGED = "params/2022.yml、params/policies/mof-2020-10.yml"


def test_a_closed_year_is_made_from_what_was_kept(copy):
    """After notebook, parameters and policy were edited for another year: the same version, verified and compared; a line tells it."""
    before = published(copy)
    edited(copy)
    result = copy.run("report", "2022", "--quiet")
    assert result.returncode == 0, result.stderr
    line = result.stderr.splitlines()[0]
    day = record(copy)["entries"][0]["day"]
    assert line == (
        f"2022 工作年度已于 {day} 封存，笔记本、参数和评分规则用封存时的（data/2022/closed）；"
        f"现在的 notebooks/annual_report.ipynb、{CHANGED} 与它不同，"
        "要用现在的，运行 jixiao report 2022 --reopen 写明理由"
    )
    assert published(copy) == before
    verified = copy.run("verify", "2022", "--quiet")
    assert verified.returncode == 0, verified.stdout
    assert f"与 {day} 封存时一致（笔记本、参数和评分规则按 data/2022/closed 里的核对）" in verified.stdout
    assert copy.run("compare", "2022").returncode == 0
    assert "城中区财政局" in copy.run("trace", "2022", "report.issuer").stdout
    assert copy.run("close", "2022").returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="kills of POSIX")
@pytest.mark.parametrize(("at", "there"), [("_refuse_changed", 0), ("_put", 6)])
def test_a_kill_leaves_record_and_kept_files_together(copy, at, there):
    """Killed while it closes, before its commit is decided or after: the next command finds all of them, or none."""
    (copy.data / "closed.json").unlink()
    shutil.rmtree(copy.data / "closed")

    def kill(frame, event, _):
        if event == "return" and frame.f_code.co_name == at and frame.f_code.co_filename == commits.__file__:
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        sys.setprofile(kill)
        closing.close(Publication(copy.root, YEAR))

    assert os.WIFSIGNALED(in_child(work))
    commits.settle_all(copy.root)
    found = [path for path in copy.data.glob("closed*/**/*") if path.is_file()]
    found += copy.data.glob("closed.json")
    assert len(found) == there
    with closed_kit.in_force(Publication(copy.root, YEAR)) as (_, kept):
        assert bool(kept) == bool(there)


def test_the_only_notebook_of_a_year_is_meant_without_a_name(tmp_path):
    """Where the parameters name several, or cannot be read, it is the annual report."""
    kit = Kit(tmp_path / "kit")
    assert named(kit.root, YEAR).id == "annual_report"
    kit.edit(kit.params, "  annual_report: {}", "  report_2022: {}")
    shutil.copy(kit.notebook, kit.notebook.with_name("report_2022.ipynb"))
    assert (named(kit.root, YEAR).id, one_of_year(kit.root, YEAR).id) == ("report_2022", "report_2022")
    kit.edit(kit.params, "  report_2022: {}", "  report_2022: {}\n  mid_year: {}")
    assert named(kit.root, YEAR).id == "annual_report"
    kit.params.unlink()
    assert named(kit.root, YEAR).id == "annual_report"


NEXT_YEAR = """
report.prose("上年{last_year:evaluation.items}，{change:evaluation.departments.review_mean}。")
report.table(report.years.frame("evaluation.departments.review_mean")[["year", "display"]], "各年复核平均分")
"""


def test_a_closed_year_and_the_next_one_stand_side_by_side(copy):
    """The notebook goes on to the next year, which cites the closed one, is closed too, and both are verified after it goes on again."""
    text = copy.params.read_text(encoding="utf-8")
    for old, new in (
        ("report_year: 2022", "report_year: 2023"),
        ('data_folder: "2022"', 'data_folder: "2023"'),
    ):
        text = text.replace(old, new)
    (copy.root / "params" / "2023.yml").write_text(text, encoding="utf-8")
    shutil.copytree(
        copy.data, copy.root / "data" / "2023", ignore=lambda *_: ["closed", "closed.json", "published.yml"]
    )
    add_cells(copy, *NEXT_YEAR.strip().splitlines())
    result = copy.run("report", "2023", "--quiet")
    assert result.returncode == 0, result.stderr
    files = published_folder.contents(copy.outputs / "2023")
    page = html.fromstring(files["public/annual_report.html"])
    used = {one.get("data-key"): one.text_content() for one in page.iter("data")}
    assert (used["last_year:evaluation.items"], used["change:evaluation.departments.review_mean"]) == (
        "14个",
        "持平",
    )
    assert files["internal/inputs/data/2022/closed.json"] == (copy.data / "closed.json").read_bytes()
    traced = copy.run("trace", "2023", "change:evaluation.departments.review_mean").stdout
    assert "data/2022/closed.json（SHA-256 " in traced
    assert "相关：last_year:evaluation.departments.review_mean" in traced
    assert copy.run("close", "2023").returncode == 0
    assert (copy.root / "data" / "2023" / "closed" / "data" / "2022" / "closed.json").is_file()
    edited(copy)
    for year in ("2023", "2022"):
        done = copy.run("verify", year, "--quiet")
        assert (done.returncode, done.stdout.count("已变")) == (0, 0), done.stdout


def test_a_closed_year_needs_no_notebook_in_the_kit(copy):
    """One that was renamed or deleted since is found with what was kept; of a year that is open it is missed."""
    copy.notebook.unlink()
    (one,) = of_year(copy.root, YEAR)
    with closed_kit.in_force(one) as (source, kept):
        assert source.notebook.read_bytes() == kept.files["notebooks/annual_report.ipynb"]
        assert source.kit != copy.root and places.find_root() == source.kit.resolve()
    (copy.data / "closed.json").unlink()
    with pytest.raises(NotebookError):
        of_year(copy.root, YEAR)


def test_a_year_that_was_opened_again_is_made_from_the_current_files(closed, tmp_path):
    """Asked for with --reopen, and until it is closed again, even though what was kept still lies there."""
    one = Publication(closed.root, YEAR)
    with closed_kit.in_force(one, current=True) as (source, kept):
        assert (source, kept) == (one, None)
    shutil.copytree(closed.root / "data", tmp_path / "data")
    path = tmp_path / "data" / "2022" / "closed.json"
    found = closed_record.read(one, None)
    path.write_bytes(found.with_entry("reopened", manifest="", reason="改", files=[], figures=[]))
    one = Publication(tmp_path, YEAR)
    with closed_kit.in_force(one) as (source, kept):
        assert (source, kept) == (one, None)


def test_a_record_of_a_program_that_kept_nothing_still_holds(closed, tmp_path):
    """Without kept files the current ones are used, as they were then."""
    (tmp_path / "data" / "2022").mkdir(parents=True)
    entry = {
        key: value for key, value in record(closed)["entries"][0].items() if key not in ("kept", "origin")
    }
    path = tmp_path / "data" / "2022" / "closed.json"
    path.write_bytes(manifest.sealed({"report_year": YEAR, "entries": [entry]}))
    one = Publication(tmp_path, YEAR)
    assert closed_record.read(one, None).closed == entry
    with closed_kit.in_force(one) as (source, kept):
        assert (source, kept) == (one, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [(lambda path: path.write_bytes(b"{}"), "与封存记录不符"), (Path.unlink, "没有这个文件")],
    ids=["changed", "gone"],
)
def test_kept_files_that_are_not_those_that_were_closed_are_told(copy, change, said):
    """One line names the file; nothing of it is run."""
    change(copy.data / "closed" / "notebooks" / "annual_report.ipynb")
    with (
        pytest.raises(TableError) as told,
        closed_kit.in_force(Publication(copy.root, YEAR)),
    ):
        pass
    line = f"data/2022/closed/notebooks/annual_report.ipynb：{said}；请从版本库取回原来的文件（git checkout）"
    assert str(told.value) == line


def test_kept_files_with_other_ends_of_lines_are_read_as_they_were(copy):
    """Git on Windows may have given them others."""
    path = copy.data / "closed" / "params" / "2022.yml"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"\n", b"\r\n"))
    with closed_kit.in_force(Publication(copy.root, YEAR)) as (source, kept):
        assert kept.files["params/2022.yml"] == content
        assert (source.kit / "params" / "2022.yml").read_bytes() == content


def test_what_is_no_longer_kept_goes(copy):
    """Closing again leaves just the files of the new version; another notebook has a folder of its own beside it."""
    one = Publication(copy.root, YEAR)
    written = dict(closed_kit.contents(one, {"params/2022.yml": b"new"}))
    assert written["data/2022/closed/params/2022.yml"] == b"new"
    gone = [name for name, content in written.items() if content is None]
    assert "data/2022/closed/notebooks/annual_report.ipynb" in gone and len(gone) == 4
    other = Publication(copy.root, YEAR, "mid_year")
    assert dict(closed_kit.contents(other, {"a": b""})) == {"data/2022/closed-mid_year/a": b""}


def tamper(kit: Kit) -> None:
    """Change a published file."""
    (kit.public / "annual_report.html").write_text("", encoding="utf-8")


def unpublish(kit: Kit) -> None:
    """Take the published folder away."""
    shutil.rmtree(kit.outputs / "2022")


def change_input(kit: Kit) -> None:
    """Change a table after the report was published."""
    kit.change_table("units", lambda rows: rows[0].__setitem__("section", "别的股室"))


REFUSED = [
    (unpublish, "outputs/2022：还没有发布的报告，无从封存；请先运行 jixiao report 2022"),
    (tamper, "outputs/2022/public/annual_report.html：发布后被改动；请重新生成报告，再封存"),
    (change_input, "data/2022/units.csv：发布以后有改动；请先运行 jixiao report 2022"),
]


@pytest.mark.parametrize(("change", "said"), REFUSED)
def test_what_cannot_be_closed_is_one_line(copy, change, said):
    """Nothing published, a file or an input changed since: exit code 1, one line, no record."""
    (copy.data / "closed.json").unlink()
    change(copy)
    result = copy.run("close", "2022")
    assert (result.returncode, result.stderr.strip().splitlines()) == (1, [said])
    assert not (copy.data / "closed.json").exists()


def test_a_draft_is_neither_closed_nor_put_in_the_place_of_what_was_closed(copy):
    """Findings of severity E stand against closing; a draft with the same figures needs a reason too."""
    kept = copy.data / "closed.json"
    content = kept.read_bytes()
    kept.unlink()
    copy.change_table("subjects", lambda rows: rows[0].__setitem__("executed", ""))
    assert copy.run("report", "2022", "--quiet", "--draft").returncode == 0
    result = copy.run("close", "2022")
    assert result.returncode == 1
    assert "outputs/2022：是草稿：有 1 处错误级审核发现；请改好后重新生成报告" in result.stderr
    files = published(copy)
    kept.write_bytes(content)
    draft = closed_record.read(Publication(copy.root, YEAR), None)
    same = {**draft.closed, "figures": closed_record.figures(files)}
    with pytest.raises(ClosingError, match="新的报告是草稿"):
        closed_record.publish(None, closed_record.Record(Publication(copy.root, YEAR), (same,)), files, "")


@pytest.mark.parametrize("reason", ["", "  \t", "\x1b\u200b"])
def test_a_reason_that_says_nothing_is_refused(closed, reason):
    """An empty, blank or invisible reason is wrong usage; the year stays closed."""
    result = closed.run("report", "2022", "--reopen", reason)
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    assert "--reopen" in result.stderr and ("没有写理由" in result.stderr or "是空的" in result.stderr)


def test_what_is_not_closed_is_not_opened_again(copy):
    """--reopen on a year that was never closed is wrong usage, told before the run."""
    (copy.data / "closed.json").unlink()
    result = copy.run("report", "2022", "--reopen", REASON)
    assert (result.returncode, result.stderr.strip()) == (
        2,
        "--reopen：2022 工作年度没有封存，不必重开；请去掉 --reopen",
    )


def resealed(**changes: object) -> Callable[[bytes], bytes]:
    """The record with other parts, bearing the right SHA-256 all the same."""
    return lambda content: manifest.sealed({**json.loads(content), **changes})


DAMAGE = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "one figure": lambda content: content.replace(b'"value": "14"', b'"value": "13"', 1),
    "no text": lambda content: b"\xff\xfe\x00",
    "deep": lambda content: b"[" * 100_000,
    "a list": lambda content: b"[]\n",
    "null": lambda content: b"null\n",
    "no entries": resealed(entries=[]),
    "entries of another kind": resealed(entries=7),
    "an unknown state": resealed(entries=[{"state": "open"}]),
    "an entry without figures": resealed(entries=[{"state": "closed", "day": "2026-01-01"}]),
    "an opening that opens nothing": resealed(
        entries=[{"state": "reopened", "day": "", "manifest": "", "reason": "", "files": [], "figures": []}]
    ),
    "another year": resealed(report_year=2021),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_record_is_never_taken_for_none(closed, tmp_path, damage):
    """Whatever is wrong with the file, it is one line, and the year does not pass for open."""
    content = (closed.data / "closed.json").read_bytes()
    assert damage(content) != content
    (tmp_path / "data" / "2022").mkdir(parents=True)
    (tmp_path / "data" / "2022" / "closed.json").write_bytes(damage(content))
    with pytest.raises(TableError, match=r"^data/2022/closed.json：封存记录已损坏，或不是本程序写的；请.*$"):
        closed_record.read(Publication(tmp_path, YEAR), None)


def test_other_ends_of_lines_are_no_damage(closed, tmp_path):
    """A record that git gave the lines of Windows is read."""
    (tmp_path / "data" / "2022").mkdir(parents=True)
    content = (closed.data / "closed.json").read_bytes().replace(b"\n", b"\r\n")
    (tmp_path / "data" / "2022" / "closed.json").write_bytes(content)
    assert closed_record.read(Publication(tmp_path, YEAR), None) == closed_record.Record(
        Publication(tmp_path, YEAR), tuple(record(closed)["entries"])
    )


@pytest.mark.parametrize("words", [["report", "--quiet"], ["close"], ["verify", "--quiet"]], ids=" ".join)
def test_every_command_tells_a_damaged_record(copy, words):
    """report, close and verify end with the one line and exit code 2."""
    (copy.data / "closed.json").write_text("{}", encoding="utf-8")
    files = published(copy)
    result = copy.run(words[0], "2022", *words[1:])
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    assert "data/2022/closed.json：封存记录已损坏" in result.stderr
    assert published(copy) == files


def test_figures_that_are_new_gone_or_without_value_are_told(tmp_path):
    """Each kind of change has its words; a figure that is the same is not told, nor one with another label."""
    old = version(
        figure("同", "1"), figure("变", "1"), figure("单位", "1"), figure("去", "2"), figure("空", "3")
    )
    closing_files(tmp_path, old)
    new = version(
        figure("同", "1") | {"label": "新名称"},
        figure("变", "2"),
        figure("单位", "1", "家"),
        figure("空", None),
        figure("新", "4"),
    )
    with pytest.raises(ClosingError) as raised:
        reopen(tmp_path, new, "")
    assert [str(fault) for fault in raised.value.faults[1:]] == [
        "变：变的名称，封存时“1个”，现在“2个”",
        "单位：单位的名称，封存时“1个”，现在“1家”",
        "空：空的名称，封存时“3个”，现在“没有值”",
        "新：新的名称，封存时没有，现在“4个”",
        "去：去的名称，封存时“2个”，现在没有",
    ]


@pytest.mark.skipif(os.name == "nt", reason="kills of POSIX")
@pytest.mark.parametrize("steps", [1, 2])
def test_a_kill_at_any_line_leaves_the_closed_year_or_the_reason(closed, tmp_path, steps):
    """Killed at each line of reopening, in one step and in two: the figures never change without the record."""
    done = closed.python(str(DRIVER), str(tmp_path), str(steps), PYTHONPATH=os.pathsep.join(sys.path))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["closed"] == [False, True] and found["kills"] > 150


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
@pytest.mark.parametrize(("more", "limit"), [(b"", 600), (b"x" * 50_000, 20_000)], ids=["record", "version"])
def test_a_full_disk_loses_neither_record_nor_version(tmp_path, capfd, more, limit):
    """Where the new record or the new version finds no room, both stay as they were, and the year stays closed."""
    import resource

    old = version(figure("甲", "1"))
    closing_files(tmp_path, old)
    before = (tmp_path / "data" / "2022" / "closed.json").read_bytes()

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        reopen(tmp_path, version(figure("甲", "2"), more=more))

    assert os.waitstatus_to_exitcode(in_child(work)) == 1
    place = "outputs" if more else "data/2022/closed.json"
    assert capfd.readouterr().err.startswith(f"{place}：文件超出系统允许的大小，没有写成")
    assert (tmp_path / "data" / "2022" / "closed.json").read_bytes() == before
    assert published_folder.contents(tmp_path / "outputs" / "2022") == old
    assert [path.name for path in (tmp_path / "data" / "2022").iterdir()] == ["closed.json"]


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_closing_on_a_full_disk_is_one_line(copy):
    """Where the record or a kept file finds no room nothing is left of either, and the line names the year."""
    (copy.data / "closed.json").unlink()
    shutil.rmtree(copy.data / "closed")
    source = (
        "import resource, sys; from jixiao.commands.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); sys.argv = ['jixiao', 'close', '2022']; main()"
    )
    result = copy.python("-B", "-c", source)
    assert result.returncode == 1
    assert result.stderr.strip().startswith("data/2022：文件超出系统允许的大小，没有写成，什么也没有改动")
    assert not list(copy.data.glob("*closed*"))


@pytest.mark.parametrize("words", [("import", "2022", "nothing"), ("undo", "2022")])
def test_tables_of_a_closed_year_do_not_change(copy, words):
    """The line says how it is opened again; once it is, the command goes its way."""
    before = {path: path.read_bytes() for path in copy.data.rglob("*") if path.is_file()}
    done = copy.run(*words)
    line = r"2022 工作年度：已于 \d{4}-\d\d-\d\d 封存，数据表不再改动；请先运行 jixiao report 2022 --reopen 写明理由重开\n"
    assert re.fullmatch(line, done.stderr)
    assert done.returncode == 1
    assert before == {path: path.read_bytes() for path in copy.data.rglob("*") if path.is_file()}


def test_tables_of_a_year_that_was_opened_again_change(copy):
    """Once a reason is given the command goes its way."""
    assert copy.run("report", "2022", "--reopen", "补收一张表", "--quiet").returncode == 0
    done = copy.run("undo", "2022")
    assert done.stderr.strip() == "data/2022：没有可以撤销的导入；请核对年份"
