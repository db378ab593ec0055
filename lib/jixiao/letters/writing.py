"""One letter: the notebook is run for a unit, and its files are made from what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.archive.publication import LETTER, Publication
from jixiao.kit import places, private_data
from jixiao.kit.errors import Fault, JixiaoError, one_line
from jixiao.kit.private_data import Kind
from jixiao.kit.progress import Progress
from jixiao.running import at_once
from jixiao.running.limits import DEADLINE, LIMITS

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from jixiao.press.paper.themes import Theme

RESULT = "result.json"  # in the folder of a letter: what is wrong and what is told, once all of its files are there
KINDS = ("pdf", "docx", "xlsx")
_LOOKED_THROUGH = ("docx", "xlsx")  # the PDF says what the DOCX does
_NAMED = 3  # places that a line names
_OF_PERSONS = (Kind.ID_NUMBER, Kind.BANK_CARD, Kind.PHONE)


@dataclass(frozen=True)
class Order:
    """A letter that is to be written: of which year, to which unit, `below` with those below it, answered by which day.

    Its notebook has `deadline` seconds and may take `memory` bytes.
    """

    root: Path
    year: int
    unit: str
    below: bool = False
    reply_by: str | None = None
    deadline: float = DEADLINE
    memory: int = LIMITS.memory


def write(order: Order, folder: Path) -> None:
    """Write the files of a letter into `folder`, and last of all RESULT.

    It lists what kept them from being made, and the numbers of persons in them, which the bureau is told of.
    """
    faults: list[Fault] = []
    told: list[str] = []
    try:
        made = _made(order, folder)
        told = list(_numbers_of_persons(order, made))
        for kind, content in made.items():
            (folder / f"letter.{kind}").write_bytes(content)
    except JixiaoError as error:
        faults += error.faults
    except Exception as error:  # whatever it is, the letters to the others are written
        faults.append(Fault("程序", f"出错（{type(error).__name__}：{one_line(str(error), 200)}）"))
    said = {"faults": [asdict(fault) for fault in faults], "told": told}
    places.write_whole(folder / RESULT, json.dumps(said).encode())


def rehearse(order: Order, folder: Path) -> None:
    """Do in this process what a letter takes, but set no type and keep no file: what is read and loaded for it stays here.

    So the processes that are forked from this one need not do it again. What is wrong is told when the letter is written.
    """
    from jixiao.press.paper import pdf

    with suppress(Exception):  # whatever it is, it is that of one letter, and no other need fail for it
        _call_as_notebook(order)
        notebook, theme, documents = _documents(order, folder)
        pdf.source(notebook, theme)  # Typst itself would leave threads behind, beside which nothing is forked
        made = {kind: make() for kind, make in documents.items() if kind != "pdf"}
        list(_numbers_of_persons(order, made))


def _call_as_notebook(order: Order) -> None:
    """Call what notebooks of letters call; the notebook itself, which anybody may have written, is run under its guard alone."""
    from jixiao.report import notebook_form
    from jixiao.report.letter import letter, letter_tables

    publication = Publication(order.root, order.year, LETTER)
    cells = notebook_form.read_notebook(publication.notebook).cells
    declaring = [one.source for one in cells if notebook_form.DECLARED in one.metadata.get("tags", ())]
    with places.root_named(order.root):
        report = letter.open_letter({"In": declaring, **_values(order, publication)})
        report.title("{report.evaluated_year}")
        report.addressee()
        report.section("评价结果")
        report.prose("{report.evaluated_year}[[，{unit.several}]]。", otherwise="{report.report_year}。")
        for name in letter_tables.TABLES:
            report.table(name)
        report.attachment("扣分明细")
        report.rows()


def _numbers_of_persons(order: Order, files: Mapping[str, bytes]) -> Iterator[str]:
    """A line for each kind of number of a person that stands in the files of a letter, without the number itself."""
    from jixiao.archive import public_scan

    contact = Publication(order.root, order.year, LETTER).params.contact
    here = private_data.this_machine(order.root)
    found: dict[Kind, list[str]] = {}
    for kind in _LOOKED_THROUGH:
        for one in public_scan.of_file(f"letter.{kind}", files[kind], here, contact=contact):
            if one.kind in _OF_PERSONS:
                found.setdefault(one.kind, []).append(f"{kind.upper()} {one.place}")
    for each, told in found.items():
        where = list(dict.fromkeys(told))
        yield f"函里有{each.words}（{'、'.join(where[:_NAMED])}{'等' * (len(where) > _NAMED)}）；不该写的，从数据表里去掉后重写"


def _made(order: Order, scratch: Path) -> dict[str, bytes]:
    """The letter in each format; everything in it is of the one unit."""
    _, _, documents = _documents(order, scratch)
    return {kind: make() for kind, make in documents.items()}


def _documents(order: Order, scratch: Path) -> tuple[NotebookNode, Theme, dict[str, Callable[[], bytes]]]:
    """The notebook as it was run for the unit, its theme, and what makes each format of it."""
    from jixiao.press.paper import pdf, themes
    from jixiao.press.word import docx
    from jixiao.press.workbook import xlsx
    from jixiao.report.letter import prepared
    from jixiao.running import canonical, runner

    publication = Publication(order.root, order.year, LETTER)
    values = _values(order, publication)
    quiet = Progress(quiet=True)
    with places.root_named(order.root):
        limits = replace(LIMITS, memory=order.memory)
        executed = runner.run(
            publication.notebook, values, scratch, order.deadline, quiet, limits=limits, keep=False
        )
    notebook = canonical.canonical(executed)
    theme = themes.of(order.root)
    rows = prepared.year(order.root, publication.params).of(order.unit, below=order.below).tables
    return (
        notebook,
        theme,
        {
            "pdf": lambda: pdf.to_pdf(notebook, theme),
            "docx": lambda: docx.to_docx(notebook, theme),
            "xlsx": lambda: xlsx.to_xlsx(notebook, rows),
        },
    )


def _values(order: Order, publication: Publication) -> dict[str, Any]:
    """The parameters of the notebook for the letter."""
    values = {**publication.parameters, "unit": order.unit, "below": order.below}
    if order.reply_by:
        values["reply_by"] = order.reply_by
    return values


def words(order: Order, folder: Path) -> list[str]:
    """The words of a command that writes a letter into `folder`."""
    below = "below" if order.below else ""
    bounds = [str(order.deadline), str(order.memory)]
    return [str(order.root), str(order.year), order.unit, below, order.reply_by or "", *bounds, str(folder)]


def main() -> None:
    """Write the letter that the words of the command say (see `words`)."""
    at_once.begin()
    root, year, unit, below, reply_by, deadline, memory, folder = sys.argv[1:]
    day = reply_by or None
    order = Order(Path(root), int(year), unit, below == "below", day, float(deadline), int(memory))
    write(order, Path(folder))


if __name__ == "__main__":
    main()
