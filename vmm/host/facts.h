/* SPDX-License-Identifier: MIT */
/* What the host says of itself: its processor, its KVM module, its clock. Read by traces' headers and `vmm doctor`. */
#ifndef VMM_HOST_FACTS_H
#define VMM_HOST_FACTS_H

#include <stdbool.h>
#include <stddef.h>

enum { FACT_SIZE = 160 };

/* CPUID's vendor and brand strings; "" where there is none. */
void facts_cpu_vendor(char vendor[FACT_SIZE]);
void facts_cpu_name(char name[FACT_SIZE]);

/* The hypervisor that this host itself runs on, as its CPUID leaf 0x40000000 names it; false = none shows. */
bool facts_hypervisor(char name[FACT_SIZE]);

bool facts_tsc_is_invariant(void);

/*
 * KVM's modules that are loaded: NULL after the last. `parameter` is the one that tells nested paging, or NULL.
 */
struct facts_module {
	const char *name;
	const char *parameter;
};
const struct facts_module *facts_kvm_module(unsigned index);

/* The first line of a file of /sys or /proc, cut at FACT_SIZE; false when it cannot be read. */
bool facts_read(const char *path, char line[FACT_SIZE]);

#endif
