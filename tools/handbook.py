"""Writes docs/rules.md and docs/proofreading.md, the handbooks of checks and of proofreading, from cards and params/checks.yml.

python tools/handbook.py
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jixiao.checks import cards, settings
from jixiao.checks.cards import Card, Family
from jixiao.proofreading.reading import grammar
from jixiao.proofreading.rules import cards as proofreading_cards

# What a bureau checks beside the rules and the tables cannot decide: ids of the catalogue, and why not.
NOT_DECIDED = {
    "F09": "盖章的 PDF 与表格核对：不收 PDF",
    "G13 G14": "与上年目标、上年完成数比较：数据表只有一年",
    "G16": "与别的部门的目标雷同：没有标注过的文字可以量误报率",
    "G20": "预算调整而目标不变：数据表没有调整预算的日期",
    "S16": "没有验收而称完成：数据表没有验收记录",
    "S17": "单位成本：数据表没有各项指标对应的支出",
    "S20": "佐证附件：不收附件",
    "S22": "自评报告的文字与表核对：不收自评报告正文",
    "S24": "偏差原因照抄：没有标注过的文字可以量误报率",
    "S25": "转移支付的资金管理：表样里没有这几项",
    "R10 R13": "扣分是否得当：要看任务清单和验收记录",
    "R14 R15 R16 R17": "复核人之间的差异、扣分标准表：数据表不记每位复核人",
    "K03 K05 K07": "评价报告的内容、底稿和公开期限：不收评价报告",
    "D05": "正文的数与表核对：正文的数都出自统计数，手写的数字不让进报告",
    "D07 D08": "问题与整改的个数：数据表没有整改记录",
    "D09": "别处的地名、单位名：没有名称表",
    "D10 D11": "公开是否齐全、及时：要有应公开文件的清单和工作日历",
    "D14": "字体和页面：由排版程序保证",
}
ROOT = Path(__file__).resolve().parents[1]
_LAST_REMARK = "# Blanks, stars and footnote marks of the draft are not there for a pattern; signs are half-width: , : ; ( ) %"
_TITLE = "# 审核规则手册"
_INTRODUCTION = """\
这一页由各规则的说明卡和 `params/checks.yml` 生成，不用手改：改卡片后运行 `python tools/handbook.py`。
每条规则有编号、级别、含义、依据、可能的误报、改法、参数和正反两个例子，例子就是它的测试。
级别：错误（E）不改不能生成报告，要说明（W）列出后照常生成，提示（I）供复核时参考。
各地做法不同的，在评分规则文件里写自己的 `checks`：`not_used` 下写不用的规则和理由，规则号下写要改的参数。
例子里只写与底样不同的格，底样见 `tests/data/check_template.yml`；箭头后面是发现所在的格。
表样里 `<` 是与左格合并，`^` 是与上格合并。
"""


def page(root: Path) -> str:
    """The page of all rules with the defaults of params/checks.yml, one sentence a line."""
    given = settings.defaults(root, dt.date.max)
    parts = [_TITLE, _INTRODUCTION.strip()]
    for family in Family:
        own = [card for card in cards.read().values() if card.family is family]
        rows = [(card.id, card.name, card.severity.words) for card in own]
        parts += [f"## {family} {family.words}", _table(("规则", "名称", "级别"), rows)]
        parts += ["\n".join(_section(card, given.get(card.id, {}))) for card in own]
    parts += ["## 还不能判断的规则", "审核目录里有、而现有的表不能判断的，列在这里，说明缺什么。"]
    return "\n\n".join([*parts, _table(("规则", "缺什么"), list(NOT_DECIDED.items()))]) + "\n"


_PROOFREADING = """\
这一页由 `lib/jixiao/proofreading/` 里的说明卡和句式生成，不用手改：改后运行 `python tools/handbook.py`。
`jixiao proofread FILE…` 读 Word（.docx）、PDF、HTML、TXT、Markdown 稿件，把其中的数互相核对。
读不懂的数不猜，不作为发现；`--claims` 列出读懂的全部说法和没有对上的数。
发现分三种：确定、很可能、请看一看；前两种使退出码为 1。
一个数错了，会使几个说法都对不上，只在这个数的地方说一次。
允许的差由印出的小数位数决定：数印到哪一位，就可能差这一位的一半；个数不许差。
合计与分项位数相同的，四项以内容许差最后一位的一个单位，此后每四项加一个。
每条规则的两个例子就是它的测试。
"""


def proofreading_page() -> str:
    """The page of the rules of proofreading and of the grammar by which sentences are read."""
    found = proofreading_cards.read()
    parts = ["# 校对规则手册", _PROOFREADING.strip()]
    parts.append(_table(("规则", "名称"), [(card.id, card.name) for card in found.values()]))
    for card in found.values():
        lines = [f"### {card.id} {card.name}", ""]
        for name, said in proofreading_cards.sections(card):
            if "\n" in said:
                lines += [f"- {name}：", "", "```text", said, "```", ""]
            else:
                lines.append(f"- {name}：{_one_sentence(said)}")
        parts.append("\n".join(lines).rstrip())
    remarks = [
        line for line in grammar.FILE.read_text(encoding="utf-8").splitlines() if line.startswith("# ")
    ]
    written = [f"{relation}: {form.written}" for relation, forms in grammar.forms().items() for form in forms]
    parts += [
        "## 句式",
        "\n".join(["```text", *remarks[: remarks.index(_LAST_REMARK) + 1], "", *written, "```"]),
    ]
    return "\n\n".join(parts) + "\n"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (header, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(header), *lines[1:]])


def _section(card: Card, given: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {card.id} {card.name}（{card.severity.words}）"
    yield ""
    for name, said in cards.sections(card, given):
        if "\n" in said:
            yield from (f"- {name}：", "", "```text", said, "```", "")
        else:
            yield f"- {name}：{_one_sentence(said)}"


def _one_sentence(text: str) -> str:
    """Several sentences as one: a page has one sentence a line."""
    return text.replace("。", "；").removesuffix("；")


if __name__ == "__main__":
    (ROOT / "docs" / "rules.md").write_text(page(ROOT), encoding="utf-8", newline="\n")
    (ROOT / "docs" / "proofreading.md").write_text(proofreading_page(), encoding="utf-8", newline="\n")
