denpa eval: values, gradients, expressions, JSON.

  $ denpa eval -e "1+1"
  2
  $ denpa eval -e "a = [1, 2]" -e "a * 2" --expression="sum(a)"
  [2 4]
  3
  $ denpa eval -e "a = 1" -e "b = a +" -e "b"
  ! denpa: -e:2:8: expected a value, but the end of the line came
  !     b = a +
  !            ^
  [2]
  $ denpa eval -e "apple = 100; n = 2; tax = 1.1; price = apple * n * tax"
  price = 220.00000000000003
  $ denpa eval -e "apple = 100; n = 2; tax = 1.1; price = apple * n * tax" --grad price
  price = 220.00000000000003
  dprice/dapple = 2.2
  dprice/dn = 110.00000000000001
  dprice/dtax = 200.0
  $ denpa eval -e "りんご = 100; 合計 = りんご * 3" --grad 合計
  合計 = 300
  d合計/dりんご = 3.0
  $ denpa eval -e "x = [[1, 2]]; W = [[1, 2, 3], [4, 5, 6]]; b = [1, 2, 3]; f = sum(x @ W + b)" --grad f
  f = 42
  df/dx = [[ 6. 15.]]
  df/dW =
  [[1. 1. 1.]
   [2. 2. 2.]]
  df/db = [1. 1. 1.]

What the formula prints comes instead of the names; --print comes instead of both.

  $ denpa eval -e "x = [1, 2]; y = 2 * x; print('twice', y, repr(y)); sum(y)"
  twice [2 4] array([2, 4])
  6
  $ denpa eval -e "x = [1, 2]; y = 2 * x; print('twice', y)" --print "y[1]" --print "repr(y)"
  4
  array([2, 4])
  $ denpa eval -e "x = 3"
  x = 3
  $ denpa eval -e ""

Settings replace what a name is bound to.

  $ denpa eval -e "x = 1; y = x * 10" --set x=7
  y = 70
  $ denpa eval -e "x = input(2); y = sum(x, axis=1)" --set "x=[[1, 2], [3, 4], [5, 6]]"
  y = [ 3.  7. 11.]
  $ denpa eval -e "y = x * 10" --set "x=[1, 2]" --grad y --print "sum(y)"
  ! denpa: grad: y is [2]: the gradient is that of one number (take a sum, or give upstream)
  [2]
  $ denpa eval -e "L = sum(x * 10)" --set "x=[1, 2]" --grad L
  L = 30
  dL/dx = [10. 10.]

Files, standard input.

  $ printf 'a = [[1, 2], [3, 4]]\na @ a\n' > a.dp
  $ denpa eval a.dp
  [[ 7 10]
   [15 22]]
  $ denpa eval - < a.dp
  [[ 7 10]
   [15 22]]
  $ denpa eval -- a.dp
  [[ 7 10]
   [15 22]]

float32 and float64; NumPy's way of printing.

  $ denpa eval -e "1 / 3; ones(2) / 3; x = [1e-5, 1]; x * 1" --dtype f32
  0.3333333432674408
  [0.33333334 0.33333334]
  [1.e-05 1.e+00]
  $ denpa eval -e "1 / 3; ones(2) / 3; x = [1e-5, 1]; x * 1"
  0.3333333333333333
  [0.33333333 0.33333333]
  [1.e-05 1.e+00]
  $ denpa eval -e "zeros((3, 4)); repr(arange(3)); arange(2000); [True, False]; 2 > 1"
  [[0. 0. 0. 0.]
   [0. 0. 0. 0.]
   [0. 0. 0. 0.]]
  array([0, 1, 2])
  [   0    1    2 ... 1997 1998 1999]
  [ True False]
  True

