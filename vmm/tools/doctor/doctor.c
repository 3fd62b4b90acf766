/* SPDX-License-Identifier: MIT */
/* `vmm doctor`: what this host offers to run guests, and what it does otherwise than it says. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/tty.h"
#include "host/kick.h"
#include "ringside/device.h"
#include "tools/commands.h"
#include "tools/doctor/doctor.h"
#include "tools/trace/commands/trace_command.h"

enum { SIGNAL_STATUS_BASE = 128 }; /* as shells have it */

static const char help[] =
	"usage: vmm doctor [--json]\n"
	"Tells what this host offers to run guests: /dev/kvm and rights, which KVM, its capabilities, "
	"and, found out\nby trying, which instructions work, which traps are delivered and what exits "
	"cost.\n\n"
	"      --json   the same as one JSON object\n"
	"  -?, --help   give this help\n\n"
	"The exit status is 0 when a guest can run, 125 when not.\n";

static void examine_kvm(struct findings *findings)
{
	struct kvm kvm;
	struct error error;

	doctor_kvm(findings);
	if (findings->blockers > 0)
		return;
	if (kvm_open(&kvm, &error) < 0) {
		findings_add(findings, FINDING_BLOCKER, "KVM", NULL, "%s", error.text);
		return;
	}
	doctor_trials(findings, &kvm);
	kvm_close(&kvm);
}

static void examine(struct findings *findings)
{
	doctor_host(findings);
	examine_kvm(findings);
	doctor_mitigations(findings);
}

static int print(const struct findings *findings, bool json)
{
	const bool can_run = findings->blockers == 0;

	signal(SIGPIPE, SIG_IGN);
	if (json) {
		if (findings_print_json(findings, stdout) < 0)
			return trace_command_output_failed();
	} else {
		findings_print_text(findings, terminal_takes_colour(STDOUT_FILENO), stdout);
		printf("\nThis host can%s run guests.\n", can_run ? "" : "not");
	}
	if (fflush(stdout) != 0)
		return trace_command_output_failed();
	return can_run ? RINGSIDE_STATUS_OK : RINGSIDE_STATUS_REFUSED;
}

int cmd_doctor(int argc, char **argv)
{
	static struct findings findings;
	bool json = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-?") == 0) {
			fputs(help, stdout);
			return fflush(stdout) == 0 ? RINGSIDE_STATUS_OK : trace_command_output_failed();
		}
		if (strcmp(argv[i], "--json") != 0) {
			fprintf(stderr, "vmm: doctor: %s: unknown option; see --help\n", argv[i]);
			return RINGSIDE_STATUS_USAGE;
		}
		json = true;
	}
	examine(&findings);
	if (kick_stop_signal() != 0)
		return SIGNAL_STATUS_BASE + kick_stop_signal();
	return print(&findings, json);
}
