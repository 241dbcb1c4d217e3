/* x[...] and x.T, x.shape, …: NumPy's basic indexing, and rows (or another axis) picked by an integer array. */
#include <inttypes.h>
#include <string.h>

#include "formula/scope.h"
#include "graph/graph_internal.h"

enum { MAX_INDICES = 2 * DP_MAX_RANK + 1 };

/* What is done with one axis of the result or of the array. */
typedef enum axis_kind { AXIS_SLICE, AXIS_INTEGER, AXIS_ARRAY, AXIS_NEW } axis_kind;

typedef struct index_plan {
    axis_kind kinds[MAX_INDICES + DP_MAX_RANK]; /* in the order of the axes */
    int count;
    dp_slice_spec slices[DP_MAX_RANK]; /* by axis of the array */
    int64_t integers[DP_MAX_RANK];
    dp_val array; /* the one integer array */
    int rank;     /* axes of the array given so far */
    int sliced;   /* is any slice more than ':' */
} index_plan;

static const dp_slice_spec whole_axis = {DP_SLICE_NONE, DP_SLICE_NONE, 1};

static dp_status slice_bound(dp_scope *s, const dpi_object *slice, uint32_t part, const char *what, int64_t *out)
{
    dpi_object bound = s->items[slice->first + part];
    bound.node = slice->node;
    return bound.kind == DPI_OBJECT_NONE ? DP_OK : dpi_object_whole(s, &bound, what, out);
}

static dp_status read_slice(dp_scope *s, const dpi_object *object, dp_slice_spec *out)
{
    *out = whole_axis;
    DPI_TRY(slice_bound(s, object, 0, "the start of a slice", &out->start));
    DPI_TRY(slice_bound(s, object, 1, "the stop of a slice", &out->stop));
    DPI_TRY(slice_bound(s, object, 2, "the step of a slice", &out->step));
    if (out->step == 0)
        return dpi_object_fail(s, object, DP_ERR_ARG, "the step of a slice cannot be 0");
    return DP_OK;
}

static int takes_axis(const dpi_object *item)
{
    return item->kind != DPI_OBJECT_NONE && item->kind != DPI_OBJECT_ELLIPSIS;
}

static void plan_whole_axes(index_plan *plan, int count)
{
    for (int i = 0; i < count; i++) {
        plan->slices[plan->rank++] = whole_axis;
        plan->kinds[plan->count++] = AXIS_SLICE;
    }
}

/* Adds an axis along which plan->array picks. */
static dp_status plan_picked_axis(index_plan *plan)
{
    plan->slices[plan->rank++] = whole_axis;
    plan->kinds[plan->count++] = AXIS_ARRAY;
    return DP_OK;
}

/* An index of True and False picks where it is True. How many that are must be known now, so its numbers are worked
 * out at once. */
static dp_status plan_mask(dp_scope *s, const dpi_object *item, int64_t axis_length, index_plan *plan)
{
    char text[DP_SHAPE_TEXT_BYTES];
    dp_array *mask = NULL, *places = NULL;
    dp_shape shape = dp_val_shape(s->graph, plan->array);
    if (shape.rank != 1 || shape.dims[0] != axis_length)
        return dpi_object_fail(s, item, DP_ERR_SHAPE,
                               "an index of True and False must be as long as the axis, [%" PRId64 "], but it is %s",
                               axis_length, dpi_shape_words(shape, text));
    if (!s->hooks.evaluate)
        return dpi_object_fail(s, item, DP_ERR_UNSUPPORTED, "an index of True and False is not supported here");
    dp_status status = s->hooks.evaluate(s->hooks.user, s->graph, plan->array, &mask);
    if (status != DP_OK)
        return dpi_object_fail(
            s, item, status,
            "an index of True and False must be known when the formula is read; it cannot hang on an input or a param");
    const uint8_t *is_true = mask->data;
    int64_t count = 0;
    for (int64_t i = 0; i < axis_length; i++)
        count += is_true[i];
    status = dp_array_new(s->ctx, DP_I64, dp_shape_of(1, &count), &places);
    if (status == DP_OK) {
        int64_t *place = places->data;
        for (int64_t i = 0; i < axis_length; i++)
            if (is_true[i])
                *place++ = i;
        plan->array = dp_const_take(s->graph, &places);
        status = plan->array == DP_VAL_NONE ? dpi_scope_graph_error(s) : plan_picked_axis(plan);
    }
    dp_array_free(&mask);
    return status;
}

static dp_status plan_array(dp_scope *s, const dpi_object *item, int64_t axis_length, index_plan *plan)
{
    char text[240];
    if (plan->array != DP_VAL_NONE)
        return dpi_object_fail(s, item, DP_ERR_UNSUPPORTED, "only one index can be an array");
    DPI_TRY(dpi_object_value(s, item, "an index", &plan->array));
    dp_dtype dtype = dp_val_dtype(s->graph, plan->array);
    if (dtype == DP_BOOL)
        return plan_mask(s, item, axis_length, plan);
    if (dtype != DP_I64 && dtype != DP_U8)
        return dpi_object_fail(s, item, DP_ERR_DTYPE,
                               "an index must be an integer, a slice or an array of integers, not %s",
                               dpi_object_kind_text(s, item, text));
    return plan_picked_axis(plan);
}

