"""The SQL of the steps that made the schema. What a released step says is never edited.

Times are ISO 8601 in UTC with microseconds, so that they sort as text. Device and inode are text
because both are unsigned and may not fit into a signed integer. `body` is the noun as JSON.
"""

from __future__ import annotations

ISSUES = (
    """CREATE TABLE issues (
        fingerprint TEXT PRIMARY KEY,
        id          TEXT NOT NULL UNIQUE,
        status      TEXT NOT NULL,
        count       INTEGER NOT NULL,
        crashes     INTEGER NOT NULL,
        first_seen  TEXT,
        last_seen   TEXT,
        repository  TEXT
    )""",
    """CREATE TABLE buckets (
        fingerprint TEXT NOT NULL REFERENCES issues,
        start       INTEGER NOT NULL,
        count       INTEGER NOT NULL,
        PRIMARY KEY (fingerprint, start)
    )""",
    """CREATE TABLE samples (
        fingerprint TEXT NOT NULL REFERENCES issues,
        slot        INTEGER NOT NULL,
        body        TEXT NOT NULL,
        PRIMARY KEY (fingerprint, slot)
    )""",
)

FILES = (
    """CREATE TABLE files (
        device      TEXT NOT NULL,
        inode       TEXT NOT NULL,
        generation  INTEGER NOT NULL,
        path        TEXT NOT NULL,
        head_length INTEGER NOT NULL,
        head_hash   TEXT NOT NULL,
        cursor      INTEGER NOT NULL,
        tail_length INTEGER NOT NULL,
        tail_hash   TEXT NOT NULL,
        lines       INTEGER NOT NULL,
        begun_at    TEXT NOT NULL,
        PRIMARY KEY (device, inode)
    )""",
    "CREATE INDEX files_by_path ON files (path)",
    """CREATE TABLE counted (
        device      TEXT NOT NULL,
        inode       TEXT NOT NULL,
        first_byte  INTEGER NOT NULL,
        past_byte   INTEGER NOT NULL,
        PRIMARY KEY (device, inode, first_byte),
        FOREIGN KEY (device, inode) REFERENCES files (device, inode)
    )""",
)

VERDICTS = (
    """CREATE TABLE classifications (
        fingerprint TEXT PRIMARY KEY REFERENCES issues,
        category    TEXT NOT NULL,
        severity    TEXT NOT NULL,
        rule        TEXT NOT NULL,
        body        TEXT NOT NULL
    )""",
    """CREATE TABLE analyses (
        fingerprint TEXT PRIMARY KEY REFERENCES issues,
        body        TEXT NOT NULL
    )""",
)

FIXES = (
    """CREATE TABLE fixes (
        number      INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL REFERENCES issues,
        status      TEXT NOT NULL,
        evidence    TEXT,
        created_at  TEXT NOT NULL,
        body        TEXT NOT NULL
    )""",
    "CREATE INDEX fixes_by_issue ON fixes (fingerprint)",
    """CREATE TABLE gates (
        fix         INTEGER NOT NULL REFERENCES fixes (number),
        slot        INTEGER NOT NULL,
        name        TEXT NOT NULL,
        status      TEXT NOT NULL,
        detail      TEXT NOT NULL,
        PRIMARY KEY (fix, slot)
    )""",
)

AUDIT = (
    """CREATE TABLE audit (
        number      INTEGER PRIMARY KEY,
        at          TEXT NOT NULL,
        actor       TEXT NOT NULL,
        action      TEXT NOT NULL,
        subject     TEXT NOT NULL,
        detail      TEXT NOT NULL
    )""",
    """CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    # REPLACE INTO deletes without firing the trigger on deletion.
    """CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
        WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
)

