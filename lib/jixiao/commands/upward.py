"""The command that writes what goes up to the next level, and what the final accounts say."""

from __future__ import annotations

from pathlib import Path

import click

from jixiao.commands import printing, usage
from jixiao.kit import places


@click.command(cls=usage.Command, short_help="写上报的统计表和决算公开的绩效说明。")
@click.argument("year")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="写进哪个文件夹，默认 outputs/YEAR.upward。",
)
@click.option(
    "--rows",
    "with_rows",
    is_flag=True,
    help="另写总分和指标的明细（totals.parquet、indicators.parquet），上一级汇总用；不含单位、项目的名称。",
)
@click.option("--draft", is_flag=True, help="有错误级审核发现时也写，只作草稿。")
@usage.QUIET
def upward(year: str, folder: Path | None, with_rows: bool, draft: bool, quiet: bool) -> None:
    """写 YEAR 工作年度的推进情况统计表（xlsx），和决算公开的预算绩效管理工作开展情况（docx、txt）。

    数都取自统计数和 facts.csv 申报的事实；没有申报的空着并逐项列出，不填 0。说明的文字在 notebooks/final_accounts.ipynb。
    """
    from jixiao.kit.progress import Progress
    from jixiao.upward import writing
    from jixiao.year import params

    root = places.find_root()
    values = params.of_year(root, places.year_of(year))
    target = folder or root / "outputs" / f"{values.report_year}.upward"
    with Progress(quiet) as progress:
        done = writing.write(root, values, target, progress, draft=draft, with_rows=with_rows)
    printing.lines(places.shown(file, root) for file in done.files)
    for remark in done.remarks:
        printing.line(remark, error=True)
