/* SPDX-License-Identifier: MIT */
/*
 * Writes random numbers over the header of its event ring, of 4096 records, and over the records, before each of 30000
 * DOORBELLs: heads that leap and go back, a capacity that changes after RING was written, a tail that is not the
 * guest's to write. Ends with status 0.
 */
#include "xorshift.h"

#define RING 0x200000
#define CAPACITY 4096
#define DOORBELLS 30000

start:	seed_random
	movl	$CAPACITY, RING + 16
	mov	$(RING >> 12), %eax
	mov	$(RINGSIDE_PORT + RINGSIDE_REG_RING), %edx
	out	%eax, %dx
	mov	$DOORBELLS, %edi
1:	random
	mov	%eax, RING	/* head, low half */
	random
	mov	%eax, %ecx
	random
	test	$3, %cl
	jz	2f
	xor	%eax, %eax
2:	mov	%eax, RING + 4	/* high half: 0 in three of four */
	random
	mov	%eax, RING + 16 /* capacity */
	random
	mov	%eax, RING + 8	/* tail */
	random
	and	$0x3fff, %eax
	mov	%eax, RING + 64 + 8(%eax) /* somewhere in the first records */
	mov	$(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL), %edx
	out	%eax, %dx
	dec	%edi
	jnz	1b
	power_off $0
