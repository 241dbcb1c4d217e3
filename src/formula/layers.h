/* What the layers that make their own parameters share (fn_layer.c). */
#ifndef DENPA_FORMULA_LAYERS_H
#define DENPA_FORMULA_LAYERS_H

#include "formula/scope.h"

/* Makes the parameter of this name, unless a setting gives it, and binds it. */
dp_status dpi_layer_param(dp_scope *s, const char *name, dp_shape shape, dp_init init, dp_val *out);

/* The initialiser of a layer's W: std=…, init=…, or He's. */
dp_status dpi_layer_init(dp_scope *s, const char *layer, const dpi_object *std, const dpi_object *init, dp_init *out);

/* The prefix of a layer's parameters: NAME of the statement, or else of the layer; NAME.1, NAME.2, … for more layers under
 * the same name. Each call is a layer. */
enum { DPI_LAYER_NAME_BYTES = 256, DPI_MEMBER_BYTES = 32 };
dp_status dpi_layer_prefix(dp_scope *s, const char *layer, char prefix[DPI_LAYER_NAME_BYTES]);

/* The parameter PREFIX.member; its name is shorter than DPI_MEMBER_BYTES. */
dp_status dpi_layer_member(dp_scope *s, const char *prefix, const char *member, dp_shape shape, dp_init init,
                           dp_val *out);

/* NAME.W and, with `biases` numbers, NAME.b (else *b is DP_VAL_NONE), NAME that of the statement or of the layer; NAME.1,
 * NAME.2, … for more layers under the same name. PyTorch's initialiser is b's, too, with this fan_in. */
dp_status dpi_layer_params(dp_scope *s, const char *layer, dp_shape w_shape, int64_t fan_in, dp_init init,
                           int64_t biases, dp_val *w, dp_val *b);

#endif
