/* SPDX-License-Identifier: MIT */
#include "tools/doctor/probe_machine.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/units.h"
#include "host/deadlines.h"
#include "host/kick.h"
#include "text/names.h"

#define TRIAL_LIMIT_NS NS_PER_SECOND

/* Intel SDM vol. 3A: 2.5 control registers, 4.5 paging, 6.14.1 gates, 7.7 TSS; vol. 4: IA32_EFER. */
enum {
	CR0_PE = 1u << 0,
	CR0_MP = 1u << 1,
	CR0_ET = 1u << 4,
	CR0_NE = 1u << 5,
	CR0_WP = 1u << 16,
	CR4_PAE = 1u << 5,
	CR4_OSFXSR = 1u << 9,
	EFER_SCE = 1u << 0,
	EFER_LME = 1u << 8,
	EFER_LMA = 1u << 10,
	RFLAGS_RESERVED = 1u << 1,
	PAGE_PRESENT = 1u << 0,
	PAGE_WRITE = 1u << 1,
	PAGE_USER = 1u << 2,
	PAGE_SIZE = 0x1000,
	TABLE_ENTRIES = 512,
	TYPE_CODE = 0xb,
	TYPE_DATA = 0x3,
	TYPE_TSS_BUSY = 0xb,
	RPL = 3,
};
#define CR0_PG (1u << 31)

#define TSS_OFFSET 0x80 /* on the page of the GDT, behind it */
#define TSS_SIZE 0x68
#define TSS_RSP0 4
#define TSS_IO_MAP 102
#define GATE_INTERRUPT UINT64_C(0x8e0000000000)
#define GATE_DPL3 UINT64_C(0x600000000000)
#define GATES 256

static const uint64_t gdt[] = {
	[PROBE_CODE0 / 8] = 0x00af9b000000ffff,
	[PROBE_DATA0 / 8] = 0x00cf93000000ffff,
	[PROBE_DATA3 / 8] = 0x00cff3000000ffff,
	[PROBE_CODE3 / 8] = 0x00affb000000ffff,
	[PROBE_TSS / 8] = 0x00008b0000000067 | (uint64_t)(PROBE_DESCRIPTORS + TSS_OFFSET) << 16,
	[PROBE_TSS / 8 + 1] = 0,
};
_Static_assert(sizeof(gdt) <= TSS_OFFSET, "the TSS lies behind the GDT");

uint64_t probe_address(const uint8_t *code)
{
	const uintptr_t at = (uintptr_t)code, ring0 = (uintptr_t)probe_ring0, ring3 = (uintptr_t)probe_ring3;

	return at < ring3 ? PROBE_RING0 + (at - ring0) : PROBE_RING3 + (at - ring3);
}

static bool is_for_ring3(uint64_t address)
{
	return (address >= PROBE_RING3 && address < PROBE_RING3 + PAGE_SIZE) ||
	       (address < PROBE_STACK3 && address >= PROBE_STACK3 - PAGE_SIZE);
}

static void build_page_tables(uint8_t *memory)
{
	uint64_t *tables = (uint64_t *)(void *)(memory + PROBE_TABLES);
	const uint64_t flags = PAGE_PRESENT | PAGE_WRITE;

	for (unsigned level = 0; level < 3; level++)
		tables[level * TABLE_ENTRIES] = (PROBE_TABLES + (level + 1) * PAGE_SIZE) | flags | PAGE_USER;
	for (uint64_t i = 0; i < TABLE_ENTRIES; i++)
		tables[3 * TABLE_ENTRIES + i] = i * PAGE_SIZE | flags | (is_for_ring3(i * PAGE_SIZE) ? PAGE_USER : 0u);
}

