/* The updates of optimizer.h for one dtype: TYPE, SQRT, LARGEST and UPDATE(name) come from the file that includes this one.
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

static void UPDATE(adagrad)(const dpi_optimizer_options *o, int64_t t, size_t n, TYPE *restrict p,
                            const TYPE *restrict g, TYPE *restrict sum)
{
    const TYPE decay = (TYPE)o->weight_decay, eps = (TYPE)o->eps;
    const TYPE lr = (TYPE)(o->lr / (1 + (double)(t - 1) * o->lr_decay));
    for (size_t i = 0; i < n; i++) {
        TYPE gradient = g[i] + decay * p[i];
        sum[i] += gradient * gradient;
        p[i] -= lr * gradient / (SQRT(sum[i]) + eps);
    }
}

/* The denominator: square may be a rounding error below mean^2. */
static void UPDATE(rmsprop_centered)(const dpi_optimizer_options *o, size_t n, TYPE *restrict p, const TYPE *restrict g,
                                     TYPE *restrict square, TYPE *restrict v, TYPE *restrict mean)
{
    const TYPE decay = (TYPE)o->weight_decay, eps = (TYPE)o->eps, lr = (TYPE)o->lr, momentum = (TYPE)o->momentum;
    const TYPE keep = (TYPE)o->alpha, take = (TYPE)(1 - o->alpha);
    for (size_t i = 0; i < n; i++) {
        TYPE gradient = g[i] + decay * p[i];
        square[i] = keep * square[i] + take * gradient * gradient;
        mean[i] = mean[i] + take * (gradient - mean[i]);
        TYPE step = gradient / (SQRT(square[i] - mean[i] * mean[i]) + eps);
        if (v) step = v[i] = momentum * v[i] + step;
        p[i] -= lr * step;
    }
}

static void UPDATE(rmsprop)(const dpi_optimizer_options *o, size_t n, TYPE *restrict p, const TYPE *restrict g,
                            TYPE *restrict square, TYPE *restrict v)
{
    const TYPE decay = (TYPE)o->weight_decay, eps = (TYPE)o->eps, lr = (TYPE)o->lr, momentum = (TYPE)o->momentum;
    const TYPE keep = (TYPE)o->alpha, take = (TYPE)(1 - o->alpha);
    for (size_t i = 0; i < n; i++) {
        TYPE gradient = g[i] + decay * p[i];
        square[i] = keep * square[i] + take * gradient * gradient;
        TYPE step = gradient / (SQRT(square[i]) + eps);
        if (v) step = v[i] = momentum * v[i] + step;
        p[i] -= lr * step;
    }
}

static void UPDATE(adadelta)(const dpi_optimizer_options *o, size_t n, TYPE *restrict p, const TYPE *restrict g,
                             TYPE *restrict square, TYPE *restrict travelled)
{
    const TYPE decay = (TYPE)o->weight_decay, eps = (TYPE)o->eps, lr = (TYPE)o->lr;
    const TYPE keep = (TYPE)o->rho, take = (TYPE)(1 - o->rho);
    for (size_t i = 0; i < n; i++) {
        TYPE gradient = g[i] + decay * p[i];
        square[i] = keep * square[i] + take * gradient * gradient;
        TYPE step = SQRT(travelled[i] + eps) / SQRT(square[i] + eps) * gradient;
        travelled[i] = keep * travelled[i] + take * step * step;
        p[i] -= lr * step;
    }
}

/* Weight decay goes into the gradient, or, decoupled, takes its part of the parameter itself. */
static void UPDATE(adam)(const dpi_optimizer_options *o, bool decoupled, int64_t t, size_t n, TYPE *restrict p,
                         const TYPE *restrict g, TYPE *restrict m, TYPE *restrict v, TYPE *restrict top)
{
    const TYPE decay = decoupled ? 0 : (TYPE)o->weight_decay, left = decoupled ? (TYPE)(1 - o->lr * o->weight_decay) : 1;
    const TYPE take_m = (TYPE)(1 - o->beta1), keep_v = (TYPE)o->beta2, take_v = (TYPE)(1 - o->beta2);
    const TYPE eps = (TYPE)o->eps;
    const TYPE step = (TYPE)(o->lr / (1 - pow(o->beta1, (double)t))),
               correction = (TYPE)sqrt(1 - pow(o->beta2, (double)t));
    if (top)
        for (size_t i = 0; i < n; i++) {
            TYPE gradient = g[i] + decay * p[i];
            m[i] = m[i] + take_m * (gradient - m[i]);
            v[i] = keep_v * v[i] + take_v * gradient * gradient;
            top[i] = v[i] <= top[i] ? top[i] : v[i]; /* NaN stays */
            p[i] = left * p[i] - step * m[i] / (SQRT(top[i]) / correction + eps);
        }
    else
        for (size_t i = 0; i < n; i++) {
            TYPE gradient = g[i] + decay * p[i];
            m[i] = m[i] + take_m * (gradient - m[i]);
            v[i] = keep_v * v[i] + take_v * gradient * gradient;
            p[i] = left * p[i] - step * m[i] / (SQRT(v[i]) / correction + eps);
        }
}

