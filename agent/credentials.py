"""What a unit shows to a registry that does not know it: the registry's own admission where it has one, else the claim from its card."""

import logging
from dataclasses import dataclass
from functools import cached_property

from bundle.errors import Refused
from bundle.parse import parse
from device.claim import Claim, Told, read_claim, read_kept_admission
from device.paths import Paths
from device.unit import UnitRecord
from evidence.admission import Admission, read_admission
from evidence.report import MAX_ENROLMENT, Enrolment
from evidence.signing import claimed, public_jwk, sign, thumbprint

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Credentials:
    """Those of the unit of *record*, whose key is *key_pem*."""

    paths: Paths
    record: UnitRecord
    key_pem: bytes

    @cached_property
    def claim(self) -> Claim | None:
        """The claim from its card; of a unit that was enrolled otherwise since then it counts no more."""
        found = read_claim(self.paths)
        return found if found is not None and found.enrolled_at == self.record.enrolled_at else None

    def hold(self, told: Told | None) -> bool:
        """Whether there is anything to show; *told* is what the registry said last."""
        return self.claim is not None or self._admission(told) is not None

    def proven(self, token: str) -> Admission | None:
        """What *token* says if this unit's registry signed it for this unit, else None: whatever else came over a network is nothing."""
        if self.record.registry_keys is None:
            return None
        try:
            return read_admission(token, dict(self.record.registry_keys.signing), self.record.unit, thumbprint(public_jwk(self.key_pem)))
        except Refused as problem:
            log.warning("%s", problem)
            return None

    def token(self, told: Told | None) -> str | None:
        """What to show, signed; None when there is nothing."""
        if (found := self._admission(told)) is not None:
            admission, shown = found
            return self._signed(
                Enrolment(
                    unit=self.record.unit,
                    key=public_jwk(self.key_pem),
                    hardware=shown.hardware,
                    serial=self.record.serial,
                    admission=admission,
                    again={},
                )
            )
        if self.claim is None or told is None or not told.accepted:
            return self.claim.token if self.claim is not None else None
        enrolment = parse(Enrolment, claimed(self.claim.token), str(self.paths.claim), MAX_ENROLMENT)
        return self._signed(enrolment.model_copy(update={"again": {}}))

    def _admission(self, told: Told | None) -> tuple[str, Admission] | None:
        for token in (told.admission if told is not None else None, read_kept_admission(self.paths)):
            if token is not None and (shown := self.proven(token)) is not None:
                return token, shown
        return None

    def _signed(self, enrolment: Enrolment) -> str:
        return sign(enrolment.model_dump_json(exclude_none=True).encode(), self.key_pem)
