"""One simulated unit: what it would report at a moment, signed with a real key. It says of everything that it is simulated."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from evidence.records import ClockState, Outcome, Shown, Stamp
from evidence.report import Journalled, ProgramStatus, Report
from evidence.travelling import signed
from registry.simulate.kinds import Kind

SIMULATED = "mô phỏng · simulated"
CHANNEL = "vn.20.06001"
LETTERS = 40
LETTER_LINES = 50
"""A courier brings so many letters at once, of so many lines: some weeks of a calm board."""
MOST_LINES = 300
"""Lines of one report, as a unit sends them after its link was gone."""
ASTRAY = timedelta(days=400)


@dataclass(frozen=True)
class Sent:
    """A report on its way: its *token*, and what is acknowledged with it."""

    unit: str
    boot: str
    n: int
    token: str


@dataclass
class SimulatedUnit:
    """Unit *name*, which started at *began*; *history* tells the two apart that have one name and key."""

    name: str
    kind: Kind
    began: datetime
    history: int = 0
    _n: int = 0
    _line: int = 0
    _owed: list[Journalled] = field(default_factory=list)

    @property
    def _boot(self) -> str:
        return f"{self.name}-{self.began:%Y%m%dT%H%M%S}"

    @property
    def key(self) -> bytes:
        """Its private key (PEM), which follows from its name: it protects nothing."""
        secret = hashlib.sha256(self.name.encode()).digest()
        return Ed25519PrivateKey.from_private_bytes(secret).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def shows(self, after: float) -> None:
        """It has shown one more notice, *after* so many of its seconds; the receipt waits for the next report."""
        at = self._stamp(after)
        began = at.model_copy(update={"wall": at.wall - timedelta(seconds=20), "mono": max(0.0, at.mono - 20)})
        line = Shown(
            n=self._line,
            at=at,
            began=began,
            simulated=True,
            item=f"tin-so-{(self._line + self.history) % 8}",
            channel=CHANNEL,
            version=1,
            language="vi",
            pages=1,
            of=1,
            frames=48,
            outcome=Outcome.COMPLETE,
        )
        self._owed.append(Journalled(program="display", line=line))
        self._line += 1

    def reports(self, after: float) -> Iterator[Sent]:
        """The reports that it would send now: one in any case, more when many receipts wait."""
        waiting, self._owed = self._owed, []
        most = LETTER_LINES if self.kind is Kind.COURIER else MOST_LINES
        for begin in range(0, max(1, len(waiting)), most):
            told = Report(
                unit=self.name,
                boot=self._boot,
                n=self._n,
                at=self._stamp(after),
                versions={f"{CHANNEL}/bundle.json": 1},
                programs=tuple(self._status(program, after) for program in ("agent", "display", "audio", "amplifier")),
                lines=tuple(waiting[begin : begin + most]),
            )
            self._n += 1
            yield Sent(self.name, self._boot, told.n, signed(told, self.key))

    def _stamp(self, after: float) -> Stamp:
        astray = self.kind is Kind.WRONG_CLOCK
        wall = self.began + timedelta(seconds=after) + (ASTRAY if astray else timedelta())
        return Stamp(wall=wall, state=ClockState.TRUSTED, boot=self._boot, mono=round(after, 3))

    def _status(self, program: str, after: float) -> ProgramStatus:
        showing = f"tin-so-{self.history}" if program == "display" else None
        return ProgramStatus(program=program, at=self._stamp(after), ready=True, showing=showing, versions={}, simulated=(SIMULATED,))
