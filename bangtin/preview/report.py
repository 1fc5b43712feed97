"""What a preview found: for every item and board the pages and seconds that it takes; as a model, and as a page to read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from bangtin.preview.boards import Board
from bangtin.preview.paint import Drawn, Result
from bangtin.preview.scenes import Kind, Scene
from bundle.base import Model
from bundle.manifest import Bundle
from bundle.schedule import VIETNAM
from display.look.theme import Light


class PageSeen(Model):
    """One drawn page."""

    file: str
    seconds: float


class Seen(Model):
    """What one version of one item came to on one board in one light."""

    board: str
    kind: str
    item: str
    language: str
    light: str
    pages: tuple[PageSeen, ...]
    problem: str = ""


class Preview(Model):
    """``preview.json``: everything that was drawn, for programs to read."""

    format: Literal[1] = 1
    channel: str
    version: int
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class OnBoard:
    """One version of an item on one *board*, in its first light; *others* are its pages in another light."""

    board: Board
    pages: tuple[Drawn, ...]
    others: tuple[Drawn, ...]
    share: float
    cut: bool

    @property
    def seconds(self) -> float:
        """How long it stays."""
        return sum(page.seconds for page in self.pages)


@dataclass(frozen=True)
class Found:
    """All results of a draft."""

    bundle: Bundle
    boards: Sequence[Board]
    scenes: Sequence[Scene]
    results: Mapping[tuple[str, str, Light], Result]
    unseen: Sequence[str] = ()

    def of(self, board: Board, scene: Scene) -> OnBoard:
        """*scene* on *board*: *share* of the round of notices, *cut* when its words change before they can be read."""
        first, *rest = board.lights
        pages = self._result(board, scene, first).pages
        others = tuple(page for light in rest for page in self._result(board, scene, light).pages)
        seconds = sum(page.seconds for page in pages)
        share = seconds / max(1.0, self.round(board)) if scene.kind is Kind.NOTICE else 0.0
        return OnBoard(board, pages, others, share, scene.until is not None and seconds > scene.until)

    def of_kind(self, kind: Kind) -> list[Scene]:
        """The scenes of that *kind*, in their order."""
        return [scene for scene in self.scenes if scene.kind is kind]

    def round(self, board: Board) -> float:
        """Seconds until every notice has been on *board* once."""
        return sum(page.seconds for scene in self.of_kind(Kind.NOTICE) for page in self._result(board, scene, board.lights[0]).pages)

    def pages(self, board: Board) -> int:
        """How many different pages *board* shows."""
        return sum(len(self._result(board, scene, board.lights[0]).pages) for scene in self.scenes)

    def problems(self) -> list[str]:
        """What could not be drawn, each with its reason; one that is wrong on every board in the same way is told once."""
        told: dict[tuple[str, str], list[str]] = {}
        names = {scene.name: scene for scene in self.scenes}
        for (board, name, _), result in self.results.items():
            if result.problem:
                scene = names[name]
                told.setdefault((f"{scene.item} ({scene.language})", result.problem), []).append(board)
        lines = [f"{where} [{', '.join(dict.fromkeys(boards))}]: {problem}" for (where, problem), boards in told.items()]
        return lines + [f"bố cục / layout “{name}”: không có cỡ bảng mẫu nào hợp / meant for no board here" for name in self.unseen]

    def model(self) -> Preview:
        """The same for programs."""
        names = {scene.name: scene for scene in self.scenes}
        seen = [
            Seen(
                board=board,
                kind=names[name].kind.name.lower(),
                item=names[name].item,
                language=names[name].language,
                light=light.name.lower(),
                pages=tuple(PageSeen(file=page.file, seconds=round(page.seconds, 1)) for page in result.pages),
                problem=result.problem,
            )
            for (board, name, light), result in sorted(self.results.items(), key=lambda each: (each[0][0], each[0][1], each[0][2].value))
        ]
        return Preview(channel=self.bundle.channel, version=self.bundle.version, seen=tuple(seen))

    def _result(self, board: Board, scene: Scene, light: Light) -> Result:
        return self.results.get((board.name, scene.name, light), Result(()))


def page(found: Found) -> str:
    """``index.html``: needs no other file but the pictures beside it."""
    environment = Environment(
        loader=PackageLoader("bangtin.preview"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(span=span, local=local)
    return environment.get_template("index.html").render(found=found, kinds=Kind)


def span(seconds: float) -> str:
    """Seconds as people say them: 45 giây, 3 phút 05."""
    whole = round(seconds)
    return f"{whole} giây" if whole < 60 else f"{whole // 60} phút {whole % 60:02}"


def local(instant: datetime) -> str:
    """21/11/2026 12:00, Vietnamese time."""
    return f"{instant.astimezone(ZoneInfo(VIETNAM)):%d/%m/%Y %H:%M}"
