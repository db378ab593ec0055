"""Findings as lines: the first of each rule in words, the rest counted, notes in one sentence."""

from jixiao.report import finding_lines


def finding(rule, severity, number):
    """A finding as a run gives it to its documents."""
    return {
        "rule": rule, "severity": severity, "place": f"a.csv 第 {number} 行",
        "found": "错", "expected": "对", "remedy": "改",
    }  # fmt: skip


FOUND = [finding("S21", "W", n) for n in range(5)] + [finding("S14", "I", n) for n in range(4)]


def test_no_rule_floods_the_page():
    """Of five findings of one rule three are told and two counted; notes are no findings to tell."""
    faults = finding_lines.to_mend(FOUND)
    assert [one["place"] for one in finding_lines.first(faults)] == [
        "a.csv 第 0 行",
        "a.csv 第 1 行",
        "a.csv 第 2 行",
    ]
    assert list(finding_lines.rest(faults)) == ["同类的审核发现（S21）另有 2 处。"]


def test_notes_are_counted_in_one_sentence():
    """Nothing is said where there is none."""
    assert list(finding_lines.notes(FOUND)) == [
        "另有不影响发布的提示：S14 4 处，列在 internal/figures.json 里"
    ]
    assert list(finding_lines.notes(FOUND[:5])) == []


def test_a_finding_reads_the_same_whatever_its_severity():
    """Place, rule, found, expected, remedy."""
    assert str(finding_lines.fault(FOUND[0])) == "a.csv 第 0 行：[S21] 错；应为对；请改"
