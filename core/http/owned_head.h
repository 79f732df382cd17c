// A copy of a request's head, for who reads its body when the request's own views have gone.
#pragma once

#include <string>
#include <vector>

#include "http/message.h"

namespace penstock::http {

class OwnedHead {
 public:
  // Everything but the body.
  explicit OwnedHead(const Request& request);
  OwnedHead(const OwnedHead&) = delete;
  OwnedHead& operator=(const OwnedHead&) = delete;

  // As long as this.
  const Request& request() const { return request_; }

 private:
  std::string_view keep(std::string_view text);

  std::string text_;
  std::vector<Header> headers_;
  Request request_;
};

}  // namespace penstock::http
