"""What the review of a random sample says of all subjects of its frame: an estimate, and the interval around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jixiao.kit import numbers
from jixiao.kit.errors import Fault, ParameterError
from jixiao.sampling import bounds
from jixiao.sampling.bounds import Stratum
from jixiao.year.words import Arm

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Reviewed:
    """A subject that was drawn, and whether the review found it overstated; None as long as it has not been reviewed."""

    subject_id: str
    arm: Arm
    stratum: str
    overstated: bool | None


@dataclass(frozen=True)
class Estimate:
    """How many subjects of a frame are overstated.

    `share` is the Horvitz-Thompson estimate in percent, None where a stratum has nothing reviewed. From `low` to `high`
    is the interval of the confidence asked for; not more than `at_most` are overstated with that confidence, taken by
    itself. Subjects that were drawn and not yet reviewed widen the interval as far as they may turn out.
    """

    frame: int
    reviewed: int
    found: int
    share: Decimal | None
    low: int
    high: int
    at_most: int

    def percent(self, count: int) -> Decimal:
        """So many subjects in percent of the frame."""
        found = numbers.percent(count, self.frame)
        assert found is not None  # of an empty frame nothing is drawn
        return found


def overstated(frame: Mapping[str, int], sample: Iterable[Reviewed], confidence: Decimal) -> Estimate:
    """Estimate how many subjects are overstated from those drawn at random.

    `frame` has the size of each stratum, `confidence` is in percent. ParameterError for a subject of the risk arm, which
    was chosen because it looked bad and says nothing of others, for one of a stratum that is not in the frame, and where
    nothing was drawn.
    """
    drawn = list(sample)
    wrong = [one for one in drawn if one.arm is not Arm.RANDOM]
    if wrong:
        found = f"{wrong[0].subject_id} 是{wrong[0].arm.words}的"
        raise ParameterError(Fault("推断全部对象", found, f"只用{Arm.RANDOM.words}的", "去掉风险抽取的"))
    strange = [one for one in drawn if one.stratum not in frame]
    if strange or not drawn:
        found = f"抽样框里没有层“{strange[0].stratum}”" if strange else "没有随机抽取的对象"
        raise ParameterError(Fault("推断全部对象", found, remedy="核对 samples.csv 和 sample_frame.csv"))
    known = [one for one in drawn if one.overstated is not None]
    least = [_stratum(name, size, drawn, False) for name, size in frame.items()]
    most = [_stratum(name, size, drawn, True) for name, size in frame.items()]
    level = 1 - confidence / _HUNDRED
    return Estimate(
        frame=sum(frame.values()),
        reviewed=len(known),
        found=sum(bool(one.overstated) for one in known),
        share=_share(frame, known),
        low=bounds.least(least, level / 2),
        high=bounds.most(most, level / 2),
        at_most=bounds.most(most, level),
    )


def _stratum(name: str, size: int, drawn: Iterable[Reviewed], unknown: bool) -> Stratum:
    """A stratum in which those not yet reviewed count as `unknown` says."""
    own = [unknown if one.overstated is None else one.overstated for one in drawn if one.stratum == name]
    return Stratum(size, len(own), sum(own))


def _share(frame: Mapping[str, int], known: Iterable[Reviewed]) -> Decimal | None:
    """Each subject found stands for as many as its inclusion probability says: those of its stratum by those reviewed."""
    by_stratum: dict[str, list[bool]] = {}
    for one in known:
        by_stratum.setdefault(one.stratum, []).append(bool(one.overstated))
    if set(by_stratum) != set(frame):
        return None
    whole = sum(
        (Fraction(frame[name] * sum(found), len(found)) for name, found in by_stratum.items()), Fraction(0)
    )
    percent = whole * 100 / sum(frame.values())
    return numbers.rounded(numbers.ratio(Decimal(percent.numerator), Decimal(percent.denominator)))
