/* SPDX-License-Identifier: MIT */
/*
 * The address space of a process: regions say what may be where, page tables what is there already.
 * Every page comes in by space_fault, when it is touched; fork shares pages and space_fault copies them
 * before the first write.
 */
#include "kernel/cpu.h"
#include "kernel/kernel.h"
#include "kernel/memory.h"

extern uint64_t boot_pml4[512];

/* Software's own bit: the page is written to by its owner alone once it has been copied. */
#define PTE_COPY_ON_WRITE (1UL << 9)

/* Page tables have one user, so their place in the table of users chains them, for space_free. */
static uint64_t new_table(struct space *space)
{
	uint64_t table = page_zeroed();

	if (table == 0)
		return 0;
	pages.users[table >> PAGE_SHIFT] = space->tables;
	space->tables = (uint32_t)(table >> PAGE_SHIFT);
	space->page_count++;
	return table;
}

bool space_init(struct space *space)
{
	*space = (struct space){0};
	space->cr3 = new_table(space);
	if (space->cr3 == 0)
		return false;
	uint64_t *top = direct(space->cr3);
	top[DIRECT_SLOT] = boot_pml4[DIRECT_SLOT];
	top[KSTACK_SLOT] = boot_pml4[KSTACK_SLOT];
	top[KERNEL_SLOT] = boot_pml4[KERNEL_SLOT];
	return true;
}

int space_add(struct space *space, const struct region *region)
{
	unsigned at = 0;

	if (region->start < USER_START || region->end > USER_END || region->start >= region->end)
		return -EINVAL;
	if (space->region_count == REGIONS_MAX)
		return -ENOMEM;
	while (at < space->region_count && space->regions[at].end <= region->start)
		at++;
	if (at < space->region_count && space->regions[at].start < region->end)
		return -EINVAL;
	memmove(&space->regions[at + 1], &space->regions[at], (space->region_count - at) * sizeof(*region));
	space->regions[at] = *region;
	space->regions[at].touched_start = region->end;
	space->regions[at].touched_end = region->start;
	space->region_count++;
	return 0;
}

static struct region *region_at(struct space *space, uint64_t address)
{
	for (unsigned i = 0; i < space->region_count; i++)
		if (address < space->regions[i].end)
			return address >= space->regions[i].start ? &space->regions[i] : NULL;
	return NULL;
}

/* The lowest-level entry of a user address; NULL if a table is missing and `space` is NULL, or out of memory. */
static uint64_t *entry_of(uint64_t cr3, uint64_t address, struct space *space)
{
	uint64_t *table = direct(cr3);

	for (unsigned shift = 39; shift > 12; shift -= 9) {
		uint64_t *entry = &table[address >> shift & 511];
		if (*entry == 0) {
			uint64_t page = space == NULL ? 0 : new_table(space);
			if (page == 0)
				return NULL;
			*entry = page | PTE_PRESENT | PTE_WRITE | PTE_USER;
		}
		table = direct(*entry & PTE_ADDRESS);
	}
	return &table[address >> PAGE_SHIFT & 511];
}

/* Fills a page with what its region says: data where there is some, zeros around it. */
static void fill(char *page, uint64_t address, const struct region *region)
{
	uint64_t data_end = region->address + region->file;
	uint64_t from = address > region->address ? address : region->address;
	uint64_t to = address + PAGE_SIZE < data_end ? address + PAGE_SIZE : data_end;

	if (from >= to) {
		memset(page, 0, PAGE_SIZE);
		return;
	}
	memset(page, 0, from - address);
	memcpy(page + (from - address), region->data + (from - region->address), to - from);
	memset(page + (to - address), 0, address + PAGE_SIZE - to);
}

static uint64_t rights(const struct region *region)
{
	return PTE_PRESENT | PTE_USER | (region->protection & REGION_WRITE ? PTE_WRITE : 0) |
	       (region->protection & REGION_EXECUTE ? 0 : pte_nx);
}

static int bring_in(struct space *space, uint64_t *entry, uint64_t address, struct region *region)
{
	uint64_t frame = pages_get(&pages);

	if (frame == 0)
		return -ENOMEM;
	address &= ~(PAGE_SIZE - 1);
	fill(pages_address(&pages, frame), address, region);
	if (address < region->touched_start)
		region->touched_start = address;
	if (address + PAGE_SIZE > region->touched_end)
		region->touched_end = address + PAGE_SIZE;
	*entry = frame << PAGE_SHIFT | rights(region);
	space->page_count++;
	return 0;
}

static int copy_before_write(uint64_t *entry, uint64_t address)
{
	uint64_t shared = (*entry & PTE_ADDRESS) >> PAGE_SHIFT;
	uint64_t frame = shared;

	if (pages.users[shared] > 1) {
		frame = pages_get(&pages);
		if (frame == 0)
			return -ENOMEM;
		memcpy(pages_address(&pages, frame), pages_address(&pages, shared), PAGE_SIZE);
		pages_put(&pages, shared);
	}
	*entry = (*entry & ~(PTE_ADDRESS | PTE_COPY_ON_WRITE)) | frame << PAGE_SHIFT | PTE_WRITE;
	invlpg(address);
	return 0;
}

