/* SPDX-License-Identifier: MIT */
/* Unit tests of the export formats, by a small trace; tests/export opens real exports with their public tools. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "tools/trace/export/export.h"
#include "tools/trace/export/export_fields.h"
#include "tools/trace/export/protobuf.h"
#include "trace_files.h"

/* With this clock a TSC tick is a nanosecond. */
static const struct trace_clock ns_clock = {.tsc_start = 1, .tsc_khz = 1000000, .realtime_start = 1700000000000000007};

static const union record sample[] = {
	{.exit = {.tsc = 1001,
		  .entry = 501,
		  .rip = 0xffffffff80100000,
		  .address = 0x3f8,
		  .value = '"',
		  .frame = 0x12,
		  .kind = RINGSIDE_EXIT_IO,
		  .cpl_size = 1 << 4,
		  .flags = RECORD_WRITE | RECORD_INJECTED,
		  .vector = 32}},
	{.event = {.tsc = 2001, .a = 39, .b = 0x401000, .pid = 3, .kind = RECORD_EVENT + RINGSIDE_EVENT_SYSCALL}},
	{.exit = {.tsc = 5000000001, .entry = 1501, .kind = RINGSIDE_EXIT_HLT}},
};

static struct trace_reader *trace_of(const union record *records, size_t count, const char *environment)
{
	struct trace_writer writer;
	struct error error;
	char path[32];

	int fd = anonymous_file(path);
	cr_assert_eq(trace_writer_open(&writer, path, &ns_clock, environment, NULL, &error), 0, "%s", error.text);
	for (size_t i = 0; i < count; i++)
		trace_writer_append(&writer, &records[i]);
	cr_assert_eq(trace_writer_close(&writer, 6000000001, &error), 0, "%s", error.text);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	close(fd);
	return reader;
}

static int export_records(const char *format, const union record *records, size_t count, int fd, int directory,
			  struct export_result *result)
{
	struct trace_reader *reader = trace_of(records, count, "host=a \"b\\\nbad line\nx\ty=\x01\xff\n");
	struct export_output *output = malloc(sizeof(*output));
	struct error error;

	cr_assert_not_null(output);
	output_start(output, fd);
	int status = export_trace(reader, exporter_find(format), output, directory, NULL, result, &error);
	free(output);
	trace_reader_close(reader);
	return status;
}

/* Returns the export of the sample to `format`. The caller must free() it. */
static char *sample_as(const char *format, size_t *size)
{
	struct export_result result;
	struct stat status;
	char path[32];
	int fd = anonymous_file(path);

	cr_assert_eq(export_records(format, sample, COUNT(sample), fd, -1, &result), 0);
	cr_assert_eq(result.records, COUNT(sample));
	cr_assert_not(result.damaged);
	fstat(fd, &status);
	*size = (size_t)status.st_size;
	char *bytes = calloc(1, *size + 1);
	cr_assert_eq(pread(fd, bytes, *size, 0), status.st_size);
	close(fd);
	return bytes;
}

/* ---- text ---- */

static union record event_of(uint64_t tsc, unsigned event, uint32_t pid, uint64_t a, uint64_t b)
{
	return (union record){
		.event = {.tsc = tsc, .a = a, .b = b, .pid = pid, .kind = (uint8_t)(RECORD_EVENT + event)}};
}

/* Process 7 loses the CPU to process 8, for each reason, and wakes it. */
static size_t sample_of_scheduler(union record *records)
{
	size_t count = 0;

	for (; count <= RINGSIDE_SWITCH_MEMORY; count++)
		records[count] = event_of(1001 + count, RINGSIDE_EVENT_SWITCH, 7, 8, count);
	records[count++] = event_of(2001, RINGSIDE_EVENT_SWITCH, 7, UINT64_MAX, UINT64_MAX);
	records[count++] = event_of(3001, RINGSIDE_EVENT_WAKE, 8, 7, RINGSIDE_WAKE_TIME);
	return count;
}

