"""The templates of all pages, and what every one of them may use."""

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from evidence.duties import DUTY_WORDS
from evidence.records import Shown
from registry.fleet.states import Link, State
from registry.people.roles import Role
from registry.web import navigation, words


def environment() -> Environment:
    """The templates: everything is escaped, and a name that is missing is our mistake."""
    made = Environment(
        loader=PackageLoader("registry.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(words=words, navigation=navigation, duty_words=DUTY_WORDS, Role=Role, State=State, Link=Link)
    made.tests["shown"] = lambda receipt: isinstance(receipt, Shown)
    return made


PAGES: web.AppKey[Environment] = web.AppKey("pages", Environment)
