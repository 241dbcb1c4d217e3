Models of text: what follows a character is learned, and written.

Needs jansson.

  $ printf 'abc\nabc\nabc\nabc\nabc\nabc\n' > abc.txt
  $ denpa data info text:abc.txt:length=6
  train: 3 rows
    x: int64 (3, 6), windows of a text
    t: int64 (3, 6), windows of a text
    vocabulary = 4, length = 6: "\nabc"
  $ denpa data info text:abc.txt:length=6,stride=1,tail=0 --json
  {"source": "text:abc.txt:length=6,stride=1,tail=0", "parts": [{"split": "train", "rows": 18, "columns": [{"name": "x", "dtype": "int64", "shape": [18, 6], "min": "NaN", "max": "NaN", "nan": 0}, {"name": "t", "dtype": "int64", "shape": [18, 6], "min": "NaN", "max": "NaN", "nan": 0}], "vocabulary": 4, "length": 6, "characters": "\nabc"}]}
  $ printf 'x = input(length, dtype="int64")\nt = label(vocabulary, shape=length)\ny = embedding(x, vocabulary, vocabulary, zeros)\nloss = softmax_cross_entropy(y, t)\n' > next.dp
  $ denpa train next.dp --data text:abc.txt:length=6,stride=1,tail=0 --epochs 60 --batch 6 --optim adam:lr=0.5 --jsonl --out run | tail -1 | grep -o '"train_accuracy": [0-9.]*'
  "train_accuracy": 1.0
  $ denpa generate run --prompt b --length 9 --temperature 0
  bc
  abc
  abc
  $ denpa generate run --length 8 --temperature 0
  abc
  abc
  $ denpa generate run --length 0 --prompt ab
  ab
  $ denpa generate run --prompt ab --length 3 --json
  {"prompt": "ab", "text": "c\na", "temperature": 1.0, "top_k": 0, "top_p": 1.0, "seed": 0}
  $ denpa generate run --top-k 1 --length 4 --seed 5
  abc
  $ denpa generate run --temperature 100 --length 300 --seed 3 --threads 1 >one
  $ denpa generate run --temperature 100 --length 300 --seed 3 --threads 4 | cmp - one && wc -m <one
  301
  $ denpa generate run --temperature 100 --length 300 --seed 4 | cmp -s - one || echo another
  another
  $ denpa test run --data text:abc.txt:tail=0 | sed -E 's/loss [0-9.]+  perplexity 1\.0[0-9]+  bits 0\.0[0-9]+/loss #/; 2,$d'
  3 rows  loss #  accuracy 1.0000  precision 1.0000  recall 1.0000  F1 1.0000
  $ denpa test run --data text:abc.txt:tail=0 --json | grep -oE '"(n|accuracy|perplexity)": [0-9]+\.?0?'
  "n": 3
  "accuracy": 1.0
  "perplexity": 1.0
  $ denpa predict run --data text:abc.txt:tail=0 --index 1
  [[0 1 2 3 0 1]]
  row 1: 6 of 6 classes are right
  $ denpa predict run --data text:abc.txt:tail=0 --index 1 --json | sed -E 's/"probabilities".*"labels"/"labels"/'
  {"index": 1, "classes": [0, 1, 2, 3, 0, 1], "labels": [0, 1, 2, 3, 0, 1]}