Test(export_formats, switches_and_wake_ups_are_linuxs_too)
{
	static const char *const states[] = {"R+", "R", "Z", "T", "R", "S", "S", "S", "S", "D"};
	union record records[16];
	const size_t count = sample_of_scheduler(records);
	struct export_result result;
	char path[32], text[8192] = "", line[160];
	int fd = anonymous_file(path);

	cr_assert_eq(export_records("ftrace", records, count, fd, -1, &result), 0);
	cr_assert_gt(pread(fd, text, sizeof(text) - 1, 0), 0);
	close(fd);
	for (size_t i = 0; i < COUNT(states); i++) {
		snprintf(line, sizeof(line),
			 "0.00000%zu: sched_switch: prev_comm=pid prev_pid=7 prev_prio=120 prev_state=%s ==> "
			 "next_comm=pid next_pid=8 next_prio=120\n",
			 1000 + i, states[i]);
		cr_assert_not_null(strstr(text, line), "%s", line);
	}
	cr_assert_not_null(strstr(text, "prev_state=R ==> next_comm=pid next_pid=2147483647 "), "what cannot be");
	cr_assert_not_null(strstr(text, "0.000003000: sched_waking: comm=pid pid=8 prio=120 target_cpu=000\n"));
	cr_assert_not_null(strstr(text, "0.000003000: sched_wakeup: comm=pid pid=8 prio=120 target_cpu=000\n"));
}

/* What the command line takes are the names of the exporters. */
Test(export_formats, have_one_name_each)
{
	char names[256] = "";

	for (const struct exporter *const *exporter = exporters; *exporter != NULL; exporter++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", *names != '\0' ? "|" : "",
			 (*exporter)->name);
	cr_assert_str_eq(names, EXPORT_FORMATS);
}

Test(export_formats, csv)
{
	size_t size;
	char *text = sample_as("csv", &size);

	cr_assert_str_eq(
		text,
		"time_ns,type,name,pid,program,cpl,sequence,guest_ns,vmm_ns,cr3,rip,address,size,value,flags,vector,"
		"process,a,b,symbol,detail\n"
		"1000,exit,IO,0,\"kernel\",0,1,500,500,0x12000,0xffffffff80100000,0x3f8,1,0x22,9,0x20,,,,\"\","
		"\"outb 0x3f8 '\"\"' 0x22  COM1 THR, inject 0x20 timer interrupt\"\n"
		"2000,event,syscall,3,\"pid\",0,,,,,,,,,,,3,39,0x401000,\"\",\"getpid()\"\n"
		"5000000000,exit,HLT,0,\"kernel\",0,2,4999998500,,0x0,0x0,0x0,0,0x0,0,0x0,,,,\"\",\"\"\n");
	free(text);
}

Test(export_formats, ftrace)
{
	size_t size;
	char *text = sample_as("ftrace", &size);

	cr_assert_not_null(strstr(text, "          kernel-0       [000] .....      0.000000500: vm_entry: sequence=1 "
					"cpl=0\n"));
	cr_assert_not_null(strstr(text, "0.000001000: vm_exit: sequence=1 reason=IO guest_ns=500 vmm_ns=500 "));
	cr_assert_not_null(strstr(text, " flags=write|injected vector=0x20 "));
	cr_assert_not_null(strstr(text, "             pid-3       [000] .....      0.000002000: syscall: process=3 "
					"number=39 pc=0x401000 symbol= detail=getpid()\n"));
	cr_assert_not_null(strstr(text, "[000] .....      5.000000000: vm_exit: "));
	free(text);
}

Test(export_formats, chrome)
{
	size_t size;
	char *text = sample_as("chrome", &size);

	cr_assert_not_null(strstr(text, "\"host\":\"a ?b?\""),
			   "control and quote characters of the environment are replaced");
	cr_assert_not_null(strstr(text, "\"x?y\":\"??\""));
	cr_assert_not_null(strstr(text, "{\"ph\":\"B\",\"pid\":1,\"tid\":3,\"ts\":1.000,\"name\":\"out COM1 THR\","
					"\"cat\":\"exit\"}"));
	cr_assert_not_null(strstr(text, "'\\\"' 0x22"), "quotes are escaped");
	cr_assert_not_null(strstr(text, "{\"ph\":\"E\",\"pid\":1,\"tid\":3,\"ts\":1.500,\"name\":\"out COM1 THR\","
					"\"cat\":\"exit\",\"args\":{\"sequence\":1,\"reason\":\"IO\","));
	cr_assert_str_eq(text + size - 4, "\n]}\n");
	free(text);
}

Test(export_formats, a_full_disk_is_an_error)
{
	for (const struct exporter *const *exporter = exporters; *exporter != NULL; exporter++) {
		struct export_result result;
		int fd = open("/dev/full", O_RDWR);
		if (fd < 0)
			cr_skip_test("no /dev/full");
		if (((*exporter)->traits & EXPORT_DIRECTORY) == 0)
			cr_assert_eq(export_records((*exporter)->name, sample, COUNT(sample), fd, -1, &result), -1,
				     "%s", (*exporter)->name);
		close(fd);
	}
}

