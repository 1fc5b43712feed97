"""How much memory, how many descriptors and threads the unit's long-lived processes hold, again and again, and whether that grows."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

LEAST = 8
"""Fewer samples than this tell no slope."""


@dataclass(frozen=True)
class Sample:
    """One look at one process: *at* in hours of the story, memory in MB.

    *private* is what no file holds (RssAnon), and what a leak is made of; *resident* has the pages of files too, which come and go with
    whoever reads them.
    """

    at: float
    resident: float
    private: float
    descriptors: int
    threads: int


@dataclass(frozen=True)
class Slope:
    """How one process grew per hour of the story, and the newest it held."""

    process: str
    samples: int
    resident: float
    private: float
    descriptors: float
    threads: float
    last: Sample


class Meter:
    """Looks at the processes whose command line holds one of *names*; a process that was started again begins a new series."""

    def __init__(self, roots, names):
        self._roots, self._names = roots, names
        self._series = defaultdict(list)

    def look(self, at):
        """Take one sample of each."""
        for process in self._processes():
            try:
                with process.oneshot():
                    label = f"{self._label(process)} ({process.pid})"
                    memory = process.memory_info()
                    private = (memory.rss - memory.shared) / 1e6
                    taken = Sample(at, memory.rss / 1e6, private, process.num_fds(), process.num_threads())
            except psutil.NoSuchProcess:
                continue
            self._series[label].append(taken)

    def slopes(self, after):
        """Growth since hour *after*, when everything has been used once."""
        kept = {label: [each for each in samples if each.at >= after] for label, samples in self._series.items()}
        return [_slope(label, samples) for label, samples in kept.items() if len(samples) >= LEAST]

    def _processes(self):
        for root in self._roots():
            if root.poll() is None:
                try:
                    process = psutil.Process(root.pid)
                    found = [process, *process.children(recursive=True)]
                except psutil.NoSuchProcess:
                    continue
                yield from (each for each in found if self._label(each))

    def _label(self, process):
        try:
            line = " ".join(process.cmdline())
        except psutil.NoSuchProcess:
            return None
        return next((name for name in self._names if name in line), None)


def _slope(label, samples):
    at = [each.at for each in samples]
    grown = (growth(at, [getattr(each, name) for each in samples]) for name in ("resident", "private", "descriptors", "threads"))
    return Slope(label, len(samples), *grown, samples[-1])


def growth(at, values):
    """Theil and Sen's slope: the median over all pairs, which one busy moment does not move."""
    hours, held = np.asarray(at, float), np.asarray(values, float)
    first, second = np.triu_indices(len(hours), 1)
    apart = hours[second] - hours[first]
    return float(np.median((held[second] - held[first])[apart > 0] / apart[apart > 0]))


def tell(title, slopes):
    """Print the table for people."""
    table = Table("process", "samples", "RSS MB", "per h", "own MB", "per h", "descriptors", "per h", "threads", "per h", title=title)
    for each in slopes:
        table.add_row(
            each.process,
            str(each.samples),
            f"{each.last.resident:.1f}",
            f"{each.resident:+.3f}",
            f"{each.last.private:.1f}",
            f"{each.private:+.3f}",
            str(each.last.descriptors),
            f"{each.descriptors:+.3f}",
            str(each.last.threads),
            f"{each.threads:+.3f}",
        )
    Console(width=140).print(table)
