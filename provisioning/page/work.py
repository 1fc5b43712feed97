"""What takes time on the page: one piece of work at a time, in a thread or a task of its own, whose words the phone follows."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from bundle.errors import Complaint, Refused, refuse
from device.errors import SeamError
from provisioning.page.technician import PageTechnician
from provisioning.page.wrong import of_card
from provisioning.probe import Pair

DONE: Pair = ("✓ Xong", "Done")
OURS = Complaint(
    "chương trình / program",
    "chương trình gặp lỗi và tự chạy lại / the program made a mistake and starts again",
    "giữ nút dịch vụ, hoặc tắt bật lại, để mở lại trang / hold the service button, or cut the power, to open the page again",
)
log = logging.getLogger(__name__)
Asking = Callable[[PageTechnician], Pair]
"""Work that asks; what it says at its end stands on the phone in large letters."""


@dataclass
class Piece:
    """One piece of work under its *name*; *done* when it has ended; *failed* says what went wrong then, else *end* what came of it."""

    name: Pair
    technician: PageTechnician = field(default_factory=PageTechnician)
    done: bool = False
    failed: tuple[Complaint, ...] = ()
    end: Pair = DONE


class Work:
    """The piece under way, or the last one."""

    def __init__(self) -> None:
        self.piece: Piece | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self.piece is not None and not self.piece.done

    @property
    def mistake(self) -> BaseException | None:
        """What the last piece died of, if that was a mistake of ours."""
        ended = self._task is not None and self._task.done() and not self._task.cancelled()
        return self._task.exception() if self._task is not None and ended else None

    def ask_in_thread(self, name: Pair, asking: Asking) -> Piece:
        """Run *asking* in a thread, its questions on the phone; ``Refused`` while something else is under way."""
        piece = self._begin(name)
        self._task = asyncio.create_task(self._follow(piece, asyncio.to_thread(asking, piece.technician)))
        return piece

    def go(self, name: Pair, make: Callable[[Piece], Coroutine[object, object, Pair]]) -> Piece:
        """Run what *make* makes; ``Refused`` while something else is under way."""
        piece = self._begin(name)
        self._task = asyncio.create_task(self._follow(piece, make(piece)))
        return piece

    async def end(self) -> None:
        """Leave every question open, and wait for what is under way: nothing is left half done."""
        if self.piece is not None:
            self.piece.technician.close()
        if self._task is not None:
            await asyncio.wait({self._task})

    def _begin(self, name: Pair) -> Piece:
        if self.busy and self.piece is not None:
            what = f"đang làm: {self.piece.name[0]} / under way: {self.piece.name[1]}"
            raise refuse("trang / page", what, "chờ xong rồi làm tiếp / wait until it is done")
        self.piece = Piece(name)
        return self.piece

    async def _follow(self, piece: Piece, running: Coroutine[object, object, Pair]) -> None:
        try:
            piece.end = await running
        except Refused as refused:
            piece.failed = refused.complaints
        except SeamError as problem:
            piece.failed = (Complaint(piece.name[0], str(problem)),)
        except OSError as problem:
            piece.failed = (OURS,)
            piece.failed = of_card(problem).complaints
        except Exception:
            piece.failed = (OURS,)
            raise
        finally:
            piece.done = True
            # Whoever waits for news gets it.
            piece.technician.close()
