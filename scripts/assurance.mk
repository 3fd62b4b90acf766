# SPDX-License-Identifier: MIT
# The targets whose results docs/assurance.md shows. Included by the Makefile.

.PHONY: prove

prove: ## prove devices, the event ring and the readers of formats free of undefined behaviour (needs frama-c)
	@scripts/prove $(ONLY)

.PHONY: images coverage

images: $(GUEST_IMAGES) $(FLOORS) $(PROGRAM_ARCHIVE)

coverage: setup-test ## which lines the tests execute, room by room (ONLY=PATTERN: of the system tests)
	@scripts/coverage $(ONLY)

.PHONY: analyze

analyze: ## gcc -fanalyzer and cppcheck over the hypervisor
	@scripts/analyze
