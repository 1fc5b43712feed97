"""``index.html``: the archive for a clerk to read. The same facts always make the same page, so that it can be checked as well."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from bangtin.archive import words
from bangtin.archive.draw import Drawn, receipt_name, sound_name
from bangtin.archive.facts import Facts, Receipt, Said
from bundle.asset import blob_path
from evidence.records import Rung, Shown, Sounded


def page(said: Said, found: Facts, drawn: Drawn) -> str:
    """The whole page."""
    environment = Environment(
        loader=PackageLoader("bangtin.archive"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(words=words, blob_path=blob_path, receipt_name=receipt_name, sound_name=sound_name, rung=rung, kind=kind)
    return environment.get_template("index.1.html").render(said=said, facts=found, drawn=drawn)


def rung(receipt: Receipt) -> Rung:
    """How strongly it is known; frames that were handed to the display left the driver, and nobody looked at the glass."""
    match receipt.line:
        case Sounded() as line:
            return line.rung
        case Shown() as line:
            return Rung.LEFT_DRIVER if line.frames else Rung.UNKNOWN
        case _:
            return Rung.UNKNOWN


def kind(receipt: Receipt) -> str:
    """The journal's word for it."""
    return receipt.line.kind
