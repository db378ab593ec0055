"""Figures that need no scores: what parameters and policy say, and what lists count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from jixiao.figures.model import LIST_MARK, Figure, Rows, counted, ruled, stated
from jixiao.rules import grades
from jixiao.rules.policy import Policy
from jixiao.year.params import Params
from jixiao.year.schemas import OPINIONS
from jixiao.year.tables import Tables

OPINION_KEYS = dict(zip(("adopted", "partly_adopted", "not_adopted"), OPINIONS, strict=True))


def stated_facts(params: Params, policy: Policy) -> Iterator[Figure]:
    """What the parameters and the policy say."""
    yield from _report(params)
    yield from _policy(policy)


def listed(tables: Tables) -> Iterator[Figure]:
    """What the lists of measures, opinions and uses of results hold."""
    yield from _rules_issued(tables["rules_issued"])
    yield from _target_review(tables["target_reviews"])
    yield from _results_use(tables)


def _report(params: Params) -> Iterator[Figure]:
    source = f"params/{params.report_year}.yml"
    day = params.published_on
    yield stated("report.region", params.region, "", "地区", "报告所属的行政区", source)
    yield stated("report.issuer", params.issuer, "", "发布单位", "发布报告的财政部门", source)
    yield stated("report.report_year", params.report_year, "年", "工作年度", "开展评价工作的年份", source)
    said = "被评价资金支出的年份"
    yield stated("report.evaluated_year", params.evaluated_year, "年", "被评价年度", said, source)
    published = stated("report.published_on", day.isoformat(), "", "发布日期", "报告公开的日期", source)
    yield replace(published, shown=f"{day.year}年{day.month}月{day.day}日")
    tiers = params.evaluation_tiers
    yield stated("evaluation_tiers", LIST_MARK.join(tiers), "", "评价层级", "评价体系包括的层级", source)
    count = stated("evaluation_tiers_count", len(tiers), "个", "评价层级数", "评价体系包括的层级数", source)
    yield replace(count, follows=("evaluation_tiers",))


def _policy(policy: Policy) -> Iterator[Figure]:
    source = f"params/policies/{policy.id}.yml"
    number = policy.number or f"《{policy.title}》"
    yield ruled("policy.title", policy.title, "", "评分规则", "评分所依据的文件", source)
    yield ruled("policy.number", number, "", "评分规则文号", "评分所依据文件的文号", source)
    full, weights, limits = policy["full_mark"], policy["weights"], policy["grades"]
    yield ruled("policy.full_mark", full.value, "分", "满分", full.meaning, full.citation, ("full_mark",))
    for name, points in next(iter(weights.value.values())).items():
        said = f"{weights.meaning}：{name}"
        key = f"policy.weights.{name}"
        yield ruled(key, points, "分", f"{name}分值", said, weights.citation, ("weights",))
    for name, band in grades.bands(policy).items():
        said = f"等级为{name}的分数下限（{band.label}）"
        key, label = f"policy.grades.{name}", f"等级{name}的下限"
        yield ruled(key, int(band.low), "分", label, said, limits.citation, ("grades",))
    rounding = policy["rounding"]
    places, said = rounding.value["places"], rounding.meaning
    yield ruled("policy.decimals", places, "位", "小数位数", said, rounding.citation, ("rounding",))


def _rules_issued(rules: pd.DataFrame) -> Iterator[Figure]:
    above = rules[(rules["level"] == "上位文件") & rules["number"].notna()]
    issued = rules[rules["level"] == "配套办法"]
    source, prefix = "rules_issued.csv", "rules_issued"
    yield _list(f"{prefix}.parent", above, "number", "上位文件", "制度所依据的文件", source)
    rows, said = Rows.of("rules_issued", issued), "当年印发的配套办法项数"
    count = counted(f"{prefix}.count", rows, "项", "配套办法数", said, source)
    yield replace(count, follows=(f"{prefix}.topics",))
    said = "当年印发的配套办法的主题"
    yield _list(f"{prefix}.topics", issued[issued["topic"].notna()], "topic", "配套办法", said, source)


def _target_review(reviews: pd.DataFrame) -> Iterator[Figure]:
    source, prefix = "target_reviews.csv", "target_review"
    said = "参加绩效目标集中会审的部门数"
    yield _distinct(f"{prefix}.departments", reviews, "department_id", "会审部门", said, source)
    said = "提出过意见的评价对象（部门整体、项目）数"
    yield _distinct(f"{prefix}.subjects", reviews, "subject_id", "会审对象", said, source)
    rows, said = Rows.of("target_reviews", reviews, "opinion"), "集中会审提出的意见条数"
    yield counted(f"{prefix}.opinions", rows, "条", "会审意见", said, source)
    for name, word in OPINION_KEYS.items():
        rows = Rows.of("target_reviews", reviews[reviews["status"] == word], "status")
        where, said = f"{source}，status = {word}", f"状态为{word}的意见条数"
        yield counted(f"{prefix}.{name}", rows, "条", f"{word}的意见", said, where).as_short(word)


def _distinct(key: str, frame: pd.DataFrame, column: str, label: str, definition: str, source: str) -> Figure:
    """How many different things a column of a table names."""
    rows = Rows.of(source.removesuffix(".csv"), frame, column)
    return Figure(key, Decimal(frame[column].nunique()), "个", label, definition, source, rows=rows)


def _results_use(tables: Tables) -> Iterator[Figure]:
    applications, disclosures = tables["applications"], tables["disclosures"]
    source, said = "applications.csv", "评价结果与哪些事项挂钩"
    yield _list("results_use.linked_to", applications, "measure", "结果挂钩", said, source)
    rows, said = Rows.of("applications", applications, "measure"), "评价结果应用的记录数"
    yield counted("results_use.applications", rows, "项", "结果应用数", said, source)
    source, said = "disclosures.csv", "评价结果随哪些文件公开"
    yield _list("results_use.disclosed_with", disclosures, "document", "公开方式", said, source)


def _list(key: str, frame: pd.DataFrame, column: str, label: str, definition: str, source: str) -> Figure:
    """The different words of a column of a table, as a list in one text; None for no word."""
    rows = Rows.of(source.removesuffix(".csv"), frame, column)
    words = LIST_MARK.join(dict.fromkeys(frame[column])) or None
    return Figure(key, words, "", label, definition, source, rows=rows)
