"""Known flaws of the installed packages: `python -m tests.known_flaws`, last step of `.ci/run`.

Where their list cannot be reached it says so and ends well. A flaw that another version mends ends it badly; one that none
does is told.
"""

import json
import subprocess
import sys
from typing import Any

PATIENCE_SECONDS = 50
_COMMAND = ["-m", "pip_audit", "--local", "--skip-editable", "--format=json", "--progress-spinner=off", "--timeout=10"]


def looked_up() -> list[dict[str, Any]]:
    """The packages whose flaws could be asked about; none where the list is out of reach."""
    try:
        answer = subprocess.run([sys.executable, *_COMMAND], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        packages = json.loads(answer.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []
    return [package for package in packages if "skip_reason" not in package]


def told(packages: list[dict[str, Any]]) -> tuple[list[str], bool]:
    """What to print, and whether it should end well."""
    if not packages:
        return [
            "Known flaws of the packages: NOT CHECKED, their list was out of reach. This run says nothing of them."
        ], True
    flaws = [(package, flaw) for package in packages for flaw in package["vulns"]]
    lines = [f"Known flaws of the packages: {len(flaws)}, of {len(packages)} packages looked up."]
    for package, flaw in flaws:
        remedy = f"mended in {', '.join(flaw['fix_versions'])}" if flaw["fix_versions"] else "not mended yet"
        lines.append(f"  {package['name']} {package['version']}: {flaw['id']}, {remedy}")
    return lines, not any(flaw["fix_versions"] for _, flaw in flaws)


def main() -> None:
    """Prints, and ends as it should."""
    lines, well = told(looked_up())
    print("\n".join(lines))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
