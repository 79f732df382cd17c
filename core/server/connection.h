// One connection of a server: a state machine over a transport and a request parser.
//
//   kProxyHeader ─▶ kHandshake ─▶ kRequest ──request──▶ kAnswer ──answered──▶ kRequest, or closing:
//                                    │ refused, too slow                kSent ──▶ kPeerEnd ──▶ gone
//                                    └────────────────────────────────────▲
//
// A body that is too large for kRequest is taken in kLargeBody, by a reader of the handler's, which
// may answer before its end.
// The first two only where the listener's options ask for them. Until a handshake is done there is
// nothing that an answer could be written to: such a connection is closed without a word.
// A client that does not take its answers is held in kSent until it has, then read again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/request_parser.h"
#include "io/listener_options.h"
#include "server/answer_parts.h"
#include "server/connection_host.h"

namespace penstock::server {

class Connection final : public io::TransportEvents, public DeadlineLink {
 public:
  // Borrows `host`.
  Connection(ConnectionHost& host, std::uint32_t slot, const Peer& peer);
  ~Connection();

  // Takes `fd`, which was accepted by a listener of these options. False: it cannot be used;
  // destroy the connection.
  bool open(int fd, const io::ListenerOptions& options);
  // Instead of serving: says 503 where that can be said at once, waits for the peer's end. May
  // destroy the connection.
  void turn_away();

  // Both require that a request is unanswered. May destroy the connection.
  void respond(const http::Response& response);
  void respond_raw(std::string_view bytes, std::uint16_t status, bool keep_alive,
                   std::string_view lines = {});

  // Responder's; all require the same, and the latter two that it has begun. Both may destroy the
  // connection.
  void begin_parts(const http::Response& head);
  Responder::Sent send_part(std::string_view part, std::function<void()> on_sent);
  void end_parts(bool is_whole);

  // Requires the same. From here on it is read while it is unanswered, so that its end is seen.
  void watch();

  // The wait that the connection is linked for has reached its limit. Ends it or begins a new one;
  // may destroy the connection.
  void on_deadline();
  // Of the request that is not whole yet, and of what came behind one that is.
  std::size_t arriving_bytes() const { return parser_.buffer_bytes() + held_counted_; }
  // That memory is needed. A whole request is answered all the same. May destroy the connection.
  void give_up();
  // The server is no longer paused. May destroy the connection.
  void on_resumed();
  // An idle connection's wait begins anew, with the shorter limit of a draining server.
  void on_draining();

  // The reader of a large body has room again. May destroy the connection.
  void read_on();

  bool is_unanswered() const { return state_ == State::kAnswer; }

  bool wants_bytes() override;
  void on_ready() override;
  void on_bytes(std::string_view bytes) override;
  void on_end(int error) override;
  void on_written() override;

 private:
  enum class State : std::uint8_t {
    kProxyHeader,
    kHandshake,
    kRequest,
    kLargeBody,
    kAnswer,
    kSent,
    kPeerEnd
  };

  void read_proxy_header(std::string_view bytes);
  void pump(std::string_view bytes);
  std::string_view read_requests(std::string_view bytes);
  bool is_reading() const;
  bool take_step(http::Seen seen);
  void begin_answer();
  void start_request();
  bool start_large_body();
  void pass_part();
  void end_large_body();
  void leave_body();
  bool may_keep_alive() const;
  void end_request(std::uint16_t status, bool keep_alive, std::int64_t now_us);
  void answered(std::uint16_t status, bool keep_alive, std::int64_t now_us);
  void refuse(std::uint16_t status, std::string_view error, std::string_view detail);
  void refuse_handshake();
  void hold(std::string_view bytes);
  void drop_held();
  void count_held();
  void time_out();
  bool has_come_on() const;
  bool has_enough_unsent() const;
  bool send_out();
  void flush();
  void begin_wait();
  void begin_wait(std::int64_t now_us);
  void finish();
  void close() { host_.remove(slot_); }
  std::string& out();

  ConnectionHost& host_;
  io::TransportPlace transport_;
  http::RequestParser parser_;
  // Bytes behind the request that is being answered, from the read that brought its end; at most
  // one read's, because nothing is read meanwhile.
  std::string held_;
  std::size_t held_offset_ = 0;
  std::size_t held_counted_ = 0;        // Of it, in the sum of what arrives.
  std::unique_ptr<std::string> out_;    // Answers not yet written; only while pumping.
  std::shared_ptr<BodyReader> reader_;  // Of a large body.
  std::unique_ptr<AnswerParts> parts_;
  std::int64_t began_us_ = 0;  // When the request's first bytes were read.
  // Within a body: bytes of it when its wait began. In kSent: bytes unsent when last looked at. In
  // kPeerEnd: bytes thrown away.
  std::size_t progress_ = 0;
  std::uint32_t slot_;
  Peer peer_;
  State state_ = State::kRequest;
  bool is_pumping_ = false;
  bool has_asked_ = false;  // A whole request came.
  bool is_head_ = false;    // Of the unanswered request, as the next four.
  bool is_http_1_0_ = false;
  bool keeps_alive_ = false;
  bool is_watched_ = false;
  bool is_reader_full_ = false;
  bool is_cut_ = false;      // What came behind it was given up: closes after its answer.
  bool is_closing_ = false;  // In kSent: nothing more is read.
  bool is_clean_ = false;    // The client itself asked for the close.
};

}  // namespace penstock::server
