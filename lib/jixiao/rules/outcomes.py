"""What can come out of scoring an indicator, as codes: by which method, with what status, and with which notice."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class _Code(IntEnum):
    """A small whole number that arrays hold, with the words that readers see."""

    words: str

    def __new__(cls, value: int, words: str) -> _Code:
        code = int.__new__(cls, value)
        code._value_ = value
        code.words = words
        return code

    @property
    def label(self) -> str:
        """The name of the code in a column of categories: scored, far_above."""
        return self.name.lower()

    @classmethod
    def of(cls, label: str) -> Self:
        """Return the code that a column of categories calls `label`."""
        return cls[label.upper()]


class Status(_Code):
    """Whether an indicator has points, and why not."""

    SCORED = 0, "已计分"
    JUDGED = 1, "由评价人在档内确定"
    SILENT = 2, "规则未定"
    UNREADABLE = 3, "读不出"
    NO_DATA = 4, "没有数据"
    NOT_DUE = 5, "未到期"
    NOT_APPLICABLE = 6, "不适用"

    @property
    def has_points(self) -> bool:
        """Whether the rule gives points, or bounds them."""
        return self in (Status.SCORED, Status.JUDGED)


class Method(_Code):
    """By which way an indicator is scored; the label is the name of its rule in a policy."""

    QUANTITATIVE = 0, "定量"
    REVERSE = 1, "反向"
    INTERVAL = 2, "区间"
    DATES = 3, "时限"
    QUALITATIVE = 4, "定性"
    SATISFACTION = 5, "满意度"
    DIRECT = 6, "直接赋分"
    NAMED = 7, "按名称"


class Notice(_Code):
    """What a reader of the points has to know."""

    FINE = 0, ""
    FAR_ABOVE = 1, "完成值远高于目标，请分析原因；目标明显偏低的，适度调减分值"
    DEDUCTED = 2, "完成值远高于目标，已按规则扣分"
    LATE = 3, "逾期完成，规则没有规定如何得分，不给分"
    UNDECIDED = 4, "规则没有规定这种情形如何得分，不给分"
    NO_PERCENT = 5, "完成值不是百分数，不能按档得分"
    STRANGE_WORD = 6, "完成情况的用词不在规则的定性档里，不给分"
    NO_OPERATOR = 7, "目标没有写比较符，按越大越好计；越小越好的请写 ≤"


class Sign(IntEnum):
    """What the operator of a target says beyond its direction."""

    NONE = 0
    STRICT = 1
    EXACT = 2
    OTHER = 3
