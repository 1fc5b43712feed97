"""Who the unit is: enrolled, with a key of its own that nobody else reads, and the root it was enrolled with."""

import hashlib
from dataclasses import dataclass

from bundle.errors import Refused
from device.paths import Paths
from device.unit import UnitRecord, read_unit
from evidence.signing import public_jwk
from provisioning.advice import BUNDLE, ENROL
from provisioning.keeping import key_group
from provisioning.probe import Finding, Verdict

SUBJECT = ("Đăng ký", "enrolment")


@dataclass(frozen=True)
class IdentityProbe:
    """Reads ``unit.json``, the key and the root, and compares them."""

    paths: Paths

    def look(self) -> tuple[Finding, ...]:
        """Enrolled with key and root in order: good; anything else: not ready."""
        wanted = ("đã đăng ký", "enrolled")
        try:
            record = read_unit(self.paths)
        except Refused as refused:
            return (Finding(Verdict.NOT_READY, SUBJECT, (str(refused), str(refused)), wanted, ENROL),)
        if record is None:
            return (Finding(Verdict.NOT_READY, SUBJECT, ("chưa đăng ký", "not enrolled"), wanted, ENROL),)
        told = f"{record.unit} · {record.place_name}"
        return (Finding(Verdict.GOOD, SUBJECT, (told, told), wanted), self._key(), self._root(record))

    def _key(self) -> Finding:
        subject = ("Khóa", "key")
        wanted = ("khóa Ed25519, chỉ lắp đặt và agent đọc được", "an Ed25519 key that only provisioning and the agent can read")
        try:
            public_jwk(self.paths.key.read_bytes())
            found = self.paths.key.stat()
        except (OSError, Refused) as problem:
            return Finding(Verdict.NOT_READY, subject, (str(problem), str(problem)), wanted, ENROL)
        mode = found.st_mode & 0o777
        if mode & (0o037 if found.st_gid == key_group() else 0o077):
            return Finding(
                Verdict.NOT_READY, subject, (f"người khác đọc được ({mode:o})", f"others may read it ({mode:o})"), wanted, BUNDLE
            )
        return Finding(Verdict.GOOD, subject, (f"{mode:o}", f"{mode:o}"), wanted)

    def _root(self, record: UnitRecord) -> Finding:
        subject, wanted = ("Gốc tin cậy", "trust root"), (record.root_fingerprint[:16] + "…", record.root_fingerprint[:16] + "…")
        try:
            found = hashlib.sha256(self.paths.root_json.read_bytes()).hexdigest()
        except OSError as problem:
            return Finding(Verdict.NOT_READY, subject, (str(problem.strerror), str(problem.strerror)), wanted, ENROL)
        same = found == record.root_fingerprint
        observed = (found[:16] + "…", found[:16] + "…")
        return Finding(Verdict.GOOD if same else Verdict.NOT_READY, subject, observed, wanted, ("", "") if same else ENROL)
