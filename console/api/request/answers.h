// Answers that several endpoints give.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "json/writer.h"
#include "store/contract/queries.h"

namespace penstock::console {

// 200 with a JSON text.
http::Response json_answer(std::string body);

http::Response no_content();

// 400, the fault of one parameter: {"error":"bad_parameter","detail":"limit: …"}.
http::Response bad_parameter(std::string_view name, std::string_view why);

// The member missing_days: those that the last question had to leave out.
void write_missing_days(json::Writer& writer, const store::Queries& queries);

// What the store, console.db or the queue said, in the status that tells the client what to do
// next: 400 for what it will never answer, 503 for what may work later, 500 for the rest, which is
// logged.
http::Response failure_answer(const Error& error);

// A text member of a request's body that an endpoint needs.
struct TextMember {
  std::string_view name;
  std::string* value;
};

// Reads the members of a JSON object; other members are passed over. False, with `refusal` set to a
// 400, where the text is no such object or a member is missing or no text.
bool read_texts(std::string_view padded_body, std::initializer_list<TextMember> members,
                http::Response& refusal);

}  // namespace penstock::console
