"""The words that policy files write for methods and for what a rule rests on, each with what readers see for it."""

from __future__ import annotations

from enum import StrEnum

from jixiao.kit.codes import Code


class Basis(Code):
    """What a value of a rule rests on."""

    LAW = "law", "条文"  # an article says so
    GUIDANCE = "guidance", "指引"  # a guideline gives it as an example
    PRACTICE = "practice", "惯例"  # it is only usual


class MethodWord(Code):
    """A method as a policy file writes it; several rules may know the same one."""

    SUM = "sum", "加总"
    LINEAR_CAPPED = "linear_capped", "执行率×分值，封顶"
    RATE_TIMES_WEIGHT = "rate_times_weight", "执行率×分值"
    TIERS = "tiers", "分档"
    RATIO = "ratio", "实际÷目标（越小越好的相反）"
    GATE = "gate", "超出门槛部分按比例"
    NEAREST_END = "nearest_end", "与较近的一端比较"
    ON_TIME = "on_time", "按期得满分"
    AS_QUANTITATIVE = "as_quantitative", "同定量指标"
    EQUAL_SHARES = "equal_shares", "按要素均分"
    STEPS = "steps", "按百分点扣分"
    TABLE = "table", "按档得分"
    EXPLAIN = "explain", "提示说明"
    DEDUCT = "deduct", "扣分"
    NONE = "none", "不调整"
    TO_BENEFITS = "to_benefits", "加到效益指标"
    RESCALE = "rescale", "其余按比例放大"
    FULL = "full", "得满分"


class BudgetMeasure(Code):
    """What a grade means for the next budget, as a policy file writes it."""

    PRIORITY = "priority", "优先保障"
    KEEP = "keep", "予以支持"
    CUT = "cut", "核减预算"
    STOP = "stop", "核减直至取消"

    @property
    def takes(self) -> bool:
        """Whether money is taken away."""
        return self in (BudgetMeasure.CUT, BudgetMeasure.STOP)


class GradeKind(StrEnum):
    """What the intervals of grades are of: any scores, or whole numbers, between which scores have no grade."""

    CONTINUOUS = "continuous"
    INTEGER = "integer"
