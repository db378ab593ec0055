"""How places print their forms: titles, labels of the head, heads of the tables, as data for `form_sheets`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How a place prints its form: title, labels of the head, heads of the two tables (key of the facts → label)."""

    title: str
    head: tuple[tuple[str, str], ...]
    corner: str
    funds: tuple[tuple[str, str], ...]
    indicators: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ("注：1.各地请根据实际情况填写。", "2.定性指标分三档。")


LEVELS = (("level1", "一级指标"), ("level2", "二级指标"), ("level3", "三级指标"))
_AMOUNTS = (("initial_budget", "年初预算数"), ("full_year_budget", "全年预算数"), ("executed", "全年执行数"))
_POINTS = (("weight", "分值"), ("rate", "执行率"), ("score", "得分"))
_VALUES = (("target", "年度指标值"), ("actual", "实际完成值"), ("weight", "分值"), ("score", "得分"))
_HEAD = (("name", "项目名称"), ("department", "主管部门"), ("unit", "实施单位"))
_MINISTRY = Shape(
    "项目支出绩效自评表", _HEAD, "项目资金\n（万元）", (*_AMOUNTS, *_POINTS),
    (*LEVELS, *_VALUES, ("deviation", "偏差原因分析及改进措施")),
)  # fmt: skip
_LINKED = Shape(
    "绩效目标自评表", (("name", "项目名称"), ("department", "主管部门"), ("unit", "资金使用单位")), "资金情况\n（万元）",
    (("full_year_budget", "全年预算数（A）"), ("executed", "全年执行数（B）"), ("weight", "分值"),
     ("rate", "执行率（B/A）"), ("score", "得分")),
    (*LEVELS, ("weight", "分值"), ("target", "年度指标值"), ("actual", "全年实际值"), ("score", "得分"),
     ("deviation", "未完成原因和改进措施")),
)  # fmt: skip
_HUBEI = Shape(
    "项目自评表", (("name", "项目名称"), ("department", "主管部门"), ("unit", "项目实施单位")),
    "预算执行情况\n（万元）（20分）",
    (("full_year_budget", "预算数（A）"), ("executed", "执行数（B）"), ("rate", "执行率（B/A）"),
     ("score", "得分（20分*执行率）")),
    (*LEVELS, ("target", "年初目标值（A）"), ("actual", "实际完成值（B）"), ("score", "得分")),
)  # fmt: skip
_YINCHUAN = Shape(
    "银川市本级部门项目支出绩效自评表", (*_HEAD, ("header_score", "自评得分")), "项目资金\n（万元）",
    (*_AMOUNTS, ("rate", "执行率")),
    (*LEVELS, ("weight", "参考分值"), ("target", "年度指标值（A）"), ("actual", "全年实际值（B）"), ("score", "得分"),
     ("deviation", "未完成原因")),
)  # fmt: skip
_SICHUAN = Shape(
    "部门预算项目支出绩效自评表", _HEAD, "项目资金\n（万元）",
    (("initial_budget", "年初预算"), ("full_year_budget", "调整后预算数"), ("executed", "预算执行数"),
     ("rate", "预算执行率"), ("weight", "权重"), ("score", "得分")),
    (*LEVELS, ("operator", "指标性质"), ("target", "指标值"), ("measure_unit", "度量单位"), ("actual", "完成值"),
     ("weight", "权重"), ("score", "得分"), ("deviation", "未完成原因分析")),
    ("评价结论：完成较好。",),
)  # fmt: skip
_CHONGQING = Shape(
    "部门整体绩效自评表", (("name", "部门名称"), ("department", "主管部门"), ("header_score", "自评总分（分）")),
    "部门支出\n（万元）",
    (("initial_budget", "年初预算数"), ("full_year_budget", "全年（调整）预算数"), ("executed", "全年执行数"),
     ("rate", "执行率"), ("weight", "执行率权重"), ("score", "执行率得分")),
    (("level1", "指标类别"), ("level3", "指标名称"), ("measure_unit", "计量单位"), ("nature", "指标性质"),
     ("target", "（年初）指标值"), ("adjusted", "（调整指标值）"), ("actual", "全年完成值"), ("factor", "得分系数（%）"),
     ("weight", "指标权重（分）"), ("score", "指标得分（分）"), ("core", "是否核心指标"), ("deviation", "说明")),
)  # fmt: skip
_HUNAN = Shape(
    "专项资金绩效目标自评表", _HEAD, "资金情况\n（万元）",
    (("full_year_budget", "全年预算数（A）"), ("executed", "全年执行数（B）"), ("rate", "执行率（B/A）")),
    (*LEVELS, ("target", "年度指标值"), ("actual", "全年完成值"), ("deviation", "未完成原因和改进措施")),
)  # fmt: skip
_HUNAN_DEPARTMENTS = Shape(
    "部门整体支出绩效自评表", (("name", "单位名称"), ("department", "主管部门")), "资金情况\n（万元）",
    (("initial_budget", "年初预算资金总额"), ("executed", "实际投入资金额"), ("reason", "差异原因")),
    (*LEVELS, ("target", "指标值"), ("actual", "全年实际完成值"), ("deviation", "差异原因及改进措施")),
)  # fmt: skip
_DEPARTMENT = Shape(
    "部门整体支出绩效自评表", (("name", "部门名称"), ("department", "主管部门"), ("unit", "实施单位")),
    "部门资金\n（万元）", _MINISTRY.funds, _MINISTRY.indicators,
)  # fmt: skip
_HEBEI = Shape(
    "项目支出绩效自评表", _HEAD, "项目资金\n（万元）",
    (("initial_budget", "年初预算数"), ("full_year_budget", "调整预算数"), *_AMOUNTS[2:], *_POINTS), _MINISTRY.indicators,
)  # fmt: skip
SHAPES = {
    "mof-2020-10": _MINISTRY, "linked-funds": _LINKED, "hubei": _HUBEI, "yinchuan": _YINCHUAN,
    "sichuan": _SICHUAN, "chongqing": _CHONGQING, "hunan": _HUNAN, "hunan-departments": _HUNAN_DEPARTMENTS,
    "department-wide": _DEPARTMENT, "hebei": _HEBEI,
}  # fmt: skip
SAID = {
    "湖南式": "hunan-departments", "专项资金绩效目标自评表": "hunan", "湖北式": "hubei", "鄂式": "hubei",
    "银川式": "yinchuan", "四川": "sichuan", "重庆式": "chongqing", "扶贫/": "linked-funds",
    "衔接资金式": "linked-funds", "财预式部门整体": "department-wide", "财预式,但列名": "hebei",
}  # fmt: skip
