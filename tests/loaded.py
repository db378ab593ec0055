"""A process that has loaded the command line once, and forks itself for each command that a test runs (see kit.py).

A JSON line on standard input is a command: its words, folder, environment, and the files for what it prints on standard
output and error. A line on standard output is its exit code.
"""
# ruff: noqa: F401  # imported here are all modules that a command imports when it needs them

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import threading
from pathlib import Path

import fontTools.ttLib
import jinja2
import lxml.html
import rocrate.rocrate
import typst
import xlsxwriter

from jixiao.archive import build, closing, crate, data_package, editions, public_scan, verify
from jixiao.commands.cli import main
from jixiao.exchange.importing import receive
from jixiao.exchange.issuing import issue
from jixiao.exchange.returning import return_files
from jixiao.figures import compare, evaluate, trace
from jixiao.kit import fonts
from jixiao.press.page import html
from jixiao.press.paper import pdf, themes
from jixiao.press.word import docx
from jixiao.press.workbook import xlsx
from jixiao.rules import questions
from jixiao.running import session, warm
from jixiao.year import params
from press_notebook import press_notebook

PROJECT = Path(__file__).resolve().parents[1]


def remember() -> None:
    """Read what nearly every command reads again: rules, labels and words, notations of the data of 2022, fonts."""
    year = evaluate.evaluate(PROJECT, params.of_year(PROJECT, 2022))
    assert year.findings
    for role in fonts.font_files():
        fonts.coverage(role)
    made = press_notebook()  # templates, patterns and grammars are read as the first of all documents is made
    theme = themes.of(PROJECT)
    assert all([html.to_html(made), docx.to_docx(made, theme), xlsx.to_xlsx(made)])


def serve() -> None:
    """Fork for each command until standard input ends; only what was forked returns earlier, as the command ends."""
    for line in sys.stdin:
        words, folder, environment, *paths = json.loads(line)
        child = os.fork()
        if not child:
            become(words, folder, environment, paths)
            return
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def become(words: list[str], folder: str, environment: dict[str, str], paths: list[str]) -> None:
    """Be the command."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in enumerate(paths, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["jixiao", *words]
    code: object = 1
    try:
        main()
        code = 0
    except SystemExit as leave:
        code = leave.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
    leave_with(code)


def leave_with(code: object) -> None:
    """End as Python does, but for the objects of the loaded process: to take them apart would copy all their memory."""
    if isinstance(code, str):
        print(code, file=sys.stderr)
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    remember()
    warm.prepare()
    serve()