static dp_status plan_item(dp_scope *s, const dpi_object *item, dp_shape shape, int ellipsis_axes, index_plan *plan)
{
    switch ((dpi_object_kind)item->kind) {
    case DPI_OBJECT_NONE:
        plan->kinds[plan->count++] = AXIS_NEW;
        return DP_OK;
    case DPI_OBJECT_ELLIPSIS:
        plan_whole_axes(plan, ellipsis_axes);
        return DP_OK;
    case DPI_OBJECT_SLICE: {
        dp_slice_spec *spec = &plan->slices[plan->rank++];
        plan->kinds[plan->count++] = AXIS_SLICE;
        DPI_TRY(read_slice(s, item, spec));
        if (memcmp(spec, &whole_axis, sizeof *spec) != 0)
            plan->sliced = 1;
        return DP_OK;
    }
    case DPI_OBJECT_INT:
        plan->integers[plan->rank] = item->whole;
        plan->slices[plan->rank++] = whole_axis;
        plan->kinds[plan->count++] = AXIS_INTEGER;
        return DP_OK;
    default:
        return plan_array(s, item, shape.dims[plan->rank], plan);
    }
}

static dp_status make_plan(dp_scope *s, dp_shape shape, const dpi_object *items, size_t count, index_plan *plan)
{
    int taken = 0, ellipses = 0;
    for (size_t i = 0; i < count; i++) {
        taken += takes_axis(&items[i]);
        ellipses += items[i].kind == DPI_OBJECT_ELLIPSIS;
    }
    if (ellipses > 1)
        return dpi_scope_fail(s, DP_ERR_ARG, "an index can have '...' only once");
    if (taken > shape.rank)
        return dpi_scope_fail(s, DP_ERR_SHAPE, "too many indices: the array has %d %s, but %d are indexed", shape.rank,
                              shape.rank == 1 ? "axis" : "axes", taken);
    if (count > MAX_INDICES)
        return dpi_scope_fail(s, DP_ERR_SHAPE, "too many indices: the result has more than %d axes", DP_MAX_RANK);
    for (size_t i = 0; i < count; i++)
        DPI_TRY(plan_item(s, &items[i], shape, shape.rank - taken, plan));
    plan_whole_axes(plan, shape.rank - plan->rank);
    return DP_OK;
}

/* Picks along the axis `axis` by plan->array: the axis comes to the front, its rows are gathered, and the axes go
 * back. */
static dp_val gather_axis(dp_graph *g, dp_val v, int axis, dp_val index)
{
    int order[2 * DP_MAX_RANK], rank = dp_val_shape(g, v).rank, more = dp_val_shape(g, index).rank;
    if (axis == 0)
        return dp_gather(g, v, index);
    order[0] = axis;
    for (int i = 1; i < rank; i++)
        order[i] = i <= axis ? i - 1 : i;
    v = dp_gather(g, dp_transpose(g, v, order, rank), index);
    if (v == DP_VAL_NONE)
        return v;
    for (int i = 0; i < rank - 1 + more; i++)
        order[i] = i < axis ? more + i : i < axis + more ? i - axis : i;
    return dp_transpose(g, v, order, rank - 1 + more);
}

/* The result with axes of 1 where None stood. */
static dp_status insert_axes(dp_scope *s, const index_plan *plan, dp_val v, dp_val *out)
{
    dp_shape from = dp_val_shape(s->graph, v), to = {0};
    int next = 0, index_rank = plan->array != DP_VAL_NONE ? dp_val_shape(s->graph, plan->array).rank : 0;
    for (int i = 0; i < plan->count; i++) {
        int axes = plan->kinds[i] == AXIS_INTEGER ? 0 : plan->kinds[i] == AXIS_ARRAY ? index_rank : 1;
        if (to.rank + axes > DP_MAX_RANK)
            return dpi_scope_fail(s, DP_ERR_SHAPE, "too many indices: the result has more than %d axes", DP_MAX_RANK);
        for (int j = 0; j < axes; j++)
            to.dims[to.rank++] = plan->kinds[i] == AXIS_NEW ? 1 : from.dims[next++];
    }
    *out = to.rank == from.rank ? v : dp_reshape(s->graph, v, to);
    return DP_OK;
}

