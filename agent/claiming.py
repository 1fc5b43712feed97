"""Telling the registry of a unit that enrolled itself from a card, or that it has forgotten, by network or by stick, until it knows it."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agent.courier.writing import made_folder, put
from agent.credentials import Credentials
from agent.pull.plain import read_plain
from agent.registry import RegistryLink
from agent.watching import jitter
from bundle.errors import Refused, refuse
from bundle.parse import parse
from device.claim import Told, read_told, write_told
from device.clock import Clock
from device.durable import CARD_FAILS
from device.errors import Unreachable
from device.faults import Faults
from device.paths import Paths
from device.unit import UnitRecord
from evidence.card import CLAIMS, CardAnswer
from evidence.records import FaultCode
from evidence.report import Said
from evidence.sealing import seal
from evidence.signing import public_jwk, thumbprint, verify

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 15.0, 3600.0
"""Seconds between two tries: a registry that refused may have been told otherwise by then."""
MAX_ANSWER = 96 * 1024
_REFUSED = ("Sổ trung tâm không nhận thẻ này, báo kỹ thuật viên", "The registry refuses this unit's card, call the technician")
_NOT_BACK = (
    "Sổ trung tâm không nhận lại thiết bị này, báo kỹ thuật viên",
    "The registry does not take this unit back, call the technician",
)
_OVERDUE = "thẻ: quá hạn báo về sổ trung tâm / card: the registry should have heard of this unit by now"


@dataclass
class Claiming:
    """What lets the unit of *record*, whose key is *key_pem*, in: its claim from a card, and what the registry signed for it since.

    *accepted* is called once the registry knows the unit.
    """

    paths: Paths
    record: UnitRecord
    key_pem: bytes
    link: RegistryLink
    clock: Clock
    faults: Faults
    accepted: Callable[[], None]
    _told: Told | None = None
    _forgotten: bool = False
    _opened: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._credentials = Credentials(self.paths, self.record, self.key_pem)
        self._told = read_told(self.paths, self.record.enrolled_at)

    @property
    def open(self) -> bool:
        """Whether the registry does not know this unit, as far as anybody here knows, and the unit holds what lets it in."""
        if self._forgotten:
            return self._credentials.hold(self._told)
        # Who was let in over the network, and was told nothing since, is known there.
        return not self._told.accepted if self._told else self._credentials.claim is not None

    def forgotten(self) -> None:
        """The registry says that it knows no such unit: ask it again with what it signed itself."""
        if not self.open:
            log.warning("the registry has forgotten this unit")
        self._forgotten = True
        self._opened.set()

    async def run(self) -> None:
        """Ask until it is accepted, and again whenever it was forgotten."""
        while True:
            await self.until_known()
            self._opened.clear()
            await self._opened.wait()

    async def until_known(self) -> None:
        """Try until it is accepted, ever more rarely."""
        wait = FIRST_WAIT
        while self.open:
            await self.once()
            if self.open:
                await asyncio.sleep(wait * jitter())
                wait = min(LONGEST_WAIT, wait * 2)

    async def once(self) -> None:
        """Ask the registry over the network once."""
        token = self._credentials.token(self._told)
        if token is None:
            return
        try:
            admission = await self.link.claim(token)
        except Unreachable as problem:
            log.info("%s", problem)
        except Refused as refused:
            self._hear(False, str(refused))
        else:
            self._hear(True, "", admission)

    async def by_stick(self, stick: Path, read_only: bool) -> None:
        """Hear the registry's answer that *stick* brings, if it is waited for, and put what lets the unit in onto it.

        That rides on every stick: a unit that only couriers serve cannot learn otherwise that it was forgotten.
        ``Refused`` for an answer that the registry did not give; raises ``OSError``.
        """
        if self.open:
            answer = await asyncio.to_thread(self._answer, stick)
            if answer is not None:
                self._hear(answer.accepted, answer.why or "", answer.admission)
        if not read_only:
            await asyncio.to_thread(self._write, stick)

    def reasons(self) -> tuple[str, ...]:
        """What the unit's status says about it."""
        claim = self._credentials.claim
        return (_OVERDUE,) if claim is not None and self.open and claim.overdue(self.clock.now()) else ()

    def said(self) -> Said | None:
        """What the board says about it to whoever stands in front: that the unit was refused."""
        if self._told is None or self._told.accepted:
            return None
        words = _REFUSED if self._credentials.claim is not None else _NOT_BACK
        return Said(text=" · ".join(words), at=self.clock.now().stamp())

    def _answer(self, stick: Path) -> CardAnswer | None:
        where = f"{CLAIMS}/{self._name}.jws"
        raw = read_plain(stick, where, MAX_ANSWER)
        if raw is None or self.record.registry_keys is None:
            return None
        payload = verify(raw.decode("ascii", "replace").strip(), dict(self.record.registry_keys.signing))
        answer = parse(CardAnswer, payload, where, MAX_ANSWER)
        if (answer.unit, answer.thumbprint) != (self.record.unit, thumbprint(public_jwk(self.key_pem))):
            raise refuse(where, f"là của {answer.unit} / is for {answer.unit}", "mang tới đúng thiết bị / take it to that unit")
        return answer

    def _write(self, stick: Path) -> None:
        token = self._credentials.token(self._told)
        if token is None or self.record.registry_keys is None:
            return
        sealed = seal(token.encode(), dict(self.record.registry_keys.sealing))
        with made_folder(stick, CLAIMS) as folder:
            put(folder, f"{self._name}.jwe", sealed.encode())

    @property
    def _name(self) -> str:
        """Unlike that of a copied card in another machine, so that one stick can carry both."""
        digest = hashlib.sha256(thumbprint(public_jwk(self.key_pem)).encode()).hexdigest()
        return f"{self.record.unit}-{digest[:12]}"

    def _hear(self, accepted: bool, why: str, admission: str | None = None) -> None:
        if admission is None or self._credentials.proven(admission) is None:
            admission = self._told.admission if self._told is not None else None
        told = Told(enrolled_at=self.record.enrolled_at, accepted=accepted, why=why or None, admission=admission)
        self.faults.standing(self.clock.now(), FaultCode.CARD_REFUSED, "" if accepted else why or "?")
        if told != self._told:
            self._keep(told)
            log.log(logging.INFO if accepted else logging.ERROR, "the registry %s", "knows the unit" if accepted else f"refused: {why}")
        self._told = told
        if accepted:
            self._forgotten = False
            self.accepted()

    def _keep(self, told: Told) -> None:
        try:
            write_told(self.paths, told)
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            # It asks again after the next start, and hears the same.
            log.warning("%s: %s", self.paths.claim_answer, problem.strerror)
