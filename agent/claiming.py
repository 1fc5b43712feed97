"""Telling the registry of a unit that enrolled itself from a prepared card, by network or by stick, until it has accepted that."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agent.courier.writing import made_folder, put
from agent.pull.plain import read_plain
from agent.registry import RegistryLink
from agent.watching import jitter
from bundle.errors import Refused, refuse
from bundle.parse import parse
from device.claim import Claim, Told, read_claim, read_told, write_told
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
MAX_ANSWER = 16 * 1024
_REFUSED = ("Sổ trung tâm không nhận thẻ này, báo kỹ thuật viên", "The registry refuses this unit's card, call the technician")
_OVERDUE = "thẻ: quá hạn báo về sổ trung tâm / card: the registry should have heard of this unit by now"


@dataclass
class Claiming:
    """The claim of *record*, whose key is *key_pem*, if it enrolled itself; *accepted* is called once the registry knows the unit."""

    paths: Paths
    record: UnitRecord
    key_pem: bytes
    link: RegistryLink
    clock: Clock
    faults: Faults
    accepted: Callable[[], None]
    _claim: Claim | None = None
    _told: Told | None = None
    _wait: float = field(default=FIRST_WAIT)

    def __post_init__(self) -> None:
        claim = read_claim(self.paths)
        # Enrolled otherwise since then: what was claimed counts no more.
        if claim is not None and claim.enrolled_at == self.record.enrolled_at:
            self._claim, self._told = claim, read_told(self.paths, claim)

    @property
    def open(self) -> bool:
        """Whether the registry does not know this unit yet, as far as anybody here knows."""
        return self._claim is not None and not (self._told and self._told.accepted)

    async def run(self) -> None:
        """Try until it is accepted, ever more rarely."""
        while self.open:
            await self.once()
            if self.open:
                await asyncio.sleep(self._wait * jitter())
                self._wait = min(LONGEST_WAIT, self._wait * 2)

    async def once(self) -> None:
        """Ask the registry over the network once."""
        if self._claim is None:
            return
        try:
            await self.link.claim(self._claim.token)
        except Unreachable as problem:
            log.info("%s", problem)
        except Refused as refused:
            self._hear(False, str(refused))
        else:
            self._hear(True, "")

    async def by_stick(self, stick: Path, read_only: bool) -> None:
        """Hear the registry's answer that *stick* brings, and put the claim onto it while there is none.

        ``Refused`` for an answer that the registry did not give; raises ``OSError``.
        """
        if not self.open:
            return
        answer = await asyncio.to_thread(self._answer, stick)
        if answer is not None:
            self._hear(answer.accepted, answer.why or "")
        if self.open and not read_only:
            await asyncio.to_thread(self._write, stick)

    def reasons(self) -> tuple[str, ...]:
        """What the unit's status says about it."""
        if self._claim is None or not self.open:
            return ()
        return (_OVERDUE,) if self._claim.overdue(self.clock.now()) else ()

    def said(self) -> Said | None:
        """What the board says about it to whoever stands in front: that the card was refused."""
        if self._told is None or self._told.accepted:
            return None
        return Said(text=" · ".join(_REFUSED), at=self.clock.now().stamp())

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
        if self._claim is None or self.record.registry_keys is None:
            return
        sealed = seal(self._claim.token.encode(), dict(self.record.registry_keys.sealing))
        with made_folder(stick, CLAIMS) as folder:
            put(folder, f"{self._name}.jwe", sealed.encode())

    @property
    def _name(self) -> str:
        """Unlike that of a copied card in another machine, so that one stick can carry both."""
        digest = hashlib.sha256(thumbprint(public_jwk(self.key_pem)).encode()).hexdigest()
        return f"{self.record.unit}-{digest[:12]}"

    def _hear(self, accepted: bool, why: str) -> None:
        if self._claim is None:
            return
        told = Told(enrolled_at=self._claim.enrolled_at, accepted=accepted, why=why or None)
        self.faults.standing(self.clock.now(), FaultCode.CARD_REFUSED, "" if accepted else why or "?")
        if told != self._told:
            self._keep(told)
            log.log(logging.INFO if accepted else logging.ERROR, "card %s", "accepted" if accepted else f"refused: {why}")
        self._told = told
        if accepted:
            self.accepted()

    def _keep(self, told: Told) -> None:
        try:
            write_told(self.paths, told)
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            # It asks again after the next start, and hears the same.
            log.warning("%s: %s", self.paths.claim_answer, problem.strerror)
