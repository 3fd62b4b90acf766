/* SPDX-License-Identifier: MIT */
/*
 * main() of the fuzzers without libFuzzer: runs the target on the files of a corpus and then on mutations of them.
 * Input number I of seed S depends only on S, I and the corpus, so a failure can be repeated: fuzz_NAME [-s SEED] [-n
 * COUNT] [-t SECONDS]
 * [-i INPUT] [FILE...]     -i: only this input
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#if defined(__SANITIZE_ADDRESS__)
void __sanitizer_set_death_callback(void (*callback)(void));
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

/* Keep 4 MB of freed memory instead of 256 MB, and do not remap shadow memory: this took half of the time. */
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4:thread_local_quarantine_size_kb=64:clear_shadow_mmap_threshold=1000000000";
}

/* UBSan may be a separate library, which does not call the death callback; so it has to abort. */
const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}
#else
static void __sanitizer_set_death_callback(void (*callback)(void))
{
	(void)callback;
}
#endif

enum { FILE_MAX = 1 << 20, HANG_SECONDS = 60 };

static struct {
	const char *name;
	uint64_t seed, count, input;
	unsigned seconds;
	bool single;	  /* run only `input` */
	const char *file; /* which is being run as it is; NULL = none */
	struct corpus corpus;
	uint8_t *data;
	size_t size;
} run = {.seed = 1, .count = UINT64_MAX};

/* Makes only calls that are safe in a signal handler. */
static void tell_failure(void)
{
	char text[200];
	int length = run.file != NULL ? snprintf(text, sizeof(text), "\n%s: failed at %.150s\n", run.name, run.file)
				      : snprintf(text, sizeof(text),
						 "\n%s: failed at input %" PRIu64 " of seed %" PRIu64
						 "; again: -s %" PRIu64 " -i %" PRIu64 " and the same files\n",
						 run.name, run.input, run.seed, run.seed, run.input);

	if (write(STDERR_FILENO, text, (size_t)length) < 0)
		_exit(1);
}

static void on_signal(int number)
{
	tell_failure();
	signal(number, SIG_DFL);
	raise(number);
}

static void on_alarm(int number)
{
	(void)number;
	tell_failure();
	static const char text[] = "it does not come to an end\n";
	_exit(write(STDERR_FILENO, text, sizeof(text) - 1) < 0 ? 2 : 1);
}

static void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", run.name, what, strerror(errno));
	exit(2);
}

static void add_file(const char *path)
{
	FILE *file = fopen(path, "re");
	struct corpus_file *entry = &run.corpus.files[run.corpus.count++];

	entry->path = path;
	entry->data = malloc(FILE_MAX);
	if (file == NULL || entry->data == NULL)
		die(path);
	entry->size = fread(entry->data, 1, FILE_MAX, file);
	fclose(file);
}

static void apply(int option, uint64_t value)
{
	switch (option) {
	case 's':
		run.seed = value;
		break;
	case 'n':
		run.count = value;
		break;
	case 't':
		run.seconds = (unsigned)value;
		break;
	default:
		run.single = true;
		run.input = value;
	}
}

static void parse(int argc, char **argv)
{
	int option;

	run.name = strrchr(argv[0], '/') != NULL ? strrchr(argv[0], '/') + 1 : argv[0];
	while ((option = getopt(argc, argv, "s:n:t:i:")) != -1) {
		if (option == '?')
			exit(2);
		apply(option, strtoull(optarg, NULL, 10));
	}
	run.corpus.files = calloc((size_t)(argc - optind) + 1, sizeof(*run.corpus.files));
	run.data = malloc(MUTATE_MAX);
	if (run.corpus.files == NULL || run.data == NULL)
		die("start");
	for (int i = optind; i < argc; i++)
		add_file(argv[i]);
	if (run.corpus.count == 0)
		run.corpus.count = 1; /* an empty file */
}

static void run_bytes(const uint8_t *data, size_t size)
{
	/* A copy of exactly the input's size, so that the address sanitizer sees reads beyond its end. */
	uint8_t *copy = malloc(size > 0 ? size : 1);
	if (copy == NULL)
		die("input");
	if (size > 0)
		memcpy(copy, data, size);
	alarm(HANG_SECONDS);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

/* The files as they are: among them are inputs that failed once. */
static void run_files(void)
{
	for (size_t i = 0; i < run.corpus.count; i++) {
		run.file = run.corpus.files[i].path;
		run_bytes(run.corpus.files[i].data, run.corpus.files[i].size);
	}
	run.file = NULL;
}

static void run_one(void)
{
	run.size = mutate(&run.corpus, run.seed, run.input, run.data);
	run_bytes(run.data, run.size);
}

static double elapsed(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void run_all(const struct timespec *start)
{
	for (run.input = 0; run.input < run.count; run.input++) {
		if (run.seconds > 0 && run.input % 64 == 0 && elapsed(start) >= run.seconds)
			break;
		run_one();
	}
}

static void summary(const struct timespec *start)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("%s: %" PRIu64 " inputs of seed %" PRIu64 " in %.1f s, peak RSS %ld MiB\n", run.name,
	       run.single ? 1 : run.input, run.seed, elapsed(start), usage.ru_maxrss / 1024);
}

int main(int argc, char **argv)
{
	struct timespec start;

	parse(argc, argv);
	clock_gettime(CLOCK_MONOTONIC, &start);
	__sanitizer_set_death_callback(tell_failure);
	signal(SIGABRT, on_signal);
	signal(SIGALRM, on_alarm);
#if !defined(__SANITIZE_ADDRESS__)
	signal(SIGSEGV, on_signal);
	signal(SIGBUS, on_signal);
	signal(SIGFPE, on_signal);
#endif
	if (run.single) {
		run_one();
	} else {
		run_files();
		run_all(&start);
	}
	summary(&start);
	for (size_t i = 0; i < run.corpus.count; i++)
		free(run.corpus.files[i].data);
	free(run.corpus.files);
	free(run.data);
	return 0;
}
