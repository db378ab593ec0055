"""The jobs of a plan on a cluster of Dask: workers of this machine, or those of a scheduler that runs already."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from jixiao.batch import machines, on_worker, runs, storage
from jixiao.batch.jobs import Bounds, Job, Outcome, State
from jixiao.kit.errors import Fault, ParameterError, RunError, one_line
from jixiao.kit.private_folders import private_folder

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

_ANSWER = 12.0  # seconds a scheduler may take to answer
_LOOK = 1.0  # seconds between two looks which workers are there
_SILENCE = 10.0  # seconds without a worker until that is told
_MOST_REPORTS = 8  # that a worker takes at once; they share the time it takes to load the program
_MOST_LETTERS = 64  # of one year, which is evaluated once for them
_MOST_LOST = (
    3  # times that a job is given out anew after Dask gave it up, or all workers that might do it were lost
)
_DEATHS = 5  # workers that may die at a chunk until Dask gives it up, where the scheduler is ours
_NOISY = ("distributed", "tornado", "asyncio", "bokeh")


@dataclass(frozen=True)
class Where:
    """Where jobs run: with `workers` of this machine, or by the scheduler at an address."""

    workers: int = 0
    scheduler: str = ""


def run(
    jobs: Sequence[Job],
    base: Path,
    bounds: Bounds,
    where: Where,
    told: Callable[[str], object] = lambda _: None,
) -> Iterator[Outcome]:
    """Give the outcome of each job, once, as it ends; `told` gets what there is to say of the cluster, a line each.

    A job whose worker was lost is given out again; what it had done by then is found there. ParameterError where the
    scheduler does not answer, or none of its workers is like this machine; RunError where it is lost.
    """
    with _connected(where) as (client, cluster):
        batch = _Batch(jobs, base, bounds, client, told)
        try:
            yield from batch.outcomes(cluster, where.workers)
        except OSError as error:
            remedy = "核对调度器后再运行，已完成的不会重做"
            raise RunError(
                Fault(where.scheduler or "Dask", f"连接中断（{one_line(str(error), 200)}）", remedy=remedy)
            ) from error
        finally:
            batch.cancel()


def finish(outcomes: Sequence[Outcome], base: Path) -> Iterator[Outcome]:
    """What is done once all jobs have ended, as on one machine; a store has no index of its reports."""
    yield from runs.finish([one for one in outcomes if not storage.is_url(one.job.kit)], base)


@contextmanager
def _connected(where: Where) -> Iterator[tuple[Client, LocalCluster | None]]:
    """A client of the cluster, and the cluster where it is our own; both are gone at the end."""
    with ExitStack() as left:
        dask = _dask()
        if where.workers:
            cluster = left.enter_context(_local(where.workers))
            yield left.enter_context(dask.Client(cluster, set_as_default=False)), cluster
            return
        client = _answered(where.scheduler)
        left.callback(client.close)
        yield client, None


def _dask() -> Any:
    """The package distributed, quiet unless Dask's own configuration has something to say on logs."""
    try:
        import dask
    except ImportError as error:
        raise ParameterError(storage.missing()) from error
    if dask.config.get("logging", None) is None:
        dask.config.set(logging=dict.fromkeys(_NOISY, "critical"))
    try:
        import distributed
    except ImportError as error:
        raise ParameterError(storage.missing()) from error
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return distributed


@contextmanager
def _local(workers: int) -> Iterator[LocalCluster]:
    """A scheduler and workers on this machine, which nobody can reach but who has the keys made for them.

    All listen on 127.0.0.1, where other users of the machine could come in: so they talk by TLS, with a certificate that
    lives as long as the command. There is no dashboard.
    """
    import dask
    from distributed import LocalCluster
    from distributed.security import Security

    settings: dict[str, Any] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
    with (
        private_folder() as home,
        dask.config.set(settings),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,  # the processes of the jobs have limits of their own
            security=Security.temporary(),
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False, "allowed_failures": _DEATHS},
            silence_logs=logging.CRITICAL,
            local_directory=str(home),
        ) as cluster,
    ):
        yield cluster


def _answered(address: str) -> Client:
    """A client of the scheduler at `address`; ParameterError where none answers within `_ANSWER` seconds."""
    from distributed import Client

    found: list[Any] = []

    def connect() -> None:
        client = Client.__new__(Client)
        try:
            Client.__init__(client, address, timeout=_ANSWER, set_as_default=False)
            found.append(client)
        except Exception as error:
            client.status = (
                "closed"  # else Python would wait in the end for it to close, and print that it did not
            )
            found.append(error)

    # In a thread of its own, for a port at which something else listens may keep it waiting for ever.
    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(_ANSWER + 1)
    answer = found[0] if found else TimeoutError()
    if isinstance(answer, OSError):
        remedy = "核对地址，确认调度器（dask scheduler）已经启动"
        raise ParameterError(Fault("--scheduler", f"{address} 没有应答", remedy=remedy)) from answer
    if isinstance(answer, Exception):
        said = f"“{address}”不能用（{one_line(str(answer), 200)}）"
        raise ParameterError(Fault("--scheduler", said, "如 tcp://主机:8786 或 tls://主机:8786")) from answer
    return answer


