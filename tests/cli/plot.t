Needs cairo.

denpa plot: what is drawn, as JSON, and files.

  $ denpa plot heat -e "Z = [[1, 2, 3], [4, 5, 6]]" --value Z --json | grep -oE '"(shape|scale)": [^]]*]|"(kind|color)": "[^"]*"'
  "kind": "heat"
  "shape": [2, 3]
  "scale": [1.0, 6.0]
  "color": "#440154"
  "color": "#fde725"
  "color": "#440154"
  "color": "#fde725"
  $ denpa plot digits -e "X = [[1, 2, 3, 4], [5, 6, 7, 8]]; T = [7, 9]" --value X --rows 2 --title-left '$n=%{i}, t_n=%{T[i]}$' --json | grep -oE '"title_left": "[^"]*"'
  "title_left": "$n=0, t_n=7$"
  "title_left": "$n=1, t_n=9$"
  $ denpa plot scatter -e "X = [[0, 0], [0, 1], [1, 1], [1, 0]]; c = [0, 1, 0, 1]" --x X --by c --label 'class%{c + 1}' --legend outside --json | grep -oE '"label": "class[^"]*", "count": [0-9]+'
  "label": "class1", "count": 2
  "label": "class2", "count": 2
  $ denpa plot line -e "x = [1, 2, 3]" --y "stack([x, x ** 2], axis=1)" --label 'x|x squared' --add "text(1, 2, 'here: %{x[1]}')" --json | grep -oE '"(kind|text|label)": "[^0-9"][^"]*"'
  "kind": "line"
  "label": "x"
  "kind": "line"
  "label": "x squared"
  "kind": "text"
  "text": "here: 2"
  $ denpa plot regions -e "x = [[0, 0]]; y = x" --value y --over x --plane 0:4:1,0:3:1 --json | grep -oE '"count": [0-9]+'
  "count": 9
  "count": 3
  $ denpa plot confusion -e "said = [0, 1, 1, 2]; true = [0, 1, 2, 2]" --value said --by true --json | grep -oE '"text": "[^"]*"'
  "text": "1"
  "text": "1"
  "text": "1"
  "text": "1"
  $ denpa plot heat -e "x = 1" --value x -o a.svg -o a.png -o a.pdf && head -c 4 a.svg && head -c 4 a.pdf && ls
  <?xm%PDFa.pdf
  a.png
  a.svg
  $ denpa plot table --text 'a|b
  > 1|2' --json | grep -oE '"text": "[^"]*"'
  "text": "a"
  "text": "b"
  "text": "1"
  "text": "2"
  $ denpa plot formula --text 'y = \cases{1 & x > 0 \\ 0 & x \leq 0} \tag{1}' --json | grep -oE '"text": "[^"]*"'
  "text": "$\\displaystyle y =$"
  "text": "$1$"
  "text": "$x > 0$"
  "text": "$0$"
  "text": "$x \\leq 0$"
  "text": "(1)"
  $ denpa plot network --text 'x_1,x_2|y_1' --label 'W:w' --json | grep -oE '"text": "[^"]*"'
  "text": "$w_{11}$"
  "text": "$w_{21}$"
  "text": "$W$"
  "text": "$x_1$"
  "text": "$x_2$"
  "text": "$y_1$"

Huge and tiny numbers, cells without one, a curve of one point.

  $ denpa plot heat -e "Z = [[1e-300, 1e300], [0.30000000000000004, -0.0]]" --value Z --annotate --json | grep -oE '"text": "[^"]*"'
  "text": "1e-300"
  "text": "1e+300"
  "text": "0.3"
  "text": "0"
  $ denpa plot heat -e "Z = [[1.0, 2.0], [3.0, 4.0]] / [[1, 0], [1, 1]]" --value Z --json | grep -oE '"nonfinite": [0-9]+|"scale": [^]]*]'
  "scale": [1.0, 4.0]
  "nonfinite": 1
  $ denpa plot line -e "y = [1.0, 2.0, 3.0, 4.0, 5.0] * [1, 1 / 0, 1, 1 / 0, 1]" --y y -o dots.svg && grep -oE 'fill="#0072b2"[^>]*' dots.svg | wc -l && rm dots.svg
  1

