#include "queue/spool/peek.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "queue/spool/consumer.h"
#include "queue/spool/writer.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using Texts = std::vector<std::string>;

class SpoolPeekTest : public ::testing::Test {
 protected:
  Texts peek(std::size_t messages_max = 100, std::size_t bytes_max = 1 << 20) {
    Texts all;
    const auto waiting = peek_spool(options_.path, messages_max, bytes_max);
    for (const auto& one : waiting) all.push_back(one.message);
    return all;
  }
  static void write(SpoolWriter& writer, std::string_view message, std::int64_t at_ms) {
    ASSERT_TRUE(writer.append({&message, 1}, at_ms));
  }

  testing::TempDir dir_;
  SystemClock clock_;
  SpoolOptions options_{dir_.path("spool"), 1 << 24, 1 << 20};
};

TEST_F(SpoolPeekTest, MakesNothing) {
  EXPECT_TRUE(peek().empty());
  EXPECT_FALSE(std::filesystem::exists(options_.path));
}

TEST_F(SpoolPeekTest, ShowsTheOldestOfAllStreamsFirst) {
  SpoolWriter one(*SpoolInstance::make(options_.path), options_, 0);
  SpoolWriter two(*SpoolInstance::make(options_.path), options_, 3);
  write(one, "a", 1);
  write(two, "b", 2);
  write(two, "c", 3);
  one.close_segment();
  write(one, "d", 4);
  write(two, "e", 5);

  EXPECT_EQ(peek(), (Texts{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(peek(2), (Texts{"a", "b"}));
  EXPECT_EQ(peek(9, 3), (Texts{"a", "b", "c"}));
  EXPECT_EQ(peek(9, 0), Texts{"a"});
}

TEST_F(SpoolPeekTest, ShowsMoreStreamsThanItKeepsOpen) {
  Texts expected;
  for (int i = 0; i < 70; ++i) {
    SpoolWriter writer(*SpoolInstance::make(options_.path), options_, 0);
    for (const char letter : {'a', 'b'}) {
      const std::string message = str_cat(letter, i);
      write(writer, message, letter * 100 + i);
    }
  }
  for (const char letter : {'a', 'b'}) {
    for (int i = 0; i < 70; ++i) expected.push_back(str_cat(letter, i));
  }

  EXPECT_EQ(peek(200), expected);
}

TEST_F(SpoolPeekTest, IsInNobodysWay) {
  SpoolWriter writer(*SpoolInstance::make(options_.path), options_, 0);
  for (const std::string_view message : {"a", "b", "c"}) write(writer, message, 1);
  auto consumer = SpoolConsumer::make(options_, "w", clock_);
  ASSERT_EQ((*consumer)->claim(1, 100, 0)->messages, Texts{"a"});

  EXPECT_EQ(peek(), (Texts{"a", "b", "c"})) << "claimed ones are there still";
  ASSERT_TRUE((*consumer)->release());
  EXPECT_EQ(peek(), (Texts{"b", "c"}));
  write(writer, "d", 2);
  EXPECT_EQ(peek(), (Texts{"b", "c", "d"}));
  EXPECT_EQ((*consumer)->claim(9, 100, 0)->messages, (Texts{"b", "c", "d"}));
}

TEST_F(SpoolPeekTest, PassesOverWhatItCannotRead) {
  SpoolWriter writer(*SpoolInstance::make(options_.path), options_, 0);
  write(writer, "a", 1);
  const std::string folder = options_.path + "/" + writer.instance().name();
  std::ofstream(folder + "/000000-r0.db") << std::string(5'000, 'x');
  std::ofstream(folder + "/000002-r0.db");

  EXPECT_EQ(peek(), Texts{"a"});
}

}  // namespace
}  // namespace penstock::queue
