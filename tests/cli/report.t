Needs cairo.

denpa report: one HTML page on a run.

  $ cp $MODELS/xor.dp $MODELS/data/xor.csv .
  $ denpa train xor.dp --data xor.csv --steps 50 --optim adam:lr=0.1 --out run --report | tail -n 1 | sed -E 's/[0-9]+ kB/… kB/'
  report in run/report.html (… kB)
  $ denpa report run -o page.html | sed -E 's/[0-9]+ kB/… kB/'
  report in page.html (… kB)
  $ cmp page.html run/report.html
  $ denpa train xor.dp --data xor.csv --out other --json --report=other.html | grep -c '^{.*}$'
  1
  $ grep -o '<h2[^>]*>[^<]*' page.html | sed 's/.*>//'
  Result
  Learning curves
  Confusion matrix
  Worst mistakes
  First-layer weights
  The network
  Weights, activations, gradients
  Gradient check
  Timing
  Configuration
  $ denpa report run --title 'Exclusive or' -o - >/dev/null; grep -o '<h1>.*' ./-
  <h1>Exclusive or</h1>

Data that are not where they were: what needs them says so, and so does the command.

  $ mv xor.csv moved.csv
  $ denpa report run -o page.html 2>&1 | sed -E 's/[0-9]+ kB/… kB/; s/;.*//'
  denpa: the report is made without data: xor.csv: there is no such file
  report in page.html (… kB)
  $ denpa report run --data moved.csv -o page.html >/dev/null
  $ cmp page.html run/report.html

What goes wrong:

  $ denpa report
  ! denpa report: RUN [options] is missing
  ! Try: denpa report --help
  [2]
  $ denpa report nowhere
  ! denpa: nowhere/config.json: cannot open: No such file or directory
  [3]
  $ denpa report run --data xor.csv -o page.html 2>&1 | sed 's/;.*//'
  denpa: xor.csv: there is no such file
  $ denpa report run --data moved.csv -o nowhere/page.html
  ! denpa: nowhere/page.html: cannot write: No such file or directory
  [3]
  $ cmp page.html run/report.html
  $ head -c 100 run/model.safetensors > cut; mv cut run/model.safetensors
  $ denpa report run --data moved.csv -o page.html 2>&1 | grep -o 'run/model.safetensors'
  run/model.safetensors
  $ cmp page.html run/report.html
  $ denpa train xor.dp --data moved.csv --report
  ! denpa train: --report needs --out DIR: it is made from what the run leaves there
  ! Try: denpa train --help
  [2]
  $ denpa report run --mistakes 0
  ! denpa report: --mistakes: 0 is not between 1 and 1000
  ! Try: denpa report --help
  [2]
