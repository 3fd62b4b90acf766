# SPDX-License-Identifier: MIT
# The targets whose results docs/assurance.md shows. Included by the Makefile.

.PHONY: prove

prove: ## prove devices, the event ring and the readers of formats free of undefined behaviour (needs frama-c)
	@scripts/prove $(ONLY)