# `id` is what a merged issue was called, where it has no row in `issues` any more: since m003 it
# keeps that, with its own statistics. `issue` may itself be merged into another one since then.
NEAR_DUPLICATES = (
    """CREATE TABLE templates (
        fingerprint TEXT PRIMARY KEY,
        template    TEXT NOT NULL
    )""",
    """CREATE TABLE merged (
        fingerprint TEXT PRIMARY KEY,
        issue       TEXT NOT NULL,
        id          TEXT UNIQUE
    )""",
    "CREATE INDEX merged_by_issue ON merged (issue)",
)

# Times are nanoseconds since 1970. `seen` keeps no entry from before `since`.
ENTRIES = (
    """CREATE TABLE entry_sources (
        source      TEXT PRIMARY KEY,
        version     INTEGER NOT NULL,
        begun       INTEGER NOT NULL,
        since       INTEGER NOT NULL
    )""",
    """CREATE TABLE seen (
        source      TEXT NOT NULL REFERENCES entry_sources,
        ns          INTEGER NOT NULL,
        key         INTEGER NOT NULL,
        read        INTEGER NOT NULL,
        counted     INTEGER NOT NULL,
        PRIMARY KEY (source, ns, key)
    ) WITHOUT ROWID""",
)

ATTEMPTS = (
    """CREATE TABLE attempts (
        fingerprint TEXT NOT NULL,
        started_at  TEXT NOT NULL,
        outcome     TEXT,
        PRIMARY KEY (fingerprint, started_at)
    )""",
    "CREATE INDEX attempts_by_time ON attempts (started_at)",
    "CREATE INDEX issues_by_first_seen ON issues (first_seen)",
)

# What sources said is counted by its time of arrival; `told` is what notifiers take from.
ALERTS = (
    """CREATE TABLE heard (
        source      TEXT NOT NULL,
        start       INTEGER NOT NULL,
        lines       INTEGER NOT NULL,
        events      INTEGER NOT NULL,
        PRIMARY KEY (source, start)
    ) WITHOUT ROWID""",
    """CREATE TABLE fired (
        rule        TEXT NOT NULL,
        subject     TEXT NOT NULL,
        occasion    TEXT NOT NULL,
        told_at     TEXT,
        streak      INTEGER NOT NULL,
        held        INTEGER NOT NULL,
        PRIMARY KEY (rule, subject)
    )""",
    """CREATE TABLE waiting (
        number      INTEGER PRIMARY KEY,
        since       TEXT NOT NULL,
        body        TEXT NOT NULL
    )""",
    """CREATE TABLE told (
        key         TEXT PRIMARY KEY,
        at          TEXT NOT NULL,
        body        TEXT NOT NULL
    )""",
    """CREATE TABLE deliveries (
        key         TEXT NOT NULL REFERENCES told,
        channel     TEXT NOT NULL,
        attempts    INTEGER NOT NULL,
        due_at      TEXT,
        error       TEXT,
        PRIMARY KEY (key, channel)
    )""",
    "CREATE INDEX deliveries_by_time ON deliveries (due_at)",
    """CREATE TABLE silences (
        number      INTEGER PRIMARY KEY,
        subject     TEXT NOT NULL,
        until       TEXT NOT NULL,
        reason      TEXT NOT NULL
    )""",
    "CREATE TABLE watched (seen INTEGER NOT NULL)",
    "CREATE INDEX buckets_by_start ON buckets (start)",
)

