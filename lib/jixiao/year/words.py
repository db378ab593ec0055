"""Codes that tables and figure keys use, each with the words that a report has for it and what it means here."""

from __future__ import annotations

from enum import StrEnum

from jixiao.kit.codes import Code


class SubjectKind(Code):
    """What is evaluated; `key` stands in the keys of figures, `words` in the report."""

    key: str

    def __new__(cls, value: str, words: str, key: str) -> SubjectKind:
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.words = words
        kind.key = key
        return kind

    DEPARTMENT = "department", "部门整体支出", "departments"
    PROJECT = "project", "项目支出", "projects"


class TierColumns:
    """The columns that hold what a tier gave; as a text it is the id of the tier."""

    @property
    def points(self) -> str:
        """The column of indicators.csv with the points of single indicators, where it gives such."""
        return f"{self}_score"

    @property
    def total(self) -> str:
        """The column of the totals."""
        return f"{self}_total"

    @property
    def grade(self) -> str:
        """The column of the grades that follow from the totals."""
        return f"{self}_grade"

    @property
    def declared(self) -> str:
        """The column that says which totals are printed ones, without points of indicators behind them."""
        return f"{self}_declared"


class Tier(TierColumns, Code):
    """Who gives a score."""

    SELF = "self", "单位自评"
    DEPARTMENT = "department", "部门评价"
    REVIEW = "review", "财政复核"
    THIRD_PARTY = "third_party", "第三方评价"
    REEVALUATION = "reevaluation", "重点项目再评价"


ALL_SUBJECTS = "全部"  # in agencies.csv, of a contract about every row of subjects.csv
SCORED_TIERS = (Tier.SELF, Tier.REVIEW)  # they give points to single indicators, so that totals are computed


class Amount(Code):
    """The columns of money: of subjects.csv, of funds.csv and of the forms."""

    INITIAL = "initial_budget", "年初预算数"
    ADJUSTED = "adjusted_budget", "全年预算数"
    EXECUTED = "executed", "全年执行数"


AMOUNTS = tuple(amount.value for amount in Amount)


class DeliveryStatus(Code):
    """What became of a form that was imported."""

    ACCEPTED = "accepted", "采纳"
    RETURNED = "returned", "退回"
    UNCONFIRMED = "unconfirmed", "待确认"
    UNREADABLE = "unreadable", "打不开"


class Opinion(Code):
    """What became of an opinion on targets: the key stands in those of figures, the words in target_reviews.csv."""

    ADOPTED = "adopted", "已采纳"
    PARTLY_ADOPTED = "partly_adopted", "部分采纳"
    NOT_ADOPTED = "not_adopted", "未采纳"
    PENDING = "pending", "待答复"

    @property
    def changes(self) -> bool:
        """Whether the unit said that it would change what the opinion is about."""
        return self in (Opinion.ADOPTED, Opinion.PARTLY_ADOPTED)


class TargetQuality(Code):
    """What the targets of a subject are judged by: the column of target_conclusions.csv, and its word on the sheet."""

    COMPLETENESS = "completeness", "完整性"
    RELEVANCE = "relevance", "相关性"
    SUITABILITY = "suitability", "适当性"
    FEASIBILITY = "feasibility", "可行性"

    @property
    def opinion(self) -> str:
        """The column of a form that has the opinions on it."""
        return f"opinion_{self}"


class TargetField(Code):
    """The columns of indicators.csv that a review of targets may find fault with, by their words on forms."""

    LEVEL1 = "level1", "一级指标"
    LEVEL2 = "level2", "二级指标"
    LEVEL3 = "level3", "三级指标"
    NATURE = "nature", "指标性质"
    OPERATOR = "operator", "计算符号"
    TARGET = "target", "年度指标值"
    MEASURE_UNIT = "measure_unit", "计量单位"
    WEIGHT = "weight", "分值"

    @classmethod
    def named(cls, text: str | None) -> TargetField | None:
        """The column that a text names by its code or by its words, None where it names none."""
        return next((field for field in cls if text in (field.value, field.words)), None)


class TargetGrade(StrEnum):
    """How good the targets of a subject are, the best first."""

    EXCELLENT = "优"
    GOOD = "良"
    FAIR = "中"
    POOR = "差"


class ProblemState(Code):
    """What became of a problem: the key stands in those of figures, the words in problems.csv."""

    OPEN = "open", "整改中"
    DONE = "done", "已整改"
    NOT_DONE = "not_done", "未整改"


class ExAnteConclusion(Code):
    """What an ex-ante evaluation concluded: the key stands in those of figures, the words in ex_ante.csv."""

    SUPPORTED = "supported", "予以支持"
    SUPPORTED_ADJUSTED = "supported_adjusted", "调整完善后予以支持"
    PARTLY_SUPPORTED = "partly_supported", "部分支持"
    NOT_SUPPORTED = "not_supported", "不予支持"


