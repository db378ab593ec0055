"""Counts and checks rebuilt tables with code of its own: tables in, aggregates or broken rules out."""

from __future__ import annotations

import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from pathlib import Path
from statistics import correlation

import yaml

DATA = Path(__file__).parents[1] / "data"
PUBLISHED = yaml.safe_load((DATA / "2022" / "published.yml").read_text(encoding="utf-8"))
EVALUATION = PUBLISHED["evaluation"]
TOTAL_INITIAL_BUDGET = Decimal("121590.00")
WEIGHTS = {"产出指标": 50, "效益指标": 30, "满意度指标": 10}
OUTPUTS = {"数量指标", "质量指标", "时效指标", "成本指标"}
BENEFITS = {"经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"}
SHARES = {"达成年度指标": ("1", "1"), "部分达成并具有一定效果": ("0.6", "0.7999")}


def half_up(value, places="0.01"):
    return value.quantize(Decimal(places), ROUND_HALF_UP)


def records(table):
    return table.to_dict("records")


def by_subject(tables):
    rows = groupby(records(tables["indicators"]), key=lambda row: row["subject_id"])
    return {subject: list(group) for subject, group in rows}


def totals(tables, column):
    """Each subject's total by the rules: its indicators' scores and its execution points."""
    indicators = by_subject(tables)
    found = {}
    for subject in records(tables["subjects"]):
        rate = Decimal(subject["executed"]) / Decimal(subject["adjusted_budget"])
        points = sum(Decimal(row[column]) for row in indicators[subject["subject_id"]])
        found[subject["subject_id"]] = points + half_up(10 * min(rate, Decimal(1)))
    return found


def in_band(score, band):
    if band.startswith("="):
        return score == Decimal(band[1:])
    low, high = map(Decimal, band[1:-1].split(","))
    return low <= score and (score <= high if band.endswith("]") else score < high)


def counted(scores, bands):
    return {band: sum(in_band(score, band) for score in scores) for band in bands}


def side(tables, name):
    """How many reported of one kind, and how their totals spread over the published bands."""
    letter = name[0].upper()
    spread = {"reporting": (tables["subjects"]["kind"] == name.removesuffix("s")).sum()}
    for tier, column in (("self", "self_score"), ("review", "review_score")):
        mine = [score for key, score in totals(tables, column).items() if key.startswith(letter)]
        spread[tier] = counted(mine, EVALUATION[name][tier])
    return spread


def aggregates(tables):
    """Everything that was published and can be counted, counted from the rows."""
    subjects, keys, units = tables["subjects"], tables["key_projects"], tables["units"]
    amount = sum(map(Decimal, subjects["initial_budget"]))
    evaluated = set(subjects["unit_id"]) & set(units["unit_id"])
    issued = tables["rules_issued"].groupby("level", sort=False)
    return {
        "parent": list(issued.get_group("上位文件")["number"]),
        "topics": list(issued.get_group("配套办法")["topic"]),
        "reviewed": tables["target_reviews"]["department_id"].nunique(),
        "coverage": Decimal(100 * len(evaluated)) / len(units),
        "items": len(subjects),
        "amount": half_up(amount / 10_000),
        "share": half_up(100 * amount / TOTAL_INITIAL_BUDGET),
        "departments": side(tables, "departments"),
        "projects": side(tables, "projects"),
        "count": len(keys),
        "budget": sum(map(Decimal, keys["amount"])),
        "mean": half_up(sum(map(Decimal, keys["score"])) / len(keys)),
        "grades": dict(Counter(keys["grade"])),
        "named": {row["name"]: row["grade"] for row in records(keys) if row["name"]},
        "linked": set(tables["applications"]["measure"]),
        "disclosed": set(tables["disclosures"]["document"]),
    }


def _without_texts(facts):
    """What was counted, and not what was said in words."""
    return {key: fact for key, fact in facts.items() if not isinstance(fact, str)}


def published():
    """The same from the published figures."""
    keys, use = PUBLISHED["key_projects"], PUBLISHED["results_use"]
    return {
        "parent": [PUBLISHED["rules_issued"]["parent"]],
        "topics": PUBLISHED["rules_issued"]["topics"],
        "reviewed": PUBLISHED["target_review"]["departments"],
        "coverage": EVALUATION["unit_coverage_percent"],
        "items": EVALUATION["items"],
        "amount": Decimal(str(EVALUATION["amount_yi_yuan"])),
        "share": Decimal(str(EVALUATION["share_of_initial_budget_percent"])),
        **{kind: _without_texts(EVALUATION[kind]) for kind in ("departments", "projects")},
        "count": keys["count"],
        "budget": Decimal(str(keys["budget_wan_yuan"])),
        "mean": Decimal(str(keys["mean_score"])),
        "grades": keys["grades"],
        "named": keys["named"],
        "linked": set(use["linked_to"]),
        "disclosed": {use["disclosed_with"]},
    }


def differences(tables):
    found, expected = aggregates(tables), published()
    given_grade = {name for name, grade in expected["named"].items() if grade is None}
    found["named"] = {name: None if name in given_grade else g for name, g in found["named"].items()}
    return [(key, found[key], value) for key, value in expected.items() if found[key] != value]


