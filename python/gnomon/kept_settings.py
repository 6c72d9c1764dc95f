# SPDX-License-Identifier: Apache-2.0
# What compiling takes over from the compiled file that it replaces (SPEC 3.1): a Join that loses its
# sample_percent would stop to be logged, and environment variables may have been set by hand there.
# Whoever cannot be asked gets the default: the environment is replaced, logging goes on.
from ai.chronon.api import ttypes
from ai.chronon.repo.serializer import from_plain, thrift_simple_json
from gnomon import conf_files
from gnomon.errors import print_warning


def keep_settings(compiled, ask):
    """Sets the text of a CompiledConf to what is to be written; `ask` answers questions."""
    old = conf_files.read_json(compiled.path)
    if old is None:
        return
    plain = compiled.plain()
    kept = _keep_environment(plain, old, compiled, ask) | _keep_sample(plain, old, compiled, ask)
    if kept:
        struct = type(compiled.conf)
        compiled.text = thrift_simple_json(from_plain(plain, struct))


def _keep_environment(plain, old, compiled, ask):
    changed = list(_changed_environments(plain, old))
    question = f"Replace the environment variables (env) in the compiled {compiled.name}?"
    if not changed or ask(question, True):
        return False
    for meta, environment in changed:
        meta["modeToEnvMap"] = environment
    return True


def _changed_environments(new, old):
    """Yields (metaData of the new config, modeToEnvMap of the old one) wherever they differ."""
    if isinstance(new, list) and isinstance(old, list):
        for one, other in zip(new, old, strict=False):
            yield from _changed_environments(one, other)
    if not (isinstance(new, dict) and isinstance(old, dict)):
        return
    for key, value in new.items():
        before = old.get(key)
        if key == "metaData" and isinstance(value, dict) and isinstance(before, dict):
            environment = before.get("modeToEnvMap")
            if environment is not None and environment != value.get("modeToEnvMap"):
                yield value, environment
        else:
            yield from _changed_environments(value, before)


def _keep_sample(plain, old, compiled, ask):
    if not isinstance(compiled.conf, ttypes.Join):
        return False
    percent = (old.get("metaData") or {}).get("samplePercent")
    if not percent or plain["metaData"].get("samplePercent") is not None:
        return False
    if ask(f"Stop logging what {compiled.name} serves (it has no sample_percent any more)?", False):
        return False
    plain["metaData"]["samplePercent"] = percent
    print_warning(
        f"sample_percent stays {percent}, as compiled before: {compiled.where()}"
        f" - set it to 0, or compile with --yes, to stop logging"
    )
    return True
