"""What a decision needs besides words: its pictures and its film by name, and which of it could not be read, with the reason."""

from collections.abc import Iterator
from threading import Lock

from bundle.asset import Asset, Film, Picture
from director.decision import NoticePage, ScreenDecision
from display.media.films import Films
from display.media.pictures import Pictures


class Material:
    """Looks at what the pages of decisions need before they are laid out; remembers what was *unreadable* when it was looked at last."""

    def __init__(self, pictures: Pictures, films: Films | None) -> None:
        self._pictures, self._films = pictures, films
        self._lock = Lock()
        self.unreadable: dict[str, str] = {}

    def lacking(self, decision: ScreenDecision) -> frozenset[str]:
        """The SHA-256 of what cannot be drawn now. Where no films run they have their pages all the same, on which posters stand still."""
        needed = dict(needs(decision))
        lacking = self._pictures.lacking(asset for asset in needed if isinstance(asset, Picture))
        lacking |= self._films.lacking(asset for asset in needed if isinstance(asset, Film)) if self._films else frozenset()
        problems = self._pictures.problems | (self._films.problems if self._films else {})
        names = {asset.sha256: name for asset, name in needed.items()}
        found = {sha256: f"{names[sha256]}: {problems[sha256]}" for sha256 in names if sha256 in lacking and sha256 in problems}
        # Replaced and not changed: the board reads it while others write.
        with self._lock:
            self.unreadable = {sha256: why for sha256, why in self.unreadable.items() if sha256 not in names} | found
        return lacking

    def forget(self) -> None:
        """Other content is in force."""
        self.unreadable = {}


def needs(decision: ScreenDecision) -> Iterator[tuple[Asset, str]]:
    """Every picture and film, and how people call it."""
    if isinstance(decision.main, NoticePage):
        notice = decision.main.notice
        for n, picture in enumerate(notice.pictures, 1):
            yield picture, f"{notice.id}: ảnh / picture {n}"
        if notice.film is not None:
            yield notice.film, f"{notice.id}: phim / film"
            yield notice.film.poster, f"{notice.id}: hình thay phim / poster"
    if decision.sponsor is not None:
        yield decision.sponsor.picture, f"{decision.sponsor.id}: ảnh / picture"
