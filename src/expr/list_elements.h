// SPDX-License-Identifier: Apache-2.0
// The elements of all lists, or the entries of all maps, of a batch in one row of columns, so that
// a lambda or a cast is evaluated once for them; lists that are null have none.
#pragma once

#include <vector>

#include "expr/nested.h"

namespace gnomon::expr {

// Of each row all its elements, by their place among all.
IndexLists AllElements(const ListRows& lists, std::int64_t rows);

struct ListElements {
  IndexLists shape;                     // Of each row its elements, which lie one after the other.
  std::vector<std::int64_t> call_rows;  // The row that each element belongs to.
  std::vector<ArrayPtr> columns;        // One value per element.

  std::int64_t count() const { return static_cast<std::int64_t>(call_rows.size()); }
};

// `children` are values() of lists, or keys() and items() of maps.
Result<ListElements> GatherElements(const ListRows& lists, std::int64_t rows,
                                    const std::vector<ArrayPtr>& children);

// The place of each element in its list, from 0.
Result<ArrayPtr> NumberElements(const ListElements& elements);

// Of each row the elements, by their place among all, for which the condition holds; NULL counts as
// no.
IndexLists KeepElements(const ListRows& lists, std::int64_t rows,
                        const arrow::BooleanArray& conditions);

}  // namespace gnomon::expr
