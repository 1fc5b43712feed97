"""What those who answer for the speech of a draft look at: who says what, what the machine makes of it, what was mended; one page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bundle.asset import Clip, blob_path
from registry.making.sound.remarks import Remark

PAGE = "review.html"
REFUSED_PAGE = "refused.html"


@dataclass(frozen=True)
class Heard:
    """One piece of speech: *by* which voice or from which file, the words *said* by a machine, *remarks* and *picture* of a recording.

    *guessed* are abbreviations of which nobody told the machine how to say them. Without a *clip* it was refused.
    """

    where: str
    title: str
    reviewer: str
    by: str
    said: str = ""
    guessed: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    picture: str = ""
    clip: Clip | None = None

    def lines(self) -> list[str]:
        """What the officer reads on the way."""
        told = [str(remark) for remark in self.remarks]
        if self.said:
            told.append(
                f"máy sẽ đọc, {self.reviewer} duyệt / the machine says, answered for by {self.reviewer}: {' '.join(self.said.split())}"
            )
        if self.guessed:
            advice = "thêm vào words.toml, hoặc viết đủ chữ / add it to words.toml, or write it out"
            told.append(f"chữ viết tắt lạ / unknown abbreviations: {', '.join(self.guessed)} → {advice}")
        return told


@dataclass
class Review:
    """All speech of one draft in the order in which it was made."""

    heard: list[Heard] = field(default_factory=list)
    _told: int = 0

    def add(self, heard: Heard) -> None:
        """One more piece, whose clip is not made yet."""
        self.heard.append(heard)

    def finished(self, clip: Clip) -> None:
        """The clip of the last piece."""
        self.heard[-1] = replace(self.heard[-1], clip=clip)

    def news(self) -> list[str]:
        """What is to be told since the last call."""
        fresh, self._told = self.heard[self._told :], len(self.heard)
        return [line for heard in fresh for line in heard.lines()]


def page(title: str, heard: Sequence[Heard]) -> str:
    """One HTML page that needs no other file but the blobs of the draft beside it."""
    environment = Environment(loader=PackageLoader("registry.making"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template(PAGE).render(title=title, heard=heard, blob=blob_path, drawn=Markup)
