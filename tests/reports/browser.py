"""Chromium, where it is installed, over its DevTools protocol: pages as a browser has them, and what it said and asked for."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --remote-debugging-pipe"
)
_SAID = {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"}


@dataclass
class Browser:
    """A page of a browser: `said` is what its console has, `asked` the addresses that were asked for."""

    to: BinaryIO
    back: BinaryIO
    session: str | None = None
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _number: int = 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self.to.write(json.dumps(message | ({"sessionId": self.session} if self.session else {})).encode() + b"\0")
        self.to.flush()
        while (heard := self._hear()).get("id") != self._number:
            pass
        assert "error" not in heard, heard
        return dict(heard["result"])

    def open(self, path: Path, width: int, *, dark: bool = False, media: str = "screen") -> None:
        """Opens a page in a window of so many pixels."""
        self.said.clear()
        self.asked.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=1000, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.call("Page.navigate", url=path.resolve().as_uri())
        while self._hear().get("method") != "Page.loadEventFired":
            pass

    def value(self, expression: str) -> Any:
        """What an expression of JavaScript comes to."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Presses a key."""
        codes = {"Tab": 9, "Enter": 13}
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=codes[key], **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=codes[key])

    def _hear(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self.back.read(1)) != b"\0":
            assert byte, "the browser is gone"
            message += byte
        heard: dict[str, Any] = json.loads(message)
        if heard.get("method") in _SAID:
            self.said.append(message.decode())
        if heard.get("method") == "Network.requestWillBeSent":
            self.asked.append(heard["params"]["request"]["url"])
        return heard


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with an empty page, whose profile is in a folder."""
    assert CHROMIUM is not None
    its_input, to = os.pipe()
    back, its_output = os.pipe()
    # those that it takes over as 3 and 4 are above both
    high = [fcntl.fcntl(one, fcntl.F_DUPFD, 10) for one in (its_input, its_output)]

    def take_over() -> None:
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    process = subprocess.Popen(
        [CHROMIUM, *OPTIONS.split(), f"--user-data-dir={folder}"],
        pass_fds=(3, 4),
        preexec_fn=take_over,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for one in (its_input, its_output, *high):
        os.close(one)
    with open(to, "wb") as writing, open(back, "rb") as reading:
        page = Browser(writing, reading)
        target = page.call("Target.createTarget", url="about:blank")["targetId"]
        page.session = page.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        try:
            yield page
        finally:
            page.session = None
            page.call("Browser.close")
            process.wait(30)
