"""Settings from the environment: the one place in the package that reads `os.environ`.

`settings()` returns the settings in force. The environment is read once; `override` changes values
for a `with` block, and `reload` reads it again. Values are checked when they are read, so a typo in
a variable is one clear message and not a surprise on frame 900. `$OCIO` is no setting of a machine
but a part of the work, as are the context variables of a config: `settings` follows it while a
program runs, and `environment` shows those variables as they are.

An override lives in a context variable: it is in force for the code in the block and the coroutines
started there, not for other threads. Read it where the work is planned and pass it on.
"""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, NoReturn

from grade.errors import RequestError


def _device(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"auto|cpu|cuda(:[0-9]+)?", value):
        return value
    _refuse()


def _mode(value: object) -> str:
    if value == "exact":
        return "exact"
    _refuse()


def _whole(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, str) and value.isascii() and value.isdecimal():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        _refuse()

    return read


def _directory(value: object) -> Path:
    """Check that a path is a directory, or that one can be made there."""
    if not isinstance(value, str | os.PathLike):
        _refuse()
    try:
        path = Path(value).expanduser().absolute()
        nearest = next(level for level in (path, *path.parents) if level.exists())
    except (OSError, RuntimeError, StopIteration) as error:  # no such user, no such drive
        raise ValueError from error
    return path if nearest.is_dir() else _refuse()


def _name(value: object) -> str:
    return os.fspath(value) if isinstance(value, str | os.PathLike) else _refuse()


def _yes(value: object) -> bool:
    if isinstance(value, str):
        return value.lower() not in {"0", "false", "no", "off"}
    return value if isinstance(value, bool) else _refuse()


def _refuse() -> NoReturn:
    raise ValueError


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, typed and checked; `VARIABLES` has the meaning of each."""

    device: str
    threads: int
    mode: str
    cache: Path
    debug: int
    dump: Path | None
    ocio: str | None
    ci: bool
    host: str | None
    presets: Path | None


class Variable(NamedTuple):
    """One environment variable: a row of `grade doctor` and of the manual."""

    name: str
    field: str
    read: Callable[[object], object]  # text or typed value -> typed value, or ValueError
    meaning: str
    allowed: str
    default: str

    def value(self, given: object, called: str) -> object:
        try:
            return self.read(given)
        except ValueError:
            shown = f"'{given}'" if isinstance(given, str | os.PathLike) else repr(given)
            raise RequestError(
                f"{called} = {shown}: allowed is {self.allowed} (default: {self.default})"
            ) from None


CI_SERVERS = (
    "GITLAB_CI", "JENKINS_URL", "TF_BUILD", "BUILDKITE", "TEAMCITY_VERSION", "GITHUB_ACTIONS",
    "BITBUCKET_BUILD_NUMBER", "CODEBUILD_BUILD_ID",
)  # fmt: skip
"""Variables by which servers of automated runs are known; not all of them set CI."""

# fmt: off
VARIABLES: tuple[Variable, ...] = (
    Variable("GRADE_DEVICE", "device", _device,
             "where kernels run; auto takes a CUDA device if there is one, cuda never falls back",
             "auto, cpu, cuda or cuda:N", "auto"),
    Variable("GRADE_THREADS", "threads", _whole(1, 4096),
             "CPU threads for grading, and for reading and writing frames",
             "a whole number from 1 to 4096", "all that affinity and cgroup quota allow"),
    Variable("GRADE_MODE", "mode", _mode,
             "exact: the same bits on every device; there is no other mode yet",
             "exact", "exact"),
    Variable("GRADE_CACHE", "cache", _directory,
             "directory of compiled kernels; it may be removed at any time",
             "a directory, or a path where one can be made", "the user's cache directory"),
    Variable("GRADE_DEBUG", "debug", _whole(0, 4),
             "1 device and cache, 2 times per kernel, 3 IR after each changed pass, 4 sources",
             "a whole number from 0 to 4", "0"),
    Variable("GRADE_DUMP", "dump", _directory,
             "directory for the IR, the sources and the uniforms of every kernel",
             "a directory, or a path where one can be made", "nothing is dumped"),
    Variable("OCIO", "ocio", _name,
             "the studio's OpenColorIO config; a config named in a look has precedence",
             "a path or an ocio:// name", "the built-in studio config"),
    Variable("CI", "ci", _yes,
             "an automated run: goldens are compared, never updated",
             "anything; 0, false, no and off mean no", "yes under a server that is known"),
    Variable("GRADE_HOST", "host", _name,
             "name of this machine in claims and journals; no two machines may share one",
             "a name", "the name that the network knows"),
    Variable("GRADE_PRESETS", "presets", _directory,
             "directory of the studio's delivery presets, NAME.preset.yaml",
             "a directory, or a path where one can be made", "the shipped presets alone"),
)
# fmt: on


class SettingReport(NamedTuple):
    """A setting as `grade doctor` prints it: its value and where that comes from."""

    name: str
    value: str
    origin: str  # environment, default, override
    meaning: str
    allowed: str
    default: str


_NOTHING: Mapping[str, Any] = {}
_override: ContextVar[Mapping[str, Any]] = ContextVar("grade_settings", default=_NOTHING)


def settings() -> Settings:
    """Return the settings in force here: those of `override`, else of the environment."""
    read, changed = _environment(), _override.get()
    named = os.environ.get("OCIO", "").strip() or None
    if named != read.ocio:
        changed = {"ocio": named, **changed}
    return dataclasses.replace(read, **changed) if changed else read


def environment() -> Mapping[str, str]:
    """Return the environment as it is now, for the context variables of a config."""
    return os.environ


@contextmanager
def override(**values: object) -> Iterator[Settings]:
    """Set fields of `Settings` for a `with` block; None means the default."""
    known = {variable.field: variable for variable in VARIABLES}
    typed: dict[str, Any] = {}
    for name, given in values.items():
        if name not in known:
            raise RequestError(f"there is no setting {name}: known are {', '.join(known)}")
        if given is None:
            typed[name] = getattr(from_environment({}), name)
        else:
            typed[name] = known[name].value(given, name)
    token = _override.set({**_override.get(), **typed})
    try:
        yield settings()
    finally:
        _override.reset(token)


def reload() -> Settings:
    """Read the environment again, after a program changed it on purpose."""
    _environment.cache_clear()
    return settings()


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Return the settings of `environment`; an empty variable counts as not set."""
    given = {variable: environment.get(variable.name, "").strip() for variable in VARIABLES}
    values: dict[str, Any] = {
        "device": "auto", "mode": "exact", "debug": 0, "dump": None, "ocio": None,
        "host": None, "presets": None,
    }  # fmt: skip
    values |= {v.field: v.value(text, v.name) for v, text in given.items() if text}
    if "threads" not in values:
        values["threads"] = available_threads()
    if "ci" not in values:
        values["ci"] = any(environment.get(name, "").strip() for name in CI_SERVERS)
    if "cache" not in values:
        values["cache"] = cache_directory(environment)
    return Settings(**values)


