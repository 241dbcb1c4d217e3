/* y = a past the caches, for one floating dtype: whole lines of y are written without being read first. The file that
 * includes this one defines, beside the words of tmpl.h, STREAM(to, from): one vector of LANE_BYTES, `to` aligned to it. */
void ROW(stream)(void *y_, void *z, const void *a_, const void *b, int64_t n, int repeats, double p, double q)
{
    const char *a = a_;
    char *y = y_;
    (void)z, (void)b, (void)repeats, (void)p, (void)q;
    size_t bytes = (size_t)n * sizeof(T), at = -(uintptr_t)y % LANE_BYTES;
    at = at < bytes ? at : bytes;
    if (at)
        memmove(y, a, at);
    for (; at + LANE_BYTES <= bytes; at += LANE_BYTES)
        STREAM(y + at, a + at);
    if (at < bytes)
        memmove(y + at, a + at, bytes - at);
}
UNARY_KERNEL(stream)
