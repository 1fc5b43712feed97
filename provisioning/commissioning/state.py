"""How far the commissioning of a unit has come: one durable file, replaced after every answered step, one writer at a time."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Identifier, Line, Model, Sha256
from bundle.errors import refuse
from device.durable import replace
from device.own import read_own
from device.paths import Paths
from evidence.duties import Duty
from evidence.records import Commissioned, Stamp
from evidence.visits import Checked
from provisioning.journal import locked


class Done(Model):
    """What became of a step, the *n*th that was done on this card; *settled*: nothing is left to do about it while its *basis* holds."""

    n: Annotated[int, Field(ge=1)]
    at: Stamp
    basis: Line
    settled: bool
    checked: Annotated[tuple[Checked, ...], Field(max_length=20)] = ()


class Commissioning(Model):
    """``commissioning.json``: the steps *done*, the *technician*, who holds which duty, the photographs.

    *cut* is when somebody was asked to pull the plug, until the unit has started again. *results* are those of the last confirmation:
    the handover sheet is made of them.
    """

    format: Literal[1] = 1
    done: Annotated[dict[Identifier, Done], Field(default_factory=dict)]
    technician: Line | None = None
    duties: Annotated[dict[Duty, Line], Field(default_factory=dict)]
    photos: Annotated[tuple[Sha256, ...], Field(max_length=10)] = ()
    cut: Stamp | None = None
    results: Commissioned | None = None


class Book:
    """The state on the card. Whoever changes it holds it *for* a while, alone (`writing`)."""

    def __init__(self, paths: Paths, state: Commissioning) -> None:
        self._paths = paths
        self.state = state

    def change(self, **fields: object) -> None:
        """Keep other *fields*; they are on the card when this returns. ``Refused`` when the card does not take them."""
        changed = self.state.model_copy(update=fields)
        try:
            replace(self._paths.commissioning, changed.model_dump_json(exclude_defaults=True).encode())
        except OSError as problem:
            what = f"không ghi được / cannot be written: {problem.strerror}"
            raise refuse(str(self._paths.commissioning), what, "thay thẻ nhớ, hoặc dọn chỗ / replace the card, or make room") from None
        self.state = changed

    def finish(self, step: str, basis: str, settled: bool, checked: tuple[Checked, ...], at: Stamp, **fields: object) -> None:
        """*step* is done, together with other *fields* that it answered: in one write, so that a power cut keeps both or neither."""
        n = max((done.n for done in self.state.done.values()), default=0) + 1
        entry = Done(n=n, at=at, basis=basis, settled=settled, checked=checked)
        self.change(done={**self.state.done, step: entry}, **fields)

    def keep_photo(self, data: bytes) -> Sha256:
        """A photograph, on the card under its digest when this returns."""
        digest = hashlib.sha256(data).hexdigest()
        replace(self._paths.photos / f"{digest}.webp", data)
        return digest


def read_state(paths: Paths) -> Commissioning:
    """The state, an empty one before there is any; ``Refused`` when it cannot be read."""
    try:
        return read_own(Commissioning, paths.commissioning)
    except FileNotFoundError:
        return Commissioning(done={}, duties={})
    except (OSError, ValidationError):
        do = "xoá tệp này rồi làm lại từ đầu / remove it and begin again"
        raise refuse(str(paths.commissioning), "tệp bị hỏng / the file is damaged", do) from None


@contextmanager
def writing(paths: Paths) -> Iterator[Book]:
    """The book, for this command alone; ``Refused`` while another one has it."""
    try:
        with locked(paths.photos, wait=False):
            yield Book(paths, read_state(paths))
    except BlockingIOError:
        what = "đang được lắp đặt ở trang của thiết bị hoặc cửa sổ lệnh khác / somebody is at it on the unit's page or another terminal"
        raise refuse(str(paths.commissioning), what, "làm tiếp ở đó / go on there") from None
    except OSError as problem:
        what = f"không ghi được / cannot be written: {problem.strerror}"
        raise refuse(str(paths.photos), what, "thay thẻ, hoặc chạy bằng quyền lắp đặt / replace the card, or run as technician") from None
