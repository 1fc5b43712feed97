"""A registry whose province seats officers, and officers' phones that sign as their browsers would."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bundle.base import BulletinClass
from bundle.items import Phrase, Spoken
from bundle.policy import FeedRules, Policy
from bundle.trust import Role, Target
from registry.alerts.pending.gate_keeper import Arrived
from registry.alerts.pending.states import Origin
from registry.areas.places import import_areas, read_areas
from registry.audit.chain import rows
from registry.trust.delegations import Duty, Seat, leave_seat, take_seat
from registry.trust.keys import KeyName
from registry.trust.seating import Reseating
from registry.trust.urgent import released_document
from registry.web.alerts.gating import GATE
from registry.web.alerts.reach import REACHED
from registry.web.config import STORAGE
from registry.web.officer.keys import holder_of
from registry.web.officer.people import OFFICERS, add, revoke
from tests.registry.web.technician.office import AREAS, Phone
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, flood_alert, small_bundle
from tests.simulators.publisher import START

NUONG, DU, RUONG = "Cầm Thị Nương", "Đinh Văn Thí Dụ", "Tòng Văn Ruộng"
NIGHT = START + timedelta(hours=18)
FLOOD, DRY = b"lu len nhanh" * 40, b"thu loa" * 40
WISH = {"channel": CHANNEL, "phrase": "lu-len-nhanh", "level": 3, "until": "3", "areas": [f"{CHANNEL}.01"]}
BESIDE = "vn.20.06000"
__all__ = ["BESIDE", "CHANNEL", "NIGHT", "WISH", "OfficersPhone", "Station"]


def phrase(name, title, blob, bulletin_class):
    said = Spoken(language="vi", title=title, body=f"Khẩn cấp! {title}.", clip=clip_of(blob), voice="ghi âm", reviewer="Lường Thị Minh")
    return Phrase(id=name, bulletin_class=bulletin_class, versions=(said,), provenance=PROVENANCE)


@dataclass
class OfficersPhone(Phone):
    """An officer's browser: a cookie, and a key of its own."""

    client: object
    cookie: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    kind = OFFICERS

    @property
    def public(self) -> str:
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    async def send(self, path, body=None, token=None):
        headers = {**self.headers, "X-Form-Token": await self.token() if token is None else token}
        answer = await self.client.post(path, json={"format": 1, **(body or {})}, headers=headers, allow_redirects=False)
        return answer.status, await answer.text()

    async def hand_in(self, public=None, proof=None):
        told = f"bangtin officer key 1 {await self.token()} {self.public}"
        return await self.send("/officer/key", {"public": public or self.public, "proof": proof or self.key.sign(told.encode()).hex()})

    async def wish(self, **changed):
        """The number of the alert that the form makes."""
        status, text = await self.send("/officer/alerts", {**WISH, "once": secrets.token_hex(8), **changed})
        assert status == 201, text
        return json.loads(text)["id"]

    async def words(self, number):
        status, text = await self.get(f"/officer/alerts/{number}/words")
        assert status == 200, text
        return json.loads(text)

    async def sign(self, number, accepted=(), signed=None):
        signed = signed or (await self.words(number))["signed"]
        body = {"signature": self.key.sign(signed.encode()).hex(), "accepted": list(accepted)}
        return await self.send(f"/officer/alerts/{number}/signature", body)

    async def statement(self, number):
        status, text = await self.get(f"/officer/alerts/{number}/statement")
        assert status == 200, text
        return json.loads(text)["statement"]

    async def confirm(self, number, statement=None):
        told = statement or await self.statement(number)
        return await self.send(f"/officer/alerts/{number}/confirm", {"signature": self.key.sign(told.encode()).hex()})

    async def ask_to_stop(self, alert):
        reference = {"sender": alert.sender, "identifier": alert.identifier, "sent": alert.sent.isoformat()}
        status, text = await self.send("/officer/stop", {"channel": CHANNEL, "alert": reference})
        return status, {**json.loads(text), "alert": reference}

    async def stop(self, asked, **changed):
        signature = self.key.sign(asked["signed"].encode()).hex()
        told = {"channel": CHANNEL, "signature": signature, **{name: asked[name] for name in ("signed", "content", "alert")}}
        return await self.send("/officer/stop/signature", {**told, **changed})


