"""The tables of a province: who is late or missing, ways of working, spreads of measures, money, grades, points, all districts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from jixiao.analysis import funnel
from jixiao.figures import trace
from jixiao.figures.evaluate import Evaluation
from jixiao.figures.province import levels, province, province_figures
from jixiao.figures.province.levels import Levels
from jixiao.figures.province.province import Province
from jixiao.figures.province.sources import District, Standing
from jixiao.figures.province.ways import Group
from jixiao.figures.small_groups import LEAST
from jixiao.figures.trends.measures import Measure, Method
from jixiao.kit import numbers
from jixiao.report.parts.cells import amount_cell, count_cell, marks
from jixiao.report.table import Cell, Column, Row, Table, text
from jixiao.year import table_files
from jixiao.year.words import SubjectKind

OF_FEW = "不足三个"
_NONE = text(None).text
_MOST = 10  # districts that the table of money lists
_TIERS = {"before": "自评", "after": "复核"}


def standing(evaluation: Evaluation) -> Table | None:
    """The districts that came late, did not come, or still have time, the worst first."""
    found = evaluation.province
    order = [Standing.MISSING, Standing.LATE, Standing.NOT_DUE]
    own = [one for one in found.districts if one.standing in order] if found else []
    if not own:
        return None
    own.sort(key=lambda one: (order.index(one.standing), -(one.days or 0), one.row))
    rows: list[list[Cell | None]] = [
        [
            text(one.name),
            text(one.standing.words),
            text(one.due.isoformat() if one.due else None),
            text(one.received_on.isoformat() if one.received_on else None),
            count_cell(one.days) if one.days is not None else text(None),
        ]
        for one in own
    ]
    columns = [
        Column("区县"),
        Column("情况"),
        Column("应当报送", "center"),
        Column("收到", "center"),
        Column("晚或逾期（天）", "right"),
    ]
    day = evaluation.figures["report.published_on"].display
    return Table(
        "province-standing", "迟报和没有报送的区县", columns, rows, [f"注：没有报送的，逾期天数算到{day}。"]
    )


def ways(evaluation: Evaluation) -> Table | None:
    """In which ways districts worked, the one of most districts first."""
    found = evaluation.province
    if not found or not found.received:
        return None
    rows: list[list[Cell | None]] = []
    for method in Method:
        own = found.ways[method]
        for at, way in enumerate(own):
            first = text(method.words, rows=len(own)) if not at else None
            name = way.name if len(own) > 1 else None
            rows.append([first, text(name), text(way.says), count_cell(len(way.rows))])
    columns = [
        Column("方面"),
        Column("口径"),
        Column("内容"),
        Column("区县（个）", "right"),
    ]
    return Table(
        "province-ways",
        "各区县的口径",
        columns,
        rows,
        ["注：口径取自各区县的统计数，口径不同的区县不放在一起比较；各区县的口径见附录。"],
    )


def spread(evaluation: Evaluation) -> Table | None:
    """Each measure over the districts of one way: how many, lowest, quarters, highest."""
    found = evaluation.province
    if not found or not found.received:
        return None
    rows: list[list[Cell | None]] = []
    for measure in province_figures.spread_measures(found):
        own = list(_of_groups(found, measure))
        for at, (group, values) in enumerate(own):
            unit = found.by_row[next(iter(values))].figures[measure.key].unit
            first = text(f"{measure.label}（{unit}）", rows=len(own)) if not at else None
            rows.append(
                [first, text(_called(group)), count_cell(len(values)), *_quarters(list(values.values()))]
            )
    if not rows:
        return None
    heads = ("区县（个）", "最低", "四分之一", "中位数", "四分之三", "最高")
    columns = [Column("统计数"), Column("口径"), *(Column(head, "right") for head in heads)]
    notes = ["不足五个区县的只列最低和最高"]
    few = province_figures.few_words(found, found.measures)
    notes += [f"{few}有的评价对象不足三个，金额和得分不列"] if few else []
    notes += (
        [evaluation.figures["province.lacking_say"].display]
        if _has(evaluation, "province.lacking_say")
        else []
    )
    return Table("province-spread", "区县统计数的分布", columns, rows, [_note(evaluation, *notes)])


def _has(evaluation: Evaluation, key: str) -> bool:
    return evaluation.figures[key].value is not None


def _called(group: Group) -> str | None:
    return group.name or "全部"


def _of_groups(found: Province, measure: Measure) -> Iterator[tuple[Group, dict[int, Decimal]]]:
    """The groups of one way in which some district has a number of the measure."""
    for group in found.groups(measure.rests_on):
        values = found.values(measure, group.rows)
        if values and group.known:
            yield group, values


def _quarters(values: Sequence[Decimal]) -> list[Cell]:
    ordered = sorted(values)
    enough = len(ordered) >= province.LEAST_QUARTERS
    middle = [province.percentile(ordered, share) if enough else None for share in province.QUARTERS]
    return [amount_cell(each) for each in (ordered[0], *middle, ordered[-1])]


def _note(evaluation: Evaluation, *said: str) -> str:
    origin = [trace.INVENTED] if marks(evaluation) else []
    return f"注：{'；'.join([*(each for each in said if each), *origin])}。"


def outside(evaluation: Evaluation) -> Table | None:
    """The districts whose gap lies beyond the outer limit, the farthest first."""
    found = evaluation.province
    own = found and province_figures.funnel_of(found)
    if not found or not own or not own[1].outside(funnel.OUTER):
        return None
    made = own[1]
    rows: list[list[Cell | None]] = [
        [
            text(found.by_row[int(one.name)].name),
            count_cell(one.n),
            amount_cell(numbers.rounded(one.mean - made.centre)),
            amount_cell(numbers.rounded(made.reach(one.n, funnel.OUTER))),
        ]
        for one in made.outside(funnel.OUTER)
    ]
    heads = ("可比对象（个）", "比同类高出（分）", "99.8%控制线（±分）")
    columns = [Column("区县"), *(Column(head, "right") for head in heads)]
    notes = _note(evaluation, "比同类高出是自评与复核的差距减去同组同类对象的平均差距，负数为低于平均")
    return Table("province-outside", "差距超出控制线的区县", columns, rows, [notes])


def money(evaluation: Evaluation) -> Table | None:
    """Key projects, and the money that results moved, of the districts with most of it."""
    found = evaluation.province
    keys = ("results_use.amount_wan_yuan", "key_projects.budget_wan_yuan")
    own = [one for one in found.received if any(one.number(key) for key in keys)] if found else []
    if not own:
        return None
    told = sorted(own, key=lambda one: tuple(-(_told(one, key)[0] or Decimal(0)) for key in keys))
    rows: list[list[Cell | None]] = [
        [text(one.name), _count(one, "key_projects.count"), _amount(one, keys[1]), *_used(one, keys[0])]
        for one in told[:_MOST]
    ]
    said = any(row[-1] and row[-1].text != _NONE for row in rows)
    rows = rows if said else [row[:-1] for row in rows]
    columns = [
        Column("区县"),
        Column("重点项目（个）", "right"),
        Column("金额（万元）", "right"),
        Column("应用金额（万元）", "right"),
        Column("应用对象（个）", "right"),
        *([Column("应用方式")] if said else []),
    ]
    rest = f"有金额的区县共{len(own)}个，列结果应用金额最大的{_MOST}个" if len(own) > _MOST else ""
    few = (
        f"“{OF_FEW}”是只涉及一两个项目的，不列金额"
        if any(cell and cell.text == OF_FEW for row in rows for cell in row)
        else ""
    )
    return Table("province-money", "重点项目和结果应用", columns, rows, [_note(evaluation, rest, few)])


_COUNTED_BY = {
    "results_use.amount_wan_yuan": "results_use.amount_subjects",
    "key_projects.budget_wan_yuan": "key_projects.count",
}


def _told(one: District, key: str) -> tuple[Decimal | None, bool]:
    """An amount of a district, and whether it is not told since it is of one or two projects."""
    value = one.number(key)
    count = one.number(_COUNTED_BY[key])
    few = bool(value) and (count is None or count < LEAST)
    return (None if few else value), few


def _amount(one: District, key: str) -> Cell:
    value, few = _told(one, key)
    return Cell(OF_FEW) if few else amount_cell(value)


def _count(one: District, key: str) -> Cell:
    return amount_cell(one.number(key))


def _used(one: District, key: str) -> list[Cell]:
    effect = one.figures.get("results_use.amount_effect")
    said = effect.number if effect is not None and effect.value is not None else None
    return [_amount(one, key), _count(one, _COUNTED_BY[key]), text(said)]


def grades(evaluation: Evaluation) -> Table | None:
    """How many subjects have each grade, by policy, kind and tier; grades of two policies are not added up."""
    found = evaluation.province
    counts = found.counts if found else None
    if not found or counts is None:
        return None
    names = _grade_names(found)
    rows: list[list[Cell | None]] = []
    for group in found.groups((Method.POLICY, Method.REVIEW)):
        wanted = set(group.rows) & found.reviewed_rows
        frame = counts.grades[counts.grades["district"].isin(wanted)]
        if frame.empty or not group.known:
            continue
        begun = len(rows)
        for kind in SubjectKind:
            own = table_files.rows(frame[frame["kind"] == kind.value])
            for at, (side, word) in enumerate(_TIERS.items() if own else ()):
                sums = {name: sum(row["count"] for row in own if row[side] == name) for name in names}
                whole = sum(row["count"] for row in own)
                first = text(kind.words, rows=len(_TIERS)) if not at else None
                cells = [_share(sums[name], whole) if whole >= LEAST else Cell(OF_FEW) for name in names]
                rows.append([None, first, text(word), count_cell(whole), *cells])
        rows[begun][0] = text(_called(group), rows=len(rows) - begun)
    if not rows:
        return None
    columns = [
        Column("口径"),
        Column("类别"),
        Column("层级"),
        Column("对象（个）", "right"),
        *(Column(f"{name}（%）", "right") for name in names),
    ]
    is_few = any(cell and cell.text == OF_FEW for row in rows for cell in row)
    few = f"“{OF_FEW}”是评价对象只有一两个的，不列" if is_few else ""
    notes = _note(evaluation, "自评和复核都有等级的对象；等级按各自的评分规则，口径不同的不合计", few)
    return Table("province-grades", "自评和复核的等级", columns, rows, [notes])


def _grade_names(found: Province) -> list[str]:
    """The names of grades of all policies, in the order of the first that has them; others that rows have behind."""
    stem = "policy.grades."
    listed = [key.removeprefix(stem) for one in found.received for key in one.figures if key.startswith(stem)]
    frame = found.counts.grades if found.counts else None
    there = [] if frame is None else sorted({*frame["before"], *frame["after"]})
    return [name for name in dict.fromkeys([*listed, *there]) if name in there]


def _share(part: int, whole: int) -> Cell:
    return amount_cell(numbers.percent(part, whole))


def lost(evaluation: Evaluation) -> Table | None:
    """Points by second level, by group of one way; what lost most first."""
    found = evaluation.province
    own = levels.groups(found) if found else []
    rows = [row for group in own for row in _of_levels(group)]
    if not rows:
        return None
    heads = ("指标（项）", "自评满分（%）", "自评得分（%）", "复核得分（%）", "占失分（%）")
    columns = [Column("口径"), Column("二级指标"), *(Column(head, "right") for head in heads)]
    notes = _note(
        evaluation,
        "得分是占分值的比重；失分按复核，没有复核得分的组按自评",
        f"每组列失分最多的{_LISTED}个二级指标",
        "不足三十项指标的组不列",
    )
    return Table("province-levels", "各二级指标的得分", columns, rows, [notes], row_heads=2)


_LISTED = 12


def _of_levels(group: Levels) -> list[Row]:
    whole = levels.whole(group)
    shown = group.lines[:_LISTED]
    names = [line.name for line in shown]
    twice = {name for name in names if names.count(name) > 1}
    rows: list[Row] = []
    for at, line in enumerate(shown):
        share = numbers.percent(line.lost, whole.lost) if whole.lost else None
        rows.append(
            [
                text(group.name or "全部", rows=len(shown)) if not at else None,
                text(f"{line.name}（{line.level1}）" if line.name in twice else line.name or line.level1),
                count_cell(line.count),
                *map(amount_cell, (line.full_percent, line.own_percent, line.other_percent, share)),
            ]
        )
    return rows


_LISTED_MEASURES = ("share", "projects_self", "projects_other", "projects_gap", "done")
_SHORT = {
    "share": "占预算（%）",
    "projects_self": "自评（分）",
    "projects_other": "复核（分）",
    "projects_gap": "差距（分）",
    "done": "整改（%）",
}


def every(evaluation: Evaluation) -> Table | None:
    """All districts in the order of districts.csv with their main numbers, those that sent nothing too."""
    found = evaluation.province
    if not found or not found.districts:
        return None
    shown = [one for one in found.measures if one.name in _LISTED_MEASURES and found.values(one)]
    called = {row: group.name for group in found.groups((Method.POLICY, Method.REVIEW)) for row in group.rows}
    several = len(set(called.values())) > 1
    rows: list[list[Cell | None]] = []
    for one in found.districts:
        cells = [_of_district(found, measure, one) for measure in shown]
        group = [text(called.get(one.row))] if several else []
        rows.append([text(one.name), text(one.standing.words), *group, _count(one, province.ITEMS), *cells])
    columns = [
        Column("区县"),
        Column("报送"),
        *([Column("口径")] if several else []),
        Column("对象（个）", "right"),
        *(Column(_SHORT[one.name], "right") for one in shown),
    ]
    few = (
        f"“{OF_FEW}”是评价对象只有一两个的，不列"
        if any(cell and cell.text == OF_FEW for row in rows for cell in row)
        else ""
    )
    apart = "口径不同的区县，得分不比较" if several else ""
    means = "自评、复核、差距是项目支出的平均分" if any(one.name == "projects_self" for one in shown) else ""
    return Table(
        "province-districts",
        "各区县主要统计数",
        columns,
        rows,
        [_note(evaluation, means, apart, few, "“—”是没有这个数")],
    )


def _of_district(found: Province, measure: Measure, one: District) -> Cell:
    if found.is_of_few(measure, one):
        return Cell(OF_FEW)
    return amount_cell(found.value(measure, one))


TABLES: Mapping[str, Callable[[Evaluation], Table | None]] = {
    "province.standing": standing,
    "province.ways": ways,
    "province.spread": spread,
    "province.outside": outside,
    "province.money": money,
    "province.grades": grades,
    "province.levels": lost,
    "province.districts": every,
}
