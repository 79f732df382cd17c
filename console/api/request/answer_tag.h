// Answers about stored events that are made anew only where something has changed (RFC 9110, 13).
//
//   const AnswerTag tag(call, services, query.question(range), range);
//   if (auto unchanged = tag.unchanged()) return *unchanged;
//   …
//   return tag.put_on(json_answer(std::move(body)));
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "console/api/request/call.h"

namespace penstock::console {

class AnswerTag {
 public:
  // Borrows `call` and `services`. Made before the store is asked: what is stored meanwhile is in
  // the next tag.
  AnswerTag(const Call& call, const Services& services, std::string_view question,
            const store::Range& range);

  // 304 where the client has this very answer; nobody has to ask the store then.
  std::optional<http::Response> unchanged() const;

  // The finished answer with its tag; 304 in its place for a client that wants none of any. An
  // answer that had to leave days out has no tag: whether they can be read again, only another
  // question tells.
  http::Response put_on(http::Response answer) const;

 private:
  void add_headers(http::Response& response) const;
  http::Response not_modified() const;

  const Call& call_;
  const Services& services_;
  const std::string text_;
};

}  // namespace penstock::console
