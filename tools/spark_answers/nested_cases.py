# SPDX-License-Identifier: Apache-2.0
"""Expressions over arrays, maps and structs, with lambdas and casts. Column names are those of
inputs.py."""


def expressions():
    for group in (_arrays, _maps, _structs, _lambdas, _nested_casts):
        yield from group()


def each(templates: str, *columns: str):
    """One expression per line of `templates` and column; `@` stands for the column."""
    for line in templates.strip().split("\n"):
        for column in columns:
            yield line.strip().replace("@", column)


def _arrays():
    yield from each(
        """size(@)
        cardinality(@)
        array_size(@)
        @[0]
        @[1]
        @[-1]
        @[n]
        element_at(@, 1)
        element_at(@, -1)
        element_at(@, n)
        try_element_at(@, 1)
        get(@, 0)
        get(@, 5)
        reverse(@)
        sort_array(@)
        sort_array(@, false)
        array_sort(@)
        array_distinct(@)
        array_min(@)
        array_max(@)
        array_compact(@)
        array_contains(@, @[0])
        array_position(@, @[0])
        array_remove(@, @[0])
        array_union(@, @)
        array_intersect(@, @)
        array_except(@, @)
        arrays_overlap(@, @)
        array_repeat(@, 2)
        slice(@, 1, 2)
        slice(@, -2, 2)
        slice(@, 2, 0)
        concat(@, @)
        flatten(array(@, @))
        array_append(@, @[0])
        array_prepend(@, @[0])
        array_insert(@, 1, @[0])
        array_join(CAST(@ AS array<string>), ',')
        shuffle(@) IS NULL
        @ = @
        @ < @
        arrays_zip(@, @)
        isnull(@)
        to_json(@)
        hash(@)
        CAST(@ AS string)""", "ai", "sa", "da", "aa", "sl", "array()", "NULL")
    yield from ("array(1, 2, 3)", "array(i, j)", "array(i, l)", "array(i, d, NULL)", "array(s, i)", "array()",
                "array(ai, aj)", "array(b, NULL)",
                "array(NULL)", "array('a', 1)", "array(ai, array(1L))", "size(NULL)",
                "size(array())", "array_contains(ai, 1)", "array_contains(ai, NULL)",
                "array_contains(ai, 1L)", "array_contains(ai, 1.0)", "array_contains(sa, 'a')",
                "array_contains(da, double('NaN'))", "array_contains(da, 0.0D)",
                "array_contains(ai, i)", "array_contains(aa, array(1, 2))", "array_contains(ai, 'a')",
                "array_position(ai, 1)", "array_position(sa, 'zz')", "array_position(ai, NULL)",
                "array_position(da, double('NaN'))", "array_remove(ai, 1)", "array_remove(da, double('NaN'))",
                "array_remove(ai, NULL)", "array_remove(sa, 'a')",
                "array_union(ai, aj)", "array_intersect(ai, aj)", "array_except(ai, aj)", "arrays_overlap(ai, aj)",
                "array_union(da, array(0.0D))",
                "array_union(ai, array(1L))", "array_except(da, array(double('NaN')))",
                "array_intersect(da, array(-0.0D))", "arrays_overlap(sa, array('a', NULL))",
                "array_distinct(array(0.0D, -0.0D, double('NaN'), double('NaN')))", "array_join(sa, ',')",
                "array_join(sa, ',', 'null')", "array_join(sa, '')",
                "array_join(ai, ',')", "array_join(sa, NULL)", "array_repeat(s, 2)", "array_repeat(i, n)",
                "array_repeat('a', 0)", "array_repeat(NULL, 2)",
                "sequence(1, 5)", "sequence(5, 1)", "sequence(1, 10, 3)", "sequence(10, 1, -4)", "sequence(n, 5)",
                "sequence(1, 5, -1)", "sequence(1, 1)", "sequence(1L, 3)",
                "sequence(DATE '2023-01-01', DATE '2023-01-05')", "sequence(du, du)",
                "sequence(DATE '2023-01-01', DATE '2023-04-01', INTERVAL 1 MONTH)",
                "sequence(1, 5, 0)", "sequence(t, 3Y)", "sequence(NULL, 3)", "slice(ai, 2, 5)", "slice(ai, n, 2)",
                "slice(ai, 1, n)", "slice(ai, 0, 1)", "slice(ai, 5, 1)", "slice(ai, 1, -1)",
                "slice(sa, NULL, 1)", "concat(ai, aj)", "concat(ai, array(1L))", "concat(sa, ai)", "ai || aj",
                "concat(ai, NULL)", "flatten(aa)", "flatten(array(array(1), NULL))",
                "arrays_zip(ai, sa)", "arrays_zip(ai, aj, sa)", "arrays_zip(array(1), array('a'))", "sort_array(aa)",
                "sort_array(sl)", "sort_array(array('b', NULL, 'a'), false)",
                "sort_array(array(true, false))", "array_min(aa)", "array_max(sa)", "array_insert(ai, 2, 9)",
                "array_insert(ai, -1, 9)", "array_insert(ai, 7, 9)", "array_insert(ai, 0, 9)",
                "array_insert(ai, n, 9)", "array_append(ai, 5)", "array_append(ai, NULL)", "array_append(sa, 'q')",
                "array_append(ai, 5L)", "array_prepend(ai, 5)", "ai[0] + aj[0]", "aa[0][0]", "aa[0]", "sa[i]",
                "ai[s]",
                "ai[1L]", "ai[t]", "element_at(ai, 0)", "element_at(ai, 100)", "element_at(ai, 1L)",
                "element_at(aa, 1)[0]", "ai = aj", "ai <=> aj", "ai < aj", "ai <> aj", "ai >= aj",
                "ai IN (aj, array(7))",
                "sa = array('a', 'b')", "greatest(ai, aj)", "da = da", "size(ai) > 2",
                "array_contains(split(w, ','), 'a')", "ai IS NULL", "aggregate(ai, 0, (a, x) -> a + x)",
                "CAST(ai AS array<bigint>)", "CAST(ai AS array<string>)", "CAST(sa AS array<int>)",
                "CAST(array(1, 2) AS array<double>)", "map_keys(mi)[0]", "array_size(NULL)", "array_agg(i)")


