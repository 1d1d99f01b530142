"""Built files packed for a notebook: half their size, in code that unpacks itself where it is imported."""

from __future__ import annotations

import base64
import functools
import zlib

from . import bundle

# What the loader wants of a runtime or of a part is known, and a module has to say what it exports. The name that the
# loader puts the runtime's address in place of stands here once as the loader looks for it, and once in two pieces.
_UNPACKING = """\
const bytes = Uint8Array.from(atob("%s"), (each) => each.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
const code = (await new Response(stream).text()).replace("serving-widgets:" + "runtime", "serving-widgets:runtime");
const module = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
export default module.default;
export const { css, keys, Store, mount, url } = module;
"""


@functools.cache
def packed(name: str) -> str:
    """Return a module that is what a built file is, such as ``"runtime.js"``; small enough to be saved in a notebook.

    It needs nothing that its page does not have: it unpacks itself with what browsers have had since 2023.
    """
    return _UNPACKING % base64.b64encode(zlib.compress(bundle.read(name).encode(), 9)).decode()
