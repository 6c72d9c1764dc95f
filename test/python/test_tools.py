"""The checkers themselves: each must find a planted fault."""
# SPDX-License-Identifier: Apache-2.0
import subprocess
import sys

from repository import PROJECT

sys.path.insert(0, str(PROJECT / "tools"))
import check_layers  # noqa: E402
import tidy  # noqa: E402


def layered(tmp_path, text, module="plan"):
    (tmp_path / "layers.txt").write_text("base: \nconfig: base\nplan: config base\nsql: base\n")
    (tmp_path / "src" / module).mkdir(parents=True)
    (tmp_path / "src" / module / "x.cc").write_text(text)
    return check_layers.main([str(tmp_path / "layers.txt"), str(tmp_path / "src")])


def test_layers_accept_what_points_down(tmp_path):
    assert layered(tmp_path, '#include "config/conf.h"\n#include "base/result.h"\n#include <vector>\n') == 0


def test_layers_find_an_upward_include(tmp_path, capsys):
    assert layered(tmp_path, '#include "sql/session.h"\n') == 1
    assert "plan does not depend on sql" in capsys.readouterr().err


def test_layers_find_a_third_party_header_outside_its_wall(tmp_path, capsys):
    assert layered(tmp_path, "#include <duckdb.hpp>\n") == 1
    assert "belongs behind sql" in capsys.readouterr().err


def test_layers_find_a_cycle():
    assert check_layers.find_cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == "a"
    assert check_layers.find_cycle({"a": {"b"}, "b": set()}) is None


def test_tidy_finds_each_kind_of_fault():
    header = "// SPDX-License-Identifier: Apache-2.0\n"
    assert not list(tidy.check_text("src/a/x.cc", header + "int x;\n"))
    assert list(tidy.check_text("src/a/x.cc", "int x;\n"))
    assert list(tidy.check_text("src/a/x.h", header + "int x;\n"))
    assert list(tidy.check_text("src/a/x.cc", header + "using " + "namespace std;\n"))
    assert list(tidy.check_text("src/a/x.cc", header + "x" * 121))
    assert list(tidy.check_text("src/a/x.cc", header + "\n" * 601))
    assert list(tidy.check_name("src/a/string_util.cc"))
    assert list(tidy.check_name("python/helpers.py"))
    assert not list(tidy.check_name("src/a/window_tiling.cc"))


def test_tidy_finds_a_plug_in_without_its_line(tmp_path):
    folder = tmp_path / "src/kv/stores"
    folder.mkdir(parents=True)
    (folder / "list.inc").write_text("KV_STORE(Lmdb)\n")
    (folder / "lmdb.cc").write_text("const KvStoreType kLmdb = {};\n")
    assert not list(tidy.check_list(tmp_path, "src/kv/stores"))
    (folder / "redis.cc").write_text("const KvStoreType kRedis = {};\n")
    assert list(tidy.check_list(tmp_path, "src/kv/stores"))


def test_set_up_has_nothing_left_to_do():
    done = subprocess.run(["tools/setup.sh"], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
