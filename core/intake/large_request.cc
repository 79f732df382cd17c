#include "intake/large_request.h"

#include <utility>

#include "adapter/contract/completion.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "http/coding_format.h"
#include "intake/frame_cutter.h"
#include "intake/piece_cutter.h"

namespace penstock::intake {

namespace {

std::string_view text_of(const crypto::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::unique_ptr<Cutter> make_cutter(const adapter::LargeBody& body) {
  PENSTOCK_CHECK(body.is_cut());
  using Way = adapter::LargeBody::Way;
  if (body.way == Way::kFrames) return std::make_unique<FrameCutter>(body.read_head);
  return std::make_unique<PieceCutter>(body.way == Way::kRun);
}

}  // namespace

LargeRequest::LargeRequest(Taker& taker, const Asked& asked, const adapter::LargeBody& body,
                           http::Encoding encoding, std::uint64_t unpacked_bytes_max,
                           std::uint32_t& open_count)
    : taker_(taker),
      head_(asked.request),
      peer_(asked.peer),
      responder_(asked.responder),
      source_(asked.source),
      route_(asked.route),
      unpacked_bytes_max_(unpacked_bytes_max),
      open_count_(open_count),
      encoding_(encoding),
      cutter_(make_cutter(body)),
      piece_id_(crypto::digest_of(asked.request.path, {})) {
  ++open_count_;
  text_.reserve(kPieceBytes + kReadablePadding);
}

LargeRequest::~LargeRequest() { --open_count_; }

bool LargeRequest::on_part(std::string_view part) {
  packed_.append(part);
  advance();
  is_waiting_ = !is_answered_ && !packed_.empty() && under_way_ == kPiecesUnderWayMax;
  return !is_waiting_;
}

void LargeRequest::on_whole() {
  is_whole_ = true;
  advance();
}

void LargeRequest::on_stored(bool is_stored) {
  --under_way_;
  if (is_answered_) return;
  if (!is_stored) return refuse(503, "unavailable", kUnavailable);
  advance();
  if (std::exchange(is_waiting_, false)) responder_.read_on();
}

void LargeRequest::note(adapter::ReadOutcome outcome) {
  if (outcome.status == 401) {
    return refuse(outcome.status, outcome.error, std::move(outcome.detail));
  }
  const std::uint64_t rejected = outcome.rejected.size() + outcome.rejected_unlisted;
  if (outcome.status < 400) {
    outcome_.accepted += outcome.accepted;
    outcome_.rejected_unlisted += rejected;
  } else {
    outcome_.rejected_unlisted += std::max<std::uint64_t>(rejected, 1);
    if (!first_refusal_) first_refusal_ = std::move(outcome);
  }
}

void LargeRequest::advance() {
  while (!is_answered_ && under_way_ < kPiecesUnderWayMax) {
    if (!unpack()) return;
    // Then there may be more to unpack, also where all of this is passed over.
    const bool was_full = text_.size() == kPieceBytes;
    cutter_->look_at(text_);
    if (has_all() && !was_full) {
      if (!cutter_->is_skipping()) take(text_.size());
      text_.clear();
      if (under_way_ == 0 && !is_answered_) answer();
      return;
    }
    if (!was_full) return;
    if (text_.size() < kPieceBytes) continue;
    if (cutter_->cut() > 0) {
      take(cutter_->close_piece(text_));
      cutter_->drop_piece(text_);
    } else {
      if (!cutter_->is_skipping()) ++unread_events_;
      cutter_->skip_event(text_);
    }
  }
}

bool LargeRequest::unpack() {
  if (encoding_ == http::Encoding::kUnknown) {
    refuse(415, "unsupported_encoding", "Content-Encoding is none of gzip, deflate and zstd");
    return false;
  }
  tell_packing();
  if (!decoder_) return true;
  const std::size_t before = text_.size();
  const auto taken = decoder_->feed(packed_, kPieceBytes - before, text_);
  if (!taken) {
    refuse_packing(taken.error());
    return false;
  }
  packed_.erase(0, *taken);
  unpacked_bytes_ += text_.size() - before;
  if (unpacked_bytes_ > unpacked_bytes_max_) {
    ++unread_events_;
    refuse(413, "body_too_large",
           str_cat("the body is over ", unpacked_bytes_max_, " bytes once it is unpacked"));
    return false;
  }
  if (is_whole_ && packed_.empty() && text_.size() < kPieceBytes && !decoder_->is_whole()) {
    ++unread_events_;
    refuse(400, "invalid_encoding", "the body ends before its encoding does");
    return false;
  }
  return true;
}

void LargeRequest::refuse_packing(const Error& error) {
  ++unread_events_;
  if (error.code == ErrorCode::kRejected) return refuse(400, "invalid_encoding", error.step);
  if (error.code == ErrorCode::kOverloaded) return refuse(413, "body_too_large", error.step);
  refuse(503, "unavailable", error.step);
}

// Some senders compress and do not say so.
void LargeRequest::tell_packing() {
  if (decoder_ || (packed_.size() < http::kGzipMagic.size() && !is_whole_)) return;
  if (encoding_ == http::Encoding::kIdentity && packed_.starts_with(http::kGzipMagic)) {
    encoding_ = http::Encoding::kGzip;
  }
  decoder_.emplace(encoding_);
}

bool LargeRequest::has_all() const { return is_whole_ && packed_.empty(); }

void LargeRequest::take(std::size_t bytes) {
  const std::string_view piece = std::string_view(text_).substr(0, bytes);
  piece_id_ = crypto::digest_of(text_of(piece_id_), text_of(crypto::digest_of_content(piece)));
  if (http::is_padding(piece)) return;
  if (taker_.take_piece(*this, piece)) ++under_way_;
}

adapter::Piece LargeRequest::piece() const {
  return {text_of(piece_id_), cutter_->frames_before()};
}

void LargeRequest::refuse(std::uint16_t status, std::string_view error, std::string detail) {
  outcome_.status = status;
  outcome_.error = error;
  outcome_.detail = std::move(detail);
  packed_.clear();
  is_answered_ = true;
  taker_.answer_large(*this);
}

void LargeRequest::answer() {
  if (outcome_.accepted == 0 && first_refusal_) outcome_ = *std::move(first_refusal_);
  is_answered_ = true;
  taker_.answer_large(*this);
}

}  // namespace penstock::intake
