"""A gate on a real database and a real release tree, a clock that a test can set, and people who sign with real keys."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from bundle.alert import Alert, AlertSet, AlertText, MessageType, Reference, RiskLevel, Status
from bundle.items import Provenance
from bundle.policy import FeedRules, Policy
from bundle.trust import role_for
from bundle.trust.documents import parse_document
from registry.alerts.pending import keeping
from registry.alerts.pending.door import Door
from registry.alerts.pending.gate import Timers
from registry.alerts.pending.gate_keeper import GateKeeper
from registry.alerts.pending.outlet import Outlet
from registry.alerts.pending.row import pending_of
from registry.alerts.pending.signing import to_sign
from registry.alerts.pending.tables import pending_alerts
from registry.storage.storage import open_storage
from registry.trust.keys import KeyName
from registry.trust.site import Site, released
from tests.registry.alerts.cap.messages import SENDER, sources
from tests.simulators.publisher import START, Publisher

COMMUNE = "vn.20.06001"
PROVINCE = "vn.20"
VILLAGE = f"{COMMUNE}.03"
OFFICER = "Lò Văn Bến"
AUTHORITY = "Đài Khí tượng Thuỷ văn Mẫu"
MORNING = START + timedelta(hours=2)
HOLD_OFF = timedelta(seconds=60)


async def every_row(connection):
    """Every message of the table, newest first."""
    return [pending_of(row) for row in await connection.execute(select(pending_alerts).order_by(pending_alerts.c.id.desc()))]


def refer(*alerts):
    """References to these alerts."""
    return tuple(Reference(sender=each.sender, identifier=each.identifier, sent=each.sent) for each in alerts)


def listed(**changes):
    """An allow-listed source of the whole province."""
    return sources()[0].model_copy(update={"hold_off_seconds": HOLD_OFF.total_seconds(), "per_minute": 30, **changes})


def alert(identifier="lu-01", sent=MORNING, **more):
    kind = more.get("message_type", MessageType.ALERT)
    told = AlertText(language="vi", headline="Lũ quét", instruction="Lên chỗ cao ngay.", where="Thôn Bản Mẫu")
    values = {
        "status": Status.ACTUAL,
        "message_type": kind,
        "event": "Lũ quét",
        "level": RiskLevel.ORANGE,
        "expires": None if kind is MessageType.CANCEL else sent + timedelta(hours=3),
        "areas": (VILLAGE,),
        "versions": (told,),
        "provenance": Provenance(author=AUTHORITY, approver="Trần Văn Mưa", issuing_body=AUTHORITY),
    }
    return Alert(sender=SENDER, identifier=identifier, sent=sent, **{**values, **more})


def cancel_of(*alerts, **more):
    values = {"sent": MORNING + timedelta(seconds=30), "areas": (), "versions": ()}
    return alert("huy-01", message_type=MessageType.CANCEL, references=refer(*alerts), **{**values, **more})


def update_of(old, identifier="lu-02", **more):
    sent = more.pop("sent", old.sent + timedelta(seconds=20))
    return alert(identifier, message_type=MessageType.UPDATE, references=refer(old), sent=sent, **more)


@dataclass
class Dial:
    """Two clocks: *at* is the wall's, which somebody may set; *mono* only ever runs on."""

    at: object = MORNING
    mono: float = 1000.0

    def __call__(self):
        return self.at

    def monotonic(self):
        return self.mono

    def turn(self, **by):
        self.at += timedelta(**by)
        self.mono += timedelta(**by).total_seconds()


@dataclass
class Office:
    """The registry's gate, the publisher whose tree it releases into, and what units would see there."""

    publisher: Publisher
    storage: object
    clock: Dial = field(default_factory=Dial)
    tree: Site | None = None
    looks: int = 0
    sources: int = 1

    def __post_init__(self):
        self.tree = self.tree or self.publisher.tree

    def gate(self, every=1.0, **keys):
        publisher, clock = self.publisher, self.clock
        held = {"online": publisher.online, "feed": dict.fromkeys(publisher.tree.channels(), publisher.keys[KeyName.FEED])}
        held |= keys
        outlet = Outlet(self.storage, self.tree, self._look, clock, held["online"], held["feed"], publisher.draft)
        return GateKeeper(outlet, Timers(clock.monotonic), every, self.sources_of)

    def sources_of(self, _):
        return self.sources

    async def _look(self):
        self.looks += 1

    def signature(self, pending, key):
        """*key* (a KeyName) signs what is proposed, as a phone would: id and hex."""
        asked = to_sign(self.tree, pending.proposal)
        made = self.publisher.keys[key].signer.sign(asked.signed)
        return made.keyid, made.signature

    def released(self, target, channel=COMMUNE):
        """The alerts that units see in *target*."""
        raw = released(self.tree, channel, target)
        document = parse_document(raw, channel, target) if raw else None
        return document.alerts if isinstance(document, AlertSet) else ()

    def allow_feed(self, channel=COMMUNE, **rules):
        rules = {"areas": (channel,), **rules}
        self.publisher.release_policy(channel, Policy(format=1, channel=channel, feed=FeedRules(**rules)), at=self.clock.at)

    def door(self, **keys):
        """The door before a gate, as after a start of the registry."""
        return Door(self.gate(**keys))

    def version(self, target, channel=COMMUNE):
        """How often *target* was released."""
        return self.tree.cell(channel).version(role_for(target).value)

    async def every(self, connection):
        """Every message, newest first."""
        return await every_row(connection)

    async def states(self):
        """The state of every message, oldest first, by its identifier."""
        async with self.storage.reading() as connection:
            found = await self.every(connection)
        return {each.alert.identifier: each.state for each in reversed(found)}

    def feed_of(self, *alerts):
        """A feed that holds these."""
        return AlertSet(format=1, channel=COMMUNE, alerts=alerts)

    async def row(self, number):
        async with self.storage.reading() as connection:
            return await keeping.one(connection, number)


@pytest.fixture
async def office(tmp_path):
    publisher = Publisher(tmp_path, (PROVINCE, COMMUNE))
    async with await open_storage(tmp_path / "data") as storage:
        yield Office(publisher, storage)
