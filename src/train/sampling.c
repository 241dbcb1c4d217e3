#include "train/sampling.h"

#include <math.h>
#include <stdlib.h>

/* The most probable first, of equal ones the first class. */
static int by_score(const void *a, const void *b)
{
    const dpi_candidate *one = a, *other = b;
    if (one->value != other->value)
        return one->value > other->value ? -1 : 1;
    return one->class < other->class ? -1 : one->class > other->class;
}

/* How many of the first ones have, all together, at least the share of the sum; *kept is theirs. */
static int64_t count_of_share(const dpi_candidate *sorted, int64_t count, double share, double *kept)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += sorted[i].value;
    *kept = 0;
    for (int64_t i = 0; i < count; i++) {
        *kept += sorted[i].value;
        if (*kept >= share * sum && share < 1)
            return i + 1;
    }
    return count;
}

int64_t dpi_sample(dpi_candidate *candidates, int64_t count, double temperature, int64_t top_k, double top_p, double u)
{
    double sum, most;
    qsort(candidates, (size_t)count, sizeof *candidates, by_score);
    if (temperature == 0)
        return candidates[0].class;
    if (top_k > 0 && top_k < count)
        count = top_k;
    most = candidates[0].value;
    for (int64_t i = 0; i < count; i++) /* where the largest is infinite all that are so are equal */
        candidates[i].value = candidates[i].value == most ? 1 : exp((candidates[i].value - most) / temperature);
    count = count_of_share(candidates, count, top_p, &sum);
    double left = u * sum;
    for (int64_t i = 0; i + 1 < count; i++) {
        if (left < candidates[i].value)
            return candidates[i].class;
        left -= candidates[i].value;
    }
    return candidates[count - 1].class;
}
