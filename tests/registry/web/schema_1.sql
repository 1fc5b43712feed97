CREATE TABLE about (
	name VARCHAR NOT NULL,
	value VARCHAR NOT NULL,
	PRIMARY KEY (name)
);
CREATE TABLE grant (
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
	PRIMARY KEY (hash)
);
CREATE TABLE unit (
	unit VARCHAR NOT NULL,
	"key" JSON NOT NULL,
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
	PRIMARY KEY (unit),
	UNIQUE (thumbprint)
);
CREATE TABLE fault (
	unit VARCHAR NOT NULL,
	program VARCHAR NOT NULL,
	code VARCHAR NOT NULL,
	n INTEGER NOT NULL,
	active BOOLEAN NOT NULL,
	detail VARCHAR NOT NULL,
	PRIMARY KEY (unit, program, code),
	FOREIGN KEY(unit) REFERENCES unit (unit)
);
CREATE TABLE line (
	seq INTEGER NOT NULL,
	unit VARCHAR NOT NULL,
	program VARCHAR NOT NULL,
	n INTEGER NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	digest BLOB NOT NULL,
	kind VARCHAR NOT NULL,
	line TEXT NOT NULL,
	received VARCHAR NOT NULL,
	PRIMARY KEY (seq),
	UNIQUE (unit, program, n),
	FOREIGN KEY(unit) REFERENCES unit (unit)
);
CREATE INDEX line_kind ON line (unit, kind, seq);
CREATE TABLE report (
	unit VARCHAR NOT NULL,
	boot VARCHAR NOT NULL,
	n INTEGER NOT NULL,
	digest BLOB NOT NULL,
	received VARCHAR NOT NULL,
	PRIMARY KEY (unit, boot, n),
	FOREIGN KEY(unit) REFERENCES unit (unit)
);
CREATE TABLE tail (
	unit VARCHAR NOT NULL,
	program VARCHAR NOT NULL,
	kept INTEGER NOT NULL,
	PRIMARY KEY (unit, program),
	FOREIGN KEY(unit) REFERENCES unit (unit)
);
INSERT INTO about VALUES ('schema', '1');
