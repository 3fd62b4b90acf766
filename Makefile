# SPDX-License-Identifier: MIT
# ringside: a VMM, a guest kernel and its programs. Every output file is in build/.
#   make help    lists the targets

.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/sh

V ?= 0
SAN ?= 0
WERROR ?= 0

# Both the guest and the VMM are x86-64 programs. On another machine a cross compiler makes them, and they run on an
# emulated host.
MACHINE := $(shell uname -m)
CROSS_COMPILE ?= $(if $(filter x86_64,$(MACHINE)),,x86_64-linux-gnu-)
ifeq ($(origin CC),default)
CC := $(CROSS_COMPILE)gcc
endif
ifeq ($(origin AR),default)
AR := $(CROSS_COMPILE)ar
endif
OBJCOPY ?= $(CROSS_COMPILE)objcopy
target := $(shell $(CC) -dumpmachine 2>/dev/null)
ifneq ($(filter-out x86_64-%,$(target)),)
$(error ringside is made of x86-64 code, and $(CC) makes $(target): name a compiler for x86_64 by CC= or CROSS_COMPILE=)
endif

quiet = $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),@:,@printf '  %-8s %s\n')

B := build$(if $(filter 1,$(SAN)),/san)

# If there is no /dev/kvm for x86-64 guests, commands that need it run on an emulated host.
ON_KVM = $(shell ([ $(MACHINE) = x86_64 ] && [ -c /dev/kvm ] && exec 3<>/dev/kvm) 2>/dev/null || echo BUILD=$(B) $(CURDIR)/scripts/kvm-host auto --)
# Whatever is built runs on an emulated host if this machine is no x86-64.
ON_X86 = $(if $(filter x86_64,$(MACHINE)),,TIMEOUT=$${TIMEOUT:-3600} BUILD=$(B) $(CURDIR)/scripts/kvm-host auto --)
HOSTS ?= native svm vmx
DISTROS ?= bullseye bookworm trixie sid

# ---- flags ------------------------------------------------------------------------------------------

# The user's own, for the programs of the host; the guest has no C library and takes GUEST_CFLAGS.
CFLAGS ?= -O2 -g
GUEST_CFLAGS ?= -O2 -g

WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wundef -Wvla $(if $(filter 1,$(WERROR)),-Werror)
# The file names in debug information are relative to this folder, so that every folder gives the same bits.
COMMON := -std=gnu17 -Iinclude $(WARN) -ffile-prefix-map=$(CURDIR)=.

