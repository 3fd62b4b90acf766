#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs every command of README.md and docs/*.md, and compares the shape of its output with what the page shows.

    BUILD=build tests/documents/documents.py [PAGE...]    only pages whose name contains one of these
    UPDATE_DOCS=1 ...                                     puts today's outputs into the pages: review them
    KEEP=DIR ...                                          keeps what was printed, and the list of commands
    ON=svm ...                                            runs them in the emulated host though there is a /dev/kvm

The commands of a page run one after the other in a folder of their own, with `build`, `scripts` and `docs` of this tree
beside them, `vmm` in the PATH, and what is in tests/documents/given. Exits differ from one KVM to the next, and the pages
show those of the emulated host svm: with /dev/kvm a difference of shape is told, and only statuses decide. Without it
commands run in one session of the
emulated host svm, where only busybox is at hand; what needs no VM (compilers, mkinitrd) runs here, before it.
not-run.table names the commands that are not run, with reasons. A command must end with status 0, or with the one that
its comment tells (`# … status 7`); it may end with any if the page shows it by `echo $?` next.
An inline command must not be refused for an unknown option or subcommand; FILE and its like stay as they are. A benchmark
that is not run is asked for --help behind its options, which says as much.
Status: 0, or 1 when a command failed or shows something else.
"""
import fnmatch
import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import pages
import shape

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(ROOT, "build")))
LIMIT, STEP_LIMIT = 900, 20  # seconds, for all commands and for one
UNKNOWN = re.compile(r"^vmm: .*(unknown option|no option|no subcommand|is called|no kernel option)", re.M)
# What a command of a page starts, if a machine without it is no reason to fail.
TOOLS = re.compile(r"(?:^|[|;&(]\s*|\$\()([\w.-]+)\b")

ABSENCE = re.compile(r" - +host-(took|block|halt) ")
LAST_COLUMN = re.compile(r"(\s{2,}|(?<=\)) )(RIP|0x[0-9a-f]{6,16})$")

BENCH = re.compile(r"(build/)?vmm bench\b")
SVM = "scripts/kvm-host svm -- "

HEAD = """\
# Runs the commands; $1: the folder for what they print.
export LC_ALL=C.UTF-8 PATH={build}:$PATH
last=0
step() {{
	echo "$1" >&2
	timeout -s KILL {limit} sh -c "(exit $last)
$2" </dev/null >"$out/$1.out" 2>&1
	last=$?
	echo "$last" >"$out/$1.status"
}}
out=$1
mkdir -p "$out"
"""


class Not:
    """The rows of not-run.table, and which of them were of use."""

    def __init__(self):
        self.rows, self.used = [], set()
        with open(os.path.join(HERE, "not-run.table"), encoding="utf-8") as table:
            for line in table:
                if line.strip() and not line.startswith("#"):
                    self.rows.append(line.rstrip("\n").split("\t"))

    def why(self, command, emulated):
        """The reason why a command is not run, or None."""
        for number, (where, page, pattern, reason) in enumerate(self.rows):
            if fnmatch.fnmatch(command.page, page) and fnmatch.fnmatch(command.text, pattern):
                self.used.add(number)
                if where == "always" or emulated:
                    return reason
        return None


def lacking(text, known):
    """The first program of a command line that is not `known` to exist, or None."""
    for line in text.split("\n")[:1]:
        line = re.sub(r"'[^']*'|\"[^\"]*\"|#.*", "", line)
        for word in TOOLS.findall(line):
            if not known(word):
                return word
    return None


def has_kvm():
    return os.environ.get("ON") != "svm" and os.access("/dev/kvm", os.R_OK | os.W_OK)


def needs_vm(command):
    """Whether a command runs on the machine with /dev/kvm: a VM, a reader of what it left, or a program to compare."""
    return re.search(r"\bvmm\b", command.text) is not None or command.text.startswith("./")


def folder_of(work, page):
    return os.path.join(work, os.path.basename(page).removesuffix(".md"))


def prepare(work, page):
    folder = folder_of(work, page)
    shutil.copytree(os.path.join(HERE, "given"), folder)


def write_session(path, work, commands):
    with open(path, "w", encoding="utf-8") as script:
        script.write(HEAD.format(build=shlex.quote(BUILD), limit=STEP_LIMIT))
        page = None
        for command in commands:
            if command.page != page:
                page = command.page
                folder = shlex.quote(folder_of(work, page))
                script.write(f"mkdir -p {folder} && cd {folder} || exit\n")
                for name in ("build", "scripts", "docs"):
                    there = BUILD if name == "build" else os.path.join(ROOT, name)
                    script.write(f"[ -e {name} ] || ln -s {shlex.quote(there)} {name}\n")
            script.write(f"step {command.number} {shlex.quote(command.text)}\n")


def run_here(work, commands):
    script = os.path.join(work, "here.sh")
    write_session(script, work, commands)
    with open(os.devnull, encoding="utf-8") as nothing:
        subprocess.run(["sh", script, os.path.join(work, "out")], stdin=nothing, timeout=LIMIT, check=False)


def run_emulated(work, commands):
    script = os.path.join(work, "session.sh")
    write_session(script, work, commands)
    files = [os.path.join(place, name) for place, _, names in os.walk(work) for name in names
             if not os.path.islink(os.path.join(place, name)) and "/out/" not in os.path.join(place, name)]
    environment = dict(os.environ, BUILD=BUILD, TIMEOUT=str(LIMIT), EXTRA=" ".join(files))
    words = [os.path.join(ROOT, "scripts/kvm-host"), "-o", os.path.join(work, "out"), "svm", "--"]
    done = subprocess.run(words + ["sh", "-c", f"sh {shlex.quote(script)} $OUT"], env=environment, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    return "" if done.returncode == 0 else done.stdout.strip().split("\n")[-1]


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return None


def verdict(command, status, output):
    """Why a command has failed, or None."""
    if command.inline:
        unknown = UNKNOWN.search(output)
        return output[unknown.start():].split("\n")[0] if unknown else None
    told = re.search(r"#.*\bstatus (?:is |of )?(\d+)", command.text)
    if not command.status_shown and status != (int(told.group(1)) if told else 0):
        return f"status {status}: {(output.strip() or 'nothing printed').splitlines()[-1]}"
    if command.shown is None:
        return None
    shown = clean(command.shown)
    found = shape.match(shown, as_shown(output, shown))
    return found if isinstance(found, str) else None


def clean(lines):
    """Without blanks at the ends of lines, and without empty lines at the end."""
    lines = [line.rstrip().replace("\t", "        ") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def as_shown(output, shown):
    """The lines of an output without the last column of `vmm trace print`, RIP, where the page leaves that out, and without
    the times that the host did not run the VMM, which come when they come."""
    lines = [line for line in clean(output.split("\n")) if not ABSENCE.search(line)]
    if any(LAST_COLUMN.search(line) for line in shown):
        return lines
    return [LAST_COLUMN.sub("", line) for line in lines]


def renew(text, answers):
    """The page with the outputs of `answers`, pairs of a command and its output; and the commands left to an editor."""
    lines, left = text.split("\n"), []
    for command, output in sorted(answers, key=lambda answer: -answer[0].line):
        shown = clean(command.shown)
        fresh = shape.renew(shown, as_shown(output, shown))
        if fresh is None:
            left.append(command)
            continue
        old = lines[command.first:command.last]
        indent = "    " if any(line.startswith("    $ ") for line in lines[command.line:command.line + 1]) else ""
        empty = [""] * (len(old) - len(clean(old)))
        lines[command.first:command.last] = [(indent + line).rstrip() for line in fresh] + empty
    return "\n".join(lines), left


def chosen_pages(patterns):
    os.chdir(ROOT)
    names = ["README.md"] + sorted(glob.glob("docs/*.md"))
    return [name for name in names if not patterns or any(pattern in name for pattern in patterns)]


class Count:
    """Counts and prints what became of the commands."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def skip(self, command, why):
        self.skipped += 1
        print(f"SKIP {command.page}:{command.line + 1}: {command.text.splitlines()[0]}: {why}")

    def fail(self, place, text, why):
        self.failed += 1
        print(f"FAIL {place}: {text}: {why}")


