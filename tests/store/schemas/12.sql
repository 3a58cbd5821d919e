PRAGMA application_id = 1701999223;
PRAGMA user_version = 12;
BEGIN TRANSACTION;
CREATE TABLE analyses (
        fingerprint TEXT PRIMARY KEY REFERENCES issues,
        body        TEXT NOT NULL
    );
CREATE TABLE apart (
        fingerprint TEXT NOT NULL,
        issue       TEXT NOT NULL,
        PRIMARY KEY (fingerprint, issue)
    );
CREATE TABLE attempts (
        fingerprint TEXT NOT NULL,
        started_at  TEXT NOT NULL,
        outcome     TEXT, cost_usd REAL NOT NULL DEFAULT 0, pull_requests INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (fingerprint, started_at)
    );
CREATE TABLE audit (
        number      INTEGER PRIMARY KEY,
        at          TEXT NOT NULL,
        actor       TEXT NOT NULL,
        action      TEXT NOT NULL,
        subject     TEXT NOT NULL,
        detail      TEXT NOT NULL
    );
INSERT INTO "audit" VALUES(1,'2026-01-31T12:00:00.000000+00:00','scan','found','v1:1a2b3c4d5e6f708192a3b4c5d6e7f809','{}');
CREATE TABLE buckets (
        fingerprint TEXT NOT NULL REFERENCES issues,
        day         INTEGER NOT NULL,
        width       INTEGER NOT NULL,
        counts      TEXT NOT NULL,
        PRIMARY KEY (fingerprint, day, width)
    );
INSERT INTO "buckets" VALUES('v1:1a2b3c4d5e6f708192a3b4c5d6e7f809',20484,300,'144:2 146:1');
INSERT INTO "buckets" VALUES('v1:1a2b3c4d5e6f708192a3b4c5d6e7f809',20485,300,'0:2');
CREATE TABLE classifications (
        fingerprint TEXT PRIMARY KEY REFERENCES issues,
        category    TEXT NOT NULL,
        severity    TEXT NOT NULL,
        rule        TEXT NOT NULL,
        body        TEXT NOT NULL
    );
CREATE TABLE counted (
        device      TEXT NOT NULL,
        inode       TEXT NOT NULL,
        generation  INTEGER NOT NULL,
        first_byte  INTEGER NOT NULL,
        past_byte   INTEGER NOT NULL,
        PRIMARY KEY (device, inode, generation, first_byte),
        FOREIGN KEY (device, inode, generation)
            REFERENCES files (device, inode, generation) ON DELETE CASCADE
    ) WITHOUT ROWID;
INSERT INTO "counted" VALUES('5','7',0,0,10);
CREATE TABLE deliveries (
        key         TEXT NOT NULL REFERENCES told,
        channel     TEXT NOT NULL,
        attempts    INTEGER NOT NULL,
        due_at      TEXT,
        error       TEXT,
        PRIMARY KEY (key, channel)
    );
CREATE TABLE entry_sources (
        source      TEXT PRIMARY KEY,
        version     INTEGER NOT NULL,
        begun       INTEGER NOT NULL,
        since       INTEGER NOT NULL
    , mark TEXT NOT NULL DEFAULT '');
CREATE TABLE files (
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
    );
INSERT INTO "files" VALUES('5','7',0,'/app.log',9,'head',10,3,'tail',1,'2026-01-31T12:00:00.000000+00:00','2026-01-31T12:00:00.000000+00:00');
CREATE TABLE fired (
        rule        TEXT NOT NULL,
        subject     TEXT NOT NULL,
        occasion    TEXT NOT NULL,
        told_at     TEXT,
        streak      INTEGER NOT NULL,
        held        INTEGER NOT NULL,
        PRIMARY KEY (rule, subject)
    );
CREATE TABLE fixes (
        number      INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL REFERENCES issues,
        status      TEXT NOT NULL,
        evidence    TEXT,
        created_at  TEXT NOT NULL,
        body        TEXT NOT NULL
    );
CREATE TABLE gates (
        fix         INTEGER NOT NULL REFERENCES fixes (number),
        slot        INTEGER NOT NULL,
        name        TEXT NOT NULL,
        status      TEXT NOT NULL,
        detail      TEXT NOT NULL,
        PRIMARY KEY (fix, slot)
    );
