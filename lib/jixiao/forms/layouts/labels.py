"""Brings labels as people print them into the bare form that layouts are written in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import lru_cache

LONGEST = 40  # no label is longer; a longer text is prose
_BRACKET = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_MARKS = re.compile(r"^[*※★☆▲△●○◆◇■□·#]+")
_ENCIRCLED = re.compile(r"^[①-⑳㉑-㉟⑴-⒇⒈-⒛㈠-㈩㊀-㊉❶-❿➀-➉➊-➓Ⅰ-Ⅻⅰ-ⅻ]+[.、]?")
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.]|[0-9]{1,2}(?:[.][0-9]{1,2})*[.、:)]|[0-9]{1,2}(?:[.][0-9]{1,2})+"
    r"|\([一二三四五六七八九十0-9]{1,3}\))(?=[^0-9])"
)
_YEAR = re.compile(r"^(?:19|20)[0-9]{2}(?:年度?|[-—~至](?:19|20)?[0-9]{2}年度?)(?=.)")
_YEAR_WITHIN = re.compile(r"(?<=[预期计划])(?:19|20)[0-9]{2}年度?(?=.)")
_WITHIN = re.compile(r"^其中[:：]?(?=.)")
_INLINE = re.compile(r"\s*([^:：]{2,16}?)\s*[:：]\s*(.*)", re.DOTALL)
_FORMULA = re.compile(r"(?<=[^\x00-\x7f])(?:[A-E]|%|[1-9])$")  # 全年预算数A, 预算执行率%, 年度绩效目标1
_COLON = re.compile("[:：]")
_STAMP = re.compile(r"[(（]?(?:盖章|公章|签章|章|签字|签名)[)）]?")  # where a value belongs
# Traditional characters in the labels of forms, each above the simplified one that the layouts have.
_TRADITIONAL = "項稱號碼單實預資執數標級產質時間題總額監測評複覈績職責計畫開說備註電話聯繫負審見滿務對減結餘營達採範圍劃類別屬據編寫報價權與關員體環條樣檔銀財適應還給當來後種業專歸擬貫導個無變進過現準確絕辦處機構鄉縣區規則細經濟會態續響點億萬幣張終約購積極證錄設際門長動場學術圖書農醫療"
_SIMPLIFIED = "项称号码单实预资执数标级产质时间题总额监测评复核绩职责计划开说备注电话联系负审见满务对减结余营达采范围划类别属据编写报价权与关员体环条样档银财适应还给当来后种业专归拟贯导个无变进过现准确绝办处机构乡县区规则细经济会态续响点亿万币张终约购积极证录设际门长动场学术图书农医疗"
_PLAIN = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def compact(text: str) -> str:
    """`text` without blanks and in half-width characters, so that two ways of printing it are equal."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """A label without blanks, brackets, numbering, year, colon and formula letter; "" for a text that is no label.

    项目资金（万元）： → 项目资金, 得分（20分*执行率） → 得分, ※1.項目名稱 → 项目名称, 2021年实际完成值 → 实际完成值,
    其中：财政拨款 → 财政拨款.
    """
    if len(text) > LONGEST or not text:
        return ""
    unmarked = _MARKS.sub("", text.strip())
    whole = compact(_ENCIRCLED.sub("", unmarked) or unmarked)
    whole = _WITHIN.sub("", _MARKS.sub("", _NUMBERING.sub("", whole)))
    bare = _BRACKET.sub("", whole) or whole.strip("()[]【】〔〕")
    bare = bare.strip(":;,.、*★※·")
    bare = _YEAR_WITHIN.sub("", _YEAR.sub("", bare))
    return _FORMULA.sub("", bare).translate(_PLAIN).lower()


def inline(text: str) -> tuple[str, str]:
    """The label and the value in a cell that has both (项目名称：某某项目); two empty texts for any other cell."""
    found = _INLINE.fullmatch(text)
    return (key(found[1]), found[2].strip()) if found else ("", "")


def pairs(text: str, words: Container[str]) -> Iterator[tuple[str, str]]:
    """The labels that stand among `words`, each with its value, in a cell that has several of them.

    填报单位（盖章）：甲单位　填报日期：2022年3月10日 gives two. A label stands at the begin of the cell, behind a blank
    or behind a punctuation mark; what stands before the first one is no value.
    """
    found: list[tuple[int, int, str]] = []  # begin and end of each label, with its bare form
    for colon in _COLON.finditer(text):
        behind = found[-1][1] if found else 0
        for begin in _begins(text, max(behind, colon.start() - LONGEST), colon.start()):
            bare = key(text[begin : colon.start()])
            if bare in words:
                found.append((begin, colon.end(), bare))
                break
    for at, (_, begin, bare) in enumerate(found, 1):
        end = found[at][0] if at < len(found) else len(text)
        value = text[begin:end].strip(" \t\n\u3000;；,，、|｜")
        yield bare, "" if _STAMP.fullmatch(value) else value


def _begins(text: str, first: int, end: int) -> Iterator[int]:
    """Where a label that ends at `end` may begin, the longest first."""
    for at in range(first, end):
        if at == 0 or text[at - 1].isspace() or text[at - 1] in ":：;；,，。、|｜)）":
            if not text[at].isspace():
                yield at
