/* SPDX-License-Identifier: MIT */
/* Tables by pid: whatever the pids are, what is remembered is right and bounded. */
#include <criterion/criterion.h>
#include <stdint.h>

#include "base/pid_table.h"

struct element {
	struct pid_slot slot;
	uint32_t value;
};

Test(pid_table, finds_what_was_added)
{
	struct element table[64] = {0};

	cr_assert_null(PID_FIND(table, 0), "pid 0 is not there before it is added");
	for (uint32_t pid = 0; pid < 64; pid++) {
		struct element *element = PID_ADD(table, pid);
		cr_assert_eq(element->value, 0);
		element->value = pid + 1;
	}
	for (uint32_t pid = 0; pid < 64; pid++) {
		cr_assert_eq(((struct element *)PID_FIND(table, pid))->value, pid + 1, "the whole array is used");
		cr_assert_eq(PID_ADD(table, pid), PID_FIND(table, pid), "and each pid once");
	}
	cr_assert_null(PID_FIND(table, 64));
	cr_assert_null(PID_ADD(table, 64), "there is no room");
}

Test(pid_table, keeps_pids_apart_that_want_the_same_slot)
{
	struct element table[64] = {0};

	for (uint32_t i = 0; i < PID_TABLE_REACH; i++)
		((struct element *)PID_ADD_DISPLACING(table, UINT32_MAX - i * 64))->value = i;
	for (uint32_t i = 0; i < PID_TABLE_REACH; i++)
		cr_assert_eq(((struct element *)PID_FIND(table, UINT32_MAX - i * 64))->value, i);
}

Test(pid_table, displaces)
{
	struct element table[4] = {0};

	for (uint32_t pid = 1; pid < 1000; pid++) {
		struct element *element = PID_ADD_DISPLACING(table, pid);
		cr_assert_eq(element->slot.pid, pid);
		cr_assert_eq(element->value, 0, "nothing is left of the one before");
		element->value = pid;
		cr_assert_eq(PID_FIND(table, pid), element);
	}
}
