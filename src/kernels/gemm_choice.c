/* Whose matrix product is used. */
#include <stdlib.h>
#include <string.h>

#include "kernels/kern.h"

static const struct {
    dpk_op op;
    const char *word;
    int present;
} gemms[] = {
    {DPK_gemm, "own", 1},
    {DPK_gemm_onednn, "onednn", DENPA_HAVE_ONEDNN},
    {DPK_gemm_cblas, "cblas", DENPA_HAVE_CBLAS},
};

enum { GEMMS = sizeof gemms / sizeof *gemms };

#if DENPA_HAVE_CBLAS
/* Where the CBLAS is one of these, it is told to work in the thread that calls it. */
extern void openblas_set_num_threads(int threads) __attribute__((weak));
extern void bli_thread_set_num_threads(int64_t threads) __attribute__((weak));

static void keep_to_one_thread(void)
{
    if (openblas_set_num_threads)
        openblas_set_num_threads(1);
    if (bli_thread_set_num_threads)
        bli_thread_set_num_threads(1);
}
#else
static void keep_to_one_thread(void)
{
}
#endif

dpk_op dpk_gemm_chosen(dpk_isa isa, dpk_type type)
{
    const char *word = getenv("DENPA_GEMM");
    for (int i = 0; word && i < GEMMS; i++)
        if (strcmp(word, gemms[i].word) == 0 && dpk_find(isa, gemms[i].op, type)) {
            if (gemms[i].op == DPK_gemm_cblas)
                keep_to_one_thread();
            return gemms[i].op;
        }
    return DPK_gemm;
}

const char *dpk_gemm_word(dpk_op op)
{
    for (int i = 0; i < GEMMS; i++)
        if (gemms[i].op == op)
            return gemms[i].word;
    return "none";
}

const char *dpk_gemm_word_at(int i)
{
    for (int k = 0; k < GEMMS; k++)
        if (gemms[k].present && i-- == 0)
            return gemms[k].word;
    return NULL;
}
