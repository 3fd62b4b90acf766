# SPDX-License-Identifier: MIT
# The targets whose results docs/assurance.md shows. Included by the Makefile.

.PHONY: prove analyze coverage crash-ring0 images setup-prove setup-analyze

setup-prove:
	@scripts/setup build prove
setup-analyze:
	@scripts/setup build analyze

prove: setup-prove ## prove devices, the event ring and the readers of formats free of undefined behaviour (ONLY=NAME)
	@scripts/prove $(ONLY)

analyze: setup-analyze ## gcc -fanalyzer and cppcheck over the hypervisor
	@scripts/analyze

images: $(SYSTEM_NEEDS)

coverage: setup-test ## which lines the tests execute, room by room (ONLY=PATTERN: of the system tests)
	@scripts/coverage $(ONLY)

crash-ring0: setup ## run random programs in ring 0 under ASan and UBSan: COUNT=n (1000) of them, from number FIRST=n (1) on
	@$(MAKE) --no-print-directory SAN=1 build/san/tests/fuzz/ring0
	@$(ON_KVM) build/san/tests/fuzz/ring0 $(or $(FIRST),1) $(or $(COUNT),1000)
