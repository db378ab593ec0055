"""Checks of self-evaluations by subject (S): money, totals and grades that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jixiao.checks import money, self_scores, self_totals
from jixiao.checks.engine import Check, Found, Inspection
from jixiao.forms.records.records import FORMS
from jixiao.kit import numbers
from jixiao.rules import execution, grades
from jixiao.rules.policy_values import exact
from jixiao.values import notation
from jixiao.year.words import Severity, Tier

HUNDRED = Decimal(100)


def out_of_range(inspection: Inspection) -> Iterator[Found]:
    """S01: scores, totals or points for the execution rate below zero or above their maximum."""
    yield from self_scores.out_of_range(inspection)
    yield from self_totals.out_of_range(inspection)
    for fund in money.totals(inspection).values():
        spent = execution.rate(fund.adjusted_budget, fund.executed)
        # Points for spending more than there was are S05.
        above = _score_over_weight(fund) and (spent is None or spent <= 1)
        if fund.score is not None and (fund.score < 0 or above):
            high = f"0 到 {numbers.plain(fund.weight)} 之间" if fund.weight is not None else "不小于 0 的数"
            found = f"预算执行率得分是 {numbers.plain(fund.score)}"
            yield Found("funds", fund.row, "score", found, high, subject=fund.subject_id)


def _score_over_weight(fund: money.Fund) -> bool:
    return fund.weight is not None and fund.score is not None and fund.score > fund.weight


def half_scored(inspection: Inspection) -> Iterator[Found]:
    """S02: indicators left blank among scored ones; printed totals that are not the sum of their scores."""
    yield from self_totals.half_scored(inspection)
    yield from self_totals.blank_totals(inspection)
    yield from self_totals.printed_total(inspection, Tier.SELF)
    yield from self_totals.form_totals(
        inspection, money.totals(inspection), inspection.settings["S02"]["tolerance"]
    )


def execution_points(inspection: Inspection) -> Iterator[Found]:
    """S03: the amount spent is missing, or the points for the execution rate are not those that the policy gives."""
    asked = _asked(inspection)
    for row, subject, budget, executed in _money(inspection):
        if budget and executed is None and subject in asked:  # a total alone needs no amount
            found = f"{inspection.called(subject)}没有填全年执行数，不能计算执行率得分和总分"
            yield Found("subjects", row, "executed", found, remedy="补上全年执行数", subject=subject)
    done = dict(inspection.records["subjects"][["subject_id", "finished"]].itertuples(index=False, name=None))
    for fund in money.totals(inspection).values():
        if fund.weight is not None and not _score_over_weight(fund):
            yield from _points_off(inspection, fund, done.get(fund.subject_id))


def _asked(inspection: Inspection) -> set[str]:
    """The subjects that somebody gave points, or of which there is a form: their amounts are asked for."""
    indicators = inspection.records["indicators"]
    scored = indicators["self_score"].notna() | indicators["review_score"].notna()
    return {*indicators.loc[scored, "subject_id"], *inspection.records[FORMS]["subject_id"]}


def _points_off(inspection: Inspection, fund: money.Fund, finished: bool | None) -> Iterator[Found]:
    """Points for the execution rate that are blank or not those of the policy, where these can be computed."""
    given = execution.points(fund.adjusted_budget, fund.executed, fund.weight, inspection.policy, finished)
    if given.points is None or given.rate is None:
        return
    percent = numbers.plain(numbers.rounded(given.rate * HUNDRED))
    expected = f"{numbers.plain(given.points)} 分（执行率 {percent}%，分值 {numbers.plain(fund.weight)}）"
    if fund.score is None:
        found = "没有填预算执行率得分"
    elif abs(fund.score - given.points) > inspection.settings["S03"]["tolerance"]:
        found = f"预算执行率得分是 {numbers.plain(fund.score)}"
    else:
        return
    yield Found("funds", fund.row, "score", found, expected, subject=fund.subject_id)


def no_budget(inspection: Inspection) -> Iterator[Found]:
    """S04: the budget is zero or blank, so that there is no execution rate; who has no points needs none.

    A blank one is not asked for before somebody gave points: the targets of a year are there before its final budget.
    """
    rated, asked = set(), _asked(inspection)
    for name, column in (("indicators", "self_score"), ("funds", "score")):
        rows = inspection.records[name]
        rated |= set(rows.loc[rows[["weight", column]].notna().any(axis=1), "subject_id"])
    for row, subject, budget, _ in _money(inspection):
        if not budget and subject in rated and (budget is not None or subject in asked):
            found = f"{inspection.called(subject)}的全年预算数为零或没有填，不能计算执行率得分和总分"
            yield Found("subjects", row, "adjusted_budget", found, subject=subject)


def _money(inspection: Inspection) -> Iterator[tuple[int, str, Decimal | None, Decimal | None]]:
    """Row, subject, 全年预算数 and 全年执行数 of every subject but those that have only set targets so far."""
    skipped = inspection.planned
    columns = ["subject_id", "adjusted_budget", "executed"]
    for row in inspection.records["subjects"][columns].itertuples(name=None):
        if row[1] not in skipped:
            yield row


def overspent(inspection: Inspection) -> Iterator[Found]:
    """S05: more spent than was in the budget: a warning, and an error where it got more points than there are."""
    whole = money.totals(inspection)
    for row, subject, budget, executed in _money(inspection):
        if not budget or executed is None or executed <= budget:
            continue
        percent = numbers.plain(numbers.rounded(numbers.ratio(executed * HUNDRED, budget)))
        found = f"{inspection.called(subject)}的执行率 {percent}%，执行数大于全年预算数"
        yield Found(
            "subjects", row, "executed", found, "不超过 100%", subject=subject, severity=Severity.WARNING
        )
        fund = whole.get(subject)
        if fund and _score_over_weight(fund):
            found = f"执行率超过 100%，得 {numbers.plain(fund.score)} 分"
            expected = f"不超过分值 {numbers.plain(fund.weight)}"
            yield Found("funds", fund.row, "score", found, expected, "执行率得分按分值封顶", subject)


def inconsistent(inspection: Inspection) -> Iterator[Found]:
    """S06: the share of points given exceeds the execution rate by more than the policy tolerates."""
    own = inspection.policy["consistency"].value["tolerance"] if "consistency" in inspection.policy else None
    tolerance = exact(own) if own is not None else inspection.settings["S06"]["share"] / HUNDRED
    sums = inspection.scored.groupby("subject_id", sort=False)
    shares = {s: numbers.ratio(sum(g["self_score"]), sum(g["weight"])) for s, g in sums if sum(g["weight"])}
    for row, subject, budget, executed in _money(inspection):
        spent = execution.rate(budget, executed)
        share = shares.get(subject)
        if spent is not None and share is not None and execution.inconsistent(share, spent, tolerance):
            parts = [numbers.plain(numbers.rounded(part * HUNDRED)) for part in (share, spent)]
            found = f"{inspection.called(subject)}的指标得分率 {parts[0]}%，执行率 {parts[1]}%"
            remedy = "说明钱少花而任务完成的原因"
            yield Found("subjects", row, "executed", found, "两者相近", remedy, subject)


def little_spent(inspection: Inspection) -> Iterator[Found]:
    """S07: too large a part of the budget was not spent."""
    share = inspection.settings["S07"]["share"]
    for row, subject, budget, executed in _money(inspection):
        if budget and executed is not None and (budget - executed) * HUNDRED > share * budget:
            left = numbers.plain(numbers.rounded(numbers.ratio((budget - executed) * HUNDRED, budget)))
            found = f"{inspection.called(subject)}的全年预算数有 {left}% 没有执行"
            expected = f"不超过 {numbers.plain(share)}%"
            yield Found("subjects", row, "executed", found, expected, subject=subject)


def above_cap(inspection: Inspection) -> Iterator[Found]:
    """S08: a printed total above the cap that the policy sets for its execution rate."""
    spent = {subject: execution.rate(budget, executed) for _, subject, budget, executed in _money(inspection)}
    for table, row, column, subject, printed in self_totals.printed(inspection):
        highest = execution.cap(spent.get(subject), inspection.policy)
        if highest is not None and printed > highest:
            percent = numbers.plain(numbers.rounded(spent[subject] * HUNDRED))
            found = f"执行率 {percent}%，总分是 {numbers.plain(printed)}"
            yield Found(table, row, column, found, f"不超过 {numbers.plain(highest)}", subject=subject)


def all_full(inspection: Inspection) -> Iterator[Found]:
    """S14: every indicator of a subject has full points."""
    least = inspection.settings["S14"]["count"]
    for subject, rows in inspection.scored.groupby("subject_id", sort=False):
        if len(rows) >= least and (rows["self_score"] == rows["weight"]).all():
            found = f"{inspection.called(subject)}的 {len(rows)} 项指标都是满分"
            yield Found("indicators", rows.index[0], "self_score", found, subject=subject, of_subject=True)


def same_totals(inspection: Inspection) -> Iterator[Found]:
    """S15: all subjects of a unit have the same total."""
    least = inspection.settings["S15"]["count"]
    totals = inspection.totals
    known = totals[totals["self_total"].notna()]
    for unit, rows in known.groupby("unit_id", sort=False):
        if len(rows) >= least and rows["self_total"].nunique() == 1:
            total = numbers.plain(rows["self_total"].iloc[0])
            found = f"单位 {unit} 的 {len(rows)} 个评价对象自评总分都是 {total}"
            yield Found("subjects", rows.index[0], "unit_id", found, subject=rows["subject_id"].iloc[0])


def grade_of_total(inspection: Inspection) -> Iterator[Found]:
    """S21: the grade of a key project is not that of its printed score."""
    policy = inspection.policy
    for row, score, word in inspection.records["key_projects"][["score", "grade"]].itertuples():
        if score is None or word is None:
            continue
        own = grades.grade(execution.rounded(score, policy), policy)
        if grades.same(word, policy) in grades.names(policy) and grades.same(word, policy) != own:
            found = f"{numbers.plain(score)} 分的等级写作“{word}”"
            expected = f"{own}（{policy['grades'].citation}）"
            yield Found("key_projects", row, "grade", found, expected)


def no_problems(inspection: Inspection) -> Iterator[Found]:
    """S23: the form says that there are no problems (存在问题：无), although it does not claim full points."""
    words = inspection.settings["S23"]["none"]
    indicators = inspection.scored
    lost = set(indicators.loc[indicators["self_score"] < indicators["weight"], "subject_id"])
    lost |= {
        fund.subject_id
        for fund in money.totals(inspection).values()
        if fund.weight is not None and fund.score is not None and fund.score < fund.weight
    }
    lost |= {subject for *_, subject, printed in self_totals.printed(inspection) if printed < HUNDRED}
    for row, subject, problems in inspection.records[FORMS][["subject_id", "problems"]].itertuples():
        if problems and subject in lost and notation.fold(problems).rstrip("。.;；") in words:
            found = f"存在问题写“{problems}”，而自评没有得满分"
            yield Found(FORMS, row, "problems", found, "扣分所对应的问题", subject=subject)


CHECKS: dict[str, Check] = {
    "S01": out_of_range,
    "S02": half_scored,
    "S03": execution_points,
    "S04": no_budget,
    "S05": overspent,
    "S06": inconsistent,
    "S07": little_spent,
    "S08": above_cap,
    "S09": self_scores.far_above_target,
    "S10": self_scores.nothing_done,
    "S11": self_scores.off_the_rule,
    "S12": self_scores.outside_band,
    "S13": self_scores.unexplained,
    "S14": all_full,
    "S15": same_totals,
    "S18": self_scores.late_in_full,
    "S19": self_scores.unasked,
    "S21": grade_of_total,
    "S23": no_problems,
}
