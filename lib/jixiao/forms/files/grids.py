"""Sheets built from cells that are found one by one: rows of equal length, and never too many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from jixiao.forms.files import cell_text
from jixiao.forms.files.number_formats import PLAIN, TEXT, Format
from jixiao.forms.model import Merged, Remark, Sheet, Workbook, address
from jixiao.kit.errors import Fault, FormError, Place, one_line
from jixiao.kit.limits import CELL_TEXT, FILE_CELLS, FILE_TEXT, LARGE_SHEETS, MERGES

NAMED = 20  # cells of one kind that are remarked on one by one, and sheets
Cell = tuple[int, int]


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
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    textual: set[Cell] = field(default_factory=set)
    uncached: set[Cell] = field(default_factory=set)
    errors: dict[Cell, str] = field(default_factory=dict)  # in words
    stored: dict[Cell, str] = field(default_factory=dict)
    apart: list[Cell] = field(default_factory=list)  # cells whose format shows another number than is stored
    cut_off: list[Cell] = field(default_factory=list)  # cells that hold more digits than a number has
    room: Room = field(default_factory=Room)  # of the file

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a text that is not blank; FormError when it is too long, or the file has more of them than any form."""
        if not text:
            return
        if len(text) > CELL_TEXT:
            raise self.too_long(row, column, len(text))
        self._take(row, column, len(text))
        self.rows.setdefault(row, {})[column] = text

    def put_number(
        self, row: int, column: int, raw: str, sections: tuple[Format, ...] = PLAIN, since_1904: bool = False
    ) -> None:
        """Keep what a cell shows of the number that is stored in it."""
        if sections is PLAIN and cell_text.SHORT.fullmatch(raw):
            self.put(row, column, raw)
        else:
            self.put_shown(row, column, cell_text.shown(raw, sections, since_1904))

    def put_shown(self, row: int, column: int, shown: cell_text.Shown) -> None:
        """Keep a number as it is shown, and beside it what is stored."""
        text, stored, apart = shown
        self.put(row, column, text)
        if stored is not None:
            self._keep(row, column, stored, apart)
        number = text if stored is None else stored
        if len(number) > cell_text.LONGEST and cell_text.is_cut_off(number):
            self.cut_off.append((row, column))

    def _keep(self, row: int, column: int, stored: str, apart: bool) -> None:
        """Keep what is stored in a cell beside what it shows."""
        self._take(row, column, 0)
        self.stored[row, column] = stored
        if apart:
            self.apart.append((row, column))

    def put_error(self, row: int, column: int, found: str) -> None:
        """Note a cell that shows an error value; it reads blank."""
        self._take(row, column, 0)
        self.errors[row, column] = found

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

    def put_typed(self, row: int, column: int, text: str, form: str | None = None) -> None:
        """Keep a text that was stored as text, as its format shows it; of a number that is noted, its apostrophe dropped."""
        if text[:1] in ("#", "＃", "=", "E") and (error := cell_text.error_in(text)):
            self.put_error(row, column, error)
            return
        if form is not None and text:
            made = form.replace(TEXT, text)
            self.put(row, column, made)
            self._keep(row, column, text, apart=not made)
            return
        number = cell_text.number_in(text)
        if number is not None:
            self.textual.add((row, column))
        elif "E+" in text and cell_text.is_cut_off(text):
            self.cut_off.append((row, column))
        self.put(row, column, text if number is None else number)

    def put_seen(self, row: int, column: int, text: str) -> None:
        """Keep a cell of a file that has only texts; a number behind an apostrophe was stored as text."""
        number = cell_text.number_in(text)
        if number is None:
            self.put_typed(row, column, text)
            return
        if number != text:
            self.textual.add((row, column))
        self.put(row, column, number)


