"""Turns the indicator rows of a form into rows of indicators.csv and of the frame `parts`, with their cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from jixiao.forms.layouts import labels
from jixiao.forms.model import Form, FormKind, Value
from jixiao.forms.reading import number_cells
from jixiao.forms.records import targets
from jixiao.values import notation
from jixiao.values.notation import Nature
from jixiao.year import table_files
from jixiao.year.tables import Tables

Cells = Mapping[str, Value]
Known = Mapping[str, Sequence[Mapping[str, Any]]]  # subject → its rows of indicators.csv

REVIEW = ("review_actual", "review_score", "review_remark")
_NUMBERS = ("weight", "self_score", "review_score")
_TEXTS = ("level1", "level2", "level3", "actual", "deviation_reason", "review_actual", "review_remark")
_POINTS = re.compile(r"[(（]\s*[0-9.]+\s*分?\s*[)）]$")
_RESIDUE = re.compile(r"(?:指标)?[0-9一二三四五六七八九]*[:.、]?[/\\\-—…·.]*")
_CONTENT = ("target", "actual", "weight", "self_score", "review_actual", "review_score")


class Found(NamedTuple):
    """A row of a form as values by column, with its cells; `part` says that it is a part of the indicator above.

    `bare` says that nothing but the lack of points makes it one.
    """

    part: bool
    row: dict[str, Any]
    cells: Cells
    bare: bool = False


def known(tables: Tables | None) -> Known:
    """The indicators in the year's tables, by subject."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in table_files.rows(tables["indicators"]) if tables is not None else ():
        found.setdefault(row["subject_id"], []).append(row)
    return found


def of(form: Form) -> Iterator[Found]:
    """The indicators of a form, each followed by its parts; rows that were left blank are skipped."""
    above: Mapping[str, Value] = {}
    for cells in form.indicators:
        if ("level3" not in cells and form.kind == FormKind.LIST) or _blank(cells):
            continue
        may_be = bool(above) and "level3" in cells and not _does_not_apply(cells)
        named = may_be and _is_named_part(cells)
        bare = may_be and not named and _is_bare_part(cells, above)
        part = named or bare
        yield Found(part, _row(cells), cells, bare)
        above = above if part else cells


def _blank(cells: Cells) -> bool:
    """Whether a row was not filled in: no values, and no name or only what a template prints (指标2：, ……)."""
    name = labels.compact(cells["level3"].text) if "level3" in cells else ""
    filled = any(labels.compact(cells[n].text) not in number_cells.BLANKS for n in _CONTENT if n in cells)
    return not filled and bool(_RESIDUE.fullmatch(name)) and not _does_not_apply(cells)


def _does_not_apply(cells: Cells) -> bool:
    """Whether a row says that its kind of indicator does not apply: 不适用, 无 or / for a target, and no points.

    Only a row whose kind is named says that: a row of strokes under no level is one left blank.
    """
    levels = (labels.compact(_text(cells, name)) for name in ("level1", "level2"))
    if all(level in number_cells.BLANKS for level in levels):
        return False
    name = labels.compact(_text(cells, "level3"))
    if name and _RESIDUE.fullmatch(name) and not notation.not_applicable(name):
        return False  # 指标2： of a template
    said = _text(cells, "target") or _text(cells, "level3")
    actual = _text(cells, "actual").strip()
    pointless = not (number_cells.read(_text(cells, "weight"))[0] if "weight" in cells else None)
    return pointless and notation.not_applicable(said) and (not actual or notation.not_applicable(actual))


def _is_named_part(cells: Cells) -> bool:
    """Whether a row is a part of the indicator above it: it is named 其中, or both have one merged score."""
    points = _points(cells)
    if _unscored(cells) and any(cells[name].row < cells["level3"].row for name in points):
        return True
    named = labels.compact(cells["level3"].text).startswith("其中")
    return named and (_unscored(cells) or "weight" not in cells)


def _is_bare_part(cells: Cells, above: Cells) -> bool:
    """Whether a row is taken for a part of the indicator above it, as it has no points where that has some."""
    filled = any(
        labels.compact(cells[n].text) not in number_cells.BLANKS for n in ("target", "actual") if n in cells
    )
    scored = "weight" in above and number_cells.read(above["weight"].text)[0] is not None
    same = all(cells[n].text == above[n].text for n in ("level1", "level2") if n in cells and n in above)
    return len(_points(cells)) == 2 and _unscored(cells) and filled and scored and same


