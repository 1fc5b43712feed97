"""``python -m caretaker.reboot``: answers who asked for a reboot. It has no right to reboot: it leaves a file, and systemd obeys."""

import logging
import sys
from pathlib import Path

from pydantic import ValidationError

from caretaker.budget import of_today
from caretaker.settings import settings_of
from caretaker.software.trial import Phase, read_trial
from device.caretaker_settings import CaretakerSettings
from device.clock import make_clock
from device.durable import replace
from device.own import read_own
from device.paths import Paths
from device.reboots import DEATHS, Answer, Reboot, Reboots, Request
from device.status import BELIEVED, fresh, read_status, write_volatile
from director.moment import Moment

log = logging.getLogger(__name__)


def main() -> int:
    """Answer every request that lies there; 0 also when none was granted."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    paths = Paths.from_environment()
    settings = settings_of(paths)
    judge(paths, settings.caretaker, make_clock(settings, paths).now())
    return 0


def judge(paths: Paths, limits: CaretakerSettings, now: Moment) -> None:
    """Answer each request, and take it away; a granted one is on the card before the unit can obey it."""
    paths.reboot_granted.unlink(missing_ok=True)
    for file in sorted(paths.reboot_requests.glob("*.json")):
        request = _read(file)
        file.unlink(missing_ok=True)
        if request is None:
            log.warning("%s: không phải yêu cầu khởi động lại / is no request for a reboot", file.name)
        elif answer(paths, request, limits, now).granted:
            return


def answer(paths: Paths, request: Request, limits: CaretakerSettings, now: Moment) -> Answer:
    """The answer to one *request*, told to whoever asked."""
    before = of_today(_before(paths), now)
    reasons = refusals(paths, request.by, before, limits, now)
    if not reasons:
        granted = Reboot(by=request.by, reason=request.reason, at=now.stamp(), order=request.order)
        replace(paths.reboots, Reboots(reboots=(*before, granted)).model_dump_json().encode())
    said = Answer(by=request.by, granted=not reasons, reasons=reasons, at=now.stamp(), order=request.order)
    write_volatile(paths.reboot_answer, said.model_dump_json().encode())
    if said.granted:
        log.warning("khởi động lại theo yêu cầu của / rebooting for %s: %s", request.by, request.reason)
        write_volatile(paths.reboot_granted, b"")
    else:
        log.warning("không khởi động lại cho / no reboot for %s (%s): %s", request.by, request.reason, "; ".join(reasons))
    return said


def refusals(paths: Paths, by: str, before: tuple[Reboot, ...], limits: CaretakerSettings, now: Moment) -> tuple[str, ...]:
    """Why not now; nothing when the unit may reboot."""
    reasons = []
    voice = read_status(paths, "audio")
    if voice is not None and voice.sounding is not None and fresh(voice, now, BELIEVED):
        reasons.append(f"loa đang phát / the loudspeaker sounds: {voice.sounding.item}")
    if len(before) >= limits.reboots:
        reasons.append(f"đã khởi động lại {len(before)} lần trong 24 giờ / rebooted {len(before)} times in 24 hours, no more is allowed")
    if by == DEATHS and _on_trial(paths):
        reasons.append("đang thử một bản phần mềm, hỏng thì tự quay về / a release is on trial, and goes back by itself when it is bad")
    return tuple(reasons)


def _on_trial(paths: Paths) -> bool:
    """Whether another version is being judged: its deaths are for its judge, whom a reboot would cut off.

    Not while it is left: where that fails again and again, starting anew is what remains.
    """
    try:
        trial = read_trial(paths)
    except (OSError, ValidationError):
        return False
    return trial is not None and trial.phase is Phase.TRYING


def _read(file: Path) -> Request | None:
    try:
        return read_own(Request, file)
    except (OSError, ValidationError):
        return None


def _before(paths: Paths) -> tuple[Reboot, ...]:
    """The granted ones; a damaged list is told and begun anew: a unit that may never reboot again would be worse."""
    try:
        return read_own(Reboots, paths.reboots).reboots
    except FileNotFoundError:
        return ()
    except ValidationError:
        log.exception("%s: hỏng, bắt đầu lại / damaged, begun anew", paths.reboots)
        return ()


if __name__ == "__main__":
    sys.exit(main())
