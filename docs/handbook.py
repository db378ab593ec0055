"""The handbook of the checks: cards and params/checks.yml in, docs/rules.md out.

python docs/handbook.py
"""

from __future__ import annotations

from pathlib import Path

from jixiao.evaluation.checks import handbook

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    (ROOT / "docs" / "rules.md").write_text(handbook.page(ROOT), encoding="utf-8", newline="\n")
