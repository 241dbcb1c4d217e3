The frame: help, unknown words, options, failing output.

  $ denpa 2>&1 >/dev/null | head -n 6; echo "${PIPESTATUS[0]}"
  denpa is a neural-network engine that you can see through: write a network as
  formulas; denpa evaluates it, differentiates it, checks the gradient, trains
  it, and hands the result back as a file other programs can use.
  
  Usage:
    denpa COMMAND [words] [options]
  2
  $ denpa --version
  denpa 0.1.0
  $ denpa inof
  ! denpa: there is no command "inof". Did you mean info?
  ! Try: denpa --help
  [2]
  $ denpa zzzzzz
  ! denpa: there is no command "zzzzzz"
  ! Try: denpa --help
  [2]
  $ denpa info --jsn
  ! denpa info: unknown option --jsn. Did you mean --json?
  ! Try: denpa info --help
  [2]
  $ denpa info -x
  ! denpa info: unknown option -x
  ! Try: denpa info --help
  [2]
  $ denpa info word
  ! denpa info: "word" is one word too many
  ! Try: denpa info --help
  [2]
  $ denpa info --json=yes
  ! denpa info: --json takes no value
  ! Try: denpa info --help
  [2]
  $ denpa help --man-pages
  ! denpa help: --man-pages needs a value: --man-pages DIR
  ! Try: denpa help --help
  [2]
  $ denpa help --man-pages=/nowhere/at/all
  ! denpa: cannot write /nowhere/at/all/denpa.1: No such file or directory
  [3]
  $ denpa help nothing
  ! denpa help: there is no command and no function "nothing"
  ! Try: denpa help --help
  [2]
  $ denpa help softmax
  softmax(x, axis=-1)
      exp(x) divided by its sum along an axis
  $ denpa help functions | grep -A 1 '^relu'
  relu(x)
      x where x > 0, else 0
  $ denpa help info
  denpa info: the build, the machine and the libraries
  
  Usage:
    denpa info [--json]
  
  Shows the version, how it was built, which kernels this machine gets, how many
  threads and how much memory it may use, and which optional libraries are there.
  The environment variable DENPA_CPU (ref, base, avx2, avx512) may lower the
  kernels. DENPA_GEMM (own, onednn, cblas) has matrix products made by a library,
  if this build has it.
  
  Options:
    --json                  one JSON object on stdout
    -h, --help              this text
  
  Examples:
    DENPA_CPU=ref denpa info
        with the plain C kernels
  $ denpa info -- --json
  ! denpa info: "--json" is one word too many
  ! Try: denpa info --help
  [2]
  $ denpa info --no-json | head -c 6
  denpa 

Output that cannot be written is a failure, whatever was to be said.

  $ denpa info > /dev/full
  ! denpa: cannot write to standard output: No space left on device
  [3]
  $ (sleep 0.3; denpa help --markdown; echo "exit $?" >&2) | true
  ! denpa: cannot write to standard output: Broken pipe
  ! exit 3
