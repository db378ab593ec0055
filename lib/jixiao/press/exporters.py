"""The exporters that nbconvert and JupyterLab offer: an executed notebook in, HTML, PDF or DOCX out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbconvert.exporters import Exporter

if TYPE_CHECKING:
    from nbformat import NotebookNode


class _ReportExporter(Exporter):
    """What the three have in common: the notebook goes through the preprocessors, then through `export`.

    The constructor only takes traitlets configuration and imports nothing heavy, because a server makes every
    exporter just to list them, and one that fails empties the whole list.
    """

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """The document and the resources of nbconvert; ExportError when it cannot be produced in full."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return self.export(notebook), resources

    def export(self, notebook: NotebookNode) -> str | bytes:
        """The document of a notebook."""
        raise NotImplementedError

    def _file_extension_default(self) -> str:
        return self.extension


class HtmlExporter(_ReportExporter):
    """One self-contained page."""

    extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "绩效报告 HTML"

    def export(self, notebook: NotebookNode) -> str:
        from jixiao.press.page.html import to_html

        return to_html(notebook)


class PdfExporter(_ReportExporter):
    """A tagged PDF for the archive."""

    extension = ".pdf"
    output_mimetype = "application/pdf"
    export_from_notebook = "绩效报告 PDF"

    def export(self, notebook: NotebookNode) -> bytes:
        from jixiao.press.paper import themes
        from jixiao.press.paper.pdf import to_pdf

        return to_pdf(notebook, themes.here())


class DocxExporter(_ReportExporter):
    """A Word file to be edited."""

    extension = ".docx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    export_from_notebook = "绩效报告 DOCX"

    def export(self, notebook: NotebookNode) -> bytes:
        from jixiao.press.paper import themes
        from jixiao.press.word.docx import to_docx

        return to_docx(notebook, themes.here())
