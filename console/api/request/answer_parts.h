// An answer that an endpoint writes part by part, while its client takes them: of any length, in
// the memory of a few parts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/message.h"
#include "io/loop.h"
#include "server/handler.h"

namespace penstock::console {

class AnswerParts : public std::enable_shared_from_this<AnswerParts> {
 public:
  static constexpr std::size_t kPartBytes = std::size_t{64} << 10;

  // Borrows the loop. `hsts_seconds`: of add_security_headers().
  AnswerParts(io::Loop& loop, server::Responder responder, std::int64_t hsts_seconds)
      : loop_(loop), responder_(responder), hsts_seconds_(hsts_seconds) {}

  // On the endpoint's thread. The head, then the body; write() waits while its client is slower.
  // False: nobody takes it any more.
  void begin(http::Response head);
  bool write(std::string_view text);
  bool flush();
  bool has_begun() const { return has_begun_; }

  // For who must not wait, from any one thread behind begin(). False: the part before is still on
  // its way, or nobody takes it any more; nothing of it is sent.
  bool try_send(std::string part);
  bool is_gone();
  // Whole, behind what was sent.
  void finish();

  // On the loop. The client has gone, or the server goes: who waits in write() is told.
  void give_up();
  void end(bool is_whole);

 private:
  void send(std::string_view part);
  void sent(bool is_gone);

  io::Loop& loop_;
  const server::Responder responder_;
  const std::int64_t hsts_seconds_;
  bool has_begun_ = false;
  std::string text_;  // Of the next part.

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_on_its_way_ = false;  // A part. Guarded by mutex_, as the next.
  bool is_gone_ = false;
};

}  // namespace penstock::console