class Station:
    """What the province and the registry's own commands do for officers, on the application of a test."""

    def __init__(self, registry, publisher):
        self.registry, self.client, self.clock, self.publisher = registry, registry.client, registry.clock, publisher
        self.site = publisher.tree

    async def prepare(self):
        """The areas are known, and a bundle with phrases is released."""
        async with self.registry.app[STORAGE].writing() as connection:
            await import_areas(connection, read_areas(AREAS, "areas.csv"))
        phrases = (
            phrase("lu-len-nhanh", "Lũ lên nhanh", FLOOD, BulletinClass.EMERGENCY),
            phrase("thu-loa", "Thử loa", DRY, BulletinClass.ROUTINE),
        )
        bundle = small_bundle(NIGHT).model_copy(update={"phrases": phrases})
        self.publisher.release_bundle(CHANNEL, bundle, (FLOOD, DRY), at=NIGHT)

    async def warned(self, seconds=120, **more):
        """A source has sent an alert that the feed may carry; it waits *seconds*. Its number."""
        rules = Policy(format=1, channel=CHANNEL, feed=FeedRules(areas=(CHANNEL,)))
        self.publisher.release_policy(CHANNEL, rules, at=self.clock())
        alert = flood_alert(self.clock(), identifier="kttv-17").alerts[0].model_copy(update={"areas": (f"{CHANNEL}.01",), **more})
        arrived = Arrived(Origin.SOURCE, "Đài Khí tượng Mẫu", timedelta(seconds=seconds))
        return (await self.registry.app[GATE].take(CHANNEL, alert, arrived, None)).id

    async def invited(self, name=NUONG, channels=(CHANNEL,)):
        async with self.registry.app[STORAGE].writing() as connection:
            return await add(connection, name, channels, self.clock(), self.registry.config.technicians)

    async def phone(self, name=NUONG, **more):
        phone = OfficersPhone(self.client)
        assert (await phone.bind(await self.invited(name, **more))).status == 303
        return phone

    async def seated(self, name, *seats):
        """A phone whose key the province gave these *seats*: (role, duty) each."""
        phone = await self.phone(name)
        assert (await phone.hand_in())[0] == 204
        for role, duty in seats:
            self.seat(Seat(role, duty, holder_of(name, phone.public)))
        return phone

    async def author(self, name=NUONG):
        return await self.seated(name, (Role.ALERTS, Duty.AUTHOR))

    async def approver(self, name=DU):
        return await self.seated(name, (Role.ALERTS, Duty.APPROVER))

    async def stopper(self, name=RUONG):
        return await self.seated(name, (Role.STOP, Duty.AUTHOR))

    def seat(self, seat, channel=CHANNEL):
        self.reseat(lambda targets: take_seat(targets, seat), channel)

    def unseat(self, role, who):
        self.reseat(lambda targets: leave_seat(targets, role, who))

    def reseat(self, edit, channel=CHANNEL):
        keys = self.publisher.keys
        Reseating(self.site, channel, edit, keys[KeyName.TARGETS], self.publisher.online).carry_out(self.clock())

    async def revoke(self, name):
        async with self.registry.app[STORAGE].writing() as connection:
            await revoke(connection, name, self.clock())

    async def events(self):
        async with self.registry.app[STORAGE].reading() as connection:
            return [row.event for row in await rows(connection)]

    def released(self, target=Target.ALERTS):
        return released_document(self.site, CHANNEL, target)

    async def on_air(self):
        return [each.alert for each in await self.registry.app[REACHED].all((CHANNEL,)) if each.ended is None]
