/* config.json of a run, read: for those who look into it. Only in builds with jansson. */
#ifndef DENPA_TRAIN_RUN_CONFIG_JSON_H
#define DENPA_TRAIN_RUN_CONFIG_JSON_H

#include <jansson.h>

#include <denpa/context.h>

/* Reads DIR/config.json, a JSON object. *path is to be freed with dpi_free and *root with json_decref in any case; both
 * are NULL before. Errors: DP_ERR_IO, DP_ERR_FORMAT, DP_ERR_NOMEM. */
dp_status dpi_run_config_load(dp_ctx *ctx, const char *dir, char **path, json_t **root);

#endif
