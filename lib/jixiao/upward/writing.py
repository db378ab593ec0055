"""Writes what goes up for a year: the statistics form, and the section of the final accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from jixiao.figures.evaluate import Evaluation, evaluate
from jixiao.kit import places
from jixiao.kit.errors import Fault, FindingsError
from jixiao.kit.progress import Progress
from jixiao.report import finding_lines
from jixiao.upward import final_accounts, rows, statistics_form, statistics_sheet
from jixiao.upward.statistics_form import TITLE, Form
from jixiao.year.params import Params
from jixiao.year.words import Severity

SECTION = "预算绩效管理工作开展情况（决算公开）"


@dataclass(frozen=True)
class Written:
    """The files that were written, and what the bureau should know of them."""

    files: tuple[Path, ...]
    remarks: tuple[str, ...]


def write(
    root: Path, params: Params, folder: Path, progress: Progress, *, draft: bool, with_rows: bool = False
) -> Written:
    """Write the files of a year to a folder, with the rows of totals and indicators where they are asked for.

    FindingsError where checks find errors, unless a `draft` is asked for.
    """
    progress.step("统计")
    evaluation = evaluate(root, params)
    if not draft:
        _refuse_findings(evaluation)
    form = statistics_form.form(evaluation)
    contents = {f"{TITLE}.xlsx": statistics_sheet.workbook(form, params.published_on)}
    if with_rows:
        progress.step("写明细")
        contents |= rows.files(root, evaluation)
    with TemporaryDirectory() as scratch:
        section = final_accounts.written(root, params.report_year, Path(scratch), progress)
    contents |= {f"{SECTION}.{kind}": content for kind, content in section.files.items()}
    folder.mkdir(parents=True, exist_ok=True)
    files = [places.write_whole(folder / name, content) for name, content in contents.items()]
    return Written(tuple(files), (*_blanks(form, params), *section.remarks))


def _refuse_findings(evaluation: Evaluation) -> None:
    errors = [one.as_json() for one in evaluation.findings if one.severity == Severity.ERROR]
    if errors:
        remedy = "改好后再运行；只要草稿的，加 --draft"
        refused = Fault("审核", f"有 {len(errors)} 处错误级发现，没有写", remedy=remedy)
        raise FindingsError(*map(finding_lines.fault, errors), refused)


def _blanks(form: Form, params: Params) -> Iterator[str]:
    """A line that names what nobody has declared, and one for what no table records."""
    undeclared = [f"{one.figure.label}（{one.figure.key}）" for one in form.lines if one.undeclared]
    if undeclared:
        listed = "、".join(undeclared)
        yield f"没有申报、统计表里空着的：{listed}；要填的写进 data/{params.data_folder}/facts.csv"
    missing = [
        f"{one.group}的{one.item}" for one in form.lines if one.figure.value is None and not one.undeclared
    ]
    if missing:
        yield f"数据表里没有、统计表里空着的：{'、'.join(missing)}"
