"""The command line: all commands, and what becomes of errors; users read Chinese lines, never a traceback."""

from __future__ import annotations

import io
import signal
import sys
from contextlib import suppress
from typing import NoReturn

import click

from jixiao import __version__
from jixiao.commands import (
    batching,
    forms,
    lettering,
    previewing,
    printing,
    proofreading,
    reporting,
    rules,
    sampling,
    tracing,
    unforeseen,
    upward,
    usage,
    verifying,
    years,
)
from jixiao.kit import commits, places, private_folders
from jixiao.kit.errors import JixiaoError, PlaceError

_COMMANDS = (
    years.new_year,
    reporting.report,
    lettering.letters,
    batching.batch,
    upward.upward,
    previewing.preview,
    reporting.compare,
    tracing.trace,
    verifying.verify,
    years.close,
    forms.check,
    forms.import_,
    forms.undo,
    forms.forms,
    sampling.sample,
    proofreading.proofread,
    rules.rules,
    rules.explain,
    rules.policies,
)


@click.group(
    cls=usage.Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="jixiao", message="%(prog)s %(version)s")
def cli() -> None:
    """绩效报告工具：由数据表生成年度报告，每个数都能追溯到出处。"""
    private_folders.clear()
    with suppress(PlaceError):  # some commands need no kit
        root = places.find_root()
        commits.settle_all(root)
        if next((root / "outputs").glob(".*.new-*/"), None):
            from jixiao.archive import published_folder

            published_folder.settle_all(root / "outputs")
        if next((root / "outputs").glob(".*.letters-*/"), None):
            from jixiao.archive import letters_place

            letters_place.settle_all(root / "outputs")


for _command in _COMMANDS:
    cli.add_command(_command)


def _stop(*_: object) -> NoReturn:
    """End as Ctrl-C does, so that what a command has begun is cleared away."""
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; every error is printed as its lines and becomes an exit code."""
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # not under nohup
        signal.signal(signal.SIGHUP, _stop)
    printing.logs()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of GBK lacks characters that names may have
            stream.reconfigure(errors="backslashreplace")
    try:
        _run()
    except Exception as error:
        printing.line(unforeseen.told(error, list(cli.commands)), error=True)
        sys.exit(unforeseen.EXIT_CODE)


def _run() -> None:
    """Run a command; every foreseen error is printed as its lines and becomes an exit code."""
    try:
        cli(standalone_mode=False)
    except JixiaoError as error:
        printing.faults(error.faults)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.UsageError as error:
        mistake = usage.mistake(error, list(cli.commands))
        printing.line(f"用法不对：{mistake}；运行 jixiao --help 查看用法", error=True)
        sys.exit(2)
    except OSError as error:
        printing.line(places.refused(error), error=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        printing.line("已中断；已发布的版本和数据表没有只改一半的", error=True)
        sys.exit(130)
