/* SPDX-License-Identifier: MIT */
/*
 * The terminal: /dev/console and /dev/tty, which are one and the same. Input comes from the console (serial_console.c)
 * and passes the line discipline; output goes straight to the console.
 *
 * ^C, ^\ and ^Z send a signal to the foreground process group, init left out. At first that is init's own group, to
 * which every process belongs that has not left it; a shell names another group by TIOCSPGRP.
 *
 * Where the VMM says that a file or pipe of its host is in place of the terminal (ringside/device.h), init's
 * descriptors are no terminal either, for input and for output each by itself: bytes pass as they are.
 */
#include "kernel/files/device_files.h"

#include "kernel/devices/ringside_device.h"
#include "kernel/devices/serial_console.h"
#include "kernel/files/wait_queue.h"
#include "kernel/lib/discipline.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"
#include "kernel/schedule/schedule.h"
#include "kernel/signals/process_groups.h"
#include "kernel/signals/signal.h"
#include "kernel/signals/signal_group.h"

/* ioctl_tty(2) */
enum {
	TCGETS = 0x5401,
	TCSETS = 0x5402,
	TCSETSW = 0x5403,
	TCSETSF = 0x5404,
	TCSBRK = 0x5409,
	TCFLSH = 0x540b,
	TIOCSCTTY = 0x540e,
	TIOCGPGRP = 0x540f,
	TIOCSPGRP = 0x5410,
	TIOCGWINSZ = 0x5413,
	TIOCSWINSZ = 0x5414,
	TIOCGSID = 0x5429,
};

/*
 * The same with struct termios2, struct termios and the speeds behind it (Linux's asm-generic/termbits.h): glibc from
 * 2.42 on uses only these.
 */
#define TCGETS2 0x802c542aU
#define TCSETS2 0x402c542bU
#define TCSETSW2 0x402c542cU
#define TCSETSF2 0x402c542dU

enum { CHUNK = 256, INIT_GROUP = 1 };

static struct discipline discipline;
static struct list readers = {&readers, &readers};
static uint32_t foreground = INIT_GROUP;
static bool hung_up;

/* The signals that received bytes have asked for, one bit each. */
static uint64_t wanted_signals;

/* As ioctl(TIOCGWINSZ) returns it. The size of the user's terminal is unknown here; 24 by 80 is the usual one. */
static struct {
	uint16_t rows, columns, width, height;
} window = {24, 80, 0, 0};

/* Bits a second, of input and output; they are kept and do nothing. */
static uint32_t speeds[2] = {38400, 38400};

/* ---- input, as the console calls it ---- */

static bool terminal_has_room(void)
{
	return discipline_has_room(&discipline);
}

static const enum signal_number signal_of_wish[] = {
	[WISH_INTERRUPT] = SIGINT, [WISH_QUIT] = SIGQUIT, [WISH_STOP] = SIGTSTP};

static void terminal_receive(uint8_t byte)
{
	enum discipline_wish wish = discipline_receive(&discipline, byte);

	if (wish != WISH_NOTHING)
		wanted_signals |= SIGNAL_BIT(signal_of_wish[wish]);
	if (discipline_readable(&discipline))
		wake_all(&readers);
}

static void terminal_hang_up(void)
{
	hung_up = true;
	discipline_finish(&discipline);
	wake_all(&readers);
}

/* Sends the signals that received bytes have asked for. */
static void terminal_send_signals(void)
{
	uint64_t wanted = wanted_signals;

	for (wanted_signals = 0; wanted != 0; wanted &= wanted - 1) {
		unsigned signal = (unsigned)__builtin_ctzl(wanted) + 1;
		/* If no process of the group is left, the signal waits for the next foreground group. */
		if (signal_group(foreground, signal, NULL) <= 0)
			wanted_signals |= SIGNAL_BIT(signal);
	}
}

static const struct console_input input = {
	.has_room = terminal_has_room,
	.receive = terminal_receive,
	.hang_up = terminal_hang_up,
	.later = schedule_input,
	.received = terminal_send_signals,
};

