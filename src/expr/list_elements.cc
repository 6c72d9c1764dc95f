// SPDX-License-Identifier: Apache-2.0
#include "expr/list_elements.h"

#include "types/arrow_mapping.h"

namespace gnomon::expr {

IndexLists AllElements(const ListRows& lists, std::int64_t rows) {
  IndexLists all(rows);
  for (std::int64_t row = 0; row < rows; ++row) {
    all.AppendRange(lists.begin(row), lists.end(row));
    lists.IsNull(row) ? all.CloseNull() : all.CloseRow();
  }
  return all;
}

Result<ListElements> GatherElements(const ListRows& lists, std::int64_t rows,
                                    const std::vector<ArrayPtr>& children) {
  ListElements elements{AllElements(lists, rows), {}, {}};
  elements.call_rows = elements.shape.rows();
  for (const ArrayPtr& child : children) {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr column, TakeRows(child, elements.shape.indices()));
    elements.columns.push_back(std::move(column));
  }
  return elements;
}

Result<ArrayPtr> NumberElements(const ListElements& elements) {
  arrow::Int32Builder positions;
  GNOMON_ARROW_RETURN_NOT_OK(positions.Reserve(elements.count()), "numbering elements");
  std::int32_t position = 0;
  std::int64_t row = -1;
  for (const std::int64_t of_row : elements.call_rows) {
    position = of_row == row ? position + 1 : 0;
    row = of_row;
    positions.UnsafeAppend(position);
  }
  GNOMON_ARROW_ASSIGN(ArrayPtr array, positions.Finish(), "numbering elements");
  return array;
}

IndexLists KeepElements(const ListRows& lists, std::int64_t rows,
                        const arrow::BooleanArray& conditions) {
  IndexLists kept(rows);
  std::int64_t at = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (lists.IsNull(row)) {
      kept.CloseNull();
      continue;
    }
    for (std::int64_t k = 0; k < lists.size(row); ++k, ++at) {
      if (conditions.IsValid(at) && conditions.Value(at)) kept.Append(at);
    }
    kept.CloseRow();
  }
  return kept;
}

}  // namespace gnomon::expr
