"""Checks: records in, what in them contradicts itself, each other or the rules out."""

from jixiao.evaluation.checks.catalogue import CHECKS, find
from jixiao.evaluation.checks.engine import Finding

__all__ = ["CHECKS", "Finding", "find"]
