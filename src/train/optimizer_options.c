/* The words of an optimiser: NAME[:OPTION=NUMBER,…]. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "train/optimizer.h"

static const char *const methods[DPI_METHODS] = {[DPI_SGD] = "sgd", [DPI_MOMENTUM] = "momentum", [DPI_ADAM] = "adam"};

typedef enum limits { ANY, NOT_NEGATIVE, BELOW_ONE, SWITCH } limits;

static const char *const limits_words[] = {[ANY] = "a finite number",
                                           [NOT_NEGATIVE] = "a finite number that is not negative",
                                           [BELOW_ONE] = "at least 0 and below 1",
                                           [SWITCH] = "1 or 0"};

/* Which method has which options, with PyTorch's defaults. */
static const struct option {
    dpi_method method;
    const char *name;
    size_t offset;
    double value;
    limits wanted;
} options_of[] = {
    {DPI_SGD, "lr", offsetof(dpi_optimizer_options, lr), 0.01, NOT_NEGATIVE},
    {DPI_SGD, "weight_decay", offsetof(dpi_optimizer_options, weight_decay), 0, NOT_NEGATIVE},
    {DPI_MOMENTUM, "lr", offsetof(dpi_optimizer_options, lr), 0.01, NOT_NEGATIVE},
    {DPI_MOMENTUM, "momentum", offsetof(dpi_optimizer_options, momentum), 0.9, NOT_NEGATIVE},
    {DPI_MOMENTUM, "dampening", offsetof(dpi_optimizer_options, dampening), 0, ANY},
    {DPI_MOMENTUM, "weight_decay", offsetof(dpi_optimizer_options, weight_decay), 0, NOT_NEGATIVE},
    {DPI_MOMENTUM, "nesterov", offsetof(dpi_optimizer_options, nesterov), 0, SWITCH},
    {DPI_ADAM, "lr", offsetof(dpi_optimizer_options, lr), 0.001, NOT_NEGATIVE},
    {DPI_ADAM, "beta1", offsetof(dpi_optimizer_options, beta1), 0.9, BELOW_ONE},
    {DPI_ADAM, "beta2", offsetof(dpi_optimizer_options, beta2), 0.999, BELOW_ONE},
    {DPI_ADAM, "eps", offsetof(dpi_optimizer_options, eps), 1e-8, NOT_NEGATIVE},
    {DPI_ADAM, "weight_decay", offsetof(dpi_optimizer_options, weight_decay), 0, NOT_NEGATIVE},
    {DPI_ADAM, "amsgrad", offsetof(dpi_optimizer_options, amsgrad), 0, SWITCH},
};
#define OPTIONS (sizeof options_of / sizeof options_of[0])

static double *option_place(dpi_optimizer_options *options, const struct option *option)
{
    return (double *)((char *)options + option->offset);
}

static bool same(const char *word, size_t bytes, const char *name)
{
    return strlen(name) == bytes && memcmp(word, name, bytes) == 0;
}

static dp_status unknown_method(dp_ctx *ctx, const char *word, size_t bytes)
{
    char names[128] = "";
    size_t used = 0;
    for (int m = 0; m < DPI_METHODS; m++)
        used += (size_t)snprintf(names + used, sizeof names - used, m ? ", %s" : "%s", methods[m]);
    return dpi_fail(ctx, DP_ERR_NAME, "optimiser: there is no \"%.*s\"; there are %s", (int)bytes, word, names);
}

static dp_status unknown_option(dp_ctx *ctx, dpi_method method, const char *word, size_t bytes)
{
    char names[128] = "";
    size_t used = 0;
    for (size_t i = 0; i < OPTIONS; i++)
        if (options_of[i].method == method)
            used += (size_t)snprintf(names + used, sizeof names - used, used ? ", %s" : "%s", options_of[i].name);
    return dpi_fail(ctx, DP_ERR_NAME, "optimiser: %s has no option \"%.*s\"; it has %s", methods[method], (int)bytes,
                    word, names);
}

static bool is_within(limits wanted, double value)
{
    switch (wanted) {
    case ANY: return isfinite(value);
    case NOT_NEGATIVE: return isfinite(value) && value >= 0;
    case BELOW_ONE: return value >= 0 && value < 1;
    case SWITCH: return value == 0 || value == 1;
    }
    return false;
}

/* NAME=NUMBER, or NAME alone for a switch: bytes first .. end - 1. */
static dp_status read_option(dp_ctx *ctx, dpi_method method, const char *first, const char *end,
                             dpi_optimizer_options *options)
{
    const char *equals = memchr(first, '=', (size_t)(end - first));
    size_t bytes = (size_t)((equals ? equals : end) - first);
    for (size_t i = 0; i < OPTIONS; i++) {
        const struct option *option = &options_of[i];
        if (option->method != method || !same(first, bytes, option->name)) continue;
        double value = 1;
        const char *stop = end;
        if (equals) value = dp_number_parse(equals + 1, (size_t)(end - equals - 1), &stop);
        bool empty = equals ? equals + 1 == end : option->wanted != SWITCH;
        if (empty || stop != end || !is_within(option->wanted, value))
            return dpi_fail(ctx, DP_ERR_RANGE, "optimiser: %s of %s has to be %s, not \"%.*s\"", option->name,
                            methods[method], limits_words[option->wanted], equals ? (int)(end - equals - 1) : 0,
                            equals ? equals + 1 : "");
        *option_place(options, option) = value;
        return DP_OK;
    }
    return unknown_option(ctx, method, first, bytes);
}

dp_status dpi_optimizer_parse(dp_ctx *ctx, const char *text, dpi_method *method, dpi_optimizer_options *out)
{
    size_t bytes = strcspn(text, ":");
    int m = 0;
    while (m < DPI_METHODS && !same(text, bytes, methods[m])) m++;
    if (m == DPI_METHODS) return unknown_method(ctx, text, bytes);
    dpi_optimizer_options options = {0};
    for (size_t i = 0; i < OPTIONS; i++)
        if (options_of[i].method == (dpi_method)m) *option_place(&options, &options_of[i]) = options_of[i].value;
    for (const char *at = text + bytes; *at; at += strcspn(at, ",")) {
        at++; /* the ':' or ',' before the option */
        dp_status status = read_option(ctx, (dpi_method)m, at, at + strcspn(at, ","), &options);
        if (status != DP_OK) return status;
    }
    if (options.nesterov != 0 && (options.momentum == 0 || options.dampening != 0))
        return dpi_fail(ctx, DP_ERR_RANGE, "optimiser: nesterov needs a momentum above 0 and no dampening");
    *method = (dpi_method)m;
    *out = options;
    return DP_OK;
}

dp_status dpi_optimizer_text(dp_text *text, dpi_method method, const dpi_optimizer_options *options)
{
    dpi_optimizer_options copy = *options;
    char number[DP_NUMBER_TEXT_BYTES];
    const char *before = ":";
    dp_status status = dp_text_addf(text, "%s", methods[method]);
    for (size_t i = 0; i < OPTIONS && status == DP_OK; i++) {
        if (options_of[i].method != method) continue;
        status = dp_text_addf(text, "%s%s=%s", before, options_of[i].name,
                              dp_number_text_f64(*option_place(&copy, &options_of[i]), number));
        before = ",";
    }
    return status;
}
