// SPDX-License-Identifier: Apache-2.0
// Errors across the border to DuckDB: ours travel through it as an exception and come out verbatim,
// its own become one line in the user's terms.
#pragma once

#include <duckdb/common/error_data.hpp>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"

namespace gnomon::sql {

// Throws `error` out of a callback that DuckDB called; FromDuckDb gives it back unchanged.
[[noreturn]] void ThrowThroughDuckDb(const Error& error);

// The value of a result inside a callback; throws its error through DuckDB.
template <typename T>
T ValueOrThrow(Result<T> result) {
  if (!result.has_value()) ThrowThroughDuckDb(result.error());
  return *std::move(result);
}

Error FromDuckDb(const duckdb::ErrorData& error);

// The name of the column that a query names and that does not exist, if `error` says so.
std::optional<std::string> UnknownColumnOf(const duckdb::ErrorData& error);
// `suggestion` as of DidYouMean.
Error UnknownColumn(const std::string& name, const std::string& suggestion);

// Calls `call`, which returns a Result, and turns exceptions of DuckDB into errors.
template <typename Call>
auto CatchDuckDb(Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& exception) {
    return FromDuckDb(duckdb::ErrorData(exception));
  }
}

}  // namespace gnomon::sql