def _points(cells: Cells) -> list[str]:
    return [name for name in ("weight", "self_score") if name in cells]


def _unscored(cells: Cells) -> bool:
    """Whether a row of a table with points has none."""
    points = _points(cells)
    return bool(points) and all(labels.compact(cells[name].text) in number_cells.BLANKS for name in points)


def _row(cells: Cells) -> dict[str, Any]:
    row: dict[str, Any] = {name: _line(cells[name].text) for name in _TEXTS if name in cells}
    row |= {name: number_cells.read(cells[name].text)[0] for name in _NUMBERS if name in cells}
    if (
        "level3" in row
        and not row["level3"]
        and row.get("level2")
        and "target" in cells
        and not cells["target"].text
    ):
        row["level3"] = row["level2"]  # what is judged by a standard is often named by its second level only
    if row.get("level1"):
        row["level1"] = _POINTS.sub("", row["level1"]) or row["level1"]
    row |= _goal(cells)
    return _settled(row, cells) if _does_not_apply(cells) else row


def _settled(row: dict[str, Any], cells: Cells) -> dict[str, Any]:
    """A row that does not apply as the tables keep it: without points, and with 不适用 where nothing is written."""
    for name in ("level3", "target"):
        row[name] = row.get(name) or notation.NOT_APPLICABLE
    if "weight" in cells:
        row["weight"] = row.get("weight") or Decimal(0)
    return row | {"nature": row.get("nature") or Nature.QUALITATIVE}


def _goal(cells: Cells) -> dict[str, str | None]:
    """Nature, operator, target and unit, from columns of their own or split from the one column of the target."""
    if "target" not in cells:
        return {}
    text = _line(cells["target"].text) or ""
    unit = _line(_text(cells, "measure_unit")) or ""
    if "operator" in cells or "measure_unit" in cells:
        goal = targets.given(_text(cells, "operator") or _text(cells, "nature"), text, unit)
    else:
        goal = targets.split(text)
    nature = _line(_text(cells, "nature"))
    return (goal._replace(nature=Nature(nature)) if nature in tuple(Nature) else goal)._asdict()


def _text(cells: Cells, name: str) -> str:
    return cells[name].text if name in cells else ""


def _line(text: str) -> str | None:
    """`text` without the line breaks of a narrow cell; None where it is blank."""
    return re.sub(r"\s*[\r\n]+\s*", "", text).strip() or None


class Names:
    """Indicators of a subject, found by their names without a look at each of them."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self._places: dict[tuple[str, ...], list[int]] = {}  # third, or third and second level → positions
        self.add(rows)

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take in further indicators."""
        for row in rows:
            third, second = _name("level3", row), _name("level2", row)
            for key in ((third,), (third, second)):
                self._places.setdefault(key, []).append(len(self.rows))
            self.rows.append(row)

    def at(self, key: tuple[str, ...]) -> Sequence[int]:
        """The positions of those of a third level, or of a third and a second one, in their order."""
        return self._places.get(key, ())


class Taking:
    """What the rows of one form take of the indicators that are there: each of them once."""

    def __init__(self, names: Names) -> None:
        self.taken: set[int] = set()
        self._names = names
        self._tried: dict[tuple[str, ...], int] = {}  # how many positions of a name are behind us

    def take(self, row: Mapping[str, Any]) -> int | None:
        """The position of the indicator that `row` names and none before it took; None where there is none.

        It has the same third level; among several the one with the same second level is meant.
        """
        third = _name("level3", row)
        for key in ((third, _name("level2", row)), (third,)) if third else ():
            positions = self._names.at(key)
            for tried in range(self._tried.get(key, 0), len(positions)):
                self._tried[key] = tried + 1
                if positions[tried] not in self.taken:
                    self.taken.add(positions[tried])
                    return positions[tried]
        return None

    def take_at(self, position: int) -> int | None:
        """The indicator at a position, where no name took it."""
        if position in self.taken:
            return None
        self.taken.add(position)
        return position


def _name(level: str, row: Mapping[str, Any]) -> str:
    return labels.compact(row.get(level) or "")
