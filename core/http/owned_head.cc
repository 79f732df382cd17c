#include "http/owned_head.h"

#include "base/check.h"

namespace penstock::http {

OwnedHead::OwnedHead(const Request& request) : request_(request) {
  std::size_t bytes = request.target.size() + request.path.size() + request.query.size();
  for (const Header& header : request.headers) bytes += header.name.size() + header.value.size();
  text_.reserve(bytes);  // What is kept stays where it is.
  headers_.reserve(request.headers.size());
  for (const Header& header : request.headers) {
    headers_.push_back({keep(header.name), keep(header.value)});
  }
  request_.target = keep(request.target);
  request_.path = keep(request.path);
  request_.query = keep(request.query);
  request_.headers = headers_;
  request_.body = {};
}

std::string_view OwnedHead::keep(std::string_view text) {
  PENSTOCK_CHECK(text_.capacity() - text_.size() >= text.size());
  const std::size_t begin = text_.size();
  text_.append(text);
  return std::string_view(text_).substr(begin);
}

}  // namespace penstock::http
