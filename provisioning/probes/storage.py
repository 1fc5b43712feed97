"""The card: does what was written durably come back, and is there room."""

import os
import shutil
from dataclasses import dataclass

from device.durable import replace
from device.paths import Paths
from provisioning.probe import Finding, Verdict

SUBJECT = ("Thẻ nhớ", "storage")
ENOUGH = 1 << 30
TOO_LITTLE = 200 << 20
SAMPLE = 64 * 1024


@dataclass(frozen=True)
class StorageProbe:
    """Writes with the one durable write, reads it back, and weighs the free space (bytes)."""

    paths: Paths

    def look(self) -> tuple[Finding, ...]:
        """Written and read back with a gibibyte free: good; less: a warning; too little, or not what was written: not ready."""
        sample = os.urandom(SAMPLE)
        target = self.paths.state / "probe"
        wanted = ("ghi và đọc lại đúng", "written and read back the same")
        do = ("rút điện 10 giây rồi cắm lại; vẫn vậy thì thay thẻ nhớ", "unplug it for 10 s; if it stays so, replace the card")
        try:
            replace(target, sample)
            same = target.read_bytes() == sample
            target.unlink()
        except OSError as problem:
            observed = (f"{target}: {problem.strerror}", f"{target}: {problem.strerror}")
            return (Finding(Verdict.NOT_READY, SUBJECT, observed, wanted, do),)
        if not same:
            return (Finding(Verdict.NOT_READY, SUBJECT, ("đọc lại khác", "read back differently"), wanted, do),)
        return (Finding(Verdict.GOOD, SUBJECT, wanted, wanted), self._room(shutil.disk_usage(self.paths.state).free))

    def _room(self, free: int) -> Finding:
        verdict = Verdict.GOOD if free >= ENOUGH else Verdict.WARNING if free >= TOO_LITTLE else Verdict.NOT_READY
        amount = f"{free / 2**20:,.0f} MiB"
        do = ("", "") if verdict is Verdict.GOOD else ("dọn thẻ hoặc dùng thẻ lớn hơn", "make room or use a larger card")
        return Finding(verdict, ("Chỗ trống", "free space"), (amount, amount), (f"≥ {ENOUGH >> 20} MiB", f"≥ {ENOUGH >> 20} MiB"), do)
