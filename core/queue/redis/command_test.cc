#include "queue/redis/command.h"

#include <gtest/gtest.h>

namespace penstock::queue {
namespace {

std::string joined(const RedisCommand& command) {
  std::string all;
  command.for_each_piece([&](std::string_view piece) { all += piece; });
  return all;
}

TEST(RedisCommand, CountsArgumentsAndBytes) {
  RedisCommand command(3);
  command.add("LPUSH").add("key").lend(std::string_view("a\0\r\n", 4));

  EXPECT_EQ(joined(command),
            std::string("*3\r\n$5\r\nLPUSH\r\n$3\r\nkey\r\n$4\r\na\0\r\n\r\n", 34));
  EXPECT_EQ(command.pieces(), 1U);
}

TEST(RedisCommand, LendsLongArgumentsWithoutCopying) {
  const std::string first(2'048, 'x');
  const std::string second(20'000, 'y');
  RedisCommand command(4);
  command.add("LPUSH").lend(first).add("small").lend(second);

  std::vector<const void*> places;
  command.for_each_piece([&](std::string_view piece) { places.push_back(piece.data()); });

  EXPECT_EQ(joined(command), "*4\r\n$5\r\nLPUSH\r\n$2048\r\n" + first +
                                 "\r\n$5\r\nsmall\r\n$20000\r\n" + second + "\r\n");
  ASSERT_EQ(places.size(), command.pieces());
  EXPECT_EQ(places[1], first.data());
  EXPECT_EQ(places[3], second.data());
}

}  // namespace
}  // namespace penstock::queue
