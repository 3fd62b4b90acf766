/* SPDX-License-Identifier: MIT */
/* Unit tests of the text export formats; tests/export opens real exports with their public tools. */
#include "export_sample.h"

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
	cr_assert_not_null(strstr(text, "{\"ph\":\"B\",\"pid\":1,\"tid\":1,\"ts\":1.000,\"name\":\"out COM1 THR\","
					"\"cat\":\"exit\",\"args\":{\"sequence\":1,\"reason\":\"IO\","));
	cr_assert_not_null(strstr(text, "'\\\"' 0x22"), "quotes are escaped");
	cr_assert_not_null(strstr(text, "{\"ph\":\"E\",\"pid\":1,\"tid\":1,\"ts\":1.500}"));
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
