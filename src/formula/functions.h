/* The functions of the language, from inside: what a function is given, and help for writing one. */
#ifndef DENPA_FORMULA_FUNCTIONS_H
#define DENPA_FORMULA_FUNCTIONS_H

#include "formula/scope.h"

enum { DPI_MAX_PARAMETERS = 12 };

/* args has one object for each parameter of the signature, ABSENT where none was given. For print: all that was
 * given. */
typedef dp_status dpi_function(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out);

#define DPI_FUNCTION(name, signature, summary) dpi_function dpi_fn_##name;
#include "formula/functions.def"
#undef DPI_FUNCTION

static inline int dpi_given(const dpi_object *arg)
{
    return arg->kind != DPI_OBJECT_ABSENT && arg->kind != DPI_OBJECT_NONE;
}

/* The initialiser that an argument of param or affine stands for: he, "he", a number, an array. */
dp_status dpi_initializer(dp_scope *s, const dpi_object *object, const char *what, dp_init *out);

#endif
