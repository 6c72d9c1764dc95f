// SPDX-License-Identifier: Apache-2.0
#include "base/error_place.h"

#include <gtest/gtest.h>

#include "support/matchers.h"

namespace gnomon {
namespace {

TEST(ErrorPlace, StandsBetweenWhatFailedAndTheRemedy) {
  EXPECT_EQ(WithPlace("no column 'x' - did you mean 'y'?", "f.py:3 selects"),
            "no column 'x': f.py:3 selects - did you mean 'y'?");
  EXPECT_EQ(WithPlace("no column 'x'", "f.py:3"), "no column 'x': f.py:3");
  EXPECT_EQ(WithPlace("no column 'x': f.py:3 - look", "f.py:3"), "no column 'x': f.py:3 - look");
  EXPECT_EQ(WithPlace("no column", ""), "no column");
}

TEST(ErrorPlace, LeavesSuccessAlone) {
  EXPECT_EQ(*PlacedAt("f.py:3", Result<int>(1)), 1);
  EXPECT_THAT(PlacedAt("f.py:3", Ok()), IsOk());
  EXPECT_THAT(PlacedAt("f.py:3", Result<int>(NotFound("a - b"))),
              IsError(ErrorCode::kNotFound, "a: f.py:3 - b"));
  EXPECT_THAT(PlacedAt("f.py:3", Status(Conflict("a - b"))),
              IsError(ErrorCode::kConflict, "a: f.py:3 - b"));
}

}  // namespace
}  // namespace gnomon