CORRECTED_GROUPING = (
    "ALTER TABLE merged ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE apart (
        fingerprint TEXT NOT NULL,
        issue       TEXT NOT NULL,
        PRIMARY KEY (fingerprint, issue)
    )""",
)

# One row a day and width of bucket, `12:3 14:1` for three events in the 13th bucket of the day; a
# row a bucket took ten times the room. `seen_at`: when
# a file was last read, or known to be there.
BOUNDED = (
    "DROP INDEX buckets_by_start",
    "ALTER TABLE buckets RENAME TO single_buckets",
    """CREATE TABLE buckets (
        fingerprint TEXT NOT NULL REFERENCES issues,
        day         INTEGER NOT NULL,
        width       INTEGER NOT NULL,
        counts      TEXT NOT NULL,
        PRIMARY KEY (fingerprint, day, width)
    )""",
    """INSERT INTO buckets (fingerprint, day, width, counts)
        SELECT fingerprint, day, 300,
            group_concat(((start - 86400 * day) / 300) || ':' || count, ' ')
        FROM (SELECT fingerprint, start, count,
            (start - (start % 86400 + 86400) % 86400) / 86400 AS day FROM single_buckets)
        GROUP BY fingerprint, day""",
    "DROP TABLE single_buckets",
    "CREATE INDEX buckets_by_day ON buckets (width, day)",
    "CREATE INDEX issues_by_last_seen ON issues (last_seen)",
    "ALTER TABLE files ADD COLUMN seen_at TEXT NOT NULL DEFAULT ''",
    "UPDATE files SET seen_at = begun_at",
    "CREATE INDEX files_by_sight ON files (seen_at)",
)

# An inode is given to another file once the one that it belonged to is gone, which may not be read
# to its end, and live on as a compressed copy: so both keep their positions.
GENERATIONS = (
    "DROP INDEX files_by_path",
    "DROP INDEX files_by_sight",
    "ALTER TABLE files RENAME TO single_files",
    "ALTER TABLE counted RENAME TO single_counted",
    """CREATE TABLE files (
        device      TEXT NOT NULL,
        inode       TEXT NOT NULL,
        generation  INTEGER NOT NULL,
        path        TEXT NOT NULL,
        head_length INTEGER NOT NULL,
        head_hash   TEXT NOT NULL,
        cursor      INTEGER NOT NULL,
        tail_length INTEGER NOT NULL,
        tail_hash   TEXT NOT NULL,
        lines       INTEGER NOT NULL,
        begun_at    TEXT NOT NULL,
        seen_at     TEXT NOT NULL,
        PRIMARY KEY (device, inode, generation)
    )""",
    """CREATE TABLE counted (
        device      TEXT NOT NULL,
        inode       TEXT NOT NULL,
        generation  INTEGER NOT NULL,
        first_byte  INTEGER NOT NULL,
        past_byte   INTEGER NOT NULL,
        PRIMARY KEY (device, inode, generation, first_byte),
        FOREIGN KEY (device, inode, generation)
            REFERENCES files (device, inode, generation) ON DELETE CASCADE
    ) WITHOUT ROWID""",
    """INSERT INTO files (device, inode, generation, path, head_length, head_hash, cursor,
            tail_length, tail_hash, lines, begun_at, seen_at)
        SELECT device, inode, generation, path, head_length, head_hash, cursor,
            tail_length, tail_hash, lines, begun_at, seen_at FROM single_files""",
    """INSERT INTO counted (device, inode, generation, first_byte, past_byte)
        SELECT device, inode, generation, first_byte, past_byte
        FROM single_counted JOIN single_files USING (device, inode)""",
    "DROP TABLE single_counted",
    "DROP TABLE single_files",
    "CREATE INDEX files_by_path ON files (path)",
    "CREATE INDEX files_by_sight ON files (seen_at)",
    """CREATE VIEW superseded AS SELECT device, inode, generation, path, begun_at, seen_at
        FROM files WHERE EXISTS (SELECT 1 FROM files AS newer WHERE newer.device = files.device
            AND newer.inode = files.inode AND newer.generation > files.generation)""",
)

SPENDING = (
    "ALTER TABLE attempts ADD COLUMN cost_usd REAL NOT NULL DEFAULT 0",
    "ALTER TABLE attempts ADD COLUMN pull_requests INTEGER NOT NULL DEFAULT 0",
)

HOLDING = (
    """CREATE TABLE holding (
        rule        TEXT NOT NULL,
        subject     TEXT NOT NULL,
        since       TEXT NOT NULL,
        seen        TEXT NOT NULL,
        PRIMARY KEY (rule, subject)
    )""",
)