def sort_out(commands, table, count):
    """Gives each command that is run a number; returns those for here, and those for the emulated host."""
    here, there = [], []
    kvm = has_kvm()
    applets = subprocess.run(["busybox", "--list"], stdout=subprocess.PIPE, text=True, check=False).stdout.split() \
        if not kvm and shutil.which("busybox") else []
    for command, after in zip(commands, commands[1:]):
        command.status_shown = after.text.startswith("echo $?")
    builtins = ("cd", "echo", "printf", "for", "do", "done", "if", "then", "fi", "kill", "wait", "exit", "test", "vmm",
                "export", "build", "scripts", "docs", "make")
    for number, command in enumerate(commands):
        command.number = number
        local = kvm or not needs_vm(command)
        programs = builtins if local else builtins + tuple(applets)
        missing = lacking(command.text, lambda word: word in programs or (local and shutil.which(word)))
        why = table.why(command, not kvm)
        if why is None and missing and not command.inline:
            why = f"no {missing} here" if local else f"no {missing} on the emulated host"
        if why is None and not command.inline and command.text.startswith(SVM):
            if kvm:
                why = "is run where there is no /dev/kvm, on that emulated host"
            else:
                command.text = command.text[len(SVM):]
        if why is not None:
            count.skip(command, why)
            if not BENCH.match(command.text):
                continue
            command.text = command.text.split(" #")[0].rstrip() + " --help"
            command.inline = True
        (here if local else there).append(command)
    return here, there


