/* The drawing in Graphviz's language, for those who lay it out themselves: `dot -Tsvg g.dot`. */
#include <string.h>

#include "plot/drawing_internal.h"

/* A quoted string; in it backslashes and quotes are escaped, and lines are centred. */
static dp_status add_quoted(dp_text *out, const char *text)
{
    dp_status status = dp_text_add(out, "\"", 1);
    for (const char *c = text; *c && status == DP_OK; c++) {
        if (*c == '"' || *c == '\\')
            status = dp_text_addf(out, "\\%c", *c);
        else if (*c == '\n')
            status = dp_text_addf(out, "\\n");
        else
            status = dp_text_add(out, c, 1);
    }
    return status == DP_OK ? dp_text_add(out, "\"", 1) : status;
}

/* Several texts as lines of one string; NULL and "" are left out. */
static dp_status add_lines(dp_text *out, const char *const *texts, int count)
{
    dp_text all = {.ctx = out->ctx};
    dp_status status = DP_OK;
    for (int i = 0; i < count && status == DP_OK; i++)
        if (texts[i] && *texts[i])
            status = dp_text_addf(&all, "%s%s", all.length ? "\n" : "", texts[i]);
    if (status == DP_OK)
        status = add_quoted(out, all.data ? all.data : "");
    dp_text_free(&all);
    return status;
}

static dp_status add_node(dp_text *out, int n, const dpi_gnode *node)
{
    const char *shape = node->kind != DPI_G_OP                     ? "plaintext"
                        : strlen(node->label) > 4 || node->details ? "box"
                                                                   : "circle";
    dp_status status = dp_text_addf(out, "  n%d [shape=%s, label=", n, shape);
    const char *lines[] = {node->label, node->details, node->notes, node->badge};
    if (status == DP_OK)
        status = add_lines(out, lines, 4);
    if (status == DP_OK && node->kind == DPI_G_OP && strlen(node->label) > 4)
        status = dp_text_addf(out, ", style=rounded");
    return status == DP_OK ? dp_text_addf(out, "%s];\n", node->shown ? "" : ", style=invis") : status;
}

static dp_status add_side(dp_text *out, const dpi_gside *side)
{
    const char *lines[] = {side->shape, side->blank ? "[     ]" : side->text};
    return add_lines(out, lines, 2);
}

static dp_status add_edge(const dp_drawing *d, dp_text *out, const dpi_gedge *edge)
{
    char color[10];
    const char *back = d->options.backward_color ? dpi_color_text(d->color[DPI_BACKWARD], color) : "#0072b2";
    dp_status status = dp_text_addf(out, "  n%d -> n%d [", edge->from, edge->to);
    if (status == DP_OK && d->options.forward_color) {
        char forward[10];
        dpi_color_text(d->color[DPI_FORWARD], forward);
        status = dp_text_addf(out, "color=\"%s\", fontcolor=\"%s\", ", forward, forward);
    }
    if (status == DP_OK)
        status = dp_text_addf(out, "label=");
    if (status == DP_OK)
        status = add_side(out, &edge->side[DPI_FORWARD]);
    if (status == DP_OK)
        status = dp_text_addf(out, "%s];\n", edge->shown ? "" : ", style=invis");
    if (status != DP_OK || !edge->back_shown)
        return status;
    status = dp_text_addf(out, "  n%d -> n%d [color=\"%s\", fontcolor=\"%s\", penwidth=2, constraint=false, label=",
                          edge->to, edge->from, back, back);
    if (status == DP_OK)
        status = add_side(out, &edge->side[DPI_BACKWARD]);
    return status == DP_OK ? dp_text_addf(out, "];\n") : status;
}

dp_status dp_drawing_dot(const dp_drawing *d, dp_text *out)
{
    dp_status status = dp_text_addf(out, "digraph {\n  rankdir=LR;\n  node [fontname=\"DejaVu Sans\"];\n"
                                         "  edge [fontname=\"DejaVu Sans\", fontsize=11];\n");
    for (int n = 0; n < d->node_count && status == DP_OK; n++)
        status = add_node(out, n, &d->nodes[n]);
    for (int e = 0; e < d->edge_count && status == DP_OK; e++)
        status = add_edge(d, out, &d->edges[e]);
    return status == DP_OK ? dp_text_addf(out, "}\n") : status;
}
