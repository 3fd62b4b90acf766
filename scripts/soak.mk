# SPDX-License-Identifier: MIT
# `make soak`: load and duration, by scripts/soak. A part of the Makefile, which includes it.

# Programs of the host, which link the VMM's rooms, and one of the guest, which is linked as those in guest/user are.
SOAK_PROGRAMS := $(B)/tests/soak/starts $(B)/tests/soak/ticks $(B)/tests/soak/watch
SOAK_NEEDS := $(SOAK_PROGRAMS) $(B)/tests/soak/mixture.cpio

.PHONY: soak soak-programs
soak: all $(GUEST_IMAGES) $(SOAK_NEEDS) ## load and duration: hundreds of VMs, thousands of starts and kills, an hour's run (AMOUNT=short: 10 s)
	@BUILD=$(B) $(ON_KVM) scripts/soak
soak-programs: $(SOAK_NEEDS)

$(SOAK_PROGRAMS): $(B)/tests/soak/%: $(B)/host/tests/soak/%.o $(B)/host/tests/soak/soak_machine.o $(TOOLS_LIBS)
	$(say) LINK $@
	@mkdir -p $(@D)
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -o $@ $^ $(TOOLS_LIBRARIES)

$(B)/host/tests/soak/%.o: HOST_CFLAGS += -Itests/soak

$(B)/tests/soak/mixture.o: tests/soak/mixture.c $(B)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(quiet)$(CC) $(USER_CFLAGS) $(if $(PROGRAM_ARCHIVE),-DHAVE_ORDINARY_PROGRAMS) -MMD -MP -c -o $@ $<

$(B)/tests/soak/mixture: $(B)/tests/soak/mixture.o $(USER_LIB_OBJECTS) guest/user/user.ld
	$(say) LINK $@
	$(quiet)$(CC) $(USER_CFLAGS) $(BARE_LDFLAGS) -Wl,-T,guest/user/user.ld -o $@ $< $(USER_LIB_OBJECTS)

SOAK_PACKED := $(B)/tests/soak/mixture $(USER_PROGRAMS:%=$(B)/guest/bin/%) $(if $(PROGRAM_ARCHIVE),$(PROGRAMS))
$(B)/tests/soak/mixture.cpio: $(SOAK_PACKED) scripts/mkinitrd
	$(say) CPIO $@
	$(quiet)scripts/mkinitrd -o $@ $(SOAK_PACKED)
