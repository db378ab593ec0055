"""Forty texts that a unit might write to do harm: markup, formulas, links, what steers a terminal, what does not show."""

from __future__ import annotations

import re

MARKUP = (
    "<script>alert(1)</script>",
    "&lt;b&gt; & <img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<!-- 甲 --> <style>*{display:none}</style>",
    "]]><![CDATA[甲",
    "<a href='javascript:alert(1)'>点我</a>",
    "#let x = 1; #pagebreak() #panic()",
    "$x$ $$y$$ @a <b> `c` \\n \\u{41} // /* */",
    "*粗* _斜_ ~删~ **甲** [a](b)",
    "{{ 7*7 }} {% raw %} ${x} {report.issuer}",
    "%s %(a)s {0} $(id) `id` \\input{x} \\write18{id}",
    "# 标题 | 表 | > 引 --- 1. 项 [^1] :::",
)
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|'x'!A0",
    "@SUM(1+1)*cmd|'x'!A0",
    '=HYPERLINK("http://example.org","甲")',
    "＝1+1",
    "'=1+1",
    "=1+1\";=1+1,'",
)
LINKS = (
    "https://example.org/a?b=c&d=e",
    "[a](javascript:alert(1))",
    "![x](file:///c/甲.png)",
    "<https://example.org/b>",
    "\\\\server\\share\\甲.xlsx",
    "file:///C:/甲.xlsx",
    "www.example.org/甲",
    "mailto:?subject=甲",
)
STEERING = (
    "甲\x1b[31m红\x1b[0m",
    "甲\x1b]0;标题\x07乙",
    "甲\x9b2J乙",
    "甲\r乙",
    "第一行\n第二行",
    "甲\x08\x08乙",
    "甲\u2028乙\u2029丙\x85丁",
)
UNSEEN = (
    "甲\u202e乙丙\u202c丁\u2066戊\u200f己",
    "甲\u200b乙\u200d丙\ufeff丁\u2060戊",
    "甲\u061c乙\u3164丙\ufe0f丁",
)
LONG = ("长" * 300, "A" * 300)
HOSTILE = (*MARKUP, *FORMULAS, *LINKS, *STEERING, *UNSEEN, *LONG)
assert len(HOSTILE) == len(set(HOSTILE)) == 40

# What turns the order of a text or steers a terminal; ends of lines apart
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOTHING_TO_SEE = re.compile(
    "[\\s\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe0f\ufeff\u25a1]"
)


def seen(text: str) -> str:
    """What a reader sees of a text; blanks and ends of lines differ between formats."""
    return _NOTHING_TO_SEE.sub("", text)
