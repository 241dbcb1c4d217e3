#include <denpa/info.h>

#include <stddef.h>

#include <denpa/version.h>

#include "base/sanitizer.h"
#include "kernels/kern.h"

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

#if defined(__clang__)
#define COMPILER "clang " TEXT(__clang_major__) "." TEXT(__clang_minor__) "." TEXT(__clang_patchlevel__)
#elif defined(__GNUC__)
#define COMPILER "gcc " TEXT(__GNUC__) "." TEXT(__GNUC_MINOR__) "." TEXT(__GNUC_PATCHLEVEL__)
#else
#define COMPILER "unknown"
#endif

#if defined(__x86_64__)
#define MACHINE "x86-64"
#elif defined(__aarch64__)
#define MACHINE "arm64"
#elif defined(__riscv)
#define MACHINE "riscv"
#else
#define MACHINE "other"
#endif

#ifdef NDEBUG
#define KIND "release"
#else
#define KIND "debug"
#endif

#if DPI_ADDRESS_SANITIZER
#define SANITIZER ", address sanitizer"
#elif DPI_THREAD_SANITIZER
#define SANITIZER ", thread sanitizer"
#else
#define SANITIZER ""
#endif

dp_build_info dp_build_get(void)
{
    return (dp_build_info){
        .version = DP_VERSION_TEXT,
        .kind = KIND SANITIZER,
        .compiler = COMPILER,
        .machine = MACHINE,
        .cpu = dpk_isa_name(dpk_cpu_best()),
        .kernels = dpk_isa_name(dpk_cpu_level()),
        .gemm = dpk_gemm_word(dpk_gemm_chosen(dpk_cpu_level(), DPK_f32)),
    };
}

static const dp_library libraries[] = {
    {"zlib", "reading .gz and .npz files", "zlib1g-dev", DENPA_HAVE_ZLIB},
    {"libpng", "reading PNG pictures", "libpng-dev", DENPA_HAVE_PNG},
    {"jansson", "reading safetensors and runs", "libjansson-dev", DENPA_HAVE_JSON},
    {"onednn", "matrix products with DENPA_GEMM=onednn", "libdnnl-dev", DENPA_HAVE_ONEDNN},
    {"cblas", "matrix products with DENPA_GEMM=cblas", "libopenblas-dev", DENPA_HAVE_CBLAS},
};

enum { LIBRARY_COUNT = sizeof libraries / sizeof *libraries };

int dp_library_count(void)
{
    return LIBRARY_COUNT;
}

const dp_library *dp_library_get(int i)
{
    return i >= 0 && i < LIBRARY_COUNT ? &libraries[i] : NULL;
}