def report() -> list[SettingReport]:
    """Return every setting with value, origin and meaning, in the order of `VARIABLES`."""
    now, read = settings(), _environment()
    shown = {None: "-", True: "yes", False: "no"}
    out = []
    for variable in VARIABLES:
        value = getattr(now, variable.field)
        if value != getattr(read, variable.field):
            origin = "override"
        else:
            origin = "environment" if os.environ.get(variable.name, "").strip() else "default"
        text = shown[value] if value is None or isinstance(value, bool) else str(value)
        out.append(
            SettingReport(
                variable.name, text, origin, variable.meaning, variable.allowed, variable.default
            )
        )
    return out


def child_environment(**changes: str | None) -> dict[str, str]:
    """Return the environment for a child process; None removes a variable."""
    kept = {name: text for name, text in os.environ.items() if name not in changes}
    return kept | {name: text for name, text in changes.items() if text is not None}


def cache_directory(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return the platform's directory for caches."""
    if platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "grade" / "cache"
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / "grade"
    named = environment.get("XDG_CACHE_HOME", "")  # the standard says: ignore it unless absolute
    return (Path(named) if PurePosixPath(named).is_absolute() else Path.home() / ".cache") / "grade"


def available_threads(root: Path = Path("/")) -> int:
    """Return the number of processors this process may use: affinity, then the cgroup's quota.

    If a farm gives a job 4 of 128 cores by quota, 128 threads would be throttled together.
    """
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    quota = _cgroup_quota(root)
    return max(1, processors if quota is None else min(processors, int(quota)))


def _cgroup_quota(root: Path) -> float | None:
    """Return the smallest quota, in processors, of this process's groups and their parents."""
    found: list[float] = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if not controllers:  # version 2: "quota period" or "max period"
            mount = root / "sys/fs/cgroup"
            names = ["cpu.max"]
        elif "cpu" in controllers.split(","):  # version 1: quota -1 means none
            mount = root / "sys/fs/cgroup" / controllers
            names = ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
            if not mount.is_dir():
                mount = root / "sys/fs/cgroup/cpu"
        else:
            continue
        path = PurePosixPath(group.lstrip("/"))
        for level in (path, *path.parents):
            words = " ".join(_text(mount / level / name) for name in names).split()
            if len(words) == 2 and words[0].isdecimal() and words[1].isdecimal():
                found.append(int(words[0]) / max(1, int(words[1])))
    return min(found, default=None)


def available_memory(root: Path = Path("/")) -> int:
    """Return the bytes this process may use: the machine's memory, or the limit of its cgroups."""
    try:
        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # the platform does not say
        most = 8 << 30
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        mount = root / "sys/fs/cgroup" / ("memory" if controllers else "")
        name = "memory.limit_in_bytes" if controllers else "memory.max"
        path = PurePosixPath(group.lstrip("/"))
        for level in (path, *path.parents):
            limit = _text(mount / level / name).strip()
            if limit.isdecimal():
                most = min(most, int(limit))
    return most


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


@cache
def _environment() -> Settings:
    return from_environment(os.environ)
