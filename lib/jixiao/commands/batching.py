"""The command that carries out a plan of many publications."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jixiao.commands import printing, usage
from jixiao.kit.errors import Fault, ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jixiao.batch.carrying_out import Finish, Run
    from jixiao.batch.cluster import Where
    from jixiao.batch.jobs import Outcome
    from jixiao.batch.plan import Plan
    from jixiao.batch.summary import Summary

_NAMED = 3  # jobs that the line of a reason names before it counts them
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
@click.option(
    "--workers",
    "own_workers",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="在本机起一个 Dask 集群，用 N 个工作进程；任一个中断，由别的接着做。",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="交给已在运行的 Dask 调度器（dask scheduler），如 tcp://主机:8786。",
)
@usage.QUIET
def batch(
    plan: str,
    only: str | None,
    fail_fast: bool,
    workers: int | None,
    own_workers: int | None,
    scheduler: str | None,
    quiet: bool,
) -> None:
    """照计划 PLAN.yml 生成许多份报告：哪些区县（kits）、年度、笔记本，各用哪些参数（parameters）；或给每个单位的函（each）。

    一份失败，其余照做；失败的各列一行，退出码为 1。汇总放入 outputs/batch/PLAN/：index.html、summary.xlsx、summary.json。

    随时可以中断：再运行一次，输入、笔记本、参数、程序都没有变的不重做，只做还缺的。改好以后，用 --only failed 只做失败的。

    许多台机器一起做：--scheduler；各台装同样的 jixiao，kits 放在都能打开的共享文件夹，或写 fsspec 地址，如 s3://桶/区县/*。
    """
    from jixiao.batch import carrying_out
    from jixiao.batch import plan as plans
    from jixiao.batch.carrying_out import Asked
    from jixiao.kit.progress import Progress
    from jixiao.running import at_once

    found = plans.read(Path(plan))
    where = _where(found, workers, own_workers, scheduler)
    if where is None:
        at_once.restart_if_needed("jixiao")
    asked = Asked(only is not None, fail_fast, own_workers or workers)
    try:
        with Progress(quiet) as progress:
            summary = carrying_out.carry_out(found, asked, progress, *_ways(where))
    except KeyboardInterrupt:
        again = f"再运行 jixiao batch {found.name} 接着做，做好的不重做"
        printing.line(f"已中断，没有只做一半的报告；{again}", error=True)
        sys.exit(130)
    _tell(summary)
    sys.exit(1 if summary.failed or summary.of(None) else 0)


def _where(plan: Plan, jobs: int | None, workers: int | None, scheduler: str | None) -> Where | None:
    """The cluster that was asked for; None for this machine without one."""
    from jixiao.batch import storage
    from jixiao.batch.cluster import Where

    given = {"--jobs": jobs, "--workers": workers, "--scheduler": scheduler}
    named = [name for name, value in given.items() if value is not None]
    if len(named) > 1:
        raise ParameterError(Fault("、".join(named), "不能一起写", remedy="只写一个"))
    if workers is None and scheduler is None:
        if any(map(storage.is_url, plan.kits)):
            remedy = "加 --workers N，或 --scheduler 地址"
            raise ParameterError(
                Fault(f"{plan.name} 的 kits", "有 fsspec 地址，只有 Dask 集群能做", remedy=remedy)
            )
        return None
    return Where(workers or 0, scheduler or "")


def _ways(where: Where | None) -> tuple[Run, Finish]:
    """What runs the jobs, and what is done in the end."""
    from jixiao.batch import cluster, runs

    if where is None:
        return runs.run, runs.finish

    def told(text: str) -> None:
        printing.line(text, error=True)

    return lambda jobs, base, bounds, _: cluster.run(jobs, base, bounds, where, told), cluster.finish


def _tell(summary: Summary) -> None:
    """A line for each reason of failures, of very many the first; and where the summary is."""
    from jixiao.batch import summary as summaries

    shown = summary.plan.shown
    failures = [*_failures(summary.failed)]
    for text in failures[: printing.MOST]:
        printing.line(text, error=True)
    if len(failures) > printing.MOST:
        printing.line(f"另有 {len(failures) - printing.MOST} 行，见 {shown}/{summaries.PAGE}", error=True)
    told = sum(bool(outcome and outcome.told) for _, outcome in summary.jobs)
    if told:
        printing.line(f"{told} 份有提示，见 {shown}/{summaries.PAGE}", error=True)
    printing.line(f"{shown}/{summaries.PAGE}  {summary.in_words()}")


def _failures(failed: Sequence[Outcome]) -> Iterator[str]:
    """A line for the failures of the same reasons, with the first of these."""
    alike: dict[tuple[Fault, ...], list[str]] = {}
    for one in failed:
        alike.setdefault(one.faults, []).append(one.job.name)
    for faults, names in alike.items():
        many = f" 等 {len(names)} 份" if len(names) > _NAMED else ""
        rest = f"（另有 {len(faults) - 1} 行，见汇总）" if len(faults) > 1 else ""
        yield f"{'、'.join(names[:_NAMED])}{many}：{faults[0]}{rest}"
