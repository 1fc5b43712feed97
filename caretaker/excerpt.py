"""``python -m caretaker.excerpt``: gives the agent the end of one program's log. The log itself only the caretaker may read."""

import logging
import subprocess
import sys
from collections.abc import Callable

from pydantic import ValidationError

from bundle.orders import LogOf
from caretaker.last_words import journal
from device.excerpts import Excerpt, ExcerptRequest
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile
from evidence.excerpt import MOST_TEXT

log = logging.getLogger(__name__)
Listen = Callable[[LogOf, int], bytes]


def main() -> int:
    """Answer the question that lies there."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    answer(Paths.from_environment(), listen)
    return 0


def answer(paths: Paths, say: Listen) -> None:
    """Take the question away, and write its answer; what is no question is told and forgotten."""
    try:
        request = read_own(ExcerptRequest, paths.log_request)
    except FileNotFoundError:
        return
    except ValidationError as problem:
        log.warning("%s: không phải yêu cầu / is no request: %s", paths.log_request, problem)
        request = None
    paths.log_request.unlink(missing_ok=True)
    if request is not None:
        write_volatile(paths.log_excerpt, _excerpt(request, say).model_dump_json().encode())


def _excerpt(request: ExcerptRequest, say: Listen) -> Excerpt:
    try:
        words = say(request.program, request.lines)
    except (OSError, subprocess.SubprocessError) as problem:
        return Excerpt(request=request.request, failure=str(problem))
    return Excerpt(request=request.request, text=words[-MOST_TEXT:].decode(errors="replace"))


def listen(program: LogOf, lines: int) -> bytes:
    """The last *lines* of what the service of *program* said in this boot: the log lies in RAM."""
    return journal(lines, f"bangtin-{program}.service")


if __name__ == "__main__":
    sys.exit(main())
