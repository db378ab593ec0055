"""All limits of what the kit reads and runs; docs/limits.md tells users the same, with what to do where one is passed.

Each is far above what a form, a table or a parameter file of a bureau needs, and bounds what one file can cost.
"""

# Numbers. Excel writes up to 17 digits of a number, small ones with many zeros behind the point.
INTEGER_DIGITS = 15  # before the point: a thousand times the budget of the whole country in 万元
DECIMAL_DIGITS = 20  # behind the point
MEASURE_TEXT = 30  # characters of a number in a target or an actual value, separators included
POINTS = 1_000  # points of an indicator that are scored by rule

# Texts
CELL_TEXT = 32_767  # characters of a cell, as in Excel
FILE_TEXT = 50_000_000  # characters of all cells of a file, a shared text counted wherever it is shown

# Files of forms. A form is below 1 MB; this leaves room for pasted photos, and bounds what one file costs.
FILE_BYTES = 30_000_000
RELATIONS = 10_000  # of the workbook to its parts
FORMAT_CODE = 1_000  # characters of a number format; Excel takes 255
FILE_CELLS = 2_000_000  # rows × columns of all sheets: 50,000 rows of 40 columns
SHEETS = 1_000
MERGES = 200_000  # merged areas of a sheet
STRINGS = 2_000_000  # texts that the sheets of a workbook share
STYLES = 65_536  # of cells of an .xlsx; Excel itself writes 65,490 at most
XLS_STYLES = 16_384  # Excel writes 4,050 at most; each costs xlrd 40 µs and a kilobyte
FORMS = 5_000  # heads of tables in a sheet, at each of which a form may begin

NESTED_TABLES = 20  # of a web page, one within the other
LARGE_SHEETS = 3  # of a file that are passed over for their size before all that follow are
ENCRYPTED_XLS = 5_000_000  # bytes, each of which costs 8 and a step of a loop
KEY_ROUNDS = 500_000  # by which the key of an encrypted workbook is derived: Excel writes 100,000

# Return sheets. What is larger takes minutes to write, and no spreadsheet program opens it with ease.
RETURN_CELLS = 400_000  # rows × columns of the sheets that are copied
RETURN_FINDINGS = 20_000  # findings that are listed and marked

# ZIP packages
PACKAGE_PARTS = 2_000  # a form has some 15 parts; one pasted photo is one more
PACKAGE_BYTES = 300_000_000  # unpacked: ten times the largest file that is read at all
PACKAGE_FREE_BYTES = 20_000_000  # below this any ratio is harmless
PACKAGE_RATIO = 200  # sheets of a million equal rows compress about 100 times, bombs 1000 times

# Tables and parameter files
TABLE_BYTES = 200_000_000
TABLE_COLUMNS = 200
YAML_BYTES = 300_000  # the largest of the kit has 15,000; each 100,000 take a second or two
YAML_DEPTH = 30  # brackets and indents within each other; the files of the kit have nine at most

# Drafts that are proofread. A report of a province has 300 pages.
DRAFT_BYTES = 100_000_000  # with pictures
DRAFT_PAGES = 2_000  # of a PDF
DRAFT_TEXT = 2_000_000  # characters
DRAFT_PAGE_TEXT = 50_000  # characters of a page of a PDF; a dense one has 3,000
DRAFT_PART = 50_000_000  # bytes of a part of a Word file, unpacked
DRAFT_CELLS = 200_000  # cells of all tables

# Folders that are verified, which are read whole
VERSION_BYTES = 500_000_000  # the report of 2022 has 2,500,000

# Kits in a store. The kit of 2022 has 70 files without its forms, and less than a megabyte.
STORE_FILES = 20_000
STORE_BYTES = 2_000_000_000
STORE_NAME = 1_000  # bytes of the name of a file, with its folders

# Rows that districts send up (Parquet), counted without being held in memory
DISTRICT_ROWS = 5_000_000  # of a file: a district has some 20,000
