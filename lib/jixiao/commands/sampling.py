"""The command that draws a sample of the self-evaluations of a year for review."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from jixiao.commands import printing, usage
from jixiao.kit import numbers, places
from jixiao.kit.errors import Fault, ParameterError

if TYPE_CHECKING:
    from jixiao.sampling.recording import Recorded

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)[%％]")
_COUNT = click.IntRange(min=1)
_SEEDS = 10**9  # a seed that nobody chose is one of so many


@click.command("sample", cls=usage.Command, short_help="抽取要复核的自评：随机抽取，另按风险抽取。")
@click.argument("year")
@click.option("--share", metavar="15%", help="每个部门随机抽取的比例，不足一个的抽一个。")
@click.option("--count", type=_COUNT, metavar="N", help="随机抽取的总个数，按各部门的个数分配。")
@click.option("--risk", metavar="5%", help="另按风险分从高到低抽取的比例，按全部对象计。")
@click.option("--risk-count", type=_COUNT, metavar="N", help="另按风险分从高到低抽取的个数。")
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="随机种子；不写的随机取一个并记下。")
@click.option(
    "--kind",
    type=click.Choice(["project", "department"]),
    default="project",
    show_default=True,
    help="抽项目支出还是部门整体支出。",
)
@click.option("--again", metavar="REASON", help="已抽取过、确要重抽的，写明理由。")
@usage.JSON
def sample(
    year: str,
    share: str | None,
    count: int | None,
    risk: str | None,
    risk_count: int | None,
    seed: int | None,
    kind: str,
    again: str | None,
    as_json: bool,
) -> None:
    """抽取 YEAR 工作年度要复核的自评，连同抽样框、种子和入样概率写进 data/YEAR/samples.csv 和 sample_frame.csv。

    随机抽取按部门分层，--share 和 --count 写一个；风险分按 params/sampling.yml 计算。同一个种子总是抽到同一批。

    能推断全部对象的只有随机抽取的；风险抽取的只说明抽到的。写错了的用 jixiao undo YEAR 撤销。
    """
    from jixiao.archive import closed_record
    from jixiao.kit import commits
    from jixiao.sampling import recording
    from jixiao.sampling.draw import Size
    from jixiao.year import params
    from jixiao.year.words import SubjectKind

    root = places.find_root()
    values = params.of_year(root, places.year_of(year))
    random_size = _size("--share", share, "--count", count)
    if random_size is None:
        found = "没有说随机抽取多少"
        raise ParameterError(Fault("jixiao sample", found, remedy="写 --share 15% 或 --count 30"))
    risk_size = _size("--risk", risk, "--risk-count", risk_count)
    request = recording.Request(
        SubjectKind.of(kind),
        Size(**random_size),
        Size(**risk_size) if risk_size else None,
        secrets.randbelow(_SEEDS) if seed is None else seed,
        dt.date.today(),
    )
    request = recording.reasoned(request, again)
    folder = places.inside(root / "data", values.data_folder, "参数 data_folder")
    with commits.held(root, folder):
        closed_record.refuse_changes(root, values.report_year)
        done = recording.record(root, values, request)
    if as_json:
        printing.document(done.as_json())
    else:
        _tell(done, values.report_year)


def _size(share_name: str, share: str | None, count_name: str, count: int | None) -> dict[str, Any] | None:
    """The size that one of two options gives, as the fields of `Size`; None where neither is given."""
    if share is not None and count is not None:
        raise ParameterError(Fault(f"{share_name}、{count_name}", "两个都写了", "只写一个", "去掉一个"))
    if count is not None:
        return {"count": count}
    if share is None:
        return None
    written = _PERCENT.fullmatch(share.strip())
    percent = Decimal(written[1]) if written else Decimal(0)
    if not 0 < percent <= 100:
        raise ParameterError(Fault(share_name, f"是“{share}”", "0 到 100 之间的百分数，如 15%", "改成百分数"))
    return {"share": percent}


def _tell(done: Recorded, year: int) -> None:
    """Print what was drawn: a line for each arm, a table by department, and the files."""
    from jixiao.year.words import Arm

    kind = done.request.kind.words
    for arm in Arm:
        drawn = done.draw.of(arm)
        if drawn:
            seed = f"，种子 {done.request.seed}" if arm is Arm.RANDOM else ""
            printing.line(
                f"{arm.words}{kind} {len(drawn)} 个（共 {len(done.draw.frame)} 个）：{drawn[0].rule}{seed}"
            )
        elif done.request.risk:
            printing.line(f"{arm.words} 0 个：其余的都没有风险情形")
    head = ("部门", "对象", *(arm.words for arm in Arm), "抽取的年初预算数（万元）")
    rows = [
        (name, whole, by_chance, by_risk, "—" if money is None else numbers.plain(money))
        for name, whole, by_chance, by_risk, money in done.departments()
    ]
    printing.lines(printing.aligned([head, *rows]))
    printing.lines(done.files)
    printing.line(
        f"接着用 jixiao forms {year} --of review 生成复核底稿；抽错了的用 jixiao undo {year} 撤销。"
    )
