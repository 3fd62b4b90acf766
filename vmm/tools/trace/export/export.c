/* SPDX-License-Identifier: MIT */
/* The table of exporters, and the loop that feeds one of them with a trace. Called by commands/trace_export.c. */
#include "tools/trace/export/export.h"

#include <stdlib.h>

#include "tools/trace/export/export_timeline.h"

#define DECLARE(format, name) extern const struct exporter export_##format;
EXPORTERS(DECLARE)
#undef DECLARE

const struct exporter *const exporters[] = {
#define ROW(format, name) &export_##format,
	EXPORTERS(ROW)
#undef ROW
		NULL,
};

enum { PROGRESS_RECORDS = 1 << 16 };

const struct exporter *exporter_find(const char *name)
{
	const struct exporter *const *exporter = exporters;

	while (*exporter != NULL && strcmp((*exporter)->name, name) != 0)
		exporter++;
	return *exporter;
}

struct driver {
	const struct exporter *exporter;
	struct export export;
	struct accounting accounting;
	struct timeline *timeline;
};

static void pass_on(void *context, const struct moment *moment)
{
	struct driver *driver = context;

	driver->exporter->moment(&driver->export, moment);
}

static void take_slice(void *context, const struct time_slice *slice)
{
	struct driver *driver = context;

	if (driver->exporter->slice != NULL)
		driver->exporter->slice(&driver->export, slice);
}

static void take_record(void *context, const union record *record, unsigned cpl)
{
	struct driver *driver = context;

	(void)cpl;
	timeline_record(driver->timeline, record);
}

static int feed(struct driver *driver, struct trace_reader *reader, export_progress *progress,
		struct export_result *result)
{
	union record record;
	int more = 0;

	accounting_start(&driver->accounting, trace_reader_header(reader),
			 (struct accounting_sink){take_slice, take_record, driver});
	while (driver->export.output->failure == 0 &&
	       (more = trace_reader_next(reader, &record, &result->damage)) > 0) {
		accounting_record(&driver->accounting, &record);
		if (++result->records % PROGRESS_RECORDS == 0 && progress != NULL)
			progress(reader, result->records);
	}
	result->damaged = more < 0;
	accounting_end(&driver->accounting);
	accounting_free(&driver->accounting);
	uint64_t end = timeline_end(driver->timeline);
	if (driver->exporter->end != NULL)
		driver->exporter->end(&driver->export, end);
	result->disordered = driver->timeline->disordered;
	return output_flush(driver->export.output);
}

static int run(struct driver *driver, struct trace_reader *reader, export_progress *progress,
	       struct export_result *result, struct error *error)
{
	const struct export *export = &driver->export;

	if (driver->exporter->begin != NULL && driver->exporter->begin(&driver->export, error) < 0)
		return -1;
	driver->timeline = timeline_new(export->clock, export->symbols, pass_on, driver);
	if (driver->timeline == NULL)
		return error_set(error, "no memory to export with");
	int status = feed(driver, reader, progress, result);
	timeline_free(driver->timeline);
	return status == 0 ? 0 : error_set(error, "cannot write: %s", strerror(export->output->failure));
}

int export_trace(struct trace_reader *reader, const struct exporter *exporter, struct export_output *output,
		 int directory, export_progress *progress, struct export_result *result, struct error *error)
{
	struct driver driver = {.exporter = exporter,
				.export = {.clock = trace_reader_clock(reader),
					   .symbols = trace_reader_symbols(reader),
					   .environment = trace_reader_environment(reader),
					   .output = output,
					   .directory = directory,
					   .state = calloc(1, exporter->state_size > 0 ? exporter->state_size : 1)}};

	memset(result, 0, sizeof(*result));
	if (driver.export.state == NULL)
		return error_set(error, "no memory to export with");
	int status = run(&driver, reader, progress, result, error);
	free(driver.export.state);
	return status;
}
