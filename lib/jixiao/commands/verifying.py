"""The command that proves a published version: by its hashes, and by making it again."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jixiao.commands import printing, usage
from jixiao.kit import places
from jixiao.kit.errors import Fault, ParameterError, PlaceError, one_line

if TYPE_CHECKING:
    from jixiao.archive.verify import Verdict


@click.command(cls=usage.Command, short_help="重建并核对已发布的报告，或只核对一个文件夹。")
@click.argument("target", metavar="TARGET")
@click.argument("notebook", metavar="[NOTEBOOK]", default="")
@click.option(
    "--sha256", "given", metavar="HEX", default="", help="manifest.json 应有的 SHA-256，由对方另行告知。"
)
@click.option("--trust", is_flag=True, help="随报告存下的笔记本、评分规则、版式与本机的不同，也照样运行。")
@usage.JSON
@usage.QUIET
def verify(target: str, notebook: str, given: str, trust: bool, as_json: bool, quiet: bool) -> None:
    """TARGET 是年份（如 2022）：重建该年的报告，与已发布的逐个文件核对，并说明输入、程序、环境有无变化。

    NOTEBOOK 是哪一份报告，不写的为 annual_report；参数文件只列出一份的，为那一份。

    随报告存下的笔记本、评分规则、版式与本机的不同的，不运行，列出来；看过以后可加 --trust。

    TARGET 是文件夹（如 outputs/2022 或别人送来的）：只按其中的 manifest.json 核对，不重建，不运行任何东西。
    已封存的还说明已发布的文件是不是封存的那些。有差异时退出码为 1。
    """
    from jixiao.archive import publication
    from jixiao.archive import verify as verifying
    from jixiao.kit.progress import Progress
    from jixiao.running import forks

    forks.prepare()
    told = _hash(given)
    if target.isdigit():
        one = publication.named(places.find_root(), places.year_of(target), notebook)
        with Progress(quiet) as progress:
            verdict = verifying.of(one, progress, told, trust=trust)
    elif notebook:
        found = f"{one_line(target)} 是文件夹，按它自己的 manifest.json 核对，不分笔记本"
        raise ParameterError(
            Fault(f"NOTEBOOK {one_line(notebook)}", found, remedy="不写笔记本，或把文件夹换成年份")
        )
    else:
        if trust:
            found = "核对文件夹不运行任何东西"
            raise ParameterError(Fault("--trust", found, remedy="去掉 --trust，或把文件夹换成年份"))
        root = None
        with suppress(PlaceError):  # a folder can be held against itself anywhere
            root = places.find_root()
        verdict = verifying.of_folder(Path(target), told, root)
    if as_json:
        printing.document(verdict.as_json())
    else:
        _print(verdict, target.isdigit())
    sys.exit(0 if verdict.fine else 1)


def _hash(given: str) -> str:
    """A SHA-256 as typed, in small letters; ParameterError for what is none."""
    told = given.strip().lower()
    if told and not re.fullmatch("[0-9a-f]{64}", told):
        raise ParameterError(Fault("--sha256", f"“{one_line(given, 80)}”不是 SHA-256", "64 位十六进制数"))
    return told


def _print(verdict: Verdict, of_year: bool) -> None:
    for text, one in zip(
        printing.aligned((one.state, one.name) for one in verdict.files), verdict.files, strict=True
    ):
        printing.line(text)
        printing.lines(f"  {detail}" for detail in one.details)
    printing.lines(verdict.changes)
    printing.lines(f"没有运行  {name} 与本机的不同；看过以后可加 --trust" for name in verdict.untrusted)
    printing.lines(f"无法重建  {line}" for line in verdict.failed)
    printing.lines(verdict.kept[: printing.MOST])
    if len(verdict.kept) > printing.MOST:
        printing.line(f"原件和数据表另有 {len(verdict.kept) - printing.MOST} 处不符")
    if verdict.closed:
        different = "、".join(verdict.closed.different)
        source = verdict.closed.source
        made_from = f"（笔记本、参数和评分规则按 {source} 里的核对）" if source else ""
        state = f"不同：{different}" if different else "一致"
        printing.line(f"与 {verdict.closed.day} 封存时{state}{made_from}")
    if verdict.given:
        other = f"清单不是给出的那一份，它的 SHA-256 是 {verdict.manifest}"
        printing.line("清单就是给出的那一份" if verdict.as_given else other)
    elif not of_year and not verdict.closed:
        printing.line(
            f"清单的 SHA-256 是 {verdict.manifest}；出自何处无从知道，请向对方问到它，用 --sha256 再核对"
        )
    how = "已重建" if verdict.rebuilt else "未重建"
    printing.line(f"共 {len(verdict.files)} 个文件，{how}，{'全部一致。' if verdict.fine else '有差异。'}")
