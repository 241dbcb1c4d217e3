#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "support/guarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { CANARY = 0xA5, CANARIES = 64 };

guarded guarded_new(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), used = (bytes + CANARIES + page - 1) / page * page;
    guarded memory = {.bytes = bytes, .map_bytes = used + page};
    memory.map = mmap(NULL, memory.map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory.map != MAP_FAILED);
    assert_int_equal(mprotect(memory.map + used, page, PROT_NONE), 0);
    memory.data = memory.map + used - bytes;
    memset(memory.data - CANARIES, CANARY, CANARIES);
    return memory;
}

void guarded_free(guarded *memory)
{
    for (int i = 1; i <= CANARIES; i++)
        assert_int_equal(memory->data[-i], CANARY);
    munmap(memory->map, memory->map_bytes);
    *memory = (guarded){0};
}
