"""Facts of the report that need no scores: what the parameters and the policy state, what lists count."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from jixiao.evaluation import grades
from jixiao.evaluation.figures import Figure, counted
from jixiao.evaluation.policy import Policy
from jixiao.intake.params import Params
from jixiao.intake.tables import Tables


def stated(params: Params, policy: Policy) -> Iterator[Figure]:
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
    yield Figure("report.region", params.region, "", "地区", "报告所属的行政区", source)
    yield Figure("report.issuer", params.issuer, "", "发布单位", "发布报告的财政部门", source)
    yield counted("report.report_year", params.report_year, "年", "工作年度", "开展评价工作的年份", source)
    yield counted(
        "report.evaluated_year", params.evaluated_year, "年", "被评价年度", "被评价资金支出的年份", source
    )
    shown = f"{day.year}年{day.month}月{day.day}日"
    yield Figure(
        "report.published_on", day.isoformat(), "", "发布日期", "报告公开的日期", source, shown=shown
    )
    tiers = "、".join(params.evaluation_tiers)
    yield Figure("evaluation_tiers", tiers, "", "评价层级", "评价体系包括的层级", source)
    count = len(params.evaluation_tiers)
    yield counted("evaluation_tiers_count", count, "个", "评价层级数", "评价体系包括的层级数", source)


def _policy(policy: Policy) -> Iterator[Figure]:
    source = f"params/policies/{policy.id}.yml"
    yield Figure("policy.title", policy.title, "", "评分规则", "评分所依据的文件", source)
    yield Figure("policy.number", policy.number, "", "评分规则文号", "评分所依据文件的文号", source)
    full, weights, bands = policy["full_mark"], policy["weights"], policy["grades"]
    yield counted("policy.full_mark", full.value, "分", "满分", full.meaning, full.citation)
    for name, points in next(iter(weights.value.values())).items():
        definition = f"{weights.meaning}：{name}"
        yield counted(f"policy.weights.{name}", points, "分", name, definition, weights.citation)
    for name, band in grades.bands(policy).items():
        definition = f"等级为{name}的分数下限（{band.label}）"
        yield counted(f"policy.grades.{name}", int(band.low), "分", name, definition, bands.citation)
    rounding = policy["rounding"]
    yield counted(
        "policy.decimals", rounding.value["places"], "位", "小数位数", rounding.meaning, rounding.citation
    )


def _rules_issued(rules: pd.DataFrame) -> Iterator[Figure]:
    parents = rules.loc[rules["level"] == "上位文件", "number"].dropna()
    issued = rules[rules["level"] == "配套办法"]
    source = "rules_issued.csv"
    yield Figure(
        "rules_issued.parent", "、".join(parents) or None, "", "上位文件", "制度所依据的文件", source
    )
    yield counted("rules_issued.count", len(issued), "项", "配套办法数", "当年印发的配套办法项数", source)
    topics = "、".join(issued["topic"].dropna())
    yield Figure("rules_issued.topics", topics or None, "", "配套办法", "当年印发的配套办法的主题", source)


def _target_review(reviews: pd.DataFrame) -> Iterator[Figure]:
    source = "target_reviews.csv"
    departments = reviews["department_id"].nunique()
    yield counted(
        "target_review.departments", departments, "个", "会审部门", "参加绩效目标集中会审的部门数", source
    )
    subjects = reviews["subject_id"].nunique()
    yield counted(
        "target_review.subjects",
        subjects,
        "个",
        "会审对象",
        "提出过意见的评价对象（部门整体、项目）数",
        source,
    )
    yield counted("target_review.opinions", len(reviews), "条", "会审意见", "集中会审提出的意见条数", source)
    adopted = int((reviews["status"] == "已采纳").sum())
    yield counted(
        "target_review.adopted",
        adopted,
        "条",
        "已采纳意见",
        "状态为已采纳的意见条数",
        f"{source}，status = 已采纳",
    )


def _results_use(tables: Tables) -> Iterator[Figure]:
    applications, disclosures = tables["applications"], tables["disclosures"]
    linked = "、".join(dict.fromkeys(applications["measure"]))
    yield Figure(
        "results_use.linked_to", linked or None, "", "结果挂钩", "评价结果与哪些事项挂钩", "applications.csv"
    )
    yield counted(
        "results_use.applications",
        len(applications),
        "项",
        "结果应用数",
        "评价结果应用的记录数",
        "applications.csv",
    )
    documents = "、".join(dict.fromkeys(disclosures["document"]))
    yield Figure(
        "results_use.disclosed_with",
        documents or None,
        "",
        "公开方式",
        "评价结果随哪些文件公开",
        "disclosures.csv",
    )
