"""The command that writes the letters to the units."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from jixiao.commands import printing, usage
from jixiao.kit import places

if TYPE_CHECKING:
    from jixiao.letters.index import Entry

_NAMED = 3  # units that the line of a reason names before it counts them
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(cls=usage.Command, short_help="给每个单位写一份反馈评价结果的函。")
@click.argument("year")
@click.option(
    "--unit",
    "wanted",
    metavar="U",
    multiple=True,
    help="只写给这个单位（代码或名称），可写几次；其余的函不动。",
)
@click.option("--departments", is_flag=True, help="写给各预算部门，函里包括所属单位。")
@click.option("--reply-by", "reply_by", type=_DAY, metavar="DATE", help="报送整改情况的期限，如 2023-10-31。")
@usage.QUIET
def letters(
    year: str, wanted: tuple[str, ...], departments: bool, reply_by: dt.datetime | None, quiet: bool
) -> None:
    """给 YEAR 工作年度的每个单位写一份函（PDF、DOCX、XLSX），放入 outputs/YEAR/letters/，目录是 index.html。

    一份函里只有这一个单位的名称和得分；某个单位的函写不成的，列出原因，其余照写，退出码为 1。

    内容在 notebooks/unit_letter.ipynb；先用 --unit 写一份看看。
    """
    from jixiao.archive.publication import LETTER, Publication
    from jixiao.kit.progress import Progress
    from jixiao.letters import index, mailing
    from jixiao.running import at_once

    at_once.restart_if_needed("jixiao")
    publication = Publication(places.find_root(), places.year_of(year), LETTER)
    _ = publication.params
    publication.require_notebook()
    day = reply_by.date().isoformat() if reply_by else None
    asked = mailing.Mailing(publication, wanted, departments, day)
    with Progress(quiet) as progress:
        sent = mailing.write(asked, progress)
    before = f"，其中 {sent.unchanged} 份早先已写好，内容没有变化" if sent.unchanged else ""
    printing.line(f"{sent.place}/{index.PAGE}  {len(sent.written)} 份函{before}")
    for text in (*sent.told, *_told(sent.failed)):
        printing.line(text, error=True)
    sys.exit(1 if sent.failed else 0)


def _told(failed: Sequence[Entry]) -> Iterator[str]:
    """What kept letters from being written, a line for each reason with the units that it holds for."""
    reasons: dict[str, list[str]] = {}
    for one in failed:
        for fault in one.faults:
            reasons.setdefault(fault, []).append(f"{one.unit} {one.name}")
    for fault, units in reasons.items():
        rest = f"等 {len(units)} 个单位" if len(units) > _NAMED else ""
        yield f"{'、'.join(units[:_NAMED])}{rest}的函没有写成：{fault}"
