/* config.json as texts, for those who show it. */
#include <string.h>

#include <denpa/train.h>

#include "base/alloc.h"
#include "base/fail.h"

typedef struct member {
    char *name, *text;
} member;

struct dp_run_info {
    dp_ctx *ctx;
    member *members;
    int count;
};

void dp_run_info_free(dp_run_info **info)
{
    if (!info || !*info) return;
    dp_ctx *ctx = (*info)->ctx;
    for (int i = 0; i < (*info)->count; i++) {
        dpi_free(ctx, (*info)->members[i].name);
        dpi_free(ctx, (*info)->members[i].text);
    }
    dpi_free(ctx, (*info)->members);
    dpi_free(ctx, *info);
    *info = NULL;
}

int dp_run_info_count(const dp_run_info *info)
{
    return info->count;
}

const char *dp_run_info_name(const dp_run_info *info, int i)
{
    return i >= 0 && i < info->count ? info->members[i].name : "";
}

const char *dp_run_info_text(const dp_run_info *info, int i)
{
    return i >= 0 && i < info->count ? info->members[i].text : "";
}

const char *dp_run_info_find(const dp_run_info *info, const char *name)
{
    for (int i = 0; i < info->count; i++)
        if (strcmp(info->members[i].name, name) == 0) return info->members[i].text;
    return NULL;
}

#if !DENPA_HAVE_JSON

dp_status dp_run_info_read(dp_ctx *ctx, const char *dir, dp_run_info **out)
{
    dp_model *model = NULL; /* is not opened: says which library is missing */
    (void)out;
    return dp_run_open(ctx, dir, &model);
}

#else

#include "train/run_config_json.h"

static dp_status take_text(dp_ctx *ctx, const json_t *value, char **out)
{
    if (json_is_null(value)) return dpi_strdup(ctx, "", out);
    if (json_is_string(value)) return dpi_strdup(ctx, json_string_value(value), out);
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    if (!text) return dpi_fail(ctx, DP_ERR_NOMEM, "config.json: out of memory");
    dp_status status = dpi_strdup(ctx, text, out);
    json_free_t release;
    json_get_alloc_funcs(NULL, &release);
    release(text);
    return status;
}

static dp_status take_all(dp_ctx *ctx, json_t *root, dp_run_info *info)
{
    void *memory = NULL, *at = json_object_iter(root);
    dp_status status = dpi_alloc(ctx, json_object_size(root), sizeof(member), "config.json", &memory);
    info->members = memory;
    for (; at && status == DP_OK; at = json_object_iter_next(root, at)) {
        member *next = &info->members[info->count++];
        status = dpi_strdup(ctx, json_object_iter_key(at), &next->name);
        if (status == DP_OK) status = take_text(ctx, json_object_iter_value(at), &next->text);
    }
    return status;
}

dp_status dp_run_info_read(dp_ctx *ctx, const char *dir, dp_run_info **out)
{
    char *path = NULL;
    json_t *root = NULL;
    void *memory = NULL;
    dp_run_info *info = NULL;
    dp_status status = dpi_run_config_load(ctx, dir, &path, &root);
    if (status == DP_OK) status = dpi_alloc(ctx, 1, sizeof(dp_run_info), "config.json", &memory);
    if (status == DP_OK) {
        info = memory;
        info->ctx = ctx;
        status = take_all(ctx, root, info);
    }
    json_decref(root);
    dpi_free(ctx, path);
    if (status == DP_OK) *out = info;
    else dp_run_info_free(&info);
    return status;
}

#endif
