#include "adapter/otlp/protobuf_json.h"

#include <bit>
#include <span>

#include "adapter/otlp/fields.h"
#include "base/bytes.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

enum class As : std::uint8_t {
  kMessage,
  kList,  // Of messages.
  kText,
  kHex,
  kBase64,
  kInteger,
  kUnsigned,
  kTime,  // Nanoseconds, which are written as a text.
  kFlags,
  kBool,
  kDouble,
};

constexpr WireType wire_type_of(As as) {
  switch (as) {
    case As::kInteger:
    case As::kUnsigned:
    case As::kBool:
      return WireType::kVarint;
    case As::kTime:
    case As::kDouble:
      return WireType::kFixed64;
    case As::kFlags:
      return WireType::kFixed32;
    case As::kMessage:
    case As::kList:
    case As::kText:
    case As::kHex:
    case As::kBase64:
      break;
  }
  return WireType::kBytes;
}

struct Message;
struct Known {
  std::uint32_t number;
  std::string_view name;
  As as;
  const Message* message = nullptr;  // Of kMessage and kList.
};
// At most one field is a kList.
struct Message {
  std::span<const Known> fields;
  bool keeps_defaults = false;  // One of whose fields is there is of that type.
};

extern const Message kAnyValue;

constexpr Known kKeyValueFields[] = {
    {1, "key", As::kText},
    {2, "value", As::kMessage, &kAnyValue},
};
constexpr Message kKeyValue{kKeyValueFields};
constexpr Known kArrayFields[] = {{1, "values", As::kList, &kAnyValue}};
constexpr Message kArray{kArrayFields};
constexpr Known kMapFields[] = {{1, "values", As::kList, &kKeyValue}};
constexpr Message kMap{kMapFields};
constexpr Known kAnyValueFields[] = {
    {1, "stringValue", As::kText},
    {2, "boolValue", As::kBool},
    {3, "intValue", As::kInteger},
    {4, "doubleValue", As::kDouble},
    {5, "arrayValue", As::kMessage, &kArray},
    {6, "kvlistValue", As::kMessage, &kMap},
    {7, "bytesValue", As::kBase64},
};
constexpr Message kAnyValue{kAnyValueFields, true};
constexpr Known kResourceFields[] = {
    {1, "attributes", As::kList, &kKeyValue},
    {2, "droppedAttributesCount", As::kUnsigned},
};
constexpr Message kResource{kResourceFields};
constexpr Known kScopeFields[] = {
    {1, "name", As::kText},
    {2, "version", As::kText},
    {3, "attributes", As::kList, &kKeyValue},
    {4, "droppedAttributesCount", As::kUnsigned},
};
constexpr Message kScope{kScopeFields};
constexpr Known kLogRecordFields[] = {
    {1, "timeUnixNano", As::kTime},
    {11, "observedTimeUnixNano", As::kTime},
    {2, "severityNumber", As::kInteger},
    {3, "severityText", As::kText},
    {5, "body", As::kMessage, &kAnyValue},
    {6, "attributes", As::kList, &kKeyValue},
    {7, "droppedAttributesCount", As::kUnsigned},
    {8, "flags", As::kFlags},
    {9, "traceId", As::kHex},
    {10, "spanId", As::kHex},
    {12, "eventName", As::kText},
};
constexpr Message kLogRecord{kLogRecordFields};

constexpr const Message& message_of(OtlpMessage message) {
  switch (message) {
    case OtlpMessage::kResource:
      return kResource;
    case OtlpMessage::kScope:
      return kScope;
    case OtlpMessage::kLogRecord:
      break;
  }
  return kLogRecord;
}

// For one message and those in it.
class Transcription {
 public:
  explicit Transcription(std::string& out) : out_(out), writer_(out) {}

  void write(const Message& message, std::string_view bytes, int depth);
  std::string_view problem() const { return problem_; }

 private:
  void write_fields(const Message& message, std::string_view bytes, int depth);
  void write_list(const Known& list, std::string_view bytes, int depth);
  void write_value(const Known& known, const Field& field, int depth);

  std::string& out_;
  json::Writer writer_;
  std::string scratch_;
  std::string_view problem_;
};

bool is_default(const Field& field) {
  return field.type == WireType::kBytes ? field.bytes.empty() : field.value == 0;
}

const Known* known_of(const Message& message, const Field& field) {
  for (const Known& known : message.fields) {
    if (known.number == field.number) {
      return wire_type_of(known.as) == field.type ? &known : nullptr;
    }
  }
  return nullptr;
}

void Transcription::write(const Message& message, std::string_view bytes, int depth) {
  if (depth > kMessageDepthMax) {
    problem_ = "nests too deep";
    return;
  }
  writer_.begin_object();
  write_fields(message, bytes, depth);
  for (const Known& known : message.fields) {
    if (known.as == As::kList && problem_.empty()) write_list(known, bytes, depth);
  }
  writer_.end_object();
}

void Transcription::write_fields(const Message& message, std::string_view bytes, int depth) {
  FieldReader reader(bytes);
  Field field;
  while (problem_.empty() && reader.next(field)) {
    const Known* known = known_of(message, field);
    if (known == nullptr || known->as == As::kList) continue;
    if (is_default(field) && !message.keeps_defaults && known->as != As::kMessage) continue;
    writer_.key(known->name);
    write_value(*known, field, depth);
    if (out_.size() > kMessageJsonBytesMax) problem_ = "is too large";
  }
  if (reader.is_broken()) problem_ = "is no protobuf of its kind";
}

void Transcription::write_list(const Known& list, std::string_view bytes, int depth) {
  FieldReader reader(bytes);
  Field field;
  writer_.key(list.name).begin_array();
  while (problem_.empty() && reader.next(field)) {
    if (field.number != list.number || field.type != WireType::kBytes) continue;
    write(*list.message, field.bytes, depth + 1);
    if (out_.size() > kMessageJsonBytesMax) problem_ = "is too large";
  }
  writer_.end_array();
}

void Transcription::write_value(const Known& known, const Field& field, int depth) {
  switch (known.as) {
    case As::kMessage:
      return write(*known.message, field.bytes, depth + 1);
    case As::kText:
      writer_.value(field.bytes);
      return;
    case As::kHex:
      scratch_.clear();
      append_hex(scratch_, field.bytes);
      writer_.value(scratch_);
      return;
    case As::kBase64:
      writer_.value(crypto::encode_base64(field.bytes));
      return;
    case As::kInteger:
      writer_.value(static_cast<std::int64_t>(field.value));
      return;
    case As::kUnsigned:
    case As::kFlags:
      writer_.value(field.value);
      return;
    case As::kTime:
      writer_.value(str_cat(field.value));
      return;
    case As::kBool:
      writer_.value(field.value != 0);
      return;
    case As::kDouble: {
      const auto number = std::bit_cast<double>(field.value);
      if (number - number == 0) {
        writer_.value(number);
      } else {
        writer_.value(number != number ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
      }
      return;
    }
    case As::kList:
      break;
  }
}

}  // namespace

std::string_view otlp_json_of(OtlpMessage message, std::string_view bytes, std::string& out) {
  out.clear();
  Transcription transcription(out);
  transcription.write(message_of(message), bytes, 0);
  reserve_padding(out);
  return transcription.problem();
}

}  // namespace penstock::adapter
