"""Reads a PDF by its text layer: lines become paragraphs again, rows become tables; a scan is told as such.

pypdfium2 and not pdfplumber: that one takes about a tenth of a second for a page, this one a hundredth.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from typing import Any

from jixiao.kit.errors import DraftError, Fault
from jixiao.kit.limits import DRAFT_CELLS, DRAFT_PAGE_TEXT, DRAFT_PAGES, DRAFT_TEXT
from jixiao.proofreading.drafts import pdf_lines, pdf_tables
from jixiao.proofreading.drafts.model import Cell, Draft, Kind, Passage, Piece, Sheet, Where
from jixiao.proofreading.drafts.pdf_lines import Line

_WHOLE = "有文字层的 PDF"
_PAGE_NUMBER = re.compile(r"[-—–―\s·第]*\d{1,4}[-—–―\s·页]*(?:[/共]\s*\d{1,4}\s*页?)?")
_CAPTION = re.compile(
    r"(?:附?[表图])\s*[\d一二三四五六七八九十]{1,3}(?:-\d+)?(?![。，、；）)的所中和与及])[\s:：.]?\S"
)
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[）)]|第[一二三四五六七八九十]{1,3}[章节条]"
)
_POINT = re.compile(r"[■●◆▪•·○□▶►➢✓※]|注[：:]|附件[：:\d]|[①-⑳]")
_ENDS = "。！？；：:;!?"
_INDENT = 1.2  # sizes of type by which a line that begins a paragraph stands in
_SHORT = 1.6  # sizes of type by which a line that ends a paragraph stays behind the edge
_MUCH = 0.25  # of the width of the text, that a line stays behind which ends a paragraph without a full stop
_LARGE = 1.25  # sizes of the usual type, from which a line belongs to a title
_APART = 0.9  # sizes of type between lines beyond the usual gap, at which a paragraph ends
_FEW = 20  # characters of a page, below which it is told as a scan if it has a picture


def read(content: bytes, file: str) -> Draft:
    """The draft in a PDF; DraftError with one fault when it cannot be opened, is a scan or too long."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        found = "PDF 有密码" if locked else "PDF 已损坏，读不出来"
        remedy = "取消密码后再校对" if locked else "重新导出或拷贝后再校对"
        raise DraftError(Fault(file, found, _WHOLE, remedy)) from None
    try:
        return _read(pdf, raw, file)
    finally:
        pdf.close()


def _read(pdf: Any, raw: Any, file: str) -> Draft:
    pages = len(pdf)
    if pages > DRAFT_PAGES:
        raise DraftError(Fault(file, f"PDF 有 {pages} 页", f"不超过 {DRAFT_PAGES} 页", "分成几份再校对"))
    reader = _Reader(Sheet(file))
    pictures = []
    for number in range(1, pages + 1):
        page = _opened(pdf, number, file)
        text_page = page.get_textpage()
        count = text_page.count_chars()  # told before each of them is an object
        if count > DRAFT_PAGE_TEXT:
            limit = f"不超过 {DRAFT_PAGE_TEXT} 字"
            raise DraftError(Fault(file, f"第 {number} 页有 {count} 字", limit, "由原稿重新导出 PDF"))
        reader.characters += count
        if reader.characters > DRAFT_TEXT:
            raise DraftError(Fault(file, "文字太多", f"不超过 {DRAFT_TEXT} 字", "分成几份再校对"))
        signs = pdf_lines.signs(text_page, raw)
        if len(signs) < _FEW and pdf_lines.has_picture(page, raw):
            pictures.append(number)
        reader.page(number, pdf_lines.lines(signs), pdf_tables.rules(page, raw), page.get_height())
        page.close()
    reader.end()
    _tell_what_is_not_read(pdf, raw, reader.sheet, pictures)
    return reader.sheet.draft(pages)


def _tell_what_is_not_read(pdf: Any, raw: Any, sheet: Sheet, pictures: Sequence[int]) -> None:
    """Remarks on pages that are pictures, attached files and scripts; DraftError where no page has a text."""
    if not any(one.kind is not Kind.MARGIN for one in sheet.passages):
        found = "没有文字层，是扫描件或图片" if pictures else "没有文字"
        raise DraftError(Fault(sheet.file, found, _WHOLE, "换成原文件，或先做文字识别"))
    if pictures:
        named = "、".join(map(str, pictures[:10])) + ("等" if len(pictures) > 10 else "")
        sheet.remark(f"第 {named} 页是扫描件或图片，没有读到文字", "换成原文件，或先做文字识别")
    if pdf.count_attachments():
        sheet.remark(f"PDF 里附有 {pdf.count_attachments()} 个文件，没有读取", "需要的另行校对")
    if raw.FPDFDoc_GetJavaScriptActionCount(pdf) > 0:
        sheet.remark("PDF 里有脚本，没有读取，也不会运行")


def _opened(pdf: Any, number: int, file: str) -> Any:
    import pypdfium2

    try:
        return pdf[number - 1]
    except pypdfium2.PdfiumError:
        raise DraftError(
            Fault(file, f"第 {number} 页已损坏，读不出来", _WHOLE, "重新导出或拷贝后再校对")
        ) from None


