"""ZIP packages from strangers: their parts by name, none read before its size is known to be bounded."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jixiao.forms.model import Remark
from jixiao.kit.errors import Fault, FormError, Place
from jixiao.kit.limits import PACKAGE_BYTES, PACKAGE_FREE_BYTES, PACKAGE_PARTS, PACKAGE_RATIO

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_LISTED = b"PK\1\2"  # what stands before each part in the list at the end of a package
_CHUNK = 1 << 18  # bytes of a part that are unpacked at a time
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

    def text(self, name: str, most: int) -> str:
        """The first characters of a part; "" where there is none."""
        return next(self.read(name), b"")[:most].decode("ascii", "replace") if name in self else ""

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of one part, piece by piece: never more than it declares; FormError where its checksum differs."""
        try:
            member = self.members[name.lower()]
        except KeyError:
            raise damaged(self.file, f"文件里缺少 {name}") from None
        try:
            with self.archive.open(member) as stream:
                while piece := stream.read(_CHUNK):
                    yield piece
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
    listed = content.count(_LISTED)  # told before Python makes an object of each
    if listed > 10 * PACKAGE_PARTS:
        raise hostile(file, f"压缩包里有 {listed} 个部件", f"不超过 {PACKAGE_PARTS} 个")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN:
        raise damaged(file) from None
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    total = sum(info.file_size for info in infos)
    if len(infos) > PACKAGE_PARTS:
        raise hostile(file, f"压缩包里有 {len(infos)} 个部件", f"不超过 {PACKAGE_PARTS} 个")
    if total > PACKAGE_BYTES:
        limit = f"不超过 {PACKAGE_BYTES // 1_000_000} MB"
        raise hostile(file, f"解压后有 {total // 1_000_000} MB，疑为压缩炸弹", limit)
    if total > PACKAGE_FREE_BYTES and total > PACKAGE_RATIO * len(content):
        raise hostile(
            file, f"解压后是原来的 {total // len(content)} 倍，疑为压缩炸弹", f"不超过 {PACKAGE_RATIO} 倍"
        )
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename.replace("\\", "/").lower()
        _refuse_member(info, name, file)
        if name in members:
            raise hostile(file, f"文件里有两个同名的部件 {name}")
        members[name] = info
    return Package(file, archive, members)


def _refuse_member(info: zipfile.ZipInfo, name: str, file: str) -> None:
    if name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise hostile(file, f"压缩包里的名称“{info.filename}”指到文件之外")
    if info.flag_bits & 0x1:
        raise protected(file)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged(file, "压缩方式不是 Excel 用的")


def hostile(file: str, found: str, expected: str = "") -> FormError:
    """The error for a package that no spreadsheet program writes."""
    return FormError(Fault(file, found, expected or "表格软件写出的工作簿", "核实来源；" + SAVE_AGAIN))
