"""Answers a page as whoever keeps no index must: reads all of the log, line by line.

Reads {"segments", "filters": [{agent_ids, event_types, turn_start, turn_end, limit, offset}, ...]} and writes
[[ms, total, ids of the page], ...]. It stands for the Python original, and does less: no models are made of the lines.
"""

import json
import sys
import time


def matches(event, wanted):
    return (
        ("agent_ids" not in wanted or event.get("agent_id") in wanted["agent_ids"])
        and ("event_types" not in wanted or event["event_type"] in wanted["event_types"])
        and wanted.get("turn_start", 0) <= event["turn_number"] <= wanted.get("turn_end", sys.maxsize)
    )


def page(segments, wanted):
    start = time.perf_counter()
    found = []
    for path in segments:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                event = json.loads(line)
                if matches(event, wanted):
                    found.append(event)
    found.sort(key=lambda event: (event["timestamp"], event["event_id"]))
    offset = wanted.get("offset", 0)
    ids = [event["event_id"] for event in found[offset : offset + wanted["limit"]]]
    return (time.perf_counter() - start) * 1000, len(found), ids


asked = json.load(sys.stdin)
json.dump([page(asked["segments"], wanted) for wanted in asked["filters"]], sys.stdout)
