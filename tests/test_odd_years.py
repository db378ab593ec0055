"""The notebook of the kit over years that lack something: no sentence is left with stray punctuation or nothing to say."""

import ast
import re

import nbformat
import pytest

from jixiao.figures.evaluate import evaluate
from jixiao.report.report import Report
from jixiao.year import params
from kit import PROJECT, Kit

STRAY = re.compile(
    r"共0|的0(?!\.)|-\d|^[，。；、：（]|[，、；：][。；，]|。。|，，|[：；，、]$|扣减[。，]|平均[，。]"
)

SENTENCES = re.compile(
    r"<(?:p|li)>(.*?)</(?:p|li)>", re.DOTALL
)  # paragraphs, and the findings of the key points


def without_review(kit):
    """Nobody reviewed anything."""
    kit.change_table("indicators", lambda rows: [row.update(blank_review()) for row in rows])
    kit.change_table(
        "scores", lambda rows: rows.__setitem__(slice(None), [r for r in rows if r["tier"] == "self"])
    )


def blank_review():
    """The cells of a row that nobody reviewed."""
    return {"review_score": "", "review_remark": "", "review_actual": ""}


def equal_review(kit):
    """The review took nothing off."""
    kit.change_table("indicators", lambda rows: [row.update(review_score=row["self_score"]) for row in rows])
    kit.change_table(
        "scores", lambda rows: rows.__setitem__(slice(None), [r for r in rows if r["tier"] == "self"])
    )


def higher_review(kit):
    """The units gave themselves half of what the review gives."""

    def halve(rows):
        for row in (one for one in rows if one["self_score"]):
            row.update(self_score=str(float(row["self_score"]) / 2), review_score=row["self_score"])

    kit.change_table("indicators", halve)
    (kit.data / "scores.csv").unlink()


def departments_alone(kit):
    """There are no projects, in a year whose data are recorded."""
    kit.leave(lambda subject: not subject.startswith("P"))
    kit.change_table(
        "key_projects", lambda rows: rows.__setitem__(slice(None), [r for r in rows if r["name"]])
    )
    kit.params.write_text(kit.params.read_text("utf-8").replace("reconstruction", "recorded", 1), "utf-8")


def without(*tables):
    """A year without these tables."""
    return lambda kit: [(kit.data / f"{name}.csv").unlink() for name in tables]


def no_effect(rows):
    """Nobody says how the uses of results changed the money."""
    rows[:] = [row for row in rows if row["key"] != "results_use.amount_effect"]


YEARS = {
    "whole": lambda kit: None,
    "no review": without_review,
    "review as self": equal_review,
    "review above self": higher_review,
    "departments alone": departments_alone,
    "no problems": without("problems"),
    "no uses, but what they did": without("applications"),
    "no uses, what they did, no problems": without("applications", "problems"),
    "uses, and not what they did": lambda kit: kit.change_table("facts", no_effect),
    "no lists": without(
        "problems",
        "applications",
        "monitoring",
        "disclosures",
        "target_reviews",
        "target_conclusions",
        "rules_issued",
    ),
}


def paragraphs(kit, notebook):
    """The paragraphs that a notebook of the project writes for the year of a kit."""
    year = evaluate(kit.root, params.of_year(kit.root, 2022))
    namespace = {"report": Report(year, {})}
    said = []
    for cell in nbformat.read(PROJECT / "notebooks" / f"{notebook}.ipynb", as_version=4).cells:
        if cell.source.startswith(("report.prose(", "report.key_points(")):
            expression = ast.Expression(ast.parse(cell.source).body[0].value)
            shown = eval(compile(expression, "cell", "eval"), namespace)  # the notebook of the kit
            if shown is not None:
                markup = shown._repr_mimebundle_()["text/html"]
                said += [re.sub(r"<[^>]+>|[\s*]", "", part) for part in SENTENCES.findall(markup)]
    return [text for text in said if text]


@pytest.mark.parametrize("change", YEARS.values(), ids=YEARS)
def test_no_sentence_is_left_in_pieces(tmp_path, change):
    """Each paragraph of the annual report is empty, or begins and ends as a sentence does."""
    kit = Kit(tmp_path)
    change(kit)
    said = paragraphs(kit, "annual_report")
    assert len(said) > 8
    assert [text for text in said if STRAY.search(text)] == []
    if change is departments_alone:
        assert "没有报送自评的项目支出。" in said
    if change is higher_review:
        assert any(re.search(r"绩效评价平均[\d.]+分，提高[\d.]+分", text) for text in said)


CUTS = ("会审后项目支出核减", "会审后部门整体支出核减")


def without_answers(kit):
    """Nobody has answered an opinion yet."""
    blank = {"status": "待答复", "answered_on": "", "after": "", "answer": "", "amount_cut": ""}
    kit.change_table("target_reviews", lambda rows: [row.update(blank) for row in rows])


def opinions_alone(kit):
    """Opinions as tables of earlier years have them."""
    kit.change_table(
        "target_reviews", lambda rows: [[row.pop(name) for name in list(row)[7:]] for row in rows]
    )
    (kit.data / "target_conclusions.csv").unlink()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (YEARS["whole"], ["采纳率为", "从提出意见到答复平均", *CUTS]),
        (without_answers, ["还有70条意见没有答复", *CUTS]),
        (opinions_alone, ["采纳率为"]),
        (YEARS["no lists"], []),
    ],
    ids=["whole", "no answers", "opinions alone", "no lists"],
)
def test_no_sentence_on_the_review_of_targets_is_left_in_pieces(tmp_path, change, said):
    """It says what there is, as whole sentences; nothing where nothing was recorded."""
    kit = Kit(tmp_path)
    change(kit)
    found = paragraphs(kit, "target_review")
    assert [text for text in found if STRAY.search(text)] == []
    known = (
        "采纳率为",
        "从提出意见到答复平均",
        *CUTS,
        "还有70条意见没有答复",
    )
    assert [words for words in known if any(words in text for text in found)] == [
        words for words in known if words in said
    ]


def another_scheme(kit):
    """Zhengzhou's rules, which have shares and whole grades."""
    kit.edit(kit.params, "policy: mof-2020-10 ", "policy: zhengzhou ")


def a_scheme_without_use(kit):
    """Rules that do not say what follows from a grade."""
    kit.edit(kit.params, "policy: mof-2020-10 ", "policy: bonds-2021-61 ")


def nothing_open(kit):
    """All that was found is done."""
    kit.change_table(
        "problems", lambda rows: [row.update(state="已整改", closed_on="2023-01-05") for row in rows]
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (YEARS["whole"], ["建议核减的7个项目中", "没有整改完，最长的已过2年", "最长的逾期421天"]),
        (another_scheme, ["按规则应核减113.79万元至341.39万元", "另有2个项目的得分不在"]),
        (a_scheme_without_use, ["没有规定评价结果怎样与预算挂钩"]),
        (without("applications"), ["建议核减的7个项目年初预算共1137.93万元。"]),
        (without("problems"), ["没有登记评价发现的问题", "没有登记整改中的问题"]),
        (nothing_open, ["整改完成率为100.00%"]),
    ],
    ids=["whole", "another scheme", "no such rule", "no uses", "no problems", "all done"],
)
def test_no_sentence_on_the_use_of_results_is_left_in_pieces(tmp_path, change, said):
    """It says what there is, as whole sentences, and what was not recorded or is no rule."""
    kit = Kit(tmp_path)
    change(kit)
    found = paragraphs(kit, "results_use")
    assert [text for text in found if STRAY.search(text)] == []
    assert [words for words in said if not any(words in text for text in found)] == []
