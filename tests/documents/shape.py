# SPDX-License-Identifier: MIT
"""The shape of a command's output: whether what a page shows still is what the command prints. Used by documents.py.

Two lines have the same shape if they are equal when numbers, units of time, blanks and the length of rules are left
out. A line `…` of a page stands for any lines, and a … within a line for anything there. What stands between two lines
`…`, a stretch, must be found without a gap; it may be anywhere between those before and behind. Lines of a table with
│ are compared column by column, because where their cells are broken into lines depends on the numbers in them.
"""
import difflib
import re

ANY = "…"


def normal(line):
    line = re.sub(r"\b0x[0-9a-f]+\b", "#", line)
    line = re.sub(r"\b[0-9a-f]{7,}\b", "#", line)  # a commit
    line = re.sub(r"(?<![\w#])[-−]?\d[\d,.]*(e[-+]\d+)?", "#", line)
    line = re.sub(r"# ?(ns|µs|us|ms|s|m|h|[KMG]i?B|bytes)\b", "# unit", line)
    line = re.sub(r"([─━-])\1+", r"\1", line)
    line = re.sub(r"\|[ ▁▂▃▄▅▆▇█]{10,}\|", "|▒|", line)  # a row of a chart
    return re.sub(r"\s+", " ", line).strip()


def cells(line):
    return [cell.split() for cell in normal(line).strip("│").split("│")]


def is_row(line):
    return line.startswith("│")


def same(shown, line):
    shown, line = normal(shown), normal(line)
    if ANY not in shown:
        return shown == line
    return re.fullmatch(".*?".join(re.escape(part) for part in shown.split(ANY)), line) is not None


def same_words(shown, words):
    """Whether words have the shape of a column; a … among the shown words stands for any number of words."""
    if ANY not in shown:
        return shown == words
    return same(" ".join(shown), " ".join(words))


def rows_end(shown, output, at):
    """The end of the rows of output from line `at` that have the shape of the shown rows, or None."""
    wanted = [sum(column, []) for column in zip(*map(cells, shown))]
    most = 3 * len(shown) + 3
    got = [[] for _ in wanted]
    best = None
    for end in range(at, min(len(output), at + most)):
        row = cells(output[end]) if is_row(output[end]) else []
        if len(row) != len(wanted):
            break
        for column, words in zip(got, row):
            column.extend(words)
        if all(map(same_words, wanted, got)):
            best = end + 1
            if not any(ANY in column for column in wanted):
                break
        elif best is not None:
            break
    return best


def pieces(stretch):
    """Cuts a stretch into runs of table rows and single other lines."""
    run = []
    for line in stretch:
        if is_row(line):
            run.append(line)
            continue
        if run:
            yield run
            run = []
        yield line
    if run:
        yield run


def stretch_end(stretch, output, at):
    """The end of the lines of output from line `at` that have the shape of a stretch, or None."""
    for piece in pieces(stretch):
        if isinstance(piece, list):
            at = rows_end(piece, output, at)
            if at is None:
                return None
        elif at < len(output) and same(piece, output[at]):
            at += 1
        else:
            return None
    return at


def stretches(shown):
    """The stretches between the lines …; an empty one at the beginning or the end where there is such a line."""
    parts = [[]]
    for line in shown:
        if line.strip() == ANY:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def match(shown, output):
    """Finds every stretch: a list of (first, last) for each, or the line that is not found as text.

    The first stretch stands at the beginning, and the last one at the end.
    """
    parts, places, at = stretches(shown), [], 0
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        starts = [0] if number == 0 else range(at, len(output) + 1)
        for start in starts:
            end = stretch_end(part, output, start)
            if end is not None and (not last or end == len(output)):
                break
        else:
            return first_missing(part, output)
        places.append((start, end))
        at = end
    return places


def first_missing(part, output):
    """What a page shows and the output has not; or else it has more, or has it in another order."""
    known = [normal(line) for line in output]
    for line in part:
        if ANY not in line and not is_row(line) and normal(line) not in known:
            return f"not in the output: {line.strip()}"
    return "not in the output as it stands on the page" + (f", from: {part[0].strip()}" if part else ": there is more")


def keep(old, new):
    """The new lines for a stretch; a line with a … of its own is renewed up to there, by the place on the line."""
    if not any(ANY in line for line in old):
        return new
    if len(old) != len(new) or not all(map(same, old, new)):
        return new
    return [line if ANY not in was else line[:was.index(ANY)].ljust(was.index(ANY)) + was[was.index(ANY):] for was, line in zip(old, new)]


def renew(shown, output):
    """The lines that a page should show now, or None where somebody must choose them.

    What has kept its shape gets today's numbers. A stretch that has not is put where most of its lines still are.
    """
    places = match(shown, output)
    parts = stretches(shown)
    if isinstance(places, str):
        places = [] if len(parts) > 1 else [(0, len(output))]
        at = 0
        for part in parts if len(parts) > 1 else []:
            blocks = difflib.SequenceMatcher(None, [normal(line) for line in part],
                                             [normal(line) for line in output[at:]], autojunk=False).get_matching_blocks()
            blocks = [block for block in blocks if block.size]
            if part and not blocks:
                return None
            start = at + blocks[0].b if part else at
            at = at + blocks[-1].b + blocks[-1].size if part else at
            places.append((start, at))
    lines = []
    for number, (part, (start, end)) in enumerate(zip(parts, places)):
        lines += ([ANY] if number else []) + [line.rstrip() for line in keep(part, output[start:end])]
    return lines
