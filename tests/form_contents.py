"""What a unit writes into a form, made up at random and right by every rule: sums add up, scores follow, falls have reasons."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import form_work
from form_cells import Shown, plain

REASON = "因雨季推迟，部分任务延期，已调整计划并抓紧实施。"
PLACES = (*"东西南北", "河口", "柳林", "石桥", "新城", "高庙", "白塔")
# what is counted, by kind of indicator: its name, sign, unit, least and largest target
THINGS = {
    "quantity": (("清淤长度", "≥", "公里", 5, 90), ("培训人次", "≥", "人次", 50, 900), ("设备购置数量", "=", "台", 2, 60),
                 ("维修路灯数量", "≥", "盏", 20, 400), ("新建管网长度", "≥", "米", 100, 3000)),
    "quality": (("验收合格率", "=", "%", 100, 100), ("设备完好率", "≥", "%", 90, 98), ("培训合格率", "≥", "%", 90, 98)),
    "time": (("任务完成及时率", "≥", "%", 90, 98), ("资金拨付及时率", "≥", "%", 95, 98)),
    "cost": (("项目总成本", "≤", "万元", 50, 400), ("人均培训成本", "≤", "元/人", 100, 600)),
    "economic": (("带动农户增收", "≥", "万元", 20, 200),),
    "social": (("受益群众人数", "≥", "人", 100, 5000), ("政策知晓率", "≥", "%", 85, 95)),
    "ecology": (("污水减排量", "≥", "吨", 10, 300),),
    "lasting": (("设施使用年限", "≥", "年", 5, 20),),
    "satisfied": (("群众满意度", "≥", "%", 85, 95), ("服务对象满意度", "≥", "%", 90, 95)),
    "aims": (("目标设定合理性", "", "", 0, 0),),
    "process": (("资金使用合规性", "", "", 0, 0),),
    "order": (("管理制度健全性", "", "", 0, 0),),
}  # fmt: skip
WORDS = {"aims": "设定合理", "process": "符合规定", "order": "制度健全"}
TEXTS = {"social": ("公共服务水平", "明显提升"), "lasting": ("长效管护机制", "健全有效")}
_MINISTRY = {
    "quantity": ("产出指标", "数量指标"), "quality": ("产出指标", "质量指标"), "time": ("产出指标", "时效指标"),
    "cost": ("产出指标", "成本指标"), "economic": ("效益指标", "经济效益指标"), "social": ("效益指标", "社会效益指标"),
    "ecology": ("效益指标", "生态效益指标"), "lasting": ("效益指标", "可持续影响指标"),
    "satisfied": ("满意度指标", "服务对象满意度指标"),
}  # fmt: skip


def _with(first: Sequence[str], second: str = "{}") -> dict[str, tuple[str, str]]:
    """The ministry's levels under other words."""
    old = ("产出指标", "效益指标", "满意度指标")
    return {
        kind: (first[old.index(one)], second.format(two.removesuffix("指标")))
        for kind, (one, two) in _MINISTRY.items()
    }


LEVELS = {
    "ministry": _MINISTRY,
    "short": _with(("产出", "效益", "满意度")),
    "short2": _with(("产出指标", "效益指标", "满意度指标")),
    "values": _with(("产出值", "效益值", "满意度值"), "{}值"),
    "asked": _with(("产出指标", "效益指标", "满意度指标"), "{}指标（必填硬性指标）"),
    "public": _MINISTRY | {"satisfied": ("满意度指标", "社会公众或服务对象满意度指标")},
    "goals": _with(("产出目标", "结果目标", "结果目标")) | {"cost": ("投入目标", "成本")},
    "management": _with(("产出指标", "效果指标", "满意度指标"), "{}指标") | {"order": ("管理指标", "")},
    "inputs": _with(("产出指标", "效果指标", "效果指标"), "{}指标")
    | {"process": ("过程指标", "资金管理"), "aims": ("投入指标", "目标管理")},
    "judged": {
        "aims": ("决策", "绩效目标"), "process": ("过程", "资金管理"), "order": ("过程", "组织实施"),
        "quantity": ("产出", "产出数量"), "quality": ("产出", "产出质量"), "time": ("产出", "产出时效"),
        "cost": ("产出", "产出成本"), "social": ("效益", "社会效益"), "satisfied": ("效益", "满意度"),
    },
    "points": {
        "aims": ("部门预算管理", "预算编制"), "process": ("部门预算管理", "预算执行"), "order": ("绩效结果应用", "信息公开"),
    },
    "cost": {"cost": ("成本指标", "经济成本指标")} | {k: v for k, v in _MINISTRY.items() if k != "cost"},
}  # fmt: skip
SCHEMES = {90: (50, 30, 10), 100: (40, 40, 20), 80: (40, 30, 10)}  # output, benefit, satisfaction
ALWAYS = ("quantity", "quality", "time", "cost", "social", "satisfied", "aims", "process", "order")
ORDER = ("aims", "process", "order", "quantity", "quality", "time", "cost", "economic", "social", "ecology", "lasting",
         "satisfied")  # fmt: skip


