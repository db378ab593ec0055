"""The figures of a province: who sent what and when, ways of working, money, spreads of measures, gaps, and points lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain, groupby

from jixiao.analysis import funnel
from jixiao.analysis.funnel import Funnel
from jixiao.figures.model import LIST_MARK, Figure, Rows
from jixiao.figures.province import levels, province
from jixiao.figures.province.province import LEAST_QUARTERS, Province
from jixiao.figures.province.sources import District, Standing
from jixiao.figures.province.ways import Group
from jixiao.figures.trends.measures import Area, Measure, Method
from jixiao.figures.wording import figure
from jixiao.kit import numbers
from jixiao.year.schemas import OF_DISTRICTS

NAMED = 8  # districts that a sentence names; tables have all of them
MOST_ALIKE = 3  # districts that are named together as the lowest or the highest
_ZERO = Decimal(0)
_WAN_PER_YI = Decimal(10000)
_NOT_SPREAD = ("items", "amount", "problems", "left", "overdue")  # which grow with the district
SPREAD_AREAS = (Area.COVERAGE, Area.SCORES, Area.GRADES, Area.EXECUTION, Area.PROBLEMS)


def figures(found: Province) -> Iterator[Figure]:
    """All figures; without values where nothing came that says them."""
    made = chain(
        _standing(found), _money(found), _methods(found), _work(found), _spreads(found), _rows(found),
        _funnel(found), _levels(found),
    )  # fmt: skip
    invented = any(one.reconstructed for one in found.received)
    yield from (replace(one, reconstructed=invented) for one in made)


def spread_measures(found: Province) -> list[Measure]:
    """The measures of which districts are held against each other."""
    return [one for area in SPREAD_AREAS for one in found.of(area) if one.name not in _NOT_SPREAD]


def main_group(found: Province, measure: Measure) -> Group | None:
    """The group of most districts that have a number of the measure; None where no district has any."""
    return first_of(found.groups(measure.rests_on), lambda group: len(found.values(measure, group.rows)))


def first_of(groups: Iterable[Group], size: Callable[[Group], int]) -> Group | None:
    """The group of one known way that is largest by `size`, the first of such; None where all are empty."""
    known = [group for group in groups if group.known and size(group)]
    return max(known, key=size) if known else None


def names(
    found: Sequence[District], said: Callable[[District], str] = lambda one: one.name, most: int = NAMED
) -> str | None:
    """The names of districts for a sentence: the first ones, and how many there are; None of none."""
    if not found:
        return None
    more = f"等{len(found)}个" if len(found) > most else ""
    return LIST_MARK.join(map(said, found[:most])) + more


def _behind(found: Iterable[District], column: str = "name") -> Rows:
    return Rows(OF_DISTRICTS, tuple(one.row for one in found), column)


def _standing(found: Province) -> Iterator[Figure]:
    """Who sent something, in time or late, and who did not."""
    by: dict[Standing, list[District]] = {each: [] for each in Standing}
    for one in found.districts:
        by[one.standing].append(one)
    yield figure("province.districts", len(found.districts), _behind(found.districts))
    yield figure("province.received", len(found.received), _behind(found.received, "received_on"))
    for standing in Standing:
        yield figure(f"province.{standing.value}", len(by[standing]), _behind(by[standing], "received_on"))
    late = sorted(by[Standing.LATE], key=lambda one: (-(one.days or 0), one.row))
    yield figure("province.late_say", names(late, lambda one: f"{one.name}（晚{one.days}天）"), _behind(late))
    missing = sorted(by[Standing.MISSING], key=lambda one: (-(one.days or 0), one.row))
    yield figure("province.missing_say", _missing_words(missing), _behind(missing))
    waiting = by[Standing.NOT_DUE]
    yield figure("province.not_due_say", names(waiting), _behind(waiting))


def _missing_words(missing: Sequence[District]) -> str | None:
    """The districts that sent nothing, those of one due date together; the first ones by name, and how many there are."""
    said = []
    for due, group in groupby(missing[:NAMED], key=lambda one: one.due):
        own = list(group)
        day = (
            f"应于{due.year}年{due.month}月{due.day}日报送，已逾期{own[0].days}天" if due else "没有规定日期"
        )
        said.append(f"{LIST_MARK.join(one.name for one in own)}（{day}）")
    more = f"等{len(missing)}个" if len(missing) > NAMED else ""
    return LIST_MARK.join(said) + more or None


def _money(found: Province) -> Iterator[Figure]:
    """Budgets of all districts, and what part of them was evaluated."""
    budgets = {one.row: one.budget for one in found.districts if one.budget is not None}
    known = [one for one in found.districts if one.row in budgets]
    unknown = [one for one in found.districts if one.row not in budgets]
    whole = sum(budgets.values(), _ZERO)
    yield figure("province.budget_yi_yuan", _yi(whole) if known else None, _behind(known, "initial_budget"))
    yield figure("province.budget_unknown", len(unknown), _behind(unknown, "initial_budget"))
    sent = [one for one in found.received if one.row in budgets]
    share = numbers.percent(sum((budgets[one.row] for one in sent), _ZERO), whole) if not unknown else None
    yield figure("province.received_percent", share, _behind(sent, "initial_budget"))
    closed = [one for one in found.received if one.closed]
    yield figure("province.closed", len(closed), _behind(closed))
    yield figure(
        "province.published",
        len(found.received) - len(closed),
        _behind(one for one in found.received if not one.closed),
    )
    for name, key in (
        ("items", province.ITEMS),
        ("departments", "evaluation.departments.reporting"),
        ("projects", "evaluation.projects.reporting"),
    ):
        yield _sum(f"province.{name}", found.received, key)
    empty = [one for one in found.received if not one.number(province.ITEMS)]
    yield figure("province.empty", len(empty), _behind(empty))
    yield figure("province.empty_say", names(empty), _behind(empty))
    yield _sum("province.amount_yi_yuan", found.received, "evaluation.amount_yi_yuan")
    amounts = {one.row: one.number("evaluation.amount_yi_yuan") for one in found.received}
    both = [one for one in sent if amounts[one.row] is not None]
    evaluated = sum((amounts[one.row] or _ZERO for one in both), _ZERO) * _WAN_PER_YI
    part = numbers.percent(evaluated, sum((budgets[one.row] for one in both), _ZERO)) if both else None
    yield figure("province.share_percent", part, _behind(both, "initial_budget"))
    every = {row for row, amount in amounts.items() if amount is not None}
    complete = bool(every) and not unknown and every == {one.row for one in found.received}
    yield figure(
        "province.share_of_all_percent",
        numbers.percent(evaluated, whole) if complete else None,
        _behind(known),
    )


def _yi(wan: Decimal) -> Decimal:
    return numbers.rounded(wan / _WAN_PER_YI)


def _sum(key: str, among: Sequence[District], of: str, factor: Decimal | None = None) -> Figure:
    """The sum of a figure over the districts that have it; without value where none has."""
    known = [one for one in among if one.number(of) is not None]
    whole = sum((one.number(of) or _ZERO for one in known), _ZERO)
    value = whole if factor is None else numbers.rounded(whole / factor)
    return figure(key, value if known else None, _behind(known))


def _methods(found: Province) -> Iterator[Figure]:
    """In how many ways the districts worked, and in which."""
    said = []
    for method in Method:
        ways = found.ways[method]
        known = [way for way in ways if way.known]
        unsaid = [way for way in ways if not way.known]
        filled = {"method": method.value, "word": method.words}
        yield figure("province.ways.{method}", len(known), _behind(found.received), **filled)
        rows = unsaid[0].rows if unsaid else ()
        behind = Rows(OF_DISTRICTS, rows, "name")
        yield figure("province.unsaid.{method}", len(rows), behind, **filled)
        if len(ways) > 1:
            parts = [f"{way.name}{len(way.rows)}个区县" for way in known]
            parts += [f"{len(rows)}个区县没有记录"] if rows else []
            said.append(f"{method.words}有{len(known)}种（{LIST_MARK.join(parts)}）")
    yield figure("province.methods_say", "；".join(said) or None, _behind(found.received))
    yield figure("province.few_say", few_words(found, found.measures), _behind(found.received))
    yield figure("province.lacking_say", lacking_words(found, found.measures), _behind(found.received))


def few_words(found: Province, own: Sequence[Measure]) -> str | None:
    """Which districts have numbers that are not told since they are of too few."""
    few = {one.row for measure in own for one in found.of_few(measure)}
    return names([one for one in found.received if one.row in few])


def lacking_words(found: Province, own: Sequence[Measure]) -> str | None:
    """Which districts lack numbers that others have: 示例区003没有“整改完成率”; districts without subjects are told apart."""
    said: dict[str, list[str]] = {}
    lacking = {measure: {one.row for one in found.lacking(measure)} for measure in own}
    for one in found.received:
        lacks = [f"“{measure.label}”" for measure, rows in lacking.items() if one.row in rows]
        if lacks and one.number(province.ITEMS):
            more = f"等{len(lacks)}项" if len(lacks) > 2 else ""
            said.setdefault(LIST_MARK.join(lacks[:2]) + more, []).append(one.name)
    parts = [
        f"{LIST_MARK.join(districts[:NAMED])}{f'等{len(districts)}个区县' if len(districts) > NAMED else ''}没有{what}"
        for what, districts in said.items()
    ]
    return "；".join(parts[:NAMED]) + ("等" if len(parts) > NAMED else "") or None


def _work(found: Province) -> Iterator[Figure]:
    """Key projects, money that results moved, and problems."""
    among = found.received
    yield _sum("province.key_projects", among, "key_projects.count")
    yield _sum("province.key_projects_yi_yuan", among, "key_projects.budget_wan_yuan", _WAN_PER_YI)
    key = [one for one in among if one.number("key_projects.count")]
    yield figure("province.key_districts", len(key), _behind(key))
    yield _sum("province.used_wan_yuan", among, "results_use.amount_wan_yuan")
    used = [one for one in among if one.number("results_use.amount_wan_yuan")]
    yield figure("province.used_districts", len(used), _behind(used))
    yield figure(
        "province.unused_districts", len(among) - len(used), _behind(one for one in among if one not in used)
    )
    yield _sum("province.decided_wan_yuan", among, "results_use.decided_wan_yuan")
    yield _sum("province.problems", among, "problems.count")
    both = [one for one in among if None not in (one.number("problems.count"), one.number("problems.done"))]
    done, whole = (
        sum((one.number(key) or _ZERO for one in both), _ZERO) for key in ("problems.done", "problems.count")
    )
    yield figure("province.problems_done_percent", numbers.percent(done, whole), _behind(both))


def _spreads(found: Province) -> Iterator[Figure]:
    """For each measure the districts of its largest group: lowest, middle, highest."""
    for measure in found.measures:
        if measure.name not in _NOT_SPREAD:
            yield from _spread(found, measure)


def _spread(found: Province, measure: Measure) -> Iterator[Figure]:
    group = main_group(found, measure)
    values = found.values(measure, group.rows) if group else {}
    behind = Rows(OF_DISTRICTS, tuple(values), "name")
    units = {each.unit for row in values if (each := found.by_row[row].figures.get(measure.key))}
    said = {"name": measure.name, "measure": measure.label, "unit": units.pop() if len(units) == 1 else ""}
    ordered = sorted(values.values())
    yield figure("province.{name}.compared", len(values) if values else None, behind, **said)
    yield figure("province.{name}.group", (group.name if group else "") or None, behind, **said)
    for end, at in (("low", 0), ("high", -1)):
        value = ordered[at] if len(ordered) > 1 else None
        own = [found.by_row[row] for row in values if values[row] == value]
        yield figure(f"province.{{name}}.{end}", value, _behind(own), **said)
        named = names(own) if len(own) <= MOST_ALIKE else None
        yield figure(f"province.{{name}}.{end}_say", named, _behind(own), **said)
    middle = province.percentile(ordered, province.QUARTERS[1]) if len(ordered) >= LEAST_QUARTERS else None
    yield figure("province.{name}.median", middle, behind, **said)


def _rows(found: Province) -> Iterator[Figure]:
    """Who sent rows, how many, and where they do not fit the figures."""
    sent = found.with_rows
    counts = found.counts
    yield figure("province.with_rows", len(sent), _behind(sent))
    yield figure(
        "province.without_rows_say",
        names([one for one in found.received if not one.rows]),
        _behind(found.received),
    )
    subjects = sum(counts.subjects.values()) if counts else None
    yield figure("province.rows.subjects", subjects, _behind(sent))
    yield figure(
        "province.rows.indicators", sum(counts.indicators.values()) if counts else None, _behind(sent)
    )
    unfit = [one for one in sent if counts and counts.subjects[one.row] != (one.number(province.ITEMS) or 0)]
    yield figure("province.rows.unfit_say", names(unfit), _behind(unfit))
    strange = [
        one for one in sent if counts and one.row not in found.reviewed_rows and counts.subjects[one.row]
    ]
    yield figure("province.rows.unreviewed_say", names(strange), _behind(strange))


def funnel_of(found: Province) -> tuple[Group, Funnel] | None:
    """The largest group of one way with its funnel; None where it has too few districts."""
    groups = found.groups((Method.POLICY, Method.REVIEW))
    group = first_of(groups, lambda each: len(set(each.rows) & found.reviewed_rows))
    if group is None:
        return None
    made = funnel.funnel({str(row): values for row, values in province.gaps(found, group).items()})
    return (group, made) if made is not None and made.allowed else None


def _funnel(found: Province) -> Iterator[Figure]:
    """The gap of each district against the others of its group."""
    own = funnel_of(found)
    made = own[1] if own else None

    def of(groups: Iterable[funnel.Group]) -> list[District]:
        return [found.by_row[int(one.name)] for one in groups]

    behind = _behind(of(made.groups) if made else ())
    yield figure("province.funnel.districts", made.n if made else None, behind)
    yield figure("province.funnel.group", (own[0].name if own else "") or None, behind)
    for name, share in (("beyond_95", funnel.INNER), ("beyond_998", funnel.OUTER)):
        beyond = of(made.outside(share)) if made else []
        yield figure(f"province.funnel.{name}", len(beyond) if made else None, _behind(beyond))
    far = made.outside(funnel.OUTER) if made else []
    for name, chosen in (
        ("above_say", [g for g in far if g.z > 0]),
        ("below_say", [g for g in far if g.z < 0]),
    ):
        yield figure(f"province.funnel.{name}", names(of(chosen)), _behind(of(chosen)))
    yield figure("province.funnel.dispersion", numbers.rounded(made.dispersion) if made else None, behind)


def _levels(found: Province) -> Iterator[Figure]:
    """Points lost by second level in the group that has most indicators."""
    own = levels.main(found)
    whole = levels.whole(own) if own else None
    behind = _behind(found.by_row[row] for row in own.rows) if own else _behind(())
    yield figure("province.levels.districts", len(own.rows) if own else None, behind)
    yield figure("province.levels.group", (own.name if own else "") or None, behind)
    yield figure("province.levels.count", whole.count if whole else None, behind)
    yield figure("province.levels.full_percent", whole.full_percent if whole else None, behind)
    yield figure("province.levels.own_percent", whole.own_percent if whole else None, behind)
    yield figure("province.levels.other_percent", whole.other_percent if whole else None, behind)
    most = own.lines[0] if own and own.lines and whole and whole.lost else None
    yield figure("province.levels.most", (most.name or most.level1) if most else None, behind)
    share = numbers.percent(most.lost, whole.lost) if most and whole else None
    yield figure("province.levels.most_percent", share, behind)
