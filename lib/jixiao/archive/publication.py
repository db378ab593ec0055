"""A publication: one notebook of a report year, what it is run with, and where it is published."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.archive import inputs
from jixiao.archive.inputs import Input
from jixiao.figures import closings
from jixiao.kit import commits, places
from jixiao.kit.errors import Fault, JixiaoError, NotebookError, ParameterError, PublishError
from jixiao.kit.strict_yaml import suggestion
from jixiao.report import declarations
from jixiao.report.declarations import Declared
from jixiao.report.notebook_form import (
    areas,
    content_of,
    earlier_years,
    is_of_districts,
    is_side_by_side,
    notebook_of,
    parameters_of,
)
from jixiao.year import params
from jixiao.year.params import DEFAULT_NOTEBOOK, NOTEBOOK_ID, Params, Recorded

if TYPE_CHECKING:
    from jixiao.figures.evaluate import Evaluation

PUBLIC = "public"  # the folder of the edition that may go on a website
INTERNAL = "internal"  # the folder of the edition with everything else
FIGURES = f"{INTERNAL}/figures.json"
MANIFEST = "manifest.json"  # in the folder of a version: what it was made from
LETTER = "unit_letter"  # the notebook of letters to single units, which is no report
_SUFFIX = ".ipynb"
_VARIED = "@"  # between a notebook and its variant


@dataclass(frozen=True)
class Publication:
    """One notebook of a report year, by its `id`: the name of its file without .ipynb.

    The annual report is published in outputs/<year>/, any other in outputs/<year>-<id>/, in two editions. Parameters
    and inputs are read when they are first asked for and stay as they were then, so that a run sees one state of the
    files.

    A `variant` is run with values of the notebook's own parameters that are `given` in place of those of the year, and
    stands in a folder of its own, outputs/<year>-<id>@<variant>/.
    """

    root: Path
    year: int
    id: str = DEFAULT_NOTEBOOK
    source: Path | None = None  # the kit that it is made from, where that is another one than `root`
    variant: str = ""
    given: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def kit(self) -> Path:
        """The folder of the kit that notebook, parameters, rules and tables are read from."""
        return self.source or self.root

    @property
    def called(self) -> str:
        """How commands name it: the notebook, or mid_year@june for a variant."""
        return f"{self.id}{_VARIED}{self.variant}" if self.variant else self.id

    @property
    def name(self) -> str:
        """What its folder below outputs/ is called: 2022, 2022-mid_year."""
        return f"{self.year}{self.suffix}"

    @property
    def suffix(self) -> str:
        """What tells its files apart from those of the annual report."""
        return closings.suffix(self.called)

    @property
    def outputs(self) -> Path:
        """The folder of all that is derived."""
        return self.root / "outputs"

    @property
    def folder(self) -> Path:
        """Where it is published."""
        return self.outputs / self.name

    @property
    def place(self) -> str:
        """Its folder as messages name it."""
        return f"outputs/{self.name}"

    @property
    def label(self) -> str:
        """How messages speak of it."""
        return f"{self.year} 工作年度{f'（{self.called}）' if self.suffix else ''}"

    def command(self, word: str) -> str:
        """What a user types to do `word` with it."""
        return f"jixiao {word} {self.year}{' ' + self.called if self.suffix else ''}"

    @property
    def notebook(self) -> Path:
        """The file of the notebook; PlaceError when it leads out of notebooks/."""
        name = f"{self.id}{_SUFFIX}"
        return places.inside(self.kit / "notebooks", name, f"notebooks/{name}")

    @cached_property
    def _recorded(self) -> Recorded:
        return params.recorded(self.kit, self.year)

    @cached_property
    def _notebook_content(self) -> bytes:
        return content_of(self.notebook)

    @property
    def _of_its_own(self) -> Mapping[str, Any]:
        """The values that the parameters of the year give this notebook alone, or that are given to this variant of it."""
        return {**self._recorded.typed.notebooks.get(self.id, {}), **self.given}

    @cached_property
    def params(self) -> Params:
        """The parameters of the year as they hold for this notebook; ParameterError lists every fault."""
        return self._recorded.of_notebook(self.id)

    @cached_property
    def _declared(self) -> Mapping[str, Declared]:
        return parameters_of(notebook_of(self._notebook_content, self.notebook), self.notebook)

    @cached_property
    def own(self) -> Mapping[str, Any]:
        """The value of every parameter that the notebook has beside those of the year; ParameterError lists every fault."""
        of_year = [name for name in self.given if name in params.NAMES]
        where = f"{self.called} 的参数" if self.variant else self._recorded.given_to(self.id)
        own, faults = declarations.own_values(self._declared, self._of_its_own, where)
        if of_year:
            found = f"{'、'.join(of_year)} 是年度的参数，不随变体改变"
            faults.append(Fault(where, found, remedy=f"写在 {self._recorded.name} 里"))
        if faults:
            raise ParameterError(*faults)
        return own

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """The value of every parameter that the notebook declares; ParameterError lists every fault."""
        values = {**self._recorded.plain, **self._of_its_own, **self.own}
        return {name: values[name] for name in self._declared}

    def evaluated(self) -> Evaluation:
        """The year as this publication reports it, with the figures that its notebook defined when it was published."""
        from jixiao.figures import earlier
        from jixiao.figures.evaluate import evaluate
        from jixiao.figures.model import own_from_json

        found = evaluate(self.kit, self.params, self.own)
        path = self.folder / FIGURES
        if not path.is_file():
            return found
        try:
            listed = json.loads(path.read_bytes())["figures"]
            own = [own_from_json(one) for one in listed if "own" in one]
            of_other_years = [earlier.from_json(one) for one in listed if "earlier" in one]
            return found.with_own([*own, *of_other_years])
        except (ValueError, LookupError, TypeError) as error:
            remedy = f"重新运行 {self.command('report')}"
            raise PublishError(Fault(f"{self.place}/{FIGURES}", "文件已损坏", remedy=remedy)) from error

    def require_notebook(self) -> None:
        """NotebookError where the kit lacks the notebook, which every kit has once it was copied."""
        if not self.notebook.is_file():
            place = f"notebooks/{self.notebook.name}"
            raise NotebookError(Fault(place, "没有这个笔记本", remedy="从 jixiao 的 notebooks/ 复制一份"))

    @cached_property
    def without_rows(self) -> tuple[str, ...]:
        """The tables of the areas that the report is about, where none has a row and the year does not say so.

        There is nothing to report then; a year that says under `not_done` that the work was not done has its report.
        """
        if not self.notebook.is_file():
            return ()
        about = areas(notebook_of(self._notebook_content, self.notebook))
        if not about:
            return ()
        from jixiao.figures import wording
        from jixiao.year import tables

        names = tuple(sorted({name for area in about for name in wording.tables_of(area)}))
        said = any(work in (*about, *names) for work in self.params.not_done)
        empty = all(tables.read_one(self.kit, self.params.data_folder, name).empty for name in names)
        return names if names and empty and not said else ()

    @property
    def nothing_to_report(self) -> Fault | None:
        """What is told where none of the tables that it is about has a row (see `without_rows`)."""
        if not self.without_rows:
            return None
        files = "、".join(f"{name}.csv" for name in self.without_rows)
        remedy = f"填入数据；没有做这项工作的，在 params/{self.year}.yml 的 not_done 里写明"
        return Fault(files, f"没有数据行，没有做 {self.place}", remedy=remedy)

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """Every file of the kit that it is made from, as first read."""
        taken = {f"params/{self.year}.yml": self._recorded.content}
        if self.notebook.is_file():
            taken[f"notebooks/{self.notebook.name}"] = self._notebook_content
        years = self.years_mentioned
        rows_of = self._rows_of
        folder = self.kit / "data" / self.params.data_folder
        return commits.consistent(
            self.kit,
            folder,
            lambda: inputs.read(
                self.kit,
                self.notebook.name,
                self.params,
                taken,
                years,
                rows_of,
                districts=self._is_of_districts,
            ),
        )

    @property
    def _is_of_districts(self) -> bool:
        """Whether the notebook puts together what districts sent."""
        return self.notebook.is_file() and is_of_districts(notebook_of(self._notebook_content, self.notebook))

    @property
    def _rows_of(self) -> int | None:
        """The earlier year whose indicators the notebook compares with those of this one; None where it does not."""
        if not self.years_mentioned or not is_side_by_side(
            notebook_of(self._notebook_content, self.notebook)
        ):
            return None
        return self.year - 1

    @cached_property
    def years_mentioned(self) -> set[int]:
        """The earlier years whose figures the notebook mentions; they are read with it, and kept with its version."""
        if not self.notebook.is_file():
            return set()
        known = closings.known(self.kit, self.year)
        return earlier_years(notebook_of(self._notebook_content, self.notebook), self.year, known)


@dataclass(frozen=True)
class Heading:
    """What the files that describe a version say of it in general; `note` tells that its data are invented, or is ""."""

    name: str
    title: str
    note: str
    published_on: str
    params: Params


def of_year(root: Path, year: int, names: Sequence[str] = ()) -> list[Publication]:
    """The publications of `year` that `names` say, or all that its parameters name; each has its notebook, or is closed.

    The letter, which is run for a unit, is none of them, though the parameters may give it values. NotebookError names
    what is not in notebooks/, and what is there.
    """
    found = [named(root, year, name) for name in names or _reports(root, year)]
    if any(one.id == LETTER for one in found):
        place = f"notebooks/{LETTER}{_SUFFIX}"
        raise NotebookError(
            Fault(place, "是给单个单位的函，不作为报告", remedy=f"运行 jixiao letters {year}")
        )
    known = tuple(sorted(path.stem for path in (root / "notebooks").glob(f"*{_SUFFIX}")))
    missing = [
        Fault(f"notebooks/{one.id}{_SUFFIX}", "没有这个笔记本", remedy=suggestion(one.id, known))
        for one in found
        if not one.notebook.is_file() and not closings.read(root, year, one.called)
    ]
    if missing:
        raise NotebookError(*missing)
    return list(dict.fromkeys(found))


def one_of_year(root: Path, year: int, name: str = "") -> Publication:
    """The publication of `year` that `name` says, by "" as `named` has it; NotebookError where it has no notebook."""
    return of_year(root, year, [name or _default(root, year)])[0]


def named(root: Path, year: int, text: str = "") -> Publication:
    """The publication that a user means by mid_year, mid_year.ipynb or notebooks/mid_year.ipynb; by mid_year@june a variant.

    By "" it is the annual report, or the one notebook of a year whose parameters name no other. What a variant is run
    with says its published version; NotebookError where there is none.
    """
    if not text:
        return Publication(root, year, _default(root, year))
    whole = Path(text).as_posix().removeprefix("notebooks/").removesuffix(_SUFFIX)
    name, sign, variant = whole.partition(_VARIED)
    if not NOTEBOOK_ID.fullmatch(name) or (sign and not NOTEBOOK_ID.fullmatch(variant)):
        expected = "notebooks/ 里的文件名，用小写字母、数字、_ 和 -"
        raise NotebookError(Fault(f"笔记本“{text}”", "名称不对", expected))
    found = Publication(root, year, name, variant=variant)
    return replace(found, given=_given_before(found)) if variant else found


def _given_before(one: Publication) -> Mapping[str, Any]:
    """The values that the published version of a variant was run with."""
    path = one.folder / MANIFEST
    if not path.is_file():
        raise NotebookError(
            Fault(one.place, "没有发布过这个变体", remedy="用列出它的计划生成（jixiao batch）")
        )
    try:
        said = json.loads(path.read_bytes())
        if said["variant"] == one.variant and isinstance(said["parameters"], dict):
            return dict(said["parameters"])
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    remedy = "用列出它的计划重新生成（jixiao batch）"
    raise PublishError(Fault(f"{one.place}/{MANIFEST}", "没有写明这个变体的参数", remedy=remedy))


def _reports(root: Path, year: int) -> list[str]:
    """The notebooks that the parameters of `year` name, without the letter."""
    return [name for name in params.of_year(root, year).notebooks if name != LETTER]


def _default(root: Path, year: int) -> str:
    """The notebook of `year` that is meant where none is named."""
    try:
        notebooks = _reports(root, year)
    except (
        JixiaoError
    ):  # told where they are needed; what is published or closed can be looked at without them
        return DEFAULT_NOTEBOOK
    return notebooks[0] if len(notebooks) == 1 else DEFAULT_NOTEBOOK
