"""The key points of a report: figures under short labels and findings, in every format at the top."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from decimal import Decimal

import pdfplumber
import pytest
from lxml import html
from openpyxl import load_workbook

from jixiao.figures.evaluate import evaluate
from jixiao.figures.model import Figures
from jixiao.kit.errors import ProseError
from jixiao.report import mimes, report_charts
from jixiao.report.report import Report
from jixiao.year import params
from kit import PROJECT

HIGH = "evaluation.departments.self_near_full"


@pytest.fixture(scope="module")
def evaluation():
    """The year 2022, evaluated."""
    return evaluate(PROJECT, params.of_year(PROJECT, 2022))


def shown(output) -> tuple[list[tuple[str, str]], list[str]]:
    """Labels with their figures, and the findings."""
    section = html.fromstring(output._repr_mimebundle_()["text/html"])
    terms = [(term.findtext("dt"), term.find("dd").text_content()) for term in section.iter("div")]
    return terms, [one.text_content() for one in section.iter("li")]


def test_numbers_have_labels_and_findings_have_figures(evaluation):
    """In the order of the call, with units; each number is a figure, and :有 says whether there are any."""
    output = Report(evaluation, {}).key_points(
        {"evaluation.items": "评价对象", "evaluation.projects.self_mean": "项目平均"},
        [
            "{tiers.self.name}{evaluation.departments.self_near_full:有}，评价{evaluation.departments.review_best_grade:有}。"
        ],
    )
    terms, findings = shown(output)
    assert terms == [("评价对象", "115个"), ("项目平均", "97.77分*")]
    assert findings == ["单位自评有69个，评价没有。"]
    table = output._repr_mimebundle_()[mimes.POINTS]
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["评价对象", "115个"],
        ["项目平均", "97.77分"],
    ]
    assert table["notes"] == ["单位自评有69个，评价没有。"]


def test_what_is_not_known_is_left_out(evaluation):
    """A figure without value, a clause or sentence with one; nothing at all where nothing is left."""
    year = replace(evaluation, figures=evaluation.figures.without_values([HIGH, "evaluation.items"]))
    numbers = {"evaluation.items": "评价对象", "key_projects.count": "重点项目"}
    terms, findings = shown(
        Report(year, {}).key_points(numbers, [f"甲{{{HIGH}}}。", f"乙[[，{{{HIGH}}}]]。", f"[[{{{HIGH}}}]]"])
    )
    assert (terms, findings) == ([("重点项目", "5个")], ["乙。"])
    assert Report(year, {}).key_points({"evaluation.items": "评价对象"}, [f"甲{{{HIGH}}}。"]) is None


def test_all_that_is_wrong_is_told_at_once(evaluation):
    """Keys that are none, and numbers typed by hand in labels and sentences."""
    with pytest.raises(ProseError) as refused:
        Report(evaluation, {}).key_points(
            {"evaluation.item": "对象", "evaluation.items": "共85个"}, ["占81%。"]
        )
    told = "\n".join(map(str, refused.value.faults))
    assert len(refused.value.faults) == 3
    assert [
        words for words in ("改为 evaluation.items", "手写的数字“85”", "手写的数字“81%”") if words not in told
    ] == []


def test_the_finding_that_needs_no_invented_row_follows_from_the_published_counts(evaluation):
    """81.18 % of departments rate themselves 95 or more, none was reviewed at 90 or more: computed, not invented."""
    figures = evaluation.figures
    keys = [HIGH, f"{HIGH}_percent", "evaluation.departments.review_best_grade", "policy.near_full"]
    assert [figures[key].display for key in keys] == ["69个", "81.18%", "0个", "95分"]
    assert [figures[key].basis for key in keys] == ["算得", "算得", "算得", "规则"]
    torn = figures[
        "evaluation.projects.review_near_full"
    ]  # the published band from 90 to 100 does not say it
    assert (torn.value, torn.basis) == (0, "推算")


def test_they_come_first_in_every_format(built):
    """On the page before the table of contents, on the first page of the PDF, in the workbook behind the front sheet."""
    folder = built.public
    page = html.fromstring((folder / "annual_report.html").read_bytes())
    parts = [part.get("class") for part in page.iter("header", "section", "nav") if part.get("class")]
    assert parts[:3] == ["title-block", "downloads", "key-points"]
    section = page.find(".//section[@class='key-points']")
    assert page.get_element_by_id(section.get("aria-labelledby")).text == "要点"
    assert len(section.findall(".//dd")) in range(4, 7) and len(section.findall(".//li")) <= 3
    said = [re.sub(r"\s", "", one.text_content()) for one in [*section.iter("dd"), *section.iter("li")]]
    with pdfplumber.open(io.BytesIO((folder / "annual_report.pdf").read_bytes())) as pdf:
        first = re.sub(r"\s", "", pdf.pages[0].extract_text())
    assert [one for one in said if one not in first] == []
    book = load_workbook(folder / "annual_report.xlsx")
    assert book.sheetnames[1] == "要点"
    assert book["要点"]["B4"].value == 0.8118  # 81.18 %, a number


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ((), "平均扣减产出指标的9.66分、效益指标的5.78分、满意度指标的2.10分，对项目支出平均扣减产出指标"),
        (("departments",), "与自评相比，评价对项目支出平均扣减产出指标的8.75分、效益指标的5.05分、满意度指标的1.31分。"),
        (("departments", "projects"), None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [None, Decimal(0)])
def test_the_annual_report_says_of_points_taken_off_only_what_there_is(evaluation, gone, said, value):
    """Without a review, or one that took nothing, there is no end of a sentence that nobody began."""
    prefixes = tuple(f"evaluation.{kind}.review_taken." for kind in gone)
    figures = Figures(
        replace(one, value=value) if key.startswith(prefixes) else one
        for key, one in evaluation.figures.items()
    )
    cells = json.loads((PROJECT / "notebooks" / "annual_report.ipynb").read_bytes())["cells"]
    [source] = ["".join(one["source"]) for one in cells if "review_taken" in "".join(one["source"])]
    output = eval(source, {"report": Report(replace(evaluation, figures=figures), {})})
    if said is None:
        assert output is None
    else:
        text = html.fromstring(output._repr_mimebundle_()["text/html"]).text_content().replace("*", "")
        assert said in text and text.startswith("与自评相比，评价对")


@pytest.mark.parametrize(
    ("shares", "title"),
    [
        (
            {"departments": {"佐证材料不充分": 60, "其他原因": 40}, "projects": {"指标与支出无关": 100}},
            "部门整体支出因佐证材料不充分、项目支出因指标与支出无关扣分最多。",
        ),
        (
            {"departments": {"佐证材料不充分": 40, "没有写明原因": 60}, "projects": {"指标与支出无关": 100}},
            "部门整体支出扣分以没有写明原因的最多；项目支出因指标与支出无关扣分最多。",
        ),
        ({"projects": {"其他原因": 100}}, "项目支出扣分以其他原因的最多。"),
    ],
)
def test_the_chart_of_causes_names_what_took_most(evaluation, shares, title):
    """Also where that is no cause of the policy, which stands last in the chart."""
    given = {
        f"evaluation.{kind}.review_cause.{cause}": Decimal(share)
        for kind, causes in shares.items()
        for cause, share in causes.items()
    }
    figures = Figures(
        replace(one, value=given.get(key)) if ".review_cause." in key else one
        for key, one in evaluation.figures.items()
    )
    chart = report_charts.of(replace(evaluation, figures=figures), "losses")
    assert chart and title in chart.alt
