"""A document of maps with many keys, whose names are met in different orders: in the order of one map, backwards, with gaps, or both.

    pycrdt_keys.py FOLDER      state.bin and expected.json: what pycrdt sees in the maps
"""

import json
import sys

from pycrdt import Doc, Map

NAMES = [f"key-{number:05}" for number in range(4000)]

KEYS = {
    "ascending": NAMES[:1000],
    "descending": NAMES[999::-1],
    "outwards": [name for pair in zip(NAMES[1999::-1], NAMES[2000:]) for name in pair],
    "gaps": NAMES[::41],
    "first close, then far": NAMES[:100] + NAMES[100::173],
    "few": NAMES[::500],
    "just enough for an index": NAMES[:16],
}


def main(folder):
    document = Doc()
    with document.transaction():
        # All names are met once, in their order.
        names = document.get("names", type=Map)
        for number, name in enumerate(NAMES):
            names[name] = number
    for root, keys in KEYS.items():
        table = document.get(root, type=Map)
        with document.transaction():
            for number, name in enumerate(keys):
                table[name] = number
        with document.transaction():
            for name in keys[::3]:
                table[name] = f"again {name}"
            for name in keys[::7]:
                del table[name]
    with open(f"{folder}/state.bin", "wb") as file:
        file.write(document.get_update())
    with open(f"{folder}/expected.json", "w") as file:
        json.dump({root: document.get(root, type=Map).to_py() for root in ["names", *KEYS]}, file)


main(sys.argv[1])
