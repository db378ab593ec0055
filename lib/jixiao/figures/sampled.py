"""Counts what was drawn for review and what the review found of it, and estimates from the random arm what holds for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import pandas as pd

from jixiao.figures.model import Figure, Rows
from jixiao.figures.wording import count, figure
from jixiao.kit import numbers
from jixiao.sampling import estimates
from jixiao.sampling.estimates import Estimate, Reviewed
from jixiao.sampling.settings import Settings
from jixiao.year.tables import Tables
from jixiao.year.words import Arm, SubjectKind, Tier

SAMPLES = "samples"
FRAME = "sample_frame"


@dataclass(frozen=True)
class Sampled:
    """The sample of one kind of subjects: its rows in samples.csv, those of its frame, and all totals of the year."""

    samples: pd.DataFrame
    frame: pd.DataFrame
    totals: pd.DataFrame
    settings: Settings

    def of(self, arm: Arm) -> pd.DataFrame:
        """The rows of one arm."""
        return self.samples[self.samples["arm"] == arm]

    @cached_property
    def overstated(self) -> dict[str, bool]:
        """Subject -> whether its self total passes the review's by more than is allowed, where both are known."""
        columns = ["subject_id", Tier.SELF.total, Tier.REVIEW.total]
        return {
            subject: own - review > self.settings.overstated
            for subject, own, review in self.totals[columns].itertuples(index=False, name=None)
            if own is not None and review is not None
        }

    def reviewed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those rows of samples or frame whose subjects have been reviewed."""
        return rows[rows["subject_id"].isin(self.overstated.keys())]

    def found(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those rows whose subjects were found overstated."""
        return rows[[self.overstated.get(subject, False) for subject in rows["subject_id"]]]

    @cached_property
    def estimate(self) -> Estimate | None:
        """What the random arm says of the whole frame; None as long as nothing of it was reviewed."""
        drawn = self.of(Arm.RANDOM)
        if self.reviewed(drawn).empty or not set(drawn["stratum"]) <= set(self.frame["stratum"]):
            return None
        sample = [
            Reviewed(subject, Arm.RANDOM, stratum, self.overstated.get(subject))
            for subject, stratum in drawn[["subject_id", "stratum"]].itertuples(index=False, name=None)
        ]
        sizes = {
            str(name): int(size) for name, size in self.frame["stratum"].value_counts(sort=False).items()
        }
        return estimates.overstated(sizes, sample, self.settings.confidence)

    def by_department(self) -> Iterator[tuple[str, int, int, int, int, int]]:
        """For each stratum: candidates, drawn at random and by risk, reviewed of all drawn, and found overstated."""
        for stratum in self.frame["stratum"].drop_duplicates():
            drawn = self.samples[self.samples["stratum"] == stratum]
            yield (
                stratum,
                int((self.frame["stratum"] == stratum).sum()),
                int((drawn["arm"] == Arm.RANDOM).sum()),
                int((drawn["arm"] == Arm.RISK).sum()),
                len(self.reviewed(drawn)),
                len(self.found(drawn)),
            )


def of_kind(kind: SubjectKind, tables: Tables, totals: pd.DataFrame, settings: Settings) -> Sampled:
    """The sample of one kind of subjects, which may be empty."""
    subjects = tables["subjects"]
    own = set(subjects.loc[subjects["kind"] == kind, "subject_id"])
    samples, frame = (tables[name][tables[name]["subject_id"].isin(own)] for name in (SAMPLES, FRAME))
    return Sampled(samples, frame, totals, settings)


def figures(tables: Tables, totals: pd.DataFrame, settings: Settings | None) -> Iterator[Figure]:
    """Make the figures of samples, by kind of subjects; none has a value without `settings` or without a sample."""
    cited = {"citation": settings.source if settings else "params/sampling.yml"}
    yield figure("sampling.overstated_points", settings.overstated if settings else None, **cited)
    yield figure("sampling.confidence_percent", settings.confidence if settings else None, **cited)
    for kind in SubjectKind:
        nothing = Settings({}, Decimal(0), Decimal(50), "")
        found = of_kind(kind, tables, totals, settings or nothing)
        known = settings is not None and len(found.samples) > 0
        for one in _of_kind(kind, found, tables["subjects"]):
            yield one if known else replace(one, value=None)


