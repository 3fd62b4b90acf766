/* SPDX-License-Identifier: MIT */
/* What is to be known about process groups: a shell makes one of each job. */
#ifndef GUEST_KERNEL_SIGNALS_PROCESS_GROUPS_H
#define GUEST_KERNEL_SIGNALS_PROCESS_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether there is a process of that group, zombies included. */
bool group_exists(uint32_t group);

/* Whether nobody could continue the group if it stopped: no member has a parent of its session in another group. */
bool group_is_orphaned(uint32_t group);

#endif
