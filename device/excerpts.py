"""Asking the caretaker for the end of a program's log, which the agent may not read itself: a question and an answer in RAM."""

import secrets
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Identifier, Model
from bundle.orders import MOST_LINES, LogOf
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile


class ExcerptRequest(Model):
    """The last *lines* of the log of *program*; *request* names the answer."""

    format: Literal[1] = 1
    request: Identifier
    program: LogOf
    lines: Annotated[int, Field(ge=1, le=MOST_LINES)]


class Excerpt(Model):
    """What the log ends with in this boot, or in a *failure* why it cannot be read."""

    format: Literal[1] = 1
    request: Identifier
    text: str = ""
    failure: str = ""


def request_excerpt(paths: Paths, program: LogOf, lines: int) -> str:
    """Put the question; the name of its answer."""
    asked = secrets.token_hex(8)
    write_volatile(paths.log_request, ExcerptRequest(request=asked, program=program, lines=lines).model_dump_json().encode())
    return asked


def excerpt_for(paths: Paths, asked: str) -> Excerpt | None:
    """The answer to *asked*, once it is there."""
    try:
        answer = read_own(Excerpt, paths.log_excerpt)
    except (FileNotFoundError, ValidationError):
        return None
    return answer if answer.request == asked else None
