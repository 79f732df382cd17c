#include "adapter/otlp/answers.h"

#include <pb_encode.h>

#include "adapter/contract/answers.h"
#include "base/text.h"
#include "base/utf8.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

// Longer ones are cut: they are for people.
constexpr std::size_t kMessageBytesMax = 1024;
constexpr std::size_t kFramingBytesMax = 64;  // Of the few tags, numbers and sizes.

constexpr std::uint32_t kPartialSuccessField = 1;  // Of the response.
constexpr std::uint32_t kNumberField = 1;          // The rejected records; the status's code.
constexpr std::uint32_t kMessageField = 2;

// Codes of google.rpc.Code.
std::uint64_t code_of(std::uint16_t status) {
  switch (status) {
    case 401:
      return 16;  // UNAUTHENTICATED
    case 408:
      return 4;  // DEADLINE_EXCEEDED
    case 413:
    case 429:
      return 8;  // RESOURCE_EXHAUSTED
    case 503:
      return 14;  // UNAVAILABLE
    default:
      return 3;  // INVALID_ARGUMENT
  }
}

// A number and a text, which is what both messages are.
std::string numbered_text(std::uint64_t number, std::string_view text) {
  std::string message(text.size() + kFramingBytesMax, '\0');
  pb_ostream_t stream =
      pb_ostream_from_buffer(reinterpret_cast<pb_byte_t*>(message.data()), message.size());
  const bool is_written =
      pb_encode_tag(&stream, PB_WT_VARINT, kNumberField) && pb_encode_varint(&stream, number) &&
      pb_encode_tag(&stream, PB_WT_STRING, kMessageField) &&
      pb_encode_string(&stream, reinterpret_cast<const pb_byte_t*>(text.data()), text.size());
  message.resize(is_written ? stream.bytes_written : 0);
  return message;
}

std::string enclosed(std::uint32_t field, std::string_view inner) {
  std::string message(inner.size() + kFramingBytesMax, '\0');
  pb_ostream_t stream =
      pb_ostream_from_buffer(reinterpret_cast<pb_byte_t*>(message.data()), message.size());
  const bool is_written =
      pb_encode_tag(&stream, PB_WT_STRING, field) &&
      pb_encode_string(&stream, reinterpret_cast<const pb_byte_t*>(inner.data()), inner.size());
  message.resize(is_written ? stream.bytes_written : 0);
  return message;
}

}  // namespace

bool is_protobuf_type(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  return equals_ignoring_case(type, kProtobufType) ||
         equals_ignoring_case(type, "application/protobuf");
}

std::string otlp_answer(bool is_protobuf, std::uint64_t rejected, std::string_view problem) {
  problem = utf8_prefix(problem, kMessageBytesMax);
  if (is_protobuf) {
    return typed_answer(kProtobufType, rejected == 0 ? std::string()
                                                     : enclosed(kPartialSuccessField,
                                                                numbered_text(rejected, problem)));
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  if (rejected > 0) {
    writer.key("partialSuccess").begin_object();
    writer.member("rejectedLogRecords", str_cat(rejected)).member("errorMessage", problem);
    writer.end_object();
  }
  writer.end_object();
  return json_answer(body);
}

http::Response otlp_refusal(bool is_protobuf, std::uint16_t status, std::string_view message) {
  message = utf8_prefix(message, kMessageBytesMax);
  http::Response response;
  response.status = status;
  if (is_protobuf) {
    response.content_type = kProtobufType;
    response.body = numbered_text(code_of(status), message);
    return response;
  }
  json::Writer writer(response.body);
  writer.begin_object().member("code", code_of(status)).member("message", message).end_object();
  return response;
}

}  // namespace penstock::adapter
