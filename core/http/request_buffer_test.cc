#include "http/request_buffer.h"

#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include <gtest/gtest.h>

namespace {
std::size_t allocations = 0;
}

// Counts what the code under test allocates; the test program is a single thread.
void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace penstock::http {
namespace {

const std::string kPost =
    "POST /v1/events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
    "Content-Length: 100\r\n\r\n" +
    std::string(100, 'x');
const std::string kChunked =
    "POST /v1/events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" +
    std::string(100, 'x') + "\r\n0\r\nX-Sum: 1\r\n\r\n";

TEST(RequestParserMemory, IsNotAllocatedOnceWarm) {
  const ParserLimits limits;
  BufferPool pool;
  RequestParser parser(limits, pool);
  const auto run_all = [&] {
    for (const std::string* wire : {&kPost, &kChunked}) {
      EXPECT_EQ(parser.feed(*wire).seen, Seen::kRequest);
      parser.reset();
      for (std::size_t at = 0; at < wire->size(); ++at) {
        (void)parser.feed(std::string_view(*wire).substr(at, 1));
      }
      EXPECT_EQ(parser.request().body.size(), 100U);
      parser.reset();
    }
  };
  run_all();
  const std::size_t before = allocations;

  run_all();

  EXPECT_EQ(allocations, before);
}

TEST(RequestParserMemory, IsOneSmallPieceWhileIdle) {
  const ParserLimits limits;
  BufferPool pool;
  const std::size_t before = allocations;

  const auto parser = std::make_unique<RequestParser>(limits, pool);

  EXPECT_EQ(allocations - before, 2U);  // The parser's own state, and what holds it here.
}

// A client may announce what it never sends.
TEST(RequestBuffer, ReservesLittleAheadOfWhatCame) {
  ParserLimits limits;
  limits.body_bytes_max = 64 << 20;
  RequestBuffer buffer;
  buffer.begin(limits);
  const std::string wire =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 67108864\r\n\r\nfirst bytes";
  std::string_view rest = wire;

  while (!rest.empty()) rest.remove_prefix(buffer.feed(rest));

  EXPECT_LT(buffer.capacity_bytes(), 80'000U);
}

TEST(RequestBuffer, GrowsWithWhatComes) {
  ParserLimits limits;
  RequestBuffer buffer;
  buffer.begin(limits);
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n";
  EXPECT_EQ(buffer.feed(head), head.size());
  EXPECT_EQ(buffer.stage(), RequestBuffer::Stage::kBody);
  const std::string piece(10'000, 'x');
  for (std::size_t received = piece.size(); received <= 1'000'000; received += piece.size()) {
    EXPECT_EQ(buffer.feed(piece), piece.size());
    EXPECT_LE(buffer.capacity_bytes(), 2 * received + 70'000);
  }
  EXPECT_EQ(buffer.stage(), RequestBuffer::Stage::kComplete);
  EXPECT_EQ(buffer.request().body.size(), 1'000'000U);
}

TEST(RequestBuffer, LendsWhatIsWholeFromWhereItLies) {
  const ParserLimits limits;
  RequestBuffer buffer;
  buffer.begin(limits);
  const std::string wire = kPost + "GET /next HTTP/1.1\r\n";

  EXPECT_EQ(buffer.feed(wire), kPost.size());

  ASSERT_EQ(buffer.stage(), RequestBuffer::Stage::kComplete);
  EXPECT_EQ(buffer.request().body.data(), wire.data() + kPost.size() - 100);
  EXPECT_EQ(buffer.request().body.size(), 100U);
  EXPECT_EQ(buffer.request().target.data(), wire.data() + 5);
  EXPECT_EQ(buffer.request().header("Host").data(), wire.data() + kPost.find("h\r\n"));
}

TEST(RequestBuffer, KeepsWhatComesInPieces) {
  const ParserLimits limits;
  for (const std::size_t cut : {kPost.size() - 1, kPost.size() - 100, std::size_t{20}}) {
    RequestBuffer buffer;
    buffer.begin(limits);
    // Pieces of their own, so that a sanitizer sees it where one is looked at after its call.
    for (const std::string& piece : {kPost.substr(0, cut), kPost.substr(cut)}) {
      for (std::size_t at = 0; at < piece.size();) {
        at += buffer.feed(std::string_view(piece).substr(at));
      }
    }
    ASSERT_EQ(buffer.stage(), RequestBuffer::Stage::kComplete) << cut;
    EXPECT_EQ(buffer.request().target, "/v1/events");
    EXPECT_EQ(buffer.request().header("Host"), "h");
    EXPECT_EQ(buffer.request().body, std::string(100, 'x'));
  }
}

TEST(BufferPool, GivesTheLastOneAgain) {
  BufferPool pool;
  auto first = pool.take();
  const RequestBuffer* const address = first.get();
  pool.give_back(std::move(first));

  EXPECT_EQ(pool.take().get(), address);
}

TEST(BufferPool, KeepsNeitherTooManyNorTooLarge) {
  BufferPool pool(1, 1'000);
  auto first = pool.take();
  auto second = pool.take();
  const RequestBuffer* const kept = first.get();
  pool.give_back(std::move(first));
  pool.give_back(std::move(second));
  EXPECT_EQ(pool.take().get(), kept);

  ParserLimits limits;
  auto large = pool.take();
  large->begin(limits);
  const std::string wire =
      "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2'000, 'x') + "\r\n\r\n";
  (void)large->feed(wire.substr(0, wire.size() - 1));
  EXPECT_GT(large->capacity_bytes(), 1'000U);
  pool.give_back(std::move(large));

  EXPECT_LE(pool.take()->capacity_bytes(), 1'000U);
}

}  // namespace
}  // namespace penstock::http
