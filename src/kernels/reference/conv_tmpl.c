/* Convolution and its gradients as their formulas have them. */

/* Goes over all i, j, p, q that meet on the plane: `at` is the element of the plane. */
#define EACH_MEETING(w, loop)                                                             \
    for (int64_t i = 0; i < (w)->places[0]; i++)                                          \
        for (int64_t j = 0; j < (w)->places[1]; j++)                                      \
            for (int64_t p = 0; p < (w)->kernel[0]; p++)                                  \
                for (int64_t q = 0, at; q < (w)->kernel[1]; q++)                          \
                    if (dpk_window_find((w), i, j, p, q, &at)) {                          \
                        int64_t k = p * (w)->kernel[1] + q, out = i * (w)->places[1] + j; \
                        loop;                                                             \
                    }

static T LOCAL(activation_of)(dpk_activation activation, T s)
{
    switch (activation) {
    case DPK_ACT_RELU:
        return s <= 0 ? 0 : s;
    case DPK_ACT_SIGMOID:
        return 1 / (1 + M(exp)(-s));
    case DPK_ACT_TANH:
        return M(tanh)(s);
    case DPK_ACT_NONE:
        break;
    }
    return s;
}

int64_t NAME(conv2d)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_window *w = &args->window;
    int64_t plane = dpk_window_plane(w), places = dpk_window_places(w), kernel = dpk_window_kernel(w);
    int64_t depth = args->channels / args->groups, share = args->filters / args->groups;
    for (int64_t n = first; n < last; n++)
        for (int64_t o = 0; o < args->filters; o++) {
            T *y = (T *)args->y + (n * args->filters + o) * places;
            memset(y, 0, (size_t)places * sizeof(T));
            for (int64_t c = 0; c < depth; c++) {
                const T *x = (const T *)args->a + (n * args->channels + o / share * depth + c) * plane;
                const T *weight = (const T *)args->b + (o * depth + c) * kernel;
                EACH_MEETING(w, y[out] += x[at] * weight[k])
            }
            for (int64_t i = 0; i < places; i++)
                y[i] = LOCAL(activation_of)(args->activation, y[i] + (args->bias ? ((const T *)args->bias)[o] : 0));
        }
    return DPK_DONE;
}

int64_t NAME(conv2d_input)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_window *w = &args->window;
    int64_t plane = dpk_window_plane(w), places = dpk_window_places(w), kernel = dpk_window_kernel(w);
    int64_t depth = args->channels / args->groups, share = args->filters / args->groups;
    for (int64_t n = first; n < last; n++) {
        memset((T *)args->y + n * args->channels * plane, 0, (size_t)(args->channels * plane) * sizeof(T));
        for (int64_t o = 0; o < args->filters; o++)
            for (int64_t c = 0; c < depth; c++) {
                T *y = (T *)args->y + (n * args->channels + o / share * depth + c) * plane;
                const T *dy = (const T *)args->a + (n * args->filters + o) * places;
                const T *weight = (const T *)args->b + (o * depth + c) * kernel;
                EACH_MEETING(w, y[at] += dy[out] * weight[k])
            }
    }
    return DPK_DONE;
}

int64_t NAME(conv2d_weight)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_window *w = &args->window;
    int64_t plane = dpk_window_plane(w), places = dpk_window_places(w), kernel = dpk_window_kernel(w);
    int64_t depth = args->channels / args->groups, share = args->filters / args->groups;
    for (int64_t piece = first; piece < last; piece++)
        for (int64_t o = 0; o < args->filters; o++) {
            T *y = (T *)args->y + (piece * args->filters + o) * depth * kernel, sum = 0;
            memset(y, 0, (size_t)(depth * kernel) * sizeof(T));
            for (int64_t n = piece * args->images / args->pieces; n < (piece + 1) * args->images / args->pieces; n++) {
                const T *dy = (const T *)args->b + (n * args->filters + o) * places;
                for (int64_t c = 0; c < depth; c++) {
                    const T *x = (const T *)args->a + (n * args->channels + o / share * depth + c) * plane;
                    EACH_MEETING(w, y[c * kernel + k] += x[at] * dy[out])
                }
                for (int64_t i = 0; i < places; i++)
                    sum += dy[i];
            }
            if (args->sums)
                ((T *)args->sums)[piece * args->filters + o] = sum;
        }
    return DPK_DONE;
}
#undef EACH_MEETING
