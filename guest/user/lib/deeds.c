/* SPDX-License-Identifier: MIT */
/* Presents the deeds of all tables as one list, and defines the addresses that several tables use. */
#include "lib/deeds.h"

#include "lib/user_string.h"

static const struct deed_table *const tables[] = {&instruction_deeds, &memory_deeds, &stack_deeds, &return_deeds,
						  &segment_deeds,     &flag_deeds,   &fpu_deeds,   &signal_deeds};

static const uint64_t kernel_address_list[] = {
	0xffff800000000000, 0xffff800000100000, 0xffff888000000000, 0xffffc00000000000, 0xffffff8000000000,
	0xffffffff80000000, 0xffffffff80100000, 0xffffffff80200000, 0xffffffff81000000, 0xfffffffffffff000,
};
static const uint64_t non_canonical_address_list[] = {
	0x0000800000000000, 0x00ffffffffffffff, 0x4000000000400000, 0x8000000000000000, 0xffff7fffffffffff,
};
const struct arguments kernel_addresses = ARGUMENT_LIST(kernel_address_list);
const struct arguments non_canonical_addresses = ARGUMENT_LIST(non_canonical_address_list);

const struct deed *deed_at(size_t index)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(*tables); t++) {
		if (index < tables[t]->count)
			return &tables[t]->deeds[index];
		index -= tables[t]->count;
	}
	return NULL;
}

const struct deed *deed_named(const char *name)
{
	const struct deed *deed;

	for (size_t i = 0; (deed = deed_at(i)); i++)
		if (!strcmp(deed->name, name))
			return deed;
	return NULL;
}

size_t deed_runs(const struct deed *deed)
{
	return deed->arguments ? deed->arguments->count : 1;
}

uint64_t deed_argument(const struct deed *deed, size_t run)
{
	const struct arguments *arguments = deed->arguments;

	if (!arguments)
		return 0;
	return arguments->values ? arguments->values[run] : arguments->first + run;
}

bool still_unprivileged(void)
{
	uint64_t flags = __builtin_ia32_readeflags_u64(), cs;

	__asm__ volatile("mov %%cs, %0" : "=r"(cs));
	return (cs & 3) == 3 && (flags & FLAG_IF) && !(flags & FLAG_IOPL);
}
