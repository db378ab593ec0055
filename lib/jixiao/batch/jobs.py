"""A job of a batch and what became of it, as values that travel between processes as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from jixiao.archive.publication import LETTER
from jixiao.kit import places
from jixiao.kit.errors import Fault, JixiaoError, one_line
from jixiao.running.limits import DEADLINE, LIMITS


class State(Enum):
    """What became of a job."""

    DONE = ("done", "完成")
    UNCHANGED = ("unchanged", "没有变化")  # it was there already, made from the same
    EMPTY = ("empty", "没有数据")  # the year lists the report, and has no row for it
    FAILED = ("failed", "失败")

    def __init__(self, code: str, words: str) -> None:
        self.code = code
        self.words = words

    @classmethod
    def of(cls, code: str) -> State:
        """The state that is written as `code`; ValueError for none."""
        found = next((one for one in cls if one.code == code), None)
        if found is None:
            raise ValueError(code)
        return found


@dataclass(frozen=True)
class Job:
    """One publication of a plan, or with a `unit` one letter.

    `kit` is a folder as the plan names it, from the folder that the plan counts from, or a URL. `parameters` are values
    of the notebook's own that make the `variant` of that name. `below` and `reply_by` are those of a letter.
    `by_year` tells that the parameters of the year list the notebook, and the plan does not name it.
    """

    kit: str
    year: int
    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    variant: str = ""
    unit: str = ""
    below: bool = False
    reply_by: str = ""
    by_year: bool = False

    @property
    def is_letter(self) -> bool:
        """Whether it is a letter to a unit, and no report."""
        return self.notebook == LETTER

    @property
    def publication(self) -> str:
        """How commands name what it publishes: the notebook, with its variant."""
        return f"{self.notebook}@{self.variant}" if self.variant else self.notebook

    @property
    def name(self) -> str:
        """What tells it apart from all others of its plan, for messages and records."""
        whom = f" {self.unit}{'（含所属单位）' if self.below else ''}" if self.unit else ""
        parts = ["" if self.kit == "." else self.kit, str(self.year or ""), self.publication]
        return f"{' '.join(filter(None, parts))}{whom}"

    def as_json(self) -> dict[str, Any]:
        """Plain values of all that it is."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Job:
        """The job of the plain values that `as_json` gave; TypeError for others."""
        return cls(**said)


@dataclass(frozen=True)
class Outcome:
    """What became of a job: files that are there from now on, or the faults that kept them from being made.

    `told` are remarks, a line each; `key` is the SHA-256 of all that it was made from, "" where it was not known;
    `seconds` is the time that it took and `peak` the most memory that its processes held, in bytes (0: not known).
    """

    job: Job
    state: State
    faults: tuple[Fault, ...] = ()
    told: tuple[str, ...] = ()
    seconds: float = 0.0
    key: str = ""
    peak: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain values of all that it says."""
        faults = [asdict(fault) for fault in self.faults]
        said = {"job": self.job.as_json(), "state": self.state.code, "faults": faults, "told": [*self.told]}
        return {**said, "seconds": self.seconds, "key": self.key, "peak": self.peak}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Outcome:
        """The outcome of the plain values that `as_json` gave; ValueError, TypeError or LookupError for others."""
        return cls(
            Job.from_json(said["job"]),
            State.of(said["state"]),
            tuple(Fault(**fault) for fault in said["faults"]),
            tuple(said["told"]),
            said["seconds"],
            said["key"],
            said["peak"],
        )


@dataclass(frozen=True)
class Bounds:
    """What each job may take: seconds for its notebook, bytes of memory."""

    deadline: float = DEADLINE
    memory: int = LIMITS.memory


USUAL = Bounds()


def faults_of(error: Exception) -> tuple[Fault, ...]:
    """Why a job failed, of whatever kind the error is: it stops no other job."""
    if isinstance(error, JixiaoError):
        return tuple(error.faults)
    if isinstance(error, OSError):
        return (places.refused(error),)
    said = f"出错（{type(error).__name__}：{one_line(str(error), 200)}）"
    return (Fault("程序", said, remedy="告诉程序的维护者"),)
