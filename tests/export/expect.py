# SPDX-License-Identifier: MIT
"""Compares all records of a trace with an export, field by field."""
import subprocess
import sys

FLAGS = ["write", "unclaimed", "string", "injected", "window", "waited"]
IO = "IO"


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r} instead of {wanted!r}")


def expect_each(what, got, wanted):
    """Compares two lists; the error names the first difference."""
    for number, (here, there) in enumerate(zip(got, wanted)):
        expect(f"{what}, number {number}", here, there)
    expect(f"{what}, how many", len(got), len(wanted))


def run(*command, stdin=None):
    done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{command[0]}: status {done.returncode}: {done.stderr.strip()[:300]}")
    return done.stdout.splitlines()


def expect_moments(trace, got):
    """Checks the moments of a format with entries, exits and events. `got`: (ns, name) of each."""
    wanted = list(trace.moments())
    expect_each("moments", got, wanted)


def flags_of(text):
    """Returns the value of a field that is a number, or names joined by |."""
    if text in ("", "0") or text[0].isdigit():
        return int(text or "0", 0)
    return sum(1 << FLAGS.index(name) for name in text.split("|"))


def expect_exits(trace, got):
    """Checks the exits. `got`: the fields of each exit by name, as text."""
    expect("exits", len(got), len(trace.exits))
    for number, (fields, record) in enumerate(zip(got, trace.exits), 1):
        where = f"exit {number}"
        expect(where + " sequence", int(fields["sequence"]), number)
        expect(where + " rip", int(fields["rip"], 16), record.rip)
        expect(where + " address", int(fields["address"], 16),
               record.address & 0xffff if record.name == IO else record.address)
        expect(where + " size", int(fields["size"]), record.size)
        expect(where + " value", int(fields["value"], 16), record.value)
        expect(where + " flags", flags_of(fields["flags"]), record.flags)
        expect(where + " vector", int(fields["vector"], 16), record.vector)
        expect(where + " cpl", int(fields["cpl"]), record.cpl)
        expect(where + " cr3", int(fields["cr3"], 16), record.frame << 12)
        expect(where + " guest_ns", int(fields["guest_ns"]), record.ns - record.entry_ns)
        if record.vmm_ns is not None:
            expect(where + " vmm_ns", int(fields["vmm_ns"]), record.vmm_ns)
        if "reason" in fields:
            expect(where + " reason", fields["reason"].strip('"'), record.name)


def expect_events(trace, got):
    """Checks the events. `got`: the fields of each event by name, as text: its process and its arguments."""
    expect("events", len(got), len(trace.events))
    for number, (fields, record) in enumerate(zip(got, trace.events), 1):
        where = f"{number}th event, {record.name}:"
        expect(where + " process", int(fields["process"]), record.pid)
        for name, value in zip(record.arguments, (record.a, record.b)):
            if name:
                expect(f"{where} {name}", int(fields[name], 0), value)


# What Linux calls a process that lost the CPU, by the reason; plugins of trace-cmd know the letters of older kernels, with X and Z swapped.
STATES = {"slice over": "R+", "exited": "ZX", "stopped": "T", "waits for a time": "S", "waits for a child": "S",
          "waits for a signal": "S", "waits for a file": "S", "waits for its memory": "D"}


def expect_scheduler(trace, got):
    """Checks the events of Linux's scheduler. `got`: (ns, name, fields) of each."""
    wanted = []
    for record in trace.events:
        if record.name == "switch":
            wanted.append((record.ns, "sched_switch", record))
        elif record.name == "wake":
            wanted += [(record.ns, "sched_waking", record), (record.ns, "sched_wakeup", record)]
    expect_each("events of the scheduler", [moment[:2] for moment in got], [moment[:2] for moment in wanted])
    for (ns, name, fields), (_, _, record) in zip(got, wanted):
        where = f"{name} at {ns}"
        if name != "sched_switch":
            expect(where, int(fields["pid"]), record.pid)
            continue
        expect(where, (int(fields["prev_pid"]), int(fields["next_pid"])), (record.pid, record.a))
        state = STATES.get(trace.switch_reasons[record.b], "R")
        expect(f"{where}: state {fields['prev_state']} of {state}", fields["prev_state"] in state, True)
