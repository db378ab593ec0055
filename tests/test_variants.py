"""A notebook run with several sets of parameters: each a publication of its own, which can be verified, traced and made again."""

from __future__ import annotations

import json

import pytest
from lxml import html

from jixiao.archive import publication
from jixiao.archive.publication import Publication
from jixiao.kit.errors import NotebookError, ParameterError, PublishError
from kit import Kit
from test_additions import MID_YEAR, write_notebook

PLAN = "notebooks: [mid_year]\nparameters: {june: {month: 6}, july: {month: 7}, wrong: {mnth: 8}, year: {policy: x}}\n"
JULY = "2022-mid_year@july"


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Kit:
    """A kit whose mid-year report was made for two months by a plan, with two variants that cannot be."""
    kit = Kit(tmp_path_factory.mktemp("variants"))
    kit.leave_few()
    write_notebook(kit.root / "notebooks" / "mid_year.ipynb", MID_YEAR)
    (kit.root / "months.yml").write_text(PLAN, encoding="utf-8")
    done = kit.run("batch", "months.yml", "--quiet")
    told = sorted(line for line in done.stderr.splitlines() if line.startswith("2022 "))
    assert told == [
        "2022 mid_year@wrong：mid_year@wrong 的参数：笔记本没有声明参数 mnth；请改为 month",
        "2022 mid_year@year：mid_year@year 的参数：笔记本没有声明参数 policy；"
        "请只用这些：report_year、month、published_on（另有 1 行，见汇总）",
    ]
    assert done.stdout.splitlines() == ["outputs/batch/months/index.html  共 4 份，失败 2，完成 2"]
    assert done.returncode == 1
    return kit


@pytest.mark.parametrize(("variant", "month"), [("june", 6), ("july", 7)])
def test_each_stands_in_a_folder_of_its_own_with_its_parameters(kit, variant, month):
    """The text says the month, and so does the manifest."""
    folder = kit.outputs / f"2022-mid_year@{variant}"
    page = html.parse(str(folder / "public" / "mid_year.html")).getroot().text_content()
    assert f"监控截至{month}月" in page.replace("\n", "")
    said = json.loads((folder / "manifest.json").read_bytes())
    assert (said["publication"], said["variant"], said["parameters"]) == (
        "mid_year",
        variant,
        {"month": month},
    )
    assert not (kit.outputs / "2022-mid_year").exists()


def test_the_pages_of_all_reports_lead_to_each(kit):
    """With the name of the variant beside the title, which may be the same."""
    links = html.parse(str(kit.outputs / "index.html")).xpath("//li[a[@class='report']]")
    found = {one.xpath("string(a/@href)"): one.xpath("string(.//strong)") for one in links}
    assert found == {
        "2022-mid_year%40july/public/mid_year.html": "july，含重构数据",
        "2022-mid_year%40june/public/mid_year.html": "june，含重构数据",
    }


def test_it_can_be_verified_traced_and_made_again(kit):
    """By the parameters that its manifest records, without the plan."""
    verified = kit.run("verify", "2022", "mid_year@july", "--quiet")
    assert (verified.returncode, verified.stdout.splitlines()[-1][-5:]) == (0, "全部一致。"), verified.stdout
    folder = kit.run("verify", str(kit.outputs / JULY))
    assert folder.returncode == 0
    traced = kit.run("trace", "2022", "parameter.month", "mid_year@july", "--json")
    assert json.loads(traced.stdout)["value"] == "7", traced.stderr
    before = (kit.outputs / JULY / "manifest.json").read_bytes()
    assert kit.run("report", "2022", "mid_year@july", "--quiet").returncode == 0
    assert (kit.outputs / JULY / "manifest.json").read_bytes() == before


def test_a_batch_that_is_run_again_does_not_make_it_again(kit):
    """What a batch made is there; what failed is told again; its summary leads to the files."""
    done = kit.run("batch", "months.yml", "--quiet")
    assert done.stdout == "outputs/batch/months/index.html  共 4 份，失败 2，没有变化 2\n"
    folder = kit.outputs / "batch" / "months"
    said = json.loads((folder / "summary.json").read_bytes())
    assert said["counts"] == {"unchanged": 2, "failed": 2}
    assert [one["job"]["variant"] for one in said["outcomes"]] == ["june", "july", "wrong", "year"]
    files = [name for one in said["outcomes"] for name in one["files"]]
    assert len(files) == 8
    assert [name for name in files if not (folder / name).is_file()] == []


@pytest.mark.parametrize("change", ["draft", "record", "file", "manifest", "notebook", "parameters"])
def test_what_is_not_the_same_is_made_again(kit, change):
    """A draft, a version without its record, one that is damaged, and one that was made from something else."""
    from jixiao.batch import keys

    one = publication.named(kit.root, 2022, "mid_year@july")
    key = keys.now(one)
    assert keys.there(one, key)
    folder = kit.outputs / JULY
    record = kit.outputs / f"{JULY}.run.json"
    paths = {
        "draft": record,
        "record": record,
        "file": folder / "public" / "mid_year.pdf",
        "manifest": folder / "manifest.json",
        "notebook": kit.root / "notebooks" / "mid_year.ipynb",
    }
    path = paths.get(change, record)
    before = path.read_bytes()
    try:
        if change == "draft":
            path.write_bytes(before.replace(b'"draft": false', b'"draft": true'))
        elif change == "record":
            path.unlink()
        elif change != "parameters":
            path.write_bytes(before + b" ")
        given = {"month": 8} if change == "parameters" else one.given
        again = Publication(kit.root, 2022, "mid_year", variant="july", given=given)
        assert keys.there(again, keys.now(again)) is None
    finally:
        path.write_bytes(before)
    assert keys.there(one, key)


def test_one_that_was_never_made_is_told(kit):
    """It has no parameters but those of a plan; neither has one whose manifest does not say them."""
    with pytest.raises(NotebookError, match="2022-mid_year@may：没有发布过这个变体；请用列出它的计划生成"):
        publication.named(kit.root, 2022, "mid_year@may")
    path = kit.outputs / JULY / "manifest.json"
    before = path.read_bytes()
    path.write_bytes(before.replace(b'"variant": "july"', b'"variant": "june"'))
    with pytest.raises(PublishError, match="没有写明这个变体的参数"):
        publication.named(kit.root, 2022, "mid_year@july")
    path.write_bytes(before)
    with pytest.raises(NotebookError, match="名称不对"):
        publication.named(kit.root, 2022, "mid_year@June")


def test_parameters_of_the_year_are_not_varied(kit):
    """Rules, tables and days are those of the year for each variant."""
    one = Publication(kit.root, 2022, "mid_year", variant="a", given={"published_on": "2022-01-01"})
    with pytest.raises(
        ParameterError, match=r"published_on 是年度的参数，不随变体改变；请写在 params/2022\.yml 里"
    ):
        _ = one.own


def test_it_is_not_closed(kit):
    """What it is run with stands in no file of the kit; the line says how to close it all the same."""
    done = kit.run("close", "2022", "mid_year@july")
    assert done.returncode == 1
    assert done.stderr == (
        "2022 工作年度（mid_year@july）：是变体，不封存；"
        "请把它的参数写进 params/2022.yml 的 notebooks.mid_year，封存 mid_year\n"
    )
