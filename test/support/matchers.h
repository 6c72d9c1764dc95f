// SPDX-License-Identifier: Apache-2.0
// Matchers for results: EXPECT_THAT(status, IsOk()); EXPECT_THAT(result,
// IsError(ErrorCode::kNotFound, "no such")).
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "base/result.h"

namespace gnomon {

MATCHER(IsOk, "is ok") {
  if (arg.has_value()) return true;
  *result_listener << "is " << InfoOf(arg.error().code).name << ": " << arg.error().message;
  return false;
}

MATCHER_P2(IsError, code, substring,
           "is " + std::string(InfoOf(code).name) + " with '" + std::string(substring) + "'") {
  if (arg.has_value()) {
    *result_listener << "is ok";
    return false;
  }
  *result_listener << "is " << InfoOf(arg.error().code).name << ": " << arg.error().message;
  return arg.error().code == code && arg.error().message.find(substring) != std::string::npos;
}

}  // namespace gnomon
