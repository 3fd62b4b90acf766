/* SPDX-License-Identifier: MIT */
/* Fills the sentences of explanations.c with what is true of one moment, and tells what followed. See explain.h. */
#include "tools/trace/explain/explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/layout.h"
#include "base/linux_names.h"
#include "devices/devices.h"
#include "text/calls.h"
#include "text/detail.h"
#include "text/names.h"
#include "text/place.h"
#include "tools/trace/explain/explanations.h"

enum {
	QUESTIONS_MAX = 256,	 /* records that wait for what follows; further ones are not explained */
	FOLLOWING_MAX = 1 << 22, /* records after which the end of what a record began is not waited for any more */
	KINDS = UINT8_MAX + 1,
};

/* What ends that which a record began. */
enum end { NEXT_RECORD, NEXT_EVENT, NEXT_TRAP, OWN_RETURN };

/* A record that is explained, and what has followed. */
struct question {
	union record record;
	struct process process; /* valid if `has_process` */
	bool has_process;
	uint64_t sequence, entered;
	unsigned cpl;
	const struct trace_clock *clock;
	const struct symbols *symbols;
	char *line; /* the printer's; NULL = not yet */
	/* what follows */
	enum end end;
	bool ended;
	union record last; /* which ended it */
	uint64_t following, exits, switches;
	uint32_t next; /* the first process that got the CPU instead, if `switches` */
	bool has_result;
	uint64_t result;
};

struct explainer {
	struct text_choice choice;
	uint64_t limit, taken, printed;
	bool seen[KINDS]; /* without a choice */
	struct question questions[QUESTIONS_MAX];
	size_t count;
};

struct explainer *explainer_new(struct text_choice choice, uint64_t limit)
{
	struct explainer *explainer = calloc(1, sizeof(*explainer));

	if (explainer != NULL) {
		explainer->choice = choice;
		explainer->limit = limit;
	}
	return explainer;
}

void explainer_free(struct explainer *explainer)
{
	if (explainer == NULL)
		return;
	for (size_t i = 0; i < explainer->count; i++)
		free(explainer->questions[i].line);
	free(explainer);
}

bool explainer_is_full(const struct explainer *explainer)
{
	return explainer->taken == explainer->limit && explainer->count == 0;
}

uint64_t explainer_count(const struct explainer *explainer)
{
	return explainer->printed;
}

/* ---- what follows ---- */

static bool is_event(const union record *record, unsigned event)
{
	return record->exit.kind == RECORD_EVENT + event;
}

static bool is_trap(const union record *record)
{
	return is_event(record, RINGSIDE_EVENT_SYSCALL) || is_event(record, RINGSIDE_EVENT_EXCEPTION) ||
	       is_event(record, RINGSIDE_EVENT_INTERRUPT);
}

static enum end end_of(const union record *record)
{
	if (!record_is_event(record))
		return NEXT_RECORD;
	if (is_trap(record))
		return OWN_RETURN;
	return is_event(record, RINGSIDE_EVENT_RETURN) ? NEXT_TRAP : NEXT_EVENT;
}

/* Whether `record` ends what the question's record began. */
static bool ends(const struct question *question, const union record *record)
{
	switch (question->end) {
	case NEXT_RECORD:
		return true;
	case NEXT_EVENT:
		return record_is_event(record);
	case NEXT_TRAP:
		return is_trap(record);
	default:
		return record->event.pid == question->record.event.pid &&
		       (is_event(record, RINGSIDE_EVENT_RETURN) || is_event(record, RINGSIDE_EVENT_PROC_EXIT));
	}
}

static void follow(struct question *question, const union record *record)
{
	const uint32_t pid = question->record.event.pid;

	if (question->ended || question->following == FOLLOWING_MAX || record_is_of_vmm(record))
		return;
	question->following++;
	question->exits += !record_is_event(record);
	if (is_event(record, RINGSIDE_EVENT_SYSCALL_RESULT) && record->event.pid == pid) {
		question->has_result = true;
		question->result = record->event.b;
	}
	if (is_event(record, RINGSIDE_EVENT_RESTORE) && record->event.pid != pid && question->switches++ == 0)
		question->next = record->event.pid;
	question->ended = ends(question, record);
	question->last = *record;
}

static bool is_complete(const struct question *question)
{
	return question->line != NULL && (question->ended || question->following == FOLLOWING_MAX);
}

/* ---- choosing ---- */

