"""Photograph pages with a headless Chromium."""

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

# In CSS pixels. The README shows a picture at most this wide, and on a phone as wide as the screen.
WIDTH = 480
SHARPNESS = 1.3
# Where a page that goes on is cut.
PAGE_HEIGHT = 672


class Camera:
    """Take pictures as PNG files."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver

    def picture_of_html(self, page: str, file: Path) -> None:
        """Photograph a page given as text."""
        encoded = base64.b64encode(page.encode()).decode()
        self._take(f"data:text/html;charset=utf-8;base64,{encoded}", file)

    def picture_of_page(self, address: str, expected: str, file: Path) -> None:
        """Photograph a page that is served; `expected` is what has to be on it."""
        self._take(address, file, PAGE_HEIGHT)
        if not self._driver.execute_script("return document.querySelector(arguments[0]) !== null", expected):
            raise AssertionError(f"{address} shows no {expected}")

    def _take(self, address: str, file: Path, height: int | None = None) -> None:
        self._width_is(WIDTH)
        self._driver.get(address)
        tall = self._driver.execute_script("return Math.ceil(document.documentElement.getBoundingClientRect().height)")
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": min(tall, height or tall), "scale": 1}
        taken = self._driver.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
        file.write_bytes(base64.b64decode(taken["data"]))

    def _width_is(self, width: int) -> None:
        metrics = {"width": width, "height": 400, "deviceScaleFactor": SHARPNESS, "mobile": False}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        light = [{"name": "prefers-color-scheme", "value": "light"}]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": light})


@contextmanager
def camera() -> Iterator[Camera]:
    """Start a browser, and stop it in the end."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-sandbox"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Camera(driver)
    finally:
        driver.quit()
