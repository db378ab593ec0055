"""The build of a publication: its notebook is run once, and every format published, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.archive import (
    closed_kit,
    closed_record,
    failed_run,
    kit_files,
    manifest,
    public_scan,
    published_folder,
)
from jixiao.archive.manifest import Sources
from jixiao.archive.publication import FIGURES, INTERNAL, PUBLIC, Heading, Publication
from jixiao.archive.run_record import RunRecord
from jixiao.kit import private_data
from jixiao.kit.errors import ExportError, Fault, FindingsError, RunError
from jixiao.kit.progress import Progress
from jixiao.kit.sealed import rendered, sha256
from jixiao.press.page.imprint import Imprint
from jixiao.press.paper import themes
from jixiao.press.paper.themes import Theme
from jixiao.report import digits, finding_lines, mimes, written
from jixiao.report.notebook_form import first_line, read_notebook
from jixiao.running import forks, runner
from jixiao.running.kernel import Kernel
from jixiao.running.limits import DEADLINE, LIMITS, Limits
from jixiao.year.words import Severity

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from jixiao.year.tables import Tables

_TRACED = {
    "图": 'report.chart(图, "题目", alt="…", data=frame)',
    "表": 'report.table(frame, "题目")',
    "文字": "report.prose 和统计数",
    "代码": "report.tables、report.data 的数据",  # a frame of numbers that stand in the code
}
# What the foot of the page tells who wants to check it.
_CHECK = (
    "随报告发布的 manifest.json 列有每个文件的 SHA-256 值；有数据的一方可重新生成并逐字节比较：jixiao verify "
)
# The kernel imports them while papermill is imported here.
_PRELOAD = ("jixiao.report.report", "jixiao.running.quick_seaborn")


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
    """A version as it is published: file name -> bytes, the manifest among them; and the remarks on it.

    `named` are places of public texts, each with the unit or project that it names.
    """

    files: Mapping[str, bytes]
    remarks: tuple[str, ...]
    named: tuple[tuple[str, str], ...] = ()


def build(
    publication: Publication,
    progress: Progress,
    deadline: float = DEADLINE,
    *,
    draft: bool = False,
    reopen: str | None = None,
    allowed: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> Built:
    """Publish a new version in the folder of `publication`; the earlier one stays unless everything succeeds.

    Findings that are errors stand against publishing, unless a `draft` is asked for;
    figures that would change stand against it where it is closed, unless `reopen` says why;
    so does what no reader may find in a file, such as ID numbers, unless `allowed` has a reason for its kind.
    """
    with closed_kit.in_force(publication, current=reopen is not None) as (source, _):
        _ = source.params  # what is wrong with them is told before anything is written
    publication.outputs.mkdir(exist_ok=True)
    record = RunRecord(progress)
    with published_folder.opened(publication) as place:
        closed = closed_record.settled(publication)
        why = "" if reopen is None else closed_record.reason(reopen, closed)
        # whoever held the lock may have gone on writing until now
        with closed_kit.in_force(replace(publication), current=bool(why)) as (publication, kept):
            _ = publication.params
            executed = runner.executed_path(publication.notebook, place.scratch)
            with failed_run.kept(publication, executed, record):
                version = make(publication, place.scratch, record, deadline, draft=draft, limits=limits)
            said = (kept.remark(publication),) if kept else ()
        record.step("检查公开内容")
        scanned = public_scan.checked(publication, version.files, allowed or {}, version.named)
        record.step("发布")
        changed, remarks = closed_record.publish(place, closed, version.files, why)
        remarks = (*said, *version.remarks, *scanned.remarks(), *remarks)
        outcome = "published" if changed else "unchanged"
        made = sha256(version.files[manifest.NAME])
        record.write(publication, outcome, made, remarks, scanned.as_json(), draft=draft)
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
    theme = themes.of(publication.kit)
    with (
        runner.started(publication.notebook, scratch, _PRELOAD, limits) as kernel,
        kit_files.watched(publication.root, kernel.confined) as changes,
        ThreadPoolExecutor(1) as aside,
    ):
        if kernel.pipes is None:
            from jixiao.running import session  # noqa: F401

        inputs = publication.inputs
        sources = Sources(inputs, manifest.code(), _environment(theme))
        loading = aside.submit(_loaded, publication, theme)  # while this thread waits for the notebook
        executed = _executed(publication, scratch, deadline, progress, kernel)
    rows = loading.result()
    _refuse_findings(executed, draft)
    untraced = _untraced(executed)
    files, told, named = documents(publication, executed, untraced, progress, theme, sources, rows)
    changed = sorted({one.name for one in set(inputs) ^ set(replace(publication).inputs)})
    if changed:  # a version is made from one state of its inputs, which its manifest names
        raise RunError(*(Fault(name, "在运行中被改动", remedy="改完后再运行") for name in changed))
    _refuse_years_not_kept(publication, files)
    files[manifest.NAME] = manifest.render(publication, files, sources)
    return Version(
        files, (*changes, *_remarks(publication.notebook.name, executed, untraced, theme), *told), named
    )


def _executed(
    publication: Publication, scratch: Path, deadline: float, progress: Progress, kernel: Kernel
) -> NotebookNode:
    """The notebook as it was run; what is wrong with its texts is told with the faults of the run."""
    notebook = publication.notebook
    wrong = written.faults(read_notebook(notebook), notebook, publication.params.leave_out)
    return runner.run(notebook, publication.parameters, scratch, deadline, progress, kernel, written=wrong)


def _refuse_years_not_kept(publication: Publication, files: Mapping[str, bytes]) -> None:
    """RunError where figures of a year were taken that no text names: what they were made from would not be kept."""
    listed = json.loads(files[FIGURES])["figures"]
    taken = {one["earlier"]["year"] for one in listed if "earlier" in one}
    for year in sorted(taken - publication.years_mentioned):
        found = f"用到 {year} 工作年度的统计数，从单元格的文字里却看不出来，不会随报告存下"
        remedy = f"直接写出，如 {{{year}:键}} 或 report.years[{year}]"
        raise RunError(Fault(publication.notebook.name, found, remedy=remedy))


def kernel_of(publication: Publication, scratch: Path) -> Kernel:
    """A kernel for one `page`, which has imported what a notebook needs when that is asked for."""
    return Kernel(publication.notebook.parent, scratch / "kernel.log", _PRELOAD)


def page(publication: Publication, scratch: Path, progress: Progress, kernel: Kernel) -> Page:
    """The page of a publication as `make` makes it, findings that are errors among its remarks, as in a draft.

    Only `scratch` is written to; the kernel is closed at the end.
    """
    from jixiao.press.page import html
    from jixiao.running import canonical

    theme = themes.of(publication.kit)
    with kit_files.watched(publication.root, kernel.confined) as changes:
        executed = _executed(publication, scratch, DEADLINE, progress, kernel)
    progress.step("导出 HTML")
    notebook = canonical.canonical(executed)
    _figures(notebook, publication)
    return Page(
        html.to_html(notebook),
        (*changes, *_remarks(publication.notebook.name, executed, _untraced(executed), theme)),
    )


def sources_of(publication: Publication) -> Sources:
    """All that a version of a publication would be made from now."""
    return Sources(publication.inputs, manifest.code(), _environment(themes.of(publication.kit)))


def _environment(theme: Theme) -> Mapping[str, Any]:
    from jixiao.press.paper import pdf

    return manifest.environment(families[0] for families in pdf.chosen(theme).values())


def _refuse_findings(executed: NotebookNode, draft: bool) -> None:
    about = mimes.bundle_with(executed, mimes.REPORT).get(mimes.REPORT, {})
    found = [finding for finding in about.get("findings", ()) if finding["severity"] == Severity.ERROR]
    if found and not draft:
        remedy = "改好后再运行；只要草稿的，加 --draft"
        refused = Fault("审核", f"有 {len(found)} 处错误级发现，没有生成报告", remedy=remedy)
        raise FindingsError(*map(finding_lines.fault, found), refused)


def _remarks(
    name: str, executed: NotebookNode, untraced: Sequence[Mapping[str, str]], theme: Theme
) -> Iterator[str]:
    """Of the notebook `name`: findings, differences from what was published, outputs no format shows or `untraced`, lacking fonts."""
    from jixiao.press.page import document
    from jixiao.press.paper import pdf

    about = mimes.bundle_with(executed, mimes.REPORT).get(mimes.REPORT, {})
    found = about.get("findings", ())
    to_mend = finding_lines.to_mend(found)
    yield from map(str, map(finding_lines.fault, finding_lines.first(to_mend)))
    yield from finding_lines.rest(to_mend)
    yield from finding_lines.notes(found)
    for row in mimes.bundle_with(executed, mimes.DIFFERENCES).get(mimes.DIFFERENCES, ()):
        key = private_data.hidden(row["key"])
        yield f"与公布数不一致：{key} 公布 {row['published']}，计算 {row['computed'] or '无'}"
    yield from (
        f"{name} {place}：输出没有进入报告；请改用 report.prose 或表格"
        for place in document.unpublished(executed)
    )
    yield from (f"{name} {place}下面没有内容，没有进入报告" for place in document.empty_headings(executed))
    for one in untraced:
        yield f"{name} {one['place']}：{one['kind']}里的数没有来源，已照原样发布；请改用 {_TRACED[one['kind']]}"
    yield from pdf.fonts_lacking(theme)


def _untraced(executed: NotebookNode) -> list[dict[str, str]]:
    """What is published without the report, and holds numbers that no figure and no frame stands behind."""
    from jixiao.press.page import document

    shown = [
        (one.number, {"place": one.place, "kind": one.kind})
        for one in document.foreign(executed)
        if one.kind == "图" or digits.found(one.text, "")
    ]
    typed = [
        (number, {"place": f"{document.where(number)}「{first_line(source)}」", "kind": "代码"})
        for number, source in written.typed_frames(executed)
    ]
    return [one for _, one in sorted([*shown, *typed], key=lambda each: each[0])]


def documents(
    publication: Publication,
    executed: NotebookNode,
    untraced: Sequence[Mapping[str, str]],
    progress: Progress,
    theme: Theme,
    sources: Sources,
    rows: Tables,
) -> tuple[dict[str, bytes], tuple[str, ...], tuple[tuple[str, str], ...]]:
    """File name -> bytes of both editions, all made from the one executed notebook, and of what describes them.

    The internal workbook has the `rows` of the year as well. Beside the files stand lines that tell what is not in the
    public edition, where there is such, and the units and projects that texts of it name, each with its place.
    """
    from jixiao.archive import crate, data_package, editions
    from jixiao.press.paper import pdf
    from jixiao.running import canonical

    notebook = canonical.canonical(executed)
    figures = _figures(notebook, publication) | ({"untraced": untraced} if untraced else {})
    params = publication.params
    day = params.published_on.isoformat()
    heading = Heading(publication.name, figures["title"], figures.get("origin_note", ""), day, params)
    public = editions.public(notebook, params, sources.inputs)
    imprint = Imprint({}, params.license, f"{_CHECK}{publication.name}。")
    progress.step(pdf.fonts_used(theme))
    progress.step("导出 PDF、DOCX、XLSX、HTML")
    formats = _exports(publication.id, public, notebook, rows, theme, imprint)
    files = {f"{edition}/{publication.id}.{kind}": each for (edition, kind), each in formats.items()}
    files[f"{PUBLIC}/figures.json"] = rendered(editions.figures_json(figures, public))
    files[FIGURES] = rendered(figures)
    files[f"{INTERNAL}/{publication.notebook.name}"] = canonical.dumps(notebook).encode()
    files[f"{INTERNAL}/{data_package.NAME}"] = data_package.render(heading, sources.inputs)
    files[crate.NAME] = crate.render(heading, sources, crate.Run(dict(files)), f"{INTERNAL}/")
    files |= {f"{INTERNAL}/{name}": content for name, content in sources.kept().items()}
    named = tuple(editions.naming(public, params, sources.inputs))
    return files, tuple(editions.withheld(notebook, public)), named


def _loaded(publication: Publication, theme: Theme) -> Tables:
    """The tables of the year, whose rows the internal workbook has.

    What the exports and the look through their files use is loaded as well, once for all forks.
    """
    import lxml.html.builder  # noqa: F401
    import nh3  # noqa: F401
    import pypdfium2  # noqa: F401
    import typst  # noqa: F401
    import xlsxwriter  # noqa: F401

    from jixiao.archive import crate, data_package, editions  # noqa: F401
    from jixiao.kit import fonts, templates
    from jixiao.press.page import html
    from jixiao.press.paper import pdf, translation
    from jixiao.press.word import docx  # noqa: F401
    from jixiao.press.workbook import xlsx, year_sheets  # noqa: F401
    from jixiao.year import tables

    pdf.chosen(theme)
    translation.program()
    for role in (fonts.SERIF, fonts.SANS):
        fonts.coverage(role)
    templates.template(html.PAGE)
    return tables.read(publication.root, publication.params.data_folder)


def _exports(
    name: str, public: NotebookNode, internal: NotebookNode, rows: Tables, theme: Theme, imprint: Imprint
) -> dict[tuple[str, str], bytes]:
    """The report `name` by edition and ending of its file: the public one in each format, the internal one to look up.

    The pages link to the other files of their edition, whose sizes they tell.
    """
    from jixiao.press.page import html
    from jixiao.press.paper import pdf
    from jixiao.press.word import docx
    from jixiao.press.workbook import xlsx

    makers: Mapping[tuple[str, str], Callable[[], Any]] = {  # those that take longest first
        (PUBLIC, "docx"): lambda: docx.to_docx(public, theme),
        (PUBLIC, "pdf"): lambda: pdf.to_pdf(public, theme),
        (INTERNAL, "xlsx"): lambda: xlsx.to_xlsx(internal, rows),
        (INTERNAL, "html"): lambda: html.content_of(internal),
        (PUBLIC, "html"): lambda: html.content_of(public),
        (PUBLIC, "xlsx"): lambda: xlsx.to_xlsx(public),
    }
    found = dict(zip(makers, forks.results([*makers.values()]), strict=True))
    pages = {}
    for edition in (PUBLIC, INTERNAL):
        beside = {kind: found[edition, kind] for kind in ("pdf", "docx", "xlsx") if (edition, kind) in found}
        sizes = {f"{name}.{kind}": len(content) for kind, content in beside.items()}
        page = found[edition, "html"].page(replace(imprint, files=sizes))
        pages[edition, "html"] = page.encode()
    return found | pages


def _figures(notebook: NotebookNode, publication: Publication) -> dict[str, Any]:
    """What figures.json holds: whose report, whether reconstructed, every figure."""
    about = mimes.bundle_with(notebook, mimes.REPORT).get(mimes.REPORT)
    register = mimes.bundle_with(notebook, mimes.FIGURES)
    figures = register.get(mimes.FIGURES)
    if about is None or figures is None:
        absent = 'report.title("…")' if about is None else "report.register()"
        remedy = "恢复这个单元，它给出标题或统计数"
        raise ExportError(Fault(publication.notebook.name, f"没有运行 {absent}", remedy=remedy))
    differences = register.get(mimes.DIFFERENCES, [])
    return {**about, "differences": differences, "figures": figures}
