#include "adapter/contract/answers.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

TEST(Answers, SayTheirLength) {
  EXPECT_EQ(json_answer("{}"), "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(text_answer("ok"),
            "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\nok");
  const std::string_view pixel = pixel_answer();
  EXPECT_EQ(pixel.size() - (pixel.find("\r\n\r\n") + 4), 43u);
}

}  // namespace
}  // namespace penstock::adapter