void terminal_init(void)
{
	discipline_init(&discipline, console_write);
	if (ringside_features() & RINGSIDE_FEATURE_INPUT_FILE)
		discipline.settings.input = discipline.settings.local = 0;
	console_connect(&input);
}

/* ---- reading and writing ---- */

static bool in_background(void)
{
	return current->group != foreground && group_exists(foreground);
}

/*
 * A background process wants to use the terminal: the signal stops its group until a shell brings it to the foreground,
 * and then the call is made again. -EIO if it can never be.
 */
static int stop_background(unsigned signal)
{
	const struct signals *signals = &current->signals;

	if ((signals->ignored | signals->blocked) & SIGNAL_BIT(signal) || group_is_orphaned(current->group))
		return -EIO;
	signal_group(current->group, signal, NULL);
	signals_at_return(current);
	return -ERESTARTSYS;
}

/* Before a background process changes something about the terminal. Whoever ignores or blocks SIGTTOU may do so. */
static int check_change(const struct file *file)
{
	const struct signals *signals = &current->signals;

	if (file->operations != &terminal || !in_background() ||
	    (signals->ignored | signals->blocked) & SIGNAL_BIT(SIGTTOU))
		return 0;
	return stop_background(SIGTTOU);
}

static int64_t read_terminal(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	char chunk[CHUNK];
	int error;

	(void)position;
	if (size == 0)
		return 0;
	if (file->operations == &terminal && in_background())
		return stop_background(SIGTTIN);
	console_listen();
	for (;;) {
		/* A signal that came before a line is handled before it: ^C is not for what was typed behind it. */
		if (signals_due(&current->signals) != 0)
			return -ERESTARTSYS;
		if (discipline_readable(&discipline))
			break;
		if (hung_up)
			return 0;
		if (file->flags & O_NONBLOCK)
			return -EAGAIN;
		error = wait_on(&readers);
		if (error != 0)
			return error;
	}
	size_t got = discipline_read(&discipline, chunk, size < CHUNK ? size : CHUNK);
	error = space_write(&current->space, address, chunk, got);
	console_listen();
	return error != 0 ? error : (int64_t)got;
}

static int64_t write_terminal(struct file *file, uint64_t address, uint64_t size)
{
	char chunk[CHUNK];
	uint64_t done = 0;
	int error;

	error = discipline.settings.local & LOCAL_STOP_WRITERS ? check_change(file) : 0;
	if (error != 0)
		return error;
	while (done < size) {
		uint64_t part = size - done < CHUNK ? size - done : CHUNK;
		error = space_read(&current->space, chunk, address + done, part);
		if (error != 0)
			return done > 0 ? (int64_t)done : error;
		console_write(chunk, part);
		done += part;
		if (schedule_pause())
			break;
	}
	return (int64_t)done;
}

static unsigned terminal_ready(const struct file *file)
{
	(void)file;
	console_listen();
	return READY_WRITE | (discipline_readable(&discipline) || hung_up ? READY_READ : 0U) |
	       (hung_up ? READY_HANG_UP : 0U);
}

/* ---- ioctl ---- */

static int64_t give(uint64_t address, const void *bytes, uint64_t size)
{
	return space_write(&current->space, address, bytes, size);
}

static int64_t set_settings(uint64_t address, bool flush)
{
	struct terminal_settings settings;
	int error = space_read(&current->space, &settings, address, sizeof(settings));

	if (error != 0)
		return error;
	if (flush)
		discipline_flush(&discipline);
	discipline_set(&discipline, &settings);
	return 0;
}

static int64_t give_settings_and_speeds(uint64_t address)
{
	int64_t error = give(address, &discipline.settings, sizeof(discipline.settings));

	return error != 0 ? error : give(address + sizeof(discipline.settings), speeds, sizeof(speeds));
}

