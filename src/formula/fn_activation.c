/* Activations that have parameters of their own. */
#include "formula/functions.h"
#include "formula/layers.h"

dp_status dpi_fn_prelu(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    char prefix[DPI_LAYER_NAME_BYTES];
    dp_val x, a;
    DPI_TRY(dpi_object_value(s, &args[0], "prelu: x", &x));
    if (dpi_given(&args[1])) {
        DPI_TRY(dpi_object_value(s, &args[1], "prelu: a", &a));
    } else {
        dp_init quarter = {.kind = DP_INIT_CONSTANT, .a = 0.25}; /* as He et al. begin */
        DPI_TRY(dpi_layer_prefix(s, "prelu", prefix));
        DPI_TRY(dpi_layer_member(s, prefix, "a", dp_shape_of(1, (int64_t[]){1}), quarter, &a));
    }
    return dpi_scope_value(s, dp_prelu(s->graph, x, a), out);
}
