// SPDX-License-Identifier: Apache-2.0
// The place in the user's file, put into an error where the form wants it: behind what failed and
// before the remedy, `<what failed>: <where> - <what to do>`. Who makes an error seldom knows the
// place; who calls does.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace gnomon {

// `what - remedy` becomes `what: where - remedy`. A place that the message has is not told again.
std::string WithPlace(std::string message, std::string_view where);

inline Error PlacedAt(std::string_view where, Error error) {
  error.message = WithPlace(std::move(error.message), where);
  return error;
}

// The result as it is, its error, if there is one, with the place.
template <typename T>
Result<T> PlacedAt(std::string_view where, Result<T> result) {
  if (result) return result;
  return PlacedAt(where, std::move(result).error());
}

}  // namespace gnomon
