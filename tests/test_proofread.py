"""Proofreading: each rule by its card and by sentences, the command, the places of findings in every format, the kit's own reports."""

import csv
import json
from pathlib import Path

import pytest
from tools import handbook

from drafts import FORMATS, made
from jixiao.proofreading import lines, proof
from jixiao.proofreading.drafts import opening
from jixiao.proofreading.reading import grammar
from jixiao.proofreading.rules import cards
from kit import Kit

DATA = Path(__file__).parent / "data"
# Rules that only look for what cannot be: their passing examples tie no numbers
NOTHING_HOLDS = ("P09", "P10", "P19", "P20", "P21", "P22")


def proofread(text: str | bytes, file: str = "稿.md") -> proof.Proof:
    return proof.proofread(opening.read(text.encode() if isinstance(text, str) else text, file))


def found(text: str | bytes, file: str = "稿.md") -> list[tuple[str, str]]:
    return [(one.rule, one.printed) for one in proofread(text, file).findings]


@pytest.mark.parametrize("card", cards.read().values(), ids=cards.read())
def test_the_two_examples_of_a_card_are_judged_as_it_says(card):
    """The failing one has this finding and no other; of the passing one the rule says that it holds."""
    assert [rule for rule, _ in found(card.failing)] == [card.id]
    passing = proofread(card.passing)
    assert passing.findings == []
    assert card.id in NOTHING_HOLDS or card.id in {one.rule for one in passing.verdicts if one.holds}


def rows():
    with (DATA / "proofread_sentences.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["sentence"][:20])
def test_sentences_of_the_kinds_that_reports_have(row):
    """What is wrong is found at its number by its rule, and nothing is said of what holds."""
    expected = list(zip(row["rules"].split(), row["at"].split(" ") if row["at"] else [], strict=True))
    assert found(row["sentence"]) == expected


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_finding_stands_at_its_place_in_every_format(suffix):
    """In the second paragraph, and in the third row of the table, with what follows from what."""
    paragraphs = ["共评价项目12个，其中优5个、良7个。", "应报送自评报告120份，实际报送118份，报送率98.83%。"]
    table = [
        ["部门", "项目（个）", "金额（万元）"],
        ["甲局", "3", "120.50"],
        ["乙局", "4", "80.25"],
        ["合计", "8", "200.75"],
    ]
    one = proofread(made(suffix, "甲县2023年情况", paragraphs, table), f"稿{suffix}")
    places = [(each.rule, each.printed, each.passage.text[each.start : each.end]) for each in one.findings]
    assert places == [("P04", "98.83%", "98.83%"), ("P15", "8", "8")]
    in_text, in_table = (each.passage.where for each in one.findings)
    assert (in_table.table, in_table.row, in_table.column) == (1, 4, 2)
    assert in_text.line or in_text.paragraph == 3
    assert one.findings[0].follows == "118份÷120份＝98.33%，印的是98.83%"


def test_a_wrong_number_in_several_claims_is_told_once_where_it_stands():
    """Sum and share break by the same count, which no sound claim ties."""
    text = "评价20个项目，其中优5个，占25%；良12个，占65%；中2个，占10%。"
    (one,) = proofread(text).findings
    assert one.printed == "12个"
    assert "5个＋12个＋2个＝19个" in one.follows and "12个÷20个＝60.00%" in one.follows


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("在8个项目中，3个没有完成，占37%。", False),  # 37.5 is 38, half up
        ("在8个项目中，3个没有完成，占38%。", True),
        ("在8个项目中，3个没有完成，占37.5%。", True),
        ("在8个项目中，3个没有完成，占37.51%。", False),
        ("在3个项目中，1个没有完成，占33.3%。", True),
        ("在3个项目中，1个没有完成，占33.4%。", False),
        ("预算数1.2亿元，支出1.1亿元，执行率91.67%。", True),  # from 1.05/1.25 to 1.15/1.15
        ("涉及资金1.25亿元（12549万元）。", True),  # 1.25 stands for up to 1.255
        ("涉及资金1.25亿元（12551万元）。", False),
        ("共5个，其中优2个、良3个。", True),
        ("共5个，其中优2个、良4个。", False),
        ("总额10.00万元，其中甲3.33万元、乙3.33万元、丙3.33万元。", True),  # a rounding of one last decimal
        ("总额10.00万元，其中甲3.33万元、乙3.33万元、丙3.32万元。", False),
    ],
)
def test_tolerance_follows_from_the_decimals_that_are_printed(text, fits):
    """At the last value that fits and the first that does not."""
    assert (found(text) == []) is fits


