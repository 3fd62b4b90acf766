# SPDX-License-Identifier: MIT
# `make fault`: every system call of vmm fails once in turn (scripts/fault). Included by the Makefile.
.PHONY: fault
fault: all $(GUEST_IMAGES) ## have each system call of the VMM and the tools fail once in turn, some 10 minutes: ONLY="trace doctor"
	@BUILD=$(B) $(if $(ON_KVM),echo 'SKIP faults: no /dev/kvm',scripts/fault $(ONLY))