def short(number: Decimal) -> str:
    """A number without closing zeros."""
    text = format(number.normalize(), "f")
    return "0" if text == "-0" else text


def cents(number: Decimal) -> Decimal:
    """Rounded to two places."""
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass
class Content:
    """What stands in a form; `amounts` are those of a money table without columns."""

    name: str
    year: int
    fields: dict[str, str]
    chance: random.Random
    funds: list[dict[str, Shown]] = field(default_factory=list)
    amounts: list[Shown] = field(default_factory=list)
    indicators: list[dict[str, Shown]] = field(default_factory=list)
    early: list[dict[str, Shown]] = field(default_factory=list)
    total: dict[str, Shown] = field(default_factory=dict)
    reasons: str = ""
    quiet: bool = False  # nothing is made up for what the kit keeps nothing of

    def amount(self, at: int, suffix: str) -> Shown:
        """The amount of a row without columns, with the unit that the place writes behind it."""
        shown = self.amounts[at]
        return Shown(f"{shown.text}{suffix}", f"{shown.text}{suffix}") if suffix else shown

    def other(self, label: str) -> str:
        """What stands under a label that the kit keeps nothing of."""
        if self.quiet:
            return ""
        known = (
            ("日期", "2023年3月15日"), ("时间", "2022年1月至12月"), ("电话", "0391-5550123"), ("手机", "13800005555"),
            ("编码", "106001"), ("是否", "是"), ("负责人", "张三"), ("填", "李四"), ("人", "李四"), ("单位个数", "3"),
            ("主管部门", "农业农村部"), ("财政", "财政局"), ("处室", "农业科"),
            ("年", "2022"), ("金额单位", ""),
        )  # fmt: skip
        return next((text for word, text in known if word in label), "经常性工作")

    def filler(self, label: str, meaning: str) -> Shown:
        """What stands in a column that the kit keeps nothing of."""
        if self.quiet or meaning in (
            "blank",
            "review_remark",
            "review_actual",
            "review_score",
            "deviation_reason",
        ):
            return Shown("", None)
        if meaning == "standard":
            return plain("全部完成得满分，每减少1%扣0.5分，扣完为止。")
        if meaning == "early":
            number = self.chance.randint(20, 900)
            return plain(
                {"二级指标": "数量指标", "三级指标": f"建成{number}号渠长度", "指标值": f"≥{number}公里"}[
                    label
                ]
            )
        if meaning in ("last", "part"):
            return plain(str(self.chance.randint(1, 50)))
        if meaning == "zero":
            return plain("0")
        words = ("依据", "说明", "解释", "要点", "材料", "方案", "类型", "指标", "目标", "政策")
        if any(word in label for word in words):
            return plain("见年初批复的方案。")
        if "占比" in label or "率" in label or "预算到位" in label:
            return plain("100%")
        numeric = any(word in label for word in ("数", "金额", "执行", "年", "安排", "偏差", "得分"))
        return plain(str(self.chance.randint(1, 50)) if numeric else "正常")

    def foot(self, label: str, meaning: str) -> str:
        """What stands in a row below the table."""
        if meaning == "total_score":
            return self.total["self_score"].text
        if meaning in ("reason", "measure"):
            return self.reasons or "无"
        return self.other(label)


