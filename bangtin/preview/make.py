"""From a draft to a folder of pictures: every page drawn, a sheet for each board, and a page that shows them all."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from bangtin.preview.boards import Board, boards, unseen
from bangtin.preview.paint import Result, Task, paint
from bangtin.preview.report import Found, page
from bangtin.preview.scenes import Kind, Scene, scenes
from bangtin.preview.sheet import Cell, sheet
from bangtin.preview.work import each
from bundle.alert import Alert
from bundle.errors import Refused, refuse
from bundle.manifest import Bundle
from bundle.parse import complaints, parse
from display.look.theme import Light

DIED = "trình vẽ chết giữa chừng / the renderer died while drawing it"
_OURS = ("pages", "small", "preview.json", "index.html")

Tick = Callable[[int, str], None]
"""How many pictures there will be in all, and of what the last one was."""


def make_preview(draft: Path, out: Path, names: list[str], processes: int, tick: Tick) -> Found:
    """Draw *draft* into *out* on the boards called *names*, on all when none is; ``Refused`` when it is no draft of ours."""
    bundle, alerts = _bundle(draft), dict(_alerts(draft))
    shapes, every = boards(bundle.layouts, names), scenes(bundle, alerts)
    _cleared(draft, out)
    tasks = [
        Task(draft, out, board, light, scene, bundle.made, bundle.layouts) for board in shapes for scene, light in _lit(every, board.lights)
    ]
    results: dict[tuple[str, str, Light], Result] = {}
    for task, result in each(paint, tasks, processes):
        results[task.board.name, task.scene.name, task.light] = result or Result((), DIED)
        tick(len(tasks), f"{task.board.name} · {task.scene.item}")
    found = Found(bundle, shapes, every, results, () if names else unseen(bundle.layouts))
    for board in shapes:
        sheet(list(_cells(found, board, out)), f"{bundle.title} · {board}", out / f"sheet-{board.name}.png")
    (out / "preview.json").write_text(found.model().model_dump_json(indent=1), encoding="utf-8")
    (out / "index.html").write_text(page(found), encoding="utf-8")
    return found


def _bundle(draft: Path) -> Bundle:
    path = draft / "bundle.json"
    if not path.is_file():
        first = "làm bản thảo trước / make the draft first: bangtin publish draft"
        raise refuse(str(draft), "không phải bản thảo / not a draft: bundle.json", first)
    return parse(Bundle, path.read_bytes(), "bundle.json")


def _alerts(draft: Path) -> Iterator[tuple[str, Alert]]:
    for path in sorted((draft / "alerts").glob("*.json")):
        try:
            yield path.stem, Alert.model_validate_json(path.read_bytes())
        except ValidationError as problem:
            raise Refused(*complaints(problem, f"alerts/{path.name}")) from None


def _cleared(draft: Path, out: Path) -> None:
    """Only what an earlier preview made is ours to delete."""
    if out.resolve().is_relative_to(draft.resolve()) or draft.resolve().is_relative_to(out.resolve()):
        raise refuse(str(out), "nằm trong bản thảo hoặc chứa nó / lies in the draft or holds it", "chọn --out khác / choose another --out")
    if out.exists() and any(out.iterdir()) and not (out / "preview.json").is_file():
        raise refuse(str(out), "không phải lần xem trước cũ / not an earlier preview", "chọn --out khác / choose another --out")
    for old in (*(out / name for name in _OURS), *out.glob("sheet-*.png")):
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    # From now on it is ours, also when drawing is broken off.
    (out / "preview.json").write_text("{}", encoding="utf-8")


def _lit(every: tuple[Scene, ...], lights: tuple[Light, ...]) -> Iterator[tuple[Scene, Light]]:
    """Everything in the first light, and one of each kind in the others: they differ in nothing but colours."""
    first, *rest = lights
    yield from ((scene, first) for scene in every)
    samples = [next(scene for scene in every if scene.kind is kind) for kind in Kind if any(scene.kind is kind for scene in every)]
    yield from ((scene, light) for light in rest for scene in samples)


def _cells(found: Found, board: Board, out: Path) -> Iterator[Cell]:
    for scene in found.scenes:
        on = found.of(board, scene)
        for pages, note in ((on.pages, ""), (on.others, " · ban đêm")):
            for number, drawn in enumerate(pages, 1):
                told = f"{scene.kind.value[0]} · {scene.language} · {number}/{len(pages)} · {drawn.seconds:.0f} s{note}"
                yield Cell(out / drawn.small, scene.title, told)
