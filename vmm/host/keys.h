/* SPDX-License-Identifier: MIT */
/*
 * Keys typed at a terminal that belongs to the guest: a lock-free queue from the thread that reads the terminal to the
 * vCPU's thread (both in host/input.c), and the VMM's escape key ^A. ^A x ends the run, ^A h prints help, ^A a and ^A
 * ^A give the guest one ^A; before any other key, ^A is an ordinary key for the guest.
 */
#ifndef VMM_HOST_KEYS_H
#define VMM_HOST_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEYS_SIZE = 4096 }; /* bytes, a power of two; when the queue is full, keys are lost but ^A x still works */

struct keys {
	uint32_t written, taken; /* bytes ever queued and taken, modulo 2^32; each is written by one thread only */
	bool escape;		 /* the last key was ^A */
	uint8_t bytes[KEYS_SIZE];
};

#define KEYS_HELP_TEXT "\nvmm: ^A x ends the run, ^A a is one ^A, ^A h says this; all else goes to the guest\n"

/* What keys ask of the VMM, in rising order of importance. */
enum keys_request { KEYS_NOTHING, KEYS_HELP, KEYS_END };

/* Queues typed bytes for the guest, and returns the most important request among them. Called by the reading thread. */
enum keys_request keys_add(struct keys *keys, const uint8_t *typed, size_t size);

/* Whether keys_take() would return bytes. Called, like keys_take(), by the vCPU's thread. */
bool keys_waiting(const struct keys *keys);

/* Moves up to `size` bytes from the queue to `bytes`. Returns how many. */
size_t keys_take(struct keys *keys, uint8_t *bytes, size_t size);

#endif
