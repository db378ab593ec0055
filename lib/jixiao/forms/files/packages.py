"""ZIP packages from strangers: their parts by name, none read before its size is known to be bounded."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.forms.model import Remark
from jixiao.kit.errors import Fault, FormError, Place

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
MEMBERS = 2_000  # a form has some 15 parts; one pasted photo is one more
PLAIN_BYTES = 300_000_000  # ten times the largest file that is read at all
FREE_BYTES = 20_000_000  # below this any ratio is harmless
RATIO = 200  # sheets of a million equal rows compress about 100 times, bombs 1000 times
DAMAGED = "文件已损坏，读不出来"
SAVE_AGAIN = "用表格软件打开，另存为 .xlsx 后再报"
# What a workbook may bring along and nobody reads: the words of the remark, and what the unit does about it
LEFT_OUT = {
    "macros": ("文件里有宏，没有读取，也不会运行", "另存为不带宏的 .xlsx"),
    "macro sheets": ("文件里有宏表，没有读取，也不会运行", "删去宏表，另存为 .xlsx"),
    "links": ("公式引用了别的文件，没有读取，只用已存下的结果", "把引用粘贴为数值"),
    "embedded": ("文件里嵌有别的文档，没有读取", "把附件另行报送"),
    "controls": ("文件里有控件，没有读取，也不会运行", "删去控件"),
    "connections": ("文件连接外部数据，没有读取，只用已存下的数", "把数据粘贴为数值"),
}


@dataclass(frozen=True)
class Package:
    """An open package: `members` are its parts by lower-case name with forward slashes."""

    file: str
    archive: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.members

    def under(self, prefix: str) -> list[str]:
        """Names of the parts in a folder of the package."""
        return [name for name in self.members if name.startswith(prefix)]

    def read(self, name: str) -> bytes:
        """The bytes of one part: never more than it declares, and its checksum must agree; FormError otherwise."""
        try:
            return self.archive.read(self.members[name.lower()])
        except KeyError:
            raise damaged(self.file, f"文件里缺少 {name}") from None
        except _BROKEN:
            raise damaged(self.file) from None


def damaged(file: str, found: str = DAMAGED) -> FormError:
    """The error for what does not hold together as a workbook."""
    return FormError(Fault(file, found, "完整的 Excel 工作簿", SAVE_AGAIN))


def protected(file: str) -> FormError:
    """The error for a file that asks for a password."""
    return FormError(Fault(file, "文件有密码", "没有密码的工作簿", "取消密码后再报"))


def left_out(what: str, place: Place) -> Remark:
    """The remark on something that a workbook brings along and that is not read; a key of LEFT_OUT."""
    found, remedy = LEFT_OUT[what]
    return Remark("F11", place, found, "只有表格的工作簿", remedy)


def open_package(content: bytes, file: str) -> Package:
    """The package in `content`; FormError when it is damaged, protected, or made to hurt the reader."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN:
        raise damaged(file) from None
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    total = sum(info.file_size for info in infos)
    if len(infos) > MEMBERS:
        raise _hostile(file, f"压缩包里有 {len(infos)} 个部件", f"不超过 {MEMBERS} 个")
    if total > PLAIN_BYTES:
        limit = f"不超过 {PLAIN_BYTES // 1_000_000} MB"
        raise _hostile(file, f"解压后有 {total // 1_000_000} MB，疑为压缩炸弹", limit)
    if total > FREE_BYTES and total > RATIO * len(content):
        raise _hostile(file, f"解压后是原来的 {total // len(content)} 倍，疑为压缩炸弹", f"不超过 {RATIO} 倍")
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename.replace("\\", "/").lower()
        _refuse_member(info, name, file)
        if name in members:
            raise _hostile(file, f"文件里有两个同名的部件 {name}")
        members[name] = info
    return Package(file, archive, members)


def _refuse_member(info: zipfile.ZipInfo, name: str, file: str) -> None:
    if name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise _hostile(file, f"压缩包里的名称“{info.filename}”指到文件之外")
    if info.flag_bits & 0x1:
        raise protected(file)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged(file, "压缩方式不是 Excel 用的")


def _hostile(file: str, found: str, expected: str = "") -> FormError:
    return FormError(Fault(file, found, expected or "表格软件写出的工作簿", "核实来源；" + SAVE_AGAIN))
