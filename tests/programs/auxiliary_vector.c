/* SPDX-License-Identifier: MIT */
/* Checks the auxiliary vector that a program finds behind its environment (getauxval(3)), and that a thread is refused.
 */
#include <elf.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;

static unsigned failed;

static void check(int good, const char *what)
{
	if (good)
		return;
	printf("FAIL %s\n", what);
	failed++;
}

/* Whether the vector has an entry of that type: getauxval returns 0 for one that is absent, too. */
static int has(unsigned long type)
{
	char **end = environ;

	while (*end != NULL)
		end++;
	for (const Elf64_auxv_t *entry = (const void *)(end + 1); entry->a_type != AT_NULL; entry++)
		if (entry->a_type == type)
			return 1;
	return 0;
}

static void check_vector(void)
{
	const unsigned long zeros[] = {AT_BASE, AT_FLAGS, AT_UID, AT_EUID, AT_GID, AT_EGID, AT_SECURE};
	const Elf64_Phdr *headers = (const void *)getauxval(AT_PHDR);
	const unsigned char *random = (const void *)getauxval(AT_RANDOM);
	const char *platform = (const void *)getauxval(AT_PLATFORM), *name = (const void *)getauxval(AT_EXECFN);
	int is_random = 0;

	for (unsigned i = 0; i < sizeof(zeros) / sizeof(*zeros); i++)
		check(has(zeros[i]) && getauxval(zeros[i]) == 0, "an entry that is 0");
	check(headers != NULL && getauxval(AT_PHNUM) > 0 && headers->p_type != PT_NULL, "AT_PHDR");
	check(getauxval(AT_PHENT) == sizeof(*headers), "AT_PHENT");
	check(getauxval(AT_PAGESZ) == 4096, "AT_PAGESZ");
	check(getauxval(AT_CLKTCK) == 100, "AT_CLKTCK");
	check(getauxval(AT_ENTRY) != 0, "AT_ENTRY");
	check((getauxval(AT_HWCAP) & 1) == 1 && has(AT_HWCAP2), "AT_HWCAP: an FPU");
	check(getauxval(AT_MINSIGSTKSZ) >= 1024 && getauxval(AT_MINSIGSTKSZ) < 16384, "AT_MINSIGSTKSZ");
	for (unsigned i = 0; random != NULL && i < 16; i++)
		is_random |= random[i];
	check(is_random, "AT_RANDOM");
	check(platform != NULL && !strcmp(platform, "x86_64"), "AT_PLATFORM");
	check(name != NULL && !strcmp(name, "auxiliary_vector"), "AT_EXECFN");
}

static void *nothing(void *argument)
{
	return argument;
}

int main(void)
{
	pthread_t thread;

	check_vector();
	check(pthread_create(&thread, NULL, nothing, NULL) != 0, "a thread is refused");
	printf("auxiliary vector: %u failed\n", failed);
	return failed != 0;
}