def judge(commands, work, texts, count):
    """Compares outputs with the pages, and renews the pages if that is wished."""
    answers = {}
    for command in commands:
        output = read(os.path.join(work, "out", f"{command.number}.out"))
        status = read(os.path.join(work, "out", f"{command.number}.status"))
        place, first = f"{command.page}:{command.line + 1}", command.text.splitlines()[0]
        why = "it did not end" if status is None else verdict(command, int(status), output)
        if command.shown is not None and status is not None and not (why or "").startswith("status"):
            answers.setdefault(command.page, []).append((command, output))
            if os.environ.get("UPDATE_DOCS"):
                why = None
        if why is not None and has_kvm() and command.shown is not None and not why.startswith("status"):
            print(f"DIFFERS {place}: {first}: {why}")
            why = None
        if why is None:
            count.passed += 1
        else:
            count.fail(place, first, why)
    if not os.environ.get("UPDATE_DOCS"):
        return
    for page, outputs in answers.items():
        text, left = renew(texts[page], outputs)
        for command in left:
            count.fail(f"{page}:{command.line + 1}", command.text.splitlines()[0], "choose by hand what to show of it")
        if text != texts[page]:
            with open(os.path.join(ROOT, page), "w", encoding="utf-8") as file:
                file.write(text)
            print(f"renewed {page}")


def main():
    count, table = Count(), Not()
    names = chosen_pages(sys.argv[1:])
    texts = {name: read(name) for name in names}
    commands = [command for name in names for command in pages.commands_of(name, texts[name])]
    here, there = sort_out(commands, table, count)
    with tempfile.TemporaryDirectory(prefix="ringside-documents-") as work:
        os.mkdir(os.path.join(work, "out"))
        for page in names:
            prepare(work, page)
        run_here(work, here)
        lost = run_emulated(work, there) if there else ""
        if lost:
            count.fail("emulated host", "scripts/kvm-host svm", lost)
        judge(sorted(here + there, key=lambda command: command.number), work, texts, count)
        if os.environ.get("KEEP"):
            shutil.copytree(os.path.join(work, "out"), os.environ["KEEP"], dirs_exist_ok=True)
            with open(os.path.join(os.environ["KEEP"], "commands.json"), "w", encoding="utf-8") as file:
                json.dump([[command.page, command.text, command.number] for command in here + there], file)
    if not sys.argv[1:]:
        for number in set(range(len(table.rows))) - table.used:
            count.fail("not-run.table", table.rows[number][2], "no page has such a command")
    print(f"\n{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return count.failed > 0


if __name__ == "__main__":
    sys.exit(main())
