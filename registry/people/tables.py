"""The tables of people who sign in by name: accounts, roles, sessions, recovery codes, wrong tries."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from registry.storage.schema import metadata

# *person* is the name however it is spelt (``person_of``). *password* is an argon2id hash, *seed* the secret of its codes (sealed,
# ``seeds``) and *step* the last of them that counted; *new_seed* is one that was shown and not proven yet. *link* is the hash of the
# single-use link that sets the account up. Times are ISO 8601 in UTC.
users = Table(
    "user_account",
    metadata,
    Column("name", String, primary_key=True),
    Column("person", String, nullable=False, unique=True),
    Column("made", String, nullable=False),
    Column("password", String),
    Column("seed", String),
    Column("step", Integer),
    Column("new_seed", String),
    Column("link", String, unique=True),
    Column("link_until", String),
    Column("revoked", String),
)

roles = Table(
    "user_role",
    metadata,
    Column("user", String, ForeignKey("user_account.name"), primary_key=True),
    Column("role", String, primary_key=True),
    Column("area", String, primary_key=True),
)

# *whole* is false between the password and its code.
sessions = Table(
    "user_session",
    metadata,
    Column("hash", String, primary_key=True),
    Column("user", String, ForeignKey("user_account.name"), nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("made", String, nullable=False),
    Column("used", String, nullable=False),
    Column("browser", String, nullable=False),
    Column("block", String, nullable=False),
    Index("user_session_user", "user"),
)

recovery = Table(
    "user_recovery",
    metadata,
    Column("user", String, ForeignKey("user_account.name"), primary_key=True),
    Column("hash", String, primary_key=True),
)

# Wrong tries at a *name*, also at one that nobody has, from a *block* of the network; ``*`` is all of them together. From where somebody
# signed in last it is *known*.
tries = Table(
    "user_try",
    metadata,
    Column("name", String, primary_key=True),
    Column("block", String, primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("until", String),
    Column("known", String),
    Index("user_try_at", "at"),
)
