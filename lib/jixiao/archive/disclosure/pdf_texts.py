"""The texts of a PDF: what its pages show, properties, notes, links, attached files."""

from __future__ import annotations

import ctypes
from typing import Any

from jixiao.archive.disclosure.document import Document
from jixiao.kit.private_data import Kind

_PROPERTIES = {"Author": "creator", "Keywords": "keywords"}  # as other formats call them


def read(document: Document, content: bytes) -> None:
    """Add what a PDF says; ValueError for one that cannot be opened."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
    found = {_PROPERTIES.get(name, name): text for name, text in pdf.get_metadata_dict().items() if text}
    document.properties("文档属性", found)
    for at in range(pdf.count_attachments()):
        document.note(Kind.HIDDEN, "附件", pdf.get_attachment(at).get_name())
    for number, page in enumerate(pdf, 1):
        place = f"第 {number} 页"
        text = page.get_textpage().get_text_range()
        document.lines(place, text)
        if document.tabular:
            document.running.append((place, "".join(text.splitlines())))
            document.tables.append([[(place, word) for word in line.split()] for line in text.splitlines()])
        _annotations(document, pdf, page, place)


def _annotations(document: Document, pdf: Any, page: Any, place: str) -> None:
    from pypdfium2 import raw

    for at in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, at)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if kind == raw.FPDF_ANNOT_LINK:
            document.add(f"{place}的链接", _address(raw, pdf, annotation))
        elif kind != raw.FPDF_ANNOT_WIDGET:
            document.note(Kind.COMMENT, place, "批注")
            document.add(f"{place}的批注", _said(raw, annotation))
        raw.FPDFPage_CloseAnnot(annotation)


def _address(raw: Any, pdf: Any, annotation: Any) -> str:
    """Where a link leads outside of the file; "" for one that does not."""
    action = raw.FPDFLink_GetAction(raw.FPDFAnnot_GetLink(annotation))
    length = raw.FPDFAction_GetURIPath(pdf, action, None, 0) if action else 0
    if not length:
        return ""
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFAction_GetURIPath(pdf, action, buffer, length)
    return buffer.value.decode("utf-8", "replace")


def _said(raw: Any, annotation: Any) -> str:
    """Who wrote a note, and what."""
    said = []
    for key in (b"T", b"Contents"):
        length = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
        buffer = ctypes.create_string_buffer(length)
        place = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
        raw.FPDFAnnot_GetStringValue(annotation, key, place, length)
        said.append(buffer.raw.decode("utf-16-le", "replace").rstrip("\0"))
    return " ".join(said)
