"""The commands around the forms: issue them, check what came, take it into the tables, return the rest."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jixiao.commands import usage
from jixiao.kit import places
from jixiao.kit.errors import Fault, ParameterError

if TYPE_CHECKING:
    from jixiao.checks.engine import Finding
    from jixiao.year.params import Params

_SHOWN = 200  # findings printed before the rest is counted
_ARGUMENT = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("check", cls=usage.Command, short_help="审核一个工作年度的数据表，或收到的表格。")
@click.argument("targets", metavar="TARGET…", nargs=-1, required=True)
@click.option("--year", metavar="YEAR", help="按哪个工作年度的参数和台账审核收到的表格。")
@click.option("--policy", "policy_id", metavar="ID", help="没有 --year 时用的评分规则，默认 mof-2020-10。")
@click.option("--returns", "folder", type=_ARGUMENT, metavar="FOLDER", help="把退回表和总表写进这个文件夹。")
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档。")
@click.option("--quiet", is_flag=True, help="不显示进度。")
def check(
    targets: tuple[str, ...],
    year: str | None,
    policy_id: str | None,
    folder: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """审核收到的表格（文件或文件夹），或一个工作年度（如 2022）的数据表；有错误级发现时退出码为 1。"""
    from jixiao.exchange.importing import receive
    from jixiao.exchange.returning import return_files
    from jixiao.kit.progress import Progress

    root = places.find_root()
    if len(targets) == 1 and targets[0].isdigit() and not Path(targets[0]).exists():
        _refuse_with_year(year, policy_id, folder)
        _told(receive.of_year(root, _params(root, targets[0])), (), as_json)
        return
    params = _params(root, year) if year else None
    with Progress(quiet) as progress:
        asked = receive.Asked(root, tuple(map(Path, targets)), params, policy_id or "mof-2020-10")
        reading = receive.read(asked, lambda n, of, name: progress.step("读取表格", n, of, name))
    if folder:
        for path in return_files.write(reading, folder, params, dt.date.today()):
            click.echo(f"已写入 {path}", err=True)
    copies = [f"{copy} 和 {first} 内容相同，只审一份" for copy, first in reading.copies]
    _told(reading.findings, reading.faults, as_json, [*copies, f"{reading.summary()}。"])


def _refuse_with_year(*options: Any) -> None:
    if any(options):
        place, remedy = "jixiao check YEAR", "去掉这些选项，或给出文件"
        raise ParameterError(Fault(place, "--year、--policy、--returns 只用于收到的表格", remedy=remedy))


@click.command("import", cls=usage.Command, short_help="把收到的表格收进数据表，有错误的退回。")
@click.argument("year")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=_ARGUMENT)
@click.option("--received", "received", type=_DAY, metavar="DATE", help="收到日期，如 2022-03-31，默认今天。")
@click.option("--due", "due", type=_DAY, metavar="DATE", help="报送截止日期，总表据此列出迟交。")
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档。")
@click.option("--quiet", is_flag=True, help="不显示进度。")
def import_(
    year: str,
    files: tuple[Path, ...],
    received: dt.datetime | None,
    due: dt.datetime | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """把 YEAR 工作年度收到的表格 FILE（文件或文件夹）收进数据表；有退回或打不开的，退出码为 1。

    没有错误级发现的表格写进 data/YEAR/，原文件存进 data/YEAR/forms/；退回表和总表写进 outputs/YEAR.returns/。
    """
    from jixiao.exchange.importing import receive
    from jixiao.exchange.returning import return_files
    from jixiao.kit.progress import Progress

    root = places.find_root()
    params, on = _params(root, year), (received or dt.datetime.today()).date()
    asked = receive.Asked(root, files, params, params.policy)
    with Progress(quiet) as progress, receive.alone(asked):
        delivery = receive.prepared(asked, on, lambda n, of, name: progress.step("读取表格", n, of, name))
        progress.step("写退回表、总表和数据表")
        folder = root / "outputs" / f"{params.report_year}.returns"
        written = return_files.write_all(delivery, folder, params, on, due and due.date())
        receive.store(asked, delivery)
    if as_json:
        click.echo(json.dumps(delivery.as_json(), ensure_ascii=False, indent=1))
    else:
        _told_delivery(delivery, [places.shown(path, root) for path in written])
    sys.exit(1 if delivery.refused else 0)


@click.command("forms", cls=usage.Command, short_help="给每个评价对象生成预填的自评表。")
@click.argument("year")
@click.option(
    "--to", "folder", type=_ARGUMENT, metavar="FOLDER", help="写进哪个文件夹，默认 outputs/YEAR.forms。"
)
@click.option("--filled", is_flag=True, help="连同已报的完成值和得分一起写出（存档、核对用）。")
@click.option("--quiet", is_flag=True, help="不显示进度。")
def forms(year: str, folder: Path | None, filled: bool, quiet: bool) -> None:
    """给 YEAR 工作年度的每个评价对象生成一张预填的自评表（xlsx）：预算、指标和上年完成值已填好。"""
    from jixiao.exchange.issuing import issue
    from jixiao.kit.progress import Progress

    root = places.find_root()
    params = _params(root, year)
    target = folder or root / "outputs" / f"{params.report_year}.forms"
    with Progress(quiet) as progress:
        count = issue.write(
            root, params, target, filled, lambda n, of, name: progress.step("写表格", n, of, name)
        )
    click.echo(f"{places.shown(target, root)}  {count} 张表")


def _params(root: Path, year: str) -> Params:
    from jixiao.year import params

    return params.of_year(root, places.year_of(year))


def _told(
    findings: Sequence[Finding], faults: Sequence[Fault], as_json: bool, heard: Sequence[str] = ()
) -> None:
    """Print what a check found and leave with its exit code; `heard` are lines about what was read."""
    errors = sum(finding.severity == "E" for finding in findings)
    if as_json:
        found = {"findings": [one.as_json() for one in findings], "unreadable": [str(one) for one in faults]}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for fault in faults:
            click.echo(str(fault), err=True)
        _print_findings(findings)
        for line in heard:
            click.echo(line)
    sys.exit(1 if errors or faults else 0)


def _print_findings(findings: Sequence[Finding]) -> None:
    from jixiao.checks.cards import SEVERITIES

    for finding in findings[:_SHOWN]:
        click.echo(f"{SEVERITIES[finding.severity]} {finding}")
    if len(findings) > _SHOWN:
        rest = Counter(finding.rule for finding in findings[_SHOWN:])
        click.echo("另有 " + "，".join(f"{rule} {count} 处" for rule, count in rest.most_common()))
    counts = Counter(finding.severity for finding in findings)
    said = "，".join(f"{name} {counts[letter]} 处" for letter, name in SEVERITIES.items())
    click.echo(f"共 {len(findings)} 处发现：{said}。" if findings else "没有发现问题。")


def _told_delivery(delivery: Any, written: Sequence[str]) -> None:
    for fault in delivery.reading.faults:
        click.echo(str(fault), err=True)
    for line in delivery.lines():
        click.echo(line)
    for path in written:
        click.echo(path)
