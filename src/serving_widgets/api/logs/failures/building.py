"""What keeps an environment from being built: resolvers, packages, disks."""

from __future__ import annotations

from .rule import Rule, Sign, raised

_LISTED = r"^\s*[-╰└─> ]*\s*- (?P<what>\S.*)$"
# Modules of Python itself that lost names: a partial import by an own file of the same name is told otherwise.
_STANDARD = (
    r"collections|inspect|asyncio|time|fractions|base64|importlib[\w.]*|ast|typing|plistlib|platform|gettext|array|"
    r"threading|string|locale|unittest|html|math|cgi|sys|os"
)
#: Sources: pip (old and new), conda, mamba and uv write these lines themselves.
BUILDING: tuple[Rule, ...] = (
    Rule(
        "unsupported_python",
        (
            Sign("require a different python version: ", r"version: (?P<what>.+)"),
            Sign("requires a different Python", r"(?P<what>\S+ requires a different Python.*)"),
            Sign("incompatible with the existing python installation", "", r"(?P<what>\S+ -> python\S*)"),
            Sign("does not satisfy Python", r"(?P<what>Python version.*?does not satisfy Python\S*\d)"),
            Sign(
                "No module named '",
                r"No module named '(?P<what>distutils|imp|asynchat|asyncore|smtpd|pkgutil\.ImpImporter|cgi|telnetlib|"
                r"pipes|crypt|imghdr|sndhdr|nntplib|xdrlib|audioop|uu|chunk|aifc|sunau|msilib|nis|spwd|ossaudiodev|"
                r"mailcap|cgitb|lib2to3|binhex|formatter|parser|symbol|macpath|_bootlocale|dummy_threading)(?:\.[\w.]+)?'",
            ),
            Sign("has no attribute 'ImpImporter'", r"(?P<what>pkgutil.*ImpImporter)"),
            Sign("from 'collections' (", r"cannot import name '(?P<what>\w+)' from 'collections'"),
            Sign(
                "module '",
                raised("AttributeError") + rf"(?P<what>module '(?:{_STANDARD})' has no attribute '\w+')",
            ),
            Sign("is not supported for Python", r"(?P<what>\S.* is not supported for Python.*)"),
            Sign("is not supported between", r"(?P<what>Python .*) is not supported between"),
            Sign("Python version", r"(?:Error|error|ERROR).*(?P<what>Python version (?:>=|<|not supported).*)"),
            Sign("only versions >=", r"Cannot install on Python version (?P<what>\S+)"),
        ),
        "Unsupported Python",
        "A package, or the model, needs another version of Python than the environment has. Standard modules such as "
        "distutils and imp were removed from Python 3.12 and 3.13: they are no packages that could be added.",
        "Log the model with a Python version that all its packages support, or choose newer versions of the packages.",
        "#23 40.1   ModuleNotFoundError: No module named 'distutils'",
        "Requires-Python >=3.9 is met by Python 3.11.10",
        rank=1,
    ),
    Rule(
        "package_not_found",
        (
            Sign("No matching distribution found for ", r"found for (?P<what>\S+)"),
            Sign("are not available from current channels", "", _LISTED),
            Sign("ResolvePackageNotFound", "", _LISTED),
            Sign("was not found in the package registry", r"(?P<what>\S+) was not found in the package registry"),
            Sign("nothing provides requested", r"nothing provides requested (?P<what>.+)"),
            Sign("nothing provides ", r"nothing provides (?P<what>\S+.*?)(?: needed by|$)"),
            Sign("does not exist (perhaps a typo or a missing channel)", r"(?P<what>\S+ +\S+) +does not exist"),
            Sign("there is no version of ", r"there is no version of (?P<what>\S+)"),
            Sign("there are no versions of ", r"there are no versions of (?P<what>\S+)"),
            Sign("is not available for", r"Package .* is not available"),
            Sign("Could not find a version that satisfies the requirement", r"requirement (?P<what>\S+)"),
            Sign("Could not find suitable distribution", r"Requirement\.parse\('(?P<what>[^']+)"),
            Sign("Invalid requirement", r"Invalid requirement: '?(?P<what>[^']+)"),
            Sign("is not a supported wheel on this platform", r"(?P<what>\S+) is not a supported wheel"),
        ),
        "Package not found",
        "The environment can't be built: a package is not to be had in this version.",
        "Check name and version in the model's requirements. A private package has to be logged with the model, "
        "or its index made known to the endpoint.",
        "ResolvePackageNotFound:\n  - python=3.5.2",
        "Collecting churn-features==1.2.0\nSuccessfully installed churn-features-1.2.0",
        rank=1,
        handled=True,
    ),
    Rule(
        "version_conflict",
        (
            Sign(" depends on ", r"^\s*(?P<what>[\w.\[\]-]+ \S+ depends on \S.*)$"),
            Sign(" requires ", r"^\s*[-╰└─>]+ (?P<what>package \S+ requires .+), but none of the providers"),
            Sign("Because ", r"Because (?P<what>\S+ depends on .+?)(?:, we can conclude|$)"),
            Sign("ResolutionImpossible", ""),
            Sign("have conflicting dependencies", r"Cannot install (?P<what>.+) because these package versions"),
            Sign("No solution found when resolving dependencies", "", confidence=0.65),
            Sign("UnsatisfiableError", "", _LISTED, confidence=0.65),
            Sign("Encountered problems while solving", "", _LISTED, confidence=0.65),
            Sign("Could not solve for environment specs", "", r"^\s*[├└]─ (?P<what>\S.*)$"),
            Sign("Double requirement given", r"Double requirement given: (?P<what>.+)"),
            Sign("ContextualVersionConflict", r"VersionConflict: (?P<what>.+)"),
            Sign("pip._vendor.resolvelib.resolvers.ResolutionTooDeep", ""),
            Sign("SolverProblemError", ""),
            Sign("Requested specs conflict with configured specs", "", _LISTED),
            Sign("LibMambaUnsatisfiableError", "", _LISTED, confidence=0.65),
        ),
        "Version conflict",
        "Two requirements of the model exclude each other, so no set of packages satisfies both.",
        "Loosen or align the versions in the model's requirements, log the model again, and deploy the new version.",
        "    scikit-learn 1.3.0 depends on numpy<2\nERROR: ResolutionImpossible: for help visit the documentation",
        "Solving environment: ...working... failed with initial frozen solve. Retrying with flexible solve.\n"
        "Successfully installed mlflow-2.9.2",
        rank=1,
        handled=True,
    ),
    Rule(
        "hash_mismatch",
        (
            Sign("DO NOT MATCH THE HASHES", ""),
            Sign("hashes are required in --require-hashes mode", ""),
            Sign("Hash mismatch for", ""),
        ),
        "Package differs from its hash",
        "A downloaded package is not the one whose hash the requirements name.",
        "Update the hashes in the requirements, or find out why the package changed.",
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
        "Using cached pandas-2.2.3.whl (hash checked)",
        rank=1,
    ),
    Rule(
        "disk_full",
        (
            Sign("No space left on device", ""),
            Sign("no space left on device", ""),
            Sign("Disk quota exceeded", ""),
            Sign("NoSpaceLeftError", ""),
            Sign("not enough free disk space", ""),
            Sign(
                "shared memory segment",
                r"(?i)error while (?:creating|attaching to) (?P<what>shared memory segment \S+)",
            ),
            Sign("exceeded ephemeral local storage", r"(?P<what>exceed\w+ .*storage.*)"),
            Sign("ephemeral local storage usage exceeds", ""),
        ),
        "Disk full",
        "The packages or the model are larger than the space that a container image may take.",
        "Leave out packages that serving does not need, such as GPU builds on a CPU endpoint.",
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        "disk: 12 GB of 50 GB used",
        rank=1,
    ),
    Rule(
        "package_build",
        (
            Sign("Failed building wheel for ", r"wheel for (?P<what>\S+)"),
            Sign("subprocess-exited-with-error", "", confidence=0.7),
            Sign("metadata-generation-failed", "", confidence=0.7),
            Sign("Could not build wheels for ", r"wheels for (?P<what>[^,]+)"),
            Sign("Failed to build installable wheels", ""),
            Sign(
                "Command errored out with exit status", r"(?P<what>get_requires_for_build_wheel|egg_info|bdist_wheel|$)"
            ),
            Sign('Command "python setup.py egg_info" failed', ""),
            Sign("command '", r"error: command '(?P<what>[^']+)' failed"),
            Sign("error: Microsoft Visual C++", ""),
            Sign("Failed to build `", r"Failed to build `(?P<what>[^`]+)`"),
            Sign("Failed to download and build", r"build `(?P<what>[^`]+)`"),
            Sign("Unable to find a compiler", ""),
            Sign("fatal error: ", r"fatal error: (?P<what>\S+\.h(?:pp)?): No such file"),
        ),
        "Package can't be built",
        "There is no ready-made package for this environment, and building it failed.",
        "Choose a version that has a wheel for this Python, or log the built wheel with the model.",
        "  ERROR: Failed building wheel for churn-native\nFailed to build churn-native",
        "  ERROR: Failed building wheel for pyperclip\n  Running setup.py install for pyperclip: finished "
        "with status 'done'"
        "\nSuccessfully installed pyperclip-1.8.2",
        # What ended the compiler, or what it did not find, comes first.
        rank=3,
        handled=True,
    ),
)
