/* What this build of denpa is, and what it runs on.
 */
#ifndef DENPA_INFO_H
#define DENPA_INFO_H

#include <denpa/export.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_build_info {
    const char *version;  /* "0.1.0" */
    const char *kind;     /* "release" or "debug", with the sanitizers: "debug, address sanitizer" */
    const char *compiler; /* "gcc 12.2.0" */
    const char *machine;  /* "x86-64" */
    const char *cpu;      /* the best kernels that this CPU and system can run: "base", "avx2", "avx512" */
    const char *kernels;  /* those that are used: the same, or lower where the environment variable DENPA_CPU says so */
    const char *gemm;     /* who makes matrix products: "own", or "onednn", "cblas" where the environment variable
                             DENPA_GEMM says so and this build has them */
} dp_build_info;

/* All texts are the library's own and live for ever. */
DP_API dp_build_info dp_build_get(void);

/* Libraries that denpa can do without. */
typedef struct dp_library {
    const char *name;    /* "zlib" */
    const char *purpose; /* "reading .gz files" */
    const char *package; /* Debian's: "zlib1g-dev" */
    int present;
} dp_library;

/* Library i, 0 <= i < dp_library_count(); NULL outside. */
DP_API int dp_library_count(void);
DP_API const dp_library *dp_library_get(int i);

#ifdef __cplusplus
}
#endif
#endif
