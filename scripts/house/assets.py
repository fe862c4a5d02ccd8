"""The NHS.UK look: fetched once, checked against a pinned hash, stripped of the fonts and logo we may not use."""

import hashlib
import io
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from house.environment import ROOT
from house.say import step, warn

VERSION = "10.6.1"
SHA512 = (
    "3d9a2ba90663671fc0dbac89a2c9022fdcf489be80b64032174a382bf447afcc"
    "d1ac9c97ad43829cc6e3cb454d5ec18ee2d7d334cc2a964c004cab386b4c5acb"
)
TARGET = ROOT / "src" / "matneo" / "web" / "static" / "nhsuk"
HINT = (
    "Pages use MatNeo's plain fallback style. "
    "With npm installed, delete {target} and start ./run again for the NHS.UK look."
)
WANTED = re.compile(
    r"^package/dist/nhsuk/(nhsuk-frontend\.min\.(?:css|js)|assets/images/nhsuk-icon-[a-z-]+\.svg)$"
)


def prepare() -> bool:
    """Put the stylesheet, script and icons where the pages look for them; False where that was not possible."""
    stamp = TARGET / "version"
    if stamp.exists() and stamp.read_text() == VERSION:
        return True
    npm = shutil.which("npm")
    if npm is None:
        warn("npm is not installed. " + HINT.format(target=TARGET.relative_to(ROOT)))
        return False
    step("Fetching the NHS.UK front end")
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            [npm, "pack", f"nhsuk-frontend@{VERSION}", "--ignore-scripts", "--silent"],
            cwd=folder,
            capture_output=True,
            check=False,
        )
        files = list(Path(folder).glob("*.tgz"))
        if packed.returncode or len(files) != 1:
            warn("npm could not fetch nhsuk-frontend. " + HINT.format(target=TARGET.relative_to(ROOT)))
            return False
        content = files[0].read_bytes()
    if hashlib.sha512(content).hexdigest() != SHA512:
        warn(
            "nhsuk-frontend is not the file we know (its hash differs); it was not used. "
            + HINT.format(target=TARGET.relative_to(ROOT))
        )
        return False
    _unpack(content)
    stamp.write_text(VERSION)
    return True


def _unpack(content: bytes) -> None:
    (TARGET / "images").mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive.getmembers():
            match = WANTED.match(member.name)
            if match and member.isfile():
                stream = archive.extractfile(member)
                assert stream is not None  # isfile() was just true
                name = match.group(1).removeprefix("assets/")
                (TARGET / name).write_bytes(_ours(name, stream.read()))


def _ours(name: str, content: bytes) -> bytes:
    """Without Frutiger (licensed to NHS bodies), without addresses of other sites, without source maps."""
    if not name.endswith((".css", ".js")):
        return content
    text = content.decode()
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = text.replace("Frutiger W01,arial,sans-serif", "Arial,Liberation Sans,sans-serif")
    text = text.replace("url(/assets/images/", "url(images/")
    text = re.sub(r"(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)", "", text)
    return text.encode()
