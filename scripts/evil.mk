# SPDX-License-Identifier: MIT
# The VMM that a guest has taken over, for tests/system/evil.sh: the hypervisor with tests/evil before its run loop.
# Included by the Makefile.

EVIL_OBJECTS := $(patsubst %.c,$(B)/host/%.o,$(wildcard tests/evil/*.c))

.PHONY: evil
evil: $(B)/evil/vmm ## build build/evil/vmm, which does evil deeds in the sandbox

$(B)/evil/vmm: $(B)/host/vmm/main.o $(EVIL_OBJECTS) $(B)/libvmm.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) $(call static_if_possible,-lm) -Wl,--wrap=loop_run,--wrap=vm_create \
		-o $@ $^ -lm
