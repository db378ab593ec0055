"""Drafts in every format for tests that proofread: the same paragraphs and table as Word, PDF, page, Markdown."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import typst

from jixiao.kit import fonts

FORMATS = (".docx", ".pdf", ".html", ".md")
Rows = Sequence[Sequence[str]]


def made(suffix: str, title: str, paragraphs: Sequence[str], rows: Rows = ()) -> bytes:
    """A draft in the format of `suffix`."""
    return _MAKERS[suffix](title, paragraphs, rows)


def word(title: str, paragraphs: Sequence[str], rows: Rows = ()) -> bytes:
    """A Word file; each character of a paragraph is a run of its own, as after much editing."""
    document = docx.Document()
    document.add_heading(title, 0)
    for text in paragraphs:
        paragraph = document.add_paragraph()
        for sign in text:
            paragraph.add_run(sign)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf(title: str, paragraphs: Sequence[str], rows: Rows = (), grid: bool = True, pages: int = 1) -> bytes:
    """A PDF of A4 pages, its table ruled around each cell, or not at all."""
    lines = [
        '#set text(font: "Noto Serif CJK SC", size: 16pt, lang: "zh")',
        "#set par(first-line-indent: (amount: 2em, all: true), justify: true)",
        '#set page(margin: (x: 28mm, y: 37mm), numbering: "— 1 —")',
        f"#align(center, text(size: 22pt)[{_quoted(title)}])",
    ]
    body = [f"#par[{_quoted(text)}]" for text in paragraphs]
    if rows:
        stroke = "1pt" if grid else "none"
        gutter = "0pt" if grid else "1.5em"
        cells = ", ".join(f"[{_quoted(text)}]" for row in rows for text in row)
        body.append(f"#table(columns: {len(rows[0])}, stroke: {stroke}, column-gutter: {gutter}, {cells})")
    lines += "\n#pagebreak()\n".join(["\n\n".join(body)] * pages).split("\n")
    with TemporaryDirectory() as folder:
        source = Path(folder) / "draft.typ"
        source.write_text("\n".join(lines), encoding="utf-8")
        return typst.compile(source, font_paths=[str(fonts.folder())])


def page(title: str, paragraphs: Sequence[str], rows: Rows = ()) -> bytes:
    """A page of HTML."""
    parts = [f"<h1>{html.escape(title)}</h1>", *(f"<p>{html.escape(text)}</p>" for text in paragraphs)]
    cells = ["".join(f"<td>{html.escape(text)}</td>" for text in row) for row in rows]
    table = "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>" if rows else ""
    return f"<!doctype html><meta charset=utf-8><body>{''.join(parts)}{table}".encode()


def markdown(title: str, paragraphs: Sequence[str], rows: Rows = ()) -> bytes:
    """A text in Markdown."""
    lines = [
        f"# {title}",
        "",
        *(f"{text}\n" for text in paragraphs),
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines).encode()


def _quoted(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "#*_[]$`<>@\\~'\"=+-/" else sign for sign in text)


_MAKERS = {".docx": word, ".pdf": pdf, ".html": page, ".md": markdown}
