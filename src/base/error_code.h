// SPDX-License-Identifier: Apache-2.0
// The closed list of error codes and what each means at every outer edge. Another code is added
// only when some caller would react to it differently.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gnomon {

enum class ErrorCode : std::uint8_t {
  kInvalidArgument,  // The user's input is wrong; the same call fails again.
  kNotFound,         // A table, file, key or partition that was named does not exist.
  kAlreadyExists,    // The thing to create is there.
  kConflict,         // Somebody else changed it first; the same call may succeed.
  kUnavailable,      // The world does not answer now: disk full, store down.
  kCorruption,       // Stored bytes are not what the format says.
  kUnimplemented,    // Known, and not supported.
  kInternal,         // Our bug, or a library's.
  kCancelled,        // The user stopped it (Ctrl-C, SIGTERM); nothing is half-written.
};

// One row of the table: how a code shows at the command line, over HTTP and in Python.
struct ErrorCodeInfo {
  ErrorCode code;
  std::string_view name;
  int exit_code;
  int http_status;
  std::string_view python_exception;
  bool retryable;
};

inline constexpr std::array<ErrorCodeInfo, 9> kErrorCodes = {{
    {ErrorCode::kInvalidArgument, "InvalidArgument", 2, 400, "ValueError", false},
    {ErrorCode::kNotFound, "NotFound", 2, 404, "KeyError", false},
    {ErrorCode::kAlreadyExists, "AlreadyExists", 2, 409, "ValueError", false},
    {ErrorCode::kConflict, "Conflict", 3, 409, "RuntimeError", true},
    {ErrorCode::kUnavailable, "Unavailable", 3, 503, "ConnectionError", true},
    {ErrorCode::kCorruption, "Corruption", 4, 500, "RuntimeError", false},
    {ErrorCode::kUnimplemented, "Unimplemented", 2, 501, "NotImplementedError", false},
    {ErrorCode::kInternal, "Internal", 70, 500, "RuntimeError", false},
    {ErrorCode::kCancelled, "Cancelled", 130, 499, "KeyboardInterrupt", false},
}};

// Returns the row of `code`.
constexpr const ErrorCodeInfo& InfoOf(ErrorCode code) {
  return kErrorCodes[static_cast<std::size_t>(code)];
}

constexpr bool ErrorCodesAreInOrder() {
  for (std::size_t i = 0; i < kErrorCodes.size(); ++i) {
    if (static_cast<std::size_t>(kErrorCodes[i].code) != i) return false;
  }
  return true;
}
static_assert(ErrorCodesAreInOrder(), "InfoOf indexes the table by code");

}  // namespace gnomon
