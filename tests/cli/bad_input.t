Bad input: a clear message and the right exit status, never a crash.

  $ head -c 1000000 /dev/zero | tr '\0' '(' > brackets.dp
  $ denpa eval brackets.dp
  ! denpa: brackets.dp:1:101: brackets are nested more than 100 deep
  !     ...((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((...
  !                                                ^
  [2]
  $ (printf 'x = '; head -c 1000000 /dev/zero | tr '\0' '-'; echo 1) > minus.dp
  $ denpa eval minus.dp 2>&1 | cut -c 1-100; echo "${PIPESTATUS[0]}"
  x = 1
  0
  $ (printf '1'; for i in $(seq 20000); do printf '+1'; done) > sum.dp
  $ denpa eval sum.dp
  20001
  $ printf 'x = "\xff\xfe"\n' > latin.dp
  $ denpa eval latin.dp
  ! denpa: latin.dp: not UTF-8: byte 5 (0xff) does not belong there
  [2]
  $ printf 'x = 1\0 + 2\n' > nul.dp
  $ denpa eval nul.dp
  ! denpa: nul.dp:1:6: the control character U+0000 does not belong here
  !     x = 1  + 2
  !          ^
  [2]
  $ head -c 5000 /dev/zero > zeros.dp
  $ denpa eval zeros.dp
  ! denpa: zeros.dp:1:1: the control character U+0000 does not belong here
  !                                                                                                         ...
  !     ^
  [2]
  $ denpa eval nothing.dp
  ! denpa: nothing.dp: cannot open: No such file or directory
  [3]
  $ denpa check nothing.dp --of L
  ! denpa: nothing.dp: cannot open: No such file or directory
  [3]
  $ mkdir folder
  $ denpa eval folder
  ! denpa: folder/config.json: cannot open: No such file or directory
  [3]
  $ denpa eval -e "x = input(2)" --data nothing.csv
  ! denpa: nothing.csv: there is no such file; data are mnist, digits, digits:N, a folder with the four IDX files or with a folder of PNG pictures for each class, a CSV, NPZ, NPY or IDX file, or text:FILE
  [3]
  $ : > empty.csv
  $ denpa eval -e "x = input(2)" --data empty.csv
  ! denpa: empty.csv: the file is empty
  [2]

Too large for memory: exit status 2, and how many bytes.

  $ denpa eval -e "zeros((100000,100000,1000))" 2>&1 | grep -o "needs 80000000000000 bytes, which is more than there is"; echo "${PIPESTATUS[0]}"
  needs 80000000000000 bytes, which is more than there is
  2
  $ denpa eval -e "zeros((100000,100000,100000,100000,100000))"
  ! denpa: -e:1:1: broadcast_to: shape [100000, 100000, 100000, 100000, 100000] needs 8e+25 bytes, which is more than memory can hold
  !     zeros((100000,100000,100000,100000,100000))
  !     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  [2]
  $ denpa eval -e "x = arange(10000000000000)" 2>&1 | grep -o "80000000000000 bytes, which is more than there is"; echo "${PIPESTATUS[0]}"
  80000000000000 bytes, which is more than there is
  2
  $ denpa eval -e "eye(10000000)" 2>&1 | grep -o "[0-9]* bytes, which is more than there is"; echo "${PIPESTATUS[0]}"
  800000000000000 bytes, which is more than there is
  2
  $ denpa eval -e "W = param((1000000, 10000000)); L = sum(W)" 2>&1 | grep -o "[0-9]* bytes, which is more than there is"; echo "${PIPESTATUS[0]}"
  80000000000000 bytes, which is more than there is
  2

Shapes that do not fit.

  $ denpa eval -e "[[1, 2, 3]] @ [[1, 2]]"
  ! denpa: -e:1:1: matmul: inner sizes differ: a is [1, 3], b is [1, 2]
  !     [[1, 2, 3]] @ [[1, 2]]
  !     ^~~~~~~~~~~~~~~~~~~~~~
  [2]
  $ denpa eval -e "reshape(arange(24), (2, 0))"
  ! denpa: -e:1:1: reshape: cannot reshape array of size 24 into shape (2,0)
  !     reshape(arange(24), (2, 0))
  !     ^~~~~~~~~~~~~~~~~~~~~~~~~~~
  [2]
  $ denpa eval -e "[1, 2, 3] + [1, 2]"
  ! denpa: -e:1:1: add: shapes of a [3] and b [2] do not broadcast (axis 0: 3 and 2)
  !     [1, 2, 3] + [1, 2]
  !     ^~~~~~~~~~~~~~~~~~
  [2]
  $ denpa eval -e "x = [1, 2, 3]; x[5]"
  ! denpa: -e:1:16: select: index 5 is outside axis 0 of x [3]
  !     x = [1, 2, 3]; x[5]
  !                    ^~~~
  [2]

Output that cannot be written.

  $ denpa eval -e "1+1" > /dev/full
  ! denpa: cannot write to standard output: No space left on device
  [3]
  $ denpa check -e "x = 1.0; L = x * x" --of L > /dev/full
  ! denpa: cannot write to standard output: No space left on device
  [3]
  $ denpa train $MODELS/two_layer_net.dp --data digits:20 --out run >/dev/null; cksum <run/model.safetensors >before
  $ (ulimit -f 8; denpa train $MODELS/two_layer_net.dp --data digits:20 --seed 1 --out run >/dev/null)
  ! denpa: run/model.safetensors: cannot write: File too large
  [3]
  $ cksum <run/model.safetensors | diff - before && ls -A run | grep -v part
  config.json
  log.csv
  model.dp
  model.safetensors
  $ (sleep 0.3; denpa eval -e "arange(100000)" --print "arange(900)" --json; echo "exit $?" >&2) | true
  ! denpa: cannot write to standard output: Broken pipe
  ! exit 3
