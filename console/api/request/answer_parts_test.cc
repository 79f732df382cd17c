#include "console/api/request/answer_parts.h"

#include <gtest/gtest.h>

#include "console/api/request/test_api.h"
#include "support/loopback_client.h"
#include "support/wait_for.h"

namespace penstock::console {
namespace {

using penstock::testing::LoopbackClient;
using penstock::testing::wait_for;

constexpr std::size_t kPiece = 10'000;
std::atomic<int> written{0};
std::atomic<bool> is_given_up{false};

// Pieces by the number that the query gives; with "cut", a failure behind them.
http::Response write_pieces(Call& call, Services&) {
  const int pieces = std::stoi(call.query);
  call.parts->begin(http::Response());
  for (written = 0; written < pieces; ++written) {
    if (!call.parts->write(std::string(kPiece, 'x'))) {
      is_given_up = true;
      return {};
    }
  }
  call.parts->flush();
  if (call.query.ends_with("cut")) return http::error_response(503, "unavailable", "it ended");
  return {};
}

// A part, and further ones until the client is too slow for one.
http::Response try_pieces(Call& call, Services&) {
  call.parts->begin(http::Response());
  const auto is_slow = [&] { return !call.parts->try_send(std::string(kPiece, 'x')); };
  if (!wait_for(is_slow)) return http::error_response(500, "no", "all of them were taken");
  is_given_up = wait_for([&] { return call.parts->is_gone(); });
  return {};
}

http::Response refuse(Call&, Services&) { return http::error_response(400, "no", "not so"); }

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/pieces",
     .access = Access::kAnyone,
     .endpoint = write_pieces,
     .lane = Lane::kExports,
     .summary = ""},
    {.method = http::Method::kGet,
     .path = "/api/v1/tried",
     .access = Access::kAnyone,
     .endpoint = try_pieces,
     .lane = Lane::kExports,
     .summary = ""},
    {.method = http::Method::kGet,
     .path = "/api/v1/refused",
     .access = Access::kAnyone,
     .endpoint = refuse,
     .lane = Lane::kExports,
     .summary = ""},
};

class AnswerPartsTest : public ::testing::Test {
 protected:
  AnswerPartsTest() : api_(kRoutes) {
    is_given_up = false;
    api_.start();
  }
  testing::TestApi api_;
};

TEST_F(AnswerPartsTest, GiveAllThatWasWritten) {
  const testing::Answer answer = api_.ask("GET", "/api/v1/pieces?50");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), 'x'), 50 * 10'000);
  EXPECT_TRUE(answer.body.ends_with("0\r\n\r\n"));
  EXPECT_EQ(api_.ask("GET", "/api/v1/refused").status, 400);
  EXPECT_EQ(api_.ask("HEAD", "/api/v1/pieces?50").body, "");
}

TEST_F(AnswerPartsTest, AFailureCutsThemOff) {
  const testing::Answer answer = api_.ask("GET", "/api/v1/pieces?2cut");
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.body.ends_with("0\r\n\r\n"));
}

// The writer is no more than a few parts ahead of its client, and told when that has gone.
TEST_F(AnswerPartsTest, WaitForTheClient) {
  constexpr int kPieces = 20'000;  // 200 MB.
  {
    LoopbackClient client(api_.port());
    client.send("GET /api/v1/pieces?20000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200);
    int before = -1;
    // Until the kernel's buffers are full.
    EXPECT_TRUE(wait_for([&] { return std::exchange(before, written.load()) == written; }));
    EXPECT_LT(written, kPieces / 4);
  }
  EXPECT_TRUE(wait_for([] { return is_given_up.load(); }));
}

// Who must not wait is told instead, and when the client has gone.
TEST_F(AnswerPartsTest, AreNotTakenWhileOneIsOnItsWay) {
  {
    LoopbackClient client(api_.port());
    client.send("GET /api/v1/tried HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_EQ(client.take(5), "2710\r");
  }
  EXPECT_TRUE(wait_for([] { return is_given_up.load(); }));
}

}  // namespace
}  // namespace penstock::console
