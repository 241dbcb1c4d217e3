Training.

  $ cp $MODELS/xor.dp $MODELS/data/xor.csv .
  $ denpa train xor.dp --data xor.csv --steps 10000 --batch 4 --no-shuffle --optim adam:lr=0.001,amsgrad --log-every 2500 --out run | sed 's/  [0-9]*:[0-9]*$//'
  epoch 2500/10000  step 2500/10000  loss 0.503419  train accuracy 0.8019
  epoch 5000/10000  step 5000/10000  loss 0.107081  train accuracy 1.0000
  epoch 7500/10000  step 7500/10000  loss 0.043702  train accuracy 1.0000
  epoch 10000/10000  step 10000/10000  loss 0.026943  train accuracy 1.0000
  saved in run
  $ ls run
  config.json
  log.csv
  model.dp
  model.safetensors
  $ head -n 1 run/log.csv; wc -l < run/log.csv
  epoch,step,train_loss,train_accuracy,test_loss,test_accuracy,seconds
  5

PyTorch's losses, of which every thousandth was published (the step is one more than the epoch there):

  $ denpa train xor.dp --data xor.csv --steps 9001 --batch 4 --no-shuffle --optim adam:lr=0.001,amsgrad --log-every 1 --out torch --json > out.json
  $ awk -F, 'NR > 1 && $2 % 1000 == 1 {printf "epoch %d : loss %.6f\n", $2 - 1, $3}' torch/log.csv
  epoch 0 : loss 0.709177
  epoch 1000 : loss 0.621315
  epoch 2000 : loss 0.299856
  epoch 3000 : loss 0.144192
  epoch 4000 : loss 0.086035
  epoch 5000 : loss 0.059611
  epoch 6000 : loss 0.045123
  epoch 7000 : loss 0.036119
  epoch 8000 : loss 0.030028
  epoch 9000 : loss 0.025652

Columns may be named:

  $ denpa train xor.dp --data xor.csv --bind x=x2,x1 --bind t=class2 --steps 1 | sed 's/  [0-9]*:[0-9]*$//'
  epoch 1/1  step 1/1  loss 0.711264  train accuracy 0.5000
  not saved: no folder was given with --out
  $ denpa train xor.dp --data xor.csv --bind x=x1,x3
  ! denpa: input x: xor.csv has no column "x3"; it has x1, x2, class1, class2
  [2]
  $ denpa train xor.dp --data xor.csv --bind x
  ! denpa train: --bind: "x" is not NAME=…
  ! Try: denpa train --help
  [2]
  $ denpa train xor.dp --data xor.csv --bind x=x1
  ! denpa: input x takes rows of (2,), that is 2 numbers, but column x1 of xor.csv gives 1
  [2]

A regression has no classes:

  $ printf 'a,b\n0,1\n1,3\n2,5\n3,7\n' > line.csv
  $ printf 'x = input(1)\nt = input(1)\nW = param((1, 1), zeros)\nb = param(1, zeros)\ny = x @ W + b\nloss = mean_squared_error(y, t)\n' > line.dp
  $ denpa train line.dp --data line.csv --epochs 1000 --batch 4 --optim momentum:lr=0.05 --dtype f64 --out line | tail -n 2 | sed 's/  [0-9]*:[0-9]*$//'
  epoch 1000/1000  step 1000/1000  loss 0.000000
  saved in line

What goes wrong is said:

  $ denpa train xor.dp
  ! denpa train: --data is missing: mnist, digits, or a file or folder (denpa data --help)
  ! Try: denpa train --help
  [2]
  $ denpa train --data digits
  ! denpa train: MODEL --data SRC [options] is missing
  ! Try: denpa train --help
  [2]
  $ denpa train nothing.dp --data digits:100
  ! denpa: nothing.dp: cannot open: No such file or directory
  [3]
  $ denpa train xor.dp --data nothing.csv
  ! denpa: nothing.csv: there is no such file; data are mnist, digits, digits:N, a folder with the four IDX files or with a folder of PNG pictures for each class, a CSV, NPZ, NPY or IDX file, or text:FILE
  [3]
  $ denpa train xor.dp --data xor.csv --optim adan
  ! denpa: optimiser: there is no "adan"; there are sgd, momentum, nesterov, adagrad, rmsprop, adadelta, adam, adamw, nadam
  [2]
  $ denpa train xor.dp --data xor.csv --optim adam:betas=1
  ! denpa: optimiser: adam has no option "betas"; it has clip_value, clip_norm, lr, beta1, beta2, eps, weight_decay, amsgrad
  [2]
  $ denpa train xor.dp --data xor.csv --dtype f16
  ! denpa train: --dtype: "f16" is neither f32 nor f64
  ! Try: denpa train --help
  [2]
  $ denpa train xor.dp --data xor.csv --loss cost
  ! denpa: model: there is no value named "cost" for the loss; there are: x, t, W1, W2, a, y, loss
  [2]
  $ denpa train xor.dp --data xor.csv --epochs 0
  ! denpa train: --epochs: 0 is not a whole number of at least 1
  ! Try: denpa train --help
  [2]
  $ denpa train xor.dp --data digits:100
  ! denpa: input x takes rows of (2,), that is 2 numbers, but column x of digits:100 gives 784
  [2]
  $ printf 'x1,x2,k\n0,0,0\n0,1,2\n' > three.csv
  $ denpa train xor.dp --data three.csv --out three; ls three
  ! denpa: three.csv: row 1 (counted from 0) of column k holds 2.0, which is none of the 2 classes (0 to 1) of label t
  ! ls: cannot access 'three': No such file or directory
  [2]
  $ printf 'x1,x2,k\n0,0,0\n0,nan,1\n' > nan.csv
  $ denpa train xor.dp --data nan.csv
  ! denpa: nan.csv: row 1 (counted from 0) of column x2 holds nan, which is no number to compute with
  [2]
  $ denpa train xor.dp --data xor.csv --out three.csv
  ! denpa: three.csv: cannot make the folder: Not a directory
  [3]
  $ denpa train xor.dp --data xor.csv --out /dev/null/run
  ! denpa: /dev/null: cannot make the folder: Not a directory
  [3]

