"""The commands at the two ends of a year: begin a new one, close one that is published."""

from __future__ import annotations

import click

from jixiao.commands import printing, usage
from jixiao.kit import places


@click.command("new-year", cls=usage.Command, short_help="照上一年建立新一年的参数文件和空的数据表。")
@click.argument("year")
def new_year(year: str) -> None:
    """照已有的上一年建立 YEAR 工作年度：params/YEAR.yml 和 data/YEAR/ 里的空表；已有的文件一律不动。

    之后列出要填的内容。上一年不是重构数据的，预算单位一并带过来。
    """
    from jixiao.archive import new_year as years

    printing.lines(years.make(places.find_root(), places.year_of(year)).lines())


@click.command(cls=usage.Command, short_help="封存一份已发布的报告，以后改动数字须写明理由。")
@click.argument("year")
@click.argument("notebook", metavar="[NOTEBOOK]", default="")
def close(year: str, notebook: str) -> None:
    """把 YEAR 工作年度已发布的文件、输入和统计数记入 data/YEAR/closed.json；不完整的、草稿、输入有变的不封存。

    笔记本、参数、评分规则和版式一并存进 data/YEAR/closed/；以后 report、verify、compare、trace 用这些，不用现在的。

    NOTEBOOK 不写的为 annual_report；参数文件只列出一份的，为那一份。

    annual_report 以外的记入 data/YEAR/closed-NOTEBOOK.json，存进 data/YEAR/closed-NOTEBOOK/。

    封存以后，jixiao report 遇到统计数有变就不发布；确要改动的，用 --reopen 写明理由，改用现在的笔记本和参数。
    """
    from jixiao.archive import closing, publication

    one = publication.named(places.find_root(), places.year_of(year), notebook)
    closed = closing.close(one)
    entry = closed.entry
    if not closed.new:
        since = f"{one.label}已于 {entry['day']} 封存"
        printing.line(f"{since}，文件与封存时相同，{closed.file} 没有改动。")
        return
    printing.line(f"已封存 {one.label}，记入 {closed.file}：")
    printing.line(f"  清单 SHA-256  {entry['manifest']}")
    counts = (
        f"文件 {len(entry['files'])} 个，输入 {len(entry['inputs'])} 项，统计数 {len(entry['figures'])} 个"
    )
    printing.line(f"  程序 {entry['code']['version']}，{counts}")
    printing.line(
        f"  笔记本、参数、评分规则等 {len(entry['kept'])} 个文件存进 {closed.folder}，以后照它们重建"
    )
    said = "outputs/ 不在 git 里，它们是以后核对和重建的依据"
    printing.line(f"请把 {closed.file} 和 {closed.folder} 提交进 git：{said}。")
