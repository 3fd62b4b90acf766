#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Adds up the time of a trace by docs/trace-format.md alone, and compares it with what `vmm trace stat --json` says.

sums.py TRACE STAT.json include/ringside/events.h: prints the sums; status 1 and a line for each difference."""
import json
import re
import struct
import sys

EVENT = 128
HLT, WAITED = 5, 1 << 5
data = open(sys.argv[1], "rb").read()
stat = json.load(open(sys.argv[2]))
rows = re.findall(r'^\tX\(\w+,\s+"([\w-]+)"', open(sys.argv[3]).read(), re.M)
kinds = {name: EVENT + number for number, name in enumerate(rows)}
header_size, = struct.unpack_from("<I", data, 12)
start, end = struct.unpack_from("<QQ", data, 24)
doorbell = 0x500 + 0x0c


sums = dict.fromkeys(("ring3", "ring0", "untold", "vmm", "blocked", "host", "idle", "missing"), 0)
hosts = {kinds["host-took"]: "host", kinds["host-block"]: "blocked", kinds["host-halt"]: "idle"}
records = []
for at in range(header_size, len(data) - 47, 48):
    tsc, entry, rip, address, value = struct.unpack_from("<5Q", data, at)
    pid, kind, cpl, flags = struct.unpack_from("<IBBB", data, at + 40)
    if tsc == 0:
        break
    records.append((tsc, entry, rip, address, value, pid, kind, cpl & 3, flags))

now, ring, told = start, 0, False
sleep = None


def spend(until, share, away):
    """Gives [now, until) to a share, without the time away."""
    global now
    until = min(until, end)
    if until <= now:
        return
    pieces = sorted((max(now, f), min(until, t), s) for f, t, s in away if f < until and t > now)
    at = now
    for f, t, s in pieces:
        f, t = max(f, at), max(t, at)
        sums[share] += f - at
        sums[s] += t - f
        at = t
    sums[share] += until - at
    now = until


def ring_share(ring):
    return {3: "ring3", 0: "ring0", None: "untold"}[ring]


waiting = []
for record in records:
    tsc, entry, rip, address, value, pid, kind, cpl, flags = record
    if kind >= EVENT:
        waiting.append(record)
        continue
    away = [(r[0] - r[1], r[0], hosts[r[6]]) for r in waiting if r[6] in hosts]
    spend(entry, "vmm", ([sleep] if sleep else []) + away)
    for r in waiting:
        if r[6] >= kinds["host-took"]:  # the VMM's, which tells nothing of rings
            continue
        spend(r[0], ring_share(ring), away)
        told = True
        is_return = r[6] == kinds["return"] and r[5] != 0 and r[1] >> 63 == 0
        ring = 3 if is_return else 0
    is_doorbell = kind == 2 and address & 0xffff == doorbell
    if is_doorbell:
        spend(tsc, "ring0", away)
    elif cpl == ring:
        spend(tsc, ring_share(ring), away)
    else:
        spend(tsc, "untold", away)
        ring = None if cpl == 0 and told else cpl
    sleep = (address, address + value, "idle") if kind == HLT and flags & WAITED and value else None
    waiting = []
spend(end, "vmm", ([sleep] if sleep else []) + [(r[0] - r[1], r[0], hosts[r[6]]) for r in waiting if r[6] in hosts])

print(sums)
wrong = [f"{share}: {ticks} by the format, {stat['time_ticks'][share]} by stat"
         for share, ticks in sums.items() if stat["time_ticks"][share] != ticks]
if sum(sums.values()) != end - start or stat["time_ticks"]["all"] != end - start:
    wrong.append(f"the run took {end - start}, the sums are {sum(sums.values())} and {stat['time_ticks']['all']}")
owners = sum(owner["ticks"] for owner in stat["processes"])
if owners != end - start:
    wrong.append(f"all owners have {owners} of {end - start} ticks")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
