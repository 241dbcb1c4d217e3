Testing and asking a trained model.

Needs jansson.

  $ cp $MODELS/xor.dp $MODELS/data/xor.csv .
  $ denpa train xor.dp --data xor.csv --steps 10000 --batch 4 --no-shuffle --optim adam:lr=0.001,amsgrad --out run >/dev/null
  $ denpa test run --data xor.csv
  4 rows  loss 0.022365  accuracy 1.0000  precision 1.0000  recall 1.0000  F1 1.0000
  
  class  taken for
             0      1  precision  recall      F1
      0      2      .     1.0000  1.0000  1.0000
      1      .      2     1.0000  1.0000  1.0000
  $ denpa test run --data xor.csv --json | sed -E 's/([0-9]\.[0-9]{4})[0-9]*/\1/g'
  {"n": 4, "loss": 0.0223, "accuracy": 1.0, "precision": 1.0, "recall": 1.0, "f1": 1.0, "top_k": 1.0, "perplexity": 1.0226, "mse": null, "r2": null, "k": 5, "confusion": [[2, 0], [0, 2]], "by_class": [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]}
  $ denpa predict run --data xor.csv --index 2
      0  0.9779  #################################################
      1  0.0221  #
  row 2 is taken for class 0 with probability 0.9779; that is right
  $ denpa predict run --data xor.csv --index 2 --json | sed -E 's/([0-9]\.[0-9]{4})[0-9]*/\1/g'
  {"index": 2, "class": 0, "probabilities": [0.9778, 0.0221], "label": 0}

The formula of a run, with its weights, and what it was given with --set:

  $ denpa eval run --data xor.csv --print "round(loss, 6)" --print "W1.shape"
  0.022365
  (2, 4)
  $ sed 's/^W1.*/hidden = 4\nW1 = param((2, hidden), "torch")/; s/(4, /(hidden, /' xor.dp > sized.dp
  $ denpa train sized.dp --data xor.csv --set hidden=3 --steps 5 --batch 4 --out sized >/dev/null
  $ denpa eval sized --data xor.csv --print "W1.shape"
  (2, 3)
  $ denpa check sized --of loss --data xor.csv --json >/dev/null
  $ denpa draw sized --symbols | grep -c digraph
  1
  $ denpa eval sized --data xor.csv --set hidden=5 --print loss
  ! denpa: eval: W1 is float64 (2, 5), but what is given for it is float64 (2, 3)
  [2]
  $ mkdir empty && denpa eval empty
  ! denpa: empty/config.json: cannot open: No such file or directory
  [3]

Data to predict from need no labels:

  $ printf 'x2,x1\n1,0\n1,1\n' > new.csv
  $ denpa predict run --data new.csv --bind x=x1,x2
      0  0.0227  #
      1  0.9773  #################################################
  row 0 is taken for class 1 with probability 0.9773
  $ denpa predict run --data new.csv --bind x=x1,x2 --index 1 --json | sed -E 's/([0-9]\.[0-9]{4})[0-9]*/\1/g'
  {"index": 1, "class": 0, "probabilities": [0.9778, 0.0221], "label": null}
  $ denpa test run --data new.csv --bind x=x1,x2
  ! denpa: input t finds no column in new.csv, which has x2, x1; bind it to one
  [2]
  $ printf 'x1,x3\n1,0\n' > new.csv
  $ denpa predict run --data new.csv
  ! denpa: input x: new.csv has no column "x2"; it has x1, x3
  [2]

