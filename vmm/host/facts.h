/* SPDX-License-Identifier: MIT */
/*
 * Facts about the host: its processor, its hypervisor, its KVM modules, its TSC. `vmm run` puts them into the header of
 * a trace, `vmm bench` into its report, and `vmm doctor` prints them.
 */
#ifndef VMM_HOST_FACTS_H
#define VMM_HOST_FACTS_H

#include <stdbool.h>

enum { FACT_SIZE = 160 }; /* bytes, with the zero byte at the end */

/* CPUID's vendor string and brand string; the brand is "" on a processor without one. */
void facts_cpu_vendor(char vendor[FACT_SIZE]);
void facts_cpu_name(char name[FACT_SIZE]);

/*
 * The name that CPUID leaf 0x40000000 gives to the hypervisor this host itself runs on. False: CPUID shows no
 * hypervisor, and `name` is unchanged.
 */
bool facts_hypervisor(char name[FACT_SIZE]);

/* Whether the TSC runs at the same rate in all power states (CPUID 0x80000007, EDX bit 8). */
bool facts_tsc_is_invariant(void);

/* A kernel module that provides KVM. */
struct facts_module {
	const char *name;
	const char *parameter; /* the module parameter that tells whether KVM uses nested paging; NULL = none */
};

/* The index-th of those modules that is loaded; NULL after the last. */
const struct facts_module *facts_kvm_module(unsigned index);

/* Reads the first line of a file in /sys or /proc, without its newline, cut at FACT_SIZE. False: it cannot be read. */
bool facts_read(const char *path, char line[FACT_SIZE]);

#endif
