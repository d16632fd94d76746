"""Ctrl-C, SIGTERM and SIGHUP: the first finishes the frames in flight, the second stops now.

Neither leaves a partial file: a frame gets its name when it is whole, and unfinished frames are
hidden `.part` files, which are removed here.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from grade.cli.exit import INTERRUPTED, TERMINATED

PATIENCE = 4.0  # seconds after SIGTERM; farms kill after 5


class Interrupts:
    """The signals that came while a job ran; `code` is their exit code, or None if none came."""

    def __init__(
        self,
        stop: threading.Event,
        abandon: Callable[[], None],
        say: Callable[[str], None],
        last: Callable[[int], None],
    ) -> None:
        self.stop, self.abandon, self.say, self.last = stop, abandon, say, last
        self.code: int | None = None

    def on_interrupt(self, number: int, frame: FrameType | None) -> None:
        """Begin no further frame on the first Ctrl-C; leave on the second."""
        if self.code is not None:
            self.leave(INTERRUPTED)
        self.code = INTERRUPTED
        self.stop.set()
        self.say("stopping: frames in flight are finished; Ctrl-C again stops now")

    def on_terminate(self, number: int, frame: FrameType | None) -> None:
        """Finish the frames in flight on SIGTERM; leave if that takes longer than `PATIENCE`.

        SIGHUP is the same: the terminal or the connection is gone, and nobody can press Ctrl-C.
        """
        self.code = TERMINATED
        self.stop.set()
        self.say(f"terminated: frames in flight have {PATIENCE:g} s")
        timer = threading.Timer(PATIENCE, self.leave, (TERMINATED,))
        timer.daemon = True
        timer.start()

    def leave(self, code: int) -> None:
        """End the process now: remove unfinished files and claims, and say what was done."""
        from grade.io.atomic import stop_new_files

        stop_new_files()
        with suppress(OSError):
            self.abandon()
        try:
            self.last(code)
        finally:  # whatever state stderr is in, the process ends
            os._exit(code)


@contextmanager
def interrupts(
    stop: threading.Event,
    abandon: Callable[[], None],
    say: Callable[[str], None],
    last: Callable[[int], None],
) -> Iterator[Interrupts]:
    """Handle the signals inside the block. SIGHUP stays ignored where ``nohup`` ignores it.

    Parameters
    ----------
    stop
        Set when no further frame is to be begun.
    abandon
        Removes unfinished files, when the process ends at once.
    say
        Shows a line.
    last
        Writes the report and shows the last line, when the process ends at once; it gets the exit
        code.
    """
    asked = Interrupts(stop, abandon, say, last)
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, asked.on_interrupt),
        signal.SIGTERM: signal.signal(signal.SIGTERM, asked.on_terminate),
    }
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:
        before[hang_up] = signal.signal(hang_up, asked.on_terminate)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
