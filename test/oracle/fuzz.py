"""Random configs over random tables through the real programs, compared with the model, for as long as one likes.

    make fuzz-semantics                                 until stopped
    make fuzz-semantics FUZZ_SECONDS=600 FUZZ_SEED=17   ten minutes, beginning with seed 17

The first wrong answer ends the run: it prints the seed, a minimised case, and the command that replays it.
"""
# SPDX-License-Identifier: Apache-2.0
import argparse
import json
import pathlib
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(PROJECT / "test"), str(PROJECT / "test/python")]

from oracle import program  # noqa: E402
from oracle.cases import Case, generate, shrink  # noqa: E402


def problems_of(repository, case):
    """Sentences of what is wrong with the program's answer to a case; empty if nothing is."""
    refusal = case.refusal()
    try:
        answer = program.answer(repository, case)
    except program.Failed as failed:
        return [] if refusal and refusal in str(failed) else [str(failed)]
    return [f"an answer instead of: {refusal}"] if refusal else case.check(answer)


def run_seed(seed, folder, **options):
    """The first wrong case of a seed with its problems, and how many cases ran; (None, [], count) if all are right."""
    from repository import Repository
    repository = Repository.empty(pathlib.Path(folder) / f"seed_{seed}")
    cases = generate(seed, **options)
    for count, case in enumerate(cases, 1):
        problems = problems_of(repository, case)
        if problems:
            return case, problems, count
    return None, [], len(cases)


def _manner(problems):
    """What fails: what a refusal says before it names a place, or that the answer is wrong."""
    return problems[0].split(": ")[:3] if problems[0].startswith("exit status") else "a wrong answer"


def minimised(case, problems, folder, budget=60):
    """The smallest case found that fails in the same manner."""
    from repository import Repository
    tried = []

    def fails(smaller):
        tried.append(None)
        found = problems_of(Repository.empty(pathlib.Path(folder) / f"smaller_{len(tried)}"), smaller)
        return bool(found) and _manner(found) == _manner(problems)

    return shrink(case, fails, budget)


def report(seed, case, problems, folder, keep):
    """Minimises a wrong case, writes it to the file `keep`, and returns what a reader needs."""
    smaller = minimised(case, problems, folder)
    from repository import Repository
    found = problems_of(Repository.empty(pathlib.Path(folder) / "minimised"), smaller)
    pathlib.Path(keep).write_text(smaller.to_json())
    rows = {name: len(rows) for name, rows in smaller.used_tables().items()}
    return "\n".join([
        f"seed {seed}, {case.kind} {case.name}: the program's answer is wrong",
        *(f"  {sentence}" for sentence in problems[:5]),
        f"minimised to {rows} rows, end {smaller.end}, {smaller.step_days} days a step:",
        json.dumps(smaller.conf, ensure_ascii=False),
        *(f"  {name}: {row}" for name, table in smaller.used_tables().items() for row in table[:10]),
        *(f"  {sentence}" for sentence in found[:5]),
        f"replay: .deps/venv/bin/python test/oracle/fuzz.py --replay {keep}",
        f"   or: make fuzz-semantics FUZZ_SEED={seed}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--kinds", default="group_by,upload,join")
    parser.add_argument("--replay", type=pathlib.Path, help="a case that an earlier run wrote")
    parser.add_argument("--keep", type=pathlib.Path, default=PROJECT / "build/fuzz_case.json")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.replay:
            from repository import Repository
            case = Case.from_json(arguments.replay.read_text())
            problems = problems_of(Repository.empty(pathlib.Path(folder) / "replay"), case)
            print("\n".join(problems) or "the answer is right")
            return bool(problems)
        begin, seed, ran = time.monotonic(), arguments.seed, 0
        while time.monotonic() - begin < arguments.seconds:
            case, problems, count = run_seed(seed, folder, kinds=arguments.kinds.split(","))
            ran += count
            if problems:
                print(report(seed, case, problems, folder, arguments.keep))
                return True
            print(f"\rseeds {arguments.seed}..{seed}: {ran} cases, all right", end="", file=sys.stderr, flush=True)
            seed += 1
        print(file=sys.stderr)
    return False


if __name__ == "__main__":
    sys.exit(main())
