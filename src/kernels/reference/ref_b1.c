/* The reference kernels for elements of 1 byte, whatever they are. */
#include "kernels/tmpl.h"
#include "kernels/walk.h"

#define T uint8_t
#define TYPE b1
#define ISA ref

#include "kernels/reference/move_tmpl.c"

int64_t dpk_zero_b1__ref(const void *args_, int64_t first, int64_t last)
{
    const dpk_zero_args *args = args_;
    if (first < last)
        memset((char *)args->y + first, 0, (size_t)(last - first));
    return DPK_DONE;
}
