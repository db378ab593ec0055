"""Tells the cause for which a reviewer took points off, from the remark, by the words of the policy."""

from __future__ import annotations

from functools import lru_cache

from jixiao.rules.policy import Policy
from jixiao.values import notation

RULE = "remark_causes"
OTHER = "其他原因"
NONE = "没有写明原因"
UNNAMED = (OTHER, NONE)  # what stands behind the causes of the policy

_folded = lru_cache(maxsize=1 << 16)(notation.fold)


def of(remark: str | None, policy: Policy) -> str:
    """The first cause of the policy of which a word stands in the `remark`."""
    if not remark or not remark.strip():
        return NONE
    text = _folded(remark)
    for cause, words in policy[RULE].value.items() if RULE in policy else ():
        if any(word in text for word in words):
            return str(cause)
    return OTHER