Parameters are drawn from the seed.

  $ denpa eval -e "W = param((2, 2), normal(0.01)); b = param(2, zeros); y = W + b" --seed 1
  y =
  [[ 0.01251833  0.01146046]
   [ 0.00142102 -0.01792283]]
  $ denpa eval -e "W = param((2, 2), normal(0.01)); b = param(2, zeros); y = W + b" --seed 2
  y =
  [[-6.81777913e-05 -7.35656658e-03]
   [ 1.94257589e-02  2.19333665e-03]]
  $ denpa eval -e "W = param((2, 2), normal(0.01)); L = sum(W ** 2); c = sum(W * 3)" --grad c --print "sum(W) != 0"
  True
  dc/dW =
  [[3. 3.]
   [3. 3.]]

Data fill inputs and labels.

  $ printf 'x1,x2,class1\n0,0,1\n0,1,0\n1,1,1\n1,0,0\n' > xor.csv
  $ denpa eval -e "x = input(2); t = label(2); print(x, t)" --data xor.csv
  [[0. 0.]
   [0. 1.]
   [1. 1.]
   [1. 0.]] [1 0 1 0]
  $ denpa eval -e "x = input(2); t = label(2); print(x, t)" --data xor.csv --rows 1:3 --bind x=x2,x1 --bind t=class1
  [[1. 0.]
   [1. 1.]] [0 1]
  $ denpa eval -e "x = input(784); t = label(10); print(t[:5]); mean(x) > 0" --data digits:20 --rows :8
  [4 5 4 2 5]
  True

JSON.

  $ denpa eval -e "a = 2; b = [1.5, 2]; L = sum(a * b)" --grad L --check --json | sed -E 's/("max_(abs|rel)": )[0-9.e-]+/\1…/g'
  {"values": {"a": {"dtype": "int64", "shape": [], "data": 2}, "b": {"dtype": "float64", "shape": [2], "data": [1.5, 2.0]}, "L": {"dtype": "float64", "shape": [], "data": 7.0}}, "grad_of": "L", "grads": {"a": {"dtype": "float64", "shape": [], "data": 3.5}, "b": {"dtype": "float64", "shape": [2], "data": [2.0, 2.0]}}, "check": {"a": {"max_abs": …, "max_rel": …, "ok": true}, "b": {"max_abs": …, "max_rel": …, "ok": true}}}
  $ denpa eval -e "x = [1 / 0, 0 / 0, -1 / 0, 0.1]; y = x > 1" --json
  {"values": {"x": {"dtype": "float64", "shape": [4], "data": ["Infinity", "NaN", "-Infinity", 0.1]}, "y": {"dtype": "bool", "shape": [4], "data": [true, false, false, false]}}}
  $ denpa eval -e "x = [[1, 2], [3, 4]]; print('x is', x); x.T" --json
  {"values": {"x": {"dtype": "int64", "shape": [2, 2], "data": [[1, 2], [3, 4]]}}, "printed": ["x is [[1 2]\n [3 4]]", "[[1 3]\n [2 4]]"]}
  $ denpa eval -e "x = [1, 2]" --print "x * 2" --json --dtype f32
  {"values": {"x * 2": {"dtype": "int64", "shape": [2], "data": [2, 4]}}}

A check that fails is exit status 1.

  $ denpa eval -e "x = [1.0, 2.0]; L = sum(x * x)" --grad L --check | verdicts
  L = 5.0
  dL/dx = [2. 4.]
  
  variable     shape               checked   max abs   max rel  at
  x            (2,)                    2/2 ok
  $ denpa eval -e "x = [1.0, 2.0]; L = sum(round(x * 1e7) / 1e7 * x)" --grad L --check | verdicts; echo "${PIPESTATUS[0]}"
  L = 5.0
  dL/dx = [1. 2.]
  
  variable     shape               checked   max abs   max rel  at
  x            (2,)                    2/2 DIFFERS
               there the gradient is 1.0, central differences give 2.0
  1

