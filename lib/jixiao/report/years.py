"""The figures of earlier years as a notebook asks for them: {last_year:KEY}, {change:KEY}, {2020:KEY}, report.years."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.figures import closings, earlier
from jixiao.figures.earlier import EarlierYear
from jixiao.figures.model import Figure, Figures
from jixiao.kit.errors import Fault, ParameterError, ProseError
from jixiao.report import prose

if TYPE_CHECKING:
    import pandas as pd

_ASKED = re.compile(rf"({earlier.LAST_YEAR}|{earlier.CHANGE}|[12][0-9]{{3}}):(.+)")
_COLUMNS = ("year", "value", "display", "source")


class Years(Mapping[int, "Year"]):
    """The earlier years by number, `report.years[2021]["key"]`; a year is read when it is first asked for.

    `used` are the figures that were asked for, under the keys that this year's report has them.
    """

    def __init__(self, root: Path, report_year: int, present: Callable[[], Figures]) -> None:
        self.used: dict[str, Figure] = {}
        self._root = root
        self._report_year = report_year
        self._present = present
        self._read: dict[int, EarlierYear] = {}

    def __getitem__(self, year: int) -> Year:
        if type(year) is not int or year >= self._report_year:
            found = f"不是早于 {self._report_year} 的工作年度"
            raise ParameterError(
                Fault(f"report.years[{year!r}]", found, remedy="改用更早的年度；本年的用 report.figures")
            )
        if year not in self._read:
            self._read[year] = earlier.read(self._root, year)
        return Year(self._read[year], self._report_year, self.used)

    def __iter__(self) -> Iterator[int]:
        return iter(closings.known(self._root, self._report_year))

    def __len__(self) -> int:
        return len(closings.known(self._root, self._report_year))

    def mention(self, text: str) -> tuple[str, list[Fault]]:
        """Ask for every figure of another year that the placeholders of `text` name; the text with their keys.

        Those that are not to be had are left out of it, and told. A clause in [[…]] goes where there are no data of its
        year, or where that year did not have one of this year's figures.
        """
        faults: list[Fault] = []

        def known(clause: re.Match[str]) -> str:
            for placeholder in prose.PLACEHOLDER.findall(clause[1]):
                which, _, key = placeholder.strip().removesuffix(prose.BARE).partition(":")
                if not _ASKED.fullmatch(f"{which}:{key}"):
                    continue
                year = self._year_of(which)
                if year not in list(self) or (key in self._present() and key not in self[year]):
                    return prose.GONE
            return clause[0]

        def asked(match: re.Match[str]) -> str:
            try:
                return self._asked(match)
            except (ProseError, ParameterError) as error:
                faults.extend(error.faults)
                return ""

        return prose.PLACEHOLDER.sub(asked, prose.CLAUSE.sub(known, text)), list(dict.fromkeys(faults))

    def _asked(self, match: re.Match[str]) -> str:
        key, bare, rest = match[1].strip().partition(prose.BARE)
        asked = _ASKED.fullmatch(key)
        if not asked:
            return match[0]
        which, key = asked.groups()
        if key.endswith(prose.EACH):
            found = "别的年度的统计数不能用 .* 一并列出"
            raise ProseError(Fault(f"统计数 {{{which}:{key}}}", found, remedy="逐个写出键"))
        year = self._year_of(which)
        figure = self._change(key, year) if which == earlier.CHANGE else self[year][key]
        return f"{{{figure.key}{bare}{rest}}}"

    def _year_of(self, which: str) -> int:
        return self._report_year - 1 if which in (earlier.LAST_YEAR, earlier.CHANGE) else int(which)

    def _change(self, key: str, year: int) -> Figure:
        now = self._present()[key]
        of_that_year = self[year]
        _ = of_that_year[key]  # it stands in the register beside the difference
        made = earlier.change(now, of_that_year.plain(key), year, self._report_year)
        self.used[made.key] = made
        return made

    def frame(self, key: str, years: Sequence[int] | None = None) -> pd.DataFrame:
        """The figure `key` of the earlier years there are and of this one, a row a year: year, value, display, source.

        Numbers are float64, for charts; `years[2021][key].value` is the exact one. ProseError names the first year
        that lacks the key, and one with another unit; `years` says which earlier ones to take.
        """
        import pandas as pd

        figures = {year: self[year][key] for year in sorted(self if years is None else {*years})}
        figures[self._report_year] = self._present()[key]
        self._refuse_units(key, figures)
        rows = [(year, one.value, one.display, one.source) for year, one in figures.items()]
        frame = pd.DataFrame(rows, columns=list(_COLUMNS))
        if any(isinstance(one.value, Decimal) for one in figures.values()):
            frame["value"] = frame["value"].astype("float64")
        return frame

    def _refuse_units(self, key: str, figures: Mapping[int, Figure]) -> None:
        """ProseError where numbers of two units would stand in one column, or numbers beside texts."""
        kinds = {
            year: "文字" if isinstance(one.value, str) else f"单位“{one.unit}”"
            for year, one in figures.items()
            if one.value is not None
        }
        if len({*kinds.values()}) > 1:
            found = "、".join(f"{year} 工作年度是{kind}" for year, kind in kinds.items())
            place = f"report.years.frame(“{key}”)"
            raise ProseError(Fault(place, f"各年的不能放在一起：{found}", remedy="只取单位相同的年度"))


class Year(Mapping[str, Figure]):
    """The figures of one earlier year by their keys there; one that is asked for stands in this year's register."""

    def __init__(self, read: EarlierYear, report_year: int, used: dict[str, Figure]) -> None:
        self._earlier = read
        self._report_year = report_year
        self._used = used

    def __getitem__(self, key: str) -> Figure:
        figure = earlier.of_year(self._earlier[key], self._earlier.year, self._report_year)
        return self._used.setdefault(figure.key, figure)

    def plain(self, key: str) -> Figure:
        """The figure as that year has it."""
        return self._earlier[key]

    def __contains__(self, key: object) -> bool:
        return key in self._earlier.figures

    def __iter__(self) -> Iterator[str]:
        return iter(self._earlier.figures)

    def __len__(self) -> int:
        return len(self._earlier.figures)
