#include "queue/letters/message_content.h"

#include "base/bytes.h"
#include "base/json_text.h"
#include "event/batch.h"
#include "event/limits.h"
#include "event/record_json.h"
#include "event/sidekiq/job.h"
#include "event/sidekiq/members.h"
#include "json/reader.h"

namespace penstock::queue {
namespace {

using Visit = FunctionRef<void(const event::Record& record)>;

void read_batch(std::string_view message, MessageContent& content, Visit visit) {
  content.form = MessageContent::Form::kBatch;
  auto reader = event::BatchReader::open(message);
  if (!reader) {
    content.fault = to_text(reader.error());
    return;
  }
  content.events = reader->count();
  event::Record record;
  while (true) {
    const auto has_record = reader->next(record);
    if (!has_record) content.fault = to_text(has_record.error());
    if (!has_record || !*has_record) return;
    visit(record);
  }
}

void read_job(std::string_view message, std::int64_t now_ms, MessageContent& content, Visit visit) {
  const auto members = event::SidekiqMembers::parse(message);
  if (members && !members->json("class").empty()) {
    content.form = MessageContent::Form::kJob;
    content.job_class =
        members->text("wrapped").value_or(members->text("class").value_or(std::string()));
    content.jid = members->text("jid").value_or("");
  }
  event::SidekiqJobReader reader;
  const auto record = reader.read(message, now_ms);
  if (!record) {
    content.fault = to_text(record.error());
    return;
  }
  content.events = 1;
  visit(*record);
}

// As deep as an event's properties may be (event/limits.h).
bool is_json(std::string_view text) {
  std::string padded(text);
  reserve_padding(padded);
  json::Reader reader;
  const auto read = reader.read(padded, [](json::Value& value) -> Result<void> {
    const auto raw = value.raw(event::kPropertiesDepthMax);
    return raw ? Result<void>() : fail(raw.error());
  });
  return read.has_value();
}

}  // namespace

std::string_view to_text(MessageContent::Form form) {
  switch (form) {
    case MessageContent::Form::kBatch:
      return "batch";
    case MessageContent::Form::kJob:
      return "job";
    case MessageContent::Form::kUnknown:
      break;
  }
  return "unknown";
}

MessageContent read_message(std::string_view message, std::int64_t now_ms, Visit visit) {
  MessageContent content;
  if (event::is_native_batch(message)) {
    read_batch(message, content, visit);
  } else {
    read_job(message, now_ms, content, visit);
  }
  return content;
}

// A batch's checksum says who damaged it, not who wrote it.
void append_event_json(event::Record record, std::string& out) {
  std::string quoted;
  if (!record.properties.empty() && !is_json(record.properties)) {
    append_json_string(quoted, record.properties);
    record.properties = quoted;
  }
  event::append_record_json(record, out);
}

}  // namespace penstock::queue
