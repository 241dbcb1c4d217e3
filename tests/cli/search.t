Searching for good values.

  $ cp $MODELS/xor.dp $MODELS/data/xor.csv .
  $ printf 'hidden = 20\nx = input(784)\nt = label(10)\ny = affine(relu(affine(x, hidden)), 10)\nloss = softmax_cross_entropy(y, t)\n' > net.dp

At random; how many trials run at a time changes nothing, and one that fails is listed with the reason:

  $ denpa search net.dp --data digits:1200 --set 'lr=log(1e-3, 1)' --set 'hidden=choice(10, 40, 0)' --trials 5 --epochs 3 --optim momentum --jobs 3 --out three | sed -E 's/0\.[0-9]{6} +/#  /'
  trial  val_accuracy      lr         hidden  epoch
      4  #  0.0253133  40          3
      3  #  0.25434    10          3
      2  #  0.108981   10          3
      0  #  0.0824685  10          3
      1  -                 #  0       net.dp:4:27: affine: out must be at least 1
  
  the best, on all rows: denpa train net.dp --data digits:1200 --optim 'momentum:lr=0.0253133' --batch 100 --set 'hidden=40'
  $ denpa search net.dp --data digits:1200 --set 'lr=log(1e-3, 1)' --set 'hidden=choice(10, 40, 0)' --trials 5 --epochs 3 --optim momentum --jobs 1 --out one >/dev/null; cmp one/search.csv three/search.csv; ls one
  search.csv
  trial-0000
  trial-0002
  trial-0003
  trial-0004
  $ head -n 1 one/search.csv; sed 1d one/search.csv | cut -d, -f 4 | sort -c -g -r
  trial,lr,hidden,score,val_loss,val_accuracy,train_loss,train_accuracy,test_loss,test_accuracy,epoch,error
  $ cmp one/trial-0000/model.safetensors three/trial-0000/model.safetensors

Fewer trials are the first ones of more; a trial is what denpa train makes of its values:

  $ denpa search net.dp --data digits:1200 --set 'lr=log(1e-3, 1)' --set 'hidden=choice(10, 40, 0)' --trials 1 --epochs 3 --optim momentum --json | grep -o '"values": {[^}]*}'
  "values": {"lr": "0.0824685", "hidden": "10"}
  $ denpa train net.dp --data digits:1200 --optim momentum:lr=0.0824685 --set hidden=10 --epochs 3 --validation 0.1 --threads 1 -q --out same; cmp same/model.safetensors one/trial-0000/model.safetensors

A grid:

  $ denpa search xor.dp --data xor.csv --grid --set 'lr=log(0.01, 1, 3)' --set 'batch=choice(1, 4)' --validation 0.5 --epochs 2 --score loss --json | grep -o '"values": {[^}]*}' | sort
  "values": {"lr": "0.01", "batch": "1"}
  "values": {"lr": "0.01", "batch": "4"}
  "values": {"lr": "0.1", "batch": "1"}
  "values": {"lr": "0.1", "batch": "4"}
  "values": {"lr": "1", "batch": "1"}
  "values": {"lr": "1", "batch": "4"}

A trial whose process is killed, here for its time on the processor, takes nothing with it; where none ends, the exit status is 1:

  $ ulimit -t 1; denpa search xor.dp --data xor.csv --set 'lr=choice(0.1)' --validation 0.5 --trials 1 --steps 1000000000000
  trial  val_loss          lr   epoch
      0  -                 0.1  killed by signal 9
  [1]

What goes wrong is said:

  $ denpa search xor.dp --data xor.csv
  ! denpa search: nothing is to be tried: give a range, --set 'lr=log(1e-4, 1e-1)'
  ! Try: denpa search --help
  [2]
  $ denpa search xor.dp --data xor.csv --set lr=0.1
  ! denpa search: nothing is to be tried: give a range, --set 'lr=log(1e-4, 1e-1)'
  ! Try: denpa search --help
  [2]
  $ denpa search xor.dp --data xor.csv --set 'lr=log(0, 1)'
  ! denpa search: --set lr: "log(0, 1)" is no range; write log(LOW, HIGH), uniform(LOW, HIGH) or int(LOW, HIGH), with the points of a grid as a third number, or choice(A, B, ...)
  ! Try: denpa search --help
  [2]
  $ denpa search xor.dp --data xor.csv --set 'lr=choice(1'
  ! denpa search: --set lr: "choice(1" is no range; write log(LOW, HIGH), uniform(LOW, HIGH) or int(LOW, HIGH), with the points of a grid as a third number, or choice(A, B, ...)
  ! Try: denpa search --help
  [2]
  $ denpa search xor.dp --data xor.csv --set 'momentum=uniform(0, 1)'
  ! denpa search: --set momentum: the model binds no momentum, sgd has no option of this name, and it is not batch
  ! Try: denpa search --help
  [2]
  $ denpa search xor.dp --data xor.csv --set 'lr=log(0.1, 1)' --score bleu
  ! denpa search: --score: there is no score "bleu"
  ! Try: denpa search --help
  [2]
  $ denpa search xor.dp --data xor.csv --set 'lr=log(0.1, 1)' --validation 0
  ! denpa search: --validation: a search needs a share of the rows to judge by, above 0 and below 1
  ! Try: denpa search --help
  [2]
  $ denpa search nothing.dp --data xor.csv --set 'lr=log(0.1, 1)'
  ! denpa: nothing.dp: cannot open: No such file or directory
  [3]
  $ denpa search xor.dp --data nothing.csv --set 'lr=log(0.1, 1)'
  ! denpa: nothing.csv: there is no such file; data are mnist, digits, digits:N, a folder with the four IDX files or with a folder of PNG pictures for each class, a CSV, NPZ, NPY or IDX file, or text:FILE
  [3]