Test(export_formats, an_empty_trace_has_an_export)
{
	for (const struct exporter *const *exporter = exporters; *exporter != NULL; exporter++) {
		struct export_result result;
		char path[32];
		int fd = anonymous_file(path);
		if (((*exporter)->traits & EXPORT_DIRECTORY) == 0)
			cr_assert_eq(export_records((*exporter)->name, NULL, 0, fd, -1, &result), 0, "%s",
				     (*exporter)->name);
		close(fd);
	}
}

/* Fills records with random bytes; their kinds are those that a reader accepts. */
static void fill_random(union record *records, size_t count)
{
	unsigned char *bytes = (unsigned char *)records;

	for (size_t i = 0; i < count * sizeof(*records); i++)
		bytes[i] = (unsigned char)rand();
	for (size_t i = 0; i < count; i++) {
		bool event = rand() % 2 == 0;
		records[i].exit.kind =
			(uint8_t)(event ? RECORD_EVENT + rand() % RINGSIDE_EVENT_COUNT : rand() % RINGSIDE_EXIT_LIMIT);
		if (rand() % 2 == 0)
			records[i].exit.tsc = i * 1000 + 1;
	}
}

Test(export_formats, records_of_random_bytes)
{
	enum { RECORDS = 2000 };
	union record *records = calloc(RECORDS, sizeof(*records));

	srand(2);
	fill_random(records, RECORDS);
	for (const struct exporter *const *exporter = exporters; *exporter != NULL; exporter++) {
		struct export_result result;
		char path[32];
		int fd = anonymous_file(path);
		if (((*exporter)->traits & EXPORT_DIRECTORY) == 0) {
			cr_assert_eq(export_records((*exporter)->name, records, RECORDS, fd, -1, &result), 0, "%s",
				     (*exporter)->name);
			cr_assert_eq(result.records, RECORDS);
			cr_assert_gt(result.disordered, 0);
		}
		close(fd);
	}
	free(records);
}

Test(export_formats, output_survives_many_pieces)
{
	struct export_output *output = malloc(sizeof(*output));
	char path[32];
	int fd = anonymous_file(path);
	struct stat status;

	output_start(output, fd);
	for (unsigned i = 0; i < 300000; i++)
		output_decimal(output, i % 10);
	output_align(output, 4096);
	cr_assert_eq(output_flush(output), 0);
	output_rewrite(output, 10, "xy", 2);
	fstat(fd, &status);
	cr_assert_eq(status.st_size, (300000 / 4096 + 1) * 4096);
	cr_assert_eq(pread(fd, path, 3, 9), 3);
	cr_assert_arr_eq(path, "9xy", 3);
	close(fd);
	free(output);
}

/* ---- binary: protobuf, trace.dat, CTF ---- */

