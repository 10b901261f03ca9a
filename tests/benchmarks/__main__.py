"""``make bench``: run every benchmark and print what it measures, one JSON object a line.

    python -m tests.benchmarks            all of them
    python -m tests.benchmarks import     those whose names contain "import"

A benchmark is a module here called ``bench_*`` with a function ``measure`` that yields
``Measurement``s. What is being done goes to standard error.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import traceback

import tests.benchmarks


def main(wanted: list[str]) -> int:
    """Run the benchmarks that ``wanted`` names (all if empty). A failed one stops no other.

    Returns the exit status: 1 if any failed, 2 if ``wanted`` names none.
    """
    names = sorted(
        module.name
        for module in pkgutil.iter_modules(tests.benchmarks.__path__)
        if module.name.startswith("bench_")
        and (not wanted or any(part in module.name for part in wanted))
    )
    if not names:
        print(f"No benchmark is called anything like {' or '.join(wanted)}.", file=sys.stderr)
        return 2
    failed = False
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            for measurement in importlib.import_module(f"tests.benchmarks.{name}").measure():
                print(measurement.to_json(), flush=True)
        except Exception:
            traceback.print_exc()
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
