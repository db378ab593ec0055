"""Typst sets a source into a PDF or a picture, with the fonts of the wheel or of the machine.

Typst has no time limit: it reads no network and no file but the given pictures, and its loops are bounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jixiao.kit import fonts
from jixiao.kit.errors import ExportError, Fault, one_line
from jixiao.kit.private_folders import private_folder

STANDARDS = ("a-2a", "ua-1")
_PPI = 300
_ONE_DRAWING = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg")"""


def pdf(
    source: str,
    inputs: Mapping[str, str],
    pictures: Mapping[str, bytes],
    epoch: int,
    families: Sequence[str] = (),
) -> bytes:
    """The PDF of `source`, which reads `inputs` as sys.inputs and `pictures` as files of its root folder.

    The fonts of the machine are looked at only where `families` has one that does not come along.
    """
    options = {"sys_inputs": dict(inputs), "timestamp": epoch, "pdf_standards": list(STANDARDS)}
    with private_folder() as root:
        for name, content in pictures.items():
            (root / name).write_bytes(content)
        return _compiled("PDF", str(root), source.encode(), options, _foreign(families))


def png(drawing: str) -> bytes:
    """The picture of an SVG document at 300 dots an inch."""
    with private_folder() as root:
        options = {"format": "png", "ppi": _PPI, "sys_inputs": {"drawing": drawing}}
        return _compiled("图", str(root), _ONE_DRAWING, options)


def present(families: Sequence[str]) -> list[str]:
    """Those of `families` that can be set, in their order."""
    known = {family.casefold() for family in _fonts(_foreign(families)).families()}
    return [family for family in families if family.casefold() in known]


def _foreign(families: Sequence[str]) -> bool:
    return not set(families) <= set(fonts.FAMILIES.values())


def _compiled(
    place: str, root: str, source: bytes, options: Mapping[str, Any], of_machine: bool = False
) -> bytes:
    import typst

    try:
        return typst.Compiler(root=root, font_paths=_fonts(of_machine)).compile(source, **options)
    except typst.TypstError as error:
        raise ExportError(
            Fault(place, f"排版出错（{one_line(str(error), 300)}）", remedy="检查报告的文字、表格和图片")
        ) from error


@cache
def _fonts(of_machine: bool) -> Any:
    """The fonts of the wheel, and those of the machine where asked for, read once per process."""
    import typst

    fonts.font_files()
    return typst.Fonts(
        include_system_fonts=of_machine, include_embedded_fonts=False, font_paths=[str(fonts.folder())]
    )
