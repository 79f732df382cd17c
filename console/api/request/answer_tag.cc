#include "console/api/request/answer_tag.h"

#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "http/entity_tag.h"

namespace penstock::console {

namespace {

// Weak: what is equal is the meaning. Roles do not matter: who may ask gets the same.
std::string tag_text(std::string_view version, std::string_view question, std::uint64_t stamp) {
  const Hash128 hash = hash128(str_cat(version, ' ', stamp), question);
  const std::string_view bytes(reinterpret_cast<const char*>(&hash), sizeof hash);
  std::string text = "W/\"";
  append_hex(text, bytes);
  text += '"';
  return text;
}

}  // namespace

AnswerTag::AnswerTag(const Call& call, const Services& services, std::string_view question,
                     const store::Range& range)
    : call_(call),
      services_(services),
      text_(tag_text(services.settings.version, question, services.queries->stamp(range))) {}

std::optional<http::Response> AnswerTag::unchanged() const {
  if (!http::names_tag(call_.known, text_)) return std::nullopt;
  return not_modified();
}

http::Response AnswerTag::put_on(http::Response answer) const {
  if (!services_.queries->missing_days().empty()) return answer;
  if (http::names_any(call_.known)) return not_modified();
  add_headers(answer);
  return answer;
}

// Whoever keeps it asks each time whether it still holds.
void AnswerTag::add_headers(http::Response& response) const {
  response.headers.emplace_back("ETag", text_);
  response.headers.emplace_back("Cache-Control", "private, no-cache");
}

http::Response AnswerTag::not_modified() const {
  http::Response response;
  response.status = 304;
  response.content_type = "";
  add_headers(response);
  return response;
}

}  // namespace penstock::console
