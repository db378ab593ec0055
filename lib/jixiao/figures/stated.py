"""Figures that need no scores: what parameters and policy say, and what lists count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.figures.model import LIST_MARK, Figure, Rows, counted, files, ruled, stated
from jixiao.rules import grades
from jixiao.rules.policy import Policy
from jixiao.year.params import Params
from jixiao.year.tables import Tables
from jixiao.year.words import Opinion, RuleLevel


def of_params(params: Params) -> Iterator[Figure]:
    """Make the figures that the parameters of the year say."""
    source = f"params/{params.report_year}.yml"
    day = params.published_on
    tiers = params.evaluation_tiers
    yield stated("report.region", params.region, "", "地区", "报告所属的行政区", source)
    yield stated("report.issuer", params.issuer, "", "发布单位", "发布报告的财政部门", source)
    yield stated("report.report_year", params.report_year, "年", "工作年度", "开展评价工作的年份", source)
    yield stated(
        "report.evaluated_year", params.evaluated_year, "年", "被评价年度", "被评价资金支出的年份", source
    )
    yield stated(
        "report.published_on",
        day.isoformat(),
        "",
        "发布日期",
        "报告公开的日期",
        source,
        shown=f"{day.year}年{day.month}月{day.day}日",
    )
    yield stated("evaluation_tiers", LIST_MARK.join(tiers), "", "评价层级", "评价体系包括的层级", source)
    yield stated(
        "evaluation_tiers_count",
        len(tiers),
        "个",
        "评价层级数",
        "评价体系包括的层级数",
        source,
        follows=("evaluation_tiers",),
    )


def of_notebook(own: Mapping[str, Any]) -> Iterator[Figure]:
    """Make a figure of each of a notebook's own parameters that is a number or a text: parameter.month."""
    for name, value in own.items():
        if type(value) in (int, float, str):
            exact = value if isinstance(value, str) else Decimal(repr(value))
            yield stated(
                f"parameter.{name}", exact, "", name, "笔记本自己的参数", "笔记本的参数单元、参数文件"
            )


def of_policy(policy: Policy) -> Iterator[Figure]:
    """Make the figures that the policy says: its document, and the rules that a report quotes."""
    file = f"params/policies/{policy.id}.yml"
    number = policy.number or f"《{policy.title}》"
    yield ruled("policy.title", policy.title, "", "评分规则", "评分所依据的文件", file)
    yield ruled("policy.number", number, "", "评分规则文号", "评分所依据文件的文号", file)
    full_mark = policy["full_mark"]
    yield ruled(
        "policy.full_mark",
        full_mark.value,
        "分",
        "满分",
        full_mark.meaning,
        full_mark.citation,
        rules=("full_mark",),
    )
    weights = policy["weights"]
    for name, points in next(iter(weights.value.values())).items():
        yield ruled(
            f"policy.weights.{name}",
            points,
            "分",
            f"{name}分值",
            f"{weights.meaning}：{name}",
            weights.citation,
            rules=("weights",),
        )
    for name, band in grades.bands(policy).items():
        yield ruled(
            f"policy.grades.{name}",
            int(band.low),
            "分",
            f"等级{name}的下限",
            f"等级为{name}的分数下限（{band.label}）",
            policy["grades"].citation,
            rules=("grades",),
        )
    rounding = policy["rounding"]
    yield ruled(
        "policy.decimals",
        rounding.value["places"],
        "位",
        "小数位数",
        rounding.meaning,
        rounding.citation,
        rules=("rounding",),
    )


def of_lists(tables: Tables) -> Iterator[Figure]:
    """Count what the lists of a year hold: rules issued, opinions on targets, uses of results."""
    yield from rules_issued(tables)
    yield from target_review(tables)
    yield from results_use(tables)


def rules_issued(tables: Tables) -> Iterator[Figure]:
    """Count the rules that the bureau issued in the year, and name what they rest on."""
    table = "rules_issued"
    rules = tables[table]
    above = rules[(rules["level"] == RuleLevel.PARENT) & rules["number"].notna()]
    issued = rules[rules["level"] == RuleLevel.ISSUED]
    yield _list("rules_issued.parent", table, above, "number", RuleLevel.PARENT.value, "制度所依据的文件")
    yield counted(
        "rules_issued.count",
        Rows.of(table, issued),
        "项",
        "配套办法数",
        "当年印发的配套办法项数",
        files(table),
        tables=(table,),
        follows=("rules_issued.topics",),
    )
    with_topic = issued[issued["topic"].notna()]
    yield _list(
        "rules_issued.topics", table, with_topic, "topic", RuleLevel.ISSUED.value, "当年印发的配套办法的主题"
    )


def target_review(tables: Tables) -> Iterator[Figure]:
    """Count who took part in the review of targets, and what became of the opinions."""
    table = "target_reviews"
    reviews = tables[table]
    for key, column, label, definition in (
        ("departments", "department_id", "会审部门", "参加绩效目标集中会审的部门数"),
        ("subjects", "subject_id", "会审对象", "提出过意见的评价对象（部门整体、项目）数"),
    ):
        yield Figure(
            f"target_review.{key}",
            Decimal(reviews[column].nunique()),
            "个",
            label,
            definition,
            files(table),
            tables=(table,),
            rows=Rows.of(table, reviews, column),
        )
    yield counted(
        "target_review.opinions",
        Rows.of(table, reviews, "opinion"),
        "条",
        "会审意见",
        "集中会审提出的意见条数",
        files(table),
        tables=(table,),
    )
    for opinion in Opinion:
        word = opinion.words
        yield counted(
            f"target_review.{opinion}",
            Rows.of(table, reviews[reviews["status"] == word], "status"),
            "条",
            f"{word}的意见",
            f"状态为{word}的意见条数",
            f"{files(table)}，status = {word}",
            tables=(table,),
            short=word,
        )


def results_use(tables: Tables) -> Iterator[Figure]:
    """Name what the results were used for, and with what they were made public."""
    used = tables["applications"]
    yield _list(
        "results_use.linked_to", "applications", used, "measure", "结果挂钩", "评价结果与哪些事项挂钩"
    )
    yield counted(
        "results_use.applications",
        Rows.of("applications", used, "measure"),
        "项",
        "结果应用数",
        "评价结果应用的记录数",
        files("applications"),
        tables=("applications",),
    )
    disclosed = tables["disclosures"]
    yield _list(
        "results_use.disclosed_with",
        "disclosures",
        disclosed,
        "document",
        "公开方式",
        "评价结果随哪些文件公开",
    )


def _list(key: str, table: str, rows: pd.DataFrame, column: str, label: str, definition: str) -> Figure:
    """Join the different words of a column in `rows` of a table; the value is None for no word."""
    return Figure(
        key,
        LIST_MARK.join(dict.fromkeys(rows[column])) or None,
        "",
        label,
        definition,
        files(table),
        tables=(table,),
        rows=Rows.of(table, rows, column),
    )