def test_a_name_with_several_cells_is_no_place_to_look():
    """A budget and what was spent of it stand in one row; the text may say either, or a third."""
    table = "\n\n| 部门 | 预算数（万元） | 执行数（万元） |\n|---|---|---|\n| 甲局 | 500.00 | 480.00 |\n| 乙局 | 300.00 | 290.00 |"
    assert found("甲局495.00万元。" + table) == []
    assert found("甲局495.00万元。" + table.replace("| 480.00 ", "| — ")) == [("P14", "495.00万元")]


@pytest.mark.parametrize(
    "text",
    [
        "约30个项目中，有9个没有完成，占25%。",
        "涉及金额10.81亿元，占年初预算的88.91%。",
        "按《甲县2021年办法》（甲财〔2021〕12号）第3条，2022年1-6月开展3次检查。",
        "公布的报告误印作“85分以上（含80分）”。",
        "共5个，其中优2个。",
        "全区86个部门中，8个街道和78个区直部门分别报送。",
        "满意度95%以上，合格率100%。",
    ],
)
def test_nothing_is_guessed(text):
    """A number that cannot be tied, that is only about, or that is a name, is no finding."""
    assert found(text) == []


def table(*rows: str) -> str:
    head, *body = rows
    rule = "|".join("---" for _ in head.split("|"))
    return "\n".join(f"| {row} |" for row in (head, rule, *body))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # shares of the total of a column
        (("等级|个数|占比（%）", "优|56|33.3", "良|84|50.0", "中|24|14.3", "差|4|2.4", "合计|168|100.0"), []),
        (
            ("等级|个数|占比（%）", "优|56|33.3", "良|84|50.0", "中|24|14.3", "差|4|4.2", "合计|168|100.0"),
            [("P16", "4.2")],
        ),
        # a row of totals has a mean where the column is one
        (("区县|项目（个）|平均分", "甲区|12|86.5", "乙区|15|85.2", "丙县|10|83.1", "合计|37|85.1"), []),
        (("区县|项目（个）|得分", "甲区|12|86.5", "乙区|15|85.2", "丙县|10|83.1", "合计|37|85.1"), []),
        # and the sum of points
        (("指标|分值|得分", "立项|8|8", "目标|7|6", "资金|12|11", "组织|8|7.5", "合计|35|32.5"), []),
        (
            ("指标|分值|得分", "立项|8|8", "目标|7|6", "资金|12|11", "组织|8|7.5", "合计|35|33.5"),
            [("P15", "33.5")],
        ),
    ],
)
def test_totals_of_tables_are_sums_means_or_wholes(rows, expected):
    """What a row of totals says follows from its column: a sum, a mean, or the whole of which others are shares."""
    assert found(table(*rows)) == expected


@pytest.mark.parametrize(
    ("sentence", "rules"),
    [
        ("2022年项目支出1502.40万元。", ["P14"]),
        ("2021年项目支出1502.40万元。", []),
        ("调整后项目支出1502.40万元。", []),
        ("全年财政支出1502.40万元。", []),
    ],
)
def test_a_number_of_another_year_or_name_is_not_held_against_a_cell(sentence, rules):
    """The table is of the year of the draft, and its row says 项目."""
    rows = table("支出|金额（万元）", "基本支出|3011.25", "项目支出|1520.40")
    assert [rule for rule, _ in found(f"# 2022年度情况\n{sentence}\n\n{rows}")] == rules


def test_the_slip_of_a_band_is_found_among_its_counts():
    """Words of a band that name another number than its end, beside bands that are right."""
    text = "自评得分100分的17个，95分以上（含95分）的9个，90分以上（含90分）的1个，85分以上（含80分）的3个。"
    assert found(text) == [("P09", "85分以上（含80分）")]


