"""What the audit tells of. Pure. The values stand in the database: none is ever renamed."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """One kind of thing that is done."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_IN_LOCKED = "sign_in_locked"
    SIGNED_OUT = "signed_out"
    SESSION_CLOSED = "session_closed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    TOTP_CHANGED = "totp_changed"
    PIN_CHANGED = "pin_changed"
    TOKEN_CREATED = "token_created"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105

    CLIENT_OPENED = "client_opened"
    CLIENTS_LISTED = "clients_listed"
    CLIENTS_SEARCHED = "clients_searched"
    CLIENT_CREATED = "client_created"
    CLIENT_CHANGED = "client_changed"
    CLIENT_ASSIGNED = "client_assigned"
    CLIENTS_MERGED = "clients_merged"
    MERGE_UNDONE = "merge_undone"
    CLIENT_ARCHIVED = "client_archived"
    CLIENT_RESTORED = "client_restored"
    CLIENT_PURGE_ORDERED = "client_purge_ordered"
    CLIENT_PURGE_CANCELLED = "client_purge_cancelled"
    CLIENT_PURGED = "client_purged"
    CHANGE_UNDONE = "change_undone"
    CHANGES_LISTED = "changes_listed"
    TAKEOVER_ASKED = "takeover_asked"
    TAKEOVER_ALLOWED = "takeover_allowed"
    TAKEOVER_REFUSED = "takeover_refused"
    NOTE_ADDED = "note_added"
    NOTE_CHANGED = "note_changed"
    NOTE_REMOVED = "note_removed"
    TASK_CREATED = "task_created"
    TASK_CHANGED = "task_changed"
    TASK_CLOSED = "task_closed"
    TASKS_LISTED = "tasks_listed"

    CALL_OPENED = "call_opened"
    CALLS_LISTED = "calls_listed"
    CALL_MADE = "call_made"
    RECORDING_OPENED = "recording_opened"
    RECORDING_LISTENED = "recording_listened"

    EXPORTED = "exported"
    EXPORT_DOWNLOADED = "export_downloaded"
    EXPORT_RECOGNISED = "export_recognised"
    IMPORTED = "imported"

    PERSON_CREATED = "person_created"
    PERSON_CHANGED = "person_changed"
    PERSON_LEFT = "person_left"
    PERSON_RETURNED = "person_returned"
    ROLE_CHANGED = "role_changed"
    DEPARTMENT_CHANGED = "department_changed"
    FIELD_RULE_CHANGED = "field_rule_changed"
    PLACE_RULE_CHANGED = "place_rule_changed"
    POLICY_CHANGED = "policy_changed"
    CATEGORY_CHANGED = "category_changed"
    CUSTOM_FIELD_CHANGED = "custom_field_changed"
    DIVISION_CHANGED = "division_changed"
    PHONES_CHOSEN = "phones_chosen"

    ALERT_SETTLED = "alert_settled"
    QUOTA_REACHED = "quota_reached"
    QUOTA_LIFTED = "quota_lifted"
    DECOY_CREATED = "decoy_created"
    DECOY_REMOVED = "decoy_removed"
    REPORT_OPENED = "report_opened"

    AUDIT_READ = "audit_read"
    AUDIT_SHORTENED = "audit_shortened"
    """The daemon found at its start that the newest entries were gone."""
    AUDIT_HEAD_LOST = "audit_head_lost"
    """Nor could it tell, since the file that says how far they went was gone or unreadable."""
    VAULT_ROTATED = "vault_rotated"
    DATABASE_READ = "database_read"
    """A command read the database itself, past the daemon."""
