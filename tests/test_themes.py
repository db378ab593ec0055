"""Themes as data: what an office writes changes the page, and what it cannot mean is refused."""

from __future__ import annotations

import io
from itertools import pairwise

import pdfplumber
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from nbformat.v4 import new_code_cell, new_notebook, new_output

from jixiao.kit import fonts
from jixiao.kit.errors import ParameterError
from jixiao.press.paper import pdf, themes, typesetting
from jixiao.press.paper.pdf import to_pdf

MM = 72 / 25.4
TEXT = "预算绩效管理工作开展情况" * 40


@pytest.fixture
def office(tmp_path):
    """A function that writes params/theme.yml and reads it back."""

    def write(text: str) -> themes.Theme:
        (tmp_path / "params").mkdir(exist_ok=True)
        (tmp_path / "params" / "theme.yml").write_text(text, "utf-8")
        return themes.of(tmp_path)

    return write


def test_a_file_that_asks_for_the_default_is_like_none(office, tmp_path):
    """The theme is the same with and without the file, as it is where no office has said anything."""
    without = themes.of(tmp_path)
    assert office("based_on: gongwen\n") == without == themes.default()


def chars_of(theme: themes.Theme) -> list[dict]:
    """The characters of the paragraph on the first page."""
    output = new_output("display_data", data={"text/html": f"<p>{TEXT}</p>"})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    with pdfplumber.open(io.BytesIO(to_pdf(notebook, theme))) as opened:
        return [char for char in opened.pages[0].chars if char["text"] in TEXT]


def test_the_standard_is_the_default(tmp_path):
    """Without a file of the office the theme is that of GB/T 9704: 156 × 225 mm, 22 lines of 28 characters."""
    theme = themes.of(tmp_path)
    assert [theme.width, theme.height, theme.pitch, theme.step] == [156, 225, 28.99, 15.793]
    assert all(set(named) == set(fonts.FAMILIES.values()) for named in theme.families().values())


def test_an_office_changes_margins_and_pitch(office):
    """Only what is written changes; the page that is set shows it."""
    theme = office("margins: {top: 30, left: 27, right: 27}\ngrid: {pitch: 33}\nsizes: {body: 15}\n")
    assert [theme.width, theme.height, theme.margins["bottom"], theme.pitch] == [156, 232, 35, 33]
    chars = chars_of(theme)
    baselines = sorted({round(841.89 - char["matrix"][5], 1) for char in chars})
    assert all(below - above == pytest.approx(33, abs=0.1) for above, below in pairwise(baselines))
    assert min(char["x0"] for char in chars) == pytest.approx(27 * MM, abs=0.5)
    assert {round(char["size"], 2) for char in chars} == {15.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- 1\n", "不是“键: 值”的形式"),
        ("based_on: letter\n", "gongwen、gongwen-official"),
        ("margin: {top: 30}\n", "没有名为“margin”的键"),
        ("margins: {up: 30}\n", "没有名为“up”的键"),
        ("margins: 30\n", "top、bottom、left、right"),
        ("margins: {top: 三}\n", "大于零的数"),
        ("margins: {top: -1}\n", "大于零的数"),
        ("sizes: {body: true}\n", "大于零的数"),
        ("fonts: {body: 仿宋}\n", "字体名称的列表"),
        ("margins: {top: 150, bottom: 100}\n", "不小于 100 毫米"),
    ],
)
def test_what_a_theme_cannot_mean_is_refused(office, text, said):
    """One line names the file, the line, what came and what was expected."""
    with pytest.raises(ParameterError, match=said) as refused:
        office(text)
    assert "params/theme.yml 第 1 行" in str(refused.value)


def test_an_official_font_is_used_where_the_machine_has_it(office, tmp_path, monkeypatch):
    """The font that the theme names sets the text and is said in the log; what the machine lacks is said too."""
    folder = tmp_path / "home" / ".local" / "share" / "fonts"
    folder.mkdir(parents=True)
    (folder / "body.otf").write_bytes(renamed("仿宋_GB2312", "FangSong_GB2312"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder.parent))
    typesetting._fonts.cache_clear()
    theme = office("based_on: gongwen-official\n")
    try:
        assert "正文用 FangSong_GB2312" in pdf.fonts_used(theme)
        lacking = pdf.fonts_lacking(theme)
        assert any("没有标题的 方正小标宋简体" in line for line in lacking)
        assert not any("正文" in line for line in lacking)
        assert {char["fontname"].partition("+")[2] for char in chars_of(theme)} == {"FangSong"}
    finally:
        typesetting._fonts.cache_clear()


def renamed(chinese: str, english: str) -> bytes:
    """A font that has the characters of the text and another name."""
    font = TTFont(fonts.font_files()[fonts.SERIF])
    options = subset.Options(name_IDs=["*"], notdef_outline=True)
    tool = subset.Subsetter(options)
    tool.populate(text=TEXT)
    tool.subset(font)
    font["name"].names = []
    for number, name in ((1, english), (2, "Regular"), (4, english), (6, "FangSong")):
        font["name"].setName(name, number, 3, 1, 0x409)
    font["name"].setName(chinese, 1, 3, 1, 0x804)
    font["CFF "].cff.fontNames = ["FangSong"]
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
