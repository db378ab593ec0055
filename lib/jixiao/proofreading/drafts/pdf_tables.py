"""Tables of a PDF page: by the lines that are drawn around cells, or by columns where only rows are ruled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from jixiao.proofreading.drafts.pdf_lines import Line

_THIN = 2.5  # points: a drawn area that is thinner is a line
_LONG = 8.0  # points that a line has at least
_SAME = 3.0  # points within which two edges are one
_MOST = 20_000  # drawn areas of a page that are looked at

# row, column, rows and columns it covers, and the lines of text in it
Rows = list[tuple[int, int, int, int, list[Line]]]


@dataclass
class Rules:
    """The lines drawn on a page: level ones as (height, left, right), upright ones as (place, bottom, top)."""

    level: list[tuple[float, float, float]] = field(default_factory=list)
    upright: list[tuple[float, float, float]] = field(default_factory=list)


def rules(page: Any, raw: Any) -> Rules:
    """The lines that are drawn on a page, borders of areas among them."""
    import pypdfium2

    found = Rules()
    for at, drawn in enumerate(page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,))):
        if at == _MOST:
            break
        try:
            left, bottom, right, top = drawn.get_bounds()
        except pypdfium2.PdfiumError:
            continue
        if top - bottom <= _THIN and right - left >= _LONG:
            found.level.append(((top + bottom) / 2, left, right))
        elif right - left <= _THIN and top - bottom >= _LONG:
            found.upright.append(((left + right) / 2, bottom, top))
    return found


def split(lines: Sequence[Line], drawn: Rules) -> list[Line | Rows]:
    """The lines of a page and, in their places, its tables."""
    found: list[Line | Rows] = []
    waiting: list[Line] = []
    grids = list(_grids(drawn))
    inside: dict[int, list[Line]] = {}
    for line in lines:
        middle = (line.top + line.bottom) / 2
        grid = next(
            (n for n, one in enumerate(grids) if one.bottom <= middle <= one.top and one.holds(line)), None
        )
        if grid is not None:
            found += _by_columns(waiting)
            waiting = []
            if grid not in inside:
                inside[grid] = []
                found.append([])
                grids[grid].place = len(found) - 1
            inside[grid].append(line)
        else:
            waiting.append(line)
    found += _by_columns(waiting)
    for number, held in inside.items():
        found[grids[number].place] = grids[number].rows(held)
    return [block for block in found if block]


@dataclass
class _Grid:
    """Lines that cross: where columns and rows begin and end."""

    columns: list[float]
    heights: list[float]  # from top to bottom
    drawn: Rules
    place: int = -1

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.heights[0]

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.heights[-1]

    def holds(self, line: Line) -> bool:
        """Whether a line of text lies between the edges."""
        return self.columns[0] - _SAME <= line.left and line.right <= self.columns[-1] + _SAME

    def rows(self, lines: Sequence[Line]) -> Rows:
        """The cells with what stands in them; cells without a line between them are one."""
        texts: dict[tuple[int, int], list[Line]] = {}
        for line in lines:
            for segment in self._cut(line):
                row = _interval([-one for one in self.heights], -(segment.top + segment.bottom) / 2)
                column = _interval(self.columns, (segment.left + segment.right) / 2)
                texts.setdefault(self._first(row, column), []).append(segment)
        spans: dict[tuple[int, int], tuple[int, int]] = {}
        for row in range(len(self.heights) - 1):
            for column in range(len(self.columns) - 1):
                first = self._first(row, column)
                rows, columns = spans.get(first, (1, 1))
                spans[first] = (max(rows, row - first[0] + 1), max(columns, column - first[1] + 1))
        return [
            (row + 1, column + 1, *spans[row, column], texts.get((row, column), []))
            for row, column in sorted(spans)
        ]

    def _cut(self, line: Line) -> Iterator[Line]:
        """The parts of a line of text that stand in different columns."""
        part = Line(size=line.size)
        at = -1
        for sign, box in zip(line.text, line.boxes, strict=True):
            column = _interval(self.columns, (box[0] + box[2]) / 2)
            if column != at and part.text.strip() and sign != " ":
                yield part
                part = Line(size=line.size)
            if part.text or sign != " ":
                part.text += sign
                part.boxes.append(box)
            if sign != " ":
                at = column
        if part.text.strip():
            yield part

    def _first(self, row: int, column: int) -> tuple[int, int]:
        """The upper left cell of those that are one with this one."""
        while column and not self._is_upright_between(row, column):
            column -= 1
        while row and not self._is_level_between(row, column):
            row -= 1
        return row, column

    def _is_upright_between(self, row: int, column: int) -> bool:
        place = self.columns[column]
        middle = (self.heights[row] + self.heights[row + 1]) / 2
        return any(abs(x - place) <= _SAME and low <= middle <= high for x, low, high in self.drawn.upright)

    def _is_level_between(self, row: int, column: int) -> bool:
        height = self.heights[row]
        middle = (self.columns[column] + self.columns[column + 1]) / 2
        return any(abs(y - height) <= _SAME and low <= middle <= high for y, low, high in self.drawn.level)


def _interval(edges: Sequence[float], value: float) -> int:
    inner = [at for at in range(len(edges) - 1) if edges[at] <= value]
    return inner[-1] if inner else 0


def _grids(drawn: Rules) -> Iterator[_Grid]:
    """Groups of lines that cross, each of at least two columns and two rows."""
    waiting = sorted(drawn.upright, key=lambda one: -one[2])
    while waiting:
        _x, low, high = waiting[0]
        group: list[tuple[float, float, float]] = []
        grown = True
        while grown:
            inside = [one for one in waiting if one[1] <= high + _SAME and one[2] >= low - _SAME]
            grown = len(inside) > len(group)
            group = inside
            low = min(one[1] for one in group)
            high = max(one[2] for one in group)
        waiting = [one for one in waiting if one not in group]
        level = [one for one in drawn.level if low - _SAME <= one[0] <= high + _SAME]
        ends = [edge for _, left, right in level for edge in (left, right)]
        columns = _merged([one[0] for one in group] + ([min(ends), max(ends)] if ends else []))
        heights = _merged([one[0] for one in level] + [low, high])[::-1]
        if len(columns) > 2 and len(heights) > 2:
            yield _Grid(columns, heights, Rules(level, group))


def _merged(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SAME:
            found.append(value)
    return found


def _by_columns(lines: Sequence[Line]) -> list[Line | Rows]:
    """Lines of text as they are, and runs of rows with gaps at the same places as tables."""
    found: list[Line | Rows] = []
    run: list[Line] = []
    for line in lines:
        if len(line.segments) > 1 or (run and _goes_on(run, line)):
            run.append(line)
        else:
            found += _table_of(run)
            run = []
            found.append(line)
    return found + _table_of(run)


def _goes_on(run: Sequence[Line], line: Line) -> bool:
    """Whether a single segment is the second line of a cell that is not the first of its row."""
    above = run[-1]
    within = [
        one for one in above.segments[1:] if one.left - _SAME <= line.left and line.right <= one.right + _SAME
    ]
    return bool(within) and above.bottom - line.top < 0.6 * line.size


def _table_of(run: list[Line]) -> list[Line | Rows]:
    rows = [line for line in run if len(line.segments) > 1]
    if len(rows) < 2:
        return list(run)
    columns = _columns(run)
    if len(columns) < 2:
        return list(run)
    cells: Rows = []
    number = 0
    for line in run:
        goes_on = len(line.segments) == 1
        number += 0 if goes_on and number else 1
        for segment in line.segments:
            at = max(range(len(columns)), key=lambda n, one=segment: _overlap(columns[n], one))  # type: ignore[misc]
            same = next((cell for cell in cells if cell[:2] == (number, at + 1)), None)
            if same:
                same[4].append(segment)
            else:
                cells.append((number, at + 1, 1, 1, [segment]))
    return [cells]


def _columns(run: Sequence[Line]) -> list[tuple[float, float]]:
    """Left and right edges of the columns: segments of rows with the most segments, those above each other joined."""
    most = max(len(line.segments) for line in run)
    edges = sorted(
        (one.left, one.right) for line in run if len(line.segments) == most for one in line.segments
    )
    found: list[tuple[float, float]] = []
    for left, right in edges:
        if found and left < found[-1][1]:
            found[-1] = (found[-1][0], max(right, found[-1][1]))
        else:
            found.append((left, right))
    return found


def _overlap(column: tuple[float, float], segment: Line) -> float:
    """How far a segment lies in a column; below 0 how far away it is."""
    return min(column[1], segment.right) - max(column[0], segment.left)
