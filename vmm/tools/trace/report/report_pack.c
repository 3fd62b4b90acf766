/* SPDX-License-Identifier: MIT */
/* Room for packed numbers, and their Base64. See report_pack.h. */
#include "tools/trace/report/report_pack.h"

#include "base/array.h"

enum {
	NUMBER_MAX = 10, /* bytes of 64 bits, 7 bits a byte */
	LINE = 96,	 /* bytes a line, a multiple of 3 */
};

bool pack_reserve(struct pack *pack, size_t numbers)
{
	return array_reserve(&pack->bytes, &pack->room, pack->used + numbers * NUMBER_MAX, SIZE_MAX, 1);
}

static size_t encode(const unsigned char *bytes, size_t count, char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t length = 0;

	for (size_t i = 0; i < count; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16;
		bits |= i + 1 < count ? (uint32_t)bytes[i + 1] << 8 : 0;
		bits |= i + 2 < count ? bytes[i + 2] : 0;
		text[length++] = digits[bits >> 18];
		text[length++] = digits[bits >> 12 & 0x3f];
		text[length++] = i + 1 < count ? digits[bits >> 6 & 0x3f] : '=';
		text[length++] = i + 2 < count ? digits[bits & 0x3f] : '=';
	}
	return length;
}

void pack_write(const struct pack *pack, FILE *out)
{
	char line[LINE / 3 * 4 + 1];

	for (size_t at = 0; at < pack->used; at += LINE) {
		size_t count = pack->used - at < LINE ? pack->used - at : LINE;
		size_t length = encode(pack->bytes + at, count, line);
		line[length++] = '\n';
		fwrite(line, 1, length, out);
	}
}
