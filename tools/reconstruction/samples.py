"""Draws an invented sample for review from the rebuilt tables: tables in, the rows of samples.csv and sample_frame.csv out.

Published is that third parties evaluated every department and every project. What is drawn here is a part of them, as a
bureau draws one to look at again, so that what a sample says can be held against what was found of all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd

from jixiao.sampling import frame, recording, settings
from jixiao.sampling.draw import Size, draw
from jixiao.sampling.recording import Request
from jixiao.year import tables
from jixiao.year.tables import Tables
from jixiao.year.words import SubjectKind

ROOT = Path(__file__).parents[2]
SHARE, RISK = Size(share=Decimal(15)), Size(share=Decimal(5))
DRAWN = (4, 15)  # month and day: after the self-evaluations, before the review
NOTE = "重构的抽取：公布的评价覆盖全部对象，没有公布过抽取"
NOTHING_PUBLISHED = "重构的抽取：这一年没有公布过"


def samples(
    texts: Mapping[str, pd.DataFrame], year: int, evaluated: int, seed: int, *, published: bool = True
) -> dict[str, pd.DataFrame]:
    """Both arms of both kinds of subjects, and their frames; `texts` are the rebuilt tables as text, by name.

    `published` tells whether there is a published report of the year.
    """
    typed = {name: tables.validated(_blank(texts[name]), name, "") for name in _READ}
    data = Tables("", {name: tables.empty(name) for name in (recording.SAMPLES, recording.FRAME)} | typed)
    risk = settings.in_force(ROOT, dt.date(evaluated, 12, 31)).risk
    everybody = pd.DataFrame({"reported": True}, index=data["subjects"].index)
    found: dict[str, list[pd.DataFrame]] = {recording.SAMPLES: [], recording.FRAME: []}
    for kind in (SubjectKind.PROJECT, SubjectKind.DEPARTMENT):
        request = Request(kind, SHARE, RISK, seed, dt.date(year, *DRAWN))
        drawn = draw(frame.candidates(data, everybody, kind, risk, {}), year, seed, SHARE, RISK)
        for name, own in recording.rows(drawn, request).items():
            found[name].append(own)
    whole = {name: pd.concat(frames) for name, frames in found.items()}
    whole[recording.SAMPLES]["note"] = NOTE if published else NOTHING_PUBLISHED
    return whole


_READ = ("units", "subjects", "indicators")


def _blank(frame_of_texts: pd.DataFrame) -> pd.DataFrame:
    """A table of texts whose blank cells are None, as reading its file gives them."""
    return frame_of_texts.astype(object).where(frame_of_texts != "", None)
