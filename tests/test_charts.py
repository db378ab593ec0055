"""The charts as drawn: lengths, places, labels, and what a missing character does."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import warnings
from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.kit.errors import ExportError
from jixiao.report import charts, mimes

PANELS = [
    charts.Bars("单位自评", ["100分", "95分（含）至100分", "90分（含）至95分"], [16, 53, 0], charts.DARK),
    charts.Bars("财政复核", ["85分（含）至90分", "80分（含）至85分"], [8, 27], charts.MID),
]
GROUPS = [
    charts.Points(
        "部门", [Decimal("97.04"), Decimal("88")], [Decimal("79.5"), Decimal("71")], "o", "k", False
    ),
    charts.Points("项目", [Decimal("100")], [Decimal("96.25")], "^", "b", True),
]
MISSING = """from jixiao.report import charts
from jixiao.kit.errors import ExportError
charts.setup()
try:
    charts.bundle(charts.distribution([charts.Bars("甲\\U0001f600", ["乙"], [1], "k")], "个"), "c", "图", "说明")
except ExportError as error:
    print(error)
"""


@pytest.fixture(autouse=True, scope="module")
def house_style():
    """The style of the report for these charts, and for no test after them."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        charts.setup()
        yield


@pytest.fixture(scope="module")
def scatter(house_style):
    return charts.scatter(GROUPS, "自评", "复核", "自评＝复核").axes[0]


def test_a_bar_is_as_long_as_its_count():
    """Each panel has a bar a label, from top to bottom, all on one scale, the count written at its end."""
    figure = charts.distribution(PANELS, "个")
    for axes, panel in zip(figure.axes, PANELS, strict=True):
        bars = axes.containers[0].patches
        assert [bar.get_width() for bar in bars] == list(panel.counts)
        assert [label.get_text() for label in axes.get_yticklabels()] == list(panel.labels)
        assert [text.get_text() for text in axes.texts] == [f"{count}个" for count in panel.counts]
        assert axes.get_title(loc="left") == panel.title or axes.get_title() == panel.title
        assert axes.get_xlim()[0] == 0 and axes.get_ylim()[0] > axes.get_ylim()[1]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


def test_a_mark_stands_at_its_two_scores(scatter):
    """Each group's marks are at (self, review), and the legend names the groups."""
    drawn = [collection.get_offsets().tolist() for collection in scatter.collections]
    wanted = [[[float(x), float(y)] for x, y in zip(g.x, g.y, strict=True)] for g in GROUPS]
    assert drawn == wanted
    assert [text.get_text() for text in scatter.get_legend().get_texts()] == ["部门", "项目"]
    assert [scatter.get_xlabel(), scatter.get_ylabel()] == ["自评", "复核"]


def test_the_line_of_equal_scores_is_the_diagonal(scatter):
    """The line goes through points with equal coordinates, from end to end of the chart, and has its name on it."""
    (line,) = scatter.lines
    assert list(line.get_xdata()) == list(line.get_ydata())
    assert (line.get_ydata()[0], line.get_ydata()[-1]) == scatter.get_ylim()
    (name,) = scatter.texts
    assert name.get_text().strip() == "自评＝复核"
    assert name.get_position()[0] == name.get_position()[1]


def test_every_mark_is_inside_the_chart(scatter):
    """The scales hold the lowest and the highest score."""
    for group in GROUPS:
        assert scatter.get_xlim()[0] < min(group.x) <= max(group.x) < scatter.get_xlim()[1]
        assert scatter.get_ylim()[0] < min(group.y) <= max(group.y) < scatter.get_ylim()[1]


def test_a_character_without_glyph_stops_the_chart():
    """After setup() a chart with a character that the font lacks is an error that names the chart."""
    command = [sys.executable, "-X", "utf8", "-c", MISSING]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("图 c：有字符显示不出来（Glyph 128512")


