"""A proof as lines for people: what was found, where and why; all that was understood, with what was not."""

from __future__ import annotations

from collections.abc import Iterator

from jixiao.proofreading import proof as proof_
from jixiao.proofreading.proof import Proof
from jixiao.proofreading.rules import cards
from jixiao.proofreading.rules.verdict import Sure, Verdict


def findings(one: Proof) -> Iterator[str]:
    """A line for each remark on the file and for each finding."""
    yield from (str(fault) for fault in one.draft.remarks)
    for found in one.findings:
        yield f"{one.draft.file} {_said(found)}"


def claims(one: Proof) -> Iterator[str]:
    """A line for each claim that was understood, those that hold too, and for each number that none ties."""
    for found in one.verdicts:
        yield f"  {'相符' if found.holds else '不符'} {_said(found)}"
    for passage, quantity in one.untied:
        around = proof_.around(passage, quantity.start, quantity.end)
        yield f"  没有对上的数 {passage.where}：{quantity.text.strip()}（{around}）"


def summary(one: Proof) -> str:
    """How many numbers there are, how many of them were tied, and what was found."""
    count = len(one.numbers)
    tied = count - len(one.untied)
    kinds = [(sure.words, sum(found.sure is sure for found in one.findings)) for sure in Sure]
    found = "、".join(f"{words}的 {number} 处" for words, number in kinds if number) or "没有对不上的"
    return f"{one.draft.file}：{count} 个数，对上 {tied} 个；{found}"


def _said(found: Verdict) -> str:
    name = cards.read()[found.rule].name
    around = proof_.around(found.passage, found.start, found.end)
    sure = f"（{found.sure.words}）" if found.sure else ""
    return f"{found.passage.where}：{found.rule} {name}{sure}：{found.follows}；原文“{around}”"
