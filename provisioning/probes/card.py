"""The card's health: what it says of itself, how fast it takes a write, and whether its file system has met errors."""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from device.block import block_device, card_folder, file_system_errors, reserve_level
from device.paths import Paths
from device.settings import Limits
from device.sysfs import text
from provisioning.advice import BUNDLE
from provisioning.probe import Finding, Pair, Verdict

SPEED: Pair = ("Tốc độ thẻ nhớ", "speed of the card")
SYNC: Pair = ("Thẻ nhớ: ghi chắc", "card: a durable write")
ERRORS: Pair = ("Lỗi hệ tệp", "file system errors")
MAKE: Pair = ("Thẻ nhớ: hiệu và tuổi", "card: make and age")
REPLACE: Pair = ("thay thẻ loại A1/A2 bền (High Endurance)", "replace it by an A1/A2 card of high endurance")
BLOCK = 4 << 20
SMALL, TIMES = 4096, 20
WORN = 3
"""As of :func:`device.block.reserve_level`."""


@dataclass(frozen=True)
class CardProbe:
    """Writes some megabytes where the state lies, reads them back past the page cache, and asks the kernel about the card below."""

    paths: Paths
    limits: Limits

    def look(self) -> tuple[Finding, ...]:
        """Slow: a warning; read back differently, or met errors: not ready; what nobody tells is unknown."""
        folder = self.paths.state
        try:
            folder.mkdir(parents=True, exist_ok=True)
            speed, same, slow = measure(folder)
        except OSError as problem:
            observed = (f"{folder}: {problem.strerror}", f"{folder}: {problem.strerror}")
            wanted = ("ghi và đọc lại đúng", "written and read back the same")
            return (Finding(Verdict.NOT_READY, SPEED, observed, wanted, REPLACE),)
        device = block_device(self.paths, folder)
        return (self._speed(speed, same), self._sync(slow), _errors(self.paths, device), _make(device))

    def _speed(self, speed: float, same: bool) -> Finding:
        least = self.limits.write_mb_s
        wanted = (f"ghi ≥ {least:g} MB/s, đọc lại đúng", f"writes ≥ {least:g} MB/s, reads back the same")
        if not same:
            return Finding(Verdict.NOT_READY, SPEED, ("đọc lại khác", "read back differently"), wanted, REPLACE)
        verdict = Verdict.GOOD if speed >= least else Verdict.WARNING
        return Finding(verdict, SPEED, (f"{speed:.1f} MB/s", f"{speed:.1f} MB/s"), wanted, REPLACE)

    def _sync(self, seconds: float) -> Finding:
        most = self.limits.sync_ms
        wanted = (f"9 trong 10 lần ≤ {most:g} ms", f"nine of ten within {most:g} ms")
        verdict = Verdict.GOOD if seconds * 1000 <= most else Verdict.WARNING
        return Finding(verdict, SYNC, (f"{seconds * 1000:.0f} ms", f"{seconds * 1000:.0f} ms"), wanted, REPLACE)


def measure(folder: Path) -> tuple[float, bool, float]:
    """MB/s of one large write with its sync, whether it reads back the same, and the seconds within which nine of ten small ones end."""
    path, data = folder / ".card-probe", os.urandom(BLOCK)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        path.unlink()  # whatever happens now, nothing of it stays
        began = time.monotonic()
        _all(descriptor, data)
        os.fsync(descriptor)
        speed = BLOCK / 1e6 / max(time.monotonic() - began, 1e-6)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        same = hashlib.sha256(os.pread(descriptor, BLOCK, 0)).digest() == hashlib.sha256(data).digest()
        spans = sorted(_small(descriptor, data))
    finally:
        os.close(descriptor)
    return speed, same, spans[TIMES * 9 // 10 - 1]


def _small(descriptor: int, data: bytes) -> Iterator[float]:
    for number in range(TIMES):
        began = time.monotonic()
        os.pwrite(descriptor, data[:SMALL], number * SMALL)
        os.fdatasync(descriptor)
        yield time.monotonic() - began


def _all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _errors(paths: Paths, device: Path | None) -> Finding:
    wanted = ("không có lỗi nào", "none")
    count = file_system_errors(paths, device)
    if count is None:
        return Finding(Verdict.WARNING, ERRORS, ("chưa rõ", "unknown"), wanted, BUNDLE)
    if count == 0:
        return Finding(Verdict.GOOD, ERRORS, ("0", "0"), wanted)
    do = ("tải Gói hỗ trợ, rồi thay thẻ", "take the support bundle, then replace the card")
    return Finding(Verdict.NOT_READY, ERRORS, (f"{count} lỗi", f"{count} errors"), wanted, do)


def _make(device: Path | None) -> Finding:
    wanted = ("biết hiệu, còn tốt", "known, and not worn out")
    folder = card_folder(device)
    if folder is None:
        do = ("ghi hiệu và ngày mua thẻ vào biên bản", "write its make and date of purchase on the handover sheet")
        return Finding(Verdict.WARNING, MAKE, ("chưa rõ, không phải thẻ SD", "unknown, no SD card"), wanted, do)
    told = f"{text(folder / 'name') or '?'}, {text(folder / 'date') or '?'}"
    if (reserve_level(folder) or 0) >= WORN:
        return Finding(Verdict.NOT_READY, MAKE, (f"{told}: sắp hỏng", f"{told}: worn out"), wanted, REPLACE)
    return Finding(Verdict.GOOD, MAKE, (told, told), wanted)
