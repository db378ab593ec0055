"""The command that carries out a plan of many publications."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jixiao.commands import printing, usage

if TYPE_CHECKING:
    from jixiao.batch.jobs import Outcome
    from jixiao.batch.summary import Summary

_ONLY = click.Choice(["failed"])


@click.command(cls=usage.Command, short_help="照计划生成许多份报告或函：多个区县、年度、笔记本、参数。")
@click.argument("plan", metavar="PLAN.yml")
@click.option("--only", "only", type=_ONLY, metavar="failed", help="只做上一次失败的和没有运行的。")
@click.option("--fail-fast", is_flag=True, help="有一份失败就停下；不写的，其余照做。")
@click.option(
    "--jobs",
    "workers",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="同时做几份；不写的，按处理器的核数和内存。",
)
@usage.QUIET
def batch(plan: str, only: str | None, fail_fast: bool, workers: int | None, quiet: bool) -> None:
    """照计划 PLAN.yml 生成许多份报告：哪些区县（kits）、年度、笔记本，各用哪些参数（parameters）；或给每个单位的函（each）。

    一份失败，其余照做；失败的各列一行，退出码为 1。汇总放入 outputs/batch/PLAN/：index.html、summary.xlsx、summary.json。

    随时可以中断：再运行一次，输入、笔记本、参数、程序都没有变的不重做，只做还缺的。改好以后，用 --only failed 只做失败的。
    """
    from jixiao.batch import carrying_out
    from jixiao.batch import plan as plans
    from jixiao.batch.carrying_out import Asked
    from jixiao.kit.progress import Progress
    from jixiao.running import at_once

    found = plans.read(Path(plan))
    at_once.restart_if_needed("jixiao")
    asked = Asked(only is not None, fail_fast, workers)
    try:
        with Progress(quiet) as progress:
            summary = carrying_out.carry_out(found, asked, progress)
    except KeyboardInterrupt:
        again = f"再运行 jixiao batch {found.name} 接着做，做好的不重做"
        printing.line(f"已中断，没有只做一半的报告；{again}", error=True)
        sys.exit(130)
    _tell(summary)
    sys.exit(1 if summary.failed or summary.of(None) else 0)


def _tell(summary: Summary) -> None:
    """A line for each failure, and where the summary is."""
    from jixiao.batch import summary as summaries

    shown = summary.plan.shown
    for text in [_line(one) for one in summary.failed]:
        printing.line(text, error=True)
    told = sum(bool(outcome and outcome.told) for _, outcome in summary.jobs)
    if told:
        printing.line(f"{told} 份有提示，见 {shown}/{summaries.PAGE}", error=True)
    printing.line(f"{shown}/{summaries.PAGE}  {summary.in_words()}")


def _line(one: Outcome) -> str:
    """What failed and why; of several reasons the first."""
    rest = f"（另有 {len(one.faults) - 1} 行，见汇总）" if len(one.faults) > 1 else ""
    return f"{one.job.name}：{one.faults[0] if one.faults else ''}{rest}"
