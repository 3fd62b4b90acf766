/* SPDX-License-Identifier: MIT */
/* The one object that changes with every commit: the Makefile defines VERSION for it. See version.h. */
#include "base/version.h"

const char vmm_version[] = VERSION;
