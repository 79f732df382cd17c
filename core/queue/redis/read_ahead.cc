#include "queue/redis/read_ahead.h"

#include <string_view>
#include <utility>

#include <hiredis.h>

#include "base/bytes.h"
#include "base/text.h"
#include "queue/redis/keys.h"
#include "queue/redis/receipts.h"

namespace penstock::queue {

ReadAhead::ReadAhead(const RedisOptions& options, const Clock& clock)
    : list_(RedisKeys(options.key).list()), client_(options, clock) {}

ReadAhead::~ReadAhead() {
  if (!has_thread_) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  uv_thread_join(&thread_);
}

void ReadAhead::begin(std::size_t skip, std::size_t messages_max, std::size_t bytes_max) {
  drop();
  if (!start_thread()) return;
  {
    const std::lock_guard lock(mutex_);
    next_ = {skip, messages_max, bytes_max};
    is_awaited_ = true;
  }
  changed_.notify_all();
}

std::vector<std::string> ReadAhead::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !is_awaited_; });
  return std::exchange(read_, {});
}

void ReadAhead::drop() {
  const std::lock_guard lock(mutex_);
  ++turn_;
  next_.reset();
  is_awaited_ = false;
  read_ = std::vector<std::string>();  // `{}` would keep its capacity.
}

// A machine that has no thread left is one where nothing is read ahead: std::thread would throw.
bool ReadAhead::start_thread() {
  if (has_thread_) return true;
  has_thread_ = uv_thread_create(
                    &thread_, [](void* self) { static_cast<ReadAhead*>(self)->run(); }, this) == 0;
  return has_thread_;
}

void ReadAhead::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return next_ || is_stopping_; });
    if (is_stopping_) return;
    const Bounds bounds = *std::exchange(next_, std::nullopt);
    const std::uint64_t turn = turn_;
    lock.unlock();
    auto messages = read(bounds);
    lock.lock();
    if (turn != turn_) continue;
    read_ = std::move(messages);
    is_awaited_ = false;
    changed_.notify_all();
  }
}

std::vector<std::string> ReadAhead::read(const Bounds& bounds) {
  const auto reply =
      client_.run(read_ahead_script(), {list_},
                  {str_cat(bounds.skip), str_cat(bounds.messages_max), str_cat(bounds.bytes_max)});
  if (!reply || (*reply)->type != REDIS_REPLY_ARRAY) return {};
  return copied_messages(**reply);
}

std::vector<std::string> copied_messages(const redisReply& array) {
  std::vector<std::string> messages;
  messages.reserve(array.elements);
  for (std::size_t i = 0; i < array.elements; ++i) {
    const std::string_view message(array.element[i]->str, array.element[i]->len);
    std::string& copy = messages.emplace_back();
    copy.reserve(message.size() + kReadablePadding);
    copy = message;
  }
  return messages;
}

}  // namespace penstock::queue
