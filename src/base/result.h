// SPDX-License-Identifier: Apache-2.0
// Errors as values. Result<T> holds a T or an Error; Status is Result<void>. The member names are
// those of std::expected, so that it can become an alias of it. Both are [[nodiscard]]: an ignored
// error does not compile.
//
// An error message reads `<what failed>: <where> - <what to do>`, values last, in the user's terms;
// Annotate() adds context on the way up.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error_code.h"

namespace gnomon {

// What went wrong: a code that callers react to and a sentence that the user reads.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // Implicit, so that a function can return a value or an error as it is.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  template <typename U>
  requires(std::is_convertible_v<U, T> && !std::is_same_v<std::decay_t<U>, T> &&
           !std::is_same_v<std::decay_t<U>, Error> && !std::is_same_v<std::decay_t<U>, Result>)
      // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): the constraint leaves copies alone.
      Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // REQUIRES: has_value().
  T& value() & {
    GNOMON_CHECK(has_value());
    return std::get<0>(state_);
  }
  const T& value() const& {
    GNOMON_CHECK(has_value());
    return std::get<0>(state_);
  }
  T&& value() && {
    GNOMON_CHECK(has_value());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  template <typename U>
  T value_or(U&& other) const& {
    return has_value() ? std::get<0>(state_) : static_cast<T>(std::forward<U>(other));
  }

  // REQUIRES: !has_value().
  const Error& error() const& {
    GNOMON_CHECK(!has_value());
    return std::get<1>(state_);
  }
  Error&& error() && {
    GNOMON_CHECK(!has_value());
    return std::get<1>(std::move(state_));
  }

  // Prefixes the error, if there is one, with `context` and ": ".
  Result Annotate(std::string_view context) && {
    if (!has_value()) std::get<1>(state_).message = fmt::format("{}: {}", context, error().message);
    return std::move(*this);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const& {
    GNOMON_CHECK(!has_value());
    return *error_;
  }
  Error&& error() && {
    GNOMON_CHECK(!has_value());
    return *std::move(error_);
  }

  // Prefixes the error, if there is one, with `context` and ": ".
  Result Annotate(std::string_view context) && {
    if (error_) error_->message = fmt::format("{}: {}", context, error_->message);
    return std::move(*this);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

inline Status Ok() { return {}; }

// One constructor per code: `return NotFound("table {} does not exist", name);`.
#define GNOMON_ERROR_CONSTRUCTOR(Name)                                                  \
  template <typename... Args>                                                           \
  Error Name(fmt::format_string<Args...> format, Args&&... args) {                      \
    return Error{ErrorCode::k##Name, fmt::format(format, std::forward<Args>(args)...)}; \
  }
GNOMON_ERROR_CONSTRUCTOR(InvalidArgument)
GNOMON_ERROR_CONSTRUCTOR(NotFound)
GNOMON_ERROR_CONSTRUCTOR(AlreadyExists)
GNOMON_ERROR_CONSTRUCTOR(Conflict)
GNOMON_ERROR_CONSTRUCTOR(Unavailable)
GNOMON_ERROR_CONSTRUCTOR(Corruption)
GNOMON_ERROR_CONSTRUCTOR(Unimplemented)
GNOMON_ERROR_CONSTRUCTOR(Internal)
GNOMON_ERROR_CONSTRUCTOR(Cancelled)
#undef GNOMON_ERROR_CONSTRUCTOR

#define GNOMON_CONCAT_INNER(a, b) a##b
#define GNOMON_CONCAT(a, b) GNOMON_CONCAT_INNER(a, b)

// Returns the error of `expression` (a Status or Result) from the enclosing function, if there is
// one.
#define GNOMON_RETURN_IF_ERROR(expression) \
  GNOMON_RETURN_IF_ERROR_INNER(GNOMON_CONCAT(gnomon_status_, __LINE__), expression)
#define GNOMON_RETURN_IF_ERROR_INNER(status, expression)                                   \
  do {                                                                                     \
    if (auto status = (expression); !status.has_value()) return std::move(status).error(); \
  } while (false)

// GNOMON_ASSIGN_OR_RETURN(auto table, catalog.Load(name)): assigns the value or returns the error.
#define GNOMON_ASSIGN_OR_RETURN(target, expression) \
  GNOMON_ASSIGN_OR_RETURN_INNER(GNOMON_CONCAT(gnomon_result_, __LINE__), target, expression)
#define GNOMON_ASSIGN_OR_RETURN_INNER(result, target, expression) \
  auto result = (expression);                                     \
  if (!result.has_value()) return std::move(result).error();      \
  target = *std::move(result)

}  // namespace gnomon
