/* Places by Graphviz's dot: layers from left to right, few crossings. What is written on an arrow is a node of its own there,
 * through which the arrow goes, so that dot keeps everything clear of it. */
#include <graphviz/gvc.h>
#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/drawing_internal.h"
#include "plot/drawing_look.h"

enum { MOST_THINGS = 4000 };

typedef struct layout {
    dp_drawing *d;
    GVC_t *gvc;
    Agraph_t *graph;
    Agnode_t **nodes, **blocks; /* of nodes, of edges with something on them */
    Agedge_t **arrows[2];       /* to the block, and on from it */
    bool done;
} layout;

static void set_number(void *thing, char *name, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%d.%04d", (int)value, (int)((value - floor(value)) * 1e4));
    agsafeset(thing, name, text, "");
}

/* A node of so many points; Graphviz takes inches. */
static Agnode_t *add_box(layout *l, char *name, double w, double h, bool round)
{
    Agnode_t *node = agnode(l->graph, name, 1);
    if (!node)
        return NULL;
    set_number(node, "width", w / 72);
    set_number(node, "height", h / 72);
    agsafeset(node, "shape", round ? "circle" : "box", "");
    return node;
}

static Agedge_t *add_arrow(layout *l, Agnode_t *from, Agnode_t *to, bool from_side, bool to_side)
{
    Agedge_t *edge = from && to ? agedge(l->graph, from, to, NULL, 1) : NULL;
    if (edge && from_side)
        agsafeset(edge, "tailport", "e", "");
    if (edge && to_side)
        agsafeset(edge, "headport", "w", "");
    return edge;
}

static bool describe_nodes(layout *l)
{
    char name[32];
    for (int n = 0; n < l->d->node_count; n++) {
        const dpi_gnode *node = &l->d->nodes[n];
        snprintf(name, sizeof name, "n%d", n);
        if (!(l->nodes[n] = add_box(l, name, node->w, node->h, node->round)))
            return false;
    }
    return true;
}

static int arrows_from(const dp_drawing *d, int node)
{
    int count = 0;
    for (int e = 0; e < d->edge_count; e++)
        count += d->edges[e].from == node;
    return count;
}

/* What is computed stays on one line more than what is given; many arrows from one place need room to spread. */
static bool describe_edge(layout *l, int e, char *name)
{
    const dpi_gedge *edge = &l->d->edges[e];
    Agnode_t *from = l->nodes[edge->from], *to = l->nodes[edge->to];
    bool spreads = arrows_from(l->d, edge->from) > 1, is_leaf = l->d->nodes[edge->from].kind == DPI_G_LEAF;
    bool leaves_aside = is_leaf && !spreads, to_end = l->d->nodes[edge->to].kind == DPI_G_END;
    if (edge->has_block) {
        l->blocks[e] = add_box(l, name, edge->w, edge->h, false);
        l->arrows[0][e] = add_arrow(l, from, l->blocks[e], leaves_aside, true);
        l->arrows[1][e] = add_arrow(l, l->blocks[e], to, true, to_end);
    } else {
        l->arrows[0][e] = add_arrow(l, from, to, leaves_aside, to_end);
    }
    if (!l->arrows[0][e] || (edge->has_block && !l->arrows[1][e]))
        return false;
    bool many = !to_end && l->d->nodes[edge->to].trace->input_count > 2;
    for (int i = 0; i < 2 && !is_leaf && !many; i++)
        if (l->arrows[i][e])
            agsafeset(l->arrows[i][e], "weight", "3", "");
    if (spreads)
        agsafeset(l->arrows[0][e], "minlen", "2", "");
    return true;
}

static bool describe_edges(layout *l)
{
    char name[32];
    for (int e = 0; e < l->d->edge_count; e++) {
        snprintf(name, sizeof name, "e%d", e);
        if (!describe_edge(l, e, name))
            return false;
    }
    return true;
}

/* What all have in common. agattr takes char *, but only copies. */
static bool describe(layout *l)
{
    static char *const common[][3] = {{"g", "rankdir", "LR"},   {"g", "ordering", "in"}, {"g", "nodesep", "0.12"},
                                      {"g", "ranksep", "0.25"}, {"n", "label", ""},      {"n", "fixedsize", "true"},
                                      {"n", "shape", "box"},    {"n", "width", "0.5"},   {"n", "height", "0.5"},
                                      {"e", "dir", "none"},     {"e", "weight", "1"},    {"e", "minlen", "1"},
                                      {"e", "tailport", ""},    {"e", "headport", ""}};
    l->graph = agopen("g", Agdirected, NULL);
    if (!l->graph)
        return false;
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        int kind = common[i][0][0] == 'g' ? AGRAPH : common[i][0][0] == 'n' ? AGNODE : AGEDGE;
        agattr(l->graph, kind, common[i][1], common[i][2]);
    }
    return describe_nodes(l) && describe_edges(l);
}