Test(export_formats, protobuf)
{
	char bytes[16];

	cr_assert_eq(put_varint(bytes, 300) - bytes, 2);
	cr_assert_arr_eq(bytes, "\xac\x02", 2);
	cr_assert_eq(put_varint(bytes, UINT64_MAX) - bytes, 10);
	cr_assert_arr_eq(bytes, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
	cr_assert_eq(put_number_field(bytes, 60, 1) - bytes, 3);
	cr_assert_arr_eq(bytes, "\xe0\x03\x01", 3);
	char *message = open_message(bytes, 1), *end = put_string_field(message, 2, "ab");
	close_message(message, end);
	cr_assert_arr_eq(bytes,
			 "\x0a\x84\x00\x12\x02"
			 "ab",
			 7);
}

enum { TRACECMD_PAGE = 4096, TRACECMD_PAGE_HEADER = 16 };

/* Walks the pages of a trace.dat as the kernel's readers do. Returns the number of events, the last one's time in *ns.
 */
static unsigned walk_pages(const char *pages, size_t size, uint64_t *ns)
{
	unsigned events = 0;

	cr_assert_eq(size % TRACECMD_PAGE, 0);
	for (size_t page = 0; page < size; page += TRACECMD_PAGE) {
		uint64_t length, at = page + TRACECMD_PAGE_HEADER;
		memcpy(ns, pages + page, sizeof(*ns));
		memcpy(&length, pages + page + sizeof(*ns), sizeof(length));
		uint64_t end = at + length;
		cr_assert_leq(end, page + TRACECMD_PAGE);
		while (at < end) {
			uint32_t header, next;
			memcpy(&header, pages + at, sizeof(header));
			memcpy(&next, pages + at + sizeof(header), sizeof(next));
			unsigned type = header & 0x1f;
			*ns += header >> 5;
			if (type == 30)
				*ns += (uint64_t)next << 27;
			else
				events++;
			at += type == 30 ? 8 : type == 0 ? next + sizeof(header) : type * 4 + sizeof(header);
		}
		cr_assert_eq(at, end);
	}
	return events;
}

Test(export_formats, trace_cmd)
{
	size_t size;
	char *bytes = sample_as("trace-cmd", &size);
	uint64_t place[2], ns;

	cr_assert_arr_eq(bytes, "\x17\x08\x44tracing6\0\0\x08\x00\x10\0\0header_page", 29);
	const char *mark = memmem(bytes, size, "flyrecord", sizeof("flyrecord"));
	cr_assert_not_null(mark);
	memcpy(place, mark + sizeof("flyrecord"), sizeof(place));
	cr_assert_eq(place[0] % TRACECMD_PAGE, 0);
	cr_assert_eq(place[0] + place[1], size);
	cr_assert_eq(walk_pages(bytes + place[0], place[1], &ns), 5, "two entries, two exits, one event");
	cr_assert_eq(ns, 5000000000, "five seconds take a time extension");
	cr_assert_not_null(memmem(bytes, size, "3 pid\n", 6), "the process has a name");
	free(bytes);
}

/* The events of Linux's scheduler have Linux's layout, which trace-cmd's and KernelShark's plugins rely on. */
Test(export_formats, trace_cmd_has_linuxs_layout_of_a_switch)
{
	union record records[16];
	const size_t count = sample_of_scheduler(records);
	struct export_result result;
	char path[32], bytes[1 << 18];
	int fd = anonymous_file(path);
	static const char tasks[] = "pid\0\0\0\0\0\0\0\0\0\0\0\0\0\x07\0\0\0\x78\0\0\0\0\x01\0\0\0\0\0\0"
				    "pid\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0\x78\0\0";

	cr_assert_eq(export_records("trace-cmd", records, count, fd, -1, &result), 0);
	const ssize_t size = pread(fd, bytes, sizeof(bytes), 0);
	cr_assert_gt(size, 0);
	close(fd);
	const char *at = memmem(bytes, (size_t)size, tasks, sizeof(tasks));
	cr_assert_not_null(at);
	cr_assert_arr_eq(at - 4, "\x07\0\0\0", 4, "the process that loses the CPU");
	cr_assert_not_null(memmem(bytes, (size_t)size, "sched\0\3\0\0\0", 10), "a system of three events");
}

/* Reads the metadata of a CTF trace into `text`. */
static void read_metadata(int directory, char *text, size_t size)
{
	int fd = openat(directory, EXPORT_METADATA_FILE, O_RDONLY);

	cr_assert_geq(fd, 0);
	ssize_t got = read(fd, text, size - 1);
	cr_assert_gt(got, 0);
	text[got] = '\0';
	close(fd);
}

Test(export_formats, ctf)
{
	struct export_result result;
	char directory_path[] = "/tmp/ringside-test-XXXXXX", path[32], header[40], metadata[16384];
	struct stat status;
	uint32_t magic;
	uint64_t times[2], bits[2];

	cr_assert_not_null(mkdtemp(directory_path));
	int directory = open(directory_path, O_RDONLY | O_DIRECTORY), fd = anonymous_file(path);
	cr_assert_eq(export_records("ctf", sample, COUNT(sample), fd, directory, &result), 0);
	read_metadata(directory, metadata, sizeof(metadata));
	unlinkat(directory, EXPORT_METADATA_FILE, 0);
	close(directory);
	rmdir(directory_path);

	fstat(fd, &status);
	cr_assert_eq(pread(fd, header, sizeof(header), 0), (ssize_t)sizeof(header));
	memcpy(&magic, header, sizeof(magic));
	memcpy(times, header + 8, sizeof(times));
	memcpy(bits, header + 24, sizeof(bits));
	cr_assert_eq(magic, 0xc1fc1fc1);
	cr_assert_eq(times[0], 500);
	cr_assert_eq(times[1], 5000000000);
	cr_assert_eq(bits[0], (uint64_t)status.st_size * 8);
	cr_assert_eq(bits[1], bits[0]);
	cr_assert_eq(strncmp(metadata, "/* CTF 1.8 */", 13), 0);
	cr_assert_not_null(strstr(metadata, "offset_s = 1700000000;\n\toffset = 7;\n"));
	cr_assert_not_null(strstr(metadata, "\tringside_host = \"a ?b?\";\n\tringside_x_y = \"??\";\n"));
}
