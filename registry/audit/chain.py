"""Who let what in, and who was turned away: rows that are only added, each chained to the one before it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.tables import audit


class Event(StrEnum):
    """What happened."""

    TECHNICIAN_ADDED = "technician-added"
    PHONE_BOUND = "phone-bound"
    TECHNICIAN_REVOKED = "technician-revoked"
    AREAS_IMPORTED = "areas-imported"
    CODE_RIGHT = "code-right"
    CODE_WRONG = "code-wrong"
    CODE_CLOSED = "code-closed"
    ACCEPTED = "accepted"
    LET_IN = "let-in"
    REPLACED = "replaced"
    WOULD_REPLACE = "would-replace"
    REPLACEMENT_DECLINED = "replacement-declined"
    READMITTED = "readmitted"
    READMISSION_SEEN = "readmission-seen"
    ADMISSION_FOREIGN = "admission-foreign"
    HOLDERS_NAMED = "holders-named"
    PHOTO_ADDED = "photo-added"
    PHOTO_REMOVED = "photo-removed"
    GRANT_EXPIRED = "grant-expired"
    GRANT_REUSED = "grant-reused"
    GRANT_FOREIGN = "grant-foreign"
    GRANT_STOLEN = "grant-stolen"
    ROOT_FOREIGN = "root-foreign"
    NAME_TAKEN = "name-taken"
    REPLACES_NOBODY = "replaces-nobody"
    REPLACED_SPOKE = "replaced-spoke"
    OUTSIDE_AREA = "outside-area"
    FORM_FORGED = "form-forged"
    LINK_REFUSED = "link-refused"
    CARDS_PREPARED = "cards-prepared"
    CARD_COPIED = "card-copied"
    CARD_LATE = "card-late"
    CARD_SETTLED = "card-settled"
    CARD_ADMITTED = "card-admitted"
    CARD_REVOKED = "card-revoked"
    OFFICER_ADDED = "officer-added"
    OFFICER_BOUND = "officer-bound"
    OFFICER_REVOKED = "officer-revoked"
    OFFICER_KEY = "officer-key"
    SIGNATURE_REFUSED = "signature-refused"
    ALERT_STOPPED = "alert-stopped"
    ORDER_GIVEN = "order-given"
    SPEECH_MISSING_ACCEPTED = "speech-missing-accepted"
    RECORDING_KEPT = "recording-kept"
    RECORDING_REFUSED = "recording-refused"
    ALERT_WAITS = "alert-waits"
    ALERT_HELD = "alert-held"
    ALERT_SIGNED = "alert-signed"
    ALERT_APPROVED = "alert-approved"
    CONFIRMATION_SIGNED = "confirmation-signed"
    ALERT_CONFIRMED = "alert-confirmed"
    ALERT_RELEASED = "alert-released"
    ALERT_CANCELLED = "alert-cancelled"
    ALERT_REFUSED = "alert-refused"
    ALERT_SUPERSEDED = "alert-superseded"
    ALERT_EXPIRED = "alert-expired"
    ALERT_OUT = "alert-out"
    CONTENT_REFUSED = "content-refused"
    CONTENT_DRAFTED = "content-drafted"
    CONTENT_SUBMITTED = "content-submitted"
    CONTENT_APPROVED = "content-approved"
    CONTENT_RELEASED = "content-released"
    CONTENT_OUTDATED = "content-outdated"
    CONTENT_CANCELLED = "content-cancelled"
    CONTENT_STOPPED = "content-stopped"
    SOURCE_LISTED = "source-listed"
    DRILL_PLANNED = "drill-planned"
    DRILL_REMOVED = "drill-removed"
    DRILL_MISSED = "drill-missed"
    ALARM_SEEN = "alarm-seen"
    LET_GO = "let-go"
    MAINTENANCE_BEGUN = "maintenance-begun"
    MAINTENANCE_ENDED = "maintenance-ended"
    USER_ADDED = "user-added"
    USER_ROLES = "user-roles"
    USER_RESET = "user-reset"
    USER_REVOKED = "user-revoked"
    USER_SET_UP = "user-set-up"
    USER_PASSWORD = "user-password"  # noqa: S105 (the name of an event)
    RECOVERY_CODES = "recovery-codes"
    SIGNED_IN = "signed-in"
    SIGNED_IN_BY_RECOVERY = "signed-in-by-recovery"
    SIGNED_OUT = "signed-out"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_IN_LOCKED = "sign-in-locked"
    SIGN_IN_TOO_OFTEN = "sign-in-too-often"


_SAID = ("at", "event", "technician", "unit", "block", "detail")
BEFORE_ALL = "0" * 64


async def note(
    connection: AsyncConnection, event: Event, now: datetime, technician: str = "", unit: str = "", block: str = "", detail: str = ""
) -> None:
    """Add a row; the transaction that it stands in makes it durable together with what it tells of."""
    row = {"at": now.isoformat(), "event": event.value, "technician": technician, "unit": unit, "block": block, "detail": detail}
    before = (await connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1))).one_or_none()
    # Numbered here: what a database counts for itself leaves holes when a transaction is undone, and a hole is a row taken out.
    number, chained = (before.seq + 1, before.hash) if before else (1, BEFORE_ALL)
    await connection.execute(insert(audit).values(**row, seq=number, hash=_chained(chained, row)))


async def rows(connection: AsyncConnection) -> list[Row[Any]]:
    """Everything, in order."""
    return list((await connection.execute(select(audit).order_by(audit.c.seq))).all())


def broken_at(found: Iterable[Row[Any]], after: tuple[int, str] = (0, BEFORE_ALL)) -> int | None:
    """The first row of *found* that does not follow from those before it; None when all do.

    *found* is the whole audit in order, or what follows *after* a row with this number and hash that did.
    """
    last, before = after
    for number, row in enumerate(found, last + 1):
        if row.seq != number or row.hash != _chained(before, {name: getattr(row, name) for name in _SAID}):
            return number
        before = row.hash
    return None


def _chained(before: str, row: dict[str, str]) -> str:
    said = json.dumps([before, *(row[name] for name in _SAID)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
