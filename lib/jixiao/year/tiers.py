"""Tiers: who gave scores in a year, as its parameters name them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jixiao.year.bands import Band, check_disjoint
from jixiao.year.words import SCORED_TIERS, SubjectKind, Tier, TierColumns

KINDS = tuple(kind.key for kind in SubjectKind)
_ID = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN = "_share"  # the shares of a tier's bands stand under its id and this
_COVERS = ("all", "sample")
_PARTS = ("name", "by", "covers", "bands")


@dataclass(frozen=True)
class YearTier(TierColumns):
    """A tier of evaluation in one year: its id, what the report calls it, and who does it.

    `sample` says that it covers a part of the subjects only. `bands` has the intervals of scores that the report
    counts, by the key of the subject kind (departments, projects); a kind without any is not counted by bands.
    """

    id: str
    name: str
    by: str
    sample: bool
    bands: Mapping[str, tuple[Band, ...]] = field(hash=False)

    def __str__(self) -> str:
        return self.id

    @property
    def is_self(self) -> bool:
        """Whether the units evaluate themselves."""
        return self.id == Tier.SELF

    @property
    def by_indicators(self) -> bool:
        """Whether indicators.csv has a column for the points that it gives."""
        return self.id in SCORED_TIERS


class Misfit(ValueError):
    """A part of `tiers` that does not fit; its text says what is expected, `path` where."""

    def __init__(self, expected: str, *path: str) -> None:
        super().__init__(expected)
        self.path = path


def parsed(value: Any) -> dict[str, YearTier]:
    """The tiers that a params file declares, in its order; Misfit for what is no tier."""
    if not isinstance(value, dict) or not value:
        raise Misfit("每行一个层级：{name: 名称, by: 由谁评价, covers: all 或 sample, bands: 分数段}")
    tiers = {id: _tier(id, said) for id, said in value.items()}
    names = [tier.name for tier in tiers.values()]
    twice = next((tier.id for tier in tiers.values() if names.count(tier.name) > 1), None)
    if twice:
        raise Misfit("各层级的名称不重复", twice, "name")
    return tiers


def _tier(id: Any, said: Any) -> YearTier:
    if not isinstance(id, str) or not _ID.fullmatch(id) or id.endswith(_TAKEN):
        raise Misfit(
            f"层级的代号用小写字母、数字和 _，不以 {_TAKEN} 结尾，如 self、review、spot_check", str(id)
        )
    if not isinstance(said, dict):
        raise Misfit("{name: 名称, by: 由谁评价, covers: all 或 sample, bands: 分数段}", id)
    strange = [str(part) for part in said if part not in _PARTS]
    if strange:
        raise Misfit(f"层级只写 {'、'.join(_PARTS)}", id, strange[0])
    for part in ("name", "by"):
        text = said.get(part)
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            raise Misfit(
                f"{id} 的 {part} 是一段文字（name 名称，by 由谁评价）",
                *((id, part) if part in said else (id,)),
            )
    covers = said.get("covers", "all")
    if covers not in _COVERS:
        raise Misfit("all（全部评价对象）或 sample（抽查一部分）", id, "covers")
    return YearTier(
        id, said["name"].strip(), said["by"].strip(), covers == "sample", _bands(id, said.get("bands"))
    )


def _bands(id: str, said: Any) -> dict[str, tuple[Band, ...]]:
    """The bands of each kind of subjects; one list counts for all kinds."""
    if said is None:
        return {}
    if isinstance(said, list):
        return dict.fromkeys(KINDS, _band_list(said, id, "bands"))
    if not isinstance(said, dict) or not set(said) <= set(KINDS):
        raise Misfit(f"一列分数段，或按 {'、'.join(KINDS)} 分开写的各一列", id, "bands")
    return {kind: _band_list(listed, id, "bands", kind) for kind, listed in said.items()}


def _band_list(listed: Any, *path: str) -> tuple[Band, ...]:
    if not isinstance(listed, list) or not listed:
        raise Misfit('一列分数段，如 ["[90,100]", "[80,90)"]；不统计分数段的，不写这一项', *path)
    try:
        bands = tuple(map(_band, listed))
        if len({band.text for band in bands}) < len(bands):
            raise ValueError("分数段不重复")
        check_disjoint(bands)
    except ValueError as error:
        raise Misfit(str(error), *path) from None
    labels = [band.label for band in bands]
    if len(set(labels)) < len(labels):
        raise Misfit("各分数段的名称不重复", *path)
    return bands


def _band(said: Any) -> Band:
    """A band as its text, or as {band: text, name: what the report calls it}."""
    if isinstance(said, str):
        return Band.parse(said)
    if isinstance(said, dict) and set(said) == {"band", "name"}:
        name = said["name"]
        if isinstance(said["band"], str) and isinstance(name, str) and name.strip() and name.isprintable():
            return Band.parse(said["band"]).named(name.strip())
    raise ValueError('分数段写作 "[90,100]"，有名称的写作 {band: "[90,100]", name: 一等}')
