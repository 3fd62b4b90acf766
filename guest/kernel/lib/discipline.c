/* SPDX-License-Identifier: MIT */
/* The ring of received bytes, and what each byte does to it. */
#include "kernel/lib/discipline.h"

enum { LINE_END = 0x100, END_OF_FILE = 0x200 }; /* flags of a cell: the last one of its line; ^D, not a byte to read */
enum { CONTROL_LIMIT = ' ', DELETE = 0x7f, CONTROL_TO_LETTER = 0x40, UTF8_MASK = 0xc0, UTF8_CONTINUATION = 0x80 };

#define CONTROL_KEY(letter) ((letter)-CONTROL_TO_LETTER)

/* Linux's values: OPOST; B38400, CS8, CREAD, HUPCL. */
enum { OUTPUT_PROCESS = 0000001, CONTROL_DEFAULT = 0002277 };

void discipline_init(struct discipline *discipline, void (*echo)(const char *bytes, size_t size))
{
	discipline->echo = echo;
	discipline->read = discipline->ready = discipline->end = 0;
	discipline->settings = (struct terminal_settings){
		.input = INPUT_CR_TO_NL | INPUT_UTF8,
		.output = OUTPUT_PROCESS,
		.control = CONTROL_DEFAULT,
		.local = LOCAL_SIGNALS | LOCAL_CANONICAL | LOCAL_ECHO | LOCAL_ECHO_CONTROL,
		.characters =
			{
				[CC_INTERRUPT] = CONTROL_KEY('C'),
				[CC_QUIT] = CONTROL_KEY('\\'),
				[CC_ERASE] = DELETE,
				[CC_KILL] = CONTROL_KEY('U'),
				[CC_EOF] = CONTROL_KEY('D'),
				[CC_MIN] = 1,
				[CC_SUSPEND] = CONTROL_KEY('Z'),
				[CC_WORD_ERASE] = CONTROL_KEY('W'),
			},
	};
}

static bool has(const struct discipline *discipline, uint32_t local)
{
	return discipline->settings.local & local;
}

/* Whether the byte is a special character, given by its index CC_*. */
static bool is(const struct discipline *discipline, uint8_t byte, unsigned character)
{
	return byte != 0 && discipline->settings.characters[character] == byte;
}

static uint16_t *cell(struct discipline *discipline, uint32_t position)
{
	return &discipline->cells[position % DISCIPLINE_SIZE];
}

static uint32_t used(const struct discipline *discipline)
{
	return discipline->end - discipline->read;
}

/* ---- echo ---- */

static bool is_control(uint8_t byte)
{
	return byte == DELETE || (byte < CONTROL_LIMIT && byte != '\n' && byte != '\t');
}

static void echo(const struct discipline *discipline, uint8_t byte)
{
	char shown[2] = {(char)byte};

	if (!has(discipline, LOCAL_ECHO) && !(byte == '\n' && has(discipline, LOCAL_ECHO_NL)))
		return;
	if (is_control(byte) && has(discipline, LOCAL_ECHO_CONTROL)) {
		shown[0] = '^';
		shown[1] = (char)(byte ^ CONTROL_TO_LETTER);
	}
	discipline->echo(shown, shown[1] == 0 ? 1 : 2);
}

/* ---- editing ---- */

static bool line_is_empty(const struct discipline *discipline)
{
	return discipline->end == discipline->ready;
}

static uint8_t last_byte(struct discipline *discipline)
{
	return (uint8_t)*cell(discipline, discipline->end - 1);
}

/* Removes the last character, which may be several bytes, from the line and from the screen. */
static void erase(struct discipline *discipline)
{
	static const char wipe[] = "\b \b\b \b";
	uint8_t byte;

	do {
		byte = last_byte(discipline);
		discipline->end--;
	} while (discipline->settings.input & INPUT_UTF8 && (byte & UTF8_MASK) == UTF8_CONTINUATION &&
		 !line_is_empty(discipline));
	bool wide = is_control(byte) && has(discipline, LOCAL_ECHO_CONTROL);
	if (has(discipline, LOCAL_ECHO))
		discipline->echo(wipe, wide ? sizeof(wipe) - 1 : sizeof(wipe) / 2);
}

static void erase_word(struct discipline *discipline)
{
	while (!line_is_empty(discipline) && last_byte(discipline) == ' ')
		erase(discipline);
	while (!line_is_empty(discipline) && last_byte(discipline) != ' ')
		erase(discipline);
}