static void build_descriptors(uint8_t *memory)
{
	const uint64_t stack = PROBE_STACK0;
	const uint16_t no_io_map = TSS_SIZE;
	uint64_t *idt = (uint64_t *)(void *)(memory + PROBE_IDT);
	uint8_t *tss = memory + PROBE_DESCRIPTORS + TSS_OFFSET;

	memcpy(memory + PROBE_DESCRIPTORS, gdt, sizeof(gdt));
	memcpy(tss + TSS_RSP0, &stack, sizeof(stack));
	memcpy(tss + TSS_IO_MAP, &no_io_map, sizeof(no_io_map));
	for (uint64_t i = 0; i < GATES; i++) {
		const uint64_t stub = probe_address(probe_stubs) + i * PROBE_STUB_SIZE;

		idt[2 * i] = (stub & 0xffff) | PROBE_CODE0 << 16 | GATE_INTERRUPT | GATE_DPL3 | (stub >> 16) << 48;
	}
}

static int build_memory(struct probe_machine *machine, struct error *error)
{
	void *memory = mmap(NULL, PROBE_MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return error_set(error, "no memory for a probe: %s", strerror(errno));
	machine->memory = memory;
	memcpy(machine->memory + PROBE_RING0, probe_ring0, (size_t)(probe_ring0_end - probe_ring0));
	memcpy(machine->memory + PROBE_RING3, probe_ring3, (size_t)(probe_ring3_end - probe_ring3));
	build_page_tables(machine->memory);
	build_descriptors(machine->memory);
	return vm_add_memory(&machine->vm, 0, 0, PROBE_MEMORY, machine->memory, error);
}

int probe_machine_open(struct probe_machine *machine, const struct kvm *kvm, struct error *error)
{
	*machine = (struct probe_machine){.vm.fd = -1, .vcpu.fd = -1};
	if (vm_create(&machine->vm, kvm, IRQCHIP_USER, error) < 0 || build_memory(machine, error) < 0 ||
	    vcpu_create(&machine->vcpu, kvm, &machine->vm, error) < 0) {
		probe_machine_close(machine);
		return -1;
	}
	return 0;
}

void probe_machine_close(struct probe_machine *machine)
{
	vcpu_close(&machine->vcpu);
	vm_close(&machine->vm);
	if (machine->memory != NULL)
		munmap(machine->memory, PROBE_MEMORY);
	machine->memory = NULL;
}

static struct kvm_segment segment(uint16_t selector, uint8_t type, bool is_code)
{
	return (struct kvm_segment){
		.limit = UINT32_MAX,
		.selector = selector,
		.type = type,
		.present = 1,
		.s = 1,
		.g = 1,
		.l = is_code,
		.db = !is_code,
	};
}

int probe_machine_start(struct probe_machine *machine, const struct probe_trial *trial, struct error *error)
{
	const struct kvm_segment data = segment(PROBE_DATA0, TYPE_DATA, false);
	const struct kvm_sregs sregs = {
		.cs = segment(PROBE_CODE0, TYPE_CODE, true),
		.ds = data,
		.es = data,
		.fs = data,
		.gs = data,
		.ss = data,
		.tr = {.base = PROBE_DESCRIPTORS + TSS_OFFSET,
		       .limit = TSS_SIZE - 1,
		       .selector = PROBE_TSS,
		       .type = TYPE_TSS_BUSY,
		       .present = 1},
		.ldt = {.unusable = 1},
		.gdt = {.base = PROBE_DESCRIPTORS, .limit = sizeof(gdt) - 1},
		.idt = {.base = PROBE_IDT, .limit = GATES * 16 - 1},
		.cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG,
		.cr3 = PROBE_TABLES,
		.cr4 = CR4_PAE | CR4_OSFXSR,
		.efer = EFER_SCE | EFER_LME | EFER_LMA,
	};
	const struct kvm_regs regs = {
		.rip = probe_address(trial->is_ring3 ? probe_to_ring3 : trial->code),
		.rdi = probe_address(trial->code),
		.rsp = PROBE_STACK0,
		.r8 = trial->r8,
		.r9 = trial->r9,
		.rflags = RFLAGS_RESERVED,
	};

	if (vcpu_set_state(&machine->vcpu, &sregs, &regs, error) < 0)
		return -1;
	/* Only after RIP is set, because KVM steps from the RIP that it has when stepping is asked for. */
	if (trial->is_stepped && vcpu_single_step(&machine->vcpu, true, error) < 0)
		return -1;
	return kick_start(error);
}

static void read_frame(const struct probe_machine *machine, struct probe_result *result)
{
	const uint64_t at = result->regs.rsp + (trap_has_error_code(result->vector) ? 8u : 0u);
	uint64_t frame[2]; /* RIP, CS */

	if (at > PROBE_MEMORY - sizeof(frame))
		return;
	memcpy(frame, machine->memory + at, sizeof(frame));
	result->trap_rip = frame[0];
	result->trap_cpl = frame[1] & RPL;
}

static enum probe_end end_of(const struct kvm_run *run)
{
	if (run->exit_reason == KVM_EXIT_INTERNAL_ERROR)
		return PROBE_KVM_ERROR;
	if (run->exit_reason != KVM_EXIT_IO)
		return PROBE_OTHER;
	switch (run->io.port) {
	case PROBE_PORT_DONE:
		return PROBE_DONE;
	case PROBE_PORT_TRAP:
		return PROBE_TRAP;
	case PROBE_PORT_SYSCALL:
		return PROBE_SYSCALL;
	default:
		return PROBE_OTHER;
	}
}

static void conclude(const struct probe_machine *machine, struct probe_result *result)
{
	const struct kvm_run *run = machine->vcpu.run;

	result->reason = run->exit_reason;
	result->end = end_of(run);
	result->regs = run->s.regs.regs;
	result->cpl = run->s.regs.sregs.ss.dpl;
	if (result->end != PROBE_TRAP)
		return;
	result->vector = *((const uint8_t *)run + run->io.data_offset);
	read_frame(machine, result);
}

static bool goes_on(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_INTR || (run->exit_reason == KVM_EXIT_IO && run->io.port == PROBE_PORT_ON);
}

static int run_to_end(struct probe_machine *machine, struct probe_result *result, struct error *error)
{
	struct kvm_run *run = machine->vcpu.run;
	uint64_t entry, exit;

	while (!deadlines_must_end()) {
		const int failure = vcpu_run(&machine->vcpu, &entry, &exit);

		if (failure != 0)
			return error_set(error, "KVM_RUN: %s", strerror(failure));
		if (run->immediate_exit)
			kick_take();
		if (run->exit_reason == KVM_EXIT_DEBUG) {
			result->steps[run->s.regs.sregs.ss.dpl & RPL]++;
			if (vcpu_single_step(&machine->vcpu, true, error) < 0) /* IRETQ has loaded flags without TF */
				return -1;
		} else if (!goes_on(run)) {
			conclude(machine, result);
			break;
		}
	}
	return 0;
}

int probe_machine_run(struct probe_machine *machine, struct probe_result *result, struct error *error)
{
	*result = (struct probe_result){.end = PROBE_TIMEOUT};
	kick_attach(machine->vcpu.run);
	deadline_set(DEADLINE_TIMEOUT, deadlines_now() + TRIAL_LIMIT_NS);
	const int status = run_to_end(machine, result, error);
	deadline_set(DEADLINE_TIMEOUT, CLOCK_NEVER);
	kick_detach();
	return status;
}

int probe_try(const struct kvm *kvm, const struct probe_trial *trial, struct probe_result *result, struct error *error)
{
	struct probe_machine machine;

	if (probe_machine_open(&machine, kvm, error) < 0)
		return -1;
	int status = probe_machine_start(&machine, trial, error);
	if (status == 0)
		status = probe_machine_run(&machine, result, error);
	probe_machine_close(&machine);
	return status;
}
