# SPDX-License-Identifier: MIT
"""Checks exports that viewers draw as slices on lanes: chrome and perfetto."""
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from expect import expect, expect_each, expect_events, expect_exits, run

HERE = Path(__file__).resolve().parent


class Lanes:
    """The slices as a viewer draws them: every end has a beginning, and one lane is busy at a time."""

    def __init__(self, trace):
        self.trace = trace
        self.open = None
        self.exits, self.events, self.busy = [], [], Counter()
        self.last = defaultdict(int)

    def at(self, lane, ns):
        if ns < self.last[lane]:
            sys.exit(f"time runs backwards on {lane} at {ns}")
        self.last[lane] = ns

    def begin(self, lane, ns, category, name, fields):
        self.at(lane, ns)
        expect(f"open slice on {lane} at {ns}", self.open, None)
        self.open = (lane, ns)
        if category == "exit":
            self.exits.append((ns, fields))
        elif category == "event":
            self.events.append((ns, fields))

    def end(self, lane, ns):
        self.at(lane, ns)
        if self.open is None or self.open[0] != lane:
            sys.exit(f"the end of a slice on {lane} at {ns} has no beginning")
        self.busy[lane] += ns - self.open[1]
        if self.exits and self.exits[-1][0] == self.open[1] and lane == self.vmm:
            self.exits[-1][1]["drawn_ns"] = ns - self.open[1]
        self.open = None

    def instant(self, lane, ns, fields):
        self.at(lane, ns)
        if self.open is None or self.open[0] != lane:
            sys.exit(f"an event at {ns} on {lane}, which is not busy")
        self.events.append((ns, fields))

    def check(self):
        expect("open slice at the end", self.open, None)
        expect_each("times of exits", [ns for ns, _ in self.exits], [record.ns for record in self.trace.exits])
        expect_each("times of events", [ns for ns, _ in self.events], [record.start_ns for record in self.trace.events])
        expect_exits(self.trace, [fields for _, fields in self.exits])
        expect_events(self.trace, [fields for _, fields in self.events])
        absences = [event.start_ns for event in self.trace.events if event.start_ns < event.ns]
        for (ns, fields), record in zip(self.exits, self.trace.exits):
            if record.vmm_ns is not None: # an absence of the VMM's thread cuts the slice
                ends = [start for start in absences if ns < start < ns + record.vmm_ns] + [ns + record.vmm_ns]
                expect(f"length of the slice of the exit at {ns}", fields["drawn_ns"], ends[0] - ns)


def expect_counters(trace, counts):
    """Checks the counters. `counts`: (ns, value) of each counter. Rates per millisecond must add up to all records."""
    def expand(name, records):
        wanted = Counter(record.ns // 10**6 for record in records)
        got, value, at = {}, 0, 0
        for ns, new in counts.get(name, []) + [(max(wanted, default=0) * 10**6 + 2 * 10**6, 0)]:
            for window in range(at, ns // 10**6):
                if value:
                    got[window] = value
            value, at = new, ns // 10**6
        expect(name, got, dict(wanted))

    expand("VM exits per ms", trace.exits)
    expand("guest events per ms", trace.events)
    alive = sum(1 for r in trace.events if r.name == "create") - sum(1 for r in trace.events if r.name == "remove")
    if counts.get("processes"):
        expect("processes at the end", counts["processes"][-1][1], alive)


def check_chrome(trace, path):
    with open(path, encoding="utf-8") as file:
        # Numbers stay text, because the times have more digits than a float.
        elements = json.load(file, parse_float=str)["traceEvents"]
    lanes, counts, names = Lanes(trace), defaultdict(list), {}
    lanes.vmm = (1, 1)
    for element in elements:
        lane = (element["pid"], element["tid"])
        if element["ph"] == "M":
            names[element["name"], lane] = element["args"]
            continue
        ns = int(element["ts"].replace(".", ""))
        fields = {key: str(value) for key, value in element.get("args", {}).items()}
        if element["ph"] == "B":
            lanes.begin(lane, ns, element["cat"], element["name"], fields)
        elif element["ph"] == "E":
            lanes.end(lane, ns)
        elif element["ph"] == "i":
            lanes.instant(lane, ns, fields)
        elif element["ph"] == "C":
            counts[element["name"]].append((ns, element["args"]["value"]))
        else:
            sys.exit(f"element {element}")
    lanes.check()
    expect_counters(trace, counts)
    for lane in lanes.busy:
        expect(f"name of lane {lane}", ("thread_name", lane) in names, True)


def text_messages(lines):
    """Parses protoc's text format into messages: lists of (field, value)."""
    stack = [[]]
    for line in lines:
        line = line.strip()
        if line.endswith("{"):
            message = []
            stack[-1].append((line[:-1].strip(), message))
            stack.append(message)
        elif line == "}":
            stack.pop()
        else:
            field, value = line.split(": ", 1)
            if field.isdigit():
                sys.exit(f"field {field} is not in the schema")
            stack[-1].append((field, value.strip('"')))
    expect("open messages", len(stack), 1)
    return [message for _, message in stack[0]]


class Perfetto:
    def __init__(self, trace):
        self.lanes, self.tracks = Lanes(trace), {}
        self.counts = defaultdict(list)
        self.names = {"event_categories": {}, "event_names": {}, "debug_annotation_names": {}}
        self.cleared = False

    def learn(self, packet):
        for field, entry in packet.get("interned_data", []):
            entry = dict(entry)
            known = self.names[field].setdefault(entry["iid"], entry["name"])
            expect(f"{field} {entry['iid']}", known, entry["name"])

    def describe(self, descriptor):
        fields = dict(descriptor)
        name = fields.get("name") or dict(fields.get("thread", fields.get("process")))
        self.tracks[fields["uuid"]] = name
        if name == "VMM":
            self.lanes.vmm = fields["uuid"]

    def event(self, ns, event):
        fields = dict(event)
        track = fields["track_uuid"]
        expect(f"track {track} is described", track in self.tracks, True)
        annotations = {}
        for field, value in event:
            if field == "debug_annotations":
                (_, iid), (kind, value) = value
                annotations[self.names["debug_annotation_names"][iid]] = \
                    hex(int(value)) if kind == "pointer_value" else value
        kind = fields["type"]
        if kind == "TYPE_COUNTER":
            self.counts[self.tracks[track]].append((ns, int(fields["counter_value"])))
        elif kind == "TYPE_SLICE_END":
            self.lanes.end(track, ns)
        else:
            name = self.names["event_names"][fields["name_iid"]]
            category = self.names["event_categories"][fields["category_iids"]]
            if kind == "TYPE_SLICE_BEGIN":
                self.lanes.begin(track, ns, category, name, annotations)
            else:
                self.lanes.instant(track, ns, annotations)

    def packet(self, message):
        packet = dict(message)
        self.cleared = self.cleared or packet["sequence_flags"] == "1"
        expect("state is cleared first", self.cleared, True)
        self.learn(packet)
        if "track_descriptor" in packet:
            self.describe(packet["track_descriptor"])
        if "track_event" in packet:
            self.event(int(packet["timestamp"]), packet["track_event"])


def check_perfetto(trace, path):
    perfetto = Perfetto(trace)
    with open(path, "rb") as file:
        lines = run("protoc", "-I", str(HERE), "--decode=Trace", "perfetto.proto", stdin=file)
    for message in text_messages(lines):
        perfetto.packet(message)
    perfetto.lanes.check()
    expect_counters(trace, perfetto.counts)
