/* SPDX-License-Identifier: MIT */
/* Reads facts about the host from CPUID, /sys and /proc: see facts.h. */
#include "host/facts.h"

#include <cpuid.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"

/* Leaves: Intel SDM vol. 2A and AMD APM vol. 3, CPUID. */
#define LEAF_HYPERVISOR 0x40000000u
#define LEAF_EXTENDED 0x80000000u
#define LEAF_BRAND 0x80000002u /* the first of three leaves with the processor's name */
#define LEAF_POWER 0x80000007u
#define POWER_EDX_INVARIANT_TSC (1u << 8)

enum { BRAND_LEAVES = 3, BRAND_REGISTERS = 4, VENDOR_REGISTERS = 3 };

void facts_cpu_vendor(char vendor[FACT_SIZE])
{
	uint32_t max, text[VENDOR_REGISTERS];

	__cpuid(0, max, text[0], text[2], text[1]);
	memcpy(vendor, text, sizeof(text));
	vendor[sizeof(text)] = '\0';
}

void facts_cpu_name(char name[FACT_SIZE])
{
	uint32_t brand[BRAND_LEAVES * BRAND_REGISTERS + 1] = {0};

	name[0] = '\0';
	if ((unsigned)__get_cpuid_max(LEAF_EXTENDED, NULL) < LEAF_BRAND + BRAND_LEAVES - 1)
		return;
	for (unsigned i = 0; i < BRAND_LEAVES; i++) {
		uint32_t *part = brand + (size_t)i * BRAND_REGISTERS;

		__cpuid(LEAF_BRAND + i, part[0], part[1], part[2], part[3]);
	}
	const char *text = (const char *)brand;
	snprintf(name, FACT_SIZE, "%s", text + strspn(text, " "));
}

bool facts_hypervisor(char name[FACT_SIZE])
{
	uint32_t eax, ebx, ecx, edx, text[VENDOR_REGISTERS];

	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & 1u << 31))
		return false;
	__cpuid(LEAF_HYPERVISOR, eax, text[0], text[1], text[2]);
	memcpy(name, text, sizeof(text));
	name[sizeof(text)] = '\0';
	return true;
}

bool facts_tsc_is_invariant(void)
{
	uint32_t eax, ebx, ecx, edx;

	return __get_cpuid(LEAF_POWER, &eax, &ebx, &ecx, &edx) && (edx & POWER_EDX_INVARIANT_TSC) != 0;
}

const struct facts_module *facts_kvm_module(unsigned index)
{
	static const struct facts_module modules[] = {{"kvm_intel", "ept"}, {"kvm_amd", "npt"}, {"kvm_pvm", NULL}};
	char path[FACT_SIZE];

	for (size_t i = 0; i < COUNT(modules); i++) {
		snprintf(path, sizeof(path), "/sys/module/%s", modules[i].name);
		if (access(path, F_OK) == 0 && index-- == 0)
			return &modules[i];
	}
	return NULL;
}

bool facts_read(const char *path, char line[FACT_SIZE])
{
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return false;
	const bool is_read = fgets(line, FACT_SIZE, file) != NULL;
	fclose(file);
	if (is_read)
		line[strcspn(line, "\n")] = '\0';
	return is_read;
}