CREATE TABLE heard (
        source      TEXT NOT NULL,
        start       INTEGER NOT NULL,
        lines       INTEGER NOT NULL,
        events      INTEGER NOT NULL,
        PRIMARY KEY (source, start)
    ) WITHOUT ROWID;
CREATE TABLE holding (
        rule        TEXT NOT NULL,
        subject     TEXT NOT NULL,
        since       TEXT NOT NULL,
        seen        TEXT NOT NULL,
        PRIMARY KEY (rule, subject)
    );
CREATE TABLE issues (
        fingerprint TEXT PRIMARY KEY,
        id          TEXT NOT NULL UNIQUE,
        status      TEXT NOT NULL,
        count       INTEGER NOT NULL,
        crashes     INTEGER NOT NULL,
        first_seen  TEXT,
        last_seen   TEXT,
        repository  TEXT
    );
INSERT INTO "issues" VALUES('v1:1a2b3c4d5e6f708192a3b4c5d6e7f809','EW-1a2b3c4d','ongoing',5,0,'2026-01-31T12:00:00.000000+00:00','2026-01-31T12:10:00.000000+00:00',NULL);
CREATE TABLE merged (
        fingerprint TEXT PRIMARY KEY,
        issue       TEXT NOT NULL,
        id          TEXT UNIQUE
    , by_hand INTEGER NOT NULL DEFAULT 0);
CREATE TABLE pull_requests (
        forge       TEXT NOT NULL,
        number      INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        state       TEXT NOT NULL,
        opened_at   TEXT NOT NULL,
        body        TEXT NOT NULL,
        PRIMARY KEY (forge, number)
    );
CREATE TABLE samples (
        fingerprint TEXT NOT NULL REFERENCES issues,
        slot        INTEGER NOT NULL,
        body        TEXT NOT NULL,
        PRIMARY KEY (fingerprint, slot)
    );
INSERT INTO "samples" VALUES('v1:1a2b3c4d5e6f708192a3b4c5d6e7f809',0,'{"source":"app.log","line":1,"start":1,"end":10,"level":"error","message":"no plan","text":"no plan","time":"2026-01-31T12:00:01Z","language":null,"exceptions":[],"culprit":null,"logger":null,"logged":true,"key":null}');
CREATE TABLE seen (
        source      TEXT NOT NULL REFERENCES entry_sources,
        ns          INTEGER NOT NULL,
        key         INTEGER NOT NULL,
        read        INTEGER NOT NULL,
        counted     INTEGER NOT NULL,
        PRIMARY KEY (source, ns, key)
    ) WITHOUT ROWID;
CREATE TABLE silences (
        number      INTEGER PRIMARY KEY,
        subject     TEXT NOT NULL,
        until       TEXT NOT NULL,
        reason      TEXT NOT NULL
    );
CREATE TABLE templates (
        fingerprint TEXT PRIMARY KEY,
        template    TEXT NOT NULL
    );
CREATE TABLE told (
        key         TEXT PRIMARY KEY,
        at          TEXT NOT NULL,
        body        TEXT NOT NULL
    );
CREATE TABLE waiting (
        number      INTEGER PRIMARY KEY,
        since       TEXT NOT NULL,
        body        TEXT NOT NULL
    );
CREATE TABLE watched (seen INTEGER NOT NULL);
CREATE INDEX fixes_by_issue ON fixes (fingerprint);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
        WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE INDEX merged_by_issue ON merged (issue);
CREATE INDEX attempts_by_time ON attempts (started_at);
CREATE INDEX issues_by_first_seen ON issues (first_seen);
CREATE INDEX deliveries_by_time ON deliveries (due_at);
CREATE INDEX buckets_by_day ON buckets (width, day);
CREATE INDEX issues_by_last_seen ON issues (last_seen);
CREATE INDEX files_by_path ON files (path);
CREATE INDEX files_by_sight ON files (seen_at);
CREATE VIEW superseded AS SELECT device, inode, generation, path, begun_at, seen_at
        FROM files WHERE EXISTS (SELECT 1 FROM files AS newer WHERE newer.device = files.device
            AND newer.inode = files.inode AND newer.generation > files.generation);
CREATE INDEX pull_requests_by_issue ON pull_requests (fingerprint);
COMMIT;
