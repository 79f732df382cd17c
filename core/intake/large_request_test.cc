#include "intake/large_request.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/completion.h"
#include "adapter/drain/logplex.h"
#include "base/text.h"
#include "http/coding_testing.h"

namespace penstock::intake {
namespace {

// Reads a piece's lines as events; those that begin with '!' are no good.
class TestTaker final : public LargeRequest::Taker {
 public:
  bool take_piece(LargeRequest& large, std::string_view piece) override {
    pieces.emplace_back(piece);
    ids.emplace_back(large.piece().id);
    frames_before.push_back(large.piece().frames_before);
    largest = std::max(largest, piece.size());
    adapter::ReadOutcome outcome;
    for (const char c : piece) outcome.accepted += c == '\n' ? 1 : 0;
    if (piece.starts_with('!')) outcome = adapter::refusal(400, "invalid_json", "line 1");
    if (piece.starts_with('?')) outcome = adapter::refusal(401, "revoked_key", "the key");
    const bool is_good = outcome.status < 400;
    large.note(std::move(outcome));
    under_way += is_good ? 1 : 0;
    return is_good;
  }
  void answer_large(LargeRequest& large) override {
    ++answers;
    answered = large.outcome();
  }

  std::vector<std::string> pieces;
  std::vector<std::string> ids;
  std::vector<std::uint64_t> frames_before;
  std::size_t largest = 0;
  int under_way = 0;
  int answers = 0;
  adapter::ReadOutcome answered;
};

class LargeRequestTest : public ::testing::Test {
 protected:
  void begin(http::Encoding encoding, std::uint64_t unpacked_bytes_max = 1u << 30) {
    http::Request request;
    request.path = "/drain/vector";
    large_ = std::make_shared<LargeRequest>(
        taker_, LargeRequest::Asked{request, server::Peer(), server::Responder(), 0, 0}, body_,
        encoding, unpacked_bytes_max, open_count_);
  }
  // Sends until the reader is full; returns what is left.
  std::string_view send(std::string_view body, std::size_t part = 65'536) {
    while (!body.empty()) {
      const bool has_room = large_->on_part(body.substr(0, part));
      body.remove_prefix(std::min(part, body.size()));
      if (!has_room) break;
    }
    return body;
  }
  void finish_one(bool is_stored = true) {
    --taker_.under_way;
    large_->on_stored(is_stored);
  }
  // Sends all, and lets every piece be stored.
  void send_all(std::string_view body, std::size_t part = 65'536) {
    while (!body.empty()) {
      body = send(body, part);
      while (taker_.under_way > 0) finish_one();
    }
    large_->on_whole();
    while (taker_.under_way > 0) finish_one();
  }
  std::string joined() const {
    std::string text;
    for (const std::string& piece : taker_.pieces) text += piece;
    return text;
  }

  static std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += str_cat(R"({"name":"line ")", i, "\"}\n");
    return text;
  }

