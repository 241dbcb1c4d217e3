/* Draws: element i is draw i of the stream, so any part can be made on its own. */
int64_t NAME(random_normal)(const void *args_, int64_t first, int64_t last)
{
    const dpk_random_args *args = args_;
    dp_rng rng = {.seed = args->seed, .stream = args->stream, .index = (uint64_t)first};
    for (int64_t i = first; i < last; i++)
        ((T *)args->y)[i] = (T)(args->p + args->q * dp_rng_normal(&rng));
    return DPK_DONE;
}

int64_t NAME(random_uniform)(const void *args_, int64_t first, int64_t last)
{
    const dpk_random_args *args = args_;
    dp_rng rng = {.seed = args->seed, .stream = args->stream, .index = (uint64_t)first};
    for (int64_t i = first; i < last; i++)
        ((T *)args->y)[i] = (T)(args->p + (args->q - args->p) * dp_rng_uniform(&rng));
    return DPK_DONE;
}
