"""Numbers typed by hand are found in a text, in digits and in Chinese numerals; dates, document numbers and names pass.

What passes in digits stands here as patterns; which Chinese words count is data, with reasons, in numerals.yml.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.kit import strict_yaml
from jixiao.kit.errors import Fault, one_line

NO_NUMBER = "\ue000"  # stands for what is no number typed by hand: a placeholder, a value that code puts in
_FILE = Path(__file__).with_name("numerals.yml")
_NUMERIC = ("Nd", "Nl", "No")  # decimal digits, Roman numerals, fractions and circled numbers
_AROUND = 10
_MOST = 20  # of one text that are told one by one
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．：／－＋（）［］", "0123456789.:/-+()[]")

_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_TO = r"\s?[-—–~～至到、和与及]{1,2}\s?"
_LISTED = r"(?:30|[12][0-9]|[1-9])"  # a list of more points is none
_ALONE = r"(?<![0-9])(?<![0-9][.,，])"
_ENDS = r"(?![0-9])(?![.,][0-9])(?!\s*[%％‰])"
_DIGIT_NAMES = (
    r"《[^》]{0,300}》",
    rf"[〔﹝\[(【]{_YEAR}[〕﹞\])】]\s?第?\s?[0-9]{{1,5}}\s?号",  # 财预〔2018〕167号
    rf"{_ALONE}[0-9]{{1,6}}号(?!人)",  # 1号文件
    rf"{_ALONE}{_YEAR}(?:年?{_TO}{_YEAR}){{0,12}}(?:年|(?=(?:会计|财政|预算|工作)年度|财年))",
    rf"{_ALONE}{_MONTH}(?:{_TO}{_MONTH}){{0,12}}月(?:{_DAY}[日号](?:{_TO}{_DAY}[日号]){{0,12}}|{_DAY}{_TO}{_DAY}[日号])?",
    rf"{_ALONE}{_YEAR}(?P<between>[-/.]){_MONTH}(?P=between){_DAY}{_ENDS}",  # 2025-03-12
    rf"{_ALONE}{_YEAR}-(?:0[1-9]|1[0-2]){_ENDS}(?!-)",
    rf"(?<=\(){_YEAR}[-—–~～至]{{1,2}}{_YEAR}年?(?=\))",  # 行动方案（2021—2023）
    rf"{_ALONE}第?(?:[1-4]{_TO}){{0,4}}[1-4]季度",
    rf"第\s?[0-9]{{1,4}}(?:{_TO}(?:第\s?)?[0-9]{{1,4}}){{0,12}}\s?[条款项章节编篇目页期届次批轮部号版](?!名)",
    rf"(?<=[：:；;。，,、])\s?\({_LISTED}\)",
    r"(?:GB|DB[0-9]{0,2}|JR|ISO|IEC)(?:/[TZ])?\s?[0-9]+(?:\.[0-9]+)*(?:[-—–]{1,2}(?:19|20)[0-9]{2})?",
    r"[0-9]{3,5}[”\"]?(?=(?:政务|便民|服务|市民|政府|投诉|举报|监督|纳税|维权|公共){0,4}(?:热线|专线))",
)
_CODE_NAME = r"(?<![A-Za-z0-9])(?!(?i:RMB|CNY|USD|HKD|EUR|JPY|GBP|US))[A-Za-z]{1,8}-?[0-9]{1,5}"  # A4
_SUM_NAME = r"(?<![0-9.])[0-9]{1,2}(?:\+(?:[0-9]{1,2}|[NnXx])){1,6}"  # “1+3+N”
_LIST_NUMBER = re.compile(rf"[\s#>*+-]*\(?{_LISTED}[.、)](?![0-9])")
_OPENS = re.compile(r"\s*(?:#|[-*+]\s|>|\|)")  # a line of Markdown that the next one does not go on

_ONES = "一二三四五六七八九两兩〇零壹贰叁肆伍陆柒捌玖"
_TENS = "十百千万亿拾佰仟萬億廿卅"
_FEW = "上近逾超过數数几"


def found(text: str, place: str, masked: str | None = None) -> list[Fault]:
    """A fault for each number typed in `text`, with what stands around it; `place` says what text it is.

    `masked` is the text of the same length in which what is no number typed by hand is covered by NO_NUMBER.
    """
    faults = []
    for start, end, words in _numbers(text if masked is None else masked):
        around = one_line(text[max(0, start - _AROUND) : end + _AROUND].replace(NO_NUMBER, "…"))
        number = one_line(text[start:end])
        remedy = "改用统计数；还没有的，用 report.figure 定义，或写进 facts.csv"
        faults.append(Fault(f"{place}“…{around}…”", f"{words}{number}”", "{统计数的键}", remedy))
    if len(faults) > _MOST:
        rest = Fault(place, f"手写的数字另有 {len(faults) - _MOST} 处")
        faults = [*faults[:_MOST], rest]
    return faults


def without_names(text: str) -> str:
    """`text` of the same length with NO_NUMBER for what holds digits and is no number: titles, dates, list numbers."""
    return "".join(_without_list_numbers(cover(_exempt(), text.translate(_HALF_WIDTH))))


def numerals(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Where numbers in Chinese numerals begin and end, with the numeral ("" for a share) and the word it counts by."""
    for start, end in _numerals(text):
        found = _counted().match(text, start)
        if found and found.end() == end:
            yield start, end, found["numeral"] or "", found["counter"] or ""


