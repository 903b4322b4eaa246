-- Times are microseconds since 1970 in UTC, 0 when there is none.
-- Money is micro-dollars. JSON columns are opaque; '' means none.

CREATE TABLE conversation (
    id           TEXT    PRIMARY KEY NOT NULL,
    title        TEXT    NOT NULL DEFAULT '',
    title_folded TEXT    NOT NULL DEFAULT '',  -- lower case, for the filter
    title_source TEXT    NOT NULL DEFAULT '',
    leaf         INTEGER NOT NULL DEFAULT 0,   -- message at the end of the branch shown
    model        TEXT    NOT NULL DEFAULT '',
    messages     INTEGER NOT NULL DEFAULT 0,   -- kept in step with message
    cost         INTEGER NOT NULL DEFAULT 0,   -- kept in step with message.cost
    pinned       INTEGER NOT NULL DEFAULT 0,
    archived     INTEGER NOT NULL DEFAULT 0,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    deleted      INTEGER NOT NULL DEFAULT 0,   -- tombstone
    tags         TEXT    NOT NULL DEFAULT '',  -- JSON array
    params       TEXT    NOT NULL DEFAULT '',
    view         TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX conversation_list ON conversation (archived, pinned DESC, updated DESC, id)
    WHERE deleted = 0;
CREATE INDEX conversation_deleted ON conversation (deleted DESC)
    WHERE deleted > 0;

-- AUTOINCREMENT: an id is never given twice, so a process that still holds the
-- id of a purged message cannot write into somebody else's.
CREATE TABLE message (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT    NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    parent       INTEGER NOT NULL DEFAULT 0,
    continues    INTEGER NOT NULL DEFAULT 0,
    role         TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    model        TEXT    NOT NULL DEFAULT '',
    stop_reason  TEXT    NOT NULL DEFAULT '',
    request_id   TEXT    NOT NULL DEFAULT '',
    owner        TEXT    NOT NULL DEFAULT '',  -- process that streams it
    cost         INTEGER NOT NULL DEFAULT 0,
    price_date   TEXT    NOT NULL DEFAULT '',
    created      INTEGER NOT NULL,
    done         INTEGER NOT NULL DEFAULT 0,
    params       TEXT    NOT NULL DEFAULT '',
    usage        TEXT    NOT NULL DEFAULT '',
    failure      TEXT    NOT NULL DEFAULT '',
    meta         TEXT    NOT NULL DEFAULT '',
    text         TEXT    NOT NULL DEFAULT '',
    blocks       TEXT    NOT NULL DEFAULT ''
) STRICT;

-- Holds all that a tree needs, so that loading one reads no text.
CREATE INDEX message_tree ON message (conversation, id, parent, continues, role, state, created);
CREATE INDEX message_streaming ON message (conversation) WHERE state = 'streaming';

-- What arrived of a running stream, piece by piece. Rows are only added, and
-- all go when the message is finished.
CREATE TABLE journal (
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    piece   BLOB    NOT NULL,
    PRIMARY KEY (message, seq)
) STRICT, WITHOUT ROWID;

-- conversation is '' for a draft of a conversation that does not exist yet.
CREATE TABLE draft (
    conversation TEXT    NOT NULL,
    leaf         INTEGER NOT NULL,
    edit         INTEGER NOT NULL,
    owner        TEXT    NOT NULL,
    updated      INTEGER NOT NULL,
    body         TEXT    NOT NULL,
    PRIMARY KEY (conversation, leaf, edit, owner)
) STRICT;

CREATE TABLE queue (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT    NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    created      INTEGER NOT NULL,
    body         TEXT    NOT NULL
) STRICT;

CREATE INDEX queue_conversation ON queue (conversation);

-- Prompts that were sent, each once. The digest keeps long ones out of the index.
CREATE TABLE history (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB    NOT NULL UNIQUE,  -- SHA-256 of text
    text   TEXT    NOT NULL
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment (
    hash       TEXT    PRIMARY KEY NOT NULL,  -- SHA-256 of content, hexadecimal
    media_type TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    content    BLOB    NOT NULL
) STRICT;
