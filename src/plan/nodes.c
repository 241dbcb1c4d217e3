/* The plan's own copy of the nodes, which the passes may change. */
#include "plan/build.h"

#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"

dp_status dpi_nodes_open(dpi_build *build)
{
    const dp_graph *g = build->g;
    size_t count = (size_t)g->count + 1, inputs = g->input_count + 3 * count; /* what passes.h promises */
    struct {
        void **place;
        size_t count, size;
    } const parts[] = {{(void **)&build->nodes, count, sizeof *build->nodes},
                       {(void **)&build->inputs, inputs, sizeof *build->inputs},
                       {(void **)&build->fusions, count, sizeof *build->fusions},
                       {(void **)&build->fixed, count, sizeof *build->fixed},
                       {(void **)&build->partner, count, sizeof *build->partner},
                       {(void **)&build->turned, count, sizeof *build->turned}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        void *memory = NULL;
        dp_status status = dpi_alloc(build->ctx, parts[i].count, parts[i].size, "nodes of the plan", &memory);
        if (status != DP_OK)
            return status;
        *parts[i].place = memory;
    }
    if (g->count)
        memcpy(build->nodes + 1, g->nodes + 1, (size_t)g->count * sizeof *g->nodes);
    if (g->input_count)
        memcpy(build->inputs, g->inputs, g->input_count * sizeof *g->inputs);
    build->count = g->count;
    build->input_count = g->input_count;
    return DP_OK;
}

void dpi_nodes_close(dpi_build *build)
{
    dpi_free(build->ctx, build->nodes);
    dpi_free(build->ctx, build->inputs);
    dpi_free(build->ctx, build->fusions);
    dpi_free(build->ctx, build->fixed);
    dpi_free(build->ctx, build->partner);
    dpi_free(build->ctx, build->turned);
}
