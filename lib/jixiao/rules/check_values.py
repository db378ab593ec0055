"""Tells what is wrong with a policy's own rule for the checks, in Chinese."""

from __future__ import annotations

import re
from typing import Any

CHECKS = "checks"
OFF = "not_used"  # "off" would be a boolean to YAML
RULE_ID = re.compile(r"[A-Z]\d\d")


def problem(value: Any) -> str:
    """Say what is wrong with `value`: it names rules that are off with the reason, and parameters that differ.

    Which rules and parameters there are is known to the cards, not here.
    """
    off = value.get(OFF, {})
    if not all(isinstance(reason, str) and reason.strip() for reason in off.values()):
        return "not_used 应为 {规则号: 不用的理由}"
    fine = all(isinstance(changed, dict) and changed for rule, changed in value.items() if rule != OFF)
    ids = {*off, *value} - {OFF}
    if ids and fine and all(map(RULE_ID.fullmatch, ids)):
        return ""
    return "应为 {not_used: {规则号: 理由}, 规则号: {参数: 值}}"
