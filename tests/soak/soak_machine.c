/* SPDX-License-Identifier: MIT */
/* Builds, runs and releases a whole machine: see soak_machine.h. */
#include "soak_machine.h"

#include <string.h>

#include "host/deadlines.h"
#include "host/kick.h"
#include "loaders/loader.h"

static int build_vcpu(struct soak_machine *machine, const struct soak_guest *guest, struct error *error)
{
	struct boot boot;
	const struct memory_range *low = &machine->memory.low;

	if (memory_create(&machine->memory, guest->memory, error) < 0 ||
	    load_kernel(&machine->memory, guest->image, guest->initrd, guest->command_line, &boot, error) != 0 ||
	    kvm_open(&machine->kvm, error) < 0 || vm_create(&machine->vm, &machine->kvm, guest->irqchip, error) < 0 ||
	    vm_add_memory(&machine->vm, 0, low->base, low->length, low->host, error) < 0 ||
	    vcpu_create(&machine->vcpu, &machine->kvm, &machine->vm, error) < 0)
		return -1;
	return vcpu_start_at(&machine->vcpu, boot.entry, boot.start_info, error);
}

int soak_machine_open(struct soak_machine *machine, const struct soak_guest *guest, struct error *error)
{
	struct board_parts parts = {
		.memory = &machine->memory,
		.clock = deadlines_clock,
		.console = chardev_null,
	};

	memset(machine, 0, sizeof(*machine));
	machine->kvm.fd = machine->vm.fd = machine->vcpu.fd = -1;
	if (guest->clock.now != NULL)
		parts.clock = guest->clock;
	if (guest->irqchip == IRQCHIP_KERNEL)
		parts.irqchip = (struct line){vm_set_input, &machine->vm, 0};
	if (build_vcpu(machine, guest, error) < 0 || board_init(&machine->board, &parts, error) < 0 ||
	    kick_start(error) < 0)
		return -1;
	recorder_init(&machine->recorder);
	console_init(&machine->console, -1, deadlines_must_end);
	machine->loop = (struct loop){
		.vcpu = &machine->vcpu,
		.board = &machine->board,
		.recorder = &machine->recorder,
		.console = &machine->console,
		.halts_in_kernel = guest->irqchip != IRQCHIP_USER,
	};
	return 0;
}

int soak_machine_run(struct soak_machine *machine, uint64_t limit, struct error *error)
{
	deadline_set(DEADLINE_TIMEOUT, deadlines_now() + limit);
	loop_run(&machine->loop);
	for (enum deadline deadline = 0; deadline < DEADLINE_COUNT; deadline++)
		deadline_set(deadline, CLOCK_NEVER);
	if (machine->board.ending == ENDING_POWEROFF && machine->board.status == RINGSIDE_STATUS_OK)
		return 0;
	return error_set(error, "the guest has not powered off: %s, status %d", ending_words(machine->board.ending),
			 machine->board.status);
}

void soak_machine_close(struct soak_machine *machine)
{
	vcpu_close(&machine->vcpu);
	vm_close(&machine->vm);
	kvm_close(&machine->kvm);
	memory_destroy(&machine->memory);
}