def _maps():
    yield from each(
        """size(@)
        map_keys(@)
        map_values(@)
        map_entries(@)
        map_from_entries(map_entries(@))
        @[map_keys(@)[0]]
        element_at(@, map_keys(@)[0])
        map_contains_key(@, map_keys(@)[0])
        map_concat(@, @)
        map_concat(@)
        map_filter(@, (k, v) -> v IS NOT NULL)
        transform_values(@, (k, v) -> k)
        transform_keys(@, (k, v) -> concat(k, '_'))
        @ = @
        cardinality(@)
        array_sort(map_keys(@))
        to_json(@)
        CAST(@ AS string)""", "mi", "mj", "mk", "map()")
    yield from ("map('a', 1, 'b', 2)", "map('a', 1, 'a', 2)", "map(s, i)", "map('a', i, 'b', l)", "map(NULL, 1)",
                "map(1, 'x', 2L, 'y')", "map()", "map('a')", "mi['a']", "mi['zz']", "mi.a", "mi[s]", "mi[1]", "mk[1]",
                "mk['1']", "mk[1L]",
                "element_at(mi, 'a')", "element_at(mi, 'zz')", "element_at(mi, NULL)", "try_element_at(mi, 'a')",
                "element_at(mk, 1)", "map_contains_key(mi, 'a')", "map_contains_key(mi, NULL)",
                "map_from_arrays(sa, ai)",
                "map_from_arrays(array('a', 'b'), array(1, 2))", "map_from_arrays(array(1), array('x'))",
                "map_from_arrays(array(1, 2), array('x'))", "map_from_arrays(array(1, NULL), array('x', 'y'))",
                "map_from_entries(array(struct(1, 'a'), struct(2, 'b')))",
                "map_from_entries(sl)", "map_from_entries(array(struct(1, 'a'), struct(1, 'b')))",
                "map_concat(mi, mj)", "map_concat(mi, map('a', 5))", "map_concat(mi, map('zz', 5L))", "map_concat()",
                "map_concat(mi, NULL)", "str_to_map('a:1,b:2')", "str_to_map(w, ';', '=')", "str_to_map('a:1,b')",
                "str_to_map('a', ',', ':')", "str_to_map(NULL)", "str_to_map('')", "str_to_map('a=1&b=2', '&', '=')",
                "str_to_map('a:1,a:2')", "map_filter(mi, (k, v) -> v > 1)",
                "map_filter(mi, (k, v) -> k = 'a' OR v < i)", "transform_values(mi, (k, v) -> v + 1)",
                "transform_values(mi, (k, v) -> NULL)",
                "transform_values(mi, (k, v) -> concat(k, s))", "transform_keys(mi, (k, v) -> upper(k))",
                "transform_keys(mi, (k, v) -> 1)", "transform_keys(mi, (k, v) -> NULL)",
                "map_zip_with(mi, mj, (k, a, b) -> coalesce(a, 0) + coalesce(b, 0))",
                "map_zip_with(mi, mj, (k, a, b) -> a + b)",
                "map_zip_with(mi, mk, (k, a, b) -> a)", "map_zip_with(mi, mj, (k, a, b) -> k)",
                "map_values(map_filter(mi, (k, v) -> v > 0))[0]", "aggregate(map_values(mi), 0, (a, x) -> a + x)",
                "size(map_entries(mi))", "map_entries(mi)[0].key", "map_entries(mi).value", "mi IS NULL",
                "coalesce(mi['a'], 0)", "mi['a'] + mj['b']", "map('k', ai)['k'][0]", "map_keys(map_concat(mi, mj))",
                "mi <=> mj", "mi IN (mj)", "exists(map_keys(mi), k -> k = 'a')", "size(map())", "hash(mi)",
                "array_max(map_values(mi))")


