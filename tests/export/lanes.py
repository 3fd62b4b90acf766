# SPDX-License-Identifier: MIT
"""Checks exports that viewers draw as slices on lanes: chrome and perfetto."""
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from expect import expect, expect_each, expect_events, expect_exits, run

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "system"))
import sums  # the time of a trace, by docs/trace-format.md alone

# The names of lanes; those of processes are their programs.
LANES = {"guest, ring 0": "ring0", "guest, ring not told": "untold", "VMM": "vmm", "VMM waited for the host": "blocked",
         "host took the CPU": "host", "guest idle": "idle", "not in the trace": "missing"}


class Lanes:
    """The slices as a viewer draws them: every end has a beginning, and one lane is busy at any moment."""

    def __init__(self, trace):
        self.trace = trace
        self.open = None
        self.exits, self.events, self.slices = [], [], []
        self.names, self.labels = {}, defaultdict(Counter)
        self.until = 0

    def tell(self, ns, category, fields):
        if category in ("exit", "event"):
            (self.exits if category == "exit" else self.events).append((ns, fields))

    def begin(self, lane, ns, category, name, fields):
        expect(f"open slice on {lane} at {ns}", self.open, None)
        expect(f"the end of what was before {lane}", self.until, ns)
        self.open = (lane, ns, name, fields)
        self.tell(ns, category, fields)

    def end(self, lane, ns, fields):
        if self.open is None or self.open[0] != lane:
            sys.exit(f"the end of a slice on {lane} at {ns} has no beginning")
        _, since, name, known = self.open
        known.update(fields)
        self.slices.append((since, ns, lane))
        self.labels[lane][name] += ns - since
        self.open, self.until = None, ns

    def share(self, lane):
        return LANES.get(self.names[lane], "ring3")

    def check_time(self):
        """The lanes have the time that the trace's format gives them, slice by slice, and that sums up to stat's."""
        time = sums.Time(self.trace.path, sums_events())
        wanted, got = [], []
        for began, ended, share in time.slices:
            extend(wanted, self.trace.to_ns(began), self.trace.to_ns(ended), share)
        for began, ended, lane in self.slices:
            extend(got, began, ended, self.share(lane))
        expect_each("time by share", got, wanted)
        expect("the wall time", self.until, self.trace.to_ns(time.end))
        expect("stat", list(sums.differences(time, self.trace.stat)), [])
        for owner in self.trace.stat["processes"]:
            if owner["owner"] != "process":
                continue
            lengths = [ended - began for began, ended, lane in self.slices
                       if self.share(lane) == "ring3" and self.pid(lane) == owner["pid"]]
            difference = abs(sum(lengths) - owner["ring3_ns"])  # of each end of a slice, what is less than a nanosecond
            expect(f"ring 3 of process {owner['pid']}, {difference} ns off", difference <= len(lengths) + 1, True)

    def check(self):
        expect("open slice at the end", self.open, None)
        expect_each("times of exits", [ns for ns, _ in self.exits], [record.ns for record in self.trace.exits])
        expect_each("times of events", [ns for ns, _ in self.events], [record.ns for record in self.trace.events])
        expect_exits(self.trace, [fields for _, fields in self.exits])
        expect_events(self.trace, [fields for _, fields in self.events])
        self.check_time()


def sums_events():
    return HERE.parents[1] / "include/ringside/events.h"


def extend(slices, began, ended, share):
    """Adds a slice, as a part of the last one if it goes on with it; what is less than a nanosecond is none."""
    if began == ended:
        return
    if slices and slices[-1][1:] == (began, share):
        began = slices.pop()[0]
    slices.append((began, ended, share))


def ready(trace):
    """Yields (ns, how many processes could run but do not have the CPU), each time it changes."""
    waiting = set()
    for record in trace.events:
        before = len(waiting)
        goes_on = record.name == "switch" and trace.switch_reasons[record.b] in ("slice over", "yielded")
        if record.name == "wake" or goes_on:
            waiting.add(record.pid)
        elif record.name in ("switch", "restore", "remove"):
            waiting.discard(record.pid)
        if len(waiting) != before:
            yield record.ns, len(waiting)


def flows(trace):
    """Returns the flows there should be, (ns of the cause, ns of what follows)."""
    found, traps, wakes, switch = [], {}, {}, None
    for record in trace.events:
        if record.name in ("syscall", "exception", "interrupt"):
            traps[record.pid] = record.ns
        elif record.name == "return" and record.pid in traps:
            found.append((traps.pop(record.pid), record.ns))
        elif record.name == "wake":
            wakes[record.pid] = record.ns
        elif record.name == "switch":
            switch = (record.ns, record.a)
        elif record.name == "restore":
            if switch and switch[1] == record.pid:
                found.append((switch[0], record.ns))
                switch = None
            if record.pid in wakes:
                found.append((wakes.pop(record.pid), record.ns))
    return sorted(found)


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
    late, shown = [], 0
    for record in trace.events:
        if record.name == "tick" and record.a != shown:
            late.append((record.ns, shown := record.a))
    expect_each("timer tick late, ns", [(ns, int(value)) for ns, value in counts["timer tick late, ns"]], late)
    expect_each("ready processes", [(ns, int(value)) for ns, value in counts["ready processes"]], list(ready(trace)))
    alive = sum(1 for r in trace.events if r.name == "create") - sum(1 for r in trace.events if r.name == "remove")
    if counts.get("processes"):
        expect("processes at the end", counts["processes"][-1][1], alive)


