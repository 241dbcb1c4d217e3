denpa draw: DOT, JSON, steps, and what it refuses.

  $ denpa draw $MODELS/buy_apple.dp
  digraph {
    rankdir=LR;
    node [fontname="DejaVu Sans"];
    edge [fontname="DejaVu Sans", fontsize=11];
    n0 [shape=plaintext, label="apple"];
    n1 [shape=plaintext, label="apple_num"];
    n2 [shape=plaintext, label="tax"];
    n3 [shape=circle, label="×"];
    n4 [shape=circle, label="×"];
    n5 [shape=plaintext, label="price"];
    n0 -> n3 [label="100"];
    n3 -> n0 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="2.2"];
    n1 -> n3 [label="2"];
    n3 -> n1 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="110"];
    n3 -> n4 [label="200"];
    n4 -> n3 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="1.1"];
    n2 -> n4 [label="1.1"];
    n4 -> n2 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="200"];
    n4 -> n5 [label="220"];
    n5 -> n4 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="1"];
  }
  $ denpa draw $MODELS/buy_apple.dp --value price
  digraph {
    rankdir=LR;
    node [fontname="DejaVu Sans"];
    edge [fontname="DejaVu Sans", fontsize=11];
    n0 [shape=plaintext, label="apple"];
    n1 [shape=plaintext, label="apple_num"];
    n2 [shape=plaintext, label="tax"];
    n3 [shape=circle, label="×"];
    n4 [shape=circle, label="×"];
    n5 [shape=plaintext, label="price"];
    n0 -> n3 [label="100"];
    n1 -> n3 [label="2"];
    n3 -> n4 [label="200"];
    n2 -> n4 [label="1.1"];
    n4 -> n5 [label="220"];
  }
  $ denpa draw $MODELS/buy_apple.dp --blank --step 3
  digraph {
    rankdir=LR;
    node [fontname="DejaVu Sans"];
    edge [fontname="DejaVu Sans", fontsize=11];
    n0 [shape=plaintext, label="apple"];
    n1 [shape=plaintext, label="apple_num"];
    n2 [shape=plaintext, label="tax"];
    n3 [shape=circle, label="×"];
    n4 [shape=circle, label="×"];
    n5 [shape=plaintext, label="price"];
    n0 -> n3 [label="100"];
    n1 -> n3 [label="2"];
    n3 -> n4 [label="200"];
    n2 -> n4 [label="1.1"];
    n4 -> n5 [label="220"];
    n5 -> n4 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="1"];
  }
  $ denpa draw $MODELS/sigmoid_layer.dp --grad y --group
  digraph {
    rankdir=LR;
    node [fontname="DejaVu Sans"];
    edge [fontname="DejaVu Sans", fontsize=11];
    n0 [shape=plaintext, label="x"];
    n1 [shape=box, label="sigmoid", style=rounded];
    n2 [shape=plaintext, label="y"];
    n0 -> n1 [label="0.5"];
    n1 -> n0 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="0.235004"];
    n1 -> n2 [label="0.622459"];
    n2 -> n1 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="1"];
  }
  $ denpa draw -e "x = 0.5; y = sigmoid(x)" --expand --symbols --upstream 1
  digraph {
    rankdir=LR;
    node [fontname="DejaVu Sans"];
    edge [fontname="DejaVu Sans", fontsize=11];
    n0 [shape=plaintext, label="x"];
    n1 [shape=plaintext, label="-1"];
    n2 [shape=circle, label="×"];
    n3 [shape=circle, label="exp"];
    n4 [shape=plaintext, label="1"];
    n5 [shape=circle, label="+"];
    n6 [shape=circle, label="/"];
    n7 [shape=plaintext, label=""];
    n0 -> n2 [label=""];
    n2 -> n0 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="∂L/∂y y² exp(-x)"];
    n1 -> n2 [label=""];
    n2 -> n3 [label="-x"];
    n3 -> n2 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="-∂L/∂y y² exp(-x)"];
    n3 -> n5 [label="exp(-x)"];
    n5 -> n3 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="-∂L/∂y y²"];
    n4 -> n5 [label=""];
    n5 -> n6 [label="exp(-x) + 1"];
    n6 -> n5 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="-∂L/∂y y²"];
    n6 -> n7 [label="y"];
    n7 -> n6 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="∂L/∂y"];
  }
  $ denpa draw -e "x = 3.0; y = 4.0; t = x + y; z = t ** 2" --chain
  digraph {
    rankdir=LR;
    node [fontname="DejaVu Sans"];
    edge [fontname="DejaVu Sans", fontsize=11];
    n0 [shape=plaintext, label="x"];
    n1 [shape=plaintext, label="y"];
    n2 [shape=circle, label="+"];
    n3 [shape=circle, label="**2"];
    n4 [shape=plaintext, label=""];
    n0 -> n2 [label=""];
    n2 -> n0 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="∂z/∂z ∂z/∂t ∂t/∂x"];
    n1 -> n2 [label=""];
    n2 -> n1 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="∂z/∂z ∂z/∂t ∂t/∂y"];
    n2 -> n3 [label="t"];
    n3 -> n2 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="∂z/∂z ∂z/∂t"];
    n3 -> n4 [label="z"];
    n4 -> n3 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="∂z/∂z"];
  }
  $ denpa draw -e "x = 10.0; y = 5.0; z = x * y" --upstream 1.3 --formulas
  digraph {
    rankdir=LR;
    node [fontname="DejaVu Sans"];
    edge [fontname="DejaVu Sans", fontsize=11];
    n0 [shape=plaintext, label="x"];
    n1 [shape=plaintext, label="y"];
    n2 [shape=box, label="×\ny = a * b\n∂y/∂a = b\n∂y/∂b = a"];
    n3 [shape=plaintext, label="z"];
    n0 -> n2 [label="10"];
    n2 -> n0 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="6.5"];
    n1 -> n2 [label="5"];
    n2 -> n1 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="13"];
    n2 -> n3 [label="50"];
    n3 -> n2 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="1.3"];
  }
  $ denpa draw -e "x = input(2); W = param((2, 3)); b = param(3, zeros); y = x @ W + b" --symbols
  digraph {
    rankdir=LR;
    node [fontname="DejaVu Sans"];
    edge [fontname="DejaVu Sans", fontsize=11];
    n0 [shape=plaintext, label="x"];
    n1 [shape=plaintext, label="W"];
    n2 [shape=plaintext, label="b"];
    n3 [shape=circle, label="dot"];
    n4 [shape=circle, label="+"];
    n5 [shape=plaintext, label=""];
    n0 -> n3 [label="(N, 2)"];
    n3 -> n0 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="(N, 2)\n∂L/∂y · Wᵀ"];
    n1 -> n3 [label="(2, 3)"];
    n3 -> n1 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="(2, 3)\nxᵀ · ∂L/∂y"];
    n3 -> n4 [label="(N, 3)\nx·W"];
    n4 -> n3 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="(N, 3)\n∂L/∂y"];
    n2 -> n4 [label="(3,)"];
    n4 -> n2 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="(3,)\nsum(∂L/∂y, axis=0)"];
    n4 -> n5 [label="(N, 3)\ny"];
    n5 -> n4 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="(N, 3)\n∂L/∂y"];
  }
  $ denpa draw -e "a = [[0.3, 0.2, 0.5]]; t = [1]; L = softmax_cross_entropy(a, t)" --expand --symbols
  digraph {
    rankdir=LR;
    node [fontname="DejaVu Sans"];
    edge [fontname="DejaVu Sans", fontsize=11];
    n0 [shape=plaintext, label="a"];
    n1 [shape=plaintext, label="t"];
    n2 [shape=box, label="Softmax", style=rounded];
    n3 [shape=box, label="cross entropy", style=rounded];
    n4 [shape=plaintext, label=""];
    n0 -> n2 [label="(1, 3)"];
    n2 -> n0 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="(1, 3)\ny - t"];
    n2 -> n3 [label="(1, 3)\ny"];
    n3 -> n2 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="(1, 3)\n-t / y"];
    n1 -> n3 [label="(1,)"];
    n3 -> n4 [label="L"];
    n4 -> n3 [color="#0072b2", fontcolor="#0072b2", penwidth=2, constraint=false, label="1"];
  }
  $ denpa draw -e "x = 3.0; y = x * x" --json
  {"steps": 3, "shown": 3, "nodes": [
    {"id": 0, "kind": "variable", "label": "x", "name": "x", "symbol": "x", "sum": "Σ 6", "value": {"dtype": "float64", "shape": [], "data": 3.0}, "gradient": {"dtype": "float64", "shape": [], "data": 6.0}, "step": 1, "shown": true},
    {"id": 1, "kind": "operation", "label": "×", "name": "y", "op": "mul", "formula": "a * b", "symbol": "y", "value": {"dtype": "float64", "shape": [], "data": 9.0}, "gradient": {"dtype": "float64", "shape": [], "data": 1.0}, "step": 1, "shown": true},
    {"id": 2, "kind": "result", "label": "y", "name": "y", "symbol": "y", "step": 1, "shown": true}], "edges": [
    {"from": 0, "to": 1, "slot": 0, "derivative": "b", "forward": {"step": 1, "shown": true, "text": "3", "value": {"dtype": "float64", "shape": [], "data": 3.0}}, "backward": {"step": 3, "shown": true, "text": "3", "value": {"dtype": "float64", "shape": [], "data": 3.0}}},
    {"from": 0, "to": 1, "slot": 1, "derivative": "a", "forward": {"step": 1, "shown": true, "text": "3", "value": {"dtype": "float64", "shape": [], "data": 3.0}}, "backward": {"step": 3, "shown": true, "text": "3", "value": {"dtype": "float64", "shape": [], "data": 3.0}}},
    {"from": 1, "to": 2, "forward": {"step": 1, "shown": true, "text": "9", "value": {"dtype": "float64", "shape": [], "data": 9.0}}, "backward": {"step": 2, "shown": true, "text": "1", "value": {"dtype": "float64", "shape": [], "data": 1.0}}}]}
  $ denpa draw -e "x = 3.0; y = x ** 3" --check --json | grep -o "ok.: [a-z]*"
  ok": true

