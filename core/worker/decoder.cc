#include "worker/decoder.h"

#include "event/batch.h"
#include "event/fields.h"

namespace penstock::worker {

Result<void> Decoder::add(std::string_view message, std::int64_t now_ms) {
  const std::size_t before = records_.size();
  auto added = event::is_native_batch(message) ? add_batch(message) : add_job(message, now_ms);
  if (!added) records_.resize(before);
  return added;
}

Result<void> Decoder::add_batch(std::string_view message) {
  auto reader = event::BatchReader::open(message);
  if (!reader) return fail(reader.error());
  event::Record record;
  while (true) {
    auto has_record = reader->next(record);
    if (!has_record) return fail(has_record.error());
    if (!*has_record) return {};
    records_.push_back(record);
  }
}

// The reader lends its texts until the next job only, and a claim holds many.
Result<void> Decoder::add_job(std::string_view message, std::int64_t now_ms) {
  auto record = jobs_.read(message, now_ms);
  if (!record) return fail(record.error());
  for (const auto text : event::kRecordTexts) (*record).*text = texts_.keep((*record).*text);
  records_.push_back(*record);
  return {};
}

void Decoder::clear() {
  records_.clear();
  texts_.clear();
}

}  // namespace penstock::worker
