# SPDX-License-Identifier: MIT
"""What the pages of README.md and docs/ tell to type, and what they show of the answers. Used by documents.py.

A block is what stands between ``` and ```, or is indented by four blanks. It has commands if it has a line `$ COMMAND`,
and then the lines behind that, up to the next such line, are what the page shows of the output; or if its first word is
a command of the tree or of its tools, and then each line is one, and nothing is shown; what has `[OPTION…]` or the like
is a synopsis and no command. A command goes on behind a \\ at
the end of the line, and to the end of its here-document. `vmm …` within a paragraph or a table is an inline command.
"""
import re

COMMANDS = re.compile(r"(\S*/)?(vmm|make|scripts/\S+|musl-gcc|gcc|objcopy|printf|taskset|trace-cmd|for|sh|sudo|cat)\s")
SYNOPSIS = re.compile(r"\[[-A-Z]")
INLINE = re.compile(r"`((?:build/)?vmm [a-z-][^`]*)`")


class Command:
    """A command, the number of its first line (from 0), and the lines first..last-1 that the page shows of the output.

    shown is None where the page shows nothing.
    """

    def __init__(self, page, line, text):
        self.page, self.line, self.text = page, line, text
        self.shown, self.first, self.last = None, None, None
        self.inline, self.status_shown = False, False


def blocks(lines):
    """Yields the first and the last line (exclusive) of each block, and its lines without indentation."""
    at = 0
    while at < len(lines):
        if lines[at].startswith("```"):
            end = next(i for i in range(at + 1, len(lines)) if lines[i].startswith("```"))
            if lines[at] in ("```", "```sh", "```console"):
                yield at + 1, end, lines[at + 1:end]
            at = end + 1
        elif lines[at].startswith("    ") and at > 0 and lines[at - 1] == "":
            end = at
            while end < len(lines) and lines[end].startswith("    "):
                end += 1
            yield at, end, [line[4:] for line in lines[at:end]]
            at = end
        else:
            at += 1


def command_end(lines, at):
    """The number of the line behind the command that begins in line `at`."""
    document = re.search(r"<<-?\s*['\"]?(\w+)", lines[at])
    if document:
        while lines[at].strip() != document.group(1):
            at += 1
    while lines[at].endswith("\\"):
        at += 1
    return at + 1


def commands_of_block(page, start, lines):
    prompts = any(line.startswith("$ ") for line in lines)
    if not prompts and not COMMANDS.match(lines[0]):
        return
    at = 0
    while at < len(lines):
        if prompts and not lines[at].startswith("$ "):
            at += 1
            continue
        end = command_end(lines, at)
        if not prompts and (SYNOPSIS.search(lines[at]) or lines[at][0] in " #-"):
            at = end
            continue
        text = "\n".join(lines[at:end])
        command = Command(page, start + at, text[2:] if prompts else text)
        if prompts:
            stop = next((i for i in range(end, len(lines)) if lines[i].startswith("$ ")), len(lines))
            command.shown, command.first, command.last = lines[end:stop], start + end, start + stop
        at = end
        yield command


def commands_of(page, text):
    """All commands of a page: those of its blocks in their order, then the inline ones, each once."""
    lines, found, inside = text.split("\n"), [], set()
    for start, end, block in blocks(lines):
        inside.update(range(start - 1, end + 1))
        found += commands_of_block(page, start, block)
    seen = {command.text for command in found}
    for number, line in enumerate(lines):
        for words in [] if number in inside else INLINE.findall(line):
            words = words.replace("\\|", "|")
            if words not in seen and len(words.split()) > 2 and "SUBCOMMAND" not in words:
                seen.add(words)
                found.append(Command(page, number, words))
                found[-1].inline = True
    return found