A validation part, a schedule, early stopping; a class that validation cannot have is named:

  $ denpa train $MODELS/two_layer_net.dp --data digits:600 --validation 0.2 --patience 2 --schedule 'warmup:total_iters=10;cosine' --metrics f1 --optim sgd:lr=0.5 --epochs 3 --out early | sed 's/  [0-9]*:[0-9]*$//; s/[0-9]\.[0-9]*/#/g'
  epoch 1/3  step 5/15  loss #  train accuracy #  val accuracy #  test accuracy #
  epoch 2/3  step 10/15  loss #  train accuracy #  val accuracy #  test accuracy #
  epoch 3/3  step 15/15  loss #  train accuracy #  val accuracy #  test accuracy #
  the weights are those of epoch 3: validation loss #
  test accuracy # on 100 rows
  saved in early
  $ head -n 1 early/log.csv
  epoch,step,train_loss,train_accuracy,test_loss,test_accuracy,seconds,val_loss,val_accuracy,lr,val_f1,test_f1
  $ printf 'x1,x2,k\n0,0,0\n0,1,0\n1,1,0\n1,0,1\n' > single.csv
  $ denpa train xor.dp --data single.csv --validation 0.3 -q
  ! denpa: validation: class 1 has a single row in single.csv: it is trained on, and the validation part has none of this class
  $ denpa train xor.dp --data xor.csv --patience 3
  ! denpa: train: patience 3 has nothing to watch: give a share of the rows for validation, too
  [2]
  $ denpa train xor.dp --data xor.csv --metrics bleu
  ! denpa: there is no score "bleu"; there are loss, accuracy, precision, recall, f1, top_k, perplexity, mse, r2
  [2]
  $ denpa train xor.dp --data xor.csv --schedule step
  ! denpa: schedule: step needs step_size=…, a finite number above 0
  [2]

Rows as lines of JSON:

  $ denpa train xor.dp --data xor.csv --batch 4 --epochs 2 --jsonl | sed -E 's/[0-9]\.[0-9e-]+/#/g'
  {"epoch": 1, "step": 1, "train_loss": #, "train_accuracy": #, "test_loss": null, "test_accuracy": null, "lr": #, "seconds": #}
  {"epoch": 2, "step": 2, "train_loss": #, "train_accuracy": #, "test_loss": null, "test_accuracy": null, "lr": #, "seconds": #}
  {"stopped": false, "epoch": 2, "step": 2, "train_loss": #, "train_accuracy": #, "test_loss": null, "test_accuracy": null, "lr": #, "seconds": #}
  $ denpa train xor.dp --data xor.csv --json --jsonl
  ! denpa train: --json gives one object at the end, --jsonl a line for each row: choose one
  ! Try: denpa train --help
  [2]

A loss that is no number stops the run, and the place is named:

  $ printf 'x = input(2)\nt = label(2)\nW = param((2, 2), zeros)\na = log(x @ W)\nloss = softmax_cross_entropy(a, t)\n' > log.dp
  $ denpa train log.dp --data xor.csv --batch 4 --out bad; ls bad
  ! denpa: train: step 1: the loss is no finite number; it begins in log "a" of line 4, whose value at [0, 0] is -inf while all that it is computed from is finite
  $ denpa train log.dp --data xor.csv --batch 4 --no-guard | sed 's/  [0-9]*:[0-9]*$//'
  epoch 1/1  step 1/1  loss nan  train accuracy 0.5000
  the loss is no longer a finite number: try a smaller learning rate
  not saved: no folder was given with --out

A run goes on from its last checkpoint, and the same command begins it:

  $ echo 'denpa train xor.dp --data xor.csv --batch 3 --epochs 40 --optim adam:lr=0.1 --checkpoint-every 7 --resume --out again "$@"' > again.sh
  $ bash again.sh -q; ls again again/checkpoints
  again:
  checkpoints
  config.json
  log.csv
  model.dp
  model.safetensors
  
  again/checkpoints:
  step-00000070.safetensors
  step-00000077.safetensors
  step-00000080.safetensors
  $ rm again/checkpoints/step-00000077.safetensors again/checkpoints/step-00000080.safetensors; mv again/model.safetensors whole.safetensors; cp again/log.csv whole.csv
  $ bash again.sh -q; cmp again/model.safetensors whole.safetensors; cmp again/log.csv whole.csv
  $ bash again.sh --seed 3 --batch 2
  ! denpa: again/checkpoints/step-00000080.safetensors: the run cannot go on, since it is another one: model_seed was 0 and is 3; batch was 3 and is 2; seed was 0 and is 3. Make it the same, or begin anew in another folder
  [2]
  $ printf x > again/checkpoints/step-00000080.safetensors; bash again.sh -q; cmp again/model.safetensors whole.safetensors
  ! denpa: again/checkpoints/step-00000080.safetensors: 1 bytes are too few for safetensors, which begin with a length of 8 bytes; the checkpoint before it is tried
  $ for file in again/checkpoints/*; do printf x > "$file"; done; bash again.sh -q 2>&1 | tail -n 1
  denpa: again/checkpoints: none of the checkpoints can be used (3 tried); nothing was changed. To begin anew, remove that folder
  $ denpa train xor.dp --data xor.csv --resume
  ! denpa train: --resume needs --out DIR, where checkpoints are
  ! Try: denpa train --help
  [2]
