/* SPDX-License-Identifier: MIT */
/* Unit tests of the filter language: which records match, and the columns of errors. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/array.h"
#include "ringside/syscalls.h"
#include "ringside/traps.h"
#include "symbols/symbols_table.h"
#include "tools/trace/filter/filter.h"

static const struct trace_clock test_clock = {.tsc_start = 1000, .tsc_khz = 1000000}; /* a tick is a nanosecond */

/* An exit at 2 ms: the guest ran for 500 us before, the VMM for 7 us after. */
static const union record io = {.exit = {.tsc = 2001000,
					 .entry = 1501000,
					 .rip = 0xffffffff80001234,
					 .address = 0x3f8,
					 .value = 'H',
					 .frame = 0x34,
					 .kind = RINGSIDE_EXIT_IO,
					 .cpl_size = 1 << 4 | 3,
					 .flags = RECORD_WRITE | RECORD_INJECTED,
					 .vector = 36}};
static const struct process process = {.frame = 0x34, .pid = 2, .image = 1};

#define EVENT_RECORD(kind_, a_, b_)                                                                                    \
	(const union record)                                                                                           \
	{                                                                                                              \
		.event = {                                                                                             \
			.tsc = 3001000,                                                                                \
			.a = (a_),                                                                                     \
			.b = (b_),                                                                                     \
			.pid = 7,                                                                                      \
			.kind = RECORD_EVENT + RINGSIDE_EVENT_##kind_                                                  \
		}                                                                                                      \
	}

static bool matches(const char *expression, const union record *record)
{
	struct symbols *symbols = symbols_new();
	struct error error;
	size_t column;

	int kernel = symbols_begin(symbols, "guest.bin", 0);
	symbols_put(symbols, kernel, 0xffffffff80001200, 0x100, "write_byte", 99);
	symbols_end(symbols, kernel);
	symbols_end(symbols, symbols_begin(symbols, "a+b", 0x7c));
	struct filter *filter = filter_new(expression, symbols, &error, &column);
	cr_assert_not_null(filter, "%s: %s at %zu", expression, error.text, column);
	bool result = filter_matches(filter, &(struct text_moment){.record = record,
								   .clock = &test_clock,
								   .symbols = symbols,
								   .process = record == &io ? &process : NULL,
								   .sequence = 12,
								   .entered = 2008000,
								   .cpl = 3});
	filter_free(filter);
	symbols_free(symbols);
	return result;
}

#define ASSERT_MATCHES(expression, record) cr_assert(matches(expression, record), "%s", expression)
#define ASSERT_MISSES(expression, record) cr_assert_not(matches(expression, record), "%s", expression)

Test(filter, fields_of_exits)
{
	static const char *const true_of_it[] = {
		"reason==IO",	    "reason==io",
		"reason==2",	    "reason!=MMIO",
		"kind==vmexit",	    "cpl==3",
		"pid==2",	    "exit==12",
		"port==0x3f8",	    "port==1016",
		"value==72",	    "size==1",
		"cr3==0x34000",	    "vector==36",
		"vector==SERIAL",   "rip>=0xffffffff80000000",
		"time==2ms",	    "time==2000us",
		"time==0.002s",	    "time==2000000",
		"time>1999.999us",  "guest==500us",
		"guest>=0.5ms",	    "vmm==7us",
		"vmm>6999ns",	    "write",
		"write==1",	    "injected",
		"!unclaimed",	    "string==0",
		"window!=1",	    "!waited",
		"program==\"a+b\"", "symbol==write_byte",
	};
	for (size_t i = 0; i < COUNT(true_of_it); i++)
		ASSERT_MATCHES(true_of_it[i], &io);
}

Test(filter, fields_of_events)
{
	union record call = EVENT_RECORD(SYSCALL, RINGSIDE_SYS_write, 0x401000);
	union record result = EVENT_RECORD(SYSCALL_RESULT, RINGSIDE_SYS_write, (uint64_t)-2);
	union record fault = EVENT_RECORD(EXCEPTION, RINGSIDE_TRAP_PF, 0x401000);

	ASSERT_MATCHES("kind==switch && why==yield && why!=slice", &(EVENT_RECORD(SWITCH, 3, RINGSIDE_SWITCH_YIELD)));
	ASSERT_MATCHES("why==time", &(EVENT_RECORD(WAKE, 3, RINGSIDE_WAKE_TIME)));
	ASSERT_MISSES("why==time || why!=time", &call);
	ASSERT_MATCHES("kind==syscall && name==write && syscall==1 && syscall==write && pid==7", &call);
	ASSERT_MATCHES("rip==0x401000 && time==3ms", &call);
	ASSERT_MISSES("name==read || kind==result || name==DB", &call);
	ASSERT_MATCHES("kind==result && name==write && result<0 && result==-2 && result==ENOENT && result>=-2",
		       &result);
	ASSERT_MISSES("result>=0 || result==2 || result<-2", &result);
	ASSERT_MATCHES("name==PF && name==pf && vector==14 && kind==exception", &fault);
	ASSERT_MISSES("name==write || syscall==14", &fault);
}

