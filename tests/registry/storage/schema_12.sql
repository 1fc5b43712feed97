CREATE TABLE about (
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE "grant" (
    hash VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    place_name VARCHAR NOT NULL,
    channels JSON NOT NULL,
    languages JSON NOT NULL,
    link VARCHAR NOT NULL,
    root TEXT NOT NULL,
    made VARCHAR NOT NULL,
    expires VARCHAR NOT NULL,
    used_by VARCHAR,
    used_key VARCHAR,
    used VARCHAR,
    thumbprint VARCHAR,
    nonce VARCHAR,
    technician VARCHAR,
    replaces VARCHAR,
    PRIMARY KEY (hash)
);

CREATE UNIQUE INDEX grant_bound ON "grant" (nonce);

CREATE TABLE unit (
    unit VARCHAR NOT NULL,
    key JSON NOT NULL,
    thumbprint VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    place_name VARCHAR NOT NULL,
    channels JSON NOT NULL,
    languages JSON NOT NULL,
    link VARCHAR NOT NULL,
    root TEXT NOT NULL,
    hardware VARCHAR NOT NULL,
    enrolled VARCHAR NOT NULL,
    contact VARCHAR,
    maintenance_until VARCHAR,
    report TEXT,
    replaced_by VARCHAR,
    would_replace VARCHAR,
    readmitted VARCHAR,
    PRIMARY KEY (unit),
    UNIQUE (thumbprint)
);

CREATE TABLE enrolment (
    seq BIGSERIAL NOT NULL,
    unit VARCHAR NOT NULL,
    enrolled VARCHAR NOT NULL,
    key JSON NOT NULL,
    place VARCHAR NOT NULL,
    place_name VARCHAR NOT NULL,
    channels JSON NOT NULL,
    languages JSON NOT NULL,
    token TEXT,
    technician VARCHAR,
    PRIMARY KEY (seq)
);

CREATE INDEX enrolment_unit ON enrolment (unit, seq);

CREATE INDEX enrolment_place ON enrolment (place);

CREATE TABLE drill (
    id VARCHAR NOT NULL,
    drill TEXT NOT NULL,
    added VARCHAR NOT NULL,
    added_by VARCHAR NOT NULL,
    handled VARCHAR NOT NULL,
    removed VARCHAR,
    PRIMARY KEY (id)
);

CREATE TABLE drill_run (
    drill VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    reason VARCHAR,
    sender VARCHAR NOT NULL,
    identifier VARCHAR NOT NULL,
    report JSON,
    PRIMARY KEY (drill, at)
);

CREATE TABLE pending_alert (
    id BIGSERIAL NOT NULL,
    channel VARCHAR NOT NULL,
    sender VARCHAR NOT NULL,
    identifier VARCHAR NOT NULL,
    sent VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    alert TEXT NOT NULL,
    state VARCHAR NOT NULL,
    received VARCHAR NOT NULL,
    hold_off FLOAT,
    release_at VARCHAR,
    why VARCHAR,
    proposal TEXT,
    decided_by VARCHAR,
    decided_at VARCHAR,
    reason VARCHAR,
    version BIGINT,
    out_at VARCHAR,
    extra JSON,
    PRIMARY KEY (id),
    UNIQUE (channel, sender, identifier, sent)
);

CREATE INDEX pending_alert_kind ON pending_alert (sender, kind);

CREATE INDEX pending_alert_source ON pending_alert (source, received);

CREATE INDEX pending_alert_state ON pending_alert (state);

CREATE INDEX pending_alert_received ON pending_alert (received);

CREATE TABLE area (
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    languages JSON NOT NULL,
    latitude FLOAT,
    longitude FLOAT,
    PRIMARY KEY (code)
);

CREATE TABLE audit (
    seq BIGSERIAL NOT NULL,
    at VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    technician VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    block VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    PRIMARY KEY (seq)
);

CREATE INDEX audit_unit ON audit (unit);

CREATE TABLE card (
    card VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    way VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    made VARCHAR NOT NULL,
    until VARCHAR NOT NULL,
    days BIGINT NOT NULL,
    used_key VARCHAR,
    used VARCHAR,
    place VARCHAR,
    serial VARCHAR,
    first_boot VARCHAR,
    doubt VARCHAR,
    doubted VARCHAR,
    others JSON NOT NULL,
    late VARCHAR,
    admitted VARCHAR,
    revoked VARCHAR,
    PRIMARY KEY (card),
    UNIQUE (unit),
    UNIQUE (key)
);

CREATE TABLE user_account (
    name VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    made VARCHAR NOT NULL,
    password VARCHAR,
    seed VARCHAR,
    step INTEGER,
    new_seed VARCHAR,
    link VARCHAR,
    link_until VARCHAR,
    revoked VARCHAR,
    PRIMARY KEY (name),
    UNIQUE (person),
    UNIQUE (link)
);

CREATE TABLE user_try (
    name VARCHAR NOT NULL,
    block VARCHAR NOT NULL,
    wrong INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    until VARCHAR,
    PRIMARY KEY (name, block)
);

CREATE INDEX user_try_at ON user_try (at);

CREATE TABLE rollout (
    channel VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    going VARCHAR NOT NULL,
    stage BIGINT NOT NULL,
    since VARCHAR NOT NULL,
    reason VARCHAR,
    excused BIGINT NOT NULL,
    percent BIGINT NOT NULL,
    n BIGINT NOT NULL,
    until VARCHAR NOT NULL,
    watched VARCHAR,
    silent JSON,
    PRIMARY KEY (channel, number),
    UNIQUE (n)
);

CREATE TABLE officer (
    channels JSON NOT NULL,
    key VARCHAR,
    key_made VARCHAR,
    name VARCHAR NOT NULL,
    made VARCHAR NOT NULL,
    link VARCHAR,
    link_until VARCHAR,
    session VARCHAR,
    bound VARCHAR,
    revoked VARCHAR,
    PRIMARY KEY (name),
    UNIQUE (key),
    UNIQUE (link),
    UNIQUE (session)
);

CREATE TABLE technician (
    area VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    made VARCHAR NOT NULL,
    link VARCHAR,
    link_until VARCHAR,
    session VARCHAR,
    bound VARCHAR,
    revoked VARCHAR,
    PRIMARY KEY (name),
    UNIQUE (link),
    UNIQUE (session)
);

CREATE TABLE alert_proof (
    identity VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    step BIGINT NOT NULL,
    airing BIGINT NOT NULL,
    at VARCHAR NOT NULL,
    clock BOOLEAN NOT NULL,
    received VARCHAR NOT NULL,
    simulated BOOLEAN NOT NULL,
    standing BOOLEAN NOT NULL,
    PRIMARY KEY (identity, unit, step, airing),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE TABLE alert_airing (
    identity VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    airing BIGINT NOT NULL,
    n BIGINT NOT NULL,
    outcome VARCHAR NOT NULL,
    rung BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    PRIMARY KEY (identity, unit, airing),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE TABLE alert_arrival (
    unit VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    version BIGINT NOT NULL,
    at VARCHAR NOT NULL,
    clock BOOLEAN NOT NULL,
    received VARCHAR NOT NULL,
    PRIMARY KEY (unit, target, version),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE INDEX alert_arrival_target ON alert_arrival (target, version);

CREATE TABLE report (
    unit VARCHAR NOT NULL,
    boot VARCHAR NOT NULL,
    n BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    received VARCHAR NOT NULL,
    token TEXT,
    earliest VARCHAR,
    latest VARCHAR,
    PRIMARY KEY (unit, boot, n),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE INDEX report_latest ON report (unit, latest);

CREATE INDEX report_signed ON report (received) WHERE token IS NOT NULL;

CREATE TABLE line (
    seq BIGSERIAL NOT NULL,
    unit VARCHAR NOT NULL,
    program VARCHAR NOT NULL,
    n BIGINT NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    kind VARCHAR NOT NULL,
    line TEXT NOT NULL,
    received VARCHAR NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (unit, program, n),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE INDEX line_kind ON line (unit, kind, seq);

CREATE TABLE tail (
    unit VARCHAR NOT NULL,
    program VARCHAR NOT NULL,
    kept BIGINT NOT NULL,
    PRIMARY KEY (unit, program),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE TABLE fault (
    unit VARCHAR NOT NULL,
    program VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    n BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    detail VARCHAR NOT NULL,
    PRIMARY KEY (unit, program, code),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE TABLE holder (
    unit VARCHAR NOT NULL,
    duty VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    phone VARCHAR NOT NULL,
    substitute VARCHAR NOT NULL,
    substitute_phone VARCHAR NOT NULL,
    PRIMARY KEY (unit, duty),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE TABLE user_role (
    "user" VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    PRIMARY KEY ("user", role, area),
    FOREIGN KEY("user") REFERENCES user_account (name)
);

CREATE TABLE user_session (
    hash VARCHAR NOT NULL,
    "user" VARCHAR NOT NULL,
    whole BOOLEAN NOT NULL,
    made VARCHAR NOT NULL,
    used VARCHAR NOT NULL,
    browser VARCHAR NOT NULL,
    block VARCHAR NOT NULL,
    PRIMARY KEY (hash),
    FOREIGN KEY("user") REFERENCES user_account (name)
);

CREATE INDEX user_session_user ON user_session ("user");

CREATE TABLE user_recovery (
    "user" VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    PRIMARY KEY ("user", hash),
    FOREIGN KEY("user") REFERENCES user_account (name)
);

CREATE TABLE upgrade (
    unit VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    n BIGINT NOT NULL,
    outcome VARCHAR NOT NULL,
    was VARCHAR,
    reason VARCHAR,
    heard VARCHAR NOT NULL,
    PRIMARY KEY (unit, channel, number),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE INDEX upgrade_number ON upgrade (channel, number);

CREATE TABLE waiting (
    thumbprint VARCHAR NOT NULL,
    nonce VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    hardware VARCHAR NOT NULL,
    serial VARCHAR,
    tests JSON NOT NULL,
    replaces VARCHAR,
    block VARCHAR NOT NULL,
    asked VARCHAR NOT NULL,
    seen VARCHAR,
    wrong BIGINT NOT NULL,
    technician VARCHAR,
    held VARCHAR,
    accepted VARCHAR,
    place VARCHAR,
    holders JSON NOT NULL,
    PRIMARY KEY (thumbprint),
    FOREIGN KEY(technician) REFERENCES technician (name)
);

CREATE INDEX waiting_block ON waiting (block);

CREATE INDEX waiting_unit ON waiting (unit);

CREATE TABLE photo (
    seq BIGSERIAL NOT NULL,
    sha256 VARCHAR NOT NULL,
    thumbprint VARCHAR NOT NULL,
    unit VARCHAR,
    technician VARCHAR NOT NULL,
    added VARCHAR NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (thumbprint, sha256),
    FOREIGN KEY(unit) REFERENCES unit (unit)
);

CREATE INDEX photo_unit ON photo (unit);