  TestTaker taker_;
  adapter::LargeBody body_{adapter::LargeBody::Way::kText};
  std::uint32_t open_count_ = 0;
  std::shared_ptr<LargeRequest> large_;
};

TEST_F(LargeRequestTest, ReadsLinesPieceByPiece) {
  const std::string body = lines(200'000);
  begin(http::Encoding::kIdentity);
  send_all(body);
  EXPECT_TRUE(joined() == body);
  EXPECT_GT(taker_.pieces.size(), 3u);
  EXPECT_LE(taker_.largest, LargeRequest::kPieceBytes);
  for (const std::string& piece : taker_.pieces) EXPECT_TRUE(piece.ends_with('\n'));
  EXPECT_EQ(taker_.answers, 1);
  EXPECT_EQ(taker_.answered.status, 202);
  EXPECT_EQ(taker_.answered.accepted, 200'000u);
}

TEST_F(LargeRequestTest, UnpacksAsItReads) {
  const std::string body = lines(200'000);
  for (const auto& [encoding, packed] :
       {std::pair(http::Encoding::kGzip, http::gzipped(body)),
        std::pair(http::Encoding::kIdentity, http::gzipped(body)),  // That does not say so.
        std::pair(http::Encoding::kZstd, http::zstded(body)),
        std::pair(http::Encoding::kDeflate, http::zlibbed(body))}) {
    taker_ = {};
    begin(encoding);
    send_all(packed, 1'000);
    EXPECT_TRUE(joined() == body);
    EXPECT_EQ(taker_.answered.accepted, 200'000u);
  }
}

// A few bytes say a line of many pieces: it is passed over to its end, also where all of them came
// at once.
TEST_F(LargeRequestTest, PassesOverALineOfManyPiecesThatCameAtOnce) {
  const std::string body =
      lines(100) + std::string(5 * LargeRequest::kPieceBytes, 'x') + "\n" + lines(200);
  begin(http::Encoding::kGzip);
  send_all(http::gzipped(body), 1u << 20);
  EXPECT_EQ(taker_.answers, 1);
  EXPECT_EQ(taker_.answered.accepted, 300u);
  EXPECT_EQ(large_->unread_events(), 1u);
}

TEST_F(LargeRequestTest, CutsFrames) {
  body_ = {adapter::LargeBody::Way::kFrames, adapter::read_logplex_head};
  std::string body;
  for (int i = 0; i < 100'000; ++i) {
    const std::string line = str_cat("<13>1 - h a p - line ", i, "\n");
    body += str_cat(line.size(), " ", line);
  }
  begin(http::Encoding::kIdentity);
  send_all(body);
  EXPECT_TRUE(joined() == body);
  ASSERT_GT(taker_.pieces.size(), 2u);
  for (const std::string& piece : taker_.pieces) EXPECT_TRUE(piece.ends_with('\n'));
  EXPECT_EQ(taker_.answered.accepted, 100'000u);
  const auto frames = std::count(taker_.pieces[0].begin(), taker_.pieces[0].end(), '\n');
  EXPECT_EQ(taker_.frames_before[0], 0u);
  EXPECT_EQ(taker_.frames_before[1], static_cast<std::uint64_t>(frames));
}

// What is sent again is known by it, however it came; another body, or another place, is not.
TEST_F(LargeRequestTest, NamesItsPiecesByWhatWasRead) {
  const std::string body = lines(200'000);
  begin(http::Encoding::kIdentity);
  send_all(body);
  const std::vector<std::string> ids = std::exchange(taker_, {}).ids;
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
  begin(http::Encoding::kGzip);
  send_all(http::gzipped(body), 777);
  EXPECT_EQ(std::exchange(taker_, {}).ids, ids);
  begin(http::Encoding::kIdentity);
  send_all("{}\n" + body);
  for (const std::string& id : taker_.ids)
    EXPECT_THAT(ids, ::testing::Not(::testing::Contains(id)));
}

TEST_F(LargeRequestTest, IsReadNoFurtherThanTheQueueTakes) {
  begin(http::Encoding::kGzip);
  const std::string packed = http::gzipped(lines(400'000));
  const std::string_view rest = send(packed);
  EXPECT_EQ(taker_.under_way, 2);
  EXPECT_EQ(taker_.pieces.size(), 2u);
  EXPECT_FALSE(rest.empty());
  finish_one();
  EXPECT_FALSE(send(rest).empty());
  EXPECT_EQ(taker_.under_way, 2);
  EXPECT_EQ(taker_.pieces.size(), 3u);
  EXPECT_EQ(taker_.answers, 0);
}

TEST_F(LargeRequestTest, IsAnsweredWhenAllIsStored) {
  begin(http::Encoding::kIdentity);
  send("one\ntwo\nlast");
  large_->on_whole();
  EXPECT_EQ(taker_.under_way, 1);
  EXPECT_EQ(taker_.answers, 0);
  finish_one();
  EXPECT_EQ(taker_.answers, 1);
}

TEST_F(LargeRequestTest, IsRefusedWhereEventsCannotBeKept) {
  begin(http::Encoding::kIdentity);
  send(lines(200'000));
  finish_one(false);
  EXPECT_EQ(taker_.answered.status, 503);
  finish_one();
  large_->on_part("more\n");
  large_->on_whole();
  EXPECT_EQ(taker_.answers, 1);
  EXPECT_EQ(taker_.pieces.size(), 2u);
}

TEST_F(LargeRequestTest, PassesOverBadPieces) {
  begin(http::Encoding::kIdentity);
  send_all("!bad" + std::string(LargeRequest::kPieceBytes - 5, 'x') + "\ngood\n");
  EXPECT_EQ(taker_.answered.status, 202);
  EXPECT_EQ(taker_.answered.accepted, 1u);

  taker_ = {};
  begin(http::Encoding::kIdentity);
  send_all("!bad\n");
  EXPECT_EQ(taker_.answered.status, 400);
  EXPECT_EQ(taker_.answered.detail, "line 1");
}

TEST_F(LargeRequestTest, EndsAtARefusedKey) {
  begin(http::Encoding::kIdentity);
  send("?" + lines(100'000));
  EXPECT_EQ(taker_.answered.status, 401);
  EXPECT_EQ(taker_.pieces.size(), 1u);
}

TEST_F(LargeRequestTest, PassesOverEventsThatAreTooLong) {
  begin(http::Encoding::kIdentity);
  send_all("one\n" + std::string(3 * LargeRequest::kPieceBytes, 'x') + "\ntwo\n");
  EXPECT_EQ(joined(), "one\ntwo\n");
  EXPECT_EQ(large_->unread_events(), 1u);
  EXPECT_EQ(taker_.answered.accepted, 2u);
}

TEST_F(LargeRequestTest, RefusesWhatIsBrokenAfterWhatWasGood) {
  std::string packed = http::gzipped(lines(200'000));
  packed.resize(packed.size() - 100);
  begin(http::Encoding::kGzip);
  send_all(packed);
  EXPECT_EQ(taker_.answered.status, 400);
  EXPECT_EQ(taker_.answered.error, "invalid_encoding");
  EXPECT_GT(taker_.pieces.size(), 1u);
  EXPECT_EQ(large_->unread_events(), 1u);
}

TEST_F(LargeRequestTest, BoundsWhatItUnpacksTo) {
  begin(http::Encoding::kGzip, 3u << 20);
  send_all(http::gzipped(lines(400'000)));
  EXPECT_EQ(taker_.answered.status, 413);
  EXPECT_LE(joined().size(), 3u << 20);
}

TEST_F(LargeRequestTest, RefusesAnEncodingThatNobodyKnows) {
  begin(http::Encoding::kUnknown);
  send("x");
  EXPECT_EQ(taker_.answered.status, 415);
}

TEST_F(LargeRequestTest, TakesABodyOfNothing) {
  begin(http::Encoding::kIdentity);
  send_all(" \n\n ");
  EXPECT_EQ(taker_.answered.status, 202);
  EXPECT_EQ(taker_.answered.accepted, 0u);
  EXPECT_TRUE(taker_.pieces.empty());
}

TEST_F(LargeRequestTest, IsCounted) {
  begin(http::Encoding::kIdentity);
  EXPECT_EQ(open_count_, 1u);
  large_.reset();
  EXPECT_EQ(open_count_, 0u);
}

}  // namespace
}  // namespace penstock::intake
