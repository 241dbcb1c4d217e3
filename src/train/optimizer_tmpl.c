/* The updates of optimizer.h for one dtype: TYPE, SQRT and UPDATE(name) come from the file that includes this one.
 *
 * Factors are worked out in double and rounded once, and the operations are in PyTorch's order, so that a run replays
 * PyTorch's. Each method is one loop without a branch in it, which a compiler turns into SIMD code. */

static void UPDATE(sgd)(const dpi_optimizer_options *o, size_t n, TYPE *restrict p, const TYPE *restrict g)
{
    const TYPE lr = (TYPE)o->lr, decay = (TYPE)o->weight_decay;
    if (decay == 0)
        for (size_t i = 0; i < n; i++) p[i] -= lr * g[i];
    else
        for (size_t i = 0; i < n; i++) p[i] -= lr * (g[i] + decay * p[i]);
}

/* The first step takes the gradient itself for the velocity. */
static void UPDATE(momentum)(const dpi_optimizer_options *o, int64_t t, size_t n, TYPE *restrict p,
                             const TYPE *restrict g, TYPE *restrict v)
{
    const TYPE lr = (TYPE)o->lr, decay = (TYPE)o->weight_decay, momentum = (TYPE)o->momentum;
    const TYPE keep = t == 1 ? 0 : momentum, take = t == 1 ? 1 : (TYPE)(1 - o->dampening);
    if (o->nesterov != 0)
        for (size_t i = 0; i < n; i++) {
            TYPE gradient = g[i] + decay * p[i];
            v[i] = keep * v[i] + take * gradient;
            p[i] -= lr * (gradient + momentum * v[i]);
        }
    else
        for (size_t i = 0; i < n; i++) {
            v[i] = keep * v[i] + take * (g[i] + decay * p[i]);
            p[i] -= lr * v[i];
        }
}

static void UPDATE(adam)(const dpi_optimizer_options *o, int64_t t, size_t n, TYPE *restrict p, const TYPE *restrict g,
                         TYPE *restrict m, TYPE *restrict v, TYPE *restrict top)
{
    const TYPE decay = (TYPE)o->weight_decay, eps = (TYPE)o->eps, keep_v = (TYPE)o->beta2;
    const TYPE take_m = (TYPE)(1 - o->beta1), take_v = (TYPE)(1 - o->beta2);
    const TYPE step = (TYPE)(o->lr / (1 - pow(o->beta1, (double)t))),
               correction = (TYPE)sqrt(1 - pow(o->beta2, (double)t));
    if (top)
        for (size_t i = 0; i < n; i++) {
            TYPE gradient = g[i] + decay * p[i];
            m[i] = m[i] + take_m * (gradient - m[i]);
            v[i] = keep_v * v[i] + take_v * gradient * gradient;
            top[i] = v[i] <= top[i] ? top[i] : v[i]; /* NaN stays */
            p[i] -= step * m[i] / (SQRT(top[i]) / correction + eps);
        }
    else
        for (size_t i = 0; i < n; i++) {
            TYPE gradient = g[i] + decay * p[i];
            m[i] = m[i] + take_m * (gradient - m[i]);
            v[i] = keep_v * v[i] + take_v * gradient * gradient;
            p[i] -= step * m[i] / (SQRT(v[i]) / correction + eps);
        }
}

void UPDATE(dpi_update)(dpi_method method, const dpi_optimizer_options *options, int64_t t, size_t n, TYPE *p,
                        const TYPE *g, TYPE *m, TYPE *v, TYPE *top)
{
    switch (method) {
    case DPI_SGD: UPDATE(sgd)(options, n, p, g); break;
    case DPI_MOMENTUM: UPDATE(momentum)(options, t, n, p, g, v); break;
    case DPI_ADAM: UPDATE(adam)(options, t, n, p, g, m, v, top); break;
    case DPI_METHODS: break;
    }
}
