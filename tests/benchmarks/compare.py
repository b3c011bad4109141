"""Compares two files of run.sh.   compare.py OLD.json NEW.json

One line a number: old, new, and new/old. CPU times and instruction counts say most: wall times depend on what else the
machine did.
"""

import json
import sys


def numbers(document, name=""):
    if isinstance(document, dict):
        for key, value in document.items():
            yield from numbers(value, f"{name}.{key}" if name else key)
    elif isinstance(document, (int, float)):
        yield name, float(document)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    old, new = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
    for key in ("cpu", "cpus"):
        if old[key] != new[key]:
            print(f"not the same machine: {key} {old[key]} and {new[key]}")
    print(f"old: {old['build']['git_hash']} of {old['time']}\nnew: {new['build']['git_hash']} of {new['time']}\n")
    before, after = dict(numbers(old)), dict(numbers(new))
    width = max(map(len, before | after))
    for name in before | after:
        if name not in before or name not in after:
            print(f"{name:{width}}  only in {'new' if name in after else 'old'}")
        elif before[name] != 0.0:
            print(f"{name:{width}}  {before[name]:12.6g}  {after[name]:12.6g}  {after[name] / before[name]:7.3f}")


if __name__ == "__main__":
    main()
