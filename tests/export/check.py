# SPDX-License-Identifier: MIT
"""
check.py FORMAT TRACE EXPORT: compares an export, as its public tool reads it, with the trace it was made of.
Called by tests/export/run. Ends with 0, or with 1 and a line that says what differs.
"""
import csv
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from trace import Trace

HERE = Path(__file__).resolve().parent


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r} instead of {wanted!r}")


def run(*command, stdin=None):
    done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{command[0]}: status {done.returncode}: {done.stderr.strip()[:300]}")
    return done.stdout.splitlines()


def expect_moments(trace, got):
    """`got`: (ns, name) of each event of a format that has entries, exits and events."""
    wanted = list(trace.moments())
    expect("events", len(got), len(wanted))
    for number, (here, there) in enumerate(zip(got, wanted)):
        expect(f"event {number}", here, there)


def expect_exits(trace, got):
    """`got`: the fields of each exit by name, as text."""
    expect("exits", len(got), len(trace.exits))
    for number, (fields, record) in enumerate(zip(got, trace.exits), 1):
        where = f"exit {number}"
        expect(where + " sequence", int(fields["sequence"]), number)
        expect(where + " rip", int(fields["rip"], 16), record.rip)
        expect(where + " value", int(fields["value"], 16), record.value)
        expect(where + " cpl", int(fields["cpl"]), record.cpl)
        expect(where + " cr3", int(fields["cr3"], 16), record.frame << 12)
        expect(where + " guest_ns", int(fields["guest_ns"]), record.ns - record.entry_ns)
        if record.vmm_ns is not None:
            expect(where + " vmm_ns", int(fields["vmm_ns"]), record.vmm_ns)
        if "reason" in fields:
            expect(where + " reason", fields["reason"].strip('"'), record.name)


def expect_processes(trace, got):
    """`got`: of each event, the process it is about."""
    expect("processes", got, [record.pid for record in trace.events])


def check_csv(trace, path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expect("rows", len(rows), len(trace.records))
    for number, (row, record) in enumerate(zip(rows, trace.records)):
        where = f"row {number}"
        expect(where + " time", int(row["time_ns"]), record.ns)
        expect(where + " type", row["type"], "event" if record.is_event else "exit")
        expect(where + " name", row["name"], record.name)
        expect(where + " overflow", None in row, False)
        for name in ("a", "b"):
            if record.is_event and row[name] != "":
                expect(f"{where} {name}", int(row[name], 0), getattr(record, name))
    expect_exits(trace, [row for row in rows if row["type"] == "exit"])
    expect_processes(trace, [int(row["process"]) for row in rows if row["type"] == "event"])


def fields_of(text):
    """name=value words; detail, the last one, has words of its own."""
    text = text.split(" detail=")[0]
    return dict(re.findall(r"(\w+)=(\S*)", text))


def check_lines(trace, lines, pattern, entry_exit_only=False):
    """Lines of ftrace's kind."""
    moments, exits, processes = [], [], []
    for line in lines:
        match = re.match(pattern, line)
        if match is None:
            sys.exit(f"not a line of an event: {line}")
        seconds, ns, name, rest = match.groups()
        moments.append((int(seconds) * 10**9 + int(ns), name))
        if name == "vm_exit":
            exits.append(fields_of(rest))
        elif name != "vm_entry":
            processes.append(int(fields_of(rest)["process"]))
    expect_moments(trace, moments)
    expect_exits(trace, exits)
    expect_processes(trace, processes)


def check_ftrace(trace, path):
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    expect("first line", lines[0], "# tracer: nop")
    check_lines(trace, [line for line in lines if not line.startswith("#")],
                r" *\S+-\d+ +\[000\] [.]{5} +(\d+)\.(\d{9}): (\w+): ?(.*)")


def check_trace_cmd(trace, path):
    lines = run("trace-cmd", "report", "-t", path)
    expect("first line", lines[0], "cpus=1")
    check_lines(trace, lines[1:], r" *\S+-\d+ +\[000\] +(\d+)\.(\d{9}): (\w+): +(.*)")


def check_ctf(trace, path):
    moments, exits, processes = [], [], []
    for line in run("babeltrace2", "--clock-cycles", path):
        match = re.match(r"\[(\d+)\] \(\+\S+\) (\w+): \{ pid = \d+, program = \"[^\"]*\" \}, \{ (.*) \}", line)
        if match is None:
            sys.exit(f"not a line of an event: {line}")
        cycles, name, rest = match.groups()
        moments.append((int(cycles), name))
        if name == "vm_exit":
            rest = re.sub(r'\( "(\w+)" : container = \d+ \)', r"\1", rest)
            exits.append(dict(re.findall(r"(\w+) = ([^, ]+)", rest.split(", symbol = ")[0])))
        elif name != "vm_entry":
            processes.append(int(re.match(r"process = (\d+)", rest)[1]))
    expect_moments(trace, moments)
    expect_exits(trace, exits)
    expect_processes(trace, processes)


class Lanes:
    """Slices as a viewer draws them: every end has its beginning, and one lane is busy at a time."""

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
        expect("times of exits", [ns for ns, _ in self.exits], [record.ns for record in self.trace.exits])
        expect("times of events", [ns for ns, _ in self.events], [record.ns for record in self.trace.events])
        expect_exits(self.trace, [fields for _, fields in self.exits])
        expect_processes(self.trace, [int(fields["process"]) for _, fields in self.events])
        for (ns, fields), record in zip(self.exits, self.trace.exits):
            if record.vmm_ns is not None:
                expect(f"length of the slice of the exit at {ns}", fields["drawn_ns"], record.vmm_ns)


def expect_counters(trace, counts):
    """`counts`: of each counter, (ns, value). What is per millisecond adds up to all."""
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
        # As text, since the times have more digits than a float.
        elements = json.load(file, parse_float=str)["traceEvents"]
    lanes, counts, names = Lanes(trace), defaultdict(list), {}
    lanes.vmm = (1, 1)
    for element in elements:
        lane = (element["pid"], element["tid"])
        if element["ph"] == "M":
            names[element["name"], lane] = element["args"]
            continue
        ns = int(element["ts"].replace(".", ""))
        if element["ph"] == "B":
            lanes.begin(lane, ns, element["cat"], element["name"],
                        {key: str(value) for key, value in element.get("args", {}).items()})
        elif element["ph"] == "E":
            lanes.end(lane, ns)
        elif element["ph"] == "i":
            lanes.instant(lane, ns, element["args"])
        elif element["ph"] == "C":
            counts[element["name"]].append((ns, element["args"]["value"]))
        else:
            sys.exit(f"element {element}")
    lanes.check()
    expect_counters(trace, counts)
    for lane in lanes.busy:
        expect(f"name of lane {lane}", ("thread_name", lane) in names, True)


def text_messages(lines):
    """protoc's text format: messages as lists of (field, value)."""
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


CHECKS = {"csv": check_csv, "ftrace": check_ftrace, "trace-cmd": check_trace_cmd, "ctf": check_ctf,
          "chrome": check_chrome, "perfetto": check_perfetto}

if __name__ == "__main__":
    CHECKS[sys.argv[1]](Trace(sys.argv[2]), sys.argv[3])
