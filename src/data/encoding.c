#include "data/encoding.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/size.h"

dp_status dpi_encoding_add(dpi_encoding *list, const char *column, const char *kind, const char *text)
{
    char *copy = NULL;
    void *rule;
    size_t kind_bytes = strlen(kind), text_bytes = strlen(text);
    dp_status status = dpi_grow(list->ctx, (void **)&list->items, &list->capacity, (size_t)list->count + 1,
                                sizeof *list->items, "encoding of the data");
    if (status == DP_OK)
        status = dpi_strdup(list->ctx, column, &copy);
    if (status != DP_OK)
        return status;
    status = dpi_alloc(list->ctx, kind_bytes + text_bytes + 1, 1, "encoding of the data", &rule);
    if (status != DP_OK) {
        dpi_free(list->ctx, copy);
        return status;
    }
    memcpy(rule, kind, kind_bytes);
    memcpy((char *)rule + kind_bytes, text, text_bytes);
    list->items[list->count++] = (dp_encoding){.column = copy, .rule = rule};
    return DP_OK;
}

dp_status dpi_encoding_copy(dpi_encoding *list, const dp_encoding *items, int count)
{
    dp_status status = DP_OK;
    for (int i = 0; i < count && status == DP_OK; i++)
        status = dpi_encoding_add(list, items[i].column, "", items[i].rule);
    return status;
}

void dpi_encoding_free(dpi_encoding *list)
{
    for (int i = 0; i < list->count; i++) {
        dpi_free(list->ctx, (char *)list->items[i].column);
        dpi_free(list->ctx, (char *)list->items[i].rule);
    }
    dpi_free(list->ctx, list->items);
    list->items = NULL;
    list->capacity = 0;
    list->count = 0;
}

const char *dpi_encoding_next(const dp_encoding *items, int count, const char *column, const char *kind, int *at)
{
    size_t bytes = strlen(kind);
    while (*at < count) {
        const dp_encoding *item = &items[(*at)++];
        if (strcmp(item->column, column) == 0 && strncmp(item->rule, kind, bytes) == 0)
            return item->rule + bytes;
    }
    return NULL;
}

const char *dpi_encoding_option(const dp_encoding *items, int count, const char *key)
{
    size_t bytes = strlen(key);
    const char *text;
    for (int at = 0; (text = dpi_encoding_next(items, count, "", DPI_RULE_OPTION, &at));)
        if (strncmp(text, key, bytes) == 0 && text[bytes] == '=')
            return text + bytes + 1;
    return NULL;
}
