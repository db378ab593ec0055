"""The name of a number: the words by which a text or a table calls it, without those that only join it to its sentence."""

from __future__ import annotations

import re

from jixiao.proofreading.reading.sentences import BAND, NAME, NUMBERS, YEAR, Sentences

_FILL = re.compile(
    rf"当年|本年|下达|安排|拨付|到位|财政|配套|补助|年度|全年|共计|合计|共|总计|计|为|约|达|其中|项目|的|了|是|由|{YEAR}度?|{NAME}|[(“:…\s*]"
)
_BORDER = re.compile(f"[,。;、!?){NUMBERS}{BAND}]")
_LONGEST = 24  # signs


def of_number(sentences: Sentences, at: int) -> str:
    """The words right before the number at the sign `at`."""
    return bare(clause_of(sentences, at))


def clause_of(sentences: Sentences, at: int) -> str:
    """The signs before the number at the sign `at`, up to the last comma or number."""
    return _BORDER.split(sentences.line[max(0, at - _LONGEST) : at])[-1]


def bare(words: str) -> str:
    """Words without those that join, brackets and blanks."""
    return _FILL.sub("", words)
