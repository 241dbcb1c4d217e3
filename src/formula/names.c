#include "formula/names.h"

#include <string.h>

#include "base/alloc.h"

/* FNV-1a */
static uint64_t hash(const char *text, size_t bytes)
{
    uint64_t value = 0xcbf29ce484222325u;
    for (size_t i = 0; i < bytes; i++)
        value = (value ^ (unsigned char)text[i]) * 0x100000001b3u;
    return value ^ value >> 32;
}

void dpi_names_free(dp_ctx *ctx, dpi_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        dpi_free(ctx, names->texts[i]);
    dpi_free(ctx, names->texts);
    dpi_free(ctx, names->slots);
    *names = (dpi_names){0};
}

/* The slot where the name is, or belongs. */
static size_t slot_of(const dpi_names *names, const char *text, size_t bytes)
{
    size_t mask = names->slot_count - 1, slot = hash(text, bytes) & mask;
    for (; names->slots[slot]; slot = (slot + 1) & mask) {
        const char *there = names->texts[names->slots[slot] - 1];
        if (strncmp(there, text, bytes) == 0 && !there[bytes])
            break;
    }
    return slot;
}

uint32_t dpi_names_find(const dpi_names *names, const char *text, size_t bytes)
{
    if (!names->slot_count)
        return DPI_NO_NAME;
    uint32_t found = names->slots[slot_of(names, text, bytes)];
    return found ? found - 1 : DPI_NO_NAME;
}

static dp_status grow_slots(dp_ctx *ctx, dpi_names *names)
{
    dpi_names larger = *names;
    void *slots = NULL;
    larger.slot_count = names->slot_count ? 2 * names->slot_count : 16;
    dp_status status = dpi_alloc(ctx, larger.slot_count, sizeof *larger.slots, "names", &slots);
    if (status != DP_OK)
        return status;
    larger.slots = slots;
    for (size_t i = 0; i < names->count; i++)
        larger.slots[slot_of(&larger, names->texts[i], strlen(names->texts[i]))] = (uint32_t)i + 1;
    dpi_free(ctx, names->slots);
    *names = larger;
    return DP_OK;
}

dp_status dpi_names_add(dp_ctx *ctx, dpi_names *names, const char *text, size_t bytes, uint32_t *number)
{
    uint32_t found = dpi_names_find(names, text, bytes);
    if (found != DPI_NO_NAME) {
        *number = found;
        return DP_OK;
    }
    if (2 * (names->count + 1) > names->slot_count) {
        dp_status status = grow_slots(ctx, names);
        if (status != DP_OK)
            return status;
    }
    dp_status status =
        dpi_grow(ctx, (void **)&names->texts, &names->text_capacity, names->count + 1, sizeof *names->texts, "names");
    if (status == DP_OK)
        status = dpi_strndup(ctx, text, bytes, &names->texts[names->count]);
    if (status != DP_OK)
        return status;
    names->slots[slot_of(names, text, bytes)] = (uint32_t)names->count + 1;
    *number = (uint32_t)names->count++;
    return DP_OK;
}

enum { NEAREST_BYTES = 32 };

/* Levenshtein 1966, by bytes, with one row of the table. */
static int distance(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    int row[NEAREST_BYTES + 1];
    for (size_t j = 0; j <= b_bytes; j++)
        row[j] = (int)j;
    for (size_t i = 0; i < a_bytes; i++) {
        int diagonal = row[0];
        row[0] = (int)i + 1;
        for (size_t j = 0; j < b_bytes; j++) {
            int change = diagonal + (a[i] != b[j]), shorter = row[j] < row[j + 1] ? row[j] : row[j + 1];
            diagonal = row[j + 1];
            row[j + 1] = change < shorter + 1 ? change : shorter + 1;
        }
    }
    return row[b_bytes];
}

void dpi_nearest_try(dpi_nearest *nearest, const char *candidate)
{
    size_t bytes = strlen(candidate), longer = bytes > nearest->bytes ? bytes : nearest->bytes;
    if (longer > NEAREST_BYTES)
        return;
    int far = distance(nearest->text, nearest->bytes, candidate, bytes), enough = longer < 3 ? 1 : longer < 7 ? 2 : 3;
    if ((size_t)far >= longer || far > enough || (nearest->best && far >= nearest->distance))
        return;
    nearest->best = candidate;
    nearest->distance = far;
}
