"""What a unit writes into a form of monitoring, and reviewers into one of opinions on targets, made up at random."""

from __future__ import annotations

import random
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from form_cells import Shown, plain

CAUSES = ("cause_funding", "cause_rules", "cause_staff", "cause_hardware", "cause_other")
POSSIBILITIES = {"certain": "确定能", "possible": "有可能", "impossible": "完全不可能"}
OPINIONS = ("opinion", "opinion_completeness", "opinion_other", "opinion_feasibility")
OF_PARTS = ("opinion_goal", "opinion_outputs", "opinion_benefits", "opinion_satisfaction")
# of rows, and single values, that the kit keeps
COLUMNS = (
    "forecast",
    "possibility",
    "measure",
    "state",
    "cause",
    "raised_on",
    *CAUSES,
    *POSSIBILITIES,
    *OPINIONS,
)
FIELDS = (
    "month",
    "progress",
    "reasons",
    "problems",
    "measures",
    "forecast",
    "raised_on",
    "opinion",
    *OF_PARTS,
)
TICKS = ("√", "✔", "是")
REASONS = ("因雨季推迟，部分任务延期。", "招标推迟\n合同未签", "上级资金到位晚。")
REMARKS = ("1.补充年度目标。\n2.量化三级指标。", "指标值缺少测算依据。", "补充满意度指标")


def up_to(facts: Any, month: int) -> Any:
    """The facts of a layout for a month; of the first one forms write 1月."""
    words = {"1-7月": f"1-{month}月" if month > 1 else "1月", "截止7月": f"截止{month}月"}
    if isinstance(facts, str):
        for usual, here in words.items():
            facts = facts.replace(usual, here)
        return facts
    if isinstance(facts, dict):
        return {up_to(key, month): up_to(value, month) for key, value in facts.items()} | (
            {"month": month} if "kind" in facts else {}
        )
    return [up_to(one, month) for one in facts] if isinstance(facts, list) else facts


def fields(facts: Mapping[str, Any], chance: random.Random) -> dict[str, str]:
    """The single values of a form of other work."""
    if facts["kind"] not in ("monitoring", "opinions"):
        return {}
    return {
        "month": f"1-{facts.get('month', 7)}月",
        "progress": f"{chance.randint(10, 95)}%",
        "forecast": chance.choice(("全年可以完成。", "预计完成九成。")),
        "problems": chance.choice(("招标推迟。", "资金到位晚。")),
        "reasons": chance.choice(REASONS),
        "measures": chance.choice(("三季度补招。", "加快实施。")),
        "raised_on": "2022年9月15日",
        "opinion": chance.choice(REMARKS),
        **{name: chance.choice((*REMARKS, "审核通过")) for name in OF_PARTS},
    }


def fill(
    rows: Sequence[MutableMapping[str, Shown]],
    facts: Mapping[str, Any],
    meant: Sequence[str],
    chance: random.Random,
) -> None:
    """Add to rows what only forms of other work have."""
    if facts["kind"] not in ("monitoring", "opinions"):
        return
    for number, row in enumerate(rows):
        texts = _said(chance) if facts["kind"] == "monitoring" else _opinions(chance)
        if facts.get("listed") == "subjects" and "name" not in meant:
            row["unit"] = plain(f"第{number + 1}管理所")
        texts["unit_id"] = f"U{number + 1:03d}"
        row.update({name: plain(text) for name, text in texts.items() if name in meant and name not in row})


def _said(chance: random.Random) -> dict[str, str]:
    """What a unit says of an indicator, or of a subject."""
    late = chance.random() < 0.4
    held = chance.choice(list(POSSIBILITIES)) if late else "certain"
    said = {name: chance.choice(TICKS) for name in CAUSES if late and chance.random() < 0.4}
    said[held] = chance.choice(TICKS)
    return said | {
        "actual": chance.choice(("已完成六成", "正在实施", "8")),
        "forecast": chance.choice(("100%", "全部完成", "20")),
        "possibility": POSSIBILITIES[held],
        "deviation_reason": chance.choice(REASONS) if late else "",
        "cause": chance.choice(("政府采购程序", "其他不可控")) if late else "",
        "measure": "三季度补招" if late else "",
        "state": chance.choice(("整改中", "已整改")) if late else "",
    }


def _opinions(chance: random.Random) -> dict[str, str]:
    """What reviewers say of the targets of a subject."""
    choices = (*REMARKS, "审核通过", " 审核通过", "1. 审核通过", "")
    return {name: chance.choice(choices) for name in OPINIONS} | {"raised_on": "2022-09-15"}
