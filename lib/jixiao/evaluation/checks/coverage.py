"""Samples and coverage (C): a matter in, what contradicts itself there out."""

from __future__ import annotations

from jixiao.evaluation.checks.engine import Check

CHECKS: dict[str, Check] = {}