def test_a_chart_needs_words():
    """Neither no alternative text nor the caption again will do."""
    figure = charts.distribution(PANELS, "个")
    for alt in (" ", "图1"):
        with pytest.raises(ExportError, match="没有替代文字"):
            charts.bundle(figure, "c", "图1", alt)


def test_same_data_same_bytes():
    """Two drawings of the same data are equal in SVG and PNG; the bundle says what they are."""
    first, second = (
        charts.bundle(charts.distribution(PANELS, "个"), "c", "图1", "两幅", "注") for _ in range(2)
    )
    assert json.dumps(first) == json.dumps(second)
    assert first[mimes.CHART] == {"id": "c", "caption": "图1", "alt": "两幅", "note": "注"}
    assert base64.b64decode(first["image/png"]).startswith(b"\x89PNG")
    assert "<dc:date>" not in first["image/svg+xml"]


def test_the_colors_differ_in_grey_and_from_paper():
    """Printed without colour the two colours of marks differ in lightness, and both stand out from white."""
    from matplotlib.colors import to_rgb

    parts = [sum(w * _linear(c) for w, c in zip(_WEIGHTS, to_rgb(name), strict=True)) for name in _MARKS]
    lightness = [116 * part ** (1 / 3) - 16 for part in parts]  # CIE L*
    assert abs(lightness[0] - lightness[1]) >= 30
    assert [part for part in parts if 1.05 / (part + 0.05) < 3] == []


_WEIGHTS = (0.2126, 0.7152, 0.0722)
_MARKS = (charts.DARK, charts.MID)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize(
    "figure",
    [
        lambda: charts.distribution(PANELS, "个"),
        lambda: charts.distribution([charts.Bars("单位自评", ["90分以上（含90分）"], [12345], "k")], "个"),
        lambda: charts.scatter(GROUPS, "单位自评得分（分）", "财政复核得分（分）", "自评＝复核"),
    ],
)
def test_no_text_is_cut_or_too_small(figure):
    """All that is drawn lies within the chart, and no text is set smaller than nine points."""
    from matplotlib.text import Text

    drawn = figure()
    drawn.draw_without_rendering()
    box = drawn.get_tightbbox()
    width, height = drawn.get_size_inches()
    assert [side for side in (box.x0, box.y0, width - box.x1, height - box.y1) if side < -0.01] == []
    assert [text.get_text() for text in drawn.findobj(Text) if text.get_size() < 9] == []


def test_the_data_of_a_chart_are_a_table():
    """Every bar and every mark has its row: labels and counts, names and scores, as they are drawn."""
    panels = [replace(panel, keys=[f"{panel.title}.{at}" for at in panel.counts]) for panel in PANELS]
    bars = charts.bars_data(panels, ("层级", "分数段", "个数"), "图1（数据）").as_json()
    assert [[cell["text"] for cell in row] for row in bars["rows"]] == [
        [panel.title, label, str(count)]
        for panel in PANELS
        for label, count in zip(panel.labels, panel.counts, strict=True)
    ]
    assert bars["rows"][0][2] == {"text": "16", "value": "16", "key": "单位自评.16"}
    groups = [
        replace(group, names=[f"{group.label}{at}" for at, _ in enumerate(group.x)]) for group in GROUPS
    ]
    points = charts.points_data(groups, ("对象", "类别", "自评", "复核"), "图2（数据）").as_json()
    assert [[cell["text"] for cell in row] for row in points["rows"]] == [
        ["部门0", "部门", "97.04", "79.5"],
        ["部门1", "部门", "88", "71"],
        ["项目0", "项目", "100", "96.25"],
    ]
    about = charts.bundle(
        charts.distribution(PANELS, "个"),
        "c",
        "图1",
        "两幅",
        data=charts.bars_data(panels, ("层级", "分数段", "个数"), "图1（数据）"),
    )[mimes.CHART]
    assert about["data"]["caption"] == "图1（数据）"
