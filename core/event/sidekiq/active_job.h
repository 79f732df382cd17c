// ActiveJob's wrapper around a job's arguments.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "json/reader.h"

namespace penstock::event {

// Whether `job_class` is one of the classes under which Rails hands its own jobs to Sidekiq.
bool is_active_job_wrapper(std::string_view job_class);

// Appends the first of the job's own arguments as plain JSON: markers are dropped, and a serialized
// symbol or time is replaced by its value. `wrapper` is the object that stands in the job's "args".
// kRejected where it has no arguments.
Result<void> append_active_job_argument(json::Value& wrapper, std::string& out);

}  // namespace penstock::event
