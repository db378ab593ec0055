"""Gives the scoring rules of a policy that are in force on a day, each with its legal reference.

A rule that is not in force is an error, never a zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.kit import places
from jixiao.kit.errors import Fault, PolicyError
from jixiao.rules import policy_file
from jixiao.rules.method_words import Basis


@dataclass(frozen=True)
class Rule:
    """One rule in force: its value and where it is written."""

    name: str
    meaning: str
    value: Any
    since: dt.date
    basis: Basis
    title: str
    number: str
    article: str
    issued: str
    checked: str

    @property
    def citation(self) -> str:
        """The rule's place in the law, written as readers know it."""
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.title}》{number}{self.article}"

    def reference(self) -> dict[str, str]:
        """Give the whole reference to programs."""
        names = ("title", "number", "article", "issued", "checked")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Policy:
    """The rules of one scheme in force on one date."""

    id: str
    title: str
    number: str
    note: str
    on: dt.date
    rules: Mapping[str, Rule]

    def __getitem__(self, name: str) -> Rule:
        if name not in self.rules:
            found = f"{self.on} 没有施行中的 {name}"
            raise PolicyError(Fault(f"评分规则 {self.id}", found, remedy="补上这条规则或换用别的规则"))
        return self.rules[name]

    def __contains__(self, name: str) -> bool:
        return name in self.rules


def known(root: Path) -> list[str]:
    """List the ids of all policies of the kit."""
    return sorted(path.stem for path in (root / "params" / "policies").glob("*.yml"))


def in_force(root: Path, policy_id: str, evaluated_year: int) -> Policy:
    """Read the policy as in force at the end of the evaluated year."""
    return on_date(root, policy_id, dt.date(evaluated_year, 12, 31))


def all_in_force(root: Path, on: dt.date) -> list[Policy]:
    """Read every policy of the kit that has a rule in force on `on`; PolicyError when a file is wrong."""
    return [policy for policy in (_on(root, each, on) for each in known(root)) if policy.rules]


def on_date(root: Path, policy_id: str, on: dt.date) -> Policy:
    """Read the policy as in force on `on`; PolicyError when the file is wrong or nothing is in force."""
    policy = _on(root, policy_id, on)
    if not policy.rules:
        found = f"{on} 没有任何施行中的规则"
        raise PolicyError(Fault(f"params/policies/{policy_id}.yml", found, remedy="换用当时施行的评分规则"))
    return policy


def _on(root: Path, policy_id: str, on: dt.date) -> Policy:
    path = places.inside(root / "params" / "policies", f"{policy_id}.yml", "参数 policy")
    name = f"params/policies/{policy_id}.yml"
    if not path.is_file():
        raise PolicyError(
            Fault(name, "没有这个评分规则文件", f"已有：{'、'.join(known(root))}", "改用其中之一")
        )
    content = policy_file.read(path, name, policy_id)
    rules = dict(rules_on(content, on))
    return Policy(policy_id, content["title"], content["number"], content["note"], on, rules)


def rules_on(content: Mapping[str, Any], on: dt.date) -> Iterator[tuple[str, Rule]]:
    """Yield name and rule for all that is in force on `on` in a checked policy file (or one of its form)."""
    for name, rule in content["rules"].items():
        since = max((day for day in rule["values"] if dt.date.fromisoformat(day) <= on), default=None)
        if since is None or rule["values"][since] is None:  # not yet in force, or repealed
            continue
        dated = rule["values"][since]
        reference = dated["reference"]
        document = content["documents"][reference["document"]]
        in_force = Rule(
            name=name,
            meaning=rule["meaning"],
            value=dated["value"],
            since=dt.date.fromisoformat(since),
            basis=Basis.of(dated["basis"]),
            title=document["title"],
            number=document["number"],
            article=reference["article"],
            issued=document["issued"],
            checked=reference["checked"],
        )
        yield name, in_force