Arrays, tables, runs.

  $ printf 'a,b\n1,2\n3,4\n5,7\n' > t.csv
  $ denpa plot line t.csv --x a --y b --title '%{data[2]}' --json | grep -oE '"title": "[^"]*"|"count": [0-9]+'
  "title": "[5. 7.]"
  "count": 3
  $ printf "\\223NUMPY\\1\\0\\70\\0{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}\\n\\5\\7" > two.npy
  $ denpa plot bars two.npy --y data --title '%{data}' --json | grep -oE '"title": "[^"]*"|"count": [0-9]+'
  "title": "[5. 7.]"
  "count": 2
  $ printf 'x1,x2,c\n0,0,0\n0,1,1\n1,1,0\n1,0,1\n' > xor.csv
  $ denpa train "$MODELS/xor.dp" --data xor.csv --steps 40 --log-every 10 --keep-path --out run > /dev/null && ls run
  config.json
  log.csv
  model.dp
  model.safetensors
  path.safetensors
  $ denpa plot loss run --json | grep -oE '"label": "train_loss", "count": [0-9]+'
  "label": "train_loss", "count": 4
  $ denpa plot loss run --json | grep -c '"legend"'
  0
  [1]
  $ printf 'epoch,step,train_loss,test_loss,seconds\n1,10,0.7,,0.1\n1,20,0.5,0.6,0.2\n2,30,0.4,0.5,0.3\n' > two.csv
  $ denpa plot loss --log two.csv --json | grep -oE '"entries": [^]]*' | grep -oE '"label": "[^"]*"'
  "label": "train_loss"
  "label": "test_loss"
  $ denpa plot loss --log two.csv --legend none --json | grep -c '"legend"'
  0
  [1]
  $ denpa plot loss --log two.csv --legend outside --json | grep -oE '"outside": [a-z]+'
  "outside": true
  $ denpa plot landscape run --data xor.csv --json | grep -oE '"kind": "[^"]*"|"shape": \[[^]]*\]|"label": "run"'
  "kind": "heat"
  "shape": [61, 61]
  "kind": "line"
  "label": "run"
  "kind": "scatter"
  "kind": "scatter"
  $ denpa plot regions run --value y --over x --plane 0:1:0.5,0:1:0.5 --step 20 --json | grep -oE '"shape": \[[^]]*\]'
  "shape": [2, 2]
  $ denpa plot confusion run --data xor.csv --json | grep -oE '"shape": \[[^]]*\]'
  "shape": [2, 2]

What pictures there are.

  $ denpa info | grep -E '^cairo'
  cairo      yes, for pictures as SVG, PNG and PDF, with Pango
  $ denpa info --json | grep -oE '"(cairo|graphviz)"'
  "cairo"
  "graphviz"

