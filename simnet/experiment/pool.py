"""Workers: processes of this machine, or those of a Dask cluster, behind one interface."""

import contextlib
import logging
import math
import os
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from simnet.engine import Engine
from simnet.process import serve
from simnet.run import prepare

from .error import ExperimentError, QuestionError
from .keys import version

T = TypeVar("T")

GONE = (
    "the cluster's scheduler is gone, or has given the tasks up; what was finished is kept: the "
    "same command, on another cluster or without --cluster, goes on from there"
)
RECOUNT = 2.0
"""seconds after which a cluster's workers are counted again"""


class WorkersGone(ExperimentError):
    """No worker is left, or nobody who leads them."""


class Pool(Protocol):
    """Who does the work."""

    @property
    def workers(self) -> int:
        """How many tasks go on at once."""

    def submit(self, call: Callable[..., T], *arguments: Any) -> "Future[T]":
        """Let some worker call it."""

    def mend(self) -> None:
        """After workers were lost: replace them. Raises WorkersGone where that cannot be."""

    def alive(self) -> bool:
        """Whether there is still somebody who could finish what was submitted."""


class Here:
    """Tasks are done at once in this process (`jobs=1`)."""

    workers = 1

    def submit(self, call: Callable[..., T], *arguments: Any) -> "Future[T]":
        future: Future[T] = Future()
        try:
            future.set_result(call(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future

    def mend(self) -> None:
        """There is nothing to mend."""

    def alive(self) -> bool:
        return True


class Processes:
    """Processes of this machine, by loky: no main module is imported again, and one that is killed
    is noticed. They start with the first task, as there may be none."""

    def __init__(self, workers: int, engine: Engine) -> None:
        self.workers, self.engine = workers, engine
        self._executor: Executor | None = None

    def submit(self, call: Callable[..., T], *arguments: Any) -> "Future[T]":
        if self._executor is None:
            from loky import ProcessPoolExecutor

            # a large network takes much memory; the fresh process is what loky has for that
            warnings.filterwarnings("ignore", "A worker was restarted", UserWarning)
            prepare(self.engine)  # once, and not by every process
            self._executor = ProcessPoolExecutor(
                self.workers, initializer=serve, initargs=(os.getpid(),)
            )
        return self._executor.submit(call, *arguments)

    def mend(self) -> None:
        self.close()

    def alive(self) -> bool:
        return True

    def close(self) -> None:
        """Stop the processes, whatever they are at."""
        if self._executor is not None:
            # loky's own argument, which Executor does not have
            self._executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]
        self._executor = None


@dataclass(frozen=True)
class Tls:
    """Files with which a cluster is spoken to under TLS."""

    ca: str | None = None
    cert: str | None = None
    key: str | None = None


class Cluster:
    """The workers of a Dask scheduler that runs already. The same simnet has to be installed there.

    Raises QuestionError where there is no scheduler, no worker, or another simnet.
    """

    def __init__(self, address: str, tls: Tls | None = None) -> None:
        try:
            import distributed
        except ImportError as error:
            raise QuestionError(
                "a cluster needs Dask: pip install 'simnet[cluster]', here and on the workers"
            ) from error
        for logger in ("distributed", *logging.root.manager.loggerDict):
            if logger.startswith("distributed"):  # what becomes of the cluster is said by us
                logging.getLogger(logger).setLevel(logging.CRITICAL)
        security = None
        if tls is not None and (tls.ca or tls.cert or tls.key):
            files = {"tls_ca_file": tls.ca, "tls_client_cert": tls.cert, "tls_client_key": tls.key}
            for name in (tls.ca, tls.cert, tls.key):
                if name is not None and not os.path.isfile(name):
                    raise QuestionError(f"there is no TLS file {name}")
            security = distributed.Security(require_encryption=True, **files)
        try:
            self._client = distributed.Client(
                address, timeout="10s", security=security, set_as_default=False, name="simnet"
            )
        except Exception as error:  # of an address that is wrong, Dask raises many kinds
            why = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise QuestionError(
                f"no Dask scheduler answers at {address} ({why}); start one with "
                "'dask scheduler' and workers with 'dask worker ADDRESS', or leave out --cluster"
            ) from error
        try:
            self._look()
        except BaseException:
            self.close()
            raise
        self.address = address
        self._threads, self._counted = 1, -math.inf

    def _look(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=10)
        except TimeoutError as error:
            raise QuestionError(
                "the cluster has no workers; start some with 'dask worker ADDRESS'"
            ) from error
        try:
            found = self._client.run(version, on_error="return")
        except Exception as error:
            raise QuestionError(f"the cluster's workers cannot run simnet: {error}") from error
        for worker, said in found.items():
            if said != version():
                why = said if isinstance(said, Exception) else f"version {said} of the model"
                raise QuestionError(
                    f"worker {worker} has not this simnet ({why}, here {version()}); install the "
                    "same there"
                )

    @property
    def workers(self) -> int:
        """Threads of all workers, now."""
        if time.monotonic() > self._counted + RECOUNT:
            with contextlib.suppress(Exception):  # a scheduler that has just gone
                self._threads = max(1, sum(self._client.nthreads().values()))
            self._counted = time.monotonic()
        return self._threads

    def submit(self, call: Callable[..., T], *arguments: Any) -> "Future[T]":
        try:
            return _as_future(self._client.submit(call, *arguments, pure=False))
        except Exception as error:  # a scheduler that has just gone, said in many ways
            raise WorkersGone(GONE) from error

    def mend(self) -> None:
        if not self.alive():
            raise WorkersGone(GONE)

    def alive(self) -> bool:
        return bool(self._client.status == "running")

    def close(self) -> None:
        """Leave the cluster as it was."""
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)


def _as_future(remote: Any) -> "Future[Any]":
    """A future of Dask as one of the standard library, cancelled with it."""
    local: Future[Any] = Future()
    local.set_running_or_notify_cancel()

    def ended(found: Any) -> None:
        if found.status == "finished":
            try:
                local.set_result(found.result(timeout=60))
            except Exception as error:
                local.set_exception(error)
        else:
            why = found.exception(timeout=60) if found.status == "error" else None
            local.set_exception(why or WorkersGone(GONE))

    remote.add_done_callback(ended)
    # the scheduler keeps the task while its future lives; that of the library has no such field
    local.remote = remote  # type: ignore[attr-defined]
    return local


@contextlib.contextmanager
def pool(
    jobs: int,
    cluster: str | None = None,
    tls: Tls | None = None,
    at_most: int | None = None,
    engine: Engine = "compiled",
) -> Iterator[Pool]:
    """The workers of a cluster where an address is given, else `jobs` processes, -1: all cores.

    at_most: processes that there is work for; engine: that they will use.
    """
    if cluster is not None:
        remote = Cluster(cluster, tls)
        try:
            yield remote
        finally:
            remote.close()
        return
    from loky import cpu_count

    count = cpu_count() if jobs == -1 else jobs
    if count < 1:
        raise QuestionError(f"{jobs} processes cannot work: give 1 or more, or -1 for all cores")
    if at_most is not None:
        count = min(count, at_most)
    if count == 1:
        yield Here()
        return
    local = Processes(count, engine)
    try:
        yield local
    finally:
        local.close()
