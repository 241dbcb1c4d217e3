/* NPZ: a ZIP archive in which NAME.npy is the array NAME. */
#include <stdlib.h>
#include <string.h>

#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/utf8.h"
#include "file/safetensors.h"
#include "file/zip.h"

#define ENDING ".npy"
enum { ENDING_BYTES = sizeof ENDING - 1, SHOWN_BYTES = 256 };

static bool is_array(const dpi_zip_entry *e)
{
    return e->name_bytes > ENDING_BYTES && memcmp(e->name + e->name_bytes - ENDING_BYTES, ENDING, ENDING_BYTES) == 0;
}

static int compare_items(const void *a, const void *b)
{
    return strcmp((*(const dpi_named *const *)a)->name, (*(const dpi_named *const *)b)->name);
}

/* Sorted, because an archive may have a great many entries. */
static dp_status check_names(const dpi_zip *zip, const dp_tensors *made)
{
    void *memory;
    dp_status status = dpi_alloc(zip->ctx, (size_t)made->count, sizeof(dpi_named *), "names of arrays", &memory);
    if (status != DP_OK)
        return status;
    const dpi_named **sorted = memory;
    for (int i = 0; i < made->count; i++)
        sorted[i] = &made->items[i];
    qsort(sorted, (size_t)made->count, sizeof *sorted, compare_items);
    for (int i = 1; i < made->count && status == DP_OK; i++)
        if (compare_items(&sorted[i - 1], &sorted[i]) == 0)
            status = dpi_fail(zip->ctx, DP_ERR_FORMAT, "%s: there are two arrays named %s", zip->what, sorted[i]->name);
    dpi_free(zip->ctx, sorted);
    return status;
}

static dp_status read_array(const dpi_zip *zip, const dpi_zip_entry *e, dp_tensors *made)
{
    char shown[SHOWN_BYTES];
    dp_array *bytes = NULL;
    dp_text place = {.ctx = zip->ctx};
    size_t name_bytes = e->name_bytes - ENDING_BYTES;
    dpi_named *item = &made->items[made->count];
    dpi_utf8_shown(e->name, name_bytes, shown, sizeof shown);
    if (!dpi_utf8_valid(e->name, name_bytes) || memchr(e->name, 0, name_bytes))
        return dpi_fail(zip->ctx, DP_ERR_FORMAT, "%s: the name of an entry is no text in UTF-8: %s", zip->what, shown);
    dp_status status = dpi_strndup(zip->ctx, e->name, name_bytes, &item->name);
    if (status != DP_OK)
        return status;
    made->count++;
    status = dp_text_addf(&place, "%s: %s", zip->what, shown);
    if (status == DP_OK)
        status = dpi_zip_read(zip, e, &bytes);
    if (status == DP_OK)
        status = dp_npy_parse(zip->ctx, bytes->data, dp_array_bytes(bytes), place.data, &item->array);
    dp_array_free(&bytes);
    dp_text_free(&place);
    return status;
}

static dp_status read_arrays(const dpi_zip *zip, dp_tensors **out)
{
    void *memory;
    dp_status status = dpi_alloc(zip->ctx, 1, sizeof(dp_tensors), "arrays of an archive", &memory);
    if (status != DP_OK)
        return status;
    dp_tensors *made = memory;
    made->ctx = zip->ctx;
    status = dpi_alloc(zip->ctx, zip->entry_count, sizeof *made->items, "arrays of an archive", &memory);
    if (status == DP_OK)
        made->items = memory;
    for (size_t i = 0; i < zip->entry_count && status == DP_OK; i++)
        if (is_array(&zip->entries[i]))
            status = read_array(zip, &zip->entries[i], made);
    if (status == DP_OK && made->count == 0)
        status =
            dpi_fail(zip->ctx, DP_ERR_FORMAT, "%s: the archive has no arrays: none of its %zu entries ends in " ENDING,
                     zip->what, zip->entry_count);
    if (status == DP_OK)
        status = check_names(zip, made);
    if (status == DP_OK)
        *out = made;
    else
        dp_tensors_free(&made);
    return status;
}

dp_status dp_npz_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_tensors **out)
{
    dpi_zip zip;
    dp_status status = dpi_zip_open(&zip, ctx, bytes, count, what);
    if (status == DP_OK)
        status = read_arrays(&zip, out);
    dpi_zip_close(&zip);
    return status;
}

dp_status dp_npz_read(dp_ctx *ctx, const char *path, dp_tensors **out)
{
    dp_array *bytes = NULL;
    dp_status status = dp_file_read(ctx, path, 0, &bytes);
    if (status != DP_OK)
        return status;
    status = dp_npz_parse(ctx, bytes->data, dp_array_bytes(bytes), path, out);
    dp_array_free(&bytes);
    return status;
}
