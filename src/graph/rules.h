/* Shape rules: what dtype and shape a node has, and whether it may be made at all. One rule per family of ops.def. */
#ifndef DENPA_GRAPH_RULES_H
#define DENPA_GRAPH_RULES_H

#include "graph/graph_internal.h"

/* A rule looks at the inputs and at what the node was told (attributes; shape or dtype for some ops), and fills in
 * node->dtype and node->shape. It does not touch the graph, so that dp_graph_verify can apply it again. */
typedef struct dpi_rule {
    const dp_graph *g;
    dpi_node *node;
    const dp_val *inputs;
    int count;
    dp_status status; /* of a node that may not be made, with the message (without the name of the op) */
    char message[1024];
} dpi_rule;

typedef bool dpi_rule_fn(dpi_rule *rule);

#define DP_OP(id, name, arity, rule, kind, formula) dpi_rule_fn dpi_rule_##rule;
#include <denpa/ops.def>
#undef DP_OP

/* Applies the rule of node->op, with what holds for every op: arity, size. */
bool dpi_rule_apply(dpi_rule *rule);

/* Records why; returns false. */
bool dpi_rule_fail(dpi_rule *rule, dp_status status, const char *format, ...) DP_PRINTF(3, 4);

/* Does the op work on int64 as well as on floating numbers? */
bool dpi_op_takes_integers(dp_op op);

static inline const dpi_node *dpi_rule_in(const dpi_rule *rule, int i)
{
    return dpi_node_get(rule->g, rule->inputs[i]);
}

/* Input i as messages call it. */
#define DPI_RULE_OPERAND(rule, i) DPI_OPERAND_WORDS((rule)->g, (rule)->inputs[i], ((const char *[]){"a", "b", "c"})[i])

/* Do all inputs have the dtype of the first, and is it one the op computes with? Sets node->dtype. */
bool dpi_rule_same_number(dpi_rule *rule);

/* The broadcast shape of inputs i and k to node->shape. */
bool dpi_rule_broadcast_pair(dpi_rule *rule, int i, int k);

#endif
