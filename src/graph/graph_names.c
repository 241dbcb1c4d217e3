/* Names of values, and how messages write values and shapes. */
#include "graph/graph_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

const char *dp_val_name(const dp_graph *g, dp_val v)
{
    return v >= 1 && v <= g->count && g->nodes[v].name ? g->names + g->nodes[v].name : "";
}

/* A leaf is addressed by the name it was made with. */
static bool keeps_name(const dpi_node *node)
{
    return node->name && (node->op == DP_OP_INPUT || node->op == DP_OP_PARAM || node->op == DP_OP_STATE || (node->flags & DPI_NODE_VARIABLE));
}

void dp_val_set_name(dp_graph *g, dp_val v, const char *name)
{
    if (!dpi_graph_usable(g, "name", v) || keeps_name(&g->nodes[v])) return;
    if (!*name) {
        g->nodes[v].name = 0;
        return;
    }
    size_t bytes = strlen(name) + 1, first = g->name_bytes ? g->name_bytes : 1;
    void *names = g->names;
    dp_status status = dpi_grow(g->ctx, &names, &g->name_capacity, first + bytes, 1, "names");
    g->names = names;
    if (status != DP_OK) {
        dpi_graph_adopt_failure(g, status);
        return;
    }
    memcpy(g->names + first, name, bytes);
    g->name_bytes = first + bytes;
    g->nodes[v].name = first;
}

dp_val dp_graph_find(const dp_graph *g, const char *name)
{
    for (dp_val v = *name ? g->count : 0; v >= 1; v--)
        if (g->nodes[v].name && strcmp(g->names + g->nodes[v].name, name) == 0) return v;
    return DP_VAL_NONE;
}

char *dpi_shape_words(dp_shape shape, char *buffer)
{
    int used = snprintf(buffer, DP_SHAPE_TEXT_BYTES, "[");
    for (int i = 0; i < shape.rank; i++)
        used += snprintf(buffer + used, DP_SHAPE_TEXT_BYTES - (size_t)used, "%s%" PRId64, i ? ", " : "", shape.dims[i]);
    snprintf(buffer + used, DP_SHAPE_TEXT_BYTES - (size_t)used, "]");
    return buffer;
}

char *dpi_operand_words(const dp_graph *g, dp_val v, const char *letter, char *buffer)
{
    /* A cast that an op put in front of its operand is not what the reader wrote. */
    while (dp_val_op(g, v) == DP_OP_CAST && !*dp_val_name(g, v)) v = dp_val_input(g, v, 0);
    const char *name = *dp_val_name(g, v) ? dp_val_name(g, v) : letter;
    size_t bytes = strlen(name);
    bool cut = bytes >= DPI_OPERAND_BYTES;
    if (cut) bytes = DPI_OPERAND_BYTES - 4;
    while (cut && bytes && ((unsigned char)name[bytes] & 0xC0) == 0x80) bytes--; /* not inside a UTF-8 character */
    snprintf(buffer, DPI_OPERAND_BYTES, "%.*s%s", (int)bytes, name, cut ? "..." : "");
    return buffer;
}
