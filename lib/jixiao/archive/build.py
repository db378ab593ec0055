"""The build of one report year: parameters in, outputs/<year>/ with every format out, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.archive import closed_record, failed_run, manifest, published_folder
from jixiao.archive.manifest import Input, Sources
from jixiao.archive.run_record import SUFFIX, RunRecord
from jixiao.kit import places
from jixiao.kit.errors import ExportError, Fault, FindingsError, RunError
from jixiao.kit.progress import Progress
from jixiao.press.paper import themes
from jixiao.press.paper.themes import Theme
from jixiao.report import digits, finding_lines, mimes
from jixiao.report.notebook_form import read_notebook
from jixiao.running import runner
from jixiao.year import params

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOK = "annual_report.ipynb"
DEADLINE = 600.0  # seconds for the whole notebook
_PRELOAD = ("jixiao.report.report", "seaborn")  # the kernel imports them while papermill is imported here


@dataclass(frozen=True)
class Built:
    """The folder that is published, whether this run changed it, and what its maker should know, a line each."""

    folder: Path
    changed: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """A version as it is published: file name -> bytes, the manifest among them; and the remarks on it."""

    files: Mapping[str, bytes]
    remarks: tuple[str, ...]


def build(
    root: Path,
    year: int,
    progress: Progress,
    deadline: float = DEADLINE,
    *,
    draft: bool = False,
    reopen: str | None = None,
) -> Built:
    """Build outputs/<year>/; the earlier version stays untouched unless everything succeeds.

    Findings of severity E stand against publishing, unless a `draft` is asked for;
    figures that would change stand against it where the year is closed, unless `reopen` says why.
    """
    params.read(root, year)  # what is wrong with them is told before anything is written
    outputs = root / "outputs"
    outputs.mkdir(exist_ok=True)
    record = RunRecord(progress)
    with published_folder.opened(outputs, year) as place:
        closed = closed_record.settled(root, year, place.target)
        why = "" if reopen is None else closed_record.reason(reopen, closed)
        with failed_run.kept(root, year, place.scratch / NOTEBOOK, record):
            version = make(root, year, place.scratch, record, deadline, draft=draft)
        record.step("发布")
        changed, told = closed_record.publish(place, closed, version.files, why)
        remarks = (*version.remarks, *told)
        outcome, digest = (
            "published" if changed else "unchanged",
            manifest.sha256(version.files[manifest.NAME]),
        )
        record.write(outputs / f"{year}{SUFFIX}", outcome, digest, remarks)
        return Built(place.target, changed, remarks)


def make(
    root: Path, year: int, scratch: Path, progress: Progress, deadline: float = DEADLINE, *, draft: bool
) -> Version:
    """The files of `year` made anew from what lies in `root`; only `scratch` is written to."""
    values, theme = params.read(root, year), themes.of(root)
    inputs = manifest.inputs(root, values, NOTEBOOK)
    notebook = places.inside(root / "notebooks", NOTEBOOK, f"notebooks/{NOTEBOOK}")
    with runner.started(notebook, scratch, _PRELOAD) as kernel:
        _refuse_digits(notebook)
        sources = _sources(inputs, theme)
        executed = runner.run(notebook, values, scratch, deadline, progress, kernel)
    _refuse_findings(executed, draft)
    files = documents(executed, progress, theme, sources, values)
    _refuse_changed(inputs, manifest.inputs(root, values, NOTEBOOK))
    files |= sources.kept()
    files[manifest.NAME] = manifest.render(year, files, sources)
    return Version(files, tuple(_remarks(executed, theme)))


def _sources(inputs: Sequence[Input], theme: Theme) -> Sources:
    from jixiao.press.paper import pdf

    environment = manifest.environment(families[0] for families in pdf.chosen(theme).values())
    return Sources(tuple(inputs), manifest.code(), environment)


def _refuse_changed(before: Sequence[Input], after: Sequence[Input]) -> None:
    """A version is made from one state of its inputs, which its manifest names."""
    changed = sorted({one.name for one in set(before) ^ set(after)})
    if changed:
        raise RunError(*(Fault(name, "在运行中被改动", remedy="改完后再运行") for name in changed))


def _refuse_digits(notebook: Path) -> None:
    """Text in Markdown cells is held to what `report.prose` is held to."""
    for number, cell in enumerate(read_notebook(notebook).cells, start=1):
        if cell.cell_type == "markdown":
            digits.refuse(cell.source, f"{notebook.name} 第 {number} 个单元格")


def _refuse_findings(executed: NotebookNode, draft: bool) -> None:
    about = _output(executed, mimes.REPORT) or {}
    found = [finding for finding in about.get("findings", ()) if finding["severity"] == "E"]
    if found and not draft:
        remedy = "改好后再运行；只要草稿的，加 --draft"
        refused = Fault("审核", f"有 {len(found)} 处错误级发现，没有生成报告", remedy=remedy)
        raise FindingsError(*map(finding_lines.fault, found), refused)


def _remarks(executed: NotebookNode, theme: Theme) -> Iterator[str]:
    """Findings, differences from what was published, outputs that no format shows, and fonts not found."""
    from jixiao.press.page import document
    from jixiao.press.paper import pdf

    about = _output(executed, mimes.REPORT) or {}
    found = about.get("findings", ())
    told = finding_lines.told(found)
    yield from map(str, map(finding_lines.fault, finding_lines.first(told)))
    yield from finding_lines.rest(told)
    yield from finding_lines.notes(found)
    for row in about.get("differences", ()):
        yield f"与公布数不一致：{row['key']} 公布 {row['published']}，计算 {row['computed'] or '无'}"
    yield from (
        f"{place}：输出没有进入报告；请改用 report.prose 或表格" for place in document.unpublished(executed)
    )
    yield from pdf.fonts_lacking(theme)


def documents(
    executed: NotebookNode, progress: Progress, theme: Theme, sources: Sources, values: Mapping[str, Any]
) -> dict[str, bytes]:
    """File name -> bytes of every document, all made from the one executed notebook, and of what describes them."""
    from jixiao.archive import crate, data_package
    from jixiao.running import canonical

    notebook = canonical.canonical(executed)
    figures = _figures(notebook)
    about = {**values, "title": figures["title"], "origin_note": figures.get("origin_note", "")}
    with ThreadPoolExecutor(1) as aside:
        package = aside.submit(data_package.render, about, sources.inputs)
        files = _exports(notebook, progress, theme)
    files[NOTEBOOK] = canonical.dumps(notebook).encode()
    files["figures.json"] = manifest.rendered(figures)
    files[data_package.NAME] = package.result()
    files[crate.NAME] = crate.render(about, sources, crate.Run(dict(files)))
    return files


def _exports(notebook: NotebookNode, progress: Progress, theme: Theme) -> dict[str, bytes]:
    """File name -> bytes of the report in each format."""
    from jixiao.press.page import html
    from jixiao.press.paper import pdf
    from jixiao.press.word import docx
    from jixiao.press.workbook import xlsx

    progress.step("导出 HTML")
    page = html.to_html(notebook)
    makers: Mapping[str, Callable[[], bytes]] = {
        "pdf": lambda: pdf.to_pdf(notebook, theme),
        "docx": lambda: docx.to_docx(notebook, theme),
        "xlsx": lambda: xlsx.to_xlsx(notebook),
    }
    progress.step(pdf.fonts_used(theme))
    progress.step("导出 PDF、DOCX、XLSX")
    with ThreadPoolExecutor(len(makers)) as pool:
        running = {kind: pool.submit(make) for kind, make in makers.items()}
        made = {"html": page.encode()} | {kind: future.result() for kind, future in running.items()}
    return {f"{Path(NOTEBOOK).stem}.{kind}": content for kind, content in made.items()}


def _figures(notebook: NotebookNode) -> dict[str, Any]:
    """What figures.json holds: whose report, whether reconstructed, every figure."""
    about, figures = _output(notebook, mimes.REPORT), _output(notebook, mimes.FIGURES)
    if about is None or figures is None:
        absent = "report.title()" if about is None else "report.register()"
        raise ExportError(Fault(NOTEBOOK, f"没有运行 {absent}", remedy="恢复这个单元，它给出标题或统计数"))
    return {**about, "figures": figures}


def _output(notebook: NotebookNode, mime: str) -> Any:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if mime in output.get("data", {}):
                return output["data"][mime]
    return None
