/* y = a past the caches, for one floating dtype: whole lines of y are written without being read first. The file that
 * includes this one defines, beside the words of tmpl.h, STREAM(to, from): one vector of LANE_BYTES, `to` aligned to it. */
int64_t NAME(stream)(const void *args_, int64_t first, int64_t last)
{
    const dpk_unary_args *args = args_;
    const char *a = (const char *)((const T *)args->a + first);
    char *y = (char *)((T *)args->y + first);
    size_t bytes = (size_t)(last - first) * sizeof(T), at = -(uintptr_t)y % LANE_BYTES;
    at = at < bytes ? at : bytes;
    memmove(y, a, at);
    for (; at + LANE_BYTES <= bytes; at += LANE_BYTES)
        STREAM(y + at, a + at);
    memmove(y + at, a + at, bytes - at);
    return DPK_DONE;
}
