// A request whose body is too large to be held: it is unpacked and read piece by piece, each as if
// it had come by itself, and answered when all of them are durable. Memory is bounded: while pieces
// are under way to the queue, no more is read of the connection.
//
// So it is not all of its events or none that are taken, as with a request that is held: what stood
// before a fault stays, and is found again by the ids when the client sends it anew. Events that
// say no id have one by what was read up to them: the same body is cut at the same places.
//
//   on_part ─▶ packed_ ─ decoder ─▶ text_ ─ cutter ─▶ Taker::take_piece ─▶ on_stored … answer_large
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/contract/adapter.h"
#include "adapter/contract/large_body.h"
#include "crypto/digest.h"
#include "http/owned_head.h"
#include "http/stream_decoder.h"
#include "intake/cutter.h"
#include "server/handler.h"

namespace penstock::intake {

// Where the events cannot be kept, in words for the client.
inline constexpr const char* kUnavailable = "the events cannot be kept now; send them again";

class LargeRequest final : public server::BodyReader,
                           public std::enable_shared_from_this<LargeRequest> {
 public:
  // Of text that is read at once, and the longest event that can be.
  static constexpr std::size_t kPieceBytes = 1 << 20;
  // On their way to the queue while more is read.
  static constexpr std::uint32_t kPiecesUnderWayMax = 2;

  // Who reads the pieces, and answers.
  class Taker {
   public:
    // Reads events from `piece`, which has kReadablePadding bytes behind it. True: they are under
    // way, and on_stored() follows. False: there are none, by what note() was told.
    virtual bool take_piece(LargeRequest& large, std::string_view piece) = 0;
    // By outcome(); once.
    virtual void answer_large(LargeRequest& large) = 0;

   protected:
    ~Taker() = default;
  };

  struct Asked {
    const http::Request& request;
    const server::Peer& peer;
    server::Responder responder;
    std::size_t source;  // The protocol's place in the table.
    std::size_t route;   // Of the protocol's.
  };

  // Borrows `taker`. Requires a `body` that is cut. kUnknown is an encoding that is refused.
  // `unpacked_bytes_max` is of the whole body. `open_count` is the number of those there are.
  LargeRequest(Taker& taker, const Asked& asked, const adapter::LargeBody& body,
               http::Encoding encoding, std::uint64_t unpacked_bytes_max,
               std::uint32_t& open_count);
  ~LargeRequest() override;

  bool on_part(std::string_view part) override;
  void on_whole() override;

  // What became of a piece's events.
  void on_stored(bool is_stored);
  // What a piece was read as. A refusal ends the request only where it is of its key's.
  void note(adapter::ReadOutcome outcome);

  const http::Request& request() const { return head_.request(); }
  const server::Peer& peer() const { return peer_; }
  const server::Responder& responder() const { return responder_; }
  std::size_t source() const { return source_; }
  std::size_t route() const { return route_; }
  // While it is taken.
  adapter::Piece piece() const;
  // Of all pieces, none of what they rejected listed. A status of 400 and more refuses the request,
  // 503 because its events cannot be kept now.
  const adapter::ReadOutcome& outcome() const { return outcome_; }
  // That were rejected and are in no piece: too long, or behind what cannot be unpacked, as one.
  std::uint64_t unread_events() const { return unread_events_; }

 private:
  void advance();
  // False where the request is refused.
  bool unpack();
  bool has_all() const;
  void refuse_packing(const Error& error);
  void tell_packing();
  void take(std::size_t bytes);
  void refuse(std::uint16_t status, std::string_view error, std::string detail);
  void answer();

  Taker& taker_;
  const http::OwnedHead head_;
  const server::Peer peer_;
  const server::Responder responder_;
  const std::size_t source_;
  const std::size_t route_;
  const std::uint64_t unpacked_bytes_max_;
  std::uint32_t& open_count_;

  http::Encoding encoding_;
  std::optional<http::StreamDecoder> decoder_;  // Once it is told how the body is packed.
  std::string packed_;
  std::string text_;
  const std::unique_ptr<Cutter> cutter_;
  crypto::Digest piece_id_;  // Of all that was read up to the piece's end.
  std::uint64_t unpacked_bytes_ = 0;
  std::uint64_t unread_events_ = 0;
  std::uint32_t under_way_ = 0;
  bool is_whole_ = false;  // All of the body has come.
  bool is_waiting_ = false;
  bool is_answered_ = false;
  adapter::ReadOutcome outcome_;
  std::optional<adapter::ReadOutcome> first_refusal_;  // Of a piece.
};

}  // namespace penstock::intake
