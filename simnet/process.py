"""This process among others: who still lives, and an end in order where it is told to end.

What differs between operating systems stands here and nowhere else. simnet is tested on Linux and
written for macOS and Windows too: Windows has no user numbers (a profile's folders are its user's
alone) and no SIGHUP, and its SIGTERM ends a process at once.
"""

import contextlib
import os
import platform
import signal
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType

import psutil

ELSEWHERE = 24 * 3600.0
"""seconds without a sign after which a process on another machine is taken for dead"""
SAME = 5.0
"""seconds by which two readings of when a process was started may differ"""


class Terminated(KeyboardInterrupt):
    """Somebody asked this process to end: as Ctrl-C does, and with the same care."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.signum = signum


def exit_code(error: KeyboardInterrupt) -> int:
    """As shells count: 128 and the signal, 130 for Ctrl-C and 143 for SIGTERM."""
    return 128 + (error.signum if isinstance(error, Terminated) else signal.SIGINT)


@contextlib.contextmanager
def ends_in_order() -> Iterator[None]:
    """Within, SIGTERM and SIGHUP raise Terminated, once: the end that it begins is not disturbed.

    A signal that whoever started us had ignored (nohup) stays so; only the main thread can do this.
    """

    def end(signum: int, _: FrameType | None) -> None:
        signal.signal(signum, signal.SIG_IGN)
        raise Terminated(signum)

    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(leader: int) -> None:
    """What a worker does first: leave Ctrl-C, which reaches every process of the terminal, to the
    process that leads it, and end when that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == leader:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def user() -> int | None:
    """Number of the user, None where users have none."""
    return os.getuid() if hasattr(os, "getuid") else None


@cache
def _machine() -> str:
    """Where numbers of processes mean the same: the host, and of a container its own space."""
    with contextlib.suppress(OSError):
        space = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
        return f"{platform.node()[:60]}.{space}"
    return platform.node()[:60]


def me() -> str:
    """Name of this process, of which no other has had or will have the same: `PID-START-MACHINE`,
    fit for names of files."""
    return _name(os.getpid())


@cache
def _name(pid: int) -> str:
    return f"{pid}-{int(psutil.Process(pid).create_time()):x}-{_machine()}".replace("/", "_")


def lives(name: str, seen: float) -> bool:
    """Whether the process that called itself so (see `me`) may still be at work.

    seen: when it last gave a sign, in seconds since 1970; it matters for other machines only.
    """
    try:
        pid, start, machine = name.split("-", 2)
        number, began = int(pid), int(start, 16)
    except ValueError:
        return False
    if machine != _name(os.getpid()).split("-", 2)[2]:
        return time.time() < seen + ELSEWHERE
    try:
        found = psutil.Process(number)
        return abs(found.create_time() - began) < SAME and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:  # somebody else's
        return True
