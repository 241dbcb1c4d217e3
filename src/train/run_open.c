/* Opens the folder of a run. config.json may have been written by anyone: everything in it is checked. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/file.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/feed.h"
#include "train/model_internal.h"
#include "train/run_dir.h"

#if !DENPA_HAVE_JSON

dp_status dp_run_open(dp_ctx *ctx, const char *dir, dp_model **out)
{
    (void)out;
    return dpi_fail(
        ctx, DP_ERR_UNSUPPORTED,
        "%s: reading config.json needs the library jansson, which this build has not; on Debian it is libjansson-dev",
        dir);
}

#else

#include "train/run_config_json.h"

#define CONFIG_BYTES (16u << 20)

/* What is being read, for messages, and what came of it. */
typedef struct run_reader {
    dp_ctx *ctx;
    const char *path; /* of config.json */
    const json_t *root;
    dp_model_config config;
    dp_binding *bindings;
    int binding_count;
    dpi_encoding encoding;
    int normalize;
} run_reader;

static dp_status bad(const run_reader *reader, const char *key, const char *wanted)
{
    return dpi_fail(reader->ctx, DP_ERR_FORMAT, "%s: \"%s\" has to be %s", reader->path, key, wanted);
}

/* A string, or null where that is allowed. */
static dp_status get_string(const run_reader *reader, const char *key, int nullable, const char **out)
{
    const json_t *value = json_object_get(reader->root, key);
    if (nullable && (!value || json_is_null(value))) *out = NULL;
    else if (json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value))
        *out = json_string_value(value);
    else return bad(reader, key, nullable ? "a string or null" : "a string");
    return DP_OK;
}

/* [["a", "b"], …] as 2 * count strings, borrowed from the JSON. */
static dp_status get_pairs(const run_reader *reader, const char *key, const char ***out, int *count)
{
    const json_t *list = json_object_get(reader->root, key);
    if (!json_is_array(list)) return bad(reader, key, "a list of pairs of strings");
    void *memory = NULL;
    size_t pairs = json_array_size(list);
    dp_status status = dpi_alloc(reader->ctx, pairs, 2 * sizeof(char *), key, &memory);
    if (status != DP_OK) return status;
    const char **strings = memory;
    for (size_t i = 0; i < 2 * pairs && status == DP_OK; i++) {
        const json_t *pair = json_array_get(list, i / 2);
        strings[i] = json_array_size(pair) == 2 ? json_string_value(json_array_get(pair, i % 2)) : NULL;
        if (!strings[i]) status = bad(reader, key, "a list of pairs of strings");
    }
    if (status != DP_OK) {
        dpi_free(reader->ctx, memory);
        return status;
    }
    *out = strings;
    *count = (int)pairs;
    return DP_OK;
}

static dp_status read_dtype(run_reader *reader)
{
    const char *dtype = NULL;
    dp_status status = get_string(reader, "dtype", 0, &dtype);
    if (status != DP_OK) return status;
    if (strcmp(dtype, dp_dtype_name(DP_F32)) == 0) reader->config.dtype = DP_F32;
    else if (strcmp(dtype, dp_dtype_name(DP_F64)) == 0) reader->config.dtype = DP_F64;
    else return bad(reader, "dtype", "\"float32\" or \"float64\"");
    return DP_OK;
}

/* An integer, or its digits in a string where it is too large for JSON readers. */
static dp_status read_seed(run_reader *reader)
{
    const json_t *seed = json_object_get(reader->root, "model_seed");
    char *end = NULL;
    if (json_is_string(seed)) reader->config.seed = strtoull(json_string_value(seed), &end, 10);
    else if (json_is_integer(seed)) reader->config.seed = (uint64_t)json_integer_value(seed);
    else return bad(reader, "model_seed", "an integer");
    return end && (*end || end == json_string_value(seed)) ? bad(reader, "model_seed", "an integer") : DP_OK;
}

static dp_status read_bindings(run_reader *reader)
{
    const char **pairs = NULL;
    int count = 0;
    void *memory = NULL;
    dp_status status = get_pairs(reader, "bindings", &pairs, &count);
    if (status != DP_OK) return status;
    status = dpi_alloc(reader->ctx, (size_t)count, sizeof(dp_binding), "bindings", &memory);
    if (status == DP_OK) {
        reader->bindings = memory;
        reader->binding_count = count;
    }
    for (int i = 0; i < count && status == DP_OK; i++) {
        status = dpi_strdup(reader->ctx, pairs[2 * i], (char **)&reader->bindings[i].input);
        if (status == DP_OK) status = dpi_strdup(reader->ctx, pairs[2 * i + 1], (char **)&reader->bindings[i].columns);
    }
    dpi_free(reader->ctx, (void *)pairs);
    return status;
}

