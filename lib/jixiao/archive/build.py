"""The build of a publication: its notebook is run once, and every format published, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.archive import closed_record, failed_run, kit_files, manifest, public_scan, published_folder
from jixiao.archive.inputs import sha256
from jixiao.archive.manifest import Sources
from jixiao.archive.publication import Heading, Publication
from jixiao.archive.run_record import RunRecord
from jixiao.kit.errors import ExportError, Fault, FindingsError, RunError
from jixiao.kit.progress import Progress
from jixiao.press.paper import themes
from jixiao.press.paper.themes import Theme
from jixiao.report import digits, finding_lines, mimes
from jixiao.report.notebook_form import read_notebook
from jixiao.running import runner
from jixiao.running.kernel import Kernel
from jixiao.running.limits import LIMITS, Limits
from jixiao.year.words import Severity

if TYPE_CHECKING:
    from nbformat import NotebookNode

DEADLINE = 600.0  # seconds for the whole notebook
_PRELOAD = ("jixiao.report.report", "seaborn")  # the kernel imports them while papermill is imported here


@dataclass(frozen=True)
class Built:
    """The folder that is published, whether this run changed it, and what its maker should know, a line each."""

    folder: Path
    changed: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """The page of a publication alone, and the remarks on it."""

    html: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """A version as it is published: file name -> bytes, the manifest among them; and the remarks on it."""

    files: Mapping[str, bytes]
    remarks: tuple[str, ...]


def build(
    publication: Publication,
    progress: Progress,
    deadline: float = DEADLINE,
    *,
    draft: bool = False,
    reopen: str | None = None,
    allowed: Mapping[str, str] | None = None,
) -> Built:
    """Publish a new version in the folder of `publication`; the earlier one stays unless everything succeeds.

    Findings that are errors stand against publishing, unless a `draft` is asked for;
    figures that would change stand against it where it is closed, unless `reopen` says why;
    so does what no reader may find in a file, such as ID numbers, unless `allowed` has a reason for its kind.
    """
    _ = publication.params  # what is wrong with them is told before anything is written
    publication.outputs.mkdir(exist_ok=True)
    record = RunRecord(progress)
    with published_folder.opened(publication) as place:
        publication = replace(publication)  # whoever held the lock may have gone on writing until now
        _ = publication.params
        closed = closed_record.settled(publication)
        why = "" if reopen is None else closed_record.reason(reopen, closed)
        executed = runner.executed_path(publication.notebook, place.scratch)
        with failed_run.kept(publication, executed, record):
            version = make(publication, place.scratch, record, deadline, draft=draft)
        record.step("检查公开内容")
        scanned = public_scan.checked(publication, version.files, allowed or {})
        record.step("发布")
        changed, remarks = closed_record.publish(place, closed, version.files, why)
        remarks = (*version.remarks, *scanned.remarks(), *remarks)
        outcome = "published" if changed else "unchanged"
        record.write(publication, outcome, sha256(version.files[manifest.NAME]), remarks, scanned.as_json())
        return Built(place.target, changed, remarks)


def make(
    publication: Publication,
    scratch: Path,
    progress: Progress,
    deadline: float = DEADLINE,
    *,
    draft: bool,
    limits: Limits = LIMITS,
) -> Version:
    """The files of a publication made anew from what lies in its kit; only `scratch` is written to."""
    theme = themes.of(publication.root)
    inputs = publication.inputs
    notebook = publication.notebook
    with (
        runner.started(notebook, scratch, _PRELOAD, limits) as kernel,
        _watched(publication, kernel) as changes,
    ):
        sources = Sources(inputs, manifest.code(), _environment(theme))
        executed = runner.run(notebook, publication.parameters, scratch, deadline, progress, kernel)
    _refuse_findings(executed, draft)
    files = documents(publication, executed, progress, theme, sources)
    changed = sorted({one.name for one in set(inputs) ^ set(replace(publication).inputs)})
    if changed:  # a version is made from one state of its inputs, which its manifest names
        raise RunError(*(Fault(name, "在运行中被改动", remedy="改完后再运行") for name in changed))
    files |= sources.kept()
    files[manifest.NAME] = manifest.render(publication, files, sources)
    return Version(files, (*changes, *_remarks(executed, theme)))


def kernel_of(publication: Publication, scratch: Path) -> Kernel:
    """A kernel for one `page`, which has imported what a notebook needs when that is asked for."""
    return Kernel(publication.notebook.parent, scratch / "kernel.log", _PRELOAD)


def page(publication: Publication, scratch: Path, progress: Progress, kernel: Kernel) -> Page:
    """The page of a publication as `make` makes it, findings that are errors among its remarks, as in a draft.

    Only `scratch` is written to; the kernel is closed at the end.
    """
    from jixiao.press.page import html
    from jixiao.running import canonical

    theme = themes.of(publication.root)
    with _watched(publication, kernel) as changes:
        executed = runner.run(
            publication.notebook, publication.parameters, scratch, DEADLINE, progress, kernel
        )
    progress.step("导出 HTML")
    notebook = canonical.canonical(executed)
    _figures(notebook, publication)
    return Page(html.to_html(notebook), (*changes, *_remarks(executed, theme)))


@contextmanager
def _watched(publication: Publication, kernel: Kernel) -> Iterator[list[str]]:
    """What must hold before the first cell, and a list that gets a remark if files of the kit change within."""
    with kit_files.watched(publication.root, kernel.confined) as changes:
        _refuse_digits(publication.notebook)
        yield changes


def _environment(theme: Theme) -> Mapping[str, Any]:
    from jixiao.press.paper import pdf

    return manifest.environment(families[0] for families in pdf.chosen(theme).values())


def _refuse_digits(notebook: Path) -> None:
    """Text in Markdown cells is held to what `report.prose` is held to."""
    for number, cell in enumerate(read_notebook(notebook).cells, start=1):
        if cell.cell_type == "markdown":
            digits.refuse(cell.source, f"{notebook.name} 第 {number} 个单元格")


def _refuse_findings(executed: NotebookNode, draft: bool) -> None:
    about = _output(executed, mimes.REPORT) or {}
    found = [finding for finding in about.get("findings", ()) if finding["severity"] == Severity.ERROR]
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
    to_mend = finding_lines.to_mend(found)
    yield from map(str, map(finding_lines.fault, finding_lines.first(to_mend)))
    yield from finding_lines.rest(to_mend)
    yield from finding_lines.notes(found)
    for row in _output(executed, mimes.DIFFERENCES) or ():
        yield f"与公布数不一致：{row['key']} 公布 {row['published']}，计算 {row['computed'] or '无'}"
    yield from (
        f"{place}：输出没有进入报告；请改用 report.prose 或表格" for place in document.unpublished(executed)
    )
    yield from (f"{place}下面没有内容，没有进入报告" for place in document.empty_headings(executed))
    yield from pdf.fonts_lacking(theme)


def documents(
    publication: Publication, executed: NotebookNode, progress: Progress, theme: Theme, sources: Sources
) -> dict[str, bytes]:
    """File name -> bytes of every document, all made from the one executed notebook, and of what describes them."""
    from jixiao.archive import crate, data_package
    from jixiao.running import canonical

    notebook = canonical.canonical(executed)
    figures = _figures(notebook, publication)
    params = publication.params
    day = params.published_on.isoformat()
    heading = Heading(publication.name, figures["title"], figures.get("origin_note", ""), day, params)
    with ThreadPoolExecutor(1) as aside:
        package = aside.submit(data_package.render, heading, sources.inputs)
        formats = _exports(notebook, progress, theme)
    files = {f"{publication.id}.{kind}": content for kind, content in formats.items()}
    files[publication.notebook.name] = canonical.dumps(notebook).encode()
    files["figures.json"] = manifest.rendered(figures)
    files[data_package.NAME] = package.result()
    files[crate.NAME] = crate.render(heading, sources, crate.Run(dict(files)))
    return files


def _exports(notebook: NotebookNode, progress: Progress, theme: Theme) -> dict[str, bytes]:
    """The report in each format, by the ending of its file."""
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
        return {"html": page.encode()} | {kind: future.result() for kind, future in running.items()}


def _figures(notebook: NotebookNode, publication: Publication) -> dict[str, Any]:
    """What figures.json holds: whose report, whether reconstructed, every figure."""
    about = _output(notebook, mimes.REPORT)
    figures = _output(notebook, mimes.FIGURES)
    if about is None or figures is None:
        absent = 'report.title("…")' if about is None else "report.register()"
        remedy = "恢复这个单元，它给出标题或统计数"
        raise ExportError(Fault(publication.notebook.name, f"没有运行 {absent}", remedy=remedy))
    differences = _output(notebook, mimes.DIFFERENCES) or []
    return {**about, "differences": differences, "figures": figures}


def _output(notebook: NotebookNode, mime: str) -> Any:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if mime in output.get("data", {}):
                return output["data"][mime]
    return None