static bool wants(struct explainer *explainer, const struct text_moment *moment)
{
	if (explainer->taken == explainer->limit || explainer->count == QUESTIONS_MAX)
		return false;
	if (explainer->choice.wants != NULL)
		return explainer->choice.wants(explainer->choice.context, moment);
	const bool seen = explainer->seen[moment->record->exit.kind];
	explainer->seen[moment->record->exit.kind] = true;
	return !seen;
}

static bool take_moment(const void *context, const struct text_moment *moment)
{
	struct explainer *explainer = (struct explainer *)context;

	for (size_t i = 0; i < explainer->count; i++)
		follow(&explainer->questions[i], moment->record);
	if (!wants(explainer, moment))
		return false;
	explainer->taken++;
	explainer->questions[explainer->count++] = (struct question){
		.record = *moment->record,
		.process = moment->process != NULL ? *moment->process : (struct process){0},
		.has_process = moment->process != NULL,
		.sequence = moment->sequence,
		.entered = moment->entered,
		.cpl = moment->cpl,
		.clock = moment->clock,
		.symbols = moment->symbols,
		.end = end_of(moment->record),
	};
	return true;
}

struct text_choice explainer_choice(const struct explainer *explainer)
{
	return (struct text_choice){take_moment, explainer};
}

void explainer_take_lines(struct explainer *explainer, const char *lines)
{
	for (size_t i = 0; i < explainer->count && *lines != '\0'; i++) {
		const size_t length = strcspn(lines, "\n");
		if (explainer->questions[i].line != NULL)
			continue;
		explainer->questions[i].line = strndup(lines, length);
		lines += length + (lines[length] == '\n');
	}
}

/* ---- words ---- */

static void put_duration(struct layout *text, const struct trace_clock *clock, uint64_t from, uint64_t to)
{
	const uint64_t ns = to > from ? trace_clock_ticks_ns(clock, to - from) : 0;
	char words[40];

	if (ns < 1000)
		snprintf(words, sizeof(words), "%" PRIu64 " ns", ns);
	else if (ns < 1000000)
		snprintf(words, sizeof(words), "%.1f µs", (double)ns / 1e3);
	else
		snprintf(words, sizeof(words), "%.2f ms", (double)ns / 1e6);
	layout_utf8(text, words);
}

static void put_pid(struct layout *text, uint32_t pid, const char *program)
{
	if (pid == 0) {
		layout_text(text, "the kernel");
		return;
	}
	layout_decimal(text, "process ", pid);
	if (program != NULL) {
		layout_text(text, " (");
		layout_text(text, program);
		layout_text(text, ")");
	}
}

static void put_who(struct layout *text, const struct question *question)
{
	const bool event = record_is_event(&question->record);
	const uint32_t pid = event ? question->record.event.pid : question->has_process ? question->process.pid : 0;

	put_pid(text, pid,
		question->has_process ? symbols_image_name(question->symbols, question->process.image) : NULL);
}

static void put_where(struct layout *text, const struct question *question)
{
	const bool event = record_is_event(&question->record);
	uint64_t address = question->record.exit.rip;

	if (event && !detail_event_address(&question->record.event, &address)) {
		layout_text(text, "an address that is not known");
		return;
	}
	const int program = process_image(question->has_process ? &question->process : NULL);
	const int image = place_image(program, event || question->cpl == CPL_USER, address);
	if (!place_put(text, question->symbols, image, address))
		layout_hex(text, "", address);
}

static void put_ring(struct layout *text, const struct question *question)
{
	if (question->cpl > CPL_USER)
		layout_text(text, "a ring that is not known");
	else
		layout_decimal(text, "ring ", question->cpl);
}

static void put_register(struct layout *text, const struct question *question)
{
	const struct exit_record *exit = &question->record.exit;
	const struct device_register *port = device_register_at((uint16_t)exit->address);

	if (port == NULL)
		layout_hex(text, "none that a PC has at port ", (uint16_t)exit->address);
	else
		layout_text(text, device_register_name(port, (exit->flags & RECORD_WRITE) != 0));
}

static void put_call(struct layout *text, const struct question *question)
{
	const char *name = syscall_name(question->record.event.a);

	if (name != NULL)
		layout_text(text, name);
	else
		layout_decimal(text, "call ", question->record.event.a);
	layout_text(text, name != NULL ? "()" : "");
}

