#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Gives out the time of a trace by docs/trace-format.md alone, and compares its sums with `vmm trace stat --json`.

sums.py TRACE STAT.json include/ringside/events.h: prints the sums; status 1 and a line for each difference.
tests/export compares the lanes of exports with the slices."""
import json
import re
import struct
import sys

EVENT = 128
IO, HLT, WAITED = 2, 5, 1 << 5
DOORBELL = 0x500 + 0x0c
RINGS = {3: "ring3", 0: "ring0", None: "untold"}
SHARES = (*RINGS.values(), "vmm", "blocked", "host", "idle", "missing")


def read_records(data):
    header_size, = struct.unpack_from("<I", data, 12)
    for at in range(header_size, len(data) - 47, 48):
        tsc, entry, rip, address, value = struct.unpack_from("<5Q", data, at)
        pid, kind, cpl, flags = struct.unpack_from("<IBBB", data, at + 40)
        if tsc == 0:
            break
        yield tsc, entry, rip, address, value, pid, kind, cpl & 3, flags


class Time:
    """`slices`: (from, to, share) in ticks, from the start of the run to its end."""

    def __init__(self, trace, events):
        data = open(trace, "rb").read()
        rows = re.findall(r'^\tX\(\w+,\s+"([\w-]+)"', open(events).read(), re.M)
        kinds = {name: EVENT + number for number, name in enumerate(rows)}
        hosts = {kinds["host-took"]: "host", kinds["host-block"]: "blocked", kinds["host-halt"]: "idle"}
        self.start, self.end = struct.unpack_from("<QQ", data, 24)
        self.now, self.slices = self.start, []
        ring, told, sleep, waiting = 0, False, [], []
        for record in read_records(data):
            tsc, entry, _, address, value, _, kind, cpl, flags = record
            if kind >= EVENT:
                waiting.append(record)
                continue
            away = [(r[0] - r[1], r[0], hosts[r[6]]) for r in waiting if r[6] in hosts]
            self.spend(entry, "vmm", sleep + away)
            for r in waiting:
                if r[6] >= kinds["host-took"]:  # the VMM's, which tells nothing of rings
                    continue
                self.spend(r[0], RINGS[ring], away)
                told = True
                is_return = r[6] == kinds["return"] and r[5] != 0 and r[1] >> 63 == 0
                ring = 3 if is_return else 0
            if kind == IO and address & 0xffff == DOORBELL:
                self.spend(tsc, "ring0", away)
            elif cpl == ring:
                self.spend(tsc, RINGS[ring], away)
            else:
                self.spend(tsc, "untold", away)
                ring = None if cpl == 0 and told else cpl
            sleep = [(address, address + value, "idle")] if kind == HLT and flags & WAITED and value else []
            waiting = []
        self.spend(self.end, "vmm", sleep + [(r[0] - r[1], r[0], hosts[r[6]]) for r in waiting if r[6] in hosts])

    def spend(self, until, share, away):
        """Gives [now, until) to a share, without the time away."""
        until = min(until, self.end)
        if until <= self.now:
            return
        for began, ended, other in sorted((max(self.now, f), min(until, t), s)
                                          for f, t, s in away if f < until and t > self.now):
            began = max(began, self.now)
            self.give(began, share)
            self.give(max(ended, began), other)
        self.give(until, share)

    def give(self, until, share):
        if until > self.now:
            self.slices.append((self.now, until, share))
            self.now = until

    def sums(self):
        sums = dict.fromkeys(SHARES, 0)
        for began, ended, share in self.slices:
            sums[share] += ended - began
        return sums


def differences(time, stat):
    """Yields a line for each difference between a trace and what `vmm trace stat --json` says of it."""
    ran, sums = time.end - time.start, time.sums()
    for share, ticks in sums.items():
        if stat["time_ticks"][share] != ticks:
            yield f"{share}: {ticks} by the format, {stat['time_ticks'][share]} by stat"
    if sum(sums.values()) != ran or stat["time_ticks"]["all"] != ran:
        yield f"the run took {ran}, the sums are {sum(sums.values())} and {stat['time_ticks']['all']}"
    owners = sum(owner["ticks"] for owner in stat["processes"])
    if owners != ran:
        yield f"all owners have {owners} of {ran} ticks"


if __name__ == "__main__":
    run = Time(sys.argv[1], sys.argv[3])
    print(run.sums())
    wrong = list(differences(run, json.load(open(sys.argv[2]))))
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)
