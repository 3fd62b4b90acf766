/* SPDX-License-Identifier: MIT */
/*
 * The x86/HVM direct boot ABI (PVH), as far as ringside uses it: an ELF note names the kernel's 32-bit entry point,
 * where EBX has the physical address of struct pvh_start_info. vmm/loaders writes these structures and a guest kernel
 * reads them. The constants are for assembly too. All addresses are guest-physical. Source: Xen docs/misc/pvh.pandoc,
 * xen/include/public/arch-x86/hvm/start_info.h, public/elfnote.h.
 */
#ifndef RINGSIDE_PVH_H
#define RINGSIDE_PVH_H

#define PVH_NOTE_NAME "Xen"
#define PVH_NOTE_PHYS32_ENTRY                                                                                          \
	18 /* type of the note; its descriptor is the physical address of the 32-bit entry, in 4 or 8 bytes */

#define PVH_MAGIC 0x336ec578 /* "xEn3" with bit 7 of the E set */
#define PVH_VERSION 1	     /* version 1 is the first with a memory map */

/* Types of memory map entries: the ACPI address range types. */
#define PVH_MEMORY_RAM 1
#define PVH_MEMORY_RESERVED 2

/* Offset of pvh_start_info.cmdline, for assembly. */
#define PVH_START_INFO_CMDLINE 24

#ifndef __ASSEMBLER__
#include <stdint.h>

struct pvh_start_info {
	uint32_t magic;	  /* PVH_MAGIC */
	uint32_t version; /* PVH_VERSION */
	uint32_t flags;	  /* 0 */
	uint32_t module_count;
	uint64_t modules; /* address of struct pvh_module[module_count]; the first module is the initrd */
	uint64_t cmdline; /* address of the command line, a string that ends with a zero byte; 0 = none */
	uint64_t rsdp;	  /* address of the ACPI RSDP; 0 = none, as in ringside */
	uint64_t memmap;  /* address of struct pvh_memmap_entry[memmap_count] */
	uint32_t memmap_count;
	uint32_t reserved;
};

struct pvh_module {
	uint64_t address;
	uint64_t size;	  /* bytes */
	uint64_t cmdline; /* address of a string; 0 = none */
	uint64_t reserved;
};

struct pvh_memmap_entry {
	uint64_t address;
	uint64_t size; /* bytes */
	uint32_t type; /* PVH_MEMORY_* */
	uint32_t reserved;
};

_Static_assert(sizeof(struct pvh_start_info) == 56, "hvm_start_info version 1");
_Static_assert(__builtin_offsetof(struct pvh_start_info, cmdline) == PVH_START_INFO_CMDLINE, "offset for assembly");
_Static_assert(sizeof(struct pvh_module) == 32, "hvm_modlist_entry");
_Static_assert(sizeof(struct pvh_memmap_entry) == 24, "hvm_memmap_table_entry");
#endif

#endif