static void put_argument(struct layout *text, const struct question *question, unsigned i)
{
	const uint64_t value = i == 0 ? question->record.event.a : question->record.event.b;

	if (event_argument(question->record.event.kind - RECORD_EVENT, i)[0] == '#')
		layout_decimal(text, "", value);
	else
		layout_hex(text, "", value);
}

static void put_guest(struct layout *text, const struct question *question)
{
	put_duration(text, question->clock, question->record.exit.entry, question->record.exit.tsc);
}

static void put_vmm(struct layout *text, const struct question *question)
{
	if (question->entered != 0)
		put_duration(text, question->clock, question->record.exit.tsc, question->entered);
	else
		layout_text(text, "a time that is not known (the guest was not entered again)");
}

static void put_trap(struct layout *text, const struct question *question)
{
	detail_vector(text, question->record.event.a);
}

static void put_a(struct layout *text, const struct question *question)
{
	put_argument(text, question, 0);
}

static void put_b(struct layout *text, const struct question *question)
{
	put_argument(text, question, 1);
}

static const struct {
	const char *name;
	void (*put)(struct layout *text, const struct question *question);
} words[] = {
	{"{who}", put_who}, {"{where}", put_where},	  {"{ring}", put_ring}, {"{guest}", put_guest},
	{"{vmm}", put_vmm}, {"{call}", put_call},	  {"{trap}", put_trap}, {"{a}", put_a},
	{"{b}", put_b},	    {"{register}", put_register},
};

/* Appends the word of which the name begins at `at`. Returns the length of the name; 0 = there is no such word. */
static size_t put_word(struct layout *text, const struct question *question, const char *at)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		const size_t length = strlen(words[i].name);
		if (strncmp(at, words[i].name, length) != 0)
			continue;
		words[i].put(text, question);
		return length;
	}
	return 0;
}

/* Appends sentences with their words. */
static void put_sentences(struct layout *text, const struct question *question, const char *sentences)
{
	for (const char *at = sentences; *at != '\0';) {
		const size_t plain = strcspn(at, "{");
		layout_bytes(text, at, plain);
		at += plain;
		const size_t length = *at != '\0' ? put_word(text, question, at) : 0;
		if (*at != '\0' && length == 0)
			layout_bytes(text, at, 1);
		at += *at != '\0' && length == 0 ? 1 : length;
	}
}

/* ---- paragraphs ---- */

enum { LABEL_INDENT = 2, WORDS_INDENT = 11 };