def deserved(row):
    """The least and the most points that 财预〔2020〕10号 Article 16 gives for an actual value."""
    weight = Decimal(row["weight"])
    if row["nature"] == "定性":
        low, high = SHARES[row["actual"]]
        return weight * Decimal(low), weight * Decimal(high)
    target, actual = Decimal(row["target"]), Decimal(row["actual"])
    share = target / actual if row["operator"] == "≤" else actual / target
    points = half_up(weight * min(share, Decimal(1)))
    return points, points


def self_faults(row):
    low, high = deserved(row)
    weight, score = Decimal(row["weight"]), Decimal(row["self_score"])
    number = row["nature"] == "定量"
    missed = score < weight or (number and Decimal(row["actual"]) != Decimal(row["target"]))
    percent = row["measure_unit"] == "%"
    rules = {
        "score follows from actual value": low <= score <= high,
        "weight neither empty nor heavy": 0 < weight <= 16,
        "reason and measure given": not missed or re.search("措施|下一步|今后", row["deviation_reason"]),
        "no far overshoot": not number or Decimal(row["actual"]) <= Decimal(row["target"]) * Decimal("1.3"),
        "a percentage": not percent or max(Decimal(row["target"]), Decimal(row["actual"])) <= 100,
        "operator and unit for numbers only": number == bool(row["operator"]) == bool(row["measure_unit"]),
        "cost has a ceiling": row["level2"] != "成本指标" or row["operator"] == "≤",
        "no hollow benefit": row["level1"] != "效益指标" or not percent or Decimal(row["target"]) < 95,
        "quantity is a number": row["level2"] != "数量指标" or number,
    }
    return [(row["indicator_id"], rule) for rule, kept in rules.items() if not kept]


def review_faults(row):
    own, score = Decimal(row["self_score"]), Decimal(row["review_score"])
    remark = row["review_remark"]
    said = re.search(r"扣(\d+)%$", remark)
    percent = Decimal(said[1]) if said else Decimal(0)
    true = 100 * (own - score) / own
    ladder = not re.search("不具考核性|佐证材料不充分", remark) or percent in (30, 60)
    rules = {
        "review at most self": 0 <= score <= own,
        "remark exactly where lower": (score < own) == bool(remark) == bool(said),
        "remark says the true percentage": abs(true - percent) <= Decimal("0.5"),
        "step of the ladder": ladder,
        "nothing for no evidence": not re.search("未提供|无关", remark) or score == 0,
        "accepted value given": bool(row["review_actual"]),
        "a late task is a slight finding": row["level2"] != "时效指标" or percent <= 30 or percent == 100,
        "a survey is there or not": row["level1"] != "满意度指标" or percent < 30 or percent == 100,
    }
    return [(row["indicator_id"], rule) for rule, kept in rules.items() if not kept]


def subject_faults(subject, rows):
    weights = Counter()
    for row in rows:
        weights[row["level1"]] += Decimal(row["weight"])
    kinds, names = {row["level2"] for row in rows}, [row["level3"] for row in rows]
    rate = Decimal(subject["executed"]) / Decimal(subject["adjusted_budget"])
    fulfilled = sum(Decimal(row["self_score"]) for row in rows) / 90
    rules = {
        "weights 50, 30, 10": weights == WEIGHTS,
        "all kinds of output, a benefit, satisfaction": kinds >= OUTPUTS | {"服务对象满意度指标"}
        and bool(kinds & BENEFITS),
        "no indicator twice": len(names) == len(set(names)),
        "spending within the budget": rate <= 1,
        "spending agrees with results": fulfilled - rate <= fulfilled * Decimal("0.05"),
        "most of the budget spent": rate >= Decimal("0.8"),
    }
    return [(subject["subject_id"], rule) for rule, kept in rules.items() if not kept]


def edge(total, bands):
    """How far `total` is from the nearest edge of a band."""
    numbers = {Decimal(text) for band in bands for text in re.findall(r"\d+", band)}
    return min(abs(total - number) for number in numbers)


def total_faults(tables):
    """Totals that are not printed as computed, or lie at an edge without being the full 100."""
    faults = []
    printed = {(row["subject_id"], row["tier"]): Decimal(row["score"]) for row in records(tables["scores"])}
    for tier, column in (("self", "self_score"), ("review", "review_score")):
        for subject, total in totals(tables, column).items():
            bands = EVALUATION["departments" if subject.startswith("D") else "projects"][tier]
            far = edge(total, bands) >= Decimal("0.15") or (tier == "self" and total == 100)
            if printed[subject, tier] != total or not far:
                faults.append((subject, tier, total))
    return faults


def all_faults(tables):
    indicators = by_subject(tables)
    faults = total_faults(tables)
    for subject in records(tables["subjects"]):
        rows = indicators[subject["subject_id"]]
        faults += subject_faults(subject, rows)
        faults += [fault for row in rows for fault in (*self_faults(row), *review_faults(row))]
    return faults


def correlations(tables):
    own, reviewed = totals(tables, "self_score"), totals(tables, "review_score")
    for letter in "DP":
        keys = [key for key in own if key.startswith(letter)]
        yield correlation([float(own[k]) for k in keys], [float(reviewed[k]) for k in keys])
