"""Opens a draft, whatever its name says it is: Word, PDF, a page, or plain text; or says in one line why it cannot be read."""

from __future__ import annotations

from pathlib import Path

from jixiao.forms.files import compound
from jixiao.kit.errors import DraftError, Fault, one_line
from jixiao.kit.limits import DRAFT_BYTES
from jixiao.proofreading.drafts.model import Draft

SUFFIXES = (".docx", ".pdf", ".html", ".htm", ".txt", ".md")
_WANTED = "Word 文档（.docx）、PDF、HTML、TXT 或 Markdown"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# First bytes of files that hold no text that could be proofread
_OTHERS = (
    (b"\x89PNG", "是图片"),
    (b"\xff\xd8\xff", "是图片"),
    (b"GIF8", "是图片"),
    (b"BM", "是图片"),
    (b"Rar!", "是压缩包"),
    (b"7z\xbc\xaf", "是压缩包"),
    (b"\x1f\x8b", "是压缩包"),
    (b"{\\rtf", "是 RTF 文档"),
    (b"MZ", "是程序"),
)


def open_draft(path: Path, file: str) -> Draft:
    """The draft in the file `path`, called `file` in messages; DraftError with one fault when it cannot be read."""
    return read(contents(path, file), file)


def contents(path: Path, file: str) -> bytes:
    """The bytes of a draft; DraftError when it is missing, unreadable, a folder, empty or too large."""
    try:
        if not path.is_file():
            raise _refused(file, "是文件夹" if path.is_dir() else "没有这个文件", "检查路径")
        with path.open("rb") as stream:
            content = stream.read(DRAFT_BYTES + 1)
    except OSError:
        raise _refused(file, "打不开，没有权限或磁盘出错", "检查权限，或重新拷贝") from None
    if len(content) > DRAFT_BYTES:
        limit = f"不超过 {DRAFT_BYTES // 1_000_000} MB"
        raise DraftError(Fault(file, "文件太大", limit, "删去图片和附件后再校对"))
    if not content.strip():
        raise _refused(file, "是空文件", "重新拷贝后再校对")
    return content


def read(content: bytes, file: str) -> Draft:
    """The draft in `content`, told by its first bytes; DraftError with one fault when it cannot be read or says nothing."""
    draft = _read(content, file)
    if not any(one.kind.is_prose for one in draft.passages):
        raise _refused(file, "里面没有文字", "检查是不是这一份")
    return draft


def _read(content: bytes, file: str) -> Draft:
    if content.startswith(b"PK"):
        from jixiao.proofreading.drafts import word_files

        return word_files.read(content, file)
    if b"%PDF-" in content[:1024]:
        from jixiao.proofreading.drafts import pdf_files

        return pdf_files.read(content, file)
    if content.startswith(compound.MAGIC):
        if _ENCRYPTED in content:
            raise _refused(file, "文件有密码", "取消密码后再校对")
        raise _refused(file, "是旧的 Word 文档（.doc）", "用文字处理软件另存为 .docx")
    for mark, found in _OTHERS:
        if content.startswith(mark):
            raise _refused(file, found, "换成文字稿")
    return _of_text(content, file)


def _of_text(content: bytes, file: str) -> Draft:
    from jixiao.proofreading.drafts import text_files, web_files

    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    elif b"\0" in content:
        raise _refused(file, "不是文字", "换成文字稿")
    else:
        text = text_files.decoded(content)
    if web_files.is_page(text):
        return web_files.read(content, text, file)
    return text_files.read(text, file)


def _refused(file: str, found: str, remedy: str) -> DraftError:
    return DraftError(Fault(file, one_line(found), _WANTED, remedy))
