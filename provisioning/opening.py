"""Opening the loudspeaker at the unit itself: every reason against it is told before a PIN is asked, and nothing sounds then."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bundle.base import Identifier
from bundle.errors import refuse
from bundle.items import Phrase, Session
from device.clock import Clock, make_clock
from device.happened import load_happened
from device.inputs import OnSite
from device.onlooker import looking_on
from device.override import read_override, write_override
from device.paths import Paths
from device.settings import Microphone, Settings, load_settings
from device.shelf import Shelf
from device.status import BELIEVED, fresh, read_status
from device.unit import read_unit, site
from director.decision import Speak, Why
from director.happened import Happened
from director.moment import Moment
from director.override import openable, opened, refusal, tests
from director.programme import Programme
from director.rules import stopped
from director.sound import direct_sound
from evidence.override import Opened, Override
from provisioning.advice import ENROL, PAGE, PLUG
from provisioning.holders import Right, holder_called, prove
from provisioning.probes.ask_child import NoAnswer
from provisioning.probes.microphone import listen

VOICE = "audio"
WORDS = frozenset((Opened.PHRASE, Opened.SESSION))
WHERE = "loa tại chỗ / on-site opening"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to open: *item* is the phrase or session, a microphone has none; *line* is of a tone for one amplifier alone."""

    what: Opened
    item: Identifier | None = None
    urgent: bool = False
    line: Identifier | None = None


@dataclass(frozen=True)
class Unit:
    """This unit as its loudspeaker sees it: what is in force, and what *happened* so far."""

    paths: Paths
    settings: Settings
    clock: Clock
    programme: Programme
    happened: Happened

    def override(self, wish: Wish, holder: str) -> Override:
        """*wish* of *holder* as it would be written now."""
        before = read_override(self.paths)
        number = before.n + 1 if before else 1
        at = self.clock.now().stamp()
        return Override(n=number, holder=holder, what=wish.what, item=wish.item, line=wish.line, urgent=wish.urgent, at=at)


def this_unit(paths: Paths) -> Unit:
    """The unit below *paths*; ``Refused`` when it is not wired or not enrolled."""
    settings, record = load_settings(paths.unit_toml), read_unit(paths)
    if record is None or not paths.root_json.exists():
        raise refuse(str(paths.unit_json), "thiết bị chưa ghi danh / the unit is not enrolled", " / ".join(ENROL))
    clock = make_clock(settings, paths)
    moment = clock.now()
    with looking_on(paths.root, VOICE) as onlooker:
        programme = Shelf(onlooker, VOICE, paths.root_json.read_bytes()).programme(site(record, settings), moment)
    programme = replace(programme, stopped_on_site=OnSite(paths).stopped(moment), override=read_override(paths))
    return Unit(paths, settings, clock, programme, load_happened(paths, VOICE, clock))


def approved(unit: Unit) -> Iterator[tuple[Opened, Phrase | Session]]:
    """What a person may open here besides the microphone."""
    for _, item in openable(unit.programme, unit.clock.now()):
        yield (Opened.PHRASE if isinstance(item, Phrase) else Opened.SESSION), item


def check(unit: Unit, wish: Wish) -> float:
    """How many seconds *wish* may last if it is opened now; ``Refused`` with the reason when nothing would sound."""
    seconds = _allowed(unit, wish)
    if wish.what is Opened.MICROPHONE:
        hear(unit.settings.microphone)
    return seconds


def _allowed(unit: Unit, wish: Wish) -> float:
    _known(unit, wish)
    _loudspeaker_ready(unit, unit.clock.now())
    _nothing_open(unit)
    candidate = unit.override(wish, "?")
    programme, moment = replace(unit.programme, override=candidate), unit.clock.now()
    why = _reason(programme, moment, unit.happened, candidate)
    if why:
        raise refuse(WHERE, why, "làm lại khi hết lý do đó / do it again when that no longer holds")
    return opened(programme, moment, unit.happened).seconds


def open_on_site(unit: Unit, wish: Wish, name: str, pin: str) -> Override:
    """Let *name* open *wish* with their own *pin*; ``Refused`` otherwise. It is in force when this returns."""
    _allowed(unit, wish)
    right = Right.TEST if wish.what is Opened.TONE else Right.SPEAK
    return _opened(unit, wish, prove(unit.paths, name, pin, unit.clock.now(), right).name)


def open_proven(unit: Unit, wish: Wish, name: str) -> Override:
    """Let *name*, whose PIN was right on this phone a while ago, open *wish*; ``Refused`` also when the right is theirs no longer.

    Words that were approved beforehand, nothing else: for the microphone or a tone a PIN of a while ago is not enough.
    """
    words(wish.what)
    _allowed(unit, wish)
    known = holder_called(unit.paths, name)
    if known is None or not known.may(Right.SPEAK):
        raise refuse(name, "không còn quyền nói ra loa / may no longer speak here", "nhập lại PIN / enter the PIN again")
    return _opened(unit, wish, known.name)