def _of_kind(kind: SubjectKind, found: Sampled, subjects: pd.DataFrame) -> Iterator[Figure]:
    said = {"kinds": kind.key, "kind": kind.value, "subjects": kind.words}
    frame = Rows.of(FRAME, found.frame, "amount")
    everything = Rows.of(SAMPLES, found.samples, "subject_id")
    amounts = dict(zip(found.frame["subject_id"], found.frame["amount"], strict=True))
    drawn = [amounts.get(subject) for subject in found.samples["subject_id"].drop_duplicates()]
    money, of_all = _sum(drawn), _sum(list(amounts.values()))
    share = numbers.percent(len(drawn), len(found.frame))
    of_money = None if money is None or of_all is None else numbers.percent(money, of_all)
    yield count("sampling.{kinds}.frame", frame, **said)
    yield figure("sampling.{kinds}.frame_wan_yuan", of_all, frame, **said)
    yield figure("sampling.{kinds}.drawn", len(drawn), everything, **said)
    yield figure("sampling.{kinds}.drawn_percent", share, everything, **said)
    yield figure("sampling.{kinds}.drawn_wan_yuan", money, everything, **said)
    yield figure("sampling.{kinds}.drawn_money_percent", of_money, everything, **said)
    strata = found.frame["stratum"].nunique() or None
    yield figure("sampling.{kinds}.strata", strata, Rows.of(FRAME, found.frame, "stratum"), **said)
    seeds = found.of(Arm.RANDOM)["seed"].dropna().drop_duplicates()
    yield figure("sampling.{kinds}.seed", "、".join(seeds) or None, everything, **said)
    for arm in Arm:
        yield from _of_arm(arm, found, said)
    yield from _estimated(found, said)
    every = Rows.of("subjects", subjects[subjects["subject_id"].isin(found.frame["subject_id"])])
    whole = len(found.reviewed(found.frame)) == len(found.frame)
    true_share = numbers.percent(len(found.found(found.frame)), len(found.frame)) if whole else None
    yield figure("sampling.{kinds}.all_overstated_percent", true_share, every, **said)


def _of_arm(arm: Arm, found: Sampled, said: dict[str, str]) -> Iterator[Figure]:
    """What one arm drew and what the review found of it; of a review that has not begun nothing is said."""
    of_arm = {**said, "arm": arm.value, "drawn": arm.words}
    rows = found.of(arm)
    reviewed, overstated = found.reviewed(rows), found.found(rows)
    part = numbers.percent(len(overstated), len(reviewed))
    rule = "；".join(rows["rule"].dropna().drop_duplicates()) or None
    yield figure("sampling.{kinds}.{arm}_rule", rule, Rows.of(SAMPLES, rows, "rule"), **of_arm)
    yield count("sampling.{kinds}.{arm}_drawn", Rows.of(SAMPLES, rows, "arm"), **of_arm)
    yield count("sampling.{kinds}.{arm}_reviewed", Rows.of(SAMPLES, reviewed, "arm"), **of_arm)
    counted = count("sampling.{kinds}.{arm}_overstated", Rows.of(SAMPLES, overstated, "arm"), **of_arm)
    yield counted if len(reviewed) else replace(counted, value=None)
    shares = Rows.of(SAMPLES, overstated, "arm")
    yield figure("sampling.{kinds}.{arm}_overstated_percent", part, shares, **of_arm)


def _estimated(found: Sampled, said: dict[str, str]) -> Iterator[Figure]:
    """What holds for the whole frame: the estimate and its interval, and a bound alone where nothing was found."""
    estimate = found.estimate
    rows = Rows.of(SAMPLES, found.of(Arm.RANDOM), "arm")
    values: Sequence[tuple[str, Decimal | int | None]] = [
        ("estimate_percent", None),
        ("low", None),
        ("high", None),
        ("low_percent", None),
        ("high_percent", None),
        ("at_most_percent", None),
    ]
    if estimate:
        at_most = None if estimate.found else estimate.percent(estimate.at_most)
        values = [
            ("estimate_percent", estimate.share),
            ("low", estimate.low),
            ("high", estimate.high),
            ("low_percent", estimate.percent(estimate.low)),
            ("high_percent", estimate.percent(estimate.high)),
            ("at_most_percent", at_most),
        ]
    for name, value in values:
        yield figure(f"sampling.{{kinds}}.{name}", value, rows, **said)


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum of amounts, None where one of them is missing: a part is not the whole."""
    known = [amount for amount in amounts if amount is not None]
    return numbers.rounded(sum(known, Decimal(0))) if len(known) == len(amounts) else None
