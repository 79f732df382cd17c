#include "http/request_parser.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"
#include "http/request_buffer.h"

namespace penstock::http {
namespace {

// Some clients end a POST body with a CR LF that no length covers (RFC 9112, 2.2).
constexpr std::uint8_t kLeadingBytesMax = 8;

}  // namespace

struct BufferPool::State {
  std::size_t kept_max;
  std::size_t kept_bytes_max;
  std::size_t in_use = 0;
  std::vector<std::unique_ptr<RequestBuffer>> buffers;
  std::size_t idle_count = 0;  // The fewest that have lain in `buffers` since the last shrink().
};

BufferPool::BufferPool(std::size_t kept_max, std::size_t kept_bytes_max)
    : state_(std::make_unique<State>(State{kept_max, kept_bytes_max, 0, {}, 0})) {
  state_->buffers.reserve(kept_max);
}

BufferPool::~BufferPool() = default;

// The last one returned is the one that is still in the processor's cache.
std::unique_ptr<RequestBuffer> BufferPool::take() {
  if (state_->buffers.empty()) return std::make_unique<RequestBuffer>();
  auto buffer = std::move(state_->buffers.back());
  state_->buffers.pop_back();
  state_->idle_count = std::min(state_->idle_count, state_->buffers.size());
  return buffer;
}

// Those at the front have waited longest.
std::size_t BufferPool::shrink() {
  auto& buffers = state_->buffers;
  const auto end = buffers.begin() + static_cast<std::ptrdiff_t>(state_->idle_count);
  std::size_t freed = 0;
  for (auto at = buffers.begin(); at != end; ++at) freed += (*at)->capacity_bytes();
  buffers.erase(buffers.begin(), end);
  state_->idle_count = buffers.size();
  return freed;
}

void BufferPool::give_back(std::unique_ptr<RequestBuffer> buffer) {
  PENSTOCK_CHECK(buffer != nullptr);
  const bool is_small = buffer->capacity_bytes() <= state_->kept_bytes_max;
  if (is_small && state_->buffers.size() < state_->kept_max) {
    state_->buffers.push_back(std::move(buffer));
  }
}

std::size_t BufferPool::bytes_in_use() const { return state_->in_use; }

void BufferPool::count_in_use(std::size_t before, std::size_t now) {
  PENSTOCK_CHECK(before <= state_->in_use);
  state_->in_use += now - before;
}

struct RequestParser::Impl {
  const ParserLimits& limits;
  BufferPool& pool;
  std::unique_ptr<RequestBuffer> buffer;  // Null while idle.
  Refusal refusal;
  std::uint8_t leading_bytes = 0;  // CR LF before the request line; odd: after a CR.
  std::size_t counted = 0;         // Of the buffer, in the pool's sum.