static int64_t set_settings_and_speeds(uint64_t address, bool flush)
{
	uint32_t wanted[2];
	int error = space_read(&current->space, wanted, address + sizeof(discipline.settings), sizeof(wanted));
	int64_t result = error != 0 ? error : set_settings(address, flush);

	for (unsigned i = 0; result == 0 && i < 2; i++)
		speeds[i] = wanted[i];
	return result;
}

static int64_t set_foreground(uint64_t address)
{
	int32_t group;
	int error = space_read(&current->space, &group, address, sizeof(group));

	if (error != 0)
		return error;
	if (group <= 0)
		return -EINVAL;
	if (!group_exists((uint32_t)group))
		return -ESRCH;
	foreground = (uint32_t)group;
	terminal_send_signals();
	return 0;
}

static bool changes(uint64_t request)
{
	switch ((uint32_t)request) {
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
	case TCSETS2:
	case TCSETSW2:
	case TCSETSF2:
	case TIOCSPGRP:
		return true;
	default:
		return false;
	}
}

static int64_t terminal_control(struct file *file, uint64_t request, uint64_t argument)
{
	int32_t count = (int32_t)discipline_count(&discipline);
	int64_t error = changes(request) ? check_change(file) : 0;

	if (error != 0)
		return error;
	switch ((uint32_t)request) {
	case TCGETS:
		return give(argument, &discipline.settings, sizeof(discipline.settings));
	case TCSETS:
	case TCSETSW: /* these wait for output, and all output has been transmitted already */
		return set_settings(argument, false);
	case TCSETSF:
		return set_settings(argument, true);
	case TCGETS2:
		return give_settings_and_speeds(argument);
	case TCSETS2:
	case TCSETSW2:
		return set_settings_and_speeds(argument, false);
	case TCSETSF2:
		return set_settings_and_speeds(argument, true);
	case TCFLSH:
		discipline_flush(&discipline);
		return 0;
	case TCSBRK:
	case TIOCSCTTY:
		return 0;
	case TIOCGPGRP:
		return give(argument, &foreground, sizeof(foreground));
	case TIOCSPGRP:
		return set_foreground(argument);
	case TIOCGSID:
		return give(argument, &current->session, sizeof(current->session));
	case TIOCGWINSZ:
		return give(argument, &window, sizeof(window));
	case TIOCSWINSZ:
		return space_read(&current->space, &window, argument, sizeof(window));
	case FIONREAD:
		return give(argument, &count, sizeof(count));
	default:
		return -ENOTTY;
	}
}

const struct file_operations terminal = {
	.read = read_terminal,
	.write = write_terminal,
	.control = terminal_control,
	.ready = terminal_ready,
};

/* ---- files and pipes of the host in place of the terminal ---- */

static int64_t input_control(struct file *file, uint64_t request, uint64_t argument)
{
	return (uint32_t)request == FIONREAD ? terminal_control(file, request, argument) : -ENOTTY;
}

static unsigned input_ready(const struct file *file)
{
	return terminal_ready(file) & ~(unsigned)READY_WRITE;
}

static unsigned output_ready(const struct file *file)
{
	(void)file;
	return READY_WRITE;
}

static const struct file_operations input_file = {
	.read = read_terminal, .control = input_control, .ready = input_ready};
static const struct file_operations output_file = {.write = write_terminal, .ready = output_ready};

bool terminal_open_first(struct file **from, struct file **to)
{
	const uint32_t features = ringside_features();
	const bool reads_file = features & RINGSIDE_FEATURE_INPUT_FILE,
		   writes_file = features & RINGSIDE_FEATURE_OUTPUT_FILE;

	*from = reads_file ? file_new(&input_file, NULL, O_READ_ONLY) : file_new(&terminal, NULL, O_READ_WRITE);
	if (!reads_file && !writes_file)
		*to = *from;
	else
		*to = writes_file ? file_new(&output_file, NULL, O_WRITE_ONLY)
				  : file_new(&terminal, NULL, O_READ_WRITE);
	return *from != NULL && *to != NULL;
}
