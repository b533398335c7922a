"""A county that installs the product knows what comes with it, and under which terms."""

from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.supply import bill_of_materials, licence, packages

# All let a public body install, change and hand on what it serves. A library under the LGPL or the MPL is used as it comes.
READ = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0",
    "OFL-1.1", "PSF-2.0", "Zlib",
}  # fmt: skip


def test_the_licence_of_every_package_has_been_read() -> None:
    found = {package: licence(package) for package in packages()}

    terms = {package: set(said.replace(" AND ", " OR ").split(" OR ")) for package, said in found.items()}
    assert len(found) > 60
    assert not {package: said for package, said in terms.items() if not said <= READ}


def test_the_bill_of_materials_is_one_that_others_read() -> None:
    written = make_outputter(bill_of_materials(), OutputFormat.JSON, SchemaVersion.V1_6).output_as_string()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    assert all(f'"{package}"' in written for package in packages())
