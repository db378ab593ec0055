"""Fonts: a character without a glyph and a font that is not there are errors before anything is rendered."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont

from jixiao.kit import fonts
from jixiao.kit.errors import ExportError


def test_each_role_has_a_font_file():
    """Serif and sans are the Noto files of the wheel."""
    assert {role: path.name for role, path in fonts.font_files().items()} == {
        "serif": "NotoSerifCJKsc-Regular.otf",
        "sans": "NotoSansCJKsc-Regular.otf",
    }


@pytest.mark.parametrize("role", ["serif", "sans"])
def test_coverage_is_that_of_the_font(role):
    """The quick reading of the cmap agrees with fontTools' own."""
    with TTFont(fonts.font_files()[role]) as font:
        assert fonts.coverage(role) == frozenset(font.getBestCmap())


@pytest.mark.parametrize(
    "text", ["财预〔2020〕10号", "“优”≥90%、①②③～±", "行\n末\t空\u3000格", "方向\u200e标记\u202e"]
)
def test_text_of_reports_passes(text):
    """Chinese, punctuation, blanks and invisible marks need no remedy."""
    fonts.require(text, "serif")


def test_missing_character_is_named_with_place_and_remedy():
    """The error says which character, between which words, in which font, and what to do."""
    with pytest.raises(ExportError) as caught:
        fonts.require("本年度共完成😀三十个项目", "sans", "图 departments")
    for part in ("图 departments", "完成😀三十", "U+1F600", "Noto Sans CJK SC", "请改用"):
        assert part in str(caught.value)


def test_many_missing_characters_are_counted():
    """The first five are named and the rest counted, each character once."""
    with pytest.raises(ExportError) as caught:
        fonts.require("😀😀😁😂😃😄😅😆", "serif")
    assert len(caught.value.faults) == 6
    assert "另有 2 个" in str(caught.value)


def in_other_place(tmp_path, files: dict[str, bytes]) -> str:
    """What is said when the fonts of the wheel are those of `files`."""
    folder = tmp_path / "mplfonts" / "fonts"
    folder.mkdir(parents=True)
    (tmp_path / "mplfonts" / "__init__.py").write_text("", encoding="utf-8")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    code = "from jixiao.kit import fonts\ntry: fonts.require('甲', 'serif')\nexcept Exception as e: print(repr(e))"
    path = os.pathsep.join([str(tmp_path), *sys.path])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=True).stdout


def test_lost_font_file_is_an_error(tmp_path):
    """Without its font file a report is not made with another font."""
    said = in_other_place(tmp_path, {})
    assert (
        "ExportError" in said and "找不到字体文件 NotoSerifCJKsc-Regular.otf" in said and "重新安装" in said
    )


def test_damaged_font_file_is_an_error(tmp_path):
    """A font file that cannot be read is named."""
    names = ("NotoSerifCJKsc-Regular.otf", "NotoSansCJKsc-Regular.otf")
    said = in_other_place(tmp_path, dict.fromkeys(names, b"OTTO broken"))
    assert "ExportError" in said and "读不出来" in said
