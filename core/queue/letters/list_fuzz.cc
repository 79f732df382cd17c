// An element of KEY:dead, and the message in it: whatever they are, what is shown is valid JSON.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "json/reader.h"
#include "queue/letters/list.h"
#include "queue/letters/message_content.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  json::Reader reader;
  const auto show = [&reader](std::string_view message) {
    queue::read_message(message, 1, [&](const event::Record& record) {
      std::string json;
      queue::append_event_json(record, json);
      reserve_padding(json);
      const auto read = reader.read(json, [](json::Value&) -> Result<void> { return {}; });
      PENSTOCK_CHECK(read.has_value());
    });
  };
  std::string element(reinterpret_cast<const char*>(data), size);
  reserve_padding(element);
  show(element);
  const auto letter = queue::read_letter_json(reader, element);
  if (letter) show(letter->message);
  return 0;
}
