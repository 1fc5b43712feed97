"""Accounts that are open to whoever has a keyboard: Debian's images for the Pi leave root without a password. Pure."""


def without_password(text: str) -> tuple[str, ...]:
    """The accounts of a ``/etc/shadow`` with this *text* whose password is empty (shadow(5)); a locked one is not."""
    rows = [line.split(":") for line in text.splitlines()]
    return tuple(row[0] for row in rows if len(row) > 1 and row[0] and not row[1])
