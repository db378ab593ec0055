"""In which ways districts worked: which of them have the same policy, the same reviewer, the same bands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jixiao.figures.model import LIST_MARK, Figure
from jixiao.figures.province.sources import District
from jixiao.figures.trends.measures import Method, band_of, basis
from jixiao.year.tiers import YearTier
from jixiao.year.words import Tier

_SIGNS = "甲乙丙丁戊己庚辛壬癸"
_WORDS = {Method.POLICY: "规则", Method.REVIEW: "复核", Method.BANDS: "分数段"}
UNSAID = "没有记录"
_MOST_PARTS = 4  # of what tells two ways apart that a line names
Basis = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Way:
    """One way of one method, "规则甲", in words, with the rows of its districts; `known` is false where they do not say."""

    method: Method
    name: str
    says: str
    rows: tuple[int, ...]
    known: bool = True


@dataclass(frozen=True)
class Group:
    """Districts whose numbers were found in one way: their rows, and what the group is called; "" where all are alike."""

    name: str
    rows: tuple[int, ...]
    known: bool = True


def ways(method: Method, districts: Sequence[District], other: YearTier | None) -> tuple[Way, ...]:
    """The ways of a method, the one of most districts first, those that do not say last."""
    found: dict[Basis | None, list[District]] = {}
    for one in districts:
        found.setdefault(basis(method, one.figures, other), []).append(one)
    unsaid = found.pop(None, [])
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[1][0].row))
    made = [
        Way(method, f"{_WORDS[method]}{_sign(at)}", words, tuple(one.row for one in own))
        for at, ((_, own), words) in enumerate(zip(ordered, _words(method, ordered, other), strict=True))
    ]
    if unsaid:
        rows = tuple(one.row for one in unsaid)
        made.append(Way(method, f"{_WORDS[method]}{UNSAID}", UNSAID, rows, known=False))
    return tuple(made)


def groups(ways_of: Mapping[Method, Sequence[Way]], methods: Sequence[Method]) -> tuple[Group, ...]:
    """The districts that are alike in all `methods`, the largest group first; those that do not say a method last."""
    of_row: dict[int, list[Way]] = {}
    for method in methods:
        for way in ways_of[method]:
            for row in way.rows:
                of_row.setdefault(row, []).append(way)
    found: dict[tuple[str, ...], list[int]] = {}
    unsaid: list[int] = []
    several = [method for method in methods if len(ways_of[method]) > 1]
    for row in sorted(of_row):
        own = of_row[row]
        if all(way.known for way in own):
            found.setdefault(tuple(way.name for way in own if way.method in several), []).append(row)
        else:
            unsaid.append(row)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[1][0]))
    made = [Group(LIST_MARK.join(names), tuple(rows)) for names, rows in ordered]
    return (*made, *([Group(UNSAID, tuple(unsaid), known=False)] if unsaid else []))


def _sign(at: int) -> str:
    return _SIGNS[at] if at < len(_SIGNS) else str(at + 1)


def _words(
    method: Method, ordered: Sequence[tuple[Basis | None, Sequence[District]]], other: YearTier | None
) -> Iterator[str]:
    """What each way is, in words; of two that would read alike also what tells them apart."""
    plain = [_plain(method, own[0].figures, other) for _, own in ordered]
    for at, (own, districts) in enumerate(ordered):
        alike = [dict(each or ()) for n, (each, _) in enumerate(ordered) if n != at and plain[n] == plain[at]]
        keys = [key for key, value in own or () if any(each.get(key) != value for each in alike)]
        keys += [key for each in alike for key in each if key not in dict(own or ())]
        apart = [_part(key, districts[0].figures.get(key)) for key in dict.fromkeys(keys)]
        more = "等" if len(apart) > _MOST_PARTS else ""
        yield plain[at] + (f"，{LIST_MARK.join(apart[:_MOST_PARTS])}{more}" if apart else "")


def _part(key: str, figure: Figure | None) -> str:
    return f"没有{key.rpartition('.')[2]}" if figure is None else f"{figure.label}{figure.display}"


def _plain(method: Method, figures: Mapping[str, Figure], other: YearTier | None) -> str:
    """What a way is called by the documents of the district."""

    def said(key: str) -> str:
        found = figures.get(key)
        return found.number if found is not None else ""

    if method is Method.POLICY:
        number = said("policy.number")
        return f"{said('policy.title')}{f'（{number}）' if number else ''}"
    if method is Method.REVIEW:
        tier = other.id if other else str(Tier.REVIEW)
        drawn = any(key.endswith(f".{tier}_drawn") for key in figures)
        by = said(f"tiers.{tier}.by")
        return f"{said(f'tiers.{tier}.name')}{f'（{by}）' if by else ''}，{'抽查一部分' if drawn else '评价全部'}"
    return f"统计{sum(band_of(key) is not None for key in figures)}个分数段"
