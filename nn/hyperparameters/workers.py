"""Work spread over processes, or over an executor of one's own, that outlives a killed worker."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from autograd.calculus import one_line, short

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor
    from types import FrameType

A = TypeVar("A")
R = TypeVar("R")

_GUARD = (
    "the worker processes ended before they began: put what starts them under "
    '`if __name__ == "__main__":`, or compute in this process with jobs=1'
)
#: Executors that say nothing of their size, such as Dask's, get so many pieces at a time.
_AT_A_TIME = 1000
#: So long, in seconds, an interrupt waits at most.
_HEED = 0.1
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Lost(Exception):
    """A piece of work whose worker died as often as it was tried."""


def spread(
    function: Callable[[A], R],
    pieces: Sequence[A],
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    retries: int = 3,
) -> Generator[tuple[int, R | Lost], None, None]:
    """Yield the number of each piece and ``function(piece)``, as they are done.

    By default ``jobs`` processes (as many as there are processors) compute, with 1 this process
    does; ``executor`` is any of ``concurrent.futures``, or a client of Dask. Where a worker dies,
    what it may have computed is computed again one by one, ``retries`` times at most; then the
    result is a ``Lost``. An exception of the function is raised here.

    >>> from nn.hyperparameters import spread
    >>> list(spread(abs, [-1, 2], jobs=1))
    [(0, 1), (1, 2)]
    """
    if not pieces or (executor is None and jobs == 1):
        return ((i, function(piece)) for i, piece in enumerate(pieces))
    return _Spread(function, pieces, jobs, executor, retries).results()


class _Spread(Generic[A, R]):
    """One run of :func:`spread`."""

    def __init__(
        self,
        function: Callable[[A], R],
        pieces: Sequence[A],
        jobs: int | None,
        executor: Executor | None,
        retries: int,
    ) -> None:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import current_process

        if getattr(current_process(), "_inheriting", False):
            # A worker imports the script that started it, which is not guarded: the program that
            # waits for the worker says so.
            sys.exit(1)
        self.function, self.pieces, self.retries = function, pieces, retries
        executor = getattr(executor, "get_executor", lambda: executor)()
        if executor is not None and not hasattr(executor, "submit"):
            raise TypeError(
                f"executor is one of concurrent.futures, such as ProcessPoolExecutor(4), or a "
                f"client of Dask; not {short(executor)}"
            )
        self.own: ProcessPoolExecutor | None = None
        self.jobs = _jobs(jobs, len(pieces))
        self.given = executor
        self.processes = executor is None or isinstance(executor, ProcessPoolExecutor)
        if self.processes:
            check_sendable(function, pieces[0])
        self.pool: Executor = executor if executor is not None else self._new_pool()
        if self.processes and executor is not None:
            _begun(self.pool, 1)
        self.most = getattr(executor, "_max_workers", _AT_A_TIME) if executor else self.jobs
        self.waiting = deque(range(len(pieces)))
        self.suspects: deque[int] = deque()  # one of these has ended a worker
        self.alone: int | None = None  # the one that is computed alone
        self.deaths = dict.fromkeys(range(len(pieces)), 0)
        self.running: dict[Future[R], int] = {}

    def results(self) -> Generator[tuple[int, R | Lost], None, None]:
        from concurrent.futures import FIRST_COMPLETED, wait

        done_with = False
        try:
            while self.waiting or self.suspects or self.running:
                with _held_interrupts() as heard:
                    self._submit()
                    done: set[Future[R]] = set()
                    while not (done or heard):
                        done = wait(self.running, _HEED, FIRST_COMPLETED).done
                for future in sorted(done, key=self.running.__getitem__):
                    place = self.running.pop(future)
                    alone, self.alone = place == self.alone, None
                    try:
                        result: R | Lost = future.result()
                    except Exception as error:
                        if not _is_death(error):
                            raise
                        lost = self._died(place, alone)
                        if lost is None:
                            continue
                        result = lost
                    if alone:
                        self.suspects.popleft()
                    yield place, result
            done_with = True
        finally:
            self._close(kill=not done_with)

    def _submit(self) -> None:
        from concurrent.futures import BrokenExecutor

        while self.suspects or self.waiting:
            # A suspect is computed alone, so that it is known who ends a worker.
            if len(self.running) >= (1 if self.suspects else self.most + 1):
                return
            place = self.suspects[0] if self.suspects else self.waiting[0]
            try:
                future = self.pool.submit(self.function, self.pieces[place])
            except BrokenExecutor:
                if self.running:
                    return  # they say so, too
                self.pool = self._new_pool()
                continue
            self.running[future] = place
            if self.suspects:
                self.alone = place
            else:
                self.waiting.popleft()

    def _died(self, place: int, alone: bool) -> Lost | None:
        """A worker has died with this piece; what is to be yielded, if it was tried enough."""
        if not alone:
            # All that ran together are suspects; those that wait for their turn stay behind.
            self.suspects.append(place)
            return None
        self.deaths[place] += 1
        if self.deaths[place] < self.retries:
            return None
        return Lost(f"its worker died {self.retries} times")

    def _new_pool(self) -> Executor:
        """Processes in place of those that have died, or the first ones."""
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        if self.own is not None:
            self.own.shutdown(wait=False)
        given = self.given
        if given is None:
            # Everywhere as on Windows and macOS; a fork would copy locks that threads hold.
            try:
                self.own = ProcessPoolExecutor(self.jobs, get_context("spawn"), _leave_interrupts)
                with _one_thread_each():
                    _begun(self.own, self.jobs)
            except (ImportError, NotImplementedError, OSError) as error:  # as in a browser
                raise RuntimeError(
                    f"no process can be started here ({one_line(str(error))}); pass jobs=1"
                ) from None
        elif isinstance(given, ProcessPoolExecutor):
            inside = vars(given)
            self.own = ProcessPoolExecutor(
                inside["_max_workers"],
                inside["_mp_context"],
                inside["_initializer"],
                inside["_initargs"],
            )
            _begun(self.own, 1)
        else:
            raise RuntimeError(f"{short(given)} takes no more work: its workers have died")
        return self.own

    def _close(self, kill: bool) -> None:
        with _held_interrupts():
            if kill:
                for future in self.running:
                    future.cancel()
            if self.own is None:
                return
            if kill:
                for process in list((vars(self.own).get("_processes") or {}).values()):
                    process.terminate()
            self.own.shutdown(wait=not kill, cancel_futures=True)


def _jobs(jobs: int | None, pieces: int) -> int:
    if jobs is None:
        affinity = getattr(os, "sched_getaffinity", None)
        jobs = len(affinity(0)) if affinity else os.cpu_count() or 1
    if isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1:
        raise ValueError(f"jobs is a whole number from 1, not {short(jobs)}")
    most = 61 if sys.platform == "win32" else jobs  # which waits for no more than these
    return max(min(jobs, pieces, most), 1)


def _is_death(error: Exception) -> bool:
    """Whether a worker died; Dask says so by an exception of its own, after tries of its own."""
    from concurrent.futures import BrokenExecutor

    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


def check_sendable(function: object, piece: object) -> None:
    """Raise TypeError unless a process can be sent these."""
    for part in _parts(function):
        name = getattr(part, "__name__", type(part).__name__)
        main = getattr(sys.modules["__main__"], "__file__", None) or ""
        if getattr(part, "__module__", None) == "__main__" and not os.path.exists(main):
            raise TypeError(
                f"{name} was written in a notebook or a shell, where no other process can import "
                f"it; pass jobs=1, or write it to a .py file and import it"
            )
        try:
            pickle.dumps(part)
        except (pickle.PicklingError, AttributeError, TypeError):
            raise TypeError(
                f"{name} cannot be sent to another process (a lambda, or a function or class "
                f"inside of a function); define it at the top of a file, or pass jobs=1"
            ) from None
    try:
        pickle.dumps(piece)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(
            f"a setting cannot be sent to another process ({one_line(str(error))}); pass jobs=1"
        ) from None


def _parts(function: object) -> Iterator[object]:
    """The functions inside of a partial one, then the function."""
    for part in getattr(function, "args", ()):
        if callable(part):
            yield from _parts(part)
    yield getattr(function, "func", function)


def _begun(pool: Executor, processes: int) -> None:
    """Start the processes; RuntimeError where they cannot import what the program has."""
    from concurrent.futures import BrokenExecutor, wait

    try:
        with _held_interrupts() as heard:
            futures = [pool.submit(_nothing) for _ in range(processes)]
            while not heard and wait(futures, _HEED).not_done:
                pass
        for future in futures:
            future.result()
    except BrokenExecutor:
        raise RuntimeError(_GUARD) from None


def _nothing() -> None:
    """What a process does to show that it is there."""


def _leave_interrupts() -> None:
    """Ctrl-C goes to every process of a terminal; the one that waits ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _held_interrupts() -> Iterator[list[object]]:
    """Ctrl-C in the block is heeded at its end; the list that it gives says whether there was one.

    Executors have locks, written in Python: an interrupt between the taking of one and the block
    that gives it back would leave it taken, and the program would wait for it for ever.
    """
    heard: list[object] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield heard
        return

    def note(number: int, frame: FrameType | None) -> None:
        heard.append(number)

    signal.signal(signal.SIGINT, note)
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        before(signal.SIGINT, None)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes that are started compute with one thread each: there are as many as processors."""
    unset = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(unset, "1"))
    try:
        yield
    finally:
        for name in unset:
            os.environ.pop(name, None)


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """The workers of a Dask cluster, by the address of its scheduler, as an executor.

    Raises ImportError without Dask, and OSError where no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ImportError(
            "a cluster needs Dask: `pip install tracegrad[dask]`", name="distributed"
        ) from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise OSError(
            f"no scheduler of Dask answers at {short(address)}; start one by `dask scheduler`, and "
            f"give the address that it prints"
        ) from error
    with client:
        yield client.get_executor()
