"""Days and years: P20 those that cannot be, P21 years left over from an older text, P22 spending above income."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

from jixiao.proofreading.reading import quantities
from jixiao.proofreading.reading.reading import Reading
from jixiao.proofreading.reading.sentences import Sentences
from jixiao.proofreading.rules import verdict
from jixiao.proofreading.rules.verdict import Sure, Verdict

DAY = "P20"
YEAR = "P21"
BUDGET = "P22"
_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?=年|财年)")
_FULL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?年\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?[日号])?")
_SHORT_DAY = re.compile(r"(?<![\d年])(?<!年 )(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]")
_BROKEN_YEAR = re.compile(r"(?<![\d.,])(\d{3}|\d{5,6})年(?=\d{1,2}月|度)")
_BROKEN_DAY = re.compile(r"(?<![\d.,])(?:19|20)\d{4,6}[日号]")
_SPAN = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年(?:(\d{1,2})月)?(?:(\d{1,2})日)?\s?[-~至到]{1,2}\s?((?:19|20)\d\d)年(?:(\d{1,2})月)?(?:(\d{1,2})日)?"
)
_CARRIED = re.compile(
    r"(?:年末|年底|年终|年度)[^。;]{0,12}结[转余][^。;]{0,30}?[,]?(?:在|于|至|到)((?:19|20)\d\d)年[度]?[^。,;]{0,6}(?:使用|安排|支出|列支)"
)
_BEFORE = re.compile(r"(?:上年度?|去年|上一年度?)\(((?:19|20)\d\d)年?度?\)")
_NEXT = re.compile(r"(?:下年度?|明年|下一年度?|次年)\(((?:19|20)\d\d)年?度?\)")
_OWN = re.compile(r"(?:今年|本年度?|当年)\(((?:19|20)\d\d)年?度?\)")
_SOURCES = re.compile(r"结转|结余|上年|年初|调剂|动用|弥补|非财政|赤字")
# before 收入: what a region takes in, which is not all that it may spend, and what people or a trade earn
_REGION = re.compile(r"财政总?$|预算$|税$|税收$|地方|基金|资本|事业|经营|居民|人均|支配|非税|其他|利息")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def judge(reading: Reading) -> Iterator[Verdict]:
    """Verdicts on the days and years of a draft."""
    for sentences in reading.passages:
        yield from _days(sentences)
        yield from _spans(sentences)
    yield from _left_over(reading)
    yield from _spending(reading)


def _at(rule: str, sentences: Sentences, match: re.Match[str], follows: str, sure: Sure) -> Verdict:
    return Verdict(rule, sentences.passage, match.start(), match.end(), match[0], follows, sure)


def _days(sentences: Sentences) -> Iterator[Verdict]:
    """Days that no calendar has, and years that lack or have too many digits."""
    text = sentences.text
    for match in _BROKEN_YEAR.finditer(text):
        yield _at(DAY, sentences, match, f"“{match[0]}”不是四位的年份", Sure.CERTAIN)
    for match in _BROKEN_DAY.finditer(text):
        yield _at(DAY, sentences, match, f"“{match[0]}”缺少年、月的字样", Sure.CERTAIN)
    for match in _FULL_DAY.finditer(text):
        if not _is_day(int(match[1]), int(match[2]), int(match[3] or 1)):
            yield _at(DAY, sentences, match, f"没有{match[0]}这一天", Sure.CERTAIN)
    for match in _SHORT_DAY.finditer(text):
        month = int(match[1])
        if not (1 <= month <= 12 and 1 <= int(match[2]) <= _LONGEST_MONTH[month - 1]):
            yield _at(DAY, sentences, match, f"没有{match[0]}这一天", Sure.CERTAIN)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _spans(sentences: Sentences) -> Iterator[Verdict]:
    """A time that ends before it begins."""
    for match in _SPAN.finditer(sentences.text):
        begin = (int(match[1]), int(match[2] or 1), int(match[3] or 1))
        end = (int(match[4]), int(match[5] or 12), int(match[6] or 31))
        if end < begin:
            yield _at(DAY, sentences, match, f"“{match[0]}”的结束早于开始", Sure.CERTAIN)


def _left_over(reading: Reading) -> Iterator[Verdict]:
    """Years that do not go with the year of the draft."""
    year = year_of(reading)
    if year is None:
        return
    for sentences in reading.passages:
        for match in _CARRIED.finditer(sentences.text):
            if int(match[1]) <= year:
                follows = f"{year}年末结转的，应在下一年使用，印的是{match[1]}年"
                yield _at(YEAR, sentences, match, follows, Sure.LIKELY)
        for pattern, least, most in ((_BEFORE, -2, -1), (_NEXT, 1, 2), (_OWN, 0, 1)):
            for match in pattern.finditer(sentences.text):
                if not least <= int(match[1]) - year <= most:
                    follows = f"全文说的是{year}年，“{match[0]}”对不上"
                    yield _at(YEAR, sentences, match, follows, Sure.LIKELY)
    yield from _names(reading, year)


def year_of(reading: Reading) -> int | None:
    """The year that a draft is about: of its title, or else the one that it names most often, of those in its title."""
    titled = set(_YEAR.findall(quantities.folded(reading.draft.title)[:60]))
    if len(titled) == 1:
        return int(titled.pop())
    said = (year for one in reading.passages for year in _YEAR.findall(one.text))
    counts = Counter(year for year in said if not titled or year in titled)
    return int(counts.most_common(1)[0][0]) if counts else None


def _names(reading: Reading, year: int) -> Iterator[Verdict]:
    """The year of the title and those of the file's name and of the text."""
    title = next((one for one in reading.passages if one.passage.text == reading.draft.title), None)
    if title is None or (found := _YEAR.search(title.text)) is None:
        return
    named = {int(one) for one in re.findall(r"(?<!\d)20\d\d(?!\d)", reading.name)}
    if named and not named & {year, year + 1}:
        follows = f"文件名是{'、'.join(map(str, sorted(named)))}年，标题是{year}年"
        yield _at(YEAR, title, found, follows, Sure.LIKELY)
    body = Counter(
        int(one) for other in reading.passages if other is not title for one in _YEAR.findall(other.text)
    )
    often = [one for one, count in body.most_common(1) if count >= 3]
    if often and not {year, year - 1, year + 1} & set(body):
        follows = f"标题是{year}年，正文没有提到，而多次说{often[0]}年"
        yield _at(YEAR, title, found, follows, Sure.LIKELY)


def _spending(reading: Reading) -> Iterator[Verdict]:
    """Spending above income, and not a word on where the rest came from."""
    incomes = [one for one in reading.matches("budget") if "income" in one.slots]
    for match in reading.matches("budget"):
        spending = match.slots.get("spending")
        own = [one for one in incomes if one.sentences is match.sentences and one.start < match.start]
        if (
            spending is None
            or not own
            or _SOURCES.search(match.sentences.text.replace("上年度增", "").replace("比上年", ""))
        ):
            continue
        if re.search(r"[员用目费]支出$|项目支出", match.sentences.line[: match.end - 1][-6:]):
            continue
        income = own[0].slots["income"]
        line = match.sentences.line
        if _REGION.search(line[max(0, own[0].start - 8) : own[0].start]):
            continue
        if spending.value > income.value + income.slack + spending.slack:
            rest = spending.said(spending.value - income.value)
            follows = f"支出{spending.text}比收入{income.text}多{rest}，没有说明来源"
            used = (income, spending)
            yield verdict.of(BUDGET, match.sentences.passage, used, spending, follows, Sure.LOOK)
            return
