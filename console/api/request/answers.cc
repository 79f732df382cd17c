#include "console/api/request/answers.h"

#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "json/reader.h"

namespace penstock::console {

http::Response json_answer(std::string body) {
  http::Response response;
  response.body = std::move(body);
  return response;
}

http::Response no_content() {
  http::Response response;
  response.status = 204;
  response.content_type = "";
  return response;
}

http::Response bad_parameter(std::string_view name, std::string_view why) {
  return http::error_response(400, "bad_parameter", str_cat(name, ": ", why));
}

void write_missing_days(json::Writer& writer, const store::Queries& queries) {
  writer.key("missing_days").begin_array();
  for (const std::int64_t day_ms : queries.missing_days()) writer.value(day_text(day_ms));
  writer.end_array();
}

http::Response failure_answer(const Error& error) {
  switch (error.code) {
    case ErrorCode::kRejected:
      return http::error_response(400, "rejected", error.step);
    case ErrorCode::kOverloaded:
    case ErrorCode::kDisconnected:
    case ErrorCode::kExhausted: {
      // Nobody will read that answer.
      if (error.native != ECANCELED) {
        log_warn("api.again", "a request has to be tried again", {{"error", to_text(error)}});
      }
      auto response = http::error_response(503, "unavailable", error.step);
      response.headers.emplace_back("Retry-After", "2");
      return response;
    }
    case ErrorCode::kCorrupt:
    case ErrorCode::kConfiguration:
      break;
  }
  log_error("api.failed", "a request failed", {{"error", to_text(error)}});
  return http::error_response(500, "internal", "the console's log says more");
}

bool read_texts(std::string_view padded_body, std::initializer_list<TextMember> members,
                http::Response& refusal) {
  std::uint32_t seen = 0;  // One bit a member.
  json::Reader reader;
  const auto read = reader.read(padded_body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      std::uint32_t bit = 1;
      for (const TextMember& member : members) {
        if (member.name == key) {
          auto text = value.string();
          if (!text) return fail(text.error());
          *member.value = *text;
          seen |= bit;
          break;
        }
        bit <<= 1;
      }
      return {};
    });
  });
  if (!read) {
    std::string names;
    for (const TextMember& member : members)
      names += str_cat(names.empty() ? "" : ", ", member.name);
    refusal = http::error_response(400, "invalid_json",
                                   str_cat("expected a JSON object with these texts: ", names));
    return false;
  }
  std::uint32_t bit = 1;
  for (const TextMember& member : members) {
    if ((seen & bit) == 0) {
      refusal = bad_parameter(member.name, "it is missing");
      return false;
    }
    bit <<= 1;
  }
  return true;
}

}  // namespace penstock::console
