denpa bench: what it says, not how fast it is. Numbers are shown as N.

  $ numbers() { sed -E 's/[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/N/g; s/"machine": \{.*\}, "peak/"machine": {…}, "peak/'; }
  > denpa bench --only xor,infer1 --threads 1 --repeats 2 --seconds 0 --json | numbers
  {"machine": {…}, "peak_gflops": N, "bandwidth_gbs": N, "workloads": [
  {"name": "xor", "threads": N, "us_per_step": {"min": N, "median": N, "max": N}, "gflops": N, "share_of_peak": N, "bytes": N},
  {"name": "inferN", "threads": N, "us_per_step": {"min": N, "median": N, "max": N}, "gflops": N, "share_of_peak": N, "bytes": N}
  ]}

Which workloads there are; those with numbers of threads: one, then all cores. MNIST is not here, so the images are the built-in digits.

  $ denpa bench --only book,elementwise,expm --repeats 1 --seconds 0 --json >all.json; grep -o '"images": "[a-z]*"' all.json
  > grep -o '"name": "[a-z0-9]*"' all.json | uniq
  > grep -o '"threads": [0-9]*' all.json | sort -u | head -n 1
  "images": "digits"
  "name": "book"
  "name": "expm"
  "name": "elementwise"
  "threads": 1

min, median and max are in order, and something is computed.

  $ denpa bench --only xor,expm --threads 2 --repeats 5 --seconds 0.01 --json | grep '"name"' | tr -d '{}[]:",' | awk '
  >     { if (!($7 > 0 && $7 <= $9 && $9 <= $11 && $13 > 0 && $15 > 0 && $17 > 0)) print "wrong:", $0; else print $2, $4 }'
  xor 2
  expm 2

The table.

  $ denpa bench --only infer1 --threads 1 --repeats 2 --seconds 0 | tail -n +4 | sed -E 's/[0-9.]+/N/g; s/ +/ /g; s/ $//'
   us per step of
  workload threads min median max GFLOP/s peak memory
  inferN N N N N N N% N MB

Wrong use.

  $ denpa bench --only bok
  ! denpa bench: --only: there is no workload "bok"; there are xor, book, mlp512, mlp2048, expm, lenet, simpleconv, deepconv, infer1, elementwise
  ! Try: denpa bench --help
  [2]
  $ denpa bench --only book,
  ! denpa bench: --only: there is no workload ""; there are xor, book, mlp512, mlp2048, expm, lenet, simpleconv, deepconv, infer1, elementwise
  ! Try: denpa bench --help
  [2]
  $ denpa bench --repeats 0
  ! denpa bench: --repeats: 0 is not between 1 and 10000
  ! Try: denpa bench --help
  [2]
  $ denpa bench --seconds -1
  ! denpa bench: --seconds: from 0 to 3600 seconds can be taken for a workload
  ! Try: denpa bench --help
  [2]
  $ denpa bench --only xor mnist
  ! denpa bench: "mnist" is one word too many
  ! Try: denpa bench --help
  [2]
