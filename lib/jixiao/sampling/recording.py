"""Draws a sample from the tables of a year and writes it there with its frame, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from jixiao.kit import commits, places
from jixiao.kit.errors import Fault, JixiaoError, ParameterError, one_line
from jixiao.rules import policy, scoring
from jixiao.sampling import frame, settings
from jixiao.sampling.draw import Draw, Size, draw
from jixiao.year import params as params_files
from jixiao.year import table_files, tables
from jixiao.year.params import Params
from jixiao.year.tables import Tables
from jixiao.year.words import Arm, SubjectKind

SAMPLES = "samples"
FRAME = "sample_frame"


@dataclass(frozen=True)
class Request:
    """What is to be drawn: the kind, the size of each arm, the seed; `again` is why what was drawn before does not count."""

    kind: SubjectKind
    size: Size
    risk: Size | None
    seed: int
    on: dt.date
    again: str = ""


@dataclass(frozen=True)
class Recorded:
    """A sample as it was written: the draw, and the names of the files that it changed."""

    request: Request
    draw: Draw
    files: tuple[str, ...]

    def departments(self) -> Iterator[tuple[str, int, int, int, Decimal | None]]:
        """For each department with anything drawn: candidates, drawn at random, drawn by risk, and the money of these."""
        names = dict.fromkeys(
            one.candidate.department
            for one in sorted(self.draw.drawn, key=lambda one: one.candidate.department)
        )
        for name in names:
            whole = sum(one.department == name for one in self.draw.frame)
            own = [one for one in self.draw.drawn if one.candidate.department == name]
            risky = sum(one.arm is Arm.RISK for one in own)
            amounts = [one.candidate.amount for one in own]
            known = [amount for amount in amounts if amount is not None]
            money = sum(known, Decimal(0)) if len(known) == len(amounts) else None
            yield name, whole, len(own) - risky, risky, money

    def as_json(self) -> dict[str, Any]:
        """The sample as names and values, for JSON."""
        request = self.request
        drawn = [
            {
                "subject_id": one.candidate.subject_id,
                "arm": one.arm.value,
                "stratum": one.stratum,
                "inclusion_probability": table_files.text(one.probability),
                "risk": table_files.text(one.candidate.risk),
            }
            for one in self.draw.drawn
        ]
        return {
            "kind": request.kind.value,
            "seed": str(request.seed),
            "rules": list(dict.fromkeys(one.rule for one in self.draw.drawn)),
            "frame": len(self.draw.frame),
            "drawn": drawn,
            "files": list(self.files),
        }


def record(root: Path, params: Params, request: Request) -> Recorded:
    """Draw a sample and write it to the tables of the year, whose folder the caller holds.

    ParameterError where there is nothing to draw from, where the kind was drawn before and no reason is given to do so
    again, and where a reason is given for the first draw.
    """
    folder = places.inside(root / "data", params.data_folder, "参数 data_folder")
    before = table_files.digests(folder, (SAMPLES, FRAME))
    data = tables.read(root, params.data_folder, needed=("units", "subjects"))
    rules = policy.in_force(root, params.policy, params.evaluated_year)
    in_force = settings.in_force(root, rules.on)
    totals = scoring.totals(data["subjects"], data["indicators"], rules, data["scores"])
    found = frame.candidates(data, totals, request.kind, in_force.risk, _gaps(root, params, data))
    place = f"{params.report_year} 年的{request.kind.words}"
    if not found:
        raise ParameterError(Fault(place, "没有报来自评，无从抽取", remedy="先用 jixiao import 收自评表"))
    kinds = dict(zip(data["subjects"]["subject_id"], data["subjects"]["kind"], strict=True))
    old = data[SAMPLES][data[SAMPLES]["subject_id"].map(kinds) == request.kind]
    if len(old) and not request.again:
        remedy = "确要重抽的，用 --again 写明理由，原来抽的不再算数"
        raise ParameterError(Fault(place, f"已抽取 {len(old)} 个", remedy=remedy))
    if request.again and old.empty:
        raise ParameterError(Fault("--again", f"{place}还没有抽取过", remedy="去掉 --again"))
    drawn = draw(found, params.report_year, request.seed, request.size, request.risk)
    names = (SAMPLES, FRAME)
    new = rows(drawn, request)
    contents = []
    for name in names:
        others = data[name][data[name]["subject_id"].map(kinds) != request.kind]
        whole = pd.concat([others, new[name]]) if len(others) else new[name]
        path = folder / f"{name}.csv"
        text = table_files.mark_of(path) + table_files.csv_text(whole)
        contents.append((f"{commits.SOURCES}/{params.data_folder}/{name}.csv", text.encode()))
    read = {shown: before.get(name) for (shown, _), name in zip(contents, names, strict=True)}
    commits.write(root, folder, f"sample {params.report_year}", contents, read)
    return Recorded(request, drawn, tuple(name for name, _ in contents))


def reasoned(request: Request, text: str | None) -> Request:
    """The request with the reason why it is drawn again, on one line; ParameterError for a blank one."""
    if text is None:
        return request
    said = one_line(text, len(text) + 1)
    if not said:
        raise ParameterError(Fault("--again", "没有写理由", "重抽的理由，如 原抽样框漏了三个单位"))
    return replace(request, again=said)


def rows(drawn: Draw, request: Request) -> dict[str, pd.DataFrame]:
    """The rows of samples.csv and sample_frame.csv that a draw comes to."""
    return {SAMPLES: _samples(drawn, request), FRAME: _frame(drawn)}


def _samples(drawn: Draw, request: Request) -> pd.DataFrame:
    listed = [
        {
            "subject_id": one.candidate.subject_id,
            "arm": one.arm.value,
            "stratum": one.stratum,
            "inclusion_probability": one.probability,
            "risk": one.candidate.risk,
            "rule": one.rule,
            "seed": str(request.seed) if one.arm is Arm.RANDOM else None,
            "drawn_on": request.on,
            "note": f"重抽：{request.again}" if request.again else None,
        }
        for one in drawn.drawn
    ]
    return pd.DataFrame(listed, columns=list(tables.empty(SAMPLES)), dtype=object)


def _frame(drawn: Draw) -> pd.DataFrame:
    listed = [
        {
            "subject_id": one.subject_id,
            "stratum": one.stratum,
            "amount": one.amount,
            "risk": one.risk,
            "signals": one.signals or None,
        }
        for one in drawn.frame
    ]
    return pd.DataFrame(listed, columns=list(tables.empty(FRAME)), dtype=object)


def _gaps(root: Path, params: Params, data: Tables) -> dict[str, Decimal]:
    """What the review of the year before took from each subject; nothing where that year is not there or is invented."""
    try:
        earlier = params_files.of_year(root, params.report_year - 1)
        if earlier.reconstructed and not params.reconstructed:
            return {}
        before = tables.read(root, earlier.data_folder, needed=())
        rules = policy.in_force(root, earlier.policy, earlier.evaluated_year)
    except JixiaoError:  # another year's faults are told when that year is checked
        return {}
    totals = scoring.totals(before["subjects"], before["indicators"], rules, before["scores"])
    return frame.gaps_before(data, before, totals)