def check_chrome(trace, path):
    with open(path, encoding="utf-8") as file:
        # Numbers stay text, because the times have more digits than a float.
        elements = json.load(file, parse_float=str)["traceEvents"]
    lanes, counts, kinds = Lanes(trace), defaultdict(list), {}
    lanes.pid = lambda lane: lane[1]
    for element in elements:
        lane = (element["pid"], element["tid"])
        if element["ph"] == "M":
            kinds[element["name"], lane] = element["args"]
            if element["name"] == "thread_name":
                lanes.names[lane] = element["args"]["name"]
            continue
        ns = int(element["ts"].replace(".", ""))
        fields = {key: str(value) for key, value in element.get("args", {}).items()}
        if element["ph"] == "B":
            lanes.begin(lane, ns, element["cat"], element["name"], fields)
        elif element["ph"] == "E":
            expect(f"the name of what ends at {ns}", element["name"], lanes.open and lanes.open[2])
            lanes.end(lane, ns, fields)
        elif element["ph"] == "i":
            lanes.tell(ns, element["cat"], fields)
        elif element["ph"] == "C":
            counts[element["name"]].append((ns, element["args"]["value"]))
        else:
            sys.exit(f"element {element}")
    lanes.check()
    expect_counters(trace, counts)
    check_speedscope(lanes, path)


def check_speedscope(lanes, path):
    """What speedscope reads of an export to chrome: a profile for each lane, a frame for each name, no frame in another."""
    read = Path(f"{path}.speedscope.json")
    if not read.exists():
        return
    profiles = json.loads(read.read_text(encoding="utf-8"))
    names = [frame["name"] for frame in profiles["shared"]["frames"]]
    expect("frames", sorted(set(names)), sorted({name for labels in lanes.labels.values() for name in labels}))
    expect("profiles", len(profiles["profiles"]), len(lanes.labels))
    for profile in profiles["profiles"]:
        pid, tid = (int(number) for number in re.search(r"\(pid (\d+)\), .* \(tid (\d+)\)$", profile["name"]).groups())
        where, weights, opened = profile["name"], Counter(), []
        expect(where, profile["unit"], "microseconds")
        for event in profile["events"]:
            if event["type"] == "O":
                opened.append(event)
                expect(f"{where}: frames in another at {event['at']}", len(opened), 1)
            else:
                weights[names[event["frame"]]] += event["at"] - opened.pop()["at"]
        wanted = lanes.labels[pid, tid]
        expect(where, sorted(weights), sorted(wanted))
        for name, ns in wanted.items():
            expect(f"{where}: {weights[name]} us of {name}, {ns} ns", abs(weights[name] * 1000 - ns) < 1, True)


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
        self.lanes.names, self.pids = self.tracks, {}
        self.lanes.pid = self.pids.get
        self.counts = defaultdict(list)
        self.names = {"event_categories": {}, "event_names": {}, "debug_annotation_names": {}}
        self.cleared = False
        self.begun, self.flows = {}, []

    def learn(self, packet):
        for field, entry in packet.get("interned_data", []):
            entry = dict(entry)
            known = self.names[field].setdefault(entry["iid"], entry["name"])
            expect(f"{field} {entry['iid']}", known, entry["name"])

    def describe(self, descriptor):
        fields = dict(descriptor)
        name = fields.get("name") or dict(fields.get("thread", fields.get("process")))
        if isinstance(name, dict):
            name = name.get("thread_name", name.get("process_name"))
        self.tracks[fields["uuid"]] = name
        if "thread" in fields:
            self.pids[fields["uuid"]] = int(dict(fields["thread"])["tid"])

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
        for field, value in event:
            if field == "flow_ids":
                self.begun[value] = ns
            elif field == "terminating_flow_ids":
                self.flows.append((self.begun.pop(value), ns))
        kind = fields["type"]
        if kind == "TYPE_COUNTER":
            self.counts[self.tracks[track]].append((ns, int(fields["counter_value"])))
        elif kind == "TYPE_SLICE_END":
            self.lanes.end(track, ns, {})
        else:
            name = self.names["event_names"][fields["name_iid"]]
            category = self.names["event_categories"][fields["category_iids"]]
            if kind == "TYPE_SLICE_BEGIN":
                self.lanes.begin(track, ns, category, name, annotations)
            else:
                self.lanes.tell(ns, category, annotations)

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
    expect_each("flows", sorted(perfetto.flows), flows(trace))