@dataclass
class _Given:
    """Jobs that were given out: the future, and the workers that may do them."""

    future: Future
    numbers: list[int]
    workers: frozenset[str]


@dataclass
class _Fleet:
    """The workers that are there: how many jobs each takes at a time, and whether it is like this machine."""

    slots: Mapping[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # those that have not answered yet
    fit: set[str] = field(default_factory=set)
    unlike: set[str] = field(default_factory=set)

    @property
    def usable(self) -> frozenset[str]:
        """Those that are there and like this machine."""
        return frozenset(self.fit & self.slots.keys())

    @property
    def none_fits(self) -> bool:
        """Whether there are workers, and all were looked at in vain."""
        return bool(self.slots) and self.unlike >= self.slots.keys()


class _Batch:
    """The jobs of a plan: what waits, what is given out, what has been told."""

    def __init__(
        self,
        jobs: Sequence[Job],
        base: Path,
        bounds: Bounds,
        client: Client,
        told: Callable[[str], object],
    ) -> None:
        self._jobs = jobs
        self._asked = {
            "base": str(base),
            "bounds": {"deadline": bounds.deadline, "memory": bounds.memory},
        }
        self._client = client
        self._told = told
        self._ours = machines.identity()
        self._topic = f"jixiao-{secrets.token_hex(8)}"
        self._said: SimpleQueue[Any] = SimpleQueue()
        self._waiting = deque(range(len(jobs)))
        self._open = set(self._waiting)
        self._lost = [0] * len(jobs)
        self._given: dict[Any, _Given] = {}
        self._fleet = _Fleet()
        self._count = 0
        self._idle_since: float | None = None
        self._idle_told = False
        client.subscribe_topic(self._topic, lambda event: self._said.put(event[1]))

    def outcomes(self, cluster: LocalCluster | None, workers: int) -> Iterator[Outcome]:
        """The outcome of each job as it is told; workers of our own that did not come up again are started anew."""
        looked = -_LOOK
        while self._open:
            if time.monotonic() - looked >= _LOOK:
                yield from self._look()
                if cluster is not None and len(self._fleet.slots) < workers:
                    cluster.scale(workers)
                looked = time.monotonic()
            self._give_out()
            try:
                said = self._said.get(timeout=_LOOK)
            except Empty:
                continue
            if isinstance(said, dict):
                yield from self._hear(said)
            else:
                yield from self._settle(said)

    def cancel(self) -> None:
        """Take back all that is given out; its processes end within moments."""
        with suppress(Exception):  # the scheduler may be gone
            self._client.unsubscribe_topic(self._topic)
            self._client.cancel([one.future for one in self._given.values()], force=True)

    def _look(self) -> Iterator[Outcome]:
        """See which workers are there, greet the new ones, and take back what only lost ones might do.

        Given are the outcomes of jobs that were lost too often.
        """
        fleet = self._fleet
        fleet.slots = self._client.nthreads()
        gone = (fleet.fit | fleet.unlike) - fleet.slots.keys()
        fleet.fit -= gone
        fleet.unlike -= gone
        fleet.asked &= fleet.slots.keys()
        new = fleet.slots.keys() - fleet.asked - fleet.fit - fleet.unlike
        if new:
            fleet.asked |= new
            threading.Thread(target=self._ask, args=(sorted(new),), daemon=True).start()
        for key, one in list(self._given.items()):
            if not one.workers & fleet.slots.keys():
                del self._given[key]
                one.future.cancel(force=True)
                yield from self._take_back(one)
        if fleet.none_fits and not self._given:
            remedy = "装上与本机相同的 jixiao、Python 和字体"
            raise ParameterError(Fault("--scheduler", "没有一个工作进程与本机一致", remedy=remedy))
        self._tell_idle()

    def _ask(self, workers: Sequence[str]) -> None:
        """Ask workers what they are; each answer is heard of as an event is.

        Not by a task: a worker without jixiao breaks down over a task that it cannot load.
        """
        answers: Mapping[str, Any] = {}
        with suppress(Exception):  # a worker that was lost meanwhile
            answers = self._client.run(machines.identity, workers=list(workers), on_error="return")
        for address in workers:
            self._said.put({"worker": address, "unlike": _unlike(self._ours, answers.get(address))})

    def _tell_idle(self) -> None:
        """Say once, after a while, that there is no worker to use, and once that there is one again."""
        now = time.monotonic()
        if self._fleet.usable:
            if self._idle_told:
                self._told("Dask：有工作进程了，继续")
            self._idle_since = None
            self._idle_told = False
        elif self._idle_since is None:
            self._idle_since = now
        elif not self._idle_told and now - self._idle_since > _SILENCE:
            self._told("Dask：没有能用的工作进程，在等（dask worker 调度器地址）")
            self._idle_told = True

    def _give_out(self) -> None:
        """As many chunks as the workers take at a time: what waits at the scheduler would count as lost with a worker."""
        usable = self._fleet.usable
        free = sum(self._fleet.slots[one] for one in usable) - len(self._given)
        while self._waiting and free > 0:
            taken = self._taken(sum(self._fleet.slots[one] for one in usable))
            numbers = [number for number in taken if number in self._open]  # news of some may have come late
            if not numbers:
                continue
            said = {**self._asked, "jobs": [[number, self._jobs[number].as_json()] for number in numbers]}
            self._count += 1
            future = self._client.submit(
                on_worker.work,
                self._topic,
                self._ours,
                said,
                key=f"{self._topic}-{self._count}",
                workers=sorted(usable),
                allow_other_workers=False,
                pure=False,
            )
            self._given[future.key] = _Given(future, numbers, usable)
            future.add_done_callback(self._said.put)
            free -= 1

    def _taken(self, slots: int) -> list[int]:
        """The next jobs for one worker: fewer towards the end, and one alone that a worker was lost with."""
        first = self._waiting.popleft()
        most = _MOST_LETTERS if self._jobs[first].is_letter else _MOST_REPORTS
        size = min(most, max(1, (len(self._waiting) + 1) // (2 * slots)))
        numbers = [first]
        while self._waiting and len(numbers) < size and self._go_together(first, self._waiting[0]):
            numbers.append(self._waiting.popleft())
        return numbers

    def _go_together(self, first: int, other: int) -> bool:
        """Whether two jobs may be given to a worker at once."""
        one = self._jobs[first]
        another = self._jobs[other]
        alike = one.is_letter == another.is_letter
        same_year = (one.kit, one.year) == (another.kit, another.year)
        return alike and (same_year or not one.is_letter) and not self._lost[first] + self._lost[other]

    def _hear(self, said: Mapping[str, Any]) -> Iterator[Outcome]:
        """Take in an event: an outcome, given on unless it came before; or whether a worker is like this machine."""
        if "outcome" in said:
            number = said["number"]
            if number in self._open:
                self._open.discard(number)
                yield Outcome.from_json(said["outcome"])
            return
        fleet = self._fleet
        address = said["worker"]
        unlike = said["unlike"]
        fleet.asked.discard(address)
        if unlike == "":
            fleet.fit.add(address)
        elif unlike is not None:  # else it is asked again, if it is still there
            if address not in fleet.unlike:
                self._told(f"工作进程 {address} 与本机不同，没有用它：{unlike}")
            fleet.unlike.add(address)
            fleet.fit.discard(address)

    def _settle(self, future: Future) -> Iterator[Outcome]:
        """Take in that a task has ended; its outcomes were told before. What was lost with a worker waits again."""
        given = self._given.pop(future.key, None)
        if given is None:
            return
        if future.status == "error" and not _is_lost(future):
            missing = [number for number in given.numbers if number in self._open]
            fault = Fault("Dask 工作进程", f"出错（{_why(future)}）", remedy="核对它的安装")
            yield from self._failed(missing, fault)
            return
        yield from self._take_back(given)

    def _take_back(self, given: _Given) -> Iterator[Outcome]:
        """Let those of the jobs of which nothing was told wait, before all others; those lost too often have failed."""
        missing = [number for number in given.numbers if number in self._open]
        for number in missing:
            self._lost[number] += 1
        hopeless = [number for number in missing if self._lost[number] > _MOST_LOST]
        fault = Fault("Dask 工作进程", "运行这份报告的工作进程一再中断", remedy="看它的日志和内存，再运行")
        yield from self._failed(hopeless, fault)
        self._waiting.extendleft(reversed([number for number in missing if number in self._open]))

    def _failed(self, numbers: Sequence[int], fault: Fault) -> Iterator[Outcome]:
        for number in numbers:
            self._open.discard(number)
            yield Outcome(self._jobs[number], State.FAILED, (fault,))


def _is_lost(future: Future) -> bool:
    """Whether Dask gave a task up because the workers that ran it died."""
    from distributed.scheduler import KilledWorker

    return future.status == "error" and isinstance(future.exception(), KilledWorker)


def _why(future: Future) -> str:
    error = future.exception()
    return one_line(f"{type(error).__name__}：{error}", 200)


def _unlike(ours: Mapping[str, Any], answer: Any) -> str | None:
    """In what a worker differs, by what it answered; None where it did not, for it is gone."""
    if answer is None or isinstance(answer, OSError):
        return None
    if isinstance(answer, Exception):
        return f"那里没有能用的 jixiao（{one_line(str(answer), 200)}）"
    return machines.differences(ours, answer)
