// Whatever an event's properties are, what is kept of them is bounded and valid text, and its key
// has a fingerprint or a name, never both.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "console/api/errors/error_event.h"
#include "store/contract/dimension.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  static json::Reader reader;
  event::Row row;
  row.record.project = "default";
  row.record.name = "Error";
  row.record.properties = {reinterpret_cast<const char*>(data), size};
  const console::ErrorEvent error = console::error_event_of(row, reader);
  PENSTOCK_CHECK(error.key.fingerprint.empty() == (error.key.name == "Error"));
  PENSTOCK_CHECK(error.key.fingerprint.empty() || error.key.said.empty());
  PENSTOCK_CHECK(error.message.size() <= console::kErrorMessageBytesMax);
  PENSTOCK_CHECK(!error.class_name.empty());
  for (const std::string& text : {error.key.fingerprint, error.key.said, error.class_name,
                                  error.place, error.release, error.level}) {
    PENSTOCK_CHECK(text.size() <= store::kDimensionValueBytesMax);
  }
  return 0;
}
