"""The drill: two in the night, a flood, the approver cannot be reached. The real steps, on a copy that is thrown away."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bundle.alert import Alert, AlertSet, AlertText, MessageType, RiskLevel, Status
from bundle.items import Provenance
from bundle.trust import Role, Target, Verified, verify_pack
from registry.trust.ceremony import CellPlan, key_names, make_trust_root
from registry.trust.delegations import Duty, Seat
from registry.trust.keys import KeyName, PersonKey, make_key
from registry.trust.site import Site, make_pack
from registry.trust.substitute import SealedSubstitute, activate, seal, unsealing
from registry.trust.urgent import release_at_once, released_document, with_alerts

PLACE = "vn.00.00001"
IDENTIFIER = "dien-tap-0200"


@dataclass(frozen=True)
class Cast:
    """Who is awake, and what lies on the table: the seal, the release machine's key, the author and the substitute."""

    site: Site
    sealed: SealedSubstitute
    author: PersonKey
    substitute: PersonKey
    online: PersonKey
    blobs: Path


def copied(site: Site, folder: Path) -> Site:
    """A copy of the release tree without pictures and recordings: releasing there touches no unit."""
    for part in ("metadata", "targets"):
        if (site.folder / part).exists():
            shutil.copytree(site.folder / part, folder / part)
    (folder / "root.json").write_bytes(site.root())
    return Site(folder)


def invented(folder: Path, now: datetime) -> Cast:
    """A province of its own below *folder*, for practice without real keys: nothing there is worth a passphrase."""
    cell = CellPlan(PLACE)
    keys = {name: make_key(folder / "keys", name, f"{name} (diễn tập)") for name in key_names([cell])}
    make_trust_root(folder / "site", folder / "keys", [cell], now)
    away = make_key(folder / "keys", "substitute", "Người duyệt thay (diễn tập)")
    seats = [Seat(Role.ALERTS, Duty.APPROVER, away.holder)]
    site = Site(folder / "site")
    envelope = seal(site, PLACE, seats, keys[KeyName.TARGETS], now)
    return Cast(site, envelope, keys[cell.key(KeyName.ALERTS_AUTHOR)], away, keys[KeyName.ONLINE], site.folder)


def rehearse(cast: Cast, now: datetime, step: Callable[[str, str], None]) -> Verified:
    """Activate, sign, release, and look as a unit: what it believes. *step* is told each step and its detail before it is taken."""
    site, channel = cast.site, cast.sealed.channel
    step("Mở phong bì, xem ai được thêm / open the envelope, see who is added", "\n".join(unsealing(site, cast.sealed)))
    step("Kích hoạt bằng khóa trực tuyến / activate with the online key", f"khóa / key: {cast.online.person}")
    activate(site, cast.sealed, cast.online, now)
    step("Soạn và duyệt tin diễn tập / author and substitute sign the exercise", f"{cast.author.person} + {cast.substitute.person}")
    present = released_document(site, channel, Target.ALERTS)
    alerts = with_alerts(present if isinstance(present, AlertSet) else None, channel, [_exercise(channel, now, cast)], now)
    release_at_once(site, alerts, [cast.author, cast.substitute], cast.online, now, cast.blobs)
    step("Kiểm tra như thiết bị / verify as a unit does", f"{channel}/{Target.ALERTS.value}")
    return verify_pack(make_pack(site, channel, Target.ALERTS), site.root(), channel, Target.ALERTS)


def _exercise(channel: str, now: datetime, cast: Cast) -> Alert:
    words = AlertText(
        language="vi",
        headline="Diễn tập: không có lũ thật",
        instruction="Đây là diễn tập, bà con không phải làm gì.",
        where=channel,
    )
    return Alert(
        sender="dien-tap@tinh.example",
        identifier=IDENTIFIER,
        sent=now,
        status=Status.EXERCISE,
        message_type=MessageType.ALERT,
        event="Diễn tập",
        level=RiskLevel.LIGHT_BLUE,
        expires=now + timedelta(hours=1),
        versions=(words,),
        provenance=Provenance(author=cast.author.person, approver=cast.substitute.person, issuing_body="Diễn tập"),
    )
