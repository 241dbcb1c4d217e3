denpa data show: pictures, as they are and as training sees them.

Needs cairo.

  $ denpa data show digits:30 -o plain.svg && denpa data show digits:30 --augment rotate=20 --count 2 -o seen.png && head -c 4 seen.png | od -c | head -1
  0000000 211   P   N   G
  $ denpa data show digits:30 --augment wobble=1 -o seen.png
  ! denpa: augment: there is no "wobble"; there are shift, rotate, scale, shear, elastic, erase, noise, flip
  [2]
  $ denpa data show digits:30 --index 30 -o seen.png
  ! denpa data: digits:30 has only 30 rows
  ! Try: denpa data --help
  [2]
  $ printf 'a,b\n1,2\n' > small.csv; denpa data show small.csv -o seen.png
  ! denpa data: small.csv has no pictures to show
  ! Try: denpa data --help
  [2]
  $ denpa data show digits:30
  ! denpa data: -o FILE is needed: the picture to write, a .png, .svg or .pdf
  ! Try: denpa data --help
  [2]
