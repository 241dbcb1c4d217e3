/* Which kernels may run here. */
#include <stdlib.h>
#include <string.h>

#include "kernels/kern.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#if DENPA_HAVE_SIMD && defined(__x86_64__)
/* The register state that the operating system saves: an instruction may exist and still trap without it. */
static unsigned saved_state(void)
{
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/* Bits of CPUID and XCR0 as in Intel's manual, volume 1, chapters 14 and 15. */
dpk_isa dpk_cpu_best(void)
{
    enum { FMA = 1 << 12, OSXSAVE = 1 << 27, AVX = 1 << 28 };
    const unsigned avx2 = 1u << 5, avx512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31; /* F, DQ, BW, VL */
    const unsigned ymm_state = 0x6, zmm_state = 0xE6;
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d))
        return DPK_base;
    const unsigned wanted = FMA | OSXSAVE | AVX;
    if ((c & wanted) != wanted || (saved_state() & ymm_state) != ymm_state)
        return DPK_base;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & avx2))
        return DPK_base;
    if ((b & avx512) != avx512 || (saved_state() & zmm_state) != zmm_state)
        return DPK_avx2;
    return DPK_avx512;
}
#else
dpk_isa dpk_cpu_best(void)
{
    return DPK_base;
}
#endif

dpk_isa dpk_cpu_level(void)
{
    dpk_isa best = dpk_cpu_best();
    const char *word = getenv("DENPA_CPU");
    for (int level = 0; word && level < (int)best; level++)
        if (strcmp(word, dpk_isa_name((dpk_isa)level)) == 0)
            return (dpk_isa)level;
    return best;
}

#if defined(__x86_64__)
/* Leaves 0x80000002 to 0x80000004 give 16 bytes each, zero-ended, with blanks in front on some processors. */
char *dpk_cpu_name(char name[DPK_CPU_NAME_BYTES])
{
    enum { FIRST = 0x80000002, LEAVES = 3 };
    unsigned word[4 * LEAVES] = {0};
    for (unsigned i = 0; i < LEAVES; i++)
        if (!__get_cpuid(FIRST + i, &word[4 * i], &word[4 * i + 1], &word[4 * i + 2], &word[4 * i + 3])) word[0] = 0;
    const char *bytes = (const char *)word;
    size_t blanks = strspn(bytes, " "), length = strnlen(bytes, sizeof word);
    while (length > blanks && bytes[length - 1] == ' ') length--;
    memcpy(name, bytes + blanks, length - blanks);
    name[length - blanks] = 0;
    return name;
}
#else
char *dpk_cpu_name(char name[DPK_CPU_NAME_BYTES])
{
    name[0] = 0;
    return name;
}
#endif
