// An event's members that stand outside a JSON body: in a query, a form, and in headers.
//
// Headers are for servers that send what a stranger wrote, such as a mirrored request's Referer,
// and cannot escape it: X-Penstock-Referrer: R sets the referrer to R, whatever R is. A member that
// a header names cannot be set by a query or a form. A page of another origin cannot send such a
// header, since no preflight allows it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "adapter/contract/pairs.h"
#include "event/draft.h"
#include "http/message.h"

namespace penstock::adapter {

class LooseMembers {
 public:
  // Forgets all. What follows may be this many bytes together.
  void start(std::size_t bytes_max);

  // Each adds to those before it. The pair "key" is left out.
  void add_headers(std::span<const http::Header> headers);
  void add_pairs(std::string_view pairs);

  // Puts the query's and the form's members into the draft, then the headers': whatever is put in
  // between gives way to the headers alone. The texts are lent until the next start().
  void put_pairs(event::Draft& draft) const;
  void put_headers(event::Draft& draft) const;

  std::size_t count() const { return pairs_.all().size() + headers_.size(); }

  // Keeps a repaired copy of `text` until the next start().
  std::string_view keep(std::string_view text) { return pairs_.keep(text); }

  // Forgets all, and gives back what is held beyond `keep_bytes` a buffer; returns how much.
  std::size_t shrink(std::size_t keep_bytes);

 private:
  bool has_header(std::string_view name) const;

  Pairs pairs_;
  std::vector<Pair> headers_;
};

inline constexpr std::string_view kMemberHeaderPrefix = "X-Penstock-";

// "X-Penstock-User-Id": "user_id". Empty for a header that is no member's.
std::string_view member_of_header(std::string_view header);

}  // namespace penstock::adapter
