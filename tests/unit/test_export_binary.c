/* SPDX-License-Identifier: MIT */
/* Unit tests of the binary export formats: protobuf, trace.dat, CTF. */
#include "export_sample.h"

Test(export_binary, protobuf)
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

Test(export_binary, trace_cmd)
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

Test(export_binary, ctf)
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