def cover(pattern: re.Pattern[str], text: str) -> str:
    """`text` with NO_NUMBER in the place of every character that `pattern` matches."""
    return pattern.sub(lambda match: NO_NUMBER * len(match[0]), text)


def _numbers(text: str) -> list[tuple[int, int, str]]:
    """Where numbers typed by hand begin and end, in order, and the words that tell each."""
    text = cover(_exempt(), text.translate(_HALF_WIDTH))
    text = "".join(_without_list_numbers(text))
    spans = [(*span, "有手写的数字“") for span in _digits(text)]
    spans += [(*span, "有用汉字手写的数字“") for span in _numerals(text)]
    return sorted(spans)


def _without_list_numbers(text: str) -> Iterator[str]:
    """The lines of `text`, the number covered with which a line of a list begins.

    A line that goes on the sentence of the line before begins no point of a list.
    """
    begins = True
    for line in text.splitlines(keepends=True):
        number = _LIST_NUMBER.match(line) if begins else None
        yield NO_NUMBER * number.end() + line[number.end() :] if number else line
        said = line.strip()
        begins = not said or number is not None or said[-1] in "。；;：:！？!?" or bool(_OPENS.match(line))


def _digits(text: str) -> Iterator[tuple[int, int]]:
    end = 0
    for start, char in enumerate(text):
        if start < end or unicodedata.category(char) not in _NUMERIC:
            continue
        end = start
        while end < len(text) and (unicodedata.category(text[end]) in _NUMERIC or text[end] in ".,%％‰"):
            end += 1
        yield start, start + len(text[start:end].rstrip(".,"))


def _numerals(text: str) -> Iterator[tuple[int, int]]:
    data = _data()
    for match in _counted().finditer(text):
        if match["share"]:
            yield match.span()
            continue
        numeral = match["numeral"]
        counter = match["counter"]
        if numeral is not None:
            only_ones = not numeral.strip("一壹")
            before = text[max(0, match.start() - 6) : match.start()].rstrip()
            if only_ones and counter not in data["measures"]:
                continue
            if before.endswith("第") and (counter not in ("名", "位") or only_ones):
                continue
            if (
                before.endswith(("附录", "附件", "附表", "附图", "表", "图"))
                and numeral + counter not in match[0]
            ):
                continue  # 附录二 项目清单
            if numeral == "二" and counter in data["second"]:
                continue
        yield match.span()


@cache
def _data() -> Mapping[str, Any]:
    document: Mapping[str, Any] = strict_yaml.read(_FILE, _FILE.name).value
    return document


def _any_of(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@cache
def _counter() -> str:
    """The pattern of a counter: not where it begins a word in which it counts nothing."""
    counters = {**_data()["counters"], **_data()["measures"]}
    patterns = []
    for word in sorted(counters, key=len, reverse=True):
        begun = [one.removeprefix(word) for one in counters[word]]
        patterns.append(re.escape(word) + (f"(?!{_any_of(begun)})" if begun else ""))
    return "|".join(patterns)


@cache
def _counted() -> re.Pattern[str]:
    """A number in Chinese numerals: a share, a fraction, a numeral before a counter, with emphasis between them or not."""
    some = f"[{_ONES}{_TENS}]{{1,20}}"
    decimals = f"(?:点[{_ONES}]{{1,20}})?"
    gap = r"[\s*_~`\u200b-\u200f\u2060\ufeff\xad]{0,4}"
    said = f"[{_TENS}]{{0,20}}[{_ONES}十拾廿卅]"  # 百 and 万 alone are none: 百年, 单位：万元
    numeral = f"(?:[{_FEW}](?=[{_TENS}])|(?={said})){some}{decimals}"
    fraction = f"{some}分之{some}{decimals}"
    counted = rf"(?P<numeral>{numeral}){gap}(?:[多余餘来][万亿萬億]?)?{gap}(?P<counter>{_counter()})"
    return re.compile(rf"(?P<share>{_any_of(_data()['shares'])}|{fraction})|{counted}")


@cache
def _exempt() -> re.Pattern[str]:
    """What holds digits or numerals and is no number: titles, dates, document numbers, names, set phrases."""
    data = _data()
    no_count = rf"{_ENDS}(?!\s*(?:{_counter()}|[万亿千百]))"
    before = rf"(?<![{_ONES}{_TENS}])"
    few = "[二两三四五六七八九十]"
    patterns = [
        *_DIGIT_NAMES,
        _CODE_NAME + no_count,
        _SUM_NAME + no_count,
        rf"(?<![0-9A-Za-z])(?:{_any_of(data['names'])})(?![0-9A-Za-z])",
        r"[一二三四五六七八九〇零○]{4}年",
        rf"{before}(?<![得扣计减加满打])十分(?!制|[。；，、,;！!）)\s]|\Z)",  # 十分重视
        rf"{before}{few}个?(?:{_any_of(data['structure'])})",
        r"(?<=[届大])[一二三四五六七八九十]{1,3}次会议",  # 十四届人大三次会议
        rf"{before}(?:{_any_of(data['idioms'])})",
    ]
    return re.compile("|".join(f"(?:{one})" for one in patterns))