static void UPDATE(nadam)(const dpi_update *u, size_t n, TYPE *restrict p, const TYPE *restrict g, TYPE *restrict m,
                          TYPE *restrict v)
{
    const dpi_optimizer_options *o = u->options;
    const double mu = dpi_nadam_mu(o, u->t), next = dpi_nadam_mu(o, u->t + 1);
    const bool decoupled = o->decoupled_weight_decay != 0;
    const TYPE decay = decoupled ? 0 : (TYPE)o->weight_decay, left = decoupled ? (TYPE)(1 - o->lr * o->weight_decay) : 1;
    const TYPE take_m = (TYPE)(1 - o->beta1), keep_v = (TYPE)o->beta2, take_v = (TYPE)(1 - o->beta2);
    const TYPE of_g = (TYPE)(o->lr * (1 - mu) / (1 - u->mu_product)), eps = (TYPE)o->eps;
    const TYPE of_m = (TYPE)(o->lr * next / (1 - u->mu_product * next));
    const TYPE correction = (TYPE)(1 - pow(o->beta2, (double)u->t));
    for (size_t i = 0; i < n; i++) {
        TYPE gradient = g[i] + decay * p[i];
        m[i] = m[i] + take_m * (gradient - m[i]);
        v[i] = keep_v * v[i] + take_v * gradient * gradient;
        TYPE denominator = SQRT(v[i] / correction) + eps;
        p[i] = left * p[i] - of_g * gradient / denominator - of_m * m[i] / denominator;
    }
}

void UPDATE(dpi_update)(const dpi_update *u, size_t n, TYPE *p, const TYPE *g, TYPE *const s[DPI_STATES])
{
    const dpi_optimizer_options *o = u->options;
    switch (u->method) {
    case DPI_SGD: UPDATE(sgd)(o, n, p, g); break;
    case DPI_MOMENTUM:
    case DPI_NESTEROV: UPDATE(momentum)(o, u->t, n, p, g, s[0]); break;
    case DPI_ADAGRAD: UPDATE(adagrad)(o, u->t, n, p, g, s[0]); break;
    case DPI_RMSPROP:
        if (o->centered != 0) UPDATE(rmsprop_centered)(o, n, p, g, s[0], o->momentum > 0 ? s[1] : NULL, s[2]);
        else UPDATE(rmsprop)(o, n, p, g, s[0], o->momentum > 0 ? s[1] : NULL);
        break;
    case DPI_ADADELTA: UPDATE(adadelta)(o, n, p, g, s[0], s[1]); break;
    case DPI_ADAM:
    case DPI_ADAMW:
        UPDATE(adam)(o, u->method == DPI_ADAMW, u->t, n, p, g, s[0], s[1], o->amsgrad != 0 ? s[2] : NULL);
        break;
    case DPI_NADAM: UPDATE(nadam)(u, n, p, g, s[0], s[1]); break;
    case DPI_METHODS: break;
    }
}

/* ---- Clipping ---- */

void UPDATE(dpi_clip)(size_t n, TYPE *g, double limit)
{
    const TYPE high = (TYPE)limit, low = (TYPE)-limit;
    for (size_t i = 0; i < n; i++) g[i] = g[i] > high ? high : g[i] < low ? low : g[i];
}

double UPDATE(dpi_square_sum)(size_t n, const TYPE *g)
{
    enum { LANES = 8 };
    double sums[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++) sums[k] += (double)g[i + k] * (double)g[i + k];
    for (; i < n; i++) sum += (double)g[i] * (double)g[i];
    for (size_t k = 0; k < LANES; k++) sum += sums[k];
    return sum;
}

void UPDATE(dpi_multiply)(size_t n, TYPE *g, double factor)
{
    const TYPE by = (TYPE)factor;
    for (size_t i = 0; i < n; i++) g[i] *= by;
}

bool UPDATE(dpi_all_finite)(size_t n, const TYPE *g)
{
    int bad = 0;
    for (size_t i = 0; i < n; i++) bad |= !(g[i] <= LARGEST) | !(g[i] >= -LARGEST);
    return !bad;
}
