// Errors for tests: of a store, and read from it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/text.h"
#include "console/api/errors/error_event.h"
#include "store/contract/row_testing.h"

namespace penstock::console::testing {

// Without a release it says none.
inline ErrorEvent error_at(std::int64_t at_ms, std::string fingerprint, std::string release = "") {
  ErrorEvent error;
  error.key = {"default", std::move(fingerprint), "", ""};
  error.class_name = "TypeError";
  error.message = "x is not a function";
  error.place = "run (app.js)";
  error.release = std::move(release);
  error.source = "sentry";
  error.id = std::string(32, 'e');
  error.occurred_at_ms = at_ms;
  error.received_at_ms = at_ms;
  return error;
}

// A row of the store; lends `properties`.
inline event::Row error_row(std::int64_t at_ms, std::uint32_t number, std::string_view properties) {
  event::Row row = store::row_at(at_ms, number);
  row.record.kind = kErrorKind;
  row.record.name = "TypeError";
  row.record.source = "sentry";
  row.record.properties = properties;
  return row;
}

}  // namespace penstock::console::testing
