"""Figures that need no scores: what parameters and policy say, and what lists count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from jixiao.figures import target_review
from jixiao.figures.model import LIST_MARK, Basis, Figure, Origin, Rows
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.rules import grades
from jixiao.rules.policy import Policy
from jixiao.year import ledger_of_problems, table_files
from jixiao.year.params import Params
from jixiao.year.tables import Tables
from jixiao.year.words import ProblemState, RuleLevel, SubjectKind

INVENTED = "重构数据"  # how the source of a fact begins that a reconstruction made up


def of_params(params: Params) -> Iterator[Figure]:
    """Make the figures that the parameters of the year say."""
    year = str(params.report_year)
    day = params.published_on
    tiers = params.tiers.values()
    yield figure("report.region", params.region, year=year)
    yield figure("report.issuer", params.issuer, year=year)
    yield figure("report.report_year", params.report_year, year=year)
    yield figure("report.evaluated_year", params.evaluated_year, year=year)
    published = figure("report.published_on", day.isoformat(), year=year)
    yield replace(published, shown=official_day(day))
    yield figure("evaluation_tiers", LIST_MARK.join(tier.name for tier in tiers), year=year)
    yield figure("evaluation_tiers_count", len(tiers), year=year)
    for tier in tiers:
        said = {"tier": tier.id, "scores": tier.name, "year": year}
        yield figure("tiers.{tier}.name", tier.name, **said)
        yield figure("tiers.{tier}.by", tier.by, **said)


def of_notebook(own: Mapping[str, Any]) -> Iterator[Figure]:
    """Make a figure of each of a notebook's own parameters that is a number or a text: parameter.month."""
    for name, value in own.items():
        if type(value) in (int, float, str):
            exact = value if isinstance(value, str) else Decimal(repr(value))
            yield figure("parameter.{name}", exact, name=name)


def of_facts(tables: Tables) -> Iterator[Figure]:
    """Make a figure of each declared fact: what the bureau knows and no table holds, with its source.

    One whose source is reconstructed data is as little published as a number counted from them.
    """
    facts = tables["facts"]
    for number, row in zip(facts.index, table_files.rows(facts), strict=True):
        day = row["source_date"]
        declared = figure(
            "{fact}",
            _number_or_text(row["value"]),
            Rows("facts", (number,), "value"),
            fact=row["key"],
            unit=row["unit"] or "",
            label=row["label"],
            definition=row["definition"] or row["label"],
            said=row["source"] + (f"（{day}）" if day else ""),
        )
        invented = row["source"].startswith(INVENTED)
        yield replace(declared, basis=Basis.OWN, origin=Origin.COUNTED) if invented else declared


def _number_or_text(text: str) -> Decimal | str:
    try:
        return numbers.parse(text)
    except ValueError:
        return text


def of_policy(policy: Policy) -> Iterator[Figure]:
    """Make the figures that the policy says: its document, and the rules that a report quotes."""
    yield figure("policy.title", policy.title, policy=policy.id)
    yield figure("policy.number", policy.number or f"《{policy.title}》", policy=policy.id)
    about = {
        name: {"meaning": policy[name].meaning, "citation": policy[name].citation}
        for name in ("full_mark", "weights", "grades", "rounding")
    }
    yield figure("policy.full_mark", policy["full_mark"].value, **about["full_mark"])
    for name, points in next(iter(policy["weights"].value.values())).items():
        yield figure("policy.weights.{name}", points, name=name, **about["weights"])
    for name, band in grades.bands(policy).items():
        yield figure("policy.grades.{name}", int(band.low), name=name, band=band.label, **about["grades"])
    yield figure("policy.near_full", near_full(policy), **about["grades"])
    yield figure("policy.decimals", policy["rounding"].value["places"], **about["rounding"])


def best_grade(policy: Policy) -> Decimal:
    """The score from which the best grade begins."""
    return next(iter(grades.bands(policy).values())).low


def near_full(policy: Policy) -> Decimal:
    """The score from which a total counts as near the full mark: halfway there from where the best grade begins."""
    return (best_grade(policy) + Decimal(policy["full_mark"].value)) / 2


def of_lists(tables: Tables, report_year: int) -> Iterator[Figure]:
    """Count what the lists of a year hold: rules issued, opinions on targets, monitoring, uses of results, problems."""
    yield from rules_issued(tables)
    yield from target_review.figures(tables)
    yield from monitoring(tables)
    yield from results_use(tables)
    yield from problems(tables, report_year)


def rules_issued(tables: Tables) -> Iterator[Figure]:
    """Count the rules that the bureau issued in the year, and name what they rest on."""
    table = "rules_issued"
    rules = tables[table]
    above = rules[(rules["level"] == RuleLevel.PARENT) & rules["number"].notna()]
    issued = rules[rules["level"] == RuleLevel.ISSUED]
    yield _list("rules_issued.parent", table, above, "number")
    titles = [full_title(*each) for each in zip(above["title"], above["number"], strict=True)]
    yield figure("rules_issued.parent_title", LIST_MARK.join(titles) or None, Rows.of(table, above, "title"))
    yield count("rules_issued.count", Rows.of(table, issued))
    yield _list("rules_issued.topics", table, issued[issued["topic"].notna()], "topic")


