"""Faults of self-evaluation forms: a filled form as the kit issues it in, the same form with one fault out.

Each function of FAULTS is named by what it does and listed under the one rule that finds it. It takes a form and one
of its lines, changes one place and what must follow from it (points of spending, the total), and returns the cell
where the finding has to be ("" for the whole sheet); None, with nothing changed, where the line does not suit.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from filled_form import BUDGET, FIRST, POINTS, RATE, SPENT, Form, Line
from jixiao.values.measures import parse_target

_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
_BOUNDED = ("合格率", "达标率", "满意度", "准确率")
_HEAVIEST = 27  # 30 % of the 90 points of the indicators
_REASON = "原因：设备到货推迟；措施：提前下单"

Fault = Callable[[Form, Line], str | None]


def column_twice(form: Form, line: Line) -> str:
    form.put(f"J{line.row}", line.score + 1)  # an empty column would say nothing
    return form.put("J13", "得分")


def unit_of_amounts_lost(form: Form, line: Line) -> str:
    form.put("A6", form.text("A6").partition("\n")[0])
    return "B7"


def score_in_wide_digits(form: Form, line: Line) -> str:
    return form.put(f"H{line.row}", str(line.score).translate(_WIDE))


def code_with_a_dash(form: Form, line: Line) -> str:
    return form.put("I3", f"{form.text('I3')}-甲")


def year_before(form: Form, line: Line) -> str:
    return form.put("A2", "（2020年度）")


def row_hidden(form: Form, line: Line) -> str:
    form.sheet.row_dimensions[line.row].hidden = True
    return ""  # the finding is one of the sheet


def formula_never_computed(form: Form, line: Line) -> str:
    return form.put("D8", "=D7-D9")


def first_budget_blank(form: Form, line: Line) -> str:
    return form.put("D7", None)


def one_point_less(form: Form, line: Line) -> str | None:
    if not line.met or line.weight < 2:
        return None
    form.put(f"G{line.row}", line.weight - 1)
    form.score(f"H{line.row}", line.score - 1)
    return f"G{FIRST}"


def _moved(form: Form, line: Line, points: Decimal, same: bool) -> Line | None:
    """Give points of a line to another one, of the same first level or of another; both keep full marks."""
    others = [
        each
        for each in form.lines
        if each.met and each.row != line.row and (each.level1 == line.level1) is same
        if each.weight + points <= _HEAVIEST
    ]
    if not line.met or line.weight < points or not others:
        return None
    for each, change in ((line, -points), (others[0], points)):
        form.put(f"G{each.row}", each.weight + change)
        form.put(f"H{each.row}", each.score + change)
    return others[0]


def points_of_another_level(form: Form, line: Line) -> str | None:
    return f"B{FIRST}" if line.weight > 2 and _moved(form, line, Decimal(2), same=False) else None


def no_points_left(form: Form, line: Line) -> str | None:
    return f"G{line.row}" if _moved(form, line, line.weight, same=True) else None


def name_never_filled_in(form: Form, line: Line) -> str:
    return form.put(f"D{line.row}", f"{form.text(f'D{line.row}')}（**）")


def something_else_than_satisfaction(form: Form, line: Line) -> str | None:
    return form.put(f"D{line.row}", "办事大厅环境整洁度") if "满意度" in line.level1 else None


def cost_at_least(form: Form, line: Line) -> str | None:
    if "成本" not in line.level2 or line.sign != "≤" or not line.met:
        return None
    form.put(f"F{line.row}", line.number)
    return form.put(f"E{line.row}", f"≥{line.number}{line.unit}")


def direction_forgotten(form: Form, line: Line) -> str | None:
    plain = line.sign == "≥" and (line.number, line.unit) != (100, "%")
    return form.put(f"E{line.row}", f"{line.number}{line.unit}") if plain and line.met else None


def more_than_the_whole(form: Form, line: Line) -> str | None:
    name = form.text(f"D{line.row}")
    if not (line.met and line.sign == "≥" and name.endswith(_BOUNDED)):
        return None
    form.put(f"I{line.row}", None)
    return form.put(f"F{line.row}", 101)


def target_copied(form: Form, line: Line) -> str | None:
    fits = line.met and line.sign == "≥" and "满意度" not in line.level1
    return form.put(f"F{line.row}", form.text(f"E{line.row}")) if fits else None


def more_points_than_spending_has(form: Form, line: Line) -> str | None:
    rest = form.number(form.total) - form.number(POINTS)
    fits = rest <= 89 and form.number(SPENT) <= form.number(BUDGET)
    return form.score(POINTS, Decimal(11)) if fits else None


def total_misadded(form: Form, line: Line) -> str:
    return form.put(form.total, form.number(form.total) - Decimal("0.02"))


def points_of_spending_guessed(form: Form, line: Line) -> str:
    return form.score(POINTS, form.number(POINTS) - Decimal("0.06"))


def no_budget(form: Form, line: Line) -> str:
    return form.put(BUDGET, 0)


def overspent(form: Form, line: Line) -> str:
    return form.spend("1.05")


def little_spent_all_done(form: Form, line: Line) -> str | None:
    weights, scores = (sum(getattr(each, name) for each in form.lines) for name in ("weight", "score"))
    return form.spend("0.82") if scores > weights * Decimal("0.92") else None


def twice_the_target(form: Form, line: Line) -> str | None:
    if not line.met or line.sign != "≥" or line.unit == "%":
        return None
    form.put(f"I{line.row}", None)
    return form.put(f"F{line.row}", line.number * 2)


def full_points_though_missed(form: Form, line: Line) -> str | None:
    if not line.met or line.sign != "≥":
        return None
    form.missed(line, line.weight)
    form.put(f"I{line.row}", _REASON)
    return f"H{line.row}"


def full_points_for_half_of_it(form: Form, line: Line) -> str | None:
    if parse_target(form.text(f"E{line.row}")).kind.numeric or line.score < line.weight:
        return None
    form.put(f"F{line.row}", "部分达成并具有一定效果")
    form.put(f"I{line.row}", _REASON)
    return f"H{line.row}"


def missed_without_a_word(form: Form, line: Line) -> str | None:
    if not line.met or line.sign != "≥":
        return None
    form.missed(line, line.weight * Decimal("0.9"))
    return form.put(f"I{line.row}", None)


def late_in_full(form: Form, line: Line) -> str | None:
    if "时效" not in line.level2 or line.score < line.weight:
        return None
    form.put(f"D{line.row}", "资料汇编完成时间")
    form.put(f"E{line.row}", "2021年6月底前")
    form.put(f"F{line.row}", "2021年7月1日")
    form.put(f"I{line.row}", _REASON)
    return f"H{line.row}"


def nobody_complained(form: Form, line: Line) -> str | None:
    if "满意度" not in line.level1 or line.actual in (None, 100):
        return None
    form.put(f"I{line.row}", "全年没有投诉")
    return f"F{line.row}"


def no_problems(form: Form, line: Line) -> str | None:
    lost = form.number(form.total) < 100
    return form.put(f"B{form.end + 1}", "无") if lost else None


def part_less_than_the_whole(form: Form, line: Line) -> str:
    form.put("F8", form.number(SPENT) - Decimal("1.11"))
    return SPENT


def rate_misprinted(form: Form, line: Line) -> str:
    return form.put(RATE, form.number(RATE) - Decimal("0.0111"))


FAULTS: tuple[tuple[str, Fault], ...] = (
    ("F02", column_twice),
    ("F05", unit_of_amounts_lost),
    ("F06", score_in_wide_digits),
    ("F07", code_with_a_dash),
    ("F10", year_before),
    ("F11", row_hidden),
    ("F12", formula_never_computed),
    ("F13", first_budget_blank),
    ("G01", one_point_less),
    ("G02", points_of_another_level),
    ("G03", no_points_left),
    ("G06", name_never_filled_in),
    ("G08", something_else_than_satisfaction),
    ("G10", cost_at_least),
    ("G11", direction_forgotten),
    ("G15", more_than_the_whole),
    ("G21", target_copied),
    ("S01", more_points_than_spending_has),
    ("S02", total_misadded),
    ("S03", points_of_spending_guessed),
    ("S04", no_budget),
    ("S05", overspent),
    ("S06", little_spent_all_done),
    ("S09", twice_the_target),
    ("S11", full_points_though_missed),
    ("S12", full_points_for_half_of_it),
    ("S13", missed_without_a_word),
    ("S18", late_in_full),
    ("S19", nobody_complained),
    ("S23", no_problems),
    ("D04", part_less_than_the_whole),
    ("D06", rate_misprinted),
)
