/* SPDX-License-Identifier: MIT */
/* Unit tests of terminal input for the guest: the escape key, the queue, a guest that does not read. */
#include "host/keys.h"

#include <criterion/criterion.h>
#include <string.h>

static struct keys keys;

static void setup(void)
{
	memset(&keys, 0, sizeof(keys));
	keys.written = keys.taken = UINT32_MAX - 3; /* so that the counters wrap around during a test */
}

TestSuite(keys, .init = setup);

static enum keys_request type(const char *text)
{
	return keys_add(&keys, (const uint8_t *)text, strlen(text));
}

static const char *take(size_t size)
{
	static char bytes[64];

	bytes[keys_take(&keys, (uint8_t *)bytes, size)] = '\0';
	return bytes;
}

Test(keys, pass_in_order)
{
	cr_assert_not(keys_waiting(&keys));
	cr_assert_eq(type("ab\x03\x04x"), KEYS_NOTHING);
	cr_assert(keys_waiting(&keys));
	cr_assert_str_eq(take(2), "ab");
	cr_assert_str_eq(take(63), "\x03\x04x");
	cr_assert_not(keys_waiting(&keys));
	cr_assert_str_eq(take(63), "");
}

Test(keys, escape_x_ends)
{
	cr_assert_eq(type("a\x01x"), KEYS_END);
	cr_assert_str_eq(take(63), "a");
	cr_assert_eq(type("b\x01"), KEYS_NOTHING);
	cr_assert_eq(type("x"), KEYS_END, "the escape works when it comes in two pieces");
	cr_assert_str_eq(take(63), "b");
}

Test(keys, escape_is_itself_otherwise)
{
	cr_assert_eq(type("\x01\x01x"), KEYS_NOTHING);
	cr_assert_str_eq(take(63), "\x01x");
	cr_assert_eq(type("\x01y"), KEYS_NOTHING);
	cr_assert_str_eq(take(63), "\x01y");
	cr_assert_eq(type("\x01\x01\x01\x01"), KEYS_NOTHING);
	cr_assert_str_eq(take(63), "\x01\x01");
}

Test(keys, escape_a_types_the_escape)
{
	cr_assert_eq(type("\x01\x61x"), KEYS_NOTHING);
	cr_assert_str_eq(take(63), "\x01x");
}

Test(keys, escape_h_asks_for_help)
{
	cr_assert_eq(type("\x01h"), KEYS_HELP);
	cr_assert_eq(type("h\x01h\x01x\x01h"), KEYS_END, "the end is reported even if other keys follow");
	cr_assert_str_eq(take(63), "h");
}

Test(keys, a_guest_that_does_not_read_can_be_left)
{
	for (int i = 0; i < KEYS_SIZE + 10; i++)
		cr_assert_eq(type("k"), KEYS_NOTHING);
	cr_assert_eq(type("\x01x"), KEYS_END);
	size_t count = 0;
	while (keys_waiting(&keys))
		count += strlen(take(63));
	cr_assert_eq(count, KEYS_SIZE);
	type("again");
	cr_assert_str_eq(take(63), "again");
}

Test(keys, room_is_what_is_not_taken)
{
	cr_assert_eq(keys_room(&keys), KEYS_SIZE);
	type("abc\x01");
	cr_assert_eq(keys_room(&keys), KEYS_SIZE - 3, "an escape that waits for its key is not in the queue yet");
	take(2);
	cr_assert_eq(keys_room(&keys), KEYS_SIZE - 1);
}

Test(keys, bytes_of_a_device_have_no_escape)
{
	keys.is_plain = true;
	cr_assert_eq(type("a\x01x\x01h\x01"), KEYS_NOTHING);
	cr_assert_str_eq(take(63), "a\x01x\x01h\x01");
}
