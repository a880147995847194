"""SQLite, tuned: covering indexes on what is filtered by, the lines themselves in the table.

Reads {"segments", "database", "questions": {name: [[[sql, values], ...], ...]}} and writes
{"version", "build", "answers": {name: [[ms, [first column of each statement's rows]], ...]}}, in milliseconds. Everything
is asked once before it is timed. Python brings the one native SQLite that most machines have; Node 20 has none.
"""

import json
import sqlite3
import sys
import time

SCHEMA = """
CREATE TABLE events (seq INTEGER PRIMARY KEY, event_id TEXT, timestamp TEXT, turn_number INTEGER,
  event_type TEXT, agent_id TEXT, line TEXT);
CREATE TABLE edges (cause TEXT, seq INTEGER, PRIMARY KEY (cause, seq)) WITHOUT ROWID;
CREATE TABLE involved (agent TEXT, seq INTEGER, PRIMARY KEY (agent, seq)) WITHOUT ROWID;
"""
# Written in order of (timestamp, event_id): seq is that order.
INDEXES = """
CREATE UNIQUE INDEX by_id ON events (event_id);
CREATE UNIQUE INDEX by_effect ON edges (seq, cause);
CREATE INDEX by_agent ON events (agent_id, event_type, seq, turn_number, timestamp);
CREATE INDEX by_type ON events (event_type, seq, turn_number, timestamp);
CREATE INDEX by_turn ON events (turn_number, seq);
CREATE INDEX by_time ON events (timestamp, seq, event_type, agent_id);
ANALYZE;
"""


def fill(database, segments):
    seq = 0
    for path in segments:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                seq += 1
                event = json.loads(line)
                agent = event.get("agent_id")
                database.execute(
                    "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (seq, event["event_id"], event["timestamp"], event["turn_number"], event["event_type"], agent, line),
                )
                for cause in event.get("caused_by") or ():
                    database.execute("INSERT OR IGNORE INTO edges VALUES (?, ?)", (cause, seq))
                for name in (agent, event.get("subject_agent_id"), *(event.get("participating_agent_ids") or ())):
                    if name:
                        database.execute("INSERT OR IGNORE INTO involved VALUES (?, ?)", (name, seq))


def answer(database, question):
    start = time.perf_counter()
    found = [database.execute(sql, values).fetchall() for sql, values in question]
    return (time.perf_counter() - start) * 1000, [[row[0] for row in rows] for rows in found]


def answers(database, questions):
    for question in questions:
        answer(database, question)
    return [answer(database, question) for question in questions]


asked = json.load(sys.stdin)
database = sqlite3.connect(asked["database"], isolation_level=None)
for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
    database.execute(f"PRAGMA {pragma}").fetchall()
start = time.perf_counter()
database.executescript(SCHEMA)
database.execute("BEGIN")
fill(database, asked["segments"])
database.execute("COMMIT")
database.executescript(INDEXES)
build = (time.perf_counter() - start) * 1000
found = {name: answers(database, questions) for name, questions in asked["questions"].items()}
json.dump({"version": sqlite3.sqlite_version, "build": build, "answers": found}, sys.stdout)