/* Whether the byte was an editing character. */
static bool edit(struct discipline *discipline, uint8_t byte)
{
	bool erases = is(discipline, byte, CC_ERASE) || byte == '\b';

	if (!erases && !is(discipline, byte, CC_KILL) && !is(discipline, byte, CC_WORD_ERASE))
		return false;
	if (erases && !line_is_empty(discipline))
		erase(discipline);
	if (is(discipline, byte, CC_WORD_ERASE))
		erase_word(discipline);
	while (is(discipline, byte, CC_KILL) && !line_is_empty(discipline))
		erase(discipline);
	return true;
}

/* ---- reception ---- */

static void store(struct discipline *discipline, uint16_t value)
{
	*cell(discipline, discipline->end++) = value;
}

static void receive_in_line(struct discipline *discipline, uint8_t byte)
{
	bool ends = byte == '\n' || is(discipline, byte, CC_EOL), is_eof = is(discipline, byte, CC_EOF);

	if (edit(discipline, byte))
		return;
	/* The last cell is only for the end of a line; without it, a line that is too long could never be read. */
	if (used(discipline) >= (ends || is_eof ? DISCIPLINE_SIZE : DISCIPLINE_SIZE - 1))
		return;
	if (!is_eof)
		echo(discipline, byte);
	store(discipline, (uint16_t)(byte | (ends ? LINE_END : 0) | (is_eof ? LINE_END | END_OF_FILE : 0)));
	if (ends || is_eof)
		discipline->ready = discipline->end;
}

static void receive_raw(struct discipline *discipline, uint8_t byte)
{
	if (used(discipline) == DISCIPLINE_SIZE)
		return;
	echo(discipline, byte);
	store(discipline, byte);
	discipline->ready = discipline->end;
}

static enum discipline_wish wish_of(const struct discipline *discipline, uint8_t byte)
{
	if (!has(discipline, LOCAL_SIGNALS))
		return WISH_NOTHING;
	if (is(discipline, byte, CC_INTERRUPT))
		return WISH_INTERRUPT;
	if (is(discipline, byte, CC_QUIT))
		return WISH_QUIT;
	return is(discipline, byte, CC_SUSPEND) ? WISH_STOP : WISH_NOTHING;
}

enum discipline_wish discipline_receive(struct discipline *discipline, uint8_t byte)
{
	uint32_t input = discipline->settings.input;

	enum discipline_wish wish = wish_of(discipline, byte);

	if (wish != WISH_NOTHING) {
		echo(discipline, byte);
		if (!has(discipline, LOCAL_NO_FLUSH))
			discipline_flush(discipline);
		return wish;
	}
	if (byte == '\r' && input & INPUT_IGNORE_CR)
		return WISH_NOTHING;
	if (byte == '\r' && input & INPUT_CR_TO_NL)
		byte = '\n';
	else if (byte == '\n' && input & INPUT_NL_TO_CR)
		byte = '\r';
	if (has(discipline, LOCAL_CANONICAL))
		receive_in_line(discipline, byte);
	else
		receive_raw(discipline, byte);
	return WISH_NOTHING;
}

/* A full ring still has room while no line in it has ended, or that line could never end. */
bool discipline_has_room(const struct discipline *discipline)
{
	return used(discipline) < DISCIPLINE_SIZE - 1 || discipline->ready == discipline->read;
}

/* ---- reading ---- */

bool discipline_readable(const struct discipline *discipline)
{
	return discipline->ready != discipline->read ||
	       (!has(discipline, LOCAL_CANONICAL) && discipline->settings.characters[CC_MIN] == 0);
}

size_t discipline_count(const struct discipline *discipline)
{
	return discipline->ready - discipline->read;
}

static bool next_is_end_of_file(struct discipline *discipline)
{
	return discipline->read != discipline->ready && *cell(discipline, discipline->read) & END_OF_FILE;
}

size_t discipline_read(struct discipline *discipline, char *bytes, size_t size)
{
	bool by_lines = has(discipline, LOCAL_CANONICAL);
	size_t count = 0;

	while (count < size && discipline->read != discipline->ready) {
		uint16_t value = *cell(discipline, discipline->read);
		if (!(value & END_OF_FILE))
			bytes[count++] = (char)value;
		else if (by_lines)
			break;
		discipline->read++;
		if (by_lines && value & LINE_END)
			return count;
	}
	/* A ^D behind the last byte ends this read, too, even if the buffer is full. */
	if (by_lines && next_is_end_of_file(discipline))
		discipline->read++;
	return count;
}

void discipline_finish(struct discipline *discipline)
{
	discipline->ready = discipline->end;
}

void discipline_flush(struct discipline *discipline)
{
	discipline->read = discipline->ready = discipline->end;
}

void discipline_set(struct discipline *discipline, const struct terminal_settings *settings)
{
	discipline->settings = *settings;
	if (!has(discipline, LOCAL_CANONICAL))
		discipline_finish(discipline);
}
