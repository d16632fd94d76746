"""The environment is read in one place, typed, checked, and can be overridden in a block."""

import threading
from pathlib import Path

import pytest

from grade import settings as module
from grade.errors import GradeError, RequestError
from grade.settings import (
    CI_SERVERS,
    VARIABLES,
    Settings,
    available_threads,
    cache_directory,
    from_environment,
    override,
    settings,
)

ROWS = {variable.name: variable for variable in VARIABLES}


@pytest.fixture
def environment(monkeypatch):
    """A way to set variables; whatever was set before is gone."""
    for name in ROWS:
        monkeypatch.delenv(name, raising=False)

    def set_variables(**texts):
        for name, text in texts.items():
            monkeypatch.setenv(name, text)
        return module.reload()

    set_variables()
    yield set_variables
    monkeypatch.undo()
    module.reload()


def test_the_table_has_a_row_for_every_field():
    assert [variable.field for variable in VARIABLES] == list(Settings.__dataclass_fields__)
    assert all(variable.meaning and variable.allowed and variable.default for variable in VARIABLES)


def test_an_empty_environment_gives_the_defaults():
    read = from_environment({})
    assert read.threads == available_threads() >= 1
    assert read.cache.is_absolute()
    assert read.cache.name == "grade" or read.cache.parent.name == "grade"
    assert (read.device, read.mode, read.debug, read.dump, read.ocio, read.ci) == (
        "auto", "exact", 0, None, None, False,
    )  # fmt: skip


def test_every_variable_is_read_and_typed(tmp_path):
    read = from_environment(
        {
            "GRADE_DEVICE": "cuda:1",
            "GRADE_THREADS": "3",
            "GRADE_MODE": "exact",
            "GRADE_CACHE": str(tmp_path / "cache"),
            "GRADE_DEBUG": "4",
            "GRADE_DUMP": str(tmp_path),
            "OCIO": "ocio://default",
            "CI": "true",
            "GRADE_HOST": "farm07",
            "GRADE_PRESETS": str(tmp_path / "presets"),
        }
    )
    assert read == Settings(
        device="cuda:1",
        threads=3,
        mode="exact",
        cache=tmp_path / "cache",
        debug=4,
        dump=tmp_path,
        ocio="ocio://default",
        ci=True,
        host="farm07",
        presets=tmp_path / "presets",
    )


def test_an_empty_variable_counts_as_not_set():
    assert from_environment(dict.fromkeys(ROWS, " ")) == from_environment({})


@pytest.mark.parametrize("text", ["0", "false", "No", "OFF"])
def test_ci_can_be_denied(text):
    assert not from_environment({"CI": text}).ci
    assert not from_environment({"CI": text, "JENKINS_URL": "https://ci.example"}).ci


@pytest.mark.parametrize("name", CI_SERVERS)
def test_servers_of_automated_runs_are_known(name):
    assert from_environment({name: "True"}).ci
    assert not from_environment({name: " "}).ci


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("GRADE_DEVICE", "gpu"),
        ("GRADE_DEVICE", "cuda:"),
        ("GRADE_DEVICE", "cuda:-1"),
        ("GRADE_THREADS", "0"),
        ("GRADE_THREADS", "many"),
        ("GRADE_THREADS", "2.5"),
        ("GRADE_THREADS", "4097"),
        ("GRADE_MODE", "Exact"),
        ("GRADE_MODE", "fast"),
        ("GRADE_DEBUG", "5"),
        ("GRADE_DEBUG", "-1"),
        ("GRADE_CACHE", __file__),
        ("GRADE_DUMP", str(Path(__file__) / "below")),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, text):
    with pytest.raises(RequestError) as caught:
        from_environment({name: text})
    message = str(caught.value)
    assert message.startswith(f"{name} = '{text}': allowed is {ROWS[name].allowed}")
    assert ROWS[name].default in message
    assert isinstance(caught.value, GradeError)
    assert caught.value.exit_code == 2


