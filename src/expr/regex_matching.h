// SPDX-License-Identifier: Apache-2.0
// Constant regular expressions of Java over columns of texts, matched by Arrow (RE2).
#pragma once

#include <span>
#include <string>

#include "expr/compute_call.h"
#include "expr/function.h"
#include "expr/java_regex.h"

namespace arrow::compute {
class FunctionOptions;
}

namespace gnomon::expr {

// The translated constant; Unimplemented: RE2 does not take it.
Result<JavaRegex> ConstantRegex(std::string_view name, const Argument& argument, bool name_groups);

// The group that the third argument asks for, 1 without one. Unimplemented: not a constant;
// InvalidArgument: the expression has no such group.
Result<int> ConstantGroup(std::string_view name, std::span<const Argument> arguments,
                          const JavaRegex& regex);

bool IsNullLiteral(const Argument& argument);

// A pattern that is no constant: each of its values is bound by `bind` as the constant that it is,
// over the rows that have it.
Result<BoundFunction> BindPatternColumn(std::string_view name, std::span<const Argument> arguments,
                                        const DataType& result,
                                        Result<BoundFunction> (*bind)(std::string_view,
                                                                      std::span<const Argument>));

// Where the rewritten pattern is only equal to Java's on some texts, others stop the evaluation.
Status CheckTexts(const JavaRegex& regex, const arrow::Array& array);

// A function of Arrow's on texts.
Result<ArrayPtr> CallWithOptions(const std::string& function, const ArrayPtr& texts,
                                 const arrow::compute::FunctionOptions& options);

// Refused for functions that go on behind a match: expressions that match nothing, and anchors,
// because Arrow goes on as if the text began there.
Status CheckWidth(const JavaRegex& regex, std::string_view name);
Status CheckNoAnchor(const JavaRegex& regex, std::string_view name);

}  // namespace gnomon::expr