Colours, and steps in halves.

  $ denpa draw -e "x = 3.0; y = x ** 2" --forward-color orange --backward-color "#0000ff" | grep -e '->'
    n0 -> n1 [color="#ffa500", fontcolor="#ffa500", label="3"];
    n1 -> n0 [color="#0000ff", fontcolor="#0000ff", penwidth=2, constraint=false, label="6"];
    n1 -> n2 [color="#ffa500", fontcolor="#ffa500", label="9"];
    n2 -> n1 [color="#0000ff", fontcolor="#0000ff", penwidth=2, constraint=false, label="1"];
  $ denpa draw -e "x = 3.0; y = x ** 2" --forward-color yellowish
  ! denpa: color: "yellowish" is no colour; write a name such as "orange", "#rrggbb", "C0" to "C9" or "none"
  [2]
  $ denpa draw -e "x = 3.0; y = x ** 2" --halves --step 1 | grep invis
    n2 [shape=plaintext, label="y", style=invis];
    n1 -> n2 [label="9", style=invis];

Files.

  $ denpa draw $MODELS/buy_apple.dp -o g.dot && head -1 g.dot
  digraph {
  $ denpa draw $MODELS/buy_apple.dp --steps -o g.dot && ls
  g-01.dot
  g-02.dot
  g-03.dot
  g-04.dot
  g-05.dot
  g.dot
  $ denpa draw $MODELS/buy_apple.dp -o g.txt
  ! denpa: g.txt: a drawing is written as .svg, .png, .pdf or .dot
  [2]
  $ denpa draw $MODELS/buy_apple.dp -o nowhere/g.dot
  ! denpa: nowhere/g.dot: cannot write: No such file or directory
  [3]
  $ ls
  g-01.dot
  g-02.dot
  g-03.dot
  g-04.dot
  g-05.dot
  g.dot

Wrong use.

  $ denpa draw
  ! denpa draw: give a file or -e TEXT
  ! Try: denpa draw --help
  [2]
  $ denpa draw $MODELS/buy_apple.dp --value price --grad price
  ! denpa draw: give either --value or --grad
  ! Try: denpa draw --help
  [2]
  $ denpa draw $MODELS/buy_apple.dp --value price --check
  ! denpa draw: --check is about gradients: give --grad EXPR in place of --value
  ! Try: denpa draw --help
  [2]
  $ denpa draw $MODELS/buy_apple.dp --group --expand
  ! denpa draw: --group folds and --expand unfolds: give one of them
  ! Try: denpa draw --help
  [2]
  $ denpa draw $MODELS/buy_apple.dp --steps
  ! denpa draw: --steps writes all steps into files: it needs -o, and no --step
  ! Try: denpa draw --help
  [2]
  $ denpa draw $MODELS/buy_apple.dp --step 6
  ! denpa: drawing: there are the steps 0 to 5, and no step 6
  [2]
  $ denpa draw $MODELS/buy_apple.dp --grad banana
  ! denpa: --grad:1:1: unknown name banana
  !     banana
  !     ^~~~~~
  [2]
  $ denpa draw -e "x = [1, 2]; y = x * 2" --grad y
  ! denpa: grad: y is [2]: the gradient is that of one number (take a sum, or give upstream)
  [2]
  $ denpa draw -e "x = [1, 2]; y = x * 2" --grad y --upstream "[1, 2, 3]"
  ! denpa: grad: upstream is [3], but y is [2]
  [2]
  $ denpa draw -e "1 + 1"
  ! denpa draw: the formula computes nothing that has a name: give --value EXPR or --grad EXPR
  ! Try: denpa draw --help
  [2]
  $ cp $MODELS/two_layer_net.dp . && denpa draw two_layer_net.dp
  ! denpa: two_layer_net.dp:3:5: input x has no data: give --set x=... or --data
  !     x = input(784)                          # [N, 784] pixels from 0 to 1
  !         ^~~~~~~~~~
  [2]
  $ denpa draw -e "x = 1.0; y = x * 2" --digits 18
  ! denpa draw: --digits: 18 is not between 0 and 17
  ! Try: denpa draw --help
  [2]
