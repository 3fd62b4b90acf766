# SPDX-License-Identifier: MIT
"""Checks exports with a line for each moment: csv, ftrace, and the output of trace-cmd and babeltrace2."""
import csv
import re
import sys
from pathlib import Path

from expect import expect, expect_events, expect_exits, expect_moments, expect_scheduler, run


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
        if record.is_event:
            row.update(zip(record.arguments, (row["a"], row["b"])))
    expect_exits(trace, [row for row in rows if row["type"] == "exit"])
    expect_events(trace, [row for row in rows if row["type"] == "event"])


def fields_of(text):
    """Parses name=value words; the last field, detail, is left out because its value contains words."""
    text = text.split(" detail=")[0]
    return dict(re.findall(r"(\w+)=(\S*)", text))


def scheduler_fields(text):
    """Parses the fields of sched_*; trace-cmd's plugin prints those of some as "init:1 [120] S ==> sh:2 [120]"."""
    short = re.match(r"(.*):(\d+) \[\d+\](?: (\S+) ==> (.*):(\d+) \[\d+\]| CPU:000)$", text)
    if short is None:
        return fields_of(text)
    names = ("comm", "pid") if short[3] is None else ("prev_comm", "prev_pid", "prev_state", "next_comm", "next_pid")
    return dict(zip(names, short.groups()))


def check_lines(trace, lines, pattern):
    """Parses lines in ftrace's format."""
    moments, exits, events, scheduler = [], [], [], []
    for line in lines:
        match = re.match(pattern, line)
        if match is None:
            sys.exit(f"not a line of an event: {line}")
        seconds, ns, name, rest = match.groups()
        if name.startswith("sched_"):
            scheduler.append((int(seconds) * 10**9 + int(ns), name, scheduler_fields(rest)))
            continue
        moments.append((int(seconds) * 10**9 + int(ns), name))
        if name == "vm_exit":
            exits.append(fields_of(rest))
        elif name != "vm_entry":
            events.append(fields_of(rest))
    expect_moments(trace, moments)
    expect_exits(trace, exits)
    expect_events(trace, events)
    expect_scheduler(trace, scheduler)


def check_ftrace(trace, path):
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    expect("first line", lines[0], "# tracer: nop")
    check_lines(trace, [line for line in lines if not line.startswith("#")],
                r" *\S+-\d+ +\[000\] [.]{5} +(\d+)\.(\d{9}): (\w+): ?(.*)")


def check_trace_cmd(trace, path):
    """By trace-cmd's plugins, which know the scheduler's events, and without, by the formats that are in the file."""
    for plugins in [], ["-N"]:
        check_report(trace, run("trace-cmd", "report", "-t", *plugins, path))


def check_report(trace, lines):
    expect("first line", lines[0], "cpus=1")
    # Before version 3 trace-cmd prints nanoseconds as they are; since 3.3 five flags too.
    seconds = lambda m: f"{m[1]}{int(m[2]) // 10**9}.{int(m[2]) % 10**9:09d}: "
    lines = [re.sub(r"^( *\S+-\d+ +\[000\] +)(\d+): ", seconds, line) for line in lines]
    check_lines(trace, lines[1:], r" *\S+-\d+ +\[000\] +(?:[.]{5} +)?(\d+)\.(\d{9}): (\w+): +(.*)")


def check_ctf(trace, path):
    moments, exits, events = [], [], []
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
            events.append(dict(re.findall(r"(\w+) = ([^, ]+)", rest.split(", symbol = ")[0].split(", detail = ")[0])))
    expect_moments(trace, moments)
    expect_exits(trace, exits)
    expect_events(trace, events)
