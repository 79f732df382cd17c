#include "queue/redis/conversation.h"

#include <cerrno>
#include <utility>

#include <hiredis.h>

#include "base/check.h"
#include "base/static_text.h"

namespace penstock::queue {
namespace {

RedisReply view_of(const redisReply& reply) {
  RedisReply view;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      view.kind = RedisReply::Kind::kText;
      break;
    case REDIS_REPLY_INTEGER:
      view.kind = RedisReply::Kind::kInteger;
      view.integer = reply.integer;
      return view;
    case REDIS_REPLY_ERROR:
      view.kind = RedisReply::Kind::kError;
      break;
    case REDIS_REPLY_ARRAY:
      view.kind = RedisReply::Kind::kArray;
      return view;
    default:
      return view;
  }
  view.text = {reply.str, reply.len};
  return view;
}

}  // namespace

void RedisConversation::FreeReader::operator()(redisReader* reader) const noexcept {
  redisReaderFree(reader);
}

RedisConversation::RedisConversation(io::Loop& loop, std::unique_ptr<RedisWire> wire,
                                     std::int64_t timeout_ms, OnError on_error, OnBroken on_broken)
    : loop_(loop),
      timeout_ms_(timeout_ms),
      on_error_(std::move(on_error)),
      on_broken_(std::move(on_broken)),
      is_gone_(std::make_shared<bool>(false)),
      reader_(redisReaderCreate()),
      deadline_(loop, [this] { on_deadline(); }),
      wire_(std::move(wire)) {
  wire_->start(*this);
}

RedisConversation::~RedisConversation() { *is_gone_ = true; }

void RedisConversation::send(RedisCommand command, OnReply on_reply) {
  command.for_each_piece([this](std::string_view piece) { written_bytes_ += piece.size(); });
  waiting_.push_back({loop_.now_ms() + timeout_ms_, written_bytes_, std::move(on_reply)});
  if (!deadline_.is_armed()) deadline_.start_once(timeout_ms_);
  wire_->write(std::move(command));
}

RedisConversation::Waiting RedisConversation::take_waiting() {
  Waiting waiting;
  for (Sent& sent : waiting_) waiting.push_back(std::move(sent.on_reply));
  waiting_.clear();
  return waiting;
}

void RedisConversation::on_bytes(std::string_view bytes) {
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
  const std::shared_ptr<bool> is_gone = is_gone_;
  while (true) {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
      return break_off(
          {ErrorCode::kDisconnected, 0, "understand Redis", static_text(reader_->errstr)});
    }
    if (raw == nullptr) return;
    const std::unique_ptr<void, void (*)(void*)> reply(raw, freeReplyObject);
    // Nobody can have answered what was not sent whole; and what it was lent is still read.
    const RedisReply view = view_of(*static_cast<const redisReply*>(raw));
    if (waiting_.empty() || waiting_.front().end > written_bytes_ - wire_->unsent_bytes()) {
      const char* words = view.is_error() ? static_text(view.text) : "it answers unasked";
      return break_off({ErrorCode::kDisconnected, 0, "understand Redis", words});
    }
    const OnReply on_reply = std::move(waiting_.front().on_reply);
    waiting_.pop_front();
    is_looking_again_ = false;
    if (view.is_error()) on_error_(view.text);
    on_reply(view);
    if (*is_gone) return;
  }
}

void RedisConversation::on_closed(const Error& error) { break_off(error); }

void RedisConversation::on_deadline() {
  if (waiting_.empty()) return;
  const std::int64_t left_ms = waiting_.front().due_ms - loop_.now_ms();
  if (left_ms > 0) return deadline_.start_once(left_ms);
  // Timers run before input: after a long turn of our own the reply may be here already.
  if (!is_looking_again_) {
    is_looking_again_ = true;
    return deadline_.start_once(kNextInputMs);
  }
  break_off({ErrorCode::kDisconnected, ETIMEDOUT, "wait for Redis"});
}

// May be the end of us.
void RedisConversation::break_off(const Error& error) {
  const OnBroken on_broken = std::move(on_broken_);
  on_broken_ = nullptr;
  if (on_broken) on_broken(error);
}

}  // namespace penstock::queue
