"""The command line: parse, call, print, exit code; users read Chinese lines, never a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from jixiao import __version__, usage
from jixiao.errors import Fault, JixiaoError, TableError
from jixiao.intake import places

if TYPE_CHECKING:
    from jixiao.evaluation.compare import Comparison

_SHOWN = 200  # faults printed before the rest is counted


@click.group(
    cls=usage.Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="jixiao", message="%(prog)s %(version)s")
def cli() -> None:
    """绩效报告工具：数据表进，可追溯的年度报告出。"""


@cli.command(short_help="生成一个工作年度的报告。")
@click.argument("year")
@click.option(
    "--deadline",
    type=click.FloatRange(min=1),
    default=600.0,
    show_default=True,
    help="笔记本运行的时限（秒）。",
)
@click.option("--draft", is_flag=True, help="有错误级审核发现时也生成，只作草稿。")
@click.option("--quiet", is_flag=True, help="不显示进度。")
def report(year: str, deadline: float, draft: bool, quiet: bool) -> None:
    """生成 YEAR 工作年度的报告，放入 outputs/YEAR/（html、pdf、docx、xlsx、ipynb、figures.json）。"""
    from jixiao.publishing.build import build
    from jixiao.publishing.progress import Progress

    with Progress(quiet) as progress:
        built = build(places.find_root(), places.year_of(year), progress, deadline, draft=draft)
    for remark in built.remarks:
        click.echo(remark, err=True)
    for path in sorted(built.folder.iterdir()):
        click.echo(f"{places.shown(path, built.folder.parents[1])}  {path.stat().st_size / 1024:,.0f} KB")


@cli.command(short_help="把统计数与已公布的数逐项核对。")
@click.argument("year")
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档。")
def compare(year: str, as_json: bool) -> None:
    """把 YEAR 工作年度的统计数与已公布的数（published.yml）逐项核对；有差异时退出码为 1。"""
    from jixiao.evaluation import compare as comparing
    from jixiao.evaluation.evaluate import evaluate
    from jixiao.intake import params

    root, number = places.find_root(), places.year_of(year)
    values = params.checked(params.read(root, number), lambda *key: f"params/{number}.yml")
    facts = comparing.published(root, values)
    if not facts:
        place = f"data/{values.data_folder}/{comparing.FILE}"
        raise TableError(Fault(place, "没有这个文件，无从核对", remedy="把已公布的数写进这个文件"))
    rows = comparing.compare(facts, evaluate(root, values).figures)
    different = sum(not row.equal for row in rows)
    if as_json:
        click.echo(json.dumps(_as_json(number, rows, different), ensure_ascii=False, indent=1))
    else:
        _print_comparison(rows, different)
    sys.exit(1 if different else 0)


def _as_json(year: int, rows: Sequence[Comparison], different: int) -> dict[str, object]:
    figures = [asdict(row) for row in rows]
    return {"report_year": year, "compared": len(rows), "different": different, "figures": figures}


def _print_comparison(rows: Sequence[Comparison], different: int) -> None:
    for row in rows:
        verdict = "一致" if row.equal else "不一致"
        computed = "（没有这个统计数）" if row.computed is None else row.computed
        shown = computed if row.equal else f"公布 {row.published}，计算 {computed}"
        click.echo(f"{verdict}  {row.key}  {shown}")
    click.echo(f"共核对 {len(rows)} 项，{f'{different} 项不一致' if different else '全部一致'}。")


@cli.command()
@click.option(
    "--policy", "policy_id", default="mof-2020-10", show_default=True, help="评分规则，见 jixiao policies。"
)
@click.option("--on", "on", metavar="DATE", help="取哪一天施行的规则，如 2021-12-31；默认为今天。")
@click.option("--weight", metavar="POINTS", help="指标分值。")
@click.option("--target", metavar="TEXT", help="年度指标值，照表里写，如 ≥50个。")
@click.option("--actual", metavar="TEXT", help="实际完成值，照表里写，如 45个。")
@click.option("--claimed", metavar="POINTS", help="自评得分，与规则得分对照。")
@click.option("--unit", metavar="TEXT", default="", help="单独一列的度量单位。")
@click.option("--nature", metavar="TEXT", default="", help="单独一列的指标性质：定量 或 定性。")
@click.option("--name", metavar="TEXT", default="", help="指标名称（规则按名称计分时用）。")
@click.option("--satisfaction", is_flag=True, help="这是满意度指标。")
@click.option("--elements", nargs=2, metavar="MET OF", help="按要素计分：符合几项，共几项。")
@click.option("--goal-review", metavar="TEXT", help="目标审核各要素得分，如 完整性=18,相关性=27。")
@click.option("--execution", nargs=2, metavar="BUDGET SPENT", help="全年预算数和全年执行数。")
@click.option("--finished/--unfinished", default=None, help="项目是否已完成（分档计分时用）。")
@click.option("--total", metavar="SCORE", help="总分，看执行率封顶后是多少。")
@click.option("--execution-rate", metavar="RATE", help="预算执行率，如 0.75 或 75%。")
@click.option("--grade", metavar="SCORE", help="分数，看属于哪个等级。")
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档。")
def explain(policy_id: str, on: str | None, as_json: bool, **asked: Any) -> None:
    """说明一项指标、一个执行率、一个总分或等级按规则如何得分：分数、算式、规则和条款。"""
    from jixiao.evaluation import asking
    from jixiao.evaluation.policy import on_date

    policy = on_date(places.find_root(), policy_id, asking.day(on))
    explanation = asking.answer(policy, asking.Question(**asked))
    if as_json:
        click.echo(json.dumps(explanation.as_json() | {"policy": policy_id}, ensure_ascii=False, indent=1))
    else:
        click.echo(explanation.as_text())


@cli.command()
@click.argument("policy_id", metavar="[ID]", required=False)
@click.option("--on", "on", metavar="DATE", help="取哪一天施行的规则，如 2021-12-31；默认为今天。")
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档。")
def policies(policy_id: str | None, on: str | None, as_json: bool) -> None:
    """列出评分规则；给出 ID 时，列出该规则各项的取值和出处。"""
    from jixiao.evaluation import asking
    from jixiao.evaluation import policy as policy_

    root = places.find_root()
    date = asking.day(on)
    found = [policy_.on_date(root, policy_id, date)] if policy_id else policy_.all_in_force(root, date)
    if as_json:
        click.echo(json.dumps([asking.policy_as_json(each) for each in found], ensure_ascii=False, indent=1))
        return
    for each in found:
        click.echo("\n".join(asking.policy_as_text(each, whole=policy_id is not None)))


def main() -> None:
    """Run the command line; every foreseen error is printed as its lines and becomes an exit code."""
    try:
        cli(standalone_mode=False)
    except JixiaoError as error:
        _print_faults(error)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.UsageError as error:
        click.echo(
            f"用法不对：{usage.mistake(error, list(cli.commands))}；运行 jixiao --help 查看用法", err=True
        )
        sys.exit(2)
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else "文件系统"
        click.echo(
            f"{places.shown_from_here(place)}：{error.strerror or error}；请核对路径、权限和磁盘空间",
            err=True,
        )
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断，已发布的版本没有改动", err=True)
        sys.exit(130)


def _print_faults(error: JixiaoError) -> None:
    for fault in error.faults[:_SHOWN]:
        click.echo(str(fault), err=True)
    if len(error.faults) > _SHOWN:
        click.echo(f"另有 {len(error.faults) - _SHOWN} 处错误，改好以上各处后再看", err=True)
