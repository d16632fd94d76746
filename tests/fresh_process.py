"""Functions called in processes that have computed nothing before, whatever the caller has.

A server imports modules, of which it calls nothing. For each call it forks a child,
which imports the function's module, calls it, and ends. So each call finds caches as empty as a
process that was just started, at the price of a fork.
"""

import gc
import importlib
import os
import pickle
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from pkgutil import walk_packages

ROOT = Path(__file__).parent.parent
ROOMS = ("PyOpenColorIO", "grade.ops", "grade.run", "grade.color", "grade.graph")
COMMAND = "from tests.fresh_process import serve; serve()"


class FreshProcesses:
    """A context in which :meth:`call` runs a function of a module in a process of its own.

    ``modules`` are imported once, for all.
    """

    def __init__(self, *modules):
        self.modules = modules

    def __enter__(self):
        self.server = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *self.modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        )
        return self

    def __exit__(self, *error):
        self.server.stdin.close()
        self.server.stdout.close()
        self.server.wait()

    def call(self, module, function, *arguments):
        """What ``function(*arguments)`` returns, or the exception that it raises, as text."""
        _send(self.server.stdin, (module, function, arguments))
        return _receive(self.server.stdout)


def serve():
    """Answer calls from stdin until it closes."""
    rooms = [importlib.import_module(name) for name in ROOMS]
    inside = (
        found.name for room in rooms for found in walk_packages(room.__path__, f"{room.__name__}.")
    )
    for name in (*inside, *sys.argv[1:]):
        with suppress(ImportError):  # CuPy, where there is no device
            importlib.import_module(name)
    from grade.run import kernel_file

    kernel_file._compiler = lambda root: None  # no kernel that an earlier process left
    gc.freeze()  # a child shares these pages as long as it does not collect them
    calls, answers = sys.stdin.buffer, sys.stdout.buffer
    while (call := _receive(calls)) is not None:
        child = os.fork()
        if child == 0:
            _answer(answers, *call)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            _send(answers, f"the process ended without an answer: {status}")


def _answer(answers, module, function, arguments):
    try:
        found = getattr(importlib.import_module(module), function)(*arguments)
    except Exception as error:
        found = f"{type(error).__name__}: {error}"
    _send(answers, found)


def _send(stream, message):
    content = pickle.dumps(message)
    stream.write(struct.pack("<q", len(content)) + content)
    stream.flush()


def _receive(stream):
    head = stream.read(8)
    return pickle.loads(stream.read(*struct.unpack("<q", head))) if len(head) == 8 else None
