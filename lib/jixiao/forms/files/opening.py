"""The workbook in a received file, whatever its name says it is; or one line that says why it cannot be read."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from jixiao.forms.files import (
    biff,
    compound,
    encryption,
    excel,
    flat_xml,
    open_document,
    packages,
    text_tables,
    xls,
)
from jixiao.forms.model import Workbook
from jixiao.kit.errors import Fault, FormError, one_line
from jixiao.kit.limits import FILE_BYTES

_SUFFIXES = (
    ".xlsx",
    ".xlsm",
    ".xls",
    ".csv",
    ".txt",
    ".ods",
    ".et",
    ".xml",
    ".htm",
    ".html",
    ".mht",
    ".mhtml",
)  # in letters of single width, as programs know them
_ZIP = b"PK"
_JSON_KEY = re.compile(r'[\[\s]*\{\s*"[^"\n]*"\s*:')
_EXCEL = "Excel 工作簿（.xlsx、.xls）或 CSV"
_SAVE = "用表格软件打开，另存为 .xlsx"
_ASK = "报送填好的 .xlsx"
# First bytes of what is sent by mistake
_OTHERS = (
    (b"%PDF", "是 PDF 文件"),
    (b"\x89PNG", "是图片"),
    (b"\xff\xd8\xff", "是图片"),
    (b"GIF8", "是图片"),
    (b"BM", "是图片"),
    (b"II*\0", "是图片"),
    (b"MM\0*", "是图片"),
    (b"Rar!", "是压缩包"),
    (b"7z\xbc\xaf", "是压缩包"),
    (b"\x1f\x8b", "是压缩包"),
    (b"{\\rtf", "是 Word 文档"),
    (b"MZ", "是程序"),
)
# Parts that tell what else a ZIP package may be
_PACKAGES = (
    ("word/", "是 Word 文档", _ASK),
    ("ppt/", "是演示文稿", _ASK),
    ("ofd.xml", "是 OFD 文件", _ASK),
    ("xl/workbook.bin", "是二进制工作簿（.xlsb）", _SAVE),
)


def open_workbook(path: Path, file: str) -> Workbook:
    """The workbook in the file `path`, called `file` in messages; FormError with one fault when it cannot be read."""
    return workbook(contents(path, file), file)


def contents(path: Path, file: str) -> bytes:
    """The bytes of a file; FormError when it is missing, unreadable, a folder, empty or too large."""
    written = "".join(ch for ch in unicodedata.normalize("NFKC", path.suffix) if ch.isprintable()).lower()
    if written in _SUFFIXES and not path.suffix.isascii():
        found = f"后缀“{one_line(path.suffix)}”里有全角或看不见的字符"
        raise _refused(file, found, written, "改好文件名后再报")
    try:
        if not path.is_file():
            raise _refused(file, "是文件夹" if path.is_dir() else "没有这个文件", _EXCEL, "检查路径")
        with path.open("rb") as stream:
            content = stream.read(FILE_BYTES + 1)
    except OSError:
        raise _refused(file, "打不开，没有权限或磁盘出错", "可读的文件", "检查权限，或重新拷贝") from None
    if len(content) > FILE_BYTES:
        limit = f"不超过 {FILE_BYTES // 1_000_000} MB"
        raise _refused(file, "文件太大", limit, "删去图片和附件后再报")
    if not content:
        raise _refused(file, "是空文件，0 字节", _EXCEL, "重新拷贝后再报")
    return content


def workbook(content: bytes, file: str) -> Workbook:
    """The workbook in `content`, told by its first bytes; FormError with one fault when it cannot be read."""
    if content.startswith(_ZIP):
        return _from_package(content, file)
    if content.startswith(compound.MAGIC):
        return _from_compound(content, file)
    for mark, found in _OTHERS:
        if content.startswith(mark):
            raise _refused(file, found, _EXCEL, _ASK)
    return _from_text(content, file)


def _from_text(content: bytes, file: str) -> Workbook:
    """The workbook in a file that is no package: a page, a workbook in one XML file, or a plain table."""
    from jixiao.forms.files import web_pages  # and with it lxml, for a page alone

    if web_pages.is_mhtml(content):
        return web_pages.read_mhtml(content, file)
    text = text_tables.decoded(content)
    if text is not None and flat_xml.is_workbook(text):
        return flat_xml.read(text, file)
    page = web_pages.decoded(content) if text is None or "<" in text else ""
    if web_pages.is_html(page):
        return web_pages.read(page, file)
    if text is None:
        raise _refused(file, "不是表格文件", _EXCEL, _ASK)
    start = text[:4096].lstrip("\ufeff \r\n\t")
    if start.startswith("<"):
        raise _refused(file, "是 XML 文件，不是工作簿", _EXCEL, _SAVE)
    if _is_json(start, text):
        found = "不是工作簿，是 JSON 文本，多半是下载时系统报了错"
        raise _refused(file, found, _EXCEL, "重新登录系统下载，核对后再报")
    return text_tables.read(text, file)


def _is_json(start: str, text: str) -> bool:
    """Whether a text is JSON, perhaps cut short."""
    if not start.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return _JSON_KEY.match(start) is not None
    return True


def _from_compound(content: bytes, file: str) -> Workbook:
    try:
        return xls.read(content, file)
    except biff.Protected:
        plain = encryption.opened(content, file)
    try:
        return _from_package(plain, file) if plain.startswith(_ZIP) else xls.read(plain, file)
    except biff.Protected:
        raise packages.protected(file) from None


def _from_package(content: bytes, file: str) -> Workbook:
    package = packages.open_package(content, file)
    for part, found, remedy in _PACKAGES:
        if package.under(part):
            raise _refused(file, found, _EXCEL, remedy)
    if "content.xml" in package:
        kind = package.text("mimetype", 100)
        if kind and "spreadsheet" not in kind:
            raise _refused(file, "是 OpenDocument 文档，不是工作簿", _EXCEL, _ASK)
        return open_document.read(package)
    if not package.under("xl/"):
        raise _refused(file, "是压缩包", _EXCEL, "解压后逐个报送")
    return excel.read(package)


def _refused(file: str, found: str, expected: str, remedy: str) -> FormError:
    return FormError(Fault(file, found, expected, remedy))
