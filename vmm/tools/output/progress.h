/* SPDX-License-Identifier: MIT */
/* One line on stderr that tells how far a command is. It is shown at a terminal only, and overwritten each time. */
#ifndef VMM_TOOLS_OUTPUT_PROGRESS_H
#define VMM_TOOLS_OUTPUT_PROGRESS_H

/* Shows the line. */
void progress_show(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Removes the line. To be called before anything else is said. */
void progress_end(void);

/* The command begins: progress_count() shows nothing for two seconds from now. */
void progress_start(void);

/*
 * Shows "COUNT UNIT, PART %", four times a second at most; to be called much more often than that. `part` is what has
 * been done of the whole, 0 to 1; below 0 when that is not known.
 */
void progress_count(double count, const char *unit, double part);

#endif
