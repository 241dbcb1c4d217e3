/* Optimised plans against naive ones (support/naive_test.h): some, for every run of the tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/naive_test.h"
#include "support/plan_coverage.h"

static void test_graphs(void **state)
{
    (void)state;
    naive_test_graphs(1, 250);
}

static void test_nets(void **state)
{
    (void)state;
    naive_test_nets(1, 80);
}

static void test_large(void **state)
{
    (void)state;
    naive_test_large();
}

/* Every pass, fused op and kernel was in some of the graphs above. */
static void test_coverage(void **state)
{
    (void)state;
    plan_coverage_check();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_graphs), cmocka_unit_test(test_nets), cmocka_unit_test(test_large),
                                       cmocka_unit_test(test_coverage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
