"""Numbers typed by hand: which words and digits of ordinary official prose pass, and which counts are found."""

import time

import pytest

from jixiao.report import digits

DATES = """2025年3月12日 2025-03-12 2025/3/12 2025.3.12 2025-03 2022年 2022年度 2022财年 2019—2021年 2021、2022年 3月 3月份 7月、9月
1-6月 1月至8月 3月1日至15日 ２０２５年３月１２日 第一季度 第1季度 1-3季度 前三季度 二〇二二年八月二十五日 十二月三十一日
三年行动方案（2021—2023）"""
DOCUMENTS = """财预〔2018〕167号 财预(2018)167号 财预（2018）167号 财预[2018]167号 财预【2018】167号 财预﹝2018﹞167号
财政部令第104号 2020年第3号公告 《政府会计准则第1号》 第二十一条 第3条 第三条第2款 第十二页 第2期 GB/T9704—2012"""
NAMES = """1号文件 中央一号文件 A4 A4纸 5G 5A级景区 12345热线 “12345”政务服务热线 “1+3+N”制度体系 十四五 “十四五”规划 一等奖 三公经费 第三方
第三方机构 三级指标 一级、二级 三保 两会 二十大 十八届三中全会 三支一扶 百分制 百分比 单位：万元 每百万人口 三台县 五台山
七台河市 三元区 五家渠市 六安市 三门峡"""
PHRASES = """一个 一是完善 二是加强 三是 一方面 一批 一定 进一步 统一 逐一 唯一 一一对应 第一 第一时间 第一个 第二批 第一位 四舍五入
十分重视 三个方面 两个层面 五个坚持 两个维护 五位一体 三位一体 八项规定 收支两条线 三年滚动规划 一般公共预算 一次性 一体化 两级
千家万户 二次分配
城乡二元结构 零基预算 零余额账户 零部件 大部分 多数 多家 保留两位小数 一项一策 附录二 上半年 一成不变 双过半 市级十五部 十次全会
两项得分都有的 十四届人大三次会议 九年义务教育 三个一批"""
LISTS = [
    "1. 甲\n2. 乙",
    "1、甲；\n2、乙。",
    "（1）甲；（2）乙",
    "# 题\n1. 甲",
    "1）甲",
    "- （3）甲",
    "1.指导思想。甲",
]


@pytest.mark.parametrize("text", [*f"{DATES} {DOCUMENTS} {NAMES} {PHRASES}".split(), *LISTS])
def test_ordinary_prose_passes(text):
    """Dates, documents, articles, points of lists, names, set phrases: none is a number typed by hand."""
    assert digits.found(f"{text}", "") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("共85个部门", "85"),
        ("共８５．５万元", "８５．５"),
        ("占3%。", "3%"),
        ("½以上", "½"),
        ("第Ⅳ类", "Ⅳ"),
        ("①甲", "①"),
        ("万元²", "²"),
        ("٣个", "٣"),
        ("历时3个月", "3"),
        ("历时3年", "3"),
        ("第3名", "3"),
        ("13月", "13"),
        ("2022个", "2022"),
        ("2022.5万元", "2022.5"),
        ("1,234元", "1,234"),
        ("2000-2100万元", "2000"),
        ("RMB500", "500"),
        ("A4个", "4"),
        ("5kg", "5"),
        ("120个平台", "120"),
        ("1+2=3", "3"),
        ("优（5）", "5"),
        ("合计\n25、其中", "25"),
        ("合计25. 其中", "25"),
    ],
)
def test_a_number_in_digits_is_found(text, number):
    """Of any script and width; what looks like a date, a name or a point of a list, but counts, is found too."""
    assert f"有手写的数字“{number}”" in {fault.found for fault in digits.found(text, "")}


COUNTS = """五十四个 两成 三家 百分之八十 半数 一半 三分之二 八十五分 一百分 一百一十五个 二百户 两家 十个 十余家 五十多个 三百余万元 三万元
两亿元 一倍 一个百分点 两个百分点 上百个 数十家 近千户 三名 二十三位 三年 九十点五分 零家 壹佰个 五個 五十四项 五部门 两项目 四五十个 廿个
一百多人次 十一个 二十一个 二十天 千分之五 翻一番 二个 三十处 四十条 九成 一千个"""


@pytest.mark.parametrize("number", COUNTS.split())
def test_a_count_in_chinese_numerals_is_found(number):
    """Before a counter, as a share or a fraction, in words of any script."""
    [fault] = digits.found(f"共有{number}。", "正文")
    assert fault.found.startswith("有用汉字手写的数字“")
    assert fault.found.removeprefix("有用汉字手写的数字“").rstrip("”") in number


@pytest.mark.parametrize(
    "text",
    [
        "**五十四**个部门",
        "五十四 个部门",
        "五十四\u200b个部门",
        "“五十四个部门”",
        "得十分。",
        "两个一般项目",
        "三个不同部门",
    ],
)
def test_a_count_that_is_set_apart_is_found(text):
    """Emphasis, blanks and marks of quotation hide no number."""
    assert len(digits.found(text, "")) == 1


def test_a_long_text_takes_no_longer_than_its_length():
    """Runs of numerals, blanks, brackets and digits are looked through once."""
    begun = time.process_time()
    for part in ("万", "一", "五 ", "五" + " " * 9, "《", "1-", "第1、", "(1", "2022、", "a-1"):
        digits.found(part * 5_000, "")
    assert time.process_time() - begun < 5


def test_a_rank_is_a_fact_and_an_ordinal_is_not():
    """第三名 is found, but not 第一位, nor 第三次."""
    assert [fault.found for fault in digits.found("第三名，第一位，第三次", "")] == [
        "有用汉字手写的数字“三名”"
    ]


def test_each_number_is_told_with_what_stands_around_it():
    """In the order of the text, each with its place and the key that is expected; of many numbers the first twenty."""
    first, second = digits.found("其中三家和 85 个", "正文")
    assert str(first) == (
        "正文“…其中三家和 85 个…”：有用汉字手写的数字“三家”；应为{统计数的键}；"
        "请改用统计数；还没有的，用 report.figure 定义，或写进 facts.csv"
    )
    assert second.found == "有手写的数字“85”"
    many = digits.found("、".join(["7"] * 30), "正文")
    assert (len(many), str(many[-1])) == (21, "正文：手写的数字另有 10 处")