  void count(std::size_t bytes);
  void give_back();
  Step feed_buffer(std::string_view bytes, std::size_t at);
  std::size_t skip_leading(std::string_view bytes);
};

// Empty lines before a request are no part of it: the connection stays idle.
std::size_t RequestParser::Impl::skip_leading(std::string_view bytes) {
  std::size_t at = 0;
  for (; at < bytes.size(); ++at) {
    const bool is_after_cr = leading_bytes % 2 == 1;
    if (!is_after_cr && bytes[at] != '\r' && bytes[at] != '\n') return at;
    if (bytes[at] != (is_after_cr ? '\n' : '\r')) {
      refusal = {400, "A line ends in CR or LF alone; it must end in CR LF."};
      return at;
    }
    if (leading_bytes == kLeadingBytesMax) {
      refusal = {400, "There are too many empty lines before the request."};
      return at;
    }
    ++leading_bytes;
  }
  return at;
}

void RequestParser::Impl::count(std::size_t bytes) {
  pool.count_in_use(counted, bytes);
  counted = bytes;
}

void RequestParser::Impl::give_back() {
  count(0);
  if (buffer) pool.give_back(std::move(buffer));
}

RequestParser::RequestParser(const ParserLimits& limits, BufferPool& pool)
    : impl_(new Impl{limits, pool, nullptr, {}, 0, 0}) {}

RequestParser::~RequestParser() { impl_->give_back(); }

Step RequestParser::feed(std::string_view bytes) {
  Impl& impl = *impl_;
  if (impl.refusal.status != 0) return {0, Seen::kRefused};
  std::size_t at = 0;
  if (!impl.buffer) {
    at = impl.skip_leading(bytes);
    if (impl.refusal.status != 0) return {at, Seen::kRefused};
    if (at == bytes.size()) return {at, Seen::kNothing};
    impl.buffer = impl.pool.take();
    impl.buffer->begin(impl.limits);
  }
  impl.buffer->forget_part();
  const Step step = impl.feed_buffer(bytes, at);
  impl.count(impl.buffer->capacity_bytes());
  return step;
}

Step RequestParser::Impl::feed_buffer(std::string_view bytes, std::size_t at) {
  while (at < bytes.size()) {
    const bool was_in_head = buffer->stage() == RequestBuffer::Stage::kHead;
    at += buffer->feed(bytes.substr(at));
    if (buffer->stage() == RequestBuffer::Stage::kRefused) {
      refusal = buffer->refusal();
      return {at, Seen::kRefused};
    }
    if (buffer->is_large()) return {at, Seen::kLargeBody};
    if (buffer->stage() == RequestBuffer::Stage::kComplete) return {at, Seen::kRequest};
    if (was_in_head && buffer->wants_continue()) return {at, Seen::kHeaders};
  }
  return {at, buffer->part().empty() ? Seen::kNothing : Seen::kPart};
}

const Request& RequestParser::request() const {
  PENSTOCK_CHECK(impl_->buffer && impl_->buffer->has_request());
  return impl_->buffer->request();
}

Seen RequestParser::take_whole(std::size_t body_bytes_max) {
  RequestBuffer& buffer = *impl_->buffer;
  PENSTOCK_CHECK(buffer.is_large());
  if (!buffer.take_whole(body_bytes_max)) {
    impl_->refusal = kBodyTooLarge;
    return Seen::kRefused;
  }
  if (buffer.stage() == RequestBuffer::Stage::kComplete) return Seen::kRequest;
  return buffer.wants_continue() ? Seen::kHeaders : Seen::kNothing;
}

Seen RequestParser::take_in_parts() {
  RequestBuffer& buffer = *impl_->buffer;
  PENSTOCK_CHECK(buffer.is_large());
  buffer.take_in_parts();
  if (buffer.stage() == RequestBuffer::Stage::kComplete) return Seen::kRequest;
  if (buffer.wants_continue()) return Seen::kHeaders;
  return buffer.part().empty() ? Seen::kNothing : Seen::kPart;
}

void RequestParser::refuse_body() {
  PENSTOCK_CHECK(impl_->buffer->is_large());
  impl_->refusal = kBodyTooLarge;
}

std::string_view RequestParser::part() const { return impl_->buffer->part(); }

PartialHead RequestParser::head() const {
  return impl_->buffer ? impl_->buffer->head() : PartialHead();
}

std::uint16_t RequestParser::status() const { return impl_->refusal.status; }

std::string_view RequestParser::reason() const { return impl_->refusal.reason; }

void RequestParser::reset() {
  PENSTOCK_CHECK(impl_->buffer && impl_->buffer->stage() == RequestBuffer::Stage::kComplete);
  impl_->give_back();
  impl_->leading_bytes = 0;
}

void RequestParser::abandon() {
  if (impl_->buffer && impl_->refusal.status == 0) {
    impl_->refusal = {408, "The request was given up."};
  }
  impl_->give_back();
}

std::size_t RequestParser::buffer_bytes() const { return impl_->counted; }

std::size_t RequestParser::body_bytes() const {
  return impl_->buffer ? impl_->buffer->body_bytes() : 0;
}

bool RequestParser::is_idle() const { return !impl_->buffer && impl_->refusal.status == 0; }

bool RequestParser::is_in_body() const {
  if (!impl_->buffer) return false;
  const auto stage = impl_->buffer->stage();
  return stage == RequestBuffer::Stage::kBody || stage == RequestBuffer::Stage::kTrailers;
}

}  // namespace penstock::http
