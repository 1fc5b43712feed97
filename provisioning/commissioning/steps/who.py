"""Who lets a stopped unit go on, and by which PIN: the one they have, or a new one, of which the commune hears before it counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from bundle.errors import refuse
from bundle.trust.persons import person_of
from device.errors import TechnicianDeclined
from evidence.duties import Duty
from evidence.records import Maintained
from provisioning.commissioning.step import Site
from provisioning.holders import MAY_RESET, Right, add, entrust, holder_called, holders, renew, worth_its_name
from provisioning.probe import Pair
from provisioning.questions import Blank, Choice, Form, Line
from provisioning.service.visits import add_visit

WHERE = "Công tắc dừng / stop switch"
VISITOR, SUCCESSOR = "visitor", "successor"


class NewPin(Line):
    """A PIN that is to be known from now on: instead of one that anybody would guess another is asked for."""

    def read(self, text: str) -> str:
        """The PIN."""
        pin = super().read(text)
        worth_its_name(pin)
        return pin


@dataclass(frozen=True)
class _Way:
    """*name*, who *has* a PIN or none, lets it go on by it or by a *new* one; an empty name is somebody whom nobody named yet."""

    name: str = ""
    has: bool = False
    new: bool = True

    @property
    def value(self) -> str:
        return f"{'new' if self.new else 'own'} {self.name}".strip()

    @property
    def words(self) -> Pair:
        if not self.name:
            return "Người khác: đặt PIN mới", "somebody else: a new PIN"
        if not self.new:
            return f"{self.name}: gõ PIN của mình", f"{self.name}: types their own PIN"
        if self.has:
            return f"{self.name}: quên PIN, đặt PIN mới", f"{self.name}: it is forgotten, a new PIN"
        return f"{self.name}: chưa có PIN, đặt PIN mới", f"{self.name}: has none, a new PIN"


def who(site: Site) -> tuple[str, str]:
    """Name and PIN of who lets the unit go on. ``Refused`` where nobody is named; ``TechnicianDeclined`` passes through."""
    named = _once(site.book.state.duties[duty] for duty in Duty if duty in MAY_RESET and duty in site.book.state.duties)
    able = [each.name for each in holders(site.paths) if each.may(Right.RESET)]
    known = _once((*able, *(name for name in named if holder_called(site.paths, name))))
    if not known and site.record.confirmed is None:
        if not named:
            do = "ghi tên người phụ trách thiết bị trước / name a holder of the equipment first"
            raise refuse(WHERE, "đã dừng, chưa ai mở lại được / it stopped, and nobody may let it go on", do)
        try:
            return _first(site, named[0])
        except TechnicianDeclined:
            site.technician.tell((f"{named[0]} không có ở đây", f"{named[0]} is not here"))
    way = _asked(site, known, _once((*known, *named))[len(known) :])
    if way.new:
        return _renewed(site, way.name)
    entrust(site.paths, way.name, _duties(site, way.name))
    words = (f"{way.name} tự gõ PIN riêng của mình để mở lại", f"{way.name} types their own PIN to let it go on")
    return way.name, site.technician.ask(Line("pin", words, secret=True))


def _once(names: Iterable[str]) -> list[str]:
    """Each person once, as they are spelt first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(person_of(name), name)
    return list(found.values())


def _duties(site: Site, name: str) -> tuple[Duty, ...]:
    """The duties for which *name* is named and that let a unit go on."""
    return tuple(duty for duty, holder in site.book.state.duties.items() if duty in MAY_RESET and person_of(holder) == person_of(name))


def _first(site: Site, name: str) -> tuple[str, str]:
    """The first PIN of a unit at which no horn may sound yet, for all duties of *name*: the commissioning's own record tells of it."""
    pin = _new_pin(site, name)
    add(site.paths, name, tuple(duty for duty, holder in site.book.state.duties.items() if person_of(holder) == person_of(name)), pin)
    return name, pin


def _asked(site: Site, known: list[str], others: list[str]) -> _Way:
    """How one of those who are *known* by a PIN, of the *others* who are named, or somebody else, lets it go on."""
    ways = (*(_Way(name, True, new) for new in (False, True) for name in known), *map(_Way, others), _Way())
    words = ("Ai có mặt ở đây để mở lại?", "who is here to let it go on?")
    hint = ("Đặt PIN mới thì được ghi lại và báo về xã", "a new PIN goes on record, and the commune hears of it")
    answer = site.technician.ask(Choice("who", words, tuple((way.value, way.words) for way in ways), hint=hint))
    return next(way for way in ways if way.value == answer)


def _renewed(site: Site, name: str) -> tuple[str, str]:
    """A new PIN for *name*, or for whom the visitor names: on record before it counts, and good for no more than letting the unit go on."""
    visitor, person = _names(site, name)
    pin = _new_pin(site, person)
    _tell_home(site, visitor, person)
    holder, duties = holder_called(site.paths, person), _duties(site, person)
    if not duties and (holder is None or not holder.may(Right.RESET)):
        duties = (Duty.EQUIPMENT,)
        site.book.change(duties={**site.book.state.duties, Duty.EQUIPMENT: person})
    if holder is None:
        add(site.paths, person, duties, pin)
    else:
        entrust(site.paths, person, duties)
        renew(site.paths, person, pin)
    return person, pin


def _tell_home(site: Site, visitor: str, person: str) -> None:
    what = f"PIN mới cho {person}, mở lại thiết bị đã bị dừng · a new PIN, to let the stopped unit go on"
    try:
        add_visit(site.paths, Maintained(n=0, at=site.clock.now().stamp(), person=visitor, what=what), site.clock.simulated)
    except OSError as problem:
        told = f"không ghi được nên không đặt PIN mới / cannot be written, so no PIN is set: {problem.strerror}"
        raise refuse(str(site.paths.visits), told, "thay thẻ nhớ, hoặc dọn chỗ / replace the card, or make room") from None


def _names(site: Site, name: str) -> tuple[str, str]:
    """Who sets the new PIN, and for whom; after a confirmation nobody's name stands there already, and must be written."""
    usual = (site.book.state.technician or "") if site.record.confirmed is None else ""
    blanks = [Blank(VISITOR, ("Tên của bạn, người đặt PIN mới", "your name, who sets the new PIN"), usual)]
    if not name:
        blanks.append(Blank(SUCCESSOR, ("Ai mở lại, và từ nay phụ trách thiết bị?", "who lets it go on, and holds the equipment now?")))
    told = site.technician.ask(Form("new-pin", ("Ai đặt PIN mới?", "who sets a new PIN?"), tuple(blanks)))
    visitor, person = told.get(VISITOR), name or told.get(SUCCESSOR)
    if visitor is None or person is None:
        do = "làm lại, ghi đủ tên / do it again, with every name"
        raise refuse("PIN mới / a new PIN", "chưa ghi đủ tên / a name is missing", do)
    return visitor, person


def _new_pin(site: Site, name: str) -> str:
    words = (f"{name} chọn PIN riêng của mình và tự gõ", f"{name} chooses a PIN of their own and types it")
    hint: Pair = ("ít nhất 6 số, chỉ người đó biết", "six figures at least, known to nobody else")
    return site.technician.ask(NewPin("pin", words, hint=hint, secret=True))
