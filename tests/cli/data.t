denpa data: what a data set has in it, and the digits as files.

  $ printf 'x1,x2,"class, 1"\n0,0,0\n0,1,1\n1.5,-2e3,nan\n' > small.csv
  $ denpa data info small.csv
  train: 3 rows
    x1: float64 (3,), 0.0 to 1.5
    x2: float64 (3,), -2000.0 to 1.0
    class, 1: float64 (3,), 0.0 to 1.0, 1 not a number
  $ denpa data info small.csv --json
  {"source": "small.csv", "parts": [{"split": "train", "rows": 3, "columns": [{"name": "x1", "dtype": "float64", "shape": [3], "min": 0.0, "max": 1.5, "nan": 0}, {"name": "x2", "dtype": "float64", "shape": [3], "min": -2000.0, "max": 1.0, "nan": 0}, {"name": "class, 1", "dtype": "float64", "shape": [3], "min": 0.0, "max": 1.0, "nan": 1}]}]}

The digits, drawn and from files, are the same.

  $ denpa data make digits -o set --train 12 --test 2
  set: 12 digits for training, 2 for testing
  $ ls -A set
  t10k-images-idx3-ubyte
  t10k-labels-idx1-ubyte
  train-images-idx3-ubyte
  train-labels-idx1-ubyte
  $ denpa data info set
  train: 12 rows
    x: uint8 (12, 28, 28), 0 to 247
    t: int64 (12,), 1 to 8
       1: 1
       2: 3
       3: 2
       4: 3
       5: 2
       8: 1
  test: 2 rows
    x: uint8 (2, 28, 28), 0 to 250
    t: int64 (2,), 5 to 7
       5: 1
       7: 1
  $ denpa data info digits:12 | cmp - <(denpa data info set) && echo same
  same
  $ cp -r set first && denpa data make digits -o set --train 12 --test 2 --seed 0 >second && diff -r set first && echo same
  same
  $ denpa data make digits -o set --train 12 --test 2 --seed 1 && cmp set/train-images-idx3-ubyte first/train-images-idx3-ubyte >/dev/null || echo others
  set: 12 digits for training, 2 for testing
  others

A table with names in it, and a cell that is missing.

  $ printf 'size,color,kind\n1.5,red,rose\n,yellow,tulip\n2.5,red,rose\n5,,iris\n4,yellow,tulip\n' > flowers.csv
  $ denpa data info flowers.csv:target=kind,categories=kind/color,missing=mean
  train: 5 rows
    size: float64 (5,), 1.5 to 5.0
    color: bool (5, 2), 0 to 1
    kind: int64 (5,), 0 to 2
       0: 1  iris
       1: 2  rose
       2: 2  tulip
  $ denpa data info flowers.csv:target=kind,categories=kind,missing=mean --json
  ! denpa: flowers.csv:2:2 (column color): "red" is not a number (the option categories=color would take it for a name)
  [2]
  $ denpa data info flowers.csv:target=kind,categories=kind/color,missing=drop --json
  {"source": "flowers.csv:target=kind,categories=kind/color,missing=drop", "parts": [{"split": "train", "rows": 3, "columns": [{"name": "size", "dtype": "float64", "shape": [3], "min": 1.5, "max": 4.0, "nan": 0}, {"name": "color", "dtype": "bool", "shape": [3, 2], "min": 0, "max": 1, "nan": 0}, {"name": "kind", "dtype": "int64", "shape": [3], "min": 0, "max": 1, "nan": 0, "counts": [2, 1], "classes": ["rose", "tulip"]}]}]}
  $ denpa eval -e 'print(dataset("flowers.csv:target=kind,categories=kind/color,missing=drop", "train", "x"))'
  [[1.5 1.  0. ]
   [2.5 1.  0. ]
   [4.  0.  1. ]]
  $ denpa data info flowers.csv:target=sort
  ! denpa: flowers.csv:target=sort: no column is named "sort"; the first is "size", the last "kind"
  [2]

What goes wrong, and the exit status it has.

  $ denpa data info
  ! denpa data: info SRC [--json] is missing
  ! Try: denpa data --help
  [2]
  $ denpa data shows digits
  ! denpa data: there is info, make, show and fetch, not "shows"
  ! Try: denpa data --help
  [2]
  $ denpa data info nothing
  ! denpa: nothing: there is no such file; data are mnist, digits, digits:N, a folder with the four IDX files or with a folder of PNG pictures for each class, a CSV, NPZ, NPY or IDX file, or text:FILE
  [3]
  $ HOME=/nowhere denpa data info mnist
  ! denpa: mnist: not found. Looked in $DENPA_DATA/mnist (DENPA_DATA is not set) and in /nowhere/.local/share/denpa/mnist. `denpa data fetch mnist` gets it. Or put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (plain or .gz) into one of them, or use the data set `digits`, which needs no files.
  [3]
  $ printf 'x1,x2\n0,abc\n' > xor.csv; denpa data info xor.csv
  ! denpa: xor.csv:2:2 (column x2): "abc" is not a number (the option categories=x2 would take it for a name)
  [2]
  $ denpa data info digits:many
  ! denpa: digits:many: after digits: comes how many, a number from 1 on
  [2]
  $ denpa data make letters -o set
  ! denpa data: digits can be made, not "letters"
  ! Try: denpa data --help
  [2]
  $ denpa data make digits
  ! denpa data: --out DIR is needed: the folder to write to
  ! Try: denpa data --help
  [2]
  $ denpa data make digits -o small.csv
  ! denpa: small.csv/train-images-idx3-ubyte: cannot write: Not a directory
  [3]
  $ denpa data make digits -o no/folder
  ! denpa: no/folder: cannot make the folder: No such file or directory
  [3]
  $ denpa data make digits -o set --train 0
  ! denpa data: --train: 0 is not a whole number of at least 1
  ! Try: denpa data --help
  [2]
  $ denpa data info set >/dev/full
  ! denpa: cannot write to standard output: No space left on device
  [3]

A file that ends too early and one that promises too much.

  $ head -c 100 first/train-images-idx3-ubyte > set/train-images-idx3-ubyte; denpa data info set
  ! denpa: set/train-images-idx3-ubyte: byte 4: the header says (12, 28, 28), 9424 bytes in all, and the file's 100 bytes are too few for that
  [2]
  $ printf '\0\0\10\3\377\377\377\377\377\377\377\377\377\377\377\377' > set/train-images-idx3-ubyte; denpa data info set
  ! denpa: set/train-images-idx3-ubyte: byte 4: the header says (4294967295, 4294967295, 4294967295), which no file can hold
  [2]
