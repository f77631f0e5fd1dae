"""Drive a headless Chromium as a reader would: by width, by colour scheme, by keyboard."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.fakes.waiting import PATIENCE

TABS_AT_MOST = 40
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def why_no_browser() -> str | None:
    """Say what is missing to run a browser here, None where there is one."""
    if not any(map(shutil.which, _CHROMIUM)) or not shutil.which("chromedriver"):
        return "no browser here: install chromium and chromium-driver to run this test"
    return None


class Browser:
    """One tab; every line on its console is kept."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver

    def look_like(self, *, width: int, height: int = 800, dark: bool = False) -> None:
        """Take the size of a screen and a colour scheme."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def open(self, address: str) -> None:
        """Go to an address."""
        self._driver.get(address)

    def ask(self, script: str) -> Any:
        """Return what an expression is worth in the page."""
        return self._driver.execute_script(f"return {script}")

    def press(self, *keys: str) -> None:
        """Press keys, or type words, wherever the focus is."""
        ActionChains(self._driver).send_keys(*keys).perform()

    def tab_to(self, condition: str) -> None:
        """Press Tab until the focused element (`it`) meets a condition; fails where it can't be reached."""
        for _ in range(TABS_AT_MOST):
            self.press(Keys.TAB)
            if self.ask(f"(it => Boolean({condition}))(document.activeElement)"):
                return
        raise AssertionError(f"the keyboard can't reach {condition}")

    def wait_until(self, condition: str) -> None:
        """Wait until an expression is true."""
        WebDriverWait(self._driver, PATIENCE, poll_frequency=0.05).until(lambda _: self.ask(f"Boolean({condition})"))

    def console(self) -> list[str]:
        """Return and forget what was written to the console: errors, and violations of the content policy."""
        lines = self._driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium types most, not this
        return [line["message"] for line in lines]


@contextmanager
def running_browser(language: str) -> Iterator[Browser]:
    """Start a browser of a reader's language, and stop it in the end."""
    options = webdriver.ChromeOptions()
    options.binary_location = next(filter(None, map(shutil.which, _CHROMIUM)), "")
    options.add_argument("--headless=new")
    options.add_argument("--disable-dev-shm-usage")
    options.add_argument("--hide-scrollbars")
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
