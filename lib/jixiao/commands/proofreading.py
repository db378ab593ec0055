"""The command that holds the numbers of a draft against each other."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jixiao.commands import printing, usage
from jixiao.kit.errors import DraftError, Fault

if TYPE_CHECKING:
    from jixiao.proofreading.proof import Proof


@click.command(cls=usage.Command)
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--claims", is_flag=True, help="列出读懂的全部说法和算式，以及没有对上的数。")
@usage.JSON
def proofread(files: tuple[str, ...], claims: bool, as_json: bool) -> None:
    """校对稿件里的数：合计、占比、增减、分数段、等级、日期互相对不对得上。

    FILE 是 .docx、.pdf（有文字层的）、.html、.txt 或 .md。没有对不上的，退出码 0；有，退出码 1；读不了，退出码 2。
    “请看一看”的只提示，不算对不上。
    """
    from jixiao.proofreading import proof
    from jixiao.proofreading.drafts import opening

    proofs: list[Proof] = []
    unread: list[Fault] = []
    for name in files:
        try:
            proofs.append(proof.proofread(opening.open_draft(Path(name), name)))
        except DraftError as error:
            unread += error.faults
    if as_json:
        printing.document([one.as_json(claims) for one in proofs])
    else:
        for one in proofs:
            _print(one, claims)
    printing.faults(unread)
    if unread or any(one.is_wrong for one in proofs):
        sys.exit(2 if unread else 1)


def _print(one: Proof, claims: bool) -> None:
    """The findings of a draft, a line each; then all its claims, if asked; then how many numbers were tied."""
    from jixiao.proofreading import lines

    printing.lines(lines.findings(one))
    if claims:
        printing.lines(lines.claims(one))
    printing.line(lines.summary(one))