# Against a fault that is still there: tests/system/hardening.sh looks for all of it in the executables. The C library
# checks only optimized code. A user's own choice of its checks is kept, and sanitizers see more without them.
OPTIMIZED := $(filter-out -O0,$(lastword $(filter -O%,$(CPPFLAGS) $(CFLAGS))))
CHECKED := $(filter 1,$(SAN)) $(findstring -fsanitize,$(CFLAGS)) $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS))
FORTIFY := $(if $(strip $(CHECKED)),,$(if $(OPTIMIZED),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
HARDENED := -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection=full $(FORTIFY)

HOST_CFLAGS := $(COMMON) -D_GNU_SOURCE -Ivmm -fno-plt $(HARDENED) $(CPPFLAGS) $(CFLAGS)
HOST_LDFLAGS := -Wl,-O1,--as-needed,--build-id,-z,relro,-z,now,-z,noexecstack,-z,separate-code $(LDFLAGS)
ifeq ($(SAN),1)
STATIC :=
HOST_CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
HOST_LDFLAGS += -fsanitize=address,undefined
endif
# Coverage instrumentation for libFuzzer; tests/fuzz/driver.c does not use it.
ifeq ($(ENGINE),libfuzzer)
HOST_CFLAGS += -fsanitize=fuzzer-no-link $(if $(filter 1,$(FAST)),-fno-sanitize-coverage=trace-cmp -DFUZZ_FAST=1)
endif

BARE := $(COMMON) $(GUEST_CFLAGS) -march=x86-64 -ffreestanding -mgeneral-regs-only -fno-pic -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -fno-common -ffunction-sections
KERNEL_CFLAGS := $(BARE) -mno-red-zone -mcmodel=kernel -Iguest -I$(B)/guest/kernel
USER_CFLAGS := $(BARE) -Iguest/user
BARE_LDFLAGS := -nostdlib -static -Wl,--build-id,--gc-sections,-z,noexecstack,-z,max-page-size=4096,--no-warn-rwx-segments

# ---- libraries --------------------------------------------------------------------------------------

# Which libraries the compiler finds: their paths, or their bare names. The shared ones come with the headers.
found := $(shell for name in c.a m.a jansson.a zstd.a zstd.so Zydis.so dw.so criterion.so; do \
	$(CC) -print-file-name=lib$$name; done 2>/dev/null)
have = $(filter %/lib$1,$(found))

# zstd is used if it is installed by the readers of traces (scripts/setup compress), the others only by vmm-symbolizer
# (scripts/setup symbols).
HAVE_ZSTD := $(call have,zstd.so)
HAVE_ZYDIS := $(call have,Zydis.so)
HAVE_LIBDW := $(call have,dw.so)
ZSTD_CFLAGS := $(if $(HAVE_ZSTD),-DHAVE_ZSTD)
ZSTD_LIBS := $(if $(HAVE_ZSTD),-lzstd)
SYMBOLIZER_CFLAGS := $(if $(HAVE_ZYDIS),-DHAVE_ZYDIS) $(if $(HAVE_LIBDW),-DHAVE_LIBDW)
SYMBOLIZER_LIBS := $(if $(HAVE_ZYDIS),-lZydis) $(if $(HAVE_LIBDW),-ldw -lelf)

# The VMM starts and ends in a millisecond, of which dynamic linking would take a fifth. So it is linked statically where
# a trial shows that it can be: some distributions have no static libraries. STATIC= leaves it out. Either way it stands
# at a random address.
STATIC ?= -static-pie
links = $(shell echo 'int main(void) { return 0; }' | \
	$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -x c - -o /dev/null $1 2>/dev/null && echo 1)
static_if_possible = $(or $(if $(STATIC),$(if $(call links,$(STATIC) $1),$(STATIC),$(info \
	$()  NOTE     $@ is linked dynamically and starts later: here are no static libraries for $1))),-pie)

# Objects depend on this file, so they are made anew when the compiler, a flag or the libraries change.
FLAGS := $(CC) $(found) $(SYMBOLIZER_CFLAGS) $(ZSTD_CFLAGS) $(HOST_CFLAGS) $(HOST_LDFLAGS) $(STATIC) $(KERNEL_CFLAGS) \
	$(USER_CFLAGS) $(BARE_LDFLAGS)
$(B)/flags: force
	@mkdir -p $(@D)
	@printf '%s\n' '$(FLAGS)' | cmp -s - $@ || printf '%s\n' '$(FLAGS)' > $@

# What --version prints: the release, and the commit where there is a repository.
RELEASE := 0.2
COMMIT ?= $(shell [ ! -e .git ] || git describe --always --dirty --abbrev=7 --exclude='*' 2>/dev/null)
VERSION := ringside $(RELEASE)$(if $(COMMIT), ($(COMMIT)))
$(B)/version: force
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' > $@

# ---- sources and objects ----------------------------------------------------------------------------

# The hypervisor: all that `vmm guest.bin` links. What reads its records and measures it stands in vmm/tools, which links
# the hypervisor and is linked by nothing of it.
VMM_SOURCES := $(filter-out vmm/tools/%,$(wildcard vmm/*/*.c))
TOOLS_MAINS := vmm/tools/vmm_tools.c vmm/tools/symbolizer/vmm_symbolizer.c vmm/tools/manual/vmm_manual.c
TOOLS_SOURCES := $(filter-out $(TOOLS_MAINS),$(wildcard vmm/tools/*/*.c vmm/tools/*/*/*.c))
KERNEL_SOURCES := $(filter-out %/offsets.c %/kernel.ld.S,$(wildcard guest/kernel/*/*.c guest/kernel/*/*.S))
PURE_SOURCES := $(wildcard guest/kernel/lib/*.c)
USER_LIB_SOURCES := $(wildcard guest/user/lib/*.c guest/user/lib/*.S)
USER_PROGRAMS := $(patsubst guest/user/%.c,%,$(wildcard guest/user/*.c))
UNIT_SOURCES := $(wildcard tests/unit/*.c)
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,$(B)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
GUEST_IMAGES := $(patsubst tests/guests/%.S,$(B)/tests/guests/%.bin,$(wildcard tests/guests/*.S)) $(B)/tests/guests/last-page.bin
FLOORS := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/*.c))
PROGRAMS := $(patsubst tests/programs/%.c,$(B)/tests/programs/%,$(wildcard tests/programs/*.c))
# Ordinary programs, made by another toolchain; if it is missing, their tests are skipped.
MUSL_GCC ?= $(if $(CROSS_COMPILE),x86_64-linux-musl-gcc,musl-gcc)
# The x86-64 one that scripts/kvm-host has fetched, or this machine's.
BUSYBOX = $(if $(CROSS_COMPILE),$(wildcard build/hosts/busybox/busybox),$(shell command -v busybox))
PROGRAM_ARCHIVE := $(if $(shell command -v $(MUSL_GCC)),$(B)/tests/programs.cpio) $(B)/tests/ready-made.cpio

VMM_OBJECTS := $(VMM_SOURCES:%.c=$(B)/host/%.o)
TOOLS_OBJECTS := $(TOOLS_SOURCES:%.c=$(B)/host/%.o) $(patsubst %.S,$(B)/host/%.S.o,$(wildcard vmm/tools/*/*.S))
TOOLS_LIBS := $(B)/libtools.a $(B)/libvmm.a
PURE_OBJECTS := $(PURE_SOURCES:%.c=$(B)/host/%.o)
UNIT_OBJECTS := $(UNIT_SOURCES:%.c=$(B)/host/%.o)
KERNEL_OBJECTS := $(patsubst %,$(B)/%.o,$(KERNEL_SOURCES))
USER_LIB_OBJECTS := $(patsubst %,$(B)/%.o,$(USER_LIB_SOURCES))

.PHONY: all run test structure sample-report unit system exports documents fuzz fuzzers fuzz-short fuzz-long test-report test-hosts test-distros bench bench-trace help clean force setup setup-test setup-hosts setup-report setup-lint format format-check lint
.SECONDARY:

all: $(B)/vmm $(B)/vmm-tools $(B)/vmm-symbolizer $(B)/vmm-manual $(B)/guest.bin $(B)/bench.bin $(USER_PROGRAMS:%=$(B)/guest/debug/%) ## build build/vmm and build/guest.bin

run: setup ## set up, build, and run the default demonstration
	@$(MAKE) --no-print-directory all
	@cd $(B) && $(ON_KVM) ./vmm guest.bin

test: setup-test ## set up, build and run all tests (SAN=1: under ASan and UBSan)
	@$(MAKE) --no-print-directory structure unit system exports $(if $(filter 1,$(SAN)),,documents) fuzz-short

structure: all ## check that the tree is what ARCHITECTURE.md says, and print the size of its rooms
	@scripts/check-structure $(B)

unit: $(if $(call have,criterion.so),$(B)/tests/unit) ## run the unit tests
	@$(if $^,$(ON_X86) $(B)/tests/unit --short-filename --timeout 60,echo 'SKIP unit tests: no Criterion (https://github.com/Snaipe/Criterion)')

SYSTEM_NEEDS := all $(GUEST_IMAGES) $(FLOORS) $(PROGRAM_ARCHIVE) $(B)/tests/fuzz/ring0 $(B)/evil/vmm soak-programs
# What the sanitizers look at is the VMM. Where a host must be emulated, which is slow, they leave out the tests of the
# guest's own code, which is the same with them and without.
GUEST_SUITES := attacks counts files hostile lessons programs ready_made
VMM_SUITES := $(filter-out $(GUEST_SUITES:%=%/),$(patsubst tests/system/%.sh,%/,$(wildcard tests/system/*.sh)))
system: $(SYSTEM_NEEDS) ## run the system tests: whole VMs on /dev/kvm
	@BUILD=$(B) $(if $(ON_KVM),scripts/hosts/suite auto $(if $(filter 1,$(SAN)),$(VMM_SUITES)),sh tests/system/run)

exports: all $(GUEST_IMAGES) ## export traces and open them with the public tools
	@BUILD=$(B) sh tests/export/run

documents: all $(GUEST_IMAGES) ## run every command of README.md and docs/ and compare what it prints (UPDATE_DOCS=1: renew the pages)
	@$(if $(shell command -v python3),BUILD=$(B) python3 tests/documents/documents.py,echo "SKIP documents: no python3")

# `make test` fuzzes with few inputs, which are always the same; `make fuzz` uses new inputs each time.
FUZZ_NEEDS := all $(FUZZERS) $(B)/tests/fuzz/excerpts $(GUEST_IMAGES)
fuzz-short: $(FUZZ_NEEDS)
	@BUILD=$(B) $(ON_X86) sh tests/fuzz/run -n 1000 -s 1

HAVE_LIBFUZZER = $(shell printf 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null && echo 1)
engine = ENGINE=$1 $(if $(filter libfuzzer,$1),B=build/fuzz$(if $(filter 1,$(FAST)),-fast) CC=clang)
fuzz: setup ## fuzz under ASan: SECONDS=n (10) or COUNT=n each, SEED=n, ONLY=trace, LENGTH=n bytes at most, FAST=1, ENGINE=driver|libfuzzer
	@$(MAKE) --no-print-directory SAN=1 \
		$(call engine,$(or $(ENGINE),$(if $(HAVE_LIBFUZZER),libfuzzer,driver))) fuzz-long
fuzzers: $(FUZZERS) $(B)/tests/fuzz/excerpts $(B)/tests/fuzz/ring0
fuzz-long: $(FUZZ_NEEDS)
	@BUILD=$(B) tests/fuzz/run $(COUNT:%=-n %) $(SECONDS:%=-t %) $(SEED:%=-s %) $(LENGTH:%=-l %) $(ONLY)

test-report: setup-report ## test the page of `vmm trace report` in headless Chromium
	@$(MAKE) --no-print-directory all
	@BUILD=$(B) tests/report/run

test-hosts: setup-hosts ## run the system tests on each of HOSTS (native svm vmx; see scripts/kvm-host) and print one table
	@$(MAKE) --no-print-directory $(SYSTEM_NEEDS)
	@BUILD=$(B) scripts/hosts/matrix $(HOSTS)

test-distros: ## make run and make test in fresh minimal Debians (DISTROS="bullseye bookworm trixie sid") and print one table
	@scripts/distro --table $(DISTROS)

sample-report: all ## record the demonstration and make the page of `vmm trace report` of it, build/sample-report.html
	@cd $(B) && $(ON_KVM) ./vmm --trace=sample.trace -q guest.bin -- quick >/dev/null
	@cd $(B) && ./vmm trace report -o sample-report.html sample.trace

bench: all $(GUEST_IMAGES) $(FLOORS) ## measure against the floors in tests/bench
	@python3 tests/bench/report.py $(B)

bench-trace: all $(FLOORS) $(GUEST_IMAGES) ## measure recording and reading traces (RECORDS="1000000 100000000": lengths)
	@python3 tests/bench/trace.py $(B)

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-13s %s\n' "$$name" "$$what"; done
	@printf '\n  V=1 shows commands; SAN=1 builds with ASan and UBSan; CC=, CROSS_COMPILE=, CFLAGS=, CPPFLAGS=, LDFLAGS=,\n  GUEST_CFLAGS= and STATIC= are the compiler and its flags; PREFIX= and DESTDIR= are where install puts things\n'

clean: ## remove build/
	rm -rf build

setup:
	@scripts/setup build
setup-test:
	@scripts/setup build test
setup-hosts:
	@scripts/setup hosts
setup-report:
	@scripts/setup build report
setup-lint:
	@scripts/setup lint

# ---- host -------------------------------------------------------------------------------------------

$(B)/vmm: $(B)/host/vmm/main.o $(B)/libvmm.a
	$(say) LINK $@
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) $(call static_if_possible,-lm) -o $@ $^ -lm

TOOLS_LIBRARIES := -ljansson $(ZSTD_LIBS) -lm
$(B)/vmm-tools: $(B)/host/vmm/tools/vmm_tools.o $(TOOLS_LIBS)
	$(say) LINK $@
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) $(call static_if_possible,$(TOOLS_LIBRARIES)) -o $@ $^ $(TOOLS_LIBRARIES)
	$(if $(HAVE_ZSTD),,@echo '  NOTE     $@ is made without zstd (compressed traces); scripts/setup compress gets it')

lacking := $(strip $(if $(HAVE_ZYDIS),,Zydis~(--disassemble)) $(if $(HAVE_LIBDW),,libdw~(--source)))
$(B)/vmm-symbolizer: $(B)/host/vmm/tools/symbolizer/vmm_symbolizer.o $(TOOLS_LIBS)
	$(say) LINK $@
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -pie -o $@ $^ $(SYMBOLIZER_LIBS) $(ZSTD_LIBS)
	$(if $(lacking),@echo '  NOTE     $@ is made without $(subst ~, ,$(subst $() $(),~and~,$(lacking))); scripts/setup symbols gets them')

# Writes the man pages, the completion of shells and docs/usage.md from the tables of options.
$(B)/vmm-manual: $(B)/host/vmm/tools/manual/vmm_manual.o $(TOOLS_LIBS)
	$(say) LINK $@
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -pie -o $@ $^ $(TOOLS_LIBRARIES)

$(B)/libvmm.a: $(VMM_OBJECTS)
$(B)/libtools.a: $(TOOLS_OBJECTS)
$(B)/%.a:
	$(say) AR $@
	$(quiet)rm -f $@ && $(AR) rcsD $@ $^

$(B)/tests/unit: $(UNIT_OBJECTS) $(PURE_OBJECTS) $(TOOLS_LIBS)
	$(say) LINK $@
	@mkdir -p $(@D)
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -pie -o $@ $^ -lcriterion -ljansson $(ZSTD_LIBS) -lm

# These programs link parts of the VMM; the other programs of tests/bench do not.
$(B)/tests/bench/recording $(B)/tests/bench/lengthen: $(TOOLS_LIBS)
$(B)/tests/bench/%: tests/bench/%.c $(B)/flags
	$(say) CC $@
	@mkdir -p $(@D)
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) $(or $(if $(call links,$(STATIC)),$(STATIC)),-pie) -MMD -MP -o $@ $< $(filter %.a,$^) $(ZSTD_LIBS)

$(B)/tests/fuzz/excerpts $(B)/tests/fuzz/ring0: $(B)/tests/fuzz/%: $(B)/host/tests/fuzz/%.o $(TOOLS_LIBS)
	$(say) LINK $@
	@mkdir -p $(@D)
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -pie -o $@ $^ $(TOOLS_LIBRARIES)

FUZZ_MAIN := $(if $(filter libfuzzer,$(ENGINE)),,$(patsubst %,$(B)/host/tests/fuzz/%.o,driver mutate))
$(FUZZERS): $(B)/tests/fuzz/%: $(B)/host/tests/fuzz/fuzz_%.o $(FUZZ_MAIN) $(PURE_OBJECTS) $(TOOLS_LIBS)
	$(say) LINK $@
	@mkdir -p $(@D)
	$(quiet)$(CC) $(HOST_CFLAGS) $(HOST_LDFLAGS) -pie $(if $(FUZZ_MAIN),,-fsanitize=fuzzer) -o $@ $^ $(TOOLS_LIBRARIES)

$(B)/host/vmm/tools/symbolizer/%.o: HOST_CFLAGS += $(SYMBOLIZER_CFLAGS)
$(B)/host/vmm/tools/trace/read/zstd.o: HOST_CFLAGS += $(ZSTD_CFLAGS)
$(B)/host/vmm/base/version.o: HOST_CFLAGS += -DVERSION='"$(VERSION)"'
$(B)/host/vmm/base/version.o: $(B)/version
$(B)/host/tests/%.o: HOST_CFLAGS += -Iguest -Itests/unit
$(B)/host/guest/%.o: HOST_CFLAGS += -Iguest
# The assembler includes these files by .incbin, so the compiler lists no dependency on them.
REPORT := vmm/tools/trace/report
$(B)/host/$(REPORT)/report_page.o: $(wildcard $(REPORT)/*.html $(REPORT)/*.css $(REPORT)/*.js)
$(B)/host/%.S.o: %.S $(B)/flags
	$(say) AS $<
	@mkdir -p $(@D)
	$(quiet)$(CC) $(HOST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/host/%.o: %.c $(B)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(quiet)$(CC) $(HOST_CFLAGS) -MMD -MP -c -o $@ $<

# ---- guest ------------------------------------------------------------------------------------------

$(B)/guest.bin: $(KERNEL_OBJECTS) $(B)/guest/kernel.ld
	$(say) LINK $@
	$(quiet)$(CC) $(KERNEL_CFLAGS) $(BARE_LDFLAGS) -Wl,-T,$(B)/guest/kernel.ld -o $@ $(KERNEL_OBJECTS)

$(B)/guest/kernel.ld: guest/kernel/boot/kernel.ld.S guest/kernel/boot/memory_layout.h include/ringside/device.h $(B)/flags
	@mkdir -p $(@D)
	$(quiet)$(CC) $(KERNEL_CFLAGS) -E -P -x assembler-with-cpp -o $@ $<

$(B)/guest/kernel/%.c.o: guest/kernel/%.c $(B)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(quiet)$(CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/guest/kernel/%.S.o: guest/kernel/%.S $(B)/guest/kernel/offsets.h $(B)/flags
	$(say) AS $<
	@mkdir -p $(@D)
	$(quiet)$(CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/guest/kernel/boot/initrd.S.o: $(B)/guest/initrd.cpio
$(B)/guest/kernel/boot/initrd.S.o: KERNEL_CFLAGS += -DINITRD_FILE='"$(B)/guest/initrd.cpio"'

# Structure offsets for assembly, computed by the compiler: strings "->NAME VALUE" in its output.
$(B)/guest/kernel/offsets.h: guest/kernel/trap/offsets.c $(B)/flags
	$(say) GEN $@
	@mkdir -p $(@D)
	$(quiet)$(CC) $(KERNEL_CFLAGS) -MMD -MP -MT $@ -MF $(B)/guest/kernel/offsets.d -S -o $(B)/guest/kernel/offsets.s $<
	$(quiet)sed -n 's/.*->\([A-Z0-9_]*\) [$$]*\(-*[0-9]*\).*/#define \1 \2/p' $(B)/guest/kernel/offsets.s > $@

$(B)/guest/initrd.cpio: $(USER_PROGRAMS:%=$(B)/guest/bin/%) scripts/mkinitrd
	$(say) CPIO $@
	$(quiet)scripts/mkinitrd -o $@ $(USER_PROGRAMS:%=$(B)/guest/bin/%)

# Programs with debug information, for `vmm trace print --source`; the programs in the initrd have none.
$(B)/guest/debug/%: $(B)/guest/user/%.c.o $(USER_LIB_OBJECTS) guest/user/user.ld
	$(say) LINK $@
	@mkdir -p $(@D)
	$(quiet)$(CC) $(USER_CFLAGS) $(BARE_LDFLAGS) -Wl,-T,guest/user/user.ld -o $@ $< $(USER_LIB_OBJECTS)

$(B)/guest/bin/%: $(B)/guest/debug/%
	@mkdir -p $(@D)
	$(quiet)$(OBJCOPY) --strip-debug $< $@

$(B)/guest/user/%.c.o: guest/user/%.c $(B)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(quiet)$(CC) $(USER_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/guest/user/%.S.o: guest/user/%.S $(B)/flags
	$(say) AS $<
	@mkdir -p $(@D)
	$(quiet)$(CC) $(USER_CFLAGS) -MMD -MP -c -o $@ $<

# The guest of `vmm bench`.
BENCH_CFLAGS := $(BARE) -mno-red-zone -Iguest -Iguest/bench
BENCH_OBJECTS := $(patsubst %,$(B)/%.o,$(wildcard guest/bench/*.c guest/bench/*.S))
$(B)/bench.bin: $(BENCH_OBJECTS) guest/bench/bench.ld
	$(say) LINK $@
	$(quiet)$(CC) $(BENCH_CFLAGS) $(BARE_LDFLAGS) -Wl,-T,guest/bench/bench.ld -o $@ $(BENCH_OBJECTS)

$(B)/guest/bench/%.o: guest/bench/% $(B)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(quiet)$(CC) $(BENCH_CFLAGS) -MMD -MP -c -o $@ $<

# Tiny images that exercise one exit each, for the system tests.
$(B)/tests/guests/%.bin: tests/guests/%.S tests/guests/image.ld $(wildcard tests/guests/*.h) $(B)/flags
	$(say) AS $<
	@mkdir -p $(@D)
	$(quiet)$(CC) $(BARE) $(BARE_LDFLAGS) -Itests/guests -Wl,-T,tests/guests/image.ld -o $@ $<

# The kernel with USER_END a page higher: a process can map the last page below the non-canonical hole.
WIDE_SOURCES := guest/kernel/memory/regions.c guest/kernel/calls/memory_calls.c
WIDE_OBJECTS := $(WIDE_SOURCES:%=$(B)/tests/wide/%.o)
$(B)/tests/guests/last-page.bin: $(KERNEL_OBJECTS) $(WIDE_OBJECTS) $(B)/guest/kernel.ld
	$(say) LINK $@
	@mkdir -p $(@D)
	$(quiet)$(CC) $(KERNEL_CFLAGS) $(BARE_LDFLAGS) -Wl,-T,$(B)/guest/kernel.ld -o $@ $(WIDE_OBJECTS) \
		$(filter-out $(WIDE_SOURCES:%=$(B)/%.o),$(KERNEL_OBJECTS))

$(B)/tests/wide/%.o: % $(B)/flags
	$(say) CC '$< for last-page.bin'
	@mkdir -p $(@D)
	$(quiet)$(CC) $(KERNEL_CFLAGS) -DUSER_END=0x800000000000 -MMD -MP -c -o $@ $<

# Ordinary programs for the guest, made as a user would make them, and a directory for tests of system calls.
$(B)/tests/programs/%: tests/programs/%.c $(B)/flags
	$(say) MUSL $<
	@mkdir -p $(@D)
	$(quiet)$(MUSL_GCC) -std=gnu17 -O2 -g0 -Wall -Wextra $(if $(filter 1,$(WERROR)),-Werror) -static -o $@ $< -lm

$(B)/tests/programs.cpio: $(PROGRAMS) scripts/mkinitrd
	$(say) CPIO $@
	$(quiet)mkdir -p $(B)/tests/data && printf 0123456789 > $(B)/tests/data/file
	$(quiet)ln -sf file $(B)/tests/data/link && ln -sf loop $(B)/tests/data/loop
	$(quiet)scripts/mkinitrd -o $@ $(PROGRAMS) $(B)/tests/data $(BUSYBOX)

# Programs that others wrote, and scripts for them.
$(B)/tests/ready-made.cpio: scripts/ready-made scripts/mkinitrd $(wildcard tests/ready-made/*)
	$(say) CPIO $@
	$(quiet)mkdir -p $(B)/tests/data && printf 0123456789 > $(B)/tests/data/file
	$(quiet)ln -sf file $(B)/tests/data/link && ln -sf loop $(B)/tests/data/loop
	$(quiet)BUSYBOX=$(BUSYBOX) MUSL_GCC=$(MUSL_GCC) scripts/ready-made $@ tests/ready-made $(B)/tests/data

# ---- installation -----------------------------------------------------------------------------------

PREFIX ?= /usr/local
DESTDIR ?=
TO = $(DESTDIR)$(PREFIX)
# All that is installed, at its place below PREFIX; `make install` copies it and keeps the list of it for `uninstall`.
STAGE := $(B)/stage
MANIFEST := share/ringside/installed-files
PAGES := $(B)/manual
staged = install -m $1 $2 $(STAGE)/$3

$(PAGES): $(B)/vmm-manual
	$(say) GEN $@
	$(quiet)rm -rf $@ && mkdir -p $@
	$(quiet)$< man $@ && for shell in bash zsh fish; do $< completion $$shell > $@/vmm.$$shell || exit; done

.PHONY: stage install uninstall deb
stage: all $(PAGES)
	@rm -rf $(STAGE) && cd $(B) && mkdir -p stage/bin stage/libexec/ringside stage/share/ringside/include/ringside \
		stage/share/ringside/guest/debug stage/share/man/man1 stage/share/doc/ringside/docs/images \
		stage/share/doc/ringside/docs/homework \
		stage/share/bash-completion/completions stage/share/zsh/site-functions stage/share/fish/vendor_completions.d
	@$(call staged,755,$(B)/vmm,bin)
	@$(call staged,755,$(B)/vmm-tools $(B)/vmm-symbolizer scripts/mkinitrd,libexec/ringside)
	@$(call staged,644,$(B)/guest.bin $(B)/bench.bin,share/ringside)
	@$(call staged,755,$(USER_PROGRAMS:%=$(B)/guest/debug/%),share/ringside/guest/debug)
	@$(call staged,644,include/ringside/*.h,share/ringside/include/ringside)
	@$(call staged,644,$(PAGES)/*.1,share/man/man1)
	@$(call staged,644,$(PAGES)/vmm.bash,share/bash-completion/completions/vmm)
	@$(call staged,644,$(PAGES)/vmm.zsh,share/zsh/site-functions/_vmm)
	@$(call staged,644,$(PAGES)/vmm.fish,share/fish/vendor_completions.d/vmm.fish)
	@$(call staged,644,*.md CITATION.cff LICENSE,share/doc/ringside)
	@$(call staged,644,docs/*.md,share/doc/ringside/docs)
	@$(call staged,644,docs/images/*,share/doc/ringside/docs/images)
	@$(call staged,644,docs/homework/*,share/doc/ringside/docs/homework)

install: stage ## install below PREFIX (/usr/local), in DESTDIR if given
	@mkdir -p $(TO) && cp -R $(STAGE)/. $(TO)/
	@(cd $(STAGE) && find . -type f | sed 's|^\./||' | LC_ALL=C sort) > $(TO)/$(MANIFEST)
	@echo "  INSTALL  $(TO)/bin/vmm; see it work: $(TO)/bin/vmm demo"

uninstall: ## remove what make install has installed there
	@[ -f $(TO)/$(MANIFEST) ] || { echo "make uninstall: nothing was installed below $(TO)" >&2; exit 1; }
	@cd $(TO) && xargs rm -f < $(MANIFEST) && rm -f $(MANIFEST) && for room in share/ringside share/doc/ringside \
		libexec/ringside; do find $$room -depth -type d -exec rmdir {} + ; done

deb: setup-deb ## make a Debian package, build/deb/ringside_*.deb, and check it by lintian
	@scripts/deb $(RELEASE)

setup-deb:
	@scripts/setup build deb

# ---- checks -----------------------------------------------------------------------------------------

# The headers in tests/guests are assembly, which clang-format does not know.
SOURCES := $(shell git ls-files '*.c' '*.h' ':!tests/guests' 2>/dev/null)
SCRIPT := ^\#!/(bin/sh|usr/bin/env (ba)?sh|bin/bash)|^\# shellcheck shell=

.PHONY: lint-host lint-kernel lint-user lint-scripts

format: setup-lint ## format the C sources
	$(quiet)clang-format -i $(SOURCES)

format-check: setup-lint ## fail if a C source is not formatted
	$(quiet)clang-format --dry-run -Werror $(SOURCES)

lint: structure lint-host lint-kernel lint-user lint-scripts ## the structure, clang-tidy over the sources, shellcheck over the scripts

lint-host: setup-lint
	$(say) LINT vmm
	$(quiet)clang-tidy --quiet vmm/main.c $(VMM_SOURCES) $(TOOLS_MAINS) $(TOOLS_SOURCES) -- $(HOST_CFLAGS) -DVERSION='""'
lint-kernel: setup-lint $(B)/guest/kernel/offsets.h
	$(say) LINT guest/kernel
	$(quiet)clang-tidy --quiet $(filter %.c,$(KERNEL_SOURCES)) -- $(KERNEL_CFLAGS)
lint-user: setup-lint
	$(say) LINT guest/user
	$(quiet)clang-tidy --quiet $(wildcard guest/user/*.c guest/user/lib/*.c) -- $(USER_CFLAGS)
lint-scripts: setup-lint
	$(say) LINT scripts
	$(quiet)shellcheck $$(git ls-files scripts tests .ci | xargs grep -lE '$(SCRIPT)')

include scripts/assurance.mk
include scripts/evil.mk
include scripts/fault.mk
include scripts/soak.mk

-include $(shell find $(B)/host $(B)/guest $(B)/tests -name '*.d' -type f 2>/dev/null)