def test_what_was_understood_is_listed_with_what_was_not():
    """Each claim with its arithmetic, each number that none ties, and how many there are."""
    one = proofread("在40个部门中，有9个没有完成，占22.5%。走访12户。")
    listed = list(lines.claims(one))
    assert listed[0].startswith("  相符 第 1 行：P03 占比与个数不符：9个÷40个＝22.50%，印的是22.5%")
    assert listed[1:] == ["  没有对上的数 第 1 行：12户（…，有9个没有完成，占22.5%。走访12户。）"]
    assert lines.summary(one) == "稿.md：4 个数，对上 3 个；没有对不上的"


def test_the_command_tells_findings_and_leaves_with_1(tmp_path):
    """One line a finding; a clean draft is 0, a file that cannot be read 2 and the others are read all the same."""
    kit = Kit(tmp_path, there=True)
    (kit.root / "错.md").write_text("在40个部门中，有9个没有完成，占25.2%。", encoding="utf-8")
    (kit.root / "对.md").write_text("在40个部门中，有9个没有完成，占22.5%。", encoding="utf-8")
    (kit.root / "看.md").write_text("自评得分100分。满意度指标完成率为98.5%。", encoding="utf-8")
    wrong = kit.run("proofread", "错.md", "对.md")
    assert wrong.returncode == 1 and wrong.stderr == ""
    assert wrong.stdout.splitlines() == [
        "错.md 第 1 行：P03 占比与个数不符（确定）：9个÷40个＝22.50%，印的是25.2%；原文“在40个部门中，有9个没有完成，占25.2%。”",
        "错.md：3 个数，对上 3 个；确定的 1 处",
        "对.md：3 个数，对上 3 个；没有对不上的",
    ]
    assert kit.run("proofread", "看.md").returncode == 0
    unread = kit.run("proofread", "无.docx", "对.md")
    assert (unread.returncode, unread.stdout) == (2, "对.md：3 个数，对上 3 个；没有对不上的\n")
    assert unread.stderr.startswith("无.docx：没有这个文件；应为Word 文档（.docx）、PDF")
    document = json.loads(kit.run("proofread", "错.md", "--json", "--claims").stdout)
    (finding,) = document[0]["findings"]
    assert (finding["rule"], finding["sure"], finding["place"]) == ("P03", "certain", {"line": 1})
    assert document[0]["untied"] == [] and len(document[0]["claims"]) == 1


def test_rules_shows_the_cards_of_proofreading(tmp_path):
    """In the list, and one by its id."""
    listed = Kit(tmp_path, there=True).run("rules").stdout
    assert all(f"{card.id}  校对" in listed for card in cards.read().values())
    assert (
        Kit(tmp_path, there=True).run("rules", "p03").stdout.startswith("P03 占比与个数不符（校对）\n含义：")
    )


def test_every_slot_of_the_grammar_is_a_group_and_each_relation_has_a_pattern():
    """The grammar is read whole; a pattern without a number claims nothing."""
    for relation, forms in grammar.forms().items():
        assert forms, relation
        for form in forms:
            assert set(form.slots) <= set(form.pattern.groupindex)
            assert form.slots or "list" in form.written


def test_the_handbook_is_what_cards_and_grammar_give():
    """docs/proofreading.md is made anew by tools/handbook.py whenever a card or a pattern changes."""
    page = Path(__file__).parents[1] / "docs" / "proofreading.md"
    assert page.read_text(encoding="utf-8").splitlines() == handbook.proofreading_page().splitlines()


@pytest.mark.parametrize("published", ["annual_report.html", "annual_report.pdf", "annual_report.docx"])
def test_the_kits_own_report_has_no_finding(built, published):
    """Its numbers all come from figures; what it quotes as a misprint is none of its own."""
    one = proof.proofread(opening.open_draft(built.public / published, published))
    assert [line for line in lines.findings(one) if "<script>" not in line] == []
    assert len(one.numbers) > 100
