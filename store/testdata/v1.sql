-- A database of schema version 1 with something in every table.
PRAGMA application_id = 1885434476;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE attachment (
    hash       TEXT    PRIMARY KEY NOT NULL,  -- SHA-256 of content, hexadecimal
    media_type TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    content    BLOB    NOT NULL
) STRICT;
INSERT INTO "attachment" VALUES('55d9067ef2bfacd4dc38ef7294695794ff61bba45f11b2f4d9b70515c57b2187','text/plain',8,1795176011000000,X'6174746163686564');
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
INSERT INTO "conversation" VALUES('c1','Alice','alice','',4,'claude-opus',4,42,1,0,1795176002000000,1795176005000000,0,'["t"]','{"temperature":0.5}','{"pin":true}');
CREATE TABLE draft (
    conversation TEXT    NOT NULL,
    leaf         INTEGER NOT NULL,
    edit         INTEGER NOT NULL,
    owner        TEXT    NOT NULL,
    updated      INTEGER NOT NULL,
    body         TEXT    NOT NULL,
    PRIMARY KEY (conversation, leaf, edit, owner)
) STRICT;
INSERT INTO "draft" VALUES('c1',4,0,'00112233445566778899aabbccddeeff',1795176007000000,'"draft"');
CREATE TABLE history (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB    NOT NULL UNIQUE,  -- SHA-256 of text
    text   TEXT    NOT NULL
) STRICT;
INSERT INTO "history" VALUES(1,X'4606FF70AD4F0DCD765B4A65850AD0EC2C26E419308D30A6981CE309FC65723E','My name is Alice');
CREATE TABLE journal (
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    piece   BLOB    NOT NULL,
    PRIMARY KEY (message, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "journal" VALUES(4,0,X'596F7572206E616D6520');
INSERT INTO "journal" VALUES(4,1,X'6973');
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
INSERT INTO "message" VALUES(1,'c1',0,0,'user','done','','','','',0,'',1795176003000000,1795176003000000,'','','','','My name is Alice','[{"type":"text","text":"My name is Alice"}]');
INSERT INTO "message" VALUES(2,'c1',1,0,'assistant','done','claude-opus','end_turn','req_1','',42,'2026-11-01',1795176003000000,1795176004000000,'{"temperature":0.5}','{"output_tokens":3}','','','Hello Alice','[{"type":"text","text":"Hello Alice"}]');
INSERT INTO "message" VALUES(3,'c1',2,0,'user','done','','','','',0,'',1795176005000000,1795176005000000,'','','','','What is my name?','[]');
INSERT INTO "message" VALUES(4,'c1',3,0,'assistant','streaming','claude-opus','','','00112233445566778899aabbccddeeff',0,'',1795176005000000,0,'','','','','','');
CREATE TABLE queue (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT    NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    created      INTEGER NOT NULL,
    body         TEXT    NOT NULL
) STRICT;
INSERT INTO "queue" VALUES(1,'c1',1795176008000000,'"queued"');
CREATE TABLE setting (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "setting" VALUES('theme','dark');
CREATE INDEX conversation_list ON conversation (archived, pinned DESC, updated DESC, id)
    WHERE deleted = 0;
CREATE INDEX conversation_deleted ON conversation (deleted DESC)
    WHERE deleted > 0;
CREATE INDEX message_tree ON message (conversation, id, parent, continues, role, state, created);
CREATE INDEX message_streaming ON message (conversation) WHERE state = 'streaming';
CREATE INDEX queue_conversation ON queue (conversation);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('message',4);
INSERT INTO "sqlite_sequence" VALUES('queue',1);
INSERT INTO "sqlite_sequence" VALUES('history',1);
COMMIT;