class Arm(Code):
    """How a subject came into the sample that is reviewed; estimates for all rest on the random arm alone."""

    RANDOM = "random", "随机抽取"
    RISK = "risk", "风险抽取"


class Possibility(Code):
    """Whether a target will be reached by the end of the year: the key stands in those of figures, the words in monitoring.csv."""

    CERTAIN = "certain", "确定能"
    POSSIBLE = "possible", "有可能"
    IMPOSSIBLE = "impossible", "完全不可能"


class Cause(Code):
    """What a deviation during the year comes from, as forms of monitoring group it."""

    FUNDING = "funding", "经费保障"
    RULES = "rules", "制度保障"
    STAFF = "staff", "人员保障"
    HARDWARE = "hardware", "硬件条件保障"
    OTHER = "other", "其他"

    @property
    def column(self) -> str:
        """The column of a form in which it is ticked."""
        return f"cause_{self}"


class RuleLevel(StrEnum):
    """Whether rules_issued.csv has what the bureau issued, or what that rests on."""

    PARENT = "上位文件"
    ISSUED = "配套办法"


class Work(Code):
    """What a year may do without, by the table that records it."""

    RULES = "rules_issued", "印发制度"
    TARGET_REVIEW = "target_reviews", "绩效目标集中会审"
    MONITORING = "monitoring", "绩效运行监控"
    KEY_PROJECTS = "key_projects", "重点项目再评价"
    APPLICATIONS = "applications", "评价结果应用"
    DISCLOSURES = "disclosures", "绩效信息公开"
    EX_ANTE = "ex_ante", "事前绩效评估"
    AGENCIES = "agencies", "委托第三方机构"


class Severity(Code):
    """How grave a finding of the checks is."""

    ERROR = "E", "错误"  # the value is wrong and must be mended
    WARNING = "W", "要说明"  # the value may be right, and needs a reason
    NOTE = "I", "提示"  # worth a look; nothing has to be done

    @property
    def needs_answer(self) -> bool:
        """Whether somebody has to mend the value, or to explain it."""
        return self is not Severity.NOTE


TOTAL_ITEMS = ("总额", "总金额", "合计", "总计")  # rows of a money table that are the sum of the others

FORM_LABELS = {  # how forms ask for what the columns of tables hold
    "name": "项目名称",
    "unit_id": "实施单位",
    **{amount.value: amount.words for amount in Amount},
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "target": "年度指标值",
    "actual": "实际完成值",
    "weight": "分值",
    "self_score": "得分",
    "score": "得分",
    "rate": "执行率",
    "code": "项目编码",
    "unit": "实施单位",
    "department": "主管部门",
    "year": "年度",
    "title": "标题",
    "amount_unit": "金额单位",
    "item": "资金来源",
    "goal": "年度总体目标",
    "achieved": "目标完成情况",
    "problems": "存在问题",
    "reason": "偏差原因及改进措施",
    "total_weight": "总分（分值）",
    "total_score": "总分（得分）",
    "header_score": "自评总分",
    "nature": "指标性质",
    "operator": "计算符号",
    "measure_unit": "计量单位",
    "deviation_reason": "偏差原因及改进措施",
    "review_actual": "复核完成值",
    "review_score": "复核得分",
    "review_remark": "复核意见",
    "subject_id": "项目编码",
    "indicator_id": "指标编号",
    "reasons": "未完成原因",
    "measures": "改进措施",
    "month": "监控到几月",
    "progress": "项目实施进度",
    "forecast": "全年预计完成情况",
    "cause": "偏差原因类别",
    **{cause.column: cause.words for cause in Cause},
    "possibility": "完成目标可能性",
    **{possibility.value: possibility.words for possibility in Possibility},
    "measure": "整改措施",
    "state": "整改情况",
    "answered_on": "整改反馈日期",
    "opinion": "会审意见",
    "opinion_goal": "总体目标",
    "opinion_outputs": "产出指标",
    "opinion_benefits": "效益指标",
    "opinion_satisfaction": "满意度指标",
    "quality": "所指方面",
    "field": "所指栏目",
    "status": "处理情况",
    "raised_on": "提出日期",
    "before": "修改前的值",
    "after": "修改后的值",
    "answer": "单位答复",
    "amount_cut": "核减预算",
    **{quality.value: f"{quality.words}等级" for quality in TargetQuality},
    "conclusion": "会审结论",
    "amount_asked": "申报预算",
    "reviewed_on": "会审日期",
    "note": "备注",
}
# What a review says of the targets of a subject in words, without a row for each indicator: the parts, and what remains.
OPINION_TEXTS = ("opinion_goal", "opinion_outputs", "opinion_benefits", "opinion_satisfaction", "opinion")
# The same on review sheets for targets.
OPINION_LABELS = FORM_LABELS | {"answered_on": "答复日期"}
