/* Status codes.
 *
 * Every function that can fail returns a dp_status; the words that go with it (what was wrong, where, with names and
 * shapes) are in the context: dp_ctx_message(). Numbers are pinned: they never change their meaning.
 */
#ifndef DENPA_STATUS_H
#define DENPA_STATUS_H

#include <denpa/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, number, text): the one list of codes. */
#define DP_STATUS_MAP(X)                                      \
    X(DP_OK, 0, "ok")                                         \
    X(DP_ERR_ARG, 10, "invalid argument")                     \
    X(DP_ERR_SHAPE, 11, "shapes do not fit")                  \
    X(DP_ERR_DTYPE, 12, "wrong data type")                    \
    X(DP_ERR_RANGE, 13, "index or value out of range")        \
    X(DP_ERR_NAME, 14, "unknown name")                        \
    X(DP_ERR_SYNTAX, 20, "formula is not well-formed")        \
    X(DP_ERR_FORMAT, 21, "file is malformed")                 \
    X(DP_ERR_IO, 30, "input/output failed")                   \
    X(DP_ERR_NOMEM, 31, "out of memory")                      \
    X(DP_ERR_UNSUPPORTED, 32, "not supported by this build")  \
    X(DP_ERR_CANCELLED, 33, "cancelled")                      \
    X(DP_ERR_INTERNAL, 40, "internal error")

typedef enum dp_status {
#define DP_STATUS_ENUM_(name, number, text) name = number,
    DP_STATUS_MAP(DP_STATUS_ENUM_)
#undef DP_STATUS_ENUM_
} dp_status;

/* The name of a code ("DP_ERR_SHAPE") and its text ("shapes do not fit"). Static strings, never NULL; an unknown
 * number gives "DP_ERR_UNKNOWN" and "unknown status". */
DP_API const char *dp_status_name(dp_status status);
DP_API const char *dp_status_text(dp_status status);

#ifdef __cplusplus
}
#endif
#endif
