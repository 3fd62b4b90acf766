/* SPDX-License-Identifier: MIT */
/*
 * A VMM that a guest has taken over. `make evil` links this file and the hypervisor to build/evil/vmm, in which the
 * linker puts __wrap_loop_run() before the run loop: where the sandbox has been entered and the guest would run, the
 * vCPU's thread does the deed that the environment variable EVIL names, and says how it ended. EVIL=list prints the
 * table; without EVIL the guest runs as ever. No other program is linked with this file.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/linux_names.h"
#include "evil_deeds.h"
#include "host/input_thread.h"
#include "host/raw_terminal.h"
#include "kvm/vm.h"
#include "machine/loop.h"

enum { STATUS_DONE = 40, STATUS_FAILED = 41, PAGE_BYTES = 4096, DESCRIPTORS_MAX = 64 };

/* What deeds read from and write to: all zero. */
static char room[PAGE_BYTES] __attribute__((aligned(16)));
#define room_as(type) ((type *)(void *)room)

static int vm_fd, vcpu_fd;
static pid_t getppid_before;
static uid_t getuid_before;

/* The descriptor of /dev/kvm, or -1 with EBADF when none is. */
static long find_kvm(void)
{
	const dev_t kvm = makedev(10, 232); /* the kernel's admin-guide/devices.txt */

	for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX; fd++) {
		struct stat file;

		if (syscall(SYS_fstat, fd, &file) == 0 && S_ISCHR(file.st_mode) && file.st_rdev == kvm)
			return fd;
	}
	errno = EBADF;
	return -1;
}

static long map(int protection)
{
	return mmap(NULL, PAGE_BYTES, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static void *page(void)
{
	return mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static long open_at_raw_terminal(void)
{
	return raw_terminal_take() ? open("/etc/passwd", O_RDONLY) : -1;
}

static long make_process(void)
{
	const long child = syscall(SYS_fork);

	if (child == 0)
		_exit(0);
	return child;
}

static void *do_nothing(void *unused)
{
	return unused;
}

static long make_thread(void)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, do_nothing, NULL);
	return errno == 0 ? 0 : -1;
}

static long call_as_32_bit_program(void)
{
	long result = 20; /* getpid */

	__asm__ volatile("int $0x80" : "+a"(result) : : "r8", "r9", "r10", "r11", "memory");
	return result;
}

static long add_slot(void)
{
	struct kvm_userspace_memory_region region = {
		.slot = 7,
		.guest_phys_addr = UINT64_C(1) << 36,
		.memory_size = PAGE_BYTES,
		.userspace_addr = (uintptr_t)page(),
	};

	return ioctl(vm_fd, KVM_SET_USER_MEMORY_REGION, &region);
}

static long set_registers(void)
{
	return ioctl(vcpu_fd, KVM_GET_REGS, room) < 0 ? -1 : ioctl(vcpu_fd, KVM_SET_REGS, room);
}

/* ---- the deeds of the other thread ---- */

static void finish(const char *name, long result) __attribute__((noreturn));
static const char *chosen;
static long call[4];

static void do_call(void)
{
	finish(chosen, syscall(call[0], call[1], call[2], call[3], 0));
}

static long in_input_thread(long number, long first, long second, long third)
{
	call[0] = number;
	call[1] = first;
	call[2] = second;
	call[3] = third;
	input_thread_run(do_call);
	return poll(NULL, 0, -1);
}

/* ---- the table ---- */

#define FUNCTION(name, what, ending, free_ending, expression)                                                          \
	static long deed_##name(void)                                                                                  \
	{                                                                                                              \
		return (long)(expression);                                                                             \
	}
DEEDS(FUNCTION)

static const struct {
	const char *name, *what, *ending, *free_ending;
	long (*run)(void);
} deeds[] = {
#define ROW(name, what, ending, free_ending, expression) {#name, what, ending, free_ending, deed_##name},
	DEEDS(ROW)};

static void finish(const char *name, long result)
{
	const char *error = errno_name((uint64_t)errno);

	dprintf(STDERR_FILENO, "evil: %s: %s\n", name, result >= 0 ? "done" : error != NULL ? error : "failed");
	_exit(result >= 0 ? STATUS_DONE : STATUS_FAILED);
}

static void look_around(void) __attribute__((constructor));
static void look_around(void)
{
	getppid_before = getppid();
	getuid_before = getuid();
	chosen = getenv("EVIL");
	if (chosen == NULL || strcmp(chosen, "list") != 0)
		return;
	for (size_t i = 0; i < COUNT(deeds); i++)
		printf("%s %s %s %s\n", deeds[i].name, deeds[i].ending, deeds[i].free_ending, deeds[i].what);
	exit(0);
}

int __real_vm_create(struct vm *vm, const struct kvm *kvm, enum irqchip irqchip, struct error *error);
int __wrap_vm_create(struct vm *vm, const struct kvm *kvm, enum irqchip irqchip, struct error *error);
int __wrap_vm_create(struct vm *vm, const struct kvm *kvm, enum irqchip irqchip, struct error *error)
{
	const int result = __real_vm_create(vm, kvm, irqchip, error);

	vm_fd = vm->fd;
	return result;
}

void __real_loop_run(struct loop *loop);
void __wrap_loop_run(struct loop *loop);
void __wrap_loop_run(struct loop *loop)
{
	vcpu_fd = loop->vcpu->fd;
	for (size_t i = 0; chosen != NULL && i < COUNT(deeds); i++) {
		if (strcmp(deeds[i].name, chosen) == 0)
			finish(chosen, deeds[i].run());
	}
	__real_loop_run(loop);
}