def _structs():
    yield from ("st.a", "st.b", "st.c", "st.c[0]", "st.zz", "st.A", "struct(i, s)", "struct(i AS x, s AS y)",
                "struct(1, 'a')", "struct(i + 1)", "named_struct('a', 1, 'b', s)", "named_struct('a', i).a",
                "named_struct('a', named_struct('b', 1)).a.b",
                "struct(i, s).i", "struct(1, 2).col1", "st = su", "st < su", "st <=> su", "st <> su", "st IS NULL",
                "sl.k", "sl[0].v", "sl.v[0]", "sl[0]", "map('a', st)['a'].b", "array(st, su)[1].b",
                "struct(st.a, st.b)", "named_struct('x', st).x.c", "hash(st)",
                "CAST(st AS string)", "to_json(st)", "coalesce(st, su).a", "if(b, st, su).b", "greatest(st, su)",
                "st IN (su)", "st.a + 1", "upper(st.b)", "size(st.c)", "struct(*)", "named_struct('a')",
                "named_struct(s, 1)", "struct()", "array_contains(sl.v, 1)",
                "st.c IS NULL", "element_at(sl, 1).k", "struct(i, i)", "named_struct('a', 1, 'a', 2)", "(i, s)",
                "(1, 2) = (1, 2)", "struct(d) = struct(e)", "with_field(st, 'a', 1)",
                "aggregate(sl, 0, (a, x) -> a + x.v)", "transform(sl, x -> x.k)", "filter(sl, x -> x.v > 0)",
                "transform(ai, x -> struct(x, i))",
                "transform(ai, x -> named_struct('v', x, 's', s))", "array_sort(transform(ai, x -> struct(x)))",
                "exists(sl, x -> x.k = 'a')", "st.c.x")


