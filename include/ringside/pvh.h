/* SPDX-License-Identifier: MIT */
/*
 * The x86/HVM direct boot ABI (PVH), as much as ringside uses: what the loader writes and a guest
 * kernel reads. Constants for assembly too.
 * Source: Xen docs/misc/pvh.pandoc, xen/include/public/arch-x86/hvm/start_info.h, public/elfnote.h.
 */
#ifndef RINGSIDE_PVH_H
#define RINGSIDE_PVH_H

#define PVH_NOTE_NAME "Xen"
#define PVH_NOTE_PHYS32_ENTRY 18 /* descriptor: physical address of the 32-bit entry, 4 or 8 bytes */

#define PVH_MAGIC 0x336ec578 /* "xEn3" with bit 7 of the E set */
#define PVH_VERSION 1	     /* the first with a memory map */

/* Types of memory map entries: those of the ACPI address ranges. */
#define PVH_MEMORY_RAM 1
#define PVH_MEMORY_RESERVED 2

/* Where start_info keeps the address of the command line, for assembly. */
#define PVH_START_INFO_CMDLINE 24

#ifndef __ASSEMBLER__
#include <stdint.h>

struct pvh_start_info {
	uint32_t magic;
	uint32_t version;
	uint32_t flags;
	uint32_t module_count;
	uint64_t modules; /* physical address of struct pvh_module[module_count] */
	uint64_t cmdline; /* physical address of a string that ends with a zero byte; 0 = none */
	uint64_t rsdp;	  /* ACPI; 0 = none */
	uint64_t memmap;  /* physical address of struct pvh_memmap_entry[memmap_count] */
	uint32_t memmap_count;
	uint32_t reserved;
};

struct pvh_module {
	uint64_t address;
	uint64_t size;
	uint64_t cmdline; /* 0 = none */
	uint64_t reserved;
};

struct pvh_memmap_entry {
	uint64_t address;
	uint64_t size;
	uint32_t type;
	uint32_t reserved;
};

_Static_assert(sizeof(struct pvh_start_info) == 56, "hvm_start_info version 1");
_Static_assert(__builtin_offsetof(struct pvh_start_info, cmdline) == PVH_START_INFO_CMDLINE, "offset for assembly");
_Static_assert(sizeof(struct pvh_module) == 32, "hvm_modlist_entry");
_Static_assert(sizeof(struct pvh_memmap_entry) == 24, "hvm_memmap_table_entry");
#endif

#endif
