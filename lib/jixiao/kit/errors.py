"""The errors that users see: each line says where, what was found, what was expected and what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jixiao.kit.visible import visible

_DIGITS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong at one place; its text is the sentence that tells a user how to mend it."""

    place: str
    found: str
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        parts = [f"{self.place}：{self.found}"]
        if self.expected:
            parts.append(f"应为{self.expected}")
        if self.remedy:
            parts.append(f"请{self.remedy}")
        return one_line("；".join(parts))


@dataclass(frozen=True, order=True)
class Place:
    """A file, a sheet of it ("" for CSV) and a cell ("F12", or the row and column of a CSV).

    `row` is the row of the cell by which places are put in order, 0 where there is none.
    """

    file: str
    sheet: str = ""
    cell: str = ""
    row: int = field(default=0, compare=False)

    def __str__(self) -> str:
        sheet = f" 工作表“{self.sheet}”" if self.sheet else ""
        return f"{self.file}{sheet}{' ' if self.cell else ''}{self.cell}"


def natural(name: str) -> tuple[tuple[bool, int, str], ...]:
    """The sorting key of a name in the order of its numbers, so that 表2 comes before 表10."""
    parts = filter(None, _DIGITS.split(name))
    return tuple((False, int(part), "") if _DIGITS.fullmatch(part) else (True, 0, part) for part in parts)


class JixiaoError(Exception):
    """The base of all errors of the kit, with one or more faults; `exit_code` is the status of the command."""

    exit_code = 2

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults: Sequence[Fault] = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines in place of a traceback."""
        return [f"{type(self).__name__}: {fault}" for fault in self.faults]


class ParameterError(JixiaoError):
    """Raised when parameters are unknown, missing, mistyped, ambiguous or changed during a run."""


class PolicyError(JixiaoError):
    """Raised when a policy file is malformed, or no rule is in force on the date asked for."""


class TableError(JixiaoError):
    """Raised when data tables have faults; it lists all of them."""


class PlaceError(JixiaoError):
    """Raised when a path leads out of the folder to which it belongs, or the kit's folder is not found."""


class ProseError(JixiaoError):
    """Raised when the text of a report uses an unknown figure or a number that was typed by hand."""


class FormError(JixiaoError):
    """Raised when the file of a form cannot be read: it is damaged, protected, dangerous or no workbook."""

    exit_code = 1


class DraftError(JixiaoError):
    """Raised when a draft cannot be read: it is damaged, protected, a scan, dangerous or no document."""


class NotebookError(JixiaoError):
    """Raised when a notebook does not have the form that a run needs."""


class FindingsError(JixiaoError):
    """Raised when findings that are errors forbid publishing a report."""

    exit_code = 1


class RunError(JixiaoError):
    """Raised when a run did not finish in full: error, timeout, killed kernel, missing output."""

    exit_code = 1


class ExportError(JixiaoError):
    """Raised when a document cannot be produced in full, such as when no font has a character."""

    exit_code = 1


class PublishError(JixiaoError):
    """Raised when outputs/ cannot be written, another command is writing, or there is nothing to verify."""

    exit_code = 1


class DisclosureError(JixiaoError):
    """Raised when files that are to be published hold what no reader may find, such as ID numbers."""

    exit_code = 1


class ClosingError(JixiaoError):
    """Raised when a year cannot be closed, or a closed year would be changed."""

    exit_code = 1


def one_line(text: str, limit: int = 600) -> str:
    """`text` on a single line: control characters become blanks, and a long text is cut off with "…"."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