def content(facts: Mapping[str, Any], meant: Sequence[str], chance: random.Random) -> Content:
    """What a unit writes into a form of this layout."""
    name = chance.choice(PLACES) + chance.choice(("河道清淤", "道路养护", "校舍维修", "技能培训", "管网改造"))
    department = chance.choice(("水务局", "教育局", "交通运输局"))
    unit = f"{chance.choice(PLACES)}管理所"
    if any(split.partition(" = ")[0].endswith("代码") for split in facts.get("head", ())):
        department = f"[106]{department}"
    code = f"41{chance.randint(10**6, 10**7)}"
    fields = {"name": name, "unit": unit, "department": department, "year": "2022", "code": code}
    fields |= {
        "goal": "全年完成各项任务，改善基础设施条件。",
        "achieved": "各项任务全部完成，基础设施条件得到改善。",
    }
    said = Content(name, 2022, fields, chance)
    formats = chance.choice(("plain", "plain", "formatted", "text", "scaled"))
    points = _money(said, facts, chance, formats)
    if listed(facts):
        _listed(said, facts, meant, chance)
        form_work.fill(said.indicators, facts, meant, chance)
        return said
    said.fields |= form_work.fields(facts, chance)
    if meant:
        said.indicators = _rows(said, facts, meant, chance, formats)
        form_work.fill(said.indicators, facts, meant, chance)
    if "early_corner" in facts:
        said.early = _rows(said, facts, meant, chance, formats)
    scores = [Decimal(row["self_score"].text) for row in said.indicators if "self_score" in row]
    if scores:
        total = sum(scores, Decimal(0)) + (0 if (facts.get("total") or {}).get("indicators_only") else points)
        said.total = {"self_score": plain(short(total)), "weight": plain(str(_full(facts)))}
        said.fields["header_score"] = short(total)
        reviewed = [Decimal(row["review_score"].text) for row in said.indicators if "review_score" in row]
        said.total |= {"review_score": plain(short(sum(reviewed, Decimal(0))))} if reviewed else {}
        if (facts.get("total") or {}).get("indicators_only"):
            said.total["weight"] = plain(str(facts["sum"]))
    elif "sum" in facts:
        said.total = {"weight": plain(str(_full(facts)))}
    return said


def listed(facts: Mapping[str, Any]) -> str:
    """Of what each row of a plain list is: `indicators`, `subjects`, or "" for a form."""
    known = {"list": "indicators", "subjects": "subjects"}
    return known.get(facts["kind"]) or str(facts.get("listed", ""))


def _full(facts: Mapping[str, Any]) -> int:
    return facts["sum"] + facts.get("execution", 0)


