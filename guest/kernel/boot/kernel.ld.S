/* SPDX-License-Identifier: MIT */
/*
 * The linker script: where the parts of guest.bin lie. They are linked in the upper half and loaded from 1 MiB on. Text,
 * constants and data begin on pages of their own, so that each can have its own rights. The initrd comes last; only the
 * direct map reaches it.
 */
#include "kernel/boot/memory_layout.h"
#include "ringside/device.h"

ENTRY(pvh_entry)

PHDRS {
	text PT_LOAD FLAGS(5);
	rodata PT_LOAD FLAGS(4);
	data PT_LOAD FLAGS(6);
	initrd PT_LOAD FLAGS(4);
	note PT_NOTE FLAGS(4);
}

SECTIONS {
	. = KERNEL_BASE + KERNEL_PHYSICAL;
	kernel_start = .;

	.text : AT(ADDR(.text) - KERNEL_BASE) {
		*(.boot)
		*(.text .text.*)
	} :text

	. = ALIGN(4096);
	rodata_start = .;
	.rodata : AT(ADDR(.rodata) - KERNEL_BASE) {
		*(.rodata .rodata.*)
		. = ALIGN(8);
		protocol_steps = .;
		KEEP(*(.protocol_steps))
		protocol_steps_end = .;
	} :rodata
	.note : AT(ADDR(.note) - KERNEL_BASE) {
		KEEP(*(.note.pvh))
		KEEP(*(.note.ringside))
		KEEP(*(.note.gnu.build-id))
	} :rodata :note

	. = ALIGN(4096);
	data_start = .;
	.data : AT(ADDR(.data) - KERNEL_BASE) {
		*(.pages)
		*(.data .data.*)
	} :data
	.bss : AT(ADDR(.bss) - KERNEL_BASE) {
		*(.bss .bss.* COMMON)
	} :data

	. = ALIGN(4096);
	kernel_end = .;

	.initrd : AT(ADDR(.initrd) - KERNEL_BASE) {
		initrd_start = .;
		KEEP(*(.initrd))
		initrd_end = .;
	} :initrd

	/DISCARD/ : {
		*(.comment .note.GNU-stack .note.gnu.property .eh_frame)
	}
}

ASSERT(kernel_end - KERNEL_BASE <= KERNEL_LIMIT, "the kernel outgrew the page table that maps it")