def words(what: str) -> Opened:
    """The kind of approved words that *what* names; ``Refused`` when it is anything else."""
    if what not in WORDS:
        told = "ở đây chỉ mở được câu hoặc buổi đã duyệt / only an approved phrase or session is opened here"
        raise refuse(WHERE, told, "mở lại trang rồi chọn / open the page again and choose")
    return Opened(what)


def _opened(unit: Unit, wish: Wish, name: str) -> Override:
    override = unit.override(wish, name)
    write_override(unit.paths, override)
    return override


def open_test(unit: Unit, technician: str, line: Identifier | None = None) -> Override:
    """Let the test tone of *technician* sound, through the amplifier of *line* alone or through all; ``Refused`` when nothing would.

    No PIN: before a site is confirmed it has no duty holder yet, and only who may commission the unit can run this.
    """
    wish = Wish(Opened.TONE, line=line)
    _allowed(unit, wish)
    return _opened(unit, wish, technician)


def close(unit: Unit) -> Override:
    """End what is open, whoever asks: stopping takes one person, and no PIN."""
    override = read_override(unit.paths)
    # Whatever this command makes of the clock and the rules: what sounds can be ended.
    if override is None or not (_open(unit, override) or sounds(unit, override)):
        raise refuse(WHERE, "không có gì đang mở / nothing is open")
    ended = override.model_copy(update={"closed": unit.clock.now().stamp()})
    write_override(unit.paths, ended)
    return ended


def hear(microphone: Microphone | None) -> Microphone:
    """*microphone*, after making sure that it gives samples now; ``Refused`` when it does not, or when there is none."""
    if microphone is None:
        do = "thêm [microphone] vào bangtin.toml, hoặc mở câu có sẵn / add [microphone] to bangtin.toml, or open an approved phrase"
        raise refuse("micrô / microphone", "thiết bị không có micrô / this unit has no microphone", do)
    try:
        listen(microphone)
    except NoAnswer as problem:
        do = "cắm lại micrô rồi làm lại / plug it in again, then repeat"
        raise refuse("micrô / microphone", f"không mở được / cannot be opened: {problem}", do) from None
    return microphone


def sounds(unit: Unit, override: Override) -> bool:
    """Whether the voice says that something of *override* leaves the loudspeaker now."""
    status = read_status(unit.paths, VOICE)
    heard = status.sounding if status is not None and fresh(status, unit.clock.now(), BELIEVED) else None
    return heard is not None and heard.occurrence.startswith(override.name)


def over(unit: Unit, override: Override, happened: Happened) -> bool:
    """Whether nothing of *override* sounds or will sound any more, after what *happened*."""
    return not opened(replace(unit.programme, override=override), unit.clock.now(), happened).queue


def _reason(programme: Programme, moment: Moment, happened: Happened, candidate: Override) -> str:
    """Why *candidate* would not sound: the director's own answer to it, which is what the voice would be told."""
    stands_still = stopped(programme)
    if stands_still and not (stands_still[0] is Why.UNCONFIRMED and tests(programme)):
        return stands_still[1]
    if why := refusal(programme, moment, happened, candidate):
        return why
    decision = direct_sound(programme, moment, happened)
    queue = decision.what.queue if isinstance(decision.what, Speak) else ()
    if any(each.key.startswith(candidate.name) for each in queue):
        return ""
    return next((skip.reason for skip in decision.skipped if skip.key.startswith(candidate.name)), "")


def _known(unit: Unit, wish: Wish) -> None:
    """Whatever was typed is the name of something that may be opened here."""
    names = [item.id for what, item in approved(unit) if what is wish.what]
    if wish.item is not None and wish.item not in names:
        what = f"không có {wish.item} đã duyệt để mở tại chỗ / nothing approved for on-site use is called {wish.item}"
        raise refuse(WHERE, what, f"có / there are: {', '.join(names) or '–'}")


def _loudspeaker_ready(unit: Unit, moment: Moment) -> None:
    status = read_status(unit.paths, VOICE)
    if not fresh(status, moment, BELIEVED) or status is None:
        raise refuse(WHERE, "chương trình loa không chạy / the voice does not run", " / ".join(PLUG))
    if not status.ready:
        raise refuse(WHERE, f"loa chưa sẵn sàng / the loudspeaker is not ready: {'; '.join(status.reasons)}", " / ".join(PAGE))


def _open(unit: Unit, override: Override) -> bool:
    return not override.closed and not over(unit, override, unit.happened)


def _nothing_open(unit: Unit) -> None:
    """One voice at a time, also among those who may speak here."""
    before = unit.programme.override
    if before is None or not _open(unit, before):
        return
    do = "chờ xong, hoặc kết thúc nó, rồi làm lại / wait until it is over or end it, then do it again"
    raise refuse(WHERE, f"{before.holder} đang dùng loa / is using the loudspeaker", do)
