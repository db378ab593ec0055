"""The letter to one unit as a notebook writes it: the calls of a report, on the rows of that unit alone.

`open_letter(globals())` reads the parameters in force, evaluates the year and keeps of it what the unit may see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd

from jixiao.figures import unit_figures
from jixiao.figures.unit_year import UnitYear
from jixiao.kit import places
from jixiao.kit.errors import Fault, ParameterError, ProseError, one_line
from jixiao.kit.strict_yaml import suggestion
from jixiao.report import mimes, notebook_parameters, prose, report_tables
from jixiao.report.headings import Level
from jixiao.report.letter import letter_tables, prepared
from jixiao.report.report import Output, Report
from jixiao.year.params import NAMES

ORIGIN_NOTE = "本函的数据为重构数据：由程序按已公布的汇总数生成，不反映任何单位或项目的实际得分。"
ONE_UNIT = "只发给一个单位，不对外公开。"


def open_letter(namespace: Mapping[str, Any]) -> Letter:
    """The letter of the parameters in `namespace` (a notebook passes `globals()`), to the unit that its `unit` names.

    With `below` it is to the department `unit` and tells of the units below it too. ParameterError for no unit of the year.
    """
    root = places.find_root()
    in_force = notebook_parameters.effective(namespace, root)
    reply_by = _day(in_force.own.get("reply_by"))
    year = prepared.year(root, in_force.params).of(
        in_force.own["unit"], below=bool(in_force.own.get("below"))
    )
    return Letter(unit_figures.with_own(year, reply_by), namespace, (*NAMES, *in_force.own))


def _day(text: str | None) -> dt.date | None:
    """The day of the parameter `reply_by`; ParameterError for what is none."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        found = f"是“{one_line(str(text), 60)}”"
        raise ParameterError(Fault("参数 reply_by", found, "日期，如 2023-09-30")) from None


class Letter(Report):
    """Writes a letter; what a report has and a letter has not (key figures of all, register) finds no figures here."""

    evaluation: UnitYear

    def title(self, text: str, *, about: Sequence[str] = ()) -> Output:
        """The title, its numbers as {figure.key}; issuer and date stand below the text.

        `about` has no effect, for a letter lists no figures.
        """
        (text,), wrong = self._taken([text], "标题", values=True)
        if wrong:
            raise ProseError(*wrong)
        params = self.evaluation.params
        title = prose.line(text, self.figures)
        note = ORIGIN_NOTE if params.reconstructed else ""
        day = self.figures["report.published_on"].display
        lines = [f"<h1>{escape(title)}</h1>", f'<p class="issuer">{escape(params.issuer)}</p>']
        lines += [f'<p class="date">{escape(day)}</p>']
        lines += [f'<p class="origin-note">{note}</p>'] if note else []
        said = {
            "title": title,
            "region": params.region,
            "issuer": params.issuer,
            "report_year": params.report_year,
            "evaluated_year": params.evaluated_year,
            "published_on": params.published_on.isoformat(),
            **({"contact": params.contact} if params.contact else {}),
            "origin": params.data_origin,
            "origin_note": note,
            "edition_note": ONE_UNIT,
            "addressee": self.evaluation.name,
        }
        markup = f'<header class="title-block">{"".join(lines)}</header>'
        return self._output(
            {"text/html": markup, "text/plain": title, mimes.REPORT: said, mimes.PUBLIC: False}
        )

    def addressee(self, text: str = "{unit.name}") -> Output:
        """Whom the letter is to, flush left above its text (GB/T 9704, 7.3.2)."""
        (text,), wrong = self._taken([text], "主送机关", values=True)
        if wrong:
            raise ProseError(*wrong)
        said = f"{prose.line(text, self.figures)}："
        return self._output({"text/html": f'<p class="addressee">{escape(said)}</p>', "text/plain": said})

    def attachment(self, name: str) -> Output:
        """The heading of an attachment, which begins a page of its own."""
        self._written = True
        return self._heading(Level.ATTACHMENT, name)

    def table(
        self,
        what: str | pd.DataFrame,
        caption: str = "",
        columns: Sequence[str] = (),
        *,
        note: str = "",
        **_: Any,
    ) -> Output | None:
        """A table of the unit by its name in letter_tables.TABLES, numbered; nothing where it has no rows."""
        if not isinstance(what, str) or what not in letter_tables.TABLES:
            remedy = suggestion(str(what), tuple(letter_tables.TABLES))
            raise ProseError(Fault(f"表“{what}”", "函里没有这张表", remedy=remedy))
        table = letter_tables.TABLES[what](self.evaluation)
        if table is None or not self._written:
            return None
        table = replace(table, caption=caption or table.caption)
        if note:
            table = replace(table, notes=[*table.notes, note])
        bundle = replace(table, caption=self._caption("表", table.caption)).bundle()
        return self._output(bundle | {mimes.PUBLIC: False})

    def rows(self) -> Output:
        """The totals of the unit's subjects, which its workbook has beside the tables; nothing is shown of them."""
        return self._output(
            {"text/plain": "", mimes.TOTALS: report_tables.totals(self.evaluation), mimes.PUBLIC: False}
        )
