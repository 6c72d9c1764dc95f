// SPDX-License-Identifier: Apache-2.0
#include "engine_python/arrow_stream.h"

#include <arrow/api.h>
#include <arrow/c/bridge.h>

#include <cerrno>
#include <string>

#include "engine_python/interruptible.h"
#include "sql/result_stream.h"

namespace nb = nanobind;

namespace gnomon {

namespace {

constexpr char kCapsuleName[] = "arrow_array_stream";

struct StreamState {
  std::shared_ptr<arrow::RecordBatchReader> reader;
  std::function<void()> stop;
  std::string last_error;
};

StreamState& StateOf(ArrowArrayStream* stream) {
  return *static_cast<StreamState*>(stream->private_data);
}

// What consumers of the interface make of it is up to them; pyarrow raises ArrowInvalid for EINVAL,
// ArrowNotImplementedError for ENOSYS and OSError for the rest.
int ErrnoOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kAlreadyExists:
      return EINVAL;
    case ErrorCode::kUnimplemented:
      return ENOSYS;
    case ErrorCode::kCancelled:
      return ECANCELED;
    default:
      return EIO;
  }
}

int Fail(StreamState& state, const arrow::Status& status) {
  const Error error = sql::StreamError(status, "reading the rows");
  state.last_error = error.message;
  return ErrnoOf(error.code);
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
  StreamState& state = StateOf(stream);
  const arrow::Status status = arrow::ExportSchema(*state.reader->schema(), out);
  return status.ok() ? 0 : Fail(state, status);
}

// The signal's exception waits until Python's own code runs again: the signal is raised once more.
int FailInterrupted(StreamState& state) {
  PyGILState_STATE gil = PyGILState_Ensure();
  PyErr_Clear();
  PyErr_SetInterrupt();
  PyGILState_Release(gil);
  state.last_error = "stopped";
  return ECANCELED;
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
  StreamState& state = StateOf(stream);
  std::shared_ptr<arrow::RecordBatch> batch;
  arrow::Status status;
  const auto read = [&] {
    status = state.reader->ReadNext(&batch);
    if (status.ok() && batch != nullptr) status = arrow::ExportRecordBatch(*batch, out);
  };
  if (!RunWatchingSignals(read, state.stop)) return FailInterrupted(state);
  if (!status.ok()) return Fail(state, status);
  // The end of a stream is a released array.
  if (batch == nullptr) out->release = nullptr;
  return 0;
}

const char* GetLastError(ArrowArrayStream* stream) {
  const std::string& message = StateOf(stream).last_error;
  return message.empty() ? nullptr : message.c_str();
}

void Release(ArrowArrayStream* stream) {
  delete &StateOf(stream);
  stream->private_data = nullptr;
  stream->release = nullptr;
}

// A consumer that takes the stream out leaves a released one behind.
void DestroyCapsule(PyObject* capsule) {
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, kCapsuleName));
  if (stream == nullptr) return;
  if (stream->release != nullptr) stream->release(stream);
  delete stream;
}

}  // namespace

nb::object ExportStream(std::shared_ptr<arrow::RecordBatchReader> reader,
                        std::function<void()> stop) {
  auto stream = std::make_unique<ArrowArrayStream>();
  stream->get_schema = GetSchema;
  stream->get_next = GetNext;
  stream->get_last_error = GetLastError;
  stream->release = Release;
  stream->private_data = new StreamState{std::move(reader), std::move(stop), {}};
  const nb::object capsule = nb::steal(PyCapsule_New(stream.get(), kCapsuleName, &DestroyCapsule));
  if (!capsule.is_valid()) {
    stream->release(stream.get());
    throw nb::python_error();
  }
  stream.release();
  return capsule;
}

}  // namespace gnomon