class _Reader:
    """Puts lines together to paragraphs, over the end of a page too, and rows to tables."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.characters = 0
        self.open: list[Line] = []  # the lines of the paragraph that is not ended
        self.open_page = 0
        self.left = 0.0  # edges of the text of the page
        self.right = 0.0
        self.size = 10.0

    def page(self, number: int, lines: Sequence[Line], rules: pdf_tables.Rules, height: float) -> None:
        """Add the lines of a page, from top to bottom."""
        body = [line for line in lines if not self._margin(line, number, height)]
        if not body:
            return
        self._measure(body)
        blocks = pdf_tables.split(body, rules)
        for block in blocks:
            if isinstance(block, Line):
                self._line(block, number)
            else:
                self._table(block, number)

    def _measure(self, body: Sequence[Line]) -> None:
        long = [line for line in body if len(line.segments) == 1] or list(body)
        self.size = statistics.median(line.size for line in long)
        self.left = min(line.left for line in long)
        self.right = max(line.right for line in long)

    def _margin(self, line: Line, number: int, height: float) -> bool:
        """Whether a line is a page number; it is kept as a passage of the margin."""
        at_edge = line.top < 0.12 * height or line.bottom > 0.9 * height
        if not (at_edge and _PAGE_NUMBER.fullmatch(line.text.strip())):
            return False
        self.sheet.passages.append(Passage(line.text.strip(), Where(page=number, part="页码"), Kind.MARGIN))
        return True

    def _line(self, line: Line, number: int) -> None:
        if self.open and self._begins(line, number):
            self.end()
        if not self.open:
            self.open_page = number
        line.page = number
        self.open.append(line)

    def _begins(self, line: Line, number: int) -> bool:
        """Whether a line begins a paragraph and does not go on with the one before it."""
        last = self.open[-1]
        text = line.text.strip()
        room = self.right - last.right
        ended = last.text.rstrip()[-1:] in _ENDS
        is_short = room > (_SHORT * last.size if ended else _MUCH * (self.right - self.left))
        ended = ended or is_short
        if abs(line.size - last.size) > 0.15 * last.size or _POINT.match(text):
            return True
        if number == last.page and min(line.size, last.size) > _LARGE * self.size:
            return False  # a title goes on, centred
        if ended and (is_short or _CAPTION.match(text) or _HEADING.match(text)):
            return True
        return self._stands_in(line) or (ended and number == last.page and self._is_apart(line))

    def _stands_in(self, line: Line) -> bool:
        """Whether a line begins further in than the edge, and not as the lines of its paragraph do below a point."""
        first = self.open[0]
        if line.left <= self.left + _INDENT * line.size:
            return False
        if len(self.open) > 1:
            return abs(self.open[-1].left - line.left) > _INDENT * line.size
        hangs = _POINT.match(first.text.strip()) is not None
        return not (hangs and 0 < line.left - first.left < 3 * line.size)

    def _is_apart(self, line: Line) -> bool:
        """Whether a line is farther below the last one than lines of the paragraph are from each other."""
        last = self.open[-1]
        before = self.open[-2] if len(self.open) > 1 and self.open[-2].page == last.page else None
        usual = before.bottom - last.top if before else 0.6 * last.size
        return last.bottom - line.top > usual + _APART * last.size

    def end(self) -> None:
        """End the paragraph that is open."""
        if not self.open:
            return
        text = ""
        pieces = []
        for line in self.open:
            shown = line.text.strip()
            skipped = line.text.index(shown) if shown else 0
            if (
                text
                and text[-1].isascii()
                and shown[:1].isascii()
                and text[-1].isalpha()
                and shown[:1].isalpha()
            ):
                text += " "
            boxes = tuple(line.boxes[skipped : skipped + len(shown)])
            pieces.append(Piece(len(text), len(text) + len(shown), line.page, 0, boxes=boxes))
            text += shown
        self.sheet.paragraph(text, pieces, self._kind(text), self.open_page)
        self.open = []

    def _kind(self, text: str) -> Kind:
        if _CAPTION.match(text) and len(self.open) == 1:
            return Kind.CAPTION
        is_first = not any(one.kind in (Kind.PARAGRAPH, Kind.TITLE) for one in self.sheet.passages)
        if is_first and self.open_page == 1 and self.open[0].size > _LARGE * self.size:
            return Kind.TITLE
        is_heading = len(self.open) == 1 and _HEADING.match(text) and text[-1] not in _ENDS and len(text) < 40
        return Kind.HEADING if is_heading else Kind.PARAGRAPH

    def _table(self, block: pdf_tables.Rows, number: int) -> None:
        self.end()
        cells = []
        for row, column, rows, columns, lines in block:
            text = ""
            pieces = []
            for line in lines:
                shown = line.text.strip()
                skipped = line.text.index(shown) if shown else 0
                boxes = tuple(line.boxes[skipped : skipped + len(shown)])
                pieces.append(Piece(len(text), len(text) + len(shown), number, 0, boxes=boxes))
                text += shown
            where = Where(page=number, table=self.sheet.next_table, row=row, column=column)
            cells.append(Cell(Passage(text, where, Kind.CELL, tuple(pieces)), rows, columns))
        if sum(len(one.cells) for one in self.sheet.tables) > DRAFT_CELLS:
            raise DraftError(Fault(self.sheet.file, "表格太大", f"不超过 {DRAFT_CELLS} 格", "分成几份再校对"))
        above = [one.text for one in self.sheet.passages[-1:] if one.kind is not Kind.CELL]
        self.sheet.table(cells, above[0] if above else "")
