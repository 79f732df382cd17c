#include "store/columns/kept_masks.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

Filter filter_of(std::string path) { return {"", {{Dimension::kPath, std::move(path)}}, {}}; }

TEST(KeptMasks, AreOfOneFilterEach) {
  KeptMasks kept;
  EXPECT_EQ(kept.find(filter_of("/a")), nullptr);
  const auto a = kept.find_or_begin(filter_of("/a"), 2);
  Filter of_people = filter_of("/a");
  of_people.is_bot = false;
  EXPECT_EQ(kept.find(of_people), nullptr);
  EXPECT_EQ(kept.find(filter_of("/b")), nullptr);
  const auto people = kept.find_or_begin(of_people, 2);

  EXPECT_NE(a, people);
  EXPECT_EQ(kept.find(filter_of("/a")), a);
  EXPECT_EQ(kept.find_or_begin(filter_of("/a"), 2), a);
  EXPECT_EQ(kept.find(of_people), people);
}

TEST(KeptMasks, AreOfTheFiltersThatWereAskedForLast) {
  KeptMasks kept;
  const auto first = kept.find_or_begin(filter_of("first"), 1);
  for (std::size_t i = 0; i < 3 * KeptMasks::kFiltersMax; ++i) {
    kept.find_or_begin(filter_of(std::to_string(i)), 1);
    EXPECT_EQ(kept.find(filter_of("first")), first) << i;
  }
  EXPECT_EQ(kept.find(filter_of("0")), nullptr);
  EXPECT_NE(kept.find(filter_of(std::to_string(3 * KeptMasks::kFiltersMax - 1))), nullptr);

  for (std::size_t i = 0; i < KeptMasks::kFiltersMax; ++i) {
    kept.find_or_begin(filter_of("other " + std::to_string(i)), 1);
  }
  EXPECT_EQ(kept.find(filter_of("first")), nullptr);
}

}  // namespace
}  // namespace penstock::store
