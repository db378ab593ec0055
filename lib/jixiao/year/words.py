"""The words of a report year that are codes in tables and figures, and how a report writes them."""

TIER_NAMES = {"self": "单位自评", "review": "财政复核"}
KINDS = {"departments": ("department", "部门整体支出"), "projects": ("project", "项目支出")}
