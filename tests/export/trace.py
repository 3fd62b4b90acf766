# SPDX-License-Identifier: MIT
"""Reads trace files as docs/trace-format.md defines them, independently of the VMM, for comparison with exports."""
import json
import re
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORD_SIZE = 48
FIRST_EVENT = 128
WAITED = 1 << 5


def table(header):
    """Returns the first two columns of each row of an X-macro table."""
    text = (ROOT / "include/ringside" / header).read_text()
    return re.findall(r'X\((\w+),\s*"?([\w-]+)"?', text[text.index("#define"):])


EXIT_NAMES = {int(number): name for number, name in table("exits.h") if number.isdigit()}
EVENT_NAMES = [name for kind, name in table("events.h") if kind != "kind"]
# The names of an event's two arguments, without the format characters before them.
EVENT_ARGUMENTS = [[name.lstrip("#@") for name in row] for row in
                   re.findall(r'X\([A-Z_]+,.*"([^"]*)", *"([^"]*)"\)', (ROOT / "include/ringside/events.h").read_text())]


def switch_reasons():
    """Returns the words of each reason of a switch, in the order of their codes."""
    text = (ROOT / "include/ringside/events.h").read_text()
    return re.findall(r'X\(\w+, +"([^"]*)"\)', text[text.index("RINGSIDE_SWITCH_REASONS"):text.index("RINGSIDE_WAKE_REASONS")])


class Record:
    """One record, with times in nanoseconds from the start of the run."""

    def __init__(self, data, to_ns):
        self.kind = data[44]
        self.is_event = self.kind >= FIRST_EVENT
        tsc = struct.unpack_from("<Q", data, 0)[0]
        self.ns = to_ns(tsc)
        if self.is_event:
            self.a, self.b = struct.unpack_from("<QQ", data, 8)
            self.pid = struct.unpack_from("<I", data, 40)[0]
            self.name = EVENT_NAMES[self.kind - FIRST_EVENT]
            self.arguments = EVENT_ARGUMENTS[self.kind - FIRST_EVENT]
            return
        entry, self.rip, self.address, self.value, self.frame = struct.unpack_from("<QQQQI", data, 8)
        self.entry_ns = to_ns(entry)
        self.cpl, self.size, self.flags, self.vector = data[45] & 3, data[45] >> 4, data[46], data[47]
        self.name = EXIT_NAMES.get(self.kind, str(self.kind))
        self.slept = self.value if self.name == "HLT" and self.flags & WAITED else 0 # ticks


class Trace:
    switch_reasons = switch_reasons()

    def __init__(self, path):
        """`path`.stat.json: what `vmm trace stat --json` says of the trace."""
        self.path, self.stat = path, json.loads(Path(f"{path}.stat.json").read_text(encoding="utf-8"))
        data = Path(path).read_bytes()
        _, header_size, record_size = struct.unpack_from("<III", data, 8)
        start, _, _, khz = struct.unpack_from("<QQQQ", data, 24)
        assert record_size == RECORD_SIZE

        def to_ns(tsc):
            return max(tsc - start, 0) * 1000000 // khz

        self.to_ns = to_ns
        self.records = []
        for offset in range(header_size, len(data) - RECORD_SIZE + 1, RECORD_SIZE):
            if data[offset:offset + 8] == bytes(8):
                break
            self.records.append(Record(data[offset:offset + RECORD_SIZE], to_ns))
        self.exits = [record for record in self.records if not record.is_event]
        self.events = [record for record in self.records if record.is_event]
        for this, following in zip(self.exits, self.exits[1:]):
            handled_ns = following.entry_ns - this.ns
            this.vmm_ns = handled_ns - min(this.slept * 1000000 // khz, handled_ns)
        if self.exits:
            self.exits[-1].vmm_ns = None

    def moments(self):
        """Yields (ns, name) of every entry, exit and event in the order of the timeline; names are single words."""
        waiting = []
        for record in self.records:
            if record.is_event:
                waiting.append((record.ns, record.name.replace("-", "_")))
                continue
            before = [moment for moment in waiting if moment[0] < record.entry_ns] # the VMM's own events
            yield from before
            yield record.entry_ns, "vm_entry"
            yield from waiting[len(before):]
            yield record.ns, "vm_exit"
            waiting = []
        if waiting:
            yield waiting[0][0], "vm_entry"
            yield from waiting