def _lambdas():
    yield from ("transform(ai, x -> x + 1)", "transform(ai, (x, i) -> x + i)", "transform(ai, x -> x * i)",
                "transform(ai, x -> NULL)", "transform(ai, x -> s)", "transform(sa, x -> upper(x))",
                "transform(aa, x -> size(x))", "transform(aa, x -> transform(x, y -> y + 1))",
                "transform(aa, x -> transform(x, y -> y + size(x) + id))", "transform(NULL, x -> x)",
                "transform(array(), x -> 1)", "transform(ai, x -> CAST(x AS string))", "transform(da, x -> x / 2)",
                "transform(ai, (x, k) -> k)", "transform(ai, x -> 1)",
                "filter(ai, x -> x > 1)", "filter(ai, x -> x IS NOT NULL)", "filter(ai, (x, k) -> k % 2 = 0)",
                "filter(ai, x -> NULL)", "filter(sa, x -> x LIKE '%a%')", "filter(ai, x -> x > n)",
                "filter(aa, x -> size(x) > 1)", "filter(da, x -> NOT isnan(x))", "filter(ai, x -> b)",
                "exists(ai, x -> x > 2)", "exists(ai, x -> x IS NULL)", "exists(ai, x -> NULL)",
                "exists(array(), x -> true)", "exists(sa, x -> x = 'a')", "any_match(ai, x -> x > 2)",
                "forall(ai, x -> x > 0)", "forall(ai, x -> x IS NOT NULL)", "forall(array(), x -> false)",
                "forall(sa, x -> length(x) > 0)", "forall(ai, x -> NULL)",
                "aggregate(ai, 0, (acc, x) -> acc + coalesce(x, 0))", "aggregate(ai, 0L, (acc, x) -> acc + x)",
                "aggregate(ai, 1, (acc, x) -> acc * x, acc -> acc * 10)",
                "aggregate(sa, '', (acc, x) -> concat(acc, coalesce(x, '?')))",
                "aggregate(da, 0D, (acc, x) -> acc + x)", "aggregate(ai, 0, (acc, x) -> acc + x + i)",
                "aggregate(ai, NULL, (acc, x) -> acc)", "reduce(ai, 0, (acc, x) -> acc + x)",
                "aggregate(ai, 0D, (acc, x) -> acc + x)", "aggregate(ai, 0, (acc, x) -> acc + x * 1.5D)",
                "aggregate(ai, struct(0, 0), (acc, x) -> struct(acc.col1 + x, acc.col2 + 1), acc -> acc.col1 / "
                "acc.col2)",
                "aggregate(ai, named_struct('s', 0L, 'n', 0), (acc, x) -> named_struct('s', acc.s + x, 'n', acc.n "
                "+ 1), acc -> acc.s / acc.n)", "aggregate(aa, 0, (acc, x) -> acc + size(x))",
                "aggregate(ai, CAST(NULL AS int), (acc, x) -> coalesce(acc, x))",
                "aggregate(ai, 0, (acc, x) -> CASE WHEN x > acc THEN x ELSE acc END)",
                "aggregate(ai, array(), (acc, x) -> acc)",
                "aggregate(ai, CAST(array() AS array<int>), (acc, x) -> array_append(acc, x))",
                "zip_with(ai, aj, (x, y) -> x + y)", "zip_with(ai, sa, (x, y) -> concat(CAST(x AS string), y))",
                "zip_with(ai, aj, (x, y) -> coalesce(x, y))", "zip_with(ai, aj, (x, y) -> struct(x, y))",
                "zip_with(NULL, ai, (x, y) -> y)",
                "array_sort(ai, (x, y) -> x - y)",
                "array_sort(ai, (x, y) -> CASE WHEN x < y THEN 1 WHEN x > y THEN -1 ELSE 0 END)",
                "array_sort(sa, (x, y) -> length(x) - length(y))", "transform(filter(ai, x -> x > 0), x -> x * 2)",
                "aggregate(transform(ai, x -> x * x), 0, (a, x) -> a + x) / size(ai)",
                "size(filter(sa, x -> x = 'a')) > 0",
                "transform(sequence(1, 3), x -> x * n)", "transform(split(w, ','), x -> trim(x))",
                "transform(ai, i -> i + 1)", "transform(ai, X -> x + 1)", "transform(ai, x -> y)",
                "transform(ai, (x, y, z) -> x)", "transform(i, x -> x)", "filter(ai, x -> x)",
                "filter(ai, x -> 'true')", "x -> x", "transform(ai, x -> mi['a'] + x)",
                "transform(map_keys(mi), k -> mi[k])",
                "transform(ai, x -> exists(aj, y -> y = x))", "array_max(transform(ai, x -> abs(x)))",
                "array_distinct(transform(sa, x -> lower(x)))", "aggregate(ai, 0, (acc, x) -> acc + x) IS NULL",
                "aggregate(filter(ai, x -> x IS NOT NULL), 0, (a, x) -> a + x, a -> a / size(ai))")


def _nested_casts():
    yield from ("CAST(ai AS array<tinyint>)", "CAST(ai AS array<decimal(5,1)>)", "CAST(da AS array<int>)",
                "CAST(aa AS array<array<string>>)", "CAST(mi AS map<string,bigint>)",
                "CAST(mk AS map<string,string>)", "CAST(mk AS map<bigint,string>)",
                "CAST(st AS struct<x:bigint,y:string,z:array<bigint>>)", "CAST(st AS struct<a:int>)",
                "CAST(sa AS array<date>)", "CAST(array() AS array<int>)", "CAST(NULL AS array<int>)",
                "CAST(NULL AS map<string,int>)",
                "CAST(NULL AS struct<a:int>)", "CAST(sl AS array<struct<k:string,v:bigint>>)",
                "CAST(ai AS map<string,int>)", "CAST(i AS array<int>)", "CAST(s AS array<string>)",
                "CAST(mi AS map<int,int>)", "CAST(map('1', 1) AS map<int,int>)", "CAST(ai AS string)",
                "CAST(sa AS string)", "CAST(da AS string)", "CAST(mi AS string)", "CAST(mk AS string)",
                "CAST(st AS string)", "CAST(sl AS string)", "CAST(array(dt) AS string)", "CAST(array(ts) AS string)",
                "CAST(map('a', array(1, NULL)) AS string)")
