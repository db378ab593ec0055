"""A sheet built from cells that are found one by one: rows of equal length, and never too many of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from jixiao.forms.files import cell_text
from jixiao.forms.model import Merged, Remark, Sheet, address
from jixiao.kit.errors import Fault, FormError, Place
from jixiao.kit.limits import CELL_TEXT, FILE_CELLS, FILE_TEXT, MERGES

NAMED = 20  # formulas without a result that are remarked on one by one


@dataclass
class Room:
    """What the sheets of a file have taken so far of what one file may cost."""

    cells: int = 0  # rows × columns of the sheets that are laid out
    filled: int = 0  # cells with content, in the order in which they come
    text: int = 0  # characters


@dataclass
class Grid:
    """What a reader has gathered of one sheet so far: texts by row and column, and what is said about them."""

    file: str
    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    textual: set[tuple[int, int]] = field(default_factory=set)
    uncached: set[tuple[int, int]] = field(default_factory=set)
    room: Room = field(default_factory=Room)  # of the file

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a text that is not blank; FormError when it is too long, or the file has more of them than any form."""
        if not text:
            return
        if len(text) > CELL_TEXT:
            raise self.too_long(row, column, len(text))
        self._take(row, column, len(text))
        self.rows.setdefault(row, {})[column] = text

    def put_uncached(self, row: int, column: int) -> None:
        """Note a formula for which no result is stored."""
        self._take(row, column, 0)
        self.uncached.add((row, column))

    def merge(self, area: Merged) -> None:
        """Keep a merged area; FormError when there are more of them than any form has."""
        if len(self.merged) == MERGES:
            found = f"合并单元格有 {MERGES} 处以上"
            place = str(Place(self.file, self.name))
            raise FormError(Fault(place, found, f"不超过 {MERGES} 处", "取消表外的合并单元格后再报"))
        self.merged.append(area)

    def too_long(self, row: int, column: int, length: int) -> FormError:
        """The error for a cell with so many characters."""
        place = str(Place(self.file, self.name, address(row, column)))
        return FormError(Fault(place, f"这一格有 {length} 字以上", f"不超过 {CELL_TEXT} 字", "缩短后再报"))

    def _take(self, row: int, column: int, length: int) -> None:
        self.room.filled += 1
        self.room.text += length
        if self.room.filled > FILE_CELLS:
            raise too_large(Place(self.file, self.name), row, column)
        if self.room.text > FILE_TEXT:
            place = str(Place(self.file, self.name, address(row, column)))
            limit = f"全部工作表不超过 {FILE_TEXT} 字"
            raise FormError(Fault(place, "文字太多，到这一格已超过上限", limit, "拆成几个文件后再报"))

    def put_typed(self, row: int, column: int, text: str) -> None:
        """Keep a text that was stored as text; when it is a number, that is noted and its apostrophe dropped."""
        number = cell_text.number_in(text)
        if number is not None:
            self.textual.add((row, column))
        self.put(row, column, text if number is None else number)


def too_large(place: Place, row: int, column: int) -> FormError:
    """The error for a sheet with content as far out as this cell."""
    there = str(replace(place, cell=address(row, column)))
    limit = f"全部工作表的行数×列数不超过 {FILE_CELLS}"
    return FormError(Fault(there, "表格太大，写到了这一格", limit, "删去表外的内容后再报"))


def sheet(grid: Grid) -> tuple[Sheet, tuple[Remark, ...]]:
    """The sheet and what to say about it; FormError when its used area is too large to lay out."""
    height = max([*grid.rows, *(row for row, _ in grid.uncached)], default=-1) + 1
    widest = (max(cells) for cells in grid.rows.values() if cells)
    width = max([*widest, *(column for _, column in grid.uncached)], default=-1) + 1
    grid.room.cells += height * width
    if grid.room.cells > FILE_CELLS:
        row = height - 1
        ends = [*grid.rows.get(row, ()), *(column for at, column in grid.uncached if at == row)]
        raise too_large(Place(grid.file, grid.name), row, max(ends))
    merged = _clipped(grid, height, width)
    covered = _covered(grid, merged)
    blank = ("",) * width
    rows = tuple(
        tuple([grid.rows[row].get(column, "") for column in range(width)]) if row in grid.rows else blank
        for row in range(height)
    )
    made = Sheet(
        grid.file, grid.name, rows, merged, grid.hidden,
        frozenset(row for row in grid.hidden_rows if row < height),
        frozenset(grid.textual - covered), frozenset(grid.uncached),
    )  # fmt: skip
    return made, tuple(_remarks(grid, made, covered))


def _clipped(grid: Grid, height: int, width: int) -> tuple[Merged, ...]:
    """Merged areas within the sheet; FormError when they overlap so much that they cannot be genuine."""
    kept = []
    area = 0
    for one in grid.merged:
        bottom, right = min(one.bottom, height - 1), min(one.right, width - 1)
        if one.top <= bottom and one.left <= right and (bottom, right) != (one.top, one.left):
            kept.append(Merged(one.top, one.left, bottom, right))
            area += (bottom - one.top + 1) * (right - one.left + 1)
    if area > height * width:
        place = str(Place(grid.file, grid.name))
        raise FormError(
            Fault(place, "合并单元格互相重叠", "完整的工作簿", "用表格软件打开，另存为 .xlsx 后再报")
        )
    return tuple(kept)


def _covered(grid: Grid, merged: Iterable[Merged]) -> set[tuple[int, int]]:
    """Cells with content that a merged area hides; they are taken out, as nobody who reads the form sees them."""
    found = set()
    for one in merged:
        for row in range(one.top, one.bottom + 1):
            cells = grid.rows.get(row, {})
            inside = [column for column in range(one.left, one.right + 1) if column in cells]
            found.update((row, column) for column in inside if (row, column) != (one.top, one.left))
    for row, column in found:
        del grid.rows[row][column]
    return found


def _remarks(grid: Grid, made: Sheet, covered: set[tuple[int, int]]) -> Iterable[Remark]:
    """What is hidden, and formulas without a result: of very many only the first are named one by one."""
    place = Place(made.file, made.name)
    expected = "没有隐藏的内容"
    if made.hidden and made.rows:
        yield Remark("F11", place, "工作表是隐藏的", expected, "取消隐藏或删去这张表")
    rows = sorted(row + 1 for row in made.hidden_rows if row in grid.rows)
    if rows:
        yield Remark("F11", place, f"第 {spans(rows)} 行是隐藏的", expected, "取消隐藏，核对后再报")
    used = {column for cells in grid.rows.values() for column in cells} if grid.hidden_columns else set()
    columns = [address(0, column)[:-1] for column in sorted(grid.hidden_columns & used)]
    if columns:
        yield Remark("F11", place, f"{'、'.join(columns)} 列是隐藏的", expected, "取消隐藏，核对后再报")
    if covered:
        found = f"合并单元格盖住了 {len(covered)} 格内容"
        yield Remark("F11", made.place(*min(covered)), found, expected, "拆开合并的单元格，删去盖住的内容")
    uncached = sorted(made.uncached)
    for at, (row, column) in enumerate(uncached[:NAMED], 1):
        more = f"（另有 {len(uncached) - NAMED} 格也是）" if at == NAMED < len(uncached) else ""
        found = f"公式没有存下结果{more}"
        yield Remark("F12", made.place(row, column), found, "公式的结果", "用表格软件打开，重新计算并保存")


def spans(numbers: list[int]) -> str:
    """Ascending numbers with runs drawn together: 3–5、9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