Wrong use.

  $ denpa eval
  ! denpa eval: give a file or -e TEXT
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e 1 file
  ! denpa eval: give either a file or -e TEXT
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e
  ! denpa eval: -e needs a value: -e TEXT
  ! Try: denpa eval --help
  [2]
  $ denpa eval a.dp b.dp
  ! denpa eval: "b.dp" is one word too many
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e 1 --dtype f16
  ! denpa eval: --dtype: "f16" is neither f32 nor f64
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e 1 --check
  ! denpa eval: --check needs --grad NAME
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e 1 --set x
  ! denpa eval: --set: "x" is not NAME=…
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e 1 --set "x=1 +"
  ! denpa: setting x:1:4: expected a value, but the end of the text came
  !     1 +
  !        ^
  [2]
  $ denpa eval -e 1 --print "1 +"
  ! denpa: --print:1:4: expected a value, but the end of the text came
  !     1 +
  !        ^
  [2]
  $ denpa eval -e "L = 1" --grad M
  ! denpa: --grad:1:1: unknown name M
  !     M
  !     ^
  [2]
  $ denpa eval -e "x = [1, 2]" --grad x
  ! denpa: grad: x is [2]: the gradient is that of one number (take a sum, or give upstream)
  [2]
  $ denpa eval -e "x = [1.0]; L = sum(x)" --grad L --check --dtype f32
  ! denpa: gradient check: it needs float64, the graph computes in float32
  [2]
  $ denpa eval -e "x = input(2)"
  ! denpa: -e:1:5: input x has no data: give --set x=... or --data
  !     x = input(2)
  !         ^~~~~~~~
  [2]
  $ denpa eval -e "x = input(2)" --data xor.csv --rows 3:2
  ! denpa eval: --rows: "3:2" is not A:B with A below B
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e "x = input(2)" --data xor.csv --rows 4:
  ! denpa eval: xor.csv has only 4 rows
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e "x = input(2)" --data xor.csv --rows 1:2:3
  ! denpa eval: --rows: "1:2:3" is not A:B with A below B
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e "x = input(4); mean(x)" --data xor.csv
  ! denpa: input x takes rows of (4,), that is 4 numbers, but column x1, x2, class1 of xor.csv gives 3
  [2]
  $ denpa eval -e "x = input(2); mean(x)" --data xor.csv --bind x=x1,x3
  ! denpa: input x: xor.csv has no column "x3"; it has x1, x2, class1
  [2]
  $ denpa eval -e "x = input(2); mean(x)" --data xor.csv --bind y=x1
  ! denpa: binding: the model has no input y; it has x
  [2]
  $ denpa eval -e 1 --seed minus
  ! denpa eval: --seed: "minus" is not a whole number
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e 1 --seed -1
  ! denpa eval: --seed: -1 is not a whole number of at least 0
  ! Try: denpa eval --help
  [2]
  $ denpa eval -e 1 --seed 99999999999999999999
  ! denpa eval: --seed: 99999999999999999999 is not between 0 and 9223372036854775807
  ! Try: denpa eval --help
  [2]

A naive plan computes node by node.

  $ denpa eval -e "x = [1, 2]; W = [[1, 2], [3, 4]]; L = sum(relu(x @ W - 8))" --grad L --plan naive
  L = 2
  dL/dx = [2. 4.]
  dL/dW =
  [[0. 1.]
   [0. 2.]]
  $ denpa eval -e "1" --plan slow
  ! denpa eval: --plan: "slow" is neither fast nor naive
  ! Try: denpa eval --help
  [2]

A constant that a product makes in passing is not there before the product: the gradient of a bias, asked for twice, in a sum.

  $ denpa eval -e "x = [[1.0, 2.0], [2.0, 3.0]]; W = [[1.0], [4.0]]; b = [1.0]; f = sum(x @ W + b); v = grad(f, W); d = grad(f, b); e = grad(f, b); print(v.T, d, e)"
  [[3. 5.]] [2.] [2.]

Dropout drops in training only; the draws follow from the seed.

  $ denpa eval -e "x = ones(8); y = dropout(x, 0.25); y; sum(y)"
  [1. 1. 1. 1. 1. 1. 1. 1.]
  8.0
  $ denpa eval -e "v = [1.0, 2.0, 3.0, 4.0]; y = sum(dropout(v, 0.25))" --grad y --training
  y = 9.333333333333332
  dy/dv = [1.33333333 1.33333333 0.         1.33333333]
