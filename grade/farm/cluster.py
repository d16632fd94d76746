"""Dask clusters: workers started on this machine, or a cluster that is running already."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from grade.farm.errors import FarmError, FarmLost
from grade.ir.program import Program
from grade.run import device_count
from grade.settings import available_memory, child_environment, settings

_LOCAL = re.compile(r"local:([1-9][0-9]{0,3})")
_REMOTE = re.compile(r"(tcp|tls|ws|wss|ucx)://\S+")
_LOOPBACK = "127.0.0.1:0"
_PATIENCE = 30  # seconds until a scheduler, or a worker of this machine, answers
_LINE_EVERY = 10  # seconds between two lines about a scheduler that has no worker yet
_WAIT = 600.0  # seconds that a scheduler may be without workers
_TRIES = 3  # workers that may die over one chunk before the chunk is given up


class ClusterExecutor:
    """Stands in for an executor while a job is planned: kernels are compiled by the workers.

    Parameters
    ----------
    name
        The name of the cluster.
    """

    overlap = 1

    def __init__(self, name: str) -> None:
        self.name = name

    def prepare(self, program: Program) -> ClusterKernel:
        """A kernel that only workers can run; nothing is compiled."""
        return ClusterKernel(program)


class ClusterKernel:
    """The kernel of a program that only workers compile and run."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def __call__(self, *pictures: Any, **options: Any) -> NoReturn:
        """Raise `FarmError`: this process renders no frame."""
        raise FarmError("kernels of a cluster run on its workers alone")


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster that renders chunks.

    Attributes
    ----------
    client
        The ``distributed.Client``.
    name
        The text by which it was asked for.
    resources
        The Dask resources of each chunk: one GPU, if workers have one each.
    memory, threads
        What each worker may use; None lets the worker decide.
    """

    client: Any
    name: str
    resources: dict[str, float] | None = None
    memory: int | None = None
    threads: int | None = None

    @property
    def workers(self) -> int:
        """How many workers there are now."""
        return len(self.client.nthreads())


def check_address(text: str) -> str:
    """Return ``local:N`` or the address of a scheduler; raise `FarmError` for anything else."""
    if not _LOCAL.fullmatch(text) and not _REMOTE.fullmatch(text):
        raise FarmError(
            f"--dask {text}: takes local:N, N workers on this machine, or the address of a"
            " scheduler such as tcp://10.0.0.1:8786"
        )
    return text


@contextmanager
def open_cluster(
    text: str,
    device: str,
    threads: int | None = None,
    wait: float | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Iterator[Cluster]:
    """Connect to a cluster, or start local workers, for a `with` block.

    Workers of ``local:N`` listen on 127.0.0.1 alone, because anyone who reaches a worker can run
    code in it; clusters in a network should use TLS. If there are GPUs and `device` is not ``cpu``,
    each local worker has a GPU of its own, and there are at most as many workers as GPUs.

    Parameters
    ----------
    text
        ``local:N``, or the address of a scheduler.
    device
        Where workers run kernels.
    threads
        The threads of each worker; None shares those of this machine.
    wait
        Seconds until a scheduler must have a worker: farms start workers when there is work. None
        means ten minutes.
    say
        Takes a line every ten seconds of that.

    Raises
    ------
    FarmError
        If Dask is not installed, or the text is neither.
    FarmLost
        If no scheduler answers, or it has no worker in time.
    """
    check_address(text)
    try:
        import distributed
    except ImportError as error:
        raise FarmError(
            f"--dask {text}: Dask is not installed ({error}); pip install 'grade-toolkit[cluster]'"
        ) from error
    with ExitStack() as stack:
        local = _LOCAL.fullmatch(text)
        if local:
            yield _start_local(stack, text, int(local[1]), device, threads)
            return
        try:
            client = stack.enter_context(distributed.Client(text, timeout=_PATIENCE))
        except (OSError, TimeoutError) as error:
            raise FarmLost(f"--dask {text}: {error or 'no answer'}; is it running?") from error
        _wait_for_a_worker(client, text, _WAIT if wait is None else wait, say)
        info = client.scheduler_info(n_workers=-1)["workers"].values()
        has_gpu = any("GPU" in worker.get("resources", {}) for worker in info)
        resources = {"GPU": 1.0} if has_gpu and device != "cpu" else None
        yield Cluster(client, text, resources, threads=threads)


def _wait_for_a_worker(client: Any, text: str, wait: float, say: Callable[[str], None]) -> None:
    waited = 0.0
    while True:
        turn = min(_LINE_EVERY, wait - waited)
        try:
            client.wait_for_workers(1, timeout=max(turn, 0.001))
        except (OSError, TimeoutError) as error:
            waited += turn
            if waited >= wait:
                raise FarmLost(
                    f"--dask {text}: the scheduler had no worker in {wait:g} s; start workers, or"
                    " wait longer with --wait SECONDS"
                ) from error
            say(f"{text}: no worker yet, {waited:g} of {wait:g} s")
        else:
            return


def _start_local(
    stack: ExitStack, text: str, count: int, device: str, threads: int | None
) -> Cluster:
    import dask
    from distributed import Client, Nanny, Scheduler, SpecCluster

    # GPUs are named as this process may use them, which need not be 0, 1, 2 of the machine.
    named = child_environment().get("CUDA_VISIBLE_DEVICES", "")
    ids = [name for name in named.split(",") if name]
    gpus = 0 if device in ("cpu", "reference", "twin") else device_count()
    count = min(count, gpus) if gpus else count
    folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    stack.enter_context(
        dask.config.set(
            {
                "distributed.scheduler.allowed-failures": _TRIES - 1,
                "distributed.scheduler.http.routes": [],
                "distributed.worker.http.routes": [],
                "distributed.admin.large-graph-warning-threshold": "1 GiB",
            }
        )
    )
    common = {
        "host": "127.0.0.1", "nthreads": 1, "memory_limit": None, "dashboard": False,
        "dashboard_address": _LOOPBACK, "preload": ["grade.farm.worker_startup"],
        "local_directory": folder, "silence_logs": logging.CRITICAL,
    }  # fmt: skip
    workers: dict[int, dict[str, Any]] = {}
    for number in range(count):
        options: dict[str, Any] = dict(common)
        if gpus:
            visible = ids[number] if number < len(ids) else str(number)
            options |= {"env": {"CUDA_VISIBLE_DEVICES": visible}, "resources": {"GPU": 1}}
        workers[number] = {"cls": Nanny, "options": options}
    scheduler = {
        "cls": Scheduler,
        "options": {
            "host": "127.0.0.1",
            "port": 0,
            "dashboard": False,
            "dashboard_address": _LOOPBACK,
        },
    }
    started = stack.enter_context(
        SpecCluster(workers, scheduler, silence_logs=logging.CRITICAL, name="grade")
    )
    client = stack.enter_context(Client(started, timeout=_PATIENCE))
    with suppress(TimeoutError):
        client.wait_for_workers(count, timeout=_PATIENCE)
    each = max(1, (threads or settings().threads) // count)
    resources = {"GPU": 1.0} if gpus else None
    return Cluster(client, text, resources, available_memory() // 2 // count, each)