int space_fault(struct space *space, uint64_t address, unsigned access)
{
	struct region *region = region_at(space, address);

	if (region == NULL || (region->protection & access) == 0)
		return -EFAULT;
	uint64_t *entry = entry_of(space->cr3, address, space);
	if (entry == NULL)
		return -ENOMEM;
	if (*entry == 0)
		return bring_in(space, entry, address, region);
	if (access == REGION_WRITE && (*entry & PTE_COPY_ON_WRITE))
		return copy_before_write(entry, address);
	/* It is there and allowed: a stale translation, or an access the CPU forbids for another reason. */
	return *entry & PTE_WRITE || access != REGION_WRITE ? 0 : -EFAULT;
}

static bool share_page(struct space *child, uint64_t *entry, uint64_t address)
{
	uint64_t *copy = entry_of(child->cr3, address, child);

	if (copy == NULL)
		return false;
	if (*entry & PTE_WRITE)
		*entry = (*entry & ~PTE_WRITE) | PTE_COPY_ON_WRITE;
	*copy = *entry;
	pages_share(&pages, (*entry & PTE_ADDRESS) >> PAGE_SHIFT);
	child->page_count++;
	return true;
}

/* The next address in [address, end) that has a page, with its entry; NULL when there is none. */
static uint64_t *next_page(const struct space *space, uint64_t *address, uint64_t end)
{
	const uint64_t table_size = PAGE_SIZE * 512;

	while (*address < end) {
		uint64_t *entry = entry_of(space->cr3, *address, NULL);
		if (entry == NULL)
			*address = (*address & ~(table_size - 1)) + table_size;
		else if (*entry == 0)
			*address += PAGE_SIZE;
		else
			return entry;
	}
	return NULL;
}

static bool share_region(struct space *child, const struct space *parent, const struct region *region)
{
	uint64_t address = region->touched_start, *entry;

	while ((entry = next_page(parent, &address, region->touched_end)) != NULL) {
		if (!share_page(child, entry, address))
			return false;
		address += PAGE_SIZE;
	}
	return true;
}

bool space_copy(struct space *child, const struct space *parent)
{
	bool complete = true;

	memcpy(child->regions, parent->regions, parent->region_count * sizeof(*parent->regions));
	child->region_count = parent->region_count;
	for (unsigned i = 0; i < parent->region_count && complete; i++)
		complete = share_region(child, parent, &parent->regions[i]);
	write_cr3(parent->cr3); /* the parent's own translations still allow writing */
	return complete;
}

static void put_region(struct space *space, const struct region *region)
{
	uint64_t address = region->touched_start, *entry;

	while ((entry = next_page(space, &address, region->touched_end)) != NULL) {
		page_put(*entry & PTE_ADDRESS);
		address += PAGE_SIZE;
	}
}

void space_free(struct space *space)
{
	for (unsigned i = 0; i < space->region_count; i++)
		put_region(space, &space->regions[i]);
	for (uint32_t table = space->tables, next; table != 0; table = next) {
		next = pages.users[table];
		pages.users[table] = 1;
		pages_put(&pages, table);
	}
	*space = (struct space){0};
}

/* ---- user memory ---- */

/*
 * The bytes at a user address as the kernel may touch them: to the end of the page at most, so *size
 * may shrink. NULL with the reason in *error.
 */
static char *reach(struct space *space, uint64_t address, unsigned access, uint64_t *size, int *error)
{
	uint64_t wanted = PTE_PRESENT | PTE_USER | (access == REGION_WRITE ? PTE_WRITE : 0);

	if (address >= USER_END) {
		*error = -EFAULT;
		return NULL;
	}
	uint64_t *entry = entry_of(space->cr3, address, NULL);
	if (entry == NULL || (*entry & wanted) != wanted) {
		*error = space_fault(space, address, access);
		if (*error != 0)
			return NULL;
		entry = entry_of(space->cr3, address, NULL);
	}
	uint64_t offset = address & (PAGE_SIZE - 1);
	if (*size > PAGE_SIZE - offset)
		*size = PAGE_SIZE - offset;
	return (char *)direct(*entry & PTE_ADDRESS) + offset;
}

int space_write(struct space *space, uint64_t to, const void *from, uint64_t size)
{
	int error;

	for (uint64_t part; size > 0; size -= part, to += part, from = (const char *)from + part) {
		part = size;
		char *bytes = reach(space, to, REGION_WRITE, &part, &error);
		if (bytes == NULL)
			return error;
		memcpy(bytes, from, part);
	}
	return 0;
}

int space_read(struct space *space, void *to, uint64_t from, uint64_t size)
{
	int error;

	for (uint64_t part; size > 0; size -= part, from += part, to = (char *)to + part) {
		part = size;
		const char *bytes = reach(space, from, REGION_READ, &part, &error);
		if (bytes == NULL)
			return error;
		memcpy(to, bytes, part);
	}
	return 0;
}

int64_t space_read_string(struct space *space, char *to, uint64_t from, uint64_t size)
{
	uint64_t length = 0;
	int error;

	while (length < size) {
		uint64_t part = size - length;
		const char *bytes = reach(space, from + length, REGION_READ, &part, &error);
		if (bytes == NULL)
			return error;
		for (uint64_t i = 0; i < part; i++) {
			to[length] = bytes[i];
			if (bytes[i] == '\0')
				return (int64_t)length;
			length++;
		}
	}
	return -E2BIG;
}