Names and numbers that are wrong:

  $ denpa generate run --prompt abd
  ! denpa: prompt:1:3: "d" (U+0064) is none of the 4 characters of the text that was trained on
  [2]
  $ denpa generate run --temperature -1
  ! denpa: generate: temperature has to be 0 or more, not -1
  [2]
  $ denpa generate run --top-p 0
  ! denpa: generate: top_p has to be above 0 and at most 1, not 0
  [2]
  $ denpa generate run --top-p 2 --length 3
  ! denpa: generate: top_p has to be above 0 and at most 1, not 2
  [2]
  $ denpa generate nowhere
  ! denpa: nowhere/config.json: cannot open: No such file or directory
  [3]
  $ denpa generate
  ! denpa generate: RUN [options] is missing
  ! Try: denpa generate --help
  [2]
  $ printf 'abd' > abd.txt
  $ denpa test run --data text:abd.txt:length=2,tail=0
  ! denpa: abd.txt:1:3: "d" (U+0064) is none of the 4 characters of the text that was trained on
  [2]
  $ denpa test run --data text:abc.txt:length=5,tail=0
  ! denpa: input x takes rows of (6,), that is 6 numbers, but column x of text:abc.txt:length=5,tail=0 gives 5
  [2]
  $ denpa train next.dp --data text:abc.txt:length=5 --set vocabulary=3
  ! denpa: label t: text:abc.txt:length=5 has 4 different characters, and there are only 3 classes; a name of the model set to vocabulary takes them from the data
  [2]
  $ denpa train next.dp --data text:abc.txt:length=5 --set length=4
  ! denpa: input x takes rows of (4,), that is 4 numbers, but column x of text:abc.txt:length=5 gives 5
  [2]
  $ denpa train next.dp --data text:abc.txt
  ! denpa: text:abc.txt: there are 24 characters, and a window of 64 with the one that follows it takes 65; length= makes it shorter
  [2]
  $ denpa train next.dp --data text:nothing.txt
  ! denpa: nothing.txt: there is no such file; data are mnist, digits, digits:N, a folder with the four IDX files or with a folder of PNG pictures for each class, a CSV, NPZ, NPY or IDX file, or text:FILE
  [3]
  $ cp $MODELS/xor.dp $MODELS/data/xor.csv .
  $ denpa train xor.dp --data xor.csv --out xor >/dev/null && denpa generate xor
  ! denpa: generate: the model was not trained on a text, --data text:FILE
  [2]
  $ denpa test xor --data text:abc.txt:length=2
  ! denpa: input x: text:abc.txt:length=2 has no column "x1"; it has x, t
  [2]

Other commands see the same names; the models of the book take them:

  $ denpa eval next.dp --data text:abc.txt:length=6 --print 'x[0]' --print t.shape --rows 0:1
  [1 2 3 0 1 2]
  (1, 6)
  $ denpa eval run --data text:abc.txt --print 'argmax(y, axis=-1)' --rows 0:1
  [[2 3 0 1 2 3]]
  $ for m in lstm transformer; do denpa train $MODELS/char_$m.dp --data text:abc.txt:length=4 --steps 2 --batch 2 --jsonl --out $m | grep -c loss; grep settings $m/config.json; done
  2
    "settings": [["vocabulary", "4"], ["length", "4"]],
  2
    "settings": [["vocabulary", "4"], ["length", "4"]],

What stands outside of a table or a mask:

  $ denpa eval -e 'embedding([[0, 1], [5, 0]], [[1, 2], [3, 4]])'
  ! denpa: gather: place [1, 0] of the index holds 5, but a has 2 rows
  [2]
  $ denpa eval -e 'x = ones((1, 5, 4)); multi_head_attention(x, 2, mask=ones((4, 4)))'
  ! denpa: -e:1:22: attention: q has 5 steps and k 5, but the mask is [4, 4]: the sequence is longer than the mask
  !     x = ones((1, 5, 4)); multi_head_attention(x, 2, mask=ones((4, 4)))
  !                          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  [2]
  $ denpa eval -e 'multi_head_attention(ones((1, 5, 4)), 3)'
  ! denpa: -e:1:1: multi_head_attention: 3 heads do not divide the size 4 of x [1, 5, 4]
  !     multi_head_attention(ones((1, 5, 4)), 3)
  !     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  [2]
  $ denpa eval -e 'multi_head_attention(ones((1, 5, 4)), 2, W_in=ones((4, 12)))'
  ! denpa: -e:1:1: multi_head_attention: of W_in and W_out there must be both, or neither
  !     multi_head_attention(ones((1, 5, 4)), 2, W_in=ones((4, 12)))
  !     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  [2]
  $ denpa eval -e 'multi_head_attention(ones((1, 5, 4)), 2, b_in=ones(12))'
  ! denpa: -e:1:1: multi_head_attention: b_in and b_out go with arrays W_in and W_out
  !     multi_head_attention(ones((1, 5, 4)), 2, b_in=ones(12))
  !     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  [2]
