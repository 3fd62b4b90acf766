/* SPDX-License-Identifier: MIT */
/*
 * Keys typed at a terminal that belongs to the guest: a queue from the thread that reads them to the vCPU
 * thread that takes them, and the escape that is the VMM's own. ^A x ends the run, ^A ^A is one ^A; before
 * any other key ^A is itself.
 */
#ifndef VMM_HOST_KEYS_H
#define VMM_HOST_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEYS_SIZE = 4096 }; /* a power of two; keys beyond it are lost, but the escape is always seen */

struct keys {
	uint32_t written, taken; /* only grow; each is one thread's */
	bool escape;		 /* the last key was ^A */
	uint8_t bytes[KEYS_SIZE];
};

#define KEYS_HELP_TEXT "\nvmm: ^A x ends the run, ^A a is one ^A, ^A h says this; all else goes to the guest\n"

/* Adds what was typed. What it asks of the VMM: the end counts more than help. */
enum keys_wish { KEYS_NOTHING, KEYS_HELP, KEYS_END };
enum keys_wish keys_add(struct keys *keys, const uint8_t *typed, size_t size);

bool keys_waiting(const struct keys *keys);
size_t keys_take(struct keys *keys, uint8_t *bytes, size_t size);

#endif
