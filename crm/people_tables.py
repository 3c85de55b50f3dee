"""Tables of the people who work with the client base: who they are, what each may do, sign-in."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from crm.vault import EncryptedText
from store.metadata import metadata
from store.types import Id, UtcDateTime

# A person is known by his name everywhere: curators, tasks, legs of calls, the audit. An employee
# whom the settings list as an agent is the person of that name. Rows are never deleted.
person = Table(
    "person",
    metadata,
    Column("name", Text, primary_key=True),
    # ``name`` in one case: who signs in may write it as he likes.
    Column("sign_in_name", Text, nullable=False, unique=True),
    Column("full_name", Text),
    Column("role", Text, nullable=False),
    Column("department", Text, index=True),
    # Rights of his own, instead of the role's: {"clients.read": "department"}.
    Column("exceptions", JSON, nullable=False),
    # Of 100 clients that are divided, how many come to him compared with others.
    Column("weight", Integer, nullable=False),
    Column("windows_account", Text, unique=True),
    # argon2; null: he cannot sign in by password.
    Column("password_hash", Text),
    Column("must_change_password", Boolean, nullable=False),
    Column("totp_secret", EncryptedText),
    # The last time step that was accepted: a code is good once (RFC 6238 5.2).
    Column("totp_step", Integer),
    # SHA-256 of each recovery code that is still good, in hexadecimal.
    Column("recovery_codes", JSON, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
    # The last attempt to sign in that was counted.
    Column("tried_at", UtcDateTime),
    # Who else set how he signs in, and when last: for a while his private clients stay shut.
    Column("credentials_by", Text),
    Column("credentials_at", UtcDateTime),
    # ``settings``: came with an agent of the settings; else who made him.
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Set: he cannot sign in, and nothing is routed to him.
    Column("left_at", UtcDateTime),
)

# Departments form a tree; a head sees his own and all below.
department = Table(
    "department",
    metadata,
    Column("name", Text, primary_key=True),
    Column("parent", Text, index=True),
    sqlite_with_rowid=False,
)

# Roles of the company's own, beside the templates of ``crm.roles``; or a template's new rights.
role = Table(
    "role",
    metadata,
    Column("name", Text, primary_key=True),
    # {"clients.read": "own"}: what is left out is not allowed.
    Column("rights", JSON, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# Which fields are hidden from whom. ``subject_kind``: everyone, role, person; the narrower holds.
field_rule = Table(
    "field_rule",
    metadata,
    Column("subject_kind", Text, primary_key=True),
    # The role's or person's name; empty for everyone.
    Column("subject", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("hidden", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# From where people may come. ``subject_kind``: everyone, role, department, person. The narrowest
# subject that has rules is the one whose rules hold; nobody has rules: from anywhere.
place_rule = Table(
    "place_rule",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject_kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    # One of both: a network in CIDR notation, or a MAC address.
    Column("network", Text),
    Column("mac", Text),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# What the company decided beside rights: by key, ``quotas``, ``division``, ``sign_in`` …
policy = Table(
    "policy",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    # SHA-256 of the cookie's value, which is random and long.
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    # ``password``, ``windows``.
    Column("method", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("browser", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
)

# Wrong sign-ins in a row under a name that nobody has, and from an address. A person's own stand
# with him.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    # The vault's blind index of the name or address: a name may be a password in the wrong place.
    Column("subject", LargeBinary, primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
    Column("tried_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# Keys of programs, each a person's.
access_token = Table(
    "access_token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("agent", Text, nullable=False, index=True),
    # Who made it; null: from before that was kept.
    Column("created_by", Text),
    Column("label", Text),
    # Rights to which it is narrowed; null: all that the person has.
    Column("scopes", JSON),
    # SHA-256 of the token, which is random and long.
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

# Who takes no calls now. A row whose ``until`` is past is over.
away = Table(
    "away",
    metadata,
    Column("person", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    # Null: until somebody says so.
    Column("until", UtcDateTime),
    # `break`, `meeting`, `training`, `day_off`.
    Column("reason", Text),
    Column("set_by", Text, nullable=False),
)

# Keys that must outlive a rotation of the vault's: the audit's.
kept_secret = Table(
    "kept_secret",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", EncryptedText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# Append-only. ``mac`` is an HMAC over the row, the digest of its details and the ``mac`` before.
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    # A person's name; ``operator``; ``callward`` itself.
    Column("actor", Text, nullable=False),
    # ``session:ID``, ``token:ID``, ``command``, ``phone``; null: Callward itself.
    Column("via", Text),
    Column("address", Text),
    Column("action", Text, nullable=False),
    Column("client_id", Id),
    # What else it was about: a call's, recording's, export's id, a person's name, a right …
    Column("object", Text),
    # How many it was about: rows of a list, clients of an export.
    Column("count", Integer, nullable=False),
    # JSON, sealed: before and after, what was searched. Null: none, or erased with its client.
    Column("details", EncryptedText),
    # HMAC of the details' plain text, so that they can be erased or sealed anew.
    Column("details_digest", LargeBinary),
    Column("mac", LargeBinary, nullable=False),
)
Index("ix_audit_client_id_seq", audit.c.client_id, audit.c.seq)
Index("ix_audit_actor_at", audit.c.actor, audit.c.at)
Index("ix_audit_action_at", audit.c.action, audit.c.at)
Index(
    "ix_audit_listened",
    audit.c.object,
    sqlite_where=audit.c.action == "recording_listened",
    postgresql_where=audit.c.action == "recording_listened",
)
