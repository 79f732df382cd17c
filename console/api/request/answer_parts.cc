#include "console/api/request/answer_parts.h"

#include <utility>

#include "console/api/request/security_headers.h"

namespace penstock::console {

void AnswerParts::begin(http::Response head) {
  has_begun_ = true;
  add_security_headers(head, Content::kApi, hsts_seconds_);
  loop_.post([self = shared_from_this(), head = std::move(head)] {
    if (!self->responder_.begin_parts(head)) self->give_up();
  });
}

bool AnswerParts::write(std::string_view text) {
  text_ += text;
  return text_.size() < kPartBytes || flush();
}

bool AnswerParts::flush() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !is_on_its_way_ || is_gone_; });
  if (is_gone_) return false;
  if (text_.empty()) return true;
  is_on_its_way_ = true;
  lock.unlock();
  loop_.post([self = shared_from_this(), part = std::exchange(text_, {})] { self->send(part); });
  return true;
}

bool AnswerParts::try_send(std::string part) {
  {
    const std::lock_guard lock(mutex_);
    if (is_on_its_way_ || is_gone_) return false;
    is_on_its_way_ = true;
  }
  loop_.post([self = shared_from_this(), part = std::move(part)] { self->send(part); });
  return true;
}

bool AnswerParts::is_gone() {
  const std::lock_guard lock(mutex_);
  return is_gone_;
}

void AnswerParts::finish() {
  loop_.post([self = shared_from_this()] { self->end(true); });
}

void AnswerParts::send(std::string_view part) {
  using Sent = server::Responder::Sent;
  const Sent outcome =
      responder_.send_part(part, [self = shared_from_this()] { self->sent(false); });
  if (outcome != Sent::kLater) sent(outcome == Sent::kGone);
}

void AnswerParts::sent(bool is_gone) {
  const std::lock_guard lock(mutex_);
  is_on_its_way_ = false;
  is_gone_ = is_gone_ || is_gone;
  changed_.notify_all();
}

void AnswerParts::give_up() { sent(true); }

void AnswerParts::end(bool is_whole) { responder_.end_parts(is_whole); }

}  // namespace penstock::console
