#include "http/response_parser.h"

#include "base/text.h"

namespace penstock::http {
namespace {

constexpr std::size_t kHeadBytesMax = 65'536;
constexpr std::size_t kHeaderTextBytesMax = 256;  // Of those that are looked at.

}  // namespace

template <int (ResponseParser::*on_event)()>
int ResponseParser::event(llhttp_t* parser) noexcept {
  return (static_cast<ResponseParser*>(parser->data)->*on_event)();
}

template <int (ResponseParser::*on_data)(std::string_view)>
int ResponseParser::data(llhttp_t* parser, const char* at, std::size_t length) noexcept {
  return (static_cast<ResponseParser*>(parser->data)->*on_data)({at, length});
}

const llhttp_settings_t& ResponseParser::settings() {
  static const llhttp_settings_t shared = [] {
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_header_field = data<&ResponseParser::on_header_name>;
    settings.on_header_value = data<&ResponseParser::on_header_value>;
    settings.on_headers_complete = event<&ResponseParser::on_headers>;
    settings.on_body = data<&ResponseParser::on_body>;
    settings.on_message_complete = event<&ResponseParser::on_message>;
    return settings;
  }();
  return shared;
}

void ResponseParser::begin() {
  wire_bytes_ = 0;
  status_ = 0;
  retry_after_s_ = 0;
  keeps_connection_ = is_whole_ = is_name_open_ = false;
  name_.clear();
  value_.clear();
  body_.clear();
  llhttp_init(&llhttp_, HTTP_RESPONSE, &settings());
  llhttp_.data = this;
}

ResponseParser::Verdict ResponseParser::feed(std::string_view bytes) {
  if (bytes.empty()) return Verdict::kMore;
  wire_bytes_ += bytes.size();
  // Chunks of one byte make five or six of each; beyond that somebody only wants to be heard.
  if (wire_bytes_ > kHeadBytesMax + 6 * body_bytes_max_) return Verdict::kInvalid;
  const llhttp_errno_t error = llhttp_execute(&llhttp_, bytes.data(), bytes.size());
  if (error == HPE_OK) return Verdict::kMore;
  if (error != HPE_PAUSED || !is_whole_) return Verdict::kInvalid;
  if (llhttp_get_error_pos(&llhttp_) != bytes.data() + bytes.size()) keeps_connection_ = false;
  return Verdict::kWhole;
}

ResponseParser::Verdict ResponseParser::finish() {
  const llhttp_errno_t error = llhttp_finish(&llhttp_);
  const bool is_end = (error == HPE_OK || error == HPE_PAUSED) && is_whole_;
  keeps_connection_ = false;
  return is_end ? Verdict::kWhole : Verdict::kInvalid;
}

int ResponseParser::on_header_name(std::string_view name) {
  if (!is_name_open_) {
    name_.clear();
    value_.clear();
  }
  is_name_open_ = true;
  if (name_.size() < kHeaderTextBytesMax) name_ += name;
  return 0;
}

int ResponseParser::on_header_value(std::string_view value) {
  is_name_open_ = false;
  if (value_.size() < kHeaderTextBytesMax) value_ += value;
  if (equals_ignoring_case(name_, "retry-after")) retry_after_s_ = parse_int(value_).value_or(0);
  return 0;
}

int ResponseParser::on_headers() {
  status_ = static_cast<std::uint16_t>(llhttp_.status_code);
  return 0;
}

int ResponseParser::on_body(std::string_view bytes) {
  if (body_.size() + bytes.size() > body_bytes_max_) return HPE_USER;
  body_ += bytes;
  return 0;
}

int ResponseParser::on_message() {
  if (status_ < 200) return 0;
  is_whole_ = true;
  keeps_connection_ = llhttp_should_keep_alive(&llhttp_) != 0;
  return HPE_PAUSED;
}

}  // namespace penstock::http