def _money(said: Content, facts: Mapping[str, Any], chance: random.Random, formats: str) -> Decimal:
    """Fill the money; the points for the execution are returned."""
    funds = facts.get("funds")
    if not funds:
        return Decimal(0)
    budget = Decimal(chance.randint(2000, 900000)) / 100
    spent = budget if chance.random() < 0.4 else cents(budget * chance.randint(88, 99) / 100)
    initial = budget if chance.random() < 0.6 else cents(budget * chance.randint(90, 99) / 100)
    scale = 10000 if "（元" in funds["label"] or funds.get("unit") == "元" else 1
    rows = list(funds["rows"])
    total = funds.get("total", 0)
    if funds.get("total_last"):
        rows.append(rows.pop(0))
        total = len(rows) - 1
    shares = [chance.randint(0, 10) for _ in rows]
    values = {name: _parts(amount, shares, total) for name, amount in
              (("initial_budget", initial), ("adjusted_budget", budget), ("executed", spent))}  # fmt: skip
    blank = chance.random() < 0.5  # of a part without money
    full = facts.get("execution", 0)
    points = cents(full * spent / budget)
    for at, item in enumerate(rows):
        amounts = {name: several[at] for name, several in values.items()}
        row = {"item": plain(item)}
        row |= {name: _amount(amount * scale, formats, scale) for name, amount in amounts.items()}
        if at != total and blank:
            row |= {name: plain("") for name, amount in amounts.items() if not amount}
        row |= {
            "change": plain(short((amounts["adjusted_budget"] - amounts["initial_budget"]) * scale)),
            "same": row["adjusted_budget"],
            "forecast": row["adjusted_budget"],
            "progress": plain(str(100 * at // len(rows) + 40)),
            "serial": plain(str(at + 1)),
        }
        dash = funds.get("dash", "")
        row |= {"weight": plain(dash), "score": plain(dash), "rate": plain("")}
        if at == total:
            percents = any("执行率%" in str(one) for one in funds.get("columns", ()))
            rate = (spent / budget).quantize(Decimal("0.0001"), ROUND_HALF_UP)
            row |= {"weight": plain(str(full) if full else ""), "rate": _rate(rate, formats, percents)}
            row |= {"score": plain(short(points) if full else "")}
        said.funds.append(row)
    said.amounts = [
        plain(funds["words"]) if "words" in funds else row["initial_budget"] for row in said.funds
    ]
    if "suffix" in funds or funds.get("style") in ("cells", "text"):
        said.amounts = [plain(short(amount)) for amount in values["initial_budget"]]  # written behind a text
    return points


def _parts(amount: Decimal, shares: Sequence[int], total: int) -> list[Decimal]:
    """The amount at the place of the total, and parts that add up to it at all others: tenths of what is left."""
    left, parts = amount, []
    for share in shares[2:]:
        part = cents(left * share / 10)
        parts.append(part)
        left -= part
    if len(shares) > 1:
        parts.append(left)
    return [*parts[:total], amount, *parts[total:]]


def _amount(amount: Decimal, formats: str, scale: int) -> Shown:
    if formats == "formatted":
        return Shown(f"{amount:,.2f}", float(amount), "#,##0.00")
    if formats == "text":
        return Shown(f"{amount:,.2f}", f"{amount:,.2f}")
    if formats == "scaled" and scale == 1:
        return Shown(f"{amount:.4f}", int(amount * 10000), "0!.0000")
    return plain(short(amount))


def _rate(rate: Decimal, formats: str, percents: bool) -> Shown:
    if percents:
        return plain(short(rate * 100))
    if formats == "text":
        return plain(f"{rate * 100:.2f}%")
    return Shown(f"{rate * 100:.2f}%", float(rate), "0.00%")


def _rows(
    said: Content, facts: Mapping[str, Any], meant: Sequence[str], chance: random.Random, formats: str
) -> list[dict[str, Shown]]:
    """The indicators, in the order of their levels."""
    levels = LEVELS[facts.get("levels", "ministry")]
    kinds = [kind for kind in ORDER if kind in levels and (kind in ALWAYS or chance.random() < 0.5)]
    kinds += [chance.choice(kinds) for _ in range(chance.randint(0, 4))]
    kinds.sort(key=lambda kind: (_first(levels, kind), ORDER.index(kind)))
    scored = "sum" in facts
    weights = _by_level([levels[kind][0] for kind in kinds], facts.get("sum", 100), chance)
    used: set[str] = set()
    rows = []
    for kind, weight in zip(kinds, weights, strict=True):
        one, two = levels[kind]
        row = {"level1": plain(one)} | ({"level2": plain(two)} if two or "level2" in meant else {})
        row |= _values(facts, meant, kind, weight, used, chance, formats)
        if scored:
            row |= {"weight": plain(short(weight)), "weight_before": plain(short(weight))}
        rows.append(row)
    if "rate_row" in facts:
        rows = _with_rate(said, facts, rows)
    _groups(facts, meant, rows)
    _reviewed(meant, rows, chance)
    if any("reason" in row for row in rows):
        said.reasons = "；".join(
            f"{row['level3'].text}未完成：{REASON}" for row in rows if row.pop("reason", None)
        )
    return rows


def _first(levels: Mapping[str, tuple[str, str]], kind: str) -> int:
    names = list(dict.fromkeys(levels[each][0] for each in ORDER if each in levels))
    return names.index(levels[kind][0])


def _by_level(names: Sequence[str], total: int, chance: random.Random) -> list[Decimal]:
    """Points of each row; those of the three usual levels add up to the ministry's 50, 30 and 10 of 90, or the like."""
    groups = list(dict.fromkeys(names))
    if len(groups) != 3 or "满意度" not in groups[2] or total not in SCHEMES:
        return _weights(total, len(names), chance)
    return [
        weight
        for group, points in zip(groups, SCHEMES[total], strict=True)
        for weight in _weights(points, names.count(group), chance)
    ]


def _weights(total: int, count: int, chance: random.Random) -> list[Decimal]:
    weights = [Decimal(total // (2 * count))] * count
    for _ in range(total - sum(map(int, weights))):
        weights[chance.randrange(count)] += 1
    if chance.random() < 0.2 and count > 1:
        weights[0] += Decimal("0.5")
        weights[1] -= Decimal("0.5")
    return weights


def _values(
    facts: Mapping[str, Any], meant: Sequence[str], kind: str, weight: Decimal, used: set[str],
    chance: random.Random, formats: str,
) -> dict[str, Shown]:  # fmt: skip
    """Name, target, what was reached and the points of one indicator."""
    worded = kind in WORDS or (kind in TEXTS and chance.random() < 0.3)
    thing = chance.choice(THINGS[kind])
    name, words = TEXTS.get(kind, (thing[0], WORDS.get(kind, ""))) if worded else (thing[0], "")
    _, sign, unit, least, most = ("", "", "", 0, 0) if worded else thing
    names = [f"{place}{name}" for place in chance.sample(PLACES, len(PLACES))]
    name = next(each for each in names if each not in used)
    used.add(name)
    target = Decimal(chance.randint(least, most))
    reason = _reason(facts, meant, kind, worded, chance)
    reached = _over(target, sign, unit, bool(reason), chance)
    row = {"level3": plain(f"{name}（{short(weight)}分）" if facts.get("name_points") else name)}
    row |= _goal(facts, meant, sign, target, unit, words, chance, formats)
    row["actual"] = plain(words) if worded else _reached(meant, reached, unit, chance, formats)
    if facts["kind"] in ("targets", "list"):
        return row
    falls = bool(reason) and (worded or (reached < target and sign != "≤"))
    if "sum" in facts:
        share = Decimal(1) if not falls else Decimal("0.8") if worded else reached / target
        row["self_score"] = plain(short(cents(weight * share)))
    if falls:
        row[reason] = plain(REASON)
    return row


def _reason(
    facts: Mapping[str, Any], meant: Sequence[str], kind: str, worded: bool, chance: random.Random
) -> str:
    """Where a fall of this indicator is explained, "" where it does not fall: what is judged by a standard needs no reason."""
    if facts["kind"] in ("targets", "list") or kind not in ("quantity", "social", "aims", "order"):
        return ""
    assessed = facts["kind"] == "scores" or "target" not in meant
    if chance.random() > 0.25 or (worded and not assessed):
        return ""
    if "deviation_reason" in meant:
        return "deviation_reason"
    return "reason" if assessed or any("= reason" in one for one in facts.get("foot", ())) else ""


def _over(target: Decimal, sign: str, unit: str, falls: bool, chance: random.Random) -> Decimal:
    """What was reached: as much as was asked for or a little more, or a fifth less."""
    if sign == "≤":
        reached = target * chance.choice((100, 95, 90)) / 100
    elif falls:
        reached = max(target * 8 / 10, Decimal(1)).to_integral_value()
    else:
        reached = target * (100 + (chance.choice((0, 0, 0, 5, 10)) if sign == "≥" else 0)) / 100
    reached = min(reached, Decimal(100)) if unit == "%" else reached
    return reached.quantize(Decimal("0.1" if unit in ("%", "万元", "元/人", "公里", "吨") else "1"))


def _goal(
    facts: Mapping[str, Any], meant: Sequence[str], sign: str, target: Decimal, unit: str, words: str,
    chance: random.Random, formats: str,
) -> dict[str, Shown]:  # fmt: skip
    """The target in one column, or in three."""
    printed = facts.get("signs", {}).get(sign, sign)
    row: dict[str, Shown] = {}
    if "operator" in meant:
        row["operator"] = plain(printed if not words else "定性")
        printed = ""
    if "measure_unit" in meant:
        row["measure_unit"] = plain(unit)
        unit = ""
    text = short(target)
    if words:
        row["target"] = plain(words)
    elif formats == "formatted" and printed in ("≥", "≤", "=") and chance.random() < 0.5:
        code = f'"{printed}"0"{unit}"' if unit else f'"{printed}"0'
        row["target"] = Shown(f"{printed}{text}{unit}", int(target), code)
    else:
        row["target"] = plain(f"{printed}{text}{unit}")
    return row


def _reached(meant: Sequence[str], reached: Decimal, unit: str, chance: random.Random, formats: str) -> Shown:
    text = short(reached)
    if unit == "%":
        return Shown(f"{text}%", float(reached / 100), "0.0%" if "." in text else "0%")
    if formats == "formatted" and "measure_unit" not in meant and "." not in text:
        return Shown(f"{text}{unit}", int(reached), f'0"{unit}"')
    written = "measure_unit" in meant or chance.random() < 0.3
    return plain(text if written else f"{text}{unit}")


def _with_rate(
    said: Content, facts: Mapping[str, Any], rows: list[dict[str, Shown]]
) -> list[dict[str, Shown]]:
    """With the execution of the budget as an indicator of its own; its points are taken off the heaviest."""
    points = facts["rate_row"]
    total = said.funds[-1]
    spent, budget = (Decimal(total[n].text.replace(",", "")) for n in ("executed", "adjusted_budget"))
    rate = (spent / budget).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    heavy = max(rows, key=lambda row: Decimal(row["weight"].text))
    left = Decimal(heavy["weight"].text) - points
    heavy["self_score"] = plain(
        short(cents(Decimal(heavy["self_score"].text) * left / Decimal(heavy["weight"].text)))
    )
    heavy["weight"] = plain(short(left))
    own = {
        "level1": plain("投入目标"),
        "level3": plain("预算执行率"),
        "target": plain("100%"),
        "weight": plain(str(points)),
    }
    own |= {
        "actual": plain(f"{short(rate * 100)}%"),
        "self_score": plain(short(cents(points * spent / budget))),
    }
    return [own, *rows]


def _groups(facts: Mapping[str, Any], meant: Sequence[str], rows: list[dict[str, Shown]]) -> None:
    """The points of a level, in a column of their own or behind its name."""
    behind = facts.get("level_points") or facts.get("levels") == "points"
    names = [tuple(row[key].text for key in ("level1", "level2") if key in row) for row in rows]
    weights = [Decimal(row["weight"].text if "weight" in row else 0) for row in rows]
    for depth, meaning in ((1, "group"), (2, "group2")):
        sums: dict[tuple[str, ...], Decimal] = {}
        for name, weight in zip(names, weights, strict=True):
            sums[name[:depth]] = sums.get(name[:depth], Decimal(0)) + weight
        for name, row in zip(names, rows, strict=True):
            points = short(sums[name[:depth]])
            if meaning in meant:
                row[meaning] = plain(points)
            if depth == 1 and behind:
                row["level1"] = plain(f"{row['level1'].text}（{points}分）")


def _reviewed(meant: Sequence[str], rows: list[dict[str, Shown]], chance: random.Random) -> None:
    if "review_actual" not in meant:
        return
    for row in rows:
        row |= {"review_actual": row["actual"], "review_score": row["self_score"]}
    row = chance.choice([row for row in rows if Decimal(row["self_score"].text) >= 4] or rows)
    row["review_score"] = plain(short(Decimal(row["self_score"].text) - 1))
    row["review_remark"] = plain("佐证材料不全，扣1分。")


def _listed(said: Content, facts: Mapping[str, Any], meant: Sequence[str], chance: random.Random) -> None:
    """Two to four subjects, a row for each of their indicators, or a row for each of them."""
    for number in range(chance.randint(2, 4)):
        head = {"code": plain(f"P{number + 1:03d}"), "name": plain(f"{PLACES[number]}{said.name}"),
                "unit": plain(said.fields["unit"]), "department": plain(said.fields["department"])}  # fmt: skip
        budget = Decimal(chance.randint(2000, 90000)) / 100
        head |= {name: plain(short(budget)) for name in ("initial_budget", "adjusted_budget", "executed")}
        rows = [{}] if listed(facts) == "subjects" else _rows(said, facts, meant, chance, "plain")
        said.indicators += [head | row for row in rows]
