"""The commands that make the report and hold it against the published one."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jixiao.commands import printing, usage
from jixiao.kit import places
from jixiao.kit.errors import Fault, ParameterError, TableError

if TYPE_CHECKING:
    from jixiao.archive.publication import Publication


@click.command(cls=usage.Command, short_help="生成一个工作年度的报告。")
@click.argument("year")
@click.argument("notebooks", metavar="[NOTEBOOK…]", nargs=-1)
@click.option(
    "--deadline",
    metavar="SECONDS",
    default="600",
    show_default=True,
    help="笔记本运行的时限（秒）。",
)
@click.option("--draft", is_flag=True, help="有错误级审核发现时也生成，只作草稿。")
@click.option(
    "--reopen",
    metavar="REASON",
    help="年度已封存也发布，改用现在的笔记本和参数：理由和改动记入 closed.json。",
)
@click.option(
    "--allow",
    "allow",
    metavar="KIND=REASON",
    multiple=True,
    help="某一类不宜公开的内容照样公开：写明理由，如 phone=值班电话。",
)
@usage.QUIET
def report(
    year: str,
    notebooks: tuple[str, ...],
    deadline: str,
    draft: bool,
    reopen: str | None,
    allow: tuple[str, ...],
    quiet: bool,
) -> None:
    """运行 YEAR 工作年度的笔记本，各种格式放入 outputs/YEAR/：public/ 可以公开，internal/ 是全部内容和依据，只供内部。

    NOTEBOOK 是 notebooks/ 里的笔记本；不写的，运行参数文件 notebooks 列出的全部。annual_report 以外的放入 outputs/YEAR-NOTEBOOK/。

    已封存（jixiao close）的，用封存时的笔记本、参数和评分规则；统计数有变就不发布，逐项列出。--reopen 写明理由的，用现在的，照样发布。

    outputs/index.html 通向各年度的公开版，outputs/internal.html 通向内部版。

    要发布的文件里有身份证号码、银行卡号、电话、密钥、机器上的路径，或公开版里有单个单位的得分的，不发布，逐处列出；
    --allow 写明理由的除外。
    """
    from jixiao.archive import public_scan, publication
    from jixiao.archive.build import build
    from jixiao.kit.progress import Progress
    from jixiao.running import forks, limits

    forks.prepare()
    seconds = limits.seconds_of(deadline)
    root = places.find_root()
    allowed = public_scan.allowances(allow)
    publications = publication.of_year(root, places.year_of(year), notebooks)
    if reopen is not None and len(publications) > 1:
        listed = "、".join(one.id for one in publications)
        found = f"要生成几份报告（{listed}），不知道重开哪一份"
        raise ParameterError(Fault("--reopen", found, remedy="写明笔记本"))
    told: set[str] = set()
    for one in publications:
        if _is_told_empty(one, named=bool(notebooks)):
            continue
        begun = time.monotonic()
        with Progress(quiet) as progress:
            built = build(one, progress, seconds, draft=draft, reopen=reopen, allowed=allowed)
        from jixiao.archive import index_pages

        index_pages.write(one.outputs)
        if not quiet:
            printing.line(f"{one.place} 用时 {time.monotonic() - begun:.1f} 秒", error=True)
        for remark in built.remarks:
            if remark not in told:  # the reports of a year have one ledger and its findings
                printing.line(remark, error=True)
        told.update(built.remarks)
        rows = []
        for path in [one for place in _PLACES for one in sorted(built.folder.glob(place))]:
            files = [each for each in (path, *path.rglob("*")) if each.is_file()]
            size = sum(each.stat().st_size for each in files) / 1024
            many = f"{len(files)} 个文件，" if path.is_dir() else ""
            rows.append((places.shown(path, root), f"{many}{size:,.0f} KB"))
        printing.lines(printing.aligned(rows))


def _is_told_empty(one: Publication, *, named: bool) -> bool:
    """Whether a report has nothing to tell, for its tables have no rows: said in a line, or refused where it was `named`."""
    fault = one.nothing_to_report
    if fault is None:
        return False
    if named:
        raise TableError(fault)
    printing.line(fault, error=True)
    return True


_PLACES = ("public/*", "internal/*", "*.json")  # of what is told of a version, in this order


def _write_skeleton(root: Path, name: str, text: str) -> None:
    """Write the file to fill in where it is not there; else print it, since what was filled in is not to be lost."""
    from jixiao.kit import commits

    folder = (root / name).parent
    with commits.held(root, folder):
        if not (root / name).exists():
            commits.write(root, folder, "compare --skeleton", [(name, text.encode())], {name: None})
            printing.line(f"新建  {name}：填上已公布的数，没有公布的键删去")
            return
    printing.lines(text.splitlines())
    printing.line(f"{name} 已有，没有改动；以上是全部的键", error=True)


@click.command(cls=usage.Command, short_help="把统计数与已公布的数逐项核对。")
@click.argument("year")
@click.argument("notebook", metavar="[NOTEBOOK]", default="")
@click.option(
    "--skeleton",
    is_flag=True,
    help="不核对，写一份待填的 published.yml，列出全部统计数的键；已有的只输出，不改动。",
)
@usage.JSON
def compare(year: str, notebook: str, skeleton: bool, as_json: bool) -> None:
    """把 YEAR 工作年度的统计数与已公布的数（published.yml）逐项核对；有差异时退出码为 1。

    NOTEBOOK 是哪一份报告，按它的参数计算；不写的为 annual_report；参数文件只列出一份的，为那一份。

    published.yml 里写明 {printed: 印的, right: 正确的, because: 原因} 的是已知误印，不算差异。
    """
    from jixiao.archive import closed_kit, publication
    from jixiao.figures import compare as comparing
    from jixiao.figures.compare import State

    one = publication.one_of_year(places.find_root(), places.year_of(year), notebook)
    with closed_kit.in_force(one) as (source, _):
        evaluation = source.evaluated()
    name = f"data/{evaluation.params.data_folder}/{comparing.FILE}"
    if skeleton:
        _write_skeleton(one.root, name, comparing.skeleton(evaluation.figures))
        return
    rows = evaluation.comparisons
    if not rows:
        remedy = f"把已公布的数写进这个文件（{one.command('compare')} --skeleton 给出待填的键）"
        there = (one.root / name).is_file()
        found = "还没有填公布的数" if there else "没有这个文件"
        raise TableError(Fault(name, f"{found}，无从核对", remedy=remedy))
    different = len(evaluation.differences)
    misprints = len(evaluation.misprints)
    if as_json:
        counts = {"compared": len(rows), "different": different, "misprints": misprints}
        printing.document({"report_year": one.year, **counts, "figures": [row.as_json() for row in rows]})
    else:
        lines = []
        for row in rows:
            computed = "（没有这个统计数）" if row.computed is None else row.computed
            both = f"公布 {row.published}，计算 {computed}" + (f"（{row.because}）" if row.because else "")
            lines.append((row.state.words, row.key, computed if row.state == State.EQUAL else both))
        printing.lines(printing.aligned(lines))
        known = f"，{misprints} 项是已知误印" if misprints else ""
        rest = f"{different} 项不一致" if different else "其余一致" if misprints else "全部一致"
        printing.line(f"共核对 {len(rows)} 项{known}，{rest}。")
    sys.exit(1 if different else 0)
