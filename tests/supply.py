"""What a server installs, each package with its version and its licence: `python -m tests.supply > cybercantal.cdx.json`.

The bill of materials that goes with a release, in the CycloneDX format; `tests/test_supply.py` refuses a licence that nobody
has read.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, metadata, version
from typing import Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from tests.pins import HASHES

PRODUCT: Final = "cybercantal"
_OWN_WORDS: Final = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "SIL OFL 1.1": "OFL-1.1",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}
"""The words of packages that do not write the identifiers of SPDX."""
_LONGEST_NAME: Final = 60


def packages() -> list[str]:
    """The packages that serve, as pinned."""
    return sorted(set(re.findall(r"^([\w.-]+)==", HASHES.read_text(encoding="utf-8"), re.MULTILINE)))


def licence(package: str) -> str:
    """Its licence as an SPDX expression, as far as its authors write one; their own words otherwise, empty without any."""
    said = next(filter(None, _said(metadata(package))), "")
    return _OWN_WORDS.get(said, said)


def _said(about: PackageMetadata) -> Iterator[str]:
    yield str(about.get("License-Expression") or "")
    classified = [
        line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    own = str(about.get("License") or "")
    # The field may hold the whole text of the licence: then its name is what the authors classified it as.
    yield own if own and len(own) <= _LONGEST_NAME and own != "Dual License" and "Copyright" not in own else ""
    yield " OR ".join(_OWN_WORDS.get(name, name) for name in classified)


def bill_of_materials() -> Bom:
    """One component a package, under the product."""
    named = LicenseFactory()
    bom = Bom()
    bom.metadata.component = Component(
        name=PRODUCT,
        type=ComponentType.APPLICATION,
        version=version(PRODUCT),
        licenses=[named.make_from_string("EUPL-1.2")],
    )
    parts = [
        Component(
            name=package,
            version=version(package),
            type=ComponentType.LIBRARY,
            purl=PackageURL("pypi", name=package, version=version(package)),
            licenses=[named.make_from_string(licence(package))],
        )
        for package in packages()
    ]
    bom.components.update(parts)
    bom.register_dependency(bom.metadata.component, parts)
    return bom


def main() -> None:
    """Prints it."""
    sys.stdout.write(
        make_outputter(bill_of_materials(), OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    )


if __name__ == "__main__":
    main()