static dp_status index_array(dp_scope *s, const dpi_object *a, const dpi_object *items, size_t count, dpi_object *out)
{
    index_plan plan = {0};
    dp_graph *g = s->graph;
    dp_val v;
    DPI_TRY(dpi_object_value(s, a, "an index", &v));
    DPI_TRY(make_plan(s, dp_val_shape(g, v), items, count, &plan));
    if (plan.sliced)
        v = dp_slice(g, v, plan.slices, plan.rank);
    int axis = plan.rank, array_axis = 0, integers = 0;
    for (int i = plan.count; i-- > 0;) {
        if (plan.kinds[i] == AXIS_NEW)
            continue;
        axis--;
        if (plan.kinds[i] == AXIS_ARRAY)
            array_axis = axis;
        if (plan.kinds[i] != AXIS_INTEGER)
            continue;
        integers++;
        v = dp_select(g, v, axis, plan.integers[axis]);
    }
    if (plan.array != DP_VAL_NONE && integers)
        return dpi_scope_fail(s, DP_ERR_UNSUPPORTED,
                              "an integer and an array in one index are not supported; index twice: x[i][rows]");
    if (plan.array != DP_VAL_NONE && v != DP_VAL_NONE)
        v = gather_axis(g, v, array_axis, plan.array);
    if (v == DP_VAL_NONE)
        return dpi_scope_graph_error(s);
    DPI_TRY(insert_axes(s, &plan, v, &v));
    return dpi_scope_value(s, v, out);
}

/* Python's start and length of a slice of a tuple. */
static dp_status slice_tuple(dp_scope *s, const dpi_object *a, const dpi_object *index, dpi_object *out)
{
    dp_slice_spec spec;
    DPI_TRY(read_slice(s, index, &spec));
    if (spec.step != 1)
        return dpi_object_fail(s, index, DP_ERR_UNSUPPORTED, "a slice of a tuple can have no step");
    int64_t count = a->count, start = spec.start == DP_SLICE_NONE ? 0 : spec.start,
            stop = spec.stop == DP_SLICE_NONE ? count : spec.stop;
    if (start < 0)
        start = start + count < 0 ? 0 : start + count;
    if (stop < 0)
        stop = stop + count < 0 ? 0 : stop + count;
    if (start > count)
        start = count;
    if (stop > count)
        stop = count;
    if (stop < start)
        stop = start;
    *out = (dpi_object){.kind = DPI_OBJECT_TUPLE,
                        .depth = a->depth,
                        .first = a->first + (uint32_t)start,
                        .count = (uint32_t)(stop - start)};
    return DP_OK;
}

static dp_status index_tuple(dp_scope *s, const dpi_object *a, const dpi_object *index, dpi_object *out)
{
    int64_t i;
    if (index->kind == DPI_OBJECT_SLICE)
        return slice_tuple(s, a, index, out);
    DPI_TRY(dpi_object_whole(s, index, "the index of a tuple", &i));
    if (i < -(int64_t)a->count || i >= (int64_t)a->count)
        return dpi_object_fail(s, index, DP_ERR_RANGE, "index %" PRId64 " is outside: the tuple has %u elements", i,
                               a->count);
    *out = s->items[a->first + (uint32_t)(i < 0 ? i + a->count : i)];
    return DP_OK;
}

dp_status dpi_object_index(dp_scope *s, const dpi_object *a, const dpi_object *indices, size_t count, dpi_object *out)
{
    if (a->kind == DPI_OBJECT_TUPLE && count == 1)
        return index_tuple(s, a, &indices[0], out);
    if (count != 1 || indices[0].kind != DPI_OBJECT_TUPLE)
        return index_array(s, a, indices, count, out);
    dpi_object items[MAX_INDICES];
    if (indices[0].count > MAX_INDICES)
        return dpi_scope_fail(s, DP_ERR_SHAPE, "too many indices");
    for (uint32_t i = 0; i < indices[0].count; i++) {
        items[i] = s->items[indices[0].first + i];
        items[i].node = indices[0].node;
    }
    return index_array(s, a, items, indices[0].count, out);
}

/* ---- Attributes ---- */

static dp_status shape_tuple(dp_scope *s, dp_shape shape, dpi_object *out)
{
    dpi_object items[DP_MAX_RANK];
    *out = (dpi_object){.kind = DPI_OBJECT_TUPLE, .depth = 1, .count = (uint32_t)shape.rank};
    for (int i = 0; i < shape.rank; i++)
        items[i] = dpi_object_int(shape.dims[i]);
    return dpi_scope_items(s, items, (size_t)shape.rank, &out->first);
}

dp_status dpi_object_attribute(dp_scope *s, const dpi_object *a, const char *name, size_t bytes, dpi_object *out)
{
    dp_val v;
    if (!dpi_is_attribute(name, bytes))
        return dpi_scope_fail(
            s, DP_ERR_NAME,
            "there is no .%.*s; there are .T .shape .ndim .size .dtype, and y.W and y.b of y = affine(...)",
            (int)(bytes < 60 ? bytes : 60), name);
    DPI_TRY(dpi_object_value(s, a, "a point", &v));
    dp_shape shape = dp_val_shape(s->graph, v);
    if (*name == 'T')
        return dpi_scope_value(s, dp_transpose(s->graph, v, NULL, 0), out);
    if (*name == 'd')
        return dpi_scope_string(s, dp_dtype_name(dp_val_dtype(s->graph, v)),
                                strlen(dp_dtype_name(dp_val_dtype(s->graph, v))), out);
    if (*name == 'n')
        *out = dpi_object_int(shape.rank);
    else if (name[1] == 'i')
        *out = dpi_object_int(dp_shape_elems(shape));
    else
        return shape_tuple(s, shape, out);
    return DP_OK;
}
