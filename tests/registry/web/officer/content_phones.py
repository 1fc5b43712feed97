"""Officers' phones that write, submit, approve and stop content as their browsers would."""

import html
import json
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from bundle.manifest import Bundle
from bundle.trust import Role, Target
from registry.trust.delegations import Duty
from tests.registry.web.officer.station import CHANNEL, DU, NUONG, RUONG, Station

TEXT = "Trạm y tế xã tiêm cho trẻ vào sáng thứ Hai. Mang theo sổ tiêm."
VI = {"language": "vi", "title": "Lịch tiêm chủng tháng 5", "text": TEXT}
BOARD = {"channel": CHANNEL, "versions": [VI], "on_board": True, "until": "2027-05-20"}
LOUD = {"channel": CHANNEL, "versions": [{**VI, "speech": {"kind": "read"}}], "sound": {"kind": "soon", "minutes": 10}}


@dataclass
class Writers:
    """The commune of a *station*, whose officers have seats for content."""

    station: Station

    async def author(self, name=NUONG):
        return await self.station.seated(name, (Role.CONTENT, Duty.AUTHOR))

    async def approver(self, name=DU):
        return await self.station.seated(name, (Role.CONTENT, Duty.APPROVER))

    async def stopper(self, name=RUONG):
        return await self.station.seated(name, (Role.STOP, Duty.AUTHOR), (Role.CONTENT, Duty.AUTHOR))

    def morning(self):
        """Ten in the morning of the next day: no hour is quiet."""
        self.station.clock.at += timedelta(hours=8)

    @property
    def bundle(self) -> Bundle:
        return self.station.released(Target.BUNDLE)


async def written(phone, **changed):
    """The number of the draft that the form makes."""
    status, text = await phone.send("/officer/content", {**BOARD, "once": secrets.token_hex(8), **changed})
    assert status == 201, text
    return json.loads(text)["id"]


async def words_of(phone, number):
    status, text = await phone.get(f"/officer/content/{number}/words")
    assert status == 200, text
    return json.loads(text)


async def silent(phone, number):
    """By village, the languages without speech that the page asks its author to accept."""
    found = re.search(r"data-silent='([^']*)'", (await phone.get(f"/officer/content/{number}"))[1])
    return json.loads(html.unescape(found[1])) if found else {}


async def signed(phone, number, accepted=(), told=None):
    """Sign it, with the gaps in speech in these *accepted* languages that its page shows."""
    told = told or await words_of(phone, number)
    gaps = await silent(phone, number) if accepted else {}
    said = {code: [each for each in languages if each in accepted] for code, languages in gaps.items()}
    return await accepting(phone, number, told, said)


async def accepting(phone, number, told, gaps):
    """Sign what was *told*, and accept these *gaps* in speech."""
    body = {"signature": phone.key.sign(told["signed"].encode()).hex(), "accepted": gaps}
    return await phone.send(f"/officer/content/{number}/signature", body)


async def submitted(phone, **changed):
    """The number of what *phone* wrote and submitted."""
    number = await written(phone, **changed)
    status, text = await signed(phone, number, accepted=("hmn",))
    assert status == 200, text
    return number


def refused(text):
    return " ".join(f"{each['where']} {each['what']} {each['do']}" for each in json.loads(text)["refused"])