def test_the_environment_is_read_once(environment, monkeypatch):
    assert environment(GRADE_DEBUG="2").debug == 2
    monkeypatch.setenv("GRADE_DEBUG", "1")
    assert settings().debug == 2
    assert settings() is settings()
    assert module.reload().debug == 1


def test_an_override_holds_in_its_block_only(environment, tmp_path):
    environment(GRADE_THREADS="2", GRADE_DEVICE="cuda")
    with override(device="cpu", dump=str(tmp_path)) as outer:
        assert (outer.device, outer.threads, outer.dump) == ("cpu", 2, tmp_path)
        with override(threads=7, device=None):
            assert (settings().device, settings().threads) == ("auto", 7)
        assert settings() == outer
    assert (settings().device, settings().dump) == ("cuda", None)


def test_an_override_ends_when_its_block_raises(environment):
    with pytest.raises(KeyError), override(debug=3):
        raise KeyError
    assert settings().debug == 0


def test_an_override_is_not_seen_by_other_threads(environment):
    seen = []
    with override(debug=3):
        thread = threading.Thread(target=lambda: seen.append(settings().debug))
        thread.start()
        thread.join()
    assert seen == [0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"device": "gpu"}, "device = 'gpu': allowed is auto, cpu, cuda or cuda:N"),
        ({"threads": 0}, "threads = 0: allowed is a whole number from 1 to 4096"),
        ({"threads": True}, "threads = True: allowed"),
        ({"ci": 1}, "ci = 1: allowed"),
        ({"ocio": 1}, "ocio = 1: allowed"),
        ({"thread": 1}, "there is no setting thread: known are device, threads"),
    ],
)
def test_a_wrong_override_is_refused(environment, values, message):
    with pytest.raises(RequestError, match="^" + message), override(**values):
        pass


def test_rows_say_value_and_origin(environment):
    environment(GRADE_MODE="exact", CI="1")
    with override(threads=settings().threads + 1):
        rows = {row.name: (row.value, row.origin) for row in module.report()}
    assert rows["GRADE_MODE"] == ("exact", "environment")
    assert rows["CI"] == ("yes", "environment")
    assert rows["GRADE_DUMP"] == ("-", "default")
    assert rows["GRADE_THREADS"] == (str(settings().threads + 1), "override")


def test_a_child_gets_the_environment_with_changes(environment):
    environment(GRADE_MODE="exact", GRADE_DEBUG="1")
    child = module.child_environment(GRADE_MODE=None, GRADE_THREADS="2")
    assert "GRADE_MODE" not in child
    assert (child["GRADE_DEBUG"], child["GRADE_THREADS"]) == ("1", "2")


def test_the_cache_lies_where_the_platform_says(tmp_path):
    home = Path.home()
    assert cache_directory({}, "linux") == home / ".cache" / "grade"
    assert cache_directory({"XDG_CACHE_HOME": "/x"}, "linux") == Path("/x/grade")
    assert cache_directory({"XDG_CACHE_HOME": "x"}, "linux") == home / ".cache" / "grade"
    assert cache_directory({}, "darwin") == home / "Library" / "Caches" / "grade"
    local = {"LOCALAPPDATA": str(tmp_path)}
    assert cache_directory(local, "win32") == tmp_path / "grade" / "cache"


@pytest.mark.parametrize(
    ("files", "threads"),
    [
        ({}, 64),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, 64),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "350000 100000\n"}, 3),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}, 1),
        (  # the parent has less than the job
            {
                "proc/self/cgroup": "0::/farm/job\n",
                "sys/fs/cgroup/farm/job/cpu.max": "800000 100000\n",
                "sys/fs/cgroup/farm/cpu.max": "400000 100000\n",
            },
            4,
        ),
        (  # version 1, named by its controllers
            {
                "proc/self/cgroup": "5:cpu,cpuacct:/job\n1:name=systemd:/job\n",
                "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "200000\n",
                "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
            },
            2,
        ),
        (
            {
                "proc/self/cgroup": "5:cpu:/\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            64,
        ),
    ],
)
def test_threads_come_from_affinity_and_quota(tmp_path, monkeypatch, files, threads):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert available_threads(tmp_path) == threads
