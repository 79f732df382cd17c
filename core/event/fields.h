// The one list of an event's members: what the batch format, the JSON forms, the store's columns,
// exports and the API's description are made from. A new member is a line here and a member of
// Record or Row.
//
// The order is that of every listing: a record's members first, then what enrichment adds.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "event/limits.h"
#include "event/record.h"
#include "event/row.h"

namespace penstock::event {

enum class FieldType : std::uint8_t {
  kId,    // Record::id: 32 hex digits in JSON, 16 bytes in a column.
  kText,  // UTF-8; empty where absent.
  kTime,  // Unix milliseconds.
  kJson,  // A JSON object's text; empty means {}.
  kFlag,
};

struct Field {
  std::string_view name;  // In JSON, as a column, in filters.
  FieldType type = FieldType::kText;
  // Where it stands. One of them; none for the id.
  std::string_view Record::*of_record = nullptr;
  std::string_view Row::*of_row = nullptr;
  std::int64_t Record::*time = nullptr;
  bool Row::*flag = nullptr;
  std::size_t bytes_max = 0;  // 0: bounded by ingest.max_event_bytes alone.
  bool is_dimension = false;  // Few enough values for charts to count by.
};

inline constexpr Field kFields[] = {
    {.name = "id", .type = FieldType::kId, .bytes_max = 32},
    {.name = "project", .of_record = &Record::project, .bytes_max = kProjectBytesMax},
    {.name = "source",
     .of_record = &Record::source,
     .bytes_max = kSourceBytesMax,
     .is_dimension = true},
    {.name = "kind", .of_record = &Record::kind, .bytes_max = kKindBytesMax, .is_dimension = true},
    {.name = "name", .of_record = &Record::name, .bytes_max = kNameBytesMax, .is_dimension = true},
    {.name = "received_at", .type = FieldType::kTime, .time = &Record::received_at_ms},
    {.name = "occurred_at", .type = FieldType::kTime, .time = &Record::occurred_at_ms},
    {.name = "url", .of_record = &Record::url, .bytes_max = kUrlBytesMax},
    {.name = "referrer", .of_record = &Record::referrer, .bytes_max = kUrlBytesMax},
    {.name = "ip", .of_record = &Record::ip, .bytes_max = kIpBytesMax},
    {.name = "user_agent", .of_record = &Record::user_agent, .bytes_max = kUserAgentBytesMax},
    {.name = "user_id", .of_record = &Record::user_id, .bytes_max = kIdentityBytesMax},
    {.name = "anonymous_id", .of_record = &Record::anonymous_id, .bytes_max = kIdentityBytesMax},
    {.name = "session_id", .of_record = &Record::session_id, .bytes_max = kIdentityBytesMax},
    {.name = "properties", .type = FieldType::kJson, .of_record = &Record::properties},
    {.name = "host", .of_row = &Row::host, .is_dimension = true},
    {.name = "path", .of_row = &Row::path, .is_dimension = true},
    {.name = "referrer_host", .of_row = &Row::referrer_host, .is_dimension = true},
    {.name = "browser", .of_row = &Row::browser, .is_dimension = true},
    {.name = "os", .of_row = &Row::os, .is_dimension = true},
    {.name = "device", .of_row = &Row::device, .is_dimension = true},
    {.name = "is_bot", .type = FieldType::kFlag, .flag = &Row::is_bot},
    {.name = "country", .of_row = &Row::country, .is_dimension = true},
    {.name = "utm_source", .of_row = &Row::utm_source, .is_dimension = true},
    {.name = "utm_medium", .of_row = &Row::utm_medium, .is_dimension = true},
    {.name = "utm_campaign", .of_row = &Row::utm_campaign, .is_dimension = true},
};
inline constexpr std::size_t kFieldCount = std::size(kFields);

constexpr bool is_of_record(const Field& field) {
  return field.type == FieldType::kId || field.of_record != nullptr || field.time != nullptr;
}

inline constexpr auto kRecordFieldCount =
    static_cast<std::size_t>(std::count_if(std::begin(kFields), std::end(kFields), is_of_record));
inline constexpr auto kRecordTextCount = static_cast<std::size_t>(std::count_if(
    std::begin(kFields), std::end(kFields), [](const Field& f) { return f.of_record != nullptr; }));

// A record's own texts, in the list's order, properties last.
inline constexpr auto kRecordTexts = [] {
  std::array<std::string_view Record::*, kRecordTextCount> texts{};
  std::size_t count = 0;
  for (const Field& field : kFields) {
    if (field.of_record != nullptr) texts[count++] = field.of_record;
  }
  return texts;
}();

// Unrolled by the compiler: each event comes this way several times.
template <class Use>
constexpr void for_each_text(const Record& record, const Use& use) {
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (use(record.*std::get<i>(kRecordTexts)), ...);
  }
  (std::make_index_sequence<kRecordTextCount>());
}

// Nullptr for a name that no member has.
constexpr const Field* field_named(std::string_view name) {
  for (const Field& field : kFields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// Requires a field of texts (kText or kJson). The properties of an event that has none are "{}".
constexpr std::string_view text_of(const Field& field, const Row& row) {
  const std::string_view text =
      field.of_record != nullptr ? row.record.*field.of_record : row.*field.of_row;
  return field.type == FieldType::kJson && text.empty() ? std::string_view("{}") : text;
}

constexpr std::string_view& text_of(const Field& field, Row& row) {
  return field.of_record != nullptr ? row.record.*field.of_record : row.*field.of_row;
}

// Nearly what the record takes in a queue message.
inline std::size_t bytes_of(const Record& record) {
  constexpr std::size_t kFixedBytes = 64;  // Id, times and the texts' lengths.
  std::size_t bytes = kFixedBytes;
  for_each_text(record, [&](std::string_view text) { bytes += text.size(); });
  return bytes;
}

}  // namespace penstock::event