/* Gives the sentences of a paragraph their capitals: some begin with a name, such as that of a process. */
static void capitalise(char *text)
{
	bool begins = true;

	for (char *c = text; *c != '\0'; c++) {
		if (begins && *c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
		begins = c[0] == ' ' && c > text && c[-1] == '.';
	}
}

/* Prints a paragraph; `text` is what was appended to a layout that was begun by layout_start() with TTY_FILE. */
static void print_paragraph(const char *label, const struct layout *text, struct page *page)
{
	char copy[LAYOUT_SIZE + 1];
	struct layout line;

	if (text->length == 0)
		return;
	memcpy(copy, text->text, text->length);
	copy[text->length] = '\0';
	capitalise(copy);
	page_begin(page, &line);
	layout_to(&line, LABEL_INDENT);
	layout_text(&line, label);
	page_put_words(page, &line, WORDS_INDENT, copy, NULL);
}

static void print_sentences(const char *label, const struct question *question, const char *sentences,
			    struct page *page)
{
	struct layout text;

	layout_start(&text, TTY_FILE);
	if (sentences != NULL)
		put_sentences(&text, question, sentences);
	print_paragraph(label, &text, page);
}

/* What the VMM did, which the flags of an exit say too. */
static void print_vmm(const struct question *question, const struct explanation *row, struct page *page)
{
	const unsigned flags = record_is_event(&question->record) ? 0 : question->record.exit.flags;
	struct layout text;

	layout_start(&text, TTY_FILE);
	if (row != NULL && row->vmm != NULL)
		put_sentences(&text, question, row->vmm);
	if ((flags & RECORD_UNCLAIMED) != 0)
		layout_text(&text, " No device is there: a read gives all ones, and a write does nothing.");
	if ((flags & RECORD_INJECTED) != 0) {
		layout_text(&text, " Before it entered the guest again it injected ");
		detail_vector(&text, question->record.exit.vector);
		layout_text(&text, " (KVM_INTERRUPT): the guest takes it before its next instruction.");
	}
	if ((flags & RECORD_WINDOW) != 0)
		layout_text(&text, " An interrupt waits, and the guest has interrupts off: KVM was asked to return as "
				   "soon as the guest takes them (request_interrupt_window).");
	print_paragraph("VMM", &text, page);
}

/* "syscall write(...)", "exit INTR". */
static void put_record(struct layout *text, const union record *record, const struct symbols *symbols)
{
	const char *name =
		record_is_event(record) ? event_name(record->event.kind - RECORD_EVENT) : exit_name(record->exit.kind);

	layout_text(text, record_is_event(record) ? "" : "VM exit ");
	layout_text(text, name != NULL ? name : "of unknown kind");
	layout_text(text, " ");
	if (record_is_event(record))
		detail_event(text, &record->event, symbols, NULL, NULL);
	else
		detail_exit(text, &record->exit, DETAIL_TIME_UNKNOWN);
}

static void put_later(struct layout *text, const struct question *question)
{
	const bool event = record_is_event(&question->record);
	const uint64_t from = event || question->entered == 0 ? question->record.exit.tsc : question->entered;

	put_duration(text, question->clock, from, question->last.exit.tsc);
	layout_text(text, event || question->entered == 0 ? " later" : " after that");
}

static void put_return(struct layout *text, const struct question *question)
{
	if (question->has_result && is_event(&question->record, RINGSIDE_EVENT_SYSCALL)) {
		layout_text(text, "The result is ");
		call_text_result(text, question->record.event.a, question->result);
		layout_text(text, ". ");
	}
	if (question->switches > 0) {
		layout_text(text, "The kernel gave the CPU to ");
		put_pid(text, question->next, NULL);
		layout_text(text, question->switches > 1 ? " first, and to others. " : ". ");
	}
	put_who(text, question);
	layout_text(text, is_event(&question->last, RINGSIDE_EVENT_RETURN) ? " was back in ring 3 " : " ended ");
	put_later(text, question);
	layout_decimal(text, ", after ", question->exits);
	layout_text(text, question->exits == 1 ? " VM exit." : " VM exits.");
}

static void print_following(const struct question *question, struct page *page)
{
	const char *name = record_is_event(&question->last) ? "The next event" : "The next record";
	struct layout text;

	layout_start(&text, TTY_FILE);
	if (!question->ended) {
		layout_text(&text, question->end == OWN_RETURN ? "The trace does not tell the end of it."
							       : "Nothing more is in the trace.");
	} else if (question->end == OWN_RETURN) {
		put_return(&text, question);
	} else {
		if (!record_is_event(&question->record) && question->entered != 0)
			layout_text(&text, "The guest was entered again. ");
		layout_text(&text, question->end == NEXT_TRAP ? "The next trap" : name);
		layout_text(&text, " came ");
		put_later(&text, question);
		layout_text(&text, ": ");
		put_record(&text, &question->last, question->symbols);
		layout_text(&text, ".");
	}
	print_paragraph("Then", &text, page);
}

static const struct explanation *explanation_of(const union record *record)
{
	return record_is_event(record) ? explanation_of_event(record->event.kind - RECORD_EVENT)
				       : explanation_of_exit(record->exit.kind);
}

static void print_question(const struct question *question, const char *title, struct page *page)
{
	const struct explanation *row = explanation_of(&question->record);
	const bool event = record_is_event(&question->record);
	const char *step = event ? event_step(question->record.event.kind - RECORD_EVENT) : NULL;

	fprintf(page->out, "%s\n%s\n", title, question->line);
	if (row != NULL) {
		print_sentences("Why", question, row->why, page);
		print_sentences("CPU", question, row->processor, page);
		print_sentences(event ? "Kernel" : "KVM", question, row->kernel, page);
	}
	print_vmm(question, row, page);
	print_following(question, page);
	if (step != NULL && step[0] != '\0')
		print_sentences("Book", question, step, page);
	if (row != NULL && row->manual != NULL)
		print_sentences("Read", question, row->manual, page);
}

void explainer_print(struct explainer *explainer, const char *title, bool at_end, struct page *page)
{
	size_t done = 0;

	while (done < explainer->count &&
	       (is_complete(&explainer->questions[done]) || (at_end && explainer->questions[done].line != NULL))) {
		struct question *question = &explainer->questions[done++];
		if (explainer->printed++ > 0)
			fputc('\n', page->out);
		print_question(question, title, page);
		free(question->line);
	}
	explainer->count -= done;
	if (done > 0)
		memmove(explainer->questions, explainer->questions + done,
			explainer->count * sizeof(explainer->questions[0]));
}