class Gathered:
    """The sheets of one file, read one by one: one that cannot be read is told and never loses the others."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.room = Room()
        self.before = Room()  # the sheet that is being read
        self.sheets: list[Sheet] = []
        self.remarks: list[Remark] = []
        self.faults: list[Fault] = []
        self.hidden = 0

    def add(self, name: str, fill: Callable[[Grid], None]) -> None:
        """Read a sheet: `fill` puts its cells into a grid."""
        grid = self.begin(name)
        try:
            fill(grid)
        except FormError as error:
            self.end(grid, error)
        else:
            self.end(grid)

    def begin(self, name: str) -> Grid:
        """An empty grid for the next sheet."""
        self.before = replace(self.room)
        return Grid(self.file, name, room=self.room)

    def end(self, grid: Grid, error: FormError | None = None) -> None:
        """Keep the sheet that has been read, or tell why it could not be."""
        try:
            if error is not None:
                raise error
            made, remarks = sheet(grid)
        except FormError as found:
            self._refuse(grid.name, found.faults[0])
            if len(self.faults) <= LARGE_SHEETS:
                self.room.cells, self.room.filled, self.room.text = (
                    self.before.cells,
                    self.before.filled,
                    self.before.text,
                )
            return
        self.sheets.append(made)
        self.remarks += remarks

    def _refuse(self, name: str, fault: Fault) -> None:
        """Pass over a sheet that cannot be read."""
        self.faults.append(fault)
        place = Place(self.file, name)
        where = fault.place.removeprefix(str(place)).strip()
        found = "这张表没有读：" + (f"{where} " if where else "") + fault.found
        if len(self.faults) <= NAMED:
            self.remarks.append(Remark("F34", place, found, fault.expected, fault.remedy))

    def pass_over(self, name: str) -> None:
        """Leave out a hidden sheet, which nobody means to hand in."""
        self.hidden += 1
        if self.hidden <= NAMED:
            found = "这张工作表是隐藏的，没有读取"
            self.remarks.append(
                Remark("F11", Place(self.file, name), found, "没有隐藏的内容", "要报的取消隐藏，不报的删去")
            )

    def workbook(self, remarks: Iterable[Remark] = ()) -> Workbook:
        """The workbook; FormError where not one sheet could be read."""
        if not self.sheets and self.faults:
            raise FormError(self.faults[0])
        if not self.sheets:
            found = "工作表都是隐藏的" if self.hidden else "工作簿里没有工作表"
            raise FormError(Fault(self.file, found, "至少一张填好的表", "重新导出后再报"))
        return Workbook(self.file, tuple(self.sheets), (*remarks, *self.remarks))


def too_large(place: Place, row: int, column: int) -> FormError:
    """The error for a sheet with content as far out as this cell."""
    there = str(replace(place, cell=address(row, column)))
    limit = f"全部工作表的行数×列数不超过 {FILE_CELLS}"
    return FormError(Fault(there, "表格太大，写到了这一格", limit, "删去表外的内容后再报"))


def sheet(grid: Grid) -> tuple[Sheet, tuple[Remark, ...]]:
    """The sheet and what to say about it; FormError when it is too large to lay out, or merged areas overlap."""
    noted = [*grid.uncached, *grid.errors, *grid.apart]
    height = max([*grid.rows, *(row for row, _ in noted)], default=-1) + 1
    widest = (max(cells) for cells in grid.rows.values() if cells)
    width = max([*widest, *(column for _, column in noted)], default=-1) + 1
    grid.room.cells += height * width
    if grid.room.cells > FILE_CELLS:
        row = height - 1
        ends = [*grid.rows.get(row, ()), *(column for at, column in noted if at == row)]
        raise too_large(Place(grid.file, grid.name), row, max(ends))
    merged = _clipped(grid, height, width)
    covered = _covered(grid, merged)
    others = [
        cell for cell, seen in covered.items() if _packed(grid.rows[cell[0]].pop(cell[1])) != _packed(seen)
    ]
    blank = ("",) * width
    rows = tuple(
        tuple([grid.rows[row].get(column, "") for column in range(width)]) if row in grid.rows else blank
        for row in range(height)
    )
    made = Sheet(
        grid.file, grid.name, rows, merged,
        frozenset(row for row in grid.hidden_rows if row < height),
        frozenset(grid.textual - covered.keys()), frozenset(grid.uncached), frozenset(grid.errors),
        {cell: text for cell, text in grid.stored.items() if cell not in covered},
    )  # fmt: skip
    return made, tuple(_remarks(grid, made, others))


def _clipped(grid: Grid, height: int, width: int) -> tuple[Merged, ...]:
    """Merged areas within the sheet; FormError when two of them overlap, so that nobody knows what a cell shows."""
    kept = []
    taken = bytearray(height * width) if grid.merged else bytearray()
    for one in dict.fromkeys(grid.merged):
        bottom, right = min(one.bottom, height - 1), min(one.right, width - 1)
        if one.top > bottom or one.left > right or (bottom, right) == (one.top, one.left):
            continue
        length = right - one.left + 1
        for start in range(one.top * width + one.left, bottom * width + right + 1, width):
            if taken.find(1, start, start + length) >= 0:
                raise _overlapping(grid, one)
            taken[start : start + length] = b"\1" * length
        kept.append(Merged(one.top, one.left, bottom, right))
    return tuple(kept)


def _overlapping(grid: Grid, one: Merged) -> FormError:
    other = next(
        area
        for area in grid.merged
        if area.top <= one.bottom
        and one.top <= area.bottom
        and area.left <= one.right
        and one.left <= area.right
    )
    names = "、".join(f"{address(a.top, a.left)}:{address(a.bottom, a.right)}" for a in (other, one))
    found = f"合并单元格 {names} 互相重叠"
    place = str(Place(grid.file, grid.name))
    return FormError(Fault(place, found, "不重叠的合并单元格", "取消其中一处的合并，另存为 .xlsx 后再报"))


def _packed(text: str) -> str:
    return "".join(text.split())


def _covered(grid: Grid, merged: Iterable[Merged]) -> dict[Cell, str]:
    """Cells with content that a merged area hides, as nobody who reads the form sees them; the text seen in their place."""
    found: dict[Cell, str] = {}
    for one in merged:
        seen = grid.rows.get(one.top, {}).get(one.left, "")
        for row in range(one.top, one.bottom + 1):
            cells = grid.rows.get(row, {})
            for column in range(one.left, one.right + 1):
                if column in cells and (row, column) != (one.top, one.left):
                    found[row, column] = seen
    return found


def _remarks(grid: Grid, made: Sheet, others: list[Cell]) -> Iterable[Remark]:
    """What is hidden, and cells without a value of their own: of very many only the first are named one by one."""
    place = Place(made.file, made.name)
    expected = "没有隐藏的内容"
    rows = sorted(row + 1 for row in made.hidden_rows if row in grid.rows)
    if rows:
        yield Remark("F11", place, f"第 {spans(rows)} 行是隐藏的", expected, "取消隐藏，核对后再报")
    used = {column for cells in grid.rows.values() for column in cells} if grid.hidden_columns else set()
    columns = [address(0, column)[:-1] for column in sorted(grid.hidden_columns & used)]
    if columns:
        yield Remark("F11", place, f"{'、'.join(columns)} 列是隐藏的", expected, "取消隐藏，核对后再报")
    if others:
        found = f"合并单元格盖住了 {len(others)} 格内容"
        yield Remark("F11", made.place(*min(others)), found, expected, "拆开合并的单元格，删去盖住的内容")
    computed = dict.fromkeys(sorted(made.uncached), "公式没有存下结果")
    yield from _named("F12", made, computed, "公式的结果", "用表格软件打开，重新计算并保存")
    errors = {cell: f"格里是{grid.errors[cell]}" for cell in sorted(grid.errors)}
    yield from _named("F32", made, errors, "填好的值", "改正公式或引用，填上应有的文字或数")
    cut = {
        (
            row,
            column,
        ): f"“{one_line(made.stored.get((row, column), made.rows[row][column]), 40)}”超过 15 位，后面的位数已丢失"
        for row, column in sorted(grid.cut_off)
        if made.rows[row][column] or (row, column) in made.stored
    }
    yield from _named("F33", made, cut, "完整的编码", "把单元格设为文本，重新输入整个编码")
    apart = [cell for cell in sorted(grid.apart) if cell in made.stored]
    if apart:
        shown = made.rows[apart[0][0]][apart[0][1]]
        stored = one_line(made.stored[apart[0]], 40)
        others_too = f"（另有 {len(apart) - 1} 格也是）" if len(apart) > 1 else ""
        seen = f"显示“{one_line(shown, 40)}”" if shown else "什么也不显示"
        found = f"数字格式使这一格{seen}，存的却是“{stored}”，按显示的读{others_too}"
        yield Remark(
            "F31", made.place(*apart[0]), found, "存的数与显示的相同", "按显示的数重新输入，数字格式改为常规"
        )


def _named(rule: str, made: Sheet, cells: dict[Cell, str], expected: str, remedy: str) -> Iterable[Remark]:
    """A remark on each of the first cells; the last of them says how many there are more."""
    for at, ((row, column), found) in enumerate(list(cells.items())[:NAMED], 1):
        more = f"（另有 {len(cells) - NAMED} 格也是）" if at == NAMED < len(cells) else ""
        yield Remark(rule, made.place(row, column), found + more, expected, remedy)


def spans(numbers: list[int]) -> str:
    """Ascending numbers with runs drawn together: 3–5、9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