/* A field that a record does not have matches neither a comparison nor its opposite. */
Test(filter, missing_fields_match_nothing)
{
	union record call = EVENT_RECORD(SYSCALL, RINGSIDE_SYS_write, 0x401000);

	ASSERT_MISSES("port==0x3f8 || port!=0x3f8 || reason!=IO || vmm>=0 || write || result!=0 || program!=guest.bin",
		      &call);
	ASSERT_MATCHES("!(port==0x3f8) && !write", &call);
	ASSERT_MISSES("syscall!=5 || name!=read || result!=0", &io);
}

/* Compares every combination of operators and truth values with C's own operators. */
Test(filter, operators_bind_as_in_c)
{
	static const struct {
		const char *expression;
		bool expected;
	} cases[] = {
		{"cpl==3 || cpl==0 && cpl==1", true},
		{"(cpl==3 || cpl==0) && cpl==1", false},
		{"!cpl==3", false},
		{"!!cpl==3", true},
		{"!(cpl==0) && !(cpl==1)", true},
		{"cpl==0 && cpl==1 || cpl==3", true},
		{"cpl==0 && (cpl==1 || cpl==3)", false},
		{"cpl==0 || cpl==1 || cpl==3", true},
		{"cpl==3 && cpl>2 && cpl<4 && cpl<=3 && cpl>=3 && cpl!=2", true},
		{"cpl==3&&!(cpl==3&&cpl==2)", true},
		{" \t( ( cpl == 3 ) ) ", true},
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		cr_assert_eq(matches(cases[i].expression, &io), cases[i].expected, "%s", cases[i].expression);
}

Test(filter, errors_say_where)
{
	static const struct {
		const char *expression;
		size_t column;
		const char *words;
	} cases[] = {
		{"", 0, "too early"},
		{"reason==IO && cpl=3", 17, "equal is =="},
		{"resaon==IO", 0, "unknown field"},
		{"cpl==3 && reason==OI", 18, "no reason is called OI"},
		{"(cpl==3", 0, "not closed"},
		{"cpl==3 && (cpl==1", 10, "not closed"},
		{"cpl==3)", 6, "&& or || is missing"},
		{"(cpl==3 cpl==2)", 8, "is missing"},
		{"cpl==3 &&", 9, "too early"},
		{"cpl==", 5, "value is missing"},
		{"cpl", 3, "must be compared"},
		{"cpl==x", 5, "not a number"},
		{"cpl==0x", 5, "not a number"},
		{"cpl==-1", 5, "never negative"},
		{"cpl==18446744073709551616", 5, "too large"},
		{"cpl==0x10000000000000000", 5, "too large"},
		{"name<write", 4, "only"},
		{"name==1", 6, "no name is called 1"},
		{"time>1h", 5, "not a time"},
		{"time>.5s", 5, "not a time"},
		{"time>18446744074s", 5, "too large"},
		{"program==\"x", 9, "quote is not closed"},
		{"program==sieve", 9, "no program is called sieve"},
		{"program==\"a\nb\"", 9, "no program is called a?b"},
		{"==3", 0, "field is missing"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error error;
		size_t column;
		cr_assert_null(filter_new(cases[i].expression, NULL, &error, &column), "%s", cases[i].expression);
		cr_assert_eq(column, cases[i].column, "%s: column %zu: %s", cases[i].expression, column, error.text);
		cr_assert_not_null(strstr(error.text, cases[i].words), "%s: %s", cases[i].expression, error.text);
	}
}

/* Returns `count` times `part` followed by `end`. The caller must free() it. */
static char *repeat(const char *part, unsigned count, const char *end)
{
	char *text = calloc(strlen(part) * count + strlen(end) + 1, 1);

	for (unsigned i = 0; i < count; i++)
		strcat(text, part);
	return strcat(text, end);
}

Test(filter, depth_and_length_have_limits)
{
	static const struct {
		const char *part, *end, *words;
	} cases[] = {
		{"(", "cpl==3", "too deep"},
		{"!", "cpl==3", "too deep"},
		{"cpl==3||", "cpl==3", "too long"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error error;
		size_t column;
		char *expression = repeat(cases[i].part, 5000, cases[i].end);
		cr_assert_null(filter_new(expression, NULL, &error, &column));
		cr_assert_not_null(strstr(error.text, cases[i].words), "%s", error.text);
		cr_assert_leq(column, strlen(expression));
		free(expression);
	}
}
