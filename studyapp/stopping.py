"""Stopping on a signal, in order."""

from __future__ import annotations

import signal
import time


class Stop:
    """Whether a signal asked to stop. No threading.Event: its ``set`` takes a lock, which the very
    ``wait`` that the signal interrupts may hold, and then nothing ever stops."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, *_: object) -> None:
        """A signal handler."""
        self.asked = True

    def is_set(self) -> bool:
        """Whether it is asked for now, as those want to know who expect an event."""
        return self.asked

    def wait(self, seconds: float) -> bool:
        """Wait, unless it was asked for already; whether it is asked for now."""
        if not self.asked:
            time.sleep(seconds)
        return self.asked

    def on_signals(self) -> None:
        """Ask to stop on Ctrl-C, when told to end, and when the terminal goes away."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask)
