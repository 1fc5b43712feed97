"""A photograph of the site, for those who will look for it."""

from dataclasses import dataclass

from device.errors import TechnicianDeclined
from evidence.records import MOST_PHOTO
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Outcome, Site
from provisioning.probe import Finding, Pair, Verdict
from provisioning.questions import Photo

SUBJECT: Pair = ("Ảnh nơi lắp", "photograph of the site")
WANTED: Pair = ("một ảnh thấy cả thiết bị", "one that shows the whole unit")


@dataclass(frozen=True)
class Photos:
    """Asks for one; a site without a photograph is no fault."""

    task: Task

    def do(self, site: Site) -> Outcome:
        """Settled either way."""
        words = ("Chụp một ảnh thấy cả bảng, loa và cột", "Take one photograph with board, horns and pole")
        try:
            data = site.technician.ask(Photo("photo", words, MOST_PHOTO))
        except TechnicianDeclined:
            do = ("chụp ở lần bảo dưỡng sau", "take one at the next visit")
            return Outcome((Finding(Verdict.WARNING, SUBJECT, ("không có", "none"), WANTED, do),), settled=True)
        digest = site.book.keep_photo(data)
        told = (f"{len(data) / 1000:.0f} kB", f"{len(data) / 1000:.0f} kB")
        return Outcome((Finding(Verdict.GOOD, SUBJECT, told, WANTED),), settled=True, answers={"photos": (digest,)})
