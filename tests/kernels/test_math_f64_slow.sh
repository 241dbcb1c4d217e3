# test_math_f64.c with 256 times as many arguments.
DENPA_EXHAUSTIVE=1 exec "$DENPA_BINARY_DIR/tests/kernels/test_math_f64"
