"""The charts as drawn: lengths, places, labels, and what a missing character does."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import warnings
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

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


MOVED = charts.Moves(["优", "良"], ["良", "中"], [[2, 0], [0, 1]], ("自评", "复核"), "等级变化")
SERIES = [charts.Series("自评", [27, 3, 0]), charts.Series("复核", [1, 22, None])]


@pytest.fixture(scope="module")
def drawn(house_style):
    """The scatter chart with strips and the table of grades."""
    return charts.scatter(GROUPS, "自评", "复核", "自评＝复核", ["全部在下"], MOVED)


@pytest.fixture(scope="module")
def scatter(drawn):
    """Its marks."""
    return drawn.axes[0]


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
    assert scatter.get_legend_handles_labels()[1] == ["部门", "项目"]
    assert [scatter.get_xlabel(), scatter.get_ylabel()] == ["自评", "复核"]


def test_the_two_scales_are_equal(drawn, scatter):
    """A point more is as long to the right as it is upwards, from one end to the other."""
    drawn.draw_without_rendering()
    box = scatter.get_window_extent()
    assert scatter.get_xlim() == scatter.get_ylim()
    assert box.width == pytest.approx(box.height, abs=0.01)


def test_marks_on_one_another_are_counted(house_style):
    """The strips have a bar for each whole point; the highest says at which score, and how many."""
    many = charts.Points("部门", [Decimal(100)] * 33 + [Decimal(90)], [Decimal(80)] * 34, "o", "k", False)
    (above,), (beside,) = (
        [text.get_text() for text in axes.texts]
        for axes in charts.scatter([many], "自", "复", "同").axes[1:3]
    )
    assert (above, beside) == ("100分33个", "34个")


def test_a_strip_stands_at_its_marks(drawn, scatter):
    """The bars above have the scale of the marks below, those at the right the scale of the marks beside them."""
    drawn.draw_without_rendering()
    above, beside = (axes.get_window_extent() for axes in drawn.axes[1:3])
    box = scatter.get_window_extent()
    assert [above.x0, above.x1, beside.y0, beside.y1] == pytest.approx([box.x0, box.x1, box.y0, box.y1])
    assert [drawn.axes[1].get_xlim(), drawn.axes[2].get_ylim()] == [scatter.get_xlim(), scatter.get_ylim()]


def test_grades_moved_from_row_to_column(drawn):
    """Each cell has how many went from its row to its column, none where there are none; what is to be seen stands above."""
    table = next(axes for axes in drawn.axes if axes.get_title(loc="left") == "等级变化")
    assert [text.get_text() for text in table.texts] == ["2", "", "", "1"]
    assert [label.get_text() for label in table.get_yticklabels()] == ["优", "良"]
    assert [label.get_text() for label in table.get_xticklabels()] == ["良", "中"]
    assert [text.get_text() for text in drawn.texts] == ["全部在下"]


def test_tiers_stand_beside_each_other_on_common_bands():
    """Each label has a bar of each tier as long as its count, which its end says; none where it is not known."""
    (axes,) = charts.grouped(["甲", "乙", "丙"], SERIES, "个", ["一；", "二"]).axes
    assert [[bar.get_width() for bar in bars][:2] for bars in axes.containers] == [[27, 3], [1, 22]]
    assert [text.get_text() for text in axes.texts] == ["27个", "3个", "", "1个", "22个", ""]
    assert {round(bar.get_height(), 2) for bars in axes.containers for bar in bars} == {0.37}
    apart = [charts.Series("自评", [5, 0]), charts.Series("复核", [0, 7])]
    (axes,) = charts.grouped(["甲", "乙"], apart, "个").axes
    assert {round(bar.get_height(), 2) for bars in axes.containers for bar in bars} == {0.66}


def test_numbers_at_bars_keep_off_each_other():
    """Those of a group, and of one group and the next, stand one below the other without touching."""
    figure = charts.grouped(["甲", "乙"], [charts.Series(name, [5, 5]) for name in ("自评", "复核")], "个")
    figure.draw_without_rendering()
    boxes = [one.get_window_extent() for one in figure.axes[0].texts]
    assert len(boxes) == 4 and not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_bands_are_named_and_those_of_equal_scores_framed():
    """Rows from the highest band down, columns from the lowest up; the number of both bands stands in their cell."""
    group = charts.Points("部门", [Decimal(100), Decimal(86)], [Decimal(81), Decimal(85)], "o", "k", True)
    figure = charts.binned([group], "自评", "复核", "同段", ["甲"], MOVED)
    axes, table = figure.axes
    assert [one.get_text() for one in axes.get_xticklabels()] == ["85～90", "90～95", "95～100", "100"]
    assert [one.get_text() for one in axes.get_yticklabels()] == ["85～90", "80～85"]
    assert [one.get_text() for one in axes.texts] == ["1", "", "", "", "", "", "", "1"]
    assert [one.get_xy() for one in axes.patches] == [(0, 0)]
    assert [one.get_title(loc=at) for one, at in ((axes, "left"), (table, "right"))] == [
        "（a）得分（个）",
        "（b）等级变化",
    ]


def test_the_line_of_equal_scores_is_the_diagonal(scatter):
    """The line goes through points with equal coordinates, from end to end of the chart, and has its name on it."""
    (line,) = scatter.lines
    assert list(line.get_xdata()) == list(line.get_ydata())
    assert (line.get_ydata()[0], line.get_ydata()[-1]) == scatter.get_ylim()
    (name,) = scatter.texts
    assert name.get_text().strip() == "自评＝复核"
    assert name.get_position()[0] == name.get_position()[1]


def test_the_marks_furthest_from_the_line_are_numbered_and_named(chance):
    """Each number is off every mark and every other number, inside the axes; its name and scores stand below."""
    draw = [Decimal(chance.randint(60, 100)) for _ in range(120)]
    names = [f"滨河公园及周边环境整治提升改造工程（二期）设施维护项目第{at}标段" for at in range(60)]
    group = charts.Points("部门", draw[:60], draw[60:], "o", charts.DARK, True, names)
    figure = charts.scatter([group], "自评", "复核", "自评＝复核")
    figure.draw_without_rendering()
    axes = figure.axes[0]
    gaps = sorted((abs(x - y) for x, y in zip(group.x, group.y, strict=True)), reverse=True)
    named = charts.furthest([group])
    assert [abs(x - y) for _, x, y in named] == gaps[:3]
    numbers = [one for one in axes.texts if one.get_text() in ("1", "2", "3")]
    boxes = [one.get_window_extent().shrunk(0.6, 0.6) for one in numbers]
    assert len(boxes) == 3 and not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    marks = axes.transData.transform([(float(x), float(y)) for x, y in zip(group.x, group.y, strict=True)])
    assert not any(box.contains(*mark) for box in boxes for mark in marks)
    assert all(axes.get_window_extent().contains(*corner) for box in boxes for corner in box.corners())
    lines = [one for one in figure.texts if one.get_text()[:2] in ("1 ", "2 ", "3 ")]
    assert len(lines) == 3 and all("…（" in one.get_text() for one in lines)
    assert max(one.get_window_extent().x1 for one in lines) < figure.bbox.x1
    assert (
        lines[0].get_window_extent().y0
        > lines[1].get_window_extent().y0
        > lines[2].get_window_extent().y0
        > 0
    )


def test_marks_on_the_line_and_without_names_have_no_numbers():
    """Nothing is furthest where the scores are equal; the public chart of bands names nobody."""
    same = charts.Points("部门", [Decimal(90)], [Decimal(90)], "o", charts.DARK, True, ["甲"])
    assert charts.furthest([same]) == []
    assert not [
        one
        for axes in charts.binned(GROUPS, "自评", "复核", "同").axes
        for one in axes.texts
        if "甲" in one.get_text()
    ]


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
        lambda: charts.scatter(
            GROUPS, "单位自评得分（分）", "财政复核得分（分）", "自评＝复核", ["甲" * 32], MOVED
        ),
        lambda: charts.grouped(["90分以上（含90分）", "甲", "乙"], SERIES, "个", ["甲" * 16, "乙" * 16]),
        lambda: charts.binned(GROUPS, "单位自评得分（分）", "财政复核得分（分）", "同段", ["甲" * 32], MOVED),
        lambda: charts.grouped(
            ["甲"], [charts.Series(f"层级{name}", [1]) for name in "甲乙丙"], "个", ["甲" * 30] * 3
        ),
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
