/* Calls: which function, and which argument goes to which parameter of its signature. */
#include <inttypes.h>
#include <string.h>

#include "formula/functions.h"

static const dp_formula_function functions[] = {
#define DPI_FUNCTION(name, signature, summary) {#name, signature, summary},
#include "formula/functions.def"
#undef DPI_FUNCTION
};

static dpi_function *const builders[] = {
#define DPI_FUNCTION(name, signature, summary) dpi_fn_##name,
#include "formula/functions.def"
#undef DPI_FUNCTION
};

enum { FUNCTION_COUNT = sizeof functions / sizeof functions[0] };

int dp_formula_function_count(void)
{
    return FUNCTION_COUNT;
}

const dp_formula_function *dp_formula_function_get(int i)
{
    return i >= 0 && i < FUNCTION_COUNT ? &functions[i] : NULL;
}

static int find_function(const char *name, size_t bytes)
{
    for (int i = 0; i < FUNCTION_COUNT; i++)
        if (strlen(functions[i].name) == bytes && memcmp(functions[i].name, name, bytes) == 0)
            return i;
    return -1;
}

int dpi_is_function(const char *name, size_t bytes)
{
    return find_function(name, bytes) >= 0;
}

/* "np.exp" and "torch.relu" mean exp and relu. */
static dp_status unknown_function(dp_scope *s, const char *name, int bytes)
{
    const char *last = name + bytes;
    while (last > name && last[-1] != '.')
        last--;
    if (last > name && dpi_is_function(last, (size_t)(name + bytes - last)))
        return dpi_scope_fail(s, DP_ERR_NAME, "functions have no prefix here: write %.*s(...)",
                              (int)(name + bytes - last), last);
    if (dpi_scope_lookup(s, name, (size_t)bytes))
        return dpi_scope_fail(s, DP_ERR_NAME, "%.*s is a value and cannot be called", bytes, name);
    dpi_nearest nearest = {.text = name, .bytes = (size_t)bytes};
    for (int i = 0; i < FUNCTION_COUNT; i++)
        dpi_nearest_try(&nearest, functions[i].name);
    if (nearest.best)
        return dpi_scope_fail(s, DP_ERR_NAME, "unknown function %.*s; did you mean %s?", bytes, name, nearest.best);
    return dpi_scope_fail(s, DP_ERR_NAME, "unknown function %.*s", bytes < 200 ? bytes : 200, name);
}

typedef struct parameter {
    const char *name;
    int bytes;
    int required;
} parameter;

/* Splits "f(x, axis=None)" into its parameters. */
static size_t read_signature(const char *signature, parameter parameters[DPI_MAX_PARAMETERS])
{
    size_t count = 0;
    int depth = 0;
    const char *at = strchr(signature, '(') + 1;
    while (*at && *at != ')' && count < DPI_MAX_PARAMETERS) {
        parameter *p = &parameters[count++];
        p->name = at;
        p->bytes = (int)strcspn(at, "=,)");
        p->required = at[p->bytes] != '=';
        for (at += p->bytes; *at && (depth > 0 || (*at != ',' && *at != ')')); at++)
            depth += (*at == '(') - (*at == ')');
        while (*at == ',' || *at == ' ')
            at++;
    }
    return count;
}

/* The error is about the argument's name, not about its value. */
static dpi_object keyword_of(const dpi_object *arg)
{
    dpi_object keyword = *arg;
    if (arg->keyword)
        keyword.node = arg->keyword - 1;
    return keyword;
}

static dp_status find_parameter(dp_scope *s, const dp_formula_function *f, const parameter *parameters, size_t count,
                                const dpi_object *arg, size_t *out)
{
    int bytes;
    const char *name = dpi_span_text(s->formula, s->formula->nodes[arg->keyword - 1].place, &bytes);
    for (size_t i = 0; i < count; i++) {
        if (parameters[i].bytes == bytes && memcmp(parameters[i].name, name, (size_t)bytes) == 0) {
            *out = i;
            return DP_OK;
        }
    }
    dpi_object keyword = keyword_of(arg);
    return dpi_object_fail(s, &keyword, DP_ERR_ARG, "%s has no argument named %.*s: %s", f->name,
                           bytes < 60 ? bytes : 60, name, f->signature);
}

static dp_status bind_arguments(dp_scope *s, const dp_formula_function *f, const dpi_object *args, size_t count,
                                dpi_object bound[DPI_MAX_PARAMETERS])
{
    parameter parameters[DPI_MAX_PARAMETERS];
    size_t parameter_count = read_signature(f->signature, parameters);
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        if (args[i].keyword)
            DPI_TRY(find_parameter(s, f, parameters, parameter_count, &args[i], &at));
        if (at >= parameter_count)
            return dpi_scope_fail(s, DP_ERR_ARG, "%s takes %zu %s, but %zu came: %s", f->name, parameter_count,
                                  parameter_count == 1 ? "argument" : "arguments", count, f->signature);
        dpi_object keyword = keyword_of(&args[i]);
        if (bound[at].kind != DPI_OBJECT_ABSENT)
            return dpi_object_fail(s, &keyword, DP_ERR_ARG, "the argument %.*s is given twice: %s",
                                   parameters[at].bytes, parameters[at].name, f->signature);
        bound[at] = args[i];
    }
    for (size_t i = 0; i < parameter_count; i++)
        if (parameters[i].required && bound[i].kind == DPI_OBJECT_ABSENT)
            return dpi_scope_fail(s, DP_ERR_ARG, "the argument %.*s is missing: %s", parameters[i].bytes,
                                  parameters[i].name, f->signature);
    return DP_OK;
}

dp_status dpi_call(dp_scope *s, dpi_span place, const dpi_object *args, size_t count, dpi_object *out)
{
    int bytes;
    const char *name = dpi_span_text(s->formula, place, &bytes);
    int i = find_function(name, (size_t)bytes);
    if (i < 0)
        return unknown_function(s, name, bytes);
    if (builders[i] == dpi_fn_print)
        return dpi_fn_print(s, args, count, out);
    dpi_object bound[DPI_MAX_PARAMETERS] = {0};
    DPI_TRY(bind_arguments(s, &functions[i], args, count, bound));
    return builders[i](s, bound, DPI_MAX_PARAMETERS, out);
}
