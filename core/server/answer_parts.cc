#include "server/answer_parts.h"

#include "http/response_writer.h"

namespace penstock::server {

void AnswerParts::append(std::string& out, std::string_view part) const {
  if (is_chunked_) {
    http::append_chunk(out, part);
  } else {
    out += part;
  }
}

void AnswerParts::append_end(std::string& out) const {
  if (is_chunked_) out += http::kLastChunk;
}

void AnswerParts::tell_sent() {
  if (on_sent_) std::exchange(on_sent_, nullptr)();
}

}  // namespace penstock::server