def full_title(title: str, number: str | None) -> str:
    """A measure as reports cite it: its title, and its number where it has one."""
    return f"《{title.strip('《》')}》" + (f"（{number}）" if number else "")


def monitoring(tables: Tables) -> Iterator[Figure]:
    """Count what was monitored during the year, and where a reason for a deviation was given."""
    table = "monitoring"
    readings = tables[table]
    yield figure(
        "monitoring.subjects", readings["subject_id"].nunique(), Rows.of(table, readings, "subject_id")
    )
    yield count("monitoring.readings", Rows.of(table, readings, "month"))
    explained = readings[readings["reason"].notna()]
    yield count("monitoring.explained", Rows.of(table, explained, "reason"))


def results_use(tables: Tables) -> Iterator[Figure]:
    """Name what the results were used for, and with what they were made public."""
    used = tables["applications"]
    yield _list("results_use.linked_to", "applications", used, "measure")
    yield count("results_use.applications", Rows.of("applications", used, "measure"))
    moved = used[used["amount"].notna()]
    amount = numbers.rounded(sum(moved["amount"], Decimal(0))) if len(moved) else None
    yield figure("results_use.amount_wan_yuan", amount, Rows.of("applications", moved, "amount"))
    subjects = moved["subject_id"].nunique() if len(moved) else None
    yield figure("results_use.amount_subjects", subjects, Rows.of("applications", moved, "amount"))
    # Notes are of single subjects: facts.csv says what is public of them.
    yield figure("results_use.amount_effect", None, Rows.of("applications", moved, "amount"))
    years = set(moved["target_year"])
    kinds = tables["subjects"].loc[lambda found: found["subject_id"].isin(moved["subject_id"]), "kind"]
    words = [kind.words for kind in SubjectKind if kind in set(kinds)]
    yield figure(
        "results_use.amount_kinds", LIST_MARK.join(words) or None, Rows.of("applications", moved, "amount")
    )
    year = years.pop() if len(years) == 1 else None
    yield figure(
        "results_use.amount_year",
        int(year) if year and year.isdecimal() else None,
        Rows.of("applications", moved, "target_year"),
    )
    yield _list("results_use.disclosed_with", "disclosures", tables["disclosures"], "document")


def problems(tables: Tables, report_year: int) -> Iterator[Figure]:
    """Count the problems that evaluations found and what became of them, and list what is general and is to be done.

    What was found of one subject alone is counted, not listed: the lists stand in the public edition too. What an
    earlier year found is no finding of this one; what it still asks for is to be done.
    """
    table = "problems"
    found = tables[table]
    yield count("problems.count", Rows.of(table, found, "problem"))
    for state in ProblemState:
        rows = Rows.of(table, found[found["state"] == state.words], "state")
        yield count("problems.{state}", rows, state=state.value, word=state.words)
    general = found[~ledger_of_problems.of_subjects(found)]
    new = ledger_of_problems.years_found(general, report_year) >= report_year
    going_on = new | (general["state"] == ProblemState.OPEN.words)
    said = general[new].drop_duplicates("problem")
    yield figure("problems.listed", enumerated(said["problem"]), Rows.of(table, said, "problem"))
    said = general[going_on & general["recommendation"].notna()].drop_duplicates("recommendation")
    measures = [
        f"{_unended(text)}{_charged(who, due)}"
        for text, who, due in zip(said["recommendation"], said["addressee"], said["due"], strict=True)
    ]
    yield figure("problems.recommended", enumerated(measures, "。"), Rows.of(table, said, "recommendation"))
    yield figure("problems.measures", len(said) or None, Rows.of(table, said, "recommendation"))
    due = max((day for day in said["due"] if day), default=None)
    last = figure("problems.due", due.isoformat() if due else None, Rows.of(table, said, "due"))
    yield replace(last, shown=official_day(due)) if due else last


def _charged(who: str | None, due: dt.date | None) -> str:
    """Who is to do it and by when, in brackets; nothing where neither is said."""
    parts = [who, f"{official_day(due)}前" if due else None]
    return f"（{'，'.join(filter(None, parts))}）" if any(parts) else ""


def official_day(day: dt.date) -> str:
    """A day as an official text writes it: 2023年8月25日."""
    return f"{day.year}年{day.month}月{day.day}日"


def enumerated(parts: Iterable[str], between: str = "；") -> str | None:
    """Parts as an official text lists them: 一是…；二是…; one alone as it is, None for none."""
    texts = [_unended(part) for part in parts]
    if len(texts) < 2:
        return texts[0] if texts else None
    return between.join(f"{chinese(number)}是{text}" for number, text in enumerate(texts, 1))


def _unended(text: str) -> str:
    """A sentence without its end, as a part of a list."""
    return text.strip().rstrip("。；;")


def chinese(number: int) -> str:
    """A whole number up to 99 in Chinese: 十二; a greater one in digits."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return (
        (_DIGITS[tens] if tens > 1 else "")
        + ("十" if tens else "")
        + (_DIGITS[ones] if ones or not tens else "")
    )


_DIGITS = "零一二三四五六七八九"


def _list(key: str, table: str, rows: pd.DataFrame, column: str) -> Figure:
    """Join the different words of a column in `rows` of a table; the value is None for no word."""
    return figure(key, LIST_MARK.join(dict.fromkeys(rows[column])) or None, Rows.of(table, rows, column))
