# SPDX-License-Identifier: MIT
"""Measures recording and every reader of traces: speed, memory, size. Called by make bench-trace.

Recording is measured alone (recording.c), and by the times of runs of port writes with and without a trace, which take
turns; each pair gives a ratio. Then it records a run of the guest and makes it longer (lengthen.c). Speeds are of the
fastest of ROUNDS runs on the shortest of these traces, by processor time, which other load hardly changes: these
programs only wait for the disk.
Memory is the peak of a run on each of the traces.
RECORDS lists the lengths of the traces. The status is 1 when a target is missed or a command fails.
"""

import os
import statistics
import subprocess
import sys
import tempfile

BUILD = sys.argv[1]
LENGTHS = sorted(int(word) for word in os.environ.get("RECORDS", "1000000 10000000").split())
ROUNDS = int(os.environ.get("ROUNDS", "5"))
RECORDING_NS, RECORDING_BYTES, RECORDING_RATIO = 60, 48, 1.04
EXITS = 100_000  # of a run with and without a trace: its start is less than a hundredth of it
PRINT, STAT, EXPORT, DIFF = 2, 20, 2, 5  # million records a second; of a comparison, of each trace
GROWTH_KIB = 256  # how much more peak memory the longest trace may need than the shortest: malloc's arenas differ
REPORT_RECORDS, REPORT_BYTES = 1_000_000, 15_000_000

missed = []


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"bench: status {done.returncode} from {' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def tool(name):
    return f"{BUILD}/tests/bench/{name}"


def check_status(status, command):
    if status != 0:
        sys.exit(f"bench: status {status} from: {command}")


def processor_time(command):
    """Returns the processor time of the fastest of ROUNDS runs, in seconds."""
    null, times = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)], []
    for _ in range(ROUNDS):
        words = command.split()
        _, status, usage = os.wait4(os.posix_spawn(words[0], words, os.environ, file_actions=null), 0)
        check_status(status, command)
        times.append(usage.ru_utime + usage.ru_stime)
    return min(times)


def measure(command):
    """Runs a command once. Returns elapsed seconds and peak RSS in KiB."""
    words = run(tool("interleave"), "1", command).split()
    check_status(int(words[1]), command)
    return int(words[2]) / 1e9, int(words[0])


def verdict(what, value, limit, least=False):
    if value >= limit if least else value <= limit:
        return f"{'>=' if least else '<='} {limit:g}"
    missed.append(what)
    return f"{'>=' if least else '<='} {limit:g}  MISSED"


def bench_recording(scratch):
    samples = [run(tool("recording"), "2000000", f"{scratch}/recorded").split() for _ in range(ROUNDS)]
    os.unlink(f"{scratch}/recorded")
    ns, size = min(float(sample[0]) for sample in samples), float(samples[0][1])
    print(f"recording an exit: {ns:.1f} ns {verdict('recording', ns, RECORDING_NS)}, "
          f"{size:.0f} bytes {verdict('size of a record', size, RECORDING_BYTES)}")


def bench_traced(scratch):
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        print("an exit, traced: not measured, no usable /dev/kvm\n")
        return
    command = f"{BUILD}/vmm -q -a {EXITS} {{}}{BUILD}/tests/guests/bench-pio.bin"
    commands = [command.format(""), command.format(f"--trace={scratch}/traced ")]
    lines = [line.split() for line in run(tool("interleave"), str(3 * ROUNDS), *commands).splitlines()]
    for words, text in zip(lines, commands):
        check_status(int(words[1]), text)
    plain, traced = ([int(word) / EXITS for word in words[2:]] for words in lines)
    ratio = statistics.median(t / p for t, p in zip(traced, plain))
    print(f"an exit, traced: {statistics.median(traced):.0f} ns, untraced {statistics.median(plain):.0f} ns: "
          f"{ratio:.3f} times {verdict('a traced exit', ratio, RECORDING_RATIO)}\n")


def subjects(scratch):
    """Returns what to measure: arguments of `vmm trace`, where @ is the trace, and minimum speed. Output goes to
    /dev/null if possible."""
    formats = [("csv", "/dev/null"), ("ftrace", "/dev/null"), ("chrome", "/dev/null"), ("perfetto", "/dev/null"),
               ("ctf", f"{scratch}/ctf"), ("trace-cmd", f"{scratch}/dat")]
    return [("stat", STAT), ("print", PRINT), ("check", None), ("protocol", None), ("diff @", DIFF)] + \
        [(f"export --to {name} -o {where}", EXPORT) for name, where in formats]


def make_traces(scratch):
    short = f"{scratch}/short"
    run(f"{BUILD}/vmm", "-q", f"--trace={short}", f"{BUILD}/guest.bin", "--", "quick")
    traces = {}
    for length in LENGTHS:
        traces[length] = f"{scratch}/trace{length}"
        run(tool("lengthen"), short, str(length), traces[length])
        run(f"{BUILD}/vmm", "trace", "check", traces[length])
    return traces


def bench_readers(scratch, traces):
    shortest, longest = LENGTHS[0], LENGTHS[-1]
    floor = processor_time(f"/bin/cat {traces[shortest]}")
    peaks = "".join(f"{length / 1e6:>8g} M" for length in LENGTHS)
    print(f"{'':<24}{'M records/s':>12}{'x cat':>8}  {'target':<16}{'peak KiB at':>12}{peaks}{longest / 1e6:>10g} M in")
    for words, least in subjects(scratch):
        what = words.split(" -o")[0].split(" @")[0]
        commands = [f"{BUILD}/vmm trace {words.replace('@', traces[length])} {traces[length]}" for length in LENGTHS]
        seconds = processor_time(commands[0])
        runs = [measure(command) for command in commands]
        speed, rss = shortest / seconds / 1e6, [peak for _, peak in runs]
        target = verdict(what, speed, least, least=True) if least else ""
        if rss[-1] - rss[0] > GROWTH_KIB:
            missed.append(f"memory of {what}")
        print(f"{what:<24}{speed:>12.2f}{seconds / floor:>8.1f}  {target:<28}{''.join(f'{peak:>10}' for peak in rss)}"
              f"{runs[-1][0]:>10.1f} s", flush=True)


def bench_report(scratch, traces):
    page = f"{scratch}/page.html"
    seconds, rss = measure(f"{BUILD}/vmm trace report -n {REPORT_RECORDS} -o {page} {traces[LENGTHS[-1]]}")
    size = os.path.getsize(page)
    print(f"\nreport of {REPORT_RECORDS} records: {size / 1e6:.1f} MB {verdict('report', size / 1e6, REPORT_BYTES / 1e6)}, "
          f"made in {seconds:.2f} s with {rss} KiB")


def main():
    with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
        bench_recording(scratch)
        bench_traced(scratch)
        traces = make_traces(scratch)
        bench_readers(scratch, traces)
        bench_report(scratch, traces)
    if missed:
        sys.exit("bench: missed: " + ", ".join(missed))


main()
