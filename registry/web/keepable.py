"""A letter or number that the database cannot keep is whoever sent it's mistake, whichever page they sent it to."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import DataError

from bundle.errors import refuse
from registry.web.answers import refusal

log = logging.getLogger(__name__)


@web.middleware
async def refusing_unkeepable(request: web.Request, handler: Handler) -> web.StreamResponse:
    """400 instead of a failure: PostgreSQL, unlike SQLite, keeps no NUL; the transaction it was in has ended with nothing done."""
    try:
        return await handler(request)
    except DataError as problem:
        log.warning("%s %r refused: %s", request.method, request.path, problem.orig)
        what = "có chữ hay số không lưu được / a letter or number in it cannot be kept"
        return refusal(400, refuse("request", what, "bỏ ký tự lạ rồi gửi lại / leave out strange characters and send it again"))