A regression has no classes; its prediction is printed as it is:

  $ printf 'a,b\n0,1\n1,3\n2,5\n3,7\n' > line.csv
  $ printf 'x = input(1)\nt = input(1)\nW = param((1, 1), zeros)\nb = param(1, zeros)\ny = x @ W + b\nloss = mean_squared_error(y, t)\n' > line.dp
  $ denpa train line.dp --data line.csv --epochs 1000 --batch 4 --optim momentum:lr=0.05 --dtype f64 --out line >/dev/null
  $ denpa predict line --data line.csv --index 3 --json | cut -c 1-31
  {"index": 3, "output": [[7.0]]}
  $ printf 'a\n9\n' > new.csv
  $ denpa predict line --data new.csv | cut -c 1-5
  [[19.
  $ denpa test line --data line.csv --json | cut -c 1-9
  {"n": 4, 
  $ denpa test line --data line.csv | sed -E 's/  loss .*  MSE 0\.0+  R2/  loss # MSE # R2/'
  4 rows  loss # MSE # R2 1.000000

Pictures and the confusion of a net that has hardly learned:

  $ denpa train $MODELS/two_layer_net.dp --data digits:1200 --epochs 2 --out digits >/dev/null
  $ denpa test digits --data digits:1200 | sed -n '1s/loss.*//p; 3,4p; $='
  200 rows  
  class  taken for
             0      1      2      3      4      5      6      7      8      9  precision  recall      F1
  14
  $ denpa predict digits --data digits:1200 | wc -l
  39

Half precision: in computing, and in storing.

  $ denpa test run --data xor.csv --dtype f16 | head -1
  4 rows  loss 0.022396  accuracy 1.0000  precision 1.0000  recall 1.0000  F1 1.0000
  $ denpa test run --data xor.csv --dtype f16 --json | grep -o '"accuracy": 1.0, '
  "accuracy": 1.0, 
  $ denpa predict run --data xor.csv --dtype f16 --index 2 --json | sed -E 's/([0-9]\.[0-9]{3})[0-9]*/\1/g'
  {"index": 2, "class": 0, "probabilities": [0.977, 0.022], "label": 0}
  $ denpa convert run --dtype f16 --out half
  half/model.safetensors: 208 bytes, before 240
  $ ls half
  config.json
  log.csv
  model.dp
  model.safetensors
  $ cmp run/config.json half/config.json && cmp run/log.csv half/log.csv && cmp run/model.dp half/model.dp
  $ denpa test half --data xor.csv | head -1
  4 rows  loss 0.022372  accuracy 1.0000  precision 1.0000  recall 1.0000  F1 1.0000
  $ denpa test half --data xor.csv --dtype f64
  ! denpa test: --dtype: "f64" is not f16; without --dtype the model computes as it was trained
  ! Try: denpa test --help
  [2]
  $ denpa convert run --out half/model.dp
  ! denpa: half/model.dp: cannot make the folder: File exists
  [3]
  $ denpa convert run --out run/.
  ! denpa convert: --out: run/. is the run itself
  ! Try: denpa convert --help
  [2]
  $ denpa convert run
  ! denpa convert: --out is missing: the folder to make
  ! Try: denpa convert --help
  [2]
  $ denpa convert run --dtype bf16 --out other
  ! denpa convert: --dtype: "bf16" is not f16
  ! Try: denpa convert --help
  [2]
  $ sed 's/std=0.01/std=1e6/' $MODELS/two_layer_net.dp | sed 's/normal(0.01)/normal(1e6)/' > large.dp
  $ denpa train large.dp --data digits:300 --batch 300 --steps 1 --optim sgd:lr=0 --out large >/dev/null
  $ denpa convert large --out other
  ! denpa: other/model.safetensors: tensor W1: element 0 is 1.17759e+06, and float16 holds numbers up to 65504
  [2]
  $ ls other
  ! ls: cannot access 'other': No such file or directory
  [2]

What goes wrong is said:

  $ denpa test nothing --data digits:100
  ! denpa: nothing/config.json: cannot open: No such file or directory
  [3]
  $ denpa test run
  ! denpa test: --data is missing: mnist, digits, or a file or folder (denpa data --help)
  ! Try: denpa test --help
  [2]
  $ denpa predict run --data xor.csv --index 4
  ! denpa: xor.csv: there is no row 4, only 4 rows from 0 on
  [2]
  $ printf '{' > run/config.json
  $ denpa test run --data xor.csv
  ! denpa: run/config.json:1:1: no JSON: string or '}' expected near end of file
  [2]

A table with names in it: what they stand for is kept with the model, and used without being told again.

  $ printf 'size,color,kind\n1.5,red,rose\n,yellow,tulip\n2.5,red,rose\n5,,iris\n4,yellow,tulip\n' > flowers.csv
  $ printf 'x = input(3)\nt = label(3)\ny = affine(x, 3)\nloss = softmax_cross_entropy(y, t)\n' > flowers.dp
  $ denpa train flowers.dp --data flowers.csv:target=kind,categories=kind/color,missing=mean --optim adam:lr=0.1 --steps 200 --out flowers >/dev/null && grep encoding flowers/config.json
    "encoding": [["", "option:target=kind"], ["", "option:missing=mean"], ["size", "mean:3.25"], ["color", "one-hot:red"], ["color", "one-hot:yellow"], ["kind", "class:iris"], ["kind", "class:rose"], ["kind", "class:tulip"]],
  $ denpa test flowers --data flowers.csv --json | grep -o '"accuracy.*'
  "accuracy": 1.0, "precision": 1.0, "recall": 1.0, "f1": 1.0, "top_k": 1.0, "perplexity": 1.00856320039588, "mse": null, "r2": null, "k": 5, "confusion": [[1, 0, 0], [0, 2, 0], [0, 0, 2]], "by_class": [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]}
  $ printf 'kind,color,size\ntulip,yellow,\n' > other.csv; denpa test flowers --data other.csv --json | grep -o '"accuracy.*'
  "accuracy": 1.0, "precision": 1.0, "recall": 1.0, "f1": 1.0, "top_k": 1.0, "perplexity": 1.0047204375460614, "mse": null, "r2": null, "k": 5, "confusion": [[0, 0, 0], [0, 0, 0], [0, 0, 1]], "by_class": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]}
  $ printf 'color,size\nyellow,3\n' > new.csv; denpa predict flowers --data new.csv --index 0 --json | grep -o '"class": [0-9]'
  "class": 2
  $ sed s/tulip/tulpe/ flowers.csv > unknown.csv; denpa test flowers --data unknown.csv
  ! denpa: unknown.csv:3 (column kind): "tulpe" is none of the 3 categories: iris, rose, tulip
  [2]
  $ sed -i 's/"mean:3.25"/"mean:three"/' flowers/config.json; denpa test flowers --data flowers.csv
  ! denpa: flowers.csv: the mean of column size is no number: three
  [2]
  $ sed -i 's/"encoding": .*/"encoding": [["size"]],/' flowers/config.json; denpa test flowers --data flowers.csv
  ! denpa: flowers/config.json: "encoding" has to be a list of pairs of strings
  [2]