/* ---- Back ---- */

/* The curve of an arrow, y downward, from left to right. */
static dp_status take_curve(const layout *l, Agedge_t *arrow, double top, double **points, int *count)
{
    const splines *curves = arrow ? ED_spl(arrow) : NULL;
    if (!curves || curves->size < 1)
        return DP_OK;
    const bezier *curve = &curves->list[0];
    void *memory;
    dp_status status = dpi_alloc(l->d->ctx, 2 * (size_t)curve->size, sizeof(double), "drawing", &memory);
    if (status != DP_OK)
        return status;
    double *to = memory;
    for (size_t i = 0; i < (size_t)curve->size; i++) {
        to[2 * i] = curve->list[i].x + MARGIN;
        to[2 * i + 1] = top - curve->list[i].y + MARGIN;
    }
    *points = to;
    *count = (int)curve->size;
    return DP_OK;
}

static dp_status take_places(layout *l)
{
    dp_drawing *d = l->d;
    boxf box = GD_bb(l->graph);
    double top = box.UR.y;
    d->width = box.UR.x - box.LL.x + 2 * MARGIN;
    d->height = box.UR.y - box.LL.y + 2 * MARGIN;
    for (int n = 0; n < d->node_count; n++) {
        d->nodes[n].x = ND_coord(l->nodes[n]).x + MARGIN;
        d->nodes[n].y = top - ND_coord(l->nodes[n]).y + MARGIN;
    }
    dp_status status = DP_OK;
    for (int e = 0; e < d->edge_count && status == DP_OK; e++) {
        dpi_gedge *edge = &d->edges[e];
        if (edge->has_block) {
            edge->x = ND_coord(l->blocks[e]).x + MARGIN;
            edge->y = top - ND_coord(l->blocks[e]).y + MARGIN;
        }
        for (int i = 0; i < 2 && status == DP_OK; i++)
            status = take_curve(l, l->arrows[i][e], top, &edge->points[i], &edge->point_count[i]);
    }
    return status;
}

static dp_status make_room(layout *l)
{
    dp_ctx *ctx = l->d->ctx;
    size_t nodes = (size_t)l->d->node_count, edges = (size_t)l->d->edge_count;
    void *memory;
    dp_status status = dpi_alloc(ctx, nodes + 3 * edges, sizeof(void *), "drawing", &memory);
    if (status != DP_OK)
        return status;
    l->nodes = memory;
    l->blocks = l->nodes + nodes;
    l->arrows[0] = (Agedge_t **)(void *)(l->blocks + edges);
    l->arrows[1] = l->arrows[0] + edges;
    return DP_OK;
}

dp_status dpi_drawing_layout(dp_drawing *d)
{
    if (d->node_count + d->edge_count > MOST_THINGS)
        return dpi_fail(
            d->ctx, DP_ERR_RANGE,
            "drawing: %d nodes and %d arrows cannot be read on one picture; draw a part of the graph, group it, or "
            "write .dot",
            d->node_count, d->edge_count);
    layout l = {.d = d};
    dp_status status = make_room(&l);
    if (status != DP_OK)
        return status;
    agseterr(AGMAX); /* it would write to stderr */
    l.gvc = gvContext();
    if (!l.gvc || !describe(&l))
        status = dpi_fail(d->ctx, DP_ERR_NOMEM, "drawing: Graphviz has no memory");
    if (status == DP_OK) {
        l.done = gvLayout(l.gvc, l.graph, "dot") == 0;
        status = l.done
                     ? take_places(&l)
                     : dpi_fail(d->ctx, DP_ERR_UNSUPPORTED,
                                "drawing: Graphviz cannot lay out with dot: on Debian install libgvc6 (its plugins)");
    }
    if (l.done)
        gvFreeLayout(l.gvc, l.graph);
    if (l.graph)
        agclose(l.graph);
    if (l.gvc)
        gvFreeContext(l.gvc);
    dpi_free(d->ctx, l.nodes);
    return status;
}
