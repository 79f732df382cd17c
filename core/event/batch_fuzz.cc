// Reads bytes as a batch; what is a good one must be written back as the same bytes. The checksum
// is made right first in every second run, or no fuzzer would come past it.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/hash.h"
#include "event/batch.h"

namespace {

using penstock::event::BatchReader;
using penstock::event::BatchWriter;
using penstock::event::Record;

void read_all(std::string_view message) {
  auto reader = BatchReader::open(message);
  if (!reader) return;
  BatchWriter writer;
  Record record;
  for (;;) {
    const auto more = reader->next(record);
    if (!more) return;
    if (!*more) break;
    writer.add(record);
  }
  if (message[1] != static_cast<char>(penstock::event::kBatchVersion)) return;
  // A length may be written in more bytes than it needs; ours is never longer.
  const std::string_view again = writer.finish();
  PENSTOCK_CHECK(again.size() <= message.size());
  PENSTOCK_CHECK(again.size() != message.size() || again == message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string message(reinterpret_cast<const char*>(data), size);
  read_all(message);
  if (size < penstock::event::kBatchHeaderBytes) return 0;
  const std::string_view records = std::string_view(message).substr(16);
  const std::uint64_t sum = penstock::hash64(records);
  for (std::size_t i = 0; i < 4; ++i) {
    message[8 + i] = static_cast<char>(records.size() >> (8 * i));
    message[12 + i] = static_cast<char>(sum >> (8 * i));
  }
  read_all(message);
  return 0;
}
