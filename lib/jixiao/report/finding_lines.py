"""Findings as lines of text: the first few of each rule in full, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from jixiao.kit.errors import Fault
from jixiao.year.words import Severity

MOST = 3  # of one rule; all of them stand in figures.json

Said = Mapping[str, str]  # a finding as programs get it: rule, place, found, expected, remedy …


def fault(finding: Said) -> Fault:
    """A finding as standard error tells it, the same for errors and warnings."""
    found = f"[{finding['rule']}] {finding['found']}"
    return Fault(finding["place"], found, finding["expected"], finding["remedy"])


def to_mend(findings: Sequence[Said]) -> list[Said]:
    """The findings that are to be mended or explained; notes ask nobody for anything."""
    return [finding for finding in findings if Severity.of(finding["severity"]).needs_answer]


def notes(findings: Sequence[Said]) -> Iterator[str]:
    """One sentence that counts the notes by rule, where there are any."""
    counts = Counter(finding["rule"] for finding in findings if finding["severity"] == Severity.NOTE)
    if counts:
        said = "，".join(f"{rule} {count} 处" for rule, count in counts.items())
        yield f"另有不影响发布的提示：{said}，列在 internal/figures.json 里"


def first(findings: Sequence[Said]) -> Iterator[Said]:
    """The first few findings of each rule, in their order."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding["rule"]] += 1
        if seen[finding["rule"]] <= MOST:
            yield finding


def rest(findings: Sequence[Said]) -> Iterator[str]:
    """A sentence for each rule of which more was found than `first` gives."""
    for rule, count in Counter(finding["rule"] for finding in findings).items():
        if count > MOST:
            yield f"同类的审核发现（{rule}）另有 {count - MOST} 处。"