/* A run without words in its data, or from before there were any, has none. */
static dp_status read_encoding(run_reader *reader)
{
    const char **pairs = NULL;
    int count = 0;
    if (!json_object_get(reader->root, "encoding")) return DP_OK;
    dp_status status = get_pairs(reader, "encoding", &pairs, &count);
    for (int i = 0; i < count && status == DP_OK; i++)
        status = dpi_encoding_add(&reader->encoding, pairs[2 * i], "", pairs[2 * i + 1]);
    dpi_free(reader->ctx, (void *)pairs);
    return status;
}

static dp_status read_config(run_reader *reader)
{
    const json_t *format = json_object_get(reader->root, "format");
    if (!json_is_integer(format)) return bad(reader, "format", "a number");
    if (json_integer_value(format) != DPI_RUN_FORMAT)
        return dpi_fail(reader->ctx, DP_ERR_UNSUPPORTED, "%s: its format is %lld; this denpa reads %d", reader->path,
                        (long long)json_integer_value(format), DPI_RUN_FORMAT);
    const json_t *normalize = json_object_get(reader->root, "normalize");
    if (!json_is_boolean(normalize)) return bad(reader, "normalize", "true or false");
    reader->normalize = json_is_true(normalize);
    dp_status status = read_seed(reader);
    if (status == DP_OK) status = read_dtype(reader);
    if (status == DP_OK) status = get_string(reader, "loss", 1, &reader->config.loss);
    if (status == DP_OK) status = get_string(reader, "output", 1, &reader->config.output);
    if (status == DP_OK) status = read_bindings(reader);
    return status == DP_OK ? read_encoding(reader) : status;
}

static dp_status open_text(run_reader *reader, const char *dir, dp_model **out)
{
    const char *name = NULL;
    char *path = NULL;
    const char **pairs = NULL;
    dp_status status = get_string(reader, "model", 1, &name);
    if (status != DP_OK) return status;
    if (!name)
        return dpi_fail(reader->ctx, DP_ERR_UNSUPPORTED,
                        "%s: this model was made by a C program; make it there and use dp_model_load", dir);
    if (strcmp(name, "model.dp") != 0) return bad(reader, "model", "\"model.dp\" or null");
    status = get_pairs(reader, "settings", &pairs, &reader->config.setting_count);
    if (status != DP_OK) return status;
    static_assert(sizeof(dp_setting) == 2 * sizeof(char *), "a setting is a pair of strings");
    reader->config.settings = (const dp_setting *)pairs;
    status = dpi_path_join(reader->ctx, dir, name, &path);
    if (status == DP_OK) status = dp_model_open(reader->ctx, path, &reader->config, out);
    dpi_free(reader->ctx, path);
    dpi_free(reader->ctx, (void *)pairs);
    return status;
}

static dp_status open_run(run_reader *reader, const char *dir, dp_model **out)
{
    dp_model *model = NULL;
    char *path = NULL;
    dp_status status = read_config(reader);
    if (status == DP_OK) status = open_text(reader, dir, &model);
    if (status == DP_OK) status = dpi_path_join(reader->ctx, dir, "model.safetensors", &path);
    if (status == DP_OK) status = dp_model_load(model, path);
    dpi_free(reader->ctx, path);
    if (status != DP_OK) {
        dpi_bindings_free(reader->ctx, reader->bindings, reader->binding_count);
        dpi_encoding_free(&reader->encoding);
        dp_model_free(&model);
        return status;
    }
    model->bindings = reader->bindings;
    model->binding_count = reader->binding_count;
    model->encoding = reader->encoding;
    model->normalize = reader->normalize;
    status = dpi_scale_recall(model, reader->path);
    if (status != DP_OK) dp_model_free(&model);
    else *out = model;
    return status;
}

dp_status dpi_run_config_load(dp_ctx *ctx, const char *dir, char **path, json_t **root)
{
    dp_array *text = NULL;
    json_error_t error;
    dp_status status = dpi_path_join(ctx, dir, "config.json", path);
    if (status == DP_OK) status = dp_file_read(ctx, *path, CONFIG_BYTES, &text);
    if (status == DP_OK) {
        *root = json_loadb(text->data, dp_array_bytes(text), JSON_REJECT_DUPLICATES, &error);
        if (!*root)
            status = dpi_fail(ctx, DP_ERR_FORMAT, "%s:%d:%d: no JSON: %s", *path, error.line, error.column, error.text);
        else if (!json_is_object(*root))
            status = dpi_fail(ctx, DP_ERR_FORMAT, "%s: it has to be a JSON object", *path);
    }
    dp_array_free(&text);
    return status;
}

dp_status dp_run_open(dp_ctx *ctx, const char *dir, dp_model **out)
{
    run_reader reader = {.ctx = ctx, .encoding = {.ctx = ctx}};
    char *path = NULL;
    json_t *root = NULL;
    dp_status status = dpi_run_config_load(ctx, dir, &path, &root);
    if (status == DP_OK) {
        reader.path = path;
        reader.root = root;
        dp_model_config_init(&reader.config);
        status = open_run(&reader, dir, out);
    }
    json_decref(root);
    dpi_free(ctx, path);
    return status;
}

#endif
