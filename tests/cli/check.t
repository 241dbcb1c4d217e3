denpa check: back-propagation against central differences. The differences themselves are rounding, and not shown.

  $ denpa check -e "x = [[1.0, 2], [3, 4]]; n = 3; L = sum(x ** n)" --of L | verdicts
  gradient of L against central differences in float64, tolerance 1e-06
  
  variable     shape               checked   max abs   max rel  at
  x            (2, 2)                  4/4 ok
  n            ()                      1/1 ok
  $ denpa check -e "W = param((30, 20), normal(0.5)); L = sum(tanh(W))" --of L --elements 50 | verdicts
  gradient of L against central differences in float64, tolerance 1e-06
  
  variable     shape               checked   max abs   max rel  at
  W            (30, 20)             50/600 ok
  $ denpa check $MODELS/xor.dp --of loss --data $MODELS/data/xor.csv | verdicts
  gradient of loss against central differences in float64, tolerance 1e-06
  
  variable     shape               checked   max abs   max rel  at
  W1           (2, 4)                  8/8 ok
  W2           (4, 2)                  8/8 ok
  $ denpa check $MODELS/two_layer_net.dp --of loss --data digits:60 --batch 3 --elements 20 | verdicts
  gradient of loss against central differences in float64, tolerance 1e-06
  
  variable     shape               checked   max abs   max rel  at
  W1           (784, 50)          20/39200 ok
  b1           (50,)                 20/50 ok
  W2           (50, 10)             20/500 ok
  b2           (10,)                 10/10 ok
  $ denpa check -e "x = [1.0, 2]; L = sum(x * x)" --of L --json | grep -o '"ok": [a-z]*'
  "ok": true
  "ok": true

A gradient that is wrong, here because rounding hides that the value moves, gives 1 and both numbers.

  $ denpa check -e "x = [1.0, 2]; L = sum(round(x * 1e7) / 1e7 * x)" --of L
  gradient of L against central differences in float64, tolerance 1e-06
  
  variable     shape               checked   max abs   max rel  at
  x            (2,)                    2/2   2.0e+00   5.0e-01  [0]        DIFFERS
               there the gradient is 1.0, central differences give 2.0
  [1]
  $ denpa check -e "x = [1.0, 2]; L = sum(round(x * 1e7) / 1e7 * x)" --of L --json | grep -o '"ok": [a-z]*'
  "ok": false
  "ok": false

Wrong use.

  $ denpa check -e "x = 1.0"
  ! denpa check: --of NAME is missing: the value whose gradient is to be checked
  ! Try: denpa check --help
  [2]
  $ denpa check -e "x = [1.0, 2]" --of x
  ! denpa: grad: x is [2]: the gradient is that of one number (take a sum, or give upstream)
  [2]
  $ denpa check -e "x = 1.0; y = zeros(2); L = sum(y)" --of L
  ! denpa check: L does not depend on any variable or parameter
  ! Try: denpa check --help
  [2]
  $ denpa check -e "x = 1.0; L = x * x" --of M
  ! denpa: --of:1:1: unknown name M
  !     M
  !     ^
  [2]
  $ denpa check -e "x = 1.0; L = x * x" --of L --tolerance 0
  ! denpa check: --tolerance and --h must be above 0
  ! Try: denpa check --help
  [2]
  $ denpa check -e "x = 1.0; L = x * x" --of L --h nothing
  ! denpa check: --h: "nothing" is not a number
  ! Try: denpa check --help
  [2]
  $ denpa check -e "x = 1.0; L = x * x" --of L --batch 0
  ! denpa check: --batch: 0 is not a whole number of at least 1
  ! Try: denpa check --help
  [2]
