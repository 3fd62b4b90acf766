/* SPDX-License-Identifier: MIT */
/*
 * Keys typed at a terminal that belongs to the guest, or bytes that are read ahead: a lock-free queue from the thread
 * that reads the terminal to the vCPU's thread (both in host/input.c), and the VMM's escape key ^A. ^A x ends the run,
 * ^A h prints help, ^A a and ^A ^A give the guest one ^A; before any other key, ^A is an ordinary key for the guest.
 */
#ifndef VMM_HOST_KEYS_H
#define VMM_HOST_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes, a power of two. Far more than anybody types, so that what is pasted waits here and ^A x behind it is seen;
 * pages that are never used take no memory. When the queue is full, keys are lost but ^A x still works.
 */
enum { KEYS_SIZE = 1 << 20 };

struct keys {
	uint32_t written, taken; /* bytes ever queued and taken, modulo 2^32; each is written by one thread only */
	bool escape;		 /* the last key was ^A */
	bool is_plain;		 /* the bytes are not typed: ^A is a byte like others */
	uint8_t bytes[KEYS_SIZE];
};

#define KEYS_HELP_TEXT "\nvmm: ^A x ends the run, ^A a is one ^A, ^A h says this; all else goes to the guest\n"

/* What keys ask of the VMM, in rising order of importance. */
enum keys_request { KEYS_NOTHING, KEYS_HELP, KEYS_END };

/* Queues typed bytes for the guest, and returns the most important request among them. Called by the reading thread. */
enum keys_request keys_add(struct keys *keys, const uint8_t *typed, size_t size);

/* How many more bytes the queue holds. Called by the reading thread. */
size_t keys_room(const struct keys *keys);

/* Whether keys_take() would return bytes. Called, like keys_take(), by the vCPU's thread. */
bool keys_waiting(const struct keys *keys);

/* Moves up to `size` bytes from the queue to `bytes`. Returns how many. */
size_t keys_take(struct keys *keys, uint8_t *bytes, size_t size);

#endif
