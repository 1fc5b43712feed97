"""What running processes cost: processor time and memory of whole process trees, over a quiet while."""

import selectors
import signal
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Cost:
    """*cpu* in percent of one core, *pss* in MB (a shared page is shared out), over *processes* of them."""

    cpu: float
    pss: float
    processes: int


def costs(roots: Mapping[str, subprocess.Popen[bytes]], seconds: float) -> dict[str, Cost]:
    """What each of *roots* costs with all its children while *seconds* pass."""
    before = {name: _busy(family(root)) for name, root in roots.items()}
    pause(seconds)
    return {name: _cost(spent, seconds) for name, spent in before.items()}


def together(roots: Iterable[subprocess.Popen[bytes]], seconds: float) -> Cost:
    """What all of *roots* cost with all their children while *seconds* pass, as one sum."""
    each = costs({str(root.pid): root for root in roots}, seconds).values()
    return Cost(sum(cost.cpu for cost in each), sum(cost.pss for cost in each), sum(cost.processes for cost in each))


def _cost(before: dict[psutil.Process, float], seconds: float) -> Cost:
    # Helpers that a browser started for a moment may be gone: what they spent is not held against it.
    stayed = [process for process in before if process.is_running()]
    cpu = 100 * sum(after - before[process] for process, after in _busy(stayed).items()) / seconds
    return Cost(cpu, sum(process.memory_full_info().pss for process in stayed) / 1e6, len(stayed))


def family(root: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The process and all its children."""
    process = psutil.Process(root.pid)
    return [process, *process.children(recursive=True)]


def end(root: subprocess.Popen[bytes]) -> None:
    """Ask a process to end and wait for it and its children; kill what does not."""
    processes = family(root) if root.poll() is None else []
    root.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=8)
    for process in alive:
        process.kill()
    root.wait(10)


def pause(seconds: float) -> None:
    """Let *seconds* pass."""
    with selectors.DefaultSelector() as nothing:
        nothing.select(seconds)


def _busy(processes: Iterable[psutil.Process]) -> dict[psutil.Process, float]:
    times = {process: process.cpu_times() for process in processes}
    return {process: spent.user + spent.system for process, spent in times.items()}
