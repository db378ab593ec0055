"""Brings labels as people print them into the bare form that layouts are written in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import lru_cache

_LONGEST_EXPLAINED = 200
LONGEST = 40  # no label is longer; a longer text is prose
_BRACKET = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_MARK = "*※★☆▲△●○◆◇■□·#"
_MARKS = re.compile(f"^[{_MARK}]+")
_ENCIRCLED = re.compile(r"^[①-⑳㉑-㉟⑴-⒇⒈-⒛㈠-㈩㊀-㊉❶-❿➀-➉➊-➓Ⅰ-Ⅻⅰ-ⅻ]+[.、]?")
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.]|[0-9]{1,2}(?:[.][0-9]{1,2})*[.、:)]|[0-9]{1,2}(?:[.][0-9]{1,2})+"
    r"|\([一二三四五六七八九十0-9]{1,3}\)|(?:[A-Za-z]|[IVX]{2,4})[.、:)]|\([A-Za-z]\))(?=[^0-9])"
)
_YEAR = re.compile(r"^(?:19|20)[0-9]{2}(?:年度?+|[-—~至](?:19|20)?[0-9]{2}年度?+)(?=.)")
_YEAR_BEFORE = re.compile(r"(?:19|20)[0-9]{2}年度?\s")  # the value of the label before it
_YEAR_WITHIN = re.compile(r"(?<=[预期计划])(?:19|20)[0-9]{2}年度?(?=.)")
_STAGE = re.compile(r"([^()]+)\((年初|全年|调整后)\)")  # 预算数（年初） → 年初预算数
_OF_THE_YEAR = "年度目标"
_UP_TO_NOW = "月"  # how a label begins that names months: 1-7月执行数 and 截至6月底执行数 are both 月执行数
_MONTHS = re.compile(
    r"^(?:截[至止])?到?(?:[0-9xn]{1,2}月?[-—–~至])?[0-9xn]{1,2}月(?:份|底|末)*(?=[^0-9日月底末份\-—~至:：])",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"^其中[:：]?(?=.)")
_INLINE = re.compile(r"([^:：]{2,16}?)\s*[:：]\s*(.*)", re.DOTALL)
_PARTED = re.compile(r"(\S{2,16})\s+(\S.*)", re.DOTALL)
_FORMULA = re.compile(r"(?<=[^\x00-\x7f])(?:[A-E]|%|[1-9])$")  # 全年预算数A, 预算执行率%, 年度绩效目标1
_COLON = re.compile("[:：]")
_STAMP = re.compile(r"[(（]?(?:盖章|公章|签章|章|签字|签名)[)）]?")  # where a value belongs
# Traditional characters in the labels of forms, each with the simplified one that the layouts have.
_PAIRS = (
    "項项 稱称 號号 碼码 單单 實实 預预 資资 執执 數数 標标 級级 產产 質质 時时 間间 題题 總总 額额 監监 測测 評评 "
    "複复 覈核 績绩 職职 責责 計计 畫划 開开 說说 備备 註注 電电 話话 聯联 繫系 負负 審审 見见 滿满 務务 對对 減减 "
    "結结 餘余 營营 達达 採采 範范 圍围 劃划 類类 別别 屬属 據据 編编 寫写 報报 價价 權权 與与 關关 員员 體体 環环 "
    "條条 樣样 檔档 銀银 財财 適适 應应 還还 給给 當当 來来 後后 種种 業业 專专 歸归 擬拟 貫贯 導导 個个 無无 變变 "
    "進进 過过 現现 準准 確确 絕绝 辦办 處处 機机 構构 鄉乡 縣县 區区 規规 則则 細细 經经 濟济 會会 態态 續续 響响 "
    "點点 億亿 萬万 幣币 張张 終终 約约 購购 積积 極极 證证 錄录 設设 際际 門门 長长 動动 場场 學学 術术 圖图 書书 "
    "農农 醫医 療疗 況况 狀状 補补 階阶 獎奖 優优 幫帮 歷历 離离 彙汇 匯汇 佔占 "
)
_PLAIN = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}


def compact(text: str) -> str:
    """`text` without blanks and in half-width characters, so that two ways of printing it are equal."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def simplified(text: str) -> str:
    """`text` with the traditional characters that forms print in simplified ones: 萬元 → 万元."""
    return text.translate(_PLAIN)


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """A label without blanks, brackets, numbering, year, colon and formula letter; "" for a text that is no label.

    项目资金（万元）： → 项目资金, 得分（20分*执行率） → 得分, ※1.項目名稱 → 项目名称, 2021年实际完成值 → 实际完成值,
    其中：财政拨款 → 财政拨款, 1-7月执行数 → 月执行数.
    """
    if len(text) > LONGEST:  # a label with a long explanation in brackets is one
        text = _BRACKET.sub("", compact(text)) if len(text) <= _LONGEST_EXPLAINED else ""
    if len(text) > LONGEST or not text:
        return ""
    unmarked = _MARKS.sub("", text.strip()).lstrip()
    whole = compact(_ENCIRCLED.sub("", unmarked) or unmarked)
    whole = _WITHIN.sub("", _MARKS.sub("", _NUMBERING.sub("", whole)))
    if stage := _STAGE.fullmatch(whole):
        whole = stage[1] if stage[1].startswith(stage[2]) else stage[2] + stage[1]
    bare = _BRACKET.sub("", whole) or whole.strip("()[]【】〔〕")
    bare = bare.strip(":;,.、" + _MARK)
    yearless = _YEAR_WITHIN.sub("", _YEAR.sub("", bare))
    bare = _OF_THE_YEAR if yearless == "目标" != bare else yearless  # 2022年度目标 is that of the year
    bare = _MONTHS.sub(_UP_TO_NOW, bare)
    return _FORMULA.sub("", bare).translate(_PLAIN).lower()


def inline(text: str) -> tuple[str, str]:
    """The label and the value in a cell that has both (项目名称：某某项目); two empty texts for any other cell."""
    found = _INLINE.fullmatch(text.strip())
    return (key(found[1]), found[2].strip()) if found else ("", "")


def parted(text: str) -> tuple[str, str]:
    """The label and the value in a cell in which blanks alone part them (项目名称　某某项目); two empty texts for any other."""
    found = _PARTED.fullmatch(text.strip())
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
            if bare in words and not _YEAR_BEFORE.match(text, begin):
                found.append((begin, colon.end(), bare))
                break
    for at, (_, begin, bare) in enumerate(found, 1):
        end = found[at][0] if at < len(found) else len(text)
        value = text[begin:end].strip(" \t\n\u3000;；,，、|｜").removesuffix("。")
        yield bare, "" if _STAMP.fullmatch(value) else value


def _begins(text: str, first: int, end: int) -> Iterator[int]:
    """Where a label that ends at `end` may begin, the longest first."""
    for at in range(first, end):
        if (at == 0 or text[at - 1].isspace() or text[at - 1] in ":：;；,，。、|｜)）") and not text[
            at
        ].isspace():
            yield at