In the terminal.

  $ denpa plot heat -e "Z = [[0, 1], [2, 3]]" --value Z --term --width 2 | sed 's/\x1b/ESC/g'
  ESC[38;2;68;1;84mESC[48;2;53;183;121m▀ESC[38;2;49;104;142mESC[48;2;253;231;37m▀ESC[0m

What is wrong is said.

  $ denpa plot heat -e "Z = [[1, 2]]" --value Z
  ! denpa plot: say where to: -o FILE, --term or --json
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = [[1, 2]]" --value Z -o z.gif
  ! denpa plot: -o z.gif: pictures end in .png, .svg or .pdf
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = [[1, 2]]" --value Z -o missing/z.png
  ! denpa: missing/z.png: cannot write: No such file or directory
  [3]
  $ denpa plot formula --text '' -o z.png
  ! denpa plot: formula: say what to write: --text TEXT
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = [[1, 2]]" -o z.png
  ! denpa plot: heat: say what to draw: --value EXPR
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = [[1, 2]]" --value Y -o z.png
  ! denpa: value:1:1: unknown name Y
  !     Y
  !     ^
  [2]
  $ denpa plot heat -e "Z = zeros((0, 3))" --value Z -o z.png
  ! denpa plot: heat: Z is (0, 3): it is empty, there is nothing to draw
  ! Try: denpa plot --help
  [2]
  $ denpa plot digits -e "Z = zeros((0, 784))" --value Z -o z.png
  ! denpa plot: digits: the images are (0, 784): there is nothing to draw
  ! Try: denpa plot --help
  [2]
  $ denpa plot hist -e "Z = zeros((0, 3))" --value Z -o z.png
  ! denpa plot: hist: Z is empty: there is nothing to count
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = zeros((2, 3, 4))" --value Z -o z.png
  ! denpa plot: heat: Z is (2, 3, 4): a matrix is wanted
  ! Try: denpa plot --help
  [2]
  $ denpa plot het -e "Z = 1" --value Z -o z.png
  ! denpa plot: there is no kind of picture "het"; did you mean heat?
  ! Try: denpa plot --help
  [2]
  $ denpa plot line -e "x = [1, 2]" --x x --y "[1, 2, 3]" -o z.png
  ! denpa plot: line: x has 2 numbers, but there are 3 places
  ! Try: denpa plot --help
  [2]
  $ denpa plot digits -e "X = zeros((500, 784))" --value X -o z.png
  ! denpa plot: 500 panels are too many to be seen; mosaic puts any number of images into one
  ! Try: denpa plot --help
  [2]
  $ denpa plot digits -e "X = zeros((3, 785))" --value X -o z.png
  ! denpa plot: digits: (3, 785) cannot be cut into images 28 pixels high; say --rows H
  ! Try: denpa plot --help
  [2]
  $ denpa plot digits -e "X = zeros((3, 4))" --value X --rows 2 --panels 1x2 -o z.png
  ! denpa plot: digits: there are only 1 by 2 panels; say --panels RxC
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = 1" --value Z --size 0x3 -o z.png
  ! denpa plot: --size: 0x3: both have to be above 0
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = 1" --value Z --size 1000x1000 -o z.png
  ! denpa: picture: 100000 by 100000 pixels are too many; at most 32767 each way can be painted
  [2]
  $ denpa plot heat -e "Z = 1" --value Z --cmap jet -o z.png
  ! denpa plot: heat: cmap: there is no colour map "jet": viridis, gray, gray_r, diverging
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = 1" --value Z --title '%{nothing}' -o z.png
  ! denpa: %{...}:1:1: unknown name nothing
  !     nothing
  !     ^~~~~~~
  [2]
  $ denpa plot heat -e "Z = 1" --value Z --add "lin(Z)" -o z.png
  ! denpa plot: --add: there is no kind "lin"; did you mean line?
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = 1" --value Z --add "line(Z" -o z.png
  ! denpa plot: --add: line(Z: an argument or ")" is missing
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = 1" --value Z --add "line(Z, colour='red')" -o z.png
  ! denpa plot: --add: line takes no "colour"; did you mean color?
  ! Try: denpa plot --help
  [2]
  $ denpa plot heat -e "Z = 1" --value Z --add "line(Z, size='3x3')" -o z.png
  ! denpa plot: --add: size is of the whole figure: say it as --size
  ! Try: denpa plot --help
  [2]
  $ denpa plot regions -e "x = [[0.0, 0.0]]; y = sum(x)" --value y --over x --plane 0:1:0.1,0:1:0.1 -o z.png
  ! denpa: survey: y is []; a number or a row of numbers is wanted for each of 1 points
  [2]
  $ denpa plot regions -e "x = [[0.0, 0.0]]; y = x" --value y --over x --plane 0:1:0,0:1:0.1 -o z.png
  ! denpa plot: regions: plane: "0:1:0,0:1:0.1" is not X0:X1:DX,Y0:Y1:DY
  ! Try: denpa plot --help
  [2]
  $ denpa plot loss -o z.png
  ! denpa plot: loss: say which run: a folder, or --log FILE
  ! Try: denpa plot --help
  [2]
  $ denpa plot landscape run --runs nowhere --data xor.csv -o z.png
  ! denpa plot: landscape: nowhere/path.safetensors: cannot open: No such file or directory: train it with --keep-path
  ! Try: denpa plot --help
  [2]
  $ denpa plot table --text 'a|b
  > 1' -o z.png
  ! denpa plot: table: row 2 has 1 cells, the first one has 2
  ! Try: denpa plot --help
  [2]
  $ denpa plot formula --text '\pmatrix{a & b' -o z.png
  ! denpa: formula: a brace is not closed: \pmatrix{a & b
  [2]
  $ denpa plot network --text 'x_1|>y_1' -o z.png
  ! denpa: network: layer 2 has no neurons
  [2]
  $ denpa train "$MODELS/xor.dp" --data xor.csv --keep-path
  ! denpa train: --keep-path needs --out DIR to leave the path in
  ! Try: denpa train --help
  [2]
  $ ls z.*
  ! ls: cannot access 'z.*': No such file or directory
  [2]

Filters and feature maps are images as they are:

  $ denpa plot digits -e "W = normal((6, 1, 5, 3))" --value W --panels 2x3 -o planes.svg
  $ denpa plot digits -e "W = normal((6, 1, 5, 3))" --value "reshape(W, (6, 15))" --rows 5 --panels 2x3 -o rows.svg
  $ cmp planes.svg rows.svg
  $ denpa plot digits -e "W = normal((6, 15))" --value W -o nothing.svg
  ! denpa plot: digits: (6, 15) cannot be cut into images 28 pixels high; say --rows H
  ! Try: denpa plot --help
  [2]
