"""The pictures of the README: outputs/2022 in, docs/images/*.png out.

    make report pictures

The page is photographed by the system's Chromium, the PDF is drawn by pdfium; both with the fonts of the mplfonts
wheel, which a temporary fontconfig file makes known to Chromium, so that the system stays as it is.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

from jixiao.kit import fonts

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "outputs" / "2022"
IMAGES = ROOT / "docs" / "images"
PAGES = ("要点", "图1 ", "图3 ", "图4 ")  # the first PDF page with each is in the strip
WINDOW = {"width": 1200, "height": 840}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PAGE_WIDTH = 540  # pixels of a PDF page in the strip
GAP = 12
MAX_BYTES = 300_000
GREY = "#c9ccd2"
FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def main() -> None:
    """Make every picture and say how large it is."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    pictures = {
        "report-html.png": screenshot(REPORT / "public" / "annual_report.html"),
        "report-pdf.png": strip(REPORT / "public" / "annual_report.pdf"),
    }
    for name, picture in pictures.items():
        content = png(picture)
        if len(content) > MAX_BYTES:
            sys.exit(f"{name}: {len(content)} bytes; at most {MAX_BYTES}")
        (IMAGES / name).write_bytes(content)
        print(f"docs/images/{name}  {picture.width}×{picture.height}  {len(content) / 1024:,.0f} KB")


def screenshot(page: Path) -> Image.Image:
    """The top of the HTML page as a reader of a light desktop sees it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"], env=os.environ | known_fonts(Path(folder))
        )
        tab = browser.new_page(viewport=WINDOW, device_scale_factor=1.25, color_scheme="light")
        tab.goto(page.as_uri())
        taken = tab.screenshot()
        browser.close()
    return ImageOps.expand(Image.open(io.BytesIO(taken)).convert("RGB"), 1, GREY)


def chromium() -> str:
    """The browser of the system."""
    found = [path for path in map(shutil.which, CHROMIUM) if path]
    return found[0] if found else sys.exit(f"needs one of {', '.join(CHROMIUM)}")


def known_fonts(folder: Path) -> dict[str, str]:
    """The environment in which fontconfig knows the fonts of the wheel and no others; `folder` holds its files."""
    config = folder / "fonts.conf"
    text = FONTCONFIG.format(fonts=fonts.folder(), cache=folder / "cache")
    config.write_text(text, encoding="utf-8")
    return {"FONTCONFIG_FILE": str(config)}


def strip(path: Path) -> Image.Image:
    """The chosen pages of a PDF side by side."""
    with pypdfium2.PdfDocument(path) as document:
        pages = [drawn(document[number]) for number in chosen(document)]
    width = sum(page.width for page in pages) + GAP * (len(pages) - 1)
    picture = Image.new("RGB", (width, max(page.height for page in pages)), "white")
    for at, page in enumerate(pages):
        picture.paste(page, (at * (page.width + GAP), 0))
    return picture


def chosen(document: pypdfium2.PdfDocument) -> Sequence[int]:
    """The numbers of the pages that hold the words of PAGES, in order, none twice."""
    texts = [page.get_textpage().get_text_range() for page in document]
    return sorted({next(n for n, text in enumerate(texts) if caption in text) for caption in PAGES})


def drawn(page: pypdfium2.PdfPage) -> Image.Image:
    """One page with a hair line round it."""
    picture = page.render(scale=3 * PAGE_WIDTH / page.get_width()).to_pil().convert("RGB")
    height = round(picture.height * PAGE_WIDTH / picture.width)
    return ImageOps.expand(picture.resize((PAGE_WIDTH, height), Image.Resampling.LANCZOS), 1, GREY)


def png(picture: Image.Image) -> bytes:
    """`picture` as a small PNG of at most 256 colours."""
    out = io.BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(out, "png", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
