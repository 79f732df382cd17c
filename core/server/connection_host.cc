#include "server/connection_host.h"

#include <utility>

#include "base/text.h"
#include "http/response_writer.h"

namespace penstock::server {
namespace {

constexpr std::size_t kTextsKeptMax = 64;
constexpr std::size_t kTextBytesKeptMax = 65'536;

}  // namespace

std::unique_ptr<std::string> TextPool::take() {
  if (texts_.empty()) return std::make_unique<std::string>();
  std::unique_ptr<std::string> text = std::move(texts_.back());
  texts_.pop_back();
  return text;
}

void TextPool::give_back(std::unique_ptr<std::string> text) {
  if (texts_.size() >= kTextsKeptMax || text->capacity() > kTextBytesKeptMax) return;
  text->clear();
  texts_.push_back(std::move(text));
}

std::size_t TextPool::shrink() {
  std::size_t freed = 0;
  for (const auto& text : texts_) freed += text->capacity();
  texts_.clear();
  return freed;
}

std::string_view ConnectionHost::date(std::int64_t now_us) {
  if (now_us >= date_good_until_us_) {
    const std::int64_t wall_ms = clock.wall_ms();
    date_ = http::date_text(wall_ms);
    date_good_until_us_ = now_us + (1000 - wall_ms % 1000) * 1000;
    status_ = 0;
  }
  return date_;
}

std::string_view ConnectionHost::status_and_date(std::uint16_t status, std::int64_t now_us) {
  const std::string_view today = date(now_us);
  if (status != status_) {
    status_ = status;
    status_and_date_ =
        str_cat("HTTP/1.1 ", status, " ", http::reason_phrase(status), "\r\nDate: ", today, "\r\n");
    whole_answer_.clear();
  }
  return status_and_date_;
}

std::string_view ConnectionHost::whole_answer(std::uint16_t status, std::string_view lines,
                                              std::string_view bytes, std::int64_t now_us) {
  const std::string_view head = status_and_date(status, now_us);
  const std::string_view kept = whole_answer_;
  if (kept.size() == head.size() + lines.size() + bytes.size() &&
      begins_with(kept.substr(head.size()), lines) &&
      begins_with(kept.substr(head.size() + lines.size()), bytes)) {
    return kept;
  }
  whole_answer_.assign(head).append(lines).append(bytes);
  return whole_answer_;
}

}  // namespace penstock::server
