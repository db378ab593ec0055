"""The numbers of a table with the units of their columns, the heads of its columns and the names of its rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from jixiao.proofreading.drafts.model import Passage, Table
from jixiao.proofreading.reading import names, quantities
from jixiao.proofreading.reading.quantities import Nature, Quantity

_AMOUNT = re.compile(r"(万亿|亿|百万|千|万)?元")
_COUNT = re.compile(r"[（(](?:个|家|项|户|人|条|件|份|名)[)）]|个数|数量|项目数|单位数|户数|人数|件数|条数")
_PERCENT = re.compile(r"%|占比|比重|比例|率(?![先领])|增幅|降幅")
_SCORE = re.compile(r"[（(]分[)）]|得分|分值|分数|评分")
_SERIAL = re.compile(r"序号|编号|代码|年份|年度|电话|文号")
_SCALES = {
    "万亿": "1000000000000",
    "亿": "100000000",
    "百万": "1000000",
    "万": "10000",
    "千": "1000",
    "": "1",
}
_UNIT_COLUMN = re.compile(r"(?:计量)?单位")


@dataclass(frozen=True)
class NumberTable:
    """A table as numbers: which cells hold one, and what stands over and beside them."""

    table: Table

    @cached_property
    def first_row(self) -> int:
        """The first row that holds a number beside its first cell: those above are the head."""
        for row in range(1, self.table.height + 1):
            for column in range(2, self.table.width + 1):
                cell = self.table.grid.get((row, column))
                if cell and quantities.plain(cell.text, Nature.PLAIN, "", Decimal(1)) is not None:
                    return row
                if (
                    cell
                    and len(quantities.found(quantities.folded(cell.text))) == 1
                    and row > 1
                    and _is_one(cell.text)
                ):
                    return row
        return self.table.height + 1

    @cached_property
    def heads(self) -> Mapping[int, str]:
        """What stands over each column."""
        found = {}
        for column in range(1, self.table.width + 1):
            texts = [
                cell.text
                for row in range(1, self.first_row)
                if (cell := self.table.grid.get((row, column))) is not None
            ]
            found[column] = quantities.folded(" ".join(dict.fromkeys(texts)))
        return found

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """The name of each row: the first of its cells that is no number and no serial number."""
        found = {}
        for row in range(self.first_row, self.table.height + 1):
            for column in range(1, self.table.width + 1):
                cell = self.table.grid.get((row, column))
                text = re.sub(r"\s", "", quantities.folded(cell.text)) if cell else ""
                if text and not re.fullmatch(r"[\d.,%*-]+|[一二三四五六七八九十]+、?|\(?\d+\)?", text):
                    found[row] = text
                    break
        return found

    @cached_property
    def numbers(self) -> Mapping[tuple[int, int], tuple[Passage, Quantity]]:
        """The number in each cell that holds one and nothing else."""
        found = {}
        for (row, column), cell in self.table.grid.items():
            if row < self.first_row or (cell.where.row, cell.where.column) != (row, column):
                continue
            if _SERIAL.search(self.heads[column]):
                continue
            number = self._number(row, column, cell.text)
            if number is not None:
                found[row, column] = (cell.passage, number)
        return found

    def _number(self, row: int, column: int, text: str) -> Quantity | None:
        nature, unit, scale = self._unit(row, column)
        number = quantities.plain(text, nature, unit, scale)
        if number is not None:
            return number
        written = quantities.found(quantities.folded(text))
        return written[0] if len(written) == 1 and _is_one(text) else None

    def _unit(self, row: int, column: int) -> tuple[Nature, str, Decimal]:
        """What the numbers of a column are, by its head, the unit that the row names, or what stands over the table."""
        beside = self._unit_beside(row)
        for words in (self.heads[column], beside, quantities.folded(self.table.caption)):
            if amount := _AMOUNT.search(words):
                return Nature.AMOUNT, "元", Decimal(_SCALES[amount[1] or ""])
            if _PERCENT.search(words):
                return Nature.PERCENT, "%", Decimal(1)
            if _SCORE.search(words):
                return Nature.SCORE, "分", Decimal(1)
            if _COUNT.search(words) or words in ("个", "家", "项", "户", "人", "条", "件", "份", "名"):
                return Nature.COUNT, "个", Decimal(1)
        return Nature.PLAIN, "", Decimal(1)

    def _unit_beside(self, row: int) -> str:
        for column, head in self.heads.items():
            if _UNIT_COLUMN.fullmatch(head.strip()) and (cell := self.table.grid.get((row, column))):
                return quantities.folded(cell.text).strip()
        return ""


def named(table: Table) -> Mapping[str, list[tuple[Passage, Quantity]]]:
    """The numbers of a table by the name of their row, and of their row and column together."""
    found: dict[str, list[tuple[Passage, Quantity]]] = defaultdict(list)
    read = NumberTable(table)
    for (row, column), number in read.numbers.items():
        label = names.bare(read.labels.get(row, ""))
        head = names.bare(re.sub(r"\([^()]*\)", "", read.heads[column]))
        for name in {label, label + head, head + label} - {""}:
            found[name].append(number)
    return found


def _is_one(text: str) -> bool:
    """Whether a text is a number with its unit and nothing else."""
    folded = re.sub(r"[\s*]", "", quantities.folded(text))
    found = quantities.found(folded)
    return len(found) == 1 and found[0].start == 0 and found[0].end == len(folded)
