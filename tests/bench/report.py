# SPDX-License-Identifier: MIT
"""Runs vmm and the floor in turns and prints medians, ratios and targets. Called by make bench.

Ratios are medians over rounds of the ratio within one round, so that slow changes of the machine's
speed cancel out. The status is 1 when a target is missed or a command fails.
"""

import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile

BUILD = sys.argv[1]
EXITS = 5_000  # per run: enough to stand out from the start, few enough that most rounds are not disturbed
LINE = 50  # bytes of a line of bench-serial.bin; each byte is an exit
ROUNDS = 200

missed = []


def floor(name, argument=0, options=""):
    return f"{BUILD}/tests/bench/floor {options} {BUILD}/tests/guests/{name}.bin {argument}"


def vmm(name, argument=0, options=""):
    return f"{BUILD}/vmm -q {options} -a {argument} {BUILD}/tests/guests/{name}.bin"


class Sample:
    """One command's rounds, in ns."""

    def __init__(self, command, line):
        words = line.split()
        self.rss, status = int(words[0]), int(words[1])
        self.ns = [int(word) for word in words[2:]]
        if status != 0:
            sys.exit(f"bench: status {status} from: {command}")

    def median(self):
        return statistics.median(self.ns)

    def quartiles(self):
        q = statistics.quantiles(self.ns, n=4)
        return q[0], q[2]


def interleave(rounds, *commands):
    run = subprocess.run([f"{BUILD}/tests/bench/interleave", str(rounds), *commands], capture_output=True, text=True)
    lines = run.stdout.splitlines()
    if len(lines) != len(commands):
        sys.exit(f"bench: interleave failed: {run.stderr}")
    return [Sample(command, line) for command, line in zip(commands, lines)]


def ratio(subject, floor, subject_base=0.0, floor_base=0.0):
    return statistics.median((s - subject_base) / (f - floor_base) for s, f in zip(subject.ns, floor.ns))


def row(what, floor, subject, value, unit, target=None, kind="ratio"):
    verdict = ""
    if target is not None:
        verdict = f"<= {target:g}" + ("" if value <= target else "  MISSED")
        if value > target:
            missed.append(what)
    shown = f"{value:.3f}" if kind == "ratio" else f"{value:+.0f}"
    print(f"{what:<44}{floor:>10}{subject:>10} {unit:<4}{shown:>9}  {verdict}")


def environment():
    cpu = "unknown CPU"
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    modules = [name for name in ("kvm_intel", "kvm_amd", "kvm_pvm") if os.path.isdir(f"/sys/module/{name}")]
    print(f"host    {cpu}, {os.cpu_count()} CPUs, Linux {platform.release()}, {' '.join(modules) or 'KVM of an unknown kind'}")
    print(f"load    {' '.join(f'{load:.2f}' for load in os.getloadavg())} (1, 5, 15 minutes)")
    print(f"rounds  {ROUNDS}, of {EXITS} exits where exits are timed; medians\n")
    print(f"{'':<44}{'floor':>10}{'vmm':>10}     {'ratio':>9}  target")


def spread(what, samples):
    for name, sample in samples:
        low, high = sample.quartiles()
        print(f"  {what} {name}: quartiles {low / 1e6:.3f} to {high / 1e6:.3f} ms")


def bench_start(trace):
    """Times start and exit. Returns the samples of floor, vmm and vmm tracing, the base of every other run."""
    commands = (floor("end-at-once"), floor("end-at-once", options="-c"), vmm("end-at-once"),
                vmm("end-at-once", options=trace))
    lowest, bare, plain, traced = interleave(ROUNDS, *commands)
    milliseconds = [f"{sample.median() / 1e6:.3f}" for sample in (lowest, bare, plain, traced)]
    row("start to exit", milliseconds[0], milliseconds[2], ratio(plain, lowest), "ms", 1.15)
    row("  against a floor that leaves CPUID out", milliseconds[1], milliseconds[2], ratio(plain, bare), "ms")
    row("start to exit, --trace=FILE", milliseconds[0], milliseconds[3], ratio(traced, lowest), "ms")
    row("peak RSS", str(lowest.rss), str(plain.rss), plain.rss - lowest.rss, "KiB", 600, "difference")
    return {"floor": lowest, "vmm": plain, "vmm --trace": traced}


def bench_exits(name, argument, starts, subjects):
    """Times exits. `subjects`: name, command, the entry of `starts` to subtract, target."""
    lowest, *samples = interleave(ROUNDS, floor(name, argument), *(command for _, command, _, _ in subjects))
    floor_base = starts["floor"].median()
    per_floor = (lowest.median() - floor_base) / EXITS / 1e3
    for (what, _, start, target), sample in zip(subjects, samples):
        base = starts[start].median()
        per_vmm = (sample.median() - base) / EXITS / 1e3
        row(what, f"{per_floor:.3f}", f"{per_vmm:.3f}", ratio(sample, lowest, base, floor_base), "us", target)
    return [("floor", lowest)] + [(what, sample) for (what, _, _, _), sample in zip(subjects, samples)]


def count_writes(command):
    """Counts the writes of a command to its stdout; a sequenced-packet socket keeps them apart."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = subprocess.Popen(command.split(), stdin=subprocess.DEVNULL, stdout=theirs.fileno(), stderr=subprocess.DEVNULL)
    theirs.close()
    writes = 0
    while ours.recv(65536):
        writes += 1
    child.wait()
    return writes


def bench_writes():
    lines = EXITS // LINE
    writes = [count_writes(command("bench-serial", lines)) / lines for command in (floor, vmm)]
    row(f"write(2) per line of {LINE} bytes", f"{writes[0]:.3f}", f"{writes[1]:.3f}", writes[1], "", 1.0)


def count_system_calls(command):
    with tempfile.NamedTemporaryFile("r", dir=BUILD) as log:
        subprocess.run(["strace", "-f", "-o", log.name, *command.split()], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        lines = log.readlines()
    return len(lines), sum("KVM_RUN" in line for line in lines)


def bench_system_calls():
    if shutil.which("strace") is None:
        print("system calls per exit: not measured, strace is missing")
        return
    few, _ = count_system_calls(vmm("end-at-once"))
    many, runs = count_system_calls(vmm("bench-pio", EXITS))
    row("system calls per exit, KVM_RUN included", "1.000", f"{(many - few) / (runs - 1):.3f}",
        (many - few) / (runs - 1), "", 1.0)


def main():
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        sys.exit("bench: no usable /dev/kvm")
    environment()
    lines = EXITS // LINE
    with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
        trace = f"--trace={scratch}/trace"
        starts = bench_start(trace)
        exits = bench_exits("bench-pio", EXITS, starts, [
            ("PIO exit", vmm("bench-pio", EXITS), "vmm", 1.02),
            ("PIO exit, --trace=FILE", vmm("bench-pio", EXITS, trace), "vmm --trace", 1.05),
        ])
    serial = bench_exits("bench-serial", lines, starts, [("serial byte", vmm("bench-serial", lines), "vmm", None)])
    bench_writes()
    bench_system_calls()
    print("\nspread of whole runs")
    spread("start to exit,", starts.items())
    spread("PIO,", exits)
    spread("serial,", serial)
    if missed:
        sys.exit("bench: missed: " + ", ".join(missed))


main()
