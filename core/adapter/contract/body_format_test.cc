#include "adapter/contract/body_format.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

TEST(BodyFormat, GoesByTheType) {
  EXPECT_EQ(body_format_of("application/json", "a=1"), BodyFormat::kDocument);
  EXPECT_EQ(body_format_of("APPLICATION/vnd.x+JSON ; charset=utf-8", "x"), BodyFormat::kDocument);
  EXPECT_EQ(body_format_of("application/x-jsonlines", "{}"), BodyFormat::kLines);
  EXPECT_EQ(body_format_of("application/stream+json", "{}"), BodyFormat::kLines);
  EXPECT_EQ(body_format_of("multipart/form-data", "{}"), BodyFormat::kUnknown);
  EXPECT_EQ(body_format_of("+json", "{}"), BodyFormat::kUnknown);
}

TEST(BodyFormat, LooksAtBodiesWhoseTypeSaysLittle) {
  for (const char* type : {"", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded"}) {
    EXPECT_EQ(body_format_of(type, "name=n"), BodyFormat::kForm);
    EXPECT_EQ(body_format_of(type, " \n{"), BodyFormat::kDocument);
    EXPECT_EQ(body_format_of(type, "\xef\xbb\xbf["), BodyFormat::kDocument);
  }
}

TEST(BodyFormat, SeesThatThereIsNone) {
  for (const char* body : {"", " \r\n\t", "\xef\xbb\xbf", "\xef\xbb\xbf\n"}) {
    EXPECT_EQ(body_format_of("application/json", body), BodyFormat::kEmpty);
  }
}

TEST(BodyFormat, TellsFormsFromTextsOfOtherTypes) {
  EXPECT_TRUE(is_form_type("Application/X-WWW-Form-Urlencoded; charset=utf-8"));
  EXPECT_FALSE(is_form_type("text/plain"));
  EXPECT_FALSE(is_form_type(""));
}

}  // namespace
}  // namespace penstock::adapter
