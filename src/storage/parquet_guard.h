// SPDX-License-Identifier: Apache-2.0
// The wall around Arrow's Parquet reader, whose inner parts throw.
#pragma once

#include <arrow/status.h>
#include <parquet/exception.h>

#include <exception>
#include <new>

namespace gnomon {

// Runs a call of the library; a throw becomes a status.
template <typename Call>
arrow::Status GuardParquet(const Call& call) {
  try {
    return call();
  } catch (const parquet::ParquetStatusException& error) {
    return error.status();
  } catch (const std::bad_alloc&) {
    return arrow::Status::OutOfMemory("out of memory");
  } catch (const std::exception& error) {
    return arrow::Status::Invalid(error.what());
  }
}

}  // namespace gnomon
