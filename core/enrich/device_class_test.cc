#include "enrich/device_class.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::enrich {
namespace {

std::string_view class_of(std::string_view user_agent) {
  return device_class(to_lower(user_agent));
}

TEST(DeviceClass, KnowsDesktops) {
  EXPECT_EQ(class_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0"),
            "desktop");
  EXPECT_EQ(class_of("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.0 Safari/605.1"),
            "desktop");
  EXPECT_EQ(class_of("Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/118.0"),
            "desktop");
  EXPECT_EQ(class_of("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Tablet PC 2.0)"),
            "desktop");
}

TEST(DeviceClass, KnowsPhones) {
  EXPECT_EQ(class_of("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"),
            "mobile");
  EXPECT_EQ(class_of("Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 Mobile Safari"),
            "mobile");
  EXPECT_EQ(class_of("Dalvik/2.1.0 (Linux; U; Android 9; SM-G960F)"), "mobile");
}

TEST(DeviceClass, KnowsTablets) {
  EXPECT_EQ(class_of("Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) Mobile/15E148"), "tablet");
  EXPECT_EQ(class_of("Mozilla/5.0 (Linux; Android 12; SM-T970) AppleWebKit/537.36 Safari/537.36"),
            "tablet");
  EXPECT_EQ(class_of("Mozilla/5.0 (Android 13; Tablet; rv:109.0) Gecko/118.0"), "tablet");
}

TEST(DeviceClass, KnowsTelevisions) {
  EXPECT_EQ(class_of("Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.0) AppleWebKit/537.36"), "tv");
  EXPECT_EQ(class_of("Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36"), "tv");
  EXPECT_EQ(class_of("Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7) AppleWebKit/537.36"), "tv");
}

TEST(DeviceClass, SaysNothingWhereNothingTells) {
  EXPECT_EQ(class_of(""), "");
  EXPECT_EQ(class_of("okhttp/4.9.0"), "");
}

}  // namespace
}  // namespace penstock::enrich
