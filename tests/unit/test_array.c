/* SPDX-License-Identifier: MIT */
/* Arrays that grow, up to their bound and no further. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"

Test(array, grows_and_keeps_what_it_holds)
{
	uint32_t *list = NULL;
	size_t capacity = 0;

	for (uint32_t i = 0; i < 10000; i++) {
		cr_assert(array_reserve(&list, &capacity, i + 1, SIZE_MAX, sizeof(*list)));
		list[i] = i;
	}
	for (uint32_t i = 0; i < 10000; i++)
		cr_assert_eq(list[i], i);
	cr_assert_lt(capacity, 20001);
	free(list);
}

Test(array, has_a_bound)
{
	char *list = NULL;
	size_t capacity = 0;

	cr_assert(array_reserve(&list, &capacity, 100, 150, 1));
	cr_assert(array_reserve(&list, &capacity, 101, 150, 1));
	cr_assert_eq(capacity, 150);
	cr_assert_not(array_reserve(&list, &capacity, 151, 150, 1));
	cr_assert_eq(capacity, 150, "nothing has changed");
	free(list);
}

Test(array, refuses_what_no_memory_can_hold)
{
	uint64_t *list = NULL;
	size_t capacity = 0;

	cr_assert_not(array_reserve(&list, &capacity, SIZE_MAX / 4, SIZE_MAX, sizeof(*list)));
	cr_assert_null(list);
	cr_assert_eq(capacity, 0);
}
