"""Checks of reviewers' remarks (R): whether the points that a remark says were taken off are those that were."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from jixiao.checks.engine import Check, Found, Inspection
from jixiao.kit import numbers
from jixiao.rules.method_words import MethodWord
from jixiao.values import notation
from jixiao.values.measures import Kind

CLAUSE = re.compile(r"[,。;!?]")
_TAKEN = re.compile(r"(?<![不未免])扣[^\d%]{0,12}?(\d+(?:\.\d+)?)(%|个百分点|分(?!之))")
_LEFT = re.compile(r"(?:得|计|给|核定为?)(\d+(?:\.\d+)?)分(?!之)")
_TOGETHER = re.compile(r"[共总]计?扣|合计扣|累计扣")
_OF_WEIGHT = re.compile(r"分值|权重|满分")
_PERCENTS = ("%", "个百分点")
_LADDER = {"严重": "severe", "中等": "medium", "轻微": "slight"}
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)
_folded = lru_cache(maxsize=1 << 16)(notation.fold)


class Reviewed(NamedTuple):
    """A reviewed indicator: the points claimed by the unit, those given by the reviewer, and the remark (folded)."""

    row: int
    subject: str
    weight: Decimal | None
    claimed: Decimal
    given: Decimal
    remark: str

    @property
    def taken(self) -> Decimal:
        """Points taken off; negative where the reviewer added some."""
        return self.claimed - self.given


@dataclass(frozen=True)
class Said:
    """The amounts that a remark names: per cent or points taken off, points left; None where it names none."""

    share: Decimal | None = None
    points: Decimal | None = None
    left: Decimal | None = None
    of_weight: bool = False


def reviewed(inspection: Inspection) -> Iterator[Reviewed]:
    """All indicators that have a self score and a review score."""
    columns = ["subject_id", "weight", "self_score", "review_score", "review_remark"]
    for row, subject, weight, claimed, given, remark in inspection.indicators[columns].itertuples():
        if claimed is not None and given is not None:
            yield Reviewed(row, subject, weight, claimed, given, _folded(remark) if remark else "")


@lru_cache(maxsize=1 << 16)
def said(remark: str) -> Said:
    """The amounts that a folded remark says were taken off, added up unless the remark gives their sum itself.

    A clause with 每 states a standard (每超一天扣1分), not what was done.
    """
    clauses = [clause for clause in CLAUSE.split(remark) if "每" not in clause]
    together = [clause for clause in clauses if _TOGETHER.search(clause)]
    found = [each for clause in together or clauses for each in _TAKEN.findall(clause)]
    shares = [Decimal(number) for number, unit in found if unit in _PERCENTS]
    points = [Decimal(number) for number, unit in found if unit not in _PERCENTS]
    left = [Decimal(number) for clause in clauses for number in _LEFT.findall(clause)]
    return Said(
        sum(shares, _ZERO) if shares else None,
        sum(points, _ZERO) if points else None,
        left[-1] if left else None,
        bool(_OF_WEIGHT.search(remark)),
    )


def share_taken(row: Reviewed, of_weight: bool = False) -> Decimal | None:
    """How much was taken off, in per cent of the points claimed (or of the weight); None where these are zero."""
    whole = row.weight if of_weight else row.claimed
    return numbers.ratio(row.taken * _HUNDRED, whole) if whole else None


def differs_from_word(inspection: Inspection) -> Iterator[Found]:
    """R03: the points taken off are not those that the remark says were taken off."""
    settings = inspection.settings["R03"]
    near = inspection.settings["R04"]
    for row in reviewed(inspection):
        words = said(row.remark)
        if not _kept(row, words, settings) and not _swapped(row, words, near):
            found = f"意见写“{_deduction(words)}”，自评 {row.claimed} 分、复核 {row.given} 分，实扣 {row.taken} 分"
            if words.points is not None:
                expected = f"复核 {row.claimed - words.points} 分"
            else:
                whole = row.weight if words.of_weight and row.weight else row.claimed
                left = row.claimed - whole * words.share / _HUNDRED
                expected = f"复核约 {numbers.plain(numbers.rounded(left))} 分"
            yield Found("indicators", row.row, "review_score", found, expected, subject=row.subject)


def _kept(row: Reviewed, words: Said, settings: Mapping[str, Any]) -> bool:
    """Whether the points taken off are those of the remark; of a share and points one that is right suffices."""
    fits = []
    if words.share is not None:
        actual = share_taken(row, words.of_weight)
        fits.append(actual is None or abs(actual - words.share) <= settings["share"])
    if words.points is not None:
        fits.append(abs(row.taken - words.points) <= settings["points"])
    return not fits or any(fits)


def _deduction(words: Said) -> str:
    return f"扣{words.share}%" if words.share is not None else f"扣{words.points}分"


def taken_and_left_swapped(inspection: Inspection) -> Iterator[Found]:
    """R04: the amount that the remark says was taken off is the amount left, or the other way round."""
    settings = inspection.settings["R04"]
    for row in reviewed(inspection):
        words = said(row.remark)
        if _swapped(row, words, settings):
            written = f"得{words.left}分" if _left_is_taken(row, words) else _deduction(words)
            found = f"意见写“{written}”，自评 {row.claimed} 分、复核 {row.given} 分：扣分与得分弄反了"
            yield Found("indicators", row.row, "review_score", found, subject=row.subject)


def _swapped(row: Reviewed, words: Said, settings: Mapping[str, Any]) -> bool:
    """Whether the amount is wrong as points taken off and right as points left, or the other way round."""
    if words.points is not None:
        return words.points == row.given != row.taken
    if words.share is not None and row.claimed:
        taken = share_taken(row)
        kept = abs(taken - words.share) <= settings["share"]
        return not kept and abs(_HUNDRED - taken - words.share) <= settings["share"]
    return _left_is_taken(row, words)


def _left_is_taken(row: Reviewed, words: Said) -> bool:
    return words.left is not None and words.left == row.taken != row.given


def off_the_ladder(inspection: Inspection) -> Iterator[Found]:
    """R07: a deduction for a target that tests nothing (不具考核性) that is none of the steps, or not the step named."""
    settings = inspection.settings["R07"]
    for row in reviewed(inspection):
        share = share_taken(row)
        if share is None or row.taken <= 0 or not any(word in row.remark for word in settings["words"]):
            continue
        named = [step for word, step in _LADDER.items() if word in row.remark]
        steps = [settings[step] for step in named or _LADDER.values()]
        if all(abs(share - step) > settings["near"] for step in steps):
            found = f"指标不具考核性，扣了 {numbers.plain(numbers.rounded(share))}%"
            expected = " 或 ".join(f"{step}%" for step in steps)
            yield Found("indicators", row.row, "review_score", found, expected, subject=row.subject)


def punished_for_more(inspection: Inspection) -> Iterator[Found]:
    """R09: points taken off for exceeding the target by far, although the policy deducts nothing for that."""
    settings = inspection.settings["R09"]
    parsed = inspection.parsed
    rule = inspection.policy["over_achievement"].value if "over_achievement" in inspection.policy else {}
    if rule.get("method") != MethodWord.NONE:
        return
    over = _far_above(parsed, settings["share"])
    for row in reviewed(inspection):
        blamed = any(word in row.remark for word in settings["words"])
        if row.taken > 0 and blamed and row.row in over:
            found = f"完成值超过目标 {settings['share']}%，为此扣了 {numbers.plain(row.taken)} 分"
            expected = f"不扣分（{inspection.policy['over_achievement'].citation}）"
            yield Found("indicators", row.row, "review_score", found, expected, subject=row.subject)


def _far_above(parsed: pd.DataFrame, share: Decimal) -> set[int]:
    """Rows whose actual value is more than `share` per cent of a target that is a number to be reached."""
    rows = zip(
        parsed.index, parsed["kind"], parsed["operator"], parsed["target_low"], parsed["actual"], strict=True
    )
    return {
        row
        for row, kind, operator, target, actual in rows
        if kind == Kind.NUMBER and operator not in ("≤", "<") and target > 0 and actual * 100 > share * target
    }


def uneven(inspection: Inspection) -> Iterator[Found]:
    """R12: deductions for one and the same kind of fault differ too much between indicators."""
    settings = inspection.settings["R12"]
    for fault, words in settings["faults"].items():
        shares = {
            row: numbers.rounded(share, 0)
            for row in reviewed(inspection)
            if row.taken > 0 and any(word in row.remark for word in words)
            if (share := share_taken(row)) is not None
        }
        if shares and max(shares.values()) - min(shares.values()) > settings["share"]:
            most = max(shares, key=lambda row: shares[row])
            found = f"{len(shares)} 处“{fault}”的扣分比例从 {min(shares.values())}% 到 {shares[most]}%"
            expected = f"相差不超过 {settings['share']} 个百分点"
            yield Found("indicators", most.row, "review_score", found, expected, subject=most.subject)


CHECKS: dict[str, Check] = {
    "R03": differs_from_word,
    "R04": taken_and_left_swapped,
    "R07": off_the_ladder,
    "R09": punished_for_more,
    "R12": uneven,
}
