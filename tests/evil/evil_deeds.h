/* SPDX-License-Identifier: MIT */
/*
 * What a guest that has taken over the VMM might do: one row a deed, X(name, what it tries, how it ends in the sandbox,
 * how it ends with --no-sandbox, expression). The expression is a system call's: negative, with errno set, where the
 * kernel did not do it. tests/evil/evil.c does the deeds, tests/system/evil.sh checks how each ends:
 *   refused   status 125 and the line of the sandbox, or, where the C library has blocked all signals, SIGSYS
 *   killed    SIGSYS
 *   done      the kernel did it
 *   E...      the call failed with that errno
 *   any       depends on the host's kernel, and is not checked
 */
#ifndef TESTS_EVIL_EVIL_DEEDS_H
#define TESTS_EVIL_EVIL_DEEDS_H

enum { INHERITED = 9 }; /* the descriptor that tests/system/evil.sh leaves open */

/* clang-format off */
#define DEEDS(X) \
	/* what was open before the VMM started */ \
	X(inherited_read, "read from an inherited descriptor", "EBADF", "EBADF", read(INHERITED, room, 1)) \
	X(inherited_write, "write to an inherited descriptor", "EBADF", "EBADF", write(INHERITED, room, 1)) \
	X(inherited_type, "type at a terminal left open", "refused", "EBADF", ioctl(INHERITED, TIOCSTI, room)) \
	X(type, "type at the terminal on stdin", "refused", "any", ioctl(0, TIOCSTI, room)) \
	X(take_terminal, "become the controlling process", "refused", "any", ioctl(0, TIOCSCTTY, 0)) \
	X(set_nonblocking, "change a file shared with other processes", "refused", "done", ioctl(0, FIONBIO, room)) \
	X(set_flags, "the same by fcntl", "refused", "done", fcntl(0, F_SETFL, 0)) \
	X(duplicate, "make more descriptors", "refused", "done", dup(0)) \
	/* files */ \
	X(open_file, "open a file", "refused", "done", open("/etc/passwd", O_RDONLY)) \
	X(open_old, "open a file by the old call", "refused", "done", syscall(SYS_open, "/etc/passwd", O_RDONLY)) \
	X(open_raw, "open a file at a terminal in raw mode", "any", "any", open_at_raw_terminal()) \
	X(create_file, "make a file", "refused", "EISDIR", open("/", O_WRONLY | O_CREAT, 0600)) \
	X(stat_path, "learn of a file by its path", "ENOSYS", "done", \
	  syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", room, 0)) \
	X(stat_path_flag, "the same with AT_EMPTY_PATH", "ENOSYS", "done", \
	  syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", room, AT_EMPTY_PATH)) \
	X(statx_path, "the same by statx", "refused", "any", syscall(SYS_statx, AT_FDCWD, "/etc/passwd", 0, 0, room)) \
	X(read_link, "learn where the VMM lies", "refused", "done", readlink("/proc/self/exe", room, 1)) \
	X(remove_file, "remove a file", "refused", "ENOENT", unlink("/no/such/file")) \
	X(change_directory, "go elsewhere", "refused", "done", chdir("/")) \
	X(change_root, "change the root", "refused", "any", chroot("/no/such/directory")) \
	X(mount_over, "mount something", "refused", "any", mount("none", "/no/such/directory", "tmpfs", 0, NULL)) \
	X(memory_file, "make a file in memory", "refused", "done", memfd_create("evil", 0)) \
	/* the network and other processes */ \
	X(socket_internet, "reach the network", "refused", "any", socket(AF_INET, SOCK_STREAM, 0)) \
	X(socket_local, "reach a daemon", "refused", "any", socket(AF_UNIX, SOCK_STREAM, 0)) \
	X(receive, "receive descriptors", "refused", "any", recvmsg(0, room_as(struct msghdr), 0)) \
	X(run_program, "run a program", "refused", "ENOENT", execl("/no/such/file", "file", (char *)NULL)) \
	X(run_open_file, "run an open file", "refused", "any", \
	  syscall(SYS_execveat, -1, "", room_as(char *), room_as(char *), AT_EMPTY_PATH)) \
	X(make_process, "make a process", "refused", "done", make_process()) \
	X(make_thread, "make a thread", "refused", "done", make_thread()) \
	X(make_thread_raw, "make a thread by clone", "refused", "EINVAL", syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0)) \
	X(make_thread_new, "make a thread by clone3", "refused", "any", syscall(SYS_clone3, NULL, 0)) \
	X(make_timer, "make timers without end", "refused", "done", syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, room)) \
	X(make_timer_file, "make timers as files", "refused", "done", timerfd_create(CLOCK_MONOTONIC, 0)) \
	X(set_alarm, "set another timer", "refused", "done", alarm(1000)) \
	X(signal_parent, "signal another process", "refused", "done", kill(getppid_before, 0)) \
	X(signal_all, "signal all processes", "refused", "any", kill(-1, 0)) \
	X(signal_group, "signal the process group", "refused", "done", kill(0, 0)) \
	X(signal_thread, "signal a thread of another process", "refused", "done", \
	  syscall(SYS_tgkill, getppid_before, getppid_before, 0)) \
	X(signal_thread_old, "the same by tkill", "refused", "done", syscall(SYS_tkill, getppid_before, 0)) \
	X(queue_signal, "forge a signal's origin", "refused", "any", \
	  syscall(SYS_rt_sigqueueinfo, getppid_before, 0, room)) \
	X(limit_of_parent, "look at the limits of another process", "refused", "done", \
	  syscall(SYS_prlimit64, getppid_before, RLIMIT_NOFILE, NULL, room)) \
	X(limit_of_own, "set a limit", "refused", "any", syscall(SYS_prlimit64, 0, RLIMIT_STACK, room, NULL)) \
	X(trace, "trace a process", "refused", "any", ptrace(PTRACE_SEIZE, getppid_before, NULL, NULL)) \
	X(read_memory, "read another process's memory", "refused", "any", \
	  syscall(SYS_process_vm_readv, getppid_before, NULL, 0, NULL, 0, 0)) \
	X(steal_file, "take another process's descriptor", "refused", "any", syscall(438, -1, 0, 0)) \
	X(set_priority, "take the processor from others", "refused", "done", setpriority(PRIO_PROCESS, 0, 19)) \
	/* the kernel's wide doors */ \
	X(ring_of_calls, "io_uring, which no filter sees", "refused", "any", syscall(SYS_io_uring_setup, 1, NULL)) \
	X(load_program, "bpf", "refused", "any", syscall(SYS_bpf, 0, NULL, 0)) \
	X(count_events, "perf_event_open", "refused", "any", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)) \
	X(catch_faults, "userfaultfd", "refused", "any", syscall(SYS_userfaultfd, 0)) \
	X(make_keys, "keyrings", "refused", "any", syscall(SYS_keyctl, 0, 0, 0)) \
	X(shared_memory, "System V memory", "refused", "any", syscall(SYS_shmget, IPC_PRIVATE, 0, 0)) \
	X(new_namespace, "make namespaces", "refused", "done", unshare(0)) \
	X(enter_namespace, "enter namespaces", "refused", "any", setns(-1, 0)) \
	X(become_user, "change the user", "refused", "done", setuid(getuid_before)) \
	X(take_capabilities, "change capabilities", "refused", "any", syscall(SYS_capset, room, NULL)) \
	X(set_personality, "make all memory executable", "refused", "done", personality(READ_IMPLIES_EXEC)) \
	X(old_interface, "the interface of 32-bit programs", "killed", "any", call_as_32_bit_program()) \
	X(other_interface, "the interface of x32 programs", "refused", "any", syscall(0x40000000 | SYS_getpid)) \
	/* code, and the sandbox itself */ \
	X(map_code, "map executable memory", "refused", "done", map(PROT_READ | PROT_EXEC)) \
	X(make_code, "make memory executable", "refused", "done", \
	  mprotect(page(), PAGE_BYTES, PROT_READ | PROT_EXEC)) \
	X(make_code_key, "the same by pkey_mprotect", "refused", "any", \
	  syscall(SYS_pkey_mprotect, page(), PAGE_BYTES, PROT_EXEC, -1)) \
	X(catch_refusals, "handle the signal of refusals", "refused", "done", \
	  syscall(SYS_rt_sigaction, SIGSYS, room, NULL, 8)) \
	X(change_process, "prctl", "refused", "done", prctl(PR_SET_DUMPABLE, 1)) \
	X(add_filter, "load a filter", "refused", "any", syscall(SYS_seccomp, 1, 0, NULL)) \
	/* KVM */ \
	X(kvm_system, "/dev/kvm, which makes virtual machines", "EBADF", "EBADF", find_kvm()) \
	X(kvm_machine, "make a virtual machine", "refused", "EBADF", ioctl((int)find_kvm(), KVM_CREATE_VM, 0)) \
	X(kvm_slot, "give the guest more of the VMM's memory", "refused", "done", add_slot()) \
	X(kvm_vcpu, "make a vCPU", "refused", "done", ioctl(vm_fd, KVM_CREATE_VCPU, 1)) \
	X(kvm_device, "make a device", "refused", "any", ioctl(vm_fd, KVM_CREATE_DEVICE, room)) \
	X(kvm_irqchip, "make interrupt controllers", "refused", "any", ioctl(vm_fd, KVM_CREATE_IRQCHIP, 0)) \
	X(kvm_event, "have events written to a file", "refused", "any", ioctl(vm_fd, KVM_IOEVENTFD, room)) \
	X(kvm_capability, "enable a capability", "refused", "any", ioctl(vm_fd, KVM_ENABLE_CAP, room)) \
	X(kvm_registers, "set registers", "refused", "done", set_registers()) \
	X(kvm_step, "single-step the guest", "refused", "any", ioctl(vcpu_fd, KVM_SET_GUEST_DEBUG, room)) \
	/* the thread that waits for input */ \
	X(input_open, "open a file in the thread for input", "refused", "done", \
	  in_input_thread(SYS_open, (long)"/etc/passwd", O_RDONLY, 0)) \
	X(input_kvm, "drive the guest from the thread for input", "refused", "done", \
	  in_input_thread(SYS_ioctl, vcpu_fd, KVM_GET_REGS, (long)room)) \
	X(input_run, "enter the guest from the thread for input", "refused", "any", \
	  in_input_thread(SYS_ioctl, vcpu_fd, KVM_RUN, 0)) \
	X(input_stat, "learn of a file in the thread for input", "ENOSYS", "done", \
	  in_input_thread(SYS_newfstatat, AT_FDCWD, (long)"/etc/passwd", (long)room)) \
	X(input_close, "close a file in the thread for input", "refused", "done", in_input_thread(SYS_close, 0, 0, 0)) \
	X(input_timer, "set the timer in the thread for input", "refused", "any", \
	  in_input_thread(SYS_timer_settime, 0, 0, 0))
/* clang-format on */

#endif
